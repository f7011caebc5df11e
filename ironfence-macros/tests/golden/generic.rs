#[derive(Guarded)]
struct Cache<'a, K: Ord + 'a, V: ?Sized = str, const N: usize = 4>
where
    V: ToOwned,
{
    #[guarded(mutex)]
    entries: [Option<(&'a K, Box<V>)>; N],
    #[guarded(rwlock)]
    parent: Option<Box<Self>>,
    #[guarded(nested)]
    index: Index<'a, K>,
}
