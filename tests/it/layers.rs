//! Imports run one way: a room of the sources looks into the rooms below it, never up.

use std::{collections::BTreeSet, fs, path::Path};

/// The rooms of the lock checker, the lowest first; its face, `watch/check.rs`, is above them all.
const CHECKER: [&str; 22] = [
    "mode", "ways", // whether, and when
    "tasks", "trial", "scope", "values", "ledger", "queues", // facts
    "flow", "gates", "graph", "order", "stuck", // judgement
    "row", "report", "words", "table", "draw",  // speech
    "clock", // what drives it
    "site", "hold", "wait", // what locks have of it
];

/// The code, without comments.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// Which of `rooms` the code names behind `super::`, alone or in braces.
fn looked_into<'a>(code: &str, rooms: &[&'a str]) -> BTreeSet<&'a str> {
    let paths = code.split("super::").skip(1).map(|rest| match rest.strip_prefix('{') {
        // The names right in these braces, not in those inside of them.
        Some(rest) => {
            let (mut depth, mut names) = (1, String::new());
            for sign in rest.chars() {
                depth += i32::from(sign == '{') - i32::from(sign == '}');
                match depth {
                    0 => break,
                    1 => names.push(sign),
                    _ => {}
                }
            }
            names
        }
        None => rest.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect(),
    });
    let paths: Vec<String> = paths.collect();
    let words = paths
        .iter()
        .flat_map(|path| path.split(','))
        .map(|name| name.trim().split("::").next().unwrap_or_default().to_owned());
    let words: BTreeSet<String> = words.collect();
    rooms.iter().copied().filter(|room| words.contains(*room)).collect()
}

#[test]
fn each_room_of_the_checker_looks_into_lower_ones_alone() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ironfence/src/watch/check");
    let mut rooms = BTreeSet::new();
    for file in fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        rooms.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    assert_eq!(
        rooms,
        CHECKER.iter().map(|room| (*room).to_owned()).collect(),
        "each has its place"
    );
    let mut found = 0;
    for (place, room) in CHECKER.iter().enumerate() {
        let code = code(&folder.join(format!("{room}.rs")));
        for other in looked_into(&code, &CHECKER) {
            let below = CHECKER.iter().position(|it| *it == other).unwrap() < place;
            assert!(below, "`{room}` looks up into `{other}`");
            found += 1;
        }
        assert!(!code.contains("watch::check"), "`{room}` goes round by the face");
    }
    assert!(found > 20, "the imports were read: {found}");
}

#[test]
fn names_lie_below_events_and_events_below_the_lock() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ironfence/src");
    let above = ["check", "stats", "events"];
    for file in ["watch/class.rs", "watch/nameless.rs"] {
        let found = looked_into(&code(&sources.join(file)), &above);
        assert!(found.is_empty(), "{file} looks up into {found:?}");
    }
    for (file, above) in [
        ("watch/events.rs", &["raw", "guard", "acquiring", "order"][..]),
        ("raw/permit.rs", &["mode", "acquire"]),
        ("raw/mode.rs", &["acquire"]),
        ("guard.rs", &["acquiring", "with"]),
        ("guard/turn.rs", &["acquiring", "with"]),
        ("guard/part.rs", &["acquiring", "with"]),
    ] {
        let code = code(&sources.join(file));
        let is_above = |room: &&&str| {
            let names =
                [format!("super::{room}"), format!("crate::{room}"), format!("    {room}::")];
            names.iter().any(|name| code.contains(name))
        };
        let found: Vec<_> = above.iter().filter(is_above).collect();
        assert!(found.is_empty(), "{file} looks up into {found:?}");
    }
}

#[test]
fn listeners_know_nothing_of_each_other() {
    let watch = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ironfence/src/watch");
    for (listener, others) in [("check", ["stats"]), ("stats", ["check"])] {
        let mut files = vec![watch.join(format!("{listener}.rs"))];
        if let Ok(folder) = fs::read_dir(watch.join(listener)) {
            files.extend(folder.map(|file| file.unwrap().path()));
        }
        for file in files.iter().filter(|file| file.exists()) {
            let code = code(file);
            for other in others {
                let names = [format!("watch::{other}"), format!("super::{other}")];
                let is_there = names.iter().any(|name| code.contains(name));
                assert!(!is_there, "{} looks into `{other}`", file.display());
            }
        }
    }
}
