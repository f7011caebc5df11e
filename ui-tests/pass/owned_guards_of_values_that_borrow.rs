//! An owned guard of a value that borrows is mapped to a part that borrows, or that doesn't, and on.

use std::{cell::Cell, sync::Arc};

use ironfence::{
    ExclusiveGuard, Mutex, OwnedMappedMutexGuard, OwnedMutexGuard, OwnedRwLockReadGuard,
    OwnedRwLockUpgradableReadGuard, OwnedRwLockWriteGuard, PartOf, RwLock, SharedGuard,
};

struct Parser<'t> {
    tokens: Vec<&'t str>,
    count: usize,
}

type OwnedToken<'t> = ExclusiveGuard<PartOf<'t, Arc<Mutex<Parser<'t>>>>, &'t str>;

fn parser(text: &str) -> Parser<'_> {
    Parser {
        tokens: text.split(' ').collect(),
        count: 0,
    }
}

/// A part that borrows nothing has the name that it has elsewhere.
async fn count<'t>(parser: &Arc<Mutex<Parser<'t>>>) -> OwnedMappedMutexGuard<Parser<'t>, usize> {
    OwnedMutexGuard::map(parser.clone().lock_owned().await, |parser| &mut parser.count)
}

/// One that borrows is named by `PartOf`, and its functions by the name that is no alias.
async fn first<'t>(parser: &Arc<Mutex<Parser<'t>>>, least: &usize) -> OwnedToken<'t> {
    let tokens = OwnedMutexGuard::map(parser.clone().lock_owned().await, |parser| &mut parser.tokens);
    ExclusiveGuard::try_map(tokens, |tokens| {
        tokens.iter_mut().find(|token| token.len() > *least)
    })
    .unwrap()
}

/// A part that borrows something else ends before that does.
async fn remembers<'t, 'o>(
    parser: &Arc<Mutex<Parser<'t>>>,
    _: &'o str,
) -> ExclusiveGuard<PartOf<'o, Arc<Mutex<Parser<'t>>>>, Cell<Option<&'o str>>> {
    OwnedMutexGuard::map(parser.clone().lock_owned().await, |_| Box::leak(Box::new(Cell::new(None))))
}

#[tokio::main]
async fn main() {
    let text = String::from("a be");
    let mutex = Arc::new(Mutex::new(parser(&text)));
    *count(&mutex).await += 1;
    {
        let mut token = first(&mutex, &1).await;
        assert_eq!(*token, "be");
        *token = "see";
    }
    let name = String::from("d");
    let guard = remembers(&mutex, &name).await;
    guard.set(Some(&name));
    assert_eq!(guard.get(), Some("d"));
    drop(guard);
    let (tokens, number) = OwnedMutexGuard::split(mutex.clone().lock_owned().await, |parser| {
        (&mut parser.tokens, &mut parser.count)
    });
    let (token, _) = ExclusiveGuard::split(tokens, |tokens| {
        let (first, rest) = tokens.split_first_mut().unwrap();
        (first, rest)
    });
    let letter: ExclusiveGuard<_, &str> = ExclusiveGuard::map(token, |token| token);
    assert_eq!((*letter, *number), ("a", 1));

    let lock = Arc::new(RwLock::new(parser(&text)));
    let guard = OwnedRwLockReadGuard::map(lock.clone().read_owned().await, |parser| &parser.tokens);
    let guard = SharedGuard::map(guard, |tokens| &tokens[0]);
    let guard: SharedGuard<_, str> = SharedGuard::map(guard, |token| *token);
    assert!(Arc::ptr_eq(SharedGuard::rwlock(&guard), &lock));
    drop(guard);
    let guard = OwnedRwLockReadGuard::map(lock.clone().read_owned().await, |parser| &parser.count);
    assert_eq!(*guard, 0);
    drop(guard);
    let guard = lock.clone().upgradable_read_owned().await;
    let guard = OwnedRwLockUpgradableReadGuard::map(guard, |parser| &parser.tokens[1]);
    assert_eq!(*guard, "be");
    drop(guard);
    let guard = OwnedRwLockWriteGuard::map(lock.clone().write_owned().await, |parser| &mut parser.tokens);
    assert!(Arc::ptr_eq(ExclusiveGuard::<PartOf<'_, _>, _>::rwlock(&guard), &lock));
    drop(guard);
    let guard = OwnedRwLockWriteGuard::into_mapped(lock.clone().write_owned().await);
    drop(ExclusiveGuard::map(guard, |parser| &mut parser.tokens[..]));
    let guard = OwnedRwLockWriteGuard::downgrade_map(lock.clone().write_owned().await, |parser| {
        parser.tokens.first().unwrap()
    });
    assert_eq!(*guard, "a");
}
