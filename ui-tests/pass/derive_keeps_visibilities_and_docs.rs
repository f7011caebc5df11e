//! The twin and its fields are as visible as the struct and its fields, and as documented.
#![deny(missing_docs, warnings)]

mod a {
    pub mod b {
        /// What only this module sees.
        #[derive(Clone, Copy)]
        struct Private;

        /// A struct.
        #[derive(ironfence::Guarded, Clone, Copy)]
        #[guarded(name = Shared)]
        pub struct State {
            /// A field.
            #[guarded(mutex)]
            pub everywhere: u8,
            /// Another one.
            #[guarded(mutex)]
            pub(in crate::a) above: u8,
            #[guarded(mutex)]
            pub(super) above_too: u8,
            #[guarded(mutex)]
            pub(crate) in_the_crate: u8,
            #[guarded(mutex)]
            here: u8,
            #[guarded(nested)]
            nested: Nested,
            #[guarded(mutex)]
            private: Private,
            also: Private,
        }

        #[derive(ironfence::Guarded, Clone, Copy)]
        struct Nested(#[guarded(rwlock)] Private);

        impl State {
            /// A state.
            pub const NEW: Self = Self {
                everywhere: 1,
                above: 1,
                above_too: 1,
                in_the_crate: 1,
                here: 1,
                nested: Nested(Private),
                private: Private,
                also: Private,
            };
        }

        pub(crate) fn sum(state: &Shared) -> u8 {
            _ = (
                state.nested.0.try_read(),
                state.private.try_lock(),
                state.also,
            );
            *state.everywhere.try_lock().unwrap() + *state.here.try_lock().unwrap()
        }
    }

    pub(crate) fn sum(state: &b::Shared) -> u8 {
        *state.above.try_lock().unwrap() + *state.above_too.try_lock().unwrap()
    }
}

fn main() {
    let state: a::b::Shared = a::b::State::NEW.into_guarded();
    let here = *state.everywhere.try_lock().unwrap() + *state.in_the_crate.try_lock().unwrap();
    assert_eq!(a::b::sum(&state) + a::sum(&state) + here, 6);
    _ = state.snapshot();
}
