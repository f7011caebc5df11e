//! The page of the lock statistics as somebody sees it who looks at a running service: with Chromium, without a
//! screen. `cargo test -p ironfence-browser`; the picture in the README is written by
//! `cargo test --release -p ironfence-browser -- --ignored`.

mod chromium;
mod service;

use fantoccini::key::Key;

use self::{chromium::visit, service::Service};

const SIZE: (u32, u32) = (1200, 800);
const TAB: Key = Key::Tab;

/// How often the locks of this name were taken, as the page says.
fn taken(lock: &str) -> String {
    format!(
        "[...document.querySelectorAll('#locks tbody tr')]
            .find(row => row.cells[0].textContent === '{lock}')?.cells[1].textContent"
    )
}

/// What has the focus: its id, or else its text.
const FOCUSED: &str = "document.activeElement.id || document.activeElement.textContent";

#[tokio::test]
async fn the_rows_change_while_clients_run() {
    let service = Service::driven(20, 600);
    visit(service.locks(), SIZE, async |page| {
        let users = taken("Office.users");
        let mut counts = vec!["undefined".to_owned()];
        for _ in 0..3 {
            let before = counts.last().unwrap();
            counts.push(page.changes(&users, before).await);
        }
        let counts: Vec<u64> =
            counts[1..].iter().map(|count| count.replace(',', "").parse().unwrap()).collect();
        assert!(counts.is_sorted(), "it only grows: {counts:?}");
        let reloaded = page.eval("return performance.getEntriesByType('navigation').length").await;
        assert_eq!(reloaded, 1, "the page was not loaded again");
    })
    .await;
}

#[tokio::test]
async fn everything_is_reached_by_the_keyboard_and_stays_in_focus_when_the_page_updates() {
    let service = Service::driven(20, 600);
    visit(service.locks(), SIZE, async |page| {
        let reach = async |what: &str| {
            for _ in 0..60 {
                if page.text(FOCUSED).await == what {
                    let outline = "getComputedStyle(document.activeElement).outlineStyle";
                    assert_ne!(page.text(outline).await, "none", "one sees where one is: {what}");
                    return;
                }
                page.press(TAB).await;
            }
            panic!("60 times Tab do not lead to {what}");
        };
        let updated = async || {
            page.changes(&taken("Office.users"), &page.text(&taken("Office.users")).await).await
        };

        // A busy browser may not listen to the first key yet.
        while page.text("document.activeElement === document.body").await == "true" {
            page.press(TAB).await;
        }
        assert_eq!(page.text(FOCUSED).await, "sort-name", "the first thing is the first head");
        reach("sort-taken").await;
        page.press(Key::Enter).await;
        let sorted = "document.querySelector('th[aria-sort=descending]').textContent";
        assert_eq!(page.text(sorted).await, "Taken");
        let column = "return [...document.querySelectorAll('#locks tbody tr')]
            .map(row => +row.cells[1].textContent.replaceAll(',', ''))";
        let column: Vec<u64> = serde_json::from_value(page.eval(column).await).unwrap();
        assert!(column.len() > 5 && column.is_sorted_by(|one, next| one >= next), "{column:?}");
        updated().await;
        assert_eq!(
            page.text(FOCUSED).await,
            "sort-taken",
            "an update leaves the focus where it is"
        );

        reach("Event.seats").await;
        page.press(' ').await;
        let title = "document.getElementById('chart-title').textContent";
        assert_eq!(page.text(title).await, "How long Event.seats was waited for");
        updated().await;
        assert_eq!(
            page.text(FOCUSED).await,
            "Event.seats",
            "an update leaves the focus where it is"
        );
        assert_eq!(page.text(title).await, "How long Event.seats was waited for");

        // What is wider than the window can be scrolled, so it has to be reached.
        reach("waiting").await;
        reach("order").await;
        let drawn = "document.querySelectorAll('#order svg text').length > 5";
        assert_eq!(page.text(drawn).await, "true", "the order of the locks is drawn");
    })
    .await;
}

/// All text and all bars whose contrast to what is behind them is too small, as the guidelines for accessible
/// web content (WCAG 2, AA) say: 4.5 for text, 3 for graphics.
const TOO_WEAK: &str = r#"
    const canvas = document.createElement("div");
    canvas.style.background = "Canvas";
    document.body.append(canvas);
    const parse = text => (text.match(/[\d.]+/g) || []).map(Number);
    const over = (top, below, alpha) => top.slice(0, 3).map((part, at) => part * alpha + below[at] * (1 - alpha));
    const behind = element => {
        if (!element) return parse(getComputedStyle(canvas).backgroundColor);
        const colour = parse(getComputedStyle(element).backgroundColor);
        return over(colour, behind(element.parentElement), colour[3] ?? 1);
    };
    const light = colour => {
        const [r, g, b] = colour.map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (one, other) => {
        const [less, more] = [light(one), light(other)].sort((a, b) => a - b);
        return (more + 0.05) / (less + 0.05);
    };
    const opacity = element => element ? +getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
    const weak = [];
    let looked = 0;
    for (const element of document.body.querySelectorAll("*")) {
        const style = getComputedStyle(element), bar = element.tagName === "I";
        const text = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!element.getClientRects().length || !(text || bar) || element.closest("script")) continue;
        looked += 1;
        const back = behind(bar ? element.parentElement : element);
        const colour = parse(bar ? style.backgroundColor : element instanceof SVGElement ? style.fill : style.color);
        const seen = over(colour, back, opacity(element) * (colour[3] ?? 1));
        if (contrast(seen, back) < (bar ? 3 : 4.5)) weak.push([element.outerHTML.slice(0, 80), seen, back, contrast(seen, back)]);
    }
    const back = behind(canvas.parentElement);
    canvas.remove();
    return { weak, looked, light: light(back) };
"#;

#[tokio::test]
async fn it_is_legible_in_light_and_in_dark() {
    let service = Service::driven(20, 600);
    visit(service.locks(), SIZE, async |page| {
        // Until there is something red, and a bar.
        page.changes("document.querySelector('.chart i') !== null", "false").await;
        for (scheme, is_light) in [("light", true), ("dark", false)] {
            page.colours(scheme).await;
            let seen = page.eval(TOO_WEAK).await;
            assert!(seen["looked"].as_u64() > Some(50), "{seen}");
            assert_eq!(seen["light"].as_f64().unwrap() > 0.5, is_light, "{scheme}: {seen}");
            assert_eq!(seen["weak"], serde_json::json!([]), "{scheme}");
        }
    })
    .await;
}

#[tokio::test]
async fn on_a_narrow_screen_only_the_table_and_the_pictures_scroll() {
    let service = Service::driven(5, 600);
    visit(service.locks(), (360, 640), async |page| {
        page.changes("document.querySelectorAll('#order svg text').length > 5", "false").await;
        let wide = page.eval("return document.documentElement.scrollWidth").await;
        assert_eq!(wide, 360, "the page itself is no wider than the screen");
    })
    .await;
}

#[tokio::test]
async fn it_says_that_the_service_answers_no_more() {
    let mut service = Service::driven(5, 600);
    let address = service.locks();
    let (tell, told) = tokio::sync::oneshot::channel();
    let (killed, is_killed) = tokio::sync::oneshot::channel();
    let looked = tokio::spawn(visit(address, SIZE, async |page| {
        let stale = "document.getElementById('stale').hidden ? '' : document.getElementById('stale').textContent";
        page.changes(&taken("Office.users"), "undefined").await;
        assert_eq!(page.text(stale).await, "", "all is well");
        tell.send(()).unwrap();
        is_killed.await.unwrap();
        let text = page.changes(stale, "").await;
        assert!(text.starts_with("No answer since "), "{text}");
        assert_ne!(page.text(&taken("Office.users")).await, "undefined", "the last numbers stay");
    }));
    told.await.unwrap();
    service.kill();
    killed.send(()).unwrap();
    looked.await.unwrap();
}

/// Writes the picture that stands in the README.
#[tokio::test]
#[ignore = "it writes docs/locks.png"]
async fn write_the_picture_in_the_readme() {
    let service = Service::driven(200, 600);
    visit(service.locks(), SIZE, async |page| {
        let users = taken("Office.users");
        page.changes(&format!("+{users}.replaceAll(',', '') > 20000"), "false").await;
        let end = page
            .eval(
                "return Math.ceil(document.getElementById('chart').getBoundingClientRect().bottom)",
            )
            .await;
        page.sized(SIZE.0, end.as_u64().unwrap() as u32 + 24).await;
        page.picture(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/locks.png")).await;
    })
    .await;
}
