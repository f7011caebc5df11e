//! How a field is shared, and what is said of its lock in parentheses: `rwlock`, `mutex(fifo)`.

use syn::{
    Ident,
    ext::IdentExt,
    parse::{Parse, ParseStream},
    token::Paren,
};

use super::{Form, Keyed, RawKey, With, keys_of};
use crate::{mistakes::Mistakes, spelling::unknown};

/// How a field is shared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Mutex,
    RwLock,
    Plain,
    Nested,
}

/// A kind, and what is said of its lock.
pub(crate) struct Sharing {
    pub(crate) kind: Kind,
    pub(crate) lock: LockKeys,
}

/// What is said of a lock, each key as often as it was written.
#[derive(Default)]
pub(crate) struct LockKeys {
    /// It is had strictly in the order of the first polls.
    pub(crate) fifo: Vec<Keyed<()>>,
}

impl Kind {
    const DEFAULTS: [&str; 3] = ["mutex", "rwlock", "plain"];

    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "mutex" => Self::Mutex,
            "rwlock" => Self::RwLock,
            "plain" => Self::Plain,
            "nested" => Self::Nested,
            _ => return None,
        })
    }
}

impl Sharing {
    pub(super) fn of(kind: Kind) -> Self {
        Self { kind, lock: LockKeys::default() }
    }
}

impl LockKeys {
    pub(super) const NAMES: [&str; 1] = ["fifo"];

    fn take(&mut self, raw: RawKey, place: &str, mistakes: &mut Mistakes) {
        let name = raw.name();
        if !Self::NAMES.contains(&&*name) {
            // A slip is one mistake; nothing follows from it.
            unknown(&raw.key, "key", &Self::NAMES, place, mistakes);
            return;
        }
        raw.nothing_more(mistakes);
        self.fifo.push(raw.key.with(()));
    }
}

impl RawKey {
    /// The key, which is `kind`, with what is in its parentheses.
    pub(super) fn sharing(self, kind: Kind, mistakes: &mut Mistakes) -> Keyed<Sharing> {
        let mut sharing = Sharing::of(kind);
        match (&self.form, kind) {
            (Form::List(list), Kind::Mutex | Kind::RwLock) => {
                if list.is_empty() {
                    let message =
                        format!("this says nothing: write `{0}` alone, or `{0}(fifo)`", self.key);
                    mistakes.at(self.key.span(), message);
                }
                let place = format!("in `{}(..)`", self.key);
                for raw in keys_of(list.clone(), mistakes) {
                    sharing.lock.take(raw, &place, mistakes);
                }
            }
            (Form::List(list), Kind::Plain | Kind::Nested) if !list.is_empty() => {
                let message = match kind {
                    Kind::Plain => {
                        "a `plain` field has no lock that this could be said of: \
                         write `plain` alone, or `mutex` or `rwlock` instead"
                    }
                    _ => {
                        "of the locks of a nested struct this is said where they are declared: \
                         write `nested` alone"
                    }
                };
                mistakes.on(list, message);
            }
            _ => self.nothing_more(mistakes),
        }
        self.key.with(sharing)
    }

    /// `default = ..` of a struct.
    pub(super) fn kind_value(self, mistakes: &mut Mistakes) -> Option<Keyed<Sharing>> {
        let Keyed { key, value: KindValue(mut raw) } = self.parsed("a kind", "mutex", mistakes)?;
        let name = raw.name();
        let kind = match Kind::named(&name) {
            Some(Kind::Nested) => {
                mistakes.at(
                    raw.key.span(),
                    "`nested` can't be the default: write `#[guarded(nested)]` on each field whose type derives `Guarded`",
                );
                return None;
            }
            Some(kind) => kind,
            None => {
                let near = unknown(&raw.key, "kind", &Kind::DEFAULTS, "for `default`", mistakes)?;
                raw.form = Form::Bare;
                Kind::named(near).expect("one of the names")
            }
        };
        Some(key.with(raw.sharing(kind, mistakes).value))
    }
}

/// A kind as it is written on a field.
struct KindValue(RawKey);

impl Parse for KindValue {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any)?;
        let form = if input.peek(Paren) { Form::list(input)? } else { Form::Bare };
        Ok(Self(RawKey { key, form }))
    }
}
