//! Who keeps a lock alive is settled: the traits behind the guards are not nameable.

use ironfence::raw::handle::Handle;

struct Nobody;

unsafe impl Handle for Nobody {}

fn main() {}
