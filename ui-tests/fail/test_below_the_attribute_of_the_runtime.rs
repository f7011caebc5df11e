//! What was expanded before is no async function any more: the order of the attributes matters.

#[tokio::test]
#[ironfence::test]
async fn adds() {}

fn main() {}
