//! What is left of a long description where there is little room.

use serde_json::{Value, json};

use super::super::entry::tests::{at, parts};
use super::super::entry::{EntryOptions, event_entry};
use super::super::session_entry::tests::session;
use super::*;
use crate::events::EventStatus;
use crate::sessions::rules::build_tree;

const URL: &str = "https://plenary.example";
const MORE: &str = "\n\nMore: https://plenary.example/events/00000000-0000-0000-0000-000000000001";

fn described(parts: &EntryParts, is_programme: bool) -> String {
    let options = EntryOptions { is_programme, ..EntryOptions::default() };
    let entry = event_entry(parts, &options, URL, at("2022-01-15T00:00:00Z")).unwrap();
    entry.unwrap().description.unwrap()
}

fn scheduled(details: Value, sessions: u128) -> EntryParts {
    let hour = |number: u128| (8 + u32::try_from(number % 12).unwrap(), 9 + u32::try_from(number % 12).unwrap());
    let mut parts = parts(EventStatus::Scheduled, details);
    parts.agenda = build_tree((20..20 + sessions).map(|number| session(number, None, Some(hour(number)))).collect());
    parts
}

#[test]
fn what_fits_is_the_same_everywhere() {
    let details = json!({
        "super_title": "Above", "subtitle": "Below", "abstract": "About **it**.\n\nAnd [more](https://x.example/).",
        "guiding_questions": ["Why?"],
    });
    let parts = scheduled(details, 3);
    assert_eq!(described(&parts, true), described(&parts, false));
    assert!(described(&parts, true).ends_with(&format!("\n18:00–19:00 Talk 22{MORE}")));
    assert_eq!(described(&scheduled(json!({}), 0), true), MORE.trim_start());
}

#[test]
fn the_agenda_comes_first_and_then_the_abstract_as_far_as_there_is_room() {
    let sentence = "What cities measure, when they measure rights. ";
    let details =
        json!({ "subtitle": "Below", "abstract": sentence.repeat(40), "guiding_questions": vec!["Why?"; 20] });
    let whole_of = |sessions: u128| described(&scheduled(details.clone(), sessions), true);
    let few = whole_of(3);
    assert!(few.starts_with("Below\n\nWhat cities measure, when they measure rights. What"), "{few}");
    assert!(few.contains(" rights.…\n\nAgenda (Europe/Paris):\n"), "{few}");
    assert!(few.ends_with(&format!(" Talk 22{MORE}")), "{few}");
    // A long agenda leaves room for some of the abstract.
    let many = whole_of(40);
    assert!(many.starts_with("Below\n\nWhat cities measure, when they measure rights."), "{many}");
    assert!(many.ends_with(&format!("…{MORE}")) && many.contains("Talk 27") && !many.contains("Talk 45"), "{many}");
    // Without one it may take more.
    let plain = described(&scheduled(json!({}), 40), true);
    assert!(plain.matches("Talk").count() > many.matches("Talk").count() + 4, "{plain}");
    for text in [few, many, plain] {
        assert!(text.len() <= BRIEF + MORE.len(), "{}: {text}", text.len());
    }
}

#[test]
fn octets_are_counted_whatever_the_script() {
    for (letter, length, count) in
        [("a", 7, 300), ("é", 7, 300), ("老", 300, 10), ("👍", 300, 10), ("e\u{301}", 7, 150)]
    {
        let text = vec![letter.repeat(length); count].join(" ");
        let line = letter.repeat(60);
        let details = json!({ "super_title": line, "abstract": text, "guiding_questions": [line] });
        let brief = described(&scheduled(details, 2), true);
        assert!(brief.len() <= BRIEF + MORE.len(), "{letter}: {}", brief.len());
        assert!(brief.ends_with(MORE) && brief.contains('…'), "{brief}");
    }
}

#[test]
fn nothing_is_said_of_what_a_long_markup_hides() {
    // What is looked at ends in the middle of an address, which is no text.
    let link = format!("Read [it](https://x.example/{}).\n\n", "a".repeat(200));
    let brief = described(&scheduled(json!({ "abstract": link.repeat(40) }), 0), true);
    assert!(brief.contains("…\n\nMore: ") && brief.len() <= BRIEF + MORE.len(), "{brief}");
    assert_eq!(opening("one *two*", 100), "one two");
    assert_eq!(opening(&"**a** ".repeat(100), 60), format!("{}…", ["a"; 29].join(" ")));
}
