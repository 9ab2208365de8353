//! The MIME tree, the headers, and what hostile values do to them, read by an independent parser.

use chrono::{DateTime, TimeZone as _, Utc};
use mail_parser::{MessageParser, MimeHeaders as _};

use super::{
    super::message::{CalendarMethod, Recipient, Unsubscribe},
    *,
};

const ICS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Städte im Wandel – Grüße\r\n \
                   aus Lübeck\r\n.hidden:dot\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn sender() -> Sender {
    Sender { address: address("events@plenary.example"), name: Some("Plenary".to_owned()) }
}

fn at(year: i32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, 3, 9, 8, 5, 1).unwrap()
}

fn message() -> MailMessage {
    MailMessage {
        message_id: "0195.confirmed.1@plenary.example".to_owned(),
        to: Recipient { name: Some("Ann Lee".to_owned()), address: address("ann@example.org") },
        from_name: None,
        reply_to: None,
        subject: "You are registered".to_owned(),
        text: "Dear Ann,\nsee you there.\n".to_owned(),
        html: "<p>Dear Ann,</p>".to_owned(),
        calendar: None,
        in_reply_to: None,
        references: Vec::new(),
        unsubscribe: None,
        date: at(2027),
    }
}

fn with_calendar() -> MailMessage {
    let calendar = CalendarPart { method: CalendarMethod::Request, ics: ICS.to_owned() };
    MailMessage { calendar: Some(calendar), ..message() }
}

fn raw(message: &MailMessage) -> Vec<u8> {
    message.build(&sender()).unwrap().formatted()
}

/// The header block, unfolded, one header a line.
fn header_lines(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8(raw.to_vec()).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ").replace("\r\n\t", " ");
    head.split("\r\n").map(ToOwned::to_owned).collect()
}

fn header_names(raw: &[u8]) -> Vec<String> {
    header_lines(raw).iter().map(|line| line.split_once(':').unwrap().0.to_owned()).collect()
}

fn header(raw: &[u8], name: &str) -> Option<String> {
    let prefix = format!("{name}: ");
    header_lines(raw).iter().find_map(|line| line.strip_prefix(&prefix).map(ToOwned::to_owned))
}

/// The media type of each part, its depth, and its decoded content, in the order of the mail.
fn tree(raw: &[u8]) -> Vec<(String, Vec<u8>)> {
    let parsed = MessageParser::default().parse(raw).unwrap();
    parsed
        .parts
        .iter()
        .map(|part| {
            let kind = part.content_type().unwrap();
            (format!("{}/{}", kind.ctype(), kind.subtype().unwrap()), part.contents().to_vec())
        })
        .collect()
}

#[test]
fn a_mail_with_a_calendar_entry_has_the_tree_that_calendars_expect() {
    let raw = raw(&with_calendar());
    let parsed = MessageParser::default().parse(&raw).unwrap();
    let kinds: Vec<String> = tree(&raw).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(
        kinds,
        ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"]
    );
    assert_eq!(parsed.parts[0].sub_parts(), Some(&[1, 5][..]));
    assert_eq!(parsed.parts[1].sub_parts(), Some(&[2, 3, 4][..]));
    let inline = &parsed.parts[4];
    assert_eq!(inline.content_type().unwrap().attribute("method"), Some("REQUEST"));
    assert_eq!(inline.content_type().unwrap().attribute("charset"), Some("utf-8"));
    assert!(inline.content_disposition().is_none());
    let attached = &parsed.parts[5];
    assert_eq!(attached.content_disposition().unwrap().ctype(), "attachment");
    assert_eq!(attached.attachment_name(), Some("invite.ics"));
    assert_eq!(attached.content_type().unwrap().attribute("name"), Some("invite.ics"));
}

#[test]
fn both_copies_of_the_entry_are_the_bytes_that_were_given() {
    for ics in [ICS.to_owned(), ICS.replace(['ä', 'ü', 'ß', '–'], "x")] {
        let calendar = CalendarPart { method: CalendarMethod::Request, ics: ics.clone() };
        let parts = tree(&raw(&MailMessage { calendar: Some(calendar), ..message() }));
        assert_eq!(parts[4].1, ics.as_bytes());
        assert_eq!(parts[5].1, ics.as_bytes());
    }
}

#[test]
fn the_method_of_the_part_is_the_method_of_the_object() {
    for (method, name) in
        [(CalendarMethod::Publish, "PUBLISH"), (CalendarMethod::Request, "REQUEST"), (CalendarMethod::Cancel, "CANCEL")]
    {
        let ics = ICS.replace("METHOD:REQUEST", &format!("METHOD:{name}"));
        let raw = raw(&MailMessage { calendar: Some(CalendarPart { method, ics }), ..message() });
        let parsed = MessageParser::default().parse(&raw).unwrap();
        assert_eq!(parsed.parts[4].content_type().unwrap().attribute("method"), Some(name));
    }
    for ics in
        [ICS.replace("METHOD:REQUEST\r\n", ""), ICS.replace("REQUEST", "CANCEL"), format!("METHOD:REQUEST\r\n{ICS}")]
    {
        let calendar = CalendarPart { method: CalendarMethod::Request, ics };
        let error = MailMessage { calendar: Some(calendar), ..message() }.build(&sender()).unwrap_err();
        assert_eq!(error, BuildError::CalendarMethod("REQUEST"));
    }
}

#[test]
fn a_mail_without_an_entry_is_one_alternative() {
    let raw = raw(&message());
    let parts = tree(&raw);
    let kinds: Vec<&str> = parts.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["multipart/alternative", "text/plain", "text/html"]);
    assert_eq!(parts[1].1, b"Dear Ann,\r\nsee you there.\r\n");
    assert_eq!(parts[2].1, b"<p>Dear Ann,</p>");
}

#[test]
fn the_headers_of_a_plain_mail_are_these() {
    let lines = header_lines(&raw(&message()));
    assert_eq!(
        lines[..9],
        [
            "Date: Tue, 09 Mar 2027 08:05:01 +0000",
            "From: Plenary <events@plenary.example>",
            "To: \"Ann Lee\" <ann@example.org>",
            "Subject: You are registered",
            "Message-ID: <0195.confirmed.1@plenary.example>",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: OOF, AutoReply",
            "MIME-Version: 1.0",
            lines[8].as_str(),
        ]
    );
    assert_eq!(lines.len(), 9);
    assert!(lines[8].starts_with("Content-Type: multipart/alternative;"), "{}", lines[8]);
}

#[test]
fn sender_reply_to_and_thread() {
    let message = MailMessage {
        from_name: Some("Städtenetz, Köln".to_owned()),
        reply_to: Some(address("host@example.org")),
        in_reply_to: Some("second@plenary.example".to_owned()),
        references: vec!["first@plenary.example".to_owned(), "second@plenary.example".to_owned()],
        ..message()
    };
    let raw = raw(&message);
    let parsed = MessageParser::default().parse(&raw).unwrap();
    let from = parsed.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Städtenetz, Köln"));
    assert_eq!(from.address(), Some("events@plenary.example"));
    assert_eq!(header(&raw, "Reply-To").as_deref(), Some("host@example.org"));
    assert_eq!(header(&raw, "In-Reply-To").as_deref(), Some("<second@plenary.example>"));
    assert_eq!(header(&raw, "References").as_deref(), Some("<first@plenary.example> <second@plenary.example>"));
}

#[test]
fn a_thread_without_references_begins_with_the_parent_and_a_long_one_is_cut_in_the_middle() {
    let parent = MailMessage { in_reply_to: Some("first@plenary.example".to_owned()), ..message() };
    assert_eq!(header(&raw(&parent), "References").as_deref(), Some("<first@plenary.example>"));
    let references: Vec<String> = (0..50).map(|n| format!("{n}@plenary.example")).collect();
    let long = raw(&MailMessage { references, ..message() });
    let written = header(&long, "References").unwrap();
    let ids: Vec<&str> = written.split(' ').collect();
    assert_eq!(ids.len(), 20);
    assert_eq!((ids[0], ids[1], ids[19]), ("<0@plenary.example>", "<31@plenary.example>", "<49@plenary.example>"));
}

#[test]
fn only_a_mailing_can_be_unsubscribed() {
    assert_eq!(header(&raw(&message()), "List-Unsubscribe"), None);
    assert_eq!(header(&raw(&message()), "List-Unsubscribe-Post"), None);
    let url = "https://plenary.example/u/Zm9vYmFy?kind=reminders".to_owned();
    let mailing = raw(&MailMessage { unsubscribe: Some(Unsubscribe { url: url.clone() }), ..message() });
    assert_eq!(header(&mailing, "List-Unsubscribe"), Some(format!("<{url}>")));
    assert_eq!(header(&mailing, "List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    let long = format!("https://plenary.example/{}", "x".repeat(900));
    for bad in ["", "plenary.example/u", "mailto:ann@example.org", "javascript:alert(1)", &long] {
        let unsubscribe = Some(Unsubscribe { url: bad.to_owned() });
        let error = MailMessage { unsubscribe, ..message() }.build(&sender()).unwrap_err();
        assert_eq!(error, BuildError::Unsubscribe, "{bad}");
    }
}

#[test]
fn hostile_names_subjects_and_links_add_no_header() {
    let expected = header_names(&raw(&MailMessage {
        reply_to: Some(address("host@example.org")),
        unsubscribe: Some(Unsubscribe { url: "https://plenary.example/u".to_owned() }),
        ..message()
    }));
    for hostile in [
        "Bob\r\nBcc: victim@example.org",
        "Bob\nBcc: victim@example.org",
        "Bob\rBcc: victim@example.org\r\n\r\nbody",
        "Bob\0\u{1}\u{7f}\u{85}\u{2028}",
        "\"quoted\" \\ <victim@example.org>, other@example.org",
        "\u{202E}gro.elpmaxe@mitciv",
        "=?utf-8?b?QmNjOiB2aWN0aW1AZXhhbXBsZS5vcmcNCg==?=",
        "👩‍🚀\r\n\tZoë",
        "",
        " ",
    ] {
        for hostile in [hostile.to_owned(), format!("{}{hostile}", "x ".repeat(120)), hostile.repeat(40)] {
            let message = MailMessage {
                to: Recipient { name: Some(hostile.clone()), address: address("ann@example.org") },
                from_name: Some(hostile.clone()),
                reply_to: Some(address("host@example.org")),
                subject: hostile.clone(),
                unsubscribe: Some(Unsubscribe { url: format!("https://plenary.example/{}", clean_line(&hostile, 40)) }),
                ..message()
            };
            let raw = raw(&message);
            assert_eq!(header_names(&raw), expected, "{hostile:?}");
            let parsed = MessageParser::default().parse(&raw).unwrap();
            let to: Vec<Option<&str>> = parsed.to().unwrap().iter().map(mail_parser::Addr::address).collect();
            assert_eq!(to, [Some("ann@example.org")], "{hostile:?}");
            let from: Vec<Option<&str>> = parsed.from().unwrap().iter().map(mail_parser::Addr::address).collect();
            assert_eq!(from, [Some("events@plenary.example")], "{hostile:?}");
            let name = clean_display_name(&hostile);
            assert_eq!(parsed.to().unwrap().first().unwrap().name().unwrap_or_default(), name, "{hostile:?}");
            assert_eq!(parsed.subject().unwrap_or_default(), clean_subject(&hostile), "{hostile:?}");
        }
    }
}

#[test]
fn message_ids_that_are_none_are_refused() {
    let long = format!("{}@plenary.example", "x".repeat(200));
    for id in ["", "no-at", "a@b@c", "@b", "a@", "<a@b>", "a b@c", "a@b\r\nBcc: x", "ä@b", &long] {
        let own = MailMessage { message_id: id.to_owned(), ..message() };
        let parent = MailMessage { in_reply_to: Some(id.to_owned()), ..message() };
        let thread = MailMessage { references: vec![id.to_owned()], ..message() };
        for message in [own, parent, thread] {
            assert_eq!(message.build(&sender()).unwrap_err(), BuildError::MessageId, "{id:?}");
        }
    }
}

#[test]
fn dates_that_no_header_can_hold_are_refused() {
    for (year, outcome) in
        [(1969, Err(BuildError::Date)), (1970, Ok(())), (9999, Ok(())), (10_000, Err(BuildError::Date))]
    {
        let built = MailMessage { date: at(year), ..message() }.build(&sender()).map(|_| ());
        assert_eq!(built, outcome, "{year}");
    }
}

#[test]
fn the_same_message_becomes_the_same_bytes() {
    assert_eq!(raw(&with_calendar()), raw(&with_calendar()));
    let other = MailMessage { text: "Dear Bob".to_owned(), ..message() };
    assert_ne!(header(&raw(&other), "Content-Type"), header(&raw(&message()), "Content-Type"));
}

#[test]
fn what_goes_out_is_ascii_in_short_lines_with_crlf_alone() {
    let message = MailMessage {
        subject: "Grüße ".repeat(60),
        text: "a\rb\nc\r\nd\n.\n\0e\u{7}".to_owned() + &"ü".repeat(5000),
        html: "x".repeat(5000),
        ..with_calendar()
    };
    let raw = raw(&message);
    assert!(raw.is_ascii());
    let text = String::from_utf8(raw.clone()).unwrap();
    assert_eq!(text.replace("\r\n", "").find(['\r', '\n', '\0']), None);
    assert_eq!(text.split("\r\n").find(|line| line.len() > 998), None);
    let expected = "a\r\nb\r\nc\r\nd\r\n.\r\ne\u{7}".to_owned() + &"ü".repeat(5000);
    assert_eq!(String::from_utf8(tree(&raw)[2].1.clone()).unwrap(), expected);
}
