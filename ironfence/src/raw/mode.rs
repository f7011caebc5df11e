//! The ways to take the lock: what each is told by the state, and how it is held then.
#![allow(unsafe_code)]

use super::{
    RawLock,
    permit::{Exclusive, Hold, Shared, Upgradable},
    state::{Answer, Asker, State},
};
use crate::{queue::Wants, watch::Way};

/// A way to take the lock. Sealed: this module cannot be named from outside.
///
/// One *keeps* something while it waits: an upgrade has the upgradable hold, which becomes the exclusive one.
/// All the others ([`Fresh`]) keep nothing.
///
/// # Safety
/// `take_quiet` returns true only if it has made the lock held as `Held` says, in one piece, for the caller
/// alone; and so does whoever makes the state one of which `ask` says [`Answer::Take`].
pub unsafe trait Mode {
    /// How it is held then.
    type Held: Hold;

    /// The same, as the queue says it.
    #[doc(hidden)]
    const WANTS: Wants;

    /// The same, as the checker says it.
    #[doc(hidden)]
    const WAY: Way;

    /// Takes the lock if it is idle, or as good as: one atomic operation.
    ///
    /// # Safety
    /// What this mode keeps while it waits is the caller's; if this returns true it has become the new hold.
    #[doc(hidden)]
    unsafe fn take_quiet(raw: &RawLock) -> bool;

    /// False if the lock is held so that nobody can take it in this mode.
    #[doc(hidden)]
    fn is_free(state: State) -> bool;

    /// What the state answers.
    #[doc(hidden)]
    fn ask(state: State, asker: Asker, max_readers: u32) -> Answer;

    /// Gives up what this mode keeps while it waits.
    ///
    /// # Safety
    /// It is the caller's, who has it no longer.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn abandon(_: &RawLock) {}
}

/// A mode that keeps nothing while it waits, so anybody may ask for the lock in it.
///
/// # Safety
/// `take_quiet` and `abandon` may be called by anybody, and the states of `ask` made by anybody.
pub unsafe trait Fresh: Mode {}

// SAFETY: the exclusive bit is set where nobody held the lock: by `take_quiet` if it was idle, by `ask` if it
// was not held.
unsafe impl Mode for Exclusive {
    type Held = Self;
    const WANTS: Wants = Wants::Exclusive;
    const WAY: Way = Way::Exclusive;

    #[inline(always)]
    unsafe fn take_quiet(raw: &RawLock) -> bool {
        raw.take_idle_exclusive()
    }

    #[inline(always)]
    fn is_free(state: State) -> bool {
        !state.is_held()
    }

    #[inline(always)]
    fn ask(state: State, asker: Asker, _: u32) -> Answer {
        state.ask_exclusive(asker)
    }
}

// SAFETY: one reader is added where nobody held the lock exclusively and there was room to count it.
unsafe impl Mode for Shared {
    type Held = Self;
    const WANTS: Wants = Wants::Shared;
    const WAY: Way = Way::Shared;

    #[inline(always)]
    unsafe fn take_quiet(raw: &RawLock) -> bool {
        raw.take_quiet_shared()
    }

    #[inline(always)]
    fn is_free(state: State) -> bool {
        !state.is_exclusive()
    }

    #[inline(always)]
    fn ask(state: State, asker: Asker, max_readers: u32) -> Answer {
        state.ask_shared(asker, max_readers)
    }
}

/// Taken shared by one who may hold it already. Sealed: this module cannot be named from outside.
#[derive(Debug)]
pub struct Recursive;

// SAFETY: as for `Shared`.
unsafe impl Mode for Recursive {
    type Held = Shared;
    const WANTS: Wants = Wants::Shared;
    const WAY: Way = Way::Recursive;

    #[inline(always)]
    unsafe fn take_quiet(raw: &RawLock) -> bool {
        raw.take_quiet_shared()
    }

    #[inline(always)]
    fn is_free(state: State) -> bool {
        !state.is_exclusive()
    }

    #[inline(always)]
    fn ask(state: State, asker: Asker, max_readers: u32) -> Answer {
        state.ask_recursive(asker, max_readers)
    }
}

// SAFETY: the upgradable bit is set where nobody held the lock exclusively or upgradable.
unsafe impl Mode for Upgradable {
    type Held = Self;
    const WANTS: Wants = Wants::Upgradable;
    const WAY: Way = Way::Upgradable;

    #[inline(always)]
    unsafe fn take_quiet(raw: &RawLock) -> bool {
        raw.take_idle_upgradable()
    }

    #[inline(always)]
    fn is_free(state: State) -> bool {
        state.has_no_upgradable()
    }

    #[inline(always)]
    fn ask(state: State, asker: Asker, max_readers: u32) -> Answer {
        state.ask_upgradable(asker, max_readers)
    }
}

// SAFETY: their steps touch nobody's hold: they set a bit that was clear or add a reader.
unsafe impl Fresh for Exclusive {}
// SAFETY: as above.
unsafe impl Fresh for Shared {}
// SAFETY: as above.
unsafe impl Fresh for Recursive {}
// SAFETY: as above.
unsafe impl Fresh for Upgradable {}

/// Taken exclusively by the one who has the upgradable hold, and keeps it while it waits. Sealed:
/// this module cannot be named from outside.
#[derive(Debug)]
pub struct Upgrade;

// SAFETY: the upgradable bit, which is the caller's by contract, gives way to the exclusive one where there
// are no readers.
unsafe impl Mode for Upgrade {
    type Held = Exclusive;
    const WANTS: Wants = Wants::Upgrade;
    const WAY: Way = Way::Upgrade;

    #[inline(always)]
    unsafe fn take_quiet(raw: &RawLock) -> bool {
        // SAFETY: the caller's contract: what an upgrade keeps is the upgradable hold.
        unsafe { raw.upgrade_quiet() }
    }

    #[inline(always)]
    fn is_free(state: State) -> bool {
        state.readers() == 0
    }

    #[inline(always)]
    fn ask(state: State, asker: Asker, _: u32) -> Answer {
        state.ask_upgrade(asker)
    }

    #[inline]
    unsafe fn abandon(raw: &RawLock) {
        // SAFETY: the caller's contract: what an upgrade keeps is the upgradable hold.
        unsafe { raw.release_upgradable() };
    }
}
