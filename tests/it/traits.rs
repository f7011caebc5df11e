//! Which type is `Send`, `Sync` and `Unpin`, for values that are and that are not.
//!
//! The oracle is tokio: its type of the same name, with the same value inside. A type of ours may
//! be less restricted than tokio's where the reason is written down here; never more.

use std::{
    cell::Cell,
    marker::{PhantomData, PhantomPinned},
    panic::{RefUnwindSafe, UnwindSafe},
    rc::Rc,
    sync::Arc,
};

/// Asks the compiler about a type: a method of `Probe` is found if its bound is met, or else the one
/// of `Otherwise`.
pub(super) struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    pub(super) const NEW: Self = Self(PhantomData);

    /// About the future that a function returns; it is not called.
    pub(super) fn future<A>(_: fn(A) -> T) -> Self {
        Self::NEW
    }
}

impl<T: Send> Probe<T> {
    pub(super) fn is_send(&self) -> bool {
        true
    }
}

impl<T: Sync> Probe<T> {
    pub(super) fn is_sync(&self) -> bool {
        true
    }
}

impl<T: Unpin> Probe<T> {
    pub(super) fn is_unpin(&self) -> bool {
        true
    }
}

impl<T: UnwindSafe> Probe<T> {
    pub(super) fn is_unwind_safe(&self) -> bool {
        true
    }
}

impl<T: RefUnwindSafe> Probe<T> {
    pub(super) fn is_ref_unwind_safe(&self) -> bool {
        true
    }
}

pub(super) trait Otherwise {
    fn is_unwind_safe(&self) -> bool {
        false
    }

    fn is_ref_unwind_safe(&self) -> bool {
        false
    }

    fn is_send(&self) -> bool {
        false
    }

    fn is_sync(&self) -> bool {
        false
    }

    fn is_unpin(&self) -> bool {
        false
    }
}

impl<T> Otherwise for Probe<T> {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) send: bool,
    pub(super) sync: bool,
    pub(super) unpin: bool,
}

/// The facts that a probe finds. A macro: in a function the type would be a parameter, of which the
/// compiler knows nothing.
macro_rules! facts {
    ($probe:expr) => {{
        let probe = $probe;
        Facts { send: probe.is_send(), sync: probe.is_sync(), unpin: probe.is_unpin() }
    }};
}
pub(super) use facts;

/// The facts of every lock, guard and future of a crate, with `$Value` inside.
macro_rules! facts_of_all {
    ($($sync:ident)::+, $Value:ty) => {{
        use $($sync)::+::{
            MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
            OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
            RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard, TryLockError,
        };
        type Value = $Value;
        macro_rules! row {
            ($Type:ty) => {
                (stringify!($Type), facts!(Probe::<$Type>::NEW))
            };
            ($name:literal, $future:expr) => {
                ($name, facts!(Probe::future($future)))
            };
        }
        vec![
            row!(TryLockError),
            row!(Mutex<Value>),
            row!(MutexGuard<'static, Value>),
            row!(OwnedMutexGuard<Value>),
            row!(MappedMutexGuard<'static, Value>),
            row!(OwnedMappedMutexGuard<Value>),
            row!(OwnedMappedMutexGuard<Value, u32>),
            row!(OwnedMappedMutexGuard<u32, Value>),
            row!(RwLock<Value>),
            row!(RwLockReadGuard<'static, Value>),
            row!(OwnedRwLockReadGuard<Value>),
            row!(OwnedRwLockReadGuard<Value, u32>),
            row!(OwnedRwLockReadGuard<u32, Value>),
            row!(RwLockWriteGuard<'static, Value>),
            row!(OwnedRwLockWriteGuard<Value>),
            row!(RwLockMappedWriteGuard<'static, Value>),
            row!(OwnedRwLockMappedWriteGuard<Value>),
            row!(OwnedRwLockMappedWriteGuard<Value, u32>),
            row!(OwnedRwLockMappedWriteGuard<u32, Value>),
            row!("Mutex::lock", |mutex: &'static Mutex<Value>| mutex.lock()),
            row!("Mutex::lock_owned", |mutex: Arc<Mutex<Value>>| mutex.lock_owned()),
            row!("RwLock::read", |lock: &'static RwLock<Value>| lock.read()),
            row!("RwLock::read_owned", |lock: Arc<RwLock<Value>>| lock.read_owned()),
            row!("RwLock::write", |lock: &'static RwLock<Value>| lock.write()),
            row!("RwLock::write_owned", |lock: Arc<RwLock<Value>>| lock.write_owned()),
        ]
    }};
}

/// What ours is and tokio's is not, or the other way round: "+Send Mutex<Value> of a cell".
fn differences(
    value: &str,
    ours: &[(&'static str, Facts)],
    theirs: &[(&'static str, Facts)],
) -> Vec<String> {
    assert_eq!(ours.len(), theirs.len(), "each type of ours is compared");
    let mut lines = Vec::new();
    for ((name, ours), (_, theirs)) in ours.iter().zip(theirs) {
        // `stringify!` spaces its tokens as it likes.
        let name = name.replace(" <", "<").replace("< ", "<").replace(" >", ">");
        for (fact, ours, theirs) in [
            ("Send", ours.send, theirs.send),
            ("Sync", ours.sync, theirs.sync),
            ("Unpin", ours.unpin, theirs.unpin),
        ] {
            if ours != theirs {
                let sign = if ours { '+' } else { '-' };
                lines.push(format!("{sign}{fact} {name} of {value}"));
            }
        }
    }
    lines
}

macro_rules! differences {
    ($value:literal, $Value:ty) => {
        differences($value, &facts_of_all!(ironfence, $Value), &facts_of_all!(tokio::sync, $Value))
    };
}

type SendAndSync = u32;
type SendOnly = Cell<u32>;
type SyncOnly = std::sync::MutexGuard<'static, u32>;
type Neither = Rc<u32>;

const ALL: Facts = Facts { send: true, sync: true, unpin: true };

#[test]
fn the_probe_tells_yes_from_no() {
    assert_eq!(facts!(Probe::<SendAndSync>::NEW), ALL);
    assert_eq!(facts!(Probe::<SendOnly>::NEW), Facts { sync: false, ..ALL });
    assert_eq!(facts!(Probe::<SyncOnly>::NEW), Facts { send: false, ..ALL });
    let neither = Facts { send: false, sync: false, unpin: true };
    assert_eq!(facts!(Probe::<Neither>::NEW), neither);
    assert_eq!(facts!(Probe::<PhantomPinned>::NEW), Facts { unpin: false, ..ALL });
    let future = facts!(Probe::future(by_hand::hold::<Rc<u32>>));
    assert_eq!(future, Facts { unpin: false, ..neither }, "a future is asked about as well");
}

#[test]
fn with_a_value_that_is_send_and_sync_all_is_as_in_tokio() {
    assert!(differences!("u32", SendAndSync).is_empty());
}

#[test]
fn with_a_value_that_is_neither_send_nor_sync_all_is_as_in_tokio() {
    assert!(differences!("Rc", Neither).is_empty());
}

/// A guard of a part gives no way to the whole, so it asks of the part only what it does with it;
/// and what a mutex's guard of a part may do, an rwlock's may. tokio asks for `Send + Sync`.
#[test]
fn with_a_value_that_is_send_only_guards_of_a_part_may_do_more_than_in_tokio() {
    assert_eq!(
        differences!("Cell", SendOnly),
        [
            "+Sync OwnedMappedMutexGuard<Value, u32> of Cell",
            "+Send RwLockMappedWriteGuard<'static, Value> of Cell",
            "+Send OwnedRwLockMappedWriteGuard<u32, Value> of Cell",
        ]
    );
}

/// A guard that is shared gives no more than `&Value`, for which `Value: Sync` is enough, as for the
/// guards of std. tokio asks for `Send` too.
#[test]
fn with_a_value_that_is_sync_only_guards_may_be_shared_unlike_in_tokio() {
    assert_eq!(
        differences!("a guard of std", SyncOnly),
        [
            "+Sync OwnedMappedMutexGuard<u32, Value> of a guard of std",
            "+Sync RwLockReadGuard<'static, Value> of a guard of std",
            "+Sync OwnedRwLockReadGuard<u32, Value> of a guard of std",
            "+Sync RwLockMappedWriteGuard<'static, Value> of a guard of std",
            "+Sync OwnedRwLockMappedWriteGuard<u32, Value> of a guard of std",
        ]
    );
}

/// A guard points to its value and does not hold it, so it is always `Unpin`. tokio's owned guards of
/// an rwlock name the value's type in a `PhantomData`.
#[test]
fn with_a_value_that_is_not_unpin_guards_still_are() {
    assert_eq!(
        differences!("a pinned value", PhantomPinned),
        [
            "+Unpin OwnedRwLockReadGuard<Value> of a pinned value",
            "+Unpin OwnedRwLockReadGuard<Value, u32> of a pinned value",
            "+Unpin OwnedRwLockWriteGuard<Value> of a pinned value",
            "+Unpin OwnedRwLockMappedWriteGuard<Value> of a pinned value",
            "+Unpin OwnedRwLockMappedWriteGuard<Value, u32> of a pinned value",
        ]
    );
}

#[test]
fn the_commonest_types_are_what_every_program_relies_on() {
    use ironfence::{Mutex, MutexGuard, RwLock, RwLockReadGuard, futures::*};
    assert_eq!(facts!(Probe::<Mutex<u32>>::NEW), ALL);
    assert_eq!(facts!(Probe::<RwLock<u32>>::NEW), ALL);
    assert_eq!(facts!(Probe::<MutexGuard<'static, u32>>::NEW), ALL);
    assert_eq!(facts!(Probe::<RwLockReadGuard<'static, u32>>::NEW), ALL);
    let future = Facts { unpin: false, ..ALL };
    assert_eq!(facts!(Probe::<Lock<'static, u32>>::NEW), future, "the queue points to the future");
    assert_eq!(facts!(Probe::<LockOwned<u32>>::NEW), future);
    assert_eq!(facts!(Probe::<Read<'static, u32>>::NEW), future);
    assert_eq!(facts!(Probe::<ReadOwned<u32>>::NEW), future);
    assert_eq!(facts!(Probe::<Write<'static, u32>>::NEW), future);
    assert_eq!(facts!(Probe::<WriteOwned<u32>>::NEW), future);
    assert!(facts!(Probe::<Mutex<SendOnly>>::NEW).sync, "a mutex makes `Send` enough");
    assert!(!facts!(Probe::<RwLock<SendOnly>>::NEW).sync, "readers share the value");
    assert!(!facts!(Probe::<MutexGuard<'static, Neither>>::NEW).send);
    assert!(!facts!(Probe::<RwLockReadGuard<'static, SendOnly>>::NEW).send);
}

/// Without poisoning nobody is told that a value was left half-way, so it is asked of the value, and a
/// reference to the lock never is: as with async-lock.
#[test]
fn a_lock_goes_over_a_caught_panic_as_its_value_does() {
    use ironfence::{Mutex, RwLock};
    assert!(Probe::<Mutex<u32>>::NEW.is_unwind_safe());
    assert!(Probe::<RwLock<u32>>::NEW.is_unwind_safe());
    assert!(!Probe::<Mutex<&mut u32>>::NEW.is_unwind_safe(), "nor is the value");
    assert!(!Probe::<RwLock<&mut u32>>::NEW.is_unwind_safe(), "nor is the value");
    assert!(!Probe::<Mutex<u32>>::NEW.is_ref_unwind_safe(), "no poisoning");
    assert!(!Probe::<RwLock<u32>>::NEW.is_ref_unwind_safe(), "no poisoning");
    assert!(Probe::<async_lock::RwLock<u32>>::NEW.is_unwind_safe());
    assert!(!Probe::<async_lock::RwLock<u32>>::NEW.is_ref_unwind_safe());
    assert!(Probe::<u32>::NEW.is_ref_unwind_safe(), "the probe can say yes");
}

/// `with` and its kin, as functions: of a closure or a block beside the question the compiler does
/// not know yet what it captures.
mod with {
    use ironfence::{Mutex, RwLock};

    pub(super) fn with<T, C>(mutex: &Mutex<T>, captured: C) -> impl Future {
        mutex.with(move |_| drop(captured))
    }

    pub(super) fn with_read<T, C>(lock: &RwLock<T>, captured: C) -> impl Future {
        lock.with_read(move |_| drop(captured))
    }

    pub(super) fn with_write<T, C>(lock: &RwLock<T>, captured: C) -> impl Future {
        lock.with_write(move |_| drop(captured))
    }
}

/// What one writes on tokio, which has no `with`.
mod by_hand {
    use tokio::sync::{Mutex, RwLock};

    pub(super) async fn with<T, C>(mutex: &Mutex<T>, captured: C) {
        let _guard = mutex.lock().await;
        drop(captured);
    }

    pub(super) async fn with_read<T, C>(lock: &RwLock<T>, captured: C) {
        let _guard = lock.read().await;
        drop(captured);
    }

    pub(super) async fn with_write<T, C>(lock: &RwLock<T>, captured: C) {
        let _guard = lock.write().await;
        drop(captured);
    }

    pub(super) async fn hold<T>(value: T) {
        std::future::ready(()).await;
        drop(value);
    }
}

#[test]
fn with_is_what_an_async_function_that_locks_would_be() {
    macro_rules! same {
        ($with:ident of $Lock:ident, $Value:ty, $Captured:ty) => {
            assert_eq!(
                facts!(Probe::future(
                    |(lock, captured): (&'static ironfence::$Lock<$Value>, $Captured)| {
                        with::$with(lock, captured)
                    }
                )),
                facts!(Probe::future(
                    |(lock, captured): (&'static tokio::sync::$Lock<$Value>, $Captured)| {
                        by_hand::$with(lock, captured)
                    }
                )),
                "`{}` of {}, with a closure that captures {}",
                stringify!($with),
                stringify!($Value),
                stringify!($Captured)
            );
        };
        ($Value:ty, $Captured:ty) => {
            same!(with of Mutex, $Value, $Captured);
            same!(with_read of RwLock, $Value, $Captured);
            same!(with_write of RwLock, $Value, $Captured);
        };
    }
    same!(SendAndSync, u32);
    same!(SendOnly, u32);
    same!(SyncOnly, u32);
    same!(Neither, u32);
    same!(SendAndSync, SendOnly);
    same!(SendAndSync, SyncOnly);
    same!(SendAndSync, Neither);
    same!(PhantomPinned, PhantomPinned);
}

/// The twin of a struct is what a struct of tokio's locks would be, and its snapshot what an async
/// block that takes them in turn would be.
#[test]
fn a_twin_and_its_snapshot_are_what_their_locks_make_them() {
    use ironfence::{Guarded, Snapshot};

    #[derive(Guarded)]
    struct State<M, R, P> {
        #[guarded(mutex)]
        mutex: M,
        #[guarded(rwlock)]
        rwlock: R,
        plain: P,
    }

    struct ByHand<M, R, P> {
        mutex: tokio::sync::Mutex<M>,
        rwlock: tokio::sync::RwLock<R>,
        plain: P,
    }

    impl<M: Clone, R: Clone, P: Clone> ByHand<M, R, P> {
        async fn snapshot(&self) -> State<M, R, P> {
            let (mutex, rwlock) = (self.mutex.lock().await, self.rwlock.read().await);
            State { mutex: mutex.clone(), rwlock: rwlock.clone(), plain: self.plain.clone() }
        }
    }

    macro_rules! same {
        ($($Field:ty),*) => {
            type Twin = StateGuarded<$($Field),*>;
            assert_eq!(
                facts!(Probe::<Twin>::NEW),
                facts!(Probe::<ByHand<$($Field),*>>::NEW),
                "the twin of {}", stringify!($($Field),*)
            );
            let ours = facts!(Probe::<Snapshot<'static, Twin>>::NEW);
            let theirs = facts!(Probe::future(
                |twin: &'static ByHand<$($Field),*>| twin.snapshot()
            ));
            // `&Snapshot` gives nothing of what it holds, so it may be shared where a future that
            // holds a guard of a `Cell` may not.
            let theirs = Facts { sync: ours.sync, ..theirs };
            assert_eq!(ours, theirs, "the snapshot of {}", stringify!($($Field),*));
            assert_eq!(ours.sync, ours.send, "a snapshot is a `&Twin` and a place in a queue");
        };
    }
    {
        same!(u32, u32, u32);
    }
    {
        same!(Cell<u32>, u32, u32);
    }
    {
        same!(u32, Cell<u32>, u32);
    }
    {
        same!(u32, u32, Cell<u32>);
    }
    {
        same!(Rc<u32>, u32, u32);
    }
    {
        same!(u32, Rc<u32>, u32);
    }
    {
        same!(u32, u32, Rc<u32>);
    }
}

/// A set is what its twin is, a session too, and their futures are what a lock future is.
#[test]
fn sets_sessions_and_pairs_go_where_their_locks_go() {
    use ironfence::{
        Guarded, Mutex,
        futures::{Lock, LockAll, SetFuture, Step},
    };

    #[derive(Guarded)]
    struct State<T> {
        #[guarded(mutex)]
        mutex: T,
        #[guarded(nested)]
        inner: Inner,
    }

    #[derive(Guarded)]
    struct Inner(#[guarded(mutex)] u8);

    macro_rules! same {
        ($($Value:ty),*) => {$(
            type Shared = &'static StateGuarded<$Value>;
            let shared = facts!(Probe::<Shared>::NEW);
            type Inside = <InnerGuarded as ironfence::Twin>::Locks<'static>;
            let inside = facts!(Probe::<Inside>::NEW);
            assert_eq!(inside, ALL, "a set of what is inside is its own");
            assert_eq!(facts!(Probe::<StateLocks<'static, $Value>>::NEW), shared);
            assert_eq!(facts!(Probe::<StateSession<'static, $Value>>::NEW), shared);
            let nested = Probe::future(|state: Shared| state.session().inner());
            assert_eq!(facts!(nested), shared, "a nested session gives the outer one back");

            let future = Facts { unpin: false, ..shared };
            type Set = SetFuture<StateLocks<'static, $Value>>;
            assert_eq!(facts!(Probe::<Set>::NEW), future);
            type Next = Step<Lock<'static, $Value>, StateSession<'static, $Value>>;
            assert_eq!(facts!(Probe::<Next>::NEW), future);
            type Pair = LockAll<(Lock<'static, $Value>, &'static Mutex<$Value>)>;
            assert_eq!(facts!(Probe::<Pair>::NEW), future);
            type Array = LockAll<[Lock<'static, $Value>; 3]>;
            assert_eq!(facts!(Probe::<Array>::NEW), future);
        )*};
    }
    {
        same!(SendAndSync);
    }
    {
        same!(SendOnly);
    }
    {
        same!(Neither);
    }
}

/// It reads beside others and may write alone, so it goes where a reference to the lock goes. tokio
/// has no such guard, so its lock is the oracle.
macro_rules! upgradable_is_like_a_reference_to_the_lock {
    ($($Value:ty),*) => {$(
        let lock = facts!(Probe::<&'static tokio::sync::RwLock<$Value>>::NEW);
        for guard in [
            facts!(Probe::<ironfence::RwLockUpgradableReadGuard<'static, $Value>>::NEW),
            facts!(Probe::<ironfence::OwnedRwLockUpgradableReadGuard<$Value>>::NEW),
        ] {
            assert_eq!(guard, lock, "the upgradable guard of {}", stringify!($Value));
        }
    )*};
}

#[test]
fn an_upgradable_guard_goes_where_a_reference_to_its_lock_goes() {
    upgradable_is_like_a_reference_to_the_lock!(
        u32,
        std::cell::Cell<u32>,
        std::rc::Rc<u32>,
        std::sync::MutexGuard<'static, u32>
    );
}

/// What a task is wrapped in is as the task itself, and of its size without the checker.
#[test]
fn a_tracked_future_is_as_its_future() {
    use std::future::{Pending, Ready};

    use ironfence::task::Tracked;

    type Here = Pending<Rc<()>>;
    assert!(
        Probe::<Tracked<Ready<u8>>>::NEW.is_send() && Probe::<Tracked<Ready<u8>>>::NEW.is_sync()
    );
    assert!(Probe::<Tracked<Ready<u8>>>::NEW.is_unpin());
    assert_eq!(
        Probe::<Tracked<Ready<Rc<()>>>>::NEW.is_send(),
        Probe::<Ready<Rc<()>>>::NEW.is_send()
    );
    assert_eq!(Probe::<Tracked<Here>>::NEW.is_send(), Probe::<Here>::NEW.is_send());
    assert!(!Probe::<Tracked<PhantomPinned>>::NEW.is_unpin());
    if cfg!(not(feature = "check")) {
        assert_eq!(size_of::<Tracked<Ready<u64>>>(), size_of::<Ready<u64>>(), "not a byte more");
    }
}
