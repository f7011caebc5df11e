#[derive(Guarded)]
#[guarded(name = Shared, default = rwlock, crate = crate::vendored::fence)]
#[guarded(derive(Debug, Default), attr(allow(dead_code), must_use = "it is state"))]
#[expect(clippy::struct_field_names)]
pub(super) struct State {
    by_default: u8,
    #[guarded(mutex)]
    r#type: u8,
    #[guarded(plain)]
    #[deprecated]
    into_inner: u8,
}
