//! The sequential model: what can be observed of a lock, and what it promises.

/// How many cells the lock guards.
pub(super) const WIDTH: usize = 4;

pub(super) type Cells = [u64; WIDTH];

/// So many arrivals have to wait before one of them is sampled, or spins for a trial; then newcomers
/// may barge, even on one thread.
const UNTIL_A_TRIAL: usize = 120;

/// How a lock is held or wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    /// As `Read`, not waiting for those who wait.
    Recursive,
    /// As `Read`, by the only one who may upgrade.
    Upgradable,
    Write,
    /// The upgradable hold becomes one for writing.
    Upgrade,
}

impl Mode {
    /// True if it waits for nobody who waits.
    pub(super) fn goes_past(self) -> bool {
        matches!(self, Mode::Recursive | Mode::Upgrade)
    }

    /// True if readers may be in beside.
    pub(super) fn reads(self) -> bool {
        matches!(self, Mode::Read | Mode::Recursive | Mode::Upgradable)
    }
}

/// Who holds the lock, and the value it should have.
#[derive(Debug, Default)]
pub(super) struct Model {
    /// How many read.
    pub(super) readers: usize,
    /// True if somebody has the upgradable hold, or upgrades it.
    pub(super) upgradable: bool,
    /// In how many parts it is held for writing.
    pub(super) parts: usize,
    /// What the cells should be.
    pub(super) cells: Cells,
    /// How often it was taken.
    pub(super) taken: usize,
    /// How many steps were done and checked.
    pub(super) steps: usize,
    /// How many came, or answered a call, while it was held or others waited.
    pub(super) arrivals: usize,
    /// Several were called at a time, since nobody waited. The lock waits for one of them only.
    pub(super) several_are_called: bool,
    /// One that kept watch has gone away, and nobody has looked since.
    pub(super) watch_is_open: bool,
}

impl Model {
    pub(super) fn is_free(&self) -> bool {
        self.readers == 0 && self.parts == 0 && !self.upgradable
    }

    /// True if those who hold it allow one more to hold it in this mode.
    pub(super) fn admits(&self, mode: Mode) -> bool {
        match mode {
            Mode::Read | Mode::Recursive => self.parts == 0,
            Mode::Upgradable => self.parts == 0 && !self.upgradable,
            Mode::Write => self.is_free(),
            Mode::Upgrade => self.readers == 0,
        }
    }

    /// True while newcomers are certain not to barge.
    pub(super) fn is_in_order(&self) -> bool {
        self.arrivals < UNTIL_A_TRIAL
    }

    /// What trying has to answer; `None` if both answers are allowed.
    pub(super) fn promises_to_try(&self, mode: Mode, somebody_waits: bool) -> Option<bool> {
        match self.admits(mode) {
            false => Some(false),
            true if self.is_free() || mode.goes_past() || !somebody_waits => Some(true),
            // Readers are in, and others wait: it may go to them.
            true => None,
        }
    }

    /// True if one who was not called may not take the lock, although those who hold it would
    /// share it: somebody sleeps, and would starve.
    pub(super) fn starves(&self, mode: Mode, somebody_sleeps: bool) -> bool {
        let shares = matches!(mode, Mode::Read | Mode::Upgradable);
        shares && !self.is_free() && somebody_sleeps
    }

    /// Somebody takes the lock.
    #[track_caller]
    pub(super) fn take(&mut self, mode: Mode) {
        assert!(self.admits(mode), "exclusion: {mode:?} came in beside {self:?}");
        self.taken += 1;
        if mode == Mode::Upgrade {
            self.upgradable = false;
        }
        self.hold(mode);
    }

    fn hold(&mut self, mode: Mode) {
        match mode {
            Mode::Read | Mode::Recursive => self.readers += 1,
            Mode::Upgradable => self.upgradable = true,
            Mode::Write | Mode::Upgrade => self.parts += 1,
        }
    }

    pub(super) fn release(&mut self, mode: Mode) {
        match mode {
            Mode::Read | Mode::Recursive => self.readers -= 1,
            Mode::Upgradable => self.upgradable = false,
            Mode::Write | Mode::Upgrade => self.parts -= 1,
        }
    }

    /// A hold becomes a weaker one.
    pub(super) fn weaken(&mut self, from: Mode, to: Mode) {
        self.release(from);
        self.hold(to);
    }
}
