/// The guarded twin of [`Pair`].
#[repr(C)]
pub struct PairGuarded<T>(
    /// As in [`Pair`].
    pub ::ironfence::__private::Mutex<T>,
    /// As in [`Pair`].
    ::ironfence::__private::RwLock<T>,
    /// As in [`Pair`].
    u8,
)
where
    T: Send;
#[automatically_derived]
impl<T> ::ironfence::__private::Guarded for Pair<T>
where
    T: Send,
{
    type Twin = PairGuarded<T>;
    fn into_guarded(self) -> PairGuarded<T> {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        let __ironfence_twin = PairGuarded {
            0: ::ironfence::__private::Mutex::new(self.0),
            1: ::ironfence::__private::RwLock::new(self.1),
            2: self.2,
        };
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.0,
            (::ironfence::__private::core::module_path!(), "Pair", "0"),
        );
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.1,
            (::ironfence::__private::core::module_path!(), "Pair", "1"),
        );
        __ironfence_twin
    }
}
#[automatically_derived]
impl<T> Pair<T>
where
    T: Send,
{
    /// Puts each field behind its lock.
    pub fn into_guarded(self) -> PairGuarded<T> {
        ::ironfence::__private::Guarded::into_guarded(self)
    }
}
#[automatically_derived]
impl<T> ::ironfence::__private::core::convert::From<Pair<T>> for PairGuarded<T>
where
    T: Send,
{
    fn from(__ironfence_plain: Pair<T>) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__ironfence_plain)
    }
}
#[automatically_derived]
impl<T> ::ironfence::__private::Twin for PairGuarded<T>
where
    T: Send,
{
    type Plain = Pair<T>;
    type Level = ::ironfence::__private::Level<0>;
    type Locks<'__a> = PairLocks<'__a, T> where Self: '__a;
    type Session<'__a, __P, __O> = PairSession<'__a, T, __P, __O> where Self: '__a;
    type ReadAll<'__a> = PairLocks<
        '__a,
        T,
        ::ironfence::__private::Locked<pair_fields::_0>,
        ::ironfence::__private::Read<pair_fields::_1>,
    >
    where
        Self: '__a;
    type LockAll<'__a> = PairLocks<
        '__a,
        T,
        ::ironfence::__private::Locked<pair_fields::_0>,
        ::ironfence::__private::Write<pair_fields::_1>,
    >
    where
        Self: '__a;
    fn into_inner(self) -> Pair<T> {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        Pair {
            0: ::ironfence::__private::Mutex::into_inner(self.0),
            1: ::ironfence::__private::RwLock::into_inner(self.1),
            2: self.2,
        }
    }
    fn locks(&self) -> Self::Locks<'_> {
        PairLocks {
            await_it_first: ::ironfence::__private::Asking::new(self),
        }
    }
    fn session<__P, __O>(
        __ironfence_token: ::ironfence::__private::Token<&Self, __P, __O>,
    ) -> Self::Session<'_, __P, __O> {
        PairSession(__ironfence_token)
    }
}
#[automatically_derived]
impl<T, __G0, __G1> ::ironfence::__private::CopyTwin<PairHeld<__G0, __G1>, Pair<T>>
for PairGuarded<T>
where
    T: Send,
    for<'__x> T: ::ironfence::__private::CopyField<0>,
    __G0: ::ironfence::__private::core::ops::Deref<Target = T>,
    for<'__x> T: ::ironfence::__private::CopyField<1>,
    __G1: ::ironfence::__private::core::ops::Deref<Target = T>,
    for<'__x> u8: ::ironfence::__private::CopyField<2>,
{
    fn copy(&self, __ironfence_held: &PairHeld<__G0, __G1>) -> Pair<T> {
        Pair {
            0: ::ironfence::__private::CopyField::<0>::copy(&*__ironfence_held.0),
            1: ::ironfence::__private::CopyField::<1>::copy(&*__ironfence_held.1),
            2: ::ironfence::__private::CopyField::<2>::copy(&self.2),
        }
    }
}
#[automatically_derived]
impl<T> PairGuarded<T>
where
    T: Send,
{
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> Pair<T> {
        ::ironfence::__private::Twin::into_inner(self)
    }
    /// Begins a set of locks, to be taken together in the order in which the fields are
    /// declared: say which, each once, and await it.
    pub fn locks(&self) -> PairLocks<'_, T> {
        ::ironfence::__private::Twin::locks(self)
    }
    /// A set of locks whose guards keep the `Arc`, so that they may go into another task: the
    /// closure says which, as in `bank.locks_owned(|bank| bank.write_..().lock_..())`.
    pub fn locks_owned<'__a, __N>(
        self: &'__a ::ironfence::__private::Arc<Self>,
        __ironfence_ask: impl ::ironfence::__private::core::ops::FnOnce(
            PairLocks<'__a, T>,
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
    pub fn session(&self) -> PairSession<'_, T> {
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
            Pair<T>,
        >,
    {
        ::ironfence::__private::Snapshot::new(self)
    }
}
/// The guarded fields of [`Pair`], as types: what sets and sessions call them.
pub mod pair_fields {
    /// The field `0`.
    #[non_exhaustive]
    pub enum _0 {}
    /// The field `1`.
    #[non_exhaustive]
    pub enum _1 {}
    #[doc(hidden)]
    pub mod __ask_by {
        #[non_exhaustive]
        pub enum lock_0 {}
        #[non_exhaustive]
        pub enum read_1 {}
        #[non_exhaustive]
        pub enum write_1 {}
    }
}
/// A set of locks of a [`PairGuarded`] that is asked for: await it, or call `try_now` or `blocking`.
#[must_use = "a set of locks does nothing until it is awaited"]
pub struct PairLocks<
    '__a,
    T,
    __S0 = ::ironfence::__private::NotAsked<pair_fields::_0>,
    __S1 = ::ironfence::__private::NotAsked<pair_fields::_1>,
>
where
    T: Send,
{
    await_it_first: ::ironfence::__private::Asking<&'__a PairGuarded<T>, (__S0, __S1)>,
}
/// What is held of a [`PairGuarded`]: a guard for each field that was asked for.
#[derive(::ironfence::__private::core::fmt::Debug)]
#[must_use = "if unused, the locks are released at once: bind it, `let held = ..`"]
pub struct PairHeld<__G0, __G1>(
    /// The guard of `0`, if it was asked for.
    pub __G0,
    /// The guard of `1`, if it was asked for.
    __G1,
    #[doc(hidden)]
    pub (),
);
#[automatically_derived]
impl<'__a, T, __S0, __S1> PairLocks<'__a, T, __S0, __S1>
where
    T: Send,
{
    /// Asks for `0`.
    pub fn lock_0(
        self,
    ) -> PairLocks<'__a, T, ::ironfence::__private::Locked<pair_fields::_0>, __S1>
    where
        __S0: ::ironfence::__private::Free<pair_fields::_0>,
    {
        PairLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    pub fn read_0(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<pair_fields::_0>,
    {
        self
    }
    #[doc(hidden)]
    pub fn write_0(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<pair_fields::_0>,
    {
        self
    }
    #[doc(hidden)]
    pub fn upgradable_0(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<pair_fields::_0>,
    {
        self
    }
    /// Asks for `1`, to be read.
    fn read_1(
        self,
    ) -> PairLocks<'__a, T, __S0, ::ironfence::__private::Read<pair_fields::_1>>
    where
        __S1: ::ironfence::__private::Free<pair_fields::_1>,
    {
        PairLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `1`, to be written.
    fn write_1(
        self,
    ) -> PairLocks<'__a, T, __S0, ::ironfence::__private::Write<pair_fields::_1>>
    where
        __S1: ::ironfence::__private::Free<pair_fields::_1>,
    {
        PairLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `1`, to be read and perhaps upgraded.
    fn upgradable_1(
        self,
    ) -> PairLocks<'__a, T, __S0, ::ironfence::__private::Upgradable<pair_fields::_1>>
    where
        __S1: ::ironfence::__private::Free<pair_fields::_1>,
    {
        PairLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn lock_1(self) -> Self
    where
        __S1: ::ironfence::__private::IsMutex<pair_fields::_1>,
    {
        self
    }
}
#[automatically_derived]
impl<
    '__a,
    T,
> PairLocks<
    '__a,
    T,
    ::ironfence::__private::NotAsked<pair_fields::_0>,
    ::ironfence::__private::NotAsked<pair_fields::_1>,
>
where
    T: Send,
{
    /// Asks for all the locks: rwlocks to be read, mutexes as they are.
    pub fn read_all(
        self,
    ) -> <PairGuarded<T> as ::ironfence::__private::Twin>::ReadAll<'__a> {
        PairLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(
        self,
    ) -> <PairGuarded<T> as ::ironfence::__private::Twin>::LockAll<'__a> {
        PairLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<'__a, T, __S0, __S1, __L0, __L1, __G0, __G1> ::ironfence::__private::Set
for PairLocks<'__a, T, __S0, __S1>
where
    T: Send,
    __S0: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::Mutex<T>,
        Place = __L0,
    >,
    __L0: ::ironfence::__private::Places<Guard = __G0>,
    __S1: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::RwLock<T>,
        Place = __L1,
    >,
    __L1: ::ironfence::__private::Places<Guard = __G1>,
{
    type Twin = &'__a PairGuarded<T>;
    type Held = PairHeld<__G0, __G1>;
    type HeldOwned<__O> = PairHeld<
        <__L0 as ::ironfence::__private::Places>::Owned<__O>,
        <__L1 as ::ironfence::__private::Places>::Owned<__O>,
    >;
    type Row = (__L0, __L1);
    const OFFSETS: &'static [::ironfence::__private::core::primitive::usize] = &{
        let __ironfence_all = ::ironfence::__private::offsets([
            ::ironfence::__private::Extent::of::<::ironfence::__private::Mutex<T>>(),
            ::ironfence::__private::Extent::of::<::ironfence::__private::RwLock<T>>(),
            ::ironfence::__private::Extent::of::<u8>(),
        ]);
        [__ironfence_all[0], __ironfence_all[1]]
    };
    #[inline]
    fn twin(&self) -> Self::Twin {
        ::ironfence::__private::Asking::twin(&self.await_it_first)
    }
    #[inline]
    fn row(__ironfence_twin: Self::Twin) -> Self::Row {
        (__S0::of(&__ironfence_twin.0), __S1::of(&__ironfence_twin.1))
    }
    #[inline]
    fn held((__ironfence_guard0, __ironfence_guard1): (__G0, __G1)) -> Self::Held {
        PairHeld {
            0: __ironfence_guard0,
            1: __ironfence_guard1,
            2: (),
        }
    }
    #[inline]
    fn held_owned<__O>(
        (
            __ironfence_guard0,
            __ironfence_guard1,
        ): (
            <__L0 as ::ironfence::__private::Places>::Owned<__O>,
            <__L1 as ::ironfence::__private::Places>::Owned<__O>,
        ),
    ) -> Self::HeldOwned<__O> {
        PairHeld {
            0: __ironfence_guard0,
            1: __ironfence_guard1,
            2: (),
        }
    }
}
#[automatically_derived]
impl<'__a, T, __S0, __S1> ::ironfence::__private::Request
for PairLocks<'__a, T, __S0, __S1>
where
    T: Send,
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
impl<'__a, T, __S0, __S1> ::ironfence::__private::Within<'__a>
for PairLocks<'__a, T, __S0, __S1>
where
    T: Send,
    for<'__x> Self: ::ironfence::__private::Set,
{}
#[automatically_derived]
impl<'__a, T, __S0, __S1> ::ironfence::__private::core::future::IntoFuture
for PairLocks<'__a, T, __S0, __S1>
where
    T: Send,
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
impl<'__a, T, __S0, __S1> PairLocks<'__a, T, __S0, __S1>
where
    T: Send,
{
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
impl ::ironfence::__private::Field for pair_fields::_0 {
    type Place = ::ironfence::__private::Place<0, 0, 0>;
    type AskBy = ::ironfence::__private::AskBy<(pair_fields::__ask_by::lock_0)>;
}
impl ::ironfence::__private::Field for pair_fields::_1 {
    type Place = ::ironfence::__private::Place<0, 0, 1>;
    type AskBy = ::ironfence::__private::AskBy<
        (pair_fields::__ask_by::read_1, pair_fields::__ask_by::write_1),
    >;
}
/// A session over the locks of a [`PairGuarded`]: takes one after the other, in the order in which they are declared.
pub struct PairSession<
    '__a,
    T,
    __P = ::ironfence::__private::Start,
    __O = ::ironfence::__private::Root,
>(
    ::ironfence::__private::Token<&'__a PairGuarded<T>, __P, __O>,
)
where
    T: Send;
#[automatically_derived]
impl<'__a, T, __P, __O> PairSession<'__a, T, __P, __O>
where
    T: Send,
{
    /// Takes `0`, and then goes on.
    #[track_caller]
    pub fn lock_0(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Lock<'__a, T>,
        PairSession<'__a, T, pair_fields::_0, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<pair_fields::_0>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::Mutex::lock(
                &::ironfence::__private::Token::twin(&self.0).0,
            ),
            PairSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `1`, to be read, and then goes on.
    #[track_caller]
    fn read_1(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Read<'__a, T>,
        PairSession<'__a, T, pair_fields::_1, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<pair_fields::_1>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::read(
                &::ironfence::__private::Token::twin(&self.0).1,
            ),
            PairSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `1`, to be written, and then goes on.
    #[track_caller]
    fn write_1(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Write<'__a, T>,
        PairSession<'__a, T, pair_fields::_1, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<pair_fields::_1>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::write(
                &::ironfence::__private::Token::twin(&self.0).1,
            ),
            PairSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `1`, to be read and perhaps upgraded, and then goes on.
    #[track_caller]
    fn upgradable_1(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::UpgradableRead<'__a, T>,
        PairSession<'__a, T, pair_fields::_1, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<pair_fields::_1>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::upgradable_read(
                &::ironfence::__private::Token::twin(&self.0).1,
            ),
            PairSession(::ironfence::__private::Token::next(self.0)),
        )
    }
}
#[automatically_derived]
impl<'__a, T, __P, __O> PairSession<'__a, T, __P, __O>
where
    T: Send,
{
    /// The same session for a while: for a loop, or a call. What is locked by it is
    /// released when this one is used again.
    pub fn reborrow(&mut self) -> PairSession<'_, T, __P, __O>
    where
        __O: ::ironfence::__private::Nesting,
    {
        PairSession(::ironfence::__private::Token::reborrow(&mut self.0))
    }
    /// Two branches at once, each of which goes on from here. No guard leaves them.
    pub fn both<__X, __Y>(
        &mut self,
        __ironfence_first: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            PairSession<'__t, T, __P, __O>,
        ) -> __X,
        __ironfence_second: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            PairSession<'__t, T, __P, __O>,
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
            async move { __ironfence_first(PairSession(__ironfence_a)).await },
            async move { __ironfence_second(PairSession(__ironfence_b)).await },
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
> PairSession<'__a, T, __P, ::ironfence::__private::Outer<__T, __F, __O>>
where
    T: Send,
{
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
impl<'__a, T, __P, __O> PairSession<'__a, T, __P, __O>
where
    T: Send,
{
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
