//! A label is a line of text, said once, of a lock of ours.
use ironfence::Guarded;

#[derive(Guarded, Default)]
struct Inner {
    #[guarded(mutex)]
    a: u8,
}

#[derive(Guarded)]
struct OfFields {
    #[guarded(mutex, label)]
    no_text: u8,
    #[guarded(mutex, label = journal)]
    no_quotes: u8,
    #[guarded(mutex, label = "")]
    nothing: u8,
    #[guarded(mutex, label = "two\nlines")]
    two_lines: u8,
    #[guarded(mutex, label = "one", label = "other")]
    twice: u8,
    #[guarded(rwlock, label = "one")]
    taken: u8,
    #[guarded(label = "plain")]
    plain: u8,
    #[guarded(nested, label = "nested")]
    nested: Inner,
}

#[derive(Guarded)]
struct Foreign {
    #[guarded(mutex, with = tokio::sync::Mutex, label = "a")]
    a: u8,
}

#[derive(Guarded)]
#[guarded(label = "Shop")]
struct WithoutALock {
    #[guarded(nested)]
    nested: Inner,
}

fn main() {}
