//! Thousands that wait: what the checker does for one of them must not grow with all the others.

use std::time::Duration;

use ironfence::{Guarded, check};
use ironfence_tests::watchdog::must_end;

use crate::{
    by_hand,
    speaking::{child_of, is_child},
};

#[derive(Guarded)]
struct Crowded {
    #[guarded(mutex)]
    door: u32,
}

#[test]
fn thousands_may_wait_for_one_lock() {
    // In a process of its own, as others look at all who wait. The limit is the watchdog's: it took
    // minutes when each of them looked at all the others.
    if is_child() {
        let crowded = Crowded { door: 0 }.into_guarded();
        let guard = ironfence_tests::polled::now(crowded.door.lock());
        let waiters = (0..3000).map(|_| by_hand("waiter", crowded.door.lock()));
        let mut waiters: Vec<_> = waiters.collect();
        for waiter in &mut waiters {
            assert!(waiter.poll().is_pending(), "it is held");
        }
        let reports = check::waits_over(Duration::ZERO);
        let about = reports.iter().filter(|it| it.locks() == ["Crowded.door"]);
        let texts: Vec<_> = about.map(ToString::to_string).collect();
        assert_eq!(texts.len(), 3000);
        let longest = texts.iter().map(|text| text.lines().count()).max().expect("there are many");
        assert!(longest < 50, "who is ahead is not listed in full: {longest} lines");
        let last = texts.iter().filter(|text| text.contains("and 2989 more are ahead of it"));
        assert_eq!(last.count(), 1, "those who are not listed are counted");
        drop(guard);
        return check::expect_none();
    }
    let output = must_end(|| child_of("crowds::thousands_may_wait_for_one_lock", "report"));
    assert!(output.status.success(), "{output:?}");
}
