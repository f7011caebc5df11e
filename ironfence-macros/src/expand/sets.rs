//! Sets of locks: the builder, what it ends in, and what the twin says of them.
//!
//! The builder has a type parameter for each guarded field, its slot. All that is said of a set is a
//! line or two for each of them; a struct of fifty fields is no other code than one of two, only
//! more of it.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Generics, Ident, Member, ext::IdentExt, parse_quote};

use super::{Expansion, guards, row};
use crate::{
    attr::Kind,
    docs,
    model::{Field, Shape, ours, ours_at},
};

/// A guarded field in a set.
pub(super) struct Slot<'m> {
    pub(super) field: &'m Field,
    pub(super) kind: Kind,
    /// The type that stands for the field.
    pub(super) marker: TokenStream,
    /// The builder's parameter: what is asked for the field.
    pub(super) param: Ident,
    /// The type of what is asked of which lock.
    pub(super) place: Ident,
    /// The guard's type in what is held.
    pub(super) guard: Ident,
}

impl<'m> Expansion<'m> {
    /// The guarded fields, in the order of their declaration.
    pub(super) fn slots(&self) -> Vec<Slot<'m>> {
        let (module, names) = (self.model.fields_module(), &self.model.names);
        let guarded = self.model.guarded_fields();
        let slots = guarded.enumerate().map(|(number, (field, kind))| {
            let marker = field.marker();
            Slot {
                field,
                kind,
                marker: quote!(#module::#marker),
                param: names.numbered("S", number),
                place: names.numbered("L", number),
                guard: names.numbered("G", number),
            }
        });
        slots.collect()
    }

    /// Everything about sets.
    pub(super) fn sets(&self) -> TokenStream {
        let slots = self.slots();
        let mut code = self.fields_module();
        code.extend(self.builder(&slots));
        code.extend(self.held(&slots));
        code.extend(self.asking(&slots));
        code.extend(self.asking_all(&slots));
        code.extend(self.set_impl(&slots));
        code
    }

    /// The fields as types.
    pub(super) fn fields_module(&self) -> TokenStream {
        let (model, item_marks) = (self.model, self.model.item_marks());
        let (vis, module) = (&model.vis, model.fields_module());
        let docs = format!(
            " The guarded fields of [`{}`], as types: what sets and sessions call them.",
            model.ident
        );
        let markers = model.guarded_fields().map(|(field, _)| {
            let (marker, docs) = (field.marker(), format!(" The field `{}`.", field.name()));
            let hidden = docs::hidden(&field.attrs);
            quote!(#[doc = #docs] #hidden #[non_exhaustive] pub enum #marker {})
        });
        let ask_by = self.ask_by_module();
        let mut taken = Vec::new();
        let methods = model.guarded_fields().flat_map(|(field, kind)| {
            let verbs = usual_verbs(kind).filter(|verb| !matches!(verb, Verb::Inside));
            verbs.map(move |verb| field.method(verb.prefix()))
        });
        // One that is taken is a mistake, noted elsewhere.
        let methods = methods.filter(|method| {
            let is_new = !taken.contains(method);
            taken.push(method.clone());
            is_new
        });
        quote! {
            #[doc = #docs]
            #item_marks
            #vis mod #module {
                #(#markers)*

                #[doc(hidden)]
                pub mod #ask_by {
                    #(#[non_exhaustive] pub enum #methods {})*
                }
            }
        }
    }

    /// Where the methods that ask for the fields are types, for errors to name.
    pub(super) fn ask_by_module(&self) -> Ident {
        self.model.names.ident("ask_by")
    }

    /// The twin's generics behind the lifetime of its borrow, and a parameter for each slot.
    pub(super) fn builder_generics(&self, slots: &[Slot<'_>]) -> Generics {
        let (rt, borrow) = (self.rt, self.borrow);
        let mut generics = self.model.generics.clone();
        generics.params.insert(0, parse_quote!(#borrow));
        for Slot { param, marker, .. } in slots {
            generics.params.push(parse_quote!(#param = #rt::NotAsked<#marker>));
        }
        generics
    }

    /// The builder with `asked` for its slots, or with nothing asked for yet.
    pub(super) fn builder_with(&self, borrow: TokenStream, asked: &[TokenStream]) -> TokenStream {
        let builder = self.model.companion("Locks");
        let own = self.own_args();
        quote!(#builder<#borrow, #(#own,)* #(#asked),*>)
    }

    pub(super) fn builder(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, twin, borrow, asking, .. } = self;
        let (_, args, _) = model.generics.split_for_impl();
        let generics = self.builder_generics(slots);
        let (user_where, item_marks) = (&model.generics.where_clause, model.item_marks());
        let params = slots.iter().map(|slot| &slot.param);
        let (vis, builder) = (&model.vis, model.companion("Locks"));
        let docs = format!(
            " A set of locks of a [`{twin}`] that is asked for: await it, or call `try_now` or `blocking`."
        );
        let at = ours_at(model.ident.span());
        quote_spanned! {at=>
            #[doc = #docs]
            #item_marks
            #[must_use = "a set of locks does nothing until it is awaited"]
            #vis struct #builder #generics #user_where {
                #asking: #rt::Asking<&#borrow #twin #args, (#(#params,)*)>,
            }
        }
    }

    /// The guards by the names of the fields.
    pub(super) fn held(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, twin, .. } = self;
        let (vis, held) = (&model.vis, model.companion("Held"));
        let guards: Vec<_> = slots.iter().map(|slot| &slot.guard).collect();
        let docs =
            format!(" What is held of a [`{twin}`]: a guard for each field that was asked for.");
        let body = match model.shape {
            Shape::Tuple => {
                // Each at its own place; one that is not guarded leaves it empty.
                let fields = model.fields.iter().map(|field| {
                    let slot = slots.iter().find(|slot| slot.field.member == field.member);
                    let vis = &field.vis;
                    let (docs, hidden) = (field.guard_docs(), docs::hidden(&field.attrs));
                    match slot {
                        Some(Slot { guard, .. }) => quote!(#[doc = #docs] #hidden #vis #guard),
                        // Not private, for a private `()` would say that the struct has more fields in it.
                        None => quote!(#[doc(hidden)] pub ()),
                    }
                });
                quote!((#(#fields,)*);)
            }
            Shape::Unit => quote!(;),
            _ => {
                let fields = slots.iter().map(|Slot { field, guard, .. }| {
                    let (vis, docs) = (&field.vis, field.guard_docs());
                    let hidden = docs::hidden(&field.attrs);
                    // A token of ours: nobody need use the guard of every field.
                    let mut member = field.member.clone();
                    if let Member::Named(name) = &mut member {
                        *name = ours(name);
                    }
                    quote!(#[doc = #docs] #hidden #vis #member: #guard)
                });
                quote!({ #(#fields,)* })
            }
        };
        let item_marks = model.item_marks();
        let at = ours_at(model.ident.span());
        quote_spanned! {at=>
            #[doc = #docs]
            #[derive(#rt::core::fmt::Debug)]
            #item_marks
            #[must_use = "if unused, the locks are released at once: bind it, `let held = ..`"]
            #vis struct #held<#(#guards),*> #body
        }
    }

    /// The builder's methods for each field.
    pub(super) fn asking(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { automatic, where_clause, .. } = self;
        let generics = self.builder_generics(slots);
        let (params, args, _) = generics.split_for_impl();
        let builder = self.model.companion("Locks");
        let asked: Vec<_> = self.model.guarded_fields().flat_map(asking_names).collect();
        let mut taken: Vec<_> = RESERVED.map(str::to_owned).to_vec();
        let methods = slots
            .iter()
            .enumerate()
            .flat_map(|(number, slot)| self.verbs(slot.kind).map(move |verb| (number, slot, verb)));
        let methods = methods.filter_map(|(number, slot, verb)| {
            let name = slot.field.method(verb.prefix());
            let text = name.unraw().to_string();
            // A name that is taken is a mistake, noted elsewhere, unless nothing is lost without it.
            if taken.contains(&text) || !verb.is_asked() && asked.contains(&text) {
                return None;
            }
            taken.push(text);
            Some(self.ask(slots, number, slot, verb, &name))
        });
        quote! {
            #automatic
            impl #params #builder #args #where_clause {
                #(#methods)*
            }
        }
    }

    /// One method of the builder.
    fn ask(
        &self,
        slots: &[Slot<'_>],
        number: usize,
        slot: &Slot<'_>,
        verb: &Verb,
        name: &Ident,
    ) -> TokenStream {
        let (rt, borrow, asking) = (self.rt, self.borrow, self.asking);
        let Slot { field, marker, param, .. } = slot;
        let (vis, called) = (&field.vis, field.name());
        let marks = field.marks();
        let with = |asked: TokenStream| {
            let mut all: Vec<_> = slots.iter().map(|Slot { param, .. }| quote!(#param)).collect();
            all[number] = asked;
            self.builder_with(quote!(#borrow), &all)
        };
        let builder = self.model.companion("Locks");
        match verb {
            Verb::Ask(asked, prefix) => {
                let docs = match *prefix {
                    "read" => format!(" Asks for `{called}`, to be read."),
                    "write" => format!(" Asks for `{called}`, to be written."),
                    "upgradable" => {
                        format!(" Asks for `{called}`, to be read and perhaps upgraded.")
                    }
                    _ => format!(" Asks for `{called}`."),
                };
                let asked = format_ident!("{asked}");
                let result = with(quote!(#rt::#asked<#marker>));
                quote! {
                    #[doc = #docs]
                    #marks
                    #vis fn #name(self) -> #result
                    where
                        #param: #rt::Free<#marker>,
                    {
                        #builder { #asking: #rt::Asking::next(&self.#asking) }
                    }
                }
            }
            Verb::Refuse(wanted, _) => {
                let wanted = format_ident!("{wanted}");
                quote! {
                    #[doc(hidden)]
                    #vis fn #name(self) -> Self
                    where
                        #param: #rt::#wanted<#marker>,
                    {
                        self
                    }
                }
            }
            Verb::Inside => {
                let docs = format!(
                    " Asks for locks of `{called}`, as in `.{name}(|{called}| {called}.write_..())`."
                );
                let (set, ask) = (self.model.names.ident("N"), self.model.names.binding("ask"));
                let result = with(quote!(#rt::Inside<#marker, #set>));
                let twin = self.nested_twin(field);
                let member = &field.member;
                quote! {
                    #[doc = #docs]
                    #marks
                    #vis fn #name<#set>(
                        self,
                        #ask: impl #rt::core::ops::FnOnce(<#twin as #rt::Twin>::Locks<#borrow>) -> #set,
                    ) -> #result
                    where
                        #param: #rt::Free<#marker>,
                        #set: #rt::Set<Twin = &#borrow #twin>,
                    {
                        _ = #ask(#rt::Twin::locks(&#rt::Asking::twin(&self.#asking).#member));
                        #builder { #asking: #rt::Asking::next(&self.#asking) }
                    }
                }
            }
        }
    }

    /// What the builder can do while nothing is asked for yet.
    fn asking_all(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, automatic, twin, where_clause, borrow, asking, .. } = self;
        let generics = self.builder_generics(&[]);
        let (params, ..) = generics.split_for_impl();
        let (_, twin_args, _) = model.generics.split_for_impl();
        let none: Vec<_> =
            slots.iter().map(|Slot { marker, .. }| quote!(#rt::NotAsked<#marker>)).collect();
        let fresh = self.builder_with(quote!(#borrow), &none);
        let builder = model.companion("Locks");
        quote! {
            #automatic
            impl #params #fresh #where_clause {
                /// Asks for all the locks: rwlocks to be read, mutexes as they are.
                pub fn read_all(self) -> <#twin #twin_args as #rt::Twin>::ReadAll<#borrow> {
                    #builder { #asking: #rt::Asking::next(&self.#asking) }
                }

                /// Asks for all the locks, each for itself alone.
                pub fn lock_all(self) -> <#twin #twin_args as #rt::Twin>::LockAll<#borrow> {
                    #builder { #asking: #rt::Asking::next(&self.#asking) }
                }
            }
        }
    }

    /// The builder with all asked for: what of an rwlock, and what of a nested twin.
    pub(super) fn builder_with_all(
        &self,
        slots: &[Slot<'_>],
        rwlocks: &str,
        nested: &str,
    ) -> TokenStream {
        let rt = self.rt;
        let asked = slots.iter().map(|Slot { kind, marker, .. }| match kind {
            Kind::Nested => {
                let nested = format_ident!("{nested}");
                quote!(#rt::#nested<#marker>)
            }
            Kind::Mutex => quote!(#rt::Locked<#marker>),
            _ => {
                let asked = format_ident!("{rwlocks}");
                quote!(#rt::#asked<#marker>)
            }
        });
        let asked: Vec<_> = asked.collect();
        let borrow = self.borrow;
        self.builder_with(quote!(#borrow), &asked)
    }

    /// Where the locks of a set are, and what it ends in.
    ///
    /// Places and guards are parameters, because an associated type may not name what is private, as the
    /// types behind the locks may be. The places are in the order of the fields, which is the order of their
    /// addresses in a `#[repr(C)]` struct.
    fn set_impl(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, automatic, twin, where_clause, borrow, any, asking, .. } = self;
        let (_, twin_args, _) = model.generics.split_for_impl();
        let builder_generics = self.builder_generics(slots);
        let (builder_params, args, _) = builder_generics.split_for_impl();
        let (builder, held) = (model.companion("Locks"), model.companion("Held"));
        let guards = guards(slots);
        let places: Vec<_> = slots.iter().map(|slot| slot.place.clone()).collect();
        let generics = self.with_params(&self.with_params(&builder_generics, &places), &guards);
        let (params, ..) = generics.split_for_impl();
        let bounds = slots.iter().map(|Slot { field, kind, param, place, guard, .. }| {
            let lock = match kind {
                Kind::Nested => self.nested_twin(field),
                _ => self.lock(field),
            };
            quote! {
                #param: #rt::Slot<&#borrow #lock, Place = #place>, #place: #rt::Places<Guard = #guard>
            }
        });
        let offsets = self.offsets(slots.iter().map(|slot| slot.field));
        let it = model.names.binding("twin");
        let row_of = |things: &dyn Fn((usize, &Slot<'_>)) -> TokenStream| {
            row(&slots.iter().enumerate().map(things).collect::<Vec<_>>())
        };
        let row = row_of(&|(_, Slot { place, .. })| quote!(#place));
        let shown = row_of(&|(_, Slot { field, param, .. })| {
            let member = &field.member;
            quote!(#param::of(&#it.#member))
        });
        // A `()` that stands alone is one that clippy knows better.
        let shown = match slots {
            [] => quote!(#rt::core::default::Default::default()),
            _ => shown,
        };
        let names: Vec<_> = (0..slots.len())
            .map(|number| model.names.binding(format_args!("guard{number}")))
            .collect();
        let taken = row_of(&|(number, _)| names[number].to_token_stream());
        let types = row_of(&|(_, Slot { guard, .. })| quote!(#guard));
        let owner = model.names.ident("O");
        let owned: Vec<_> = slots
            .iter()
            .map(|Slot { place, .. }| quote!(<#place as #rt::Places>::Owned<#owner>))
            .collect();
        let owned_types = super::row(&owned);
        let user = &model.ident;
        let [closure, output] = ["F", "R"].map(|name| model.names.ident(name));
        let run = model.names.binding("closure");
        let values = self.each_guard(slots, |number, _| names[number].to_token_stream());
        quote! {
            #automatic
            impl #params #rt::Set for #builder #args
            #where_clause
                #(#bounds,)*
            {
                type Twin = &#borrow #twin #twin_args;
                type Held = #held<#(#guards),*>;
                type HeldOwned<#owner> = #held<#(#owned),*>;
                type Row = #row;
                const OFFSETS: &'static [#rt::core::primitive::usize] = &#offsets;

                #[inline]
                fn twin(&self) -> Self::Twin {
                    #rt::Asking::twin(&self.#asking)
                }

                #[inline]
                fn row(#it: Self::Twin) -> Self::Row {
                    #shown
                }

                #[inline]
                fn held(#taken: #types) -> Self::Held {
                    #held { #values }
                }

                #[inline]
                fn held_owned<#owner>(#taken: #owned_types) -> Self::HeldOwned<#owner> {
                    #held { #values }
                }
            }

            #automatic
            impl #builder_params #rt::Request for #builder #args
            #where_clause
                for<#any> Self: #rt::Set,
            {
                type Guards = <Self as #rt::Set>::Held;
                type Wanted = #rt::Asked<Self, <Self as #rt::Set>::Twin>;
                type Room = <<Self as #rt::Set>::Row as #rt::Places>::Room;

                #[inline]
                fn wanted(self) -> Self::Wanted {
                    #rt::Asked::new(self)
                }
            }

            #automatic
            impl #builder_params #rt::Within<#borrow> for #builder #args
            #where_clause
                for<#any> Self: #rt::Set,
            {
            }

            #automatic
            impl #builder_params #rt::core::future::IntoFuture for #builder #args
            #where_clause
                for<#any> Self: #rt::Set,
            {
                type Output = <Self as #rt::Set>::Held;
                type IntoFuture = #rt::SetFuture<Self>;

                #[track_caller]
                fn into_future(self) -> #rt::SetFuture<Self> {
                    #rt::SetFuture::new(self)
                }
            }

            #automatic
            impl #builder_params #builder #args #where_clause {
                /// The guards, if none of the locks has to be waited for; else none is taken.
                #[track_caller]
                pub fn try_now(self) -> #rt::core::option::Option<<Self as #rt::Set>::Held>
                where
                    for<#any> Self: #rt::Set,
                {
                    #rt::try_set(self)
                }

                /// The guards, waiting with the thread. For code outside async tasks.
                #[track_caller]
                pub fn blocking(self) -> <Self as #rt::Set>::Held
                where
                    for<#any> Self: #rt::BlockingSet,
                {
                    #rt::BlockingSet::blocking(self)
                }

                #rt::with! { #user #output
                    /// Takes the locks, calls a closure with what is held, and releases them. The closure
                    /// can't await.
                    #[track_caller]
                    pub fn with<#output, #closure>(
                        self,
                        #run: #closure,
                    ) -> #rt::WithHeld<#rt::SetFuture<Self>, #closure, #output>
                    where
                        for<#any> Self: #rt::Set,
                        #closure: #rt::core::ops::FnOnce(&mut <Self as #rt::Set>::Held) -> #output,
                    {
                        #rt::WithHeld::new(#rt::SetFuture::new(self), #run)
                    }
                }
            }
        }
    }

    /// What is held, with each guard as `make` makes it: `accounts: .., journal: ..`
    pub(super) fn each_guard(
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

/// What a method of the builder does.
pub(crate) enum Verb {
    /// Asks for the field: what for, and how the method begins.
    Ask(&'static str, &'static str),
    /// Says that the field is asked for otherwise: what it would have to be.
    Refuse(&'static str, &'static str),
    /// Asks for fields of the nested twin.
    Inside,
}

impl Verb {
    /// How the method's name begins, before the field's.
    pub(crate) fn prefix(&self) -> Option<&'static str> {
        match self {
            Self::Ask(_, prefix) | Self::Refuse(_, prefix) => Some(prefix),
            Self::Inside => None,
        }
    }

    pub(crate) fn is_asked(&self) -> bool {
        !matches!(self, Self::Refuse(..))
    }
}

/// The names of the methods that every set or session has.
pub(crate) const RESERVED: [&str; 10] = [
    "read_all", "lock_all", "try_now", "blocking", "with", "reborrow", "both", "leave", "then",
    "then_all",
];

/// The names of the methods that ask for a field.
pub(crate) fn asking_names((field, kind): (&Field, Kind)) -> impl Iterator<Item = String> {
    let verbs = verbs(kind).filter(|verb| verb.is_asked());
    verbs.map(|verb| field.method(verb.prefix()).unraw().to_string())
}

impl Expansion<'_> {
    /// The methods of a field. Other people's locks can't be upgraded.
    pub(super) fn verbs(&self, kind: Kind) -> impl Iterator<Item = &'static Verb> + use<> {
        let is_foreign = self.model.is_foreign();
        verbs(kind).filter(move |verb| !is_foreign || verb.prefix() != Some("upgradable"))
    }
}

/// Those methods of a field that are named where it was not asked for.
pub(super) fn usual_verbs(kind: Kind) -> impl Iterator<Item = &'static Verb> {
    verbs(kind).filter(|verb| verb.is_asked()).take(2)
}

/// The methods of a field.
fn verbs(kind: Kind) -> impl Iterator<Item = &'static Verb> {
    let verbs: &[Verb] = match kind {
        Kind::RwLock => &[
            Verb::Ask("Read", "read"),
            Verb::Ask("Write", "write"),
            Verb::Ask("Upgradable", "upgradable"),
            Verb::Refuse("IsMutex", "lock"),
        ],
        Kind::Mutex => &[
            Verb::Ask("Locked", "lock"),
            Verb::Refuse("IsRwLock", "read"),
            Verb::Refuse("IsRwLock", "write"),
            Verb::Refuse("IsRwLock", "upgradable"),
        ],
        Kind::Nested => &[Verb::Inside],
        Kind::Plain => &[],
    };
    verbs.iter()
}
