//! The rules that look at more than one key.

use syn::{Path, Token, parse::Parser, punctuated::Punctuated, spanned::Spanned};

use crate::{
    attr::{Keyed, Kind, Sharing},
    expand::{
        sessions::MAX_FIELDS,
        sets::{RESERVED, asking_names},
    },
    mistakes::Mistakes,
    model::{Field, Model, Shape, default_twin},
};

/// Notes what is wrong with `model`. Without a mistake, expansion cannot fail.
pub(crate) fn check(model: &Model, mistakes: &mut Mistakes) {
    let ident = &model.ident;
    match model.shape {
        Shape::Enum(span) => mistakes.at(
            span,
            format!(
                "an enum has no guarded twin: a value has the fields of one variant, and which one may only be asked under a lock; \
                 put the whole of it behind one, as in `Mutex<{ident}>`, or `#[guarded(mutex)]` on a field of type `{ident}`"
            ),
        ),
        Shape::Union(span) => mistakes.at(
            span,
            format!(
                "a union has no guarded twin: its fields share one place, so a lock each would guard nothing; \
                 put the whole of it behind one, as in `Mutex<{ident}>`, or `#[guarded(mutex)]` on a field of type `{ident}`"
            ),
        ),
        Shape::Named | Shape::Tuple | Shape::Unit => {}
    }
    let keys = &model.keys;
    once(&keys.name, mistakes);
    once(&keys.prefix, mistakes);
    once(&keys.default, mistakes);
    once(&keys.derive, mistakes);
    once(&keys.attr, mistakes);
    once(&keys.krate, mistakes);
    once(&keys.level, mistakes);
    once(&keys.label, mistakes);
    if let Some(name) = keys.name.first().filter(|name| name.value == *ident) {
        mistakes.at(
            name.value.span(),
            format!(
                "the twin needs a name of its own, for `{ident}` stays what it is: \
                 write `name = {}`, which is the default, or another",
                default_twin(ident),
            ),
        );
    }
    if let Some(field) = model.unsized_field() {
        let message = "a twin takes its fields by value, and this one may have no size: \
                       put it in a `Box`, or remove `?Sized` if it is a parameter";
        mistakes.on(&field.ty, message);
    }
    methods(model, mistakes);
    locks(model, mistakes);
    fifo(model, mistakes);
    level(model, mistakes);
    labels(model, mistakes);
    if let Some((field, _)) = model.guarded_fields().nth(MAX_FIELDS) {
        let message = format!(
            "more than {MAX_FIELDS} guarded fields: put some of them into a struct that is `nested`"
        );
        mistakes.at(field.member.span(), message);
    }
    for field in &model.fields {
        let Some((first, others)) = field.keys.kinds.split_first() else {
            continue;
        };
        for other in others {
            let message = if other.value.kind == first.value.kind {
                twice(other)
            } else {
                format!(
                    "`{}` and `{}` on one field: it is shared in one way, so keep one of them",
                    first.key, other.key
                )
            };
            mistakes.at(other.key.span(), message);
        }
    }
}

/// Whose locks the fields are behind.
fn locks(model: &Model, mistakes: &mut Mistakes) {
    for kind in ["mutex", "rwlock"] {
        let mut of_kind = model.keys.with.iter().filter(|with| with.key == kind);
        for again in of_kind.by_ref().skip(1) {
            mistakes.at(again.key.span(), twice(again));
        }
    }
    for field in &model.fields {
        once(&field.keys.with, mistakes);
        let Some(with) = field.keys.with.first() else {
            continue;
        };
        let message = match model.kind(field) {
            Kind::Mutex | Kind::RwLock => continue,
            Kind::Nested => {
                "the locks of a nested struct are chosen where that is declared: remove `with`"
            }
            Kind::Plain if field.keys.kinds.is_empty() => {
                "`with` says whose lock it is, and not of which kind: write `mutex` or `rwlock` before it"
            }
            Kind::Plain => {
                "a `plain` field has no lock: remove `with`, or write `mutex` or `rwlock`"
            }
        };
        mistakes.at(with.key.span(), message);
    }
    if !model.fields.iter().any(|field| model.with(field).is_some()) {
        return;
    }
    for field in model.fields.iter().filter(|field| model.kind(field) == Kind::Nested) {
        let nested = field.keys.kinds.first().expect("no struct is nested by default");
        mistakes.at(
            nested.key.span(),
            "a struct with other libraries' locks can't have nested ones, for their locks are taken in another way: \
             write `mutex` or `rwlock` here, or leave out `with`",
        );
    }
}

/// The locks with a strict order.
fn fifo(model: &Model, mistakes: &mut Mistakes) {
    let of_fields = model.fields.iter().flat_map(|field| &field.keys.kinds);
    let all = || of_fields.clone().chain(&model.keys.default);
    for Keyed { value: Sharing { lock, .. }, .. } in all() {
        once(&lock.fifo, mistakes);
    }
    // Said by the struct of many fields, it is one mistake.
    let mut told = Vec::new();
    let foreign = model.fields.iter().filter(|field| model.with(field).is_some());
    for fifo in foreign.filter_map(|field| model.fifo(field)) {
        if !told.iter().any(|other| std::ptr::eq(*other, fifo)) {
            told.push(fifo);
            mistakes.at(
                fifo.key.span(),
                "`fifo` is said of this library's locks, and `with` asks for another's, \
                 which have an order of their own: remove one of the two",
            );
        }
    }
    if let (Some(default), true) =
        (twins_default(model), all().any(|keyed| !keyed.value.lock.fifo.is_empty()))
    {
        let ident = &model.ident;
        let message = format!(
            "a `Default` of the twin would make locks that are not `fifo`: \
             leave it out here, derive it for `{ident}`, and write `{ident}::default().into_guarded()`"
        );
        mistakes.on(default, message);
    }
}

/// The `Default` that is derived for the twin.
fn twins_default(model: &Model) -> Option<Path> {
    let derives = model.keys.derive.first()?;
    let paths = Punctuated::<Path, Token![,]>::parse_terminated.parse2(derives.value.clone());
    // What can't be read so is the compiler's to refuse.
    paths
        .into_iter()
        .flatten()
        .find(|path| path.segments.last().is_some_and(|last| last.ident == "Default"))
}

/// The struct's level.
fn level(model: &Model, mistakes: &mut Mistakes) {
    let Some(level) = model.keys.level.first() else {
        return;
    };
    if model.fields.iter().any(|field| model.with(field).is_some()) {
        mistakes.at(
            level.key.span(),
            "other libraries' locks know no level, so a struct with such ones has none: \
             remove `level`, or leave out `with`",
        );
    }
    if let (Some(default), true) = (twins_default(model), level.value > 0) {
        let ident = &model.ident;
        let message = format!(
            "a `Default` of the twin would make locks that are at level 0: \
             leave it out here, derive it for `{ident}`, and write `{ident}::default().into_guarded()`"
        );
        mistakes.on(default, message);
    }
}

/// What the locks are called.
fn labels(model: &Model, mistakes: &mut Mistakes) {
    let is_named = |field: &Field| {
        matches!(model.kind(field), Kind::Mutex | Kind::RwLock) && model.with(field).is_none()
    };
    if let (Some(label), false) = (model.keys.label.first(), model.fields.iter().any(is_named)) {
        mistakes.at(
            label.key.span(),
            "no field of this struct has a lock of this library, so the label is nobody's: remove it",
        );
    }
    let mut taken: Vec<String> = Vec::new();
    for field in &model.fields {
        once(&field.keys.label, mistakes);
        let Some(label) = field.keys.label.first() else {
            continue;
        };
        let text = label.value.value();
        if taken.contains(&text) {
            let message = format!(
                "another lock of this struct is called {text:?}: give each a label of its own"
            );
            mistakes.on(&label.value, message);
        }
        taken.push(text);
        let message = match model.kind(field) {
            Kind::Mutex | Kind::RwLock if model.with(field).is_none() => continue,
            Kind::Mutex | Kind::RwLock => {
                "labels are for this library's locks, and `with` asks for another's: remove one of the two"
            }
            Kind::Nested => {
                "the locks of a nested struct are called as that says: write the label there, on the struct or on its fields"
            }
            Kind::Plain => {
                "a `plain` field has no lock: remove `label`, or write `mutex` or `rwlock`"
            }
        };
        mistakes.at(label.key.span(), message);
    }
}

/// Each field is asked for by methods with names of its own.
fn methods(model: &Model, mistakes: &mut Mistakes) {
    let mut taken: Vec<(String, &Field)> = Vec::new();
    for (field, kind) in model.guarded_fields() {
        for name in asking_names((field, kind)) {
            let other = taken.iter().find(|(other, _)| *other == name).map(|(_, field)| field);
            if RESERVED.contains(&&*name) {
                let message = format!(
                    "sets and sessions have a method `{name}` already, which would ask for this field too: \
                     give it another name than `{}`",
                    field.name()
                );
                mistakes.at(field.member.span(), message);
            } else if let Some(other) = other {
                let message = format!(
                    "the method `{name}` would ask for this field and for `{}`: \
                     give one of them another name",
                    other.name()
                );
                mistakes.at(field.member.span(), message);
            } else {
                taken.push((name, field));
            }
        }
    }
}

/// A key that was taken for another one is a mistake already, so it is not compared.
fn once<T>(keys: &[Keyed<T>], mistakes: &mut Mistakes) {
    let Some((first, others)) = keys.split_first() else {
        return;
    };
    for again in others.iter().filter(|again| again.key == first.key) {
        mistakes.at(again.key.span(), twice(again));
    }
}

fn twice<T>(again: &Keyed<T>) -> String {
    format!("`{}` is here twice: keep one of them", again.key)
}
