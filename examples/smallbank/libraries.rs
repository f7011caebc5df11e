//! Whose locks guard the accounts: the choice, behind the traits of ironfence.

use std::{fmt::Debug, future::Future};

use ironfence::{AsyncRwLock, SameLock, foreign, lock_all, lock_pair};

use super::state::Cents;

/// A library whose rwlocks the bank can use.
pub(crate) trait Library: Debug + Send + Sync + 'static {
    const NAME: &'static str;

    type Lock<T: Debug + Send + Sync + 'static>: Debug
        + Send
        + Sync
        + for<'a> AsyncRwLock<
            Value = T,
            Read<'a>: Send,
            Write<'a>: Send,
            ReadGuard<'a>: Send + Sync,
            WriteGuard<'a>: Send + Sync,
        >;

    /// Two balances to change, taken in one order by all who take them.
    fn pair<'a>(
        one: &'a Self::Lock<Cents>,
        other: &'a Self::Lock<Cents>,
    ) -> impl Future<Output = Result<(Written<'a, Self>, Written<'a, Self>), SameLock>> + Send {
        foreign::lock_pair(foreign::write(one), foreign::write(other))
    }

    /// Three to change.
    fn three<'a>(
        balances: [&'a Self::Lock<Cents>; 3],
    ) -> impl Future<Output = Result<[Written<'a, Self>; 3], SameLock>> + Send {
        foreign::lock_all(balances.map(foreign::write))
    }

    /// Many to look at.
    fn many<'a>(
        balances: Vec<&'a Self::Lock<Cents>>,
    ) -> impl Future<Output = Result<Vec<Read<'a, Self>>, SameLock>> + Send {
        foreign::lock_all(balances.into_iter().map(foreign::read).collect::<Vec<_>>())
    }
}

/// The guard of one who looks at a balance.
pub(crate) type Read<'a, L> = <<L as Library>::Lock<Cents> as AsyncRwLock>::ReadGuard<'a>;
/// The guard of one who changes it.
pub(crate) type Written<'a, L> = <<L as Library>::Lock<Cents> as AsyncRwLock>::WriteGuard<'a>;

#[derive(Debug)]
pub(crate) struct Ironfence;

/// Our own: the functions at the root of the crate know them.
impl Library for Ironfence {
    const NAME: &'static str = "ironfence";

    type Lock<T: Debug + Send + Sync + 'static> = ironfence::RwLock<T>;

    fn pair<'a>(
        one: &'a Self::Lock<Cents>,
        other: &'a Self::Lock<Cents>,
    ) -> impl Future<Output = Result<(Written<'a, Self>, Written<'a, Self>), SameLock>> + Send {
        lock_pair(one.write(), other.write())
    }

    fn three<'a>(
        balances: [&'a Self::Lock<Cents>; 3],
    ) -> impl Future<Output = Result<[Written<'a, Self>; 3], SameLock>> + Send {
        lock_all(balances.map(|balance| balance.write()))
    }

    fn many<'a>(
        balances: Vec<&'a Self::Lock<Cents>>,
    ) -> impl Future<Output = Result<Vec<Read<'a, Self>>, SameLock>> + Send {
        lock_all(balances.into_iter().map(|balance| balance.read()).collect::<Vec<_>>())
    }
}

#[derive(Debug)]
pub(crate) struct Tokio;

impl Library for Tokio {
    const NAME: &'static str = "tokio";

    type Lock<T: Debug + Send + Sync + 'static> = tokio::sync::RwLock<T>;
}

#[derive(Debug)]
pub(crate) struct AsyncLock;

impl Library for AsyncLock {
    const NAME: &'static str = "async-lock";

    type Lock<T: Debug + Send + Sync + 'static> = async_lock::RwLock<T>;
}
