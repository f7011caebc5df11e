//! A guard, and the lock that it names, live as long as the borrow of the lock.

use ironfence::{MappedMutexGuard, Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

struct Bank {
    accounts: RwLock<Vec<u32>>,
    journal: Mutex<(u32, String)>,
}

impl Bank {
    async fn accounts(&self) -> RwLockReadGuard<'_, Vec<u32>> {
        self.accounts.read().await
    }

    async fn account(&self, index: usize) -> Option<RwLockReadGuard<'_, u32>> {
        RwLockReadGuard::try_map(self.accounts.read().await, |all| all.get(index)).ok()
    }

    async fn last_entry(&self) -> MappedMutexGuard<'_, String> {
        MutexGuard::map(self.journal.lock().await, |journal| &mut journal.1)
    }
}

/// The lock outlives its guard.
fn lock_of<'a>(guard: MutexGuard<'a, (u32, String)>) -> &'a Mutex<(u32, String)> {
    MutexGuard::mutex(&guard)
}

fn rwlock_of<'a, T>(guard: RwLockWriteGuard<'a, T>) -> &'a RwLock<T> {
    RwLockWriteGuard::rwlock(&guard)
}

#[tokio::main]
async fn main() {
    let bank = Bank {
        accounts: RwLock::new(vec![1]),
        journal: Mutex::new((0, String::new())),
    };
    assert_eq!(bank.accounts().await.len(), 1);
    assert_eq!(*bank.account(0).await.unwrap(), 1);
    bank.last_entry().await.push('a');
    assert!(lock_of(bank.journal.lock().await).try_lock().is_ok());
    assert!(rwlock_of(bank.accounts.write().await).try_read().is_ok());
}
