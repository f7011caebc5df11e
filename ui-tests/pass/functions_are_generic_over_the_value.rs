//! A function, a struct and a trait are generic over what is guarded, without a bound of ours.

use std::{fmt::Debug, sync::Arc};

use ironfence::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
};

struct Cache<K, V: ?Sized> {
    keys: RwLock<Vec<K>>,
    value: Mutex<Box<V>>,
}

impl<K: PartialEq, V: ?Sized> Cache<K, V> {
    async fn position(&self, key: &K) -> Option<usize> {
        self.keys.read().await.iter().position(|other| other == key)
    }

    async fn value(&self) -> MappedMutexGuard<'_, V> {
        MutexGuard::map(self.value.lock().await, |value| &mut **value)
    }

    async fn keys(&self) -> RwLockReadGuard<'_, [K]> {
        RwLockReadGuard::map(self.keys.read().await, Vec::as_slice)
    }

    fn try_keys(&self) -> Option<RwLockWriteGuard<'_, Vec<K>>> {
        self.keys.try_write().ok()
    }
}

async fn replace<T>(mutex: &Mutex<T>, value: T) -> T {
    std::mem::replace(&mut *mutex.lock().await, value)
}

async fn show<T: Debug + ?Sized>(lock: &RwLock<T>) -> String {
    format!("{:?}", lock.read().await)
}

async fn keep<T: Send + 'static>(mutex: Arc<Mutex<T>>) -> OwnedMutexGuard<T> {
    tokio::spawn(async move { mutex.clone().lock_owned().await })
        .await
        .unwrap()
}

async fn borrowed_values<'s>(mutex: &Mutex<Vec<&'s str>>, word: &'s str) {
    mutex.lock().await.push(word);
}

#[tokio::main]
async fn main() {
    let cache = Cache::<u32, str> {
        keys: RwLock::new(vec![7]),
        value: Mutex::new("one".into()),
    };
    assert_eq!(cache.position(&7).await, Some(0));
    assert_eq!(&*cache.value().await, "one");
    assert_eq!(cache.keys().await[0], 7);
    assert!(cache.try_keys().is_some());
    assert_eq!(replace(&Mutex::new(1), 2).await, 1);
    assert_eq!(show(&RwLock::new([1])).await, "[1]");
    assert_eq!(*keep(Arc::new(Mutex::new(1))).await, 1);
    let text = String::from("a b");
    let words = Mutex::new(vec![]);
    borrowed_values(&words, &text[..1]).await;
    assert_eq!(words.into_inner(), ["a"]);
}
