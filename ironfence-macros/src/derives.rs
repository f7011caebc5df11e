//! The derives that a twin can't have, because its locks have not.
//!
//! The compiler would say of each lock that it lacks the trait. Here it is said once, at the derive, with what
//! to write instead.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Ident, Meta, Path, Token, parse::Parser, punctuated::Punctuated};

use crate::{attr::ContainerKeys, mistakes::Mistakes};

/// Takes these derives out of `derive(..)` and `attr(derive(..))`, and notes each as a mistake.
pub(crate) fn refuse(keys: &mut ContainerKeys, plain: &Ident, mistakes: &mut Mistakes) {
    for derives in &mut keys.derive {
        refuse_in(&mut derives.value, plain, mistakes);
    }
    for meta in keys.attr.iter_mut().flat_map(|metas| &mut metas.value) {
        match meta {
            Meta::List(list) if list.path.is_ident("derive") => {
                refuse_in(&mut list.tokens, plain, mistakes);
            }
            _ => {}
        }
    }
}

fn refuse_in(list: &mut TokenStream, plain: &Ident, mistakes: &mut Mistakes) {
    let paths = Punctuated::<Path, Token![,]>::parse_terminated.parse2(list.clone());
    let Ok(paths) = paths else {
        return; // the compiler says of a derive what it takes
    };
    let mut kept: Vec<Path> = Vec::new();
    for path in paths {
        match refusal(&path, plain) {
            Some(message) => mistakes.on(path, message),
            None => kept.push(path),
        }
    }
    *list = quote!(#(#kept),*);
}

/// Why a twin with locks can't have this derive, and what to do.
fn refusal(path: &Path, plain: &Ident) -> Option<String> {
    let name = path.segments.last()?.ident.to_string();
    let instead = match &*name {
        "Clone" | "Copy" => format!(
            "its locks can't be copied: share it in an `Arc`, or derive `Clone` on `{plain}` and copy the whole by \
             `snapshot().await`"
        ),
        "PartialEq" | "Eq" | "PartialOrd" | "Ord" | "Hash" => format!(
            "its values are behind locks: derive `{name}` on `{plain}`, and use it on what `snapshot().await` returns"
        ),
        "Serialize" => format!(
            "its values are behind locks: derive `Serialize` on `{plain}`, and serialise what `snapshot().await` returns"
        ),
        "Deserialize" => format!(
            "it is made of its struct: derive `Deserialize` on `{plain}`, and call `into_guarded()` on that"
        ),
        _ => return None,
    };
    is_the_known_one(path).then(|| {
        let path = path.to_token_stream().to_string().replace(' ', "");
        format!("a twin can't derive `{path}`, for {instead}")
    })
}

/// Not one of another library that has the same name.
fn is_the_known_one(path: &Path) -> bool {
    let crates = ["std", "core", "serde", "serde_derive"];
    path.segments.len() == 1 || crates.iter().any(|name| path.segments[0].ident == name)
}
