//! What is written when there are mistakes: the errors, and as much of the twin as can be guessed,
//! so that the code that uses it adds no errors of its own, and the editor goes on completing.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{
    expand::expand,
    model::{Model, Shape},
};

/// The errors, and the likeliest twin.
pub(crate) fn expand_anyway(model: &Model, errors: &syn::Error) -> TokenStream {
    let mut code = errors.to_compile_error();
    code.extend(match model.shape {
        Shape::Named | Shape::Tuple | Shape::Unit => expand(model),
        Shape::Enum(_) | Shape::Union(_) => stub(model),
    });
    code
}

/// A twin without fields, for what has none.
fn stub(model: &Model) -> TokenStream {
    let (rt, twin) = (model.runtime(), model.twin());
    let (vis, plain, generics) = (&model.vis, &model.ident, &model.generics);
    let (params, args, where_clause) = generics.split_for_impl();
    let borrow = model.names.lifetime("a");
    let [place, outer] = ["P", "O"].map(|name| model.names.ident(name));
    quote! {
        #vis struct #twin #generics (#rt::core::marker::PhantomData<#plain #args>) #where_clause;

        #[automatically_derived]
        impl #params #rt::Guarded for #plain #args #where_clause {
            type Twin = #twin #args;

            fn into_guarded(self) -> #twin #args {
                loop {}
            }
        }

        #[automatically_derived]
        impl #params #plain #args #where_clause {
            #vis fn into_guarded(self) -> #twin #args {
                loop {}
            }
        }

        #[automatically_derived]
        impl #params #rt::core::convert::From<#plain #args> for #twin #args #where_clause {
            fn from(_: #plain #args) -> Self {
                loop {}
            }
        }

        #[automatically_derived]
        impl #params #rt::Twin for #twin #args #where_clause {
            type Plain = #plain #args;
            type Level = #rt::Level<0>;
            type Locks<#borrow> = () where Self: #borrow;
            type Session<#borrow, #place, #outer> = () where Self: #borrow;
            type ReadAll<#borrow> = #rt::NoSet<&#borrow Self> where Self: #borrow;
            type LockAll<#borrow> = #rt::NoSet<&#borrow Self> where Self: #borrow;

            fn into_inner(self) -> #plain #args {
                loop {}
            }

            fn locks(&self) -> Self::Locks<'_> {
                loop {}
            }

            fn session<#place, #outer>(_: #rt::Token<&Self, #place, #outer>) -> Self::Session<'_, #place, #outer> {
                loop {}
            }
        }

        #[automatically_derived]
        impl #params #twin #args #where_clause {
            pub fn into_inner(self) -> #plain #args {
                loop {}
            }

            pub fn snapshot(&self) -> #rt::Snapshot<'_, Self> {
                loop {}
            }
        }
    }
}
