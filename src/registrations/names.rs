//! Names that strangers enter. Our mails repeat them, to an address that need not be the stranger's own: a name that holds
//! an address on the web would make us send somebody else's advertisement.

use crate::http::{Checks, Code};

/// How long the name of a person is at most, in characters.
const NAME: usize = 200;

/// Checks the name of a person whom anybody may have entered.
pub fn check_name(checks: &mut Checks, pointer: &str, name: &str) {
    checks.line(pointer, name, NAME);
    if name.chars().any(is_disguise) {
        checks.fault(pointer, Code::TextInvalid, "Marks that turn the direction of a line are not accepted here.");
    } else if has_web_address(name) {
        checks.fault(pointer, Code::TextInvalid, "A name holds no address on the web.");
    }
}

/// Line separators, and marks that embed or override a direction: they make a text look like another one.
fn is_disguise(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether mail programs would make a link of a part of it: a scheme, `www.`, or a domain with a path.
fn has_web_address(name: &str) -> bool {
    let name = name.to_lowercase();
    let starts_web = |word: &str| word.trim_start_matches(|c: char| !c.is_alphanumeric()).starts_with("www.");
    name.contains("://") || name.split_whitespace().any(|word| starts_web(word) || has_path(word))
}

/// `example.org/…`, but not `A./B.`
fn has_path(word: &str) -> bool {
    let Some((host, _path)) = word.split_once('/') else { return false };
    let Some((domain, top)) = host.rsplit_once('.') else { return false };
    domain.ends_with(char::is_alphanumeric) && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(name: &str) -> usize {
        let mut checks = Checks::new();
        check_name(&mut checks, "/name", name);
        checks.into_errors().len()
    }

    #[test]
    fn people_have_all_kinds_of_names() {
        for name in [
            "Ulrika Lindqvist",
            "J.R.R. Tolkien",
            "Conan O’Brien, Jr.",
            "Ada \"the first\" <b>",
            "=?utf-8?B?SGk=?=",
            "Wwwilma",
            "Müller a.d./H.",
            "A/B",
            "St.John",
            "محمد",
            "می\u{200c}خواهم",
            "נחום",
            "http",
        ] {
            assert_eq!(faults(name), 0, "{name}");
        }
    }

    #[test]
    fn a_name_is_no_advertisement_and_no_disguise() {
        for name in [
            "Win at https://spam.example/x",
            "HTTP://SPAM.EXAMPLE",
            "see www.spam.example",
            "(WWW.spam.example)",
            "spam.example/win now",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\u{2028}b",
            "a\r\nBcc: b@example.org",
            "a\0b",
            "",
        ] {
            assert_eq!(faults(name), 1, "{name}");
        }
        assert_eq!(faults(&"a".repeat(200)), 0);
        assert_eq!(faults(&"a".repeat(201)), 1);
    }
}
