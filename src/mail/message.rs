//! One mail to one person, before it is written as MIME.
//!
//! A message holds finished texts and nothing that depends on the moment of sending: its date and its Message-ID are
//! given to it, so that sending it again sends the same bytes.

use chrono::{DateTime, Utc};

use super::address::EmailAddress;

/// A mail, ready to be written and sent. It has exactly one recipient: one refused address then refuses one mail, and
/// nobody learns of anybody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailMessage {
    /// The Message-ID without its angle brackets, `unique@our-domain`. It stays the same on every attempt.
    pub message_id: String,
    /// Who gets it.
    pub to: Recipient,
    /// The name beside our sender address; without one the configured name is used.
    pub from_name: Option<String>,
    /// Where answers go, usually the organiser.
    pub reply_to: Option<EmailAddress>,
    /// The subject, in plain Unicode.
    pub subject: String,
    /// The plain text version.
    pub text: String,
    /// The HTML version.
    pub html: String,
    /// The calendar entry, if the mail carries one.
    pub calendar: Option<CalendarPart>,
    /// The Message-ID, without angle brackets, of the mail that this one follows.
    pub in_reply_to: Option<String>,
    /// The Message-IDs, without angle brackets, of the thread so far, oldest first. When it is empty, `in_reply_to`
    /// stands in for it.
    pub references: Vec<String>,
    /// How to stop mails of this kind; only for mails that are not transactional.
    pub unsubscribe: Option<Unsubscribe>,
    /// When the mail was written (UTC).
    pub date: DateTime<Utc>,
}

/// The person a mail is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The name as the person gave it; it is cleaned when the mail is written.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

/// A calendar object (RFC 5545) that a mail carries twice: as the alternative that calendars act on, and as an
/// attachment for those who save it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarPart {
    /// What the object asks for; it must be the `METHOD` of the object itself (RFC 6047 section 2.4).
    pub method: CalendarMethod,
    /// The object, with CRLF line ends.
    pub ics: String,
}

impl CalendarPart {
    /// Whether it takes its entry out of the calendar: it asks for that, or says that what it is about is off.
    pub fn takes_back(&self) -> bool {
        self.method == CalendarMethod::Cancel || self.ics.lines().any(|line| line == "STATUS:CANCELLED")
    }
}

/// The iTIP methods that leave this house (RFC 5546 section 1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarMethod {
    /// An entry for information; it names no attendee.
    Publish,
    /// An entry that the calendar adds or moves; it names the recipient as its one attendee.
    Request,
    /// The entry is taken back.
    Cancel,
}

impl CalendarMethod {
    /// The method as it is written in the object and in the Content-Type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// The way out of a mailing (RFC 2369 and RFC 8058).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsubscribe {
    /// Where a mail program posts `List-Unsubscribe=One-Click`. Mail programs only act on `https`.
    pub url: String,
}
