//! Orders that may become deadlocks, reported when the second one is first seen.

use std::sync::Arc;

use ironfence::{Guarded, Mutex, RwLock, check, check::Kind, task};
use ironfence_tests::polled::now;

use crate::{line_of, nothing_about, quiet, run, says, the_report};

#[derive(Guarded, Clone)]
struct Bank {
    #[guarded(rwlock)]
    accounts: u32,
    #[guarded(mutex)]
    journal: u32,
    #[guarded(nested)]
    risk: Risk,
}

#[derive(Guarded, Clone)]
struct Risk {
    #[guarded(rwlock)]
    limits: u32,
}

#[derive(Guarded)]
struct Back {
    #[guarded(rwlock)]
    accounts: u32,
    #[guarded(mutex)]
    journal: u32,
}

#[test]
fn two_fields_against_their_order_are_reported_the_first_time() {
    let back = Back { accounts: 0, journal: 0 }.into_guarded();
    let line = line!() + 2;
    run("audit", async {
        let _journal = back.journal.lock().await;
        drop(back.accounts.read().await);
    });
    let text = the_report(Kind::OutOfOrder, "Back.");
    says(&text, &["`Back.accounts` is taken after `Back.journal`", "task \"audit\""]);
    says(&text, &["holds `Back.journal` exclusively, from", line_of!(line)]);
    says(&text, &["asks for `Back.accounts` shared, at", line_of!(line + 1)]);
    says(&text, &["both are of one `Back`, which declares `Back.accounts` before `Back.journal`"]);
    run("again", async {
        let _journal = back.journal.lock().await;
        drop(back.accounts.write().await);
    });
    the_report(Kind::OutOfOrder, "Back.");
}

#[test]
fn in_order_and_across_two_values_nothing_is_reported() {
    #[derive(Guarded)]
    struct Forth {
        #[guarded(rwlock)]
        accounts: u32,
        #[guarded(mutex)]
        journal: u32,
    }
    let forth = [0, 1].map(|_| Forth { accounts: 0, journal: 0 }.into_guarded());
    run("audit", async {
        let _accounts = forth[0].accounts.read().await;
        drop(forth[0].journal.lock().await);
        drop(forth[1].journal.lock().await);
    });
    nothing_about("Forth.");
}

#[test]
fn a_field_of_a_nested_twin_lies_where_it_is_declared() {
    #[derive(Guarded)]
    struct Whole {
        #[guarded(nested)]
        risk: Part,
        #[guarded(mutex)]
        journal: u32,
    }
    #[derive(Guarded)]
    struct Part {
        #[guarded(rwlock)]
        limits: u32,
    }
    let whole = Whole { risk: Part { limits: 0 }, journal: 0 }.into_guarded();
    run("forwards", async {
        let _limits = whole.risk.limits.read().await;
        drop(whole.journal.lock().await);
    });
    nothing_about("Whole.");
    run("backwards", async {
        let _journal = whole.journal.lock().await;
        drop(whole.risk.limits.read().await);
    });
    let text = the_report(Kind::OutOfOrder, "Whole.");
    says(&text, &["`Part.limits` is taken after `Whole.journal`"]);
    says(&text, &["both are of one value, in which `Part.limits` lies before `Whole.journal`"]);
}

#[derive(Guarded)]
struct Orders {
    #[guarded(mutex)]
    open: u32,
}

#[derive(Guarded)]
struct Stock {
    #[guarded(mutex)]
    items: u32,
}

#[test]
fn opposite_orders_of_two_structs_are_reported_though_they_never_meet() {
    let orders = Orders { open: 0 }.into_guarded();
    let stock = Stock { items: 0 }.into_guarded();
    let line = line!() + 2;
    run("sell", async {
        let _open = orders.open.lock().await;
        drop(stock.items.lock().await);
    });
    nothing_about("Orders.");
    run("restock", async {
        let _items = stock.items.lock().await;
        drop(orders.open.lock().await);
    });
    let text = the_report(Kind::OrderCycle, "Orders.");
    says(&text, &["`Stock.items` and `Orders.open` are taken in opposite orders"]);
    says(&text, &["now, task \"restock\"", "held `Stock.items`", line_of!(line + 5)]);
    says(&text, &["asked for `Orders.open`", line_of!(line + 6)]);
    says(&text, &["before, task \"sell\"", "held `Orders.open`", line_of!(line)]);
    says(&text, &["asked for `Stock.items`", line_of!(line + 1)]);
}

/// So many locks with names of their own, all mutexes.
fn named<const N: usize>(name: &str) -> [Mutex<u32>; N] {
    let mut number = 0;
    [(); N].map(|()| {
        let mutex = Mutex::new(0);
        check::name(&mutex, &format!("{name}.{number}"));
        number += 1;
        mutex
    })
}

#[test]
fn a_circle_of_three_classes_is_reported() {
    let locks: [_; 3] = named("circle");
    for (first, then) in [(0, 1), (1, 2), (2, 0)] {
        nothing_about("circle.");
        run("step", async {
            let _first = locks[first].lock().await;
            drop(locks[then].lock().await);
        });
    }
    let text = the_report(Kind::OrderCycle, "circle.");
    says(&text, &["a circle in the order of locks: `circle.2`, `circle.0`, `circle.1`"]);
}

#[test]
fn an_order_seen_in_the_slow_path_counts_too() {
    let [first, second] = named("waited");
    run("forwards", async {
        let _first = first.lock().await;
        drop(second.lock().await);
    });
    let held = now(first.lock());
    let mut backwards = crate::by_hand("backwards", async {
        let _second = second.lock().await;
        drop(first.lock().await);
    });
    assert!(backwards.poll().is_pending(), "it is held by somebody");
    the_report(Kind::OrderCycle, "waited.");
    drop(held);
    backwards.finish();
}

#[test]
fn two_locks_of_one_class_need_a_word() {
    #[derive(Guarded)]
    struct Account {
        #[guarded(mutex)]
        balance: u32,
    }
    #[derive(Guarded)]
    struct Ordered {
        #[guarded(mutex)]
        balance: u32,
    }
    #[derive(Guarded)]
    struct Answered {
        #[guarded(mutex)]
        balance: u32,
    }
    let ordered = [1, 2].map(|balance| Ordered { balance }.into_guarded());
    run("transfer", async {
        let _from = ordered[0].balance.lock().await;
        drop(ordered[1].balance.lock().nested().await);
    });
    nothing_about("Ordered.");
    check::allow("Answered.balance", "Answered.balance", "transfers go by number");
    let answered = [1, 2].map(|balance| Answered { balance }.into_guarded());
    run("transfer", async {
        let _from = answered[0].balance.lock().await;
        drop(answered[1].balance.lock().await);
    });
    nothing_about("Answered.");
    let account = [1, 2].map(|balance| Account { balance }.into_guarded());
    run("transfer", async {
        let _from = account[0].balance.lock().await;
        drop(account[1].balance.lock().await);
    });
    let text = the_report(Kind::SameClass, "Account.");
    says(&text, &["two locks of one class, `Account.balance`", "`.nested()`"]);
}

#[test]
fn an_allowed_edge_closes_no_circle() {
    let [first, second] = named("allowed");
    check::allow("allowed.1", "allowed.0", "only at startup, when nobody else runs");
    for (first, then) in [(&first, &second), (&second, &first)] {
        run("step", async {
            let _first = first.lock().await;
            drop(then.lock().await);
        });
    }
    nothing_about("allowed.");
}

#[test]
fn try_forms_add_no_incoming_edge_but_hold() {
    let [first, second] = named("tried");
    run("forwards", async {
        let _first = first.lock().await;
        drop(second.try_lock().unwrap());
    });
    run("backwards", async {
        let _second = second.lock().await;
        drop(first.lock().await);
    });
    nothing_about("tried.");
    run("forwards, holding what was tried", async {
        let _first = first.try_lock().unwrap();
        drop(second.lock().await);
    });
    the_report(Kind::OrderCycle, "tried.");
}

#[test]
fn readers_in_opposite_orders_are_reported_once_a_writer_can_come_between() {
    let (first, second) = (RwLock::new(0), RwLock::new(0));
    check::name(&first, "readers.first");
    check::name(&second, "readers.second");
    for (first, then) in [(&first, &second), (&second, &first)] {
        run("read both", async {
            let _first = first.read().await;
            drop(then.read().await);
        });
    }
    nothing_about("readers.");
    run("write one", async { *first.write().await += 1 });
    nothing_about("readers.");
    run("write the other", async { *second.write().await += 1 });
    let text = the_report(Kind::OrderCycle, "readers.");
    says(&text, &["readers alone would not meet, but a writer that queues for `readers."]);
}

#[test]
fn recursive_reads_do_not_wait_for_writers_that_wait() {
    let (first, second) = (RwLock::new(0), RwLock::new(0));
    check::name(&first, "recursive.first");
    check::name(&second, "recursive.second");
    for (first, then) in [(&first, &second), (&second, &first)] {
        run("read both", async {
            let _first = first.read().await;
            drop(then.read_recursive().await);
        });
        run("write", async { *first.write().await += 1 });
    }
    nothing_about("recursive.");
}

#[test]
fn a_third_lock_held_alone_keeps_opposite_orders_apart() {
    let [gate, first, second] = named("gated");
    for (first, then) in [(&first, &second), (&second, &first)] {
        run("behind the gate", async {
            let _gate = gate.lock().await;
            let _first = first.lock().await;
            drop(then.lock().await);
        });
    }
    nothing_about("gated.");
    run("beside the gate", async {
        let _first = first.lock().await;
        drop(second.lock().await);
    });
    // Behind the gate one way, beside it the other way: now they can meet.
    the_report(Kind::OrderCycle, "gated.");
}

#[test]
fn locks_that_came_from_default_have_no_class() {
    #[derive(Default)]
    struct Defaults {
        first: Mutex<u32>,
        second: Mutex<u32>,
    }
    let defaults = Defaults::default();
    for (first, then) in [(&defaults.first, &defaults.second), (&defaults.second, &defaults.first)]
    {
        run("both", async {
            let _first = first.lock().await;
            drop(then.lock().await);
        });
    }
    nothing_about("a lock without a name");
}

#[test]
fn owned_guards_are_in_the_order_once_they_are_adopted() {
    let locks: [_; 2] = named("owned");
    let [first, second] = locks.map(Arc::new);
    for (first, then) in [(&first, &second), (&second, &first)] {
        run("owned", async {
            let _first = first.clone().lock_owned().await;
            drop(then.clone().lock_owned().await);
        });
    }
    nothing_about("owned.");
    for (first, then) in [(&first, &second), (&second, &first)] {
        run("adopted", async {
            let mut first = first.clone().lock_owned().await;
            task::adopt(&mut first);
            drop(then.clone().lock_owned().await);
        });
    }
    the_report(Kind::OrderCycle, "owned.");
}

#[test]
fn threads_that_block_are_checked_too() {
    quiet();
    let [first, second] = named("blocked");
    for (first, then) in [(&first, &second), (&second, &first)] {
        let _first = first.blocking_lock();
        drop(then.blocking_lock());
    }
    the_report(Kind::OrderCycle, "blocked.");
}

#[test]
fn a_snapshot_goes_in_order() {
    let bank = Bank { accounts: 1, journal: 2, risk: Risk { limits: 3 } }.into_guarded();
    let other = Bank { accounts: 1, journal: 2, risk: Risk { limits: 3 } }.into_guarded();
    run("copy", async {
        let copy = bank.snapshot().await;
        assert_eq!(copy.accounts + copy.journal + copy.risk.limits, 6);
    });
    run("copy the other", async { _ = other.snapshot().await });
    nothing_about("Bank.");
    nothing_about("Risk.");
    assert!(
        check::holds_over(std::time::Duration::ZERO)
            .iter()
            .all(|report| { !report.locks().iter().any(|lock| lock.starts_with("Bank.")) })
    );
}

#[test]
fn downgraded_split_and_mapped_guards_are_released_in_the_end() {
    use ironfence::{MutexGuard, RwLockUpgradableReadGuard, RwLockWriteGuard};
    let held = || {
        let all = check::holds_over(std::time::Duration::ZERO);
        all.iter().filter(|report| report.locks()[0].starts_with("moved.")).count()
    };
    let (pair, lock) = (Mutex::new((1, 2)), RwLock::new(1));
    check::name(&pair, "moved.pair");
    check::name(&lock, "moved.lock");
    run("move", async {
        let (left, right) = MutexGuard::split(pair.lock().await, |pair| (&mut pair.0, &mut pair.1));
        drop(left);
        assert_eq!(held(), 1, "the other part holds it");
        drop(ironfence::MappedMutexGuard::map(right, |right| right));
        assert_eq!(held(), 0);
        let upgradable = RwLockWriteGuard::downgrade_to_upgradable(lock.write().await);
        let written = RwLockUpgradableReadGuard::try_upgrade(upgradable).unwrap();
        let upgradable = RwLockWriteGuard::downgrade_to_upgradable(written);
        let written = RwLockUpgradableReadGuard::upgrade(upgradable).await;
        assert_eq!(held(), 1);
        let read = written.downgrade();
        drop(lock.read().await);
        assert_eq!(held(), 1);
        drop(read);
        assert_eq!(held(), 0);
        let upgradable = lock.upgradable_read().await;
        let reading = lock.read().await;
        let upgrade = RwLockUpgradableReadGuard::upgrade(upgradable);
        assert_eq!(held(), 2);
        drop(upgrade);
        drop(reading);
        assert_eq!(held(), 0);
    });
    nothing_about("moved.");
}
