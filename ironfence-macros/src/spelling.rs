//! Words that are not known, and the known one that was meant.

use syn::{Ident, ext::IdentExt};

use crate::mistakes::Mistakes;

/// Notes that `word` is none of `known`, and returns the nearest that is.
pub(crate) fn unknown(
    word: &Ident,
    what: &str,
    known: &[&'static str],
    place: &str,
    mistakes: &mut Mistakes,
) -> Option<&'static str> {
    let near = nearest(&word.unraw().to_string(), known);
    let hint = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let list = known.join("`, `");
    mistakes.at(word.span(), format!("unknown {what} `{word}`{hint} ({place}: `{list}`)"));
    near
}

/// The known word that begins so, if it is one; else the one that differs least, if it differs in no more
/// than a third of its letters.
fn nearest(word: &str, known: &[&'static str]) -> Option<&'static str> {
    let word = word.to_lowercase().replace('_', "");
    let mut begun = known.iter().filter(|known| word.len() > 1 && known.starts_with(&word));
    if let (Some(near), None) = (begun.next(), begun.next()) {
        return Some(near);
    }
    let distance = |known: &&str| edits(&word, known);
    let near = known.iter().copied().min_by_key(distance)?;
    (3 * distance(&near) <= near.len().max(word.len())).then_some(near)
}

/// How many letters must be put in, taken out, replaced, or swapped with the next to make `b` of `a`.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    // `rows[i][j]`: of the first `i` letters of `a`, the first `j` of `b`.
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_taken_for_the_word_that_was_meant() {
        let known = ["mutex", "rwlock", "plain", "nested"];
        for (word, meant) in [
            ("mutx", "mutex"),
            ("mutexx", "mutex"),
            ("mtuex", "mutex"),
            ("Mutex", "mutex"),
            ("rw_lock", "rwlock"),
            ("RwLock", "rwlock"),
            ("lock", "rwlock"),
            ("nest", "nested"),
            ("rw", "rwlock"),
            ("mut", "mutex"),
        ] {
            assert_eq!(nearest(word, &known), Some(meant), "one slip away");
        }
        for word in ["", "x", "atomic", "skip", "arc", "name"] {
            assert_eq!(nearest(word, &known), None, "`{word}` resembles none");
        }
        assert_eq!(nearest("de", &["default", "derive"]), None, "`de` begins two");
    }
}
