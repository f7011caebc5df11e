//! Which transaction comes next, and to whom.

use fastrand::Rng;

use super::{arguments::Arguments, state::Customer, tally::Kind};

/// How many of 100 transactions are of which kind.
///
/// The `weights` of BenchBase's `config/postgres/sample_smallbank_config.xml`.
const WEIGHTS: [(Kind, u32); 6] = [
    (Kind::Amalgamate, 15),
    (Kind::Balance, 15),
    (Kind::DepositChecking, 15),
    (Kind::SendPayment, 25),
    (Kind::TransactSavings, 15),
    (Kind::WriteCheck, 15),
];

/// Where the mix is from, for the output.
pub(crate) const SOURCE: &str = "BenchBase, config/postgres/sample_smallbank_config.xml";

/// Chooses at random, as one task does.
#[derive(Debug)]
pub(crate) struct Chooser {
    random: Rng,
    customers: Customer,
    hot: Customer,
    hot_share: u32,
}

impl Chooser {
    pub(crate) fn new(arguments: &Arguments, seed: u64) -> Self {
        Self {
            random: Rng::with_seed(seed),
            customers: arguments.accounts,
            hot: arguments.hot_accounts(),
            hot_share: arguments.hot_share.into(),
        }
    }

    pub(crate) fn kind(&mut self) -> Kind {
        let mut left = self.random.u32(..100);
        for (kind, weight) in WEIGHTS {
            match left.checked_sub(weight) {
                Some(more) => left = more,
                None => return kind,
            }
        }
        unreachable!("the weights are 100 together")
    }

    pub(crate) fn customer(&mut self) -> Customer {
        let among = self.among();
        self.random.u32(..among)
    }

    /// Two that are not the same, both hot or both any.
    pub(crate) fn two_customers(&mut self) -> [Customer; 2] {
        let among = self.among();
        let one = self.random.u32(..among);
        let other = self.random.u32(..among - 1);
        [one, if other < one { other } else { other + 1 }]
    }

    pub(crate) fn is_deposit(&mut self) -> bool {
        self.random.bool()
    }

    /// The first so many customers are the ones that this transaction goes to.
    fn among(&mut self) -> Customer {
        if self.random.u32(..100) < self.hot_share { self.hot } else { self.customers }
    }
}

/// How the mix is told.
pub(crate) fn described() -> String {
    let parts: Vec<_> =
        WEIGHTS.iter().map(|(kind, weight)| format!("{} {weight}", kind.name())).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn the_weights_are_100_together() {
        assert_eq!(WEIGHTS.iter().map(|(_, weight)| weight).sum::<u32>(), 100);
    }

    #[test]
    fn two_customers_are_never_the_same_and_all_have_their_turn() {
        let arguments = Arguments::parse_from(["smallbank", "--accounts", "3"]);
        let mut chooser = Chooser::new(&arguments, 1);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1000 {
            let [one, other] = chooser.two_customers();
            assert_ne!(one, other, "a payment to oneself is none");
            seen.insert((one, other));
        }
        assert_eq!(seen.len(), 6, "each pair in each order");
    }
}
