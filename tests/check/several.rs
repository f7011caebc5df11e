//! Sets, sessions, pairs and slices are known by what they hold, and say nothing wrong of an order.

use ironfence::{Guarded, check::Kind, lock_all, lock_pair};

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
