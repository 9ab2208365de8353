//! Every mail in every language, with all that a context can hold and with as little as it can.

use serde_json::{Value, json};

use super::*;
use crate::mail::{Rendered, render_mail};

const LANGUAGES: [&str; 4] = ["en", "de", "fr", "nl"];
/// The kinds; behind a slash whether its reader was there, where a kind has several texts.
const KINDS: [&str; 6] =
    ["reminder", "follow_up/yes", "follow_up/no", "follow_up/unknown", "recording", "announcement"];
const TITLE: &str = "<b>\"A\" & B</b>";
const WHEN: &str = "Wednesday 23 February 2022, 11:30–13:00 (Europe/Paris, UTC+01:00)";
const STOP: &str = "https://plenary.example/unsubscribe/T";
const MANAGE: &str = "https://plenary.example/api/v1/registrations/manage/T";

fn render(kind: &str, language: &str, context: &Value) -> Rendered {
    let mut templates = Templates::new().unwrap();
    add_templates(&mut templates).unwrap();
    let name = kind.split('/').next().unwrap();
    render_mail(&templates, &format!("mailings/{name}"), language, context).unwrap()
}

fn minimal(kind: &str) -> Value {
    json!({
        "person": { "name": "Ulrika <i>" },
        "event": {
            "title": TITLE, "super_title": null, "when": WHEN, "reader_when": null, "place": null,
            "url": "https://plenary.example/api/v1/events/1",
            "ics_url": "https://plenary.example/calendars/events/1.ics",
        },
        "workspace": { "name": "Observatory & Co" },
        "links": { "manage": MANAGE, "join": null, "passcode": null },
        "unsubscribe_url": STOP,
        "mailing": {
            "was_there": kind.split('/').nth(1).unwrap_or("unknown"), "report": null, "recordings": [], "materials": [],
            "subject": "<i>News</i> & more", "paragraphs": ["<script>x</script> {{ 7 * 7 }}"],
        },
    })
}

fn full(kind: &str) -> Value {
    let mut context = minimal(kind);
    context["event"]["super_title"] = json!("Above <i>");
    context["event"]["reader_when"] = json!("Wednesday <i>");
    context["event"]["place"] = json!("Hall <i>");
    context["links"]["join"] = json!("https://meet.example/j?a=1&b=2");
    context["links"]["passcode"] = json!("<i>secret");
    context["mailing"]["report"] = json!("https://plenary.example/api/v1/events/1");
    context["mailing"]["recordings"] = json!([{ "title": "Part <i>", "url": "https://video.example/?a=1&b=2" }]);
    context["mailing"]["materials"] = json!([{ "title": "Slides <i>", "url": "https://files.example/s.pdf" }]);
    context
}

#[test]
fn every_mail_is_complete_and_safe() {
    for language in LANGUAGES {
        for kind in KINDS {
            for context in [minimal(kind), full(kind)] {
                let mail = render(kind, language, &context);
                let place = format!("{kind} {language}\n{}\n{}\n{}", mail.subject, mail.text, mail.html);
                assert_eq!(mail.language, language, "{place}");
                let subject = if kind == "announcement" { "<i>News</i> & more" } else { TITLE };
                assert!(mail.subject.ends_with(subject), "{place}");
                for wanted in [TITLE, WHEN, "Observatory & Co", STOP, MANAGE] {
                    assert!(mail.text.contains(wanted), "{wanted}: {place}");
                }
                for wanted in [WHEN, "Observatory &amp; Co", &format!("href=\"{STOP}\""), &format!("href=\"{MANAGE}\"")]
                {
                    assert!(mail.html.contains(wanted), "{wanted}: {place}");
                }
                let page = mail.html.replace("display: none", "").replace("text-decoration: none", "");
                for unsafe_or_left in ["<b>", "<i>", "<script>", "49", "{%", "none", "null", "href=\"\""] {
                    assert!(!page.contains(unsafe_or_left), "{unsafe_or_left}: {place}");
                }
                for left in ["{%", "none", "null", "&amp;", "\n\n\n"] {
                    assert!(!mail.text.contains(left), "{left}: {place}");
                }
                for line in mail.text.lines().filter(|line| *line != "-- ") {
                    assert!(line == line.trim_end() && line.chars().count() <= 78, "{line}: {place}");
                }
            }
        }
    }
}

#[test]
fn a_reminder_reads_as_a_whole() {
    assert_eq!(
        render("reminder", "en", &full("reminder")).text,
        format!(
            "A reminder of your event\n\nHello Ulrika <i>,\n\nThis is a reminder of the event that you have a seat at. We \
             look forward to\nseeing you.\n\nEvent:\n  Above <i>\n  {TITLE}\nWhen:\n  {WHEN}\nIn your time zone:\n  \
             Wednesday <i>\nWhere:\n  Hall <i>\n\nJoin the event here:\nhttps://meet.example/j?a=1&b=2\nPasscode: \
             <i>secret\n\nYou can add the event to your calendar with this \
             link:\nhttps://plenary.example/calendars/events/1.ics\n\nIf you cannot come, please cancel, so that the organisers can plan.\n\nSee or cancel your registration:\n{MANAGE}\n\n-- \nObservatory & Co\nYou get this mail \
             because this address was used to register for\n“{TITLE}”.\nNo more reminders and announcements:\n{STOP}\n"
        )
    );
}

#[test]
fn what_follows_says_whether_one_was_there_and_what_there_is_to_see() {
    let text = |kind: &str| render(kind, "en", &full(kind));
    let subjects = ["yes", "no", "unknown"].map(|was| text(&format!("follow_up/{was}")).subject);
    let expected = ["Thank you for taking part", "We missed you", "After the event"];
    assert_eq!(subjects, expected.map(|subject| format!("{subject}: {TITLE}")));
    let thanks = text("follow_up/yes").text;
    assert!(thanks.contains("\n\nThank you for taking part in this event.\n\nEvent:\n"), "{thanks}");
    let seen = "\n\nRecording:\n  Part <i>\n  https://video.example/?a=1&b=2\n\nDocuments:\n  Slides <i>\n  \
                https://files.example/s.pdf\n\nThe report of the event:\nhttps://plenary.example/api/v1/events/1\n\nSee \
                your registration:\n";
    for kind in ["follow_up/yes", "recording"] {
        let mail = text(kind);
        assert!(mail.text.contains(seen), "{}", mail.text);
        assert!(mail.html.contains("href=\"https://video.example/?a=1&amp;b=2\""), "{}", mail.html);
        // Nothing to join any more.
        assert!(!mail.text.contains("meet.example") && !mail.html.contains("meet.example"));
    }
}

#[test]
fn a_digest_counts() {
    let context = json!({
        "person": { "name": "Ann <i>" },
        "workspace": { "name": "Observatory & Co" },
        "events": [
            { "title": TITLE, "when": WHEN, "registered": 2, "cancelled": 1, "taken": 5, "capacity": 30, "waiting": 0 },
            { "title": "B", "when": WHEN, "registered": 0, "cancelled": 3, "taken": 1, "capacity": null, "waiting": 0 },
        ],
    });
    let mail = render("digest", "en", &context);
    assert_eq!(mail.subject, "Registrations of the last day: Observatory & Co");
    assert_eq!(
        mail.text,
        format!(
            "Registrations of the last day\n\nHello Ann <i>,\n\nThis is what happened to the registrations for your events in the last\n\
             day.\n\n{TITLE}\n{WHEN}\n  New: 2\n  Cancelled: 1\n  Seats taken: 5 of 30\n  On the waiting list: \
             0\n\nB\n{WHEN}\n  New: 0\n  Cancelled: 3\n  Seats taken: 1 (no limit)\n  On the waiting list: 0\n\n-- \
             \nObservatory & Co\nYou get this mail because your account is set to be told of registrations\nonce a day.\n"
        )
    );
    for language in LANGUAGES {
        let mail = render("digest", language, &context);
        assert!(!mail.html.contains("<b>") && !mail.html.contains("{{"), "{}", mail.html);
        assert!(mail.html.contains("&lt;b&gt;") && mail.html.contains(WHEN), "{}", mail.html);
    }
}
