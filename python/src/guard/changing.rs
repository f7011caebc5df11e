//! What a guard that has its lock can turn into, and whose it is.
#![allow(unsafe_code)]

use pyo3::{exceptions::PyRuntimeError, prelude::*};

use super::{Guard, Phase};
use crate::{hold::Mode, host::Owner};

impl Guard {
    pub(super) fn lower(&self, to: Mode) -> PyResult<()> {
        let (key, from) = self.held_as()?;
        match (from, to) {
            (Mode::Write, _) | (Mode::Upgradable, Mode::Read) => {}
            _ => {
                return Err(PyRuntimeError::new_err(format!(
                    "a guard of mode {} can't be downgraded to {}",
                    from.name(),
                    to.name()
                )));
            }
        }
        let mut state = self.turn()?;
        (state.mode, state.phase) = (to, Phase::Held);
        drop(state);
        self.primitive().shared.book.lower(key, from, to);
        Ok(())
    }

    pub(super) fn give(&self, owner: Owner) -> PyResult<()> {
        let (key, _) = self.held_as()?;
        let mut state = self.turn()?;
        let id = owner.id;
        let before = std::mem::replace(&mut state.task, owner.task);
        // SAFETY: the state keeps the new task, as in `write_down`, and the old one until here.
        let given = self.primitive().shared.book.with(|pages| unsafe { pages.give(key, id) });
        if let Err(why) = given {
            let unwanted = std::mem::replace(&mut state.task, before);
            drop(state);
            drop(unwanted);
            return Err(PyRuntimeError::new_err(why));
        }
        drop(state);
        drop(before);
        Ok(())
    }
}
