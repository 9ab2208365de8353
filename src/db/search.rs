//! One plain form of text, for the columns that are searched and sorted by (`search_text`, `sort_key`).
//!
//! Case, accents, hyphens and punctuation do not matter in it: `covid 19` finds `COVID-19`, `dagard` finds `Dagård`. What
//! is stored and what is asked for go through the same [`normalise`], so both databases compare the same characters, and
//! the differences between their `LIKE` do not show: a normal text has no capitals and none of `%`, `_` and `\`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// How many characters of a query count, once it is normal. What lies behind them is not looked at: the statement stays
/// short, and what is found is more rather than less.
const QUERY_LENGTH: usize = 200;

/// How many words of a query count: the longest, which tell the most. Each costs a look at every row.
const QUERY_WORDS: usize = 8;

/// Matches nothing: there is no wildcard in it, and no normal text has a hyphen.
const NOTHING: &str = "-";

/// The plain form of `text`: compatibility forms and accents taken off (NFKD), in lower case, letters such as `ø` and `ß`
/// spelled with plain ones, and a single space for whatever is neither a letter nor a digit.
pub fn normalise(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    // Some letters can be taken apart only in lower case, such as a dotted capital I.
    for letter in text.nfkd().flat_map(char::to_lowercase).nfkd() {
        match letter {
            mark if is_combining_mark(mark) || is_invisible(mark) => {}
            'ø' => normal.push('o'),
            'ß' => normal.push_str("ss"),
            'æ' => normal.push_str("ae"),
            'œ' => normal.push_str("oe"),
            'ł' => normal.push('l'),
            'đ' | 'ð' => normal.push('d'),
            'þ' => normal.push_str("th"),
            'ħ' => normal.push('h'),
            'ı' => normal.push('i'),
            'ς' => normal.push('σ'),
            plain if plain.is_alphanumeric() => normal.push(plain),
            _ if normal.is_empty() || normal.ends_with(' ') => {}
            _ => normal.push(' '),
        }
    }
    normal.truncate(normal.trim_end().len());
    normal
}

/// The `LIKE` pattern for normal texts in which `query` stands as a whole; none if it has neither letters nor digits.
pub fn pattern(query: &str) -> Option<String> {
    let normal = normalise(query);
    (!normal.is_empty()).then(|| format!("%{normal}%"))
}

/// The `LIKE` patterns that a normal text has to match, every one, to hold each word of `query` somewhere, the longest word
/// first; of more than eight words the eight longest count. None for a blank
/// query, which asks for everything; a query of nothing but punctuation finds nothing.
pub fn patterns(query: &str) -> Vec<String> {
    let normal: String = normalise(query).chars().take(QUERY_LENGTH).collect();
    let mut words: Vec<&str> = normal.split_whitespace().collect();
    words.sort_unstable_by_key(|word| (std::cmp::Reverse(word.len()), *word));
    words.dedup();
    words.truncate(QUERY_WORDS);
    if words.is_empty() && !query.trim().is_empty() {
        return vec![NOTHING.to_owned()];
    }
    words.into_iter().filter_map(pattern).collect()
}

/// The `LIKE` pattern for a JSON list of language tags, in lower case, that holds `tag`: tags differ in case only (RFC 5646
/// section 2.1.1). What is no tag is in no list, and has to be kept from `LIKE`, which reads more into some characters.
pub fn tag_pattern(tag: &str) -> String {
    let is_tag = tag.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
    if is_tag { format!("%\"{}\"%", tag.to_ascii_lowercase()) } else { NOTHING.to_owned() }
}

/// Soft hyphens, joiners and other characters that show nothing and part no words.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        for (text, normal) in [
            ("COVID-19", "covid 19"),
            ("Ulrika Dagård", "ulrika dagard"),
            ("Elsa Touré", "elsa toure"),
            ("Toure\u{301}", "toure"),
            ("  The way forward: part (2)  ", "the way forward part 2"),
            ("Bjørn Þór Ðuro Łódź Straße Œuvre Æther", "bjorn thor duro lodz strasse oeuvre aether"),
            ("STRASSE STRAẞE", "strasse strasse"),
            ("İstanbul Iğdır", "istanbul igdir"),
            ("ＵＣＬＧ – ﬁrst ②", "uclg first 2"),
            ("web\u{AD}inar", "webinar"),
            ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
            ("العربية 東京", "العربية 東京"),
            ("100% _a\\b", "100 a b"),
            ("—!?", ""),
            ("", ""),
        ] {
            assert_eq!(normalise(text), normal, "{text}");
        }
    }

    #[test]
    fn every_character_becomes_normal_at_once() {
        for letter in '\0'..=char::MAX {
            let normal = normalise(&letter.to_string());
            assert_eq!(normalise(&normal), normal, "U+{:04X}", u32::from(letter));
            assert!(normal.chars().all(|c| c.is_alphanumeric() || c == ' '), "U+{:04X}", u32::from(letter));
        }
    }

    #[test]
    fn a_phrase_is_one_pattern() {
        assert_eq!(pattern("COVID-19"), Some("%covid 19%".to_owned()));
        assert_eq!(pattern("%_\\"), None);
    }

    #[test]
    fn each_word_is_a_pattern() {
        assert_eq!(patterns("Utrecht, University of utrecht"), ["%university%", "%utrecht%", "%of%"]);
        assert_eq!(patterns(" \t"), Vec::<String>::new());
        for hopeless in ["%", "_", "\\", "\0", "🎉"] {
            assert_eq!(patterns(hopeless), ["-"], "{hopeless}");
        }
    }

    #[test]
    fn a_tag_is_one_of_a_list() {
        assert_eq!(tag_pattern("pt-BR"), "%\"pt-br\"%");
        for hopeless in ["%", "e_", "en\",\"de", "\0", "en de"] {
            assert_eq!(tag_pattern(hopeless), NOTHING, "{hopeless}");
        }
    }

    #[test]
    fn a_query_without_end_is_cut() {
        let endless = (0..10_000).map(|number| number.to_string()).collect::<Vec<_>>().join(" ");
        assert_eq!(patterns(&endless), ["%10%", "%11%", "%12%", "%13%", "%14%", "%15%", "%16%", "%17%"]);
        assert_eq!(patterns(&"é".repeat(10_000)), [format!("%{}%", "e".repeat(QUERY_LENGTH))]);
    }
}
