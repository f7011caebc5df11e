//! Sets, sessions, pairs and slices are known by what they hold, and say nothing wrong of an order.

use ironfence::{
    AsyncRwLock, Guarded, Mutex, RwLock,
    check::{self, Kind},
    foreign, lock_all, lock_pair,
};

use crate::{line_of, nothing_about, run, says, the_report};

#[test]
fn sets_sessions_and_pairs_of_one_class_are_in_order_however_they_are_spelled() {
    #[derive(Guarded, Clone)]
    struct Several {
        #[guarded(rwlock)]
        accounts: u32,
        #[guarded(mutex)]
        journal: u32,
    }
    let all = [0, 1, 2].map(|_| Several { accounts: 0, journal: 0 }.into_guarded());
    run("all", async {
        let held = all[0].locks().lock_journal().write_accounts().await;
        drop(held);
        let held = all[0].locks().lock_journal().read_accounts().try_now();
        drop(held.expect("both are free"));
        let (accounts, session) = all[0].session().read_accounts().await;
        let (journal, _) = session.lock_journal().await;
        drop((accounts, journal));
        _ = all[0].snapshot().await;
        let pair = lock_pair(all[1].accounts.write(), all[0].accounts.read()).await;
        drop(pair.expect("two locks"));
        let three = [&all[2].journal, &all[0].journal, &all[1].journal];
        drop(lock_all(three).await.expect("three locks"));
    });
    nothing_about("Several.");
}

#[test]
fn a_lock_taken_backwards_beside_a_set_is_reported_with_the_line_of_the_set() {
    #[derive(Guarded)]
    struct Beside {
        #[guarded(rwlock)]
        accounts: u32,
        #[guarded(mutex)]
        journal: u32,
    }
    let beside = Beside { accounts: 0, journal: 0 }.into_guarded();
    let line = line!() + 2;
    run("audit", async {
        let _held = beside.locks().lock_journal().await;
        drop(beside.accounts.read().await);
    });
    let text = the_report(Kind::OutOfOrder, "Beside.");
    says(&text, &["`Beside.accounts` is taken after `Beside.journal`"]);
    says(&text, &["exclusively, from", line_of!(line)]);
    says(&text, &["asks for `Beside.accounts` shared, at", line_of!(line + 1)]);
}

#[test]
fn the_order_within_a_set_is_part_of_a_circle_with_another_struct() {
    #[derive(Guarded)]
    struct CircleBank {
        #[guarded(rwlock)]
        accounts: u32,
        #[guarded(mutex)]
        journal: u32,
    }
    let bank = CircleBank { accounts: 0, journal: 0 }.into_guarded();
    let log = Mutex::new(0);
    check::name(&log, "circle log");
    let line = line!() + 1;
    run("transfer", async { drop(bank.locks().lock_journal().write_accounts().await) });
    run("audit", async {
        let _journal = bank.journal.lock().await;
        drop(log.lock().await);
    });
    nothing_about("CircleBank.");
    run("rotate", async {
        let _log = log.lock().await;
        drop(bank.accounts.read().await);
    });
    let text = the_report(Kind::OrderCycle, "CircleBank.");
    says(&text, &["`CircleBank.accounts`", "`CircleBank.journal`", line_of!(line)]);
}

#[test]
fn a_set_that_wants_what_its_task_holds_waits_for_itself() {
    #[derive(Guarded)]
    struct Again {
        #[guarded(mutex)]
        journal: u32,
    }
    let again = Again { journal: 0 }.into_guarded();
    let line = line!() + 3;
    let mut task = crate::by_hand("twice", async {
        let _journal = again.journal.lock().await;
        drop(again.locks().lock_journal().await);
    });
    assert!(task.poll().is_pending(), "it holds it itself");
    let text = the_report(Kind::AlreadyHeld, "Again.");
    says(&text, &["task \"twice\"", "waits for `Again.journal` exclusively, at", line_of!(line)]);
}

#[test]
fn a_lock_of_ours_beside_one_of_another_library_is_known_as_its_field() {
    #[derive(Guarded, Clone)]
    struct Mixed {
        #[guarded(mutex, with = tokio::sync::Mutex)]
        theirs: u32,
        #[guarded(rwlock)]
        accounts: u32,
        #[guarded(mutex)]
        journal: u32,
    }
    let mixed = Mixed { theirs: 0, accounts: 0, journal: 0 }.into_guarded();
    let line = line!() + 5;
    run("audit", async {
        drop(mixed.locks().lock_theirs().lock_journal().read_accounts().await);
        _ = mixed.snapshot().await;
        nothing_about("Mixed.");
        let _held = mixed.locks().lock_theirs().lock_journal().await;
        drop(foreign::lock_all([foreign::read(&mixed.accounts)]).await);
    });
    let text = the_report(Kind::OutOfOrder, "Mixed.");
    says(&text, &["`Mixed.accounts` is taken after `Mixed.journal`"]);
    says(&text, &["holds `Mixed.journal` exclusively, from", line_of!(line)]);
    says(&text, &["asks for `Mixed.accounts` shared, at", line_of!(line + 1)]);
    says(&text, &["both are of one `Mixed`"]);
}

#[test]
fn code_that_is_generic_over_whose_lock_it_is_has_its_own_lines_in_a_report() {
    async fn twice<L: AsyncRwLock<Value = u32>>(lock: &L) {
        let _held = lock.read().await;
        drop(lock.write().await);
    }
    let line = line!() - 3;
    let lock = RwLock::new(0);
    check::name(&lock, "generic lock");
    let mut task = crate::by_hand("twice", twice(&lock));
    assert!(task.poll().is_pending(), "it holds it itself");
    let text = the_report(Kind::AlreadyHeld, "generic lock");
    says(&text, &["holds", line_of!(line), "waits for", line_of!(line + 1)]);
}
