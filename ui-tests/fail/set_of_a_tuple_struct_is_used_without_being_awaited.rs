//! The builder of a set looks like nothing that is held, in a tuple struct either.

use ironfence::Guarded;

#[derive(Guarded)]
struct Pair(#[guarded(mutex)] Vec<u32>, #[guarded(rwlock)] Vec<u32>);

async fn push(pair: &PairGuarded) {
    let mut held = pair.locks().lock_0();
    held.0.push(1);
}

fn main() {}
