//! Sets, sessions, pairs and slices are held across awaits in tasks that may move between threads.
#![deny(warnings)]

use std::{collections::HashMap, sync::Arc, time::Duration};

use ironfence::{Guarded, MayLock, Mutex, RwLock, SameLock, lock_all, lock_pair};
use tokio::{task::yield_now, time::timeout};

#[derive(Guarded)]
#[guarded(derive(Default))]
struct Cache<K, V> {
    #[guarded(rwlock)]
    entries: HashMap<K, V>,
    #[guarded(nested)]
    queue: Queue<K>,
    #[guarded(mutex)]
    recent: Vec<K>,
}

#[derive(Guarded)]
#[guarded(derive(Default))]
struct Queue<T> {
    #[guarded(mutex)]
    waiting: Vec<T>,
}

type Shared = Arc<CacheGuarded<&'static str, Vec<&'static str>>>;

async fn set(cache: Shared) {
    let set = cache
        .locks()
        .lock_recent()
        .queue(|queue| queue.lock_waiting())
        .read_entries();
    let mut held = timeout(Duration::from_secs(1), set).await.unwrap();
    yield_now().await;
    held.recent.extend(held.entries.keys());
    let CacheHeld {
        entries,
        queue,
        recent,
    } = held;
    drop((entries, queue));
    yield_now().await;
    drop(recent);
    let held = cache.locks().lock_all().await;
    yield_now().await;
    drop(held);
}

async fn remember<K: Clone, V>(
    session: CacheSession<'_, K, V, impl MayLock<cache_fields::recent>>,
    key: &K,
) {
    let (mut recent, _) = session.lock_recent().await;
    yield_now().await;
    recent.push(key.clone());
}

async fn session(cache: Shared) {
    let (entries, session) = cache.session().read_entries().await;
    yield_now().await;
    let (mut waiting, queue) = session.queue().lock_waiting().await;
    let mut session = queue.leave();
    for key in entries.keys() {
        remember(session.reborrow(), key).await;
        waiting.push(key);
    }
    let (recent, _) = session.lock_recent().await;
    yield_now().await;
    drop((entries, waiting, recent));
}

async fn branches(cache: Arc<CacheGuarded<String, u8>>) {
    let (entries, mut session) = cache.session().write_entries().await;
    let lengths = session
        .both(
            async |session| {
                let (recent, _) = session.lock_recent().await;
                yield_now().await;
                recent.len()
            },
            async |session| {
                let (waiting, _) = session.queue().lock_waiting().await;
                yield_now().await;
                waiting.len()
            },
        )
        .await;
    assert_eq!((lengths, entries.len()), ((0, 0), 0));
}

async fn pairs(
    mutexes: Arc<[Mutex<&'static str>; 3]>,
    lock: Arc<RwLock<Vec<u8>>>,
) -> Result<(), SameLock> {
    let (read, one) = lock_pair(lock.read(), &mutexes[1]).await?;
    yield_now().await;
    drop((read, one));
    let borrowed: [&Mutex<&str>; 3] = mutexes.each_ref();
    let all = timeout(Duration::from_secs(1), lock_all(borrowed))
        .await
        .unwrap()?;
    yield_now().await;
    drop(all);
    let asks: Vec<_> = mutexes.iter().map(Mutex::lock).collect();
    let all = lock_all(asks).await?;
    yield_now().await;
    drop(all);
    let (owned, mut write) = lock_pair(lock.clone().read_owned(), mutexes[0].lock()).await?;
    yield_now().await;
    *write = "written";
    drop(owned);
    Ok(())
}

#[tokio::main]
async fn main() {
    let cache = Shared::default();
    tokio::spawn(set(cache.clone())).await.unwrap();
    tokio::spawn(session(cache)).await.unwrap();
    tokio::spawn(branches(Arc::default())).await.unwrap();
    let mutexes = Arc::new(["a", "b", "c"].map(Mutex::new));
    tokio::spawn(pairs(mutexes, Arc::default()))
        .await
        .unwrap()
        .unwrap();
}
