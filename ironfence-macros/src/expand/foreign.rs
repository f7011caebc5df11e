//! Twins with other people's locks.
//!
//! To the user they are like any other. But their locks are known only by the traits `AsyncMutex` and
//! `AsyncRwLock`, so their sets are taken by another future, which keeps each guard as it comes. They
//! are no `Twin`s, which promise locks of ours, and so the struct has its `into_guarded` by itself.
//!
//! The bounds of the locks are asked `for` some lifetime, so that a lock that lacks them is one error, in
//! `From`, which does without: see `copy_impl` in [`expand`](super).

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, spanned::Spanned};

use super::{Expansion, guards, row, sets::Slot};
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
    ///
    /// So would be bounds that turn out to be the same, as on a lock of `u32` and one of `<u8 as Trait>::Output`.
    /// So each kind of lock has one, which shows whether it implements the trait at all, and none if all it is of are
    /// such types. Of a lock that is a parameter's nothing is known without them, so it has all.
    fn locks_are_known(&self) -> TokenStream {
        let Self { model, rt, where_clause, any, .. } = self;
        let locks: Vec<_> = model
            .guarded_fields()
            .map(|(field, _)| {
                let lock = self.lock(field);
                (lock.to_string(), without_lifetimes(lock.clone()).to_string(), lock, field)
            })
            .collect();
        let bounds =
            locks.iter().enumerate().filter_map(|(number, (text, erased, lock, field))| {
                let before = &locks[..number];
                let is_again = before.iter().any(|(other, ..)| other == text);
                let is_ambiguous = locks.iter().any(|other| other.1 == *erased && other.0 != *text);
                let says_enough = |field: &Field| !self.is_projected(&field.ty);
                let is_known = !self.is_of_a_parameter(field)
                    && (!says_enough(field)
                        || before.iter().any(|(.., other)| {
                            says_enough(other) && self.have_one_lock(field, other)
                        }));
                let (ty, face) = (&field.ty, self.face(field));
                (!is_again && !is_ambiguous && !is_known)
                    .then(|| quote!(for<#any> #lock: #rt::#face<Value = #ty>))
            });
        quote!(#where_clause #(#bounds,)*)
    }

    /// The lock's path begins with a parameter, as in `L::Mutex`.
    fn is_of_a_parameter(&self, field: &Field) -> bool {
        self.model.with(field).is_some_and(|lock| {
            let first = lock.path.segments.first().map(|segment| &segment.ident);
            lock.qself.is_some()
                || self.model.generics.type_params().any(|param| Some(&param.ident) == first)
        })
    }

    /// What the type is depends on what another one implements: `<T as Trait>::Output` or `T::Output` is in it.
    fn is_projected(&self, ty: &impl ToTokens) -> bool {
        fn names_projection(tokens: TokenStream, is_param: &dyn Fn(&Ident) -> bool) -> bool {
            let mut tokens = tokens.into_iter().peekable();
            while let Some(token) = tokens.next() {
                let is_found = match &token {
                    TokenTree::Group(group) => names_projection(group.stream(), is_param),
                    TokenTree::Ident(name) if name == "as" => true,
                    TokenTree::Ident(name) if is_param(name) => {
                        matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':')
                    }
                    _ => false,
                };
                if is_found {
                    return true;
                }
            }
            false
        }
        let params: Vec<_> = self.model.generics.type_params().map(|param| &param.ident).collect();
        names_projection(ty.to_token_stream(), &|name| params.contains(&name))
    }

    /// Both are behind a lock of one library and one kind.
    fn have_one_lock(&self, field: &Field, other: &Field) -> bool {
        let path = |field| self.model.with(field).map(|lock| lock.to_token_stream().to_string());
        self.face(field) == self.face(other) && path(field) == path(other)
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
        let Self { model, rt, plain, twin, automatic, where_clause, .. } = self;
        let (params, args, _) = model.generics.split_for_impl();
        let [given, offsets] = ["plain", "offsets"].map(|name| model.names.binding(name));
        let known = self.offsets(model.fields.iter());
        let is_strict = |field: &Field| model.fifo(field).is_some() && model.with(field).is_none();
        let values = model.fields.iter().enumerate().map(|(number, field)| {
            let member = &field.member;
            let value = match model.kind(field) {
                Kind::Mutex | Kind::RwLock if is_strict(field) => {
                    self.lock_of_ours(field, &quote!(#given.#member))
                }
                Kind::Mutex | Kind::RwLock => {
                    let (lock, face) = (self.lock(field), self.face(field));
                    let name = self.name(field);
                    // What is wrong with a lock is an error about its name.
                    let at = match model.with(field) {
                        Some(lock) => ours_at(lock.span()),
                        None => ours_at(field.ty.span()),
                    };
                    let number = Literal::usize_unsuffixed(number);
                    let [mut given, mut offsets] = [&given, &offsets].map(Ident::clone);
                    given.set_span(at);
                    offsets.set_span(at);
                    quote_spanned! {at=>
                        <#lock as #rt::#face>::new_field::<Self>(
                            #given.#member,
                            #offsets[#number],
                            #name,
                        )
                    }
                }
                _ => quote!(#given.#member),
            };
            quote!(#member: #value)
        });
        let values = quote!(Self { #(#values),* });
        let names = self.names_of(model.fields.iter().filter(|field| is_strict(field)));
        let it = model.names.binding("twin");
        let made = match names.is_empty() {
            true => values,
            false => quote!(let #it = #values; #names #it),
        };
        let apart = self.comes_apart(quote!(#plain #args));
        quote! {
            #automatic
            impl #params #rt::core::convert::From<#plain #args> for #twin #args #where_clause {
                fn from(#given: #plain #args) -> Self {
                    #apart
                    let #offsets = const { #known };
                    #made
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
        let Self { model, rt, plain, twin, automatic, where_clause, any, .. } = self;
        let (_, args, _) = model.generics.split_for_impl();
        let held = model.companion("Held");
        let guards = guards(slots);
        let generics = self.with_params(&model.generics, &guards);
        let (params, ..) = generics.split_for_impl();
        let all = model.names.binding("held");
        let fields = || model.fields.iter().enumerate();
        let clones = fields().map(|(number, field)| {
            let (number, ty) = (Literal::usize_unsuffixed(number), &field.ty);
            quote!(for<#any> #ty: #rt::CopyField<#number>)
        });
        let derefs = slots.iter().map(|Slot { field, guard, .. }| {
            let ty = &field.ty;
            quote!(#guard: #rt::core::ops::Deref<Target = #ty>)
        });
        let values = fields().map(|(number, field)| {
            let (number, member) = (Literal::usize_unsuffixed(number), &field.member);
            let value = match model.kind(field) {
                Kind::Plain => quote!(&self.#member),
                _ => quote!(&*#all.#member),
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

                fn copy(&self, #all: #held<#(#guards),*>) -> #plain #args {
                    #plain { #(#values),* }
                }
            }
        }
    }

    /// The twin's own methods.
    fn foreign_methods(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, plain, twin, automatic, where_clause, borrow, any, asking } = self;
        let (params, args, _) = model.generics.split_for_impl();
        let (builder, session) = (model.companion("Locks"), model.companion("Session"));
        let locks = self.builder_with(quote!('_), &[]);
        let one = self.session_at(&quote!('_), &[]);
        let all = self.builder_with_all(slots, "Read", "ReadAll");
        let future = quote!(#rt::core::future::IntoFuture);
        let apart = self.comes_apart(quote!(Self));
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
                    #apart
                    #plain { #(#values),* }
                }

                /// Begins a set of locks, to be taken together in the order in which the fields are
                /// declared: say which, each once, and await it.
                pub fn locks(&self) -> #locks {
                    #builder { #asking: #rt::Asking::new(self) }
                }

                /// Begins a session: takes one lock after the other, in the order in which the fields
                /// are declared. Backwards does not compile.
                #[track_caller]
                pub fn session(&self) -> #one {
                    #session(#rt::foreign_session(self))
                }

                /// Copies the whole, as it is at one moment: takes all the locks, in the order of
                /// the fields, and then clones every field.
                ///
                /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
                /// waits for the next one: poll it to its end, or drop it, which releases them.
                #[track_caller]
                pub fn snapshot<#borrow>(
                    &#borrow self,
                ) -> #rt::ForeignSnapshot<
                    <#all as #future>::IntoFuture,
                    &#borrow Self,
                    fn(&#borrow Self, <#all as #future>::Output) -> #plain #args,
                >
                where
                    for<#any> Self: #rt::CopyForeign<
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
        let Self { model, rt, automatic, where_clause, borrow, asking, .. } = self;
        let generics = self.builder_generics(&[]);
        let (params, ..) = generics.split_for_impl();
        let none: Vec<_> =
            slots.iter().map(|Slot { marker, .. }| quote!(#rt::NotAsked<#marker>)).collect();
        let fresh = self.builder_with(quote!(#borrow), &none);
        let read_all = self.builder_with_all(slots, "Read", "ReadAll");
        let lock_all = self.builder_with_all(slots, "Write", "LockAll");
        let builder = model.companion("Locks");
        quote! {
            #automatic
            impl #params #fresh #where_clause {
                /// Asks for all the locks: rwlocks to be read, mutexes as they are.
                pub fn read_all(self) -> #read_all {
                    #builder { #asking: #rt::Asking::next(&self.#asking) }
                }

                /// Asks for all the locks, each for itself alone.
                pub fn lock_all(self) -> #lock_all {
                    #builder { #asking: #rt::Asking::next(&self.#asking) }
                }
            }
        }
    }

    /// What a set asks for, and what it ends in.
    ///
    /// Guards and requests are parameters, as in `set_impl`.
    fn foreign_set(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, automatic, twin, where_clause, borrow, any, asking, .. } = self;
        let (_, twin_args, _) = model.generics.split_for_impl();
        let builder_generics = self.builder_generics(slots);
        let (builder_params, args, _) = builder_generics.split_for_impl();
        let (builder, held) = (model.companion("Locks"), model.companion("Held"));
        let guards = guards(slots);
        let requests: Vec<_> =
            (0..slots.len()).map(|number| model.names.numbered("R", number)).collect();
        let generics = self.with_params(&self.with_params(&builder_generics, &guards), &requests);
        let (params, ..) = generics.split_for_impl();
        let bounds =
            slots.iter().zip(&requests).map(|(Slot { field, param, guard, .. }, request)| {
                let lock = self.lock(field);
                quote! {
                    #param: #rt::Stop<&#borrow #lock, Guard = #guard, Request = #request>,
                    #request: #rt::ForeignRequest<Guards = #guard>
                }
            });
        let bounds: Vec<_> = bounds.collect();
        let [it, kept] = ["twin", "kept"].map(|name| model.names.binding(name));
        let row_of = |things: &dyn Fn((usize, &Slot<'_>)) -> TokenStream| {
            row(&slots.iter().enumerate().map(things).collect::<Vec<_>>())
        };
        let asked = row_of(&|(number, _)| requests[number].to_token_stream());
        let shown = row_of(&|(_, Slot { field, param, .. })| {
            let member = &field.member;
            quote!(#param::request(&#it.#member))
        });
        let names: Vec<_> = (0..slots.len())
            .map(|number| model.names.binding(format_args!("guard{number}")))
            .collect();
        let taken = row_of(&|(number, _)| names[number].to_token_stream());
        let types = row_of(&|(_, Slot { guard, .. })| quote!(#guard));
        let values = self.each_guard(slots, |number, _| names[number].to_token_stream());
        let tried = self.each_guard(slots, |_, Slot { field, param, .. }| {
            let member = &field.member;
            quote!(#param::try_now(&#it.#member)?)
        });
        let waited = self.each_guard(slots, |_, Slot { field, param, .. }| {
            let member = &field.member;
            quote!(#param::blocking(&#it.#member))
        });
        let option = quote!(#rt::core::option::Option);
        quote! {
            #automatic
            impl #params #rt::ForeignSet for #builder #args
            #where_clause
                #(#bounds,)*
            {
                type Twin = &#borrow #twin #twin_args;
                type Held = #held<#(#guards),*>;
                type Row = #asked;

                fn twin(&self) -> Self::Twin {
                    #rt::Asking::twin(&self.#asking)
                }

                fn row(#it: Self::Twin) -> Self::Row {
                    #shown
                }

                fn held(#taken: #types) -> Self::Held {
                    #held { #values }
                }

                fn try_now(#it: Self::Twin) -> #option<Self::Held> {
                    #option::Some(#held { #tried })
                }

                fn blocking(#it: Self::Twin) -> Self::Held {
                    #held { #waited }
                }
            }

            #automatic
            impl #builder_params #rt::ForeignRequest for #builder #args
            #where_clause
                for<#any> Self: #rt::ForeignSet,
            {
                type Guards = <Self as #rt::ForeignSet>::Held;
                type Wanted =
                    <<Self as #rt::ForeignSet>::Row as #rt::ForeignRequest>::Wanted;
                type Room = <<Self as #rt::ForeignSet>::Row as #rt::ForeignRequest>::Room;

                fn wanted(self) -> Self::Wanted {
                    #rt::ForeignRequest::wanted(<Self as #rt::ForeignSet>::row(#rt::ForeignSet::twin(&self)))
                }

                fn guards(#kept: Self::Wanted) -> Self::Guards {
                    <Self as #rt::ForeignSet>::held(<<Self as #rt::ForeignSet>::Row as #rt::ForeignRequest>::guards(#kept))
                }
            }

            #automatic
            impl #params #rt::core::future::IntoFuture for #builder #args
            #where_clause
                #(#bounds,)*
            {
                type Output = #held<#(#guards),*>;
                type IntoFuture = #rt::ForeignFuture<Self, #asked>;

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
                    for<#any> Self: #rt::ForeignSet,
                {
                    #rt::try_foreign(self)
                }

                /// The guards, waiting with the thread. For code outside async tasks.
                #[track_caller]
                pub fn blocking(self) -> <Self as #rt::ForeignSet>::Held
                where
                    for<#any> Self: #rt::BlockingForeignSet,
                {
                    #rt::BlockingForeignSet::wait(self)
                }
            }
        }
    }
}
