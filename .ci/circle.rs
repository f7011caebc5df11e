//! Two hosts in the virtual network of webrtc-util, one of which sends a packet to the other. `.ci/moved` builds this with
//! that crate, moved by its `use` lines, and with the checker. The program ends; the checker says that it need not.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use ironfence::{Mutex, check, task::named};
use webrtc_util::vnet::{
    net::{Net, NetConfig},
    router::{Router, RouterConfig},
};

async fn add(wan: &Arc<Mutex<Router>>, ip: &str) -> Net {
    let net = Net::new(Some(NetConfig { static_ips: vec![ip.into()], ..Default::default() }));
    let nic = net.get_nic().unwrap();
    wan.lock().await.add_net(nic.clone()).await.unwrap();
    nic.lock().await.set_router(wan.clone()).await.unwrap();
    net
}

async fn send_one_packet() {
    let config = RouterConfig { cidr: "1.2.3.0/24".into(), ..Default::default() };
    let wan = Arc::new(Mutex::new(Router::new(config).unwrap()));
    let [here, there]: [SocketAddr; 2] =
        ["1.2.3.4:1234", "1.2.3.5:5678"].map(|it| it.parse().unwrap());
    let (sender, receiver) = (add(&wan, "1.2.3.4").await, add(&wan, "1.2.3.5").await);
    let from = sender.bind(here).await.unwrap();
    let to = receiver.bind(there).await.unwrap();
    let started = wan.lock().await.start();
    started.await.unwrap();
    from.send_to(b"hello", there).await.unwrap();
    let mut buffer = [0; 100];
    let (length, _) = to.recv_from(&mut buffer).await.unwrap();
    assert_eq!(buffer[..length], *b"hello");
    tokio::time::sleep(Duration::from_millis(50)).await; // the router's task comes to rest
}

#[tokio::main]
async fn main() {
    check::tasks_are_sequential(true); // of the router's task, which the crate spawns without a name
    named("main", send_one_packet()).await;
    let reports = check::reports();
    let circles = reports.iter().filter(|it| it.kind() == check::Kind::OrderCycle).count();
    assert!(circles > 0, "there is a circle: {reports:?}");
}
