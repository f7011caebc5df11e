//! A crowd: a thousand tasks that move money between fifty accounts and four tills, by sets, sessions, pairs,
//! slices and nested requests in whatever order chance has it, on tokio, smol and threads. Nobody hangs, and not a coin
//! is lost: not at the end, and at no moment at which all accounts are held.
//!
//! `IRONFENCE_CROWD=2000` makes each task do so many transfers, `IRONFENCE_CROWD_SEED=…` repeats a crowd
//! (as far as threads let it).

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "sets are written as users write them"
)]

use std::{
    array, env,
    ops::DerefMut,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use futures::FutureExt as _;
use ironfence::{Guarded, Keyed, Mutex, ReadOrWrite, RwLock, lock_all, lock_pair};
use ironfence_tests::{
    executors::{on_smol, on_threads, on_tokio},
    watchdog::must_end,
};

use crate::storm::Chance;

const TASKS: u64 = 1000;

#[derive(Default)]
struct Account {
    money: i64,
    transfers: u64,
}

/// Fifty locks: ten branches of five accounts.
#[derive(Guarded, Default)]
#[guarded(name = Bank)]
struct PlainBank {
    #[guarded(nested)]
    a: PlainBranch,
    #[guarded(nested)]
    b: PlainBranch,
    #[guarded(nested)]
    c: PlainBranch,
    #[guarded(nested)]
    d: PlainBranch,
    #[guarded(nested)]
    e: PlainBranch,
    #[guarded(nested)]
    f: PlainBranch,
    #[guarded(nested)]
    g: PlainBranch,
    #[guarded(nested)]
    h: PlainBranch,
    #[guarded(nested)]
    i: PlainBranch,
    #[guarded(nested)]
    j: PlainBranch,
}

#[derive(Guarded, Default)]
#[guarded(name = Branch, default = mutex)]
struct PlainBranch {
    one: Account,
    two: Account,
    #[guarded(rwlock)]
    three: Account,
    four: Account,
    #[guarded(rwlock)]
    five: Account,
}

/// Comes after the bank.
#[derive(Guarded, Default)]
#[guarded(name = Till, level = 1)]
struct PlainTill {
    #[guarded(mutex)]
    cash: Account,
    #[guarded(rwlock)]
    safe: Account,
}

struct Crowd {
    seed: u64,
    rounds: u64,
    bank: Bank,
    tills: [Arc<Till>; 4],
    /// How many accounts were touched by transfers.
    touched: AtomicU64,
}

/// Takes from each of these accounts what it gives to the next.
fn transfer<A: DerefMut<Target = Account>>(crowd: &Crowd, amount: i64, accounts: &mut [A]) {
    crowd.touched.fetch_add(accounts.len() as u64, Relaxed);
    for place in 0..accounts.len() {
        let next = (place + 1) % accounts.len();
        accounts[place].money -= amount + place as i64;
        accounts[next].money += amount + place as i64;
        accounts[place].transfers += 1;
    }
}

impl Bank {
    fn branches(&self) -> [&Branch; 10] {
        let Self { a, b, c, d, e, f, g, h, i, j } = self;
        [a, b, c, d, e, f, g, h, i, j]
    }

    fn mutex(&self, chance: &mut Chance) -> &Mutex<Account> {
        let branch = self.branches()[chance.below(10) as usize];
        [&branch.one, &branch.two, &branch.four][chance.below(3) as usize]
    }

    fn rwlock(&self, chance: &mut Chance) -> &RwLock<Account> {
        let branch = self.branches()[chance.below(10) as usize];
        [&branch.three, &branch.five][chance.below(2) as usize]
    }
}

impl Crowd {
    fn new() -> Arc<Self> {
        let number = |name| env::var(name).ok().map(|it| it.parse().expect("a number"));
        let clock = || std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() as u64;
        let seed = number("IRONFENCE_CROWD_SEED").unwrap_or_else(clock);
        // Shown if the test fails.
        println!("IRONFENCE_CROWD_SEED={seed}");
        let rounds = number("IRONFENCE_CROWD").unwrap_or(20);
        let (bank, touched) = (PlainBank::default().into(), AtomicU64::new(0));
        let tills = array::from_fn(|_| Arc::new(PlainTill::default().into_guarded()));
        Arc::new(Self { seed, rounds, bank, tills, touched })
    }

    async fn task(self: Arc<Self>, number: u64) {
        let mut chance = Chance(self.seed.wrapping_add(number));
        for _ in 0..self.rounds {
            self.round(&mut chance).await;
        }
    }

    /// One transfer, or a look at all accounts.
    async fn round(&self, chance: &mut Chance) {
        match chance.below(20) {
            kind @ 0..=10 => self.transfer_in_the_bank(kind, chance).await,
            kind @ 11..=18 => self.transfer_with_tills(kind, chance).await,
            _ => self.count(chance).await,
        }
    }

    async fn transfer_in_the_bank(&self, kind: u64, chance: &mut Chance) {
        let bank = &self.bank;
        let amount = chance.below(100) as i64;
        match kind {
            0 => {
                let (one, other) = (bank.mutex(chance), bank.mutex(chance));
                match lock_pair(one, other).await {
                    Ok((one, other)) => {
                        smol::future::yield_now().await;
                        transfer(self, amount, &mut [one, other]);
                    }
                    Err(_) => assert!(std::ptr::eq(one, other), "only the same lock is an error"),
                }
            }
            1 => {
                let (rwlock, mutex) = (bank.rwlock(chance), bank.mutex(chance));
                let (mut from, mut to) = lock_pair(rwlock.write(), mutex.lock()).await.unwrap();
                transfer(self, amount, &mut [&mut *from, &mut *to]);
            }
            2 => {
                let asks: [_; 4] = array::from_fn(|_| bank.mutex(chance));
                if let Ok(mut guards) = lock_all(asks).await {
                    smol::future::yield_now().await;
                    transfer(self, amount, &mut guards);
                }
            }
            3 => {
                let many = 2 + chance.below(6);
                let asks: Vec<_> = (0..many).map(|_| bank.rwlock(chance).write()).collect();
                if let Ok(mut guards) = lock_all(asks).await {
                    transfer(self, amount, &mut guards);
                }
            }
            4 => {
                let set = bank.locks().i(|i| i.lock_four().write_five()).b(BranchLocks::lock_one);
                let mut held = set.await;
                smol::future::yield_now().await;
                let accounts = [&mut *held.i.four, &mut *held.i.five, &mut *held.b.one];
                transfer(self, amount, &mut { accounts });
            }
            5 => {
                let mut held =
                    bank.locks().b(|b| b.write_three().lock_one()).a(BranchLocks::lock_one).await;
                let accounts = [&mut *held.b.three, &mut *held.b.one, &mut *held.a.one];
                transfer(self, amount, &mut { accounts });
            }
            6 => {
                let branch = bank.branches()[chance.below(10) as usize];
                let mut all = branch.locks().lock_all().await;
                smol::future::yield_now().await;
                let first = [&mut *all.one, &mut *all.two, &mut *all.three];
                let [one, two, three] = first;
                let accounts = [one, two, three, &mut *all.four, &mut *all.five];
                transfer(self, amount, &mut { accounts });
            }
            7 => {
                let (mut first, session) = bank.session().b().lock_two().await;
                smol::future::yield_now().await;
                let (mut second, branch) = session.leave().e().write_five().await;
                let (mut third, _) = branch.leave().i().lock_four().await;
                transfer(self, amount, &mut [&mut *first, &mut *second, &mut *third]);
            }
            8 => {
                let set = bank.locks().a(|a| a.lock_two()).j(|j| j.lock_two());
                if let Some(mut held) = set.try_now() {
                    transfer(self, amount, &mut [&mut *held.a.two, &mut *held.j.two]);
                }
            }
            9 => {
                // Begun and given up, wherever it stands.
                let set = bank.locks().lock_all().into_future();
                futures::select_biased! {
                    held = set.fuse() => drop(held),
                    () = smol::future::yield_now().fuse() => {}
                }
                let pair = lock_pair(bank.rwlock(chance).read(), bank.mutex(chance));
                drop(pair.now_or_never());
            }
            _ => {
                let (mut first, mut session) = bank.session().a().write_three().await;
                let mut accounts = 0;
                for _ in 0..2 {
                    let (mut second, _) = session.reborrow().lock_four().await;
                    transfer(self, amount, &mut [&mut *first, &mut *second]);
                    accounts += 1;
                }
                assert_eq!(accounts, 2, "a session goes on in a loop");
            }
        }
    }

    /// Two of the tills, not the same.
    fn two_tills(&self, chance: &mut Chance) -> [&Arc<Till>; 2] {
        let first = chance.below(4) as usize;
        let second = (first + 1 + chance.below(3) as usize) % 4;
        [first, second].map(|number| &self.tills[number])
    }

    /// Requests of other shapes, and sessions that go on to another value.
    async fn transfer_with_tills(&self, kind: u64, chance: &mut Chance) {
        let bank = &self.bank;
        let amount = chance.below(100) as i64;
        let [till, other] = self.two_tills(chance);
        match kind {
            11 => {
                // Sets, an option and a `Vec`, in tuples in a tuple.
                let set = bank.locks().c(|c| c.lock_one().read_three());
                let asked = (
                    (till.locks().lock_cash().write_safe(), set),
                    (chance.one_in(2).then(|| &other.cash), vec![bank.rwlock(chance).write()]),
                );
                if let Ok(((mut till, mut set), (mut cash, mut rwlocks))) = lock_all(asked).await {
                    smol::future::yield_now().await;
                    assert_eq!(rwlocks.len(), 1);
                    let mut all = vec![&mut *till.cash, &mut *till.safe, &mut *set.c.one];
                    all.extend(cash.as_deref_mut());
                    all.extend(rwlocks.first_mut().map(|it| &mut **it));
                    transfer(self, amount, &mut all);
                }
            }
            12 => {
                // Both modes in one `Vec`, each with a key.
                let asked: Vec<_> = (0..4)
                    .map(|number| {
                        let lock = bank.rwlock(chance);
                        let write = chance.one_in(2);
                        let asked = match write {
                            true => ReadOrWrite::Write(lock.write()),
                            false => ReadOrWrite::Read(lock.read()),
                        };
                        Keyed((number, write), asked)
                    })
                    .collect();
                if let Ok(held) = lock_all((asked, till.safe.write())).await {
                    let (held, safe) = held;
                    smol::future::yield_now().await;
                    let mut writers = vec![safe];
                    for (number, ((key, write), guard)) in held.into_iter().enumerate() {
                        assert_eq!(key, number, "an answer has the key of its question");
                        match guard {
                            ReadOrWrite::Read(_) => assert!(!write),
                            ReadOrWrite::Write(guard) => {
                                assert!(write);
                                writers.push(guard);
                            }
                        }
                    }
                    transfer(self, amount, &mut writers);
                }
            }
            13 => {
                // Owned sets, beside a borrowed lock; the guards outlive the request's borrows.
                let owned = [other, till]
                    .map(|till| till.locks_owned(|till| till.write_safe().lock_cash()));
                if let Ok((mut mutex, mut owned)) = lock_pair(bank.mutex(chance), owned).await {
                    smol::future::yield_now().await;
                    let [one, two] = &mut owned;
                    let all = [&mut *mutex, &mut *one.cash, &mut *one.safe, &mut *two.safe];
                    transfer(self, amount, &mut { all });
                }
            }
            14 => {
                // An upgradable lock in a set, beside another set.
                let set = till.locks().upgradable_safe().lock_cash();
                let mut held = lock_pair(set, other.locks().read_safe().lock_cash()).await.unwrap();
                let seen = (held.0.safe.money, held.1.safe.transfers);
                smol::future::yield_now().await;
                assert_eq!(seen, (held.0.safe.money, held.1.safe.transfers), "held is held");
                transfer(self, amount, &mut [&mut *held.0.cash, &mut *held.1.cash]);
            }
            15 => {
                // From the bank to a till.
                let (mut first, branch) = bank.session().d().lock_two().await;
                let (mut second, session) = branch.leave().then(&**till).lock_cash().await;
                smol::future::yield_now().await;
                let (mut third, _) = session.write_safe().await;
                transfer(self, amount, &mut [&mut *first, &mut *second, &mut *third]);
            }
            16 => {
                // To one till after the other, in whatever order, with what the bank gave.
                let (mut first, branch) = bank.session().h().write_three().await;
                let mut session = branch.leave();
                for till in [other, till] {
                    let (mut second, _) = session.reborrow().then(&**till).write_safe().await;
                    transfer(self, amount, &mut [&mut *first, &mut *second]);
                }
            }
            17 => {
                // To both tills at once.
                let (mut first, branch) = bank.session().f().write_five().await;
                let asked = (vec![&other.cash, &till.cash], Some(other.locks().write_safe()));
                let (mut cash, mut safe) = branch.leave().then_all(asked).await.unwrap();
                smol::future::yield_now().await;
                let mut all = vec![&mut *first];
                all.extend(cash.iter_mut().map(|cash| &mut **cash));
                all.extend(safe.as_mut().map(|held| &mut *held.safe));
                assert_eq!(all.len(), 4, "the answer has the shape of the question");
                transfer(self, amount, &mut all);
            }
            _ => {
                // Begun and given up, wherever it stands; or tried.
                let asked = || {
                    let sets = [till, other].map(|till| till.locks().lock_all());
                    (Some((sets, bank.a.locks().lock_all())), vec![bank.b.three.read()])
                };
                futures::select_biased! {
                    held = lock_all(asked()).fuse() => drop(held),
                    () = smol::future::yield_now().fuse() => {}
                }
                drop(lock_all(asked()).try_now());
            }
        }
    }

    /// All the money, at one moment.
    async fn count(&self, chance: &mut Chance) {
        if !chance.one_in(8) {
            return;
        }
        let tills: Vec<_> = self.tills.iter().rev().map(|till| till.locks().read_all()).collect();
        let (tills, all) = lock_pair(tills, self.bank.locks().read_all()).await.unwrap();
        macro_rules! money {
            ($($branch:ident)*) => {
                [$(all.$branch.one.money, all.$branch.two.money, all.$branch.three.money,
                    all.$branch.four.money, all.$branch.five.money,)*]
            };
        }
        let money = money!(a b c d e f g h i j);
        assert_eq!(money.len(), 50);
        let in_tills = tills.iter().map(|till| till.cash.money + till.safe.money);
        assert_eq!(
            money.into_iter().chain(in_tills).sum::<i64>(),
            0,
            "no transfer is seen half done, seed {}",
            self.seed
        );
    }

    /// All tasks are gone.
    fn check(self: Arc<Self>) {
        let Self { bank, tills, touched, seed, .. } =
            Arc::into_inner(self).expect("all tasks are gone");
        assert!(bank.locks().lock_all().try_now().is_some(), "every lock is free, seed {seed}");
        let bank = bank.into_inner();
        let PlainBank { a, b, c, d, e, f, g, h, i, j } = &bank;
        let (mut money, mut transfers) = (0, 0);
        for PlainBranch { one, two, three, four, five } in [a, b, c, d, e, f, g, h, i, j] {
            for account in [one, two, three, four, five] {
                money += account.money;
                transfers += account.transfers;
            }
        }
        for till in tills {
            assert!(till.locks().lock_all().try_now().is_some(), "every till is free, seed {seed}");
            let till = Arc::into_inner(till).expect("no owned guard is left");
            let PlainTill { cash, safe } = till.into_inner();
            money += cash.money + safe.money;
            transfers += cash.transfers + safe.transfers;
        }
        assert_eq!(money, 0, "not a coin is lost, seed {seed}");
        assert_eq!(transfers, touched.into_inner(), "nor a transfer, seed {seed}");
        assert!(transfers > 0);
    }
}

#[test]
fn a_crowd_on_tokio_comes_through() {
    must_end(|| {
        let crowd = Crowd::new();
        on_tokio(TASKS, |number| crowd.clone().task(number));
        crowd.check();
    });
}

#[test]
fn a_crowd_on_smol_comes_through() {
    must_end(|| {
        let crowd = Crowd::new();
        on_smol(TASKS, |number| crowd.clone().task(number));
        crowd.check();
    });
}

#[test]
fn a_crowd_of_threads_comes_through() {
    must_end(|| {
        let crowd = Crowd::new();
        on_threads(TASKS, |number| crowd.clone().task(number));
        crowd.check();
    });
}
