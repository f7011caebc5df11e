//! Nothing that generated code declares, names or calls is anything of the user's.
#![deny(warnings)]
#![forbid(unsafe_code)]
#![allow(dead_code, non_camel_case_types, non_upper_case_globals)]

use ironfence::Guarded;

// Lifetimes, parameters and constants that are called as those of generated code would be.

#[derive(Guarded, Clone)]
struct Lifetimes<'__a, '__x, '__t: '__a> {
    #[guarded(mutex)]
    a: &'__a str,
    #[guarded(rwlock)]
    x: &'__x str,
    t: &'__t str,
    #[guarded(nested)]
    inner: Parameters<'__a, u8, u8, u8, u8, 1>,
}

#[derive(Guarded, Clone)]
struct Parameters<'a, __T, __S0, __G0, __P, const __N: usize> {
    #[guarded(mutex)]
    array: [__T; __N],
    #[guarded(rwlock)]
    slot: __S0,
    #[guarded(rwlock)]
    guard: __G0,
    plain: (__P, &'a str),
}

#[derive(Guarded, Clone)]
struct More<__O, __F, __X, __Y, __L0, const __twin: u8, const guard0: bool>(
    #[guarded(mutex)] (__O, __F),
    #[guarded(mutex)] (__X, __Y),
    __L0,
)
where
    for<'__a> &'__a __X: Copy;

#[derive(Guarded, Clone)]
#[guarded(default = mutex)]
struct Fields {
    __a: u8,
    __twin: u8,
    ____held: u8,
    _1: u8,
    all_: u8,
    guard0: u8,
}

/// The same with other people's locks.
#[derive(Guarded, Clone)]
struct Foreign<'__a, __T0, __S0> {
    #[guarded(mutex, with = tokio::sync::Mutex)]
    stage: (&'__a str, __T0),
    #[guarded(rwlock)]
    __stage0: __S0,
}

// Parameters that are called as what is declared for the struct.

#[derive(Guarded, Clone)]
struct Beside<BesideGuarded, BesideLocks, BesideHeld, BesideSession, beside_fields, const BesideLocks_: usize> {
    #[guarded(mutex)]
    twin: BesideGuarded,
    #[guarded(rwlock)]
    builder: BesideLocks,
    #[guarded(mutex)]
    held: (BesideHeld, BesideSession),
    #[guarded(rwlock)]
    fields: [beside_fields; BesideLocks_],
}

#[derive(Guarded, Clone)]
struct BesideOthers<BesideOthersLocks, BesideOthersHeld, const beside_others_fields: usize> {
    #[guarded(mutex, with = tokio::sync::Mutex)]
    builder: [BesideOthersLocks; beside_others_fields],
    #[guarded(rwlock)]
    held: BesideOthersHeld,
}

// Constants that are called as variables of generated code would be.

mod constants {
    use ironfence::Guarded;

    macro_rules! constants {
        ($($name:ident)*) => { $(const $name: u8 = 0;)* };
    }
    constants! {
        __closure __twin __plain __held __all __token __guard0 __guard1 __ask __first __second __a __b __offsets __stages
        __stage0 __stage1 __context twin plain held all token guard0 guard1 ask first second a b offsets stages
        stage0 stage1 context it value field
    }

    #[derive(Guarded, Clone, Default)]
    pub struct Outer {
        #[guarded(mutex)]
        pub a: u8,
        #[guarded(nested)]
        pub inner: Inner,
    }

    #[derive(Guarded, Clone, Default)]
    pub struct Inner(#[guarded(rwlock)] pub u8);

    #[derive(Guarded, Clone, Default)]
    pub struct Others(
        #[guarded(rwlock, with = tokio::sync::RwLock)] pub u8,
        #[guarded(mutex, with = tokio::sync::Mutex)] pub u8,
    );
}

// Types that are called like the library's, or the standard library's.

mod taken {
    use ironfence::Guarded as Derive;

    macro_rules! types {
        ($($Name:ident)*) => {$(
            #[derive(Clone, Default)]
            pub struct $Name(pub u8);
        )*};
    }
    types! {
        Walker Option Some None Send Sync Set String Mutex RwLock Guarded Twin Locked Read Write
        Pin Poll Debug Into From FnOnce Future Slot Places str u8_ usize bool
    }

    #[derive(Derive, Clone, Default)]
    #[guarded(default = mutex)]
    pub struct State {
        pub walker: Walker,
        pub option: Option,
        pub send: Send,
        pub set: Set,
        pub string: String,
        pub size: usize,
        pub is: bool,
        pub core: self::core::Twin,
        pub r#type: r#fn,
    }

    #[derive(Clone, Default)]
    pub struct r#fn;

    pub mod core {
        #[derive(Clone, Default)]
        pub struct Twin;
    }

    pub mod std {}
    pub mod __private {}
}

// Methods of the user's that everything has.

mod methods {
    use ironfence::Guarded;

    macro_rules! methods {
        ($($name:ident)*) => {
            pub trait ByValue: Sized { $(fn $name(self) -> Never { Never })* }
            impl<T> ByValue for T {}
        };
    }
    pub struct Never;
    methods! {
        next twin enter reborrow again leave is_pending is_ready as_mut walk guard of row held each
        copy clone new from into into_guarded into_inner_ locks session poll take begin add_
    }

    #[derive(Guarded, Clone, Default)]
    pub struct Outer {
        #[guarded(mutex)]
        pub a: u8,
        #[guarded(nested)]
        pub inner: Inner,
    }

    #[derive(Guarded, Clone, Default)]
    pub struct Inner(#[guarded(rwlock)] pub u8);

    #[derive(Guarded, Clone, Default)]
    pub struct Others(#[guarded(rwlock, with = tokio::sync::RwLock)] pub u8, pub u8);
}

#[tokio::main]
async fn main() {
    let inner = Parameters {
        array: [1],
        slot: 2,
        guard: 3,
        plain: (4, "b"),
    };
    let twin = Lifetimes {
        a: "a",
        x: "x",
        t: "t",
        inner,
    }
    .into_guarded();
    let held = twin
        .locks()
        .inner(|inner| inner.lock_array().write_slot())
        .lock_a()
        .await;
    assert_eq!((*held.a, held.inner.array[0], *held.inner.slot), ("a", 1, 2));
    drop(held);
    let (a, session) = twin.session().lock_a().await;
    let (slot, session) = session.inner().write_slot().await;
    drop((a, slot, session.leave()));
    assert_eq!(twin.snapshot().await.inner.plain.0, 4);

    let twin = More::<_, _, _, _, _, 1, true>((1, 2), (3, 4), 5).into_guarded();
    let (mut first, mut session) = twin.session().lock_0().await;
    first.0 += 1;
    session
        .both(
            async |session| drop(session.lock_1().await),
            async |session| drop(session.lock_1().await),
        )
        .await;
    drop(first);
    assert_eq!(twin.snapshot().await.0.0, 2);

    let twin = Foreign {
        stage: ("a", 1),
        __stage0: 2,
    }
    .into_guarded();
    assert_eq!(twin.locks().lock_all().await.stage.1, 1);
    assert_eq!(twin.snapshot().await.__stage0, 2);

    let twin = Beside::<_, _, _, _, _, 1> {
        twin: 1,
        builder: 2,
        held: (3, 4),
        fields: [5],
    }
    .into_guarded();
    assert_eq!(*twin.locks().lock_twin().write_builder().await.builder, 2);
    let (held, session) = twin.session().lock_held().await;
    assert_eq!(session.read_fields().await.0[0] - held.1, 1);
    drop(held);
    assert_eq!(twin.snapshot().await.fields, [5]);

    let twin = BesideOthers {
        builder: [1],
        held: 2,
    }
    .into_guarded();
    assert_eq!(*twin.locks().lock_all().await.held, 2);

    let twin = constants::Outer::default().into_guarded();
    drop(twin.locks().lock_a().inner(|inner| inner.read_0()).await);
    assert_eq!(twin.snapshot().await.inner.0, 0);
    let twin = constants::Others::default().into_guarded();
    drop(twin.locks().read_all().await);
    assert_eq!(twin.snapshot().await.1, 0);

    let twin = Guarded::into_guarded(taken::State::default());
    let held = twin.locks().lock_all().await;
    assert_eq!((held.walker.0, held.option.0, held.size.0), (0, 0, 0));
    drop(held);
    _ = twin.snapshot().await;

    let twin = Guarded::into_guarded(methods::Outer::default());
    drop(twin.locks().lock_a().inner(|inner| inner.read_0()).await);
    drop(twin.session().inner().read_0().await.1.leave());
    assert_eq!(twin.snapshot().await.inner.0, 0);
    let twin = methods::Others::default().into_guarded();
    drop(twin.locks().read_all().await);
    assert_eq!(twin.snapshot().await.1, 0);
}
