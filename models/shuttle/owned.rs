//! Guards that keep their lock alive: taken in one thread, released in another.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use shuttle::thread;

use super::{
    draw, explore,
    ledger::{is_as_new, mutex_is_as_new},
    one_in,
    tasks::{all_at_once, give_up, pause, run},
};
use crate::{
    ArcField, ExclusiveGuard, Mutex, RwLock, SharedGuard, UpgradableGuard,
    raw::handle::{Handle, Keeps},
};

/// Two locks in one `Arc`.
struct Bank {
    accounts: RwLock<(u64, u64)>,
    journal: Mutex<u64>,
    /// How often each was written.
    written: [AtomicU64; 2],
}

type Accounts = ArcField<Bank, RwLock<(u64, u64)>>;

fn accounts(bank: &Arc<Bank>) -> Accounts {
    ArcField::new(bank.clone(), |bank| &bank.accounts)
}

/// Writes, here or elsewhere, in one piece or in two.
fn write_pages<H>(guard: ExclusiveGuard<H, (u64, u64)>, bank: &Arc<Bank>)
where
    H: Keeps<'static, Part<u64>: Send> + Send + 'static,
{
    bank.written[0].fetch_add(1, Ordering::Relaxed);
    let (mut one, mut other) = ExclusiveGuard::split(guard, |pages| (&mut pages.0, &mut pages.1));
    let there = move || {
        turn(&mut one);
        drop(one);
    };
    let thread = if one_in(2) {
        Some(thread::spawn(there))
    } else {
        there();
        None
    };
    turn(&mut other);
    drop(other);
    if let Some(thread) = thread {
        thread.join().expect("no task panics");
    }
}

fn turn(page: &mut u64) {
    let before = *page;
    pause();
    *page = before + 1;
}

fn read_pages<H: Handle>(guard: &SharedGuard<H, (u64, u64)>) {
    let before = **guard;
    assert_eq!(before.0, before.1, "the last part has released it");
    pause();
    assert_eq!(**guard, before, "nobody writes meanwhile");
}

fn act(bank: &Arc<Bank>) {
    match draw(6) {
        0 => write_pages(run(accounts(bank).write()), bank),
        1 => {
            let guard = run(accounts(bank).read());
            read_pages(&guard);
            thread::spawn(move || drop(guard));
        }
        2 => {
            let guard = run(accounts(bank).upgradable_read());
            if let Some(guard) = run(give_up(UpgradableGuard::upgrade(guard))) {
                write_pages(guard, bank);
            }
        }
        3 => {
            let guard = run(accounts(bank).write());
            read_pages(&ExclusiveGuard::downgrade(guard));
        }
        4 => {
            let journal = ArcField::new(bank.clone(), |bank: &Bank| &bank.journal);
            if let Some(mut guard) = run(give_up(journal.lock())) {
                bank.written[1].fetch_add(1, Ordering::Relaxed);
                thread::spawn(move || turn(&mut guard));
            }
        }
        _ => {
            let mut guard = bank.journal.blocking_lock();
            bank.written[1].fetch_add(1, Ordering::Relaxed);
            turn(&mut guard);
        }
    }
}

#[test]
fn guards_of_what_an_arc_keeps_alive_go_to_other_threads() {
    explore(|| {
        let bank = Arc::new(Bank {
            accounts: RwLock::new((0, 0)),
            journal: Mutex::new(0),
            written: [const { AtomicU64::new(0) }; 2],
        });
        let task = || -> Box<dyn FnOnce() + Send> {
            let bank = bank.clone();
            Box::new(move || (0..=draw(3)).for_each(|_| act(&bank)))
        };
        all_at_once(vec![task(), task(), task()]);
        // Some guards went to threads of their own.
        let written = bank.written.each_ref().map(|count| count.load(Ordering::Relaxed));
        drop(run(bank.accounts.write()));
        drop(run(bank.journal.lock()));
        while Arc::strong_count(&bank) > 1 {
            thread::yield_now();
        }
        assert_eq!(*run(bank.accounts.read()), (written[0], written[0]), "nothing is lost");
        assert_eq!(*run(bank.journal.lock()), written[1], "nothing is lost");
        is_as_new(&bank.accounts);
        mutex_is_as_new(&bank.journal);
    });
}
