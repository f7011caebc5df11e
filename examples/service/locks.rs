//! What the locks tell of themselves: `/locks`, `/locks.json` and `/metrics`.

use std::sync::Arc;

use axum::Router;

use crate::state::OfficeGuarded;

pub(crate) fn routes() -> Router<Arc<OfficeGuarded>> {
    Router::new()
}

/// The table of the locks, by how long they were waited for.
pub(crate) fn table() -> String {
    String::new()
}
