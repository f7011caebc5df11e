//! `get_mut` does not go through an `Arc`, which others share.

use std::sync::Arc;

use ironfence::Mutex;

fn main() {
    let mutex = Arc::new(Mutex::new(1));
    *mutex.get_mut() += 1;
}
