//! Builds the sources of `ironfence` as the package says: `ironfence-loom` for loom, `ironfence-shuttle`
//! for shuttle. So the models need no `RUSTFLAGS`, the published manifest knows of neither library, and
//! no flag that a user's build has for its own reasons (`--cfg loom`) reaches us.

fn main() {
    let cfg = env!("CARGO_PKG_NAME").replace('-', "_");
    println!("cargo::rerun-if-changed=../build.rs");
    println!("cargo::rustc-cfg={cfg}");
    for feature in ["barging", "biased"] {
        if std::env::var_os(format!("CARGO_FEATURE_{}", feature.to_uppercase())).is_some() {
            println!("cargo::rustc-cfg={cfg}_{feature}");
        }
    }
    // The features of `ironfence` that are of no interest here.
    let others = r#""check", "tokio", "async-lock", "futures-core", "tracing", "stats", "console", "metrics", "serde""#;
    println!("cargo::rustc-check-cfg=cfg(feature, values({others}))");
}
