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
    fn into_inner(self) -> Cache<'a, K, V, N> {
        Cache {
            entries: ::ironfence::__private::Mutex::into_inner(self.entries),
            parent: ::ironfence::__private::RwLock::into_inner(self.parent),
            index: ::ironfence::__private::Twin::into_inner(self.index),
        }
    }
    fn walk<__W: ::ironfence::__private::Walker>(
        &self,
        __walker: &mut __W,
    ) -> ::ironfence::__private::core::primitive::bool {
        ::ironfence::__private::Walker::mutex(__walker, &self.entries)
            && ::ironfence::__private::Walker::rwlock(__walker, &self.parent)
            && ::ironfence::__private::Twin::walk(&self.index, __walker)
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
