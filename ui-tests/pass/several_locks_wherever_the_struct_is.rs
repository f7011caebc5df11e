//! Sets and sessions work without the prelude, through a renamed crate, in functions, over private
//! types, and trip no lint.
#![no_implicit_prelude]
#![deny(warnings, missing_docs)]

/// Nothing here may be taken for the library.
mod ironfence {}

mod vendored {
    pub use ::ironfence as fence;
}

/// A struct with secrets.
pub mod bank {
    use super::vendored::fence;

    #[derive(::std::default::Default, ::std::clone::Clone)]
    struct Entry(u8);

    /// Public, with private fields of private types.
    #[derive(fence::Guarded, ::std::default::Default)]
    #[guarded(crate = fence)]
    pub struct Bank {
        /// Free to see.
        #[guarded(rwlock)]
        pub accounts: ::std::vec::Vec<i64>,
        #[guarded(mutex)]
        journal: ::std::vec::Vec<Entry>,
        /// Inside.
        #[guarded(nested)]
        pub(crate) risk: Risk,
        #[guarded(nested)]
        hidden: Risk,
    }

    #[derive(fence::Guarded, ::std::default::Default)]
    #[guarded(crate = fence, name = r#SharedRisk)]
    pub(crate) struct Risk {
        #[guarded(rwlock)]
        r#type: Entry,
        #[guarded(mutex)]
        #[deprecated = "count alarms"]
        pub(super) _old: u8,
        #[guarded(mutex)]
        pub(crate) alarms: u8,
    }

    impl BankGuarded {
        /// Uses the private fields.
        pub fn inside(&self) -> usize {
            let mut held = self
                .locks()
                .hidden(|hidden| hidden.write_type())
                .lock_journal()
                .blocking();
            held.journal.push(Entry(1));
            held.hidden.r#type.0 += 1;
            let len = held.journal.len();
            ::std::mem::drop(held);
            // Where all types can be seen, all can be had.
            let all = self.locks().read_all().blocking();
            ::std::assert_eq!((all.accounts.len(), *all.risk.alarms), (0, 0));
            ::std::mem::drop(all);
            ::std::assert!(self.locks().lock_all().try_now().is_some());
            len
        }
    }
}

fn outside(bank: &bank::BankGuarded) {
    let held = bank
        .locks()
        .risk(|risk| risk.lock_alarms())
        .read_accounts()
        .blocking();
    ::std::assert_eq!((held.accounts.len(), *held.risk.alarms), (0, 0));
    ::std::mem::drop(held);
    let risk = bank.session().risk();
    ::std::mem::drop(risk.lock_alarms());
}

fn main() {
    let bank: bank::Bank = ::std::default::Default::default();
    let bank = ::ironfence::Guarded::into_guarded(bank);
    ::std::assert_eq!(bank.inside(), 1);
    outside(&bank);

    #[derive(::ironfence::Guarded)]
    struct Local<'a, T, const N: usize> {
        #[guarded(mutex)]
        first: &'a [T; N],
        #[guarded(rwlock)]
        second: T,
    }
    let local = Local {
        first: &[1, 2],
        second: 3,
    };
    let local = ::ironfence::Guarded::into_guarded(local);
    let held = local.locks().write_second().lock_first().blocking();
    ::std::assert_eq!(held.first[0] + *held.second, 4);
    let _: ::std::option::Option<LocalSession<'_, '_, i32, 2, local_fields::first>> =
        ::std::option::Option::None;
}
