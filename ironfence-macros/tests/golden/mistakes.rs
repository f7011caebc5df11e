#[derive(Guarded)]
#[guarded(mutex, nme = Shared, nme2 = 1)]
struct State<#[guarded(plain)] T> {
    #[guarded(mutx)]
    first: T,
    #[guarded(rwlock, mutex)]
    second: u8,
    #[guarded(name = X)]
    third: u8,
}
