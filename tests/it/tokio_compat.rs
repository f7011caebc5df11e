//! One program, compiled twice: against tokio's locks and against ours. That it compiles says that
//! changing the `use` line is enough; that its tests pass says that both behave the same.

#[path = "tokio_compat"]
mod on_tokio {
    use tokio::sync;

    #[allow(clippy::duplicate_mod, reason = "that is the test")]
    #[path = "program.rs"]
    mod program;
}

#[path = "tokio_compat"]
mod on_ironfence {
    use ironfence as sync;

    #[allow(clippy::duplicate_mod, reason = "that is the test")]
    #[path = "program.rs"]
    mod program;
}
