//! What a workload is given: the time a sample takes, the executors, the 200 ns of work.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Runtime};

use crate::crew::Crew;

/// What a sample gives: a value for each measure of its row, or why it can't be.
pub(crate) type Outcome = Result<Vec<f64>, String>;

/// The means of a run.
pub(crate) struct Bench {
    /// How long a sample is to take, at least.
    pub(crate) period: Duration,
    /// How long one is to take in which tasks sleep.
    pub(crate) seconds: Duration,
    pub(crate) crew: Crew,
    /// One worker, for the row that hands over between two tasks.
    pub(crate) alone: Runtime,
    pub(crate) work: Work,
}

impl Bench {
    pub(crate) fn new(period: Duration, seconds: Duration) -> Self {
        Self {
            period,
            seconds,
            crew: Crew::of_two(),
            alone: Builder::new_current_thread().enable_time().build().expect("a clock can be had"),
            work: Work::calibrated(Duration::from_nanos(200)),
        }
    }

    /// Nanoseconds an operation, by as many as last for the period.
    ///
    /// `run` does so many and returns how long it took. `count` is kept from one sample of a
    /// library to its next; 0 at first.
    pub(crate) fn nanos_each(
        &self,
        count: &mut u64,
        mut run: impl FnMut(u64) -> Result<Duration, String>,
    ) -> Result<f64, String> {
        if *count == 0 {
            // Calibration is the warm-up too.
            let mut tried = 16;
            *count = loop {
                let elapsed = run(tried)?;
                if elapsed * 4 >= self.period {
                    let missing = self.period.as_secs_f64() * 1.1 / elapsed.as_secs_f64();
                    break ((tried as f64 * missing) as u64).max(1);
                }
                tried *= 4;
            };
        }
        let elapsed = run(*count)?;
        Ok(elapsed.as_nanos() as f64 / *count as f64)
    }

    /// As [`Bench::nanos_each`], where what is timed needs so much preparation that it is done in
    /// cycles: `cycle` returns how many operations it timed, and their time.
    pub(crate) fn nanos_in_cycles(
        &self,
        mut cycle: impl FnMut() -> Result<(usize, Duration), String>,
    ) -> Result<f64, String> {
        let start = Instant::now();
        let (mut count, mut elapsed) = (0, Duration::ZERO);
        // A library whose preparation takes long is content with fewer cycles.
        while elapsed < self.period && start.elapsed() < self.period * 8 {
            let (done, took) = cycle()?;
            count += done;
            elapsed += took;
        }
        Ok(elapsed.as_nanos() as f64 / count as f64)
    }
}

/// Something to do that takes a known time and touches no memory.
#[derive(Clone, Copy)]
pub(crate) struct Work {
    turns: u32,
}

impl Work {
    /// Nothing to do.
    pub(crate) const NONE: Self = Self { turns: 0 };

    fn calibrated(time: Duration) -> Self {
        const TURNS: u32 = 20_000;
        let best = (0..50)
            .map(|_| {
                let start = Instant::now();
                Self { turns: TURNS }.run();
                start.elapsed()
            })
            .min()
            .expect("some");
        let turns = time.as_secs_f64() / best.as_secs_f64() * f64::from(TURNS);
        Self { turns: turns.round() as u32 }
    }

    #[inline(always)]
    pub(crate) fn run(self) {
        let mut value = 1_u64;
        for _ in 0..self.turns {
            value = black_box(value.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        }
    }
}
