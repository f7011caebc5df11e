//! A snapshot copies through guards, so one that has taken no lock copies nothing.
#![forbid(unsafe_code)]

mod nothing_asked {
    pub mod __private {
        pub use ironfence::__private::{NotAsked as Locked, *};
    }
}

#[derive(ironfence::Guarded, Clone)]
#[guarded(crate = nothing_asked)]
struct State {
    #[guarded(mutex)]
    text: String,
}

fn main() {}
