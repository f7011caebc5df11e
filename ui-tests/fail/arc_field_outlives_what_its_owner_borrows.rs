//! An `ArcField` lives no longer than what its owner borrows.

use ironfence::{ArcField, Mutex};
use std::sync::Arc;

struct Holder<'a>(&'a Mutex<u8>);

fn main() {
    let mutex = Mutex::new(1);
    let field = ArcField::new(Arc::new(Holder(&mutex)), |holder| holder.0);
    drop(mutex);
    *field.blocking_lock() += 1;
}
