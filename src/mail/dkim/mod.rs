//! DKIM (RFC 6376, RFC 8463): a signature that shows that a mail comes from our domain and arrives as it was written.
//!
//! What is signed are the bytes that leave the house, after the MIME library has written them: signing with that library
//! would leave out the `Content-Type` of every multipart message. Both canonicalisations are relaxed, which survives the
//! white space that servers on the way change. The signature depends on nothing but the message and the key (its time is
//! the mail's `Date`), so that a mail which is sent again has the same bytes.

mod canonical;
mod key;

use std::{fmt, fs, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use self::canonical::{Field, relaxed_body, relaxed_field, split};
use self::key::SigningKey;
use super::address::EmailAddress;
use crate::config::DkimConfig;

/// The fields that are signed where a mail has them: all that a reader sees or a mail program acts on.
const SIGNED: [&str; 14] = [
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "in-reply-to",
    "references",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
];
/// Those that are signed once more than they occur, so that adding one breaks the signature (RFC 6376 section 8.15).
const OVERSIGNED: [&str; 8] =
    ["from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type"];
/// Where lines of the signature are broken, in characters.
const LINE: usize = 72;

/// Why mails cannot be signed as configured; each sentence says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DkimError {
    /// Some of the settings, and not all.
    #[error(
        "PLENARY_DKIM_KEY, PLENARY_DKIM_SELECTOR and PLENARY_DKIM_DOMAIN go together: write all three or none; {0} is \
         missing"
    )]
    Incomplete(&'static str),
    /// The file is not there, or not ours to read.
    #[error("PLENARY_DKIM_KEY names {file}, which cannot be read: {reason}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system says.
        reason: String,
    },
    /// What is in the file is no key that we can sign with.
    #[error(
        "PLENARY_DKIM_KEY must name a PEM file with one private key, RSA of 2048 to 4096 bits or Ed25519, for example the \
         output of `openssl genrsa 2048`: {0}"
    )]
    Key(String),
    /// The selector is no name.
    #[error("PLENARY_DKIM_SELECTOR must be a DNS label such as events2026: letters, digits and hyphens")]
    Selector,
    /// The domain is no name.
    #[error("PLENARY_DKIM_DOMAIN must be a full domain name such as example.org")]
    Domain,
    /// The signature would say nothing about the sender.
    #[error(
        "PLENARY_DKIM_DOMAIN is {domain}, but PLENARY_MAIL_FROM is an address at {from}: write {from} or a domain above it, \
         or receivers will not take the signature for the sender's"
    )]
    Misaligned {
        /// The domain that would sign.
        domain: String,
        /// The domain that mails come from.
        from: String,
    },
}

/// Signs mails. Clones share the key.
#[derive(Clone)]
pub struct DkimSigner {
    key: Arc<SigningKey>,
    selector: String,
    domain: String,
}

impl fmt::Debug for DkimSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DkimSigner({})", self.record_name())
    }
}

impl DkimSigner {
    /// Reads the key that is configured; none if nothing is.
    ///
    /// # Errors
    /// [`DkimError`] says what to write.
    pub fn from_config(config: &DkimConfig) -> Result<Option<Self>, DkimError> {
        let (Some(file), Some(selector), Some(domain)) = (&config.key, &config.selector, &config.domain) else {
            let settings = [
                ("PLENARY_DKIM_KEY", config.key.is_some()),
                ("PLENARY_DKIM_SELECTOR", config.selector.is_some()),
                ("PLENARY_DKIM_DOMAIN", config.domain.is_some()),
            ];
            let missing = settings.iter().find(|(_, is_set)| !is_set).map_or("", |(name, _)| *name);
            let is_any_set = settings.iter().any(|(_, is_set)| *is_set);
            return if is_any_set { Err(DkimError::Incomplete(missing)) } else { Ok(None) };
        };
        let pem = fs::read(file)
            .map_err(|error| DkimError::Unreadable { file: file.display().to_string(), reason: error.to_string() })?;
        Self::new(&pem, selector, domain).map(Some)
    }

    /// Signs with the private key in `pem` for `domain`, whose record stands under `selector`.
    ///
    /// # Errors
    /// [`DkimError`] says what to write.
    pub fn new(pem: &[u8], selector: &str, domain: &str) -> Result<Self, DkimError> {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        if selector.len() > 100 || !selector.split('.').all(is_label) {
            return Err(DkimError::Selector);
        }
        // What may stand after the @ may sign.
        let domain = EmailAddress::parse(&format!("dkim@{domain}")).map_err(|_not_a_domain| DkimError::Domain)?;
        let key = SigningKey::from_pem(pem).map_err(DkimError::Key)?;
        Ok(Self { key: Arc::new(key), selector: selector.to_owned(), domain: domain.domain().to_owned() })
    }

    /// Insists that the signature speaks for mails from `sender` (the alignment of RFC 7489 section 3.1.1).
    ///
    /// # Errors
    /// The sender's domain is another one.
    pub fn check_sender(&self, sender: &EmailAddress) -> Result<(), DkimError> {
        let from = sender.domain();
        let is_below = from.strip_suffix(&self.domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
        if is_below {
            return Ok(());
        }
        Err(DkimError::Misaligned { domain: self.domain.clone(), from: from.to_owned() })
    }

    /// The name of the TXT record that receivers look up.
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// The value of that record: the public key.
    pub fn record_value(&self) -> String {
        format!("v=DKIM1; k={}; p={}", self.key.kind(), STANDARD.encode(self.key.public()))
    }

    /// The mail with its signature as the first field. `at` is the mail's date.
    ///
    /// # Errors
    /// The key could not be used.
    pub(super) fn sign(&self, raw: &[u8], at: DateTime<Utc>) -> Result<Vec<u8>, String> {
        let (fields, body) = split(raw);
        let body_hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        let names = signed_names(&fields);
        let unsigned = format!(
            "v=1; a={}-sha256; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={};\r\n b=",
            self.key.kind(),
            self.domain,
            self.selector,
            at.timestamp(),
            fold_names(&names),
            body_hash
        );
        let mut signed = Vec::new();
        for (place, name) in names.iter().enumerate() {
            // Fields of one name are taken from the last upwards, and a name without a field adds nothing (RFC 6376
            // section 5.4.2).
            let before = names.iter().take(place).filter(|earlier| *earlier == name).count();
            let field = fields.iter().rev().filter(|field| field.name == *name).nth(before);
            signed.extend(field.into_iter().flat_map(|field| relaxed_field(&field.name, field.value)));
        }
        let own = relaxed_field("dkim-signature", unsigned.as_bytes());
        signed.extend_from_slice(own.strip_suffix(b"\r\n").unwrap_or(&own));
        let signature = STANDARD.encode(self.key.sign(&signed)?);
        let mut mail = format!("DKIM-Signature: {unsigned}{}\r\n", fold_base64(&signature)).into_bytes();
        mail.extend_from_slice(raw);
        Ok(mail)
    }
}

/// The names to sign, each as often as its field stands in the mail, and once more if none may be added.
fn signed_names(fields: &[Field<'_>]) -> Vec<&'static str> {
    let times = |name: &'static str| {
        let present = fields.iter().filter(|field| field.name == name).count();
        present + usize::from(OVERSIGNED.contains(&name))
    };
    SIGNED.iter().flat_map(|name| std::iter::repeat_n(*name, times(name))).collect()
}

/// The names with colons between them, on lines that are not too long.
fn fold_names(names: &[&str]) -> String {
    let mut folded = String::new();
    let mut width = "h=".len();
    for (place, name) in names.iter().enumerate() {
        if place > 0 {
            folded.push(':');
            width += 1;
        }
        if width + name.len() > LINE {
            folded.push_str("\r\n  ");
            width = 2;
        }
        folded.push_str(name);
        width += name.len();
    }
    folded
}

/// Base64 on lines that are not too long; white space in it means nothing.
fn fold_base64(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + text.len() / 16);
    for (place, letter) in text.chars().enumerate() {
        if place > 0 && place % LINE == 0 {
            folded.push_str("\r\n ");
        }
        folded.push(letter);
    }
    folded
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
