//! A struct may be made by `macro_rules!`: names, types, visibilities and attributes come from
//! anywhere.

use ironfence::Guarded;

macro_rules! state {
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$lt:lifetime, $param:ident: $bound:path> {
        $($(#[$attr:meta])* $fvis:vis $field:ident: $ty:ty,)*
    }) => {
        #[derive(Guarded, Clone)]
        $(#[$meta])*
        $vis struct $name<$lt, $param: $bound> {
            $($(#[$attr])* $fvis $field: $ty,)*
            #[guarded(mutex)]
            own: Option<&$lt $param>,
        }
    };
}

state! {
    /// Documented.
    #[guarded(default = rwlock)]
    pub struct State<'s, T: std::fmt::Debug> {
        #[guarded(mutex)]
        pub tuple: (u8, T),
        function: fn(u8) -> u8,
        #[guarded(nested)]
        pub(crate) inner: Inner<dyn Fn(u8) -> u8 + Send + 's>,
        own_: Box<T>,
    }
}

macro_rules! kind {
    ($name:ident, $kind:ident, $twin:ident, $ty:ty, $count:literal, $n:expr) => {
        #[derive(Guarded)]
        #[guarded(name = $twin, default = $kind)]
        struct $name(#[guarded($kind)] $ty, [u8; $n], [$ty; $count]);
    };
}
kind!(Kind, mutex, KindTwin, Vec<u8>, 1, 1 + 1);

#[derive(Guarded)]
struct Inner<T: ?Sized>(#[guarded(mutex)] Option<Box<T>>);

impl<T: ?Sized> Clone for Inner<T> {
    fn clone(&self) -> Self {
        Self(None)
    }
}

macro_rules! hygiene {
    ($field:ident) => {
        #[derive(Guarded)]
        struct Twice {
            #[guarded(mutex)]
            $field: u8,
            #[guarded(mutex)]
            value: u16,
        }

        fn twice() -> u16 {
            let twin = Twice {
                $field: 1,
                value: 2,
            }
            .into_guarded();
            *twin.value.blocking_lock() + u16::from(*twin.$field.blocking_lock())
        }
    };
}
hygiene!(other);

fn main() {
    let state = State {
        tuple: (1, 2),
        function: |x| x,
        inner: Inner(Some(Box::new(|x| x))),
        own_: Box::new(3),
        own: None,
    };
    let twin = state.into_guarded();
    assert_eq!(twin.tuple.blocking_lock().1, 2);
    assert_eq!((twin.function.blocking_read())(3), 3);
    let call = twin.inner.0.blocking_lock().take().unwrap();
    assert_eq!(call(*twin.own.blocking_lock().unwrap_or(&4)), 4);
    assert_eq!(*twin.into_inner().own_, 3);

    let kind: KindTwin = Kind(vec![1], [2; 2], [vec![]]).into_guarded();
    assert_eq!(
        kind.0.blocking_lock().len() + kind.1.blocking_lock().len(),
        3
    );
    assert!(kind.2.blocking_lock()[0].is_empty());
    assert_eq!(twice(), 3);
}
