//! See `ui.rs`: the tests compile what is in `pass/` and `fail/`.
