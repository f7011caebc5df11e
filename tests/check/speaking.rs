//! What a report does. Each in a process of its own: the modes are the process's.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Command, Output, Stdio},
    sync::Arc,
};

use ironfence::{
    Guarded, Mutex,
    check::{self, Kind},
    task,
};
use ironfence_tests::polled::{Polled, now};

use crate::says;

#[derive(Guarded)]
struct Said {
    #[guarded(mutex)]
    word: u32,
}

/// Runs the test `name` of this module again in a child, as the one that does the deed.
fn child(name: &str, mode: &str) -> Output {
    child_of(&format!("speaking::{name}"), mode)
}

/// Runs the test again in a child.
pub(crate) fn child_of(test: &str, mode: &str) -> Output {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env("IRONFENCE_CHECK", mode)
        .env("IRONFENCE_TEST_CHILD", "1")
        .output()
        .unwrap()
}

/// Runs the test again in a child, with these variables, until it has said this on stderr. True if it did.
pub(crate) fn child_says(test: &str, variables: &[(&str, &str)], said: &'static str) -> bool {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .envs(variables.iter().copied())
        .env("IRONFENCE_TEST_CHILD", "1")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let found = ironfence_tests::watchdog::must_end(move || {
        lines.map_while(Result::ok).any(|line| line.contains(said))
    });
    child.kill().unwrap();
    child.wait().unwrap();
    found
}

pub(crate) fn is_child() -> bool {
    env::var_os("IRONFENCE_TEST_CHILD").is_some()
}

/// Locks twice, and says so if it is still there.
fn lock_twice() {
    let said = Said { word: 0 }.into_guarded();
    let mut twice = Polled::new(task::named("twice", async {
        let _first = said.word.lock().await;
        let _second = said.word.lock().await;
    }));
    assert!(twice.poll().is_pending());
    println!("went on");
}

#[test]
fn it_is_printed_to_stderr_and_the_program_goes_on() {
    if is_child() {
        return lock_twice();
    }
    let output = child("it_is_printed_to_stderr_and_the_program_goes_on", "report");
    let text = String::from_utf8(output.stderr).unwrap();
    says(&text, &["ironfence: a task waits for `Said.word`, which it holds itself"]);
    says(&text, &["task \"twice\"", "it waits for ever"]);
    says(&String::from_utf8(output.stdout).unwrap(), &["went on"]);
}

#[test]
fn off_is_silent() {
    if is_child() {
        lock_twice();
        assert!(check::reports().is_empty() && check::waiting().is_empty());
        return;
    }
    let output = child("off_is_silent", "off");
    assert!(output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!text.contains("ironfence:"), "{text}");
}

#[test]
fn the_task_at_fault_panics() {
    if is_child() {
        return lock_twice();
    }
    let output = child("the_task_at_fault_panics", "panic");
    assert!(!output.status.success());
    assert!(!String::from_utf8(output.stdout).unwrap().contains("went on"));
}

#[test]
fn a_panic_leaves_the_lock_free() {
    if is_child() {
        let (first, second) = (Mutex::new(0), Mutex::new(0));
        let step = |first, then| {
            let both = task::named("step", async move {
                let _first = Mutex::lock(first).await;
                drop(Mutex::lock(then).await);
            });
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| now(both)))
        };
        assert!(step(&first, &second).is_ok());
        assert!(step(&second, &first).is_err(), "the opposite order panics");
        assert!(first.try_lock().is_ok() && second.try_lock().is_ok(), "both are free");
        println!("went on");
        return;
    }
    let output = child("a_panic_leaves_the_lock_free", "panic");
    says(&String::from_utf8(output.stdout).unwrap(), &["went on"]);
    assert!(output.status.success());
}

#[test]
fn abort_aborts() {
    if is_child() {
        return lock_twice();
    }
    let output = child("abort_aborts", "abort");
    assert!(!output.status.success());
    assert!(output.status.code().is_none() || cfg!(windows), "it ends by a signal");
    says(&String::from_utf8(output.stderr).unwrap(), &["which it holds itself"]);
}

#[test]
fn expect_none_fails_a_test_that_has_a_report() {
    if is_child() {
        check::expect_none();
        lock_twice();
        assert_eq!(check::reports().len(), 1);
        return check::expect_none();
    }
    let output = child("expect_none_fails_a_test_that_has_a_report", "report");
    assert!(!output.status.success());
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    says(&text, &["the lock checker has 1 report:", "which it holds itself (printed above)"]);
}

#[test]
fn the_dump_is_printed_while_somebody_waits() {
    if is_child() {
        let mutex = Mutex::new(0);
        check::name(&mutex, "dumped");
        let _held = now(mutex.lock());
        let _waiter = Polled::queued(mutex.lock());
        // Until the parent has read it and ends this process.
        loop {
            std::thread::park();
        }
    }
    let dumps = [("IRONFENCE_CHECK_DUMP", "0.01")];
    let found =
        child_says("speaking::the_dump_is_printed_while_somebody_waits", &dumps, "`dumped`");
    assert!(found, "the table names the lock");
}

#[test]
fn a_listener_may_lock_what_the_report_is_about() {
    if is_child() {
        static SEEN: Mutex<u32> = Mutex::new(0);
        check::on_report(|_| *SEEN.blocking_lock() += 1);
        lock_twice();
        assert_eq!(*SEEN.blocking_lock(), 1);
        return;
    }
    let output = child("a_listener_may_lock_what_the_report_is_about", "report");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn tasks_without_a_name_are_certain_if_the_user_says_that_they_are_sequential() {
    #[derive(Guarded)]
    struct Plain {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex)]
        second: u32,
    }

    /// Two tasks of tokio that wait for each other, and one that waits for itself. What is reported of it.
    fn deadlock() -> Vec<Kind> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let plain = Arc::new(Plain { first: 0, second: 0 }.into_guarded());
            let (one, other) = (plain.clone(), plain);
            tokio::spawn(async move {
                let _first = one.first.lock().await;
                tokio::task::yield_now().await;
                drop(one.second.lock().await);
            });
            tokio::spawn(async move {
                let _second = other.second.lock().await;
                drop(other.first.lock().await);
            });
            tokio::spawn(async move {
                let said = Said { word: 0 }.into_guarded();
                let _first = said.word.lock().await;
                drop(said.word.lock().await);
            });
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
        });
        check::take_reports().iter().map(check::Report::kind).collect()
    }

    if is_child() {
        assert_eq!(deadlock(), [], "they may have branches");
        check::tasks_are_sequential(true);
        let kinds = deadlock();
        for kind in [Kind::OutOfOrder, Kind::Deadlock, Kind::AlreadyHeld] {
            let same = kinds.iter().filter(|other| **other == kind);
            assert_eq!(same.count(), 1, "one {kind:?} among {kinds:?}");
        }
        return;
    }
    let name = "tasks_without_a_name_are_certain_if_the_user_says_that_they_are_sequential";
    let output = child(name, "report");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_listener_that_panics_does_not_stop_the_clock() {
    if is_child() {
        let (tell, told) = std::sync::mpsc::channel();
        check::on_report(move |report| {
            tell.send(report.locks().to_vec()).unwrap();
            panic!("the listener's");
        });
        check::set_wait_limit(Some(std::time::Duration::from_millis(1)));
        for name in ["first", "second"] {
            let mutex = Mutex::new(0);
            check::name(&mutex, name);
            let _held = now(mutex.lock());
            let _waiter = Polled::queued(mutex.lock());
            assert_eq!(told.recv().unwrap(), [name]);
        }
        println!("went on");
        return;
    }
    let output = ironfence_tests::watchdog::must_end(|| {
        child("a_listener_that_panics_does_not_stop_the_clock", "report")
    });
    says(&String::from_utf8(output.stdout).unwrap(), &["went on"]);
}

#[test]
fn a_deadlock_that_the_clock_finds_panics_nobody() {
    if is_child() {
        let (tell, told) = std::sync::mpsc::channel();
        check::on_report(move |report| tell.send(report.locks().to_vec()).unwrap());
        let said = Said { word: 0 }.into_guarded();
        let (asleep, is_asleep) = std::sync::mpsc::channel();
        let mut twice = Polled::new(task::named("twice", async {
            let _first = said.word.lock().await;
            futures::join!(Gone(Some(is_asleep)), async { drop(said.word.lock().await) });
        }));
        assert!(twice.poll().is_pending());
        asleep.send(()).unwrap();
        assert_eq!(told.recv().unwrap(), ["Said.word"]);
        // The clock has time for others still.
        check::set_wait_limit(Some(std::time::Duration::from_millis(1)));
        assert_eq!(told.recv().unwrap(), ["Said.word"]);
        println!("went on");
        return;
    }
    let output = ironfence_tests::watchdog::must_end(|| {
        child("a_deadlock_that_the_clock_finds_panics_nobody", "panic")
    });
    says(&String::from_utf8(output.stdout).unwrap(), &["went on"]);
}

/// Goes to sleep with a waker that a thread of its own drops when it is told that the poll is over.
struct Gone(Option<std::sync::mpsc::Receiver<()>>);

impl std::future::Future for Gone {
    type Output = ();

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<()> {
        if let Some(is_asleep) = self.0.take() {
            let waker = context.waker().clone();
            std::thread::spawn(move || {
                // A waker that is dropped during the poll is seen at its end, by the task itself.
                is_asleep.recv().unwrap();
                drop(waker);
            });
        }
        std::task::Poll::Pending
    }
}

/// Prints the events of this library.
struct Printer;

impl tracing::Subscriber for Printer {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "ironfence"
    }

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            println!("{}: {value:?}", field.name());
        });
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

#[test]
fn with_tracing_a_report_is_an_event() {
    if is_child() {
        tracing::subscriber::set_global_default(Printer).unwrap();
        return lock_twice();
    }
    let output = child("with_tracing_a_report_is_an_event", "report");
    let text = String::from_utf8(output.stdout).unwrap();
    says(&text, &["message: ironfence: a task waits for `Said.word`"]);
    says(&text, &["kind: AlreadyHeld"]);
    says(&text, &["locks: [\"Said.word\"]"]);
    let other = String::from_utf8(output.stderr).unwrap();
    assert!(!other.contains("Said.word"), "it is not on stderr too: {other}");
}
