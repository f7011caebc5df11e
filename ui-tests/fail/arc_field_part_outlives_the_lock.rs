//! A guard of a part lives no longer than what the lock's value borrows, which may be as long as the lock.

use ironfence::{ArcField, ExclusiveGuard, Mutex};
use std::sync::Arc;

fn keep<'a>(lock: &'a Mutex<&'a u8>) -> Box<dyn Send> {
    let field = ArcField::new(Arc::new(()), |_: &()| lock);
    let part: &'static mut u8 = Box::leak(Box::new(1));
    Box::new(ExclusiveGuard::map(field.blocking_lock(), |_| part))
}

fn main() {
    let value = 1;
    let part = keep(&Mutex::new(&value));
    drop(part);
}
