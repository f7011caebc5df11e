//! What expansion needs to know about a struct, from its syntax and its keys.

use proc_macro2::{Group, Spacing, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::{
    Attribute, Data, DeriveInput, Fields, GenericParam, Generics, Ident, Index, Member, Meta, Type,
    TypeParam, TypeParamBound, TypePath, Visibility, WherePredicate, ext::IdentExt,
    punctuated::Punctuated, spanned::Spanned,
};

use crate::{
    attr::{ContainerKeys, FieldKeys, Keyed, Kind, Sharing},
    derives, docs, lengths,
    mistakes::Mistakes,
    names::Names,
};

/// A struct that shall have a guarded twin. (An enum or union too, until it is refused.)
pub(crate) struct Model {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) shape: Shape,
    pub(crate) fields: Vec<Field>,
    pub(crate) keys: ContainerKeys,
    /// Names for what the user has none for.
    pub(crate) names: Names,
}

/// How the fields are written; or that it is no struct, and where it says so.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    Named,
    Tuple,
    Unit,
    Enum(Span),
    Union(Span),
}

/// One field of it.
pub(crate) struct Field {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) member: Member,
    pub(crate) ty: Type,
    pub(crate) keys: FieldKeys,
}

impl Model {
    /// The model of `input`. Notes the mistakes in its keys.
    pub(crate) fn new(mut input: DeriveInput, names: Names, mistakes: &mut Mistakes) -> Self {
        for param in &mut input.generics.params {
            clear_attrs(param, mistakes);
        }
        let keys = ContainerKeys::read(&input.attrs, mistakes);
        let (shape, fields) = match input.data {
            Data::Struct(data) => match data.fields {
                Fields::Named(fields) => (Shape::Named, fields.named),
                Fields::Unnamed(fields) => (Shape::Tuple, fields.unnamed),
                Fields::Unit => (Shape::Unit, Punctuated::new()),
            },
            Data::Enum(data) => (Shape::Enum(data.enum_token.span), Punctuated::new()),
            Data::Union(data) => (Shape::Union(data.union_token.span), Punctuated::new()),
        };
        let fields = fields.into_iter().enumerate();
        let fields = fields.map(|(index, field)| Field::new(index, field, mistakes));
        let mut model = Self {
            shape,
            fields: fields.collect(),
            keys,
            names,
            attrs: input.attrs,
            vis: input.vis,
            ident: input.ident,
            generics: input.generics,
        };
        if model.has_locks_of_ours() {
            derives::refuse(&mut model.keys, &model.ident, mistakes);
        }
        model
    }

    fn has_locks_of_ours(&self) -> bool {
        self.guarded_fields()
            .any(|(field, kind)| kind != Kind::Nested && self.with(field).is_none())
    }

    /// The twin's name. One that would clash with the struct's own is a mistake, noted elsewhere.
    pub(crate) fn twin(&self) -> Ident {
        match self.keys.name.first() {
            Some(name) if name.value != self.ident => name.value.clone(),
            _ => self.beside_parameters(default_twin(&self.ident)),
        }
    }

    /// A name for an item of ours: with a `_` more where a parameter of the struct is called so, for that
    /// would be meant inside.
    fn beside_parameters(&self, mut name: Ident) -> Ident {
        let params = &self.generics.params;
        let is_taken = |name: &Ident| {
            params.iter().any(|param| match param {
                GenericParam::Type(param) => param.ident.unraw() == *name,
                GenericParam::Const(param) => param.ident.unraw() == *name,
                GenericParam::Lifetime(_) => false,
            })
        };
        while is_taken(&name) {
            name = format_ident!("{name}_", span = name.span());
        }
        name
    }

    /// The name of a type that goes with the twin: `BankLocks`.
    pub(crate) fn companion(&self, suffix: &str) -> Ident {
        let base = self.base();
        let name = format_ident!("{}{suffix}", base.unraw(), span = ours_at(base.span()));
        self.beside_parameters(name)
    }

    /// The module of the fields' types: `bank_fields`.
    pub(crate) fn fields_module(&self) -> Ident {
        let base = self.base();
        let name = snake_case(&base.unraw().to_string());
        self.beside_parameters(format_ident!("{name}_fields", span = ours_at(base.span())))
    }

    /// What the names of the types around the twin begin with, in this order: what is said, the twin's name if it
    /// was given one, the struct's.
    fn base(&self) -> &Ident {
        let said = self.keys.prefix.first();
        let given = self.keys.name.first().filter(|name| name.value != self.ident);
        said.or(given).map_or(&self.ident, |name| &name.value)
    }

    /// The fields behind locks, and how, in the order of their declaration.
    pub(crate) fn guarded_fields(&self) -> impl Iterator<Item = (&Field, Kind)> {
        let fields = self.fields.iter().map(|field| (field, self.kind(field)));
        fields.filter(|(_, kind)| *kind != Kind::Plain)
    }

    /// What is said of how `field` is shared: by itself, or else by the struct.
    fn sharing<'a>(&'a self, field: &'a Field) -> Option<&'a Keyed<Sharing>> {
        field.keys.kinds.first().or(self.keys.default.first())
    }

    /// Behind which other structs it comes: 0 where it says nothing.
    pub(crate) fn level(&self) -> u8 {
        self.keys.level.first().map_or(0, |level| level.value)
    }

    /// What the lock of `field` is called, if that is said: by the field, or by the struct, which puts its own label before
    /// the field's name.
    pub(crate) fn label(&self, field: &Field) -> Option<String> {
        let of_struct = || {
            let label = self.keys.label.first()?;
            Some(format!("{}.{}", label.value.value(), field.name()))
        };
        field.keys.label.first().map(|label| label.value.value()).or_else(of_struct)
    }

    /// How `field` is shared.
    pub(crate) fn kind(&self, field: &Field) -> Kind {
        let kind = self.sharing(field).map_or(Kind::Plain, |sharing| sharing.value.kind);
        // A struct in itself has no end. The compiler says so of the struct, and need not of all its impls.
        if kind == Kind::Nested && self.is_itself(&field.ty) { Kind::Plain } else { kind }
    }

    /// Where it is said that the lock of `field` is had strictly in the order of the first polls.
    pub(crate) fn fifo<'a>(&'a self, field: &'a Field) -> Option<&'a Keyed<()>> {
        self.sharing(field).and_then(|sharing| sharing.value.lock.fifo.first())
    }

    /// The struct, by its own name alone. (`Self` was spelled out.)
    fn is_itself(&self, ty: &Type) -> bool {
        matches!(ty, Type::Path(path) if path.path.segments.len() == 1
            && path.path.segments[0].ident == self.ident)
    }

    /// Whose lock a field asks for, if it is to be behind one that is not ours.
    pub(crate) fn with<'a>(&'a self, field: &'a Field) -> Option<&'a TypePath> {
        let kind = match self.kind(field) {
            Kind::Mutex => "mutex",
            Kind::RwLock => "rwlock",
            Kind::Plain | Kind::Nested => return None,
        };
        let by_kind = self.keys.with.iter().find(|with| with.key == kind);
        field.keys.with.first().or(by_kind).map(|with| &with.value)
    }

    /// True if some field is behind a lock that is not ours. Beside nested fields that is a mistake,
    /// noted elsewhere, and they are behind ours.
    pub(crate) fn is_foreign(&self) -> bool {
        let fields = || self.fields.iter();
        fields().any(|field| self.with(field).is_some())
            && fields().all(|field| self.kind(field) != Kind::Nested)
    }

    /// What every item beside the twin has of the struct's attributes: that it is not to be seen, and what is silenced.
    pub(crate) fn item_marks(&self) -> TokenStream {
        let (hidden, silencers) = (docs::hidden(&self.attrs), self.silencers());
        quote!(#hidden #(#silencers)*)
    }

    /// Silences in the impls what is silenced on the struct and its fields, whose types they name.
    pub(crate) fn silencers(&self) -> Vec<Attribute> {
        let fields = self.fields.iter().flat_map(|field| &field.attrs);
        self.attrs.iter().chain(fields).filter_map(silencer).collect()
    }

    /// The last field, if its type has no size, as far as can be seen here.
    pub(crate) fn unsized_field(&self) -> Option<&Field> {
        let field = self.fields.last()?;
        let is_unsized = match &field.ty {
            Type::Slice(_) | Type::TraitObject(_) => true,
            Type::Path(path) => path.path.get_ident().is_some_and(|name| {
                name == "str"
                    || self
                        .generics
                        .type_params()
                        .any(|param| param.ident == *name && self.may_be_unsized(param))
            }),
            _ => false,
        };
        is_unsized.then_some(field)
    }

    /// `param: ?Sized`
    fn may_be_unsized(&self, param: &TypeParam) -> bool {
        let clause = self.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let in_clause = clause.filter_map(|predicate| match predicate {
            WherePredicate::Type(bound) => Some(bound),
            _ => None,
        });
        let in_clause = in_clause.filter(|bound| {
            matches!(&bound.bounded_ty, Type::Path(path) if path.path.is_ident(&param.ident))
        });
        let bounds = in_clause.flat_map(|bound| &bound.bounds);
        let mut bounds = param.bounds.iter().chain(bounds);
        bounds.any(|bound| matches!(bound, TypeParamBound::Trait(bound) if bound.maybe.is_some()))
    }

    /// What generated code may name: `::ironfence::__private`.
    pub(crate) fn runtime(&self) -> TokenStream {
        match self.keys.krate.first() {
            Some(krate) => {
                let path = &krate.value;
                quote!(#path::__private)
            }
            None => quote!(::ironfence::__private),
        }
    }
}

impl Field {
    fn new(index: usize, field: syn::Field, mistakes: &mut Mistakes) -> Self {
        let span = ours_at(field.ty.span());
        Self {
            keys: FieldKeys::read(&field.attrs, mistakes),
            attrs: field.attrs,
            vis: field.vis,
            member: match field.ident {
                Some(ident) => Member::Named(ident),
                None => Member::Unnamed(Index { index: index as u32, span }),
            },
            ty: field.ty,
        }
    }
}

impl Field {
    /// What it is called: `accounts`, or `0`.
    pub(crate) fn name(&self) -> String {
        match &self.member {
            Member::Named(name) => name.unraw().to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        }
    }

    /// What its methods have of its attributes: that it is to be used no more, or not to be seen.
    pub(crate) fn marks(&self) -> TokenStream {
        let deprecated = self.attrs.iter().find(|attr| attr.path().is_ident("deprecated"));
        let hidden = docs::hidden(&self.attrs);
        quote!(#deprecated #hidden)
    }

    /// What is said of its guard.
    pub(crate) fn guard_docs(&self) -> String {
        format!(" The guard of `{}`, if it was asked for.", self.name())
    }

    /// The type that stands for it, in the module of the fields: `accounts`, or `_0`.
    pub(crate) fn marker(&self) -> Ident {
        self.method(None)
    }

    /// The method with this before the field's name, as in `read_accounts`: or its name alone, which
    /// is `_0` where the field has none.
    pub(crate) fn method(&self, prefix: Option<&str>) -> Ident {
        let span = ours_at(self.member.span());
        match (prefix, &self.member) {
            (Some(prefix), _) => format_ident!("{prefix}_{}", self.name(), span = span),
            (None, Member::Named(name)) => ours(name),
            (None, Member::Unnamed(index)) => format_ident!("_{}", index.index, span = span),
        }
    }
}

/// `HttpServer` as `http_server`.
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (place, &letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let begins_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                let is_next_lower = letters.get(place + 1).is_some_and(|next| next.is_lowercase());
                before.is_lowercase()
                    || before.is_numeric()
                    || before.is_uppercase() && is_next_lower
            });
        if begins_word {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// Attributes of parameters are for other derives, and would be strange to the twin.
fn clear_attrs(param: &mut GenericParam, mistakes: &mut Mistakes) {
    let attrs = match param {
        GenericParam::Lifetime(param) => &mut param.attrs,
        GenericParam::Type(param) => &mut param.attrs,
        GenericParam::Const(param) => &mut param.attrs,
    };
    for attr in attrs.drain(..).filter(|attr| attr.path().is_ident("guarded")) {
        let message = "`guarded` goes on the struct or on its fields, not on a parameter";
        mistakes.on(attr.meta, message);
    }
}

/// The struct's name and `Guarded`.
pub(crate) fn default_twin(ident: &Ident) -> Ident {
    format_ident!("{}Guarded", ident.unraw(), span = ours_at(ident.span()))
}

/// A name of the user as a token of ours. Ours are of the latest edition, where it may be a word of the language, as
/// `gen` is; then it is written `r#gen`.
pub(crate) fn ours(name: &Ident) -> Ident {
    let (text, at) = (name.unraw().to_string(), ours_at(name.span()));
    let is_word = text == "gen" || syn::parse_str::<Ident>(&text).is_err();
    if is_word { Ident::new_raw(&text, at) } else { Ident::new(&text, at) }
}

/// A span for generated tokens: names are looked up as ours, errors are shown at `place`.
pub(crate) fn ours_at(place: Span) -> Span {
    Span::call_site().located_at(place)
}

/// Parses the struct, with `Self` in its types spelled out: in the twin it would mean the twin.
///
/// A derive sees its input after `cfg` and `cfg_attr` were carried out, so a field that is here is
/// here for good, and no `cfg` needs to be passed on.
pub(crate) fn parse(tokens: TokenStream) -> syn::Result<DeriveInput> {
    let tokens = lengths::without_blocks(tokens);
    let input: DeriveInput = syn::parse2(tokens.clone()).map_err(lengths::explained)?;
    refuse_unnamed(&input)?;
    let (_, arguments, _) = input.generics.split_for_impl();
    let ident = &input.ident;
    let mut input: DeriveInput = syn::parse2(spell_out(tokens, &quote!(#ident #arguments)))?;
    if let Data::Struct(data) = &mut input.data {
        data.fields.iter_mut().for_each(|field| end_bounds(&mut field.ty));
    }
    Ok(input)
}

/// `dyn Risk +` as `dyn Risk`: generated code goes on behind the type, as in `<dyn Risk as Guarded>`.
fn end_bounds(ty: &mut Type) {
    match ty {
        Type::TraitObject(object) => _ = object.bounds.pop_punct(),
        Type::ImplTrait(opaque) => _ = opaque.bounds.pop_punct(),
        _ => {}
    }
}

/// syn takes `_` for the name of a field or of a parameter, where Rust does not.
fn refuse_unnamed(input: &DeriveInput) -> syn::Result<()> {
    let refuse = |what, name: &Ident| {
        if name == "_" {
            let message = format!("a {what} needs a name: `_` is none");
            return Err(syn::Error::new(name.span(), message));
        }
        Ok(())
    };
    input.generics.type_params().try_for_each(|param| refuse("parameter", &param.ident))?;
    let Data::Struct(data) = &input.data else { return Ok(()) };
    data.fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .try_for_each(|name| refuse("field", name))
}

/// Replaces `Self` by `meaning`, but not in attributes.
fn spell_out(tokens: TokenStream, meaning: &TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut out = TokenStream::new();
    let mut is_attribute = false;
    while let Some(token) = tokens.next() {
        let after_hash = std::mem::take(&mut is_attribute);
        match token {
            TokenTree::Group(group) if !after_hash => {
                let content = spell_out(group.stream(), meaning);
                let mut spelled = Group::new(group.delimiter(), content);
                spelled.set_span(group.span());
                out.extend([TokenTree::Group(spelled)]);
            }
            TokenTree::Ident(ident) if ident == "Self" => {
                let is_prefix = matches!(
                    tokens.peek(),
                    Some(TokenTree::Punct(p)) if p.as_char() == ':' && p.spacing() == Spacing::Joint
                );
                out.extend(if is_prefix { quote!(<#meaning>) } else { meaning.clone() });
            }
            token => {
                is_attribute = matches!(&token, TokenTree::Punct(p) if p.as_char() == '#');
                out.extend([token]);
            }
        }
    }
    out
}

/// The tokens of a type but its lifetimes: what two types that differ only by these share.
pub(crate) fn without_lifetimes(tokens: TokenStream) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let mut out = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '\'' => _ = tokens.next(),
            TokenTree::Group(group) => {
                let content = without_lifetimes(group.stream());
                out.extend([TokenTree::Group(Group::new(group.delimiter(), content))]);
            }
            token => out.extend([token]),
        }
    }
    out
}

/// Which attributes of the struct and its fields their twins get too, beside the docs: what was silenced, and
/// what tells users how to treat them.
pub(crate) fn passed_on(attrs: &[Attribute]) -> impl Iterator<Item = Attribute> {
    const NAMES: [&str; 3] = ["deprecated", "must_use", "non_exhaustive"];
    attrs.iter().filter_map(|attr| {
        let is_passed_on = NAMES.iter().any(|name| attr.path().is_ident(name));
        if is_passed_on { Some(attr.clone()) } else { silencer(attr) }
    })
}

/// The attribute, if it silences lints. What is expected of the struct need not happen elsewhere.
fn silencer(attr: &Attribute) -> Option<Attribute> {
    let Meta::List(list) = &attr.meta else {
        return None;
    };
    let lints = &list.tokens;
    ["allow", "expect"]
        .iter()
        .any(|name| attr.path().is_ident(name))
        .then(|| syn::parse_quote!(#[allow(#lints)]))
}
