//! What may go into a content line of iCalendar (RFC 5545 3.1).
//!
//! The `icalendar` crate writes most values as they are, so every value from outside passes through here first.
//! Each function returns a value that cannot end its line, open a parameter or start another property:
//! - no control character but HTAB, no line break but LF, and LF in descriptions alone (the crate writes it as `\n`);
//! - a parameter value is quoted and holds no quote, no caret and no backslash;
//! - a URI is ASCII, has one of the wanted schemes, and none of the characters that RFC 3986 excludes.
//!
//! What cannot be cleaned is left out rather than mended by guess: the URI functions return `None`.

use url::Url;

/// The longest text that is written, in bytes. Folding in the crate is quadratic, so that there must be a limit; the
/// API accepts far less.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;

/// The longest URI that is written, in bytes.
pub const MAX_URI_BYTES: usize = 4 * 1024;

/// A text of several lines: every line break becomes LF, control characters are dropped, HTAB stays. Longer texts are
/// cut at [`MAX_TEXT_BYTES`], never inside a character.
pub fn clean_text(value: &str) -> String {
    let mut text = String::with_capacity(value.len().min(MAX_TEXT_BYTES));
    let mut after_cr = false;
    for character in value.chars() {
        let kept = match character {
            '\n' if after_cr => None,
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\t' => Some('\t'),
            '\u{feff}' => None,
            other if other.is_control() => None,
            other => Some(other),
        };
        after_cr = character == '\r';
        if let Some(kept) = kept {
            if text.len() + kept.len_utf8() > MAX_TEXT_BYTES {
                break;
            }
            text.push(kept);
        }
    }
    text
}

/// A text of one line: as [`clean_text`], with a space for each run of line breaks and tabs, trimmed.
pub fn clean_line(value: &str) -> String {
    let text = clean_text(value);
    let parts: Vec<&str> = text.split(['\n', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// The value of a parameter such as `CN`, in its quotes: one line, `"` becomes `'`, `\` becomes `/`, `^` is dropped.
/// `None` when nothing is left.
///
/// The quotes keep `: ; , =` from having a meaning; the crate adds none to a value that has them. A caret could spell
/// the escapes of RFC 6868, and those that spell a quote are shown raw by widespread readers. A backslash is an ordinary
/// character here, but others decode it as in a TEXT, and one then mistakes where the parameters end.
pub fn clean_parameter(value: &str) -> Option<String> {
    let line: String = clean_line(value)
        .chars()
        .filter(|character| *character != '^')
        .map(|character| match character {
            '"' => '\'',
            '\\' => '/',
            other => other,
        })
        .collect();
    let line = line.trim();
    (!line.is_empty()).then(|| format!("\"{line}\""))
}

/// A language tag (RFC 5646) for the `LANGUAGE` parameter, `None` when it is not made of letters, digits and hyphens.
pub fn clean_language(value: &str) -> Option<String> {
    let is_tag = !value.is_empty()
        && value.len() <= 35
        && value.split('-').all(|part| !part.is_empty() && part.chars().all(|each| each.is_ascii_alphanumeric()));
    is_tag.then(|| value.to_owned())
}

/// A link with the scheme http or https, and a host. See [`clean_uri`].
pub fn clean_link(value: &str) -> Option<String> {
    clean_uri(value, &["https", "http"])
}

/// A way into a conference: a link, or a telephone number as `tel:`. See [`clean_uri`].
pub fn clean_conference(value: &str) -> Option<String> {
    clean_uri(value, &["https", "http", "tel"])
}

/// The text, unless it is blank: a blank property is left out.
pub fn not_empty(value: String) -> Option<String> {
    (!value.trim().is_empty()).then_some(value)
}

/// A URI with one of the given schemes. One that is legal already comes back unchanged; otherwise its host becomes an
/// A-label and what RFC 3986 excludes is percent-encoded. Commas and semicolons stay: a URI is no TEXT (RFC 5545
/// 3.3.13). `None` for another scheme, a control character or line break, no URI, or more than [`MAX_URI_BYTES`].
fn clean_uri(value: &str, schemes: &[&str]) -> Option<String> {
    let value = value.trim();
    if value.len() > MAX_URI_BYTES || value.chars().any(|each| each.is_control() || "\u{2028}\u{2029}".contains(each)) {
        return None;
    }
    let parsed = Url::parse(value).ok()?;
    if !schemes.contains(&parsed.scheme()) {
        return None;
    }
    if value.chars().all(is_uri_character) {
        return Some(value.to_owned());
    }
    let encoded = encode_unless(parsed.as_str(), is_uri_character);
    (encoded.len() <= MAX_URI_BYTES).then_some(encoded)
}

/// A mail address as `mailto:` URI (RFC 6068): the domain as A-labels, the local part percent-encoded where needed.
/// `None` when the text is no address.
pub fn clean_mailto(email: &str) -> Option<String> {
    let (local, domain) = email.trim().rsplit_once('@')?;
    if local.is_empty() || email.len() > 320 || email.chars().any(|each| each.is_control() || each.is_whitespace()) {
        return None;
    }
    let domain = idna::domain_to_ascii(domain).ok()?;
    let is_host = !domain.is_empty() && domain.chars().all(|each| each.is_ascii_alphanumeric() || ".-".contains(each));
    is_host.then(|| {
        let local = encode_unless(local, |each| each.is_ascii_alphanumeric() || "-._~!$'*+".contains(each));
        format!("mailto:{local}@{domain}")
    })
}

/// Escapes a TEXT (RFC 5545 3.3.11), for the properties that the crate does not know to be texts.
pub fn escape_text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' | ',' | ';' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Whether RFC 3986 lets the character stand in a URI.
fn is_uri_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(character)
}

/// Percent-encodes every character that `is_kept` refuses, octet by octet of its UTF-8 form.
fn encode_unless(value: &str, is_kept: impl Fn(char) -> bool) -> String {
    let mut encoded = String::with_capacity(value.len());
    for character in value.chars() {
        if is_kept(character) {
            encoded.push(character);
        } else {
            let mut buffer = [0; 4];
            encoded.extend(character.encode_utf8(&mut buffer).bytes().map(|octet| format!("%{octet:02X}")));
        }
    }
    encoded
}

#[cfg(test)]
#[path = "clean_tests.rs"]
mod tests;
