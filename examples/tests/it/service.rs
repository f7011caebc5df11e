//! The service, over HTTP: what it answers to good and to bad requests, and how it ends.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::programs::{example, run};

/// One that runs; it is killed if the test fails.
struct Service {
    program: Child,
    base: String,
    http: Client,
}

impl Service {
    fn start() -> Self {
        let mut program = example("service").stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("listening on ").expect("it says where").to_owned();
        Self { program, base, http: Client::new() }
    }

    /// As text.
    #[cfg(feature = "stats")]
    async fn page(&self, path: &str) -> String {
        let response = self.http.get(format!("{}{path}", self.base)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    async fn ask(&self, method: Method, path: &str, body: &str) -> (StatusCode, Value) {
        let request = self.http.request(method, format!("{}{path}", self.base));
        let request = request.header("content-type", "application/json").body(body.to_owned());
        let response = request.send().await.unwrap();
        let status = response.status();
        let body = response.bytes().await.unwrap();
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        _ = self.program.kill();
        _ = self.program.wait();
    }
}

#[tokio::test]
async fn a_seat_is_reserved_and_bought() {
    let service = Service::start();
    let event = json!({ "name": "Aida", "price": 100, "seats": 3 }).to_string();
    let (status, event) = service.ask(Method::POST, "/events", &event).await;
    assert_eq!(status, StatusCode::CREATED);
    let id = &event["id"];
    let reservations = format!("/events/{id}/reservations");

    let wish = r#"{ "user": "ada", "seats": [0, 2] }"#;
    let (status, reserved) = service.ask(Method::POST, &reservations, wish).await;
    assert_eq!((status, &reserved["to_pay"]), (StatusCode::CREATED, &json!(200)));
    let (status, answer) = service.ask(Method::POST, &reservations, wish).await;
    assert_eq!((status, &answer["taken"]), (StatusCode::CONFLICT, &json!([0, 2])));

    let mut payment = json!({ "event": id, "reservation": reserved["id"], "card": "declined" });
    let (status, _) = service.ask(Method::POST, "/orders", &payment.to_string()).await;
    assert_eq!(status, StatusCode::PAYMENT_REQUIRED);
    let (status, reserved) = service.ask(Method::POST, &reservations, wish).await;
    assert_eq!(status, StatusCode::CREATED, "the seats of a declined card are free again");
    payment["reservation"] = reserved["id"].clone();
    payment["card"] = json!("4711");
    let (status, order) = service.ask(Method::POST, "/orders", &payment.to_string()).await;
    assert_eq!((status, &order["paid"]), (StatusCode::CREATED, &json!(200)));
    let (status, same) = service.ask(Method::GET, &format!("/orders/{}", order["id"]), "").await;
    assert_eq!((status, same), (StatusCode::OK, order));
    let (_, journal) = service.ask(Method::GET, "/journal", "").await;
    assert_eq!((&journal["seats_sold"], &journal["revenue"]), (&json!(2), &json!(200)));
    let (_, event) = service.ask(Method::GET, &format!("/events/{id}"), "").await;
    assert_eq!((&event["event"]["free"], &event["seats"][1]), (&json!(1), &json!("free")));
}

#[tokio::test]
async fn a_bad_request_is_told_what_is_wrong() {
    let service = Service::start();
    service.ask(Method::POST, "/events", r#"{ "name": "Aida", "price": 1, "seats": 9 }"#).await;
    let unprocessable = StatusCode::UNPROCESSABLE_ENTITY;
    for (method, path, body, status, error) in [
        (Method::GET, "/nothing", "", StatusCode::NOT_FOUND, "no such path"),
        (Method::GET, "/events/7", "", StatusCode::NOT_FOUND, "no such event"),
        (Method::GET, "/events/aida", "", StatusCode::BAD_REQUEST, "aida"),
        (Method::PATCH, "/events", "", StatusCode::METHOD_NOT_ALLOWED, "no such method"),
        (Method::DELETE, "/events/1", "", StatusCode::CONFLICT, "all of its seats are sold"),
        (Method::POST, "/events", "{", StatusCode::BAD_REQUEST, "JSON"),
        (Method::POST, "/events", r#"{ "name": "A" }"#, unprocessable, "price"),
        (
            Method::POST,
            "/events",
            r#"{ "name": "A", "price": 1, "seats": 0 }"#,
            unprocessable,
            "seats",
        ),
        (
            Method::POST,
            "/events/1/reservations",
            r#"{ "user": "ada", "seats": [] }"#,
            unprocessable,
            "one seat",
        ),
        (
            Method::POST,
            "/events/1/reservations",
            r#"{ "user": "ada", "seats": [9] }"#,
            unprocessable,
            "0 to 8",
        ),
        (
            Method::POST,
            "/events/1/reservations",
            r#"{ "user": "", "seats": [1] }"#,
            unprocessable,
            "user",
        ),
        (
            Method::POST,
            "/events/1/reservations",
            r#"{ "user": "ada", "seats": [0, 1, 2, 3, 4, 5, 6, 7, 8] }"#,
            StatusCode::TOO_MANY_REQUESTS,
            "8 seats",
        ),
        (
            Method::POST,
            "/orders",
            r#"{ "event": 1, "reservation": 5, "card": "4711" }"#,
            StatusCode::NOT_FOUND,
            "no such reservation",
        ),
        (
            Method::PUT,
            "/config",
            r#"{ "reservation_ms": 1, "seats_a_user": 0, "patience_ms": 1 }"#,
            unprocessable,
            "seats_a_user",
        ),
    ] {
        let (answered, answer) = service.ask(method, path, body).await;
        let text = answer["error"].as_str().unwrap_or_else(|| panic!("{path} {body}: no error"));
        assert_eq!(answered, status, "{path} {body}: {text}");
        assert!(text.contains(error), "{path} {body}: {text}");
    }
}

/// What is opened takes the map of the events alone, once each.
#[cfg(feature = "stats")]
#[tokio::test]
async fn the_pages_of_the_locks_agree_with_what_the_client_has_counted() {
    let service = Service::start();
    for _ in 0..7 {
        service.ask(Method::POST, "/events", r#"{ "name": "Aida", "price": 1, "seats": 9 }"#).await;
    }
    let (status, locks) = service.ask(Method::GET, "/locks.json", "").await;
    let classes = locks["classes"].as_array().expect("a list");
    let events =
        classes.iter().find(|class| class["name"] == "Office.events").expect("it was used");
    assert_eq!((status, &events["exclusive"]), (StatusCode::OK, &json!(7)));
    let metrics = service.page("/metrics").await;
    let line = "ironfence_acquisitions_total{lock=\"Office.events\",mode=\"exclusive\"} 7";
    assert!(metrics.lines().any(|it| it == line), "{metrics}");
    let page = service.page("/locks").await;
    assert!(page.starts_with("<!doctype html>") && page.contains("Office.events"));
}

#[cfg(not(feature = "stats"))]
#[tokio::test]
async fn without_the_statistics_the_pages_say_how_to_have_them() {
    let service = Service::start();
    for path in ["/locks", "/locks.json", "/metrics"] {
        let (status, answer) = service.ask(Method::GET, path, "").await;
        assert_eq!(status, StatusCode::NOT_IMPLEMENTED, "{path}");
        assert!(answer["error"].as_str().unwrap().contains("--features stats"), "{path}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_it_in_an_orderly_way() {
    let mut service = Service::start();
    service.ask(Method::POST, "/events", r#"{ "name": "Aida", "price": 1, "seats": 9 }"#).await;
    // An idle connection would be waited for.
    service.http = Client::new();
    let pid = service.program.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let mut rest = String::new();
    service.program.stdout.take().unwrap().read_to_string(&mut rest).unwrap();
    assert!(service.program.wait().unwrap().success());
    assert!(rest.contains("closed: 0 orders") && rest.contains("1 events open"), "{rest}");
}

#[test]
fn clients_drive_it_and_the_books_agree() {
    let (code, out, err) = run(example("service").args(["--drive", "20", "--seconds", "1"]));
    assert_eq!(code, Some(0), "{out}{err}");
    assert_eq!(out.lines().last(), Some("checked: no seat is sold twice, and the sums are exact"));
    let agree = out.contains("/metrics, /locks.json and the clients agree");
    assert_eq!(agree, cfg!(feature = "stats"), "{out}");
}
