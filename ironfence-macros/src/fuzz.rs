//! The derive on whatever there is: it never panics, what it writes is always Rust, there is no `unsafe` in it,
//! and an error exactly where there is a mistake.
//!
//! By proptest and not by cargo-fuzz: that needs a nightly compiler and a standard library with
//! instrumentation, and the grammar below reaches farther than bytes that are guided. `PROPTEST_CASES` makes it
//! longer. That what is accepted compiles is looked at in `tests/accepted.rs`.

use std::{
    collections::BTreeSet,
    env, fs, panic,
    path::Path,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

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
const WORDS: [&str; 67] = [
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
    "async",
    "move",
    "ref",
    "try",
    "auto",
    "macro_rules",
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
const LIFETIMES: [&str; 5] = ["a", "static", "__a", "__x", "_"];
const PUNCTS: [char; 21] = [
    '#', '<', '>', ':', ';', ',', '=', '!', '?', '&', '*', '+', '-', '.', '|', '@', '$', '%', '^',
    '/', '~',
];

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
            add(Punct::new('\'', Spacing::Joint).into());
            add(Ident::new(LIFETIMES[which % LIFETIMES.len()], Span::call_site()).into());
        }
        _ => {
            let is_joint = which / PUNCTS.len() % 2 == 1;
            let spacing = if is_joint { Spacing::Joint } else { Spacing::Alone };
            add(Punct::new(PUNCTS[which % PUNCTS.len()], spacing).into());
        }
    }
    tokens
}

/// Each kind of token with how many there are of it, for `some_token`.
const KINDS: [(usize, usize); 5] = [
    (0, WORDS.len()),
    (4, RAW.len()),
    (5, LITERALS.len()),
    (6, LIFETIMES.len()),
    // Each of them alone, and joint with the next token.
    (7, 2 * PUNCTS.len()),
];

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
        panic!("{error}: in what comes of {input}");
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

/// It is a mistake, and this is said of it.
fn is_refused(input: TokenStream, message: &str) {
    keeps_its_promises(input.clone());
    let output = crate::derive(input).to_string();
    assert!(output.contains(message), "{output}");
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
        is_refused(input, "`crate` takes a path, as in");
    }
}

#[test]
fn a_path_of_a_lock_ends_in_a_name() {
    let paths = [
        quote!(tokio::sync::crate),
        quote!(super),
        quote!(self::super),
        quote!(crate),
        quote!(Self),
        quote!(<u8 as Clone>::Self),
        quote!(crate<u8>),
        quote!(try::Mutex),
        quote!(Mutex::try),
    ];
    for path in paths {
        for input in [
            quote!(
                struct S(#[guarded(rwlock, with = #path)] pub u8, pub u8);
            ),
            quote!(
                #[guarded(with(mutex = #path))]
                struct S {
                    #[guarded(mutex)]
                    field: u8,
                }
            ),
        ] {
            is_refused(input, "takes the path of a lock, as in");
        }
    }
}

/// Words that mean something in some places only: syn may see one where rustc sees a name.
#[test]
fn words_that_are_no_keywords_may_be_names() {
    for word in ["auto", "default", "macro_rules", "raw", "safe", "union"] {
        let lifetime = syn::Lifetime::new(&format!("'{word}"), Span::call_site());
        let word = Ident::new(word, Span::call_site());
        let keys = [
            quote!(crate = #word),
            quote!(crate = #word::#word),
            quote!(name = #word),
            quote!(prefix = #word),
            quote!(derive(#word::#word)),
            quote!(attr(#word)),
            quote!(with(mutex = #word, rwlock = #word::RwLock)),
        ];
        let with_keys = keys.map(|key| {
            quote!(
                #[guarded(#key)]
                struct S {
                    #[guarded(mutex)]
                    field: u8,
                    #[guarded(rwlock)]
                    other: u8,
                }
            )
        });
        let structs = [
            quote!(struct #word { #[guarded(mutex)] field: u8 }),
            quote!(struct S { #[guarded(mutex)] #word: u8, #[guarded(rwlock)] other: u8 }),
            quote!(
                struct S(
                    #[guarded(mutex, with = #word::Mutex)] u8,
                    #[guarded(rwlock, with = #word)] u8,
                );
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
        for input in with_keys.into_iter().chain(structs) {
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
fn what_is_called_by_no_name_is_refused() {
    for (what, input) in [
        ("field", quote!(struct S { #[guarded(mutex)] _: u8 })),
        ("parameter", quote!(struct S<_> { #[guarded(mutex)] field: u8 })),
    ] {
        is_refused(input, &format!("a {what} needs a name: `_` is none"));
    }
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

/// Each change that there is of a token, wherever it stands.
fn each_change() -> Vec<Change> {
    let change = |way, kind, which| Change { place: 0, way, kind, which };
    let with_a_token = KINDS.iter().flat_map(|&(kind, count)| {
        (0..count).flat_map(move |which| [change(3, kind, which), change(4, kind, which)])
    });
    [0, 1, 2, 5].map(|way| change(way, 0, 0)).into_iter().chain(with_a_token).collect()
}

/// Not at random, as a mistake is mostly one word.
#[test]
#[ignore = "takes long: see `.ci/long fuzz`"]
fn structs_of_the_ui_tests_with_each_change_end_in_rust() {
    let structs: BTreeSet<&String> = CORPUS.iter().collect();
    let structs: Vec<_> = structs.into_iter().collect();
    let (next, failures, tried) =
        (AtomicUsize::new(0), Mutex::new(Vec::new()), AtomicUsize::new(0));
    let work = || {
        loop {
            let which = next.fetch_add(1, Relaxed);
            let Some(text) = structs.get(which) else { break };
            println!("struct {} of {}", which + 1, structs.len());
            let tokens: TokenStream = text.parse().expect("it was Rust");
            for place in 0..count(&tokens) {
                for change in each_change() {
                    let input = changed(tokens.clone(), &mut { place }, &change);
                    tried.fetch_add(1, Relaxed);
                    if panic::catch_unwind(|| keeps_its_promises(input.clone())).is_err() {
                        failures.lock().expect("nobody panics here").push(input.to_string());
                    }
                }
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    println!("{} changed structs", tried.into_inner());
    let failures = failures.into_inner().expect("nobody panicked");
    assert!(failures.is_empty(), "{} fail: {}", failures.len(), failures.join("\n"));
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
