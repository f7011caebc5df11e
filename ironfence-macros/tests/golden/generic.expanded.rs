/// The guarded twin of [`Cache`].
#[repr(C)]
struct CacheGuarded<'a, K: Ord + 'a, V: ?Sized = str, const N: usize = 4>
where
    V: ToOwned,
{
    /// As in [`Cache`].
    entries: ::ironfence::__private::Mutex<[Option<(&'a K, Box<V>)>; N]>,
    /// As in [`Cache`].
    parent: ::ironfence::__private::RwLock<Option<Box<Cache<'a, K, V, N>>>>,
    /// As in [`Cache`].
    index: <Index<'a, K> as ::ironfence::__private::Guarded>::Twin,
}
#[automatically_derived]
impl<'a, K: Ord + 'a, V: ?Sized, const N: usize> ::ironfence::__private::Guarded
for Cache<'a, K, V, N>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    type Twin = CacheGuarded<'a, K, V, N>;
    fn into_guarded(self) -> CacheGuarded<'a, K, V, N> {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        let __ironfence_twin = CacheGuarded {
            entries: ::ironfence::__private::Mutex::new(self.entries),
            parent: ::ironfence::__private::RwLock::new(self.parent),
            index: ::ironfence::__private::Guarded::into_guarded(self.index),
        };
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.entries,
            (::ironfence::__private::core::module_path!(), "Cache", "entries"),
        );
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.parent,
            (::ironfence::__private::core::module_path!(), "Cache", "parent"),
        );
        __ironfence_twin
    }
}
#[automatically_derived]
impl<'a, K: Ord + 'a, V: ?Sized, const N: usize> Cache<'a, K, V, N>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    /// Puts each field behind its lock.
    pub fn into_guarded(self) -> CacheGuarded<'a, K, V, N> {
        ::ironfence::__private::Guarded::into_guarded(self)
    }
}
#[automatically_derived]
impl<
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
> ::ironfence::__private::core::convert::From<Cache<'a, K, V, N>>
for CacheGuarded<'a, K, V, N>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    fn from(__ironfence_plain: Cache<'a, K, V, N>) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__ironfence_plain)
    }
}
#[automatically_derived]
impl<'a, K: Ord + 'a, V: ?Sized, const N: usize> ::ironfence::__private::Twin
for CacheGuarded<'a, K, V, N>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    type Plain = Cache<'a, K, V, N>;
    type Level = ::ironfence::__private::Level<0>;
    type Locks<'__a> = CacheLocks<'__a, 'a, K, V, N> where Self: '__a;
    type Session<'__a, __P, __O> = CacheSession<'__a, 'a, K, V, N, __P, __O>
    where
        Self: '__a;
    type ReadAll<'__a> = CacheLocks<
        '__a,
        'a,
        K,
        V,
        N,
        ::ironfence::__private::Locked<cache_fields::entries>,
        ::ironfence::__private::Read<cache_fields::parent>,
        ::ironfence::__private::ReadAll<cache_fields::index>,
    >
    where
        Self: '__a;
    type LockAll<'__a> = CacheLocks<
        '__a,
        'a,
        K,
        V,
        N,
        ::ironfence::__private::Locked<cache_fields::entries>,
        ::ironfence::__private::Write<cache_fields::parent>,
        ::ironfence::__private::LockAll<cache_fields::index>,
    >
    where
        Self: '__a;
    fn into_inner(self) -> Cache<'a, K, V, N> {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        Cache {
            entries: ::ironfence::__private::Mutex::into_inner(self.entries),
            parent: ::ironfence::__private::RwLock::into_inner(self.parent),
            index: ::ironfence::__private::Twin::into_inner(self.index),
        }
    }
    fn locks(&self) -> Self::Locks<'_> {
        CacheLocks {
            await_it_first: ::ironfence::__private::Asking::new(self),
        }
    }
    fn session<__P, __O>(
        __ironfence_token: ::ironfence::__private::Token<&Self, __P, __O>,
    ) -> Self::Session<'_, __P, __O> {
        CacheSession(__ironfence_token)
    }
}
#[automatically_derived]
impl<
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __G0,
    __G1,
    __G2,
> ::ironfence::__private::CopyTwin<CacheHeld<__G0, __G1, __G2>, Cache<'a, K, V, N>>
for CacheGuarded<'a, K, V, N>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
    for<'__x> [Option<(&'a K, Box<V>)>; N]: ::ironfence::__private::CopyField<0>,
    __G0: ::ironfence::__private::core::ops::Deref<
        Target = [Option<(&'a K, Box<V>)>; N],
    >,
    for<'__x> Option<Box<Cache<'a, K, V, N>>>: ::ironfence::__private::CopyField<1>,
    __G1: ::ironfence::__private::core::ops::Deref<
        Target = Option<Box<Cache<'a, K, V, N>>>,
    >,
    for<'__x> <Index<
        'a,
        K,
    > as ::ironfence::__private::Guarded>::Twin: ::ironfence::__private::CopyTwin<
        __G2,
        Index<'a, K>,
    >,
{
    fn copy(
        &self,
        __ironfence_held: &CacheHeld<__G0, __G1, __G2>,
    ) -> Cache<'a, K, V, N> {
        Cache {
            entries: ::ironfence::__private::CopyField::<
                0,
            >::copy(&*__ironfence_held.entries),
            parent: ::ironfence::__private::CopyField::<
                1,
            >::copy(&*__ironfence_held.parent),
            index: ::ironfence::__private::CopyTwin::copy(
                &self.index,
                &__ironfence_held.index,
            ),
        }
    }
}
#[automatically_derived]
impl<'a, K: Ord + 'a, V: ?Sized, const N: usize> CacheGuarded<'a, K, V, N>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> Cache<'a, K, V, N> {
        ::ironfence::__private::Twin::into_inner(self)
    }
    /// Begins a set of locks, to be taken together in the order in which the fields are
    /// declared: say which, each once, and await it.
    pub fn locks(&self) -> CacheLocks<'_, 'a, K, V, N> {
        ::ironfence::__private::Twin::locks(self)
    }
    /// A set of locks whose guards keep the `Arc`, so that they may go into another task: the
    /// closure says which, as in `bank.locks_owned(|bank| bank.write_..().lock_..())`.
    pub fn locks_owned<'__a, __N>(
        self: &'__a ::ironfence::__private::Arc<Self>,
        __ironfence_ask: impl ::ironfence::__private::core::ops::FnOnce(
            CacheLocks<'__a, 'a, K, V, N>,
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
    pub fn session(&self) -> CacheSession<'_, 'a, K, V, N> {
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
            Cache<'a, K, V, N>,
        >,
    {
        ::ironfence::__private::Snapshot::new(self)
    }
}
/// The guarded fields of [`Cache`], as types: what sets and sessions call them.
mod cache_fields {
    /// The field `entries`.
    #[non_exhaustive]
    pub enum entries {}
    /// The field `parent`.
    #[non_exhaustive]
    pub enum parent {}
    /// The field `index`.
    #[non_exhaustive]
    pub enum index {}
    #[doc(hidden)]
    pub mod __ask_by {
        #[non_exhaustive]
        pub enum lock_entries {}
        #[non_exhaustive]
        pub enum read_parent {}
        #[non_exhaustive]
        pub enum write_parent {}
    }
}
/// A set of locks of a [`CacheGuarded`] that is asked for: await it, or call `try_now` or `blocking`.
#[must_use = "a set of locks does nothing until it is awaited"]
struct CacheLocks<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized = str,
    const N: usize = 4,
    __S0 = ::ironfence::__private::NotAsked<cache_fields::entries>,
    __S1 = ::ironfence::__private::NotAsked<cache_fields::parent>,
    __S2 = ::ironfence::__private::NotAsked<cache_fields::index>,
>
where
    V: ToOwned,
{
    await_it_first: ::ironfence::__private::Asking<
        &'__a CacheGuarded<'a, K, V, N>,
        (__S0, __S1, __S2),
    >,
}
/// What is held of a [`CacheGuarded`]: a guard for each field that was asked for.
#[derive(::ironfence::__private::core::fmt::Debug)]
#[must_use = "if unused, the locks are released at once: bind it, `let held = ..`"]
struct CacheHeld<__G0, __G1, __G2> {
    /// The guard of `entries`, if it was asked for.
    entries: __G0,
    /// The guard of `parent`, if it was asked for.
    parent: __G1,
    /// The guard of `index`, if it was asked for.
    index: __G2,
}
#[automatically_derived]
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __S0,
    __S1,
    __S2,
> CacheLocks<'__a, 'a, K, V, N, __S0, __S1, __S2>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    /// Asks for `entries`.
    fn lock_entries(
        self,
    ) -> CacheLocks<
        '__a,
        'a,
        K,
        V,
        N,
        ::ironfence::__private::Locked<cache_fields::entries>,
        __S1,
        __S2,
    >
    where
        __S0: ::ironfence::__private::Free<cache_fields::entries>,
    {
        CacheLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn read_entries(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<cache_fields::entries>,
    {
        self
    }
    #[doc(hidden)]
    fn write_entries(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<cache_fields::entries>,
    {
        self
    }
    #[doc(hidden)]
    fn upgradable_entries(self) -> Self
    where
        __S0: ::ironfence::__private::IsRwLock<cache_fields::entries>,
    {
        self
    }
    /// Asks for `parent`, to be read.
    fn read_parent(
        self,
    ) -> CacheLocks<
        '__a,
        'a,
        K,
        V,
        N,
        __S0,
        ::ironfence::__private::Read<cache_fields::parent>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<cache_fields::parent>,
    {
        CacheLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `parent`, to be written.
    fn write_parent(
        self,
    ) -> CacheLocks<
        '__a,
        'a,
        K,
        V,
        N,
        __S0,
        ::ironfence::__private::Write<cache_fields::parent>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<cache_fields::parent>,
    {
        CacheLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `parent`, to be read and perhaps upgraded.
    fn upgradable_parent(
        self,
    ) -> CacheLocks<
        '__a,
        'a,
        K,
        V,
        N,
        __S0,
        ::ironfence::__private::Upgradable<cache_fields::parent>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<cache_fields::parent>,
    {
        CacheLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn lock_parent(self) -> Self
    where
        __S1: ::ironfence::__private::IsMutex<cache_fields::parent>,
    {
        self
    }
    /// Asks for locks of `index`, as in `.index(|index| index.write_..())`.
    fn index<__N>(
        self,
        __ironfence_ask: impl ::ironfence::__private::core::ops::FnOnce(
            <<Index<
                'a,
                K,
            > as ::ironfence::__private::Guarded>::Twin as ::ironfence::__private::Twin>::Locks<
                '__a,
            >,
        ) -> __N,
    ) -> CacheLocks<
        '__a,
        'a,
        K,
        V,
        N,
        __S0,
        __S1,
        ::ironfence::__private::Inside<cache_fields::index, __N>,
    >
    where
        __S2: ::ironfence::__private::Free<cache_fields::index>,
        __N: ::ironfence::__private::Set<
            Twin = &'__a <Index<'a, K> as ::ironfence::__private::Guarded>::Twin,
        >,
    {
        _ = __ironfence_ask(
            ::ironfence::__private::Twin::locks(
                &::ironfence::__private::Asking::twin(&self.await_it_first).index,
            ),
        );
        CacheLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
> CacheLocks<
    '__a,
    'a,
    K,
    V,
    N,
    ::ironfence::__private::NotAsked<cache_fields::entries>,
    ::ironfence::__private::NotAsked<cache_fields::parent>,
    ::ironfence::__private::NotAsked<cache_fields::index>,
>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    /// Asks for all the locks: rwlocks to be read, mutexes as they are.
    pub fn read_all(
        self,
    ) -> <CacheGuarded<'a, K, V, N> as ::ironfence::__private::Twin>::ReadAll<'__a> {
        CacheLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(
        self,
    ) -> <CacheGuarded<'a, K, V, N> as ::ironfence::__private::Twin>::LockAll<'__a> {
        CacheLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __S0,
    __S1,
    __S2,
    __L0,
    __L1,
    __L2,
    __G0,
    __G1,
    __G2,
> ::ironfence::__private::Set for CacheLocks<'__a, 'a, K, V, N, __S0, __S1, __S2>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
    __S0: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::Mutex<[Option<(&'a K, Box<V>)>; N]>,
        Place = __L0,
    >,
    __L0: ::ironfence::__private::Places<Guard = __G0>,
    __S1: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::RwLock<Option<Box<Cache<'a, K, V, N>>>>,
        Place = __L1,
    >,
    __L1: ::ironfence::__private::Places<Guard = __G1>,
    __S2: ::ironfence::__private::Slot<
        &'__a <Index<'a, K> as ::ironfence::__private::Guarded>::Twin,
        Place = __L2,
    >,
    __L2: ::ironfence::__private::Places<Guard = __G2>,
{
    type Twin = &'__a CacheGuarded<'a, K, V, N>;
    type Held = CacheHeld<__G0, __G1, __G2>;
    type HeldOwned<__O> = CacheHeld<
        <__L0 as ::ironfence::__private::Places>::Owned<__O>,
        <__L1 as ::ironfence::__private::Places>::Owned<__O>,
        <__L2 as ::ironfence::__private::Places>::Owned<__O>,
    >;
    type Row = (__L0, __L1, __L2);
    const OFFSETS: &'static [::ironfence::__private::core::primitive::usize] = &{
        let __ironfence_all = ::ironfence::__private::offsets([
            ::ironfence::__private::Extent::of::<
                ::ironfence::__private::Mutex<[Option<(&'a K, Box<V>)>; N]>,
            >(),
            ::ironfence::__private::Extent::of::<
                ::ironfence::__private::RwLock<Option<Box<Cache<'a, K, V, N>>>>,
            >(),
            ::ironfence::__private::Extent::of::<
                <Index<'a, K> as ::ironfence::__private::Guarded>::Twin,
            >(),
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
            __S0::of(&__ironfence_twin.entries),
            __S1::of(&__ironfence_twin.parent),
            __S2::of(&__ironfence_twin.index),
        )
    }
    #[inline]
    fn held(
        (__ironfence_guard0, __ironfence_guard1, __ironfence_guard2): (__G0, __G1, __G2),
    ) -> Self::Held {
        CacheHeld {
            entries: __ironfence_guard0,
            parent: __ironfence_guard1,
            index: __ironfence_guard2,
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
        CacheHeld {
            entries: __ironfence_guard0,
            parent: __ironfence_guard1,
            index: __ironfence_guard2,
        }
    }
}
#[automatically_derived]
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __S0,
    __S1,
    __S2,
> ::ironfence::__private::Request for CacheLocks<'__a, 'a, K, V, N, __S0, __S1, __S2>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
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
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __S0,
    __S1,
    __S2,
> ::ironfence::__private::Within<'__a>
for CacheLocks<'__a, 'a, K, V, N, __S0, __S1, __S2>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
    for<'__x> Self: ::ironfence::__private::Set,
{}
#[automatically_derived]
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __S0,
    __S1,
    __S2,
> ::ironfence::__private::core::future::IntoFuture
for CacheLocks<'__a, 'a, K, V, N, __S0, __S1, __S2>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
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
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __S0,
    __S1,
    __S2,
> CacheLocks<'__a, 'a, K, V, N, __S0, __S1, __S2>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
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
impl ::ironfence::__private::Field for cache_fields::entries {
    type Place = ::ironfence::__private::Place<0, 0, 0>;
    type AskBy = ::ironfence::__private::AskBy<(cache_fields::__ask_by::lock_entries)>;
}
impl ::ironfence::__private::Field for cache_fields::parent {
    type Place = ::ironfence::__private::Place<0, 0, 1>;
    type AskBy = ::ironfence::__private::AskBy<
        (cache_fields::__ask_by::read_parent, cache_fields::__ask_by::write_parent),
    >;
}
impl ::ironfence::__private::Field for cache_fields::index {
    type Place = ::ironfence::__private::Place<0, 0, 2>;
    type AskBy = ::ironfence::__private::AskBy<(cache_fields::index)>;
}
/// A session over the locks of a [`CacheGuarded`]: takes one after the other, in the order in which they are declared.
struct CacheSession<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized = str,
    const N: usize = 4,
    __P = ::ironfence::__private::Start,
    __O = ::ironfence::__private::Root,
>(
    ::ironfence::__private::Token<&'__a CacheGuarded<'a, K, V, N>, __P, __O>,
)
where
    V: ToOwned;
#[automatically_derived]
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __P,
    __O,
> CacheSession<'__a, 'a, K, V, N, __P, __O>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    /// Takes `entries`, and then goes on.
    #[track_caller]
    fn lock_entries(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Lock<'__a, [Option<(&'a K, Box<V>)>; N]>,
        CacheSession<'__a, 'a, K, V, N, cache_fields::entries, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<cache_fields::entries>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::Mutex::lock(
                &::ironfence::__private::Token::twin(&self.0).entries,
            ),
            CacheSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `parent`, to be read, and then goes on.
    #[track_caller]
    fn read_parent(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Read<'__a, Option<Box<Cache<'a, K, V, N>>>>,
        CacheSession<'__a, 'a, K, V, N, cache_fields::parent, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<cache_fields::parent>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::read(
                &::ironfence::__private::Token::twin(&self.0).parent,
            ),
            CacheSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `parent`, to be written, and then goes on.
    #[track_caller]
    fn write_parent(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Write<'__a, Option<Box<Cache<'a, K, V, N>>>>,
        CacheSession<'__a, 'a, K, V, N, cache_fields::parent, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<cache_fields::parent>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::write(
                &::ironfence::__private::Token::twin(&self.0).parent,
            ),
            CacheSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `parent`, to be read and perhaps upgraded, and then goes on.
    #[track_caller]
    fn upgradable_parent(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::UpgradableRead<
            '__a,
            Option<Box<Cache<'a, K, V, N>>>,
        >,
        CacheSession<'__a, 'a, K, V, N, cache_fields::parent, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<cache_fields::parent>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::upgradable_read(
                &::ironfence::__private::Token::twin(&self.0).parent,
            ),
            CacheSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Goes on inside `index`; `leave()` comes back, to the fields after it.
    fn index(
        self,
    ) -> <<Index<
        'a,
        K,
    > as ::ironfence::__private::Guarded>::Twin as ::ironfence::__private::Twin>::Session<
        '__a,
        ::ironfence::__private::Start,
        ::ironfence::__private::Outer<
            CacheGuarded<'a, K, V, N>,
            cache_fields::index,
            __O,
        >,
    >
    where
        __P: ::ironfence::__private::MayLock<cache_fields::index>,
    {
        <<Index<
            'a,
            K,
        > as ::ironfence::__private::Guarded>::Twin as ::ironfence::__private::Twin>::session(
            ::ironfence::__private::Token::enter(
                self.0,
                |__ironfence_twin| &__ironfence_twin.index,
            ),
        )
    }
}
#[automatically_derived]
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __P,
    __O,
> CacheSession<'__a, 'a, K, V, N, __P, __O>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    /// The same session for a while: for a loop, or a call. What is locked by it is
    /// released when this one is used again.
    pub fn reborrow(&mut self) -> CacheSession<'_, 'a, K, V, N, __P, __O>
    where
        __O: ::ironfence::__private::Nesting,
    {
        CacheSession(::ironfence::__private::Token::reborrow(&mut self.0))
    }
    /// Two branches at once, each of which goes on from here. No guard leaves them.
    pub fn both<__X, __Y>(
        &mut self,
        __ironfence_first: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            CacheSession<'__t, 'a, K, V, N, __P, __O>,
        ) -> __X,
        __ironfence_second: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            CacheSession<'__t, 'a, K, V, N, __P, __O>,
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
            async move { __ironfence_first(CacheSession(__ironfence_a)).await },
            async move { __ironfence_second(CacheSession(__ironfence_b)).await },
        )
    }
}
#[automatically_derived]
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __P,
    __T: ::ironfence::__private::Twin,
    __F,
    __O,
> CacheSession<'__a, 'a, K, V, N, __P, ::ironfence::__private::Outer<__T, __F, __O>>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
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
impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __P,
    __O,
> CacheSession<'__a, 'a, K, V, N, __P, __O>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
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
