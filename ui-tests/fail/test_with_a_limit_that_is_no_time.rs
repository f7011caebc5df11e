//! A limit is a number of seconds.

#[ironfence::test(limit = "5 s")]
async fn one() {}

#[ironfence::test(limit)]
async fn other() {}

#[ironfence::test(limit = 0)]
async fn none() {}

#[ironfence::test(limit = 5, limit = 6)]
async fn twice() {}

fn main() {}
