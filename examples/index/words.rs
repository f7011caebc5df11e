//! What a word is: a run of letters and digits of any script, in lower case.

use std::borrow::Cow;

/// The words of a text, in order. A word that is in lower case already is borrowed.
pub(crate) fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split(|character: char| !character.is_alphanumeric()).filter(|run| !run.is_empty()).map(
        |run| match run.bytes().all(is_settled) {
            true => Cow::Borrowed(run),
            false => Cow::Owned(run.to_lowercase()),
        },
    )
}

/// The word that `text` is, if it is just one.
pub(crate) fn the_word(text: &str) -> Option<String> {
    let mut words = words(text);
    let word = words.next()?.into_owned();
    words.next().is_none().then_some(word)
}

/// Lower case does nothing to these, and nearly all words are made of them.
fn is_settled(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<String> {
        words(text).map(Cow::into_owned).collect()
    }

    #[test]
    fn words_are_runs_of_letters_and_digits_in_lower_case() {
        assert_eq!(
            list("  Hello, World! it's fn_2(x)"),
            ["hello", "world", "it", "s", "fn", "2", "x"]
        );
    }

    #[test]
    fn words_of_every_script_count() {
        assert_eq!(list("Größe Ωmega 数据, ǅ"), ["größe", "ωmega", "数据", "ǆ"]);
        assert_eq!(list("İstanbul"), ["i̇stanbul"], "lower case never splits a word");
    }

    #[test]
    fn a_text_without_words_has_none() {
        assert!(list("").is_empty() && list(" \n\t—…!").is_empty());
    }

    #[test]
    fn words_in_lower_case_are_not_copied() {
        assert!(words("plain words 42").all(|word| matches!(word, Cow::Borrowed(_))));
    }

    #[test]
    fn a_query_is_one_word() {
        assert_eq!(the_word(" Mutex! ").as_deref(), Some("mutex"));
        assert_eq!(the_word("two words"), None);
        assert_eq!(the_word("--"), None);
    }
}
