//! Twins with other people's locks.
//!
//! To the user they are like any other. But their locks are known only by the traits `AsyncMutex` and
//! `AsyncRwLock`, so their sets are taken by another future, which keeps each guard as it comes. They
//! are no `Twin`s, which promise locks of ours, and so the struct has its `into_guarded` by itself.
//!
//! The bounds of the locks are asked `for` some lifetime, so that a lock that lacks them is one error, in
//! `From`, which does without: see `copy_impl` in [`expand`](super).

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{GenericParam, Ident, Member, parse_quote, spanned::Spanned};

use super::{Expansion, sets::Slot};
use crate::{
    attr::Kind,
    model::{Field, ours_at, without_lifetimes},
};

impl Expansion<'_> {
    /// All that is said of such a twin, but the twin itself.
    pub(super) fn foreign(&self) -> TokenStream {
        let known = &self.locks_are_known();
        // The same expansion, in which every impl may rely on it.
        let this = Expansion { where_clause: known, ..*self };
        let slots = this.slots();
        let mut code = self.foreign_guarded();
        code.extend(this.foreign_copy(&slots));
        code.extend(this.foreign_methods(&slots));
        code.extend(this.fields_module());
        code.extend(this.builder(&slots));
        code.extend(this.held(&slots));
        code.extend(this.asking(&slots));
        code.extend(this.foreign_asking_all(&slots));
        code.extend(this.foreign_set(&slots));
        code.extend(this.sessions_of_one());
        code
    }

    /// The user's bounds, and that the locks implement our traits. Bounds that differ only by
    /// lifetimes would be ambiguous, so these are left out.
    fn locks_are_known(&self) -> TokenStream {
        let Self { model, rt, where_clause, .. } = self;
        let locks: Vec<_> = model
            .guarded_fields()
            .map(|(field, _)| {
                let lock = self.lock(field);
                (lock.to_string(), without_lifetimes(lock.clone()).to_string(), lock, field)
            })
            .collect();
        let bounds =
            locks.iter().enumerate().filter_map(|(number, (text, erased, lock, field))| {
                let is_again = locks[..number].iter().any(|(other, ..)| other == text);
                let is_ambiguous = locks.iter().any(|other| other.1 == *erased && other.0 != *text);
                let (ty, face) = (&field.ty, self.face(field));
                (!is_again && !is_ambiguous)
                    .then(|| quote!(for<'__x> #lock: #rt::#face<Value = #ty>))
            });
        quote!(#where_clause #(#bounds,)*)
    }

    /// The trait of a field's lock.
    pub(super) fn face(&self, field: &Field) -> Ident {
        match self.model.kind(field) {
            Kind::Mutex => format_ident!("AsyncMutex"),
            _ => format_ident!("AsyncRwLock"),
        }
    }

    /// From the struct to its twin.
    fn foreign_guarded(&self) -> TokenStream {
        let Self { model, rt, plain, twin, automatic, where_clause } = self;
        let (params, args, _) = model.generics.split_for_impl();
        let values = model.fields.iter().map(|field| {
            let member = &field.member;
            let value = match model.kind(field) {
                Kind::Mutex | Kind::RwLock => {
                    let (lock, face) = (self.lock(field), self.face(field));
                    let name = self.name(field);
                    // What is wrong with a lock is an error about its name.
                    let at = match model.with(field) {
                        Some(lock) => ours_at(lock.span()),
                        None => ours_at(field.ty.span()),
                    };
                    quote_spanned! {at=>
                        <#lock as #rt::#face>::new_field::<Self>(
                            __plain.#member,
                            #rt::core::mem::offset_of!(Self, #member),
                            #name,
                        )
                    }
                }
                _ => quote!(__plain.#member),
            };
            quote!(#member: #value)
        });
        quote! {
            #automatic
            impl #params #rt::core::convert::From<#plain #args> for #twin #args #where_clause {
                fn from(__plain: #plain #args) -> Self {
                    Self { #(#values),* }
                }
            }

            #automatic
            impl #params #plain #args #where_clause {
                /// Puts each field behind its lock.
                pub fn into_guarded(self) -> #twin #args {
                    #rt::core::convert::From::from(self)
                }
            }
        }
    }

    /// A struct like this one of what is held of all its locks.
    fn foreign_copy(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, plain, twin, automatic, where_clause } = self;
        let (_, args, _) = model.generics.split_for_impl();
        let held = model.companion("Held");
        let mut generics = model.generics.clone();
        generics.params.extend(guard_params(slots));
        let (params, ..) = generics.split_for_impl();
        let guards: Vec<_> = slots.iter().map(|slot| &slot.guard).collect();
        let fields = || model.fields.iter().enumerate();
        let clones = fields().map(|(number, field)| {
            let (number, ty) = (Literal::usize_unsuffixed(number), &field.ty);
            quote!(for<'__x> #ty: #rt::CopyField<#number>)
        });
        let derefs = slots.iter().map(|Slot { field, guard, .. }| {
            let ty = &field.ty;
            quote!(#guard: #rt::core::ops::Deref<Target = #ty>)
        });
        let values = fields().map(|(number, field)| {
            let (number, member) = (Literal::usize_unsuffixed(number), &field.member);
            let value = match model.kind(field) {
                Kind::Plain => quote!(&self.#member),
                _ => quote!(&*__held.#member),
            };
            quote!(#member: #rt::CopyField::<#number>::copy(#value))
        });
        quote! {
            #automatic
            impl #params #rt::CopyForeign<#held<#(#guards),*>> for #twin #args
            #where_clause
                #(#clones,)*
                #(#derefs,)*
            {
                type Plain = #plain #args;

                fn copy(&self, __held: #held<#(#guards),*>) -> #plain #args {
                    #plain { #(#values),* }
                }
            }
        }
    }

    /// The twin's own methods.
    fn foreign_methods(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, plain, twin, automatic, where_clause } = self;
        let (params, args, _) = model.generics.split_for_impl();
        let (builder, session) = (model.companion("Locks"), model.companion("Session"));
        let locks = self.builder_with(quote!('_), &[]);
        let one = self.session_at(&quote!('_), &[]);
        let all = self.builder_with_all(slots, "Read", "ReadAll");
        let future = quote!(#rt::core::future::IntoFuture);
        let values = model.fields.iter().map(|field| {
            let member = &field.member;
            let value = match model.kind(field) {
                Kind::Mutex | Kind::RwLock => {
                    let (lock, face) = (self.lock(field), self.face(field));
                    quote!(<#lock as #rt::#face>::into_inner(self.#member))
                }
                _ => quote!(self.#member),
            };
            quote!(#member: #value)
        });
        quote! {
            #automatic
            impl #params #twin #args #where_clause {
                /// Takes the values out of their locks again. Nobody can hold a guard here.
                pub fn into_inner(self) -> #plain #args {
                    #plain { #(#values),* }
                }

                /// Begins a set of locks, to be taken together in the order in which the fields are
                /// declared: say which, each once, and await it.
                pub fn locks(&self) -> #locks {
                    #builder(#rt::Asking::new(self))
                }

                /// Begins a session: takes one lock after the other, in the order in which the fields
                /// are declared. Backwards does not compile.
                pub fn session(&self) -> #one {
                    #session(#rt::Token::new(self))
                }

                /// Copies the whole, as it is at one moment: takes all the locks, in the order of
                /// the fields, and then clones every field.
                ///
                /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
                /// waits for the next one: poll it to its end, or drop it, which releases them.
                #[track_caller]
                pub fn snapshot<'__a>(
                    &'__a self,
                ) -> #rt::ForeignSnapshot<
                    <#all as #future>::IntoFuture,
                    &'__a Self,
                    fn(&'__a Self, <#all as #future>::Output) -> #plain #args,
                >
                where
                    for<'__x> Self: #rt::CopyForeign<
                        <#all as #future>::Output,
                        Plain = #plain #args,
                    >,
                {
                    #rt::ForeignSnapshot::new(
                        #future::into_future(self.locks().read_all()),
                        self,
                        #rt::CopyForeign::copy,
                    )
                }
            }
        }
    }

    /// What the builder can do while nothing is asked for yet.
    fn foreign_asking_all(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, automatic, where_clause, .. } = self;
        let generics = self.builder_generics(&[]);
        let (params, ..) = generics.split_for_impl();
        let none: Vec<_> =
            slots.iter().map(|Slot { marker, .. }| quote!(#rt::NotAsked<#marker>)).collect();
        let fresh = self.builder_with(quote!('__a), &none);
        let read_all = self.builder_with_all(slots, "Read", "ReadAll");
        let lock_all = self.builder_with_all(slots, "Write", "LockAll");
        let builder = model.companion("Locks");
        quote! {
            #automatic
            impl #params #fresh #where_clause {
                /// Asks for all the locks: rwlocks to be read, mutexes as they are.
                pub fn read_all(self) -> #read_all {
                    #builder(self.0.next())
                }

                /// Asks for all the locks, each for itself alone.
                pub fn lock_all(self) -> #lock_all {
                    #builder(self.0.next())
                }
            }
        }
    }

    /// How a set is taken, stage by stage, and what it ends in.
    ///
    /// Guards and stages are parameters, as in `set_impl`. The pinning is sound: the stages are a
    /// tuple, which has no `Drop` and is `Unpin` only if they all are, and nothing is moved out of it
    /// but guards, by `take`.
    fn foreign_set(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, automatic, twin, where_clause, .. } = self;
        let (_, twin_args, _) = model.generics.split_for_impl();
        let builder_generics = self.builder_generics(slots);
        let (builder_params, args, _) = builder_generics.split_for_impl();
        let (builder, held) = (model.companion("Locks"), model.companion("Held"));
        let stages: Vec<Ident> =
            (0..slots.len()).map(|number| format_ident!("__T{number}")).collect();
        let mut generics = builder_generics.clone();
        generics.params.extend(guard_params(slots));
        generics.params.extend(stages.iter().map(|stage| -> GenericParam { parse_quote!(#stage) }));
        let (params, ..) = generics.split_for_impl();
        let guards: Vec<_> = slots.iter().map(|slot| &slot.guard).collect();
        let bounds = slots.iter().zip(&stages).map(|(Slot { field, param, guard, .. }, stage)| {
            let lock = self.lock(field);
            quote!(#param: #rt::Stop<&'__a #lock, Guard = #guard, Stage = #stage>)
        });
        let bounds: Vec<_> = bounds.collect();
        let begin = slots.iter().map(|Slot { param, .. }| quote!(#param::begin()));
        let stage = |number: usize| {
            let number = Literal::usize_unsuffixed(number);
            quote!(unsafe { #rt::core::pin::Pin::new_unchecked(&mut __stages.#number) })
        };
        let polls = slots.iter().enumerate().map(|(number, Slot { field, param, .. })| {
            let (stage, member) = (stage(number), &field.member);
            quote!(#param::poll(#stage, &__twin.#member, __context).is_pending())
        });
        let taken = self.each_guard(slots, |number, Slot { param, .. }| {
            let stage = stage(number);
            quote!(#param::take(#stage))
        });
        let tried = self.each_guard(slots, |_, Slot { field, param, .. }| {
            let member = &field.member;
            quote!(#param::try_now(&__twin.#member)?)
        });
        let waited = self.each_guard(slots, |_, Slot { field, param, .. }| {
            let member = &field.member;
            quote!(#param::blocking(&__twin.#member))
        });
        let (option, poll) = (quote!(#rt::core::option::Option), quote!(#rt::core::task::Poll));
        quote! {
            #automatic
            impl #params #rt::ForeignSet for #builder #args
            #where_clause
                #(#bounds,)*
            {
                type Twin = &'__a #twin #twin_args;
                type Held = #held<#(#guards),*>;
                type Stages = (#(#stages,)*);

                fn twin(&self) -> Self::Twin {
                    self.0.twin()
                }

                fn begin() -> Self::Stages {
                    (#(#begin,)*)
                }

                fn poll(
                    __twin: Self::Twin,
                    __stages: #rt::core::pin::Pin<&mut Self::Stages>,
                    __context: &mut #rt::core::task::Context<'_>,
                ) -> #poll<Self::Held> {
                    let __stages = unsafe { #rt::core::pin::Pin::get_unchecked_mut(__stages) };
                    if #(#polls)||* {
                        return #poll::Pending;
                    }
                    #poll::Ready(#held { #taken })
                }

                fn try_now(__twin: Self::Twin) -> #option<Self::Held> {
                    #option::Some(#held { #tried })
                }

                fn blocking(__twin: Self::Twin) -> Self::Held {
                    #held { #waited }
                }
            }

            #automatic
            impl #params #rt::core::future::IntoFuture for #builder #args
            #where_clause
                #(#bounds,)*
            {
                type Output = #held<#(#guards),*>;
                type IntoFuture = #rt::ForeignFuture<Self, (#(#stages,)*)>;

                #[track_caller]
                fn into_future(self) -> Self::IntoFuture {
                    #rt::ForeignFuture::new(self)
                }
            }

            #automatic
            impl #builder_params #builder #args #where_clause {
                /// The guards, if none of the locks has to be waited for; else none is taken.
                #[track_caller]
                pub fn try_now(self) -> #option<<Self as #rt::ForeignSet>::Held>
                where
                    for<'__x> Self: #rt::ForeignSet,
                {
                    #rt::try_foreign(self)
                }

                /// The guards, waiting with the thread. For code outside async tasks.
                #[track_caller]
                pub fn blocking(self) -> <Self as #rt::ForeignSet>::Held
                where
                    for<'__x> Self: #rt::BlockingForeignSet,
                {
                    #rt::BlockingForeignSet::wait(self)
                }
            }
        }
    }

    /// What is held, with each guard as `make` makes it: `accounts: .., journal: ..`
    fn each_guard(
        &self,
        slots: &[Slot<'_>],
        make: impl Fn(usize, &Slot<'_>) -> TokenStream,
    ) -> TokenStream {
        let values = self.model.fields.iter().filter_map(|field| {
            let member = &field.member;
            let number = slots.iter().position(|slot| slot.field.member == *member);
            match (number, member) {
                (Some(number), _) => {
                    let value = make(number, &slots[number]);
                    Some(quote!(#member: #value))
                }
                // In what is held of a tuple struct, a field that is not guarded leaves its place empty.
                (None, Member::Unnamed(_)) => Some(quote!(#member: ())),
                (None, Member::Named(_)) => None,
            }
        });
        let values: Vec<_> = values.collect();
        quote!(#(#values),*)
    }
}

/// A parameter for each guard.
fn guard_params(slots: &[Slot<'_>]) -> impl Iterator<Item = GenericParam> {
    slots.iter().map(|Slot { guard, .. }| -> GenericParam { parse_quote!(#guard) })
}
