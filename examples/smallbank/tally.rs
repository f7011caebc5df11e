//! What is counted: how often there was which transaction, and how long it took.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::state::Cents;

/// What a customer, or the auditor, wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Amalgamate,
    Balance,
    DepositChecking,
    SendPayment,
    TransactSavings,
    WriteCheck,
    /// Not of the published workload: all the accounts of a branch at one moment.
    Audit,
}

impl Kind {
    pub(crate) const ALL: [Self; 7] = [
        Self::Amalgamate,
        Self::Balance,
        Self::DepositChecking,
        Self::SendPayment,
        Self::TransactSavings,
        Self::WriteCheck,
        Self::Audit,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Amalgamate => "Amalgamate",
            Self::Balance => "Balance",
            Self::DepositChecking => "DepositChecking",
            Self::SendPayment => "SendPayment",
            Self::TransactSavings => "TransactSavings",
            Self::WriteCheck => "WriteCheck",
            Self::Audit => "Audit",
        }
    }
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is done, and so much money came in (or went out).
    Done(Cents),
    /// There was too little money for it; nothing was changed.
    Refused,
}

/// The counts of one task, or of all of them together.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    times: [Histogram<u64>; Kind::ALL.len()],
    pub(crate) refused: u64,
}

impl Tally {
    pub(crate) fn new() -> Self {
        // Up to a minute, to three digits; what takes longer counts as that.
        let times = || Histogram::new_with_max(60_000_000_000, 3).expect("these bounds are sound");
        Self { times: std::array::from_fn(|_| times()), refused: 0 }
    }

    pub(crate) fn count(&mut self, kind: Kind, took: Duration) {
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.times[kind as usize].saturating_record(nanoseconds);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (ours, theirs) in self.times.iter_mut().zip(&other.times) {
            ours.add(theirs).expect("their bounds are the same");
        }
        self.refused += other.refused;
    }

    pub(crate) fn times(&self, kind: Kind) -> &Histogram<u64> {
        &self.times[kind as usize]
    }

    /// How many transactions there were; audits are none.
    pub(crate) fn transactions(&self) -> u64 {
        let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Audit);
        kinds.map(|kind| self.times(kind).len()).sum()
    }
}
