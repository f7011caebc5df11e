//! `smallbank` as a program: what it prints, and how it exits.

use super::programs::{example, run};

/// Exit code, stdout and stderr of a bank with few customers that works for a second.
fn bank(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut program = example("smallbank");
    run(program.args(["--accounts", "300", "--tasks", "16", "--seconds", "1"]).args(arguments))
}

/// The count in a row of the first table.
fn count(out: &str, row: &str) -> u64 {
    let line = out.lines().find(|line| line.starts_with(&format!("| {row}")));
    let line = line.unwrap_or_else(|| panic!("no row `{row}` in {out}"));
    let cell = line.split('|').nth(2).expect("a count");
    cell.trim().replace(',', "").parse().expect("a number")
}

#[test]
fn every_transaction_has_its_row_and_no_cent_is_missing() {
    let (code, out, err) = bank(&[]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(out.lines().last(), Some("counted: not a cent is missing"));
    assert!(out.contains("BenchBase"), "it says where the mix is from: {out}");
    let kinds = [
        "Amalgamate",
        "Balance",
        "DepositChecking",
        "SendPayment",
        "TransactSavings",
        "WriteCheck",
        "Audit",
    ];
    for kind in kinds {
        assert!(count(&out, kind) > 0, "there were some of `{kind}`: {out}");
    }
    let mix: u64 = kinds[..6].iter().map(|kind| count(&out, kind)).sum();
    let payments = count(&out, "SendPayment") as f64 / mix as f64;
    assert!((0.2..0.3).contains(&payments), "a quarter are payments: {payments}");
}

#[test]
fn all_libraries_take_turns_and_are_compared() {
    let (code, out, err) = bank(&["--locks", "all"]);
    assert_eq!(code, Some(0), "{err}");
    for library in ["ironfence", "tokio", "async-lock"] {
        assert!(out.contains(&format!("\n{library}\n| transaction")), "{library}: {out}");
        assert!(out.contains(&format!("\n| {library} ")), "{library} is compared: {out}");
    }
    assert!(out.contains("medians of 5 rounds"), "{out}");
}

#[test]
fn a_cent_that_is_stolen_is_missed() {
    let (code, out, err) = bank(&["--locks", "tokio", "--steal"]);
    assert_eq!(code, Some(1), "{err}");
    assert!(!out.contains("counted:"), "{out}");
    let last = err.lines().last().unwrap_or_default();
    assert!(last.starts_with("smallbank: branch 0 has ") && last.ends_with(" 0.01 is missing"));
}

#[test]
fn locks_taken_in_the_order_of_the_arguments_end_in_a_deadlock_that_is_shown() {
    for library in ["ironfence", "tokio", "async-lock"] {
        let mut program = example("smallbank");
        program.args(["--accounts", "2", "--tasks", "8", "--seconds", "3600", "--naive"]);
        let (code, out, err) = run(program.args(["--locks", library]));
        assert_eq!(code, Some(3), "{library}: {err}");
        assert!(out.contains("Nobody gets any further:\n  task "), "{out}");
        for customer in ["0", "1"] {
            assert!(out.contains(&format!("and wants checking of customer {customer}")), "{out}");
        }
        assert!(err.lines().last().unwrap_or_default().contains("a deadlock of 2 tasks"), "{err}");
    }
}

#[test]
fn one_task_alone_has_no_deadlock_though_it_is_naive() {
    let mut program = example("smallbank");
    let (code, out, err) = run(program.args(["--naive", "--tasks", "1", "--seconds", "1"]));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.ends_with("counted: not a cent is missing\n"), "{out}");
}

#[test]
fn wrong_arguments_are_one_line_and_exit_code_2() {
    for (arguments, what) in [
        (&["--accounts", "1"][..], "--accounts"),
        (&["--accounts", "10", "--hot-accounts", "11"], "--hot-accounts"),
        (&["--hot-share", "101"], "--hot-share"),
        (&["--tasks", "0"], "--tasks"),
        (&["--seconds", "0"], "--seconds"),
        (&["--locks", "std"], "'std'"),
        (&["--naive", "--locks", "all"], "--naive"),
        (&["--tasks", "1", "--tasks", "2"], "--tasks"),
        (&["--fast"], "'--fast'"),
        (&["bank"], "'bank'"),
    ] {
        let (code, out, err) = run(example("smallbank").args(arguments));
        assert_eq!((code, &*out), (Some(2), ""), "{arguments:?}");
        assert_eq!(err.lines().count(), 1, "one line on stderr: {err}");
        assert!(err.starts_with("smallbank: ") && err.contains(what), "{err}");
    }
}

#[test]
fn the_help_tells_of_the_exit_codes() {
    let (code, out, err) = run(example("smallbank").arg("--help"));
    assert_eq!((code, &*err), (Some(0), ""));
    assert!(out.contains("Exit codes: 0 if all is well, 1 if a cent is missing"), "{out}");
    for option in ["--locks", "--accounts", "--hot-share", "--tasks", "--seconds", "--naive"] {
        assert!(out.contains(option), "{option}");
    }
}
