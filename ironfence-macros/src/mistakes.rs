//! What is wrong with a struct, gathered while it is read.

use std::fmt::Display;

use proc_macro2::Span;
use quote::ToTokens;

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
