/// A bank whose clients know tokio.
#[derive(Guarded)]
#[guarded(with(rwlock = tokio::sync::RwLock))]
pub struct Bank<K: Eq + Hash> {
    /// Who has how much.
    #[guarded(rwlock)]
    pub accounts: HashMap<K, i64>,
    #[guarded(mutex)]
    journal: Vec<Entry>,
    #[guarded(mutex, with = async_lock::Mutex)]
    alarms: u32,
    name: String,
}
