//! Black-box tests of ironfence, a module a topic.

mod contract;
mod cost;
mod derive;
mod futurelock;
mod hostile_wakers;
mod tokio_compat;
mod traits;
