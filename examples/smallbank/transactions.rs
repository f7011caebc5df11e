//! What customers do, and the auditor.
//!
//! Every transaction but `Balance` ends as one does that writes a log: it awaits something while it
//! holds its locks.

use ironfence::AsyncRwLock as _;
use tokio::task::yield_now;

use super::{
    libraries::Library,
    mix::Chooser,
    naive::{Clerk, Place},
    state::{Bank, Cents, Customer},
    tally::{Kind, Outcome},
};

// The amounts of BenchBase.
const DEPOSIT: Cents = 1_30;
const PAYMENT: Cents = 5_00;
const SAVINGS: Cents = 20_20;
const CHECK: Cents = 5_00;
/// What a check costs beside its amount if it overdraws.
const PENALTY: Cents = 1_00;

/// In place of a log that is written and waited for.
async fn log() {
    yield_now().await;
}

impl<L: Library> Bank<L> {
    /// One transaction of the mix. `clerk` is one who takes locks naively.
    pub(crate) async fn transact(
        &self,
        kind: Kind,
        chooser: &mut Chooser,
        clerk: Option<&Clerk>,
    ) -> Outcome {
        match kind {
            Kind::Amalgamate => {
                let [from, to] = chooser.two_customers();
                self.amalgamate(from, to, clerk).await
            }
            Kind::Balance => self.balance(chooser.customer()).await,
            Kind::DepositChecking => self.deposit_checking(chooser.customer(), DEPOSIT).await,
            Kind::SendPayment => {
                let [from, to] = chooser.two_customers();
                self.send_payment(from, to, PAYMENT, clerk).await
            }
            Kind::TransactSavings => {
                // The published amount may be of either sign. BenchBase only takes, which here would
                // soon be refused whenever it is a hot customer.
                let cents = if chooser.is_deposit() { SAVINGS } else { -SAVINGS };
                self.transact_savings(chooser.customer(), cents).await
            }
            Kind::WriteCheck => self.write_check(chooser.customer(), CHECK).await,
            Kind::Audit => unreachable!("no customer audits"),
        }
    }

    /// Looks at both accounts of a customer.
    async fn balance(&self, customer: Customer) -> Outcome {
        let held = self.account(customer).locks().read_savings().read_checking().await;
        std::hint::black_box(*held.savings + *held.checking);
        Outcome::Done(0)
    }

    /// Brings money in.
    async fn deposit_checking(&self, customer: Customer, cents: Cents) -> Outcome {
        let mut checking = self.account(customer).checking.write().await;
        *checking += cents;
        self.post(customer, cents);
        log().await;
        Outcome::Done(cents)
    }

    /// Brings money in, or takes it out if there is enough.
    async fn transact_savings(&self, customer: Customer, cents: Cents) -> Outcome {
        let mut savings = self.account(customer).savings.write().await;
        if *savings + cents < 0 {
            return Outcome::Refused;
        }
        *savings += cents;
        self.post(customer, cents);
        log().await;
        Outcome::Done(cents)
    }

    /// Takes money out, for a penalty if there is too little of it in both accounts.
    async fn write_check(&self, customer: Customer, cents: Cents) -> Outcome {
        let mut held = self.account(customer).locks().read_savings().write_checking().await;
        let overdraws = *held.savings + *held.checking < cents;
        let cents = if overdraws { cents + PENALTY } else { cents };
        *held.checking -= cents;
        self.post(customer, -cents);
        log().await;
        Outcome::Done(-cents)
    }

    /// Moves money from one customer to another.
    async fn send_payment(
        &self,
        from: Customer,
        to: Customer,
        cents: Cents,
        clerk: Option<&Clerk>,
    ) -> Outcome {
        let (payer, payee) = (&self.account(from).checking, &self.account(to).checking);
        let (mut payer, mut payee) = match clerk {
            None => L::pair(payer, payee).await.expect("two customers"),
            Some(clerk) => {
                let payer = clerk.take(Place::checking(from), payer).await;
                (payer, clerk.take(Place::checking(to), payee).await)
            }
        };
        let outcome = if *payer < cents {
            Outcome::Refused
        } else {
            *payer -= cents;
            *payee += cents;
            self.post(from, -cents);
            self.post(to, cents);
            log().await;
            Outcome::Done(0)
        };
        clerk.map(Clerk::leave);
        outcome
    }

    /// Moves all the money of one customer to another.
    async fn amalgamate(&self, from: Customer, to: Customer, clerk: Option<&Clerk>) -> Outcome {
        let (giver, taker) = (self.account(from), self.account(to));
        let [mut savings, mut checking, mut to_checking] = match clerk {
            None => {
                let locks = [&giver.savings, &giver.checking, &taker.checking];
                L::three(locks).await.expect("three accounts")
            }
            Some(clerk) => [
                clerk.take(Place::savings(from), &giver.savings).await,
                clerk.take(Place::checking(from), &giver.checking).await,
                clerk.take(Place::checking(to), &taker.checking).await,
            ],
        };
        let all = std::mem::take(&mut *savings) + std::mem::take(&mut *checking);
        *to_checking += all;
        self.post(from, -all);
        self.post(to, all);
        log().await;
        clerk.map(Clerk::leave);
        Outcome::Done(0)
    }

    /// Compares the accounts of a branch with what was posted to it, under all its locks.
    pub(crate) async fn audit(&self, number: usize) {
        let branch = &self.branches[number];
        let locks =
            branch.accounts.iter().flat_map(|account| [&account.savings, &account.checking]);
        let balances = L::many(locks.collect()).await.expect("each account is another");
        let counted = balances.iter().map(|balance| **balance).sum();
        let found = branch.agree(number, counted);
        drop(balances);
        self.note(found).await;
    }
}
