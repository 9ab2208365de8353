//! That our signatures hold, in the eyes of a verifier that is not ours, on what arrived over SMTP.

use std::path::PathBuf;
use std::process::{Command, Output};

use chrono::{TimeZone as _, Utc};
use plenary::config::DkimConfig;
use plenary::mail::{
    CalendarMethod, CalendarPart, DEFAULT_TIMEOUT, DkimSigner, EmailAddress, MailConfig, MailMessage, Mailer,
    Recipient, Unsubscribe,
};
use serde_json::json;

use crate::support::parsers::verify_dkim;
use crate::support::smtp::SmtpServer;
use crate::support::{TestAppBuilder, person};

both!(what_the_application_sends_is_signed);

const KEYS: [&str; 3] = ["dkim_rsa_pkcs1.pem", "dkim_rsa_pkcs8.pem", "dkim_ed25519.pem"];

fn key_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/support/keys").join(name)
}

fn config(key: &str) -> DkimConfig {
    DkimConfig {
        key: Some(key_file(key)),
        selector: Some("events2022".to_owned()),
        domain: Some("example.org".to_owned()),
    }
}

fn signer(key: &str) -> DkimSigner {
    DkimSigner::from_config(&config(key)).unwrap().unwrap()
}

fn plain_mail() -> MailMessage {
    MailMessage {
        message_id: "0195.1@events.example.org".to_owned(),
        to: Recipient {
            name: Some("Ådne Ønske".to_owned()), address: EmailAddress::parse("ann@example.org").unwrap()
        },
        from_name: Some("City of Köln".to_owned()),
        reply_to: Some(EmailAddress::parse("host@example.org").unwrap()),
        subject: "Short".to_owned(),
        text: "Hello,\n.\n..two dots\n  two  spaces \t\nGrüße\n\n\n".to_owned(),
        html: "<p>Hello</p>\n".to_owned(),
        calendar: None,
        in_reply_to: None,
        references: Vec::new(),
        unsubscribe: None,
        date: Utc.with_ymd_and_hms(2022, 2, 1, 9, 0, 0).unwrap(),
    }
}

/// Mails of every shape: a calendar entry, a long subject in another script, a thread with a way out, and an empty one.
fn mails() -> Vec<MailMessage> {
    let ics = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Städte\r\n.dot\r\n\
               END:VEVENT\r\nEND:VCALENDAR\r\n";
    vec![
        plain_mail(),
        MailMessage {
            calendar: Some(CalendarPart { method: CalendarMethod::Request, ics: ics.to_owned() }),
            ..plain_mail()
        },
        MailMessage { subject: "Städte für Menschenrechte – 人権都市 ".repeat(6), ..plain_mail() },
        MailMessage {
            in_reply_to: Some("first@events.example.org".to_owned()),
            references: (0..15).map(|number| format!("message-number-{number}@events.example.org")).collect(),
            unsubscribe: Some(Unsubscribe { url: format!("https://events.example.org/u/{}", "x".repeat(200)) }),
            ..plain_mail()
        },
        MailMessage { text: String::new(), html: String::new(), reply_to: None, ..plain_mail() },
    ]
}

/// What an SMTP server gets of a mail that is signed with `key`.
async fn received(key: &str, mail: &MailMessage) -> Vec<u8> {
    let server = SmtpServer::start().await;
    let from = EmailAddress::parse("plenary@events.example.org").unwrap();
    let config = MailConfig { url: server.url(), from, from_name: None, timeout: DEFAULT_TIMEOUT };
    let mailer = Mailer::from_config(&config).unwrap().signed_by(signer(key)).unwrap();
    mailer.send(mail).await.unwrap();
    server.received().remove(0).data
}

fn holds(key: &str, mail: &[u8]) -> bool {
    let signer = signer(key);
    verify_dkim(mail, &signer.record_name(), &signer.record_value()).0
}

#[tokio::test]
async fn every_mail_is_signed_by_every_kind_of_key() {
    for key in KEYS {
        for mail in mails() {
            let raw = received(key, &mail).await;
            assert!(holds(key, &raw), "{key}:\n{}", String::from_utf8_lossy(&raw));
            assert_eq!(received(key, &mail).await, raw, "a second copy has the same bytes");
        }
    }
}

#[tokio::test]
async fn whatever_a_reader_sees_is_signed() {
    let thread = mails().remove(3);
    let raw = received(KEYS[0], &thread).await;
    let signer = signer(KEYS[0]);
    let (is_valid, signed) = verify_dkim(&raw, &signer.record_name(), &signer.record_value());
    let twice = ["from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type"];
    let mut wanted: Vec<&str> = twice.iter().flat_map(|name| [*name; 2]).collect();
    wanted.extend(["in-reply-to", "references", "auto-submitted", "list-unsubscribe", "list-unsubscribe-post"]);
    assert_eq!((is_valid, signed), (true, wanted.iter().map(ToString::to_string).collect()));
}

#[tokio::test]
async fn a_change_on_the_way_breaks_the_signature() {
    let raw = String::from_utf8(received(KEYS[0], &plain_mail()).await).unwrap();
    let once = |from: &str, to: &str| {
        assert_eq!(raw.matches(from).count(), 1, "{from}");
        raw.replace(from, to)
    };
    let first = |field: &str| format!("{field}\r\n{raw}");
    for changed in [
        once("<p>Hello</p>", "<p>Hallo</p>"),
        once("Subject: Short", "Subject: Other"),
        once("Reply-To: host@example.org", "Reply-To: evil@example.org"),
        once("Content-Type: multipart/alternative;", "Content-Type: multipart/related;"),
        // What some readers would show in the place of the signed ones.
        first("From: evil@example.org"),
        first("Subject: Other"),
        first("Content-Type: text/html"),
    ] {
        assert!(!holds(KEYS[0], changed.as_bytes()), "{changed}");
    }
    // White space that servers change, and what they add, is nothing to the signature.
    let relaxed = raw.replace("Hello,", "Hello, \t").replace("Subject: Short", "SUBJECT:  Short ");
    for kept in [relaxed, first("Received: from here by there"), first("X-Spam: no"), format!("{raw}\r\n\r\n")] {
        assert!(holds(KEYS[0], kept.as_bytes()), "{kept}");
    }
    // The key of somebody else: that of RFC 8463 appendix A.2.
    let raw = received(KEYS[2], &plain_mail()).await;
    let other = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    assert!(!verify_dkim(&raw, &signer(KEYS[2]).record_name(), other).0);
}

async fn what_the_application_sends_is_signed(app: TestAppBuilder) {
    let app = app.dkim(config(KEYS[0])).start().await;
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert!(mail.calendar.is_some());
    assert!(holds(KEYS[0], &mail.raw));
}

fn plenary(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_plenary"));
    command.current_dir(folder.path()).env("PLENARY_LOG", "off").args(arguments);
    command.output().expect("the program runs")
}

#[test]
fn the_record_is_printed_for_the_dns() {
    let key = key_file(KEYS[2]);
    let output = plenary(&[
        "dkim-record",
        "--dkim-key",
        key.to_str().unwrap(),
        "--dkim-selector",
        "events2022",
        "--dkim-domain",
        "example.org",
    ]);
    let printed = String::from_utf8(output.stdout).unwrap();
    let value = signer(KEYS[2]).record_value();
    assert_eq!(printed, format!("events2022._domainkey.example.org\n{value}\n"));
    assert!(output.status.success());
}

#[test]
fn half_a_configuration_stops_the_start() {
    for (arguments, sentence) in [
        (
            vec!["dkim-record"],
            "plenary: set PLENARY_DKIM_KEY, PLENARY_DKIM_SELECTOR and PLENARY_DKIM_DOMAIN, or give their flags\n",
        ),
        (
            vec!["worker", "--dkim-selector", "s"],
            "plenary: PLENARY_DKIM_KEY, PLENARY_DKIM_SELECTOR and PLENARY_DKIM_DOMAIN go together: write all three or \
             none; PLENARY_DKIM_KEY is missing\n",
        ),
        (
            vec![
                "worker",
                "--dkim-key",
                key_file(KEYS[0]).to_str().unwrap(),
                "--dkim-selector",
                "s",
                "--dkim-domain",
                "example.net",
                "--mail-from",
                "a@example.org",
            ],
            "plenary: PLENARY_DKIM_DOMAIN is example.net, but PLENARY_MAIL_FROM is an address at example.org: write \
             example.org or a domain above it, or receivers will not take the signature for the sender's\n",
        ),
    ] {
        let output = plenary(&arguments);
        assert_eq!(String::from_utf8(output.stderr).unwrap(), sentence, "{arguments:?}");
        assert!(!output.status.success());
    }
}
