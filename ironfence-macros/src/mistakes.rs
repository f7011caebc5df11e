//! What is wrong with a struct, gathered while it is read.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;

use crate::model::ours_at;

/// The mistakes found so far; all are reported together.
#[derive(Default)]
pub(crate) struct Mistakes(Option<syn::Error>);

impl Mistakes {
    /// Notes a mistake at one token.
    pub(crate) fn at(&mut self, span: Span, message: impl Display) {
        self.note(syn::Error::new(span, message));
    }

    /// Notes a mistake that spans some tokens.
    pub(crate) fn on(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.note(syn::Error::new_spanned(tokens, message));
    }

    pub(crate) fn note(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    /// All of them in one, if there are any.
    pub(crate) fn into_error(self) -> Option<syn::Error> {
        self.0
    }
}

/// What syn says of a struct that it can't read, as code.
///
/// Where a field has a name that is a word of the language since the edition 2018, it says how to write that name. The
/// crate is of the edition 2015 then, and has no `::core`, unless the `::` is ours.
pub(crate) fn unread(error: &syn::Error) -> TokenStream {
    const SINCE_2018: [&str; 4] = ["async", "await", "dyn", "try"];
    let message = error.to_string();
    let is_found = |word: &&&str| message.ends_with(&format!("found keyword `{word}`"));
    let Some(word) = SINCE_2018.iter().find(is_found) else {
        return error.to_compile_error();
    };
    let message = format!("{message}: write `r#{word}`, the same name in every edition");
    let code = syn::Error::new(error.span(), message).to_compile_error();
    let tokens = code.into_iter().map(|mut token| {
        if matches!(token, TokenTree::Punct(_)) {
            token.set_span(ours_at(token.span()));
        }
        token
    });
    tokens.collect()
}

#[cfg(test)]
mod tests {
    use quote::quote;

    #[test]
    fn a_name_of_an_old_edition_is_to_be_written_raw() {
        for word in ["async", "await", "dyn", "try"] {
            let field = quote::format_ident!("{word}");
            let said = crate::derive(quote!(struct S { #field: u8 })).to_string();
            assert!(said.contains(&format!("write `r#{word}`")), "{said}");
        }
        let said = crate::derive(quote!(struct S { match: u8 })).to_string();
        assert!(!said.contains("r#"), "`match` is no name in any edition: {said}");
    }
}
