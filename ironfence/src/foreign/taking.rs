//! Taking the locks of a request one after the other, in the one order.
#![allow(unsafe_code)]

use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::request::{Group, Place, Wanted};
use crate::order::leaves::Leaves;

/// Takes the locks of a request. Does nothing before it is polled; may be dropped at any point.
///
/// `Room` is as large as the places are many, as far as the request's type says how many.
pub(crate) struct Taking<W: Wanted, Room> {
    /// For the lock whose turn it is. Before the guards, so that it is dropped first.
    waiting: Option<W::Waiting>,
    /// `None` once it was handed out.
    wanted: Option<W>,
    places: Leaves<Room, Place>,
    /// How many are taken.
    taken: usize,
    group: Group,
}

impl<W: Wanted, Room> Taking<W, Room> {
    pub(crate) fn new(mut wanted: W, group: Group) -> Self {
        let mut places = Leaves::of(|gather| wanted.gather(gather));
        places.sort_by_key(|place| *place);
        Self { waiting: None, wanted: Some(wanted), places, taken: 0, group }
    }

    /// True if a lock is among them twice: so they can't be taken.
    pub(crate) fn has_same(&self) -> bool {
        self.places.has_same()
    }

    /// True once what was asked for was handed out.
    pub(crate) fn is_terminated(&self) -> bool {
        self.wanted.is_none()
    }

    /// Ends before anything was waited for.
    pub(crate) fn end(self: Pin<&mut Self>) {
        // SAFETY: what is waited for, which is pinned, is not touched.
        unsafe { self.get_unchecked_mut() }.wanted = None;
    }

    /// Ready with what was asked for, when all its guards are kept there.
    pub(crate) fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<W> {
        // SAFETY: `waiting` is pinned and never moved out of; the others are not pinned, and `Self` has no `Drop`
        // and is `Unpin` only if they are.
        let (mut waiting, wanted, this) = unsafe {
            let Self { waiting, wanted, places, taken, group } = self.get_unchecked_mut();
            (Pin::new_unchecked(waiting), wanted, (places, taken, group))
        };
        let (places, taken, group) = this;
        let asked = wanted.as_mut().expect("a future of several locks was polled after completion");
        while let Some(place) = places.as_ref().get(*taken) {
            if waiting.is_none() {
                waiting.set(Some(asked.wait(place.number, group)));
            }
            let future = waiting.as_mut().as_pin_mut().expect("it was put there");
            let guard = ready!(future.poll(context));
            waiting.set(None);
            asked.keep(place.number, guard);
            *taken += 1;
        }
        Poll::Ready(wanted.take().expect("it was there above"))
    }
}
