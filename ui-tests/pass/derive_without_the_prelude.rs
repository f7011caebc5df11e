//! Generated code needs no prelude, and the user's own types keep their names.
#![no_implicit_prelude]
#![allow(dead_code, non_camel_case_types, non_upper_case_globals)]
#![deny(warnings)]

struct Mutex;
struct RwLock;
struct Result;
struct Option;
struct Send;
struct Sync;
struct Sized;
struct Clone;
struct From;
struct Twin;
struct Guarded;
struct Walker;
struct Snapshot;
struct CopyField;
struct Some;
struct Ok;
struct Box;
struct bool;
const plain: u8 = 0;
const walker: u8 = 0;
const first: u8 = 0;
mod core {}
mod std {}
mod ironfence {}

#[derive(::ironfence::Guarded)]
struct Names<T> {
    #[guarded(mutex)]
    first: Mutex,
    #[guarded(rwlock)]
    second: (RwLock, Result, Option, Send, Sync, Sized, Clone, From),
    third: (
        Twin,
        Guarded,
        Walker,
        Snapshot,
        CopyField,
        Some,
        Ok,
        Box,
        bool,
    ),
    #[guarded(nested)]
    inner: Inner<T>,
}

#[derive(::ironfence::Guarded)]
#[guarded(default = mutex)]
struct Inner<T>(T, u8);

#[derive(::ironfence::Guarded)]
struct Unit;

fn main() {
    let twin = ::ironfence::Guarded::into_guarded(Inner(1u8, 2));
    _ = twin.snapshot();
    _ = twin.into_inner();
    _ = ::ironfence::Guarded::into_guarded(Unit).into_inner();
}
