//! The derive on whatever there is: it never panics, what it writes is always Rust, there is no `unsafe` in it,
//! and an error exactly where there is a mistake.
//!
//! By proptest and not by cargo-fuzz: that needs a nightly compiler and a standard library with
//! instrumentation, and the grammar below reaches farther than bytes that are guided. `PROPTEST_CASES` makes it
//! longer. That what is accepted compiles is looked at in `tests/accepted.rs`.

use std::{env, fs, path::Path, sync::LazyLock};

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::prelude::*;
use quote::{ToTokens, quote};
use syn::{DeriveInput, Item};

use self::grammar::{Random, random_struct};
use crate::{mistakes::Mistakes, model::Model, names::Names, validate};

#[path = "../tests/grammar/mod.rs"]
#[allow(dead_code, reason = "code that uses the structs is written in `tests/accepted.rs` alone")]
mod grammar;

/// Words that mean something to the derive, to Rust, or to code that is generated.
const WORDS: [&str; 61] = [
    "struct",
    "enum",
    "union",
    "pub",
    "crate",
    "super",
    "in",
    "where",
    "for",
    "dyn",
    "impl",
    "const",
    "static",
    "Self",
    "self",
    "mut",
    "fn",
    "as",
    "_",
    "guarded",
    "mutex",
    "rwlock",
    "nested",
    "plain",
    "with",
    "fifo",
    "name",
    "default",
    "derive",
    "attr",
    "allow",
    "doc",
    "cfg",
    "repr",
    "deprecated",
    "T",
    "N",
    "a",
    "__a",
    "__x",
    "____",
    "u8",
    "str",
    "Vec",
    "Option",
    "Bank",
    "BankGuarded",
    "accounts",
    "all",
    "blocking",
    "now",
    "read_a",
    "lock_a",
    "ironfence",
    "core",
    "std",
    "Clone",
    "Sized",
    "İx",
    "ß",
    "unsafe",
];

/// Where there are none such: the keyword is the user's then.
const RAW: [&str; 4] = ["type", "match", "fn", "__a"];
const LITERALS: [&str; 8] = ["0", "1", "\"a\"", "\"a::b\"", "'c'", "b\"x\"", "1.5", "300u8"];
const PUNCTS: &str = "#'<>:;,=!?&*+-.|@$%^/~";

/// One token, or a lifetime, by numbers.
fn some_token(kind: usize, which: usize) -> Vec<TokenTree> {
    let mut tokens = Vec::new();
    let mut add = |token: TokenTree| tokens.push(token);
    match kind {
        0..4 => add(Ident::new(WORDS[which % WORDS.len()], Span::call_site()).into()),
        4 => add(Ident::new_raw(RAW[which % RAW.len()], Span::call_site()).into()),
        5 => {
            let literal: Literal = LITERALS[which % LITERALS.len()].parse().expect("a literal");
            add(literal.into());
        }
        6 => {
            // A lifetime.
            add(Punct::new('\'', Spacing::Joint).into());
            let name = ["a", "static", "__a", "__x", "_"][which % 5];
            add(Ident::new(name, Span::call_site()).into());
        }
        _ => {
            let puncts: Vec<_> = PUNCTS.chars().filter(|punct| *punct != '\'').collect();
            let spacing = if which % 3 == 0 { Spacing::Joint } else { Spacing::Alone };
            add(Punct::new(puncts[which % puncts.len()], spacing).into());
        }
    }
    tokens
}

fn some_tokens() -> impl Strategy<Value = TokenStream> {
    let leaf = (0..12_usize, any::<usize>())
        .prop_map(|(kind, which)| some_token(kind, which).into_iter().collect::<TokenStream>());
    leaf.prop_recursive(4, 64, 12, |inner| {
        let delimiter = prop_oneof![
            Just(Delimiter::Parenthesis),
            Just(Delimiter::Brace),
            Just(Delimiter::Bracket),
            Just(Delimiter::None),
        ];
        (delimiter, prop::collection::vec(inner, 0..12)).prop_map(|(delimiter, content)| {
            TokenTree::from(Group::new(delimiter, content.into_iter().collect())).into()
        })
    })
}

/// What the derive promises of every input.
fn keeps_its_promises(input: TokenStream) {
    let is_accepted = crate::model::parse(input.clone()).is_ok_and(|parsed| {
        let mut mistakes = Mistakes::default();
        let model = Model::new(parsed, Names::avoiding(input.clone()), &mut mistakes);
        validate::check(&model, &mut mistakes);
        mistakes.into_error().is_none()
    });
    let has_unsafe = contains(&input, "unsafe");
    let has_error = contains(&input, "compile_error");
    let output = crate::derive(input.clone());
    if let Err(error) = syn::parse2::<syn::File>(output.clone()) {
        panic!("{error}: of {input} comes {output}");
    }
    assert!(has_unsafe || !contains(&output, "unsafe"), "of {input} comes unsafe code");
    if !has_error {
        assert_eq!(
            contains(&output, "compile_error"),
            !is_accepted,
            "an error is where a mistake is: {input}"
        );
    }
}

/// Found by a long run, as are the next ones.
#[test]
fn a_path_of_a_type_is_no_path_of_a_crate() {
    for path in [quote!(Self), quote!(Self::inner), quote!(outer::Self)] {
        let input = quote!(
            #[guarded(crate = #path)]
            struct S {
                #[guarded(mutex)]
                field: u8,
            }
        );
        keeps_its_promises(input.clone());
        let output = crate::derive(input).to_string();
        assert!(output.contains("`crate` takes a path, as in"), "{output}");
    }
}

/// Words that mean something in some places only: syn may see one where rustc sees a name.
#[test]
fn words_that_are_no_keywords_may_be_names() {
    for word in ["auto", "default", "macro_rules", "raw", "safe", "union"] {
        let lifetime = syn::Lifetime::new(&format!("'{word}"), Span::call_site());
        let word = Ident::new(word, Span::call_site());
        let structs = [
            quote!(
                #[guarded(crate = #word)]
                struct S {
                    #[guarded(mutex)]
                    field: u8,
                }
            ),
            quote!(
                #[guarded(crate = #word::#word)]
                struct S {
                    #[guarded(rwlock)]
                    field: u8,
                }
            ),
            quote!(
                #[guarded(name = #word)]
                struct S {
                    #[guarded(mutex)]
                    field: u8,
                }
            ),
            quote!(
                #[guarded(prefix = #word)]
                struct S {
                    #[guarded(mutex)]
                    field: u8,
                }
            ),
            quote!(
                #[guarded(derive(#word::#word))]
                struct S {
                    #[guarded(mutex)]
                    field: u8,
                }
            ),
            quote!(
                #[guarded(attr(#word))]
                struct S {
                    #[guarded(mutex)]
                    field: u8,
                }
            ),
            quote!(struct #word { #[guarded(mutex)] field: u8 }),
            quote!(struct S { #[guarded(mutex)] #word: u8, #[guarded(rwlock)] other: u8 }),
            quote!(
                struct S {
                    #[guarded(mutex, with = #word::Mutex)]
                    field: u8,
                }
            ),
            quote!(
                struct S {
                    #[guarded(rwlock, with = #word)]
                    field: u8,
                }
            ),
            quote!(struct S { #[guarded(mutex)] field: #word, #[guarded(nested)] other: #word }),
            quote!(struct S { #[guarded(mutex)] field: #word!(a), #[guarded(nested)] other: #word! {} }),
            quote!(struct S(#[guarded(mutex)] #word, #[guarded(nested)] #word, #word::#word);),
            quote!(struct S<#word> { #[guarded(mutex)] field: Vec<#word>, #[guarded(nested)] other: #word }),
            quote!(struct S<#lifetime> { #[guarded(mutex)] field: &#lifetime u8 }),
            quote!(struct S<const #word: usize> { #[guarded(mutex)] field: [u8; #word] }),
            quote!(struct S<T: #word::#word = #word> where T: #word { #[guarded(mutex)] field: T }),
            quote!(pub(in #word) struct S { #[guarded(mutex)] pub(in super::#word) field: u8 }),
        ];
        for input in structs {
            keeps_its_promises(input.clone());
            let output = crate::derive(input.clone());
            assert!(!contains(&output, "compile_error"), "of {input} comes {output}");
        }
    }
}

#[test]
fn bounds_that_end_in_a_plus_end_in_rust() {
    for ty in [quote!(Risk+), quote!(dyn Risk+), quote!(dyn Risk + Send), quote!(impl Risk)] {
        keeps_its_promises(quote!(struct S { #[guarded(nested)] risk: #ty, other: #ty }));
        keeps_its_promises(quote!(struct S(#[guarded(mutex)] #ty, #[guarded(rwlock)] #ty);));
    }
}

#[test]
fn a_field_that_is_called_by_no_name_is_refused() {
    let input = quote!(
        struct S {
            #[guarded(mutex)]
            _: u8,
        }
    );
    keeps_its_promises(input.clone());
    let output = crate::derive(input).to_string();
    assert!(output.contains("a field needs a name: `_` is none"), "{output}");
}

fn contains(tokens: &TokenStream, word: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => contains(&group.stream(), word),
        TokenTree::Ident(ident) => ident == word,
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// The structs of the UI tests, right ones and wrong ones.
static CORPUS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut structs = Vec::new();
    let tests =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("ui-tests");
    for folder in ["fail", "pass"] {
        let files = fs::read_dir(tests.join(folder)).expect("the UI tests are beside us");
        let mut files: Vec<_> = files.map(|file| file.expect("a readable folder").path()).collect();
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).expect("a readable file");
            if let (true, Ok(file)) = (text.contains("Guarded"), syn::parse_file(&text)) {
                collect(file.items, &mut structs);
            }
        }
    }
    assert!(structs.len() > 100, "there is a corpus: {}", structs.len());
    structs
});

/// What derives `Guarded` among these items, without its derives.
fn collect(items: Vec<Item>, structs: &mut Vec<String>) {
    for item in items {
        match item {
            Item::Mod(module) => {
                collect(module.content.map(|(_, items)| items).unwrap_or_default(), structs);
            }
            Item::Fn(function) => {
                let statements = function.block.stmts.into_iter();
                let items = statements.filter_map(|statement| match statement {
                    syn::Stmt::Item(item) => Some(item),
                    _ => None,
                });
                collect(items.collect(), structs);
            }
            Item::Struct(it) => keep(it.into(), structs),
            Item::Enum(it) => keep(it.into(), structs),
            Item::Union(it) => keep(it.into(), structs),
            _ => {}
        }
    }
}

/// Keeps what a derive would be given of this.
fn keep(mut input: DeriveInput, structs: &mut Vec<String>) {
    let attrs = std::mem::take(&mut input.attrs).into_iter();
    let (derives, others): (Vec<_>, Vec<_>) =
        attrs.partition(|attr| attr.path().is_ident("derive"));
    input.attrs = others;
    if derives.iter().any(|derive| contains(&derive.to_token_stream(), "Guarded")) {
        structs.push(input.to_token_stream().to_string());
    }
}

/// One change of the tokens: at which place, counted over all groups; what; and a token for it.
#[derive(Clone, Debug)]
struct Change {
    place: usize,
    way: usize,
    kind: usize,
    which: usize,
}

fn change() -> impl Strategy<Value = Change> {
    (any::<usize>(), 0..6_usize, 0..12_usize, any::<usize>())
        .prop_map(|(place, way, kind, which)| Change { place, way, kind, which })
}

fn count(tokens: &TokenStream) -> usize {
    let inside = tokens.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    });
    inside.sum()
}

/// The tokens with a change at the `left`th of them.
fn changed(tokens: TokenStream, left: &mut usize, change: &Change) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let is_here = *left == 0;
        *left = left.wrapping_sub(1);
        let token = match token {
            TokenTree::Group(group) if !is_here => {
                let content = changed(group.stream(), left, change);
                TokenTree::from(Group::new(group.delimiter(), content))
            }
            token => token,
        };
        if !is_here {
            out.push(token);
            continue;
        }
        match change.way {
            0 => {} // deleted
            1 => out.extend([token.clone(), token]),
            2 => {
                out.extend(tokens.next()); // swapped
                out.push(token);
            }
            3 => out.extend(some_token(change.kind, change.which)), // replaced
            4 => {
                out.extend(some_token(change.kind, change.which));
                out.push(token);
            }
            // Without its delimiters, or within some.
            _ => match token {
                TokenTree::Group(group) => out.extend(group.stream()),
                token => out.push(Group::new(Delimiter::Parenthesis, token.into()).into()),
            },
        }
    }
    out.into_iter().collect()
}

/// A key as somebody may write it: alone, with a value, or with a list.
fn key() -> impl Strategy<Value = TokenStream> {
    const KEYS: [&str; 14] = [
        "name", "prefix", "default", "derive", "attr", "crate", "with", "label", "mutex", "rwlock",
        "plain", "nested", "mutx", "de",
    ];
    let some = prop::collection::vec(some_tokens(), 0..3);
    (prop::sample::select(&KEYS[..]), 0..4_usize, some).prop_map(|(key, form, some)| {
        let key = Ident::new(key, Span::call_site());
        match form {
            0 => quote!(#key),
            1 => quote!(#key = #(#some)*),
            2 => quote!(#key(#(#some),*)),
            _ => quote!(#key #(#some)*),
        }
    })
}

/// As many cases as `PROPTEST_CASES` says, or so many as take a second or two.
fn config() -> ProptestConfig {
    let known = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match env::var_os("PROPTEST_CASES") {
        Some(_) => known,
        None => ProptestConfig { cases: 64, ..known },
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_tokens_end_in_rust(all in prop::collection::vec(some_tokens(), 0..16)) {
        keeps_its_promises(all.into_iter().collect());
    }

    #[test]
    fn any_keys_end_in_rust(
        above in prop::collection::vec(key(), 0..5),
        inside in prop::collection::vec(key(), 0..4),
        body in prop::collection::vec(some_tokens(), 0..4),
    ) {
        keeps_its_promises(quote! {
            #[guarded(#(#above),*)]
            struct S { #[guarded(#(#inside),*)] field: u8, other: Vec<u8> }
        });
        keeps_its_promises(quote! {
            #[guarded(#(#above),*)]
            struct S(#[guarded(#(#inside)*)] u8, #(#body)*);
        });
    }

    #[test]
    fn structs_of_the_ui_tests_with_some_changes_end_in_rust(
        which in any::<usize>(),
        changes in prop::collection::vec(change(), 0..6),
    ) {
        let corpus = &*CORPUS;
        let mut tokens: TokenStream = corpus[which % corpus.len()].parse().expect("it was Rust");
        for change in &changes {
            let mut place = change.place % count(&tokens).max(1);
            tokens = changed(tokens, &mut place, change);
        }
        keeps_its_promises(tokens);
    }

    #[test]
    fn structs_of_the_grammar_are_accepted_and_with_some_changes_end_in_rust(
        seed in any::<u64>(),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let mut random = Random::new(seed);
        let first = random_struct(&mut random, 1, &[]);
        let second = random_struct(&mut random, 2, &[first]);
        let mut input: DeriveInput = syn::parse_str(&second.text).expect("the grammar writes Rust");
        input.attrs.retain(|attr| !attr.path().is_ident("derive"));
        let mut tokens = input.to_token_stream();
        prop_assert!(
            !contains(&crate::derive(tokens.clone()), "compile_error"),
            "nothing is wrong with {}", second.text
        );
        keeps_its_promises(tokens.clone());
        for change in &changes {
            let mut place = change.place % count(&tokens).max(1);
            tokens = changed(tokens, &mut place, change);
        }
        keeps_its_promises(tokens);
    }
}
