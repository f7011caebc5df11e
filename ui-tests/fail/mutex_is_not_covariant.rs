//! A lock does not shorten a lifetime in its value: a short-lived value could be put where a
//! long-lived one is expected.

use ironfence::Mutex;

fn shorten<'a, 'short>(lock: &'a Mutex<&'static str>) -> &'a Mutex<&'short str> {
    lock
}

fn main() {
    _ = shorten;
}
