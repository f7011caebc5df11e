/// The guarded twin of [`State`].
#[allow(clippy::struct_field_names)]
#[derive(Debug, Default)]
#[allow(dead_code)]
#[must_use = "it is state"]
#[repr(C)]
pub(super) struct Shared {
    /// As in [`State`].
    by_default: crate::vendored::fence::__private::RwLock<u8>,
    /// As in [`State`].
    r#type: crate::vendored::fence::__private::Mutex<u8>,
    /// As in [`State`].
    #[deprecated]
    into_inner: u8,
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl crate::vendored::fence::__private::Guarded for State {
    type Twin = Shared;
    fn into_guarded(self) -> Shared {
        {
            use crate::vendored::fence::__private::ComesApart as _;
            <crate::vendored::fence::__private::Apart<Self>>::check();
        }
        let __ironfence_twin = Shared {
            by_default: crate::vendored::fence::__private::RwLock::new(self.by_default),
            r#type: crate::vendored::fence::__private::Mutex::new(self.r#type),
            into_inner: self.into_inner,
        };
        crate::vendored::fence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.by_default,
            (
                crate::vendored::fence::__private::core::module_path!(),
                "State",
                "by_default",
            ),
        );
        crate::vendored::fence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.r#type,
            (crate::vendored::fence::__private::core::module_path!(), "State", "type"),
        );
        __ironfence_twin
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl State {
    /// Puts each field behind its lock.
    pub fn into_guarded(self) -> Shared {
        crate::vendored::fence::__private::Guarded::into_guarded(self)
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl crate::vendored::fence::__private::core::convert::From<State> for Shared {
    fn from(__ironfence_plain: State) -> Self {
        crate::vendored::fence::__private::Guarded::into_guarded(__ironfence_plain)
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl crate::vendored::fence::__private::Twin for Shared {
    type Plain = State;
    type Level = crate::vendored::fence::__private::Level<0>;
    type Locks<'__a> = SharedLocks<'__a> where Self: '__a;
    type Session<'__a, __P, __O> = SharedSession<'__a, __P, __O> where Self: '__a;
    type ReadAll<'__a> = SharedLocks<
        '__a,
        crate::vendored::fence::__private::Read<shared_fields::by_default>,
        crate::vendored::fence::__private::Locked<shared_fields::r#type>,
    >
    where
        Self: '__a;
    type LockAll<'__a> = SharedLocks<
        '__a,
        crate::vendored::fence::__private::Write<shared_fields::by_default>,
        crate::vendored::fence::__private::Locked<shared_fields::r#type>,
    >
    where
        Self: '__a;
    fn into_inner(self) -> State {
        {
            use crate::vendored::fence::__private::ComesApart as _;
            <crate::vendored::fence::__private::Apart<Self>>::check();
        }
        State {
            by_default: crate::vendored::fence::__private::RwLock::into_inner(
                self.by_default,
            ),
            r#type: crate::vendored::fence::__private::Mutex::into_inner(self.r#type),
            into_inner: self.into_inner,
        }
    }
    fn locks(&self) -> Self::Locks<'_> {
        SharedLocks {
            await_it_first: crate::vendored::fence::__private::Asking::new(self),
        }
    }
    fn session<__P, __O>(
        __ironfence_token: crate::vendored::fence::__private::Token<&Self, __P, __O>,
    ) -> Self::Session<'_, __P, __O> {
        SharedSession(__ironfence_token)
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<
    __G0,
    __G1,
> crate::vendored::fence::__private::CopyTwin<SharedHeld<__G0, __G1>, State> for Shared
where
    for<'__x> u8: crate::vendored::fence::__private::CopyField<0>,
    __G0: crate::vendored::fence::__private::core::ops::Deref<Target = u8>,
    for<'__x> u8: crate::vendored::fence::__private::CopyField<1>,
    __G1: crate::vendored::fence::__private::core::ops::Deref<Target = u8>,
    for<'__x> u8: crate::vendored::fence::__private::CopyField<2>,
{
    fn copy(&self, __ironfence_held: &SharedHeld<__G0, __G1>) -> State {
        State {
            by_default: crate::vendored::fence::__private::CopyField::<
                0,
            >::copy(&*__ironfence_held.by_default),
            r#type: crate::vendored::fence::__private::CopyField::<
                1,
            >::copy(&*__ironfence_held.r#type),
            into_inner: crate::vendored::fence::__private::CopyField::<
                2,
            >::copy(&self.into_inner),
        }
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl Shared {
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> State {
        crate::vendored::fence::__private::Twin::into_inner(self)
    }
    /// Begins a set of locks, to be taken together in the order in which the fields are
    /// declared: say which, each once, and await it.
    pub fn locks(&self) -> SharedLocks<'_> {
        crate::vendored::fence::__private::Twin::locks(self)
    }
    /// A set of locks whose guards keep the `Arc`, so that they may go into another task: the
    /// closure says which, as in `bank.locks_owned(|bank| bank.write_..().lock_..())`.
    pub fn locks_owned<'__a, __N>(
        self: &'__a crate::vendored::fence::__private::Arc<Self>,
        __ironfence_ask: impl crate::vendored::fence::__private::core::ops::FnOnce(
            SharedLocks<'__a>,
        ) -> __N,
    ) -> crate::vendored::fence::__private::OwnedSet<
        Self,
        <__N as crate::vendored::fence::__private::Set>::HeldOwned<Self>,
        <<__N as crate::vendored::fence::__private::Set>::Row as crate::vendored::fence::__private::Places>::Room,
    >
    where
        __N: crate::vendored::fence::__private::Set<Twin = &'__a Self>,
    {
        _ = __ironfence_ask(crate::vendored::fence::__private::Twin::locks(&**self));
        crate::vendored::fence::__private::owned_set::<__N, Self>(self)
    }
    /// Begins a session: takes one lock after the other, in the order in which the fields
    /// are declared. Backwards does not compile.
    #[track_caller]
    pub fn session(&self) -> SharedSession<'_> {
        crate::vendored::fence::__private::session(self)
    }
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    #[track_caller]
    pub fn snapshot<'__a>(
        &'__a self,
    ) -> crate::vendored::fence::__private::Snapshot<'__a, Self>
    where
        for<'__x> Self: crate::vendored::fence::__private::CopyTwin<
            <<Self as crate::vendored::fence::__private::Twin>::ReadAll<
                '__a,
            > as crate::vendored::fence::__private::Set>::Held,
            State,
        >,
    {
        crate::vendored::fence::__private::Snapshot::new(self)
    }
}
/// The guarded fields of [`State`], as types: what sets and sessions call them.
#[allow(clippy::struct_field_names)]
pub(super) mod shared_fields {
    /// The field `by_default`.
    #[non_exhaustive]
    pub enum by_default {}
    /// The field `type`.
    #[non_exhaustive]
    pub enum r#type {}
    #[doc(hidden)]
    pub mod __ask_by {
        #[non_exhaustive]
        pub enum read_by_default {}
        #[non_exhaustive]
        pub enum write_by_default {}
        #[non_exhaustive]
        pub enum lock_type {}
    }
}
/// A set of locks of a [`Shared`] that is asked for: await it, or call `try_now` or `blocking`.
#[allow(clippy::struct_field_names)]
#[must_use = "a set of locks does nothing until it is awaited"]
pub(super) struct SharedLocks<
    '__a,
    __S0 = crate::vendored::fence::__private::NotAsked<shared_fields::by_default>,
    __S1 = crate::vendored::fence::__private::NotAsked<shared_fields::r#type>,
> {
    await_it_first: crate::vendored::fence::__private::Asking<
        &'__a Shared,
        (__S0, __S1),
    >,
}
/// What is held of a [`Shared`]: a guard for each field that was asked for.
#[derive(crate::vendored::fence::__private::core::fmt::Debug)]
#[allow(clippy::struct_field_names)]
#[must_use = "if unused, the locks are released at once: bind it, `let held = ..`"]
pub(super) struct SharedHeld<__G0, __G1> {
    /// The guard of `by_default`, if it was asked for.
    by_default: __G0,
    /// The guard of `type`, if it was asked for.
    r#type: __G1,
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __S0, __S1> SharedLocks<'__a, __S0, __S1> {
    /// Asks for `by_default`, to be read.
    fn read_by_default(
        self,
    ) -> SharedLocks<
        '__a,
        crate::vendored::fence::__private::Read<shared_fields::by_default>,
        __S1,
    >
    where
        __S0: crate::vendored::fence::__private::Free<shared_fields::by_default>,
    {
        SharedLocks {
            await_it_first: crate::vendored::fence::__private::Asking::next(
                &self.await_it_first,
            ),
        }
    }
    /// Asks for `by_default`, to be written.
    fn write_by_default(
        self,
    ) -> SharedLocks<
        '__a,
        crate::vendored::fence::__private::Write<shared_fields::by_default>,
        __S1,
    >
    where
        __S0: crate::vendored::fence::__private::Free<shared_fields::by_default>,
    {
        SharedLocks {
            await_it_first: crate::vendored::fence::__private::Asking::next(
                &self.await_it_first,
            ),
        }
    }
    /// Asks for `by_default`, to be read and perhaps upgraded.
    fn upgradable_by_default(
        self,
    ) -> SharedLocks<
        '__a,
        crate::vendored::fence::__private::Upgradable<shared_fields::by_default>,
        __S1,
    >
    where
        __S0: crate::vendored::fence::__private::Free<shared_fields::by_default>,
    {
        SharedLocks {
            await_it_first: crate::vendored::fence::__private::Asking::next(
                &self.await_it_first,
            ),
        }
    }
    #[doc(hidden)]
    fn lock_by_default(self) -> Self
    where
        __S0: crate::vendored::fence::__private::IsMutex<shared_fields::by_default>,
    {
        self
    }
    /// Asks for `type`.
    fn lock_type(
        self,
    ) -> SharedLocks<
        '__a,
        __S0,
        crate::vendored::fence::__private::Locked<shared_fields::r#type>,
    >
    where
        __S1: crate::vendored::fence::__private::Free<shared_fields::r#type>,
    {
        SharedLocks {
            await_it_first: crate::vendored::fence::__private::Asking::next(
                &self.await_it_first,
            ),
        }
    }
    #[doc(hidden)]
    fn read_type(self) -> Self
    where
        __S1: crate::vendored::fence::__private::IsRwLock<shared_fields::r#type>,
    {
        self
    }
    #[doc(hidden)]
    fn write_type(self) -> Self
    where
        __S1: crate::vendored::fence::__private::IsRwLock<shared_fields::r#type>,
    {
        self
    }
    #[doc(hidden)]
    fn upgradable_type(self) -> Self
    where
        __S1: crate::vendored::fence::__private::IsRwLock<shared_fields::r#type>,
    {
        self
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<
    '__a,
> SharedLocks<
    '__a,
    crate::vendored::fence::__private::NotAsked<shared_fields::by_default>,
    crate::vendored::fence::__private::NotAsked<shared_fields::r#type>,
> {
    /// Asks for all the locks: rwlocks to be read, mutexes as they are.
    pub fn read_all(
        self,
    ) -> <Shared as crate::vendored::fence::__private::Twin>::ReadAll<'__a> {
        SharedLocks {
            await_it_first: crate::vendored::fence::__private::Asking::next(
                &self.await_it_first,
            ),
        }
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(
        self,
    ) -> <Shared as crate::vendored::fence::__private::Twin>::LockAll<'__a> {
        SharedLocks {
            await_it_first: crate::vendored::fence::__private::Asking::next(
                &self.await_it_first,
            ),
        }
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __S0, __S1, __L0, __L1, __G0, __G1> crate::vendored::fence::__private::Set
for SharedLocks<'__a, __S0, __S1>
where
    __S0: crate::vendored::fence::__private::Slot<
        &'__a crate::vendored::fence::__private::RwLock<u8>,
        Place = __L0,
    >,
    __L0: crate::vendored::fence::__private::Places<Guard = __G0>,
    __S1: crate::vendored::fence::__private::Slot<
        &'__a crate::vendored::fence::__private::Mutex<u8>,
        Place = __L1,
    >,
    __L1: crate::vendored::fence::__private::Places<Guard = __G1>,
{
    type Twin = &'__a Shared;
    type Held = SharedHeld<__G0, __G1>;
    type HeldOwned<__O> = SharedHeld<
        <__L0 as crate::vendored::fence::__private::Places>::Owned<__O>,
        <__L1 as crate::vendored::fence::__private::Places>::Owned<__O>,
    >;
    type Row = (__L0, __L1);
    const OFFSETS: &'static [crate::vendored::fence::__private::core::primitive::usize] = &{
        let __ironfence_all = crate::vendored::fence::__private::offsets([
            crate::vendored::fence::__private::Extent::of::<
                crate::vendored::fence::__private::RwLock<u8>,
            >(),
            crate::vendored::fence::__private::Extent::of::<
                crate::vendored::fence::__private::Mutex<u8>,
            >(),
            crate::vendored::fence::__private::Extent::of::<u8>(),
        ]);
        [__ironfence_all[0], __ironfence_all[1]]
    };
    #[inline]
    fn twin(&self) -> Self::Twin {
        crate::vendored::fence::__private::Asking::twin(&self.await_it_first)
    }
    #[inline]
    fn row(__ironfence_twin: Self::Twin) -> Self::Row {
        (__S0::of(&__ironfence_twin.by_default), __S1::of(&__ironfence_twin.r#type))
    }
    #[inline]
    fn held((__ironfence_guard0, __ironfence_guard1): (__G0, __G1)) -> Self::Held {
        SharedHeld {
            by_default: __ironfence_guard0,
            r#type: __ironfence_guard1,
        }
    }
    #[inline]
    fn held_owned<__O>(
        (
            __ironfence_guard0,
            __ironfence_guard1,
        ): (
            <__L0 as crate::vendored::fence::__private::Places>::Owned<__O>,
            <__L1 as crate::vendored::fence::__private::Places>::Owned<__O>,
        ),
    ) -> Self::HeldOwned<__O> {
        SharedHeld {
            by_default: __ironfence_guard0,
            r#type: __ironfence_guard1,
        }
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __S0, __S1> crate::vendored::fence::__private::Request
for SharedLocks<'__a, __S0, __S1>
where
    for<'__x> Self: crate::vendored::fence::__private::Set,
{
    type Guards = <Self as crate::vendored::fence::__private::Set>::Held;
    type Wanted = crate::vendored::fence::__private::Asked<
        Self,
        <Self as crate::vendored::fence::__private::Set>::Twin,
    >;
    type Room = <<Self as crate::vendored::fence::__private::Set>::Row as crate::vendored::fence::__private::Places>::Room;
    #[inline]
    fn wanted(self) -> Self::Wanted {
        crate::vendored::fence::__private::Asked::new(self)
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __S0, __S1> crate::vendored::fence::__private::Within<'__a>
for SharedLocks<'__a, __S0, __S1>
where
    for<'__x> Self: crate::vendored::fence::__private::Set,
{}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __S0, __S1> crate::vendored::fence::__private::core::future::IntoFuture
for SharedLocks<'__a, __S0, __S1>
where
    for<'__x> Self: crate::vendored::fence::__private::Set,
{
    type Output = <Self as crate::vendored::fence::__private::Set>::Held;
    type IntoFuture = crate::vendored::fence::__private::SetFuture<Self>;
    #[track_caller]
    fn into_future(self) -> crate::vendored::fence::__private::SetFuture<Self> {
        crate::vendored::fence::__private::SetFuture::new(self)
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __S0, __S1> SharedLocks<'__a, __S0, __S1> {
    /// The guards, if none of the locks has to be waited for; else none is taken.
    #[track_caller]
    pub fn try_now(
        self,
    ) -> crate::vendored::fence::__private::core::option::Option<
        <Self as crate::vendored::fence::__private::Set>::Held,
    >
    where
        for<'__x> Self: crate::vendored::fence::__private::Set,
    {
        crate::vendored::fence::__private::try_set(self)
    }
    /// The guards, waiting with the thread. For code outside async tasks.
    #[track_caller]
    pub fn blocking(self) -> <Self as crate::vendored::fence::__private::Set>::Held
    where
        for<'__x> Self: crate::vendored::fence::__private::BlockingSet,
    {
        crate::vendored::fence::__private::BlockingSet::blocking(self)
    }
    /// Takes the locks, calls a closure with what is held, and releases them. The closure
    /// can't await.
    #[track_caller]
    pub fn with<__R, __F>(
        self,
        __ironfence_closure: __F,
    ) -> crate::vendored::fence::__private::WithHeld<
        crate::vendored::fence::__private::SetFuture<Self>,
        __F,
        __R,
    >
    where
        for<'__x> Self: crate::vendored::fence::__private::Set,
        __F: crate::vendored::fence::__private::core::ops::FnOnce(
            &mut <Self as crate::vendored::fence::__private::Set>::Held,
        ) -> __R,
    {
        crate::vendored::fence::__private::WithHeld::new(
            crate::vendored::fence::__private::SetFuture::new(self),
            __ironfence_closure,
        )
    }
}
impl crate::vendored::fence::__private::Field for shared_fields::by_default {
    type Place = crate::vendored::fence::__private::Place<0, 0, 0>;
    type AskBy = crate::vendored::fence::__private::AskBy<
        (
            shared_fields::__ask_by::read_by_default,
            shared_fields::__ask_by::write_by_default,
        ),
    >;
}
impl crate::vendored::fence::__private::Field for shared_fields::r#type {
    type Place = crate::vendored::fence::__private::Place<0, 0, 1>;
    type AskBy = crate::vendored::fence::__private::AskBy<
        (shared_fields::__ask_by::lock_type),
    >;
}
/// A session over the locks of a [`Shared`]: takes one after the other, in the order in which they are declared.
#[allow(clippy::struct_field_names)]
pub(super) struct SharedSession<
    '__a,
    __P = crate::vendored::fence::__private::Start,
    __O = crate::vendored::fence::__private::Root,
>(
    crate::vendored::fence::__private::Token<&'__a Shared, __P, __O>,
);
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __P, __O> SharedSession<'__a, __P, __O> {
    /// Takes `by_default`, to be read, and then goes on.
    #[track_caller]
    fn read_by_default(
        self,
    ) -> crate::vendored::fence::__private::Step<
        crate::vendored::fence::__private::futures::Read<'__a, u8>,
        SharedSession<'__a, shared_fields::by_default, __O>,
    >
    where
        __P: crate::vendored::fence::__private::MayLock<shared_fields::by_default>,
    {
        crate::vendored::fence::__private::Step::new(
            crate::vendored::fence::__private::RwLock::read(
                &crate::vendored::fence::__private::Token::twin(&self.0).by_default,
            ),
            SharedSession(crate::vendored::fence::__private::Token::next(self.0)),
        )
    }
    /// Takes `by_default`, to be written, and then goes on.
    #[track_caller]
    fn write_by_default(
        self,
    ) -> crate::vendored::fence::__private::Step<
        crate::vendored::fence::__private::futures::Write<'__a, u8>,
        SharedSession<'__a, shared_fields::by_default, __O>,
    >
    where
        __P: crate::vendored::fence::__private::MayLock<shared_fields::by_default>,
    {
        crate::vendored::fence::__private::Step::new(
            crate::vendored::fence::__private::RwLock::write(
                &crate::vendored::fence::__private::Token::twin(&self.0).by_default,
            ),
            SharedSession(crate::vendored::fence::__private::Token::next(self.0)),
        )
    }
    /// Takes `by_default`, to be read and perhaps upgraded, and then goes on.
    #[track_caller]
    fn upgradable_by_default(
        self,
    ) -> crate::vendored::fence::__private::Step<
        crate::vendored::fence::__private::futures::UpgradableRead<'__a, u8>,
        SharedSession<'__a, shared_fields::by_default, __O>,
    >
    where
        __P: crate::vendored::fence::__private::MayLock<shared_fields::by_default>,
    {
        crate::vendored::fence::__private::Step::new(
            crate::vendored::fence::__private::RwLock::upgradable_read(
                &crate::vendored::fence::__private::Token::twin(&self.0).by_default,
            ),
            SharedSession(crate::vendored::fence::__private::Token::next(self.0)),
        )
    }
    /// Takes `type`, and then goes on.
    #[track_caller]
    fn lock_type(
        self,
    ) -> crate::vendored::fence::__private::Step<
        crate::vendored::fence::__private::futures::Lock<'__a, u8>,
        SharedSession<'__a, shared_fields::r#type, __O>,
    >
    where
        __P: crate::vendored::fence::__private::MayLock<shared_fields::r#type>,
    {
        crate::vendored::fence::__private::Step::new(
            crate::vendored::fence::__private::Mutex::lock(
                &crate::vendored::fence::__private::Token::twin(&self.0).r#type,
            ),
            SharedSession(crate::vendored::fence::__private::Token::next(self.0)),
        )
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __P, __O> SharedSession<'__a, __P, __O> {
    /// The same session for a while: for a loop, or a call. What is locked by it is
    /// released when this one is used again.
    pub fn reborrow(&mut self) -> SharedSession<'_, __P, __O>
    where
        __O: crate::vendored::fence::__private::Nesting,
    {
        SharedSession(crate::vendored::fence::__private::Token::reborrow(&mut self.0))
    }
    /// Two branches at once, each of which goes on from here. No guard leaves them.
    pub fn both<__X, __Y>(
        &mut self,
        __ironfence_first: impl for<'__t> crate::vendored::fence::__private::core::ops::AsyncFnOnce(
            SharedSession<'__t, __P, __O>,
        ) -> __X,
        __ironfence_second: impl for<'__t> crate::vendored::fence::__private::core::ops::AsyncFnOnce(
            SharedSession<'__t, __P, __O>,
        ) -> __Y,
    ) -> crate::vendored::fence::__private::Both<
        '_,
        impl crate::vendored::fence::__private::core::future::Future<Output = __X>,
        impl crate::vendored::fence::__private::core::future::Future<Output = __Y>,
        __X,
        __Y,
    >
    where
        __O: crate::vendored::fence::__private::Nesting,
    {
        let (__ironfence_a, __ironfence_b) = (
            crate::vendored::fence::__private::Token::again(&self.0),
            crate::vendored::fence::__private::Token::again(&self.0),
        );
        crate::vendored::fence::__private::Both::new(
            async move { __ironfence_first(SharedSession(__ironfence_a)).await },
            async move { __ironfence_second(SharedSession(__ironfence_b)).await },
        )
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<
    '__a,
    __P,
    __T: crate::vendored::fence::__private::Twin,
    __F,
    __O,
> SharedSession<'__a, __P, crate::vendored::fence::__private::Outer<__T, __F, __O>> {
    /// Back to the session of the outer struct, after the field that was entered.
    pub fn leave(self) -> __T::Session<'__a, __F, __O>
    where
        __T: '__a,
    {
        <__T as crate::vendored::fence::__private::Twin>::session(
            crate::vendored::fence::__private::Token::leave(self.0),
        )
    }
}
#[automatically_derived]
#[allow(clippy::struct_field_names)]
impl<'__a, __P, __O> SharedSession<'__a, __P, __O> {
    /// Goes on in another value, whose struct is at a higher level. This session is over then, or for
    /// a while if it was reborrowed; what it has taken stays held.
    #[track_caller]
    pub fn then<__T>(
        self,
        __next: &'__a __T,
    ) -> __T::Session<
        '__a,
        crate::vendored::fence::__private::Start,
        crate::vendored::fence::__private::Root,
    >
    where
        __T: crate::vendored::fence::__private::Behind<1>,
        __O: crate::vendored::fence::__private::Outermost,
    {
        crate::vendored::fence::__private::then(self.0, __next)
    }
    /// Ends with locks of several values at higher levels, taken together as by `lock_all`.
    #[track_caller]
    pub fn then_all<__R>(
        self,
        __request: __R,
    ) -> crate::vendored::fence::__private::Together<__R::Wanted, __R::Room>
    where
        __R: crate::vendored::fence::__private::Within<'__a>,
        __O: crate::vendored::fence::__private::Outermost,
    {
        crate::vendored::fence::__private::then_all(self.0, __request)
    }
}
