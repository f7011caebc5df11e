//! Who is compared.

use std::fmt;

use serde::{Serialize, Serializer};

/// A library, in the order of the table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Library {
    Ironfence,
    Tokio,
    AsyncLock,
    MaitakeSync,
    /// Its mutex made with `is_fair = true`.
    FuturesIntrusive,
    /// Its mutex made with `is_fair = false`.
    FuturesIntrusiveUnfair,
    Saa,
    Asyncband,
    ParkingLot,
    Std,
    /// No lock: who reads has what was there, and who writes puts another value there.
    ArcSwap,
}

use Library::{
    ArcSwap, AsyncLock, Asyncband, FuturesIntrusive, FuturesIntrusiveUnfair, Ironfence,
    MaitakeSync, ParkingLot, Saa, Std, Tokio,
};

impl Library {
    pub(crate) const ALL: [Self; 11] = [
        Ironfence,
        Tokio,
        AsyncLock,
        MaitakeSync,
        FuturesIntrusive,
        FuturesIntrusiveUnfair,
        Saa,
        Asyncband,
        ParkingLot,
        Std,
        ArcSwap,
    ];

    /// The name of the column, and of `--only`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Ironfence => "ironfence",
            Tokio => "tokio",
            AsyncLock => "async-lock",
            MaitakeSync => "maitake-sync",
            FuturesIntrusive => "futures-intrusive",
            FuturesIntrusiveUnfair => "futures-intrusive-unfair",
            Saa => "saa",
            Asyncband => "asyncband",
            ParkingLot => "parking_lot",
            Std => "std",
            ArcSwap => "arc-swap",
        }
    }

    /// The package it is in, if it comes from a registry.
    fn package(self) -> Option<&'static str> {
        match self {
            FuturesIntrusiveUnfair => Some("futures-intrusive"),
            Std => None,
            other => Some(other.name()),
        }
    }

    /// A reference: it makes the thread wait, so it can't be held across an `.await`; or it is no lock.
    pub(crate) fn is_sync(self) -> bool {
        matches!(self, ParkingLot | Std | ArcSwap)
    }

    /// An async lock, and not ours.
    pub(crate) fn is_peer(self) -> bool {
        self != Ironfence && !self.is_sync()
    }

    /// A peer that hands the lock over in the order of arrival.
    pub(crate) fn is_fair_peer(self) -> bool {
        matches!(self, Tokio | MaitakeSync | FuturesIntrusive | Asyncband)
    }

    /// The version that was built, from the lock file.
    pub(crate) fn version(self) -> Option<&'static str> {
        const LOCK_FILE: &str = include_str!("../../Cargo.lock");
        let name = format!("name = \"{}\"\n", self.package()?);
        // Of two versions the file lists the later one last, and that is the one we ask for.
        let (_, after) = LOCK_FILE.rsplit_once(&name)?;
        let (_, after) = after.split_once("version = \"")?;
        after.split('"').next()
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Library {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_library_but_std_has_a_version() {
        for library in Library::ALL {
            assert_eq!(library.version().is_none(), library == Std, "{library}");
        }
    }
}
