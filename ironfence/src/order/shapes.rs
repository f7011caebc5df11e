//! The shapes of requests: several in a tuple, an array, a `Vec`, and so on. The answer has the same shape.
#![allow(unsafe_code)]

use alloc::{boxed::Box, vec::Vec};
use core::ops::{Deref, DerefMut};

use super::{
    leaves::{Gather, Larger},
    request::{Request, Wanted, Within},
};
use crate::{
    acquiring::Acquiring,
    raw::{
        handle::Whole,
        permit::{Exclusive, Shared},
    },
};

/// A request with a key, for locks that are found again by it: the answer is the key and the guards.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ironfence::SameLock> {
/// use std::collections::HashMap;
/// use ironfence::{Keyed, Mutex, lock_all};
///
/// let seats = HashMap::from([("opera", Mutex::new(3)), ("circus", Mutex::new(5))]);
/// let asked = seats.iter().map(|(event, seats)| Keyed(*event, seats.lock())).collect::<Vec<_>>();
/// let mut held: HashMap<_, _> = lock_all(asked).await?.into_iter().collect();
/// **held.get_mut("opera").unwrap() = 2;
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyed<K, R>(pub K, pub R);

/// Reading one lock and writing another, as one type: for both in one `Vec` or array. The answer is one of
/// guards.
///
/// `lock.read().into()` and `lock.write().into()` are such ones. The guards are the value in either case, to be
/// read.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ironfence::SameLock> {
/// use ironfence::{ReadOrWrite, RwLock, lock_all};
///
/// let rates = [1, 2, 3].map(RwLock::new);
/// let asked = rates.iter().enumerate().map(|(number, rate)| match number {
///     0 => ReadOrWrite::from(rate.write()),
///     _ => rate.read().into(),
/// });
/// let mut held = lock_all(asked.collect::<Vec<_>>()).await?;
/// let sum: i32 = held.iter().map(|rate| **rate).sum();
/// if let ReadOrWrite::Write(first) = &mut held[0] {
///     **first = sum;
/// }
/// assert_eq!(*held[0], 6);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadOrWrite<R, W> {
    /// To be read.
    Read(R),
    /// To be written.
    Write(W),
}

impl<H: Whole> From<Acquiring<H, Shared>>
    for ReadOrWrite<Acquiring<H, Shared>, Acquiring<H, Exclusive>>
{
    fn from(read: Acquiring<H, Shared>) -> Self {
        Self::Read(read)
    }
}

impl<H: Whole> From<Acquiring<H, Exclusive>>
    for ReadOrWrite<Acquiring<H, Shared>, Acquiring<H, Exclusive>>
{
    fn from(write: Acquiring<H, Exclusive>) -> Self {
        Self::Write(write)
    }
}

impl<R: Deref, W: Deref<Target = R::Target>> Deref for ReadOrWrite<R, W> {
    type Target = R::Target;

    fn deref(&self) -> &R::Target {
        match self {
            Self::Read(guard) => guard,
            Self::Write(guard) => guard,
        }
    }
}

impl<R, W> ReadOrWrite<R, W> {
    /// The value to be written, if it is the guard of a lock that was asked for so.
    ///
    /// [`ReadOrWrite`] has an example.
    pub fn written(&mut self) -> Option<&mut W::Target>
    where
        W: DerefMut,
    {
        match self {
            Self::Read(_) => None,
            Self::Write(guard) => Some(guard),
        }
    }
}

impl<R: Request, W: Request> Request for ReadOrWrite<R, W> {
    type Guards = ReadOrWrite<R::Guards, W::Guards>;
    type Wanted = ReadOrWrite<R::Wanted, W::Wanted>;
    type Room = Larger<R::Room, W::Room>;

    #[inline]
    fn wanted(self) -> Self::Wanted {
        match self {
            Self::Read(read) => ReadOrWrite::Read(read.wanted()),
            Self::Write(write) => ReadOrWrite::Write(write.wanted()),
        }
    }
}

// SAFETY: it is one of the two, which promise it.
unsafe impl<R: Wanted, W: Wanted> Wanted for ReadOrWrite<R, W> {
    type Guards = ReadOrWrite<R::Guards, W::Guards>;

    #[inline]
    fn gather(&self, gather: &mut Gather<'_>) {
        match self {
            Self::Read(read) => read.gather(gather),
            Self::Write(write) => write.gather(gather),
        }
    }

    #[inline]
    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract, for the one that it is.
        unsafe {
            match self {
                Self::Read(read) => ReadOrWrite::Read(read.guards()),
                Self::Write(write) => ReadOrWrite::Write(write.guards()),
            }
        }
    }
}

impl<'a, R: Within<'a>, W: Within<'a>> Within<'a> for ReadOrWrite<R, W> {}
impl<'a, K, R: Within<'a>> Within<'a> for Keyed<K, R> {}
impl<'a, R: Within<'a>, const N: usize> Within<'a> for [R; N] {}
impl<'a, R: Within<'a>> Within<'a> for Option<R> {}
impl<'a, R: Within<'a>> Within<'a> for Vec<R> {}
impl<'a, R: Within<'a>> Within<'a> for Box<[R]> {}

impl<K, R: Request> Request for Keyed<K, R> {
    type Guards = (K, R::Guards);
    type Wanted = Keyed<K, R::Wanted>;
    type Room = R::Room;

    #[inline]
    fn wanted(self) -> Self::Wanted {
        Keyed(self.0, self.1.wanted())
    }
}

// SAFETY: what is asked for promises it; the key has no part in it.
unsafe impl<K, W: Wanted> Wanted for Keyed<K, W> {
    type Guards = (K, W::Guards);

    #[inline]
    fn gather(&self, gather: &mut Gather<'_>) {
        self.1.gather(gather);
    }

    #[inline]
    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract.
        (self.0, unsafe { self.1.guards() })
    }
}

/// The tuples. A macro, as there is no other way to be generic over their length.
macro_rules! tuples {
    ($([$($number:tt $R:ident),+])+) => {$(
        impl<$($R: Request),+> Request for ($($R,)+) {
            type Guards = ($($R::Guards,)+);
            type Wanted = ($($R::Wanted,)+);
            type Room = ($($R::Room,)+);

            #[inline]
            fn wanted(self) -> Self::Wanted {
                ($(self.$number.wanted(),)+)
            }
        }

        impl<'a, $($R: Within<'a>),+> Within<'a> for ($($R,)+) {}

        // SAFETY: they promise it, one by one.
        unsafe impl<$($R: Wanted),+> Wanted for ($($R,)+) {
            type Guards = ($($R::Guards,)+);

            #[inline]
            fn gather(&self, gather: &mut Gather<'_>) {
                $(self.$number.gather(gather);)+
            }

            #[inline]
            unsafe fn guards(self) -> Self::Guards {
                // SAFETY: the caller's contract.
                unsafe { ($(self.$number.guards(),)+) }
            }
        }
    )+};
}
tuples! {
    [0 A]
    [0 A, 1 B]
    [0 A, 1 B, 2 C]
    [0 A, 1 B, 2 C, 3 D]
    [0 A, 1 B, 2 C, 3 D, 4 E]
    [0 A, 1 B, 2 C, 3 D, 4 E, 5 F]
    [0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G]
    [0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H]
}

impl<R: Request, const N: usize> Request for [R; N] {
    type Guards = [R::Guards; N];
    type Wanted = [R::Wanted; N];
    type Room = [R::Room; N];

    fn wanted(self) -> Self::Wanted {
        self.map(R::wanted)
    }
}

// SAFETY: they promise it, one by one.
unsafe impl<W: Wanted, const N: usize> Wanted for [W; N] {
    type Guards = [W::Guards; N];

    fn gather(&self, gather: &mut Gather<'_>) {
        self.iter().for_each(|wanted| wanted.gather(gather));
    }

    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract.
        self.map(|wanted| unsafe { wanted.guards() })
    }
}

impl<R: Request> Request for Option<R> {
    type Guards = Option<R::Guards>;
    type Wanted = Option<R::Wanted>;
    type Room = R::Room;

    #[inline]
    fn wanted(self) -> Self::Wanted {
        self.map(R::wanted)
    }
}

// SAFETY: what is in it promises it; nothing is shown of nothing.
unsafe impl<W: Wanted> Wanted for Option<W> {
    type Guards = Option<W::Guards>;

    #[inline]
    fn gather(&self, gather: &mut Gather<'_>) {
        if let Some(wanted) = self {
            wanted.gather(gather);
        }
    }

    #[inline]
    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract.
        self.map(|wanted| unsafe { wanted.guards() })
    }
}

impl<R: Request> Request for Vec<R> {
    type Guards = Vec<R::Guards>;
    type Wanted = Vec<R::Wanted>;
    /// Only a program that runs knows how many they are.
    type Room = ();

    fn wanted(self) -> Self::Wanted {
        self.into_iter().map(R::wanted).collect()
    }
}

impl<R: Request> Request for Box<[R]> {
    type Guards = Box<[R::Guards]>;
    type Wanted = Box<[R::Wanted]>;
    type Room = ();

    fn wanted(self) -> Self::Wanted {
        Vec::from(self).wanted().into()
    }
}

// SAFETY: they promise it, one by one; where the `Vec` keeps them does not matter to their locks.
unsafe impl<W: Wanted> Wanted for Vec<W> {
    type Guards = Vec<W::Guards>;

    fn gather(&self, gather: &mut Gather<'_>) {
        gather.expect(self.len());
        self.iter().for_each(|wanted| wanted.gather(gather));
    }

    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract.
        self.into_iter().map(|wanted| unsafe { wanted.guards() }).collect()
    }
}

// SAFETY: as for the `Vec` that it becomes.
unsafe impl<W: Wanted> Wanted for Box<[W]> {
    type Guards = Box<[W::Guards]>;

    fn gather(&self, gather: &mut Gather<'_>) {
        gather.expect(self.len());
        self.iter().for_each(|wanted| wanted.gather(gather));
    }

    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract.
        unsafe { Vec::from(self).guards() }.into()
    }
}
