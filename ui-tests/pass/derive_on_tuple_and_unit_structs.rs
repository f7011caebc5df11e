//! Fields without names, and no fields at all.
#![deny(warnings)]

use ironfence::{Guarded, Mutex};

#[derive(Guarded, Clone)]
pub struct Pair<T>(#[guarded(mutex)] pub T, pub(crate) u8, #[guarded(rwlock)] T)
where
    T: Clone;

#[derive(Guarded, Clone, Copy)]
struct Unit;

#[derive(Guarded, Clone)]
struct NoFields {}

#[derive(Guarded, Clone)]
struct EmptyTuple();

#[derive(Guarded, Clone)]
struct Where
where
    Unit: Clone;

#[derive(Guarded, Clone)]
struct AllPlain {
    a: u8,
    b: (),
}

#[derive(Guarded, Clone)]
struct AllNested(
    #[guarded(nested)] Unit,
    #[guarded(nested)] NoFields,
    #[guarded(nested)] EmptyTuple,
    #[guarded(nested)] Pair<String>,
);

static UNIT: UnitGuarded = UnitGuarded;
static NUMBER: PairGuarded<u8> = PairGuarded(Mutex::new(1), 2, ironfence::RwLock::new(3));

#[tokio::main]
async fn main() {
    *NUMBER.0.lock().await += NUMBER.1 + *NUMBER.2.read().await;
    assert_eq!(NUMBER.snapshot().await.0, 6);
    let Unit = UNIT.snapshot().await;
    let Unit = Unit.into_guarded().into_inner();
    let NoFields {} = NoFields {}.into_guarded().snapshot().await;
    let EmptyTuple() = EmptyTuple().into_guarded().snapshot().await;
    _ = Where.into_guarded().into_inner();
    let AllPlain { a, b: () } = AllPlain { a: 1, b: () }.into_guarded().snapshot().await;
    assert_eq!(a, 1);
    let pair = Pair("a".to_owned(), 1, "b".to_owned());
    let twin = AllNested(Unit, NoFields {}, EmptyTuple(), pair).into_guarded();
    twin.3.2.write().await.push('c');
    assert_eq!(twin.snapshot().await.3.2, "bc");
}
