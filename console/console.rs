//! Our locks in tokio-console: `console-subscriber` serves them, and a client of its protocol, as the console
//! itself is one, is told of them.

use std::{collections::HashMap, net::TcpListener, sync::Arc, time::Duration};

use console_api::{
    Attribute, Field,
    field::{Name, Value},
    instrument::{InstrumentRequest, Update, instrument_client::InstrumentClient},
};
use ironfence::{Guarded, Mutex, RwLockUpgradableReadGuard};
use tokio::time::{sleep, timeout};
use tracing::{
    Event, Subscriber,
    span::{Attributes, Id},
};
use tracing_subscriber::{
    layer::{Context, Layer, SubscriberExt},
    util::SubscriberInitExt,
};

#[derive(Guarded, Default)]
struct Bank {
    #[guarded(rwlock)]
    accounts: u32,
    #[guarded(mutex, label = "the journal")]
    journal: u32,
}

/// What the console knows.
#[derive(Default)]
struct Seen {
    /// By their ids: what they are called, and their kind.
    resources: HashMap<u64, (String, String)>,
    /// Their attributes, by the ids of resources.
    attributes: HashMap<u64, HashMap<String, u64>>,
    /// Which of them are gone.
    gone: Vec<u64>,
    /// Waits, by their ids: of which resource, and how it is asked for.
    waits: HashMap<u64, (u64, String)>,
    /// The tasks that wait, by the ids of waits.
    waiting_tasks: HashMap<u64, u64>,
    /// What polls of locks have found, by resource.
    polls: Vec<(u64, bool)>,
    /// The names of tasks.
    tasks: HashMap<u64, String>,
}

impl Seen {
    fn take(&mut self, update: Update) {
        if let Some(tasks) = update.task_update {
            for task in tasks.new_tasks {
                let name = task.fields.iter().find_map(|field| match (&field.name, &field.value) {
                    (Some(Name::StrName(name)), Some(Value::StrVal(value)))
                        if name == "task.name" =>
                    {
                        Some(value.clone())
                    }
                    (_, Some(Value::DebugVal(value))) if is_called(field, "task.name") => {
                        Some(value.clone())
                    }
                    _ => None,
                });
                self.tasks.insert(task.id.unwrap().id, name.unwrap_or_default());
            }
        }
        if let Some(resources) = update.resource_update {
            for resource in resources.new_resources {
                let kind = format!("{:?}", resource.kind);
                self.resources.insert(resource.id.unwrap().id, (resource.concrete_type, kind));
            }
            for (id, stats) in resources.stats_update {
                if stats.dropped_at.is_some() {
                    self.gone.push(id);
                }
                self.attributes.insert(id, stats.attributes.iter().filter_map(number).collect());
            }
            let polls = resources.new_poll_ops.into_iter();
            self.polls.extend(polls.map(|poll| (poll.resource_id.unwrap().id, poll.is_ready)));
        }
        if let Some(waits) = update.async_op_update {
            for wait in waits.new_async_ops {
                let of = wait.resource_id.unwrap().id;
                self.waits.insert(wait.id.unwrap().id, (of, wait.source));
            }
            for (id, stats) in waits.stats_update {
                self.waiting_tasks.extend(stats.task_id.map(|task| (id, task.id)));
            }
        }
    }

    fn id(&self, name: &str) -> Option<u64> {
        self.resources.iter().find(|(_, (it, _))| it == name).map(|(id, _)| *id)
    }

    /// An attribute of the lock of this name.
    fn number(&self, lock: &str, attribute: &str) -> Option<u64> {
        self.attributes.get(&self.id(lock)?)?.get(attribute).copied()
    }

    /// The names of tasks that have waited so for the lock of this name.
    fn waiters(&self, lock: &str, how: &str) -> Vec<&str> {
        let waits = self
            .waits
            .iter()
            .filter(|(_, (of, source))| Some(*of) == self.id(lock) && source == how);
        waits
            .filter_map(|(wait, _)| Some(self.tasks.get(self.waiting_tasks.get(wait)?)?.as_str()))
            .collect()
    }
}

fn is_called(field: &Field, name: &str) -> bool {
    matches!(&field.name, Some(Name::StrName(it)) if it == name)
}

fn number(attribute: &Attribute) -> Option<(String, u64)> {
    match attribute.field.as_ref()? {
        Field { name: Some(Name::StrName(name)), value: Some(Value::U64Val(value)), .. } => {
            Some((name.clone(), *value))
        }
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locks_stand_in_the_console_under_their_names() {
    let bank = Arc::new(Bank::default().into_guarded());
    drop(bank.journal.lock().await); // nobody listens yet
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let console = console_subscriber::ConsoleLayer::builder()
        .server_addr(([127, 0, 0, 1], port))
        .publish_interval(Duration::from_millis(50))
        .spawn();
    tracing_subscriber::registry().with(console).init();
    let mut client = loop {
        match InstrumentClient::connect(format!("http://127.0.0.1:{port}")).await {
            Ok(client) => break client,
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    };
    let mut updates = client.watch_updates(InstrumentRequest {}).await.unwrap().into_inner();
    let mut seen = Seen::default();
    let mut until = async |what: &str, is_so: &dyn Fn(&Seen) -> bool| {
        let wait = async {
            while !is_so(&seen) {
                seen.take(updates.message().await.unwrap().expect("the server goes on"));
            }
        };
        assert!(
            timeout(Duration::from_secs(60), wait).await.is_ok(),
            "{what}: {:?} {:?} {:?} {:?}",
            seen.resources,
            seen.attributes,
            seen.waits,
            seen.tasks
        );
    };

    let writer = bank.accounts.write().await;
    drop(bank.journal.lock().await);
    let clerk = tokio::task::Builder::new().name("clerk").spawn({
        let bank = bank.clone();
        async move { *bank.accounts.read().await }
    });
    let clerk = clerk.unwrap();
    let accounts = "Bank.accounts";
    until("one holds, one waits", &|seen| {
        seen.number(accounts, "held") == Some(1)
            && seen.number(accounts, "waiting") == Some(1)
            && seen.number("the journal", "held") == Some(0)
            && seen.waiters(accounts, "read") == ["clerk"]
    })
    .await;
    until("it is a lock, and the poll found it held", &|seen| {
        let id = seen.id(accounts).unwrap();
        seen.resources[&id].1.contains("Sync") && seen.polls.contains(&(id, false))
    })
    .await;

    drop(writer);
    assert_eq!(clerk.await.unwrap(), 0);
    until("all is over", &|seen| {
        let id = seen.id(accounts).unwrap();
        seen.number(accounts, "held") == Some(0)
            && seen.number(accounts, "waiting") == Some(0)
            && seen.polls.contains(&(id, true))
    })
    .await;

    // A wait that is given up, and an upgrade that is.
    let upgradable = bank.accounts.upgradable_read().await;
    let reader = bank.accounts.read().await;
    let upgrade = RwLockUpgradableReadGuard::upgrade(upgradable);
    assert!(timeout(Duration::from_millis(1), upgrade).await.is_err());
    drop(reader);
    drop(bank.accounts.write().await);
    until("nobody holds or waits", &|seen| {
        seen.waits.values().any(|(_, how)| how == "upgrade")
            && seen.number(accounts, "held") == Some(0)
            && seen.number(accounts, "waiting") == Some(0)
    })
    .await;

    drop(bank);
    until("a lock that is dropped is gone", &|seen| {
        seen.id(accounts).is_some_and(|id| seen.gone.contains(&id))
    })
    .await;
}

/// Uses a lock of ours for each thing that it is told.
struct Counting;

static TOLD: Mutex<u32> = Mutex::new(0);

impl<S: Subscriber> Layer<S> for Counting {
    fn on_new_span(&self, _: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        *TOLD.blocking_lock() += 1;
    }

    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        *TOLD.blocking_lock() += 1;
    }

    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        *TOLD.blocking_lock() += 1;
    }
}

#[test]
fn a_subscriber_may_use_locks_of_ours_itself() {
    let lock = Mutex::new(0);
    let subscriber = tracing_subscriber::registry().with(Counting);
    tracing::subscriber::with_default(subscriber, || drop(lock.blocking_lock()));
    // A span and its two numbers, the hold and its end; and the span was entered for the numbers and for both.
    assert_eq!(*TOLD.blocking_lock(), 1 + 2 + 2 + 3);
}
