//! Which values come before which: levels.
//!
//! A struct is at a level, which it declares; 0 where it declares none. Each of its locks knows it too, so that
//! groups can sort by it. A session knows it as a type, so that the compiler can say no: it goes on from one
//! value to another only if that is at a higher level.

/// A level as a type.
#[doc(hidden)]
pub struct Level<const NUMBER: u8>;

/// The level of a twin.
#[doc(hidden)]
pub trait Height {
    const NUMBER: u8;
}

impl<const NUMBER: u8> Height for Level<NUMBER> {
    const NUMBER: u8 = NUMBER;
}

/// A level that is `LEAST`, or higher.
#[doc(hidden)]
pub trait AtLeast<const LEAST: u8> {}

macro_rules! levels {
    ($($number:literal: $($lower:literal)*;)+) => {$(
        impl AtLeast<$number> for Level<$number> {}
        $(impl AtLeast<$lower> for Level<$number> {})*
    )+};
}
levels! {
    0:;
    1: 0;
    2: 0 1;
    3: 0 1 2;
    4: 0 1 2 3;
    5: 0 1 2 3 4;
    6: 0 1 2 3 4 5;
    7: 0 1 2 3 4 5 6;
    8: 0 1 2 3 4 5 6 7;
    9: 0 1 2 3 4 5 6 7 8;
    10: 0 1 2 3 4 5 6 7 8 9;
    11: 0 1 2 3 4 5 6 7 8 9 10;
    12: 0 1 2 3 4 5 6 7 8 9 10 11;
    13: 0 1 2 3 4 5 6 7 8 9 10 11 12;
    14: 0 1 2 3 4 5 6 7 8 9 10 11 12 13;
    15: 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14;
}
