//! A ticket office as a web service: axum, with the office's state behind guards.
//!
//! ```text
//! cargo run --release --example service                  # listens on loopback, and prints its address
//! cargo run --release --example service --features stats # and shows its locks, at /locks
//! cargo run --release --example service --features stats -- --drive 200   # 200 clients, then the books are checked
//! ```
//!
//! The office has a configuration, users, orders, a journal, and a map of its events; each event has seats and
//! reservations behind locks of its own (`state.rs`). What a request needs of the office and of an event it
//! takes as one group, so no two requests can wait for each other in a circle (`desk.rs`). Every task has a
//! name, requests that take too long are answered with 503 instead of hanging, and Ctrl-C ends the service in an
//! orderly way: the requests that run are finished, and the plain state is taken out of its locks.
//!
//! | path | |
//! |---|---|
//! | `GET /events`, `POST /events` | `{"name": "Aida", "price": 2500, "seats": 100}` |
//! | `GET /events/1`, `DELETE /events/1` | an event seat by seat; closing one that is sold out |
//! | `POST /events/1/reservations` | `{"user": "ada", "seats": [0, 1]}` |
//! | `DELETE /events/1/reservations/2` | |
//! | `POST /orders` | `{"event": 1, "reservation": 2, "card": "any"}` |
//! | `GET /orders/3`, `GET /journal` | |
//! | `GET /config`, `PUT /config` | `{"reservation_ms": 300, "seats_a_user": 8, "patience_ms": 2000}` |
//! | `GET /locks`, `GET /locks.json`, `GET /metrics` | who waits for which lock, and for how long (feature `stats`) |
//!
//! Exit codes: 0 if all is well, 1 if something did not hold, 2 if the arguments are wrong.

mod api;
mod arguments;
mod books;
mod desk;
mod drive;
mod locks;
mod pages;
mod refusal;
mod state;

use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use clap::{Parser, error::ErrorKind};
use ironfence::task;
use tokio::{
    net::TcpListener,
    signal,
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep},
};

use self::{
    arguments::Arguments,
    state::{Config, Office, OfficeGuarded},
};

/// How often reservations are looked at that may be over.
const SWEEP: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return told(&error),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.to_string()),
    };
    match runtime.block_on(task::named("main", run(&arguments))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// The help, or in one line what is wrong with the arguments.
fn told(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    _ = writeln!(io::stderr(), "service: {}", line.trim_start_matches("error: "));
    ExitCode::from(2)
}

fn failed(error: &str) -> ExitCode {
    _ = writeln!(io::stderr(), "service: {error}");
    ExitCode::FAILURE
}

async fn run(arguments: &Arguments) -> Result<(), String> {
    let listener = TcpListener::bind(("127.0.0.1", arguments.port))
        .await
        .map_err(|error| format!("can't listen on 127.0.0.1:{}: {error}", arguments.port))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let base = format!("http://{address}");
    // Who reads our output may stop reading; the service goes on.
    _ = writeln!(io::stdout(), "listening on {base}");

    let office = Arc::new(Office::new(Config::default()).into_guarded());
    let (stop, stopped) = watch::channel(());
    let sweeper = tokio::spawn(task::named("sweeper", sweep(office.clone(), stopped.clone())));
    let app = api::app(office.clone(), arguments.most as usize)?;
    let server = serve(listener, app, stopped);

    let driven = match arguments.drive {
        None => {
            signal::ctrl_c().await.map_err(|error| error.to_string())?;
            None
        }
        Some(clients) => {
            let seconds = Duration::from_secs(arguments.seconds.into());
            Some(drive::drive(&base, clients, seconds).await)
        }
    };

    drop(stop);
    server.await.map_err(|error| error.to_string())?.map_err(|error| error.to_string())?;
    sweeper.await.map_err(|error| error.to_string())?;
    office.payments.close();
    office.payments.wait().await;
    let office = alone(office).await?.into_inner();
    let books = books::Books::of(office)?;
    _ = writeln!(io::stdout(), "{books}");
    if let Some(driven) = driven {
        let driven = driven?;
        books.compare(&driven)?;
        _ = writeln!(
            io::stdout(),
            "{driven}\n{}{}\nchecked: no seat is sold twice, and the sums are exact",
            memory().unwrap_or_default(),
            locks::table()
        );
    }
    Ok(())
}

/// How much memory this program had at the most, with its clients, as a line; where the system tells it so.
fn memory() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(format!("memory: {} MB at the most, the clients included\n", kilobytes / 1024))
}

/// The office, when nobody else has it: a connection says that it is closed a moment before it drops its `Arc`.
async fn alone(mut office: Arc<OfficeGuarded>) -> Result<OfficeGuarded, String> {
    for _ in 0..1000 {
        match Arc::try_unwrap(office) {
            Ok(office) => return Ok(office),
            Err(shared) => office = shared,
        }
        sleep(Duration::from_millis(5)).await;
    }
    Err("a task still has the office, 5 s after the last connection".into())
}

fn serve(
    listener: TcpListener,
    app: Router,
    mut stopped: watch::Receiver<()>,
) -> JoinHandle<io::Result<()>> {
    tokio::spawn(async move {
        let stop = async move { _ = stopped.changed().await };
        axum::serve(listener, app).with_graceful_shutdown(stop).await
    })
}

/// Ends reservations that are over, until the service stops.
async fn sweep(office: Arc<OfficeGuarded>, mut stopped: watch::Receiver<()>) {
    let mut ticks = interval(SWEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stopped.changed() => return,
        }
        if let Err(refusal) = desk::expire(&office).await {
            _ = writeln!(io::stderr(), "service: the sweeper failed: {refusal:?}");
        }
    }
}
