//! Reads the `#[guarded(..)]` attributes: which keys there are, where they go, what they take.
//!
//! Whatever is wrong is noted as a mistake, and reading goes on with the likeliest meaning, so that
//! one mistake is one error. A key keeps its span, for the errors that are found later.

mod sharing;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    Attribute, Ident, LitInt, LitStr, Meta, Path, PathArguments, Token, TypePath,
    ext::IdentExt,
    parse::{Parse, ParseStream, Parser},
    punctuated::Punctuated,
    token::Paren,
};

pub(crate) use self::sharing::{Kind, LockKeys, Sharing};
use crate::{mistakes::Mistakes, spelling::unknown};

/// A value with the key that it was given by.
pub(crate) struct Keyed<T> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

/// What is said above the struct, each key as often as it was written.
#[derive(Default)]
pub(crate) struct ContainerKeys {
    pub(crate) name: Vec<Keyed<Ident>>,
    pub(crate) prefix: Vec<Keyed<Ident>>,
    pub(crate) default: Vec<Keyed<Sharing>>,
    pub(crate) derive: Vec<Keyed<TokenStream>>,
    pub(crate) attr: Vec<Keyed<Vec<Meta>>>,
    pub(crate) krate: Vec<Keyed<Path>>,
    /// Whose locks the fields get that say nothing of it, by the kind.
    pub(crate) with: Vec<Keyed<TypePath>>,
    /// Behind which other structs it comes.
    pub(crate) level: Vec<Keyed<u8>>,
    /// What it is called in the names of its locks.
    pub(crate) label: Vec<Keyed<LitStr>>,
}

/// The highest level.
const MAX_LEVEL: u8 = 15;

/// Examples of what `with` takes.
const MUTEX: &str = "tokio::sync::Mutex";
const RWLOCK: &str = "tokio::sync::RwLock";

impl ContainerKeys {
    const NAMES: [&str; 9] =
        ["name", "prefix", "default", "derive", "attr", "crate", "with", "level", "label"];

    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut keys = Self::default();
        for key in guarded_keys(attrs, "name = ..", mistakes) {
            keys.take(key, mistakes);
        }
        keys
    }

    fn take(&mut self, raw: RawKey, mistakes: &mut Mistakes) {
        let mut name = raw.name();
        if let Some(kind) = Kind::named(&name) {
            let message = match kind {
                Kind::Nested => "`nested` goes on a field whose type derives `Guarded`".to_owned(),
                _ => format!(
                    "`{name}` goes on a field; for every field without a key of its own write `default = {name}`"
                ),
            };
            mistakes.at(raw.key.span(), message);
            if kind != Kind::Nested {
                self.default.push(raw.sharing(kind, mistakes));
            }
            return;
        }
        if LockKeys::NAMES.contains(&&*name) {
            let message = format!(
                "`{name}` is said of a kind, in parentheses: write `default = mutex({name})`, or `mutex({name})` on a field"
            );
            return mistakes.at(raw.key.span(), message);
        }
        if !Self::NAMES.contains(&&*name) {
            let Some(near) = unknown(&raw.key, "key", &Self::NAMES, "on a struct", mistakes) else {
                return;
            };
            name = near.to_owned();
        }
        match &*name {
            "name" => self.name.extend(raw.parsed("a name", "BankGuarded", mistakes)),
            "prefix" => self.prefix.extend(raw.parsed("a name", "MyBank", mistakes)),
            "default" => self.default.extend(raw.kind_value(mistakes)),
            "derive" => self.derive.extend(raw.list("Debug, Default", mistakes)),
            "attr" => self.attr.extend(raw.metas(mistakes)),
            "with" => self.with.extend(raw.locks(mistakes)),
            "level" => self.level.extend(raw.level(mistakes)),
            "label" => self.label.extend(raw.label("Shop", mistakes)),
            _ => self.krate.extend(raw.path_value(mistakes)),
        }
    }
}

/// What is said at one field, each key as often as it was written.
#[derive(Default)]
pub(crate) struct FieldKeys {
    pub(crate) kinds: Vec<Keyed<Sharing>>,
    /// Whose lock it gets.
    pub(crate) with: Vec<Keyed<TypePath>>,
    /// What its lock is called.
    pub(crate) label: Vec<Keyed<LitStr>>,
}

impl FieldKeys {
    const NAMES: [&str; 6] = ["mutex", "rwlock", "plain", "nested", "with", "label"];

    pub(crate) fn read(attrs: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut keys = Self::default();
        for key in guarded_keys(attrs, "mutex", mistakes) {
            keys.take(key, mistakes);
        }
        keys
    }

    fn take(&mut self, raw: RawKey, mistakes: &mut Mistakes) {
        let mut name = raw.name();
        let is_known = Self::NAMES.contains(&&*name);
        if !is_known && ContainerKeys::NAMES.contains(&&*name) {
            let message = format!("`{name}` goes on the struct, not on a field");
            return mistakes.at(raw.key.span(), message);
        }
        if LockKeys::NAMES.contains(&&*name) {
            let message = format!(
                "`{name}` is said of a kind, in parentheses: write `mutex({name})` or `rwlock({name})`"
            );
            return mistakes.at(raw.key.span(), message);
        }
        if !is_known {
            match unknown(&raw.key, "key", &Self::NAMES, "on a field", mistakes) {
                Some(near) => name = near.to_owned(),
                None => return,
            }
        }
        match Kind::named(&name) {
            Some(kind) if is_known => self.kinds.push(raw.sharing(kind, mistakes)),
            // One mistake is noted already.
            Some(kind) => self.kinds.push(raw.key.with(Sharing::of(kind))),
            None if name == "label" => self.label.extend(raw.label("journal", mistakes)),
            None => self.with.extend(raw.lock(mistakes)),
        }
    }
}

/// All keys of the `#[guarded(..)]` attributes. `example` is a key that could stand here.
fn guarded_keys(attrs: &[Attribute], example: &str, mistakes: &mut Mistakes) -> Vec<RawKey> {
    let mut keys = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("guarded")) {
        match &attr.meta {
            Meta::List(list) if !list.tokens.is_empty() => {
                keys.extend(keys_of(list.tokens.clone(), mistakes));
            }
            Meta::NameValue(pair) => {
                let message = format!("keys go in parentheses: write `#[guarded({example})]`");
                mistakes.at(pair.eq_token.span, message);
            }
            Meta::List(_) | Meta::Path(_) => {
                let message = format!(
                    "without a key this says nothing: write `#[guarded({example})]`, or remove it"
                );
                mistakes.on(&attr.meta, message);
            }
        }
    }
    keys
}

/// The keys in a list.
fn keys_of(list: TokenStream, mistakes: &mut Mistakes) -> Vec<RawKey> {
    let mut keys = Vec::new();
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            keys.extend(RawKey::read(input, mistakes)?);
        }
        Ok(())
    };
    if let Err(error) = read.parse2(list) {
        mistakes.note(error);
    }
    keys
}

/// One key as it is written, before anybody asks whether it exists.
struct RawKey {
    key: Ident,
    form: Form,
}

enum Form {
    /// `mutex`
    Bare,
    /// `name = Value`
    Value(TokenStream),
    /// `derive(Debug)`
    List(TokenStream),
}

impl Form {
    /// What is in the parentheses that come next.
    fn list(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        syn::parenthesized!(content in input);
        Ok(Self::List(content.parse()?))
    }
}

/// The tokens up to the next comma.
fn value_tokens(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        tokens.extend([input.parse::<TokenTree>()?]);
    }
    Ok(tokens)
}

impl RawKey {
    /// One key and the comma after it.
    fn read(input: ParseStream<'_>, mistakes: &mut Mistakes) -> syn::Result<Option<Self>> {
        let key = if input.peek(Ident::peek_any) {
            let key = input.call(Ident::parse_any)?;
            let form = if input.peek(Paren) {
                Form::list(input)?
            } else if input.parse::<Option<Token![=]>>()?.is_some() {
                Form::Value(value_tokens(input)?)
            } else {
                Form::Bare
            };
            if !input.is_empty() && !input.peek(Token![,]) {
                mistakes.note(input.error("keys are separated by `,`"));
            }
            Some(Self { key, form })
        } else {
            mistakes.note(input.error("here goes a key, such as `mutex` or `name = ..`"));
            None
        };
        value_tokens(input)?;
        input.parse::<Option<Token![,]>>()?;
        Ok(key)
    }

    fn name(&self) -> String {
        self.key.unraw().to_string()
    }

    /// For keys that are a word and nothing else.
    fn nothing_more(&self, mistakes: &mut Mistakes) {
        let (Form::Value(more) | Form::List(more)) = &self.form else {
            return;
        };
        let message = format!("`{0}` takes no value: write `{0}` alone", self.key);
        if more.is_empty() {
            mistakes.at(self.key.span(), message);
        } else {
            mistakes.on(more, message);
        }
    }

    /// The tokens after `=`.
    fn value(self, example: &str, mistakes: &mut Mistakes) -> Option<Keyed<TokenStream>> {
        match self.form {
            Form::Value(value) if !value.is_empty() => Some(self.key.with(value)),
            _ => {
                let message = format!("`{0}` needs a value: write `{0} = {example}`", self.key);
                mistakes.at(self.key.span(), message);
                None
            }
        }
    }

    /// The value as a `T`, which is called `what`. It may be in quotes by mistake.
    fn parsed<T: Parse>(
        self,
        what: &str,
        example: &str,
        mistakes: &mut Mistakes,
    ) -> Option<Keyed<T>> {
        let Keyed { key, value } = self.value(example, mistakes)?;
        if let Ok(value) = syn::parse2(value.clone()) {
            return Some(key.with(value));
        }
        let quoted = syn::parse2::<LitStr>(value.clone()).ok();
        let meant = quoted.and_then(|quoted| Some((quoted.value(), quoted.parse().ok()?)));
        let (hint, meant) = match meant {
            Some((text, meant)) => (format!("without quotes: write `{key} = {text}`"), Some(meant)),
            None => (format!("as in `{key} = {example}`"), None),
        };
        mistakes.on(value, format!("`{key}` takes {what}, {hint}"));
        Some(key.with(meant?))
    }

    /// A level, or the nearest one.
    fn level(self, mistakes: &mut Mistakes) -> Option<Keyed<u8>> {
        let Keyed { key, value } = self.parsed::<LitInt>("a number from 0 to 15", "1", mistakes)?;
        let level = value.base10_parse().unwrap_or(u8::MAX);
        if level > MAX_LEVEL {
            let message = format!(
                "a level is a number from 0 to {MAX_LEVEL}: structs that no session goes between may share one"
            );
            mistakes.on(value, message);
        }
        Some(key.with(level.min(MAX_LEVEL)))
    }

    /// What a lock is called: a line of text, with something to be seen in it.
    fn label(self, example: &str, mistakes: &mut Mistakes) -> Option<Keyed<LitStr>> {
        let example = format!("\"{example}\"");
        let keyed = self.parsed::<LitStr>("a text in quotes", &example, mistakes)?;
        let text = keyed.value.value();
        if text.trim().is_empty() || text.contains(char::is_control) {
            let message = format!(
                "a label is one line, with something in it: write `{} = {example}`",
                keyed.key
            );
            mistakes.on(&keyed.value, message);
            return None;
        }
        Some(keyed)
    }

    fn path_value(self, mistakes: &mut Mistakes) -> Option<Keyed<Path>> {
        self.parsed::<ModPath>("a path", "path::to::ironfence", mistakes)
            .map(|keyed| keyed.key.with(keyed.value.0))
    }

    fn list(self, example: &str, mistakes: &mut Mistakes) -> Option<Keyed<TokenStream>> {
        let Form::List(list) = self.form else {
            let message = format!("`{0}` takes a list: write `{0}({example})`", self.key);
            mistakes.at(self.key.span(), message);
            return None;
        };
        Some(self.key.with(list))
    }

    /// `with = ..` of a field: a lock without what is in it.
    fn lock(self, mistakes: &mut Mistakes) -> Option<Keyed<TypePath>> {
        let example = if self.name() == "mutex" { MUTEX } else { RWLOCK };
        let keyed = self.parsed::<LockPath>("the path of a lock", example, mistakes)?;
        let mut keyed = keyed.key.with(keyed.value.0);
        let last = keyed.value.path.segments.last_mut().expect("a path has a name");
        let arguments = std::mem::replace(&mut last.arguments, PathArguments::None);
        if !arguments.is_none() {
            let message = "what is in the lock is the field's own type: leave it out here";
            mistakes.on(arguments, message);
        }
        Some(keyed)
    }

    /// `with(..)` of a struct: a lock for each kind.
    fn locks(self, mistakes: &mut Mistakes) -> Vec<Keyed<TypePath>> {
        let example = format!("mutex = {MUTEX}, rwlock = {RWLOCK}");
        let Form::List(list) = self.form else {
            let message =
                format!("`with` on a struct says it by the kind: write `with({example})`");
            mistakes.at(self.key.span(), message);
            return Vec::new();
        };
        if list.is_empty() {
            let message = format!("this names no lock: write `with({example})`, or remove it");
            mistakes.at(self.key.span(), message);
        }
        let mut locks = Vec::new();
        for mut raw in keys_of(list, mistakes) {
            const NAMES: [&str; 2] = ["mutex", "rwlock"];
            if !NAMES.contains(&&*raw.name()) {
                let Some(near) = unknown(&raw.key, "kind", &NAMES, "in `with`", mistakes) else {
                    continue;
                };
                raw.key = Ident::new(near, raw.key.span());
            }
            locks.extend(raw.lock(mistakes));
        }
        locks
    }

    fn metas(self, mistakes: &mut Mistakes) -> Option<Keyed<Vec<Meta>>> {
        let Keyed { key, value } = self.list("allow(dead_code)", mistakes)?;
        match Punctuated::<Meta, Token![,]>::parse_terminated.parse2(value) {
            Ok(metas) => Some(key.with(metas.into_iter().collect())),
            Err(error) => {
                let message =
                    "`attr` takes attributes without their `#[]`: write `attr(allow(dead_code))`";
                mistakes.at(error.span(), message);
                None
            }
        }
    }
}

/// `crate = ..`: a path of plain words.
struct ModPath(Path);

impl Parse for ModPath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut path = input.call(Path::parse_mod_style)?;
        for segment in &mut path.segments {
            if segment.ident == "Self" {
                // A type, which no `use` can begin with. The message is that of the key.
                return Err(syn::Error::new(segment.ident.span(), "`Self` is no module"));
            }
            if segment.ident == "default" {
                // In an `impl` syn would take it for the word before an item.
                segment.ident = Ident::new_raw("default", segment.ident.span());
            }
        }
        Ok(Self(path))
    }
}

/// `with = ..`: a path that ends in a name, which generated code gives its arguments.
struct LockPath(TypePath);

impl Parse for LockPath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let path = input.parse::<TypePath>()?;
        let mut words = path.path.segments.iter().map(|segment| &segment.ident);
        let last = words.next_back().expect("a path has a name");
        // The message is that of the key.
        is_name(last)?;
        words.filter(|word| !STARTS.iter().any(|start| word == start)).try_for_each(is_name)?;
        Ok(Self(path))
    }
}

/// Words that a path may begin with, and that are no names.
const STARTS: [&str; 4] = ["crate", "self", "super", "Self"];

/// Not a word that syn takes for one in a path, such as `try`.
fn is_name(word: &Ident) -> syn::Result<()> {
    syn::parse2::<Ident>(word.to_token_stream()).map(drop)
}

trait With: Sized {
    fn with<T>(self, value: T) -> Keyed<T>;
}

impl With for Ident {
    fn with<T>(self, value: T) -> Keyed<T> {
        Keyed { key: self, value }
    }
}
