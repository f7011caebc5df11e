//! Lengths of arrays that are blocks: `[u8; { LEN + 1 }]`.
//!
//! syn reads expressions with blocks in them only with its feature `full`, which every user would have to wait
//! for. A block around one expression says no more than that, so it is left away.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The tokens with the braces left away where an expression stands in them as the length of an array. What is
/// in attributes stays as it is.
pub(crate) fn without_blocks(tokens: TokenStream) -> TokenStream {
    let mut is_attribute = false;
    let tokens = tokens.into_iter().map(|token| {
        let after_hash = std::mem::take(&mut is_attribute);
        match token {
            TokenTree::Group(group) if !after_hash => TokenTree::Group(without_block(&group)),
            token => {
                is_attribute = matches!(&token, TokenTree::Punct(p) if p.as_char() == '#');
                token
            }
        }
    });
    tokens.collect()
}

fn without_block(group: &Group) -> Group {
    let mut content: Vec<_> = without_blocks(group.stream()).into_iter().collect();
    if let (Delimiter::Bracket, [.., TokenTree::Punct(before), TokenTree::Group(length)]) =
        (group.delimiter(), &mut content[..])
        && before.as_char() == ';'
        && length.delimiter() == Delimiter::Brace
        && is_expression(&length.stream())
    {
        *length = regrouped(length, Delimiter::None, length.stream());
    }
    regrouped(group, group.delimiter(), content.into_iter().collect())
}

/// True if there are no statements in it.
fn is_expression(content: &TokenStream) -> bool {
    syn::parse2::<syn::Expr>(content.clone()).is_ok()
}

fn regrouped(group: &Group, delimiter: Delimiter, content: TokenStream) -> Group {
    let mut regrouped = Group::new(delimiter, content);
    regrouped.set_span(group.span());
    regrouped
}

/// The error in words that help, if it is syn's about what it can't read without `full`.
pub(crate) fn explained(error: syn::Error) -> syn::Error {
    if !error.to_string().contains("syn's features") {
        return error;
    }
    syn::Error::new(
        error.span(),
        "the derive can't read this expression: give it a name, as in `const LEN: usize = ..;`, and write that here",
    )
}

// syn has its feature `full` where these tests run. How the derive does without it is seen in
// `tests/accepted.rs`.
#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use quote::quote;

    use super::{explained, without_blocks};

    #[test]
    fn a_block_around_one_expression_is_left_away() {
        for tokens in [
            quote!([u8; { LEN }]),
            quote!(
                struct S(Vec<[[u8; { LEN + 1 }]; { 2 }]>);
            ),
        ] {
            let read = without_blocks(tokens).to_string();
            assert!(!read.contains('{'), "{read}");
        }
    }

    #[test]
    fn all_else_stays() {
        for tokens in [
            quote!(
                [u8; {
                    let half = 8;
                    2 * half
                }]
            ),
            quote!(
                #[attr([u8; { LEN }])]
                struct S;
            ),
            quote!(
                struct S {
                    a: Foo<{ LEN }>,
                    b: [u8; LEN],
                }
            ),
        ] {
            assert_eq!(without_blocks(tokens.clone()).to_string(), tokens.to_string());
        }
    }

    #[test]
    fn what_syn_says_of_its_features_is_said_in_our_words() {
        let of_syn = "unsupported expression; enable syn's features=[\"full\"]";
        let said = explained(syn::Error::new(Span::call_site(), of_syn)).to_string();
        assert!(said.contains("give it a name"), "{said}");
        let other = explained(syn::Error::new(Span::call_site(), "expected identifier"));
        assert_eq!(other.to_string(), "expected identifier");
    }
}
