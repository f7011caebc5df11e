//! Real disasters, each named after its report. Each runs twice: in a child without the checker, where
//! it hangs or ends as its first line says, and here with it, where the report names locks and lines.
//!
//! The clock of tokio is paused: when every task waits, it goes on to the limit at once. So a hang
//! is seen without waiting for it.

use std::{
    env,
    future::Future,
    pin::pin,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use ironfence::{Guarded, RwLockUpgradableReadGuard, check, check::Kind, task};
use ironfence_tests::watchdog::must_end;
use tokio::{sync::oneshot, time::sleep};

use crate::{line_of, quiet, says, the_report};

const CHILD: &str = "IRONFENCE_TEST_CHILD";

/// A minute of the paused clock.
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// Runs the case, and says how it went.
fn outcome(case: impl Future<Output = ()> + Send + 'static) -> &'static str {
    must_end(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let case = tokio::spawn(task::named("main", case));
            match tokio::time::timeout(1000 * MINUTE, case).await {
                Ok(ended) => {
                    ended.unwrap();
                    "ends"
                }
                Err(_) => "hangs",
            }
        })
    })
}

/// Runs the case with the checker here, after a child has run it without. True in the child, which has
/// nothing more to do.
pub(crate) fn both(
    name: &str,
    expected: &str,
    case: impl Future<Output = ()> + Send + 'static,
) -> bool {
    if env::var_os(CHILD).is_some() {
        println!("it {}", outcome(case));
        return true;
    }
    quiet();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env("IRONFENCE_CHECK", "off")
        .env(CHILD, "1")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let output = must_end(move || child.wait_with_output().unwrap());
    says(&String::from_utf8(output.stdout).unwrap(), &[&format!("it {expected}")]);
    assert_eq!(outcome(case), expected, "the checker changes nothing");
    false
}

/// The waiters about these locks that were woken and are not polled.
fn unpolled(name: &'static str) -> Vec<String> {
    let all = check::unpolled_over(Duration::ZERO).into_iter();
    all.filter(|it| it.locks()[0].starts_with(name)).map(|it| it.to_string()).collect()
}

pub(crate) fn spawn(
    name: &'static str,
    future: impl Future<Output = ()> + Send + 'static,
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(task::named(name, future))
}

/// Ends; with the locks of others it hangs. The arm waits while its own first future was called.
#[test]
fn rfd_609_with_one_task() {
    #[derive(Guarded)]
    struct Rfd609One {
        #[guarded(mutex)]
        log: Vec<&'static str>,
    }
    let (tell, told) = std::sync::mpsc::channel();
    let line = line!() + 13;
    let case = async move {
        let rfd = Arc::new(Rfd609One { log: Vec::new() }.into_guarded());
        let (held, wait_until_held) = oneshot::channel();
        let background = rfd.clone();
        let background = spawn("background", async move {
            let _guard = background.log.lock().await;
            held.send(()).unwrap();
            sleep(MINUTE).await;
        });
        wait_until_held.await.unwrap();
        let mut first = pin!(async {
            // This future is left by the select, with its place in the queue.
            rfd.log.lock().await.push("first");
        });
        tokio::select! {
            biased;
            () = &mut first => unreachable!("it is held"),
            () = sleep(MINUTE / 2) => {
                rfd.log.lock().await.push("other arm");
                tell.send(unpolled("Rfd609One.")).unwrap();
            }
        }
        first.await;
        background.await.unwrap();
    };
    if both("catalogue::rfd_609_with_one_task", "ends", case) {
        return;
    }
    let text = told.recv().unwrap().pop().expect("it was woken, and is not polled");
    says(
        &text,
        &["a future that waits for `Rfd609One.log` was woken and is not polled", "task \"main\""],
    );
    says(&text, &["asked for `Rfd609One.log`", line_of!(line), "it has left it"]);
}

/// Hangs, the one case that is left: who slept behind the future that was left, before that was woken,
/// and nobody comes by.
#[test]
fn rfd_609_with_two_tasks() {
    #[derive(Guarded)]
    struct Rfd609Two {
        #[guarded(mutex)]
        log: Vec<&'static str>,
    }
    let (tell, told) = std::sync::mpsc::channel();
    let line = line!() + 12;
    let case = async move {
        let rfd = Arc::new(Rfd609Two { log: Vec::new() }.into_guarded());
        let (held, wait_until_held) = oneshot::channel();
        let background = rfd.clone();
        spawn("background", async move {
            let _guard = background.log.lock().await;
            held.send(()).unwrap();
            sleep(MINUTE).await;
        });
        wait_until_held.await.unwrap();
        let other = rfd.clone();
        let mut first = pin!(rfd.log.lock());
        tokio::select! {
            biased;
            _ = &mut first => unreachable!("it is held"),
            () = sleep(MINUTE / 2) => {
                let other = spawn("other", async move { other.log.lock().await.push("other") });
                spawn("watch", async move {
                    sleep(2 * MINUTE).await;
                    let waits = check::waits_over(Duration::ZERO).into_iter();
                    let wait = waits.map(|it| it.to_string()).find(|it| it.contains("Rfd609Two."));
                    tell.send((unpolled("Rfd609Two."), wait)).unwrap();
                });
                other.await.unwrap();
            }
        }
    };
    if both("catalogue::rfd_609_with_two_tasks", "hangs", case) {
        return;
    }
    let (mut unpolled, wait) = told.recv().unwrap();
    let text = unpolled.pop().expect("it was woken, and is not polled");
    says(&text, &["`Rfd609Two.log` was woken and is not polled", "task \"main\"", line_of!(line)]);
    says(
        &wait.expect("the other waits"),
        &["task \"other\"", "ahead of it, 1: task \"main\"", "woken, and not polled"],
    );
}

/// Hangs: a read behind a writer that queues behind the task's own read.
#[test]
fn tokio_2849() {
    #[derive(Guarded)]
    struct Tokio2849 {
        #[guarded(rwlock)]
        config: u32,
    }
    let line = line!() + 3;
    let case = async {
        let shared = Arc::new(Tokio2849 { config: 0 }.into_guarded());
        let outer = shared.config.read().await;
        let writer = shared.clone();
        spawn("writer", async move { *writer.config.write().await += 1 });
        sleep(MINUTE).await;
        let inner = shared.config.read().await;
        assert_eq!(*outer, *inner);
    };
    if both("catalogue::tokio_2849", "hangs", case) {
        return;
    }
    let text = the_report(Kind::AlreadyHeld, "Tokio2849.");
    says(&text, &["task \"main\"", "holds `Tokio2849.config` shared", line_of!(line)]);
    says(&text, &["waits for `Tokio2849.config` shared", line_of!(line + 4)]);
    says(&text, &["a writer stands between: task \"writer\"", line_of!(line + 2)]);
}

/// Ends; with the locks of others it hangs. Two writes of one task, the first left alone.
#[test]
fn tokio_6450() {
    #[derive(Guarded)]
    struct Tokio6450 {
        #[guarded(rwlock)]
        state: u32,
    }
    let (tell, told) = std::sync::mpsc::channel();
    let line = line!() + 4;
    let case = async move {
        let shared = Tokio6450 { state: 0 }.into_guarded();
        let reading = shared.state.read().await;
        let mut first = pin!(shared.state.write());
        assert!(futures::poll!(first.as_mut()).is_pending(), "somebody reads");
        drop(reading);
        sleep(MINUTE).await;
        *shared.state.write().await += 1;
        tell.send(unpolled("Tokio6450.")).unwrap();
        *first.await += 1;
    };
    if both("catalogue::tokio_6450", "ends", case) {
        return;
    }
    let text = told.recv().unwrap().pop().expect("it was woken, and is not polled");
    says(&text, &["asked for `Tokio6450.state` exclusively", line_of!(line), "it has left it"]);
}

/// Ends; with the locks of others it hangs. Two futures polled in one order and awaited in the other.
#[test]
fn async_lock_91() {
    #[derive(Guarded)]
    struct AsyncLock91 {
        #[guarded(mutex)]
        count: u32,
    }
    let (tell, told) = std::sync::mpsc::channel();
    let line = line!() + 4;
    let case = async move {
        let shared = AsyncLock91 { count: 0 }.into_guarded();
        let guard = shared.count.lock().await;
        let mut first = pin!(shared.count.lock());
        let mut second = pin!(shared.count.lock());
        assert!(futures::poll!(first.as_mut()).is_pending());
        assert!(futures::poll!(second.as_mut()).is_pending());
        drop(guard);
        sleep(MINUTE).await;
        *second.await += 1;
        tell.send(unpolled("AsyncLock91.")).unwrap();
        *first.await += 1;
    };
    if both("catalogue::async_lock_91", "ends", case) {
        return;
    }
    let text = told.recv().unwrap().pop().expect("it was woken, and is not polled");
    says(&text, &["asked for `AsyncLock91.count`", line_of!(line), "it has left it"]);
}

/// Hangs: two functions of one struct take its two locks in opposite orders.
#[test]
fn wasmcloud_813() {
    #[derive(Guarded)]
    struct Host813 {
        #[guarded(rwlock)]
        actors: u32,
        #[guarded(rwlock)]
        providers: u32,
    }
    let line = line!() + 4;
    let case = async {
        let host = Arc::new(Host813 { actors: 0, providers: 0 }.into_guarded());
        async fn start(host: &Host813Guarded) {
            let _actors = host.actors.write().await;
            sleep(MINUTE).await;
            *host.providers.write().await += 1;
        }
        async fn link(host: &Host813Guarded) {
            let _providers = host.providers.write().await;
            sleep(MINUTE).await;
            *host.actors.write().await += 1;
        }
        let other = host.clone();
        let other = spawn("link", async move { link(&other).await });
        start(&host).await;
        other.await.unwrap();
    };
    if both("catalogue::wasmcloud_813", "hangs", case) {
        return;
    }
    let text = the_report(Kind::OutOfOrder, "Host813.");
    says(&text, &["task \"link\"", "holds `Host813.providers`", line_of!(line + 5)]);
    says(&text, &["asks for `Host813.actors`", line_of!(line + 7)]);
    let text = the_report(Kind::Deadlock, "Host813.");
    says(&text, &["task \"main\"", "holds `Host813.actors`", line_of!(line)]);
    says(&text, &["waits for `Host813.providers`", line_of!(line + 2), "task \"link\""]);
}

/// Hangs: a function that reads calls one that reads, and a writer comes between.
#[test]
fn parking_lot_438() {
    #[derive(Guarded)]
    struct ParkingLot438 {
        #[guarded(rwlock)]
        table: Vec<u32>,
    }
    let line = line!() + 2;
    async fn sum(shared: &ParkingLot438Guarded) -> u32 {
        let table = shared.table.read().await;
        let mut sum = 0;
        for at in 0..table.len() {
            sleep(MINUTE).await;
            sum += entry(shared, at).await;
        }
        sum
    }
    async fn entry(shared: &ParkingLot438Guarded, at: usize) -> u32 {
        shared.table.read().await[at]
    }
    let case = async {
        let shared = Arc::new(ParkingLot438 { table: vec![1, 2] }.into_guarded());
        let writer = shared.clone();
        spawn("writer", async move {
            sleep(MINUTE + MINUTE / 2).await;
            writer.table.write().await.push(3);
        });
        assert_eq!(sum(&shared).await, 3);
    };
    if both("catalogue::parking_lot_438", "hangs", case) {
        return;
    }
    let text = the_report(Kind::AlreadyHeld, "ParkingLot438.");
    says(&text, &["holds `ParkingLot438.table` shared", line_of!(line)]);
    says(&text, &["waits for `ParkingLot438.table` shared", line_of!(line + 9), "task \"writer\""]);
}

/// Hangs: an upgrade waits for a reader, and that one wants to write.
#[test]
fn parking_lot_489() {
    #[derive(Guarded)]
    struct ParkingLot489 {
        #[guarded(rwlock)]
        cache: u32,
        #[guarded(mutex)]
        misses: u32,
    }
    let line = line!() + 5;
    let case = async {
        let shared = Arc::new(ParkingLot489 { cache: 0, misses: 0 }.into_guarded());
        let reader = shared.clone();
        spawn("reader", async move {
            let _reading = reader.cache.read().await;
            sleep(MINUTE).await;
            *reader.misses.lock().await += 1;
        });
        let _misses = shared.misses.lock().await;
        sleep(MINUTE / 2).await;
        let upgradable = shared.cache.upgradable_read().nested().await;
        *RwLockUpgradableReadGuard::upgrade(upgradable).await += 1;
    };
    if both("catalogue::parking_lot_489", "hangs", case) {
        return;
    }
    let text = the_report(Kind::Deadlock, "ParkingLot489.");
    says(&text, &["task \"main\"", "holds `ParkingLot489.misses`", line_of!(line + 4)]);
    says(&text, &["waits for `ParkingLot489.cache` for an upgrade", line_of!(line + 7)]);
    says(&text, &["task \"reader\"", "holds `ParkingLot489.cache` shared", line_of!(line)]);
}

/// Hangs: the guard lives as long as the `match` whose scrutinee it is in.
#[test]
fn tokio_5056() {
    #[derive(Guarded)]
    struct Tokio5056 {
        #[guarded(mutex)]
        queue: Vec<u32>,
    }
    let line = line!() + 3;
    let case = async {
        let shared = Tokio5056 { queue: vec![1] }.into_guarded();
        match shared.queue.lock().await.pop() {
            Some(item) => shared.queue.lock().await.push(item + 1),
            None => unreachable!("there is one"),
        }
    };
    if both("catalogue::tokio_5056", "hangs", case) {
        return;
    }
    let text = the_report(Kind::AlreadyHeld, "Tokio5056.");
    says(&text, &["holds `Tokio5056.queue` exclusively", line_of!(line)]);
    says(&text, &["waits for `Tokio5056.queue`", line_of!(line + 1)]);
}

/// Hangs: a task waits for another one, and holds what that wants. It waits for no lock, so this is told
/// by the limit.
#[test]
fn a_lock_held_over_the_join_of_a_child_that_wants_it() {
    #[derive(Guarded)]
    struct Joined {
        #[guarded(mutex)]
        results: Vec<u32>,
    }
    let (tell, told) = std::sync::mpsc::channel();
    let line = line!() + 3;
    let case = async move {
        let shared = Arc::new(Joined { results: Vec::new() }.into_guarded());
        let results = shared.results.lock().await;
        let child = shared.clone();
        let child = spawn("child", async move { child.results.lock().await.push(1) });
        spawn("watch", async move {
            sleep(MINUTE).await;
            let waits = check::waits_over(Duration::ZERO).into_iter();
            tell.send(waits.map(|it| it.to_string()).find(|it| it.contains("Joined."))).unwrap();
        });
        child.await.unwrap();
        drop(results);
    };
    if both("catalogue::a_lock_held_over_the_join_of_a_child_that_wants_it", "hangs", case) {
        return;
    }
    let text = told.recv().unwrap().expect("the child waits");
    says(&text, &["task \"child\"", "waits for `Joined.results`", line_of!(line + 2)]);
    says(&text, &["task \"main\"", "holds `Joined.results` exclusively", line_of!(line)]);
}

/// Hangs: no two of the three tasks take two locks in opposite orders.
#[test]
fn two_structs_in_opposite_orders_over_three_tasks() {
    #[derive(Guarded)]
    struct Shop {
        #[guarded(mutex)]
        orders: u32,
        #[guarded(mutex)]
        invoices: u32,
    }
    #[derive(Guarded)]
    struct Depot {
        #[guarded(mutex)]
        stock: u32,
    }
    let line = line!() + 6;
    let case = async {
        let shop = Arc::new(Shop { orders: 0, invoices: 0 }.into_guarded());
        let depot = Arc::new(Depot { stock: 0 }.into_guarded());
        let (sold, shipped, stocked) = (shop.clone(), (shop.clone(), depot.clone()), (depot, shop));
        let sell = spawn("sell", async move {
            let _orders = sold.orders.lock().await;
            sleep(MINUTE).await;
            let _invoices = sold.invoices.lock().await;
        });
        let ship = spawn("ship", async move {
            let _invoices = shipped.0.invoices.lock().await;
            sleep(MINUTE).await;
            let _stock = shipped.1.stock.lock().await;
        });
        let restock = spawn("restock", async move {
            let _stock = stocked.0.stock.lock().await;
            sleep(MINUTE).await;
            let _orders = stocked.1.orders.lock().await;
        });
        for task in [sell, ship, restock] {
            task.await.unwrap();
        }
    };
    if both("catalogue::two_structs_in_opposite_orders_over_three_tasks", "hangs", case) {
        return;
    }
    let text = the_report(Kind::OrderCycle, "Depot.");
    says(&text, &["a circle in the order of locks", "now, task \"restock\""]);
    says(
        &text,
        &[
            "held `Depot.stock`",
            line_of!(line + 10),
            "asked for `Shop.orders`",
            line_of!(line + 12),
        ],
    );
    says(
        &text,
        &["before, task \"sell\"", line_of!(line), "before, task \"ship\"", line_of!(line + 5)],
    );
    let text = the_report(Kind::Deadlock, "Depot.");
    says(
        &text,
        &["3 tasks wait for each other", "task \"sell\"", "task \"ship\"", "task \"restock\""],
    );
}
