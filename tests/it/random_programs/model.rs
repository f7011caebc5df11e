//! The sequential model: what can be observed of a lock, and what it promises.

/// How many cells the lock guards.
pub(super) const WIDTH: usize = 4;

pub(super) type Cells = [u64; WIDTH];

/// How many may pass a called waiter before others yield to it; stated in the docs of `Mutex`.
pub(super) const MAY_PASS: usize = 32;
/// How many releases it takes at most until a silent waiter is given up; stated there as well.
pub(super) const UNTIL_SILENT: usize = MAY_PASS + 4;
/// How often in a row one yields; stated there as well.
pub(super) const YIELDS: usize = 3;

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
    /// How often it was taken while others waited, since nobody waited.
    pub(super) passes: usize,
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

    /// What trying has to answer; `None` if both answers are allowed.
    pub(super) fn promises(&self, mode: Mode, somebody_waits: bool) -> Option<bool> {
        let goes_past = matches!(mode, Mode::Recursive | Mode::Upgrade);
        match self.admits(mode) {
            false => Some(false),
            true if self.is_free() || goes_past || !somebody_waits => Some(true),
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

    /// Somebody takes the lock, while others wait or not.
    #[track_caller]
    pub(super) fn take(&mut self, mode: Mode, others_wait: bool) {
        assert!(self.admits(mode), "exclusion: {mode:?} came in beside {self:?}");
        self.taken += 1;
        self.passes = if others_wait { self.passes + 1 } else { 0 };
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
