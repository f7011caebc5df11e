//! Builds the sources of `ironfence` as the package says: `ironfence-loom` for loom, `ironfence-shuttle`
//! for shuttle. So the models need no `RUSTFLAGS`, the published manifest knows of neither library, and
//! no flag that a user's build has for its own reasons (`--cfg loom`) reaches us.

fn main() {
    let cfg = env!("CARGO_PKG_NAME").replace('-', "_");
    println!("cargo::rerun-if-changed=../build.rs");
    println!("cargo::rustc-cfg={cfg}");
    if std::env::var_os("CARGO_FEATURE_BARGING").is_some() {
        println!("cargo::rustc-cfg={cfg}_barging");
    }
    // The features of `ironfence` that are of no interest here.
    let others =
        r#""check", "tokio", "async-lock", "futures-core", "tracing", "stats", "metrics", "serde""#;
    println!("cargo::rustc-check-cfg=cfg(feature, values({others}))");
}
