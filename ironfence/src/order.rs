//! L5: several locks at once.
//!
//! One rule keeps them from deadlock: **locks that are taken together are taken in ascending order,
//! level first, address second**. Whoever holds some of them waits only for a lock that lies behind all of
//! them, so no circle of waiters can close. The fields of a twin, which is `#[repr(C)]`, are at one level and lie
//! in the order in which they are declared, so there the rule reads: in declaration order.
//!
//! Everything here is one engine ([`taking`]) over different routes: the locks of a whole twin, of a
//! set of its fields, or of any requests that were sorted ([`leaves`]).

pub(crate) mod leaves;
pub(crate) mod level;
pub(crate) mod owned;
pub(crate) mod place;
pub(crate) mod request;
pub(crate) mod row;
pub(crate) mod session;
pub(crate) mod set;
pub(crate) mod shapes;
pub(crate) mod taking;
pub(crate) mod together;
pub(crate) mod with;
