//! Requests are nested as one likes, also in spawned tasks, behind functions that are generic over them, and at the
//! end of sessions.

use std::{collections::HashMap, future::Future, sync::Arc};

use ironfence::{
    Guarded, Keyed, Mutex, ReadOrWrite, Request, RwLock, SameLock, futures::LockAll, lock_all,
    lock_pair,
};

#[derive(Guarded, Default)]
struct Office {
    #[guarded(rwlock)]
    events: Vec<u32>,
    #[guarded(mutex)]
    orders: Vec<u32>,
}

#[derive(Guarded, Default)]
#[guarded(level = 1)]
struct Event {
    #[guarded(rwlock)]
    seats: u32,
    #[guarded(mutex)]
    holds: u32,
}

/// Generic over what is asked for.
async fn asked<R: Request>(request: R) -> Result<R::Guards, SameLock> {
    lock_all(request).await
}

/// The future has a name.
fn named<'a>(
    one: &'a Mutex<u32>,
    others: &'a [RwLock<u32>],
) -> LockAll<(Option<&'a Mutex<u32>>, Vec<ironfence::futures::Write<'a, u32>>)> {
    lock_all((Some(one), others.iter().map(RwLock::write).collect::<Vec<_>>()))
}

fn spawned(
    office: Arc<OfficeGuarded>,
    events: HashMap<u32, Arc<EventGuarded>>,
) -> impl Future<Output = Result<(), SameLock>> + Send + 'static {
    async move {
        let sets = events.values().map(|it| Some((it.locks().write_seats(), &it.holds)));
        let sets: Vec<_> = sets.collect();
        let modes: [ReadOrWrite<_, _>; 2] =
            [ReadOrWrite::Read(office.events.read()), ReadOrWrite::Write(office.events.write())];
        drop(lock_all((sets, [Keyed("orders", office.orders.lock())])).await?);
        drop(lock_all(modes).await);

        let owned: Box<[_]> =
            events.values().map(|it| it.locks_owned(|it| it.upgradable_seats())).collect();
        let ((held, (inner,)), owned) =
            lock_pair((office.locks().lock_all(), (None::<&Mutex<u8>>,)), owned).await?;
        tokio::task::yield_now().await;
        drop((held, inner));
        tokio::spawn(async move { drop(owned) });

        let (orders, session) = office.session().lock_orders().await;
        let all: Vec<_> = events.values().map(|it| (&it.holds, [Some(it.seats.read())])).collect();
        let held = session.then_all(all).await?;
        tokio::task::yield_now().await;
        drop((orders, held));
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let office = Arc::new(Office::default().into_guarded());
    let event = || Arc::new(Event::default().into_guarded());
    let events = HashMap::from([(1, event()), (2, event())]);
    let both = (office.events.read(), vec![(office.orders.lock(),)]);
    assert!(asked(both).await.is_ok());
    assert_eq!(named(&Mutex::new(1), &[]).await.unwrap().1.len(), 0);
    tokio::spawn(spawned(office, events)).await.unwrap().unwrap();
}
