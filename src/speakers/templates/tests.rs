//! Every mail in every language, with all that a context can hold and with as little as it can.

use serde_json::{Value, json};

use super::*;
use crate::mail::{Rendered, render_mail};

const LANGUAGES: [&str; 4] = ["en", "de", "fr", "nl"];
const KINDS: [&str; 2] = ["invitation", "answered"];
const TITLE: &str = "<b>\"A\" & B</b>";
const SAFE_TITLE: &str = "&lt;b&gt;&quot;A&quot; &amp; B&lt;/b&gt;";
const WHEN: &str = "Wednesday 23 February 2022, 11:30–13:00 (Europe/Paris, UTC+01:00)";
const LINK: &str = "https://plenary.example/invitations/T";

fn templates() -> Templates {
    let mut templates = Templates::new().unwrap();
    add_templates(&mut templates).unwrap();
    templates
}

fn minimal() -> Value {
    json!({
        "person": { "name": "Ulrika <i>" },
        "event": {
            "title": TITLE, "super_title": null, "when": WHEN, "reader_when": null, "place": null, "is_cancelled": false,
        },
        "session": null, "role": "Moderator", "affiliation": null, "job_title": null,
        "workspace": { "name": "Observatory & Co" }, "message": null, "respond_by": null, "answered_at": null,
        "status": "confirmed", "has_accepted": true, "has_declined": false, "recording_consent": null,
        "link": LINK, "member": { "name": "Ann <i>" }, "note": null,
    })
}

fn full() -> Value {
    let mut context = minimal();
    context["event"]["super_title"] = json!("Above <i>");
    context["event"]["reader_when"] = json!("READER");
    context["event"]["place"] = json!("Hall <i>");
    let times = json!({ "when": "SESSION", "reader_when": "SESSION-READER" });
    context["session"] = json!({ "label": "Round <i>", "title": "Talk <i>", "time": times });
    context["message"] = json!("Please <i>come\nsoon");
    context["respond_by"] = json!({ "when": "BY", "reader_when": "BY-READER" });
    context["has_accepted"] = json!(false);
    context["recording_consent"] = json!(false);
    context["note"] = json!("Sorry <i>\nbye");
    context
}

fn render(kind: &str, language: &str, context: &Value) -> Rendered {
    render_mail(&templates(), &format!("speakers/{kind}"), language, context).unwrap()
}

#[test]
fn every_mail_is_complete_and_safe() {
    for language in LANGUAGES {
        for kind in KINDS {
            for context in [minimal(), full()] {
                let mail = render(kind, language, &context);
                let place = format!("{kind} {language}\n{}\n{}\n{}", mail.subject, mail.text, mail.html);
                assert_eq!(mail.language, language, "{place}");
                assert!(mail.subject.ends_with(TITLE) && mail.subject.len() > TITLE.len() + 4, "{place}");
                for wanted in [TITLE, WHEN, "Moderator", "Observatory & Co"] {
                    assert!(mail.text.contains(wanted), "{wanted}: {place}");
                }
                for wanted in [SAFE_TITLE, WHEN, "Moderator", "Observatory &amp; Co"] {
                    assert!(mail.html.contains(wanted), "{wanted}: {place}");
                }
                let is_invitation = kind == "invitation";
                assert_eq!(mail.text.contains(LINK), is_invitation, "{place}");
                assert_eq!(mail.html.contains(&format!("href=\"{LINK}\"")), is_invitation, "{place}");
                let page = mail.html.replace("display: none", "").replace("text-decoration: none", "");
                for unsafe_or_left in ["<b>", "<i>", "{{", "{%", "none", "null"] {
                    assert!(!page.contains(unsafe_or_left), "{unsafe_or_left}: {place}");
                }
                for left in ["{{", "{%", "none", "null", "&amp;", "\n\n\n"] {
                    assert!(!mail.text.contains(left), "{left}: {place}");
                }
                assert!(mail.text.ends_with(".\n"), "{place}");
                for line in mail.text.lines().filter(|line| *line != "-- ") {
                    assert_eq!(line, line.trim_end(), "{place}");
                    assert!(line.chars().count() <= 78, "{line}: {place}");
                }
            }
        }
    }
}

#[test]
fn an_invitation_reads_as_a_whole() {
    assert_eq!(
        render("invitation", "en", &full()).text,
        "Will you take part?\n\nHello Ulrika <i>,\n\nObservatory & Co invites you to take part in this event.\n\nThe \
         organisers write:\nPlease <i>come\nsoon\n\nEvent:\n  Above <i>\n  <b>\"A\" & B</b>\nWhen:\n  Wednesday 23 February \
         2022, 11:30–13:00 (Europe/Paris, UTC+01:00)\nIn your time zone:\n  READER\nWhere:\n  Hall <i>\nYour part:\n  \
         Moderator\nSession:\n  Round <i>\n  Talk <i>\nTime of the session:\n  SESSION\nIn your time zone:\n  \
         SESSION-READER\nPlease answer by:\n  BY\nIn your time zone:\n  BY-READER\n\nAccept or decline \
         here:\nhttps://plenary.example/invitations/T\n\nYou can change your answer as long as answers are taken. Please \
         keep this\nlink to yourself: whoever has it can answer for you.\n\n-- \nObservatory & Co\nYou get this mail because \
         Observatory & Co invites you to\n“<b>\"A\" & B</b>”.\n"
    );
}

#[test]
fn a_notice_reads_as_a_whole() {
    let mail = render("answered", "en", &full());
    assert_eq!(mail.subject, format!("Invitation declined: {TITLE}"));
    assert_eq!(
        mail.text,
        "Invitation declined\n\nHello Ann <i>,\n\nUlrika <i> will not take part.\n\nName:\n  Ulrika <i>\nPart:\n  \
         Moderator\nEvent:\n  <b>\"A\" & B</b>\nWhen:\n  Wednesday 23 February 2022, 11:30–13:00 (Europe/Paris, \
         UTC+01:00)\nSession:\n  Talk <i>\nRecording:\n  does not agree to be recorded\nNote:\nSorry <i>\nbye\n\n-- \
         \nObservatory & Co\nYou get this mail because your account is set to be told of each answer.\n"
    );
    let accepted = render("answered", "en", &minimal());
    assert_eq!(accepted.subject, format!("Invitation accepted: {TITLE}"));
    assert!(accepted.text.contains("\n\nUlrika <i> will take part.\n\n"), "{}", accepted.text);
}
