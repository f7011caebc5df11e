//! A guard that is not kept releases the lock at once.

#![deny(unused_must_use)]

use ironfence::RwLock;

fn main() {
    let lock = RwLock::new(1);
    lock.blocking_write();
}
