//! L5: a test under the lock checker: `check::test`, and what `#[ironfence::test]` writes.
#![allow(unsafe_code)]

#[cfg(not(feature = "check"))]
pub use silent::test_of;
#[cfg(feature = "check")]
pub use watched::{Test, test, test_of};

/// Waits for the future with the thread: the whole runtime of a test that asks for no other.
#[cfg(feature = "std")]
pub fn run<F: core::future::Future>(future: F) -> F::Output {
    crate::block::run(future)
}

/// Nobody looks: the future is the test.
#[cfg(not(feature = "check"))]
mod silent {
    use core::future::Future;

    /// The test `name`, with a limit in seconds if it has one of its own.
    #[inline]
    pub const fn test_of<F: Future>(_name: &'static str, _limit: Option<f64>, future: F) -> F {
        future
    }
}

#[cfg(feature = "check")]
mod watched {
    use alloc::{borrow::Cow, format, sync::Arc};
    use core::{
        fmt,
        future::Future,
        panic::Location,
        pin::Pin,
        sync::atomic::Ordering,
        task::{Context, Poll},
        time::Duration,
    };

    use crate::{
        task::Tracked,
        watch::{
            Scope,
            check::{clock, is_on, report, trial::Trial},
        },
    };

    /// A test under the lock checker: what [`test()`] returns. It panics where the test is to fail.
    #[must_use = "futures do nothing unless they are awaited"]
    pub struct Test<F> {
        /// Before the trial, so that what it holds is dropped first.
        future: Tracked<F>,
        trial: Running,
    }

    /// The trial, until the test is dropped.
    struct Running(Arc<Trial>);

    /// Makes `future` a test: a task that is known by the place where this is called, and of which everything is looked
    /// at. It fails, by a panic
    ///
    /// - with the reports about it and about what it has begun, if there are any; at once if tasks wait for each other
    ///   for ever, else at its end;
    /// - if a task without a name has taken a lock while it held another one, which can't be checked;
    /// - with the table of who waits for whom, if it has not ended within 60 s (see [`limit`](Test::limit)).
    ///
    /// [`reports`](crate::check::reports), [`take_reports`](crate::check::take_reports) and
    /// [`expect_none`](crate::check::expect_none) are about the test alone while it runs. The tasks
    /// that it spawns are part of it: wrap them in [`task::named`](crate::task::named).
    ///
    /// [`#[ironfence::test]`](macro@crate::test) does this to a function, on any executor.
    ///
    /// ```
    /// use ironfence::{Mutex, check};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let (first, second) = (Mutex::new(1), Mutex::new(2));
    /// let sum = check::test(async {
    ///     let first = first.lock().await;
    ///     *first + *second.lock().await
    /// });
    /// assert_eq!(sum.await, 3);
    /// # }
    /// ```
    #[track_caller]
    pub fn test<F: Future>(future: F) -> Test<F> {
        Test::new(format!("at {}", Location::caller()).into(), future)
    }

    /// The test `name`, with a limit in seconds if it has one of its own.
    #[track_caller]
    pub fn test_of<F: Future>(name: &'static str, limit: Option<f64>, future: F) -> Test<F> {
        let test = Test::new(name.into(), future);
        match limit.and_then(|limit| Duration::try_from_secs_f64(limit).ok()) {
            Some(limit) => test.limit(limit),
            None => test,
        }
    }

    impl<F: Future> Test<F> {
        #[track_caller]
        fn new(name: Cow<'static, str>, future: F) -> Self {
            let trial = Trial::new(name, clock::TRIAL_LIMIT.load(Ordering::Relaxed));
            let future = Tracked::in_scope(future, Scope::of_trial(&trial));
            Self { future, trial: Running(trial) }
        }

        /// How long it may take: else 60 s, or what [`set_test_limit`](crate::check::set_test_limit) says.
        ///
        /// The time is that of the clock on the wall. A test whose thread stands still can't fail, so then the
        /// table is printed to stderr a second later.
        pub fn limit(self, limit: Duration) -> Self {
            self.trial.0.set_limit(clock::millis(Some(limit)));
            self
        }
    }

    impl<F: Future> Future for Test<F> {
        type Output = F::Output;

        fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
            // SAFETY: `future` is pinned and never moved out; the trial is not pinned. `Self` has no
            // `Drop`, and is `Unpin` only if the future is.
            let (future, trial) = unsafe {
                let Self { future, trial } = self.get_unchecked_mut();
                (Pin::new_unchecked(future), &trial.0)
            };
            if !is_on() {
                return future.poll(context);
            }
            trial.is_polled(context.waker());
            if trial.is_late() && trial.is_told() {
                panic!("{}", clock::late(trial));
            }
            let polled = future.poll(context);
            if polled.is_ready() || trial.is_stuck.load(Ordering::SeqCst) {
                if let Some(verdict) = report::verdict(trial.home) {
                    panic!("{verdict}");
                }
            }
            polled
        }
    }

    impl Drop for Running {
        fn drop(&mut self) {
            report::say_the_rest(self.0.home);
            report::end(&self.0);
        }
    }

    impl<F> fmt::Debug for Test<F> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Test").field("name", &self.trial.0.name).finish_non_exhaustive()
        }
    }
}
