//! A lock in a `static` is shared: its value must be fit for that.

use std::cell::Cell;

use ironfence::RwLock;

static COUNT: RwLock<Cell<u32>> = RwLock::new(Cell::new(0));

fn main() {
    COUNT.blocking_read().set(1);
}
