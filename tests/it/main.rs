//! Black-box tests of ironfence, a module a topic.

mod arc_field;
mod contract;
mod cost;
mod crate_path;
mod crowd;
mod derive;
mod derive_many;
mod drop_in;
mod elsewhere;
mod every_type;
mod fairness;
mod foreign;
mod foreign_groups;
mod foreign_twins;
mod fused;
mod futurelock;
mod hostile_wakers;
mod layers;
mod levels;
mod office;
mod random_programs;
mod releases;
mod requests;
mod seen;
mod sessions;
mod sets;
mod storm;
mod tested;
mod thread_ends;
mod together;
mod tokio_compat;
mod traits;
mod upgradable;

// `releases` runs on the library without `std` too, under this name.
use ironfence::{self as subject, Guarded};
