//! The ledger of `smallbank` finds what it is there to find.

use clap::Parser as _;

use super::smallbank::{
    Failure,
    arguments::Arguments,
    libraries::{AsyncLock, Ironfence, Library, Tokio},
    run::run,
    state::{Bank, Missing, Posting, money},
};

/// What counting finds in a bank of 250 customers to which something was done.
async fn counted<L: Library>(done: impl AsyncFnOnce(&Bank<L>)) -> Result<i64, Missing> {
    let bank = Bank::<L>::open(250);
    let opening = bank.count(0).await.expect("nothing was done yet");
    assert!((500 * 1_000_000..=500 * 5_000_000).contains(&opening), "two accounts each");
    done(&bank).await;
    bank.count(0).await.map(|total| total - opening)
}

#[tokio::test]
async fn a_cent_that_was_taken_is_missed_in_its_branch_whatever_the_locks_are() {
    for found in [
        counted::<Ironfence>(async |bank| bank.steal().await).await,
        counted::<Tokio>(async |bank| bank.steal().await).await,
        counted::<AsyncLock>(async |bank| bank.steal().await).await,
    ] {
        let missing = found.expect_err("a cent is missing");
        assert_eq!((&*missing.place, missing.expected - missing.counted), ("branch 0", 1));
        assert!(missing.to_string().ends_with("0.01 is missing"), "{missing}");
    }
}

#[tokio::test]
async fn money_that_is_posted_and_not_brought_is_missed_in_its_branch() {
    let found = counted::<Ironfence>(async |bank| bank.post(249, 130)).await;
    assert_eq!(found.expect_err("it was not brought").place, "branch 2");
}

#[tokio::test]
async fn money_that_the_books_tell_of_and_no_account_has_is_missed_in_the_bank() {
    let posting = Posting { transactions: 0, cash: 500 };
    let found = counted::<Ironfence>(async |bank| bank.enter(posting).await).await;
    assert_eq!(found.expect_err("it is in no account").place, "the bank");
}

#[tokio::test]
async fn money_that_is_brought_posted_and_entered_is_counted() {
    let found = counted::<Tokio>(async |bank| {
        *bank.account(7).savings.write().await += 500;
        bank.post(7, 500);
        bank.enter(Posting { transactions: 0, cash: 500 }).await;
    });
    assert_eq!(found.await.expect("all is in order"), 500);
}

#[tokio::test]
async fn an_audit_that_found_something_is_remembered_when_all_is_well_again() {
    let found = counted::<Ironfence>(async |bank| {
        bank.post(0, 1);
        bank.audit(0).await;
        bank.post(0, -1);
        bank.audit(0).await;
    });
    assert_eq!(found.await.expect_err("it was wrong once").place, "branch 0");
}

#[test]
fn a_failure_has_the_exit_code_of_its_kind() {
    let arguments = Arguments::parse_from([
        "smallbank",
        "--accounts",
        "2",
        "--tasks",
        "1",
        "--seconds",
        "1",
        "--steal",
    ]);
    let failure = run(&arguments, &mut Vec::new()).expect_err("a cent was stolen");
    assert!(matches!(failure, Failure::Missing(_)) && failure.code() == 1);
}

#[test]
fn amounts_are_written_with_two_digits_after_the_point() {
    assert_eq!([5, -5, 120, -1230].map(money), ["0.05", "-0.05", "1.20", "-12.30"]);
}
