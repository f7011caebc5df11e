//! `#[ironfence::test]`: with the lock checker and without it, it leaves the test what it is.

use std::{num::ParseIntError, sync::Arc};

use ironfence::{Guarded, Mutex, task};

#[derive(Guarded, Default, Clone)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<i64>,
    #[guarded(mutex)]
    journal: Vec<String>,
}

#[ironfence::test]
#[tokio::test]
async fn above_the_attribute_of_a_runtime_it_runs_there() {
    let bank = Arc::new(Bank::default().into_guarded());
    let opened = tokio::spawn(task::named("open", {
        let bank = bank.clone();
        async move {
            let mut held = bank.locks().write_accounts().lock_journal().await;
            held.accounts.push(0);
            held.journal.push("opened".into());
        }
    }));
    opened.await.unwrap();
    assert_eq!(bank.snapshot().await.accounts, [0]);
}

#[ironfence::test(limit = 30)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_runtime_of_several_threads_too() -> Result<(), ParseIntError> {
    let count = Arc::new(Mutex::new("1".parse::<u32>()?));
    let tasks = [(); 4].map(|()| {
        let count = count.clone();
        tokio::spawn(task::named("add", async move { *count.lock().await += 1 }))
    });
    for task in tasks {
        task.await.unwrap();
    }
    if *count.lock().await != 5 {
        return Err("five".parse::<u32>().unwrap_err());
    }
    Ok(())
}

#[ironfence::test(limit = 0.5e2)]
async fn alone_it_needs_no_runtime() -> Result<(), Box<dyn std::error::Error>> {
    let mutex = Mutex::new(1);
    *mutex.lock().await += "1".parse::<i32>()?;
    assert_eq!(*mutex.lock().await, 2);
    Ok(())
}

#[ironfence::test]
async fn alone_it_waits_for_other_threads() {
    let (tell, told) = futures::channel::oneshot::channel();
    std::thread::spawn(|| tell.send(5).unwrap());
    assert_eq!(told.await, Ok(5));
}

#[ironfence::test]
#[should_panic(expected = "as it should")]
async fn other_attributes_stay() {
    panic!("as it should");
}

#[ironfence::test]
#[ignore = "it is never to run"]
async fn ignored_ones_are_ignored() {
    unreachable!();
}

/// Stands for the attributes that hand arguments to a test: tools have their own.
mod arguments {
    use std::num::ParseIntError;

    #[ironfence::test]
    #[miri::test]
    pub(super) async fn arguments<'a, T, const N: usize>(
        mut sum: u32,
        (one, other): (u32, &'a str),
        _: Option<Vec<::std::string::String>>,
        all: [T; N],
        each: impl Fn(u32) -> u32,
    ) -> Result<(u32, T), ParseIntError>
    where
        T: Default + Clone + PartialEq + std::fmt::Debug,
    {
        sum += one + other.parse::<u32>()?;
        if N == 0 {
            return Ok((each(sum), T::default()));
        }
        assert_eq!(all[0], all[N - 1]);
        Ok((each(sum), all[0].clone()))
    }
}

#[ironfence::test]
#[tokio::test]
async fn arguments_and_what_is_returned_are_kept() {
    let tested = arguments::arguments(1, (2, "3"), None, ["a"; 2], |sum| sum * 2).await;
    assert_eq!(tested, Ok((12, "a")));
    let tested = arguments::arguments::<u8, 0>(1, (2, "3"), None, [], |sum| sum).await;
    assert_eq!(tested, Ok((6, 0)));
    assert!(arguments::arguments(1, (2, "x"), None, [0], |sum| sum).await.is_err());
}

mod renamed {
    pub(crate) mod inner {
        pub(crate) use ironfence as library;
    }

    #[ironfence::test(crate = crate::tested::renamed::inner::library)]
    async fn it_is_found_under_another_name() {}
}

#[test]
fn it_is_no_byte_without_the_checker() {
    let future = async {
        let mutex = Mutex::new(0);
        *mutex.lock().await += 1;
    };
    let size = size_of_val(&future);
    let tested = ironfence::__private::test_of("test", None, future);
    if cfg!(not(feature = "check")) {
        assert_eq!(size_of_val(&tested), size);
    }
}
