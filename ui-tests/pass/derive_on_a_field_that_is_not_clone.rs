//! A field need not be `Clone`, nor `Send`; only `snapshot` asks for it, and only when called.
#![deny(warnings)]

use std::rc::Rc;

use ironfence::Guarded;

pub struct NotClone(pub u8);

#[derive(Guarded)]
pub struct State<'a, T> {
    #[guarded(mutex)]
    pub lock: NotClone,
    pub plain: NotClone,
    #[guarded(rwlock)]
    pub reference: &'a mut T,
    #[guarded(nested)]
    pub inner: Inner<T>,
    pub rc: Rc<u8>,
}

#[derive(Guarded)]
pub struct Inner<T>(
    #[guarded(mutex)] pub NotClone,
    #[guarded(mutex)] pub Option<T>,
);

fn main() {
    let state = State {
        lock: NotClone(1),
        plain: NotClone(2),
        reference: &mut 3,
        inner: Inner(NotClone(4), Some(5)),
        rc: Rc::new(6),
    };
    let twin = state.into_guarded();
    **twin.reference.blocking_write() += 1;
    assert_eq!(twin.plain.0 + *twin.rc, 8);
    let State {
        lock,
        reference,
        inner: Inner(inner, _),
        ..
    } = twin.into_inner();
    assert_eq!(lock.0 + inner.0 + *reference, 9);
}
