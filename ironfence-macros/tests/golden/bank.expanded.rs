/// A bank.
///
/// The guarded twin of [`Bank`].
#[repr(C)]
pub struct BankGuarded {
    /// Who has how much.
    pub accounts: ::ironfence::__private::RwLock<HashMap<AccountId, Money>>,
    /// As in [`Bank`].
    journal: ::ironfence::__private::Mutex<Vec<Entry>>,
    /// As in [`Bank`].
    pub(crate) risk: <Risk as ::ironfence::__private::Guarded>::Twin,
    /// As in [`Bank`].
    name: String,
}
#[automatically_derived]
impl ::ironfence::__private::Guarded for Bank
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    type Twin = BankGuarded;
    fn into_guarded(self) -> BankGuarded {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        let __ironfence_twin = BankGuarded {
            accounts: ::ironfence::__private::RwLock::new(self.accounts),
            journal: ::ironfence::__private::Mutex::new(self.journal),
            risk: ::ironfence::__private::Guarded::into_guarded(self.risk),
            name: self.name,
        };
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.accounts,
            (::ironfence::__private::core::module_path!(), "Bank", "accounts"),
        );
        ::ironfence::__private::name(
            &__ironfence_twin,
            &__ironfence_twin.journal,
            (::ironfence::__private::core::module_path!(), "Bank", "journal"),
        );
        __ironfence_twin
    }
}
const _: () = {
    use ::ironfence::__private::MayBeNested as _;
    ::ironfence::__private::core::assert!(
        < ::ironfence::__private::NestedLevel < Risk >> ::IS_LEVEL_0,
        "`risk` is nested here, so it is at the level of `Bank`: remove `level` from `Risk`, or put it behind an `Arc`"
    );
};
#[automatically_derived]
impl Bank
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// Puts each field behind its lock.
    pub fn into_guarded(self) -> BankGuarded {
        ::ironfence::__private::Guarded::into_guarded(self)
    }
}
#[automatically_derived]
impl ::ironfence::__private::core::convert::From<Bank> for BankGuarded
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    fn from(__ironfence_plain: Bank) -> Self {
        ::ironfence::__private::Guarded::into_guarded(__ironfence_plain)
    }
}
#[automatically_derived]
impl ::ironfence::__private::Twin for BankGuarded
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    type Plain = Bank;
    type Level = ::ironfence::__private::Level<0>;
    type Locks<'__a> = BankLocks<'__a> where Self: '__a;
    type Session<'__a, __P, __O> = BankSession<'__a, __P, __O> where Self: '__a;
    type ReadAll<'__a> = BankLocks<
        '__a,
        ::ironfence::__private::Read<bank_fields::accounts>,
        ::ironfence::__private::Locked<bank_fields::journal>,
        ::ironfence::__private::ReadAll<bank_fields::risk>,
    >
    where
        Self: '__a;
    type LockAll<'__a> = BankLocks<
        '__a,
        ::ironfence::__private::Write<bank_fields::accounts>,
        ::ironfence::__private::Locked<bank_fields::journal>,
        ::ironfence::__private::LockAll<bank_fields::risk>,
    >
    where
        Self: '__a;
    fn into_inner(self) -> Bank {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        Bank {
            accounts: ::ironfence::__private::RwLock::into_inner(self.accounts),
            journal: ::ironfence::__private::Mutex::into_inner(self.journal),
            risk: ::ironfence::__private::Twin::into_inner(self.risk),
            name: self.name,
        }
    }
    fn locks(&self) -> Self::Locks<'_> {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::new(self),
        }
    }
    fn session<__P, __O>(
        __ironfence_token: ::ironfence::__private::Token<&Self, __P, __O>,
    ) -> Self::Session<'_, __P, __O> {
        BankSession(__ironfence_token)
    }
}
#[automatically_derived]
impl<__G0, __G1, __G2> ::ironfence::__private::CopyTwin<BankHeld<__G0, __G1, __G2>, Bank>
for BankGuarded
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
    for<'__x> HashMap<AccountId, Money>: ::ironfence::__private::CopyField<0>,
    __G0: ::ironfence::__private::core::ops::Deref<Target = HashMap<AccountId, Money>>,
    for<'__x> Vec<Entry>: ::ironfence::__private::CopyField<1>,
    __G1: ::ironfence::__private::core::ops::Deref<Target = Vec<Entry>>,
    for<'__x> <Risk as ::ironfence::__private::Guarded>::Twin: ::ironfence::__private::CopyTwin<
        __G2,
        Risk,
    >,
    for<'__x> String: ::ironfence::__private::CopyField<3>,
{
    fn copy(&self, __ironfence_held: &BankHeld<__G0, __G1, __G2>) -> Bank {
        Bank {
            accounts: ::ironfence::__private::CopyField::<
                0,
            >::copy(&*__ironfence_held.accounts),
            journal: ::ironfence::__private::CopyField::<
                1,
            >::copy(&*__ironfence_held.journal),
            risk: ::ironfence::__private::CopyTwin::copy(
                &self.risk,
                &__ironfence_held.risk,
            ),
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
    /// Begins a set of locks, to be taken together in the order in which the fields are
    /// declared: say which, each once, and await it.
    pub fn locks(&self) -> BankLocks<'_> {
        ::ironfence::__private::Twin::locks(self)
    }
    /// A set of locks whose guards keep the `Arc`, so that they may go into another task: the
    /// closure says which, as in `bank.locks_owned(|bank| bank.write_..().lock_..())`.
    pub fn locks_owned<'__a, __N>(
        self: &'__a ::ironfence::__private::Arc<Self>,
        __ironfence_ask: impl ::ironfence::__private::core::ops::FnOnce(
            BankLocks<'__a>,
        ) -> __N,
    ) -> ::ironfence::__private::OwnedSet<
        Self,
        <__N as ::ironfence::__private::Set>::HeldOwned<Self>,
        <<__N as ::ironfence::__private::Set>::Row as ::ironfence::__private::Places>::Room,
    >
    where
        __N: ::ironfence::__private::Set<Twin = &'__a Self>,
    {
        _ = __ironfence_ask(::ironfence::__private::Twin::locks(&**self));
        ::ironfence::__private::owned_set::<__N, Self>(self)
    }
    /// Begins a session: takes one lock after the other, in the order in which the fields
    /// are declared. Backwards does not compile.
    #[track_caller]
    pub fn session(&self) -> BankSession<'_> {
        ::ironfence::__private::session(self)
    }
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    #[track_caller]
    pub fn snapshot<'__a>(&'__a self) -> ::ironfence::__private::Snapshot<'__a, Self>
    where
        for<'__x> Self: ::ironfence::__private::CopyTwin<
            <<Self as ::ironfence::__private::Twin>::ReadAll<
                '__a,
            > as ::ironfence::__private::Set>::Held,
            Bank,
        >,
    {
        ::ironfence::__private::Snapshot::new(self)
    }
}
/// The guarded fields of [`Bank`], as types: what sets and sessions call them.
pub mod bank_fields {
    /// The field `accounts`.
    #[non_exhaustive]
    pub enum accounts {}
    /// The field `journal`.
    #[non_exhaustive]
    pub enum journal {}
    /// The field `risk`.
    #[non_exhaustive]
    pub enum risk {}
    #[doc(hidden)]
    pub mod __ask_by {
        #[non_exhaustive]
        pub enum read_accounts {}
        #[non_exhaustive]
        pub enum write_accounts {}
        #[non_exhaustive]
        pub enum lock_journal {}
    }
}
/// A set of locks of a [`BankGuarded`] that is asked for: await it, or call `try_now` or `blocking`.
#[must_use = "a set of locks does nothing until it is awaited"]
pub struct BankLocks<
    '__a,
    __S0 = ::ironfence::__private::NotAsked<bank_fields::accounts>,
    __S1 = ::ironfence::__private::NotAsked<bank_fields::journal>,
    __S2 = ::ironfence::__private::NotAsked<bank_fields::risk>,
> {
    await_it_first: ::ironfence::__private::Asking<
        &'__a BankGuarded,
        (__S0, __S1, __S2),
    >,
}
/// What is held of a [`BankGuarded`]: a guard for each field that was asked for.
#[derive(::ironfence::__private::core::fmt::Debug)]
#[must_use = "if unused, the locks are released at once: bind it, `let held = ..`"]
pub struct BankHeld<__G0, __G1, __G2> {
    /// The guard of `accounts`, if it was asked for.
    pub accounts: __G0,
    /// The guard of `journal`, if it was asked for.
    journal: __G1,
    /// The guard of `risk`, if it was asked for.
    pub(crate) risk: __G2,
}
#[automatically_derived]
impl<'__a, __S0, __S1, __S2> BankLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// Asks for `accounts`, to be read.
    pub fn read_accounts(
        self,
    ) -> BankLocks<'__a, ::ironfence::__private::Read<bank_fields::accounts>, __S1, __S2>
    where
        __S0: ::ironfence::__private::Free<bank_fields::accounts>,
    {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `accounts`, to be written.
    pub fn write_accounts(
        self,
    ) -> BankLocks<
        '__a,
        ::ironfence::__private::Write<bank_fields::accounts>,
        __S1,
        __S2,
    >
    where
        __S0: ::ironfence::__private::Free<bank_fields::accounts>,
    {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for `accounts`, to be read and perhaps upgraded.
    pub fn upgradable_accounts(
        self,
    ) -> BankLocks<
        '__a,
        ::ironfence::__private::Upgradable<bank_fields::accounts>,
        __S1,
        __S2,
    >
    where
        __S0: ::ironfence::__private::Free<bank_fields::accounts>,
    {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    pub fn lock_accounts(self) -> Self
    where
        __S0: ::ironfence::__private::IsMutex<bank_fields::accounts>,
    {
        self
    }
    /// Asks for `journal`.
    fn lock_journal(
        self,
    ) -> BankLocks<
        '__a,
        __S0,
        ::ironfence::__private::Locked<bank_fields::journal>,
        __S2,
    >
    where
        __S1: ::ironfence::__private::Free<bank_fields::journal>,
    {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn read_journal(self) -> Self
    where
        __S1: ::ironfence::__private::IsRwLock<bank_fields::journal>,
    {
        self
    }
    #[doc(hidden)]
    fn write_journal(self) -> Self
    where
        __S1: ::ironfence::__private::IsRwLock<bank_fields::journal>,
    {
        self
    }
    #[doc(hidden)]
    fn upgradable_journal(self) -> Self
    where
        __S1: ::ironfence::__private::IsRwLock<bank_fields::journal>,
    {
        self
    }
    /// Asks for locks of `risk`, as in `.risk(|risk| risk.write_..())`.
    pub(crate) fn risk<__N>(
        self,
        __ironfence_ask: impl ::ironfence::__private::core::ops::FnOnce(
            <<Risk as ::ironfence::__private::Guarded>::Twin as ::ironfence::__private::Twin>::Locks<
                '__a,
            >,
        ) -> __N,
    ) -> BankLocks<
        '__a,
        __S0,
        __S1,
        ::ironfence::__private::Inside<bank_fields::risk, __N>,
    >
    where
        __S2: ::ironfence::__private::Free<bank_fields::risk>,
        __N: ::ironfence::__private::Set<
            Twin = &'__a <Risk as ::ironfence::__private::Guarded>::Twin,
        >,
    {
        _ = __ironfence_ask(
            ::ironfence::__private::Twin::locks(
                &::ironfence::__private::Asking::twin(&self.await_it_first).risk,
            ),
        );
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<
    '__a,
> BankLocks<
    '__a,
    ::ironfence::__private::NotAsked<bank_fields::accounts>,
    ::ironfence::__private::NotAsked<bank_fields::journal>,
    ::ironfence::__private::NotAsked<bank_fields::risk>,
>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// Asks for all the locks: rwlocks to be read, mutexes as they are.
    pub fn read_all(
        self,
    ) -> <BankGuarded as ::ironfence::__private::Twin>::ReadAll<'__a> {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(
        self,
    ) -> <BankGuarded as ::ironfence::__private::Twin>::LockAll<'__a> {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<
    '__a,
    __S0,
    __S1,
    __S2,
    __L0,
    __L1,
    __L2,
    __G0,
    __G1,
    __G2,
> ::ironfence::__private::Set for BankLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
    __S0: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::RwLock<HashMap<AccountId, Money>>,
        Place = __L0,
    >,
    __L0: ::ironfence::__private::Places<Guard = __G0>,
    __S1: ::ironfence::__private::Slot<
        &'__a ::ironfence::__private::Mutex<Vec<Entry>>,
        Place = __L1,
    >,
    __L1: ::ironfence::__private::Places<Guard = __G1>,
    __S2: ::ironfence::__private::Slot<
        &'__a <Risk as ::ironfence::__private::Guarded>::Twin,
        Place = __L2,
    >,
    __L2: ::ironfence::__private::Places<Guard = __G2>,
{
    type Twin = &'__a BankGuarded;
    type Held = BankHeld<__G0, __G1, __G2>;
    type HeldOwned<__O> = BankHeld<
        <__L0 as ::ironfence::__private::Places>::Owned<__O>,
        <__L1 as ::ironfence::__private::Places>::Owned<__O>,
        <__L2 as ::ironfence::__private::Places>::Owned<__O>,
    >;
    type Row = (__L0, __L1, __L2);
    const OFFSETS: &'static [::ironfence::__private::core::primitive::usize] = &{
        let __ironfence_all = ::ironfence::__private::offsets([
            ::ironfence::__private::Extent::of::<
                ::ironfence::__private::RwLock<HashMap<AccountId, Money>>,
            >(),
            ::ironfence::__private::Extent::of::<
                ::ironfence::__private::Mutex<Vec<Entry>>,
            >(),
            ::ironfence::__private::Extent::of::<
                <Risk as ::ironfence::__private::Guarded>::Twin,
            >(),
            ::ironfence::__private::Extent::of::<String>(),
        ]);
        [__ironfence_all[0], __ironfence_all[1], __ironfence_all[2]]
    };
    #[inline]
    fn twin(&self) -> Self::Twin {
        ::ironfence::__private::Asking::twin(&self.await_it_first)
    }
    #[inline]
    fn row(__ironfence_twin: Self::Twin) -> Self::Row {
        (
            __S0::of(&__ironfence_twin.accounts),
            __S1::of(&__ironfence_twin.journal),
            __S2::of(&__ironfence_twin.risk),
        )
    }
    #[inline]
    fn held(
        (__ironfence_guard0, __ironfence_guard1, __ironfence_guard2): (__G0, __G1, __G2),
    ) -> Self::Held {
        BankHeld {
            accounts: __ironfence_guard0,
            journal: __ironfence_guard1,
            risk: __ironfence_guard2,
        }
    }
    #[inline]
    fn held_owned<__O>(
        (
            __ironfence_guard0,
            __ironfence_guard1,
            __ironfence_guard2,
        ): (
            <__L0 as ::ironfence::__private::Places>::Owned<__O>,
            <__L1 as ::ironfence::__private::Places>::Owned<__O>,
            <__L2 as ::ironfence::__private::Places>::Owned<__O>,
        ),
    ) -> Self::HeldOwned<__O> {
        BankHeld {
            accounts: __ironfence_guard0,
            journal: __ironfence_guard1,
            risk: __ironfence_guard2,
        }
    }
}
#[automatically_derived]
impl<'__a, __S0, __S1, __S2> ::ironfence::__private::Request
for BankLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
    for<'__x> Self: ::ironfence::__private::Set,
{
    type Guards = <Self as ::ironfence::__private::Set>::Held;
    type Wanted = ::ironfence::__private::Asked<
        Self,
        <Self as ::ironfence::__private::Set>::Twin,
    >;
    type Room = <<Self as ::ironfence::__private::Set>::Row as ::ironfence::__private::Places>::Room;
    #[inline]
    fn wanted(self) -> Self::Wanted {
        ::ironfence::__private::Asked::new(self)
    }
}
#[automatically_derived]
impl<'__a, __S0, __S1, __S2> ::ironfence::__private::Within<'__a>
for BankLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
    for<'__x> Self: ::ironfence::__private::Set,
{}
#[automatically_derived]
impl<'__a, __S0, __S1, __S2> ::ironfence::__private::core::future::IntoFuture
for BankLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
    for<'__x> Self: ::ironfence::__private::Set,
{
    type Output = <Self as ::ironfence::__private::Set>::Held;
    type IntoFuture = ::ironfence::__private::SetFuture<Self>;
    #[track_caller]
    fn into_future(self) -> ::ironfence::__private::SetFuture<Self> {
        ::ironfence::__private::SetFuture::new(self)
    }
}
#[automatically_derived]
impl<'__a, __S0, __S1, __S2> BankLocks<'__a, __S0, __S1, __S2>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// The guards, if none of the locks has to be waited for; else none is taken.
    #[track_caller]
    pub fn try_now(
        self,
    ) -> ::ironfence::__private::core::option::Option<
        <Self as ::ironfence::__private::Set>::Held,
    >
    where
        for<'__x> Self: ::ironfence::__private::Set,
    {
        ::ironfence::__private::try_set(self)
    }
    /// The guards, waiting with the thread. For code outside async tasks.
    #[track_caller]
    pub fn blocking(self) -> <Self as ::ironfence::__private::Set>::Held
    where
        for<'__x> Self: ::ironfence::__private::BlockingSet,
    {
        ::ironfence::__private::BlockingSet::blocking(self)
    }
    /// Takes the locks, calls a closure with what is held, and releases them. The closure
    /// can't await.
    #[track_caller]
    pub fn with<__R, __F>(
        self,
        __ironfence_closure: __F,
    ) -> ::ironfence::__private::WithHeld<
        ::ironfence::__private::SetFuture<Self>,
        __F,
        __R,
    >
    where
        for<'__x> Self: ::ironfence::__private::Set,
        __F: ::ironfence::__private::core::ops::FnOnce(
            &mut <Self as ::ironfence::__private::Set>::Held,
        ) -> __R,
    {
        ::ironfence::__private::WithHeld::new(
            ::ironfence::__private::SetFuture::new(self),
            __ironfence_closure,
        )
    }
}
impl ::ironfence::__private::Field for bank_fields::accounts {
    type Place = ::ironfence::__private::Place<0, 0, 0>;
    type AskBy = ::ironfence::__private::AskBy<
        (bank_fields::__ask_by::read_accounts, bank_fields::__ask_by::write_accounts),
    >;
}
impl ::ironfence::__private::Field for bank_fields::journal {
    type Place = ::ironfence::__private::Place<0, 0, 1>;
    type AskBy = ::ironfence::__private::AskBy<(bank_fields::__ask_by::lock_journal)>;
}
impl ::ironfence::__private::Field for bank_fields::risk {
    type Place = ::ironfence::__private::Place<0, 0, 2>;
    type AskBy = ::ironfence::__private::AskBy<(bank_fields::risk)>;
}
/// A session over the locks of a [`BankGuarded`]: takes one after the other, in the order in which they are declared.
pub struct BankSession<
    '__a,
    __P = ::ironfence::__private::Start,
    __O = ::ironfence::__private::Root,
>(
    ::ironfence::__private::Token<&'__a BankGuarded, __P, __O>,
);
#[automatically_derived]
impl<'__a, __P, __O> BankSession<'__a, __P, __O>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// Takes `accounts`, to be read, and then goes on.
    #[track_caller]
    pub fn read_accounts(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Read<'__a, HashMap<AccountId, Money>>,
        BankSession<'__a, bank_fields::accounts, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::accounts>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::read(
                &::ironfence::__private::Token::twin(&self.0).accounts,
            ),
            BankSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `accounts`, to be written, and then goes on.
    #[track_caller]
    pub fn write_accounts(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Write<'__a, HashMap<AccountId, Money>>,
        BankSession<'__a, bank_fields::accounts, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::accounts>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::write(
                &::ironfence::__private::Token::twin(&self.0).accounts,
            ),
            BankSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `accounts`, to be read and perhaps upgraded, and then goes on.
    #[track_caller]
    pub fn upgradable_accounts(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::UpgradableRead<'__a, HashMap<AccountId, Money>>,
        BankSession<'__a, bank_fields::accounts, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::accounts>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::RwLock::upgradable_read(
                &::ironfence::__private::Token::twin(&self.0).accounts,
            ),
            BankSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `journal`, and then goes on.
    #[track_caller]
    fn lock_journal(
        self,
    ) -> ::ironfence::__private::Step<
        ::ironfence::__private::futures::Lock<'__a, Vec<Entry>>,
        BankSession<'__a, bank_fields::journal, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::journal>,
    {
        ::ironfence::__private::Step::new(
            ::ironfence::__private::Mutex::lock(
                &::ironfence::__private::Token::twin(&self.0).journal,
            ),
            BankSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Goes on inside `risk`; `leave()` comes back, to the fields after it.
    pub(crate) fn risk(
        self,
    ) -> <<Risk as ::ironfence::__private::Guarded>::Twin as ::ironfence::__private::Twin>::Session<
        '__a,
        ::ironfence::__private::Start,
        ::ironfence::__private::Outer<BankGuarded, bank_fields::risk, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::risk>,
    {
        <<Risk as ::ironfence::__private::Guarded>::Twin as ::ironfence::__private::Twin>::session(
            ::ironfence::__private::Token::enter(
                self.0,
                |__ironfence_twin| &__ironfence_twin.risk,
            ),
        )
    }
}
#[automatically_derived]
impl<'__a, __P, __O> BankSession<'__a, __P, __O>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// The same session for a while: for a loop, or a call. What is locked by it is
    /// released when this one is used again.
    pub fn reborrow(&mut self) -> BankSession<'_, __P, __O>
    where
        __O: ::ironfence::__private::Nesting,
    {
        BankSession(::ironfence::__private::Token::reborrow(&mut self.0))
    }
    /// Two branches at once, each of which goes on from here. No guard leaves them.
    pub fn both<__X, __Y>(
        &mut self,
        __ironfence_first: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            BankSession<'__t, __P, __O>,
        ) -> __X,
        __ironfence_second: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            BankSession<'__t, __P, __O>,
        ) -> __Y,
    ) -> ::ironfence::__private::Both<
        '_,
        impl ::ironfence::__private::core::future::Future<Output = __X>,
        impl ::ironfence::__private::core::future::Future<Output = __Y>,
        __X,
        __Y,
    >
    where
        __O: ::ironfence::__private::Nesting,
    {
        let (__ironfence_a, __ironfence_b) = (
            ::ironfence::__private::Token::again(&self.0),
            ::ironfence::__private::Token::again(&self.0),
        );
        ::ironfence::__private::Both::new(
            async move { __ironfence_first(BankSession(__ironfence_a)).await },
            async move { __ironfence_second(BankSession(__ironfence_b)).await },
        )
    }
}
#[automatically_derived]
impl<
    '__a,
    __P,
    __T: ::ironfence::__private::Twin,
    __F,
    __O,
> BankSession<'__a, __P, ::ironfence::__private::Outer<__T, __F, __O>>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// Back to the session of the outer struct, after the field that was entered.
    pub fn leave(self) -> __T::Session<'__a, __F, __O>
    where
        __T: '__a,
    {
        <__T as ::ironfence::__private::Twin>::session(
            ::ironfence::__private::Token::leave(self.0),
        )
    }
}
#[automatically_derived]
impl<'__a, __P, __O> BankSession<'__a, __P, __O>
where
    for<'__x> Risk: ::ironfence::__private::Guarded,
{
    /// Goes on in another value, whose struct is at a higher level. This session is over then, or for
    /// a while if it was reborrowed; what it has taken stays held.
    #[track_caller]
    pub fn then<__T>(
        self,
        __next: &'__a __T,
    ) -> __T::Session<'__a, ::ironfence::__private::Start, ::ironfence::__private::Root>
    where
        __T: ::ironfence::__private::Behind<1>,
        __O: ::ironfence::__private::Outermost,
    {
        ::ironfence::__private::then(self.0, __next)
    }
    /// Ends with locks of several values at higher levels, taken together as by `lock_all`.
    #[track_caller]
    pub fn then_all<__R>(
        self,
        __request: __R,
    ) -> ::ironfence::__private::Together<__R::Wanted, __R::Room>
    where
        __R: ::ironfence::__private::Within<'__a>,
        __O: ::ironfence::__private::Outermost,
    {
        ::ironfence::__private::then_all(self.0, __request)
    }
}
