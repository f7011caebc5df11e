/// A bank.
#[derive(Guarded)]
pub struct Bank {
    /// Who has how much.
    #[guarded(rwlock)]
    pub accounts: HashMap<AccountId, Money>,
    #[guarded(mutex)]
    journal: Vec<Entry>,
    #[guarded(nested)]
    pub(crate) risk: Risk,
    name: String,
}
