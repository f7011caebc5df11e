//! A lock is made in a constant context: in a `static`, a `const` and an array of them.

use ironfence::{Mutex, RwLock};

static MUTEX: Mutex<Vec<u32>> = Mutex::new(Vec::new());
static CONST_NEW: Mutex<Option<String>> = Mutex::const_new(None);
static RWLOCK: RwLock<&str> = RwLock::new("a");
static FEW_READERS: RwLock<u32> = RwLock::const_with_max_readers(1, 3);
static SHARDS: [Mutex<u32>; 4] = [const { Mutex::new(0) }; 4];

struct Registry {
    names: RwLock<Vec<&'static str>>,
    next: Mutex<u64>,
}

impl Registry {
    const fn new() -> Self {
        Self {
            names: RwLock::const_new(Vec::new()),
            next: Mutex::new(0),
        }
    }
}

static REGISTRY: Registry = Registry::new();
const TAKEN_OUT_AT_RUN_TIME: RwLock<u32> = RwLock::with_max_readers(1, 3);

#[tokio::main]
async fn main() {
    MUTEX.lock().await.push(1);
    *CONST_NEW.lock().await = Some("a".into());
    assert_eq!(*RWLOCK.read().await, "a");
    assert_eq!(*FEW_READERS.read().await, 1);
    *SHARDS[3].lock().await += 1;
    REGISTRY.names.write().await.push("a");
    *REGISTRY.next.lock().await += 1;
    assert_eq!(TAKEN_OUT_AT_RUN_TIME.into_inner(), 1);
    // A guard of a static lock is `'static`, borrowed though it is.
    let mut guard = MUTEX.lock().await;
    tokio::spawn(async move { guard.push(2) }).await.unwrap();
}
