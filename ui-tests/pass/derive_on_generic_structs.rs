//! Lifetimes, types with bounds and defaults, constants, where-clauses: the twin has them all.

use std::{borrow::Cow, collections::HashMap, fmt::Debug, hash::Hash, marker::PhantomData};

use ironfence::{Guarded, Mutex, RwLock};

#[derive(Guarded, Clone)]
struct Cache<'a, 'b: 'a, K: Hash + Eq + 'a, V = String, const N: usize = 2, const ON: bool = true>
where
    K: Debug,
    Vec<V>: Debug,
    for<'x> &'x V: IntoIterator,
{
    #[guarded(rwlock)]
    entries: HashMap<K, V>,
    #[guarded(mutex)]
    recent: [Option<&'a K>; N],
    #[guarded(mutex)]
    short: &'a str,
    #[guarded(mutex)]
    long: &'b str,
    #[guarded(rwlock)]
    forever: &'static str,
    plain: Cow<'a, str>,
    other: Cow<'b, str>,
    function: for<'x> fn(&'x K) -> &'x K,
    #[guarded(nested)]
    first: Borrowed<'a, K>,
    #[guarded(nested)]
    second: Borrowed<'b, K>,
}

// `T: 'a` is implied by the field.
#[derive(Guarded, Clone, Copy)]
struct Borrowed<'a, T: ?Sized> {
    #[guarded(mutex)]
    it: &'a T,
    #[guarded(plain)]
    same: &'a T,
}

#[derive(Guarded, Clone)]
struct Outer<'a, T> {
    #[guarded(nested)]
    borrowed: Borrowed<'a, T>,
}

// A parameter may be nested itself.
#[derive(Guarded, Clone)]
struct Pair<L: Guarded, R>(#[guarded(nested)] L, #[guarded(nested)] R)
where
    R: Guarded;

#[derive(Guarded)]
struct Recursive<T>
where
    Self: Sized,
    T: PartialEq<Option<Box<Self>>>,
{
    #[guarded(mutex)]
    next: Option<Box<Self>>,
    value: Option<Box<<Vec<Self> as IntoIterator>::Item>>,
    other: PhantomData<T>,
}

// `Self` is the struct, also in the twin.
#[derive(Guarded)]
struct Counted {
    #[guarded(mutex)]
    bytes: [u8; Self::COUNT],
    call: fn(&Self) -> Option<&Self>,
}

impl Counted {
    const COUNT: usize = 3;
}

#[derive(Guarded)]
struct Assoc<I: Iterator> {
    #[guarded(mutex)]
    last: Option<I::Item>,
    #[guarded(rwlock)]
    iter: I,
}

#[derive(Guarded)]
struct Unsized<T: ?Sized + ToString> {
    #[guarded(mutex)]
    it: Box<T>,
}

async fn copies<K: Clone, V: Clone>(map: &MapGuarded<K, V>) -> Map<K, V> {
    map.snapshot().await
}

#[derive(Guarded, Clone, Default)]
struct Map<K, V>(
    #[guarded(mutex)] Vec<(K, V)>,
    #[guarded(rwlock)] Option<V>,
    #[guarded(rwlock)] Option<V>,
);

// The names we use ourselves, but for the underscores.
#[derive(Guarded)]
struct Letters<'a, 'x, W, A>(#[guarded(mutex)] &'a W, &'x A);

#[tokio::main]
async fn main() {
    let (key, text) = (1, String::from("text"));
    let cache: Cache<'_, '_, i32, Vec<u8>> = Cache {
        entries: HashMap::from([(1, vec![2])]),
        recent: [Some(&key), None],
        short: &text,
        long: "long",
        forever: "forever",
        plain: Cow::Borrowed("plain"),
        other: Cow::Borrowed("other"),
        function: |key| key,
        first: Borrowed {
            it: &key,
            same: &key,
        },
        second: Borrowed { it: &2, same: &2 },
    };
    let twin: CacheGuarded<'_, '_, i32, Vec<u8>> = cache.into_guarded();
    twin.entries.write().await.insert(2, vec![]);
    let copy = twin.snapshot().await;
    assert_eq!(copy.entries.len(), 2);
    assert_eq!((copy.function)(copy.first.it), &1);
    let _: Cache<'_, '_, i32, Vec<u8>> = twin.into_inner();

    let outer = Outer {
        borrowed: Borrowed {
            it: &key,
            same: &key,
        },
    };
    let pair = Pair(outer.clone(), outer).into_guarded();
    *pair.0.borrowed.it.lock().await = &7;
    assert_eq!(pair.snapshot().await.0.borrowed.it, &7);

    let map = MapGuarded(
        Mutex::new(vec![(1, 2)]),
        RwLock::new(None),
        RwLock::new(Some(3)),
    );
    assert_eq!(copies(&map).await.0, [(1, 2)]);

    let counted = Counted {
        bytes: [1; 3],
        call: |it| Some(it),
    }
    .into_guarded();
    let Counted { bytes, call } = counted.snapshot().await;
    assert_eq!(bytes, [1; 3]);
    assert!(call(&counted.into_inner()).is_some());

    let assoc = Assoc {
        last: None,
        iter: 0..3,
    }
    .into_guarded();
    *assoc.last.lock().await = assoc.iter.write().await.next();
    _ = Unsized {
        it: Box::<str>::from("a"),
    }
    .into_guarded()
    .it
    .lock()
    .await
    .to_string();
    _ = Letters(&1, &2).into_guarded().snapshot();
}
