//! The closure of a map borrows its key, whoever keeps the lock alive, and the guard outlives the key.

use std::{collections::HashMap, sync::Arc};

use ironfence::{
    ArcField, ExclusiveGuard, Guarded, MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard,
    OwnedMutexGuard, OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard,
    OwnedRwLockUpgradableReadGuard, OwnedRwLockWriteGuard, RwLock, RwLockMappedWriteGuard,
    RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard, SharedGuard, UpgradableGuard,
};

type Words = HashMap<String, (String, u32)>;

fn words() -> Words {
    HashMap::from([("a".into(), ("one".into(), 1))])
}

fn key() -> String {
    "a".into()
}

async fn of_a_mutex<'a>(words: &'a Mutex<Words>, key: &str) -> MappedMutexGuard<'a, u32> {
    let guard = MutexGuard::try_map(words.lock().await, |words| words.get_mut(key)).unwrap();
    let (_text, number) = MappedMutexGuard::split(guard, |pair| {
        _ = key;
        (&mut pair.0, &mut pair.1)
    });
    number
}

async fn of_an_owned_mutex(
    words: &Arc<Mutex<Words>>,
    key: &str,
) -> OwnedMappedMutexGuard<Words, u32> {
    let guard = OwnedMutexGuard::try_map(words.clone().lock_owned().await, |words| words.get_mut(key));
    OwnedMappedMutexGuard::map(guard.unwrap(), |pair| {
        _ = key;
        &mut pair.1
    })
}

async fn written<'a>(words: &'a RwLock<Words>, key: &str) -> RwLockMappedWriteGuard<'a, u32> {
    RwLockWriteGuard::map(words.write().await, |words| &mut words.get_mut(key).unwrap().1)
}

async fn read<'a>(words: &'a RwLock<Words>, key: &str) -> RwLockReadGuard<'a, str> {
    let guard = RwLockReadGuard::try_map(words.read().await, |words| words.get(key)).unwrap();
    RwLockReadGuard::map(guard, |pair| if key.is_empty() { "" } else { pair.0.as_str() })
}

async fn downgraded<'a>(words: &'a RwLock<Words>, key: &str) -> RwLockReadGuard<'a, u32> {
    let guard = words.write().await;
    let guard = RwLockWriteGuard::try_downgrade_map(guard, |words| words.get(&format!("{key}?")));
    RwLockWriteGuard::downgrade_map(guard.unwrap_err(), |words| &words[key].1)
}

async fn upgradable<'a>(words: &'a RwLock<Words>, key: &str) -> RwLockReadGuard<'a, u32> {
    RwLockUpgradableReadGuard::map(words.upgradable_read().await, |words| &words[key].1)
}

async fn owned_and_written(
    words: &Arc<RwLock<Words>>,
    key: &str,
) -> OwnedRwLockMappedWriteGuard<Words, u32> {
    OwnedRwLockWriteGuard::map(words.clone().write_owned().await, |words| {
        &mut words.get_mut(key).unwrap().1
    })
}

async fn owned_and_read(words: &Arc<RwLock<Words>>, key: &str) -> OwnedRwLockReadGuard<Words, u32> {
    let guard = OwnedRwLockReadGuard::map(words.clone().read_owned().await, |words| &words[key]);
    OwnedRwLockReadGuard::map(guard, |pair| if key.is_empty() { &0 } else { &pair.1 })
}

async fn owned_and_downgraded(
    words: &Arc<RwLock<Words>>,
    key: &str,
) -> OwnedRwLockReadGuard<Words, u32> {
    OwnedRwLockWriteGuard::downgrade_map(words.clone().write_owned().await, |words| &words[key].1)
}

async fn owned_and_upgradable(
    words: &Arc<RwLock<Words>>,
    key: &str,
) -> OwnedRwLockReadGuard<Words, u32> {
    let guard = words.clone().upgradable_read_owned().await;
    OwnedRwLockUpgradableReadGuard::map(guard, |words| &words[key].1)
}

#[derive(Guarded)]
struct Library {
    #[guarded(mutex)]
    lent: Words,
    #[guarded(rwlock)]
    words: Words,
}

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new(words()));
    *of_a_mutex(&mutex, &key()).await += 1;
    *of_an_owned_mutex(&mutex, &key()).await += 1;

    let lock = Arc::new(RwLock::new(words()));
    *written(&lock, &key()).await += 1;
    *owned_and_written(&lock, &key()).await += 1;
    assert_eq!(&*read(&lock, &key()).await, "one");
    assert_eq!(*downgraded(&lock, &key()).await, 3);
    assert_eq!(*upgradable(&lock, &key()).await, 3);
    assert_eq!(*owned_and_read(&lock, &key()).await, 3);
    assert_eq!(*owned_and_downgraded(&lock, &key()).await, 3);
    assert_eq!(*owned_and_upgradable(&lock, &key()).await, 3);

    let library = Arc::new(
        Library {
            lent: words(),
            words: words(),
        }
        .into_guarded(),
    );
    let lent = ArcField::new(library.clone(), |library| &library.lent);
    let field = ArcField::new(library, |library| &library.words);
    let (one, other, text, number) = {
        let key = key();
        let guard = ExclusiveGuard::map(lent.lock().await, |words| words.get_mut(&key).unwrap());
        let (text, number) = ExclusiveGuard::split(guard, |pair| {
            assert_eq!(key, "a");
            (&mut pair.0, &mut pair.1)
        });
        let one = SharedGuard::map(field.read().await, |words| &words[&key]);
        let other = UpgradableGuard::map(field.upgradable_read().await, |words| &words[&key]);
        (one, other, text, number)
    };
    assert_eq!((&one.0, one.1, &other.0), (&*text, *number, &one.0));
}
