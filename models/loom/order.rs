//! Several locks at once: nobody waits in a circle, and who gives up half-way releases.

use loom::{sync::Arc, thread};

use super::{assert_idle, explore, poll_once};
use crate::{
    Guarded, Mutex, ReadOrWrite, RwLock, block::block_on, futures::Read, lock_all, lock_pair,
};
use std::pin::pin;

type Pair = (Mutex<()>, RwLock<()>);

/// Runs both at once; in the end both locks are idle.
fn with_a_pair(one: fn(&Pair), other: fn(&Pair)) {
    explore(2, move || {
        let pair = Arc::new((Mutex::new(()), RwLock::new(())));
        let thread = thread::spawn({
            let pair = pair.clone();
            move || one(&pair)
        });
        other(&pair);
        thread.join().expect("no thread panics");
        assert_idle(&pair.0);
        assert_idle(&pair.1);
    });
}

fn there(pair: &Pair) {
    drop(block_on(lock_pair(&pair.0, pair.1.write())));
}

fn back(pair: &Pair) {
    drop(block_on(lock_pair(pair.1.write(), pair.0.lock())));
}

fn back_reading(pair: &Pair) {
    drop(block_on(lock_all((pair.1.read(), pair.0.lock()))));
}

fn try_back(pair: &Pair) {
    drop(lock_pair(pair.1.write(), &pair.0).try_now());
}

/// Polls once and goes away, with none of the locks, one, or both.
fn give_up(pair: &Pair) {
    drop(poll_once(pin!(lock_pair(pair.1.write(), &pair.0))));
}

#[test]
fn pairs_in_contrary_order_do_not_wait_for_each_other() {
    with_a_pair(there, back);
}

#[test]
fn a_pair_that_reads_does_not_wait_in_a_circle_either() {
    with_a_pair(there, back_reading);
}

#[test]
fn a_pair_that_is_tried_or_given_up_leaves_nothing_held() {
    with_a_pair(there, try_back);
    with_a_pair(there, give_up);
}

#[derive(Clone, Guarded)]
#[guarded(crate = crate)]
struct Bank {
    #[guarded(mutex)]
    journal: (),
    #[guarded(rwlock)]
    accounts: (),
    #[guarded(rwlock)]
    rates: (),
}

/// Runs them all at once on one bank; in the end all its locks are idle.
fn with_a_bank<const N: usize>(threads: [fn(&BankGuarded); N]) {
    explore(N, move || {
        let bank = Arc::new(Bank { journal: (), accounts: (), rates: () }.into_guarded());
        let handles: Vec<_> = threads[1..]
            .iter()
            .map(|&run| {
                let bank = bank.clone();
                thread::spawn(move || run(&bank))
            })
            .collect();
        threads[0](&bank);
        for handle in handles {
            handle.join().expect("no thread panics");
        }
        assert_idle(&bank.journal);
        assert_idle(&bank.accounts);
        assert_idle(&bank.rates);
    });
}

fn three_of_them(bank: &BankGuarded) {
    drop(bank.locks().lock_journal().write_accounts().write_rates().blocking());
}

fn the_same_backwards(bank: &BankGuarded) {
    drop(bank.locks().write_rates().write_accounts().lock_journal().blocking());
}

fn two_of_them(bank: &BankGuarded) {
    drop(bank.locks().write_rates().read_accounts().blocking());
}

fn give_up_three(bank: &BankGuarded) {
    drop(poll_once(pin!(bank.locks().write_rates().write_accounts().lock_journal().into_future())));
}

fn go_forward(bank: &BankGuarded) {
    let (journal, session) = block_on(bank.session().lock_journal());
    let (rates, _) = block_on(session.read_rates());
    drop((journal, rates));
}

/// Two branches of a session, with one lock each.
fn branch(bank: &BankGuarded) {
    let mut session = bank.session();
    block_on(session.both(
        async |session| drop(session.lock_journal().await),
        async |session| drop(session.write_accounts().await),
    ));
}

fn try_all(bank: &BankGuarded) {
    drop(bank.locks().lock_all().try_now());
}

/// Every lock, one at a time or all at once, for one copy.
fn snapshot(bank: &BankGuarded) {
    _ = block_on(bank.snapshot());
}

fn give_up_a_snapshot(bank: &BankGuarded) {
    drop(poll_once(pin!(bank.snapshot())));
}

#[test]
fn sets_in_contrary_spelling_do_not_wait_for_each_other() {
    with_a_bank([three_of_them, the_same_backwards]);
}

#[test]
fn sets_that_share_some_locks_do_not_wait_in_a_circle() {
    with_a_bank([the_same_backwards, two_of_them]);
}

#[test]
fn a_set_that_is_given_up_halfway_leaves_nothing_held() {
    with_a_bank([two_of_them, give_up_three]);
}

#[test]
fn a_set_and_a_session_do_not_wait_for_each_other() {
    with_a_bank([go_forward, the_same_backwards]);
}

#[test]
fn two_sessions_do_not_wait_for_each_other() {
    with_a_bank([go_forward, go_forward]);
}

#[test]
fn two_branches_of_a_session_do_not_wait_in_a_circle_with_a_set() {
    with_a_bank([branch, two_of_them]);
}

#[test]
fn a_set_that_is_tried_leaves_nothing_held() {
    with_a_bank([two_of_them, try_all]);
}

#[test]
fn a_snapshot_does_not_wait_in_a_circle_with_a_set() {
    with_a_bank([snapshot, two_of_them]);
}

#[test]
fn a_snapshot_that_is_given_up_leaves_nothing_held() {
    with_a_bank([give_up_a_snapshot, two_of_them]);
}

#[test]
fn three_sets_of_which_one_is_given_up_make_no_circle() {
    with_a_bank([two_of_them, the_same_backwards, give_up_three]);
}

/// A struct that comes after the banks.
#[derive(Guarded)]
#[guarded(crate = crate, level = 1)]
struct Branch {
    #[guarded(rwlock)]
    till: (),
    #[guarded(mutex)]
    keys: (),
}

/// Two branches, which lie before their bank, and the bank.
type Banking = ([BranchGuarded; 2], BankGuarded);

/// Runs them all at once; in the end all the locks are idle.
fn with_branches<const N: usize>(threads: [fn(&Banking); N]) {
    explore(N, move || {
        let branches = [(), ()].map(|()| Branch { till: (), keys: () }.into_guarded());
        let bank = Bank { journal: (), accounts: (), rates: () }.into_guarded();
        let banking = Arc::new((branches, bank));
        let handles: Vec<_> = threads[1..]
            .iter()
            .map(|&run| {
                let banking = banking.clone();
                thread::spawn(move || run(&banking))
            })
            .collect();
        threads[0](&banking);
        for handle in handles {
            handle.join().expect("no thread panics");
        }
        let (branches, bank) = &*banking;
        for branch in branches {
            assert_idle(&branch.till);
            assert_idle(&branch.keys);
        }
        assert_idle(&bank.journal);
        assert_idle(&bank.accounts);
    });
}

/// From the bank to a branch, by a session.
fn go_on([one, _]: &[BranchGuarded; 2], bank: &BankGuarded) {
    let (journal, session) = block_on(bank.session().lock_journal());
    let (till, _) = block_on(session.then(one).write_till());
    drop((journal, till));
}

fn go_on_to_one((branches, bank): &Banking) {
    go_on(branches, bank);
}

/// A set of a branch, and a lock of the bank: taken the other way round.
fn group((branches, bank): &Banking) {
    let set = branches[0].locks().write_till();
    drop(block_on(lock_pair(set, bank.journal.lock())));
}

/// A `Vec` and an option, in contrary order.
fn other_group((branches, bank): &Banking) {
    let tills = vec![branches[0].till.read()];
    drop(block_on(lock_all((Some(&bank.journal), tills))));
}

fn give_up_a_group((branches, bank): &Banking) {
    let request = (vec![branches[0].locks().write_till()], &bank.journal);
    drop(poll_once(pin!(lock_all(request))));
}

/// A set and both modes, in a tuple in a `Vec` in an option, beside what may be upgraded.
fn nested_group((branches, bank): &Banking) {
    let [one, _] = branches;
    let inner =
        vec![(one.locks().lock_keys(), ReadOrWrite::<Read<'_, ()>, _>::Write(one.till.write()))];
    let asked = (Some(inner), [bank.accounts.upgradable_read()], &bank.journal);
    drop(block_on(lock_all(asked)));
}

/// Both branches at the end of a session.
fn end_in_a_group((branches, bank): &Banking) {
    let (journal, session) = block_on(bank.session().lock_journal());
    let [one, other] = branches;
    drop(block_on(session.then_all((&other.keys, one.till.write()))));
    drop(journal);
}

/// With the second branch before the first.
fn both_branches((branches, _): &Banking) {
    let [one, other] = branches;
    drop(block_on(lock_pair(&other.keys, one.locks().write_till())));
}

#[test]
fn a_session_that_goes_on_does_not_wait_in_a_circle_with_a_group() {
    with_branches([go_on_to_one, group]);
}

#[test]
fn a_session_that_goes_on_does_not_wait_in_a_circle_with_a_nested_group() {
    with_branches([go_on_to_one, nested_group]);
}

#[test]
fn groups_of_several_shapes_do_not_wait_for_each_other() {
    with_branches([group, other_group]);
}

#[test]
fn a_group_that_is_given_up_leaves_nothing_held() {
    with_branches([go_on_to_one, give_up_a_group]);
}

#[test]
fn a_session_that_ends_in_a_group_does_not_wait_in_a_circle() {
    with_branches([end_in_a_group, both_branches]);
}
