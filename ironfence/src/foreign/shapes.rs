//! The shapes of requests: several in a tuple, an array, a `Vec`, and so on. The answer has the same shape.
#![allow(unsafe_code)]

use alloc::{boxed::Box, vec::Vec};
use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::request::{Group, Place, Request, ToRead, ToWrite, Wanted};
use crate::order::{
    leaves::{Gather, Larger},
    shapes::{Keyed, ReadOrWrite},
};

/// One of two: futures, and then what that one has come to. Sealed: not nameable from outside.
#[derive(Debug)]
pub enum Either<A, B> {
    One(A),
    Other(B),
}

impl<A: Future, B: Future> Future for Either<A, B> {
    type Output = Either<A::Output, B::Output>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: whichever it is, it is pinned and not moved out of; `Self` has no `Drop` and is `Unpin` only
        // if both are.
        unsafe {
            match self.get_unchecked_mut() {
                Self::One(one) => Pin::new_unchecked(one).poll(context).map(Either::One),
                Self::Other(other) => Pin::new_unchecked(other).poll(context).map(Either::Other),
            }
        }
    }
}

/// Two, one after the other. Sealed: not nameable from outside.
#[derive(Debug)]
pub struct Beside<A, B> {
    one: A,
    other: At<B>,
}

impl<A: Wanted, B: Wanted> Wanted for Beside<A, B> {
    type Guard = Either<A::Guard, B::Guard>;
    type Waiting = Either<A::Waiting, B::Waiting>;

    fn gather(&mut self, gather: &mut Gather<'_, Place>) {
        self.one.gather(gather);
        self.other.gather(gather);
    }

    fn wait(&mut self, number: u32, group: &mut Group) -> Self::Waiting {
        if number < self.other.first {
            Either::One(self.one.wait(number, group))
        } else {
            Either::Other(self.other.wanted.wait(number, group))
        }
    }

    fn keep(&mut self, number: u32, guard: Self::Guard) {
        match guard {
            Either::One(guard) => self.one.keep(number, guard),
            Either::Other(guard) => self.other.wanted.keep(number, guard),
        }
    }
}

/// One of several, and the number of its first lock: the one of whoever comes after, if it has none. Sealed: not nameable
/// from outside.
#[derive(Debug)]
pub struct At<W> {
    first: u32,
    wanted: W,
}

impl<W: Wanted> At<W> {
    fn new(wanted: W) -> Self {
        Self { first: 0, wanted }
    }

    fn gather(&mut self, gather: &mut Gather<'_, Place>) {
        self.first = gather.count();
        self.wanted.gather(gather);
    }
}

/// Several of one kind, in an array or a `Vec`. Sealed: not nameable from outside.
#[derive(Debug)]
pub struct Several<S>(S);

impl<S: AsMut<[At<W>]>, W> Several<S>
where
    S: IntoIterator<Item = At<W>>,
{
    /// Of which of them the lock of this number is.
    fn of(&mut self, number: u32) -> &mut W {
        let all = self.0.as_mut();
        let behind = all.partition_point(|at| at.first <= number);
        &mut all[behind - 1].wanted
    }
}

impl<S: AsMut<[At<W>]>, W: Wanted> Wanted for Several<S>
where
    S: IntoIterator<Item = At<W>>,
{
    type Guard = W::Guard;
    type Waiting = W::Waiting;

    fn gather(&mut self, gather: &mut Gather<'_, Place>) {
        let all = self.0.as_mut();
        gather.expect(all.len());
        all.iter_mut().for_each(|at| at.gather(gather));
    }

    fn wait(&mut self, number: u32, group: &mut Group) -> W::Waiting {
        self.of(number).wait(number, group)
    }

    fn keep(&mut self, number: u32, guard: W::Guard) {
        self.of(number).keep(number, guard);
    }
}

impl<R: Request, const N: usize> Request for [R; N] {
    type Guards = [R::Guards; N];
    type Wanted = Several<[At<R::Wanted>; N]>;
    type Room = [R::Room; N];

    fn wanted(self) -> Self::Wanted {
        Several(self.map(|request| At::new(request.wanted())))
    }

    fn guards(kept: Self::Wanted) -> Self::Guards {
        kept.0.map(|at| R::guards(at.wanted))
    }
}

impl<R: Request> Request for Vec<R> {
    type Guards = Vec<R::Guards>;
    type Wanted = Several<Vec<At<R::Wanted>>>;
    /// Only a program that runs knows how many they are.
    type Room = ();

    fn wanted(self) -> Self::Wanted {
        Several(self.into_iter().map(|request| At::new(request.wanted())).collect())
    }

    fn guards(kept: Self::Wanted) -> Self::Guards {
        kept.0.into_iter().map(|at| R::guards(at.wanted)).collect()
    }
}

impl<R: Request> Request for Box<[R]> {
    type Guards = Box<[R::Guards]>;
    type Wanted = <Vec<R> as Request>::Wanted;
    type Room = ();

    fn wanted(self) -> Self::Wanted {
        Vec::from(self).wanted()
    }

    fn guards(kept: Self::Wanted) -> Self::Guards {
        Vec::<R>::guards(kept).into()
    }
}

impl<R: Request> Request for (R,) {
    type Guards = (R::Guards,);
    type Wanted = R::Wanted;
    type Room = R::Room;

    fn wanted(self) -> Self::Wanted {
        self.0.wanted()
    }

    fn guards(kept: Self::Wanted) -> Self::Guards {
        (R::guards(kept),)
    }
}

/// The tuples: the first one beside a tuple of the others.
macro_rules! tuples {
    ($([$First:ident, $($R:ident $other:ident),+])+) => {$(
        impl<$First: Request, $($R: Request),+> Request for ($First, $($R),+) {
            type Guards = ($First::Guards, $($R::Guards),+);
            type Wanted = Beside<$First::Wanted, <($($R,)+) as Request>::Wanted>;
            type Room = ($First::Room, $($R::Room),+);

            fn wanted(self) -> Self::Wanted {
                let (first, $($other),+) = self;
                Beside { one: first.wanted(), other: At::new(($($other,)+).wanted()) }
            }

            fn guards(kept: Self::Wanted) -> Self::Guards {
                let ($($other,)+) = <($($R,)+)>::guards(kept.other.wanted);
                ($First::guards(kept.one), $($other),+)
            }
        }
    )+};
}
tuples! {
    [A, B b]
    [A, B b, C c]
    [A, B b, C c, D d]
    [A, B b, C c, D d, E e]
    [A, B b, C c, D d, E e, F f]
    [A, B b, C c, D d, E e, F f, G g]
    [A, B b, C c, D d, E e, F f, G g, H h]
}

impl<R: Request> Request for Option<R> {
    type Guards = Option<R::Guards>;
    type Wanted = Option<R::Wanted>;
    type Room = R::Room;

    fn wanted(self) -> Self::Wanted {
        self.map(R::wanted)
    }

    fn guards(kept: Self::Wanted) -> Self::Guards {
        kept.map(R::guards)
    }
}

impl<W: Wanted> Wanted for Option<W> {
    type Guard = W::Guard;
    type Waiting = W::Waiting;

    fn gather(&mut self, gather: &mut Gather<'_, Place>) {
        self.iter_mut().for_each(|wanted| wanted.gather(gather));
    }

    fn wait(&mut self, number: u32, group: &mut Group) -> W::Waiting {
        self.as_mut().expect("a number is of a lock").wait(number, group)
    }

    fn keep(&mut self, number: u32, guard: W::Guard) {
        self.as_mut().expect("a number is of a lock").keep(number, guard);
    }
}

impl<R: Request, W: Request> Request for ReadOrWrite<R, W> {
    type Guards = ReadOrWrite<R::Guards, W::Guards>;
    type Wanted = ReadOrWrite<R::Wanted, W::Wanted>;
    type Room = Larger<R::Room, W::Room>;

    fn wanted(self) -> Self::Wanted {
        match self {
            Self::Read(read) => ReadOrWrite::Read(read.wanted()),
            Self::Write(write) => ReadOrWrite::Write(write.wanted()),
        }
    }

    fn guards(kept: Self::Wanted) -> Self::Guards {
        match kept {
            ReadOrWrite::Read(read) => ReadOrWrite::Read(R::guards(read)),
            ReadOrWrite::Write(write) => ReadOrWrite::Write(W::guards(write)),
        }
    }
}

impl<R: Wanted, W: Wanted> Wanted for ReadOrWrite<R, W> {
    type Guard = Either<R::Guard, W::Guard>;
    type Waiting = Either<R::Waiting, W::Waiting>;

    fn gather(&mut self, gather: &mut Gather<'_, Place>) {
        match self {
            Self::Read(read) => read.gather(gather),
            Self::Write(write) => write.gather(gather),
        }
    }

    fn wait(&mut self, number: u32, group: &mut Group) -> Self::Waiting {
        match self {
            Self::Read(read) => Either::One(read.wait(number, group)),
            Self::Write(write) => Either::Other(write.wait(number, group)),
        }
    }

    fn keep(&mut self, number: u32, guard: Self::Guard) {
        match (self, guard) {
            (Self::Read(read), Either::One(guard)) => read.keep(number, guard),
            (Self::Write(write), Either::Other(guard)) => write.keep(number, guard),
            _ => unreachable!("a guard is of the lock that was waited for"),
        }
    }
}

impl<'a, L> From<ToRead<'a, L>> for ReadOrWrite<ToRead<'a, L>, ToWrite<'a, L>> {
    fn from(read: ToRead<'a, L>) -> Self {
        Self::Read(read)
    }
}

impl<'a, L> From<ToWrite<'a, L>> for ReadOrWrite<ToRead<'a, L>, ToWrite<'a, L>> {
    fn from(write: ToWrite<'a, L>) -> Self {
        Self::Write(write)
    }
}

impl<K, R: Request> Request for Keyed<K, R> {
    type Guards = (K, R::Guards);
    type Wanted = Keyed<K, R::Wanted>;
    type Room = R::Room;

    fn wanted(self) -> Self::Wanted {
        Keyed(self.0, self.1.wanted())
    }

    fn guards(kept: Self::Wanted) -> Self::Guards {
        (kept.0, R::guards(kept.1))
    }
}

impl<K, W: Wanted> Wanted for Keyed<K, W> {
    type Guard = W::Guard;
    type Waiting = W::Waiting;

    fn gather(&mut self, gather: &mut Gather<'_, Place>) {
        self.1.gather(gather);
    }

    fn wait(&mut self, number: u32, group: &mut Group) -> W::Waiting {
        self.1.wait(number, group)
    }

    fn keep(&mut self, number: u32, guard: W::Guard) {
        self.1.keep(number, guard);
    }
}
