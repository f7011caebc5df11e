//! The rwlocks. futures-intrusive has none.

use std::{
    future::{Future, ready},
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard},
};

use super::{ForRwLocks, OnOneThread, RwLockLike};
use crate::library::Library;

/// Every rwlock, in the order of the table.
pub(super) fn for_each<W: ForRwLocks>(work: &W) -> Vec<(Library, W::Made)> {
    fn one<L: RwLockLike, W: ForRwLocks>(work: &W) -> (Library, W::Made) {
        (L::LIBRARY, work.make::<L>())
    }
    vec![
        one::<ironfence::RwLock<u64>, W>(work),
        one::<tokio::sync::RwLock<u64>, W>(work),
        one::<async_lock::RwLock<u64>, W>(work),
        one::<maitake_sync::RwLock<u64>, W>(work),
        one::<saa::RwLock<u64>, W>(work),
        one::<asyncband::rwlock::RwLock<u64>, W>(work),
        one::<parking_lot::RwLock<u64>, W>(work),
        one::<std::sync::RwLock<u64>, W>(work),
    ]
}

/// An rwlock with the usual methods, the `try_` ones made an `Option` by `$option`.
macro_rules! rwlock {
    ($library:ident, $($module:ident)::+, $option:expr) => {
        impl RwLockLike for $($module)::+::RwLock<u64> {
            const LIBRARY: Library = Library::$library;
            const EMPTY_SIZE: usize = size_of::<$($module)::+::RwLock<()>>();

            type Read<'a> = $($module)::+::RwLockReadGuard<'a, u64>;
            type Write<'a> = $($module)::+::RwLockWriteGuard<'a, u64>;

            fn new() -> Self {
                $($module)::+::RwLock::new(0)
            }

            #[inline(always)]
            fn read(&self) -> impl Future<Output = Self::Read<'_>> + Send {
                $($module)::+::RwLock::read(self)
            }

            #[inline(always)]
            fn write(&self) -> impl Future<Output = Self::Write<'_>> + Send {
                $($module)::+::RwLock::write(self)
            }

            #[inline(always)]
            fn try_read(&self) -> Option<Self::Read<'_>> {
                $option($($module)::+::RwLock::try_read(self))
            }

            #[inline(always)]
            fn try_write(&self) -> Option<Self::Write<'_>> {
                $option($($module)::+::RwLock::try_write(self))
            }
        }
    };
}

rwlock!(Ironfence, ironfence, Result::ok);
rwlock!(Tokio, tokio::sync, Result::ok);
rwlock!(AsyncLock, async_lock, std::convert::identity);
rwlock!(MaitakeSync, maitake_sync, std::convert::identity);
rwlock!(Asyncband, asyncband::rwlock, std::convert::identity);

impl RwLockLike for saa::RwLock<u64> {
    const LIBRARY: Library = Library::Saa;
    const EMPTY_SIZE: usize = size_of::<saa::RwLock<()>>();

    type Read<'a> = saa::RwLockReadGuard<'a, u64>;
    type Write<'a> = saa::RwLockWriteGuard<'a, u64>;

    fn new() -> Self {
        saa::RwLock::new(0)
    }

    #[inline(always)]
    fn read(&self) -> impl Future<Output = Self::Read<'_>> + Send {
        saa::read_async(self)
    }

    #[inline(always)]
    fn write(&self) -> impl Future<Output = Self::Write<'_>> + Send {
        saa::write_async(self)
    }

    #[inline(always)]
    fn try_read(&self) -> Option<Self::Read<'_>> {
        saa::RwLock::try_read(self)
    }

    #[inline(always)]
    fn try_write(&self) -> Option<Self::Write<'_>> {
        saa::RwLock::try_write(self)
    }
}

impl RwLockLike for parking_lot::RwLock<u64> {
    const LIBRARY: Library = Library::ParkingLot;
    const EMPTY_SIZE: usize = size_of::<parking_lot::RwLock<()>>();

    type Read<'a> = OnOneThread<parking_lot::RwLockReadGuard<'a, u64>>;
    type Write<'a> = OnOneThread<parking_lot::RwLockWriteGuard<'a, u64>>;

    fn new() -> Self {
        parking_lot::RwLock::new(0)
    }

    #[inline(always)]
    fn read(&self) -> impl Future<Output = Self::Read<'_>> + Send {
        ready(OnOneThread(parking_lot::RwLock::read(self)))
    }

    #[inline(always)]
    fn write(&self) -> impl Future<Output = Self::Write<'_>> + Send {
        ready(OnOneThread(parking_lot::RwLock::write(self)))
    }

    #[inline(always)]
    fn try_read(&self) -> Option<Self::Read<'_>> {
        parking_lot::RwLock::try_read(self).map(OnOneThread)
    }

    #[inline(always)]
    fn try_write(&self) -> Option<Self::Write<'_>> {
        parking_lot::RwLock::try_write(self).map(OnOneThread)
    }
}

impl RwLockLike for std::sync::RwLock<u64> {
    const LIBRARY: Library = Library::Std;
    const EMPTY_SIZE: usize = size_of::<std::sync::RwLock<()>>();

    type Read<'a> = OnOneThread<std::sync::RwLockReadGuard<'a, u64>>;
    type Write<'a> = OnOneThread<std::sync::RwLockWriteGuard<'a, u64>>;

    fn new() -> Self {
        std::sync::RwLock::new(0)
    }

    #[inline(always)]
    fn read(&self) -> impl Future<Output = Self::Read<'_>> + Send {
        ready(OnOneThread(std::sync::RwLock::read(self).expect("no panic")))
    }

    #[inline(always)]
    fn write(&self) -> impl Future<Output = Self::Write<'_>> + Send {
        ready(OnOneThread(std::sync::RwLock::write(self).expect("no panic")))
    }

    #[inline(always)]
    fn try_read(&self) -> Option<Self::Read<'_>> {
        std::sync::RwLock::try_read(self).ok().map(OnOneThread)
    }

    #[inline(always)]
    fn try_write(&self) -> Option<Self::Write<'_>> {
        std::sync::RwLock::try_write(self).ok().map(OnOneThread)
    }
}

/// A value as users of arc-swap share it: writers take turns, and each puts a changed copy there.
pub(crate) struct Swapped {
    value: arc_swap::ArcSwap<u64>,
    writers: Mutex<()>,
}

/// What was there.
pub(crate) struct Seen(arc_swap::Guard<Arc<u64>>);

impl Deref for Seen {
    type Target = u64;

    #[inline(always)]
    fn deref(&self) -> &u64 {
        &self.0
    }
}

/// The copy, which is put there when it is dropped.
pub(crate) struct Changing<'a> {
    copy: u64,
    swapped: &'a Swapped,
    _turn: MutexGuard<'a, ()>,
}

impl Deref for Changing<'_> {
    type Target = u64;

    fn deref(&self) -> &u64 {
        &self.copy
    }
}

impl DerefMut for Changing<'_> {
    fn deref_mut(&mut self) -> &mut u64 {
        &mut self.copy
    }
}

impl Drop for Changing<'_> {
    fn drop(&mut self) {
        self.swapped.value.store(Arc::new(self.copy));
    }
}

impl Swapped {
    fn change(&self) -> Changing<'_> {
        let turn = self.writers.lock().expect("no panic");
        Changing { copy: **self.value.load(), swapped: self, _turn: turn }
    }
}

impl RwLockLike for Swapped {
    const LIBRARY: Library = Library::ArcSwap;
    const EMPTY_SIZE: usize = size_of::<arc_swap::ArcSwap<()>>();

    type Read<'a> = Seen;
    type Write<'a> = OnOneThread<Changing<'a>>;

    fn new() -> Self {
        Self { value: arc_swap::ArcSwap::from_pointee(0), writers: Mutex::new(()) }
    }

    #[inline(always)]
    fn read(&self) -> impl Future<Output = Self::Read<'_>> + Send {
        ready(Seen(self.value.load()))
    }

    #[inline(always)]
    fn write(&self) -> impl Future<Output = Self::Write<'_>> + Send {
        ready(OnOneThread(self.change()))
    }

    #[inline(always)]
    fn try_read(&self) -> Option<Self::Read<'_>> {
        Some(Seen(self.value.load()))
    }

    #[inline(always)]
    fn try_write(&self) -> Option<Self::Write<'_>> {
        Some(OnOneThread(self.change()))
    }
}
