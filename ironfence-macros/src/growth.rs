//! How the generated code grows with the fields: by the same number of lines for each.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// A struct of so many fields, each behind a lock.
fn fields(count: usize, kind: &str) -> TokenStream {
    let kind = format_ident!("{kind}");
    let names = (0..count).map(|number| format_ident!("field_{number}"));
    quote!(struct Large { #(#[guarded(#kind)] pub #names: Vec<u64>,)* })
}

/// Its lines, where each item, statement and field has one, however long: a formatter's would grow
/// with the length of argument lists too.
fn lines(tokens: TokenStream) -> usize {
    let mut text = String::new();
    lay_out(tokens, true, &mut text);
    text.lines().filter(|line| !line.trim().is_empty()).count()
}

fn lay_out(tokens: TokenStream, breaks: bool, text: &mut String) {
    let (mut angles, mut before) = (0_i32, ' ');
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                text.push_str("{\n");
                lay_out(group.stream(), true, text);
                text.push_str("\n}\n");
            }
            TokenTree::Group(group) => lay_out(group.stream(), false, text),
            TokenTree::Punct(punct) => {
                angles += match punct.as_char() {
                    '<' => 1,
                    '>' if before != '-' => -1, // not of an arrow
                    _ => 0,
                };
                before = punct.as_char();
                let ends = punct.as_char() == ';' || punct.as_char() == ',' && angles <= 0;
                _ = write!(text, "{punct}{}", if breaks && ends { "\n" } else { "" });
            }
            token => _ = write!(text, "{token} "),
        }
    }
}

#[test]
fn each_field_adds_the_same_number_of_lines() {
    for kind in ["rwlock", "mutex"] {
        let of = |count| lines(crate::derive(fields(count, kind)));
        let [five, twenty, fifty] = [5, 20, 50].map(of);
        // Shown with `--nocapture`.
        println!("{kind}: {five} lines for 5 fields, {twenty} for 20, {fifty} for 50");
        assert!(twenty > five, "there is something to count");
        assert_eq!(
            (fifty - twenty) * 15,
            (twenty - five) * 30,
            "{kind}: {five}, {twenty}, {fifty}"
        );
    }
}
