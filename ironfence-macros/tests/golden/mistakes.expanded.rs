::core::compile_error! {
    "`guarded` goes on the struct or on its fields, not on a parameter"
}
::core::compile_error! {
    "`mutex` goes on a field; for every field without a key of its own write `default = mutex`"
}
::core::compile_error! {
    "unknown key `nme`; did you mean `name`? (on a struct: `name`, `prefix`, `default`, `derive`, `attr`, `crate`, `with`, `level`, `label`)"
}
::core::compile_error! {
    "unknown key `nme2` (on a struct: `name`, `prefix`, `default`, `derive`, `attr`, `crate`, `with`, `level`, `label`)"
}
::core::compile_error! {
    "unknown key `mutx`; did you mean `mutex`? (on a field: `mutex`, `rwlock`, `plain`, `nested`, `with`, `label`)"
}
::core::compile_error! {
    "`name` goes on the struct, not on a field"
}
::core::compile_error! {
    "`rwlock` and `mutex` on one field: it is shared in one way, so keep one of them"
}
/// The guarded twin of [`State`].
#[repr(C)]
struct Shared<T> {
    /// As in [`State`].
    first: ::ironfence::__private::Mutex<T>,
    /// As in [`State`].
    second: ::ironfence::__private::RwLock<u8>,
    /// As in [`State`].
    third: ::ironfence::__private::Mutex<u8>,
}
#[automatically_derived]
impl<T> ::ironfence::__private::Guarded for State<T> {
    type Twin = Shared<T>;
    fn into_guarded(self) -> Shared<T> {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        let __ironfence_twin = Shared {
            first: ::ironfence::__private::Mutex::new(self.first),
            second: ::ironfence::__private::RwLock::new(self.second),
            third: ::ironfence::__private::Mutex::new(self.third),
        };
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.first,
            (::ironfence::__private::core::module_path!(), "State", "first"),
        );
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.second,
            (::ironfence::__private::core::module_path!(), "State", "second"),
        );
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.third,
            (::ironfence::__private::core::module_path!(), "State", "third"),
        );
        __ironfence_twin
    }
}
#[automatically_derived]
impl<T> State<T> {
    /// Puts each field behind its lock.
    pub fn into_guarded(self) -> Shared<T> {
        ::ironfence::__private::Guarded::into_guarded(self)
    }
}
#[automatically_derived]
impl<T> ::ironfence::__private::core::convert::From<State<T>> for Shared<T> {
    fn from(__ironfence_plain: State<T>) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__ironfence_plain)
    }
}
#[automatically_derived]
impl<T> ::ironfence::__private::Twin for Shared<T> {
    type Plain = State<T>;
    type Level = ::ironfence::__private::Level<0>;
    type Locks<'__a> = SharedLocks<'__a, T> where Self: '__a;
    type Session<'__a, __P, __O> = SharedSession<'__a, T, __P, __O> where Self: '__a;
    type ReadAll<'__a> = SharedLocks<
        '__a,
        T,
        ::ironfence::__private::Locked<shared_fields::first>,
        ::ironfence::__private::Read<shared_fields::second>,
        ::ironfence::__private::Locked<shared_fields::third>,
    >
    where
        Self: '__a;
    type LockAll<'__a> = SharedLocks<
        '__a,
        T,
        ::ironfence::__private::Locked<shared_fields::first>,
        ::ironfence::__private::Write<shared_fields::second>,
        ::ironfence::__private::Locked<shared_fields::third>,
    >
    where
        Self: '__a;
    fn into_inner(self) -> State<T> {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        State {
            first: ::ironfence::__private::Mutex::into_inner(self.first),
            second: ::ironfence::__private::RwLock::into_inner(self.second),
            third: ::ironfence::__private::Mutex::into_inner(self.third),
        }
    }
    fn locks(&self) -> Self::Locks<'_> {
        SharedLocks {
            await_it_first: ::ironfence::__private::Asking::new(self),
        }
    }
    fn session<__P, __O>(
        __ironfence_token: ::ironfence::__private::Token<&Self, __P, __O>,
    ) -> Self::Session<'_, __P, __O> {
        SharedSession(__ironfence_token)
    }
}
#[automatically_derived]
impl<
    T,
    __G0,
    __G1,
    __G2,
> ::ironfence::__private::CopyTwin<SharedHeld<__G0, __G1, __G2>, State<T>> for Shared<T>
where
    for<'__x> T: ::ironfence::__private::CopyField<0>,
    __G0: ::ironfence::__private::core::ops::Deref<Target = T>,
    for<'__x> u8: ::ironfence::__private::CopyField<1>,
    __G1: ::ironfence::__private::core::ops::Deref<Target = u8>,
    for<'__x> u8: ::ironfence::__private::CopyField<2>,
    __G2: ::ironfence::__private::core::ops::Deref<Target = u8>,
{
    fn copy(&self, __ironfence_held: &SharedHeld<__G0, __G1, __G2>) -> State<T> {
        State {
            first: ::ironfence::__private::CopyField::<
                0,
            >::copy(&*__ironfence_held.first),
            second: ::ironfence::__private::CopyField::<
                1,
            >::copy(&*__ironfence_held.second),
            third: ::ironfence::__private::CopyField::<2>::copy(&*__ironfence_held.third),
        }
    }
}
#[automatically_derived]
impl<T> Shared<T> {
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> State<T> {
        ::ironfence::__private::Twin::into_inner(self)
    }
    /// Begins a set of locks, to be taken together in the order in which the fields are
    /// declared: say which, each once, and await it.
    pub fn locks(&self) -> SharedLocks<'_, T> {
        ::ironfence::__private::Twin::locks(self)
    }
    /// A set of locks whose guards keep the `Arc`, so that they may go into another task: the
    /// closure says which, as in `bank.locks_owned(|bank| bank.write_..().lock_..())`.
    pub fn locks_owned<'__a, __N>(
        self: &'__a ::ironfence::__private::Arc<Self>,
        __ironfence_ask: impl ::ironfence::__private::core::ops::FnOnce(
            SharedLocks<'__a, T>,
        ) -> __N,
    ) -> ::ironfence::__private::OwnedSet<
        Self,
        <__N as ::ironfence::__private::Set>::HeldOwned<Self>,
        <<__N as ::ironfence::__private::Set>::Row as ::ironfence::__private::Places>::Room,
    >
    where
        __N: ::ironfence::__private::Set<Twin = &'__a Self>,
    {
        _ = __ironfence_ask(::ironfence::__private::Twin::locks(&**self));
        ::ironfence::__private::owned_set::<__N, Self>(self)
    }
    /// Begins a session: takes one lock after the other, in the order in which the fields
    /// are declared. Backwards does not compile.
    #[track_caller]
    pub fn session(&self) -> SharedSession<'_, T> {
        ::ironfence::__private::session(self)
    }
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    #[track_caller]
    pub fn snapshot<'__a>(&'__a self) -> ::ironfence::__private::Snapshot<'__a, Self>
    where
        for<'__x> Self: ::ironfence::__private::CopyTwin<
            <<Self as ::ironfence::__private::Twin>::ReadAll<
                '__a,
            > as ::ironfence::__private::Set>::Held,
            State<T>,
        >,
    {
        ::ironfence::__private::Snapshot::new(self)
    }
}
/// The guarded fields of [`State`], as types: what sets and sessions call them.
mod shared_fields {
    /// The field `first`.
    #[non_exhaustive]
    pub enum first {}
    /// The field `second`.
    #[non_exhaustive]
    pub enum second {}
    /// The field `third`.
    #[non_exhaustive]
    pub enum third {}
    #[doc(hidden)]
    pub mod __ask_by {
        #[non_exhaustive]
        pub enum lock_first {}
        #[non_exhaustive]
        pub enum read_second {}
        #[non_exhaustive]
        pub enum write_second {}
        #[non_exhaustive]
        pub enum lock_third {}
    }
}
/// A set of locks of a [`Shared`] that is asked for: await it, or call `try_now` or `blocking`.
#[must_use = "a set of locks does nothing until it is awaited"]
struct SharedLocks<
    '__a,
    T,
    __S0 = ::ironfence::__private::NotAsked<shared_fields::first>,
    __S1 = ::ironfence::__private::NotAsked<shared_fields::second>,
    __S2 = ::ironfence::__private::NotAsked<shared_fields::third>,
> {
    await_it_first: ::ironfence::__private::Asking<&'__a Shared<T>, (__S0, __S1, __S2)>,
}
/// What is held of a [`Shared`]: a guard for each field that was asked for.
#[derive(::ironfence::__private::core::fmt::Debug)]
#[must_use = "if unused, the locks are released at once: bind it, `let held = ..`"]
struct SharedHeld<__G0, __G1, __G2> {
    /// The guard of `first`, if it was asked for.
    first: __G0,
    /// The guard of `second`, if it was asked for.
    second: __G1,
    /// The guard of `third`, if it was asked for.
    third: __G2,
}
#[automatically_derived]
impl<'__a, T, __S0, __S1, __S2> SharedLocks<'__a, T, __S0, __S1, __S2> {
    /// Asks for `first`.
    fn lock_first(
        self,
    ) -> SharedLocks<
        '__a,
        T,
        ::ironfence::__private::Locked<shared_fields::first>,
        __S1,
        __S2,
    >
    where
        __S0: ::ironfence::__private::Free<shared_fields::first>,
    {
        SharedLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn read_first(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<shared_fields::first>,
    {
        self
    }
    #[doc(hidden)]
    fn write_first(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<shared_fields::first>,
    {
        self
    }
    #[doc(hidden)]
    fn upgradable_first(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<shared_fields::first>,
    {
        self
    }
    /// Asks for `second`, to be read.
    fn read_second(
        self,
    ) -> SharedLocks<
        '__a,
        T,
        __S0,
        ::ironfence::__private::Read<shared_fields::second>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<shared_fields::second>,
    {
        SharedLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `second`, to be written.
    fn write_second(
        self,
    ) -> SharedLocks<
        '__a,
        T,
        __S0,
        ::ironfence::__private::Write<shared_fields::second>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<shared_fields::second>,
    {
        SharedLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `second`, to be read and perhaps upgraded.
    fn upgradable_second(
        self,
    ) -> SharedLocks<
        '__a,
        T,
        __S0,
        ::ironfence::__private::Upgradable<shared_fields::second>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<shared_fields::second>,
    {
        SharedLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn lock_second(self) -> Self
    where
        __S1: ::ironfence::__private::IsMutex<shared_fields::second>,
    {
        self
    }
    /// Asks for `third`.
    fn lock_third(
        self,
    ) -> SharedLocks<
        '__a,
        T,
        __S0,
        __S1,
        ::ironfence::__private::Locked<shared_fields::third>,
    >
    where
        __S2: ::ironfence::__private::Free<shared_fields::third>,
    {
        SharedLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn read_third(self) -> Self
    where
        __S2: ::ironfence::__private::IsRwLock<shared_fields::third>,
    {
        self
    }
    #[doc(hidden)]
    fn write_third(self) -> Self
    where
        __S2: ::ironfence::__private::IsRwLock<shared_fields::third>,
    {
        self
    }
    #[doc(hidden)]
    fn upgradable_third(self) -> Self
    where
        __S2: ::ironfence::__private::IsRwLock<shared_fields::third>,
    {
        self
    }
}
#[automatically_derived]
impl<
    '__a,
    T,
> SharedLocks<
    '__a,
    T,
    ::ironfence::__private::NotAsked<shared_fields::first>,
    ::ironfence::__private::NotAsked<shared_fields::second>,
    ::ironfence::__private::NotAsked<shared_fields::third>,
> {
    /// Asks for all the locks: rwlocks to be read, mutexes as they are.
    pub fn read_all(self) -> <Shared<T> as ::ironfence::__private::Twin>::ReadAll<'__a> {
        SharedLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(self) -> <Shared<T> as ::ironfence::__private::Twin>::LockAll<'__a> {
        SharedLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<
    '__a,
    T,
    __S0,
    __S1,
    __S2,
    __L0,
    __L1,
    __L2,
    __G0,
    __G1,
    __G2,
> ::ironfence::__private::Set for SharedLocks<'__a, T, __S0, __S1, __S2>
where
    __S0: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::Mutex<T>,
        Place = __L0,
    >,
    __L0: ::ironfence::__private::Places<Guard = __G0>,
    __S1: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::RwLock<u8>,
        Place = __L1,
    >,
    __L1: ::ironfence::__private::Places<Guard = __G1>,
    __S2: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::Mutex<u8>,
        Place = __L2,
    >,
    __L2: ::ironfence::__private::Places<Guard = __G2>,
{
    type Twin = &'__a Shared<T>;
    type Held = SharedHeld<__G0, __G1, __G2>;
    type HeldOwned<__O> = SharedHeld<
        <__L0 as ::ironfence::__private::Places>::Owned<__O>,
        <__L1 as ::ironfence::__private::Places>::Owned<__O>,
        <__L2 as ::ironfence::__private::Places>::Owned<__O>,
    >;
    type Row = (__L0, __L1, __L2);
    const OFFSETS: &'static [::ironfence::__private::core::primitive::usize] = &{
        let __ironfence_all = ::ironfence::__private::offsets([
            ::ironfence::__private::Extent::of::<::ironfence::__private::Mutex<T>>(),
            ::ironfence::__private::Extent::of::<::ironfence::__private::RwLock<u8>>(),
            ::ironfence::__private::Extent::of::<::ironfence::__private::Mutex<u8>>(),
        ]);
        [__ironfence_all[0], __ironfence_all[1], __ironfence_all[2]]
    };
    #[inline]
    fn twin(&self) -> Self::Twin {
        ::ironfence::__private::Asking::twin(&self.await_it_first)
    }
    #[inline]
    fn row(__ironfence_twin: Self::Twin) -> Self::Row {
        (
            __S0::of(&__ironfence_twin.first),
            __S1::of(&__ironfence_twin.second),
            __S2::of(&__ironfence_twin.third),
        )
    }
    #[inline]
    fn held(
        (__ironfence_guard0, __ironfence_guard1, __ironfence_guard2): (__G0, __G1, __G2),
    ) -> Self::Held {
        SharedHeld {
            first: __ironfence_guard0,
            second: __ironfence_guard1,
            third: __ironfence_guard2,
        }
    }
    #[inline]
    fn held_owned<__O>(
        (
            __ironfence_guard0,
            __ironfence_guard1,
            __ironfence_guard2,
        ): (
            <__L0 as ::ironfence::__private::Places>::Owned<__O>,
            <__L1 as ::ironfence::__private::Places>::Owned<__O>,
            <__L2 as ::ironfence::__private::Places>::Owned<__O>,
        ),
    ) -> Self::HeldOwned<__O> {
        SharedHeld {
            first: __ironfence_guard0,
            second: __ironfence_guard1,
            third: __ironfence_guard2,
        }
    }
}
#[automatically_derived]
impl<'__a, T, __S0, __S1, __S2> ::ironfence::__private::Request
for SharedLocks<'__a, T, __S0, __S1, __S2>
where
    for<'__x> Self: ::ironfence::__private::Set,
{
    type Guards = <Self as ::ironfence::__private::Set>::Held;
    type Wanted = ::ironfence::__private::Asked<
        Self,
        <Self as ::ironfence::__private::Set>::Twin,
    >;
    type Room = <<Self as ::ironfence::__private::Set>::Row as ::ironfence::__private::Places>::Room;
    #[inline]
    fn wanted(self) -> Self::Wanted {
        ::ironfence::__private::Asked::new(self)
    }
}
#[automatically_derived]
impl<'__a, T, __S0, __S1, __S2> ::ironfence::__private::Within<'__a>
for SharedLocks<'__a, T, __S0, __S1, __S2>
where
    for<'__x> Self: ::ironfence::__private::Set,
{}
#[automatically_derived]
impl<'__a, T, __S0, __S1, __S2> ::ironfence::__private::core::future::IntoFuture
for SharedLocks<'__a, T, __S0, __S1, __S2>
where
    for<'__x> Self: ::ironfence::__private::Set,
{
    type Output = <Self as ::ironfence::__private::Set>::Held;
    type IntoFuture = ::ironfence::__private::SetFuture<Self>;
    #[track_caller]
    fn into_future(self) -> ::ironfence::__private::SetFuture<Self> {
        ::ironfence::__private::SetFuture::new(self)
    }
}
#[automatically_derived]
impl<'__a, T, __S0, __S1, __S2> SharedLocks<'__a, T, __S0, __S1, __S2> {
    /// The guards, if none of the locks has to be waited for; else none is taken.
    #[track_caller]
    pub fn try_now(
        self,
    ) -> ::ironfence::__private::core::option::Option<
        <Self as ::ironfence::__private::Set>::Held,
    >
    where
        for<'__x> Self: ::ironfence::__private::Set,
    {
        ::ironfence::__private::try_set(self)
    }
    /// The guards, waiting with the thread. For code outside async tasks.
    #[track_caller]
    pub fn blocking(self) -> <Self as ::ironfence::__private::Set>::Held
    where
        for<'__x> Self: ::ironfence::__private::BlockingSet,
    {
        ::ironfence::__private::BlockingSet::blocking(self)
    }
    /// Takes the locks, calls a closure with what is held, and releases them. The closure
    /// can't await.
    #[track_caller]
    pub fn with<__R, __F>(
        self,
        __ironfence_closure: __F,
    ) -> ::ironfence::__private::WithHeld<
        ::ironfence::__private::SetFuture<Self>,
        __F,
        __R,
    >
    where
        for<'__x> Self: ::ironfence::__private::Set,
        __F: ::ironfence::__private::core::ops::FnOnce(
            &mut <Self as ::ironfence::__private::Set>::Held,
        ) -> __R,
    {
        ::ironfence::__private::WithHeld::new(
            ::ironfence::__private::SetFuture::new(self),
            __ironfence_closure,
        )
    }
}
impl ::ironfence::__private::Field for shared_fields::first {
    type Place = ::ironfence::__private::Place<0, 0, 0>;
    type AskBy = ::ironfence::__private::AskBy<(shared_fields::__ask_by::lock_first)>;
}
impl ::ironfence::__private::Field for shared_fields::second {
    type Place = ::ironfence::__private::Place<0, 0, 1>;
    type AskBy = ::ironfence::__private::AskBy<
        (shared_fields::__ask_by::read_second, shared_fields::__ask_by::write_second),
    >;
}
impl ::ironfence::__private::Field for shared_fields::third {
    type Place = ::ironfence::__private::Place<0, 0, 2>;
    type AskBy = ::ironfence::__private::AskBy<(shared_fields::__ask_by::lock_third)>;
}
/// A session over the locks of a [`Shared`]: takes one after the other, in the order in which they are declared.
struct SharedSession<
    '__a,
    T,
    __P = ::ironfence::__private::Start,
    __O = ::ironfence::__private::Root,
>(
    ::ironfence::__private::Token<&'__a Shared<T>, __P, __O>,
);
#[automatically_derived]
impl<'__a, T, __P, __O> SharedSession<'__a, T, __P, __O> {
    /// Takes `first`, and then goes on.
    #[track_caller]
    fn lock_first(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Lock<'__a, T>,
        SharedSession<'__a, T, shared_fields::first, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<shared_fields::first>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::Mutex::lock(
                &::ironfence::__private::Token::twin(&self.0).first,
            ),
            SharedSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `second`, to be read, and then goes on.
    #[track_caller]
    fn read_second(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Read<'__a, u8>,
        SharedSession<'__a, T, shared_fields::second, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<shared_fields::second>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::read(
                &::ironfence::__private::Token::twin(&self.0).second,
            ),
            SharedSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `second`, to be written, and then goes on.
    #[track_caller]
    fn write_second(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Write<'__a, u8>,
        SharedSession<'__a, T, shared_fields::second, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<shared_fields::second>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::write(
                &::ironfence::__private::Token::twin(&self.0).second,
            ),
            SharedSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `second`, to be read and perhaps upgraded, and then goes on.
    #[track_caller]
    fn upgradable_second(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::UpgradableRead<'__a, u8>,
        SharedSession<'__a, T, shared_fields::second, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<shared_fields::second>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::upgradable_read(
                &::ironfence::__private::Token::twin(&self.0).second,
            ),
            SharedSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `third`, and then goes on.
    #[track_caller]
    fn lock_third(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Lock<'__a, u8>,
        SharedSession<'__a, T, shared_fields::third, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<shared_fields::third>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::Mutex::lock(
                &::ironfence::__private::Token::twin(&self.0).third,
            ),
            SharedSession(::ironfence::__private::Token::next(self.0)),
        )
    }
}
#[automatically_derived]
impl<'__a, T, __P, __O> SharedSession<'__a, T, __P, __O> {
    /// The same session for a while: for a loop, or a call. What is locked by it is
    /// released when this one is used again.
    pub fn reborrow(&mut self) -> SharedSession<'_, T, __P, __O>
    where
        __O: ::ironfence::__private::Nesting,
    {
        SharedSession(::ironfence::__private::Token::reborrow(&mut self.0))
    }
    /// Two branches at once, each of which goes on from here. No guard leaves them.
    pub fn both<__X, __Y>(
        &mut self,
        __ironfence_first: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            SharedSession<'__t, T, __P, __O>,
        ) -> __X,
        __ironfence_second: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            SharedSession<'__t, T, __P, __O>,
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
            async move { __ironfence_first(SharedSession(__ironfence_a)).await },
            async move { __ironfence_second(SharedSession(__ironfence_b)).await },
        )
    }
}
#[automatically_derived]
impl<
    '__a,
    T,
    __P,
    __T: ::ironfence::__private::Twin,
    __F,
    __O,
> SharedSession<'__a, T, __P, ::ironfence::__private::Outer<__T, __F, __O>> {
    /// Back to the session of the outer struct, after the field that was entered.
    pub fn leave(self) -> __T::Session<'__a, __F, __O>
    where
        __T: '__a,
    {
        <__T as ::ironfence::__private::Twin>::session(
            ::ironfence::__private::Token::leave(self.0),
        )
    }
}
#[automatically_derived]
impl<'__a, T, __P, __O> SharedSession<'__a, T, __P, __O> {
    /// Goes on in another value, whose struct is at a higher level. This session is over then, or for
    /// a while if it was reborrowed; what it has taken stays held.
    #[track_caller]
    pub fn then<__T>(
        self,
        __next: &'__a __T,
    ) -> __T::Session<'__a, ::ironfence::__private::Start, ::ironfence::__private::Root>
    where
        __T: ::ironfence::__private::Behind<1>,
        __O: ::ironfence::__private::Outermost,
    {
        ::ironfence::__private::then(self.0, __next)
    }
    /// Ends with locks of several values at higher levels, taken together as by `lock_all`.
    #[track_caller]
    pub fn then_all<__R>(
        self,
        __request: __R,
    ) -> ::ironfence::__private::Together<__R::Wanted, __R::Room>
    where
        __R: ::ironfence::__private::Within<'__a>,
        __O: ::ironfence::__private::Outermost,
    {
        ::ironfence::__private::then_all(self.0, __request)
    }
}
