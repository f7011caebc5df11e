//! The `Mutex` program of ironfence's Python page: two readers around a writer that sleeps a second
//! inside the lock.
//!
//! ```text
//! cargo run --release --example seed_mutex
//! ```
//!
//! prints, like the original, and with a second's wait before the fifth line:
//!
//! ```text
//! reading state..
//! State is: {}
//! modifying state..
//! reading state..
//! State modified!
//! State is: {'key': 'example'}
//! ```

use std::{collections::HashMap, time::Duration};

use ironfence::Mutex;

type State = HashMap<&'static str, &'static str>;

async fn modify_state(state: &Mutex<State>) {
    println!("modifying state..");
    let mut value = state.lock().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    value.insert("key", "example");
    println!("State modified!");
}

async fn read_state(state: &Mutex<State>) {
    println!("reading state..");
    let value = state.lock().await;
    println!("State is: {}", as_python(&value));
}

/// Python quotes its strings with `'`; so do we, and the two outputs are the same byte for byte.
fn as_python(value: &State) -> String {
    format!("{value:?}").replace('"', "'")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let state = Mutex::new(State::new());
    tokio::join!(read_state(&state), modify_state(&state), read_state(&state));
}
