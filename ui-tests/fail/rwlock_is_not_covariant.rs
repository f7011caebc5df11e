//! A lock does not shorten a lifetime in its value: a short-lived value could be put where a
//! long-lived one is expected.

use ironfence::RwLock;

fn shorten<'a, 'short>(lock: &'a RwLock<&'static str>) -> &'a RwLock<&'short str> {
    lock
}

fn main() {
    _ = shorten;
}
