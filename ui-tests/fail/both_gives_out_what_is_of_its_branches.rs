//! What a branch of `both` locks or goes on with stays in it, also where the closure captured a place
//! to put it.

#![forbid(unsafe_code)]

use ironfence::{Guarded, MutexGuard};

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
}

async fn a_session_is_returned(bank: &BankGuarded) {
    let mut session = bank.session();
    let (one, ()) = session.both(async |session| session, async |_| ()).await;
    drop(one);
}

async fn a_session_after_a_step_is_returned(bank: &BankGuarded) {
    let mut session = bank.session();
    let (one, ()) =
        session.both(async |session| session.write_accounts().await.1, async |_| ()).await;
    drop(one);
}

async fn a_session_is_put_into_what_was_captured(bank: &BankGuarded) {
    let mut session = bank.session();
    let mut found = None;
    session.both(async |session| found = Some(session), async |_| ()).await;
    drop(found);
}

async fn a_guard_is_put_into_what_was_captured(bank: &BankGuarded) {
    let mut session = bank.session();
    let mut found = None;
    session.both(async |_| (), async |session| found = Some(session.lock_journal().await.0)).await;
    drop(found);
}

async fn a_part_is_returned(bank: &BankGuarded) {
    let mut session = bank.session();
    let (_, part) = session
        .both(
            async |_| (),
            async |session| {
                let (guard, _) = session.lock_journal().await;
                MutexGuard::map(guard, |journal| &mut journal[0])
            },
        )
        .await;
    drop(part);
}

async fn a_part_of_what_was_captured_is_returned(bank: &'static BankGuarded) {
    let part = {
        let text = String::from("gone");
        let mut session = bank.session();
        let both = session.both(async |_| text.as_str(), async |_| ()).await;
        both.0
    };
    println!("{part}");
}

async fn the_session_is_used_between(bank: &BankGuarded) {
    let mut session = bank.session();
    let both = session.both(async |_| (), async |_| ());
    let (guard, _) = session.reborrow().lock_journal().await;
    both.await;
    drop(guard);
}

fn main() {}
