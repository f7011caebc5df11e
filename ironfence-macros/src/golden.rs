//! Expansions as they are on file: a change of the generated code shows in the diff.
//!
//! `BLESS=1 cargo test -p ironfence-macros` writes the files anew.

use std::{env, fs, path::Path};

use proc_macro2::{Group, TokenStream, TokenTree};

/// Expands `tests/golden/<name>.rs` and compares with `<name>.expanded.rs`.
fn check(name: &str) {
    check_by(name, |file| plain(crate::derive(file)));
}

/// The tests of a file, each under `#[ironfence::test(limit = 5)]`.
#[test]
fn tests() {
    check_by("tests", |file| {
        let file: syn::File = syn::parse2(file).expect("a file of functions");
        let keys = quote::quote!(limit = 5);
        let expand = |item: &syn::Item| crate::testing::expand(keys.clone(), quote::quote!(#item));
        file.items.iter().map(expand).collect()
    });
}

fn check_by(name: &str, expand: impl FnOnce(TokenStream) -> TokenStream) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let input = fs::read_to_string(folder.join(format!("{name}.rs"))).expect("an input");
    let file = syn::parse_str(&input).expect("the input is Rust");
    let expanded = syn::parse2(expand(file)).expect("the expansion is Rust");
    let expanded = prettyplease::unparse(&expanded);
    let on_file = folder.join(format!("{name}.expanded.rs"));
    if env::var_os("BLESS").is_some() {
        fs::write(on_file, expanded).expect("a writable folder");
    } else {
        let expected = fs::read_to_string(on_file).unwrap_or_default();
        assert!(
            expanded == expected,
            "the expansion of `{name}` is the one on file; if the change is meant, run with BLESS=1\n{expanded}"
        );
    }
}

/// What stands in `steps! { Bank .. }` and `with! { Bank R .. }`, in its place: to be read, and to be laid out.
fn plain(tokens: TokenStream) -> TokenStream {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut out: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            out.push(token);
            continue;
        };
        let before = match &out[..] {
            [.., TokenTree::Ident(name), TokenTree::Punct(mark)] if mark.as_char() == '!' => {
                ["", "steps", "with"].iter().position(|macro_| name == macro_)
            }
            _ => None,
        };
        if let Some(before) = before {
            // What leads to the macro: `::ironfence::__private::steps!`.
            let is_path = |token: &TokenTree| !matches!(token, TokenTree::Group(_));
            while out.last().is_some_and(is_path) {
                out.pop();
            }
            out.extend(plain(group.stream()).into_iter().skip(before));
        } else {
            out.push(Group::new(group.delimiter(), plain(group.stream())).into());
        }
    }
    out.into_iter().collect()
}

macro_rules! golden {
    ($($name:ident),*) => {
        $(#[test] fn $name() { check(stringify!($name)); })*
    };
}

golden!(bank, fifo, foreign, generic, keys, mistakes, tuple, unit);
