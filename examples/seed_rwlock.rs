//! The `RWLock` program of ironfence's Python page: read, append, read.
//!
//! ```text
//! cargo run --release --example seed_rwlock
//! ```
//!
//! prints, like the original:
//!
//! ```text
//! []
//! ['example']
//! ```

use ironfence::RwLock;

type State = Vec<&'static str>;

async fn read_state(state: &RwLock<State>) {
    let value = state.read().await;
    println!("{}", as_python(&value));
}

async fn modify_state(state: &RwLock<State>) {
    let mut value = state.write().await;
    value.push("example");
}

/// Python quotes its strings with `'`; so do we, and the two outputs are the same byte for byte.
fn as_python(value: &State) -> String {
    format!("{value:?}").replace('"', "'")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let state = RwLock::new(State::new());
    tokio::join!(read_state(&state), modify_state(&state), read_state(&state));
}
