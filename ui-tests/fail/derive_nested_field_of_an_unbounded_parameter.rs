//! A nested field's type derives `Guarded`, a parameter too.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank<T> {
    #[guarded(nested)]
    risk: T,
}

#[derive(Guarded, Clone)]
struct Risk;

fn main() {
    let bank = Bank { risk: Risk }.into_guarded();
    _ = bank.risk;
}
