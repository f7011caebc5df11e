//! A lock guards what has no size of its own: slices, strings, trait objects.

use std::{fmt::Display, sync::Arc};

use ironfence::{Mutex, MutexGuard, OwnedMutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

trait Animal {
    fn name(&self) -> String;
    fn rename(&mut self, name: &str);
}

struct Dog(String);

impl Animal for Dog {
    fn name(&self) -> String {
        self.0.clone()
    }

    fn rename(&mut self, name: &str) {
        self.0 = name.into();
    }
}

async fn sum(bytes: &Mutex<[u8]>) -> u8 {
    bytes.lock().await.iter().sum()
}

#[tokio::main]
async fn main() {
    let bytes: &Mutex<[u8]> = &Mutex::new([1, 2, 3]);
    assert_eq!(sum(bytes).await, 6);
    let first: MutexGuard<'_, [u8]> = bytes.lock().await;
    drop(MutexGuard::map(first, |bytes| &mut bytes[..1]));

    let mut animal: Box<Mutex<dyn Animal + Send>> = Box::new(Mutex::new(Dog("Rex".into())));
    animal.lock().await.rename("Tex");
    animal.get_mut().rename("Max");
    assert_eq!(animal.with(|animal| animal.name()).await, "Max");

    let animal: Arc<RwLock<dyn Animal + Send + Sync>> = Arc::new(RwLock::new(Dog("Rex".into())));
    animal.write().await.rename("Tex");
    let guard = animal.clone().read_owned().await;
    assert_eq!(
        tokio::spawn(async move { guard.name() }).await.unwrap(),
        "Tex"
    );
    drop(RwLockWriteGuard::downgrade(animal.write().await));

    let text: Arc<Mutex<dyn Display + Send>> = Arc::new(Mutex::new(1));
    assert_eq!(text.clone().lock_owned().await.to_string(), "1");
    _ = OwnedMutexGuard::mutex(&text.clone().try_lock_owned().unwrap());

    let number = RwLock::new(1);
    let number = RwLockReadGuard::map(number.read().await, |number| number as &dyn Display);
    assert_eq!(format!("{number}"), "1");
}
