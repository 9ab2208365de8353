//! Which mail URLs are understood, and what the others are told.

use secrecy::ExposeSecret;

use super::*;

fn smtp(text: &str) -> SmtpServer {
    match text.parse() {
        Ok(MailUrl::Smtp(server)) => server,
        other => panic!("{text}: {other:?}"),
    }
}

fn error(text: &str) -> MailUrlError {
    text.parse::<MailUrl>().unwrap_err()
}

#[test]
fn servers_with_their_default_ports() {
    for (text, security, host, port) in [
        ("smtp://localhost", Security::Plain, "localhost", 25),
        ("smtp://127.0.0.1:1025/", Security::Plain, "127.0.0.1", 1025),
        ("smtp://[::1]:2525", Security::Plain, "::1", 2525),
        ("smtp+starttls://Mail.Example.org", Security::StartTls, "mail.example.org", 587),
        ("smtps://mail.example.org", Security::Implicit, "mail.example.org", 465),
        (" smtps://bücher.example:4650 ", Security::Implicit, "xn--bcher-kva.example", 4650),
    ] {
        let server = smtp(text);
        assert_eq!((server.security, server.host.as_str(), server.port), (security, host, port), "{text}");
        assert!(server.login.is_none(), "{text}");
    }
}

#[test]
fn credentials_are_decoded_and_never_printed() {
    let server = smtp("smtps://ann%40example.org:p%C3%A4ss%2Fw%25rd@mail.example.org");
    let login = server.login.clone().unwrap();
    assert_eq!(login.user.expose_secret(), "ann@example.org");
    assert_eq!(login.password.expose_secret(), "päss/w%rd");
    assert_eq!(format!("{server:?}"), "smtps://***@mail.example.org:465");
    let broken_escape = smtp("smtps://ann:100%@mail.example.org").login.unwrap();
    assert_eq!(broken_escape.password.expose_secret(), "100%");
}

#[test]
fn a_password_is_not_sent_in_clear_text() {
    assert_eq!(error("smtp://ann:secret@mail.example.org"), MailUrlError::ClearTextPassword);
    assert_eq!(error("smtp://ann:secret@192.168.1.1"), MailUrlError::ClearTextPassword);
    assert!(smtp("smtp://ann:secret@127.0.0.1:1025").login.is_some());
    assert!(smtp("smtp://ann:secret@localhost").login.is_some());
}

#[test]
fn folders_and_memory() {
    for (text, path) in [
        ("file:./data/mailbox", "./data/mailbox"),
        ("file:/var/mail", "/var/mail"),
        ("file:///var/mail", "/var/mail"),
        ("file:with space", "with space"),
    ] {
        match text.parse() {
            Ok(MailUrl::File(folder)) => assert_eq!(folder, PathBuf::from(path), "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    assert!(matches!("memory:".parse(), Ok(MailUrl::Memory)));
}

#[test]
fn what_cannot_be_meant_is_answered_with_what_to_write() {
    for (text, expected) in [
        ("", MailUrlError::Scheme),
        ("localhost:25", MailUrlError::Scheme),
        ("http://localhost", MailUrlError::Scheme),
        ("smtp:localhost", MailUrlError::Scheme),
        ("smtp://", MailUrlError::Shape("smtp")),
        ("smtp://:25", MailUrlError::Shape("smtp")),
        ("smtps://host:99999", MailUrlError::Shape("smtps")),
        ("smtp://host:port", MailUrlError::Shape("smtp")),
        ("smtp://host?tls=required", MailUrlError::Trailing),
        ("smtp://host/ehlo", MailUrlError::Trailing),
        ("smtps://ann@host", MailUrlError::HalfCredentials("smtps")),
        ("smtps://:secret@host", MailUrlError::HalfCredentials("smtps")),
        ("smtps://ann:%ff@host", MailUrlError::Encoding),
        ("file:", MailUrlError::NoFolder),
        ("memory:x", MailUrlError::MemoryWithMore),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
    assert_eq!(
        error("smtps://ann@host").to_string(),
        "the mail URL needs both a user name and a password, or neither: smtps://user:password@host"
    );
}
