//! What happens if the two locks of a payment are taken one after the other, in the order of the
//! arguments: each task notes what it holds and wants, so that the circle can be shown.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ironfence::AsyncRwLock;
use tokio::task::yield_now;

use super::state::{Cents, Customer};

/// One who takes lock after lock: a task.
#[derive(Clone, Debug)]
pub(crate) struct Clerk {
    number: usize,
    floor: Arc<Floor>,
}

/// All of them, with what each holds and wants.
#[derive(Debug)]
pub(crate) struct Floor {
    desks: Box<[Mutex<Desk>]>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Desk {
    holds: Vec<Place>,
    wants: Option<Place>,
}

/// An account of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    customer: Customer,
    account: &'static str,
}

/// Tasks that wait for each other: each wants what the next one holds, the last what the first does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Deadlock {
    circle: Vec<(usize, Desk)>,
    /// How many others wait.
    others: usize,
}

impl Place {
    pub(crate) fn savings(customer: Customer) -> Self {
        Self { customer, account: "savings" }
    }

    pub(crate) fn checking(customer: Customer) -> Self {
        Self { customer, account: "checking" }
    }
}

impl Clerk {
    /// Takes a lock for writing, whatever it holds already.
    pub(crate) async fn take<'a, L: AsyncRwLock<Value = Cents>>(
        &self,
        place: Place,
        lock: &'a L,
    ) -> L::WriteGuard<'a> {
        self.desk().wants = Some(place);
        let guard = lock.write().await;
        self.has(place);
        // As one does who looks something up before the next step.
        yield_now().await;
        guard
    }

    fn has(&self, place: Place) {
        let mut desk = self.desk();
        desk.wants = None;
        desk.holds.push(place);
    }

    /// Notes that the locks are given back, before they are.
    pub(crate) fn leave(&self) {
        *self.desk() = Desk::default();
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.floor.desk(self.number)
    }
}

impl Floor {
    pub(crate) fn new(clerks: usize) -> Arc<Self> {
        Arc::new(Self { desks: (0..clerks).map(|_| Mutex::default()).collect() })
    }

    pub(crate) fn clerk(self: &Arc<Self>, number: usize) -> Clerk {
        Clerk { number, floor: self.clone() }
    }

    fn desk(&self, number: usize) -> MutexGuard<'_, Desk> {
        self.desks[number].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A circle, if it looks as if there was one. The desks are looked at one after the other, so it
    /// is one only if a later look finds the same.
    pub(crate) fn circle(&self) -> Option<Deadlock> {
        let desks: Vec<Desk> =
            (0..self.desks.len()).map(|number| self.desk(number).clone()).collect();
        let holder_of = |place: &Place| desks.iter().position(|desk| desk.holds.contains(place));
        let next = |number: usize| desks[number].wants.as_ref().and_then(holder_of);
        (0..desks.len()).find_map(|first| {
            let mut circle = vec![first];
            loop {
                let number = next(*circle.last()?)?;
                if number == first {
                    break;
                }
                if circle.contains(&number) {
                    return None;
                }
                circle.push(number);
            }
            let waiting = desks.iter().filter(|desk| desk.wants.is_some()).count();
            let others = waiting - circle.len();
            let circle = circle.into_iter().map(|number| (number, desks[number].clone()));
            Some(Deadlock { circle: circle.collect(), others })
        })
    }
}

impl Deadlock {
    /// True if both are the same circle; more may have come to wait for it.
    pub(crate) fn is_still(&self, later: &Self) -> bool {
        self.circle == later.circle
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of customer {}", self.account, self.customer)
    }
}

impl fmt::Display for Deadlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a deadlock of {} tasks, and {} wait behind them", self.circle.len(), self.others)
    }
}

impl Deadlock {
    /// Who holds and wants what, a line each.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        self.circle.iter().map(|(number, desk)| {
            let holds: Vec<_> = desk.holds.iter().map(Place::to_string).collect();
            let wants = desk.wants.map_or(String::new(), |place| place.to_string());
            format!("task {number} holds {}, and wants {wants}", holds.join(" and "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floor(desks: &[(&[Customer], Option<Customer>)]) -> Arc<Floor> {
        let floor = Floor::new(desks.len());
        for (number, (holds, wants)) in desks.iter().enumerate() {
            *floor.desk(number) = Desk {
                holds: holds.iter().map(|&customer| Place::checking(customer)).collect(),
                wants: wants.map(Place::checking),
            };
        }
        floor
    }

    #[test]
    fn a_circle_is_found_and_who_waits_behind_it_is_no_part() {
        let floor = floor(&[
            (&[], Some(1)),
            (&[1], Some(2)),
            (&[5], None),
            (&[2], Some(3)),
            (&[3], Some(1)),
        ]);
        let deadlock = floor.circle().expect("1 waits for 3, 3 for 4, 4 for 1");
        let numbers: Vec<_> = deadlock.circle.iter().map(|(number, _)| *number).collect();
        assert_eq!((numbers, deadlock.others), (vec![1, 3, 4], 1));
        let first = deadlock.lines().next();
        let line = "task 1 holds checking of customer 1, and wants checking of customer 2";
        assert_eq!(first.as_deref(), Some(line));
    }

    #[test]
    fn a_chain_is_no_circle() {
        let floor = floor(&[(&[1], Some(2)), (&[2], Some(3)), (&[3], None)]);
        assert_eq!(floor.circle(), None);
    }
}
