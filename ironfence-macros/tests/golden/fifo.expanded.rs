/// The guarded twin of [`Queues`].
#[repr(C)]
struct QueuesGuarded {
    /// As in [`Queues`].
    by_default: ::ironfence::__private::RwLock<u8>,
    /// As in [`Queues`].
    other: ::ironfence::__private::RwLock<u8>,
    /// As in [`Queues`].
    foreign: tokio::sync::Mutex<u8>,
}
#[automatically_derived]
impl ::ironfence::__private::core::convert::From<Queues> for QueuesGuarded {
    fn from(__ironfence_plain: Queues) -> Self {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Queues>>::check();
        }
        let __ironfence_offsets = const {
            {
                let __ironfence_all = ::ironfence::__private::offsets([
                    ::ironfence::__private::Extent::of::<
                        ::ironfence::__private::RwLock<u8>,
                    >(),
                    ::ironfence::__private::Extent::of::<
                        ::ironfence::__private::RwLock<u8>,
                    >(),
                    ::ironfence::__private::Extent::of::<tokio::sync::Mutex<u8>>(),
                ]);
                [__ironfence_all[0], __ironfence_all[1], __ironfence_all[2]]
            }
        };
        let __ironfence_twin = Self {
            by_default: ::ironfence::__private::RwLock::fifo(
                __ironfence_plain.by_default,
            ),
            other: <::ironfence::__private::RwLock<
                u8,
            > as ::ironfence::__private::AsyncRwLock>::new_field::<
                Self,
            >(
                __ironfence_plain.other,
                __ironfence_offsets[1],
                (::ironfence::__private::core::module_path!(), "Queues", "other"),
            ),
            foreign: <tokio::sync::Mutex<
                u8,
            > as ::ironfence::__private::AsyncMutex>::new_field::<
                Self,
            >(
                __ironfence_plain.foreign,
                __ironfence_offsets[2],
                (::ironfence::__private::core::module_path!(), "Queues", "foreign"),
            ),
        };
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.by_default,
            (::ironfence::__private::core::module_path!(), "Queues", "by_default"),
        );
        __ironfence_twin
    }
}
#[automatically_derived]
impl Queues {
    /// Puts each field behind its lock.
    pub fn into_guarded(self) -> QueuesGuarded {
        ::ironfence::__private::core::convert::From::from(self)
    }
}
#[automatically_derived]
impl<__G0, __G1, __G2> ::ironfence::__private::CopyForeign<QueuesHeld<__G0, __G1, __G2>>
for QueuesGuarded
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
    for<'__x> u8: ::ironfence::__private::CopyField<0>,
    for<'__x> u8: ::ironfence::__private::CopyField<1>,
    for<'__x> u8: ::ironfence::__private::CopyField<2>,
    __G0: ::ironfence::__private::core::ops::Deref<Target = u8>,
    __G1: ::ironfence::__private::core::ops::Deref<Target = u8>,
    __G2: ::ironfence::__private::core::ops::Deref<Target = u8>,
{
    type Plain = Queues;
    fn copy(&self, __ironfence_held: QueuesHeld<__G0, __G1, __G2>) -> Queues {
        Queues {
            by_default: ::ironfence::__private::CopyField::<
                0,
            >::copy(&*__ironfence_held.by_default),
            other: ::ironfence::__private::CopyField::<
                1,
            >::copy(&*__ironfence_held.other),
            foreign: ::ironfence::__private::CopyField::<
                2,
            >::copy(&*__ironfence_held.foreign),
        }
    }
}
#[automatically_derived]
impl QueuesGuarded
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
{
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> Queues {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        Queues {
            by_default: <::ironfence::__private::RwLock<
                u8,
            > as ::ironfence::__private::AsyncRwLock>::into_inner(self.by_default),
            other: <::ironfence::__private::RwLock<
                u8,
            > as ::ironfence::__private::AsyncRwLock>::into_inner(self.other),
            foreign: <tokio::sync::Mutex<
                u8,
            > as ::ironfence::__private::AsyncMutex>::into_inner(self.foreign),
        }
    }
    /// Begins a set of locks, to be taken together in the order in which the fields are
    /// declared: say which, each once, and await it.
    pub fn locks(&self) -> QueuesLocks<'_> {
        QueuesLocks {
            await_it_first: ::ironfence::__private::Asking::new(self),
        }
    }
    /// Begins a session: takes one lock after the other, in the order in which the fields
    /// are declared. Backwards does not compile.
    #[track_caller]
    pub fn session(&self) -> QueuesSession<'_> {
        QueuesSession(::ironfence::__private::foreign_session(self))
    }
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    #[track_caller]
    pub fn snapshot<'__a>(
        &'__a self,
    ) -> ::ironfence::__private::ForeignSnapshot<
        <QueuesLocks<
            '__a,
            ::ironfence::__private::Read<queues_fields::by_default>,
            ::ironfence::__private::Read<queues_fields::other>,
            ::ironfence::__private::Locked<queues_fields::foreign>,
        > as ::ironfence::__private::core::future::IntoFuture>::IntoFuture,
        &'__a Self,
        fn(
            &'__a Self,
            <QueuesLocks<
                '__a,
                ::ironfence::__private::Read<queues_fields::by_default>,
                ::ironfence::__private::Read<queues_fields::other>,
                ::ironfence::__private::Locked<queues_fields::foreign>,
            > as ::ironfence::__private::core::future::IntoFuture>::Output,
        ) -> Queues,
    >
    where
        for<'__x> Self: ::ironfence::__private::CopyForeign<
            <QueuesLocks<
                '__a,
                ::ironfence::__private::Read<queues_fields::by_default>,
                ::ironfence::__private::Read<queues_fields::other>,
                ::ironfence::__private::Locked<queues_fields::foreign>,
            > as ::ironfence::__private::core::future::IntoFuture>::Output,
            Plain = Queues,
        >,
    {
        ::ironfence::__private::ForeignSnapshot::new(
            ::ironfence::__private::core::future::IntoFuture::into_future(
                self.locks().read_all(),
            ),
            self,
            ::ironfence::__private::CopyForeign::copy,
        )
    }
}
/// The guarded fields of [`Queues`], as types: what sets and sessions call them.
mod queues_fields {
    /// The field `by_default`.
    #[non_exhaustive]
    pub enum by_default {}
    /// The field `other`.
    #[non_exhaustive]
    pub enum other {}
    /// The field `foreign`.
    #[non_exhaustive]
    pub enum foreign {}
    #[doc(hidden)]
    pub mod __ask_by {
        #[non_exhaustive]
        pub enum read_by_default {}
        #[non_exhaustive]
        pub enum write_by_default {}
        #[non_exhaustive]
        pub enum read_other {}
        #[non_exhaustive]
        pub enum write_other {}
        #[non_exhaustive]
        pub enum lock_foreign {}
    }
}
/// A set of locks of a [`QueuesGuarded`] that is asked for: await it, or call `try_now` or `blocking`.
#[must_use = "a set of locks does nothing until it is awaited"]
struct QueuesLocks<
    '__a,
    __S0 = ::ironfence::__private::NotAsked<queues_fields::by_default>,
    __S1 = ::ironfence::__private::NotAsked<queues_fields::other>,
    __S2 = ::ironfence::__private::NotAsked<queues_fields::foreign>,
> {
    await_it_first: ::ironfence::__private::Asking<
        &'__a QueuesGuarded,
        (__S0, __S1, __S2),
    >,
}
/// What is held of a [`QueuesGuarded`]: a guard for each field that was asked for.
#[derive(::ironfence::__private::core::fmt::Debug)]
#[must_use = "if unused, the locks are released at once: bind it, `let held = ..`"]
struct QueuesHeld<__G0, __G1, __G2> {
    /// The guard of `by_default`, if it was asked for.
    by_default: __G0,
    /// The guard of `other`, if it was asked for.
    other: __G1,
    /// The guard of `foreign`, if it was asked for.
    foreign: __G2,
}
#[automatically_derived]
impl<'__a, __S0, __S1, __S2> QueuesLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
{
    /// Asks for `by_default`, to be read.
    fn read_by_default(
        self,
    ) -> QueuesLocks<
        '__a,
        ::ironfence::__private::Read<queues_fields::by_default>,
        __S1,
        __S2,
    >
    where
        __S0: ::ironfence::__private::Free<queues_fields::by_default>,
    {
        QueuesLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `by_default`, to be written.
    fn write_by_default(
        self,
    ) -> QueuesLocks<
        '__a,
        ::ironfence::__private::Write<queues_fields::by_default>,
        __S1,
        __S2,
    >
    where
        __S0: ::ironfence::__private::Free<queues_fields::by_default>,
    {
        QueuesLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn lock_by_default(self) -> Self
    where
        __S0: ::ironfence::__private::IsMutex<queues_fields::by_default>,
    {
        self
    }
    /// Asks for `other`, to be read.
    fn read_other(
        self,
    ) -> QueuesLocks<
        '__a,
        __S0,
        ::ironfence::__private::Read<queues_fields::other>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<queues_fields::other>,
    {
        QueuesLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `other`, to be written.
    fn write_other(
        self,
    ) -> QueuesLocks<
        '__a,
        __S0,
        ::ironfence::__private::Write<queues_fields::other>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<queues_fields::other>,
    {
        QueuesLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn lock_other(self) -> Self
    where
        __S1: ::ironfence::__private::IsMutex<queues_fields::other>,
    {
        self
    }
    /// Asks for `foreign`.
    fn lock_foreign(
        self,
    ) -> QueuesLocks<
        '__a,
        __S0,
        __S1,
        ::ironfence::__private::Locked<queues_fields::foreign>,
    >
    where
        __S2: ::ironfence::__private::Free<queues_fields::foreign>,
    {
        QueuesLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn read_foreign(self) -> Self
    where
        __S2: ::ironfence::__private::IsRwLock<queues_fields::foreign>,
    {
        self
    }
    #[doc(hidden)]
    fn write_foreign(self) -> Self
    where
        __S2: ::ironfence::__private::IsRwLock<queues_fields::foreign>,
    {
        self
    }
}
#[automatically_derived]
impl<
    '__a,
> QueuesLocks<
    '__a,
    ::ironfence::__private::NotAsked<queues_fields::by_default>,
    ::ironfence::__private::NotAsked<queues_fields::other>,
    ::ironfence::__private::NotAsked<queues_fields::foreign>,
>
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
{
    /// Asks for all the locks: rwlocks to be read, mutexes as they are.
    pub fn read_all(
        self,
    ) -> QueuesLocks<
        '__a,
        ::ironfence::__private::Read<queues_fields::by_default>,
        ::ironfence::__private::Read<queues_fields::other>,
        ::ironfence::__private::Locked<queues_fields::foreign>,
    > {
        QueuesLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(
        self,
    ) -> QueuesLocks<
        '__a,
        ::ironfence::__private::Write<queues_fields::by_default>,
        ::ironfence::__private::Write<queues_fields::other>,
        ::ironfence::__private::Locked<queues_fields::foreign>,
    > {
        QueuesLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<
    '__a,
    __S0,
    __S1,
    __S2,
    __G0,
    __G1,
    __G2,
    __R0,
    __R1,
    __R2,
> ::ironfence::__private::ForeignSet for QueuesLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
    __S0: ::ironfence::__private::Stop<
        &'__a ::ironfence::__private::RwLock<u8>,
        Guard = __G0,
        Request = __R0,
    >,
    __R0: ::ironfence::__private::ForeignRequest<Guards = __G0>,
    __S1: ::ironfence::__private::Stop<
        &'__a ::ironfence::__private::RwLock<u8>,
        Guard = __G1,
        Request = __R1,
    >,
    __R1: ::ironfence::__private::ForeignRequest<Guards = __G1>,
    __S2: ::ironfence::__private::Stop<
        &'__a tokio::sync::Mutex<u8>,
        Guard = __G2,
        Request = __R2,
    >,
    __R2: ::ironfence::__private::ForeignRequest<Guards = __G2>,
{
    type Twin = &'__a QueuesGuarded;
    type Held = QueuesHeld<__G0, __G1, __G2>;
    type Row = (__R0, __R1, __R2);
    fn twin(&self) -> Self::Twin {
        ::ironfence::__private::Asking::twin(&self.await_it_first)
    }
    fn row(__ironfence_twin: Self::Twin) -> Self::Row {
        (
            __S0::request(&__ironfence_twin.by_default),
            __S1::request(&__ironfence_twin.other),
            __S2::request(&__ironfence_twin.foreign),
        )
    }
    fn held(
        (__ironfence_guard0, __ironfence_guard1, __ironfence_guard2): (__G0, __G1, __G2),
    ) -> Self::Held {
        QueuesHeld {
            by_default: __ironfence_guard0,
            other: __ironfence_guard1,
            foreign: __ironfence_guard2,
        }
    }
    fn try_now(
        __ironfence_twin: Self::Twin,
    ) -> ::ironfence::__private::core::option::Option<Self::Held> {
        ::ironfence::__private::core::option::Option::Some(QueuesHeld {
            by_default: __S0::try_now(&__ironfence_twin.by_default)?,
            other: __S1::try_now(&__ironfence_twin.other)?,
            foreign: __S2::try_now(&__ironfence_twin.foreign)?,
        })
    }
    fn blocking(__ironfence_twin: Self::Twin) -> Self::Held {
        QueuesHeld {
            by_default: __S0::blocking(&__ironfence_twin.by_default),
            other: __S1::blocking(&__ironfence_twin.other),
            foreign: __S2::blocking(&__ironfence_twin.foreign),
        }
    }
}
#[automatically_derived]
impl<'__a, __S0, __S1, __S2> ::ironfence::__private::ForeignRequest
for QueuesLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
    for<'__x> Self: ::ironfence::__private::ForeignSet,
{
    type Guards = <Self as ::ironfence::__private::ForeignSet>::Held;
    type Wanted = <<Self as ::ironfence::__private::ForeignSet>::Row as ::ironfence::__private::ForeignRequest>::Wanted;
    type Room = <<Self as ::ironfence::__private::ForeignSet>::Row as ::ironfence::__private::ForeignRequest>::Room;
    fn wanted(self) -> Self::Wanted {
        ::ironfence::__private::ForeignRequest::wanted(
            <Self as ::ironfence::__private::ForeignSet>::row(
                ::ironfence::__private::ForeignSet::twin(&self),
            ),
        )
    }
    fn guards(__ironfence_kept: Self::Wanted) -> Self::Guards {
        <Self as ::ironfence::__private::ForeignSet>::held(
            <<Self as ::ironfence::__private::ForeignSet>::Row as ::ironfence::__private::ForeignRequest>::guards(
                __ironfence_kept,
            ),
        )
    }
}
#[automatically_derived]
impl<
    '__a,
    __S0,
    __S1,
    __S2,
    __G0,
    __G1,
    __G2,
    __R0,
    __R1,
    __R2,
> ::ironfence::__private::core::future::IntoFuture
for QueuesLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
    __S0: ::ironfence::__private::Stop<
        &'__a ::ironfence::__private::RwLock<u8>,
        Guard = __G0,
        Request = __R0,
    >,
    __R0: ::ironfence::__private::ForeignRequest<Guards = __G0>,
    __S1: ::ironfence::__private::Stop<
        &'__a ::ironfence::__private::RwLock<u8>,
        Guard = __G1,
        Request = __R1,
    >,
    __R1: ::ironfence::__private::ForeignRequest<Guards = __G1>,
    __S2: ::ironfence::__private::Stop<
        &'__a tokio::sync::Mutex<u8>,
        Guard = __G2,
        Request = __R2,
    >,
    __R2: ::ironfence::__private::ForeignRequest<Guards = __G2>,
{
    type Output = QueuesHeld<__G0, __G1, __G2>;
    type IntoFuture = ::ironfence::__private::ForeignFuture<Self, (__R0, __R1, __R2)>;
    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        ::ironfence::__private::ForeignFuture::new(self)
    }
}
#[automatically_derived]
impl<'__a, __S0, __S1, __S2> QueuesLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
{
    /// The guards, if none of the locks has to be waited for; else none is taken.
    #[track_caller]
    pub fn try_now(
        self,
    ) -> ::ironfence::__private::core::option::Option<
        <Self as ::ironfence::__private::ForeignSet>::Held,
    >
    where
        for<'__x> Self: ::ironfence::__private::ForeignSet,
    {
        ::ironfence::__private::try_foreign(self)
    }
    /// The guards, waiting with the thread. For code outside async tasks.
    #[track_caller]
    pub fn blocking(self) -> <Self as ::ironfence::__private::ForeignSet>::Held
    where
        for<'__x> Self: ::ironfence::__private::BlockingForeignSet,
    {
        ::ironfence::__private::BlockingForeignSet::wait(self)
    }
}
impl ::ironfence::__private::Field for queues_fields::by_default {
    type Place = ::ironfence::__private::Place<0, 0, 0>;
    type AskBy = ::ironfence::__private::AskBy<
        (
            queues_fields::__ask_by::read_by_default,
            queues_fields::__ask_by::write_by_default,
        ),
    >;
}
impl ::ironfence::__private::Field for queues_fields::other {
    type Place = ::ironfence::__private::Place<0, 0, 1>;
    type AskBy = ::ironfence::__private::AskBy<
        (queues_fields::__ask_by::read_other, queues_fields::__ask_by::write_other),
    >;
}
impl ::ironfence::__private::Field for queues_fields::foreign {
    type Place = ::ironfence::__private::Place<0, 0, 2>;
    type AskBy = ::ironfence::__private::AskBy<(queues_fields::__ask_by::lock_foreign)>;
}
/// A session over the locks of a [`QueuesGuarded`]: takes one after the other, in the order in which they are declared.
struct QueuesSession<
    '__a,
    __P = ::ironfence::__private::Start,
    __O = ::ironfence::__private::Root,
>(
    ::ironfence::__private::Token<&'__a QueuesGuarded, __P, __O>,
);
#[automatically_derived]
impl<'__a, __P, __O> QueuesSession<'__a, __P, __O>
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
{
    /// Takes `by_default`, to be read, and then goes on.
    #[track_caller]
    fn read_by_default(
        self,
    ) -> ::ironfence::__private::Step<
        <::ironfence::__private::RwLock<
            u8,
        > as ::ironfence::__private::AsyncRwLock>::Read<'__a>,
        QueuesSession<'__a, queues_fields::by_default, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<queues_fields::by_default>,
    {
        ::ironfence::__private::Step::new(
            <::ironfence::__private::RwLock<
                u8,
            > as ::ironfence::__private::AsyncRwLock>::read(
                &::ironfence::__private::Token::twin(&self.0).by_default,
            ),
            QueuesSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `by_default`, to be written, and then goes on.
    #[track_caller]
    fn write_by_default(
        self,
    ) -> ::ironfence::__private::Step<
        <::ironfence::__private::RwLock<
            u8,
        > as ::ironfence::__private::AsyncRwLock>::Write<'__a>,
        QueuesSession<'__a, queues_fields::by_default, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<queues_fields::by_default>,
    {
        ::ironfence::__private::Step::new(
            <::ironfence::__private::RwLock<
                u8,
            > as ::ironfence::__private::AsyncRwLock>::write(
                &::ironfence::__private::Token::twin(&self.0).by_default,
            ),
            QueuesSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `other`, to be read, and then goes on.
    #[track_caller]
    fn read_other(
        self,
    ) -> ::ironfence::__private::Step<
        <::ironfence::__private::RwLock<
            u8,
        > as ::ironfence::__private::AsyncRwLock>::Read<'__a>,
        QueuesSession<'__a, queues_fields::other, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<queues_fields::other>,
    {
        ::ironfence::__private::Step::new(
            <::ironfence::__private::RwLock<
                u8,
            > as ::ironfence::__private::AsyncRwLock>::read(
                &::ironfence::__private::Token::twin(&self.0).other,
            ),
            QueuesSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `other`, to be written, and then goes on.
    #[track_caller]
    fn write_other(
        self,
    ) -> ::ironfence::__private::Step<
        <::ironfence::__private::RwLock<
            u8,
        > as ::ironfence::__private::AsyncRwLock>::Write<'__a>,
        QueuesSession<'__a, queues_fields::other, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<queues_fields::other>,
    {
        ::ironfence::__private::Step::new(
            <::ironfence::__private::RwLock<
                u8,
            > as ::ironfence::__private::AsyncRwLock>::write(
                &::ironfence::__private::Token::twin(&self.0).other,
            ),
            QueuesSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `foreign`, and then goes on.
    #[track_caller]
    fn lock_foreign(
        self,
    ) -> ::ironfence::__private::Step<
        <tokio::sync::Mutex<u8> as ::ironfence::__private::AsyncMutex>::Lock<'__a>,
        QueuesSession<'__a, queues_fields::foreign, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<queues_fields::foreign>,
    {
        ::ironfence::__private::Step::new(
            <tokio::sync::Mutex<
                u8,
            > as ::ironfence::__private::AsyncMutex>::lock(
                &::ironfence::__private::Token::twin(&self.0).foreign,
            ),
            QueuesSession(::ironfence::__private::Token::next(self.0)),
        )
    }
}
#[automatically_derived]
impl<'__a, __P, __O> QueuesSession<'__a, __P, __O>
where
    for<'__x> ::ironfence::__private::RwLock<
        u8,
    >: ::ironfence::__private::AsyncRwLock<Value = u8>,
    for<'__x> tokio::sync::Mutex<u8>: ::ironfence::__private::AsyncMutex<Value = u8>,
{
    /// The same session for a while: for a loop, or a call. What is locked by it is
    /// released when this one is used again.
    pub fn reborrow(&mut self) -> QueuesSession<'_, __P, __O>
    where
        __O: ::ironfence::__private::Nesting,
    {
        QueuesSession(::ironfence::__private::Token::reborrow(&mut self.0))
    }
    /// Two branches at once, each of which goes on from here. No guard leaves them.
    pub fn both<__X, __Y>(
        &mut self,
        __ironfence_first: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            QueuesSession<'__t, __P, __O>,
        ) -> __X,
        __ironfence_second: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            QueuesSession<'__t, __P, __O>,
        ) -> __Y,
    ) -> ::ironfence::__private::Both<
        '_,
        impl ::ironfence::__private::core::future::Future<Output = __X>,
        impl ::ironfence::__private::core::future::Future<Output = __Y>,
        __X,
        __Y,
    >
    where
        __O: ::ironfence::__private::Nesting,
    {
        let (__ironfence_a, __ironfence_b) = (
            ::ironfence::__private::Token::again(&self.0),
            ::ironfence::__private::Token::again(&self.0),
        );
        ::ironfence::__private::Both::new(
            async move { __ironfence_first(QueuesSession(__ironfence_a)).await },
            async move { __ironfence_second(QueuesSession(__ironfence_b)).await },
        )
    }
}
