//! `#[ironfence::test]`: the body of an async test, under the lock checker.
//!
//! The function stays what it is, with its attributes, arguments and what it returns; its body goes into a
//! function inside of it, which is awaited there. So `return`, `?` and what the compiler says about them are as before.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Attribute, GenericParam, Generics, LitFloat, LitInt, Path, ReturnType, Token, Visibility,
    WhereClause,
    ext::IdentExt as _,
    parenthesized,
    parse::{Parse, ParseStream, Parser as _},
    punctuated::Punctuated,
    spanned::Spanned as _,
    token,
};

use crate::{mistakes::Mistakes, spelling::unknown};

pub(crate) fn expand(keys: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let keys = Keys::read(keys, &mut mistakes);
    let function = match syn::parse2::<Function>(item) {
        Ok(function) => Some(function),
        Err(error) => {
            mistakes.note(error);
            None
        }
    };
    match (mistakes.into_error(), function) {
        (Some(errors), _) => errors.into_compile_error(),
        (None, Some(function)) => function.under_the_checker(&keys),
        (None, None) => TokenStream::new(),
    }
}

/// `limit = 5, crate = path`
#[derive(Default)]
struct Keys {
    limit: Option<f64>,
    library: Option<Path>,
}

impl Keys {
    fn read(keys: TokenStream, mistakes: &mut Mistakes) -> Self {
        let mut this = Self::default();
        let read = |input: ParseStream<'_>| {
            while !input.is_empty() {
                this.key(input, mistakes)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = read.parse2(keys) {
            mistakes.note(error);
        }
        this
    }

    fn key(&mut self, input: ParseStream<'_>, mistakes: &mut Mistakes) -> syn::Result<()> {
        const KEYS: [&str; 2] = ["limit", "crate"];
        let key = input.call(Ident::parse_any)?;
        let name = key.to_string();
        if !KEYS.contains(&&*name) {
            if ["flavor", "worker_threads", "start_paused"].contains(&&*name) {
                let message = format!(
                    "`{name}` is for the attribute that runs the test: write `#[tokio::test({name} = ..)]` below this one"
                );
                mistakes.at(key.span(), message);
            } else {
                unknown(&key, "key", &KEYS, "in `#[ironfence::test]`", mistakes);
            }
            skip(input);
            return Ok(());
        }
        let is_again = if name == "limit" { self.limit.is_some() } else { self.library.is_some() };
        if is_again {
            mistakes.at(key.span(), format!("`{name}` is there twice"));
        }
        if !input.peek(Token![=]) {
            let example = if name == "limit" { "limit = 5" } else { "crate = path" };
            mistakes.at(key.span(), format!("`{name}` takes a value: write `{example}`"));
            skip(input);
            return Ok(());
        }
        input.parse::<Token![=]>()?;
        if name == "crate" {
            self.library = Some(input.call(Path::parse_mod_style)?);
            return Ok(());
        }
        let seconds = if input.peek(LitFloat) {
            input.parse::<LitFloat>()?.base10_parse::<f64>().ok()
        } else if input.peek(LitInt) {
            input.parse::<LitInt>()?.base10_parse::<u32>().ok().map(f64::from)
        } else {
            skip(input);
            None
        };
        match seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0) {
            Some(seconds) => self.limit = Some(seconds),
            None => mistakes.at(
                key.span(),
                "`limit` is a number of seconds: write `limit = 5`, or `limit = 0.5`",
            ),
        }
        Ok(())
    }
}

/// To the next comma.
fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        _ = input.parse::<TokenTree>();
    }
}

/// An argument of the test.
struct Argument {
    attributes: Vec<Attribute>,
    pattern: TokenStream,
    /// Behind the pattern, with the colon.
    of_type: TokenStream,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let (mut pattern, mut of_type) = (TokenStream::new(), TokenStream::new());
        while !input.is_empty() && (!input.peek(Token![:]) || input.peek(Token![::])) {
            if input.peek(Token![::]) {
                input.parse::<Token![::]>()?.to_tokens(&mut pattern);
            } else if input.peek(Token![,]) {
                break;
            } else {
                input.parse::<TokenTree>()?.to_tokens(&mut pattern);
            }
        }
        if !input.peek(Token![:]) {
            return Err(syn::Error::new(pattern.span(), "a test is no method: it has no `self`"));
        }
        input.parse::<Token![:]>()?.to_tokens(&mut of_type);
        input.parse::<syn::Type>()?.to_tokens(&mut of_type);
        Ok(Self { attributes, pattern, of_type })
    }
}

impl Argument {
    /// Its name, if it has one.
    fn name(&self) -> Option<Ident> {
        let name = |input: ParseStream<'_>| {
            input.parse::<Option<Token![mut]>>()?;
            input.call(Ident::parse_any)
        };
        name.parse2(self.pattern.clone()).ok().filter(|name| name != "_")
    }
}

struct Function {
    attributes: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    generics: Generics,
    arguments: Vec<Argument>,
    output: ReturnType,
    body: TokenTree,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let is_async = input.parse::<Option<Token![async]>>()?.is_some();
        if !input.peek(Token![fn]) {
            let message = "`#[ironfence::test]` is for an `async fn`";
            return Err(syn::Error::new(input.span(), message));
        }
        let keyword = input.parse::<Token![fn]>()?;
        if !is_async {
            return Err(syn::Error::new(keyword.span, not_async(&attributes)));
        }
        let name = input.call(Ident::parse_any)?;
        let mut generics: Generics = input.parse()?;
        let arguments;
        parenthesized!(arguments in input);
        let arguments = Punctuated::<Argument, Token![,]>::parse_terminated(&arguments)?;
        let output = input.parse()?;
        generics.where_clause = input.parse::<Option<WhereClause>>()?;
        if !input.peek(token::Brace) {
            return Err(input.error("a test has a body: write `{ .. }`"));
        }
        let body = input.parse()?;
        let arguments = arguments.into_iter().collect();
        Ok(Self { attributes, visibility, name, generics, arguments, output, body })
    }
}

/// What to write instead.
fn not_async(attributes: &[Attribute]) -> String {
    let known = ["tokio", "async_std", "smol_potat", "actix_rt", "core", "std"];
    let is_below = |attribute: &&Attribute| {
        let path = attribute.path();
        // What a test attribute that was expanded before has left here.
        path.segments.len() > 1
            && path.segments.first().is_some_and(|first| known.contains(&&*first.ident.to_string()))
            && path.segments.last().is_some_and(|last| last.ident == "test")
    };
    if attributes.iter().any(|it| is_below(&it)) {
        return "this is no `async fn` any more: write `#[ironfence::test]` above the attribute that runs the \
                test, such as `#[tokio::test]`"
            .into();
    }
    "`#[ironfence::test]` is for an `async fn`: write `async fn`; a test that awaits nothing needs `#[test]` alone, \
     and `ironfence::check::expect_none()` at its end"
        .into()
}

/// True if this is an attribute that runs the test: `tokio::test`, `rstest`, `apply(test!)` ..
fn runs_tests(attribute: &Attribute) -> bool {
    let says_test = |name: &Ident| name.to_string().contains("test");
    let path = attribute.path();
    if path.segments.last().is_some_and(|last| says_test(&last.ident)) {
        return true;
    }
    let Ok(list) = attribute.meta.require_list() else { return false };
    let mut tokens = list.tokens.clone().into_iter();
    path.is_ident("apply")
        && tokens.any(|token| matches!(&token, TokenTree::Ident(name) if says_test(name)))
}

impl Function {
    fn under_the_checker(&self, keys: &Keys) -> TokenStream {
        let Self { attributes, visibility, name, generics, output, body, .. } = self;
        let library = match &keys.library {
            Some(path) => quote!(#path::__private),
            None => quote!(::ironfence::__private),
        };
        let limit = match keys.limit {
            Some(limit) => quote!(#library::core::option::Option::Some(#limit)),
            None => quote!(#library::core::option::Option::None),
        };
        let (mut outer, mut inner, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (number, argument) in self.arguments.iter().enumerate() {
            let Argument { attributes, pattern, of_type } = argument;
            let value = argument.name().unwrap_or_else(|| format_ident!("__ironfence_{number}"));
            outer.push(quote!(#(#attributes)* #value #of_type));
            inner.push(quote!(#pattern #of_type));
            values.push(value);
        }
        let named = generics.params.iter().filter_map(|parameter| match parameter {
            GenericParam::Type(it) => Some(&it.ident),
            GenericParam::Const(it) => Some(&it.ident),
            GenericParam::Lifetime(_) => None,
        });
        let named: Vec<_> = named.collect();
        let turbofish = (!named.is_empty()).then(|| quote!(::<#(#named),*>));
        let bounds = &generics.where_clause;
        let title = name.unraw().to_string();
        let body_inside = quote! {
            async fn #name #generics (#(#inner),*) #output #bounds #body
        };
        let test = quote! {
            #library::test_of(#title, #limit, #name #turbofish (#(#values),*))
        };
        if attributes.iter().any(runs_tests) {
            return quote! {
                #(#attributes)*
                #visibility async fn #name #generics (#(#outer),*) #output #bounds {
                    #body_inside
                    #test.await
                }
            };
        }
        quote! {
            #[#library::core::prelude::v1::test]
            #(#attributes)*
            #visibility fn #name #generics (#(#outer),*) #output #bounds {
                #body_inside
                #library::run(#test)
            }
        }
    }
}
