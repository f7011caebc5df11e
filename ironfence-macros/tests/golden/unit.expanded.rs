/// The guarded twin of [`Marker`].
#[repr(C)]
struct MarkerGuarded;
#[automatically_derived]
impl ::ironfence::__private::Guarded for Marker {
    type Twin = MarkerGuarded;
    fn into_guarded(self) -> MarkerGuarded {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        let __ironfence_twin = MarkerGuarded {};
        __ironfence_twin
    }
}
#[automatically_derived]
impl Marker {
    /// Puts each field behind its lock.
    pub fn into_guarded(self) -> MarkerGuarded {
        ::ironfence::__private::Guarded::into_guarded(self)
    }
}
#[automatically_derived]
impl ::ironfence::__private::core::convert::From<Marker> for MarkerGuarded {
    fn from(__ironfence_plain: Marker) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__ironfence_plain)
    }
}
#[automatically_derived]
impl ::ironfence::__private::Twin for MarkerGuarded {
    type Plain = Marker;
    type Level = ::ironfence::__private::Level<0>;
    type Locks<'__a> = MarkerLocks<'__a> where Self: '__a;
    type Session<'__a, __P, __O> = MarkerSession<'__a, __P, __O> where Self: '__a;
    type ReadAll<'__a> = MarkerLocks<'__a> where Self: '__a;
    type LockAll<'__a> = MarkerLocks<'__a> where Self: '__a;
    fn into_inner(self) -> Marker {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        Marker {}
    }
    fn locks(&self) -> Self::Locks<'_> {
        MarkerLocks {
            await_it_first: ::ironfence::__private::Asking::new(self),
        }
    }
    fn session<__P, __O>(
        __ironfence_token: ::ironfence::__private::Token<&Self, __P, __O>,
    ) -> Self::Session<'_, __P, __O> {
        MarkerSession(__ironfence_token)
    }
}
#[automatically_derived]
impl ::ironfence::__private::CopyTwin<MarkerHeld, Marker> for MarkerGuarded {
    fn copy(&self, __ironfence_held: &MarkerHeld) -> Marker {
        Marker {}
    }
}
#[automatically_derived]
impl MarkerGuarded {
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> Marker {
        ::ironfence::__private::Twin::into_inner(self)
    }
    /// Begins a set of locks, to be taken together in the order in which the fields are
    /// declared: say which, each once, and await it.
    pub fn locks(&self) -> MarkerLocks<'_> {
        ::ironfence::__private::Twin::locks(self)
    }
    /// A set of locks whose guards keep the `Arc`, so that they may go into another task: the
    /// closure says which, as in `bank.locks_owned(|bank| bank.write_..().lock_..())`.
    pub fn locks_owned<'__a, __N>(
        self: &'__a ::ironfence::__private::Arc<Self>,
        __ironfence_ask: impl ::ironfence::__private::core::ops::FnOnce(
            MarkerLocks<'__a>,
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
    pub fn session(&self) -> MarkerSession<'_> {
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
            Marker,
        >,
    {
        ::ironfence::__private::Snapshot::new(self)
    }
}
/// The guarded fields of [`Marker`], as types: what sets and sessions call them.
mod marker_fields {
    #[doc(hidden)]
    pub mod __ask_by {}
}
/// A set of locks of a [`MarkerGuarded`] that is asked for: await it, or call `try_now` or `blocking`.
#[must_use = "a set of locks does nothing until it is awaited"]
struct MarkerLocks<'__a> {
    await_it_first: ::ironfence::__private::Asking<&'__a MarkerGuarded, ()>,
}
/// What is held of a [`MarkerGuarded`]: a guard for each field that was asked for.
#[derive(::ironfence::__private::core::fmt::Debug)]
#[must_use = "if unused, the locks are released at once: bind it, `let held = ..`"]
struct MarkerHeld;
#[automatically_derived]
impl<'__a> MarkerLocks<'__a> {}
#[automatically_derived]
impl<'__a> MarkerLocks<'__a> {
    /// Asks for all the locks: rwlocks to be read, mutexes as they are.
    pub fn read_all(
        self,
    ) -> <MarkerGuarded as ::ironfence::__private::Twin>::ReadAll<'__a> {
        MarkerLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(
        self,
    ) -> <MarkerGuarded as ::ironfence::__private::Twin>::LockAll<'__a> {
        MarkerLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<'__a> ::ironfence::__private::Set for MarkerLocks<'__a> {
    type Twin = &'__a MarkerGuarded;
    type Held = MarkerHeld;
    type HeldOwned<__O> = MarkerHeld;
    type Row = ();
    const OFFSETS: &'static [::ironfence::__private::core::primitive::usize] = &[];
    #[inline]
    fn twin(&self) -> Self::Twin {
        ::ironfence::__private::Asking::twin(&self.await_it_first)
    }
    #[inline]
    fn row(__ironfence_twin: Self::Twin) -> Self::Row {
        ::ironfence::__private::core::default::Default::default()
    }
    #[inline]
    fn held((): ()) -> Self::Held {
        MarkerHeld {}
    }
    #[inline]
    fn held_owned<__O>((): ()) -> Self::HeldOwned<__O> {
        MarkerHeld {}
    }
}
#[automatically_derived]
impl<'__a> ::ironfence::__private::Request for MarkerLocks<'__a>
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
impl<'__a> ::ironfence::__private::Within<'__a> for MarkerLocks<'__a>
where
    for<'__x> Self: ::ironfence::__private::Set,
{}
#[automatically_derived]
impl<'__a> ::ironfence::__private::core::future::IntoFuture for MarkerLocks<'__a>
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
impl<'__a> MarkerLocks<'__a> {
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
/// A session over the locks of a [`MarkerGuarded`]: takes one after the other, in the order in which they are declared.
struct MarkerSession<
    '__a,
    __P = ::ironfence::__private::Start,
    __O = ::ironfence::__private::Root,
>(
    ::ironfence::__private::Token<&'__a MarkerGuarded, __P, __O>,
);
#[automatically_derived]
impl<'__a, __P, __O> MarkerSession<'__a, __P, __O> {}
#[automatically_derived]
impl<'__a, __P, __O> MarkerSession<'__a, __P, __O> {
    /// The same session for a while: for a loop, or a call. What is locked by it is
    /// released when this one is used again.
    pub fn reborrow(&mut self) -> MarkerSession<'_, __P, __O>
    where
        __O: ::ironfence::__private::Nesting,
    {
        MarkerSession(::ironfence::__private::Token::reborrow(&mut self.0))
    }
    /// Two branches at once, each of which goes on from here. No guard leaves them.
    pub fn both<__X, __Y>(
        &mut self,
        __ironfence_first: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            MarkerSession<'__t, __P, __O>,
        ) -> __X,
        __ironfence_second: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            MarkerSession<'__t, __P, __O>,
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
            async move { __ironfence_first(MarkerSession(__ironfence_a)).await },
            async move { __ironfence_second(MarkerSession(__ironfence_b)).await },
        )
    }
}
#[automatically_derived]
impl<
    '__a,
    __P,
    __T: ::ironfence::__private::Twin,
    __F,
    __O,
> MarkerSession<'__a, __P, ::ironfence::__private::Outer<__T, __F, __O>> {
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
impl<'__a, __P, __O> MarkerSession<'__a, __P, __O> {
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
