//! The schedule check on the working session of 23 February 2022: two rounds, eight sessions, 90 minutes.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::super::model::{RoomId, Session};
use super::tree_tests::{id, session, timed};
use super::*;
use crate::events::EventId;
use crate::speakers::SpeakerId;
use crate::time::{When, WhenInput};

const FLETY: u128 = 1;
const GHAZI: u128 = 2;

fn person(number: u128) -> SpeakerId {
    SpeakerId(Uuid::from_u128(number))
}

fn now() -> DateTime<Utc> {
    "2022-02-01T09:00:00Z".parse().unwrap()
}

fn event() -> When {
    WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris").parse().unwrap()
}

fn agenda() -> Vec<Session> {
    vec![
        session(1, None, 1),
        session(2, None, 2),
        timed(11, Some(1), 1, "11:30", "11:45"),
        timed(12, Some(1), 2, "11:45", "11:55"),
        timed(13, Some(1), 3, "11:55", "12:05"),
        timed(14, Some(1), 4, "12:05", "12:15"),
        timed(21, Some(2), 1, "12:15", "12:20"),
        timed(22, Some(2), 2, "12:20", "12:30"),
        timed(23, Some(2), 3, "12:30", "12:55"),
        timed(24, Some(2), 4, "12:55", "13:00"),
    ]
}

fn replace(rows: &mut [Session], number: u128, start: &str, end: &str) {
    let row = rows.iter_mut().find(|row| row.id == id(number)).unwrap();
    row.fields = timed(number, None, 1, start, end).fields;
}

fn engagement(session: Option<u128>, speaker: u128, name: &str, is_unconfirmed: bool) -> Engagement {
    let speaker_id = Some(person(speaker));
    Engagement { session_id: session.map(id), index: 0, speaker_id, name: name.to_owned(), is_unconfirmed }
}

fn people() -> Vec<Engagement> {
    vec![
        engagement(Some(1), FLETY, "Amanda Flety", false),
        engagement(Some(21), FLETY, "Amanda Flety", false),
        engagement(Some(13), GHAZI, "Bahram Ghazi", true),
    ]
}

static NO_ROOMS: LazyLock<HashMap<RoomId, i32>> = LazyLock::new(HashMap::new);

fn schedule<'a>(when: &'a When, agenda: &'a [Node]) -> Schedule<'a> {
    Schedule {
        when,
        lacks_link: false,
        capacity: None,
        rooms: &NO_ROOMS,
        agenda,
        engagements: &[],
        elsewhere: &[],
        travel_buffer: TimeDelta::zero(),
        now: now(),
    }
}

fn report(when: &When, rows: Vec<Session>, engagements: &[Engagement], elsewhere: &[Elsewhere]) -> Report {
    let agenda = build_tree(rows);
    check_schedule(&Schedule { engagements, elsewhere, ..schedule(when, &agenda) })
}

fn found(report: &Report) -> Vec<(&'static str, &'static str, &str)> {
    let findings = report.findings.iter();
    findings.map(|one| (one.code.as_str(), one.severity.as_str(), one.pointer.as_str())).collect()
}

const GHAZI_IS_TBC: (&str, &str, &str) = ("unconfirmed_speaker", "info", "/sessions/0/sessions/2/appearances/0");

#[test]
fn the_working_session_is_clean_and_takes_90_minutes() {
    let report = report(&event(), agenda(), &people(), &[]);
    assert_eq!(found(&report), [GHAZI_IS_TBC]);
    assert_eq!((report.total_minutes, report.event_minutes), (90, Some(90)));
    assert_eq!(report.findings[0].speaker_id, Some(person(GHAZI)));
    assert_eq!(report.findings[0].hint, "Bahram Ghazi has not confirmed yet.");
}

#[test]
fn a_session_moved_by_five_minutes_leaves_a_gap_and_makes_an_overlap() {
    let mut rows = agenda();
    replace(&mut rows, 21, "12:20", "12:25");
    let report = report(&event(), rows, &[], &[]);
    let expected = [
        ("gap", "warning", "/sessions/1/sessions/0/local_start"),
        ("overlap", "warning", "/sessions/1/sessions/1/local_start"),
    ];
    assert_eq!(found(&report), expected);
    assert_eq!(report.findings[0].hint, "Nothing is on from 12:15 to 12:20.");
    assert_eq!((report.findings[0].session_id, report.findings[0].other_session_id), (Some(id(21)), Some(id(14))));
    assert_eq!((report.findings[1].session_id, report.findings[1].other_session_id), (Some(id(22)), Some(id(21))));
    assert_eq!(report.total_minutes, 90);
}

#[test]
fn who_moderates_until_12_15_may_speak_at_12_15_and_not_before() {
    assert_eq!(found(&report(&event(), agenda(), &people()[..2], &[])), []);
    let mut rows = agenda();
    replace(&mut rows, 21, "12:10", "12:20");
    let report = report(&event(), rows, &people()[..2], &[]);
    let expected = [
        ("overlap", "warning", "/sessions/1/sessions/0/local_start"),
        ("total_mismatch", "warning", "/sessions"),
        ("double_booked", "warning", "/sessions/1/sessions/0/appearances/0"),
    ];
    assert_eq!(found(&report), expected);
    let booked = &report.findings[2];
    assert_eq!((booked.session_id, booked.other_session_id), (Some(id(21)), Some(id(1))));
    assert_eq!(booked.speaker_id, Some(person(FLETY)));
    assert_eq!(booked.hint, "Amanda Flety is to be in “Session 1” and in “Session 21” at the same time.");
}

#[test]
fn who_moderates_a_round_or_the_event_may_speak_in_it() {
    let within = [
        engagement(None, FLETY, "Amanda Flety", false),
        engagement(Some(1), FLETY, "Amanda Flety", false),
        engagement(Some(13), FLETY, "Amanda Flety", false),
        engagement(Some(13), FLETY, "Amanda Flety", false),
    ];
    assert_eq!(found(&report(&event(), agenda(), &within, &[])), []);
}

#[test]
fn a_speaker_is_not_at_two_events_at_once() {
    let at = |clock: &str| format!("2022-02-23T{clock}:00Z").parse::<DateTime<Utc>>().unwrap();
    let other = |number: u128, start: &str, end: &str| Elsewhere {
        speaker_id: person(FLETY),
        event_id: EventId(Uuid::from_u128(number)),
        event_title: format!("Event {number}"),
        is_far: number % 2 == 1,
        starts_at: at(start),
        ends_at: at(end),
    };
    // Round 1 is at 10:30Z to 11:15Z, her introduction at 11:15Z to 11:20Z.
    let touching = [other(1, "09:30", "10:30"), other(2, "11:20", "12:00")];
    assert_eq!(found(&report(&event(), agenda(), &people()[..2], &touching)), []);
    let crossing = [other(3, "11:19", "12:00"), other(3, "11:00", "11:30"), other(4, "10:00", "10:31")];
    let report = report(&event(), agenda(), &people()[..2], &crossing);
    let expected = [
        ("double_booked", "warning", "/sessions/1/sessions/0/appearances/0"),
        ("double_booked", "warning", "/sessions/0/appearances/0"),
    ];
    assert_eq!(found(&report), expected, "once for each other event, at the most precise place");
    let events: Vec<_> = report.findings.iter().map(|one| one.other_event_id).collect();
    assert_eq!(events, [3, 4].map(|number| Some(EventId(Uuid::from_u128(number)))));
    assert_eq!(report.findings[0].hint, "Amanda Flety is in “Event 3” at the same time.");
}

#[test]
fn a_speaker_has_time_to_travel_between_two_venues() {
    let at = |clock: &str| format!("2022-02-23T{clock}:00Z").parse::<DateTime<Utc>>().unwrap();
    let other = |is_far: bool, start: &str, end: &str| Elsewhere {
        speaker_id: person(FLETY),
        event_id: EventId(Uuid::from_u128(1)),
        event_title: "Elsewhere".to_owned(),
        is_far,
        starts_at: at(start),
        ends_at: at(end),
    };
    // She is here from 10:30Z to 11:20Z.
    let (when, agenda) = (event(), build_tree(agenda()));
    let check = |travel: i64, other: Elsewhere| {
        let travel_buffer = TimeDelta::minutes(travel);
        let engagements = &people()[..2];
        let schedule = Schedule { engagements, elsewhere: &[other], travel_buffer, ..schedule(&when, &agenda) };
        check_schedule(&schedule).findings.into_iter().map(|one| (one.code, one.pointer)).collect::<Vec<_>>()
    };
    let found = |pointer: &str| vec![(FindingCode::DoubleBooked, pointer.to_owned())];
    assert_eq!(check(15, other(true, "11:35", "12:00")), [], "15 minutes are enough");
    assert_eq!(check(16, other(true, "11:35", "12:00")), found("/sessions/1/sessions/0/appearances/0"));
    assert_eq!(check(16, other(false, "11:35", "12:00")), [], "no way at all");
    assert_eq!(check(15, other(true, "09:00", "10:15")), []);
    assert_eq!(check(16, other(true, "09:00", "10:15")), found("/sessions/0/appearances/0"));
    assert_eq!(check(0, other(true, "11:20", "12:00")), []);
}

#[test]
fn rooms_are_large_enough_for_the_event() {
    let room = |number: u128| RoomId(Uuid::from_u128(number));
    let mut rows = agenda();
    // Of a round it is told once, where it stands; what is in it does not say it again.
    for (row, number) in [(1, 1), (21, 1), (22, 2), (23, 3)] {
        rows.iter_mut().find(|one| one.id == id(row)).unwrap().fields.room_id = Some(room(number));
    }
    let (when, agenda) = (event(), build_tree(rows));
    let rooms = HashMap::from([(room(1), 99), (room(2), 100)]);
    let check = |capacity| check_schedule(&Schedule { capacity, rooms: &rooms, ..schedule(&when, &agenda) });
    let small = check(Some(100));
    let expected = [
        ("room_too_small", "warning", "/sessions/0/room_id"),
        ("room_too_small", "warning", "/sessions/1/sessions/0/room_id"),
    ];
    assert_eq!(found(&small), expected);
    assert_eq!(small.findings[0].hint, "The room of “Session 1” takes 99 people and the event 100.");
    assert_eq!(found(&check(Some(99))), []);
    assert_eq!(found(&check(None)), []);
}

/// What is found among many does not depend on comparing each with each.
#[test]
fn sessions_of_many_rooms_are_told_apart() {
    let when: When = WhenInput::local_until("2022-02-23T08:00", "2022-02-23T20:00", "Europe/Paris").parse().unwrap();
    let mut rows = Vec::new();
    for number in 0..600_u32 {
        let (room, slot) = (number % 10, number / 10);
        let clock = |minutes: u32| format!("{:02}:{:02}", 8 + minutes / 60, minutes % 60);
        let position = i32::try_from(number).unwrap() + 1;
        let mut row = timed(u128::from(number) + 1, None, position, &clock(slot * 12), &clock((slot + 1) * 12));
        row.fields.room_id = Some(RoomId(Uuid::from_u128(u128::from(room) + 1)));
        rows.push(row);
    }
    let clean = report(&when, rows.clone(), &[], &[]);
    assert_eq!((found(&clean), clean.total_minutes), (vec![], 720));
    // One in the room of another.
    rows[305].fields.room_id = rows[304].fields.room_id;
    let crossed = report(&when, rows.clone(), &[], &[]);
    assert_eq!(found(&crossed), [("overlap", "warning", "/sessions/305/local_start")]);
    assert_eq!(crossed.findings[0].other_session_id, Some(id(305)));
    assert_eq!(
        crossed.findings[0].hint,
        "“Session 305” and “Session 306” take place in the same room: move one of them."
    );
    // One person in every session of one room may, in those of two rooms may not.
    let everywhere: Vec<Engagement> = (0..600)
        .filter(|number| number % 10 == 0 || *number == 301)
        .map(|number| engagement(Some(number + 1), FLETY, "Amanda Flety", false))
        .collect();
    let booked = report(&when, rows, &everywhere, &[]);
    let expected = [
        ("overlap", "warning", "/sessions/305/local_start"),
        ("double_booked", "warning", "/sessions/301/appearances/0"),
    ];
    assert_eq!(found(&booked), expected);
    assert_eq!(booked.findings[1].other_session_id, Some(id(301)));
}

#[test]
fn sessions_outside_their_event_are_errors() {
    let mut rows = agenda();
    replace(&mut rows, 11, "11:20", "11:45");
    replace(&mut rows, 24, "12:55", "13:05");
    let report = report(&event(), rows, &[], &[]);
    let expected = [
        ("outside_event", "error", "/sessions/0/sessions/0/local_start"),
        ("outside_event", "error", "/sessions/1/sessions/3/local_end"),
        ("total_mismatch", "warning", "/sessions"),
    ];
    assert_eq!(found(&report), expected);
    assert_eq!(report.findings[2].hint, "The sessions take 105 minutes and the event 90.");
}

#[test]
fn gaps_at_the_edges_are_worth_knowing() {
    let rows = agenda().into_iter().filter(|row| ![id(11), id(24)].contains(&row.id)).collect();
    let report = report(&event(), rows, &[], &[]);
    let expected = [
        ("gap", "info", "/sessions/0/sessions/0/local_start"),
        ("gap", "info", "/sessions/1/sessions/2/local_end"),
        ("total_mismatch", "warning", "/sessions"),
    ];
    assert_eq!(found(&report), expected);
}

#[test]
fn sessions_side_by_side_need_rooms_or_tracks_of_their_own() {
    let when: When = WhenInput::local_until("2022-02-23T11:30", "2022-02-23T12:30", "Europe/Paris").parse().unwrap();
    let room = |number: u128| Some(RoomId(Uuid::from_u128(number)));
    let beside = |rooms: [Option<RoomId>; 2], tracks: [Option<&str>; 2]| {
        let mut rows = vec![
            session(1, None, 1),
            session(2, None, 2),
            timed(11, Some(1), 1, "11:30", "12:30"),
            timed(21, Some(2), 1, "12:00", "12:30"),
        ];
        // Said of the rounds, it holds for what they contain.
        for (row, (room, track)) in rows.iter_mut().zip(rooms.into_iter().zip(tracks)) {
            (row.fields.room_id, row.fields.track) = (room, track.map(str::to_owned));
        }
        let report = report(&when, rows, &[], &[]);
        (report.findings.iter().map(|one| one.code).collect::<Vec<_>>(), report.total_minutes)
    };
    let crossed = (vec![FindingCode::Overlap, FindingCode::TotalMismatch], 90);
    assert_eq!(beside([room(1), room(2)], [None, None]), (vec![], 60));
    assert_eq!(beside([None, None], [Some("A"), Some("B")]), (vec![], 60));
    assert_eq!(beside([room(1), room(1)], [Some("A"), Some("B")]), crossed);
    assert_eq!(beside([room(1), None], [None, None]), crossed);
    assert_eq!(beside([None, None], [Some("A"), Some("A")]), crossed);
}

#[test]
fn what_is_not_known_is_not_compared() {
    let when = event();
    let mut lasting = session(2, None, 2);
    lasting.fields.duration_seconds = Some(1_800);
    let unknown = report(&when, vec![session(1, None, 1), lasting.clone()], &[], &[]);
    assert_eq!((found(&unknown), unknown.total_minutes), (vec![], 30));
    let known = report(&when, vec![lasting], &[], &[]);
    assert_eq!(found(&known), [("total_mismatch", "warning", "/sessions")]);
    let empty = report(&when, vec![], &[], &[]);
    assert_eq!((found(&empty), empty.total_minutes), (vec![], 0));
}

#[test]
fn a_night_between_two_days_is_no_gap() {
    let when: When = WhenInput::local_until("2022-02-22T13:00", "2022-02-23T13:00", "Europe/Paris").parse().unwrap();
    let mut first_day = timed(1, None, 1, "13:00", "18:00");
    for local in [&mut first_day.fields.local_start, &mut first_day.fields.local_end] {
        *local = local.map(|local| local - TimeDelta::days(1));
    }
    rederive(&mut first_day.fields, when.zone());
    let report = report(&when, vec![first_day, timed(2, None, 2, "12:00", "13:00")], &[], &[]);
    assert_eq!(found(&report), [], "and a day or more is not compared with the total");
}

#[test]
fn the_night_begins_when_the_dance_is_over() {
    let when: When = WhenInput::local_until("2022-02-22T22:00", "2022-02-23T12:00", "Europe/Paris").parse().unwrap();
    let from_evening = |number: u128, start: &str, end: &str| {
        let mut row = timed(number, None, 1, "00:00", end);
        row.fields.local_start = Some(format!("2022-02-22T{start}:00").parse().unwrap());
        rederive(&mut row.fields, when.zone());
        row
    };
    let dance = from_evening(1, "22:00", "01:15");
    let breakfast = timed(2, None, 2, "09:00", "12:00");
    assert_eq!(
        found(&report(&when, vec![dance.clone(), breakfast.clone()], &[], &[])),
        [("total_mismatch", "warning", "/sessions")]
    );
    let more = timed(3, None, 3, "01:30", "02:00");
    let paused = report(&when, vec![dance, more, breakfast], &[], &[]);
    assert_eq!(paused.findings[0].hint, "Nothing is on from 01:15 to 01:30.");
    let expected = [("gap", "warning", "/sessions/2/local_start"), ("total_mismatch", "warning", "/sessions")];
    assert_eq!(found(&paused), expected);
}

#[test]
fn a_local_time_without_a_zone_and_a_month_that_has_begun_are_told() {
    let month = WhenInput::edtf("2022-02").parse().unwrap();
    let mut rows = vec![timed(1, None, 1, "11:30", "11:45")];
    rederive(&mut rows[0].fields, None);
    let report = report(&month, rows, &[], &[]);
    let expected =
        [("timezone_required", "error", "/sessions/0/local_start"), ("month_begun", "warning", "/when/edtf")];
    assert_eq!(found(&report), expected);
    assert_eq!((report.total_minutes, report.event_minutes), (0, None));
}

#[test]
fn a_link_is_missed_until_the_event_is_over() {
    let when = event();
    let codes = |now: &str, lacks_link: bool| {
        let now = now.parse().unwrap();
        let schedule = Schedule { lacks_link, now, ..schedule(&when, &[]) };
        check_schedule(&schedule).findings.into_iter().map(|one| (one.code, one.severity)).collect::<Vec<_>>()
    };
    assert_eq!(codes("2022-02-01T09:00:00Z", true), [(FindingCode::MissingJoinLink, Severity::Warning)]);
    assert_eq!(codes("2022-02-01T09:00:00Z", false), []);
    assert_eq!(codes("2022-03-01T09:00:00Z", true), []);
}

#[test]
fn the_next_month_has_not_begun() {
    let month = WhenInput::edtf("2022-03").parse().unwrap();
    assert_eq!(found(&report(&month, vec![], &[], &[])), []);
}
