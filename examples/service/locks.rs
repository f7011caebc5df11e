//! What the locks tell of themselves: `/locks`, `/locks.json` and `/metrics`. They do with the feature `stats`.

#[cfg(not(feature = "stats"))]
pub(crate) use off::{routes, table};
#[cfg(feature = "stats")]
pub(crate) use on::{routes, table};

#[cfg(feature = "stats")]
mod on {
    use std::sync::Arc;

    use axum::{
        Router,
        http::header::{CACHE_CONTROL, CONTENT_TYPE},
        response::Html,
        routing::get,
    };
    use ironfence::stats;
    use metrics_exporter_prometheus::PrometheusBuilder;

    use crate::state::OfficeGuarded;

    /// What the service shows of its locks.
    ///
    /// # Errors
    /// If `metrics` are recorded by something else already.
    pub(crate) fn routes() -> Result<Router<Arc<OfficeGuarded>>, String> {
        // One hold in 16: enough for a table.
        stats::time_holds(16);
        let recorder =
            PrometheusBuilder::new().install_recorder().map_err(|error| error.to_string())?;
        let metrics = move || async move {
            stats::publish();
            recorder.render()
        };
        let json = || async {
            ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], stats::json())
        };
        Ok(Router::new()
            .route("/locks", get(async || Html(stats::page())))
            .route("/locks.json", get(json))
            .route("/metrics", get(metrics)))
    }

    /// The table of the locks, by how long they were waited for.
    pub(crate) fn table() -> String {
        stats::snapshot().to_string()
    }
}

#[cfg(not(feature = "stats"))]
mod off {
    use std::sync::Arc;

    use axum::{Router, routing::get};

    use crate::{refusal::Refusal, state::OfficeGuarded};

    const HOW: &str = "the locks are not counted: start the service with `--features stats`";

    pub(crate) fn routes() -> Result<Router<Arc<OfficeGuarded>>, String> {
        let paths = ["/locks", "/locks.json", "/metrics"];
        let route = |router: Router<_>, path| router.route(path, get(async || Refusal::Off(HOW)));
        Ok(paths.into_iter().fold(Router::new(), route))
    }

    pub(crate) fn table() -> String {
        HOW.into()
    }
}
