//! `with` does nothing until it is awaited.

#![deny(unused_must_use)]

use ironfence::Mutex;

fn main() {
    let mutex = Mutex::new(1);
    mutex.with(|value| *value += 1);
}
