//! The bank: branches, their accounts, and the books.

use std::{
    fmt,
    marker::PhantomData,
    sync::atomic::{AtomicI64, Ordering},
};

use ironfence::{AsyncRwLock as _, Guarded};

use super::libraries::Library;

/// Money.
pub(crate) type Cents = i64;

/// The number of a customer.
pub(crate) type Customer = u32;

/// So many customers are of one branch.
const BRANCH: usize = 100;

/// What a customer has: the two accounts, each behind a lock of the library.
#[derive(Guarded)]
#[guarded(with(rwlock = L::Lock), derive(Debug))]
pub(crate) struct Account<L: Library> {
    #[guarded(rwlock)]
    pub(crate) savings: Cents,
    #[guarded(rwlock)]
    pub(crate) checking: Cents,
    library: PhantomData<fn() -> L>,
}

/// A hundred customers.
#[derive(Debug)]
pub(crate) struct Branch<L: Library> {
    pub(crate) accounts: Box<[AccountGuarded<L>]>,
    /// What was in its accounts when the bank opened.
    opening: Cents,
    /// What came in since, less what went out. Written by those alone who hold the lock of the
    /// account, so whoever holds all of them finds it in agreement with them.
    posted: AtomicI64,
}

/// The bank's own books. They are the same whatever locks the accounts have.
#[derive(Clone, Debug, Guarded)]
#[guarded(derive(Debug))]
pub(crate) struct Books {
    /// What was brought in over the counter, less what was taken out.
    #[guarded(mutex)]
    cash: Cents,
    /// What the tasks say of it, a line for some of their transactions together.
    #[guarded(mutex)]
    journal: Vec<Posting>,
    /// How many branches were audited, and what was found.
    #[guarded(mutex)]
    audits: Audits,
}

/// A line in the journal.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Posting {
    pub(crate) transactions: u64,
    pub(crate) cash: Cents,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Audits {
    pub(crate) branches: u64,
    /// The first one that did not agree with its accounts.
    pub(crate) wrong: Option<Missing>,
}

#[derive(Debug)]
pub(crate) struct Bank<L: Library> {
    pub(crate) branches: Box<[Branch<L>]>,
    pub(crate) books: BooksGuarded,
}

/// The money in some accounts is not what the ledger says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    pub(crate) place: String,
    pub(crate) counted: Cents,
    pub(crate) expected: Cents,
}

impl<L: Library> Bank<L> {
    /// A bank with so many customers, who have 10 000.00 to 50 000.00 in each account, as in
    /// BenchBase.
    pub(crate) fn open(customers: Customer) -> Self {
        let mut random = fastrand::Rng::with_seed(customers.into());
        let mut balances = || random.i64(1_000_000..=5_000_000);
        let mut left = customers as usize;
        let mut branches = Vec::new();
        while left > 0 {
            let many = left.min(BRANCH);
            left -= many;
            let balances: Vec<_> = (0..many).map(|_| [balances(), balances()]).collect();
            let opening = balances.iter().flatten().sum();
            let accounts = balances
                .into_iter()
                .map(|[savings, checking]| AccountGuarded::open(savings, checking));
            let posted = AtomicI64::new(0);
            branches.push(Branch { accounts: accounts.collect(), opening, posted });
        }
        let books = Books { cash: 0, journal: Vec::new(), audits: Audits::default() };
        Self { branches: branches.into(), books: books.into_guarded() }
    }

    pub(crate) fn account(&self, customer: Customer) -> &AccountGuarded<L> {
        let customer = customer as usize;
        &self.branches[customer / BRANCH].accounts[customer % BRANCH]
    }

    /// Notes that so much came into an account, whose lock the caller holds.
    pub(crate) fn post(&self, customer: Customer, cents: Cents) {
        // Ordered by the lock, so it needs no order of its own.
        self.branches[customer as usize / BRANCH].posted.fetch_add(cents, Ordering::Relaxed);
    }

    /// Enters what a task's transactions brought in: into both books at one moment.
    pub(crate) async fn enter(&self, posting: Posting) {
        let mut books = self.books.locks().lock_cash().lock_journal().await;
        *books.cash += posting.cash;
        books.journal.push(posting);
    }

    /// Enters what an audit found.
    pub(crate) async fn note(&self, found: Result<(), Missing>) {
        let mut audits = self.books.audits.lock().await;
        audits.branches += 1;
        if let (None, Err(missing)) = (&audits.wrong, found) {
            audits.wrong = Some(missing);
        }
    }

    /// Takes a cent out of the first account, without a word to anybody.
    pub(crate) async fn steal(&self) {
        *self.account(0).checking.write().await -= 1;
    }

    /// Counts the money after so many transactions, now that nobody works any more.
    pub(crate) async fn count(&self, transactions: u64) -> Result<Cents, Missing> {
        let mut total = 0;
        let mut opening = 0;
        for (number, branch) in self.branches.iter().enumerate() {
            let counted = branch.money().await;
            branch.agree(number, counted)?;
            total += counted;
            opening += branch.opening;
        }
        let books = self.books.snapshot().await;
        agree("the bank", total, opening + books.cash)?;
        let entered = books.journal.iter().map(|posting| posting.cash).sum();
        agree("the journal", entered, books.cash)?;
        let entered: u64 = books.journal.iter().map(|posting| posting.transactions).sum();
        assert_eq!(entered, transactions, "each transaction is in the journal");
        match books.audits.wrong {
            None => Ok(total),
            Some(missing) => Err(missing),
        }
    }
}

impl<L: Library> AccountGuarded<L> {
    fn open(savings: Cents, checking: Cents) -> Self {
        Account { savings, checking, library: PhantomData }.into_guarded()
    }
}

impl<L: Library> Branch<L> {
    async fn money(&self) -> Cents {
        let mut total = 0;
        for account in &self.accounts {
            let held = account.locks().read_all().await;
            total += *held.savings + *held.checking;
        }
        total
    }

    /// Compares what was counted, under all the locks of the branch, with what was posted.
    pub(crate) fn agree(&self, number: usize, counted: Cents) -> Result<(), Missing> {
        let expected = self.opening + self.posted.load(Ordering::Relaxed);
        agree(&format!("branch {number}"), counted, expected)
    }
}

fn agree(place: &str, counted: Cents, expected: Cents) -> Result<(), Missing> {
    match counted == expected {
        true => Ok(()),
        false => Err(Missing { place: place.to_owned(), counted, expected }),
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, counted, expected } = self;
        write!(
            f,
            "{place} has {}, and should have {} by the ledger: {} is missing",
            money(*counted),
            money(*expected),
            money(expected - counted)
        )
    }
}

/// An amount as one writes it.
pub(crate) fn money(cents: Cents) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}
