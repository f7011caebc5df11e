//! A test that is not async has nothing to be watched.

#[ironfence::test]
fn adds() {
    assert_eq!(1 + 1, 2);
}

fn main() {}
