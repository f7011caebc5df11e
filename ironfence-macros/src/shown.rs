//! Shows a word of generated code at a line of the library.
//!
//! Where a value is used that a method took before, the compiler shows the `self` of that method; where a closure does
//! not return what it should, the `R` of its bound. In generated code that is the word `derive`. If it is a token that
//! stands in the library's source, with words behind it, the compiler shows these. Only a macro of the library can hand
//! out such a token, so the methods go through one.
//!
//! A token that a macro has written is shown where the macro was called. So the token is taken for one that the
//! user has written. (If the struct comes from a macro of the user's, it is shown there: that says no less than before.)

use proc_macro2::{Group, Ident, TokenStream, TokenTree};

/// What is behind the first three tokens, with each of what the third one is shown where the first one is, and looked
/// up as the second.
pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let (Some(shown), Some(user), Some(TokenTree::Ident(word))) =
        (tokens.next(), tokens.next(), tokens.next())
    else {
        return TokenStream::new();
    };
    let word = Ident::new(&word.to_string(), shown.span().resolved_at(user.span()));
    placed(tokens, &word)
}

fn placed(tokens: impl IntoIterator<Item = TokenTree>, word: &Ident) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(ident) if ident == *word => word.clone().into(),
        TokenTree::Group(group) => {
            let content = placed(group.stream(), word);
            let mut placed = Group::new(group.delimiter(), content);
            placed.set_span(group.span());
            placed.into()
        }
        token => token,
    });
    tokens.collect()
}
