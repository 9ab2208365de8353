//! Reports as mail servers write them: delivery status notifications (RFC 3464) and feedback reports (RFC 5965).
//!
//! Both are a `multipart/report` (RFC 6522): a text for people, a part for programs, and the mail that came back, or its
//! head. Whoever knows the address for bounces can write one, so only the first level is taken apart here, part by part: the
//! mail inside is read no further than its head, and nothing in it can nest.

use mail_parser::{Address, HeaderValue, Message, MessageParser, MimeHeaders as _};

use super::model::Report;
use super::rules::{kind_of_delivery, kind_of_feedback};
use crate::mail::EnhancedStatus;
use crate::outbox::BounceKind;

/// How many parts are looked at, and how many recipients of a notification. Our mails have one.
const MOST: usize = 10;

/// What a mail reports; nothing if it is no report, such as the answer of somebody on holiday.
pub(super) fn read_reports(mail: &[u8]) -> Vec<Report> {
    let Some(head) = MessageParser::new().with_mime_headers().with_message_ids().parse_headers(mail) else {
        return Vec::new();
    };
    let kind = head.content_type();
    let report = kind.filter(|kind| {
        let is_report = kind.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"));
        is_report && kind.ctype().eq_ignore_ascii_case("multipart")
    });
    let Some(boundary) = report.and_then(|kind| kind.attribute("boundary")) else { return Vec::new() };
    let parts: Vec<Part<'_>> = split_parts(mail, boundary).into_iter().filter_map(Part::read).collect();
    let returned = parts.iter().find_map(Part::returned).unwrap_or_default();
    let Some(message_id) = returned.message_id.or_else(|| parent_of(&head)) else { return Vec::new() };
    let about = |found: Found| Report {
        message_id: message_id.clone(),
        recipients: if found.recipients.is_empty() { returned.recipients.clone() } else { found.recipients },
        kind: found.kind,
        status: found.status.map(|status| status.to_string()),
        diagnostic: found.diagnostic,
        at: None,
    };
    parts.iter().flat_map(Part::found).map(about).collect()
}

/// The mail that a report answers, if it says so.
fn parent_of(report: &Message<'_>) -> Option<String> {
    let last = |value: &HeaderValue<'_>| value.as_text_list().and_then(|list| list.last().map(ToString::to_string));
    last(report.in_reply_to()).or_else(|| last(report.references()))
}

/// What a part for programs says of one recipient.
struct Found {
    kind: BounceKind,
    recipients: Vec<String>,
    status: Option<EnhancedStatus>,
    diagnostic: Option<String>,
}

/// What is known of the mail that came back.
#[derive(Default, Clone)]
struct Returned {
    message_id: Option<String>,
    recipients: Vec<String>,
}

/// One part of a report: its type, and what is in it.
struct Part<'a> {
    subtype: String,
    content: &'a [u8],
}

impl<'a> Part<'a> {
    fn read(part: &'a [u8]) -> Option<Self> {
        let head = MessageParser::new().with_mime_headers().parse_headers(part)?;
        let subtype = head.content_type()?.subtype()?.to_ascii_lowercase();
        Some(Self { subtype, content: content_of(part) })
    }

    fn found(&self) -> Vec<Found> {
        let groups = || groups(self.content).into_iter();
        match self.subtype.as_str() {
            // The first group is about the mail, each further one about a recipient.
            "delivery-status" | "global-delivery-status" => {
                groups().skip(1).take(MOST).filter_map(|group| delivery(&group)).collect()
            }
            "feedback-report" => groups().take(1).filter_map(|group| feedback(&group)).collect(),
            _ => Vec::new(),
        }
    }

    fn returned(&self) -> Option<Returned> {
        if !matches!(self.subtype.as_str(), "rfc822" | "rfc822-headers" | "global" | "global-headers") {
            return None;
        }
        let mail = MessageParser::new().with_message_ids().with_address_headers().parse_headers(self.content)?;
        let recipients = mail.to().map(Address::iter).into_iter().flatten().take(MOST);
        let recipients = recipients.filter_map(|to| to.address().map(str::to_owned)).collect();
        Some(Returned { message_id: mail.message_id().map(str::to_owned), recipients })
    }
}

fn delivery(group: &Fields) -> Option<Found> {
    let status = field(group, "status").and_then(EnhancedStatus::at_start_of);
    let kind = kind_of_delivery(field(group, "action")?, status)?;
    let recipients = ["original-recipient", "final-recipient"].iter().filter_map(|name| field(group, name));
    let diagnostic = field(group, "diagnostic-code").map(|text| {
        let words = text.split_once(';').map_or(text, |(_type, words)| words);
        words.trim().to_owned()
    });
    Some(Found { kind, recipients: recipients.map(str::to_owned).collect(), status, diagnostic })
}

fn feedback(group: &Fields) -> Option<Found> {
    let kind = kind_of_feedback(field(group, "feedback-type")?)?;
    let recipients = ["original-rcpt-to", "removal-recipient"].iter().filter_map(|name| field(group, name));
    Some(Found { kind, recipients: recipients.map(str::to_owned).collect(), status: None, diagnostic: None })
}

type Fields = Vec<(String, String)>;

fn field<'a>(group: &'a Fields, name: &str) -> Option<&'a str> {
    group.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// The groups of fields of a part for programs, which empty lines keep apart.
fn groups(content: &[u8]) -> Vec<Fields> {
    let text = String::from_utf8_lossy(content);
    let mut groups = vec![Fields::new()];
    for line in text.lines().skip_while(|line| line.trim().is_empty()) {
        let is_full = groups.last().is_some_and(|group| !group.is_empty());
        if line.trim().is_empty() {
            if is_full {
                groups.push(Fields::new());
            }
            continue;
        }
        let Some(group) = groups.last_mut() else { continue };
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// What stands behind the first empty line.
fn content_of(part: &[u8]) -> &[u8] {
    let mut at = 0;
    for line in part.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        if line.trim_ascii().is_empty() {
            break;
        }
    }
    part.get(at..).unwrap_or_default()
}

/// What stands between the lines `--boundary`.
fn split_parts<'a>(mail: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let (mut parts, mut begins, mut at) = (Vec::new(), None, 0);
    for line in mail.split_inclusive(|byte| *byte == b'\n') {
        let rest = line.strip_prefix(delimiter.as_bytes()).map(<[u8]>::trim_ascii_end);
        if let Some(end @ (b"" | b"--")) = rest {
            if let Some(part) = begins.and_then(|begins| mail.get(begins..at)) {
                parts.push(part);
            }
            begins = end.is_empty().then_some(at + line.len());
            if parts.len() == MOST || begins.is_none() {
                return parts;
            }
        }
        at += line.len();
    }
    // A report that was cut off may still have said enough.
    parts.extend(begins.and_then(|begins| mail.get(begins..)));
    parts
}

#[cfg(test)]
#[path = "report_tests.rs"]
mod tests;
