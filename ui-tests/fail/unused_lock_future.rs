//! A lock future that is not awaited does nothing.

#![deny(unused_must_use)]

use ironfence::Mutex;

fn main() {
    let mutex = Mutex::new(1);
    mutex.lock();
}
