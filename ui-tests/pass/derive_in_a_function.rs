//! A struct may live in a function, and the twin lives there with it.
#![deny(warnings)]

use ironfence::Guarded;

#[derive(Guarded)]
#[allow(dead_code)]
struct State(u8);

fn main() {
    #[derive(Guarded, Clone)]
    struct State<T> {
        #[guarded(mutex)]
        count: T,
    }

    let twin: StateGuarded<u8> = State { count: 1 }.into_guarded();
    *twin.count.blocking_lock() += 1;
    drop(twin.snapshot());
    assert_eq!(twin.into_inner().count, 2);
    let closure = || {
        #[derive(Guarded)]
        struct State;
        State.into_guarded().into_inner()
    };
    _ = closure();
}
