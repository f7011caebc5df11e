//! What is one class, and what is one value.

use ironfence::{Guarded, Mutex, check::Kind};

use crate::{nothing_about, reports_about, run, the_report};

#[test]
fn two_readers_of_one_class_need_no_word_until_somebody_writes() {
    #[derive(Guarded)]
    struct Tenant {
        #[guarded(rwlock)]
        settings: u32,
    }
    let tenants = [1, 2].map(|settings| Tenant { settings }.into_guarded());
    let compare = || {
        run("compare", async {
            let one = tenants[0].settings.read().await;
            assert_ne!(*one, *tenants[1].settings.read().await);
        });
    };
    compare();
    run("compare past writers", async {
        let one = tenants[0].settings.read().await;
        assert_ne!(*one, *tenants[1].settings.read_recursive().await);
    });
    nothing_about("Tenant.");
    run("set", async { *tenants[0].settings.write().await += 2 });
    compare();
    the_report(Kind::SameClass, "Tenant.");
}

#[test]
fn locks_that_are_made_by_a_function_given_to_std_have_no_class() {
    let stripes: Vec<_> = (0..2).map(Mutex::new).collect();
    let limit = Option::map("1".parse().ok(), Mutex::<u32>::new).expect("it is a number");
    let make: [fn(u32) -> Mutex<u32>; 1] = [Mutex::new];
    let [made, other] = [1, 2].map(make[0]);
    run("stripes and a limit", async {
        let _stripe = stripes[0].lock().await;
        let _limit = limit.lock().await;
        let _made = made.lock().await;
        drop(other.lock().await);
    });
    let of_nobody = |lock: &String| lock.contains("/core/src/") || lock.contains("ironfence/src/");
    let reports = reports_about("the lock made at ");
    let about: Vec<_> = reports.iter().filter(|it| it.locks().iter().any(of_nobody)).collect();
    assert!(about.is_empty(), "no place of the program made them: {about:#?}");
}

#[test]
fn fields_that_were_taken_out_of_their_twin_are_no_value_any_more() {
    #[derive(Guarded)]
    struct Apart {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex)]
        second: u32,
        #[guarded(mutex)]
        third: u32,
    }
    let ApartGuarded { first, second, third } =
        Apart { first: 1, second: 2, third: 3 }.into_guarded();
    let elsewhere = [second, first, third];
    let [second, first, third] = &elsewhere;
    run("in order", async {
        let _first = first.lock().await;
        let _second = second.lock().await;
        drop(third.lock().await);
    });
    nothing_about("Apart.");
}

#[test]
fn a_label_is_what_reports_call_a_lock_and_joins_no_classes() {
    #[derive(Guarded)]
    #[guarded(label = "Labelled shop")]
    struct Labelled {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex, label = "Labelled journal")]
        second: u32,
    }
    #[derive(Guarded)]
    struct Other(#[guarded(mutex, label = "Labelled journal")] u32);

    let labelled = Labelled { first: 0, second: 0 }.into_guarded();
    let other = Other(0).into_guarded();
    run("both", async {
        let _journal = labelled.second.lock().await;
        drop(other.0.lock().await);
    });
    nothing_about("Labelled");
    run("backwards", async {
        let _journal = labelled.second.lock().await;
        drop(labelled.first.lock().await);
    });
    let text = the_report(Kind::OutOfOrder, "Labelled");
    assert!(text.contains("`Labelled shop.first` is taken after `Labelled journal`"), "{text}");
    assert!(text.contains("both are of one `Labelled`"), "the struct is to be found: {text}");
}
