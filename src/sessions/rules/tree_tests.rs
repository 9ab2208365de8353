//! Trees and the times that follow from them.

use chrono::NaiveDateTime;
use uuid::Uuid;

use super::super::model::{Session, SessionFields, SessionKind};
use super::plan::{check_details, details_of};
use super::tree::{Node, build_tree, find_node, rederive};
use super::{Surroundings, plan_agenda, plan_session};
use crate::db::types::{At, Json};
use crate::events::{EventId, SessionId};
use crate::http::FieldError;
use crate::sessions::details::{SessionDetails, SessionInput};
use crate::time::Zone;

/// A session's id, for short.
pub(super) fn id(number: u128) -> SessionId {
    SessionId(Uuid::from_u128(number))
}

/// A session without times.
pub(super) fn session(number: u128, parent: Option<u128>, position: i32) -> Session {
    let at = At("2022-01-01T00:00:00Z".parse().unwrap());
    Session {
        id: id(number),
        event_id: EventId(Uuid::from_u128(1_000)),
        parent_id: parent.map(id),
        position,
        uid: id(number).to_string(),
        fields: SessionFields {
            kind: SessionKind::Talk,
            label: None,
            title: format!("Session {number}"),
            abstract_text: None,
            guiding_questions: Json(Vec::new()),
            local_start: None,
            local_end: None,
            starts_at: None,
            ends_at: None,
            duration_seconds: None,
            room_id: None,
            track: None,
            language: None,
        },
        revision: 1,
        created_at: at,
        updated_at: at,
    }
}

/// The zone of the working session.
pub(super) fn paris() -> Zone {
    Zone::parse("Europe/Paris").unwrap()
}

/// A session of 23 February 2022 in Paris.
pub(super) fn timed(number: u128, parent: Option<u128>, position: i32, start: &str, end: &str) -> Session {
    let mut session = session(number, parent, position);
    let local = |clock: &str| format!("2022-02-23T{clock}:00").parse::<NaiveDateTime>().unwrap();
    let at = |clock: &str| At(paris().resolve(local(clock), None).unwrap());
    let fields = &mut session.fields;
    (fields.local_start, fields.local_end) = (Some(local(start)), Some(local(end)));
    (fields.starts_at, fields.ends_at) = (Some(at(start)), Some(at(end)));
    session
}

fn clock(node: &Node) -> (String, String, String, bool) {
    let show = |at: Option<NaiveDateTime>| at.map_or_else(String::new, |at| at.format("%H:%M").to_string());
    let times = node.times;
    let duration = times.duration.map_or_else(String::new, |duration| duration.to_string());
    (show(times.local_start), show(times.local_end), duration, times.is_derived)
}

fn says(start: &str, end: &str, duration: &str, is_derived: bool) -> (String, String, String, bool) {
    (start.to_owned(), end.to_owned(), duration.to_owned(), is_derived)
}

#[test]
fn a_round_takes_its_times_from_its_sessions() {
    let rows = vec![
        timed(4, Some(1), 2, "11:45", "12:15"),
        timed(3, Some(1), 1, "11:30", "11:45"),
        session(2, None, 2),
        session(1, None, 1),
        timed(5, Some(2), 1, "12:15", "13:00"),
    ];
    let tree = build_tree(rows);
    assert_eq!(tree.iter().map(|node| node.session.id).collect::<Vec<_>>(), [id(1), id(2)]);
    assert_eq!(tree[0].sessions.iter().map(|node| node.session.id).collect::<Vec<_>>(), [id(3), id(4)]);
    assert_eq!(clock(&tree[0]), says("11:30", "12:15", "PT45M", true));
    assert_eq!(clock(&tree[1]), says("12:15", "13:00", "PT45M", true));
    assert_eq!(clock(&tree[0].sessions[1]), says("11:45", "12:15", "PT30M", false));
    assert_eq!(find_node(&tree, id(5)).map(|node| node.session.id), Some(id(5)));
    assert_eq!(find_node(&tree, id(9)), None);
}

#[test]
fn a_round_without_timed_sessions_says_what_is_known() {
    let lasting = |number, position, seconds| {
        let mut one = session(number, Some(1), position);
        one.fields.duration_seconds = seconds;
        one
    };
    let tree = build_tree(vec![session(1, None, 1), lasting(2, 1, Some(600)), lasting(3, 2, Some(900))]);
    assert_eq!(clock(&tree[0]), says("", "", "PT25M", true));
    let tree = build_tree(vec![session(1, None, 1), lasting(2, 1, Some(600)), lasting(3, 2, None)]);
    assert_eq!(clock(&tree[0]), says("", "", "", false));
    let tree = build_tree(vec![timed(1, None, 1, "11:30", "12:15"), session(2, Some(1), 1)]);
    assert_eq!(clock(&tree[0]), says("11:30", "12:15", "PT45M", false), "its own, for those inside have none");
}

#[test]
fn a_last_session_without_an_end_leaves_the_end_open() {
    let mut open = timed(3, Some(1), 2, "12:00", "12:10");
    (open.fields.local_end, open.fields.ends_at) = (None, None);
    let tree = build_tree(vec![session(1, None, 1), timed(2, Some(1), 1, "11:30", "12:00"), open.clone()]);
    assert_eq!(clock(&tree[0]), says("11:30", "", "", true));
    let tree = build_tree(vec![session(1, None, 1), timed(2, Some(1), 1, "11:30", "12:15"), open]);
    assert_eq!(clock(&tree[0]), says("11:30", "12:15", "PT45M", true));
}

#[test]
fn instants_follow_the_zone_that_the_event_has_now() {
    let mut fields = timed(1, None, 1, "11:30", "12:15").fields;
    rederive(&mut fields, Some(Zone::parse("America/New_York").unwrap()));
    assert_eq!(fields.starts_at.map(|at| at.0), Some("2022-02-23T16:30:00Z".parse().unwrap()));
    assert_eq!(fields.ends_at.map(|at| at.0), Some("2022-02-23T17:15:00Z".parse().unwrap()));
    rederive(&mut fields, None);
    assert_eq!((fields.starts_at, fields.ends_at), (None, None));
    assert_eq!(fields.local_start, Some("2022-02-23T11:30:00".parse().unwrap()), "what was promised stays");
    rederive(&mut fields, Some(paris()));
    assert_eq!(fields, timed(1, None, 1, "11:30", "12:15").fields, "and comes back with a zone");
}

fn details(json: serde_json::Value) -> SessionDetails {
    serde_json::from_value(json).unwrap()
}

fn faults(errors: Vec<FieldError>) -> Vec<(String, &'static str)> {
    errors.into_iter().map(|error| (error.pointer, error.code)).collect()
}

#[test]
fn saving_what_was_read_changes_nothing() {
    let around = Surroundings { zone: Some(paris()), ..Surroundings::default() };
    for times in [
        serde_json::json!({}),
        serde_json::json!({ "duration": "PT15M" }),
        serde_json::json!({ "local_start": "2022-02-23T11:30" }),
        serde_json::json!({ "local_start": "2022-02-23T11:30", "local_end": "2022-02-23T11:45" }),
        serde_json::json!({ "local_start": "2022-02-23T11:30", "duration": "PT15M" }),
        // An hour shown twice: within its first pass, within its second, and from the one into the other.
        serde_json::json!({ "local_start": "2026-10-25T02:10", "duration": "PT15M", "disambiguation": "earlier" }),
        serde_json::json!({ "local_start": "2026-10-25T02:10", "duration": "PT15M", "disambiguation": "later" }),
        serde_json::json!({ "local_start": "2026-10-25T02:10", "duration": "PT1H", "disambiguation": "earlier" }),
        serde_json::json!({ "local_start": "2026-10-25T01:30", "duration": "PT1H", "disambiguation": "earlier" }),
        serde_json::json!({ "local_start": "2026-10-25T01:30", "duration": "PT2H" }),
        // A time that is skipped is moved past the change.
        serde_json::json!({ "local_start": "2026-03-29T02:30", "duration": "PT1H", "disambiguation": "later" }),
    ] {
        let mut input = serde_json::json!({ "kind": "talk", "title": "A" });
        input.as_object_mut().unwrap().extend(times.as_object().unwrap().clone());
        let fields = check_details(&details(input.clone()), &around).unwrap();
        let mut row = Session { fields: fields.clone(), ..session(1, None, 1) };
        let read = details_of(&row, around.zone);
        assert_eq!(check_details(&read, &around), Ok(fields.clone()), "{input}");
        rederive(&mut row.fields, around.zone);
        assert_eq!(row.fields, fields, "{input}");
    }
}

#[test]
fn times_are_refused_with_the_field_to_change() {
    let check = |zone: Option<Zone>, times: serde_json::Value| {
        let mut input = serde_json::json!({ "kind": "talk", "title": "A" });
        input.as_object_mut().unwrap().extend(times.as_object().unwrap().clone());
        let around = Surroundings { zone, ..Surroundings::default() };
        faults(check_details(&details(input), &around).unwrap_err())
    };
    let one = |pointer: &str, code| vec![(pointer.to_owned(), code)];
    let start = serde_json::json!({ "local_start": "2022-02-23T11:30" });
    assert_eq!(check(None, start), one("/local_start", "timezone_required"));
    let zone = Some(paris());
    for (times, pointer, code) in [
        (serde_json::json!({ "local_end": "2022-02-23T11:30" }), "/local_end", "when_incomplete"),
        (serde_json::json!({ "disambiguation": "later" }), "/disambiguation", "when_incomplete"),
        (serde_json::json!({ "local_start": "11:30" }), "/local_start", "local_time_invalid"),
        (serde_json::json!({ "local_start": "2026-03-29T02:30" }), "/local_start", "local_time_nonexistent"),
        (serde_json::json!({ "local_start": "2026-10-25T02:30" }), "/local_start", "local_time_ambiguous"),
        (
            serde_json::json!({ "local_start": "2022-02-23T11:30", "local_end": "2022-02-23T11:30" }),
            "/local_end",
            "end_before_start",
        ),
        (
            serde_json::json!({ "local_start": "2022-02-23T11:30", "local_end": "2022-02-23T12:30", "duration": "PT1H" }),
            "/duration",
            "when_conflicting_fields",
        ),
        (serde_json::json!({ "duration": "PT0S" }), "/duration", "duration_invalid"),
        (serde_json::json!({ "duration": "PT1.5S" }), "/duration", "duration_invalid"),
        (serde_json::json!({ "duration": "P400D" }), "/duration", "duration_invalid"),
        (serde_json::json!({ "duration": "15" }), "/duration", "duration_invalid"),
    ] {
        assert_eq!(check(zone, times.clone()), one(pointer, code), "{times}");
    }
}

fn inputs(json: serde_json::Value) -> Vec<SessionInput> {
    serde_json::from_value(json).unwrap()
}

#[test]
fn a_tree_is_checked_with_pointers() {
    let sent = inputs(serde_json::json!([
        { "id": id(1), "kind": "round", "title": "One", "sessions": [
            { "kind": "talk", "title": "A" },
            { "kind": "talk", "title": " ", "language": "English" },
            { "id": id(1), "kind": "talk", "title": "C", "local_start": "2022-02-23T11:30", "local_end": "2022-02-23T11:00" },
        ] },
        { "id": id(2), "kind": "round", "title": "Two", "parent_id": id(1) },
    ]));
    let around = Surroundings { zone: Some(paris()), sessions: [id(1)].into(), ..Surroundings::default() };
    let mut found = faults(plan_agenda(&sent, &around).unwrap_err());
    found.sort();
    let expected = [
        ("/sessions/0/sessions/1/language", "language_invalid"),
        ("/sessions/0/sessions/1/title", "text_invalid"),
        ("/sessions/0/sessions/2/id", "invalid"),
        ("/sessions/0/sessions/2/local_end", "end_before_start"),
        ("/sessions/1/id", "reference_unknown"),
        ("/sessions/1/parent_id", "invalid"),
    ];
    assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}

#[test]
fn a_plan_names_parents_before_children() {
    let sent = inputs(serde_json::json!([
        { "kind": "round", "title": "One", "sessions": [{ "kind": "talk", "title": "A" }, { "kind": "talk", "title": "B" }] },
        { "kind": "round", "title": "Two" },
    ]));
    let around = Surroundings::default();
    let plan = plan_agenda(&sent, &around).unwrap();
    let shape: Vec<_> =
        plan.iter().map(|one| (one.fields.title.as_str(), one.parent, one.position, one.pointer.as_str())).collect();
    let expected = [
        ("One", None, 1, "/sessions/0"),
        ("A", Some(0), 1, "/sessions/0/sessions/0"),
        ("B", Some(0), 2, "/sessions/0/sessions/1"),
        ("Two", None, 2, "/sessions/1"),
    ];
    assert_eq!(shape, expected);
}

#[test]
fn an_agenda_is_neither_too_deep_nor_too_long() {
    let nest = |levels: usize| {
        (1..levels).fold(
            serde_json::json!({ "kind": "talk", "title": "Last" }),
            |inner, _| serde_json::json!({ "kind": "round", "title": "Around", "sessions": [inner] }),
        )
    };
    let around = Surroundings::default();
    assert_eq!(plan_agenda(&inputs(serde_json::json!([nest(4)])), &around).unwrap().len(), 4);
    let found = faults(plan_agenda(&inputs(serde_json::json!([nest(5)])), &around).unwrap_err());
    assert_eq!(found, [("/sessions/0/sessions/0/sessions/0/sessions/0/sessions/0".to_owned(), "invalid")]);
    let one: SessionInput = serde_json::from_value(nest(2)).unwrap();
    assert_eq!(plan_session(&one, 3, &around).unwrap().len(), 2);
    assert_eq!(faults(plan_session(&one, 4, &around).unwrap_err()), [("/sessions/0".to_owned(), "invalid")]);

    let many = |count: usize| inputs(vec![serde_json::json!({ "kind": "talk", "title": "A" }); count].into());
    assert_eq!(plan_agenda(&many(2_000), &around).unwrap().len(), 2_000);
    assert_eq!(faults(plan_agenda(&many(2_001), &around).unwrap_err()), [("/sessions".to_owned(), "number_invalid")]);
    let full = Surroundings { sessions: (1..=1_999).map(id).collect(), ..Surroundings::default() };
    assert_eq!(faults(plan_session(&one, 1, &full).unwrap_err()), [(String::new(), "number_invalid")]);
    let known: SessionInput =
        serde_json::from_value(serde_json::json!({ "id": id(1), "kind": "talk", "title": "A" })).unwrap();
    assert_eq!(faults(plan_session(&known, 1, &full).unwrap_err()), [("/id".to_owned(), "invalid")]);
}
