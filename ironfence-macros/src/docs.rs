//! The user's docs, as the twin has them: what is said of the struct and its fields, but not its examples.
//!
//! An example is a test, and would run a second time, as one of the twin. And what is called `Self` is the struct,
//! so a link to it goes by the struct's name.

use quote::quote;
use syn::{Attribute, Expr, Ident, Lit, LitStr, Meta, ext::IdentExt, parse_quote};

/// The docs among `attrs`, for the twin of `plain`. Docs that are in a file are left out: what is in them is not
/// known here.
pub(crate) fn of_the_twin(attrs: &[Attribute], plain: &Ident) -> Vec<Attribute> {
    let plain = plain.unraw().to_string();
    let mut prose = Prose::default();
    let mut docs = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        let Meta::NameValue(pair) = &attr.meta else {
            docs.push(attr.clone()); // `doc(alias = "..")`
            continue;
        };
        let Some(text) = text(&pair.value) else { continue };
        let before = text.value();
        if before.is_empty() {
            docs.push(attr.clone());
            prose.has(&before);
            continue;
        }
        let lines = before.lines().filter(|line| prose.has(line));
        let lines: Vec<_> = lines.map(|line| by_name(line, &plain)).collect();
        if !lines.is_empty() {
            let text = LitStr::new(&lines.join("\n"), text.span());
            docs.push(parse_quote!(#[doc = #text]));
        }
    }
    without_empty_ends(docs)
}

/// `#[doc(hidden)]`, if it is among these.
pub(crate) fn hidden(attrs: &[Attribute]) -> Option<proc_macro2::TokenStream> {
    let is_hidden = attrs.iter().any(|attr| {
        let mut is_hidden = false;
        if attr.path().is_ident("doc") && matches!(attr.meta, Meta::List(_)) {
            // What else may stand in `doc(..)` is not ours to judge.
            _ = attr.parse_nested_meta(|meta| {
                is_hidden |= meta.path.is_ident("hidden");
                if meta.input.peek(syn::Token![=]) {
                    _ = meta.value()?.parse::<Expr>()?;
                }
                Ok(())
            });
        }
        is_hidden
    });
    is_hidden.then(|| quote!(#[doc(hidden)]))
}

/// The text of a doc comment. In a `macro_rules!` it may be in a group without delimiters.
fn text(value: &Expr) -> Option<&LitStr> {
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        Expr::Group(group) => text(&group.expr),
        _ => None,
    }
}

/// Tells prose from examples, line by line.
#[derive(Default)]
struct Prose {
    /// What ends the code that this is in: three of these marks or more.
    fence: Option<(char, usize)>,
    is_after_blank: bool,
    is_in_list: bool,
    is_in_indented: bool,
    has_begun: bool,
}

impl Prose {
    /// True if the line is prose.
    fn has(&mut self, line: &str) -> bool {
        // The space after `///` is none of the text's.
        let line = line.strip_prefix(' ').unwrap_or(line);
        let text = line.trim();
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'));
        let marks = mark.map_or(0, |mark| text.chars().take_while(|other| *other == mark).count());
        if let Some((open, count)) = self.fence {
            if mark == Some(open) && marks >= count && text.len() == marks {
                self.fence = None;
            }
            return false;
        }
        if let Some(mark) = mark.filter(|_| marks >= 3) {
            self.fence = Some((mark, marks));
            return false;
        }
        let begins = !self.has_begun || self.is_after_blank || self.is_in_indented;
        self.is_after_blank = text.is_empty();
        if text.is_empty() {
            return true;
        }
        self.has_begun = true;
        let is_indented = line.starts_with("    ") || line.starts_with('\t');
        if !is_indented {
            let number = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
            let is_numbered = number.len() < text.len() && number.starts_with(['.', ')']);
            self.is_in_list = text.starts_with(['-', '*', '+']) || is_numbered;
        }
        self.is_in_indented = is_indented && begins && !self.is_in_list;
        !self.is_in_indented
    }
}

/// `Self` as the struct's name, where it is code or a link.
fn by_name(line: &str, plain: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(place) = rest.find("Self") {
        let (before, after) = (&rest[..place], &rest[place + "Self".len()..]);
        let last = before.chars().next_back().or(out.chars().next_back());
        let is_word = last.is_none_or(|last| !last.is_alphanumeric() && last != '_');
        let is_closed =
            matches!(last, Some('`' | '[' | '(' | '@')) && after.starts_with(['`', ']', ')']);
        out.push_str(before);
        out.push_str(if is_word && (is_closed || after.starts_with("::")) {
            plain
        } else {
            "Self"
        });
        rest = after;
    }
    out + rest
}

/// Without the empty lines that were around examples at the end.
fn without_empty_ends(mut docs: Vec<Attribute>) -> Vec<Attribute> {
    let is_empty = |attr: &Attribute| match &attr.meta {
        Meta::NameValue(pair) => text(&pair.value).is_some_and(|text| {
            let text = text.value();
            let text = text.trim();
            // A heading of what is left out, such as `# Examples`.
            text.is_empty() || text.starts_with('#') && !text.contains('\n')
        }),
        _ => false,
    };
    while docs.last().is_some_and(is_empty) {
        docs.pop();
    }
    docs
}

#[cfg(test)]
mod tests {
    use syn::{Meta, parse_quote};

    use super::{hidden, of_the_twin, text};

    fn twin(docs: &str) -> String {
        let attrs = docs.lines().map(|line| parse_quote!(#[doc = #line])).collect::<Vec<_>>();
        let docs = of_the_twin(&attrs, &parse_quote!(Bank));
        let lines = docs.iter().map(|attr| match &attr.meta {
            Meta::NameValue(pair) => text(&pair.value).expect("a text").value(),
            _ => String::new(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn examples_are_left_out_and_prose_is_not() {
        let docs = " Keeps money.\n\n ```\n let bank = 1;\n ```\n\n Safe.\n\n # Examples\n\n ~~~~\n ~~~\n ~~~~";
        assert_eq!(twin(docs), " Keeps money.\n\n\n Safe.");
        let docs = " Keeps:\n - gold\n\n     and silver\n\n That\n     is all.\n\n     let bank = 1;\n\n     drop(bank);\n Bye.";
        let prose = " Keeps:\n - gold\n\n     and silver\n\n That\n     is all.\n\n\n Bye.";
        assert_eq!(twin(docs), prose);
        assert_eq!(twin("     let bank = 1;"), "");
        assert_eq!(twin(" ```text\n a table\n ```\n after"), " after");
    }

    #[test]
    fn a_link_to_self_goes_to_the_struct() {
        for (docs, named) in [
            (" Open it by [`Self::open`].", " Open it by [`Bank::open`]."),
            (" See [open](Self::open) or [Self].", " See [open](Bank::open) or [Bank]."),
            (" [it]: struct@Self", " [it]: struct@Self"),
            (" [`struct@Self`]", " [`struct@Bank`]"),
            (" Self-contained, MySelf::x", " Self-contained, MySelf::x"),
        ] {
            assert_eq!(twin(docs), named);
        }
    }

    #[test]
    fn docs_that_are_no_text_of_ours_are_taken_as_they_are_or_left_out() {
        let attrs =
            [parse_quote!(#[doc(alias = "vault")]), parse_quote!(#[doc = include_str!("bank.md")])];
        let docs = of_the_twin(&attrs, &parse_quote!(Bank));
        assert_eq!(docs.len(), 1);
        assert!(hidden(&attrs).is_none());
        assert!(hidden(&[parse_quote!(#[doc(alias = "vault", hidden)])]).is_some());
    }
}
