//! The futures go into `select!`, `join!`, a timeout and a hand-written poll, pinned on the stack.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use ironfence::{Mutex, RwLock};

#[tokio::main]
async fn main() {
    let (mutex, other, lock) = (Mutex::new(1), Mutex::new(2), RwLock::new(3));
    let (one, two, three) = tokio::join!(mutex.lock(), other.lock(), lock.read());
    assert_eq!(*one + *two + *three, 6);

    let mut waiting = pin!(mutex.lock());
    loop {
        tokio::select! {
            biased;
            guard = &mut waiting => {
                assert_eq!(*guard, 1);
                break;
            }
            () = tokio::task::yield_now() => break,
        }
    }
    drop((one, two, three));
    tokio::select! {
        mut guard = lock.write() => *guard += 1,
        guard = lock.read() => assert_eq!(*guard, 3),
    }
    let timed = tokio::time::timeout(Duration::from_secs(9), lock.with_read(|value| *value)).await;
    assert!(timed.is_ok());

    let mut read = pin!(lock.read());
    let Poll::Ready(_guard) = read.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("nobody writes");
    };
    assert!(read.is_terminated());
}
