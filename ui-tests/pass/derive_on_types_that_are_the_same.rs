//! Types of fields that are spelled differently may be the same, or what another type implements.

use ironfence::Guarded;

trait Makes {
    type Out;
}

impl Makes for u8 {
    type Out = u32;
}

impl<T> Makes for Vec<T> {
    type Out = T;
}

type Same = u32;

#[derive(Guarded, Default, Clone)]
#[guarded(with(mutex = tokio::sync::Mutex, rwlock = async_lock::RwLock))]
struct Foreign<T> {
    #[guarded(mutex)]
    a: <u8 as Makes>::Out,
    #[guarded(mutex)]
    b: u32,
    #[guarded(mutex)]
    c: Same,
    #[guarded(rwlock)]
    d: T,
    #[guarded(rwlock)]
    e: <Vec<T> as Makes>::Out,
    f: <Vec<T> as Makes>::Out,
}

#[derive(Guarded, Default, Clone)]
#[guarded(default = mutex, with(mutex = tokio::sync::Mutex))]
struct OnlyProjected<T: Makes>(T::Out, <Vec<T> as Makes>::Out)
where
    T::Out: Clone;

#[derive(Guarded, Default, Clone)]
struct Ours<T> {
    #[guarded(mutex)]
    a: <Vec<T> as Makes>::Out,
    #[guarded(mutex)]
    b: T,
    c: <u8 as Makes>::Out,
    d: Same,
}

#[derive(Guarded, Default, Clone)]
struct Nested<T> {
    #[guarded(nested)]
    a: <Vec<Ours<T>> as Makes>::Out,
    #[guarded(nested)]
    b: Ours<T>,
}

async fn go() {
    let foreign = Foreign::<u8>::default().into_guarded();
    let mut held = foreign.locks().lock_a().lock_b().lock_c().write_d().read_e().await;
    *held.a += *held.b + *held.c + u32::from(*held.d + *held.e) + 1;
    drop(held);
    assert_eq!(foreign.snapshot().await.a, 1);

    let projected = OnlyProjected::<u8>(1, 2).into_guarded();
    assert_eq!(*projected.locks().lock_0().await.0, 1);
    assert_eq!(projected.snapshot().await.1, 2);

    let nested = Nested::<u8>::default().into_guarded();
    let held = nested.locks().a(|a| a.lock_a()).b(|b| b.lock_b()).await;
    assert_eq!(*held.a.a, *held.b.b);
    drop(held);
    assert_eq!(nested.snapshot().await.a.a, 0);
}

#[tokio::main]
async fn main() {
    tokio::spawn(go()).await.unwrap();
}
