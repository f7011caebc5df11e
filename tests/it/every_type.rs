//! Of every public type: `Send`, `Sync`, `Unpin`, `UnwindSafe`, `RefUnwindSafe`; in which of its lifetimes it
//! is covariant; and whether what it refers to may be gone when it is dropped.
//!
//! `traits.rs` compares with tokio's types and says why where we differ; here is the whole list, and a
//! change of it is seen. What a type is *not* covariant in, and what has to outlive it, are errors:
//! `ui-tests/fail/types_are_invariant_in_what_they_write.rs` and its neighbours.

use std::{cell::Cell, future::Ready, rc::Rc};

use ironfence::{
    ArcField, Guarded, MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockUpgradableReadGuard,
    OwnedRwLockWriteGuard, PartOf, RwLock, RwLockMappedWriteGuard, RwLockReadGuard,
    RwLockUpgradableReadGuard, RwLockWriteGuard, SameLock, Snapshot, TryLockError, Twin,
    futures::{
        Inline, Lock, LockAll, LockOwned, Read, ReadOwned, ReadRecursive, ReadRecursiveOwned,
        SetFuture, Step, TokioLock, TokioRead, TokioWrite, UpgradableRead, UpgradableReadOwned,
        Upgrade, UpgradeOwned, Write, WriteOwned,
    },
    sessions, sets,
    task::Tracked,
};

use super::traits::{Otherwise as _, Probe};

#[derive(Guarded)]
struct State<T> {
    #[guarded(mutex)]
    mutex: T,
    #[guarded(rwlock)]
    rwlock: T,
    #[guarded(nested)]
    inner: Inner,
}

#[derive(Guarded)]
struct Inner(#[guarded(mutex)] u8);

type Owner<T> = (Mutex<T>, RwLock<T>);
type MutexField<T> = ArcField<Owner<T>, Mutex<T>>;
type RwLockField<T> = ArcField<Owner<T>, RwLock<T>>;
type AllRead<T> = <StateGuarded<T> as Twin>::ReadAll<'static>;
type AllLocked<T> = <StateGuarded<T> as Twin>::LockAll<'static>;
type Session<'a, T> = StateSession<'a, T>;

/// Which of them are implemented: `Send`, `Sync`, `Unpin`, `UnwindSafe`, `RefUnwindSafe`.
macro_rules! letters {
    ($($Type:ty),*) => {[$({
        let probe = Probe::<$Type>::NEW;
        [
            (probe.is_send(), 'S'),
            (probe.is_sync(), 'y'),
            (probe.is_unpin(), 'p'),
            (probe.is_unwind_safe(), 'U'),
            (probe.is_ref_unwind_safe(), 'R'),
        ]
        .map(|(is, letter)| if is { letter } else { '-' })
        .iter()
        .collect::<String>()
    }),*].join(" ")};
}

/// A type is looked at with each of these as its value: `u32`, which is all; `Cell`, which is `Send` and not
/// `Sync`; a guard of std, which is `Sync` and not `Send`; `Rc`, which is neither.
macro_rules! types {
    ($($name:ident: $Type:ty = $expected:literal;)*) => {
        #[test]
        fn every_type_goes_where_it_should() {
            $(type $name<T> = $Type;)*
            let mut wrong = Vec::new();
            $(
                let found = letters!(
                    $name<u32>, $name<Cell<u32>>, $name<std::sync::MutexGuard<'static, u32>>, $name<Rc<u32>>
                );
                if found != $expected {
                    wrong.push(format!("{}: {} = {found:?}", stringify!($name), stringify!($Type)));
                }
            )*
            assert!(wrong.is_empty(), "these have changed:\n{}", wrong.join("\n"));
        }
    };
}

types! {
    AMutex: Mutex<T> = "SypU- SypU- --pU- --pU-";
    ARwLock: RwLock<T> = "SypU- S-pU- --pU- --pU-";
    AField: MutexField<T> = "Syp-- --p-- --p-- --p--";
    ARwField: RwLockField<T> = "Syp-- --p-- --p-- --p--";
    ATwin: StateGuarded<T> = "SypU- S-pU- --pU- --pU-";

    AMutexGuard: MutexGuard<'static, T> = "Syp-- S-p-- --p-- --p--";
    AMapped: MappedMutexGuard<'static, T> = "SypUR S-p-- -ypUR --pUR";
    AnOwned: OwnedMutexGuard<T> = "Syp-- S-p-- --p-- --p--";
    AnOwnedPart: OwnedMappedMutexGuard<T, u32> = "Syp-- Syp-- --p-- --p--";
    AnOwnedPartOfOther: OwnedMappedMutexGuard<u32, T> = "Syp-- S-p-- -yp-- --p--";
    ARead: RwLockReadGuard<'static, T> = "SypUR --p-- SypUR --pUR";
    AWrite: RwLockWriteGuard<'static, T> = "Syp-- --p-- --p-- --p--";
    AMappedWrite: RwLockMappedWriteGuard<'static, T> = "SypUR S-p-- -ypUR --pUR";
    AnUpgradable: RwLockUpgradableReadGuard<'static, T> = "Syp-- --p-- --p-- --p--";
    AnOwnedRead: OwnedRwLockReadGuard<T> = "Syp-- --p-- --p-- --p--";
    AnOwnedReadPart: OwnedRwLockReadGuard<T, u32> = "Syp-- --p-- --p-- --p--";
    AnOwnedReadOfOther: OwnedRwLockReadGuard<u32, T> = "Syp-- --p-- Syp-- --p--";
    AnOwnedWrite: OwnedRwLockWriteGuard<T> = "Syp-- --p-- --p-- --p--";
    AnOwnedWritePart: OwnedRwLockMappedWriteGuard<T, u32> = "Syp-- --p-- --p-- --p--";
    AnOwnedWriteOfOther: OwnedRwLockMappedWriteGuard<u32, T> = "Syp-- S-p-- -yp-- --p--";
    AnOwnedUpgradable: OwnedRwLockUpgradableReadGuard<T> = "Syp-- --p-- --p-- --p--";
    AFieldGuard: ironfence::ExclusiveGuard<MutexField<T>, T> = "Syp-- --p-- --p-- --p--";
    AFieldPart: ironfence::ExclusiveGuard<PartOf<'static, MutexField<T>>, u32> = "Syp-- --p-- --p-- --p--";
    AFieldRead: ironfence::SharedGuard<PartOf<'static, RwLockField<T>>, T> = "Syp-- --p-- --p-- --p--";
    AFieldUpgradable: ironfence::UpgradableGuard<RwLockField<T>, T> = "Syp-- --p-- --p-- --p--";
    ASetHeld: <AllRead<T> as sets::Set>::Held = "Syp-- --p-- --p-- --p--";
    AllHeld: <AllLocked<T> as sets::Set>::Held = "Syp-- --p-- --p-- --p--";

    ALock: Lock<'static, T> = "Sy--- Sy--- ----- -----";
    ALockOwned: LockOwned<T> = "Sy--- Sy--- ----- -----";
    AReadFuture: Read<'static, T> = "Sy--- ----- ----- -----";
    AReadOwned: ReadOwned<T> = "Sy--- ----- ----- -----";
    AReadRecursive: ReadRecursive<'static, T> = "Sy--- ----- ----- -----";
    AReadRecursiveOwned: ReadRecursiveOwned<T> = "Sy--- ----- ----- -----";
    AnUpgradableRead: UpgradableRead<'static, T> = "Sy--- ----- ----- -----";
    AnUpgradableReadOwned: UpgradableReadOwned<T> = "Sy--- ----- ----- -----";
    AnUpgrade: Upgrade<'static, T> = "Sy--- ----- ----- -----";
    AnUpgradeOwned: UpgradeOwned<T> = "Sy--- ----- ----- -----";
    AWriteFuture: Write<'static, T> = "Sy--- ----- ----- -----";
    AWriteOwned: WriteOwned<T> = "Sy--- ----- ----- -----";
    APair: LockAll<(Lock<'static, T>, Write<'static, T>)> = "Sy--- ----- ----- -----";
    AnArray: LockAll<[Write<'static, T>; 3]> = "Sy--- ----- ----- -----";
    AVec: LockAll<Vec<LockOwned<T>>> = "Sy--- Sy--- ----- -----";
    ASetFuture: SetFuture<AllLocked<T>> = "Sy--- ----- ----- -----";
    ASnapshot: Snapshot<'static, StateGuarded<T>> = "Sy--- ----- ----- -----";
    AStep: Step<Lock<'static, T>, Session<'static, T>> = "Sy--- ----- ----- -----";
    ATokioLock: TokioLock<'static, T> = "Sy--- Sy--- ----- -----";
    ATokioRead: TokioRead<'static, T> = "Sy--- ----- ----- -----";
    ATokioWrite: TokioWrite<'static, T> = "Sy--- ----- ----- -----";
    AnInline: Inline<'static, tokio::sync::Mutex<T>, T, 64> = "Sy--- Sy--- ----- -----";
    ATracked: Tracked<Ready<T>> = "SypUR S-pU- -ypUR --pUR";

    ALocks: StateLocks<'static, T> = "Syp-- --p-- --p-- --p--";
    ASession: Session<'static, T> = "Syp-- --p-- --p-- --p--";
    ANotAsked: sets::NotAsked<T> = "SypUR SypUR SypUR SypUR";
    AReadSlot: sets::Read<T> = "SypUR SypUR SypUR SypUR";
    AWriteSlot: sets::Write<T> = "SypUR SypUR SypUR SypUR";
    ALocked: sets::Locked<T> = "SypUR SypUR SypUR SypUR";
    AnInside: sets::Inside<T, T> = "SypUR SypUR SypUR SypUR";
    AReadAll: sets::ReadAll<T> = "SypUR SypUR SypUR SypUR";
    ALockAll: sets::LockAll<T> = "SypUR SypUR SypUR SypUR";
    ARoot: (sessions::Root, sessions::Start, T) = "SypUR S-pU- -ypUR --pUR";
    AnOuter: sessions::Outer<StateGuarded<T>, (), sessions::Root> = "Syp-- --p-- --p-- --p--";
    AnError: (TryLockError, SameLock, T) = "SypUR S-pU- -ypUR --pUR";
}

/// A lifetime in these may get shorter. That each function compiles is the test.
macro_rules! covariant {
    ($($name:ident: $Type:ty;)*) => {$(
        #[expect(non_snake_case, reason = "named as the type")]
        fn $name() {
            type Of<'x> = $Type;
            fn shorter<'short, 'long: 'short>(it: Of<'long>) -> Of<'short> {
                it
            }
            _ = shorter;
        }
    )*
    #[test]
    fn where_it_is_harmless_a_lifetime_may_get_shorter() {
        $($name();)*
    }};
}

covariant! {
    AMutexGuard: MutexGuard<'x, u32>;
    AMapped: MappedMutexGuard<'x, u32>;
    AnOwnedPart: ironfence::ExclusiveGuard<PartOf<'x, std::sync::Arc<Mutex<u32>>>, u32>;
    AFieldPart: ironfence::ExclusiveGuard<PartOf<'x, MutexField<u32>>, u32>;
    ARead: RwLockReadGuard<'x, u32>;
    AReadOfABorrow: RwLockReadGuard<'x, &'x str>;
    AReadThatIsLong: RwLockReadGuard<'static, Option<&'static (&'static str, fn() -> &'x str)>>;
    AWrite: RwLockWriteGuard<'x, u32>;
    AMappedWrite: RwLockMappedWriteGuard<'x, u32>;
    AnUpgradable: RwLockUpgradableReadGuard<'x, u32>;
    AnOwnedRead: OwnedRwLockReadGuard<u32, &'x str>;
    AnOwnedReadPart: ironfence::SharedGuard<PartOf<'x, std::sync::Arc<RwLock<u32>>>, &'x str>;
    AFieldRead: ironfence::SharedGuard<PartOf<'x, RwLockField<u32>>, &'x str>;
    APartOf: PartOf<'x, u32>;

    ALock: Lock<'x, u32>;
    AReadFuture: Read<'x, u32>;
    AReadRecursive: ReadRecursive<'x, u32>;
    AnUpgradableRead: UpgradableRead<'x, u32>;
    AnUpgrade: Upgrade<'x, u32>;
    AWriteFuture: Write<'x, u32>;
    ASnapshot: Snapshot<'x, StateGuarded<u32>>;
    AStep: Step<Lock<'x, u32>, Session<'x, u32>>;
    ATracked: Tracked<Ready<&'x str>>;

    ALocks: StateLocks<'x, u32>;
    ASession: Session<'x, u32>;
    ANotAsked: sets::NotAsked<&'x str>;
    AnOuter: sessions::Outer<&'x str, (), sessions::Root>;
}

/// A lock looks at nothing when it is dropped but at its value, and a session and the builder of a set at
/// nothing at all. So what they refer to may be gone by then: that this compiles is the test. (Guards
/// and futures release, so their locks may not.)
#[test]
fn what_has_nothing_to_release_may_be_dropped_after_what_it_refers_to() {
    let (mutex, rwlock, twin, locks, session);
    let text = String::from("gone");
    let state = || State { mutex: &*text, rwlock: &*text, inner: Inner(1) };
    let other = state().into_guarded();
    mutex = Mutex::new(&*text);
    rwlock = RwLock::new(&*text);
    twin = state().into_guarded();
    locks = other.locks();
    session = other.session();
    _ = (&mutex, &rwlock, &twin, &locks, &session);
}
