//! Words of files that stand for values of ours: kinds of sessions, parts of people, languages, and the mark of those who
//! are not certain.

use crate::db::search;
use crate::http::Checks;
use crate::sessions::SessionKind;
use crate::speakers::AppearanceRole;

/// The kind that a source means by its word for it.
pub fn kind_of(word: &str) -> SessionKind {
    if let Ok(kind) = word.trim().parse() {
        return kind;
    }
    let plain = search::normalise(word);
    let has = |words: &[&str]| plain.split(' ').any(|part| words.contains(&part));
    if has(&["keynote", "keynotes"]) {
        SessionKind::Keynote
    } else if has(&["workshop", "workshops", "tutorial", "hands", "training"]) {
        SessionKind::Workshop
    } else if has(&["panel", "podium"]) {
        SessionKind::Panel
    } else if has(&["break", "pause", "lunch", "coffee"]) {
        SessionKind::Break
    } else if has(&["talk", "talks", "lecture", "lectures", "vortrag", "presentation", "lightningtalk", "maintrack"]) {
        SessionKind::Talk
    } else if has(&["discussion", "diskussion", "debate"]) {
        SessionKind::Discussion
    } else if has(&["opening", "introduction", "welcome"]) {
        SessionKind::Introduction
    } else if has(&["closing", "conclusion", "conclusions"]) {
        SessionKind::Conclusion
    } else {
        SessionKind::Other
    }
}

/// The part that a source means by its word for it.
pub fn role_of(word: &str) -> Option<AppearanceRole> {
    word.trim().parse().ok()
}

/// The language tag that a source means, if it is one.
pub fn language_of(word: &str) -> Option<String> {
    let word = word.trim().replace('_', "-");
    let tag = match word.split_once('-') {
        Some((primary, rest)) => format!("{}-{rest}", primary.to_ascii_lowercase()),
        None => word.to_ascii_lowercase(),
    };
    let mut checks = Checks::new();
    checks.language("", &tag);
    checks.into_errors().is_empty().then_some(tag)
}

/// A text of one line, with single spaces where it had breaks.
pub fn one_line(text: &str) -> String {
    if text.contains(['\n', '\r', '\t']) {
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        text.trim().to_owned()
    }
}

/// A name without the mark `(tbc)`, and whether it had one.
pub fn without_mark(name: &str) -> (String, bool) {
    let mut rest = one_line(name);
    let mut is_marked = false;
    while let Some((before, after)) = split_mark(&rest) {
        is_marked = true;
        rest = one_line(&format!("{} {}", before.trim_end(), after.trim_start()));
    }
    (rest, is_marked)
}

fn split_mark(text: &str) -> Option<(&str, &str)> {
    text.match_indices(['(', '[']).find_map(|(start, bracket)| {
        let close = if bracket == "(" { ')' } else { ']' };
        let inside = text.get(start + 1..)?;
        let end = inside.find(close)?;
        let plain: String = inside
            .get(..end)?
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '.')
            .flat_map(char::to_lowercase)
            .collect();
        let is_mark = matches!(plain.as_str(), "tbc" | "tobeconfirmed");
        is_mark.then_some((text.get(..start)?, inside.get(end + 1..)?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_keep_their_own_words() {
        for kind in SessionKind::ALL {
            assert_eq!(kind_of(kind.as_str()), *kind);
        }
        for (word, kind) in [
            ("lecture", SessionKind::Talk),
            ("Talk 30 min + 10min Q&A", SessionKind::Talk),
            ("Keynote", SessionKind::Keynote),
            ("Panel discussion", SessionKind::Panel),
            ("Hands-on", SessionKind::Workshop),
            ("☕ Coffee", SessionKind::Break),
            ("performance", SessionKind::Other),
            ("", SessionKind::Other),
        ] {
            assert_eq!(kind_of(word), kind, "{word}");
        }
    }

    #[test]
    fn languages_are_tags_or_nothing() {
        assert_eq!(language_of("en"), Some("en".to_owned()));
        assert_eq!(language_of("pt_BR"), Some("pt-BR".to_owned()));
        assert_eq!(language_of("EN"), Some("en".to_owned()));
        assert_eq!(language_of("English"), None);
        assert_eq!(language_of("de, en"), None);
    }

    #[test]
    fn the_mark_is_no_part_of_a_name() {
        let split = |name: &str| without_mark(name);
        assert_eq!(split("Bahram Ghazi (tbc)"), ("Bahram Ghazi".to_owned(), true));
        assert_eq!(split("Bahram [T.B.C.] Ghazi"), ("Bahram Ghazi".to_owned(), true));
        assert_eq!(split("Ghazi (to be confirmed) (tbc)"), ("Ghazi".to_owned(), true));
        assert_eq!(split("A (he/him)"), ("A (he/him)".to_owned(), false));
        assert_eq!(split("A (unclosed"), ("A (unclosed".to_owned(), false));
        assert_eq!(split(" A\n  B "), ("A B".to_owned(), false));
    }
}
