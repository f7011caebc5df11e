//! Whether the service's pages of its locks agree with each other, and with what the clients have counted.

use reqwest::{Client, StatusCode};
use serde_json::Value;

use crate::drive::Driven;

/// Reads `/locks.json` and `/metrics`, once nobody but the sweeper uses the office. `None` if its locks are not
/// counted.
///
/// # Errors
/// With the first number that does not agree.
pub(crate) async fn agree(
    http: &Client,
    base: &str,
    driven: &Driven,
) -> Result<Option<String>, String> {
    let Some(json) = page(http, base, "/locks.json").await? else { return Ok(None) };
    let Some(metrics) = page(http, base, "/metrics").await? else { return Ok(None) };
    let json: Value =
        serde_json::from_str(&json).map_err(|error| format!("/locks.json: {error}"))?;

    // An order is written once when it is sold, and all those of an event once when that is closed.
    let written = driven.orders + driven.events_closed;
    same("Office.orders was written", number(&json, "Office.orders", "exclusive")?, written)?;
    let written = driven.events_opened + driven.events_closed;
    same("Office.events was written", number(&json, "Office.events", "exclusive")?, written)?;

    for lock in ["Office.orders", "Office.users"] {
        for (field, metric, mode) in [
            ("exclusive", "ironfence_acquisitions_total", ",mode=\"exclusive\""),
            ("waited", "ironfence_waits_total", ""),
            ("given_up", "ironfence_waits_given_up_total", ""),
            ("passes", "ironfence_passes_total", ""),
        ] {
            let begin = format!("{metric}{{lock=\"{lock}\"{mode}}} ");
            let value = metrics.lines().find_map(|line| line.strip_prefix(&begin));
            // One that was never taken is not there.
            let value = value.unwrap_or("0");
            let value = value.parse().map_err(|error| format!("{begin}{value}: {error}"))?;
            same(&begin, number(&json, lock, field)?, value)?;
        }
    }
    let orders = driven.orders;
    Ok(Some(format!(
        "/metrics, /locks.json and the clients agree: {orders} orders, {written} events opened or closed"
    )))
}

async fn page(http: &Client, base: &str, path: &str) -> Result<Option<String>, String> {
    let told = |error: reqwest::Error| format!("{path}: {error:?}");
    let response = http.get(format!("{base}{path}")).send().await.map_err(told)?;
    match response.status() {
        StatusCode::OK => response.text().await.map(Some).map_err(told),
        StatusCode::NOT_IMPLEMENTED => Ok(None),
        status => Err(format!("{path} was answered with {status}")),
    }
}

/// What `/locks.json` says of a lock.
fn number(json: &Value, lock: &str, field: &str) -> Result<u64, String> {
    let locks = json["classes"].as_array().ok_or("/locks.json has no classes")?;
    // One that was never taken is not there.
    let found = locks.iter().find(|class| class["name"] == lock);
    found.map_or(Ok(0), |class| {
        class[field].as_u64().ok_or_else(|| format!("/locks.json has no {field} of {lock}"))
    })
}

fn same(what: &str, json: u64, other: u64) -> Result<(), String> {
    if json == other {
        Ok(())
    } else {
        Err(format!("{what}: /locks.json says {json}, counted were {other}"))
    }
}
