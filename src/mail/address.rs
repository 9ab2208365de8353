//! E-mail addresses and the display names beside them.
//!
//! What is accepted is narrower than RFC 5321: a dot-atom of ASCII before the `@`, a fully qualified domain after it.
//! Quoted local parts, address literals (`a@[192.0.2.1]`) and `a@localhost` are refused, because no attendee has one and
//! mail software disagrees about them. A domain in another script is turned into its A-labels (`xn--…`), so that every
//! server can take it.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};

/// The longest address, in octets (RFC 5321 section 4.5.3.1.3, without the angle brackets).
const MAX_ADDRESS: usize = 254;
/// The longest part before the `@`, in octets (RFC 5321 section 4.5.3.1.1).
const MAX_LOCAL_PART: usize = 64;
/// The longest display name, in characters.
const MAX_DISPLAY_NAME: usize = 100;

/// Why a text is not an e-mail address. The sentences never repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing was given.
    #[error("an e-mail address is needed, like name@example.org")]
    Empty,
    /// There is no `@`, or more than one.
    #[error("an e-mail address has exactly one @, like name@example.org")]
    At,
    /// More than 254 octets, or more than 64 before the `@`.
    #[error("an e-mail address has at most 254 characters, 64 of them before the @")]
    TooLong,
    /// A control character anywhere.
    #[error("an e-mail address has no control characters or line breaks")]
    Control,
    /// Letters outside ASCII before the `@`; most servers cannot take them (RFC 6531).
    #[error("before the @ only unaccented Latin letters, digits and punctuation can be delivered")]
    NonAsciiLocalPart,
    /// Not a dot-atom (RFC 5322 section 3.2.3).
    #[error("before the @ stand letters, digits and any of !#$%&'*+-/=?^_`{{|}}~, with single dots between them")]
    LocalPart,
    /// Not a fully qualified domain name.
    #[error("after the @ stands a full domain name, like example.org")]
    Domain,
}

/// A checked e-mail address. The part before the `@` keeps its case; the domain is lower case, in A-labels.
///
/// `Display` and serde write the address; `Debug` masks it, since debug output ends in logs.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress {
    address: String,
    /// Where the `@` is, in octets.
    at: usize,
}

impl EmailAddress {
    /// Reads an address; spaces around it are dropped.
    ///
    /// # Errors
    /// [`AddressError`] says which rule the text breaks.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim_matches(' ');
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(AddressError::Control);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressError::At)?;
        if domain.contains('@') {
            return Err(AddressError::At);
        }
        check_local_part(local)?;
        let domain = parse_domain(domain)?;
        let address = format!("{local}@{domain}");
        if address.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        Ok(Self { address, at: local.len() })
    }

    /// The address as it is written into a mail.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The part before the `@`, in the case it was given in.
    pub fn local_part(&self) -> &str {
        self.address.get(..self.at).unwrap_or_default()
    }

    /// The domain, lower case, in A-labels.
    pub fn domain(&self) -> &str {
        self.address.get(self.at + 1..).unwrap_or_default()
    }

    /// What two spellings of one address share: the whole address in lower case. Uniqueness is decided on this.
    pub fn key(&self) -> String {
        self.address.to_ascii_lowercase()
    }

    /// What the addresses share that their owner makes by adding to one: its [`key`](Self::key) without the `+tag` of its local
    /// part (RFC 5233). Whoever means to spare a person counts on this; servers that do not know such addresses may make two
    /// people of it, so uniqueness is not.
    pub fn mailbox_key(&self) -> String {
        let local = self.local_part();
        let mailbox = local.split_once('+').map_or(local, |(mailbox, _)| mailbox);
        if mailbox.is_empty() { self.key() } else { format!("{mailbox}@{}", self.domain()).to_ascii_lowercase() }
    }

    /// The address for a log line: its first character, and nothing else of it.
    pub fn masked(&self) -> String {
        format!("{}…@…", self.address.chars().next().unwrap_or_default())
    }
}

fn check_local_part(local: &str) -> Result<(), AddressError> {
    if !local.is_ascii() {
        return Err(AddressError::NonAsciiLocalPart);
    }
    if local.len() > MAX_LOCAL_PART {
        return Err(AddressError::TooLong);
    }
    let is_atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    if local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext)) {
        Ok(())
    } else {
        Err(AddressError::LocalPart)
    }
}

fn parse_domain(domain: &str) -> Result<String, AddressError> {
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_error| AddressError::Domain)?;
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    // A top-level domain is never a number; without this rule 192.0.2.1 would pass for a name.
    let (_, top) = ascii.rsplit_once('.').ok_or(AddressError::Domain)?;
    if ascii.split('.').all(is_label) && top.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        Ok(ascii)
    } else {
        Err(AddressError::Domain)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }
}

impl AsRef<str> for EmailAddress {
    fn as_ref(&self) -> &str {
        &self.address
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.address)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(D::Error::custom)
    }
}

impl PartialSchema for EmailAddress {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
            .max_length(Some(MAX_ADDRESS))
            .description(Some("An e-mail address: an ASCII local part and a fully qualified domain."))
            .examples(["name@example.org"])
            .into()
    }
}

impl ToSchema for EmailAddress {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("EmailAddress")
    }
}

/// Makes a person's or organisation's name fit for a mail header: line breaks and tabs become spaces, other control
/// characters and the marks that reorder a line are dropped, spaces are collapsed, and 100 characters remain at most.
pub fn clean_display_name(name: &str) -> String {
    clean_line(name, MAX_DISPLAY_NAME)
}

/// [`clean_display_name`] with another limit, in characters.
pub(super) fn clean_line(text: &str, limit: usize) -> String {
    let kept: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control() && !is_reordering(*c))
        .collect();
    let line = kept.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let short: String = line.chars().take(limit).collect();
    short.trim_end().to_owned()
}

/// Unicode's explicit directional marks, and the byte order mark: invisible, and able to disguise what follows.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
