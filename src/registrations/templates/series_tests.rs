//! The mail about several registrations.

use serde_json::{Value, json};

use super::*;
use crate::mail::{Rendered, render_mail};

const LANGUAGES: [&str; 4] = ["en", "de", "fr", "nl"];
const FEED: &str = "https://plenary.example/calendars/personal/T.ics";
const STATES: [&str; 6] =
    ["confirmed", "waitlisted", "offered", "pending_verification", "pending_approval", "recording"];

fn entry(number: usize, state: &str) -> Value {
    let seated = state == "confirmed";
    json!({
        "event": {
            "title": format!("Event {number} <b>"), "super_title": null, "when": format!("Day {number}"),
            "reader_when": format!("Reader {number}"), "place": "Hall <i>", "url": "https://plenary.example/e",
            "ics_url": format!("https://plenary.example/{number}.ics"),
        },
        "links": {
            "manage": format!("https://plenary.example/m/{number}"),
            "join": seated.then_some("https://meet.example/j?a=1&b=2"), "passcode": seated.then_some("<i>secret"),
        },
        "state": state, "queue": null, "offer": null, "verify": null, "decision": { "reason": null },
    })
}

fn context(states: &[&str], asks: bool) -> Value {
    let entries: Vec<Value> = states.iter().enumerate().map(|(number, state)| entry(number + 1, state)).collect();
    json!({
        "person": { "name": "Ulrika <i>" },
        "series": { "title": "Autumn & <b>" },
        "workspace": { "name": "Observatory & Co" },
        "links": { "group": "https://plenary.example/g/T", "feed": (!asks).then_some(FEED) },
        "asks": asks,
        "verify": asks.then(|| json!({ "until": "Monday (Europe/Paris)", "reader_until": "Monday (Europe/Helsinki)" })),
        "entries": entries,
    })
}

fn render(language: &str, context: &Value) -> Rendered {
    let mut templates = Templates::new().unwrap();
    add_templates(&mut templates).unwrap();
    render_mail(&templates, "registrations/series", language, context).unwrap()
}

#[test]
fn it_is_complete_safe_and_tidy() {
    for language in LANGUAGES {
        for asks in [false, true] {
            let mail = render(language, &context(&STATES, asks));
            let place = format!("{language}\n{}\n{}\n{}", mail.subject, mail.text, mail.html);
            assert!(mail.subject.ends_with(" Autumn & <b>"), "{place}");
            for number in 1..=STATES.len() {
                let link = format!("https://plenary.example/m/{number}");
                let wanted = [format!("Event {number} <b>"), format!("Day {number}"), format!("Reader {number}"), link];
                assert!(wanted.iter().all(|wanted| mail.text.contains(wanted)), "{place}");
                assert!(mail.html.contains(&format!("href=\"{}\"", wanted[3])), "{place}");
                assert!(mail.html.contains(&format!("Event {number} &lt;b&gt;")), "{place}");
            }
            assert!(mail.html.contains("href=\"https://plenary.example/g/T\""), "{place}");
            assert_eq!(mail.text.contains(FEED), !asks, "{place}");
            assert_eq!(mail.html.contains(&format!("href=\"{FEED}\"")), !asks, "{place}");
            assert!(mail.html.contains("href=\"https://meet.example/j?a=1&amp;b=2\""), "{place}");
            let page = mail.html.replace("display: none", "").replace("text-decoration: none", "");
            for left in ["<b>", "<i>", "{{", "{%", "none", "null", "href=\"\"", "&amp;amp;", "&amp;lt;"] {
                assert!(!page.contains(left), "{left}: {place}");
            }
            assert!(!mail.text.contains("\n\n\n") && mail.text.ends_with(".\n"), "{place}");
            for line in mail.text.lines().filter(|line| *line != "-- ") {
                assert_eq!(line, line.trim_end(), "{place}");
                assert!(line.chars().count() <= 78, "{line}: {place}");
            }
            // Each state has words of its own.
            let standing: std::collections::BTreeSet<&str> = mail
                .text
                .split("\n* Event ")
                .skip(1)
                .map(|part| part.lines().find(|line| line.starts_with("  ") && line.ends_with('.')).unwrap())
                .collect();
            assert_eq!(standing.len(), STATES.len(), "{place}");
        }
    }
}

#[test]
fn it_reads_as_a_whole() {
    assert_eq!(
        render("en", &context(&["confirmed", "pending_verification"], true)).text,
        "Please confirm your address\n\nHello Ulrika <i>,\n\nSomebody, probably you, has entered this address to register \
         for events of\na series. Please confirm that it is yours. Until then you are not registered\nwhere this is \
         asked for.\n\nConfirm by:\n  Monday (Europe/Paris)\nIn your time zone:\n  Monday (Europe/Helsinki)\n\nConfirm \
         your address for all of them:\nhttps://plenary.example/g/T\n\nSeries:\n  Autumn & <b>\n\n* Event 1 \
         <b>\nWhen:\n  Day 1\nIn your time zone:\n  Reader 1\nWhere:\n  Hall <i>\nWhere you stand:\n  You are \
         registered.\nJoin:\nhttps://meet.example/j?a=1&b=2\nPasscode: <i>secret\nAdd to \
         calendar:\nhttps://plenary.example/1.ics\nSee or cancel:\nhttps://plenary.example/m/1\n\n* Event 2 \
         <b>\nWhen:\n  Day 2\nIn your time zone:\n  Reader 2\nWhere:\n  Hall <i>\nWhere you stand:\n  Waits for you to \
         confirm your address.\nSee or cancel:\nhttps://plenary.example/m/2\n\nIf it was not you, there is nothing you \
         need to do: what is not confirmed\nends by itself.\n\n-- \nObservatory & Co\nYou get this mail because this \
         address was used to register for\n“Autumn & <b>”.\n"
    );
}
