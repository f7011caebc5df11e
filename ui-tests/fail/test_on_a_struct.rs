//! A struct is no test.

#[ironfence::test]
struct Bank;

fn main() {}
