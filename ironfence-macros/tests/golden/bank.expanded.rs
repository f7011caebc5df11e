/// A bank.
///
/// The guarded twin of [`Bank`].
#[repr(C)]
pub struct BankGuarded {
    /// Who has how much.
    pub accounts: ::ironfence::__private::RwLock<HashMap<AccountId, Money>>,
    journal: ::ironfence::__private::Mutex<Vec<Entry>>,
    pub(crate) risk: <Risk as ::ironfence::__private::Guarded>::Twin,
    name: String,
}
#[automatically_derived]
impl ::ironfence::__private::Guarded for Bank
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    type Twin = BankGuarded;
    fn into_guarded(self) -> BankGuarded {
        BankGuarded {
            accounts: ::ironfence::__private::RwLock::new(self.accounts),
            journal: ::ironfence::__private::Mutex::new(self.journal),
            risk: ::ironfence::__private::Guarded::into_guarded(self.risk),
            name: self.name,
        }
    }
}
#[automatically_derived]
impl ::ironfence::__private::core::convert::From<Bank> for BankGuarded
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    fn from(__plain: Bank) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__plain)
    }
}
#[automatically_derived]
unsafe impl ::ironfence::__private::Twin for BankGuarded
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    type Plain = Bank;
    fn into_inner(self) -> Bank {
        Bank {
            accounts: ::ironfence::__private::RwLock::into_inner(self.accounts),
            journal: ::ironfence::__private::Mutex::into_inner(self.journal),
            risk: ::ironfence::__private::Twin::into_inner(self.risk),
            name: self.name,
        }
    }
    fn walk<__W: ::ironfence::__private::Walker>(
        &self,
        __walker: &mut __W,
    ) -> ::ironfence::__private::core::primitive::bool {
        ::ironfence::__private::Walker::rwlock(__walker, &self.accounts)
            && ::ironfence::__private::Walker::mutex(__walker, &self.journal)
            && ::ironfence::__private::Twin::walk(&self.risk, __walker)
    }
}
#[automatically_derived]
unsafe impl ::ironfence::__private::CopyTwin for BankGuarded
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
    for<'__x> HashMap<AccountId, Money>: ::ironfence::__private::CopyField<0>,
    for<'__x> Vec<Entry>: ::ironfence::__private::CopyField<1>,
    for<'__x> <Risk as ::ironfence::__private::Guarded>::Twin: ::ironfence::__private::CopyNested<
        2,
        Risk,
    >,
    for<'__x> String: ::ironfence::__private::CopyField<3>,
{
    unsafe fn copy(&self) -> Bank {
        Bank {
            accounts: unsafe {
                ::ironfence::__private::copy_guarded::<0, _>(&self.accounts)
            },
            journal: unsafe {
                ::ironfence::__private::copy_guarded::<1, _>(&self.journal)
            },
            risk: unsafe {
                ::ironfence::__private::CopyNested::<2, _>::copy(&self.risk)
            },
            name: ::ironfence::__private::CopyField::<3>::copy(&self.name),
        }
    }
}
#[automatically_derived]
impl BankGuarded
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> Bank {
        ::ironfence::__private::Twin::into_inner(self)
    }
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    pub fn snapshot(&self) -> ::ironfence::__private::Snapshot<'_, Self>
    where
        for<'__x> Self: ::ironfence::__private::CopyTwin,
    {
        ::ironfence::__private::Snapshot::new(self)
    }
}
