#[derive(Guarded)]
pub struct Pair<T>(#[guarded(mutex)] pub T, #[guarded(rwlock)] T, u8)
where
    T: Send;
