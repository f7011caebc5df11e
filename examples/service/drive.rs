//! Clients that drive the service over HTTP, and count what they are told.

use std::{
    collections::HashMap,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};
use ironfence::{Guarded, task};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};

use crate::pages;

/// How many events are open at a time, and how large they are.
const EVENTS: usize = 8;
const SEATS: usize = 400;
const PRICE: u64 = 2_500;

/// What the clients have counted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Driven {
    pub(crate) clients: u16,
    pub(crate) time: Duration,
    pub(crate) requests: u64,
    pub(crate) orders: u64,
    pub(crate) seats: u64,
    /// In cents.
    pub(crate) spent: u64,
    /// Answers by their status.
    pub(crate) answers: HashMap<u16, u64>,
    pub(crate) events_opened: u64,
    pub(crate) events_closed: u64,
    /// What the service's pages say of its locks, if it counts them: it agrees.
    pub(crate) pages: Option<String>,
}

/// What the clients share.
#[derive(Guarded)]
struct Crowd {
    /// The events that are open, by their ids.
    #[guarded(rwlock)]
    open: Vec<u32>,
    /// Which seats the clients were told that they have bought.
    #[guarded(mutex)]
    bought: HashMap<u32, Vec<bool>>,
    #[guarded(mutex)]
    counted: Driven,
    http: Client,
    base: String,
    until: Instant,
    progress: ProgressBar,
}

/// Drives the service at `base` with `clients` clients for `time`.
///
/// # Errors
/// If an answer is not one that may come, or a seat is sold twice.
pub(crate) async fn drive(base: &str, clients: u16, time: Duration) -> Result<Driven, String> {
    let style = "{elapsed} [{bar:40}] {pos} requests, {per_sec}";
    let style = ProgressStyle::with_template(style).expect("it is a template");
    let crowd = Crowd {
        open: Vec::new(),
        bought: HashMap::new(),
        counted: Driven { clients, time, ..Driven::default() },
        // On loopback an answer takes milliseconds; a hang must be an error, not a hang.
        http: Client::builder()
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|error| error.to_string())?,
        base: base.into(),
        until: Instant::now() + time,
        progress: ProgressBar::no_length().with_style(style),
    };
    let crowd = Arc::new(crowd.into_guarded());
    for _ in 0..EVENTS {
        crowd.open_event().await?;
    }
    let mut tasks = JoinSet::new();
    tasks.spawn(task::named("box office", box_office(crowd.clone())));
    for number in 0..clients {
        tasks.spawn(task::named(format!("client {number}"), client(crowd.clone(), number)));
    }
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(|error| error.to_string())??;
    }
    crowd.wait_for_the_last_reservation().await?;
    let (http, counted) = (crowd.http.clone(), crowd.counted.lock().await.clone());
    let pages = pages::agree(&http, base, &counted).await?;
    let crowd = Arc::into_inner(crowd).ok_or("a client still runs")?.into_inner();
    crowd.progress.finish_and_clear();
    let mut driven = crowd.counted;
    driven.requests = driven.answers.values().sum();
    driven.pages = pages;
    Ok(driven)
}

/// Closes events that are sold out and opens others.
async fn box_office(crowd: Arc<CrowdGuarded>) -> Result<(), String> {
    while Instant::now() < crowd.until {
        sleep(Duration::from_millis(20)).await;
        let (_, events) = crowd.get("/events").await?;
        for event in events.as_array().ok_or("`GET /events` is a list")? {
            if event["sold"] == event["seats"] {
                let id = number(event, "id")? as u32;
                crowd.close_event(id).await?;
                crowd.open_event().await?;
            }
        }
    }
    Ok(())
}

/// One who buys tickets, until the time is over.
async fn client(crowd: Arc<CrowdGuarded>, number: u16) -> Result<(), String> {
    let user = format!("user {number}");
    let mut free: Option<(u32, Vec<usize>)> = None;
    while Instant::now() < crowd.until {
        let (event, seats) = match free.take() {
            Some((event, seats)) if !seats.is_empty() => (event, seats),
            _ => {
                let open = crowd.open.read().await;
                let Some(event) = fastrand::choice(open.iter().copied()) else { continue };
                (event, (0..SEATS).collect())
            }
        };
        let wish = fastrand::choose_multiple(seats.iter().copied(), fastrand::usize(1..=3));
        let path = format!("/events/{event}/reservations");
        let (status, reserved) = crowd.post(&path, &json!({ "user": user, "seats": wish })).await?;
        match status {
            StatusCode::CREATED => {
                let reservation = self::number(&reserved, "id")?;
                crowd.settle(event, reservation, &wish).await?;
            }
            // Somebody was quicker: look which seats are free.
            StatusCode::CONFLICT => {
                let (status, event_now) = crowd.get(&format!("/events/{event}")).await?;
                if status == StatusCode::OK {
                    free = Some((event, free_seats(&event_now)?));
                }
            }
            // Sold out and closed, or too many are reserved, or the service is busy.
            StatusCode::NOT_FOUND | StatusCode::TOO_MANY_REQUESTS => {}
            StatusCode::SERVICE_UNAVAILABLE => sleep(Duration::from_millis(10)).await,
            _ => return Err(format!("a reservation was answered with {status}: {reserved}")),
        }
    }
    Ok(())
}

impl CrowdGuarded {
    /// What one may do with a reservation: let it expire, give it back, pay with a bad card, pay.
    async fn settle(&self, event: u32, reservation: u64, seats: &[usize]) -> Result<(), String> {
        let chance = fastrand::u8(..100);
        if chance < 5 {
            return Ok(());
        }
        if chance < 10 {
            let (status, body) =
                self.delete(&format!("/events/{event}/reservations/{reservation}")).await?;
            return match status {
                StatusCode::NO_CONTENT
                | StatusCode::NOT_FOUND
                | StatusCode::SERVICE_UNAVAILABLE => Ok(()),
                _ => Err(format!("giving back was answered with {status}: {body}")),
            };
        }
        let card = if chance < 13 { "declined" } else { "4711" };
        let payment = json!({ "event": event, "reservation": reservation, "card": card });
        let (status, order) = self.post("/orders", &payment).await?;
        match status {
            StatusCode::CREATED => self.note(event, seats, &order).await,
            StatusCode::PAYMENT_REQUIRED if card == "declined" => Ok(()),
            // It took so long that the reservation is over; or it did not come so far.
            StatusCode::NOT_FOUND | StatusCode::SERVICE_UNAVAILABLE => Ok(()),
            _ => Err(format!("an order was answered with {status}: {order}")),
        }
    }

    /// Writes down what was bought.
    async fn note(&self, event: u32, seats: &[usize], order: &Value) -> Result<(), String> {
        let mut held = self.locks().lock_bought().lock_counted().await;
        let bought = held.bought.entry(event).or_insert_with(|| vec![false; SEATS]);
        for &seat in seats {
            if std::mem::replace(&mut bought[seat], true) {
                return Err(format!("seat {seat} of event {event} was sold twice"));
            }
        }
        held.counted.orders += 1;
        held.counted.seats += seats.len() as u64;
        held.counted.spent += number(order, "paid")?;
        Ok(())
    }

    async fn open_event(&self) -> Result<(), String> {
        let new = json!({ "name": "Aida", "price": PRICE, "seats": SEATS });
        let (status, event) = self.post("/events", &new).await?;
        if status != StatusCode::CREATED {
            return Err(format!("opening an event was answered with {status}: {event}"));
        }
        self.open.write().await.push(number(&event, "id")? as u32);
        self.counted.lock().await.events_opened += 1;
        Ok(())
    }

    /// Closes an event that is sold out.
    async fn close_event(&self, id: u32) -> Result<(), String> {
        self.open.write().await.retain(|open| *open != id);
        let (status, body) = self.delete(&format!("/events/{id}")).await?;
        if status != StatusCode::OK {
            return Err(format!("closing an event was answered with {status}: {body}"));
        }
        self.counted.lock().await.events_closed += 1;
        Ok(())
    }

    /// The clients have gone, and some have left reservations behind.
    async fn wait_for_the_last_reservation(&self) -> Result<(), String> {
        let limit = Instant::now() + Duration::from_secs(30);
        loop {
            let (_, events) = self.get("/events").await?;
            let events = events.as_array().ok_or("`GET /events` is a list")?;
            let mut reserved = 0;
            for event in events {
                reserved +=
                    number(event, "seats")? - number(event, "free")? - number(event, "sold")?;
            }
            if reserved == 0 {
                return Ok(());
            }
            if Instant::now() > limit {
                return Err(format!("{reserved} seats are still reserved after 30 s"));
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    async fn get(&self, path: &str) -> Result<(StatusCode, Value), String> {
        self.send(self.http.get(format!("{}{path}", self.base))).await
    }

    async fn post(&self, path: &str, body: &Value) -> Result<(StatusCode, Value), String> {
        self.send(self.http.post(format!("{}{path}", self.base)).json(body)).await
    }

    async fn delete(&self, path: &str) -> Result<(StatusCode, Value), String> {
        self.send(self.http.delete(format!("{}{path}", self.base))).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<(StatusCode, Value), String> {
        let told = |error: reqwest::Error| format!("a request failed: {error:?}");
        let response = request.send().await.map_err(told)?;
        let status = response.status();
        let body = response.bytes().await.map_err(told)?;
        *self.counted.lock().await.answers.entry(status.as_u16()).or_default() += 1;
        self.progress.inc(1);
        let body = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
        Ok((status, body.map_err(|error| format!("an answer is not JSON: {error}"))?))
    }
}

fn number(of: &Value, field: &str) -> Result<u64, String> {
    of[field].as_u64().ok_or_else(|| format!("`{field}` is no number in {of}"))
}

fn free_seats(event: &Value) -> Result<Vec<usize>, String> {
    let seats = event["seats"].as_array().ok_or("an event has seats")?;
    let free = seats.iter().enumerate().filter(|(_, seat)| *seat == "free");
    Ok(free.map(|(number, _)| number).collect())
}

impl fmt::Display for Driven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { clients, time, requests, orders, seats, answers, events_closed, .. } = self;
        let a_second = *requests as f64 / time.as_secs_f64();
        writeln!(
            f,
            "driven: {clients} clients, {requests} requests in {} s, {a_second:.0} a second",
            time.as_secs()
        )?;
        write!(
            f,
            "bought: {orders} orders, {seats} seats, {events_closed} events sold out; answers:"
        )?;
        let mut answers: Vec<_> = answers.iter().collect();
        answers.sort();
        for (status, count) in answers {
            write!(f, " {count} x {status}")?;
        }
        self.pages.iter().try_for_each(|pages| write!(f, "\n{pages}"))
    }
}
