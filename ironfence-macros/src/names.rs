//! Names for what generated code declares, none of which the struct knows.
//!
//! Parameters and lifetimes of ours stand beside the user's. So their names begin with more underscores
//! than any name that the user has written, wherever in the struct it is.

use std::fmt::Display;

use proc_macro2::{TokenStream, TokenTree};
use quote::format_ident;
use syn::{Ident, Lifetime, ext::IdentExt};

use crate::model::ours_at;

pub(crate) struct Names {
    prefix: String,
}

impl Names {
    /// Names that are not in `tokens`.
    pub(crate) fn avoiding(tokens: TokenStream) -> Self {
        Self { prefix: "_".repeat(2.max(longest_prefix(tokens) + 1)) }
    }

    /// `__P`
    pub(crate) fn ident(&self, name: impl Display) -> Ident {
        format_ident!("{}{}", self.prefix, name.to_string())
    }

    /// `__ironfence_twin`: a variable or an argument.
    ///
    /// A constant that the user's module knows under that name would be taken for a pattern, and the struct
    /// does not say which there are. So the name says whose it is.
    pub(crate) fn binding(&self, name: impl Display) -> Ident {
        self.ident(format_args!("ironfence_{name}"))
    }

    /// `__P0`
    pub(crate) fn numbered(&self, name: &str, number: usize) -> Ident {
        self.ident(format_args!("{name}{number}"))
    }

    /// `'__a`
    pub(crate) fn lifetime(&self, name: &str) -> Lifetime {
        let ident = self.ident(name);
        Lifetime::new(&format!("'{ident}"), ours_at(ident.span()))
    }
}

/// With how many underscores a name begins, at most.
fn longest_prefix(tokens: TokenStream) -> usize {
    let prefixes = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => longest_prefix(group.stream()),
        TokenTree::Ident(ident) => {
            let name = ident.unraw().to_string();
            name.len() - name.trim_start_matches('_').len()
        }
        TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    });
    prefixes.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proc_macro2::{TokenStream, TokenTree};
    use quote::quote;

    use super::Names;

    fn idents(tokens: TokenStream, all: &mut HashSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => idents(group.stream(), all),
                TokenTree::Ident(ident) => _ = all.insert(ident.to_string()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    #[test]
    fn names_begin_as_no_name_of_the_user_does() {
        for (tokens, prefix) in [
            (
                quote!(
                    struct S;
                ),
                "__",
            ),
            (
                quote!(
                    struct S {
                        _unused: u8,
                    }
                ),
                "__",
            ),
            (
                quote!(
                    struct S<'__a>(&'__a u8);
                ),
                "___",
            ),
            (
                quote!(
                    struct S<__T>(__T);
                ),
                "___",
            ),
            (
                quote!(
                    struct S<const ___N: usize>([u8; ___N]);
                ),
                "____",
            ),
            (
                quote!(
                    struct S {
                        r#__x: u8,
                    }
                ),
                "___",
            ),
            (
                quote!(
                    #[guarded(attr(doc(alias(__deep))))]
                    struct S;
                ),
                "___",
            ),
        ] {
            assert_eq!(Names::avoiding(tokens.clone()).ident("").to_string(), prefix, "{tokens}");
        }
    }

    /// Whatever is declared for the struct `S` with the names that generated code has by default is
    /// declared with others if these are the user's.
    #[test]
    fn no_name_of_generated_code_is_one_of_the_user() {
        let plain = quote! {
            struct S<T> { #[guarded(mutex)] a: T, #[guarded(nested)] b: R, #[guarded(rwlock)] c: u8 }
        };
        let mut ours = HashSet::new();
        idents(crate::derive(plain.clone()), &mut ours);
        ours.retain(|name| name.starts_with("__") && name != "__private");
        assert!(ours.len() > 20, "there are names of ours: {ours:?}");
        for name in ours {
            let name = quote::format_ident!("{name}");
            let parameter = syn::Lifetime::new(&format!("'{name}"), name.span());
            let mut theirs = HashSet::new();
            for clash in [
                quote!(struct S<#parameter>(#[guarded(mutex)] &#parameter u8);),
                quote!(struct S<#name>(#[guarded(rwlock)] #name);),
                quote!(struct S<const #name: usize>(#[guarded(nested)] [u8; #name]);),
                quote!(struct S { #[guarded(mutex)] #name: u8 }),
            ] {
                let before = clash.to_string().matches(&*name.to_string()).count();
                let expanded = crate::derive(clash);
                syn::parse2::<syn::File>(expanded.clone()).expect("the expansion is Rust");
                idents(expanded, &mut theirs);
                assert!(before > 0);
            }
            // Ours have moved out of the way.
            assert!(
                theirs.iter().filter(|other| other.starts_with("__")).all(|other| {
                    other == "__private" || other.starts_with("___") || name == *other
                }),
                "`{name}` meets one of {theirs:?}"
            );
        }
    }
}
