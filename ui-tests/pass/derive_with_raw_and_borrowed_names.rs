//! Fields may be called like keywords, like our methods, or like what generated code calls things.
#![deny(warnings)]
#![allow(non_camel_case_types, non_upper_case_globals)]

use ironfence::Guarded;

#[derive(Guarded, Clone)]
#[guarded(default = mutex)]
struct r#match<r#async> {
    r#type: r#async,
    r#fn: u8,
    lock: u8,
    snapshot: u8,
    into_inner: u8,
    into_guarded: u8,
    walk: u8,
    walker: u8,
    copy: u8,
    from: u8,
    plain: u8,
    self_: u8,
    this: u8,
    twin: u8,
    mutex: u8,
    raw: u8,
    core: u8,
    ironfence: u8,
    __private: u8,
    _unused: u8,
    ümläut: u8,
}

#[derive(Guarded)]
#[guarded(name = r#loop)]
struct Loop {
    #[guarded(rwlock)]
    r#loop: u8,
}

/// Words that mean something in some places only.
#[derive(Guarded, Clone)]
#[guarded(default = rwlock)]
struct union<auto, const safe: usize> {
    default: auto,
    union: [u8; safe],
    macro_rules: u8,
    #[guarded(nested)]
    safe: inner,
}

#[derive(Guarded, Clone)]
#[guarded(name = default)]
struct inner(#[guarded(mutex)] u8);

#[tokio::main]
async fn main() {
    let value = r#match {
        r#type: 1,
        r#fn: 2,
        lock: 3,
        snapshot: 4,
        into_inner: 5,
        into_guarded: 6,
        walk: 7,
        walker: 8,
        copy: 9,
        from: 10,
        plain: 11,
        self_: 12,
        this: 13,
        twin: 14,
        mutex: 15,
        raw: 16,
        core: 17,
        ironfence: 18,
        __private: 19,
        _unused: 20,
        ümläut: 21,
    };
    let twin: matchGuarded<i32> = value.into_guarded();
    *twin.r#type.lock().await += 1;
    *twin.snapshot.lock().await += 1;
    *twin.into_inner.lock().await += 1;
    let copy = twin.snapshot().await;
    assert_eq!((copy.r#type, copy.snapshot, copy.into_inner), (2, 5, 6));
    assert_eq!(twin.into_inner().ümläut, 21);
    let twin: r#loop = Loop { r#loop: 1 }.into();
    assert_eq!(*twin.r#loop.read().await, 1);
    let twin = union {
        default: 1,
        union: [2],
        macro_rules: 3,
        safe: inner(4),
    }
    .into_guarded();
    let set = twin.locks().write_default().read_union().await;
    assert_eq!((*set.default, *set.union), (1, [2]));
    drop(set);
    assert_eq!((twin.snapshot().await.safe.0, *twin.macro_rules.read().await), (4, 3));
}
