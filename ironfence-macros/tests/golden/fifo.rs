#[derive(Guarded)]
#[guarded(default = rwlock(fifo), with(mutex = tokio::sync::Mutex))]
struct Queues {
    by_default: u8,
    #[guarded(rwlock)]
    other: u8,
    #[guarded(mutex)]
    foreign: u8,
}
