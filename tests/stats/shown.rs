//! The statistics as a table, as JSON, as a page, and through the `metrics` facade.

use ironfence::{Guarded, stats};
use ironfence_tests::polled::now;
use metrics_exporter_prometheus::PrometheusBuilder;
use serde_json::Value;

use crate::{class, pass, waiting};

#[derive(Guarded, Default)]
struct Shown {
    #[guarded(mutex)]
    journal: u32,
}

fn use_it() {
    let shown = Shown::default().into_guarded();
    let guard = now(shown.journal.lock());
    let mut waiter = waiting(shown.journal.lock());
    pass(2);
    drop(guard);
    drop(waiter.finish());
}

#[test]
fn the_table_begins_with_what_was_waited_for_longest() {
    use_it();
    let snapshot = stats::snapshot();
    let table = snapshot.to_string();
    let mut lines = table.lines();
    let head = lines.next().expect("a head");
    assert!(head.starts_with("lock ") && head.contains("waited") && head.contains("p99"), "{head}");
    assert_eq!(lines.clone().count(), snapshot.classes.len());
    assert!(lines.any(|line| line.starts_with("Shown.journal ")), "{table}");
    let sums: Vec<_> = snapshot.classes.iter().map(|class| class.wait.sum()).collect();
    assert!(sums.is_sorted_by(|one, other| one >= other), "{sums:?}");
    let widths: Vec<_> = table.lines().map(|line| line.chars().count()).collect();
    assert!(widths.iter().all(|width| *width == widths[0]), "the columns stand below each other");
}

#[test]
fn the_json_has_the_same_numbers() {
    use_it();
    let json: Value = serde_json::from_str(&stats::json()).expect("it is JSON");
    let classes = json["classes"].as_array().expect("a list");
    let shown =
        classes.iter().find(|class| class["name"] == "Shown.journal").expect("it was taken");
    assert!(
        shown["exclusive"].as_u64() >= Some(2) && shown["waited"].as_u64() >= Some(1),
        "{shown}"
    );
    let buckets = shown["wait"]["buckets"].as_array().expect("a list");
    let sum: u64 = buckets.iter().map(|bucket| bucket[2].as_u64().expect("a count")).sum();
    assert_eq!(Some(sum), shown["wait"]["count"].as_u64());
}

#[test]
fn serde_shows_what_the_json_shows() {
    use_it();
    let json: Value = serde_json::from_str(&stats::json()).expect("it is JSON");
    let snapshot = stats::snapshot();
    let by_serde = serde_json::to_value(&snapshot).expect("plain data");
    let class = |json: &Value| {
        let classes = json["classes"].as_array().expect("a list");
        let name = |name: &str| classes.iter().find(|class| class["name"] == name).cloned();
        name("Shown.journal").expect("it was taken")
    };
    let keys = |value: &Value| -> Vec<String> {
        value.as_object().expect("it has names").keys().cloned().collect()
    };
    assert_eq!(keys(&class(&json)), keys(&class(&by_serde)));
    for times in ["wait", "hold"] {
        assert_eq!(keys(&class(&json)[times]), keys(&class(&by_serde)[times]));
    }
    let (plain, shown) = (snapshot.class("Shown.journal").unwrap(), class(&by_serde));
    assert_eq!(shown["exclusive"], plain.taken.exclusive);
    assert_eq!(shown["wait"]["sum_ns"], plain.wait.sum().as_nanos() as u64);
    let buckets = shown["wait"]["buckets"].as_array().expect("a list");
    assert_eq!(buckets.len(), plain.wait.buckets().count());
    assert_eq!(serde_json::to_value(plain).unwrap(), shown);
}

#[test]
fn the_page_needs_nothing_from_outside() {
    let odd = ironfence::Mutex::new(0);
    stats::name(&odd, "</script><b>\"odd\"\n\\");
    drop(now(odd.lock()));
    let page = stats::page();
    assert!(page.contains("u003c/script>") && !page.contains("DATA"), "the data are in it");
    for outside in ["src=", "href=", "@import", "url(", "http://", "https://"] {
        // The picture of the order names its kind, and refers to its own arrowheads.
        let page = page.replace("http://www.w3.org/2000/svg", "").replace("url(#", "");
        assert!(!page.contains(outside), "`{outside}` is on the page");
    }
    assert_eq!(page.matches("</script>").count(), 1);
    let json: Value = serde_json::from_str(&stats::json()).expect("it is JSON");
    let names = json["classes"].as_array().unwrap().iter().map(|class| &class["name"]);
    assert!(names.into_iter().any(|name| name == "</script><b>\"odd\"\n\\"));
}

#[test]
fn the_metrics_agree_with_the_snapshot_however_often_they_are_published() {
    use_it();
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::with_local_recorder(&recorder, || {
        stats::publish();
        use_it();
        stats::publish();
        stats::publish();
    });
    let text = handle.render();
    let value = |metric: &str| -> f64 {
        let line = text.lines().find(|line| line.starts_with(metric));
        let line = line.unwrap_or_else(|| panic!("{metric} is not in\n{text}"));
        line.rsplit(' ').next().unwrap().parse().unwrap()
    };
    let journal = class("Shown.journal");
    let exclusive =
        value("ironfence_acquisitions_total{lock=\"Shown.journal\",mode=\"exclusive\"}");
    // Other tests here use it too, meanwhile.
    assert!(exclusive >= 4.0 && exclusive <= journal.taken.exclusive as f64, "{exclusive}");
    let waits = value("ironfence_waits_total{lock=\"Shown.journal\"}");
    assert_eq!(value("ironfence_wait_seconds_count{lock=\"Shown.journal\"}"), waits);
    let sum = value("ironfence_wait_seconds_sum{lock=\"Shown.journal\"}");
    assert!(sum >= 0.004 * 0.8 && sum <= journal.wait.sum().as_secs_f64() * 1.2, "{sum}");
    assert_eq!(value("ironfence_waiting{lock=\"Shown.journal\"}"), 0.0);
    assert_eq!(value("ironfence_passes_total{lock=\"Shown.journal\"}"), 0.0);
}
