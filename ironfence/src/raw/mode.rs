//! The ways to take the lock: what each is told by the state, and how it is held then.

use super::{
    RawLock,
    permit::{Exclusive, Hold, Shared, Upgradable},
    state::{Answer, Asker, State},
};
use crate::{queue::Wants, watch::Way};

/// A way to take the lock. Sealed: this module cannot be named from outside.
pub trait Mode {
    /// How it is held then.
    type Held: Hold;

    /// The same, as the queue says it.
    #[doc(hidden)]
    const WANTS: Wants;

    /// The same, as the checker says it.
    #[doc(hidden)]
    const WAY: Way;

    /// Takes the lock if it is idle, or as good as: one atomic operation.
    #[doc(hidden)]
    fn take_quiet(raw: &RawLock) -> bool;

    /// False if the lock is held so that nobody can take it in this mode.
    #[doc(hidden)]
    fn is_free(state: State) -> bool;

    /// What the state answers.
    #[doc(hidden)]
    fn ask(state: State, asker: Asker, max_readers: u32) -> Answer;

    /// Gives up what was held while the future waited: nothing, but for an upgrade.
    #[doc(hidden)]
    #[inline(always)]
    fn abandon(_: &RawLock) {}
}

impl Mode for Exclusive {
    type Held = Self;
    const WANTS: Wants = Wants::Exclusive;
    const WAY: Way = Way::Exclusive;

    #[inline(always)]
    fn take_quiet(raw: &RawLock) -> bool {
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

impl Mode for Shared {
    type Held = Self;
    const WANTS: Wants = Wants::Shared;
    const WAY: Way = Way::Shared;

    #[inline(always)]
    fn take_quiet(raw: &RawLock) -> bool {
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

impl Mode for Recursive {
    type Held = Shared;
    const WANTS: Wants = Wants::Shared;
    const WAY: Way = Way::Recursive;

    #[inline(always)]
    fn take_quiet(raw: &RawLock) -> bool {
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

impl Mode for Upgradable {
    type Held = Self;
    const WANTS: Wants = Wants::Upgradable;
    const WAY: Way = Way::Upgradable;

    #[inline(always)]
    fn take_quiet(raw: &RawLock) -> bool {
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

/// Taken exclusively by the one who has the upgradable hold, and keeps it while it waits. Sealed:
/// this module cannot be named from outside.
#[derive(Debug)]
pub struct Upgrade;

impl Mode for Upgrade {
    type Held = Exclusive;
    const WANTS: Wants = Wants::Upgrade;
    const WAY: Way = Way::Upgrade;

    #[inline(always)]
    fn take_quiet(raw: &RawLock) -> bool {
        raw.upgrade_quiet()
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
    fn abandon(raw: &RawLock) {
        raw.release_upgradable();
    }
}
