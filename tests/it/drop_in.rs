//! `docs/drop-in.md` has each public item of the locks of tokio and async-lock, and no other.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use syn::{ImplItem, Item, Type, Visibility};

/// Where cargo keeps the sources of the package that these tests are built with.
fn sources(package: &str) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let found = metadata["packages"].as_array().unwrap().iter().find(|it| it["name"] == package);
    let manifest = found.unwrap()["manifest_path"].as_str().unwrap();
    Path::new(manifest).parent().unwrap().join("src")
}

/// The public types of a file, and the public functions in their own impls.
fn public_items(file: &Path, found: &mut BTreeSet<String>) {
    let text = fs::read_to_string(file).unwrap_or_else(|it| panic!("{}: {it}", file.display()));
    for item in syn::parse_file(&text).unwrap().items {
        match item {
            Item::Struct(it) if matches!(it.vis, Visibility::Public(_)) => {
                found.insert(it.ident.to_string());
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let Type::Path(path) = &*block.self_ty else { continue };
                let name = path.path.segments.last().unwrap().ident.to_string();
                for item in block.items {
                    match item {
                        ImplItem::Fn(it) if matches!(it.vis, Visibility::Public(_)) => {
                            found.insert(format!("{name}::{}", it.sig.ident));
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// The first column of the table under a heading, of rows that say what is so.
fn documented(page: &str, heading: &str) -> BTreeSet<String> {
    let section = page.split("\n## ").find(|it| it.starts_with(heading)).expect("the heading");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let names = rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [item, verdict, how] = cells[..] else { panic!("three cells: {row}") };
        match verdict {
            "same" => {}
            "differs" | "other name" | "not offered" => assert!(!how.is_empty(), "how? {row}"),
            other => panic!("`{other}` is no verdict: {row}"),
        }
        item.trim_matches('`').to_owned()
    });
    names.collect()
}

#[test]
fn the_page_has_each_public_item_of_both() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/drop-in.md");
    let page = fs::read_to_string(page).unwrap();

    let mut theirs = BTreeSet::new();
    let tokio = sources("tokio").join("sync");
    for file in ["mutex.rs", "rwlock.rs"] {
        public_items(&tokio.join(file), &mut theirs);
    }
    for file in fs::read_dir(tokio.join("rwlock")).unwrap() {
        public_items(&file.unwrap().path(), &mut theirs);
    }
    assert!(theirs.len() > 50, "the sources were read: {theirs:?}");
    assert_eq!(documented(&page, "tokio"), theirs);

    let mut theirs = BTreeSet::new();
    for file in ["mutex.rs", "rwlock.rs"] {
        public_items(&sources("async-lock").join(file), &mut theirs);
    }
    assert!(theirs.len() > 50, "the sources were read: {theirs:?}");
    // Macros of theirs write these.
    let written = "Mutex::new RwLock::new Lock LockArc Read ReadArc UpgradableRead UpgradableReadArc \
        Upgrade UpgradeArc Write WriteArc";
    theirs.extend(written.split(' ').map(str::to_owned));
    assert_eq!(documented(&page, "async-lock"), theirs);
}
