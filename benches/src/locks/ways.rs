//! The ways to hold something across an `.await`: one lock in each of its modes, or two locks.

use std::future::Future;

use ironfence::{Guarded, lock_pair};

use super::{MutexLike, RwLockLike};
use crate::library::Library;

/// One way, of one library.
pub(crate) trait Way: Send + Sync + Sized + 'static {
    const LIBRARY: Library;

    fn new() -> Self;

    /// Takes what there is to take, runs `inside` with it, and releases. If the way knows reading,
    /// `reads` says whether it only reads.
    fn hold(
        &self,
        reads: bool,
        inside: impl Future<Output = ()> + Send,
    ) -> impl Future<Output = ()> + Send;
}

/// A mutex.
pub(crate) struct Locked<M>(M);

impl<M: MutexLike> Way for Locked<M> {
    const LIBRARY: Library = M::LIBRARY;

    fn new() -> Self {
        Self(M::new())
    }

    async fn hold(&self, _: bool, inside: impl Future<Output = ()> + Send) {
        let mut guard = self.0.lock().await;
        *guard += 1;
        inside.await;
        drop(guard);
    }
}

/// An rwlock that all write.
pub(crate) struct Written<L>(L);

impl<L: RwLockLike> Way for Written<L> {
    const LIBRARY: Library = L::LIBRARY;

    fn new() -> Self {
        Self(L::new())
    }

    async fn hold(&self, _: bool, inside: impl Future<Output = ()> + Send) {
        let mut guard = self.0.write().await;
        *guard += 1;
        inside.await;
        drop(guard);
    }
}

/// An rwlock that some read and some write.
pub(crate) struct Mixed<L>(L);

impl<L: RwLockLike> Way for Mixed<L> {
    const LIBRARY: Library = L::LIBRARY;

    fn new() -> Self {
        Self(L::new())
    }

    async fn hold(&self, reads: bool, inside: impl Future<Output = ()> + Send) {
        if reads {
            let guard = self.0.read().await;
            std::hint::black_box(*guard);
            inside.await;
            drop(guard);
        } else {
            let mut guard = self.0.write().await;
            *guard += 1;
            inside.await;
            drop(guard);
        }
    }
}

/// The upgradable place of an rwlock. Who has none writes instead: that, too, is one at a time.
pub(crate) struct Upgradable<L>(L);

macro_rules! upgradable {
    ($lock:ty) => {
        impl Way for Upgradable<$lock> {
            const LIBRARY: Library = <$lock as RwLockLike>::LIBRARY;

            fn new() -> Self {
                Self(RwLockLike::new())
            }

            async fn hold(&self, _: bool, inside: impl Future<Output = ()> + Send) {
                let guard = self.0.upgradable_read().await;
                std::hint::black_box(*guard);
                inside.await;
                drop(guard);
            }
        }
    };
}

upgradable!(ironfence::RwLock<u64>);
upgradable!(async_lock::RwLock<u64>);

/// Two mutexes, one after the other in an order that all keep.
pub(crate) struct InTurn<M>(M, M);

impl<M: MutexLike> Way for InTurn<M> {
    const LIBRARY: Library = M::LIBRARY;

    fn new() -> Self {
        Self(M::new(), M::new())
    }

    async fn hold(&self, _: bool, inside: impl Future<Output = ()> + Send) {
        let first = self.0.lock().await;
        let second = self.1.lock().await;
        inside.await;
        drop((first, second));
    }
}

#[derive(Guarded)]
#[guarded(name = Two)]
struct PlainTwo {
    #[guarded(mutex)]
    first: u64,
    #[guarded(mutex)]
    second: u64,
}

/// A set of two mutexes of one value.
pub(crate) struct Set(Two);

impl Way for Set {
    const LIBRARY: Library = Library::Ironfence;

    fn new() -> Self {
        Self(PlainTwo { first: 0, second: 0 }.into_guarded())
    }

    async fn hold(&self, _: bool, inside: impl Future<Output = ()> + Send) {
        let mut held = self.0.locks().lock_first().lock_second().await;
        *held.first += 1;
        *held.second += 1;
        inside.await;
        drop(held);
    }
}

/// Two mutexes of different values.
pub(crate) struct Pair(ironfence::Mutex<u64>, ironfence::Mutex<u64>);

impl Way for Pair {
    const LIBRARY: Library = Library::Ironfence;

    fn new() -> Self {
        Self(0.into(), 0.into())
    }

    async fn hold(&self, _: bool, inside: impl Future<Output = ()> + Send) {
        let both = lock_pair(&self.0, &self.1).await.expect("they are two");
        inside.await;
        drop(both);
    }
}

/// What is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Mutex,
    Write,
    Mix,
    Upgradable,
    Set,
    Pair,
}

/// Something to measure with every way to hold a thing. Only async locks can, of which those are
/// here that are fair or said to be so in the end.
pub(crate) trait ForWays {
    type Made;

    fn make<W: Way>(&self) -> Self::Made;

    fn for_each(&self, what: What) -> Vec<(Library, Self::Made)>
    where
        Self: Sized,
    {
        fn one<W: Way, F: ForWays>(work: &F) -> (Library, F::Made) {
            (W::LIBRARY, work.make::<W>())
        }
        type Ours = ironfence::RwLock<u64>;
        type Tokio = tokio::sync::RwLock<u64>;
        type TokioMutex = tokio::sync::Mutex<u64>;
        type AsyncLock = async_lock::RwLock<u64>;
        type AsyncLockMutex = async_lock::Mutex<u64>;
        type MaitakeSync = maitake_sync::RwLock<u64>;
        type Asyncband = asyncband::rwlock::RwLock<u64>;
        match what {
            What::Mutex => vec![
                one::<Locked<ironfence::Mutex<u64>>, _>(self),
                one::<Locked<TokioMutex>, _>(self),
                one::<Locked<AsyncLockMutex>, _>(self),
                one::<Locked<maitake_sync::Mutex<u64>>, _>(self),
                one::<Locked<super::mutexes::FuturesIntrusive<true>>, _>(self),
                one::<Locked<asyncband::mutex::Mutex<u64>>, _>(self),
            ],
            What::Write => vec![
                one::<Written<Ours>, _>(self),
                one::<Written<Tokio>, _>(self),
                one::<Written<AsyncLock>, _>(self),
                one::<Written<MaitakeSync>, _>(self),
                one::<Written<Asyncband>, _>(self),
            ],
            What::Mix => vec![
                one::<Mixed<Ours>, _>(self),
                one::<Mixed<Tokio>, _>(self),
                one::<Mixed<AsyncLock>, _>(self),
                one::<Mixed<MaitakeSync>, _>(self),
                one::<Mixed<Asyncband>, _>(self),
            ],
            What::Upgradable => vec![
                one::<Upgradable<Ours>, _>(self),
                one::<Written<Tokio>, _>(self),
                one::<Upgradable<AsyncLock>, _>(self),
            ],
            What::Set => vec![
                one::<Set, _>(self),
                one::<InTurn<TokioMutex>, _>(self),
                one::<InTurn<AsyncLockMutex>, _>(self),
            ],
            What::Pair => vec![
                one::<Pair, _>(self),
                one::<InTurn<TokioMutex>, _>(self),
                one::<InTurn<AsyncLockMutex>, _>(self),
            ],
        }
    }
}
