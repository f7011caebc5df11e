//! Structs at random that the derive is to accept: kinds, generics, lifetimes, nesting, visibility,
//! attributes, and names that somebody has already.

use std::fmt::Write as _;

/// Random numbers that are the same for the same seed everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Splitmix64, below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    pub(crate) fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }

    pub(crate) fn pick<'t, T: ?Sized>(&mut self, all: &[&'t T]) -> &'t T {
        all[self.below(all.len())]
    }
}

/// A struct, and what code that uses it has to know.
pub(crate) struct Struct {
    /// The item, with its derive.
    pub(crate) text: String,
    pub(crate) name: String,
    pub(crate) twin: String,
    /// `<'a, T: Clone>`
    pub(crate) params: String,
    /// `<'a, T>`
    pub(crate) args: String,
    /// Arguments that are types of their own: `<'static, u8>`.
    given: String,
    pub(crate) bounds: String,
    pub(crate) is_foreign: bool,
}

const NAMES: [&str; 20] = [
    "State",
    "Option",
    "String",
    "Vec",
    "Send",
    "Sync",
    "Set",
    "Walker",
    "Mutex",
    "RwLock",
    "Guarded_",
    "core",
    "std",
    "Twin",
    "r#match",
    "Ä",
    "__S0",
    "_Hidden",
    "HTTPServer2",
    "u8_",
];
const FIELDS: [&str; 20] = [
    "accounts", "r#type", "__a", "__twin", "held", "_0", "_1", "core", "ümläut", "twin", "row",
    "__S1", "guard0", "copy", "snapshot", "lock", "session", "r#fn", "__stage0", "locks",
];
const LIFETIMES: [&str; 5] = ["'a", "'__a", "'__x", "'r", "'__t"];
const TYPES: [&str; 8] = ["T", "__T", "__S0", "__G0", "__P", "__O", "__L1", "K"];
const CONSTS: [&str; 4] = ["N", "__N", "__twin_", "SIZE"];
const VISIBILITIES: [&str; 5] = ["", "", "pub", "pub(crate)", "pub(super)"];

/// A struct that derives `Guarded`, of this number; it may have some of `inner` in it.
pub(crate) fn random_struct(random: &mut Random, number: usize, inner: &[Struct]) -> Struct {
    let nests = !inner.is_empty() && random.one_in(2);
    let is_foreign = !nests && random.one_in(4);
    let generics = Generics::random(random);
    // What is nested has a name of its own beside what it is nested in.
    let suffix =
        if inner.is_empty() || random.one_in(2) { number.to_string() } else { String::new() };
    let name = format!("{}{suffix}", random.pick(&NAMES));
    let base = name.trim_start_matches("r#").to_owned();
    let twin = if random.one_in(4) { format!("Shared{number}") } else { format!("{base}Guarded") };

    let mut text = String::new();
    attributes(random, &mut text, false);
    text.push_str("#[derive(ironfence::Guarded)]\n");
    // Other people's locks have no strict order of ours.
    let kinds: &[&str] = match is_foreign {
        true => &["plain", "mutex", "rwlock"],
        false => &["plain", "mutex", "rwlock", "mutex(fifo)", "rwlock(fifo)"],
    };
    let default = random.pick(kinds);
    let mut keys = vec![format!("default = {default}")];
    if twin.starts_with("Shared") {
        keys.push(format!("name = {twin}"));
    }
    if random.one_in(4) {
        keys.push(format!(
            "crate = {}",
            random.pick(&["ironfence", "::ironfence", "crate::fence"])
        ));
    }
    if random.one_in(6) {
        keys.push("attr(doc = \"More of it.\", allow(dead_code))".into());
    }
    if is_foreign {
        keys.push("with(mutex = ironfence::Mutex, rwlock = crate::fence::RwLock)".into());
    }
    if random.one_in(2) {
        _ = writeln!(text, "#[guarded({})]", keys.join(", "));
    } else {
        keys.iter().for_each(|key| _ = writeln!(text, "#[guarded({key},)]"));
    }

    // What has to be used by some field, so that no parameter is unused.
    let mut types = generics.uses(random);
    let is_unit = types.is_empty() && !is_foreign && random.one_in(8);
    for _ in 0..random.below(5) {
        types.push(some_type(random, &name, &generics));
    }
    if is_foreign {
        types.push("u64".into());
    }
    for position in (1..types.len()).rev() {
        types.swap(position, random.below(position + 1));
    }
    let is_tuple = random.one_in(3);
    let mut names: Vec<_> = FIELDS.to_vec();
    let mut fields = Vec::new();
    let mut has_lock = false;
    let last = types.len().saturating_sub(1);
    for (place, ty) in types.into_iter().enumerate() {
        let mut field = String::new();
        attributes(random, &mut field, true);
        let kind = if is_foreign && place == last && !has_lock {
            "mutex"
        } else {
            if random.one_in(4) { "" } else { random.pick(kinds) }
        };
        has_lock |= !matches!(kind, "" | "plain") || kind.is_empty() && default != "plain";
        if !kind.is_empty() {
            _ = writeln!(field, "#[guarded({kind})]");
        }
        _ = write!(field, "{} ", random.pick(&VISIBILITIES));
        if !is_tuple {
            let name = names.swap_remove(random.below(names.len()));
            _ = write!(field, "{name}: ");
        }
        fields.push(field + &ty);
    }
    if nests {
        for _ in 0..=random.below(2) {
            let nested = &inner[random.below(inner.len())];
            if nested.is_foreign || names.is_empty() {
                continue;
            }
            let mut field = format!("#[guarded(nested)] {} ", random.pick(&VISIBILITIES));
            if !is_tuple {
                let name = names.swap_remove(random.below(names.len()));
                _ = write!(field, "{name}: ");
            }
            _ = write!(field, "{}{}", nested.name, nested.given);
            fields.insert(random.below(fields.len() + 1), field);
        }
    }
    if random.one_in(4) && !is_tuple {
        fields.push("#[cfg(any())] #[guarded(mutex)] gone: Nowhere".into());
    }
    let (params, args, bounds) = (generics.params(), generics.args(), generics.bounds.clone());
    _ = write!(text, "{} struct {name}{params}", random.pick(&VISIBILITIES));
    let fields = fields.join(",\n");
    _ = match (is_unit, is_tuple) {
        (true, _) => writeln!(text, " {bounds};"),
        (false, true) => writeln!(text, "({fields}) {bounds};"),
        (false, false) => writeln!(text, " {bounds} {{ {fields} }}"),
    };
    Struct { text, name, twin, params, args, given: generics.given(), bounds, is_foreign }
}

/// What is said above an item or a field and changes nothing.
fn attributes(random: &mut Random, text: &mut String, is_field: bool) {
    for (chances, attribute) in [
        (6, "/// Says what it is."),
        (8, "#[allow(dead_code)]"),
        (10, "#[cfg(all())]"),
        (12, "#[deprecated]"),
        (12, "#[cfg_attr(all(), doc = \"It is here.\")]"),
    ] {
        // Code that uses a struct that is deprecated would be warned of it.
        if random.one_in(chances) && (is_field || attribute != "#[deprecated]") {
            text.push_str(attribute);
            text.push('\n');
        }
    }
}

struct Generics {
    lifetimes: Vec<&'static str>,
    types: Vec<(&'static str, &'static str)>,
    consts: Vec<&'static str>,
    bounds: String,
}

impl Generics {
    fn random(random: &mut Random) -> Self {
        let some = |random: &mut Random, names: &[&'static str], most: usize| {
            let mut names = names.to_vec();
            let count = if random.one_in(2) { 0 } else { random.below(most + 1) };
            let taken = (0..count).map(|_| names.swap_remove(random.below(names.len())));
            taken.collect::<Vec<_>>()
        };
        let lifetimes = some(random, &LIFETIMES, 2);
        let types: Vec<_> = some(random, &TYPES, 3)
            .into_iter()
            .map(|name| (name, random.pick(&["", ": Clone", ": Copy + Ord", ": Iterator"])))
            .collect();
        let consts = some(random, &CONSTS, 1);
        let mut bounds = String::new();
        if let (Some((name, _)), true) = (types.first(), random.one_in(2)) {
            let bound = random.pick(&[
                "{T}: Clone",
                "for<'__z> &'__z {T}: Clone",
                "::std::vec::Vec<{T}>: Clone, {T}: Sized",
            ]);
            bounds = format!("where {}", bound.replace("{T}", name));
        }
        Self { lifetimes, types, consts, bounds }
    }

    fn params(&self) -> String {
        let types = self.types.iter().map(|(name, bound)| format!("{name}{bound}"));
        let consts = self.consts.iter().map(|name| format!("const {name}: usize"));
        in_angles(self.lifetimes.iter().map(|name| (*name).into()).chain(types).chain(consts))
    }

    fn args(&self) -> String {
        let types = self.types.iter().map(|(name, _)| (*name).into());
        let consts = self.consts.iter().map(|name| (*name).into());
        in_angles(self.lifetimes.iter().map(|name| (*name).into()).chain(types).chain(consts))
    }

    /// Arguments for these parameters, whatever their bounds.
    fn given(&self) -> String {
        let types = self.types.iter().map(|(_, bound)| {
            if bound.contains("Iterator") { "::std::ops::Range<u8>" } else { "u8" }.into()
        });
        let lifetimes = self.lifetimes.iter().map(|_| "'static".into());
        in_angles(lifetimes.chain(types).chain(self.consts.iter().map(|_| "3".into())))
    }

    /// A type of a field for each parameter.
    fn uses(&self, random: &mut Random) -> Vec<String> {
        let lifetimes = self.lifetimes.iter().map(|lifetime| {
            let ty = random.pick(&["&{a} u8", "&{a} str", "::std::option::Option<&{a} [u8]>"]);
            ty.replace("{a}", lifetime)
        });
        let mut all: Vec<_> = lifetimes.collect();
        for (name, bound) in &self.types {
            let mut forms =
                vec!["{T}", "::std::vec::Vec<{T}>", "(u8, {T})", "[{T}; 2]", "fn({T}) -> {T}"];
            if bound.contains("Iterator") {
                forms.push("(::std::option::Option<{T}>, ::std::option::Option<{T}::Item>)");
            }
            all.push(random.pick(&forms).replace("{T}", name));
        }
        all.extend(self.consts.iter().map(|name| {
            random
                .pick(&["[u8; {N}]", "[::std::vec::Vec<u8>; {N}]", "[u8; { {N} }]"])
                .replace("{N}", name)
        }));
        all
    }
}

fn in_angles(items: impl Iterator<Item = String>) -> String {
    let items: Vec<_> = items.collect();
    if items.is_empty() { String::new() } else { format!("<{}>", items.join(", ")) }
}

/// A type of a field that any struct may have.
fn some_type(random: &mut Random, name: &str, generics: &Generics) -> String {
    let own = format!("{name}{}", generics.args());
    let ty = random.pick(&[
        "u8",
        "u64",
        "()",
        "[u8; 3]",
        "::std::string::String",
        "::std::cell::Cell<u8>",
        "::std::rc::Rc<u8>",
        "::std::option::Option<::std::boxed::Box<Self>>",
        "::std::vec::Vec<{Own}>",
        "::std::boxed::Box<dyn for<'__z> Fn(&'__z u8) -> &'__z u8 + ::std::marker::Send>",
        "::std::marker::PhantomData<fn() -> Self>",
        "*const u8",
        "(u8, (u16, ::std::vec::Vec<()>))",
        "[::std::string::String; { 1 + 1 }]",
        "::std::result::Result<u8, fn(u8) -> u8>",
        "super::super::Aligned",
    ]);
    ty.replace("{Own}", &own)
}

/// Two structs, of which the second may have the first in it, in a module, with code that uses what was
/// derived.
pub(crate) fn random_module(random: &mut Random, number: usize) -> String {
    let first = random_struct(random, number, &[]);
    let second = random_struct(random, number + 1, std::slice::from_ref(&first));
    let mut text = String::new();
    _ = writeln!(text, "pub mod inner_{number} {{");
    for it in [first, second] {
        let Struct { text: item, name, twin, params, args, bounds, is_foreign, .. } = it;
        let to =
            if is_foreign { "it.into_guarded()" } else { "ironfence::Guarded::into_guarded(it)" };
        _ = writeln!(
            text,
            "{item}
            const _: () = {{
                fn there_and_back{params}(it: {name}{args}) -> {name}{args} {bounds} {{
                    {to}.into_inner()
                }}
                fn sets_and_sessions{params}(it: &{twin}{args}) {bounds} {{
                    ::std::mem::drop(it.session());
                    ::std::mem::drop(it.locks().read_all().try_now());
                    ::std::mem::drop(::std::future::IntoFuture::into_future(it.locks().lock_all()));
                }}
            }};"
        );
    }
    text.push_str("}\n");
    text
}
