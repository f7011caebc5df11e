//! The bench of ironfence and its peers. `cargo bench -p ironfence-benches`, or with options:
//! `cargo bench -p ironfence-benches -- --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ironfence_benches::main()
}
