//! Opposite orders that can't meet, because a third lock keeps them apart.

use std::sync::Arc;

use ironfence::{Mutex, RwLock, check, check::Kind, task};

use crate::{nothing_about, run, the_report};

/// Two mutexes with names of their own.
fn two(name: &str) -> [Mutex<u32>; 2] {
    [0, 1].map(|number| {
        let mutex = Mutex::new(number);
        check::name(&mutex, &format!("{name}.{number}"));
        mutex
    })
}

#[test]
fn who_stops_the_world_takes_locks_in_any_order() {
    let world = RwLock::new(());
    check::name(&world, "stopped world");
    let [first, second] = two("stopped");
    run("work", async {
        let _world = world.read().await;
        let _first = first.lock().await;
        drop(second.lock().await);
    });
    run("stop the world", async {
        let _world = world.write().await;
        let _second = second.lock().await;
        drop(first.lock().await);
    });
    nothing_about("stopped");
    run("work backwards", async {
        let _world = world.read().await;
        let _second = second.lock().await;
        drop(first.lock().await);
    });
    // Readers of the gate are not kept apart.
    the_report(Kind::OrderCycle, "stopped");
}

#[test]
fn an_upgradable_gate_keeps_upgradables_apart_and_not_readers() {
    let world = RwLock::new(());
    check::name(&world, "upgradable world");
    let [first, second] = two("upgradable");
    run("work", async {
        let _world = world.upgradable_read().await;
        let _first = first.lock().await;
        drop(second.lock().await);
    });
    run("work backwards", async {
        let _world = world.upgradable_read().await;
        let _second = second.lock().await;
        drop(first.lock().await);
    });
    nothing_about("upgradable");
    run("read backwards", async {
        let _world = world.read().await;
        let _second = second.lock().await;
        drop(first.lock().await);
    });
    the_report(Kind::OrderCycle, "upgradable");
}

#[test]
fn an_owned_guard_of_the_gate_keeps_them_apart_too() {
    let gate = Arc::new(Mutex::new(()));
    check::name(&*gate, "owned gate");
    let [first, second] = two("behind owned");
    for (first, then) in [(&first, &second), (&second, &first)] {
        run("behind the gate", async {
            let _gate = gate.clone().lock_owned().await;
            let _first = first.lock().await;
            drop(then.lock().await);
        });
    }
    nothing_about("behind owned");
}

#[test]
fn a_gate_that_a_scope_around_holds_keeps_them_apart_too() {
    let gate = Mutex::new(());
    check::name(&gate, "outer gate");
    let [first, second] = two("behind outer");
    for (first, then) in [(&first, &second), (&second, &first)] {
        run("gate keeper", async {
            let _gate = gate.lock().await;
            let behind = async {
                let _first = first.lock().await;
                task::named("innermost", async { drop(then.lock().await) }).await;
                drop(then.lock().await);
            };
            task::named("behind the gate", behind).await;
        });
    }
    nothing_about("behind outer");
    run("beside the gate", async {
        let _first = first.lock().await;
        drop(second.lock().await);
    });
    the_report(Kind::OrderCycle, "behind outer");
}

/// Takes the first and then the second.
async fn one_by_one([first, second]: [&Mutex<u32>; 2]) {
    let _first = first.lock().await;
    drop(second.lock().await);
}

#[test]
fn a_gate_that_is_read_twice_is_not_taken_for_none() {
    let world = RwLock::new(());
    check::name(&world, "world read twice");
    let [first, second] = two("read twice");
    for _ in 0..3 {
        run("work", async {
            let _world = (world.read().await, world.read_recursive().await);
            one_by_one([&first, &second]).await;
        });
    }
    run("stop the world", async {
        let _world = world.write().await;
        one_by_one([&second, &first]).await;
    });
    nothing_about("read twice.");
    run("work beside the gate", one_by_one([&first, &second]));
    the_report(Kind::OrderCycle, "read twice.");
}

#[test]
fn who_is_behind_an_outer_gate_is_told_from_who_is_not() {
    let world = RwLock::new(());
    check::name(&world, "world around");
    let [first, second] = two("gate around");
    for _ in 0..3 {
        run("work", async {
            let _world = world.read().await;
            let _first = first.lock().await;
            task::named("inner", async { drop(second.lock().await) }).await;
        });
    }
    run("stop the world", async {
        let _world = world.write().await;
        one_by_one([&second, &first]).await;
    });
    nothing_about("gate around.");
    run("work beside the gate", async {
        let _first = first.lock().await;
        task::named("inner", async { drop(second.lock().await) }).await;
    });
    the_report(Kind::OrderCycle, "gate around.");
}
