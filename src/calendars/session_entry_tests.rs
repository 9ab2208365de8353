//! Which sessions have entries of their own.

use uuid::Uuid;

use super::super::entry::tests::{at, parts};
use super::*;
use crate::db::types::{At, Json};
use crate::events::{EventId, EventStatus};
use crate::sessions::rules::build_tree;
use crate::sessions::{Session, SessionFields};
use crate::time::Language;

const EVENT: &str = "00000000-0000-0000-0000-000000000001";

/// A session with this number, in another or none, in Paris at these hours on the day of the event.
pub fn session(number: u128, parent: Option<u128>, hours: Option<(u32, u32)>) -> Session {
    let day: chrono::NaiveDate = "2022-02-23".parse().unwrap();
    let local = |hour: u32| day.and_hms_opt(hour, 0, 0).unwrap();
    let instant = |hour: u32| At(day.and_hms_opt(hour - 1, 0, 0).unwrap().and_utc());
    Session {
        id: SessionId(Uuid::from_u128(number)),
        event_id: EventId(Uuid::from_u128(1)),
        parent_id: parent.map(|parent| SessionId(Uuid::from_u128(parent))),
        position: i32::try_from(number).unwrap(),
        uid: format!("session-{number}"),
        fields: SessionFields {
            kind: if number == 14 { SessionKind::Break } else { SessionKind::Talk },
            label: (number == 12).then(|| "Second".to_owned()),
            title: format!("Talk {number}"),
            abstract_text: None,
            guiding_questions: Json(Vec::new()),
            local_start: hours.map(|(from, _)| local(from)),
            local_end: hours.map(|(_, until)| local(until)),
            starts_at: hours.map(|(from, _)| instant(from)),
            ends_at: hours.map(|(_, until)| instant(until)),
            duration_seconds: None,
            room_id: None,
            track: None,
            language: (number == 12).then(|| "fr".to_owned()),
        },
        revision: 1,
        created_at: At(at("2022-01-01T00:00:00Z")),
        updated_at: At(at(if number == 12 { "2022-01-09T00:00:00Z" } else { "2022-01-01T00:00:00Z" })),
    }
}

fn entries(status: EventStatus, chosen: Chosen, sessions: Vec<Session>) -> Vec<Entry> {
    let mut parts = parts(status, serde_json::json!({ "languages": ["en"] }));
    parts.agenda = build_tree(sessions);
    let options = EntryOptions { language: Language::En, ..EntryOptions::default() };
    session_entries(&parts, chosen, &options, "https://plenary.example", at("2022-01-15T00:00:00Z")).unwrap()
}

fn agenda() -> Vec<Session> {
    vec![
        session(10, None, None),
        session(11, Some(10), Some((12, 13))),
        session(12, Some(10), Some((13, 14))),
        session(13, None, None),
        session(14, None, Some((14, 15))),
        session(15, None, Some((15, 16))),
        session(16, Some(15), None),
    ]
}

fn uids(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.uid.as_str()).collect()
}

#[test]
fn the_innermost_that_have_a_time_are_shown() {
    let shown = entries(EventStatus::Scheduled, Chosen::All, agenda());
    assert_eq!(uids(&shown), ["session-11", "session-12", "session-14", "session-15"]);
    let parents: Vec<_> = shown.iter().map(|entry| entry.parent_uid.clone().unwrap()).collect();
    assert_eq!(parents, vec![EVENT; 4]);
    let second = &shown[1];
    assert_eq!((second.summary.as_str(), second.language.as_deref()), ("Second: Talk 12 – Opening", Some("fr")));
    assert_eq!((second.sequence, second.updated_at), (3, at("2022-01-09T00:00:00Z")));
    assert_eq!((shown[0].updated_at, shown[0].language.as_deref()), (at("2022-01-02T00:00:00Z"), Some("en")));
    assert!(second.description.as_ref().unwrap().starts_with("Talk 10\n\nOpening\n\n"));
    let busy: Vec<bool> = shown.iter().map(|entry| entry.is_opaque).collect();
    assert_eq!(busy, [true, true, false, true], "a break takes nobody's time");
    let untimed = entries(EventStatus::Scheduled, Chosen::All, vec![session(10, None, None)]);
    assert_eq!(uids(&untimed), [EVENT], "nothing has a time but the event");
}

#[test]
fn one_is_shown_alone_whatever_it_contains() {
    let one = |number| Chosen::One(SessionId(Uuid::from_u128(number)));
    for (number, expected) in [(11, vec!["session-11"]), (10, vec!["session-10"]), (13, vec![]), (99, vec![])] {
        assert_eq!(uids(&entries(EventStatus::Scheduled, one(number), agenda())), expected, "{number}");
    }
}

#[test]
fn sessions_are_cancelled_with_their_event() {
    let shown = entries(EventStatus::Cancelled, Chosen::All, agenda());
    assert_eq!(shown.len(), 4);
    for entry in shown {
        assert_eq!((entry.status, entry.is_opaque), (super::super::ical::Status::Cancelled, false));
        assert!(entry.summary.starts_with("Cancelled: "));
    }
}
