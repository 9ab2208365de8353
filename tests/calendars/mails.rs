//! M1 to M7, M10 and M14: entries that are sent to people. Unsubscribing (M8) is a journey, `reminding::unsubscribing`; DKIM (M9),
//! refusals and silence of servers (M11 to M13), TLS and logins (M15) and bounces (M16) are tests of `outbox`.

use chrono::{DateTime, TimeDelta};
use mail_parser::{MessageParser, MessagePart, MimeHeaders as _, PartType};
use serde_json::{Value, json};

use super::{Calendar, EVENTS, Staff, feed, feed_of, lines};
use crate::support::smtp::{Action, Stage, at};
use crate::support::{Answer, Mail, TestApp, person};

both!(
    m01_a_mail_has_the_parts_that_programs_look_for,
    m02_both_copies_are_the_same,
    m03_an_invitation_is_for_its_recipient,
    m04_a_change_follows_the_first_mail,
    m05_a_cancellation_takes_the_entry_back,
    m06_hostile_texts_add_no_header,
    m07_a_mail_has_one_id_however_often_it_is_sent,
    m10_foreign_domains_go_out_in_ascii,
    m14_each_mail_has_one_recipient,
);

fn when(day: u32) -> Value {
    json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H30M" })
}

async fn register(app: &TestApp, event: &Answer, name: &str, email: &str) -> Mail {
    app.post(&format!("{EVENTS}/{}/registrations", event.id()), person(name, email)).await.expect(201);
    let [mail] = app.deliver().await.try_into().expect("one mail");
    mail
}

async fn published(app: &TestApp) -> (Staff, Answer) {
    let staff = Staff::of(app).await;
    let title = "Städte & Rechte: “what works” 🎉, ".repeat(4);
    let event =
        staff.publish(json!({ "title": title.trim(), "when": when(17), "abstract": "Grüße. ".repeat(100) })).await;
    (staff, event)
}

/// `type/subtype` of a part and, in brackets, of what is in it.
fn tree(parts: &[MessagePart<'_>], index: u32) -> String {
    let part = &parts[usize::try_from(index).unwrap()];
    let kind = part
        .content_type()
        .map_or_else(String::new, |kind| format!("{}/{}", kind.c_type, kind.subtype().unwrap_or_default()));
    match &part.body {
        PartType::Multipart(inside) => {
            let inside: Vec<String> = inside.iter().map(|index| tree(parts, *index)).collect();
            format!("{kind}[{}]", inside.join(" "))
        }
        _ => kind,
    }
}

async fn m01_a_mail_has_the_parts_that_programs_look_for(app: TestApp) {
    let (_, event) = published(&app).await;
    let mail = register(&app, &event, "Ada", "ada@example.org").await;
    let message = MessageParser::default().parse(&mail.raw).unwrap();
    let expected = "multipart/mixed[multipart/alternative[text/plain text/html text/calendar] application/ics]";
    assert_eq!(tree(&message.parts, 0), expected);
    for part in &message.parts {
        let kind = part.content_type().unwrap();
        match kind.subtype().unwrap() {
            "calendar" => {
                assert_eq!(kind.attribute("method"), Some("REQUEST"));
                assert_eq!(kind.attribute("charset"), Some("utf-8"));
                assert!(part.content_disposition().is_none(), "it is no attachment");
            }
            "ics" => {
                assert!(part.content_disposition().unwrap().is_attachment());
                assert_eq!(part.attachment_name(), Some("invite.ics"));
            }
            "plain" | "html" => assert_eq!(kind.attribute("charset"), Some("utf-8")),
            _ => {}
        }
    }
    let (method, ics) = mail.calendar.as_ref().unwrap();
    assert_eq!(Calendar::read(ics).lines.values("METHOD"), [method.as_str()]);
}

async fn m02_both_copies_are_the_same(app: TestApp) {
    let (_, event) = published(&app).await;
    let mail = register(&app, &event, "Ådne Ønske", "ada@example.org").await;
    let message = MessageParser::default().parse(&mail.raw).unwrap();
    let kinds = ["calendar", "ics"].map(|kind| {
        let mut all =
            message.parts.iter().filter(|part| part.content_type().is_some_and(|one| one.subtype() == Some(kind)));
        let copy = all.next().expect(kind).contents().to_vec();
        assert!(all.next().is_none());
        copy
    });
    assert_eq!(kinds[0], kinds[1]);
    assert!(lines::folded_lines(&kinds[0]).len() > 20);
    assert!(mail.raw.is_ascii() && mail.raw.split(|octet| *octet == b'\n').all(|line| line.len() < 999));
}

async fn m03_an_invitation_is_for_its_recipient(app: TestApp) {
    let (_, event) = published(&app).await;
    app.pass(TimeDelta::hours(3));
    let mail = register(&app, &event, "Ada", "Ada.Lovelace+x@example.org").await;
    let calendar = Calendar::read(&mail.calendar.as_ref().unwrap().1);
    let entry = calendar.lines.event(&event.string("/uid"));
    assert_eq!(calendar.lines.values("METHOD"), ["REQUEST"]);
    let attendee = entry.one("ATTENDEE");
    assert_eq!(attendee.value, "mailto:Ada.Lovelace+x@example.org");
    assert_eq!(attendee.value, format!("mailto:{}", mail.envelope_to));
    assert_eq!((attendee.parameter("PARTSTAT"), attendee.parameter("RSVP")), (Some("ACCEPTED"), Some("FALSE")));
    let organizer = &entry.one("ORGANIZER").value;
    assert_eq!(*organizer, format!("mailto:{}", mail.from));
    assert_ne!(*organizer, attendee.value);
    assert_eq!(entry.one("SEQUENCE").value, event.at("/sequence").to_string());
    // What the person has is younger than the event: they registered three hours after its last change.
    let now = app.clock().now().format("%Y%m%dT%H%M%SZ").to_string();
    assert_eq!([&entry.one("DTSTAMP").value, &entry.one("LAST-MODIFIED").value], [&now, &now]);
    let changed: DateTime<chrono::Utc> = event.string("/updated_at").parse().unwrap();
    assert_eq!(app.clock().now() - changed, TimeDelta::hours(3));
}

fn sequence(calendar: &Calendar) -> i64 {
    calendar.event()["sequence"].as_i64().unwrap()
}

async fn m04_a_change_follows_the_first_mail(app: TestApp) {
    let (staff, event) = published(&app).await;
    let first = register(&app, &event, "Ada", "ada@example.org").await;
    let mut before = Calendar::read(&first.calendar.as_ref().unwrap().1);
    let id = first.header("message-id").unwrap();
    for day in [24, 25] {
        app.pass(TimeDelta::hours(1));
        staff.command(&event, "reschedule", json!({ "when": when(day) })).await;
        let [mail] = app.deliver().await.try_into().expect("one mail");
        let calendar = Calendar::read(&mail.calendar.as_ref().unwrap().1);
        assert_eq!(calendar.lines.values("METHOD"), ["REQUEST"]);
        assert_eq!(calendar.event()["uid"], before.event()["uid"]);
        assert_eq!(sequence(&calendar), sequence(&before) + 1);
        assert_eq!((mail.header("references"), mail.header("in-reply-to")), (Some(id), Some(id)), "the first mail");
        // It is whole, and as in the feed.
        let shown = feed(&app, &feed_of(&event)).await;
        for name in ["uid", "sequence", "summary", "start", "end", "status", "url"] {
            assert_eq!(calendar.event()[name], shown.event()[name], "{name}");
        }
        before = calendar;
    }
}

async fn m05_a_cancellation_takes_the_entry_back(app: TestApp) {
    let (staff, event) = published(&app).await;
    let first = register(&app, &event, "Ada", "ada@example.org").await;
    let before = Calendar::read(&first.calendar.as_ref().unwrap().1);
    app.pass(TimeDelta::hours(1));
    staff.command(&event, "cancel", json!({})).await;
    let [mail] = app.deliver().await.try_into().expect("one mail");
    let (method, ics) = mail.calendar.as_ref().unwrap();
    let calendar = Calendar::read(ics);
    assert_eq!((method.as_str(), calendar.lines.values("METHOD")), ("CANCEL", vec!["CANCEL"]));
    let (gone, seat) = (calendar.event(), before.event());
    assert_eq!(gone["status"], "CANCELLED");
    assert_eq!(sequence(&calendar), sequence(&before) + 1);
    for name in ["uid", "organizer", "start", "end"] {
        assert_eq!(gone[name], seat[name], "{name}");
    }
    assert_eq!(gone["attendees"][0]["address"], format!("mailto:{}", mail.envelope_to));
}

async fn m06_hostile_texts_add_no_header(app: TestApp) {
    let staff = Staff::of(&app).await;
    let hostile = r#"<script>"x"</script>; Bcc: eve@example.org {{ 7 * 7 }} "#;
    staff.owner.patch("/api/v1/workspaces/demo", json!({ "name": hostile })).await.expect(200);
    let event = staff.publish(json!({ "title": hostile, "when": when(17) })).await;
    let registrations = format!("{EVENTS}/{}/registrations", event.id());
    for wrong in ["Ada\r\nBcc: eve@example.org", "Ada\nX: 1", "Ada\0", "Ada\u{7}"] {
        let refused = app.post(&registrations, person(wrong, "ada@example.org")).await;
        refused.faults(&[("/name", "text_invalid")]);
        let body = json!({ "reply_to": format!("a@example.org{}", &wrong[3..]) });
        assert_eq!(staff.owner.patch("/api/v1/workspaces/demo", body).await.status, 422, "{wrong:?}");
    }
    for wrong in ["ada@example.org\r\nBcc: eve@example.org", "<ada@example.org>", "ada@example.org, eve@example.org"] {
        let refused = app.post(&registrations, person("Ada", wrong)).await;
        refused.faults(&[("/email", "email_invalid")]);
    }
    let plain = register(&app, &event, "Bo", "bo@example.org").await;
    let mail = register(&app, &event, hostile, "ada@example.org").await;
    let names = |mail: &Mail| mail.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&mail), names(&plain));
    assert_eq!((mail.envelope_to.as_str(), mail.to.as_str()), ("ada@example.org", "ada@example.org"));
    assert_eq!(mail.from_name.as_deref(), Some(hostile.trim()));
    assert!(mail.subject.contains(hostile.trim()) && !mail.html.contains("<script>"), "{}", mail.html);
    assert!(mail.text.contains("{{ 7 * 7 }}"), "{}", mail.text);
    let calendar = Calendar::read(&mail.calendar.as_ref().unwrap().1);
    assert_eq!(calendar.event()["summary"], hostile.trim());
}

async fn m07_a_mail_has_one_id_however_often_it_is_sent(app: TestApp) {
    let (_, event) = published(&app).await;
    let first = register(&app, &event, "Ada", "ada@example.org").await;
    // The server takes the mail and falls silent: it is sent again, and is the same to whoever gets both.
    app.smtp().script([at(Stage::Message, Action::AcceptThenDrop)]);
    app.post(&format!("{EVENTS}/{}/registrations", event.id()), person("Bo", "bo@example.org")).await.expect(201);
    let sent = app.deliver().await;
    app.pass(TimeDelta::minutes(1));
    let again = app.deliver().await;
    assert_eq!((sent.len(), again.len()), (1, 1));
    assert_eq!(sent[0].raw, again[0].raw);
    for mail in [&first, &sent[0]] {
        assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
        let id = mail.header("message-id").unwrap().trim_matches(['<', '>']);
        assert!(id.ends_with("@events.example.org"), "{id}");
        assert_eq!(mail.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("message-id")).count(), 1);
    }
    assert_ne!(first.header("message-id"), sent[0].header("message-id"));
}

async fn m10_foreign_domains_go_out_in_ascii(app: TestApp) {
    let (_, event) = published(&app).await;
    let mail = register(&app, &event, "Ådne", "adne@blåbærsyltetøy.no").await;
    assert_eq!(mail.envelope_to, "adne@xn--blbrsyltety-y8ao3x.no");
    assert!(mail.raw.is_ascii());
    let calendar = Calendar::read(&mail.calendar.as_ref().unwrap().1);
    assert_eq!(calendar.event()["attendees"][0]["address"], format!("mailto:{}", mail.envelope_to));
    // A local part that most servers do not take is refused before anybody is promised a mail.
    let registrations = format!("{EVENTS}/{}/registrations", event.id());
    app.post(&registrations, person("Ådne", "ådne@example.org")).await.faults(&[("/email", "email_invalid")]);
}

async fn m14_each_mail_has_one_recipient(app: TestApp) {
    let (staff, event) = published(&app).await;
    let names = ["ulrika", "bahram", "amanda"];
    for name in names {
        let body = person(&format!("{name} private"), &format!("{name}@example.org"));
        app.post(&format!("{EVENTS}/{}/registrations", event.id()), body).await.expect(201);
    }
    let mut mails = app.deliver().await;
    app.pass(TimeDelta::hours(1));
    staff.command(&event, "reschedule", json!({ "when": when(24) })).await;
    mails.extend(app.deliver().await);
    assert_eq!(mails.len(), 6);
    for mail in &mails {
        let own = mail.to.split('@').next().unwrap();
        assert_eq!(mail.envelope_to, mail.to);
        assert!(["bcc", "cc"].iter().all(|name| mail.header(name).is_none()), "{:?}", mail.headers);
        let everything =
            [mail.text.as_str(), &mail.html, &mail.calendar.as_ref().unwrap().1, &format!("{:?}", mail.headers)]
                .join("\n");
        assert!(everything.contains(own));
        for other in names.iter().filter(|name| **name != own) {
            assert!(!everything.replace("\r\n ", "").contains(other), "{other} in the mail to {own}");
        }
    }
}
