/// The guarded twin of [`Cache`].
#[repr(C)]
struct CacheGuarded<'a, K: Ord + 'a, V: ?Sized = str, const N: usize = 4>
where
    V: ToOwned,
{
    entries: ::ironfence::__private::Mutex<[Option<(&'a K, Box<V>)>; N]>,
    parent: ::ironfence::__private::RwLock<Option<Box<Cache<'a, K, V, N>>>>,
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
        CacheGuarded {
            entries: ::ironfence::__private::Mutex::new(self.entries),
            parent: ::ironfence::__private::RwLock::new(self.parent),
            index: ::ironfence::__private::Guarded::into_guarded(self.index),
        }
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
    fn from(__plain: Cache<'a, K, V, N>) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__plain)
    }
}
#[automatically_derived]
unsafe impl<'a, K: Ord + 'a, V: ?Sized, const N: usize> ::ironfence::__private::Twin
for CacheGuarded<'a, K, V, N>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
{
    type Plain = Cache<'a, K, V, N>;
    type Locks<'__a> = CacheLocks<'__a, 'a, K, V, N> where Self: '__a;
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
        Cache {
            entries: ::ironfence::__private::Mutex::into_inner(self.entries),
            parent: ::ironfence::__private::RwLock::into_inner(self.parent),
            index: ::ironfence::__private::Twin::into_inner(self.index),
        }
    }
    fn locks(&self) -> Self::Locks<'_> {
        CacheLocks(::ironfence::__private::Asking::new(self))
    }
}
#[automatically_derived]
unsafe impl<'a, K: Ord + 'a, V: ?Sized, const N: usize> ::ironfence::__private::CopyTwin
for CacheGuarded<'a, K, V, N>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
    for<'__x> [Option<(&'a K, Box<V>)>; N]: ::ironfence::__private::CopyField<0>,
    for<'__x> Option<Box<Cache<'a, K, V, N>>>: ::ironfence::__private::CopyField<1>,
    for<'__x> <Index<
        'a,
        K,
    > as ::ironfence::__private::Guarded>::Twin: ::ironfence::__private::CopyNested<
        2,
        Index<'a, K>,
    >,
{
    unsafe fn copy(&self) -> Cache<'a, K, V, N> {
        Cache {
            entries: unsafe {
                ::ironfence::__private::copy_guarded::<0, _>(&self.entries)
            },
            parent: unsafe {
                ::ironfence::__private::copy_guarded::<1, _>(&self.parent)
            },
            index: unsafe {
                ::ironfence::__private::CopyNested::<2, _>::copy(&self.index)
            },
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
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    pub fn snapshot(&self) -> ::ironfence::__private::Snapshot<'_, Self>
    where
        for<'__x> Self: ::ironfence::__private::CopyTwin,
    {
        ::ironfence::__private::Snapshot::new(self)
    }
}
/// The guarded fields of [`Cache`], as types: what sets and sessions call them.
mod cache_fields {
    /// The field `entries`.
    pub enum entries {}
    /// The field `parent`.
    pub enum parent {}
    /// The field `index`.
    pub enum index {}
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
>(
    ::ironfence::__private::Asking<&'__a CacheGuarded<'a, K, V, N>, (__S0, __S1, __S2)>,
)
where
    V: ToOwned;
/// What is held of a [`CacheGuarded`]: a guard for each field that was asked for.
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
        CacheLocks(self.0.next())
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
        CacheLocks(self.0.next())
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
        CacheLocks(self.0.next())
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
        __ask: impl ::ironfence::__private::core::ops::FnOnce(
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
        _ = __ask(::ironfence::__private::Twin::locks(&self.0.twin().index));
        CacheLocks(self.0.next())
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
        CacheLocks(self.0.next())
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(
        self,
    ) -> <CacheGuarded<'a, K, V, N> as ::ironfence::__private::Twin>::LockAll<'__a> {
        CacheLocks(self.0.next())
    }
}
#[automatically_derived]
unsafe impl<
    '__a,
    'a,
    K: Ord + 'a,
    V: ?Sized,
    const N: usize,
    __S0,
    __S1,
    __S2,
    __G0,
    __G1,
    __G2,
> ::ironfence::__private::Set for CacheLocks<'__a, 'a, K, V, N, __S0, __S1, __S2>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
    __S0: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::Mutex<[Option<(&'a K, Box<V>)>; N]>,
        Guard = __G0,
    >,
    __S1: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::RwLock<Option<Box<Cache<'a, K, V, N>>>>,
        Guard = __G1,
    >,
    __S2: ::ironfence::__private::Slot<
        &'__a <Index<'a, K> as ::ironfence::__private::Guarded>::Twin,
        Guard = __G2,
    >,
{
    type Twin = &'__a CacheGuarded<'a, K, V, N>;
    type Held = CacheHeld<__G0, __G1, __G2>;
    fn twin(&self) -> &'__a CacheGuarded<'a, K, V, N> {
        self.0.twin()
    }
    fn walk<__W: ::ironfence::__private::Walker>(
        __twin: &'__a CacheGuarded<'a, K, V, N>,
        __walker: &mut __W,
    ) -> ::ironfence::__private::core::primitive::bool {
        __S0::walk(&__twin.entries, __walker) && __S1::walk(&__twin.parent, __walker)
            && __S2::walk(&__twin.index, __walker)
    }
    unsafe fn held(__twin: &'__a CacheGuarded<'a, K, V, N>) -> Self::Held {
        CacheHeld {
            entries: unsafe { __S0::guard(&__twin.entries) },
            parent: unsafe { __S1::guard(&__twin.parent) },
            index: unsafe { __S2::guard(&__twin.index) },
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
> ::ironfence::__private::core::future::IntoFuture
for CacheLocks<'__a, 'a, K, V, N, __S0, __S1, __S2>
where
    V: ToOwned,
    for<'__x> Index<'a, K>: ::ironfence::__private::Guarded,
    for<'__x> Self: ::ironfence::__private::Set,
{
    type Output = <Self as ::ironfence::__private::Set>::Held;
    type IntoFuture = ::ironfence::__private::SetFuture<Self>;
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
    pub fn blocking(self) -> <Self as ::ironfence::__private::Set>::Held
    where
        for<'__x> Self: ::ironfence::__private::BlockingSet,
    {
        ::ironfence::__private::BlockingSet::blocking(self)
    }
}
