//! What ironfence is to reach. A time that is missed is shown, and never fails a run.

use std::fmt;

use crate::library::Library;

/// A claim about one measure of one row, or of all whose name begins in the same way.
pub(crate) struct Target {
    pub(crate) row: Rows,
    pub(crate) measure: &'static str,
    pub(crate) claim: Claim,
}

/// Which rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows {
    One(&'static str),
    Beginning(&'static str),
}

impl Rows {
    pub(crate) fn include(self, id: &str) -> bool {
        match self {
            Self::One(whole) => id == whole,
            Self::Beginning(part) => id.starts_with(part),
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Claim {
    /// Takes at most so many times as long.
    Time(f64, Against),
    /// Is at least so many times as fast.
    Speed(f64, Against),
    /// Is at least so many times as much, of what is better the more of it there is.
    Share(f64, Against),
    /// Is at most this, in the measure's unit.
    AtMost(f64),
    /// Is at least this.
    AtLeast(f64),
}

#[derive(Clone, Copy)]
pub(crate) enum Against {
    Library(Library),
    BestPeer,
    /// The best of those that hand the lock over in the order of arrival.
    BestFairPeer,
    /// Another row of ours.
    Ours(&'static str),
}

impl fmt::Display for Against {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(library) => library.fmt(f),
            Self::BestPeer => f.write_str("best peer"),
            Self::BestFairPeer => f.write_str("best fair peer"),
            Self::Ours(row) => write!(f, "our \"{row}\""),
        }
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(ratio, against) => write!(f, "<= {ratio:.2} x {against}"),
            Self::Speed(ratio, against) => write!(f, ">= {ratio:.1} x {against}"),
            Self::Share(ratio, against) => write!(f, ">= {ratio:.2} x {against}"),
            Self::AtMost(value) => write!(f, "<= {value}"),
            Self::AtLeast(value) => write!(f, ">= {value}"),
        }
    }
}

use Against::{BestFairPeer, BestPeer, Ours};
use Claim::{AtLeast, AtMost, Share, Speed, Time};

const STD: Against = Against::Library(Library::Std);
const TOKIO: Against = Against::Library(Library::Tokio);
const PARKING_LOT: Against = Against::Library(Library::ParkingLot);
const ARC_SWAP: Against = Against::Library(Library::ArcSwap);
const INTRUSIVE: Against = Against::Library(Library::FuturesIntrusive);

const fn target(row: &'static str, claim: Claim) -> Target {
    part(row, "", claim)
}

const fn part(row: &'static str, measure: &'static str, claim: Claim) -> Target {
    Target { row: Rows::One(row), measure, claim }
}

const fn each(row: &'static str, measure: &'static str, claim: Claim) -> Target {
    Target { row: Rows::Beginning(row), measure, claim }
}

/// All of them.
pub(crate) const TARGETS: &[Target] = &[
    target("mutex lock", Time(1.10, STD)),
    target("mutex try_lock", Time(1.05, STD)),
    target("mutex try_lock of a held one", Time(0.30, STD)),
    target("rwlock read", Time(1.10, STD)),
    target("rwlock write", Time(1.10, STD)),
    target("mutex, 64 tasks, 200 ns in and out", Speed(1.5, TOKIO)),
    part(WAITS, "worst", AtMost(3000.0)),
    part(WAITS, "fewest/most", AtLeast(0.5)),
    part(WAITS_YIELDING, "worst", AtMost(3000.0)),
    part(WAITS_YIELDING, "fewest/most", AtLeast(0.5)),
    target("mutex, 64 tasks, yield between", Speed(2.8, TOKIO)),
    target("mutex, 64 tasks, yield between", Speed(0.9, PARKING_LOT)),
    target("mutex, 2 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("mutex, 8 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("mutex, 64 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("mutex, 1000 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("rwlock 100 % reads, 16 tasks, nothing else", Speed(10.0, TOKIO)),
    target("rwlock 100 % reads, 16 tasks, nothing else", Speed(4.0, PARKING_LOT)),
    target("rwlock 100 % reads, 16 tasks, nothing else", Speed(0.67, ARC_SWAP)),
    target("rwlock 99.9 % reads, 16 tasks, nothing else", Speed(3.0, PARKING_LOT)),
    target("rwlock first write after reads", AtMost(20_000.0)),
    target("rwlock 95 % reads, 16 tasks, nothing else", Speed(5.0, TOKIO)),
    target("rwlock 50 % reads, 16 tasks, nothing else", Speed(5.0, TOKIO)),
    target("rwlock 50 % reads, 2 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("rwlock 50 % reads, 16 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("rwlock 50 % reads, 64 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("rwlock 50 % reads, 1000 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("rwlock 95 % reads, 2 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("rwlock 95 % reads, 16 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("rwlock 95 % reads, 64 tasks, yield inside", Speed(1.0, BestFairPeer)),
    target("rwlock 95 % reads, 1000 tasks, yield inside", Speed(1.0, BestFairPeer)),
    each("held, ", "turns", Share(0.97, TOKIO)),
    each("held, ", "p99", Time(1.2, TOKIO)),
    each("held, ", "worst", Time(1.2, TOKIO)),
    each("held, ", "fewest/most", AtLeast(0.9)),
    each("crowd, ", "polls a task", AtMost(3.0)),
    target("cancel, 0 queued", Time(1.15, INTRUSIVE)),
    target("cancel, 10 queued", Time(1.15, INTRUSIVE)),
    target("cancel, 1000 queued", Time(1.15, INTRUSIVE)),
    target("enqueue", Time(1.15, INTRUSIVE)),
    target("release, grant, requeue, 1 queued", Time(1.15, INTRUSIVE)),
    target("release, grant, requeue, 10 queued", Time(1.15, INTRUSIVE)),
    target("cancel, 1000 queued", Time(1.1, Ours("cancel, 0 queued"))),
    target("release and grant, 100000 queued", Time(1.05, BestPeer)),
    target("release and grant, 100000 queued", Time(1.25, Ours("release and grant, 10 queued"))),
    target("burst of 1000 readers", Time(0.8, BestPeer)),
    part("size, mutex", "lock", AtMost(16.0)),
    part("size, mutex", "future", AtMost(48.0)),
    part("size, mutex", "guard", AtMost(16.0)),
    part("size, rwlock", "lock", AtMost(16.0)),
    part("size, rwlock", "read future", AtMost(48.0)),
    part("size, rwlock", "write future", AtMost(48.0)),
    part("size, rwlock", "read guard", AtMost(16.0)),
    part("size, rwlock", "write guard", AtMost(16.0)),
    part("allocations, mutex lock", "free", AtMost(0.0)),
    part("allocations, mutex lock", "contended", AtMost(0.0)),
    part("allocations, mutex lock", "cancelled", AtMost(0.0)),
    part("allocations, rwlock read", "free", AtMost(0.0)),
    part("allocations, rwlock read", "contended", AtMost(0.0)),
    part("allocations, rwlock read", "cancelled", AtMost(0.0)),
    part("allocations, rwlock write", "free", AtMost(0.0)),
    part("allocations, rwlock write", "contended", AtMost(0.0)),
    part("allocations, rwlock write", "cancelled", AtMost(0.0)),
    target("instructions, mutex lock", AtMost(20.0)),
    target("instructions, rwlock read", AtMost(28.0)),
    target("instructions, rwlock write", AtMost(20.0)),
    part("instructions, derive", "difference", AtMost(0.0)),
];

const WAITS: &str = "waits, mutex, 64 tasks";
const WAITS_YIELDING: &str = "waits, mutex, 64 tasks, yield between";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows;

    #[test]
    fn every_target_is_about_a_row_that_exists() {
        let rows = rows::all();
        let exists = |which: Rows, measure: &str| {
            rows.iter()
                .filter(|row| which.include(&row.id))
                .any(|row| row.measures.iter().any(|m| m.name == measure))
        };
        for target in TARGETS {
            let Target { row, measure, .. } = target;
            assert!(exists(*row, measure), "there is no {row:?} {measure:?}");
            if let Time(_, Ours(other)) | Speed(_, Ours(other)) | Share(_, Ours(other)) =
                target.claim
            {
                assert!(exists(Rows::One(other), measure), "there is no {other:?} {measure:?}");
            }
        }
    }
}
