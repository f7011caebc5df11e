//! A test belongs to nobody.

struct Bank;

impl Bank {
    #[ironfence::test]
    #[tokio::test]
    async fn opens(&self) {}
}

fn main() {}
