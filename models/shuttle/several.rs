//! Several locks at once: sets, pairs, sessions and snapshots, of two banks. Money goes from field to
//! field, and none of it is lost.

use std::sync::Arc;

use super::{
    draw, explore,
    ledger::{is_as_new, mutex_is_as_new},
    one_in,
    tasks::{Either, all_at_once, give_up, join, pause, rest, run, select},
};
use crate::{Guarded, lock_all, lock_pair};

#[derive(Clone, Guarded)]
#[guarded(crate = crate)]
struct Bank {
    #[guarded(mutex)]
    till: i64,
    #[guarded(rwlock)]
    accounts: i64,
    #[guarded(nested)]
    vault: Vault,
    #[guarded(rwlock)]
    debts: i64,
}

#[derive(Clone, Guarded)]
#[guarded(crate = crate)]
struct Vault {
    #[guarded(rwlock)]
    gold: i64,
    #[guarded(mutex)]
    cash: i64,
}

type Banks = [BankGuarded; 2];

const IN_EACH: i64 = 500;

fn bank() -> BankGuarded {
    let vault = Vault { gold: 100, cash: 100 };
    Bank { till: 100, accounts: 100, vault, debts: 100 }.into_guarded()
}

fn sum(bank: &Bank) -> i64 {
    bank.till + bank.accounts + bank.vault.gold + bank.vault.cash + bank.debts
}

/// Some money changes hands; who looked at one of the two alone would see it vanish.
fn transfer(from: &mut i64, to: &mut i64) {
    *from -= 1;
    pause();
    *to += 1;
}

/// All within one bank.
async fn set(bank: &BankGuarded) {
    match draw(7) {
        0 => {
            let mut held = bank.locks().lock_till().write_accounts().await;
            transfer(&mut held.till, &mut held.accounts);
        }
        1 => {
            let mut held =
                bank.locks().write_debts().vault(VaultLocks::lock_cash).lock_till().await;
            rest().await;
            transfer(&mut held.debts, &mut held.till);
            transfer(&mut held.till, &mut held.vault.cash);
        }
        2 => {
            let set = bank.locks().vault(VaultLocks::write_gold).write_accounts();
            if let Some(mut held) = give_up(set.into_future()).await {
                transfer(&mut held.vault.gold, &mut held.accounts);
            }
        }
        3 => {
            let mut held = bank.locks().lock_all().await;
            transfer(&mut held.vault.cash, &mut held.vault.gold);
        }
        4 => {
            let held = bank.locks().read_all().await;
            let sum =
                *held.till + *held.accounts + *held.vault.gold + *held.vault.cash + *held.debts;
            assert_eq!(sum, IN_EACH, "a set of all is one moment");
        }
        5 => {
            if let Some(mut held) = bank.locks().write_debts().write_accounts().try_now() {
                transfer(&mut held.debts, &mut held.accounts);
            }
        }
        _ => {
            let copy = bank.snapshot().await;
            assert_eq!(sum(&copy), IN_EACH, "a snapshot is one moment");
        }
    }
}

/// One lock after the other, forwards.
async fn session(bank: &BankGuarded) {
    let (mut till, session) = bank.session().lock_till().await;
    if one_in(3) {
        return;
    }
    let (mut cash, vault) = session.vault().lock_cash().await;
    transfer(&mut till, &mut cash);
    drop(till);
    let (mut debts, _) = vault.leave().write_debts().await;
    transfer(&mut cash, &mut debts);
}

/// Two branches of a session, each with one lock at a time.
async fn branches(bank: &BankGuarded) {
    let mut session = bank.session();
    session
        .both(
            async |session| drop(session.write_accounts().await),
            async |session| drop(session.lock_till().await),
        )
        .await;
}

/// Between two banks, there or back.
async fn pair([one, other]: &Banks) {
    match draw(4) {
        0 => {
            let (mut from, mut to) =
                lock_pair(one.accounts.write(), other.accounts.write()).await.expect("two locks");
            transfer(&mut from, &mut to);
            transfer(&mut to, &mut from);
        }
        1 => {
            let (mut from, mut to) =
                lock_pair(other.debts.write(), &one.till).await.expect("two locks");
            transfer(&mut from, &mut to);
            transfer(&mut to, &mut from);
        }
        2 => {
            let all = lock_all((other.vault.gold.read(), &one.vault.cash, one.accounts.write()));
            drop(give_up(all).await);
        }
        _ => {
            let both = lock_pair(other.accounts.write(), &one.till).try_now();
            drop(both.expect("two locks"));
        }
    }
}

async fn single(bank: &BankGuarded) {
    match draw(4) {
        0 => drop(bank.till.lock().await),
        1 => drop(bank.accounts.read().await),
        2 => drop(give_up(bank.debts.write()).await),
        _ => drop(bank.vault.gold.upgradable_read().await),
    }
}

async fn act(banks: &Banks) {
    let bank = &banks[draw(2) as usize];
    match draw(7) {
        0 | 1 => set(bank).await,
        2 => session(bank).await,
        3 => branches(bank).await,
        4 => pair(banks).await,
        5 => join(Box::pin(set(bank)), single(bank)).await,
        _ => match select(bank.locks().lock_all().into_future(), single(bank)).await {
            Either::One(mut held) => transfer(&mut held.accounts, &mut held.till),
            Either::Other(()) => {}
        },
    }
}

#[test]
fn several_locks_at_once_make_no_circle_and_lose_no_money() {
    explore(|| {
        let banks = Arc::new([bank(), bank()]);
        let task = || -> Box<dyn FnOnce() + Send> {
            let banks = banks.clone();
            Box::new(move || (0..=draw(2)).for_each(|_| run(act(&banks))))
        };
        all_at_once(vec![task(), task(), task()]);
        for bank in &*banks {
            assert_eq!(sum(&run(bank.snapshot())), IN_EACH, "no money is lost");
            mutex_is_as_new(&bank.till);
            is_as_new(&bank.accounts);
            is_as_new(&bank.vault.gold);
            mutex_is_as_new(&bank.vault.cash);
            is_as_new(&bank.debts);
        }
    });
}
