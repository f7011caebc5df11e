//! A lock future that was polled can't be moved into a pair.

use std::{future::Future as _, pin::Pin};

use ironfence::{Mutex, lock_pair};

async fn ask(a: &Mutex<u8>, b: &Mutex<u8>) {
    let mut first = Box::pin(a.lock());
    std::future::poll_fn(|context| first.as_mut().poll(context).map(drop)).await;
    drop(lock_pair(*Pin::into_inner(first), b).await);
}

fn main() {}
