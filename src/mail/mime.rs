//! Writes a [`MailMessage`] as MIME.
//!
//! With a calendar entry the tree is
//! `multipart/mixed { multipart/alternative { text/plain, text/html, text/calendar; method=… }, application/ics }`:
//! calendar programs look for the entry in the first child and take the last alternative they understand; the
//! attachment serves those who save it. Without one it is the `multipart/alternative` alone.
//!
//! Everything that goes into a header is cleaned or checked here, whatever was done before, since the MIME library
//! panics on a line break in a display name. Line ends are made CRLF everywhere, which also leaves no bare CR or LF that
//! two servers could read differently. The boundaries are a digest of the content: no content can contain its own, and
//! the same message always becomes the same bytes.

use std::{fmt::Write as _, time::SystemTime};

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use sha2::{Digest, Sha256};
use url::Url;

use super::{
    address::{EmailAddress, clean_display_name, clean_line},
    message::{CalendarPart, MailMessage},
    transport::Sender,
};

/// The longest subject, in characters.
const MAX_SUBJECT: usize = 250;
/// The longest Message-ID, in octets: a header line may have 998, a file name 255.
const MAX_MESSAGE_ID: usize = 200;
/// The longest unsubscribe address, in octets; it cannot be folded, and a line ends at 998.
const MAX_URL: usize = 900;
/// How many Message-IDs of a thread are repeated.
const MAX_REFERENCES: usize = 20;
/// The years that a `Date` header can hold.
const DATES: std::ops::RangeInclusive<i64> = 0..=253_402_300_799;

/// Why a message cannot be written as a mail. Sending it again will not help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A Message-ID, or one referred to, is not `left@right` of printable ASCII.
    #[error("a Message-ID must look like unique@domain, with at most 200 printable characters")]
    MessageId,
    /// The date is before 1970 or after 9999.
    #[error("the date of a mail lies between the years 1970 and 9999")]
    Date,
    /// The unsubscribe address is no usable URL.
    #[error("the unsubscribe address must be an http or https URL of at most 900 characters")]
    Unsubscribe,
    /// The calendar object has another METHOD than the part that carries it, or none.
    #[error("the calendar object must contain METHOD:{0} exactly once")]
    CalendarMethod(&'static str),
    /// The MIME library refused what was built.
    #[error("the mail could not be written: {0}")]
    Mime(String),
}

impl MailMessage {
    /// Writes the message as a MIME mail from `sender`.
    ///
    /// # Errors
    /// [`BuildError`] says what in the message cannot be written; names and subjects never are the reason.
    pub fn build(&self, sender: &Sender) -> Result<Message, BuildError> {
        check_message_id(&self.message_id)?;
        if !DATES.contains(&self.date.timestamp()) {
            return Err(BuildError::Date);
        }
        let from_name = self.from_name.as_deref().or(sender.name.as_deref());
        let mut mail = Message::builder()
            .date(SystemTime::from(self.date))
            .from(mailbox(from_name, &sender.address)?)
            .to(mailbox(self.to.name.as_deref(), &self.to.address)?)
            .subject(clean_subject(&self.subject))
            .message_id(Some(format!("<{}>", self.message_id)));
        if let Some(reply_to) = &self.reply_to {
            mail = mail.reply_to(mailbox(None, reply_to)?);
        }
        for (name, value) in self.plain_headers()? {
            mail = mail.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        }
        mail.multipart(self.body()?).map_err(|error| BuildError::Mime(error.to_string()))
    }

    /// The headers that are checked text, in the order in which they are written.
    fn plain_headers(&self) -> Result<Vec<(&'static str, String)>, BuildError> {
        let mut headers = Vec::new();
        if let Some(parent) = &self.in_reply_to {
            check_message_id(parent)?;
            headers.push(("In-Reply-To", format!("<{parent}>")));
        }
        let mut thread: Vec<&String> = self.references.iter().collect();
        if thread.is_empty() {
            thread.extend(&self.in_reply_to);
        }
        if thread.len() > MAX_REFERENCES {
            // The first message is what clients group by, the latest is the parent.
            thread.drain(1..=thread.len() - MAX_REFERENCES);
        }
        for id in &thread {
            check_message_id(id)?;
        }
        if !thread.is_empty() {
            let ids: Vec<String> = thread.iter().map(|id| format!("<{id}>")).collect();
            headers.push(("References", ids.join(" ")));
        }
        // RFC 3834 section 5, and what Exchange heeds: no vacation notice answers us.
        headers.push(("Auto-Submitted", "auto-generated".to_owned()));
        headers.push(("X-Auto-Response-Suppress", "OOF, AutoReply".to_owned()));
        if let Some(unsubscribe) = &self.unsubscribe {
            let url = Url::parse(&unsubscribe.url).map_err(|_error| BuildError::Unsubscribe)?;
            let written = url.as_str();
            if !matches!(url.scheme(), "https" | "http") || written.len() > MAX_URL || written.contains(['<', '>', ' '])
            {
                return Err(BuildError::Unsubscribe);
            }
            headers.push(("List-Unsubscribe", format!("<{written}>")));
            headers.push(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        Ok(headers)
    }

    fn body(&self) -> Result<MultiPart, BuildError> {
        let text = with_crlf(&self.text);
        let html = with_crlf(&self.html);
        let ics = self.calendar.as_ref().map(|part| with_crlf(&part.ics));
        let digest = self.digest(&[&text, &html, ics.as_deref().unwrap_or_default()]);
        let alternative = MultiPart::alternative()
            .boundary(format!("alternative-{digest}"))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html));
        let (Some(part), Some(ics)) = (&self.calendar, ics) else {
            return Ok(alternative);
        };
        check_calendar_method(part, &ics)?;
        let inline_type = content_type(&format!("text/calendar; method={}; charset=utf-8", part.method.as_str()))?;
        let inline = SinglePart::builder().header(inline_type).body(ics.clone());
        let attachment = SinglePart::builder()
            .header(content_type("application/ics; name=\"invite.ics\"")?)
            .header(ContentDisposition::attachment("invite.ics"))
            .header(ContentTransferEncoding::Base64)
            .body(ics.into_bytes());
        Ok(MultiPart::mixed()
            .boundary(format!("mixed-{digest}"))
            .multipart(alternative.singlepart(inline))
            .singlepart(attachment))
    }

    fn digest(&self, parts: &[&str]) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.message_id);
        for part in parts {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let digest = hash.finalize();
        let mut hex = String::with_capacity(32);
        // 128 bit; a boundary has at most 70 characters.
        for byte in digest.iter().take(16) {
            // Writing into a String cannot fail.
            let _infallible = write!(hex, "{byte:02x}");
        }
        hex
    }
}

fn content_type(text: &str) -> Result<ContentType, BuildError> {
    ContentType::parse(text).map_err(|error| BuildError::Mime(error.to_string()))
}

fn mailbox(name: Option<&str>, address: &EmailAddress) -> Result<Mailbox, BuildError> {
    let name = name.map(clean_display_name).filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, to_lettre(address)?))
}

/// The same address in the type of the MIME library.
pub(super) fn to_lettre(address: &EmailAddress) -> Result<Address, BuildError> {
    Address::new(address.local_part(), address.domain()).map_err(|error| BuildError::Mime(error.to_string()))
}

/// One line, in which nothing that a person typed is taken for an encoded word (RFC 2047).
fn clean_subject(subject: &str) -> String {
    clean_line(subject, MAX_SUBJECT).replace("=?", "= ?")
}

fn check_message_id(id: &str) -> Result<(), BuildError> {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>()[]\\\",;:@".contains(&byte))
    };
    match id.split_once('@') {
        Some((left, right)) if id.len() <= MAX_MESSAGE_ID && is_part(left) && is_part(right) => Ok(()),
        _ => Err(BuildError::MessageId),
    }
}

fn check_calendar_method(part: &CalendarPart, ics: &str) -> Result<(), BuildError> {
    let expected = part.method.as_str();
    let mut methods = ics.split("\r\n").filter_map(|line| line.strip_prefix("METHOD:"));
    if methods.next() == Some(expected) && methods.next().is_none() {
        Ok(())
    } else {
        Err(BuildError::CalendarMethod(expected))
    }
}

/// Every line end as CRLF, without NUL; what is CRLF already stays as it is, byte for byte.
fn with_crlf(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push_str("\r\n");
            }
            '\n' => out.push_str("\r\n"),
            '\0' => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
#[path = "mime_tests.rs"]
mod tests;
