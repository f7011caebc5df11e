//! The lock that an `ArcField` finds is its owner's: a local one would not live as long.

use ironfence::{ArcField, Mutex};
use std::sync::Arc;

fn main() {
    let owner = Arc::new(Mutex::new(1));
    let other = Mutex::new(2);
    let field = ArcField::new(owner, |_| &other);
    *field.blocking_lock() += 1;
}
