//! Thousands of locks and waits: what the checker looks at for one of them is a few entries, not all. Steps are
//! counted, not time.

use ironfence::{Guarded, Mutex, check, lock_all, task};
use ironfence_tests::{polled::Polled, watchdog::must_end};

use crate::{
    Sleep, quiet,
    speaking::{child_of, is_child},
};

/// Runs `work` for so many, in a process of its own: it may look at so many entries for each.
fn looks_at(name: &str, count: usize, most: u64, work: fn(usize)) {
    if is_child() {
        quiet();
        let before = check::steps();
        work(count);
        let steps = (check::steps() - before) / count as u64;
        assert!(steps <= most, "{steps} steps for each of {count}, {most} are allowed");
        return println!("{steps} steps for each");
    }
    let name = format!("many::{name}");
    let output = must_end(move || child_of(&name, "report"));
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_chain_of_waits() {
    /// Each waits for the one before, which waits already.
    fn forwards(count: usize) {
        chain(count, (1..count).collect());
    }

    looks_at("a_chain_of_waits", 4000, 200, forwards);
}

#[test]
fn a_chain_of_waits_from_its_other_end() {
    /// Each waits for the one before, which will wait.
    fn backwards(count: usize) {
        chain(count, (1..count).rev().collect());
    }

    looks_at("a_chain_of_waits_from_its_other_end", 4000, 200, backwards);
}

fn chain(count: usize, order: Vec<usize>) {
    let locks: Vec<_> = (0..count).map(|_| Mutex::new(0)).collect();
    let mut tasks: Vec<_> = (0..count)
        .map(|at| {
            let locks = &locks;
            Polled::new(task::named("link", async move {
                let _held = locks[at].lock().await;
                Sleep::default().await;
                drop(locks[at.saturating_sub(1)].lock().await);
            }))
        })
        .collect();
    for task in &mut tasks {
        assert!(task.poll().is_pending(), "it sleeps");
    }
    for at in order {
        assert!(tasks[at].poll().is_pending(), "it waits for the one before");
    }
}

#[derive(Guarded)]
struct Seats {
    #[guarded(mutex)]
    seat: u32,
    #[guarded(mutex)]
    price: u32,
}

#[test]
fn a_group_of_thousands() {
    /// All of them, of two kinds in turn; released front to back.
    fn all(count: usize) {
        let seats: Vec<_> =
            (0..count).map(|_| Seats { seat: 0, price: 0 }.into_guarded()).collect();
        Polled::new(task::named("all", async {
            let both = seats.iter().flat_map(|it| [&it.seat, &it.price]);
            drop(lock_all(both.collect::<Vec<_>>()).await.unwrap());
        }))
        .finish();
    }

    looks_at("a_group_of_thousands", 16_000, 50, all);
}

#[test]
fn an_order_that_is_known() {
    /// Layers of locks, each after each of the layer before: more edges than a thread remembers. Again and again.
    fn layers(count: usize) {
        const WIDE: usize = 20;
        let layer = |layer: usize| {
            (0..WIDE).map(move |number| {
                let mutex = Mutex::new(0);
                check::name(&mutex, &format!("layer {layer}, {number}"));
                mutex
            })
        };
        let layers: [Vec<_>; 4] = [0, 1, 2, 3].map(|number| layer(number).collect());
        Polled::new(task::named("all", async {
            for round in 0..count {
                let upper = round / (WIDE * WIDE) % (layers.len() - 1);
                let (first, then) = (round / WIDE % WIDE, round % WIDE);
                let _held = layers[upper][first].lock().await;
                drop(layers[upper + 1][then].lock().await);
            }
        }))
        .finish();
    }

    looks_at("an_order_that_is_known", 24_000, 30, layers);
}
