//! The routes. Handlers take what they need from the request and leave the rest to `desk.rs`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{FromRequest, FromRequestParts, MatchedPath, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use ironfence::task;
use serde_json::{Value, json};
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    desk::{self, EventLine, NewEvent, Payment, Reserved, Wish},
    locks,
    refusal::Refusal,
    state::{Config, Journal, OfficeGuarded, Order},
};

/// As axum's, with a JSON object for what it refuses.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Refusal))]
struct Body<T>(T);

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Refusal))]
struct Path<T>(T);

type Office = State<Arc<OfficeGuarded>>;
type Answer<T> = Result<Json<T>, Refusal>;

/// The service. More than `most` requests at a time are answered with 503, not kept waiting.
pub(crate) fn app(office: Arc<OfficeGuarded>, most: usize) -> Result<Router, String> {
    let app = Router::new()
        .route("/events", get(events).post(open))
        .route("/events/{event}", get(event).delete(close))
        .route("/events/{event}/reservations", post(reserve))
        .route("/events/{event}/reservations/{reservation}", delete(cancel))
        .route("/orders/{order}", get(one_order))
        .route("/journal", get(journal))
        .route("/config", get(config).put(set_config))
        .route_layer(middleware::from_fn_with_state(office.clone(), patience))
        // An order that is being paid for goes to its end, however long that takes.
        .route("/orders", post(order))
        .route_layer(middleware::from_fn_with_state(Arc::new(Semaphore::new(most)), places))
        // Behind no limit: one looks at these when the service is busy.
        .merge(locks::routes()?)
        .route_layer(middleware::from_fn(name_the_task))
        .fallback(async || Refusal::NotFound("path"))
        .method_not_allowed_fallback(async || {
            let error = "this path has no such method".to_owned();
            Refusal::Bad(StatusCode::METHOD_NOT_ALLOWED, error)
        })
        .with_state(office);
    Ok(app)
}

/// Names the task for the lock checker, as in `POST /orders`. axum spawns the tasks, so it is done here.
async fn name_the_task(request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>().map_or("?", MatchedPath::as_str);
    let name = format!("{} {path}", request.method());
    task::named(name, next.run(request)).await
}

/// How many requests are worked on at a time.
async fn places(State(places): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let Ok(_place) = places.try_acquire() else {
        return Refusal::Busy("too many requests are being worked on").into_response();
    };
    next.run(request).await
}

/// How long a request may take. One that takes too long is dropped where it waits: it leaves the queues that it
/// stands in, and what it holds is released.
async fn patience(State(office): Office, request: Request, next: Next) -> Response {
    let patience = office.config.read().await.patience();
    match timeout(patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Refusal::Busy("this took too long").into_response(),
    }
}

async fn events(State(office): Office) -> Json<Vec<EventLine>> {
    Json(desk::list(&office).await)
}

async fn open(
    State(office): Office,
    Body(new): Body<NewEvent>,
) -> Result<impl IntoResponse, Refusal> {
    let id = desk::open(&office, new).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))))
}

/// One event, seat by seat.
async fn event(State(office): Office, Path(id): Path<u32>) -> Answer<Value> {
    let event = desk::event(&office, id).await?;
    let line = desk::line(&event).await;
    let seats = event.seats.read().await;
    Ok(Json(json!({ "event": line, "seats": *seats })))
}

async fn close(State(office): Office, Path(id): Path<u32>) -> Answer<EventLine> {
    desk::close(&office, id).await.map(Json)
}

async fn reserve(
    State(office): Office,
    Path(event): Path<u32>,
    Body(wish): Body<Wish>,
) -> Result<(StatusCode, Json<Reserved>), Refusal> {
    let reserved = desk::reserve(&office, event, wish).await?;
    Ok((StatusCode::CREATED, Json(reserved)))
}

async fn cancel(
    State(office): Office,
    Path((event, reservation)): Path<(u32, u64)>,
) -> Result<StatusCode, Refusal> {
    desk::cancel(&office, event, reservation).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn order(
    State(office): Office,
    Body(payment): Body<Payment>,
) -> Result<(StatusCode, Json<Order>), Refusal> {
    let order = desk::order(office, payment).await?;
    Ok((StatusCode::CREATED, Json(order)))
}

async fn one_order(State(office): Office, Path(id): Path<u64>) -> Answer<Order> {
    let orders = office.orders.read().await;
    orders.get(&id).cloned().map(Json).ok_or(Refusal::NotFound("order"))
}

async fn journal(State(office): Office) -> Json<Journal> {
    Json(office.journal.lock().await.clone())
}

async fn config(State(office): Office) -> Json<Config> {
    let config = office.config.read().await.clone();
    Json(Config::clone(&config))
}

/// Requests that run go on with the configuration that they have; the next ones have the new.
async fn set_config(State(office): Office, Body(new): Body<Config>) -> Answer<Config> {
    if let Some(mistake) = new.mistake() {
        return Err(Refusal::makes_no_sense(mistake));
    }
    *office.config.write().await = Arc::new(new.clone());
    Ok(Json(new))
}
