//! A spawned task locks a value only if the value may go to another thread.

use std::rc::Rc;

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    tokio::spawn(async {
        let mutex = Mutex::new(Rc::new(1));
        let guard = mutex.lock().await;
        tokio::task::yield_now().await;
        println!("{guard}");
    });
}
