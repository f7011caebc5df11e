//! A field may be behind any lock that implements our traits, whoever wrote it.

#![forbid(unsafe_code)]
#![deny(warnings)]

use std::{
    future::{Future, IntoFuture},
    ops::DerefMut,
    pin::Pin,
};

use ironfence::{AsyncMutex, Guarded};

/// A lock of one's own, whose future is boxed.
pub struct Mine<T>(tokio::sync::Mutex<T>);

impl<T: Send> AsyncMutex for Mine<T> {
    type Value = T;
    type Guard<'a>
        = tokio::sync::MutexGuard<'a, T>
    where
        T: 'a;
    type Lock<'a>
        = Pin<Box<dyn Future<Output = Self::Guard<'a>> + Send + 'a>>
    where
        T: 'a;

    fn new(value: T) -> Self {
        Self(tokio::sync::Mutex::new(value))
    }

    fn into_inner(self) -> T {
        self.0.into_inner()
    }

    fn lock(&self) -> Self::Lock<'_> {
        Box::pin(self.0.lock())
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.0.try_lock().ok()
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Private(u8);

#[derive(Guarded, Clone)]
pub struct Bank {
    #[guarded(mutex, with = Mine)]
    mine: Private,
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: Vec<Private>,
    #[guarded(mutex)]
    pub journal: Vec<u8>,
    name: &'static str,
}

#[derive(Guarded, Clone)]
#[guarded(name = Shared, with(rwlock = async_lock::RwLock, mutex = tokio::sync::Mutex))]
pub struct Borrows<'a, 'b, T: Clone + 'static>(
    #[guarded(rwlock)] &'a str,
    #[guarded(rwlock)] &'b str,
    #[guarded(mutex)] T,
);

mod without_the_prelude {
    #![no_implicit_prelude]

    #[derive(::ironfence::Guarded, ::std::clone::Clone)]
    #[guarded(default = mutex, with(mutex = ::tokio::sync::Mutex))]
    pub(crate) struct Bank {
        pub(crate) accounts: u8,
    }
}

/// The future of a set is nameable, and a field of a struct.
struct Job<'a> {
    future: Pin<Box<<BankLocks<'a, ironfence::sets::Locked<bank_fields::mine>> as IntoFuture>::IntoFuture>>,
}

async fn both<L: AsyncMutex<Value = u8>>(one: &L, other: &L) -> u8 {
    let (mut one, other) =
        ironfence::foreign::lock_pair(ironfence::foreign::lock(one), ironfence::foreign::lock(other))
            .await
            .unwrap();
    *one.deref_mut() += *other;
    *one
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let bank = Bank { mine: Private(1), accounts: Vec::new(), journal: Vec::new(), name: "First" };
    let bank = std::sync::Arc::new(bank.into_guarded());
    let task = tokio::spawn({
        let bank = bank.clone();
        async move {
            let mut held = bank.locks().write_accounts().lock_mine().await;
            held.accounts.push(held.mine.clone());
            held.mine.0 += 1;
        }
    });
    task.await.unwrap();
    let job = Job { future: Box::pin(bank.locks().lock_mine().into_future()) };
    assert_eq!(job.future.await.mine.0, 2);
    let copy = tokio::spawn({
        let bank = bank.clone();
        async move { bank.snapshot().await }
    });
    let copy = copy.await.unwrap();
    assert_eq!((copy.accounts, copy.name), (vec![Private(1)], "First"));

    let (one, other) = (String::from("one"), String::from("other"));
    let shared: Shared<'_, '_, u8> = Borrows(&one, &other, 3).into_guarded();
    let held = shared.locks().write_1().read_0().await;
    assert_eq!((*held.0, *held.1), ("one", "other"));
    drop(held);
    let (one, session) = shared.session().read_0().await;
    let (mut last, _) = session.lock_2().await;
    *last += one.len() as u8;
    drop((one, last));
    assert_eq!(shared.snapshot().await.2, 6);

    let bank = without_the_prelude::Bank { accounts: 7 }.into_guarded();
    assert_eq!(*bank.locks().lock_all().await.accounts, 7);
    assert_eq!(bank.clone_of_accounts().await, 7);
    assert_eq!(both(&Mine::new(1), &Mine::new(2)).await, 3);
}

impl without_the_prelude::BankGuarded {
    async fn clone_of_accounts(&self) -> u8 {
        self.snapshot().await.accounts
    }
}
