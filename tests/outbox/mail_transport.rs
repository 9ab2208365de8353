//! Sending mail to a server that misbehaves: what is tried again, what is given up, and that no mail ever gets the
//! answer that belongs to another.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use chrono::{TimeZone as _, Utc};
use mail_parser::{MessageParser, MimeHeaders as _};
use plenary::mail::{
    CalendarMethod, CalendarPart, EmailAddress, MailConfig, MailMessage, Mailer, Recipient, SendError,
};

use crate::support::smtp::{Action, Received, SmtpServer, Stage, Step, at};

/// The limit of one send in these tests.
const LIMIT: Duration = Duration::from_millis(600);
/// Within which every send must be over: its limit, the goodbye, and a slow machine.
const OVER: Duration = Duration::from_secs(4);

const ICS: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@plenary.example\r\n\
                   SUMMARY:Städte\r\n.dot\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn mailer_at(url: &str, timeout: Duration) -> Mailer {
    let from = EmailAddress::parse("events@plenary.example").unwrap();
    let config = MailConfig { url: url.to_owned(), from, from_name: Some("Plenary".to_owned()), timeout };
    Mailer::from_config(&config).unwrap()
}

fn mailer(server: &SmtpServer) -> Mailer {
    mailer_at(&server.url(), LIMIT)
}

fn mail_to(recipient: &str) -> MailMessage {
    let local = recipient.split('@').next().unwrap();
    MailMessage {
        message_id: format!("0195.{local}.1@plenary.example"),
        to: Recipient { name: Some("Ann Lee".to_owned()), address: EmailAddress::parse(recipient).unwrap() },
        from_name: None,
        reply_to: Some(EmailAddress::parse("host@example.org").unwrap()),
        subject: format!("For {local}"),
        text: "Hello,\n.\n..two dots\nGrüße\n".to_owned(),
        html: "<p>Hello</p>".to_owned(),
        calendar: Some(CalendarPart { method: CalendarMethod::Request, ics: ICS.to_owned() }),
        in_reply_to: None,
        references: Vec::new(),
        unsubscribe: None,
        date: Utc.with_ymd_and_hms(2027, 3, 9, 8, 5, 1).unwrap(),
    }
}

fn retry(reason: &str) -> Result<(), SendError> {
    Err(SendError::Retry { reason: reason.to_owned() })
}

fn fail(reason: &str) -> Result<(), SendError> {
    Err(SendError::Fail { reason: reason.to_owned() })
}

fn message_ids(received: &[Received]) -> Vec<String> {
    received
        .iter()
        .map(|mail| MessageParser::default().parse(&mail.data).unwrap().message_id().unwrap().to_owned())
        .collect()
}

fn recipients(received: &[Received]) -> Vec<&str> {
    received.iter().flat_map(|mail| mail.to.iter().map(String::as_str)).collect()
}

/// Sends one mail into the script, and then a second one, which must be accepted on its own account.
async fn outcome_of(script: &[Step]) -> Result<(), SendError> {
    let server = SmtpServer::start().await;
    server.script(script.iter().cloned());
    let mailer = mailer(&server);
    let began = Instant::now();
    let outcome = mailer.send(&mail_to("ann@example.org")).await;
    assert!(began.elapsed() < OVER, "{script:?} took {:?}", began.elapsed());
    assert_eq!(server.steps_left(), 0, "{script:?}");
    let before = server.received().len();
    assert_eq!(mailer.send(&mail_to("bob@example.org")).await, Ok(()), "{script:?}");
    let received = server.received();
    assert_eq!(recipients(&received[before..]), ["bob@example.org"], "{script:?}");
    outcome
}

#[tokio::test]
async fn an_accepted_mail_arrives_as_it_was_built() {
    let server = SmtpServer::start().await;
    let mailer = mailer(&server);
    let mail = mail_to("ann@example.org");
    mailer.send(&mail).await.unwrap();
    let received = server.wait_for(1, OVER).await;
    let expected = Received {
        from: "events@plenary.example".to_owned(),
        to: vec!["ann@example.org".to_owned()],
        data: mail.build(mailer.sender()).unwrap().formatted(),
        connection: 1,
    };
    // SMTP ends every message with a line end; a MIME mail may or may not have had one.
    let trimmed = |mut mail: Received| {
        mail.data.truncate(mail.data.trim_ascii_end().len());
        mail
    };
    assert_eq!(received.into_iter().map(trimmed).collect::<Vec<_>>(), [trimmed(expected)]);
    assert_eq!(
        server.commands(),
        ["EHLO plenary.example", "MAIL FROM:<events@plenary.example>", "RCPT TO:<ann@example.org>", "DATA", "QUIT"]
    );
}

#[tokio::test]
async fn the_calendar_entry_survives_the_transport() {
    let server = SmtpServer::start().await;
    mailer(&server).send(&mail_to("ann@example.org")).await.unwrap();
    let received = server.wait_for(1, OVER).await;
    let parsed = MessageParser::default().parse(&received[0].data).unwrap();
    assert_eq!(parsed.parts[4].content_type().unwrap().attribute("method"), Some("REQUEST"));
    assert_eq!(parsed.parts[4].contents(), ICS.as_bytes());
    assert_eq!(parsed.parts[5].contents(), ICS.as_bytes());
    assert_eq!(parsed.parts[2].contents(), "Hello,\r\n.\r\n..two dots\r\nGrüße\r\n".as_bytes());
}

#[tokio::test]
async fn temporary_refusals_are_tried_again() {
    for (stage, name) in [
        (Stage::Mail, "MAIL FROM"),
        (Stage::Rcpt, "RCPT TO"),
        (Stage::Data, "DATA"),
        (Stage::Message, "the end of the message"),
    ] {
        for (reply, words) in [
            ("451 4.3.0 Try later", "451 4.3.0 Try later"),
            ("452 4.2.2 Mailbox of <ann@example.org> full", "452 4.2.2 Mailbox of <address> full"),
            ("421 4.3.2 Shutting down", "421 4.3.2 Shutting down"),
        ] {
            let outcome = outcome_of(&[at(stage, Action::Reply(reply))]).await;
            assert_eq!(outcome, retry(&format!("{name}: {words}")), "{stage:?} {reply}");
        }
    }
}

#[tokio::test]
async fn permanent_refusals_are_given_up() {
    for (stage, name) in [
        (Stage::Mail, "MAIL FROM"),
        (Stage::Rcpt, "RCPT TO"),
        (Stage::Data, "DATA"),
        (Stage::Message, "the end of the message"),
    ] {
        let outcome = outcome_of(&[at(stage, Action::Reply("550 5.1.1 <ann@example.org>: no such user ann"))]).await;
        assert_eq!(outcome, fail(&format!("{name}: 550 5.1.1 <address> no such user <address>")), "{stage:?}");
    }
}

#[tokio::test]
async fn a_refusal_counts_even_if_the_server_then_falls_silent() {
    let script = [at(Stage::Rcpt, Action::Reply("550 5.1.1 Unknown")), at(Stage::Quit, Action::Hang)];
    let server = SmtpServer::start().await;
    server.script(script);
    let outcome = mailer(&server).send(&mail_to("ann@example.org")).await;
    assert_eq!(outcome, fail("RCPT TO: 550 5.1.1 Unknown"));
}

#[tokio::test]
async fn a_server_that_refuses_us_does_not_refuse_the_mail() {
    let banner = outcome_of(&[at(Stage::Banner, Action::Reply("554 5.3.2 No service"))]).await;
    assert_eq!(banner, retry("the greeting: 554 5.3.2 No service"));
    let ehlo = outcome_of(&[at(Stage::Ehlo, Action::Reply("550 5.7.1 Go away"))]).await;
    assert_eq!(ehlo, retry("the greeting: 550 5.7.1 Go away"));
    for reply in ["530 5.7.0 Authentication required", "535 5.7.8 Bad credentials", "538 5.7.11 Encryption required"] {
        let outcome = outcome_of(&[at(Stage::Mail, Action::Reply(reply))]).await;
        assert_eq!(outcome, retry(&format!("MAIL FROM: {reply}")));
    }
}

#[tokio::test]
async fn a_rejected_login_is_tried_again_and_never_repeated_in_words() {
    let server = SmtpServer::start().await;
    server.advertise(&["AUTH PLAIN LOGIN"]);
    let mailer = mailer_at(&format!("smtp://ann%40example.org:hunter2@{}", server.addr), LIMIT);
    mailer.send(&mail_to("ann@example.org")).await.unwrap();
    // RFC 4616: NUL, user, NUL, password.
    assert_eq!(server.commands()[1], "AUTH PLAIN AGFubkBleGFtcGxlLm9yZwBodW50ZXIy");
    server.script([at(Stage::Auth, Action::Reply("535 5.7.8 ann@example.org may not log in"))]);
    let outcome = mailer.send(&mail_to("ann@example.org")).await;
    assert_eq!(outcome, retry("the login: 535 5.7.8 <address> may not log in"));
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_server_without_the_login_that_is_configured_is_a_fault_of_the_configuration() {
    let server = SmtpServer::start().await;
    let outcome =
        mailer_at(&format!("smtp://ann:hunter2@{}", server.addr), LIMIT).send(&mail_to("ann@example.org")).await;
    assert_eq!(outcome, retry("the login: No compatible authentication mechanism was found"));
}

#[tokio::test]
async fn starttls_is_never_skipped() {
    let server = SmtpServer::start().await;
    let mailer = mailer_at(&format!("smtp+starttls://{}", server.addr), LIMIT);
    let outcome = mailer.send(&mail_to("ann@example.org")).await;
    assert_eq!(outcome, retry("STARTTLS: STARTTLS is not supported on this server"));
    server.advertise(&["STARTTLS"]);
    let refused = mailer.send(&mail_to("ann@example.org")).await;
    assert_eq!(refused, retry("STARTTLS: 454 4.7.0 TLS not available"));
    // The server agrees and then speaks no TLS.
    server.always(Stage::StartTls, Action::Reply("220 2.0.0 Go ahead"));
    let garbled = mailer.send(&mail_to("ann@example.org")).await.unwrap_err();
    assert!(garbled.is_retry(), "{garbled}");
    let said: Vec<String> = server.commands().into_iter().filter(|line| line.starts_with("MAIL")).collect();
    assert_eq!(said, Vec::<String>::new());
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_tried_again() {
    let server = SmtpServer::start().await;
    let error =
        mailer_at(&format!("smtps://{}", server.addr), LIMIT).send(&mail_to("ann@example.org")).await.unwrap_err();
    assert!(error.is_retry(), "{error}");
    assert!(error.reason().starts_with("the TLS handshake: "), "{error}");
}

#[tokio::test]
async fn silence_ends_within_the_limit_and_the_next_mail_gets_its_own_answer() {
    for (stage, name) in [
        (Stage::Banner, "the greeting"),
        (Stage::Ehlo, "the greeting"),
        (Stage::Mail, "MAIL FROM"),
        (Stage::Rcpt, "RCPT TO"),
        (Stage::Data, "DATA"),
    ] {
        let outcome = outcome_of(&[at(stage, Action::Hang)]).await;
        assert_eq!(outcome, retry(&format!("{name}: not finished within 600ms")), "{stage:?}");
    }
    let unknown = "the end of the message: not finished within 600ms; the server may have taken the mail";
    assert_eq!(outcome_of(&[at(Stage::Message, Action::Hang)]).await, retry(unknown));
    assert_eq!(outcome_of(&[at(Stage::Message, Action::AcceptThenHang)]).await, retry(unknown));
}

#[tokio::test]
async fn one_byte_at_a_time_is_too_slow() {
    let slow = Action::Slow(Duration::from_secs(1));
    let outcome = outcome_of(&[at(Stage::Banner, slow.clone())]).await;
    assert_eq!(outcome, retry("the greeting: not finished within 600ms"));
    let outcome = outcome_of(&[at(Stage::Rcpt, slow)]).await;
    assert_eq!(outcome, retry("RCPT TO: not finished within 600ms"));
    // Slow but in time is no fault.
    assert_eq!(outcome_of(&[at(Stage::Rcpt, Action::Slow(Duration::from_millis(2)))]).await, Ok(()));
}

#[tokio::test]
async fn a_lost_connection_is_tried_again() {
    for stage in [Stage::Banner, Stage::Ehlo, Stage::Mail, Stage::Rcpt, Stage::Data, Stage::Message] {
        let error = outcome_of(&[at(stage, Action::Drop)]).await.unwrap_err();
        assert!(error.is_retry(), "{stage:?}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again() {
    let addr: SocketAddr = {
        let server = SmtpServer::start().await;
        server.addr
    };
    // The port is closed once the accepting task has been dropped.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = mailer_at(&format!("smtp://{addr}"), LIMIT).send(&mail_to("ann@example.org")).await.unwrap_err();
    assert!(error.is_retry(), "{error}");
    assert!(error.reason().starts_with("connecting: Connection refused"), "{error}");
}

#[tokio::test]
async fn replies_out_of_step_are_not_taken_for_an_acceptance() {
    let late = outcome_of(&[at(Stage::Message, Action::Reply("354 End data with <CR><LF>.<CR><LF>"))]).await;
    assert_eq!(late, retry("the end of the message: unexpected reply 354"));
    let early = outcome_of(&[at(Stage::Data, Action::Reply("250 2.0.0 Ok"))]).await;
    assert_eq!(early, retry("DATA: unexpected reply 250"));
    let nonsense = outcome_of(&[at(Stage::Rcpt, Action::Reply("Hello?"))]).await.unwrap_err();
    assert!(nonsense.is_retry(), "{nonsense}");
}

#[tokio::test]
async fn a_goodbye_that_is_never_answered_does_not_unsend_the_mail() {
    for action in [Action::Hang, Action::Drop, Action::Reply("451 4.3.0 No")] {
        assert_eq!(outcome_of(&[at(Stage::Quit, action)]).await, Ok(()));
    }
}

#[tokio::test]
async fn a_mail_sent_again_is_recognised_by_its_message_id() {
    let server = SmtpServer::start().await;
    server.script([at(Stage::Message, Action::AcceptThenDrop)]);
    let mailer = mailer(&server);
    let mail = mail_to("ann@example.org");
    let first = mailer.send(&mail).await.unwrap_err();
    assert!(first.is_retry(), "{first}");
    mailer.send(&mail).await.unwrap();
    let received = server.wait_for(2, OVER).await;
    assert_eq!(message_ids(&received), ["0195.ann.1@plenary.example"; 2]);
    assert_eq!(received[0].data, received[1].data);
}

#[tokio::test]
async fn hostile_names_arrive_as_names() {
    let server = SmtpServer::start().await;
    let mailer = mailer(&server);
    let hostile = "Bob\r\n.\r\nRCPT TO:<victim@example.org>\r\nBcc: victim@example.org\0";
    let mail = MailMessage {
        to: Recipient { name: Some(hostile.to_owned()), address: EmailAddress::parse("ann@example.org").unwrap() },
        from_name: Some(hostile.to_owned()),
        subject: hostile.to_owned(),
        ..mail_to("ann@example.org")
    };
    mailer.send(&mail).await.unwrap();
    let received = server.wait_for(1, OVER).await;
    assert_eq!(recipients(&received), ["ann@example.org"]);
    let parsed = MessageParser::default().parse(&received[0].data).unwrap();
    let line = "Bob . RCPT TO:<victim@example.org> Bcc: victim@example.org";
    assert_eq!(parsed.subject(), Some(line));
    assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some(line));
    assert_eq!(parsed.from().unwrap().first().unwrap().name(), Some(line));
    assert!(parsed.bcc().is_none());
}

#[tokio::test]
async fn an_unwritable_mail_is_given_up_without_a_connection() {
    let server = SmtpServer::start().await;
    let mail = MailMessage { message_id: "none".to_owned(), ..mail_to("ann@example.org") };
    let outcome = mailer(&server).send(&mail).await;
    assert_eq!(outcome, fail("a Message-ID must look like unique@domain, with at most 200 printable characters"));
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_session_shares_one_connection_until_a_fault() {
    let server = SmtpServer::start().await;
    let mut session = mailer(&server).session();
    session.send(&mail_to("a@example.org")).await.unwrap();
    session.send(&mail_to("b@example.org")).await.unwrap();
    assert_eq!(server.connections(), 1);
    server.script([at(Stage::Rcpt, Action::Reply("550 5.1.1 Unknown"))]);
    assert_eq!(session.send(&mail_to("c@example.org")).await, fail("RCPT TO: 550 5.1.1 Unknown"));
    session.send(&mail_to("d@example.org")).await.unwrap();
    server.script([at(Stage::Message, Action::Hang)]);
    assert!(session.send(&mail_to("e@example.org")).await.unwrap_err().is_retry());
    session.send(&mail_to("f@example.org")).await.unwrap();
    session.close().await;
    let received = server.received();
    let by_connection: Vec<(&str, usize)> =
        received.iter().map(|mail| (mail.to[0].as_str(), mail.connection)).collect();
    assert_eq!(by_connection, [("a@example.org", 1), ("b@example.org", 1), ("d@example.org", 2), ("f@example.org", 3)]);
}

#[tokio::test]
async fn a_session_whose_server_hung_up_in_between_connects_again() {
    for gone in [Action::Drop, Action::Reply("421 4.4.2 Too many mails on this connection")] {
        let server = SmtpServer::start().await;
        let mut session = mailer(&server).session();
        session.send(&mail_to("a@example.org")).await.unwrap();
        server.script([at(Stage::Mail, gone)]);
        session.send(&mail_to("b@example.org")).await.unwrap();
        let received = server.received();
        assert_eq!(recipients(&received), ["a@example.org", "b@example.org"]);
        assert_eq!(received[1].connection, 2);
    }
}

#[tokio::test]
async fn a_send_that_is_cancelled_leaves_no_half_used_connection() {
    let server = SmtpServer::start().await;
    let mut session = mailer(&server).session();
    session.send(&mail_to("a@example.org")).await.unwrap();
    server.script([at(Stage::Data, Action::Hang)]);
    let cancelled = tokio::time::timeout(Duration::from_millis(200), session.send(&mail_to("b@example.org"))).await;
    assert!(cancelled.is_err());
    session.send(&mail_to("c@example.org")).await.unwrap();
    let received = server.received();
    assert_eq!(recipients(&received), ["a@example.org", "c@example.org"]);
    assert_eq!(received[1].connection, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_at_the_same_time_get_their_own_answers() {
    let server = SmtpServer::start().await;
    server.on_rcpt(|address| match address.as_bytes()[1] % 3 {
        0 => Some(Action::Reply("451 4.7.1 Greylisted")),
        1 => Some(Action::Reply("550 5.1.1 Unknown")),
        _ => None,
    });
    let mailer = mailer_at(&server.url(), Duration::from_secs(20));
    let mut sends = tokio::task::JoinSet::new();
    for first in b'a'..=b'j' {
        for second in b'a'..=b'i' {
            let mailer = mailer.clone();
            let to = format!("{}{}@example.org", char::from(first), char::from(second));
            sends.spawn(async move { (second % 3, to.clone(), mailer.send(&mail_to(&to)).await) });
        }
    }
    let mut accepted = Vec::new();
    while let Some(sent) = sends.join_next().await {
        let (class, to, outcome) = sent.unwrap();
        match class {
            0 => assert_eq!(outcome, retry("RCPT TO: 451 4.7.1 Greylisted"), "{to}"),
            1 => assert_eq!(outcome, fail("RCPT TO: 550 5.1.1 Unknown"), "{to}"),
            _ => {
                assert_eq!(outcome, Ok(()), "{to}");
                accepted.push(to);
            }
        }
    }
    let received = server.received();
    let mut arrived = recipients(&received);
    arrived.sort_unstable();
    accepted.sort_unstable();
    assert_eq!(accepted.len(), 30);
    assert_eq!(arrived, accepted);
}

/// With Nagle's algorithm each mail waits 40 ms for an acknowledgement; a hundred would take four seconds.
#[tokio::test]
async fn no_mail_waits_for_a_delayed_acknowledgement() {
    let server = SmtpServer::start().await;
    let mut session = mailer_at(&server.url(), Duration::from_secs(20)).session();
    let began = Instant::now();
    for n in 0..100 {
        session.send(&mail_to(&format!("a{n}@example.org"))).await.unwrap();
    }
    let took = began.elapsed();
    assert_eq!(server.received().len(), 100);
    assert!(took < Duration::from_secs(3), "{took:?}");
}
