//! The twin's name is one more name in the module.

use ironfence::Guarded;

struct BankGuarded;

#[derive(Guarded)]
struct Bank;

fn main() {}
