//! Several locks at once: sets, pairs, sessions and snapshots, of two banks. Money goes from field to
//! field, and none of it is lost.

use std::sync::Arc;

use super::{
    draw, explore,
    ledger::{is_as_new, mutex_is_as_new},
    one_in,
    tasks::{Either, all_at_once, give_up, join, pause, rest, run, select},
};
use crate::{Guarded, ReadOrWrite, lock_all, lock_pair};

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

/// A branch of the first bank, at a higher level: it lies before the banks all the same.
#[derive(Clone, Guarded)]
#[guarded(crate = crate, level = 1)]
struct Branch {
    #[guarded(rwlock)]
    desk: i64,
    #[guarded(mutex)]
    drawer: i64,
}

type Banks = ([BranchGuarded; 2], [BankGuarded; 2]);

const IN_A_BRANCH: i64 = 100;

fn branch() -> BranchGuarded {
    Branch { desk: 50, drawer: 50 }.into_guarded()
}

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
async fn pair((_, [one, other]): &Banks) {
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

/// From a bank to its branches, by a session or by a group. What is moved is moved back.
async fn group((branches, banks): &Banks) {
    let ([one, other], bank) = (branches, &banks[draw(2) as usize]);
    let branch = &branches[draw(2) as usize];
    match draw(6) {
        0 => {
            let (mut till, session) = bank.session().lock_till().await;
            let (mut desk, session) = session.then(branch).write_desk().await;
            transfer(&mut till, &mut desk);
            transfer(&mut desk, &mut till);
            let (mut drawer, _) = session.lock_drawer().await;
            transfer(&mut desk, &mut drawer);
        }
        1 => {
            let set = branch.locks().lock_drawer().write_desk();
            let (mut held, mut till) = lock_pair(set, &bank.till).await.expect("two values");
            transfer(&mut till, &mut held.drawer);
            transfer(&mut held.drawer, &mut till);
        }
        2 => {
            let request = (
                vec![other.locks().write_desk(), one.locks().write_desk()],
                Some(bank.locks().vault(VaultLocks::lock_cash).lock_till()),
            );
            if let Some(held) = give_up(lock_all(request)).await {
                let (mut desks, bank) = held.expect("no lock is there twice");
                let mut bank = bank.expect("it was asked for");
                transfer(&mut bank.till, &mut bank.vault.cash);
                transfer(&mut desks[0].desk, &mut bank.till);
                transfer(&mut bank.till, &mut desks[0].desk);
            }
        }
        3 => {
            let (debts, mut session) = bank.session().read_debts().await;
            for branch in branches {
                let (mut drawer, _) = session.reborrow().then(branch).lock_drawer().await;
                *drawer += *debts;
                *drawer -= *debts;
            }
            let both = session.then_all((&other.drawer, one.desk.read()));
            drop(give_up(both).await);
        }
        4 => {
            let held = lock_all((bank.locks().lock_till(), [&one.drawer, &other.drawer])).try_now();
            drop(held.expect("no lock is there twice"));
        }
        _ => {
            let wanted = [ReadOrWrite::from(one.desk.write()), other.desk.read().into()];
            let mut held = lock_all((wanted, &one.drawer)).await.expect("three locks");
            let desk = held.0[0].written().expect("it was asked for so");
            transfer(desk, &mut held.1);
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
    let bank = &banks.1[draw(2) as usize];
    match draw(9) {
        7 | 8 => group(banks).await,
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
        let banks = Arc::new(([branch(), branch()], [bank(), bank()]));
        let task = || -> Box<dyn FnOnce() + Send> {
            let banks = banks.clone();
            Box::new(move || (0..=draw(2)).for_each(|_| run(act(&banks))))
        };
        all_at_once(vec![task(), task(), task()]);
        let in_branches = banks.0.iter().map(|branch| {
            let copy = run(branch.snapshot());
            is_as_new(&branch.desk);
            mutex_is_as_new(&branch.drawer);
            copy.desk + copy.drawer
        });
        assert_eq!(in_branches.sum::<i64>(), 2 * IN_A_BRANCH, "no money is lost");
        for bank in &banks.1 {
            assert_eq!(sum(&run(bank.snapshot())), IN_EACH, "no money is lost");
            mutex_is_as_new(&bank.till);
            is_as_new(&bank.accounts);
            is_as_new(&bank.vault.gold);
            mutex_is_as_new(&bank.vault.cash);
            is_as_new(&bank.debts);
        }
    });
}
