//! Checks of single fields. They collect every fault with its pointer before a request is refused, and never alter what
//! was sent: a text is stored as it came, or refused.

use super::problem::{Code, FieldError, Problem};
use crate::time::{Zone, ZoneError};

/// Collects the faults of one request.
#[derive(Debug, Default)]
pub struct Checks {
    errors: Vec<FieldError>,
}

/// Longest text of one line, in characters.
pub const LINE: usize = 300;
/// Longest text of several lines, in characters.
pub const TEXT: usize = 20_000;

impl Checks {
    /// No fault so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault.
    pub fn fault(&mut self, pointer: impl Into<String>, code: Code, detail: impl Into<String>) {
        self.errors.push(FieldError::new(pointer, code, detail));
    }

    /// Adds a fault that was made elsewhere.
    pub fn add(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    /// Adds the faults of a part, with `prefix` before their pointers.
    pub fn add_all(&mut self, prefix: &str, errors: Vec<FieldError>) {
        self.errors.extend(
            errors.into_iter().map(|error| FieldError { pointer: format!("{prefix}{}", error.pointer), ..error }),
        );
    }

    /// A required text of one line: not blank, at most `max` characters, no control characters.
    pub fn line(&mut self, pointer: &str, text: &str, max: usize) {
        if text.trim().is_empty() {
            self.fault(pointer, Code::TextInvalid, "This text must not be empty.");
        } else {
            self.characters(pointer, text, max, char::is_control);
        }
    }

    /// An optional text of one line.
    pub fn optional_line(&mut self, pointer: &str, text: Option<&str>, max: usize) {
        if let Some(text) = text {
            self.line(pointer, text, max);
        }
    }

    /// An optional text of several lines: line breaks and tabs are fine, other control characters are not.
    pub fn optional_text(&mut self, pointer: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.characters(pointer, text, TEXT, |c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
        }
    }

    /// A list of texts of several lines.
    pub fn texts(&mut self, pointer: &str, texts: &[String]) {
        self.count(pointer, texts.len(), 100);
        for (index, text) in texts.iter().enumerate() {
            let pointer = format!("{pointer}/{index}");
            if text.trim().is_empty() {
                self.fault(pointer, Code::TextInvalid, "This text must not be empty.");
            } else {
                self.optional_text(&pointer, Some(text));
            }
        }
    }

    /// A list of texts of one line.
    pub fn lines(&mut self, pointer: &str, lines: &[String], max: usize) {
        self.count(pointer, lines.len(), 100);
        for (index, line) in lines.iter().enumerate() {
            self.line(&format!("{pointer}/{index}"), line, max);
        }
    }

    /// At most `max` entries.
    pub fn count(&mut self, pointer: &str, count: usize, max: usize) {
        if count > max {
            self.fault(pointer, Code::NumberInvalid, format!("At most {max} entries."));
        }
    }

    /// An optional number within a range.
    pub fn range(&mut self, pointer: &str, number: Option<i32>, range: std::ops::RangeInclusive<i32>) {
        if let Some(number) = number
            && !range.contains(&number)
        {
            let (least, most) = (range.start(), range.end());
            self.fault(pointer, Code::NumberInvalid, format!("A number from {least} to {most}."));
        }
    }

    /// An optional absolute http or https URL of at most 2,000 characters.
    pub fn optional_url(&mut self, pointer: &str, text: Option<&str>) {
        let Some(text) = text else { return };
        let parsed =
            url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let is_plain = text.len() <= 2_000
            && !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>\"\\^`{|}".contains(c));
        if parsed.is_none() || !is_plain {
            self.fault(pointer, Code::UrlInvalid, "An absolute address such as https://example.org/page.");
        }
    }

    /// Language tags: two or three letters, then optional parts, as in `en`, `pt-BR`, `zh-Hant`.
    pub fn languages(&mut self, pointer: &str, tags: &[String]) {
        self.count(pointer, tags.len(), 20);
        for (index, tag) in tags.iter().enumerate() {
            self.language(&format!("{pointer}/{index}"), tag);
        }
    }

    /// One language tag.
    pub fn language(&mut self, pointer: &str, tag: &str) {
        if !is_language(tag) {
            self.fault(pointer, Code::LanguageInvalid, "A BCP 47 tag such as en, de or pt-BR.");
        }
    }

    /// An optional IANA zone. An abbreviation or a misspelling is answered with what may have been meant.
    pub fn optional_zone(&mut self, pointer: &str, name: Option<&str>) -> Option<Zone> {
        match name.map(Zone::parse)? {
            Ok(zone) => Some(zone),
            Err(error) => {
                let code = match error {
                    ZoneError::Abbreviation { .. } => Code::TimezoneAbbreviation,
                    ZoneError::Unknown { .. } => Code::TimezoneUnknown,
                };
                let candidates = error.candidates().iter().map(|name| (*name).to_owned()).collect();
                self.add(FieldError { candidates, ..FieldError::new(pointer, code, format!("{error}.")) });
                None
            }
        }
    }

    /// A slug: lower-case letters, digits and single hyphens between them, at most 80 characters.
    pub fn slug(&mut self, pointer: &str, slug: &str) {
        let is_word =
            |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if slug.len() > 80 || !slug.split('-').all(is_word) {
            self.fault(pointer, Code::SlugInvalid, "Lower-case letters, digits and single hyphens, as in autumn-2021.");
        }
    }

    /// Refuses the request if there was a fault.
    ///
    /// # Errors
    /// 422 with all faults.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid(self.errors)) }
    }

    /// The faults themselves, for the part of a larger request.
    pub fn into_errors(self) -> Vec<FieldError> {
        self.errors
    }

    fn characters(&mut self, pointer: &str, text: &str, max: usize, is_forbidden: impl Fn(char) -> bool) {
        if text.chars().count() > max {
            self.add(FieldError::too_long(pointer, max));
        } else if text.chars().any(is_forbidden) {
            self.fault(pointer, Code::TextInvalid, "Control characters are not accepted here.");
        }
    }
}

/// Whether it is a language tag as we take them: two or three lower-case letters, then optional parts, as in `en`, `pt-BR`, `zh-Hant`.
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_primary =
        parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && part.chars().all(|c| c.is_ascii_lowercase()));
    is_primary
        && tag.len() <= 35
        && parts.all(|part| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(check: impl Fn(&mut Checks)) -> Vec<&'static str> {
        let mut checks = Checks::new();
        check(&mut checks);
        checks.into_errors().into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn texts_are_kept_or_refused() {
        assert!(codes(|c| c.line("/t", "Tracking & reporting: “a” – مرحبا 🎉", 300)).is_empty());
        assert_eq!(codes(|c| c.line("/t", " ", 300)), ["text_invalid"]);
        assert_eq!(codes(|c| c.line("/t", "a\nb", 300)), ["text_invalid"]);
        assert_eq!(codes(|c| c.line("/t", "a\0b", 300)), ["text_invalid"]);
        assert_eq!(codes(|c| c.line("/t", "ååå", 2)), ["text_invalid"]);
        assert!(codes(|c| c.optional_text("/t", Some("a\r\n\tb"))).is_empty());
        assert_eq!(codes(|c| c.optional_text("/t", Some("a\u{7}b"))), ["text_invalid"]);
    }

    #[test]
    fn urls_languages_and_slugs() {
        assert!(codes(|c| c.optional_url("/u", Some("https://example.org/a?b=c,d;e"))).is_empty());
        for wrong in ["javascript:alert(1)", "//x", "https://", "ftp://x/", "https://x/\r\nX:1", "https://x/a b"] {
            assert_eq!(codes(|c| c.optional_url("/u", Some(wrong))), ["url_invalid"], "{wrong}");
        }
        assert!(codes(|c| c.languages("/l", &["en".into(), "pt-BR".into()])).is_empty());
        assert_eq!(codes(|c| c.language("/l", "English")), ["language_invalid"]);
        assert!(codes(|c| c.slug("/s", "autumn-2021")).is_empty());
        for wrong in ["", "-a", "a--b", "A", "ä", "a b"] {
            assert_eq!(codes(|c| c.slug("/s", wrong)), ["slug_invalid"], "{wrong}");
        }
    }
}
