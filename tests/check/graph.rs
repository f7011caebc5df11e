//! The order that was learned, drawn.

use ironfence::{Guarded, check};

use crate::run;

#[derive(Guarded)]
struct Drawn {
    #[guarded(rwlock)]
    accounts: u32,
    #[guarded(mutex)]
    journal: u32,
    #[guarded(mutex)]
    log: u32,
}

#[test]
fn the_graph_has_what_was_seen_and_no_circle() {
    let drawn = Drawn { accounts: 0, journal: 0, log: 0 }.into_guarded();
    run("transfer", async {
        let _accounts = drawn.accounts.write().await;
        let _journal = drawn.journal.lock().await;
        let _log = drawn.log.lock().await;
    });
    let graph = check::graph().only(|name| name.starts_with("Drawn."));
    let edges: Vec<_> = graph.edges().collect();
    let expected = [
        ("Drawn.accounts", "Drawn.journal"),
        ("Drawn.accounts", "Drawn.log"),
        ("Drawn.journal", "Drawn.log"),
    ];
    assert_eq!(edges.len(), expected.len(), "{edges:?}");
    assert!(expected.iter().all(|edge| edges.contains(edge)), "{edges:?}");
    assert!(!graph.has_circle());
    let dot = graph.to_dot();
    assert!(dot.starts_with("digraph order {") && dot.ends_with("}\n"), "{dot}");
    assert!(
        dot.contains("\"Drawn.accounts\" -> \"Drawn.journal\" [tooltip = \"tests/check/graph.rs:")
    );
    let svg = graph.to_svg();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
    assert_eq!(svg.matches("<text ").count(), 3, "a box for each class");
    assert_eq!(svg.matches("<title>").count(), 3, "a line for each edge");
    assert!(!svg.contains("stroke=\"#c22\""), "nothing is red");
}

#[test]
fn a_circle_is_red_and_an_allowed_edge_dashed() {
    let locks = [0, 1, 2].map(ironfence::Mutex::new);
    for (number, lock) in locks.iter().enumerate() {
        check::name(lock, &format!("red.{number}"));
    }
    check::allow("red.2", "red.0", "tested");
    for (first, then) in [(0, 1), (1, 0), (1, 2), (2, 0)] {
        run("step", async {
            let _first = locks[first].lock().await;
            drop(locks[then].lock().await);
        });
    }
    let graph = check::graph().only(|name| name.starts_with("red."));
    assert!(graph.has_circle());
    let svg = graph.to_svg();
    assert_eq!(svg.matches("stroke=\"#c22\"").count(), 2, "there and back:\n{svg}");
    assert_eq!(svg.matches("stroke-dasharray").count(), 1, "{svg}");
    assert!(svg.contains("(allowed: tested)"));
    assert!(graph.to_dot().contains("style = dashed"));
}
