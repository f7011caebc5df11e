//! A level is a number from 0 to 15, of a struct that is not nested and has locks of ours.
use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(level = 16)]
struct TooHigh {
    #[guarded(mutex)]
    a: u8,
}

#[derive(Guarded)]
#[guarded(level = -1)]
struct TooLow {
    #[guarded(mutex)]
    a: u8,
}

#[derive(Guarded)]
#[guarded(level)]
struct NoNumber {
    #[guarded(mutex)]
    a: u8,
}

#[derive(Guarded)]
#[guarded(level = 1, derive(Default))]
struct WithDefault {
    #[guarded(mutex)]
    a: u8,
}

#[derive(Guarded)]
#[guarded(level = 1)]
struct Foreign {
    #[guarded(mutex, with = tokio::sync::Mutex)]
    a: u8,
}

#[derive(Guarded)]
struct OnAField {
    #[guarded(level = 1)]
    a: u8,
}

fn main() {}
