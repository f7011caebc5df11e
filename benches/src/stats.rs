//! Medians, and the spread around them.

use serde::Serialize;

/// What rounds gave: the median, and where nine of ten lie above and below.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Summary {
    pub(crate) median: f64,
    pub(crate) p10: f64,
    pub(crate) p90: f64,
}

impl Summary {
    /// Of those that are numbers, if there are any.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).collect();
        sorted.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = part * (sorted.len() - 1) as f64;
            let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
            low + (high - low) * place.fract()
        };
        (!sorted.is_empty()).then(|| Self { median: at(0.5), p10: at(0.1), p90: at(0.9) })
    }

    /// Of `ours / theirs`, round by round: what slows a whole round down cancels out.
    pub(crate) fn of_ratios(ours: &[f64], theirs: &[f64]) -> Option<Self> {
        Self::of(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs))
    }

    /// Of the inverses.
    pub(crate) fn inverted(self) -> Self {
        Self { median: 1.0 / self.median, p10: 1.0 / self.p90, p90: 1.0 / self.p10 }
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn a_median_lies_between_the_middle_two() {
        let summary = Summary::of([4.0, 1.0, 3.0, 2.0]).expect("four numbers");
        assert_eq!(summary.median, 2.5);
        assert!((summary.p10 - 1.3).abs() < 1e-9);
        assert!((summary.p90 - 3.7).abs() < 1e-9);
    }

    #[test]
    fn a_ratio_is_taken_within_a_round() {
        let ratios = Summary::of_ratios(&[1.0, 20.0, 3.0], &[2.0, 40.0, f64::NAN]);
        assert_eq!(ratios.expect("two rounds").median, 0.5);
    }

    #[test]
    fn nothing_has_no_median() {
        assert_eq!(Summary::of([f64::NAN]), None);
    }
}
