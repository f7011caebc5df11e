//! The mutexes.

use std::future::{Future, ready};

use super::{ForMutexes, MutexLike, OnOneThread};
use crate::library::Library;

/// Every mutex, in the order of the table.
pub(super) fn for_each<W: ForMutexes>(work: &W) -> Vec<(Library, W::Made)> {
    fn one<M: MutexLike, W: ForMutexes>(work: &W) -> (Library, W::Made) {
        (M::LIBRARY, work.make::<M>())
    }
    vec![
        one::<ironfence::Mutex<u64>, W>(work),
        one::<tokio::sync::Mutex<u64>, W>(work),
        one::<async_lock::Mutex<u64>, W>(work),
        one::<maitake_sync::Mutex<u64>, W>(work),
        one::<FuturesIntrusive<true>, W>(work),
        one::<FuturesIntrusive<false>, W>(work),
        one::<saa::Mutex<u64>, W>(work),
        one::<asyncband::mutex::Mutex<u64>, W>(work),
        one::<parking_lot::Mutex<u64>, W>(work),
        one::<std::sync::Mutex<u64>, W>(work),
    ]
}

/// A mutex with `new`, `lock` and `try_lock`, the latter made an `Option` by `$option`.
macro_rules! mutex {
    ($library:ident, $($path:ident)::+, $guard:ty, $option:expr) => {
        impl MutexLike for $($path)::+<u64> {
            const LIBRARY: Library = Library::$library;
            const EMPTY_SIZE: usize = size_of::<$($path)::+<()>>();

            type Guard<'a> = $guard;

            fn new() -> Self {
                $($path)::+::new(0)
            }

            #[inline(always)]
            fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
                $($path)::+::lock(self)
            }

            #[inline(always)]
            fn try_lock(&self) -> Option<Self::Guard<'_>> {
                $option($($path)::+::try_lock(self))
            }
        }
    };
}

mutex!(Ironfence, ironfence::Mutex, ironfence::MutexGuard<'a, u64>, Result::ok);
mutex!(Tokio, tokio::sync::Mutex, tokio::sync::MutexGuard<'a, u64>, Result::ok);
mutex!(AsyncLock, async_lock::Mutex, async_lock::MutexGuard<'a, u64>, std::convert::identity);
mutex!(MaitakeSync, maitake_sync::Mutex, maitake_sync::MutexGuard<'a, u64>, std::convert::identity);
mutex!(
    Asyncband,
    asyncband::mutex::Mutex,
    asyncband::mutex::MutexGuard<'a, u64>,
    std::convert::identity
);

/// The mutex of futures-intrusive, which is told when made whether to be fair.
pub(crate) struct FuturesIntrusive<const FAIR: bool>(futures_intrusive::sync::Mutex<u64>);

impl<const FAIR: bool> MutexLike for FuturesIntrusive<FAIR> {
    const LIBRARY: Library =
        if FAIR { Library::FuturesIntrusive } else { Library::FuturesIntrusiveUnfair };
    const EMPTY_SIZE: usize = size_of::<futures_intrusive::sync::Mutex<()>>();

    type Guard<'a> = futures_intrusive::sync::MutexGuard<'a, u64>;

    fn new() -> Self {
        Self(futures_intrusive::sync::Mutex::new(0, FAIR))
    }

    #[inline(always)]
    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        self.0.lock()
    }

    #[inline(always)]
    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.0.try_lock()
    }
}

impl MutexLike for saa::Mutex<u64> {
    const LIBRARY: Library = Library::Saa;
    const EMPTY_SIZE: usize = size_of::<saa::Mutex<()>>();

    type Guard<'a> = saa::MutexGuard<'a, u64>;

    fn new() -> Self {
        saa::Mutex::new(0)
    }

    #[inline(always)]
    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        saa::lock_async(self)
    }

    #[inline(always)]
    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        saa::Mutex::try_lock(self)
    }
}

impl MutexLike for parking_lot::Mutex<u64> {
    const LIBRARY: Library = Library::ParkingLot;
    const EMPTY_SIZE: usize = size_of::<parking_lot::Mutex<()>>();

    type Guard<'a> = OnOneThread<parking_lot::MutexGuard<'a, u64>>;

    fn new() -> Self {
        parking_lot::Mutex::new(0)
    }

    #[inline(always)]
    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        ready(OnOneThread(parking_lot::Mutex::lock(self)))
    }

    #[inline(always)]
    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        parking_lot::Mutex::try_lock(self).map(OnOneThread)
    }
}

impl MutexLike for std::sync::Mutex<u64> {
    const LIBRARY: Library = Library::Std;
    const EMPTY_SIZE: usize = size_of::<std::sync::Mutex<()>>();

    type Guard<'a> = OnOneThread<std::sync::MutexGuard<'a, u64>>;

    fn new() -> Self {
        std::sync::Mutex::new(0)
    }

    #[inline(always)]
    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send {
        ready(OnOneThread(std::sync::Mutex::lock(self).expect("no panic")))
    }

    #[inline(always)]
    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        std::sync::Mutex::try_lock(self).ok().map(OnOneThread)
    }
}
