//! Three programs that hang with the locks of others, each named after its report, and end here.

use std::{pin::pin, sync::Arc, time::Duration};

use ironfence::{Mutex, RwLock};
use ironfence_tests::watchdog::must_end;
use tokio::{sync::oneshot, time::sleep};

fn current_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap()
}

/// Oxide's RFD 609, "futurelock": a `select!` over `&mut lock_future` and a timer, whose other arm
/// locks again while a background task held the lock.
#[test]
fn rfd_609_a_select_arm_that_locks_while_the_other_waits_for_the_lock() {
    must_end(|| {
        current_thread().block_on(async {
            let mutex = Arc::new(Mutex::new(Vec::new()));
            let (held, wait_until_held) = oneshot::channel();
            let background = tokio::spawn({
                let mutex = mutex.clone();
                async move {
                    let mut guard = mutex.lock().await;
                    held.send(()).unwrap();
                    sleep(Duration::from_secs(5)).await;
                    guard.push("background");
                }
            });
            wait_until_held.await.unwrap();
            let mut lock_future = pin!(async { mutex.lock().await.push("arm") });
            tokio::select! {
                () = &mut lock_future => panic!("the background task holds the lock"),
                () = sleep(Duration::from_millis(500)) => mutex.lock().await.push("other arm"),
            }
            background.await.unwrap();
            lock_future.await;
            assert_eq!(*mutex.lock().await, ["background", "other arm", "arm"]);
        });
    });
}

/// tokio#6450: two write futures of one task; the first is polled once and left alone, the second
/// awaited.
#[test]
fn tokio_6450_two_writes_of_one_task_the_first_left_alone() {
    must_end(|| {
        current_thread().block_on(async {
            let lock = Arc::new(RwLock::new(0));
            let reading = lock.read().await;
            let mut first = pin!(lock.write());
            assert!(futures::poll!(first.as_mut()).is_pending(), "somebody reads");
            drop(reading);
            *lock.write().await += 1;
            *first.await += 1;
            assert_eq!(*lock.read().await, 2);
        });
    });
}

/// The same while the second waits too: the wake goes to the first, and the task polls the second.
#[test]
fn tokio_6450_with_both_writes_queued() {
    must_end(|| {
        current_thread().block_on(async {
            let lock = Arc::new(RwLock::new(0));
            let reading = lock.clone().read_owned().await;
            tokio::spawn(async move {
                sleep(Duration::from_millis(10)).await;
                drop(reading);
            });
            let mut first = pin!(lock.write());
            assert!(futures::poll!(first.as_mut()).is_pending(), "somebody reads");
            *lock.write().await += 1;
            assert_eq!(*lock.read().await, 1, "nor does the first keep out a reader");
            *first.await += 1;
        });
    });
}

/// async-lock#91: two lock futures of one task, polled in one order and awaited in the other.
#[test]
fn async_lock_91_two_locks_of_one_task_awaited_in_the_other_order() {
    must_end(|| {
        smol::block_on(async {
            let mutex = Mutex::new(0);
            let guard = mutex.lock().await;
            let mut first = pin!(mutex.lock());
            let mut second = pin!(mutex.lock());
            assert!(futures::poll!(first.as_mut()).is_pending());
            assert!(futures::poll!(second.as_mut()).is_pending());
            drop(guard);
            *second.await += 1;
            *first.await += 1;
            assert_eq!(*mutex.lock().await, 2);
        });
    });
}
