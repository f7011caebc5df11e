//! Why a request is refused: a status, and a JSON object that says what to do instead.

use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection},
    http::{StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use ironfence::SameLock;
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The request makes no sense, and this is why.
    Bad(StatusCode, String),
    NotFound(&'static str),
    /// Somebody has these seats already.
    Taken(Vec<usize>),
    /// The user would have more seats reserved than this.
    TooMany {
        limit: usize,
    },
    Declined,
    /// Seats of this event are still free, or reserved.
    NotSoldOut,
    /// Come again later.
    Busy(&'static str),
    /// This program was built without it.
    #[cfg_attr(feature = "stats", allow(dead_code))]
    Off(&'static str),
    /// A mistake of this program.
    Ours(&'static str),
}

impl Refusal {
    /// The request was read, and asks for what can't be.
    pub(crate) fn makes_no_sense(why: impl Into<String>) -> Self {
        Self::Bad(StatusCode::UNPROCESSABLE_ENTITY, why.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::Bad(status, error) => (status, error),
            Self::NotFound(what) => (StatusCode::NOT_FOUND, format!("there is no such {what}")),
            Self::Taken(seats) => {
                let body =
                    json!({ "error": "these seats are taken: choose others", "taken": seats });
                return (StatusCode::CONFLICT, Json(body)).into_response();
            }
            Self::TooMany { limit } => (
                StatusCode::TOO_MANY_REQUESTS,
                format!("a user may have {limit} seats reserved at a time: pay for some first"),
            ),
            Self::Declined => (StatusCode::PAYMENT_REQUIRED, "the card was declined".into()),
            Self::NotSoldOut => (
                StatusCode::CONFLICT,
                "an event can be closed once all of its seats are sold".into(),
            ),
            Self::Busy(why) => {
                let body = json!({ "error": format!("{why}: try again in a second") });
                let headers = [(RETRY_AFTER, "1")];
                return (StatusCode::SERVICE_UNAVAILABLE, headers, Json(body)).into_response();
            }
            Self::Off(how) => (StatusCode::NOT_IMPLEMENTED, how.into()),
            Self::Ours(what) => (StatusCode::INTERNAL_SERVER_ERROR, what.into()),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}

impl From<JsonRejection> for Refusal {
    fn from(rejection: JsonRejection) -> Self {
        Self::Bad(rejection.status(), rejection.body_text())
    }
}

impl From<PathRejection> for Refusal {
    fn from(rejection: PathRejection) -> Self {
        Self::Bad(rejection.status(), rejection.body_text())
    }
}

/// No group of this program has a lock twice.
impl From<SameLock> for Refusal {
    fn from(_: SameLock) -> Self {
        Self::Ours("one lock was asked for twice")
    }
}
