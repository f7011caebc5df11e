//! A field that `cfg` takes away is nowhere in the twin; one that it leaves is everywhere.
#![deny(warnings)]

use ironfence::Guarded;

#[derive(Guarded, Clone)]
#[cfg_attr(all(), guarded(default = rwlock))]
struct State {
    #[cfg(any())]
    #[guarded(mutex)]
    gone: ThereIsNoSuchType,
    #[cfg(all())]
    #[guarded(mutex)]
    here: u8,
    #[cfg_attr(all(), guarded(mutex))]
    guarded: u8,
    #[cfg_attr(any(), guarded(nested))]
    by_default: u8,
    #[cfg(any())]
    #[guarded(there_is_no_such_key)]
    also_gone: u8,
}

#[derive(Guarded, Clone)]
struct Tuple(
    #[cfg(any())] ThereIsNoSuchType,
    #[guarded(mutex)] u8,
    #[cfg(all())]
    #[guarded(rwlock)]
    u16,
);

#[derive(Guarded)]
struct Generic<'a, #[cfg(any())] T, U>(#[guarded(mutex)] &'a U);

#[tokio::main]
async fn main() {
    let twin = StateGuarded::from(State {
        here: 1,
        guarded: 2,
        by_default: 3,
    });
    *twin.here.lock().await += *twin.guarded.lock().await + *twin.by_default.read().await;
    assert_eq!(twin.snapshot().await.here, 6);
    let twin = Tuple(1, 2).into_guarded();
    *twin.1.write().await += 1;
    let Tuple(first, second) = twin.snapshot().await;
    assert_eq!((first, second), (1, 3));
    _ = Generic(&1).into_guarded();
}
