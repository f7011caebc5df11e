//! A key that is not known, and the one that was meant.

#[ironfence::test(limits = 5)]
#[tokio::test]
async fn one() {}

#[ironfence::test(flavor = "multi_thread")]
async fn other() {}

fn main() {}
