//! A struct that is taken apart can't have a `Drop`, also if it is generic, its fields are `Copy`, or its locks other people's.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank<'a, T: Clone>
where
    T: 'a,
{
    #[guarded(mutex)]
    accounts: &'a T,
}

impl<'a, T: Clone> Drop for Bank<'a, T> {
    fn drop(&mut self) {}
}

#[derive(Guarded)]
struct Shop<T> {
    #[guarded(mutex, with = tokio::sync::Mutex)]
    till: Vec<T>,
}

impl<T> Drop for Shop<T> {
    fn drop(&mut self) {}
}

fn main() {}
