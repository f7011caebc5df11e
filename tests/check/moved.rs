//! What the checker says of a program that was moved by its `use` lines, with nothing else changed: no names, no
//! derive.
//!
//! It is the shape of the virtual network of webrtc-util 0.11, in which three tasks can wait for each other in a
//! circle: the loop that hands packets on, a host that sends one, and whoever adds a host meanwhile.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use ironfence::{
    Mutex,
    check::{Kind, Report},
};
use tokio::{sync::oneshot, time::sleep};

use crate::{
    catalogue::{MINUTE, both, spawn},
    reports_about, says, the_report,
};

type Packet = u32;

/// Where hosts and routers are plugged in.
#[derive(Default)]
struct Routes {
    hosts: Vec<Weak<Mutex<Host>>>,
}

struct Router {
    queue: Arc<Mutex<Vec<Packet>>>,
    routes: Arc<Mutex<Routes>>,
}

struct Host {
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    router: Arc<Mutex<Router>>,
    received: Vec<Packet>,
}

impl Router {
    /// Whoever calls this has locked the router.
    async fn add(&mut self, host: &Arc<Mutex<Host>>, pause: Duration) {
        sleep(pause).await;
        self.routes.lock().await.hosts.push(Arc::downgrade(host));
    }

    /// Hands on what is queued. It is called without the router's lock, to be in nobody's way.
    async fn hand_on(queue: &Mutex<Vec<Packet>>, routes: &Mutex<Routes>, pause: Duration) {
        loop {
            let popped = queue.lock().await.pop();
            let Some(packet) = popped else { break };
            let routes = routes.lock().await;
            for host in routes.hosts.iter().filter_map(Weak::upgrade) {
                let host = host.lock().await;
                sleep(pause).await;
                host.receive(packet).await;
            }
        }
    }
}

impl Host {
    async fn receive(&self, packet: Packet) {
        self.inner.lock().await.received.push(packet);
    }
}

impl Inner {
    /// Whoever calls this has locked the inner half of the host.
    async fn send(&self, packet: Packet, pause: Duration) {
        sleep(pause).await;
        let router = self.router.lock().await;
        router.queue.lock().await.push(packet);
    }
}

/// The lines where the locks are made, which are their names.
const ROUTES: u32 = line!() + 7; // counted by hand, see `network`
const ROUTER: u32 = ROUTES + 1;
const INNER: u32 = ROUTES + 2;
const HOST: u32 = ROUTES + 3;

fn network() -> (Arc<Mutex<Router>>, Arc<Mutex<Host>>) {
    let queue = Arc::new(Mutex::new(vec![1]));
    let routes = Arc::new(Mutex::new(Routes::default()));
    let router = Arc::new(Mutex::new(Router { queue, routes }));
    let inner = Arc::new(Mutex::new(Inner { router: router.clone(), received: vec![] }));
    (router, Arc::new(Mutex::new(Host { inner })))
}

/// How the names of these locks begin.
const OURS: &str = concat!("the lock made at ", file!());

/// Each of the three takes its first lock, pauses, and takes its second. If they come one after the other, each
/// begins when the one before has ended.
async fn three_tasks(pause: Duration, one_after_the_other: bool) {
    let (router, host) = network();
    router.lock().await.add(&host, Duration::ZERO).await;
    let (queue, routes) = {
        let router = router.lock().await;
        (router.queue.clone(), router.routes.clone())
    };
    let inner = host.lock().await.inner.clone();
    let mut tasks = Vec::new();
    for number in 0..3 {
        let (queue, routes, inner) = (queue.clone(), routes.clone(), inner.clone());
        let (router, host) = (router.clone(), host.clone());
        let task = match number {
            0 => spawn("hand on", async move { Router::hand_on(&queue, &routes, pause).await }),
            1 => spawn("send", async move { inner.lock().await.send(2, pause).await }),
            _ => spawn("add", async move { router.lock().await.add(&host, pause).await }),
        };
        match one_after_the_other {
            true => task.await.unwrap(),
            false => tasks.push(task),
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[test]
fn three_tasks_of_a_virtual_network_can_wait_in_a_circle() {
    let (tell, mut told) = oneshot::channel();
    let case = async move {
        three_tasks(MINUTE, true).await;
        tell.send(reports_about(OURS)).unwrap();
        three_tasks(MINUTE, false).await;
    };
    let name = "moved::three_tasks_of_a_virtual_network_can_wait_in_a_circle";
    if both(name, "hangs", case) {
        return;
    }
    let seen = told.try_recv().expect("one after the other they come to an end");
    let made = |line: u32| format!("`the lock made at {}:{line}:", file!());

    // It is seen before anything hangs.
    assert_eq!(seen.iter().map(Report::kind).collect::<Vec<_>>(), [Kind::OrderCycle]);
    let text = seen[0].to_string();
    says(&text, &["task \"send\"", "held", &made(INNER), "asked for", &made(ROUTER)]);
    says(&text, &["task \"main\"", "held", &made(ROUTER), "asked for", &made(ROUTES)]);
    says(&text, &["task \"hand on\"", "held", &made(ROUTES), "asked for", &made(HOST)]);
    says(&text, &["task \"hand on\"", "held", &made(HOST), "asked for", &made(INNER)]);

    let text = the_report(Kind::Deadlock, OURS);
    says(&text, &["3 tasks wait for each other"]);
    says(&text, &["task \"hand on\"", &made(ROUTES), "waits for", &made(INNER)]);
    says(&text, &["task \"send\"", &made(INNER), "waits for", &made(ROUTER)]);
    says(&text, &["task \"add\"", &made(ROUTER), "waits for", &made(ROUTES)]);
}
