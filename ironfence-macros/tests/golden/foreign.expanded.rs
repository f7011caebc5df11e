/// A bank whose clients know tokio.
///
/// The guarded twin of [`Bank`].
#[repr(C)]
pub struct BankGuarded<K: Eq + Hash> {
    /// Who has how much.
    pub accounts: tokio::sync::RwLock<HashMap<K, i64>>,
    /// As in [`Bank`].
    journal: ::ironfence::__private::Mutex<Vec<Entry>>,
    /// As in [`Bank`].
    alarms: async_lock::Mutex<u32>,
    /// As in [`Bank`].
    name: String,
}
#[automatically_derived]
impl<K: Eq + Hash> ::ironfence::__private::core::convert::From<Bank<K>>
for BankGuarded<K> {
    fn from(__ironfence_plain: Bank<K>) -> Self {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Bank<K>>>::check();
        }
        let __ironfence_offsets = const {
            {
                let __ironfence_all = ::ironfence::__private::offsets([
                    ::ironfence::__private::Extent::of::<
                        tokio::sync::RwLock<HashMap<K, i64>>,
                    >(),
                    ::ironfence::__private::Extent::of::<
                        ::ironfence::__private::Mutex<Vec<Entry>>,
                    >(),
                    ::ironfence::__private::Extent::of::<async_lock::Mutex<u32>>(),
                    ::ironfence::__private::Extent::of::<String>(),
                ]);
                [
                    __ironfence_all[0],
                    __ironfence_all[1],
                    __ironfence_all[2],
                    __ironfence_all[3],
                ]
            }
        };
        Self {
            accounts: <tokio::sync::RwLock<
                HashMap<K, i64>,
            > as ::ironfence::__private::AsyncRwLock>::new_field::<
                Self,
            >(
                __ironfence_plain.accounts,
                __ironfence_offsets[0],
                (::ironfence::__private::core::module_path!(), "Bank", "accounts"),
            ),
            journal: <::ironfence::__private::Mutex<
                Vec<Entry>,
            > as ::ironfence::__private::AsyncMutex>::new_field::<
                Self,
            >(
                __ironfence_plain.journal,
                __ironfence_offsets[1],
                (::ironfence::__private::core::module_path!(), "Bank", "journal"),
            ),
            alarms: <async_lock::Mutex<
                u32,
            > as ::ironfence::__private::AsyncMutex>::new_field::<
                Self,
            >(
                __ironfence_plain.alarms,
                __ironfence_offsets[2],
                (::ironfence::__private::core::module_path!(), "Bank", "alarms"),
            ),
            name: __ironfence_plain.name,
        }
    }
}
#[automatically_derived]
impl<K: Eq + Hash> Bank<K> {
    /// Puts each field behind its lock.
    pub fn into_guarded(self) -> BankGuarded<K> {
        ::ironfence::__private::core::convert::From::from(self)
    }
}
#[automatically_derived]
impl<
    K: Eq + Hash,
    __G0,
    __G1,
    __G2,
> ::ironfence::__private::CopyForeign<BankHeld<__G0, __G1, __G2>> for BankGuarded<K>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
    for<'__x> HashMap<K, i64>: ::ironfence::__private::CopyField<0>,
    for<'__x> Vec<Entry>: ::ironfence::__private::CopyField<1>,
    for<'__x> u32: ::ironfence::__private::CopyField<2>,
    for<'__x> String: ::ironfence::__private::CopyField<3>,
    __G0: ::ironfence::__private::core::ops::Deref<Target = HashMap<K, i64>>,
    __G1: ::ironfence::__private::core::ops::Deref<Target = Vec<Entry>>,
    __G2: ::ironfence::__private::core::ops::Deref<Target = u32>,
{
    type Plain = Bank<K>;
    fn copy(&self, __ironfence_held: BankHeld<__G0, __G1, __G2>) -> Bank<K> {
        Bank {
            accounts: ::ironfence::__private::CopyField::<
                0,
            >::copy(&*__ironfence_held.accounts),
            journal: ::ironfence::__private::CopyField::<
                1,
            >::copy(&*__ironfence_held.journal),
            alarms: ::ironfence::__private::CopyField::<
                2,
            >::copy(&*__ironfence_held.alarms),
            name: ::ironfence::__private::CopyField::<3>::copy(&self.name),
        }
    }
}
#[automatically_derived]
impl<K: Eq + Hash> BankGuarded<K>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
{
    /// Takes the values out of their locks again. Nobody can hold a guard here.
    pub fn into_inner(self) -> Bank<K> {
        {
            use ::ironfence::__private::ComesApart as _;
            <::ironfence::__private::Apart<Self>>::check();
        }
        Bank {
            accounts: <tokio::sync::RwLock<
                HashMap<K, i64>,
            > as ::ironfence::__private::AsyncRwLock>::into_inner(self.accounts),
            journal: <::ironfence::__private::Mutex<
                Vec<Entry>,
            > as ::ironfence::__private::AsyncMutex>::into_inner(self.journal),
            alarms: <async_lock::Mutex<
                u32,
            > as ::ironfence::__private::AsyncMutex>::into_inner(self.alarms),
            name: self.name,
        }
    }
    /// Begins a set of locks, to be taken together in the order in which the fields are
    /// declared: say which, each once, and await it.
    pub fn locks(&self) -> BankLocks<'_, K> {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::new(self),
        }
    }
    /// Begins a session: takes one lock after the other, in the order in which the fields
    /// are declared. Backwards does not compile.
    #[track_caller]
    pub fn session(&self) -> BankSession<'_, K> {
        BankSession(::ironfence::__private::foreign_session(self))
    }
    /// Copies the whole, as it is at one moment: takes all the locks, in the order of
    /// the fields, and then clones every field.
    ///
    /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
    /// waits for the next one: poll it to its end, or drop it, which releases them.
    #[track_caller]
    pub fn snapshot<'__a>(
        &'__a self,
    ) -> ::ironfence::__private::ForeignSnapshot<
        <BankLocks<
            '__a,
            K,
            ::ironfence::__private::Read<bank_fields::accounts>,
            ::ironfence::__private::Locked<bank_fields::journal>,
            ::ironfence::__private::Locked<bank_fields::alarms>,
        > as ::ironfence::__private::core::future::IntoFuture>::IntoFuture,
        &'__a Self,
        fn(
            &'__a Self,
            <BankLocks<
                '__a,
                K,
                ::ironfence::__private::Read<bank_fields::accounts>,
                ::ironfence::__private::Locked<bank_fields::journal>,
                ::ironfence::__private::Locked<bank_fields::alarms>,
            > as ::ironfence::__private::core::future::IntoFuture>::Output,
        ) -> Bank<K>,
    >
    where
        for<'__x> Self: ::ironfence::__private::CopyForeign<
            <BankLocks<
                '__a,
                K,
                ::ironfence::__private::Read<bank_fields::accounts>,
                ::ironfence::__private::Locked<bank_fields::journal>,
                ::ironfence::__private::Locked<bank_fields::alarms>,
            > as ::ironfence::__private::core::future::IntoFuture>::Output,
            Plain = Bank<K>,
        >,
    {
        ::ironfence::__private::ForeignSnapshot::new(
            ::ironfence::__private::core::future::IntoFuture::into_future(
                self.locks().read_all(),
            ),
            self,
            ::ironfence::__private::CopyForeign::copy,
        )
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
    /// The field `alarms`.
    #[non_exhaustive]
    pub enum alarms {}
    #[doc(hidden)]
    pub mod __ask_by {
        #[non_exhaustive]
        pub enum read_accounts {}
        #[non_exhaustive]
        pub enum write_accounts {}
        #[non_exhaustive]
        pub enum lock_journal {}
        #[non_exhaustive]
        pub enum lock_alarms {}
    }
}
/// A set of locks of a [`BankGuarded`] that is asked for: await it, or call `try_now` or `blocking`.
#[must_use = "a set of locks does nothing until it is awaited"]
pub struct BankLocks<
    '__a,
    K: Eq + Hash,
    __S0 = ::ironfence::__private::NotAsked<bank_fields::accounts>,
    __S1 = ::ironfence::__private::NotAsked<bank_fields::journal>,
    __S2 = ::ironfence::__private::NotAsked<bank_fields::alarms>,
> {
    await_it_first: ::ironfence::__private::Asking<
        &'__a BankGuarded<K>,
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
    /// The guard of `alarms`, if it was asked for.
    alarms: __G2,
}
#[automatically_derived]
impl<'__a, K: Eq + Hash, __S0, __S1, __S2> BankLocks<'__a, K, __S0, __S1, __S2>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
{
    /// Asks for `accounts`, to be read.
    pub fn read_accounts(
        self,
    ) -> BankLocks<
        '__a,
        K,
        ::ironfence::__private::Read<bank_fields::accounts>,
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
    /// Asks for `accounts`, to be written.
    pub fn write_accounts(
        self,
    ) -> BankLocks<
        '__a,
        K,
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
        K,
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
    /// Asks for `alarms`.
    fn lock_alarms(
        self,
    ) -> BankLocks<
        '__a,
        K,
        __S0,
        __S1,
        ::ironfence::__private::Locked<bank_fields::alarms>,
    >
    where
        __S2: ::ironfence::__private::Free<bank_fields::alarms>,
    {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    #[doc(hidden)]
    fn read_alarms(self) -> Self
    where
        __S2: ::ironfence::__private::IsRwLock<bank_fields::alarms>,
    {
        self
    }
    #[doc(hidden)]
    fn write_alarms(self) -> Self
    where
        __S2: ::ironfence::__private::IsRwLock<bank_fields::alarms>,
    {
        self
    }
}
#[automatically_derived]
impl<
    '__a,
    K: Eq + Hash,
> BankLocks<
    '__a,
    K,
    ::ironfence::__private::NotAsked<bank_fields::accounts>,
    ::ironfence::__private::NotAsked<bank_fields::journal>,
    ::ironfence::__private::NotAsked<bank_fields::alarms>,
>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
{
    /// Asks for all the locks: rwlocks to be read, mutexes as they are.
    pub fn read_all(
        self,
    ) -> BankLocks<
        '__a,
        K,
        ::ironfence::__private::Read<bank_fields::accounts>,
        ::ironfence::__private::Locked<bank_fields::journal>,
        ::ironfence::__private::Locked<bank_fields::alarms>,
    > {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
    /// Asks for all the locks, each for itself alone.
    pub fn lock_all(
        self,
    ) -> BankLocks<
        '__a,
        K,
        ::ironfence::__private::Write<bank_fields::accounts>,
        ::ironfence::__private::Locked<bank_fields::journal>,
        ::ironfence::__private::Locked<bank_fields::alarms>,
    > {
        BankLocks {
            await_it_first: ::ironfence::__private::Asking::next(&self.await_it_first),
        }
    }
}
#[automatically_derived]
impl<
    '__a,
    K: Eq + Hash,
    __S0,
    __S1,
    __S2,
    __G0,
    __G1,
    __G2,
    __R0,
    __R1,
    __R2,
> ::ironfence::__private::ForeignSet for BankLocks<'__a, K, __S0, __S1, __S2>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
    __S0: ::ironfence::__private::Stop<
        &'__a tokio::sync::RwLock<HashMap<K, i64>>,
        Guard = __G0,
        Request = __R0,
    >,
    __R0: ::ironfence::__private::ForeignRequest<Guards = __G0>,
    __S1: ::ironfence::__private::Stop<
        &'__a ::ironfence::__private::Mutex<Vec<Entry>>,
        Guard = __G1,
        Request = __R1,
    >,
    __R1: ::ironfence::__private::ForeignRequest<Guards = __G1>,
    __S2: ::ironfence::__private::Stop<
        &'__a async_lock::Mutex<u32>,
        Guard = __G2,
        Request = __R2,
    >,
    __R2: ::ironfence::__private::ForeignRequest<Guards = __G2>,
{
    type Twin = &'__a BankGuarded<K>;
    type Held = BankHeld<__G0, __G1, __G2>;
    type Row = (__R0, __R1, __R2);
    fn twin(&self) -> Self::Twin {
        ::ironfence::__private::Asking::twin(&self.await_it_first)
    }
    fn row(__ironfence_twin: Self::Twin) -> Self::Row {
        (
            __S0::request(&__ironfence_twin.accounts),
            __S1::request(&__ironfence_twin.journal),
            __S2::request(&__ironfence_twin.alarms),
        )
    }
    fn held(
        (__ironfence_guard0, __ironfence_guard1, __ironfence_guard2): (__G0, __G1, __G2),
    ) -> Self::Held {
        BankHeld {
            accounts: __ironfence_guard0,
            journal: __ironfence_guard1,
            alarms: __ironfence_guard2,
        }
    }
    fn try_now(
        __ironfence_twin: Self::Twin,
    ) -> ::ironfence::__private::core::option::Option<Self::Held> {
        ::ironfence::__private::core::option::Option::Some(BankHeld {
            accounts: __S0::try_now(&__ironfence_twin.accounts)?,
            journal: __S1::try_now(&__ironfence_twin.journal)?,
            alarms: __S2::try_now(&__ironfence_twin.alarms)?,
        })
    }
    fn blocking(__ironfence_twin: Self::Twin) -> Self::Held {
        BankHeld {
            accounts: __S0::blocking(&__ironfence_twin.accounts),
            journal: __S1::blocking(&__ironfence_twin.journal),
            alarms: __S2::blocking(&__ironfence_twin.alarms),
        }
    }
}
#[automatically_derived]
impl<'__a, K: Eq + Hash, __S0, __S1, __S2> ::ironfence::__private::ForeignRequest
for BankLocks<'__a, K, __S0, __S1, __S2>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
    for<'__x> Self: ::ironfence::__private::ForeignSet,
{
    type Guards = <Self as ::ironfence::__private::ForeignSet>::Held;
    type Wanted = <<Self as ::ironfence::__private::ForeignSet>::Row as ::ironfence::__private::ForeignRequest>::Wanted;
    type Room = <<Self as ::ironfence::__private::ForeignSet>::Row as ::ironfence::__private::ForeignRequest>::Room;
    fn wanted(self) -> Self::Wanted {
        ::ironfence::__private::ForeignRequest::wanted(
            <Self as ::ironfence::__private::ForeignSet>::row(
                ::ironfence::__private::ForeignSet::twin(&self),
            ),
        )
    }
    fn guards(__ironfence_kept: Self::Wanted) -> Self::Guards {
        <Self as ::ironfence::__private::ForeignSet>::held(
            <<Self as ::ironfence::__private::ForeignSet>::Row as ::ironfence::__private::ForeignRequest>::guards(
                __ironfence_kept,
            ),
        )
    }
}
#[automatically_derived]
impl<
    '__a,
    K: Eq + Hash,
    __S0,
    __S1,
    __S2,
    __G0,
    __G1,
    __G2,
    __R0,
    __R1,
    __R2,
> ::ironfence::__private::core::future::IntoFuture
for BankLocks<'__a, K, __S0, __S1, __S2>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
    __S0: ::ironfence::__private::Stop<
        &'__a tokio::sync::RwLock<HashMap<K, i64>>,
        Guard = __G0,
        Request = __R0,
    >,
    __R0: ::ironfence::__private::ForeignRequest<Guards = __G0>,
    __S1: ::ironfence::__private::Stop<
        &'__a ::ironfence::__private::Mutex<Vec<Entry>>,
        Guard = __G1,
        Request = __R1,
    >,
    __R1: ::ironfence::__private::ForeignRequest<Guards = __G1>,
    __S2: ::ironfence::__private::Stop<
        &'__a async_lock::Mutex<u32>,
        Guard = __G2,
        Request = __R2,
    >,
    __R2: ::ironfence::__private::ForeignRequest<Guards = __G2>,
{
    type Output = BankHeld<__G0, __G1, __G2>;
    type IntoFuture = ::ironfence::__private::ForeignFuture<Self, (__R0, __R1, __R2)>;
    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        ::ironfence::__private::ForeignFuture::new(self)
    }
}
#[automatically_derived]
impl<'__a, K: Eq + Hash, __S0, __S1, __S2> BankLocks<'__a, K, __S0, __S1, __S2>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
{
    /// The guards, if none of the locks has to be waited for; else none is taken.
    #[track_caller]
    pub fn try_now(
        self,
    ) -> ::ironfence::__private::core::option::Option<
        <Self as ::ironfence::__private::ForeignSet>::Held,
    >
    where
        for<'__x> Self: ::ironfence::__private::ForeignSet,
    {
        ::ironfence::__private::try_foreign(self)
    }
    /// The guards, waiting with the thread. For code outside async tasks.
    #[track_caller]
    pub fn blocking(self) -> <Self as ::ironfence::__private::ForeignSet>::Held
    where
        for<'__x> Self: ::ironfence::__private::BlockingForeignSet,
    {
        ::ironfence::__private::BlockingForeignSet::wait(self)
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
impl ::ironfence::__private::Field for bank_fields::alarms {
    type Place = ::ironfence::__private::Place<0, 0, 2>;
    type AskBy = ::ironfence::__private::AskBy<(bank_fields::__ask_by::lock_alarms)>;
}
/// A session over the locks of a [`BankGuarded`]: takes one after the other, in the order in which they are declared.
pub struct BankSession<
    '__a,
    K: Eq + Hash,
    __P = ::ironfence::__private::Start,
    __O = ::ironfence::__private::Root,
>(
    ::ironfence::__private::Token<&'__a BankGuarded<K>, __P, __O>,
);
#[automatically_derived]
impl<'__a, K: Eq + Hash, __P, __O> BankSession<'__a, K, __P, __O>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
{
    /// Takes `accounts`, to be read, and then goes on.
    #[track_caller]
    pub fn read_accounts(
        self,
    ) -> ::ironfence::__private::Step<
        <tokio::sync::RwLock<
            HashMap<K, i64>,
        > as ::ironfence::__private::AsyncRwLock>::Read<'__a>,
        BankSession<'__a, K, bank_fields::accounts, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::accounts>,
    {
        ::ironfence::__private::Step::new(
            <tokio::sync::RwLock<
                HashMap<K, i64>,
            > as ::ironfence::__private::AsyncRwLock>::read(
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
        <tokio::sync::RwLock<
            HashMap<K, i64>,
        > as ::ironfence::__private::AsyncRwLock>::Write<'__a>,
        BankSession<'__a, K, bank_fields::accounts, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::accounts>,
    {
        ::ironfence::__private::Step::new(
            <tokio::sync::RwLock<
                HashMap<K, i64>,
            > as ::ironfence::__private::AsyncRwLock>::write(
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
        <::ironfence::__private::Mutex<
            Vec<Entry>,
        > as ::ironfence::__private::AsyncMutex>::Lock<'__a>,
        BankSession<'__a, K, bank_fields::journal, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::journal>,
    {
        ::ironfence::__private::Step::new(
            <::ironfence::__private::Mutex<
                Vec<Entry>,
            > as ::ironfence::__private::AsyncMutex>::lock(
                &::ironfence::__private::Token::twin(&self.0).journal,
            ),
            BankSession(::ironfence::__private::Token::next(self.0)),
        )
    }
    /// Takes `alarms`, and then goes on.
    #[track_caller]
    fn lock_alarms(
        self,
    ) -> ::ironfence::__private::Step<
        <async_lock::Mutex<u32> as ::ironfence::__private::AsyncMutex>::Lock<'__a>,
        BankSession<'__a, K, bank_fields::alarms, __O>,
    >
    where
        __P: ::ironfence::__private::MayLock<bank_fields::alarms>,
    {
        ::ironfence::__private::Step::new(
            <async_lock::Mutex<
                u32,
            > as ::ironfence::__private::AsyncMutex>::lock(
                &::ironfence::__private::Token::twin(&self.0).alarms,
            ),
            BankSession(::ironfence::__private::Token::next(self.0)),
        )
    }
}
#[automatically_derived]
impl<'__a, K: Eq + Hash, __P, __O> BankSession<'__a, K, __P, __O>
where
    for<'__x> tokio::sync::RwLock<
        HashMap<K, i64>,
    >: ::ironfence::__private::AsyncRwLock<Value = HashMap<K, i64>>,
    for<'__x> ::ironfence::__private::Mutex<
        Vec<Entry>,
    >: ::ironfence::__private::AsyncMutex<Value = Vec<Entry>>,
    for<'__x> async_lock::Mutex<u32>: ::ironfence::__private::AsyncMutex<Value = u32>,
{
    /// The same session for a while: for a loop, or a call. What is locked by it is
    /// released when this one is used again.
    pub fn reborrow(&mut self) -> BankSession<'_, K, __P, __O>
    where
        __O: ::ironfence::__private::Nesting,
    {
        BankSession(::ironfence::__private::Token::reborrow(&mut self.0))
    }
    /// Two branches at once, each of which goes on from here. No guard leaves them.
    pub fn both<__X, __Y>(
        &mut self,
        __ironfence_first: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            BankSession<'__t, K, __P, __O>,
        ) -> __X,
        __ironfence_second: impl for<'__t> ::ironfence::__private::core::ops::AsyncFnOnce(
            BankSession<'__t, K, __P, __O>,
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
