//! The twin's name is one more name in the module.

use ironfence::Guarded;

struct Shared;

#[derive(Guarded)]
#[guarded(name = Shared)]
pub struct Bank;

fn main() {}
