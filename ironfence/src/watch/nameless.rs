//! Locks have no names: no listener needs them.

use super::Field;

/// In each lock: which one it is.
#[derive(Debug)]
pub(crate) struct Identity;

impl Identity {
    #[inline(always)]
    pub(crate) const fn at_level(_: u8) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn is_at(&self, _: u8) {}

    #[inline(always)]
    pub(crate) fn is_field<T>(&self, _: *const T, _: Field) {}

    #[inline(always)]
    pub(crate) fn has_no_place(&self) {}
}
