//! A lifetime in the owner's type stays as it was when the lock was found, whatever it stands for.

use ironfence::{ArcField, Mutex};
use std::sync::Arc;

type Visitor<'a> = fn(&'a u8);

fn keep<'a>(lock: &'a Mutex<u8>, owner: Arc<Visitor<'a>>) -> ArcField<Visitor<'static>, Mutex<u8>> {
    ArcField::<Visitor<'a>, _>::new(owner, |_: &Visitor<'a>| lock)
}

fn main() {
    let field = keep(&Mutex::new(1), Arc::new(|_| {}));
    *field.blocking_lock() += 1;
}
