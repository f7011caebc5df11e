//! Writes the twin of a valid model. Nothing here can fail.
//!
//! Hygiene: the user's tokens keep their spans and are looked up where they were written; ours name
//! nothing but what is in `__private`. What we declare has names that are not in the struct
//! ([`Names`](crate::names::Names)). Where a trait of the user's could have a method of the same name, ours are
//! called by their path. No lint is allowed by an attribute, which would be an error of its own under
//! `forbid`: lints leave expanded code alone by themselves.
//!
//! Nothing here is `unsafe`. The path to the library is the user's (`crate = ..`, and a crate may call
//! itself `ironfence`), and so is what stands at its end; a promise that rests on what it should be would
//! be one that safe code can break. The library trusts what is written here no more than any other code.

mod foreign;
pub(crate) mod sessions;
pub(crate) mod sets;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{
    GenericParam, Generics, Ident, Lifetime, Member, ext::IdentExt, parse_quote, spanned::Spanned,
};

use self::sets::Slot;
use crate::{
    attr::Kind,
    docs,
    model::{Field, Model, Shape, ours, ours_at, passed_on, without_lifetimes},
};

/// The twin and all that is said of it.
pub(crate) fn expand(model: &Model) -> TokenStream {
    let expansion = Expansion {
        model,
        rt: &model.runtime(),
        // A token of ours, so that the impls may use a struct that is deprecated.
        plain: &ours(&model.ident),
        automatic: &automatic(model),
        twin: &model.twin(),
        where_clause: &where_clause(model, &model.runtime()),
        borrow: &model.names.lifetime("a"),
        any: &model.names.lifetime("x"),
        asking: &format_ident!("await_it_first", span = ours_at(model.ident.span())),
    };
    let mut code = expansion.twin_struct();
    // Nothing more can be said of a twin without a size; this is a mistake, noted elsewhere.
    if model.unsized_field().is_some() {
        return code;
    }
    if model.is_foreign() {
        code.extend(expansion.foreign());
        return code;
    }
    code.extend(expansion.guarded_impl());
    code.extend(expansion.twin_impl());
    code.extend(expansion.copy_impl());
    code.extend(expansion.methods());
    code.extend(expansion.sets());
    code.extend(expansion.sessions());
    code
}

struct Expansion<'m> {
    model: &'m Model,
    /// The path to `__private`.
    rt: &'m TokenStream,
    plain: &'m Ident,
    /// The attributes of every impl.
    automatic: &'m TokenStream,
    twin: &'m Ident,
    /// The where-clause of every impl.
    where_clause: &'m TokenStream,
    /// The lifetime for which a twin is borrowed.
    borrow: &'m Lifetime,
    /// The lifetime of bounds that are asked for any: see [`Expansion::copy_impl`].
    any: &'m Lifetime,
    /// The only field of a builder. Its name is what the compiler says of a builder that is used as if it were
    /// what it ends in: "no field `accounts`, available field is: `await_it_first`".
    asking: &'m Ident,
}

impl Expansion<'_> {
    fn twin_struct(&self) -> TokenStream {
        let Self { model, twin, .. } = self;
        let docs = twin_docs(model);
        let keys = &model.keys;
        let derives = keys.derive.first().map(|derives| &derives.value);
        let derives = derives.map(|derives| quote!(#[derive(#derives)]));
        let metas = keys.attr.iter().take(1).flat_map(|metas| &metas.value);
        let (vis, generics) = (&model.vis, &model.generics);
        let where_clause = &generics.where_clause;
        let fields = model.fields.iter().map(|field| self.twin_field(field));
        // An error about the whole item, such as a name that is taken, is one about its name.
        let at = ours_at(twin.span());
        let body = match model.shape {
            Shape::Tuple => quote_spanned!(at=> (#(#fields,)*) #where_clause;),
            Shape::Unit => quote_spanned!(at=> #where_clause;),
            _ => quote_spanned!(at=> #where_clause { #(#fields,)* }),
        };
        let item = quote_spanned!(at=> #[repr(C)] #vis struct #twin #generics #body);
        quote! {
            #docs
            #derives
            #(#[#metas])*
            #item
        }
    }

    fn twin_field(&self, field: &Field) -> TokenStream {
        let (ty, vis) = (self.twin_type(field), &field.vis);
        let attrs = passed_on(&field.attrs);
        let plain = &self.model.ident;
        let mut docs = docs::of_the_twin(&field.attrs, plain);
        if docs.is_empty() {
            let line = format!(" As in [`{}`].", plain.unraw());
            docs.push(parse_quote!(#[doc = #line]));
        }
        let name = match &field.member {
            Member::Named(name) => Some(quote!(#name:)),
            Member::Unnamed(_) => None,
        };
        quote!(#(#docs)* #(#attrs)* #vis #name #ty)
    }

    /// The type of a field in the twin.
    fn twin_type(&self, field: &Field) -> TokenStream {
        match self.model.kind(field) {
            Kind::Mutex | Kind::RwLock => self.lock(field),
            Kind::Plain => field.ty.to_token_stream(),
            Kind::Nested => self.nested_twin(field),
        }
    }

    /// The type of the lock that a field is behind.
    fn lock(&self, field: &Field) -> TokenStream {
        let (rt, ty) = (self.rt, &field.ty);
        match (self.model.with(field), self.model.kind(field)) {
            (Some(lock), _) if self.model.is_foreign() => quote!(#lock<#ty>),
            (_, Kind::Mutex) => quote!(#rt::Mutex<#ty>),
            _ => quote!(#rt::RwLock<#ty>),
        }
    }

    /// The type of a nested twin. If there is none, that is an error about the field's type.
    fn nested_twin(&self, field: &Field) -> TokenStream {
        let (rt, ty) = (self.rt, &field.ty);
        quote_spanned!(ours_at(ty.span())=> <#ty as #rt::Guarded>::Twin)
    }

    /// From the struct to its twin.
    fn guarded_impl(&self) -> TokenStream {
        let Self { model, rt, plain, twin, automatic, where_clause, .. } = self;
        let [it, value] = ["twin", "plain"].map(|name| model.names.binding(name));
        let (params, args, _) = model.generics.split_for_impl();
        let values = self.values(|field, value| match self.model.kind(field) {
            Kind::Mutex | Kind::RwLock => self.lock_of_ours(field, &value),
            Kind::Plain => value,
            Kind::Nested => quote!(#rt::Guarded::into_guarded(#value)),
        });
        let names = self.names();
        let level = (model.level() > 0).then(|| quote!(#rt::put_at_level(&#it);));
        let nested = self.nested_have_no_level();
        let apart = self.comes_apart(quote!(Self));
        quote! {
            #automatic
            impl #params #rt::Guarded for #plain #args #where_clause {
                type Twin = #twin #args;

                fn into_guarded(self) -> #twin #args {
                    #apart
                    let #it = #twin { #values };
                    #level
                    #names
                    #it
                }
            }

            #nested

            #automatic
            impl #params #plain #args #where_clause {
                /// Puts each field behind its lock.
                pub fn into_guarded(self) -> #twin #args {
                    #rt::Guarded::into_guarded(self)
                }
            }

            #automatic
            impl #params #rt::core::convert::From<#plain #args> for #twin #args #where_clause {
                fn from(#value: #plain #args) -> Self {
                    #rt::Guarded::into_guarded(#value)
                }
            }
        }
    }

    /// A nested struct lies inside of its outer one, and so it is at the level of that. What it would declare for
    /// itself would say nothing. (Of a generic struct it is not asked: there it says nothing.)
    fn nested_have_no_level(&self) -> TokenStream {
        let Self { model, rt, .. } = self;
        if !model.generics.params.is_empty() {
            return TokenStream::new();
        }
        let nested = model.fields.iter().filter(|field| model.kind(field) == Kind::Nested);
        let silencers = model.silencers();
        let checks = nested.map(|field| {
            let (nested, at) = (&field.ty, ours_at(field.ty.span()));
            let ty = nested.to_token_stream().to_string();
            let message = format!(
                "`{}` is nested here, so it is at the level of `{}`: remove `level` from `{ty}`, or put it behind an `Arc`",
                field.name(), model.ident
            );
            quote_spanned! {at=>
                #(#silencers)*
                const _: () = {
                    use #rt::MayBeNested as _;
                    #rt::core::assert!(<#rt::NestedLevel<#nested>>::IS_LEVEL_0, #message);
                };
            }
        });
        checks.collect()
    }

    /// Says of a type with `Drop` why its fields can't be moved out of it. The error is in the body that moves
    /// them, so the compiler adds no error about each field.
    fn comes_apart(&self, ty: TokenStream) -> TokenStream {
        let rt = self.rt;
        let at = ours_at(self.model.ident.span());
        quote_spanned! {at=>
            {
                use #rt::ComesApart as _;
                <#rt::Apart<#ty>>::check();
            }
        }
    }

    /// Tells the lock checker, for each lock of the new twin, which field of which struct it is.
    fn names(&self) -> TokenStream {
        let is_lock = |field: &Field| matches!(self.model.kind(field), Kind::Mutex | Kind::RwLock);
        self.names_of(self.model.fields.iter().filter(|field| is_lock(field)))
    }

    /// The same, of these.
    fn names_of<'f>(&self, locks: impl Iterator<Item = &'f Field>) -> TokenStream {
        let Self { model, rt, .. } = self;
        let it = model.names.binding("twin");
        let names = locks.map(|field| {
            let (member, name) = (&field.member, self.name(field));
            quote!(#rt::name(&#it, &#it.#member, #name);)
        });
        names.collect()
    }

    /// What a field is called: module, struct, field, and its label, if it has one.
    fn name(&self, field: &Field) -> TokenStream {
        let (rt, owner) = (self.rt, self.model.ident.unraw().to_string());
        let name = field.name();
        let names = quote!((#rt::core::module_path!(), #owner, #name));
        match self.model.label(field) {
            Some(label) => quote!((#names, #label)),
            None => names,
        }
    }

    /// From the twin to its struct, and the sets of its locks.
    fn twin_impl(&self) -> TokenStream {
        let Self { model, rt, plain, twin, automatic, where_clause, borrow, asking, .. } = self;
        let [place, outer] = ["P", "O"].map(|name| model.names.ident(name));
        let token = model.names.binding("token");
        let (params, args, _) = model.generics.split_for_impl();
        let values = self.values(|field, value| match model.kind(field) {
            Kind::Mutex => quote!(#rt::Mutex::into_inner(#value)),
            Kind::RwLock => quote!(#rt::RwLock::into_inner(#value)),
            Kind::Plain => value,
            Kind::Nested => quote!(#rt::Twin::into_inner(#value)),
        });
        let slots = self.slots();
        let fresh = self.builder_with(quote!(#borrow), &[]);
        let read_all = self.builder_with_all(&slots, "Read", "ReadAll");
        let lock_all = self.builder_with_all(&slots, "Write", "LockAll");
        let (builder, session) = (model.companion("Locks"), model.companion("Session"));
        let session_at = self.session_at(&quote!(#borrow), &[quote!(#place), quote!(#outer)]);
        let level = Literal::u8_unsuffixed(model.level());
        let apart = self.comes_apart(quote!(Self));
        quote! {
            #automatic
            impl #params #rt::Twin for #twin #args #where_clause {
                type Plain = #plain #args;
                type Level = #rt::Level<#level>;
                type Locks<#borrow> = #fresh where Self: #borrow;
                type Session<#borrow, #place, #outer> = #session_at where Self: #borrow;
                type ReadAll<#borrow> = #read_all where Self: #borrow;
                type LockAll<#borrow> = #lock_all where Self: #borrow;

                fn into_inner(self) -> #plain #args {
                    #apart
                    #plain { #values }
                }

                fn locks(&self) -> Self::Locks<'_> {
                    #builder { #asking: #rt::Asking::new(self) }
                }

                fn session<#place, #outer>(
                    #token: #rt::Token<&Self, #place, #outer>,
                ) -> Self::Session<'_, #place, #outer> {
                    #session(#token)
                }
            }
        }
    }

    /// The copy of the whole, if all the fields can be copied. That is asked `for` some lifetime: a
    /// bound like this that does not hold is an error only where `snapshot` is called. And it is
    /// asked under the field's number: `&'a str` and `&'b str` may not be asked the same thing,
    /// because which of the two is the answer then depends on lifetimes.
    ///
    /// What is locked is copied through the guards, of whichever types that lead there.
    fn copy_impl(&self) -> TokenStream {
        let Self { model, rt, plain, twin, automatic, where_clause, any, .. } = self;
        let (_, args, _) = model.generics.split_for_impl();
        let slots = self.slots();
        let (held, guards) = (model.companion("Held"), guards(&slots));
        let generics = self.with_params(&model.generics, &guards);
        let (params, ..) = generics.split_for_impl();
        let all = model.names.binding("held");
        let bounds = model.fields.iter().enumerate().map(|(number, field)| {
            let number = Literal::usize_unsuffixed(number);
            let ty = &field.ty;
            let slot = slots.iter().find(|slot| slot.field.member == field.member);
            match (model.kind(field), slot) {
                (Kind::Nested, Some(Slot { guard, .. })) => {
                    let twin = self.nested_twin(field);
                    quote!(for<#any> #twin: #rt::CopyTwin<#guard, #ty>)
                }
                (_, Some(Slot { guard, .. })) => quote! {
                    for<#any> #ty: #rt::CopyField<#number>, #guard: #rt::core::ops::Deref<Target = #ty>
                },
                (_, None) => quote!(for<#any> #ty: #rt::CopyField<#number>),
            }
        });
        let bounds: Vec<_> = bounds.collect();
        let values = model.fields.iter().enumerate().map(|(number, field)| {
            let (number, member) = (Literal::usize_unsuffixed(number), &field.member);
            let value = match model.kind(field) {
                Kind::Mutex | Kind::RwLock => {
                    quote!(#rt::CopyField::<#number>::copy(&*#all.#member))
                }
                Kind::Plain => quote!(#rt::CopyField::<#number>::copy(&self.#member)),
                Kind::Nested => quote!(#rt::CopyTwin::copy(&self.#member, &#all.#member)),
            };
            quote!(#member: #value)
        });
        quote! {
            #automatic
            impl #params #rt::CopyTwin<#held<#(#guards),*>, #plain #args> for #twin #args
            #where_clause
                #(#bounds,)*
            {
                fn copy(&self, #all: &#held<#(#guards),*>) -> #plain #args {
                    #plain { #(#values),* }
                }
            }
        }
    }

    /// The twin's own methods, for users who have no trait in scope.
    fn methods(&self) -> TokenStream {
        let Self { model, rt, plain, twin, automatic, where_clause, borrow, any, .. } = self;
        let (params, args, _) = model.generics.split_for_impl();
        let locks = self.builder_with(quote!('_), &[]);
        let asked = self.builder_with(quote!(#borrow), &[]);
        let (set, ask) = (model.names.ident("N"), model.names.binding("ask"));
        let session = self.session_at(&quote!('_), &[]);
        quote! {
            #automatic
            impl #params #twin #args #where_clause {
                /// Takes the values out of their locks again. Nobody can hold a guard here.
                pub fn into_inner(self) -> #plain #args {
                    #rt::Twin::into_inner(self)
                }

                /// Begins a set of locks, to be taken together in the order in which the fields are
                /// declared: say which, each once, and await it.
                pub fn locks(&self) -> #locks {
                    #rt::Twin::locks(self)
                }

                /// A set of locks whose guards keep the `Arc`, so that they may go into another task: the
                /// closure says which, as in `bank.locks_owned(|bank| bank.write_..().lock_..())`.
                pub fn locks_owned<#borrow, #set>(
                    self: &#borrow #rt::Arc<Self>,
                    #ask: impl #rt::core::ops::FnOnce(#asked) -> #set,
                ) -> #rt::OwnedSet<
                    Self,
                    <#set as #rt::Set>::HeldOwned<Self>,
                    <<#set as #rt::Set>::Row as #rt::Places>::Room,
                >
                where
                    #set: #rt::Set<Twin = &#borrow Self>,
                {
                    _ = #ask(#rt::Twin::locks(&**self));
                    #rt::owned_set::<#set, Self>(self)
                }

                /// Begins a session: takes one lock after the other, in the order in which the fields
                /// are declared. Backwards does not compile.
                #[track_caller]
                pub fn session(&self) -> #session {
                    #rt::session(self)
                }

                /// Copies the whole, as it is at one moment: takes all the locks, in the order of
                /// the fields, and then clones every field.
                ///
                /// Mutexes are locked, rwlocks are read. The locks taken so far are held while it
                /// waits for the next one: poll it to its end, or drop it, which releases them.
                #[track_caller]
                pub fn snapshot<#borrow>(&#borrow self) -> #rt::Snapshot<#borrow, Self>
                where
                    for<#any> Self: #rt::CopyTwin<
                        <<Self as #rt::Twin>::ReadAll<#borrow> as #rt::Set>::Held,
                        #plain #args,
                    >,
                {
                    #rt::Snapshot::new(self)
                }
            }
        }
    }

    /// How far from the twin's address these fields are: an array, for constants.
    fn offsets<'f>(&self, fields: impl Iterator<Item = &'f Field>) -> TokenStream {
        let Self { model, rt, .. } = self;
        let all = model.names.binding("all");
        let types = model.fields.iter().map(|field| self.twin_type(field));
        let numbers = fields.map(|field| {
            let number = model.fields.iter().position(|other| other.member == field.member);
            Literal::usize_unsuffixed(number.expect("one of the fields"))
        });
        let numbers: Vec<_> = numbers.collect();
        if numbers.is_empty() {
            return quote!([]);
        }
        quote!({
            let #all = #rt::offsets([#(#rt::Extent::of::<#types>()),*]);
            [#(#all[#numbers]),*]
        })
    }

    /// These generics, and type parameters behind them.
    fn with_params(&self, generics: &Generics, params: &[Ident]) -> Generics {
        let mut generics = generics.clone();
        generics.params.extend(params.iter().map(|param| -> GenericParam { parse_quote!(#param) }));
        generics
    }

    /// The twin's parameters as arguments.
    fn own_args(&self) -> Vec<TokenStream> {
        let args = self.model.generics.params.iter().map(|param| match param {
            GenericParam::Lifetime(param) => param.lifetime.to_token_stream(),
            GenericParam::Type(param) => param.ident.to_token_stream(),
            GenericParam::Const(param) => param.ident.to_token_stream(),
        });
        args.collect()
    }

    /// Each field with a value made of it: `accounts: make(field, self.accounts), ..`
    fn values(&self, make: impl Fn(&Field, TokenStream) -> TokenStream) -> TokenStream {
        let values = self.model.fields.iter().map(|field| {
            let member = &field.member;
            let value = make(field, quote!(self.#member));
            quote!(#member: #value,)
        });
        values.collect()
    }

    /// A lock of this library with `value` in it, as the field asks for it.
    fn lock_of_ours(&self, field: &Field, value: &TokenStream) -> TokenStream {
        let rt = self.rt;
        let new = match self.model.fifo(field) {
            Some(_) => quote!(fifo),
            None => quote!(new),
        };
        match self.model.kind(field) {
            Kind::Mutex => quote!(#rt::Mutex::#new(#value)),
            _ => quote!(#rt::RwLock::#new(#value)),
        }
    }
}

/// The user's bounds, and that nested fields have twins, though it is known: where one has none the
/// compiler is to say so once, at the field, and not of every impl. (`for` some lifetime: see
/// [`Expansion::copy_impl`].) Bounds that differ only by lifetimes would be ambiguous, so these are
/// left out.
fn where_clause(model: &Model, rt: &TokenStream) -> TokenStream {
    let any = model.names.lifetime("x");
    let clause = model.generics.where_clause.as_ref();
    let predicates = clause.into_iter().flat_map(|clause| &clause.predicates);
    let nested = model.fields.iter().filter(|field| model.kind(field) == Kind::Nested);
    let nested: Vec<_> = nested
        .map(|field| {
            let ty = field.ty.to_token_stream();
            (ty.to_string(), without_lifetimes(ty.clone()).to_string(), ty)
        })
        .collect();
    let bounds = nested.iter().enumerate().filter_map(|(number, (text, erased, ty))| {
        let is_again = nested[..number].iter().any(|(other, ..)| other == text);
        let is_ambiguous = nested.iter().any(|other| other.1 == *erased && other.0 != *text);
        (!is_again && !is_ambiguous).then(|| quote!(for<#any> #ty: #rt::Guarded))
    });
    quote!(where #(#predicates,)* #(#bounds,)*)
}

/// Things in a row, as the library has them: eight at most, and rows of rows where there are more.
fn row(things: &[TokenStream]) -> TokenStream {
    if things.len() <= 8 {
        return quote!((#(#things,)*));
    }
    row(&things.chunks(8).map(row).collect::<Vec<_>>())
}

/// The types of the guards in what is held.
fn guards(slots: &[Slot<'_>]) -> Vec<Ident> {
    slots.iter().map(|slot| slot.guard.clone()).collect()
}

fn automatic(model: &Model) -> TokenStream {
    let silencers = model.silencers();
    quote!(#[automatically_derived] #(#silencers)*)
}

/// The struct's docs and attributes, and a line that says what the twin is.
fn twin_docs(model: &Model) -> TokenStream {
    let line = format!(" The guarded twin of [`{}`].", model.ident.unraw());
    let attrs = passed_on(&model.attrs);
    let docs = docs::of_the_twin(&model.attrs, &model.ident);
    if docs.is_empty() {
        quote!(#[doc = #line] #(#attrs)*)
    } else {
        quote!(#(#docs)* #[doc = ""] #[doc = #line] #(#attrs)*)
    }
}
