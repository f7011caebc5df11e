//! The futures have names, so a struct holds them without a box.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use ironfence::{
    Mutex, MutexGuard, OwnedMutexGuard, RwLock, RwLockReadGuard,
    futures::{Lock, LockOwned, Read, ReadOwned, Write, WriteOwned},
};

struct Waiting<'a, T> {
    lock: Pin<Box<Lock<'a, T>>>,
    polls: u32,
}

impl<'a, T> Future for Waiting<'a, T> {
    type Output = (MutexGuard<'a, T>, u32);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.polls += 1;
        let polls = self.polls;
        self.lock.as_mut().poll(context).map(|guard| (guard, polls))
    }
}

struct Wanted {
    lock: LockOwned<u32>,
    read: ReadOwned<u32>,
    write: WriteOwned<u32>,
}

async fn first<'a>(read: Read<'a, u32>, _write: Write<'a, u32>) -> RwLockReadGuard<'a, u32> {
    read.await
}

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new(1));
    let lock = Arc::new(RwLock::new(1));
    let (guard, polls) = Waiting {
        lock: Box::pin(mutex.lock()),
        polls: 0,
    }
    .await;
    assert_eq!((*guard, polls), (1, 1));
    drop(guard);
    let wanted = Wanted {
        lock: mutex.clone().lock_owned(),
        read: lock.clone().read_owned(),
        write: lock.clone().write_owned(),
    };
    let guard: OwnedMutexGuard<u32> = wanted.lock.await;
    let read = *wanted.read.await;
    let written = *wanted.write.await;
    assert_eq!(*guard + read + written, 3);
    assert_eq!(*first(lock.read(), lock.write()).await, 1);
}
