//! Structs of more fields than stand in one row: eight, and eight rows of eight.
#![forbid(unsafe_code)]

use ironfence::Guarded;
use ironfence_tests::polled::{Polled, now};

macro_rules! many {
    ($Name:ident $lock:ident: $($field:ident)*) => {
        #[derive(Guarded, Clone, Default)]
        struct $Name {
            $(#[guarded($lock, with = tokio::sync::Mutex)] $field: u16,)*
        }

        impl $Name {
            const FIELDS: &[&str] = &[$(stringify!($field)),*];

            /// Each field with a number of its own.
            fn numbered() -> Self {
                let mut number = 0;
                $(number += 1; let $field = number;)*
                Self { $($field),* }
            }

            fn all(&self) -> Vec<u16> {
                vec![$(self.$field),*]
            }
        }
    };
}

many!(Eight mutex: a b c d e f g h);
many!(Nine mutex: a b c d e f g h i);
many!(SixtyFour mutex: a0 a1 a2 a3 a4 a5 a6 a7 b0 b1 b2 b3 b4 b5 b6 b7 c0 c1 c2 c3 c4 c5 c6 c7
    d0 d1 d2 d3 d4 d5 d6 d7 e0 e1 e2 e3 e4 e5 e6 e7 f0 f1 f2 f3 f4 f5 f6 f7 g0 g1 g2 g3 g4 g5 g6 g7
    h0 h1 h2 h3 h4 h5 h6 h7);
many!(SixtySix mutex: a0 a1 a2 a3 a4 a5 a6 a7 b0 b1 b2 b3 b4 b5 b6 b7 c0 c1 c2 c3 c4 c5 c6 c7
    d0 d1 d2 d3 d4 d5 d6 d7 e0 e1 e2 e3 e4 e5 e6 e7 f0 f1 f2 f3 f4 f5 f6 f7 g0 g1 g2 g3 g4 g5 g6 g7
    h0 h1 h2 h3 h4 h5 h6 h7 i0 i1);

macro_rules! the_last_is_waited_for {
    ($($test:ident: $Name:ident $last:ident;)*) => {$(
        #[test]
        fn $test() {
            let twin = $Name::numbered().into_guarded();
            let numbers: Vec<_> = (1..=$Name::FIELDS.len() as u16).collect();
            assert_eq!(now(twin.snapshot()).all(), numbers, "each is copied to its own place");
            let held = twin.$last.try_lock().expect("free");
            let mut all = Polled::queued(twin.locks().lock_all().into_future());
            drop(held);
            let mut held = all.finish();
            assert_eq!(usize::from(*held.$last), numbers.len());
            *held.$last = 0;
            drop(held);
            assert_eq!(*twin.$last.try_lock().expect("released"), 0);
        }
    )*};
}
the_last_is_waited_for! {
    other_peoples_locks_are_taken_in_one_row: Eight h;
    other_peoples_locks_are_taken_in_two_rows: Nine i;
    other_peoples_locks_are_taken_in_eight_rows: SixtyFour h7;
    other_peoples_locks_are_taken_in_rows_of_rows: SixtySix i1;
}
