//! A lock with a strict order is had in the order of the first polls, whoever goes away meanwhile.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Poll, Wake},
};

use shuttle::sync::{Condvar, Mutex as Shared};

use super::{
    draw, explore,
    tasks::{all_at_once, pause, poll_with},
};
use crate::{Mutex, RwLock};

/// Wakes a thread that waits for this, and that polls for no other reason.
#[derive(Default)]
struct Call {
    is_there: Shared<bool>,
    came: Condvar,
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        *self.is_there.lock().expect("nobody panics") = true;
        self.came.notify_one();
    }
}

impl Call {
    fn wait(&self) {
        let is_there = self.is_there.lock().expect("nobody panics");
        let mut is_there =
            self.came.wait_while(is_there, |is_there| !*is_there).expect("nobody panics");
        *is_there = false;
    }
}

/// Several wait for what `holding` has, in the order of their first polls. One of them goes away.
fn in_order<F>(ask: impl Fn() -> F, holding: impl Send + 'static)
where
    F: Future<Output: Send> + Send + 'static,
{
    let had = Arc::new(Shared::new(Vec::new()));
    let count = 3 + draw(2);
    let leaves = draw(count);
    let mut tasks: Vec<Box<dyn FnOnce() + Send>> = vec![Box::new(move || drop(holding))];
    for number in 0..count {
        let (mut waiting, call, had): (Pin<Box<F>>, _, _) =
            (Box::pin(ask()), Arc::<Call>::default(), had.clone());
        assert!(poll_with(waiting.as_mut(), &call).is_pending(), "the lock is held");
        tasks.push(Box::new(move || {
            if number == leaves {
                return drop(waiting);
            }
            let guard = loop {
                call.wait();
                if let Poll::Ready(guard) = poll_with(waiting.as_mut(), &call) {
                    break guard;
                }
            };
            had.lock().expect("nobody panics").push(number);
            pause();
            drop(guard);
        }));
    }
    all_at_once(tasks);
    let had = had.lock().expect("nobody panics");
    assert!(had.is_sorted() && had.len() as u32 == count - 1, "had in this order: {had:?}");
}

#[test]
fn a_lock_with_a_strict_order_is_had_in_that_order_though_one_goes_away() {
    explore(|| match draw(3) {
        0 => {
            let lock = Arc::new(Mutex::fifo(()));
            in_order(|| lock.clone().lock_owned(), lock.clone().try_lock_owned().expect("free"));
        }
        1 => {
            let lock = Arc::new(RwLock::fifo(()));
            in_order(|| lock.clone().write_owned(), lock.clone().try_read_owned().expect("free"));
        }
        _ => {
            let lock = Arc::new(RwLock::fifo_with_max_readers((), 1));
            in_order(|| lock.clone().read_owned(), lock.clone().try_write_owned().expect("free"));
        }
    });
}
