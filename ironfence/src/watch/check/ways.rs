//! What one way to take a lock means for another.

use super::super::Way;

impl Way {
    /// True if one who asks in this way may wait for one who holds in the way `held`.
    pub(crate) fn waits_for(self, held: Self, may_be_written: bool) -> bool {
        match (self, held) {
            (Self::Exclusive | Self::Upgrade, _) | (_, Self::Exclusive) => true,
            (Self::Recursive, _) => false,
            (Self::Upgradable, Self::Upgradable | Self::Upgrade) => true,
            // Behind a writer that queues.
            (Self::Shared | Self::Upgradable, _) => may_be_written,
        }
    }

    /// As in "holds it ..".
    pub(crate) fn adverb(self) -> &'static str {
        match self {
            Self::Recursive => "recursively",
            Self::Shared => "shared",
            Self::Upgradable => "upgradable",
            Self::Upgrade => "for an upgrade",
            Self::Exclusive => "exclusively",
        }
    }
}
