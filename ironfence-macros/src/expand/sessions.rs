//! Sessions: a token whose type says which field was taken last, with a step for each field.
//!
//! A step is a plain function that returns a named future. As an `async fn` it would say each mistake
//! three times: of the receiver, of the call, and of its `.await`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Generics, Ident, ext::IdentExt, parse_quote};

use super::{
    Expansion,
    sets::{RESERVED, Slot, Verb, usual_verbs},
};
use crate::{attr::Kind, model::ours_at};

/// How many guarded fields have places in three octal digits.
pub(crate) const MAX_FIELDS: usize = 8 * 8 * 8;

impl Expansion<'_> {
    /// Everything about sessions.
    pub(super) fn sessions(&self) -> TokenStream {
        let mut code = self.sessions_of_one();
        code.extend(self.leaving());
        code.extend(self.further());
        code
    }

    /// Everything about sessions of a twin that is nested in no other.
    pub(super) fn sessions_of_one(&self) -> TokenStream {
        let slots = self.slots();
        let mut code = self.places(&slots);
        code.extend(self.session());
        code.extend(self.steps(&slots));
        code.extend(self.going_on());
        code
    }

    /// Where each field stands.
    fn places(&self, slots: &[Slot<'_>]) -> TokenStream {
        let (rt, ask_by) = (self.rt, self.ask_by_module());
        let module = self.model.fields_module();
        let places = slots.iter().enumerate().map(|(number, Slot { field, kind, marker, .. })| {
            let digit = |weight: usize| Literal::usize_unsuffixed(number / weight % 8);
            let (high, middle, low) = (digit(64), digit(8), digit(1));
            let methods = usual_verbs(*kind).map(|verb| {
                let method = field.method(verb.prefix());
                match verb {
                    Verb::Inside => quote!(#module::#method), // the field's own type
                    _ => quote!(#module::#ask_by::#method),
                }
            });
            quote! {
                impl #rt::Field for #marker {
                    type Place = #rt::Place<#high, #middle, #low>;
                    type AskBy = #rt::AskBy<(#(#methods),*)>;
                }
            }
        });
        places.collect()
    }

    /// The twin's generics behind the lifetime of its borrow, then the place and what it is nested in.
    fn session_generics(&self) -> Generics {
        let (rt, borrow) = (self.rt, self.borrow);
        let [place, outer] = self.session_names();
        let mut generics = self.model.generics.clone();
        generics.params.insert(0, parse_quote!(#borrow));
        generics.params.push(parse_quote!(#place = #rt::Start));
        generics.params.push(parse_quote!(#outer = #rt::Root));
        generics
    }

    /// The parameters of a session: which field it took last, and what its twin is nested in.
    fn session_names(&self) -> [Ident; 2] {
        ["P", "O"].map(|name| self.model.names.ident(name))
    }

    fn session(&self) -> TokenStream {
        let Self { model, rt, twin, borrow, .. } = self;
        let item_marks = model.item_marks();
        let [place, outer] = self.session_names();
        let (_, args, _) = model.generics.split_for_impl();
        let generics = self.session_generics();
        let user_where = &model.generics.where_clause;
        let (vis, session) = (&model.vis, model.companion("Session"));
        let docs = format!(
            " A session over the locks of a [`{twin}`]: takes one after the other, in the order in which they are declared."
        );
        let at = ours_at(model.ident.span());
        quote_spanned! {at=>
            #[doc = #docs]
            #item_marks
            #vis struct #session #generics (#rt::Token<&#borrow #twin #args, #place, #outer>) #user_where;
        }
    }

    /// One method for each way of taking each field.
    ///
    /// They go through a macro of the library, for what the compiler says where a session is used again: see
    /// [`shown`](crate::shown).
    fn steps(&self, slots: &[Slot<'_>]) -> TokenStream {
        let Self { model, rt, automatic, where_clause, .. } = self;
        let user = &model.ident;
        let generics = self.session_generics();
        let (params, args, _) = generics.split_for_impl();
        let session = model.companion("Session");
        let mut taken: Vec<_> = RESERVED.map(str::to_owned).to_vec();
        let methods = slots.iter().flat_map(|slot| {
            let verbs = self.verbs(slot.kind).filter(|verb| verb.is_asked());
            verbs.map(move |verb| (slot, verb))
        });
        let methods = methods.filter_map(|(slot, verb)| {
            let name = slot.field.method(verb.prefix());
            let text = name.unraw().to_string();
            if taken.contains(&text) {
                return None; // a mistake, noted elsewhere
            }
            taken.push(text);
            Some(self.step(slot, verb, &name))
        });
        quote! {
            #automatic
            impl #params #session #args #where_clause {
                #rt::steps! { #user #(#methods)* }
            }
        }
    }

    fn step(&self, slot: &Slot<'_>, verb: &Verb, name: &Ident) -> TokenStream {
        let Self { model, rt, twin, borrow, .. } = self;
        let [place, outer] = self.session_names();
        let Slot { field, kind, marker, .. } = slot;
        let (vis, member, called, marks) = (&field.vis, &field.member, field.name(), field.marks());
        let (_, twin_args, _) = model.generics.split_for_impl();
        let session = model.companion("Session");
        let may_lock = quote!(#place: #rt::MayLock<#marker>);
        let (asked, prefix) = match verb {
            Verb::Ask(asked, prefix) => (asked, *prefix),
            Verb::Inside | Verb::Refuse(..) => {
                let docs = format!(
                    " Goes on inside `{called}`; `leave()` comes back, to the fields after it."
                );
                let inner = self.nested_twin(field);
                let it = model.names.binding("twin");
                return quote! {
                    #[doc = #docs]
                    #marks
                    #vis fn #name(
                        self,
                    ) -> <#inner as #rt::Twin>::Session<
                        #borrow,
                        #rt::Start,
                        #rt::Outer<#twin #twin_args, #marker, #outer>,
                    >
                    where
                        #may_lock,
                    {
                        <#inner as #rt::Twin>::session(
                            #rt::Token::enter(self.0, |#it| &#it.#member),
                        )
                    }
                };
            }
        };
        let docs = match prefix {
            "read" => format!(" Takes `{called}`, to be read, and then goes on."),
            "write" => format!(" Takes `{called}`, to be written, and then goes on."),
            "upgradable" => {
                format!(" Takes `{called}`, to be read and perhaps upgraded, and then goes on.")
            }
            _ => format!(" Takes `{called}`, and then goes on."),
        };
        let (future, method) = match prefix {
            "upgradable" => ("UpgradableRead", "upgradable_read"),
            _ if *kind == Kind::Mutex => ("Lock", prefix),
            _ => (*asked, prefix),
        };
        let (future, method, ty) =
            (format_ident!("{future}"), format_ident!("{method}"), &field.ty);
        let (future, lock) = if model.is_foreign() {
            let (lock, face) = (self.lock(field), self.face(field));
            (quote!(<#lock as #rt::#face>::#future<#borrow>), quote!(<#lock as #rt::#face>))
        } else {
            let lock = if *kind == Kind::Mutex { quote!(Mutex) } else { quote!(RwLock) };
            (quote!(#rt::futures::#future<#borrow, #ty>), quote!(#rt::#lock))
        };
        let next = self.session_at(&quote!(#borrow), &[quote!(#marker), quote!(#outer)]);
        quote! {
            #[doc = #docs]
            #marks
            #[track_caller]
            #vis fn #name(self) -> #rt::Step<#future, #next>
            where
                #may_lock,
            {
                #rt::Step::new(
                    #lock::#method(&#rt::Token::twin(&self.0).#member),
                    #session(#rt::Token::next(self.0)),
                )
            }
        }
    }

    /// The session with these for its place and what it is nested in.
    pub(super) fn session_at(&self, borrow: &TokenStream, place: &[TokenStream]) -> TokenStream {
        let session = self.model.companion("Session");
        let own = self.own_args();
        quote!(#session<#borrow, #(#own,)* #(#place),*>)
    }

    /// The methods of every session.
    fn going_on(&self) -> TokenStream {
        let Self { model, rt, automatic, where_clause, .. } = self;
        let generics = self.session_generics();
        let (params, args, _) = generics.split_for_impl();
        let session = model.companion("Session");
        let [place, outer] = self.session_names();
        let branch_of = model.names.lifetime("t");
        let [x, y] = ["X", "Y"].map(|name| model.names.ident(name));
        let [first, second, a, b] =
            ["first", "second", "a", "b"].map(|name| model.names.binding(name));
        let at = [quote!(#place), quote!(#outer)];
        let borrowed = self.session_at(&quote!('_), &at);
        let branch = self.session_at(&quote!(#branch_of), &at);
        quote! {
            #automatic
            impl #params #session #args #where_clause {
                /// The same session for a while: for a loop, or a call. What is locked by it is
                /// released when this one is used again.
                pub fn reborrow(&mut self) -> #borrowed
                where
                    #outer: #rt::Nesting,
                {
                    #session(#rt::Token::reborrow(&mut self.0))
                }

                /// Two branches at once, each of which goes on from here. No guard leaves them.
                pub fn both<#x, #y>(
                    &mut self,
                    #first: impl for<#branch_of> #rt::core::ops::AsyncFnOnce(#branch) -> #x,
                    #second: impl for<#branch_of> #rt::core::ops::AsyncFnOnce(#branch) -> #y,
                ) -> #rt::Both<
                    '_,
                    impl #rt::core::future::Future<Output = #x>,
                    impl #rt::core::future::Future<Output = #y>,
                    #x,
                    #y,
                >
                where
                    #outer: #rt::Nesting,
                {
                    let (#a, #b) = (#rt::Token::again(&self.0), #rt::Token::again(&self.0));
                    #rt::Both::new(
                        async move { #first(#session(#a)).await },
                        async move { #second(#session(#b)).await },
                    )
                }
            }
        }
    }

    /// The way on, to other values.
    fn further(&self) -> TokenStream {
        let Self { model, rt, automatic, where_clause, borrow, .. } = self;
        let generics = self.session_generics();
        let (params, args, _) = generics.split_for_impl();
        let session = model.companion("Session");
        let [_, outer] = self.session_names();
        let [twin, request] = ["T", "R"].map(|name| model.names.ident(name));
        let [next, asked] = ["next", "request"].map(|name| model.names.ident(name));
        let least = Literal::u8_unsuffixed(model.level() + 1);
        quote! {
            #automatic
            impl #params #session #args #where_clause {
                /// Goes on in another value, whose struct is at a higher level. This session is over then, or for
                /// a while if it was reborrowed; what it has taken stays held.
                #[track_caller]
                pub fn then<#twin>(
                    self,
                    #next: &#borrow #twin,
                ) -> #twin::Session<#borrow, #rt::Start, #rt::Root>
                where
                    #twin: #rt::Behind<#least>,
                    #outer: #rt::Outermost,
                {
                    #rt::then(self.0, #next)
                }

                /// Ends with locks of several values at higher levels, taken together as by `lock_all`.
                #[track_caller]
                pub fn then_all<#request>(
                    self,
                    #asked: #request,
                ) -> #rt::Together<#request::Wanted, #request::Room>
                where
                    #request: #rt::Within<#borrow>,
                    #outer: #rt::Outermost,
                {
                    #rt::then_all(self.0, #asked)
                }
            }
        }
    }

    /// The way back from a nested twin.
    fn leaving(&self) -> TokenStream {
        let Self { rt, automatic, where_clause, borrow, .. } = self;
        let [place, outer] = self.session_names();
        let [twin, field] = ["T", "F"].map(|name| self.model.names.ident(name));
        let mut inner = self.session_generics();
        _ = inner.params.pop();
        inner.params.push(parse_quote!(#twin: #rt::Twin));
        inner.params.push(parse_quote!(#field));
        inner.params.push(parse_quote!(#outer));
        let (inner_params, ..) = inner.split_for_impl();
        let nested = self.session_at(
            &quote!(#borrow),
            &[quote!(#place), quote!(#rt::Outer<#twin, #field, #outer>)],
        );
        quote! {
            #automatic
            impl #inner_params #nested #where_clause {
                /// Back to the session of the outer struct, after the field that was entered.
                pub fn leave(self) -> #twin::Session<#borrow, #field, #outer>
                where
                    #twin: #borrow,
                {
                    <#twin as #rt::Twin>::session(#rt::Token::leave(self.0))
                }
            }
        }
    }
}
