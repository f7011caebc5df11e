//! A set lasts as long as all that its closures named.

#![forbid(unsafe_code)]

use ironfence::{Guarded, MutexGuard};

#[derive(Guarded)]
struct Bank {
    #[guarded(nested)]
    risk: Risk,
}

#[derive(Guarded)]
struct Risk {
    #[guarded(mutex)]
    limits: Vec<u32>,
}

fn risk() -> RiskGuarded {
    Risk { limits: vec![] }.into_guarded()
}

async fn the_set_of_another_twin_that_is_gone(bank: &BankGuarded) {
    let held;
    {
        let other = risk();
        held = bank.locks().risk(|_| other.locks().lock_limits()).await;
    }
    drop(held);
}

async fn a_builder_that_was_put_away_outlives_its_twin() {
    let mut found = None;
    {
        let bank = Bank { risk: Risk { limits: vec![] } }.into_guarded();
        _ = bank.locks().risk(|risk| {
            found = Some(risk.lock_limits());
            bank.risk.locks().lock_limits()
        });
    }
    drop(found.unwrap().await);
}

async fn a_guard_of_a_set_outlives_its_twin() {
    let guard;
    {
        let bank = Bank { risk: Risk { limits: vec![] } }.into_guarded();
        guard = bank.locks().risk(|risk| risk.lock_limits()).await.risk.limits;
    }
    drop(guard);
}

async fn a_part_of_a_set_forgets_what_it_captured<'a, 'c>(
    bank: &'a BankGuarded,
    it: &'c mut &'c mut String,
) -> ironfence::MappedMutexGuard<'a, String> {
    let held = bank.locks().risk(|risk| risk.lock_limits()).await;
    let guard = MutexGuard::map(held.risk.limits, |_| it);
    ironfence::MappedMutexGuard::map(guard, |it| &mut **it)
}

fn main() {}
