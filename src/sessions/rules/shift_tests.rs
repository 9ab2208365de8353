//! Moving what comes after a session.

use chrono::NaiveDateTime;
use uuid::Uuid;

use super::super::model::{RoomId, Session, SessionFields};
use super::shift::shift_following;
use super::tree::rederive;
use super::tree_tests::{id, paris, session};
use crate::events::SessionId;
use crate::time::{Disambiguation, Zone};

/// A session at these local times: `23T11:30` for the 23rd of February 2022, or whole.
fn at(number: u128, parent: Option<u128>, start: &str, end: &str, zone: Zone) -> Session {
    let mut row = session(number, parent, i32::try_from(number).unwrap());
    let local = |text: &str| {
        let text = if text.len() == 8 { format!("2022-02-{text}:00") } else { format!("{text}:00") };
        text.parse::<NaiveDateTime>().unwrap()
    };
    row.fields.local_start = Some(local(start));
    row.fields.local_end = (!end.is_empty()).then(|| local(end));
    rederive(&mut row.fields, Some(zone));
    row
}

fn paris_at(number: u128, parent: Option<u128>, start: &str, end: &str) -> Session {
    at(number, parent, start, end, paris())
}

fn in_room(mut row: Session, room: u128) -> Session {
    row.fields.room_id = Some(RoomId(Uuid::from_u128(room)));
    row
}

fn on_track(mut row: Session, track: &str) -> Session {
    row.fields.track = Some(track.to_owned());
    row
}

fn times(start: &str, end: &str) -> SessionFields {
    paris_at(1, None, start, end).fields
}

/// Which sessions move, and to when: `11:40-11:55`.
fn moved(rows: &[Session], number: u128, after: &SessionFields) -> Vec<(SessionId, String)> {
    let moved = shift_following(rows, id(number), after, Some(paris()), None).unwrap();
    moved.into_iter().map(|(id, fields)| (id, clock(&fields))).collect()
}

fn clock(fields: &SessionFields) -> String {
    let show = |at: Option<NaiveDateTime>| at.map_or_else(String::new, |at| at.format("%dT%H:%M").to_string());
    format!("{}-{}", show(fields.local_start), show(fields.local_end))
}

fn expected(of: &[(u128, &str)]) -> Vec<(SessionId, String)> {
    of.iter().map(|(number, clock)| (id(*number), (*clock).to_owned())).collect()
}

/// Two rounds with three and two sessions, a break between them, and one on the next day.
fn day() -> Vec<Session> {
    vec![
        session(1, None, 1),
        paris_at(2, None, "23T12:15", "23T12:30"),
        session(3, None, 3),
        paris_at(4, None, "24T09:00", "24T10:00"),
        paris_at(11, Some(1), "23T11:30", "23T11:45"),
        paris_at(12, Some(1), "23T11:45", "23T12:00"),
        paris_at(13, Some(1), "23T12:00", "23T12:15"),
        paris_at(31, Some(3), "23T12:30", "23T12:45"),
        paris_at(32, Some(3), "23T13:00", "23T13:30"),
    ]
}

#[test]
fn a_longer_session_moves_the_rest_of_the_day_and_its_breaks() {
    let rest = expected(&[
        (13, "23T12:10-23T12:25"),
        (2, "23T12:25-23T12:40"),
        (31, "23T12:40-23T12:55"),
        (32, "23T13:10-23T13:40"),
    ]);
    assert_eq!(moved(&day(), 12, &times("23T11:45", "23T12:10")), rest, "by its end");
    assert_eq!(moved(&day(), 12, &times("23T11:55", "23T12:10")), rest, "moved as a whole");
    assert_eq!(moved(&day(), 12, &times("23T11:50", "23T12:00")), [], "a later start alone moves nothing");
    assert_eq!(moved(&day(), 12, &times("23T11:45", "23T12:00")), [], "nothing changed");
    let earlier = moved(&day(), 31, &times("23T12:30", "23T12:40"));
    assert_eq!(earlier, expected(&[(32, "23T12:55-23T13:25")]), "a pause stays as long as it was");
    assert_eq!(moved(&day(), 32, &times("23T14:00", "23T14:30")), [], "the last of the day");
    assert_eq!(moved(&day(), 4, &times("23T09:00", "23T10:00")), [], "the only one of its day");
}

#[test]
fn what_contains_sessions_has_no_time_to_move() {
    assert_eq!(moved(&day(), 1, &times("23T11:30", "23T13:00")), [], "its time is theirs");
    let rows = vec![session(1, None, 1), paris_at(2, None, "23T12:00", "23T12:30")];
    assert_eq!(moved(&rows, 1, &times("23T11:30", "23T11:45")), [], "it had none");
    let mut lasting = day();
    lasting[4].fields = session(11, Some(1), 1).fields;
    lasting[4].fields.duration_seconds = Some(900);
    assert_eq!(moved(&lasting, 12, &times("23T11:45", "23T11:50")).len(), 4, "who has no time stays without");
}

#[test]
fn without_an_end_the_start_counts() {
    let mut rows = day();
    rows[5] = paris_at(12, Some(1), "23T11:45", "");
    let all = ["23T12:05-23T12:20", "23T12:20-23T12:35", "23T12:35-23T12:50", "23T13:05-23T13:35"];
    let all: Vec<_> = [13, 2, 31, 32].into_iter().zip(all).collect();
    assert_eq!(moved(&rows, 12, &times("23T11:50", "")), expected(&all));
    assert_eq!(moved(&rows, 12, &times("23T11:50", "23T12:10")), expected(&all), "there is no end to compare with");
    rows[6] = paris_at(13, Some(1), "23T12:00", "");
    assert_eq!(moved(&rows, 31, &times("23T12:31", "23T12:46")), expected(&[(32, "23T13:01-23T13:31")]));
    assert_eq!(moved(&rows, 12, &times("23T11:50", ""))[0], expected(&[(13, "23T12:05-")])[0]);
}

#[test]
fn parallel_lines_stay() {
    let rows = vec![
        in_room(paris_at(1, None, "23T11:00", "23T11:30"), 1),
        in_room(paris_at(2, None, "23T11:00", "23T11:30"), 2),
        in_room(paris_at(3, None, "23T11:30", "23T12:00"), 1),
        in_room(paris_at(4, None, "23T11:30", "23T12:00"), 2),
        paris_at(5, None, "23T12:00", "23T12:30"),
        in_room(paris_at(6, None, "23T12:30", "23T13:00"), 1),
    ];
    let later = times("23T11:00", "23T11:35");
    let own_room = expected(&[(3, "23T11:35-23T12:05"), (6, "23T12:35-23T13:05")]);
    assert_eq!(moved(&rows, 1, &later), own_room, "lunch is for those of the other room too");
    let alone: Vec<Session> =
        rows.iter().filter(|row| row.fields.room_id != Some(RoomId(Uuid::from_u128(2)))).cloned().collect();
    let with_lunch = expected(&[(3, "23T11:35-23T12:05"), (5, "23T12:05-23T12:35"), (6, "23T12:35-23T13:05")]);
    assert_eq!(moved(&alone, 1, &later), with_lunch);
    assert_eq!(moved(&rows, 5, &times("23T12:00", "23T12:40")), expected(&[(6, "23T12:40-23T13:10")]));
}

#[test]
fn what_is_for_all_moves_every_line() {
    let rows = vec![
        paris_at(1, None, "23T10:00", "23T10:30"),
        on_track(session(2, None, 2), "A"),
        on_track(session(3, None, 3), "B"),
        paris_at(21, Some(2), "23T10:30", "23T11:00"),
        paris_at(22, Some(2), "23T11:00", "23T11:30"),
        paris_at(31, Some(3), "23T10:30", "23T11:30"),
    ];
    let all = [(21, "23T10:40-23T11:10"), (31, "23T10:40-23T11:40"), (22, "23T11:10-23T11:40")];
    assert_eq!(moved(&rows, 1, &times("23T10:00", "23T10:40")), expected(&all));
    let track = expected(&[(22, "23T11:10-23T11:40")]);
    assert_eq!(moved(&rows, 21, &times("23T10:40", "23T11:10")), track, "a track is that of what contains it");
    // Two rooms say more than one track.
    let mut in_rooms = rows;
    in_rooms[3] = in_room(in_rooms[3].clone(), 1);
    in_rooms[4] = in_room(in_rooms[4].clone(), 2);
    assert_eq!(moved(&in_rooms, 21, &times("23T10:40", "23T11:10")), []);
}

#[test]
fn what_goes_on_over_midnight_belongs_to_the_day_before() {
    let rows = vec![
        paris_at(1, None, "23T22:00", "23T23:00"),
        paris_at(2, None, "23T23:30", "24T00:15"),
        paris_at(3, None, "24T00:15", "24T01:00"),
        paris_at(4, None, "24T09:00", "24T10:00"),
    ];
    let moved_on = expected(&[(2, "24T00:00-24T00:45"), (3, "24T00:45-24T01:30")]);
    assert_eq!(moved(&rows, 1, &times("23T22:00", "23T23:30")), moved_on);
    let moved_back = expected(&[(2, "23T21:30-23T22:15"), (3, "23T22:15-23T23:00")]);
    assert_eq!(moved(&rows, 1, &times("23T20:00", "23T21:00")), moved_back);
    assert_eq!(moved(&rows, 3, &times("24T00:15", "24T01:30")), [], "it is still of the evening");
    let mut all_night = rows;
    all_night[3] = paris_at(4, None, "24T01:00", "24T05:00");
    all_night.push(paris_at(5, None, "24T05:00", "24T06:00"));
    all_night.push(paris_at(6, None, "24T06:30", "24T07:00"));
    let going_on = expected(&[(4, "24T01:30-24T05:30"), (5, "24T05:30-24T06:30")]);
    assert_eq!(moved(&all_night, 3, &times("24T00:15", "24T01:30")), going_on, "until there is a pause");
}

#[test]
fn clocks_that_change_do_not_change_what_they_show() {
    // On 27 March 2022 the clocks went from 2:00 to 3:00.
    let rows = [
        at(1, None, "2022-03-26T09:00", "2022-03-26T10:00", paris()),
        at(2, None, "2022-03-26T10:00", "2022-03-26T11:00", paris()),
        at(3, None, "2022-03-26T23:00", "2022-03-27T00:00", paris()),
    ];
    let tomorrow = times("2022-03-27T09:00", "2022-03-27T10:00");
    let moved = shift_following(&rows, id(1), &tomorrow, Some(paris()), None).unwrap();
    let shown: Vec<String> = moved.iter().map(|(_, fields)| clock(fields)).collect();
    assert_eq!(shown, ["27T10:00-27T11:00", "27T23:00-28T00:00"]);
    let starts: Vec<_> = moved.iter().map(|(_, fields)| fields.starts_at.unwrap().0.to_rfc3339()).collect();
    assert_eq!(starts, ["2022-03-27T08:00:00+00:00", "2022-03-27T21:00:00+00:00"]);
}

#[test]
fn nobody_is_moved_into_an_hour_that_is_skipped_or_shown_twice_without_a_word() {
    let night = [
        at(1, None, "2022-03-27T00:00", "2022-03-27T01:00", paris()),
        at(2, None, "2022-03-27T01:15", "2022-03-27T01:45", paris()),
    ];
    let later = times("2022-03-27T00:00", "2022-03-27T02:00");
    let hour = times("2022-03-27T00:00", "2022-03-27T01:00");
    assert_eq!(later.local_end, Some("2022-03-27T03:00:00".parse().unwrap()), "two hours on the clock");
    let moved = shift_following(&night, id(1), &later, Some(paris()), None).unwrap();
    assert_eq!(clock(&moved[0].1), "27T03:15-27T03:45");
    let mut to_half_past = hour;
    to_half_past.local_end = Some("2022-03-27T02:00:00".parse().unwrap());
    let errors = shift_following(&night, id(1), &to_half_past, Some(paris()), None).unwrap_err();
    let faults: Vec<_> = errors.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
    assert_eq!(faults, [("/local_start", "local_time_nonexistent")]);
    assert!(errors[0].detail.starts_with("“Session 2”, which would move along: "), "{}", errors[0].detail);
    let chosen = shift_following(&night, id(1), &to_half_past, Some(paris()), Some(Disambiguation::Later)).unwrap();
    assert_eq!(clock(&chosen[0].1), "27T03:15-27T03:45");

    // On 30 October 2022 they showed the hour from 2:00 twice.
    let twice = [
        at(1, None, "2022-10-30T00:00", "2022-10-30T01:00", paris()),
        at(2, None, "2022-10-30T01:00", "2022-10-30T01:30", paris()),
    ];
    let later = times("2022-10-30T00:00", "2022-10-30T02:00");
    let move_to = |choice| shift_following(&twice, id(1), &later, Some(paris()), choice);
    assert_eq!(move_to(None).unwrap_err()[0].code, "local_time_ambiguous");
    let starts = |choice| move_to(Some(choice)).unwrap()[0].1.starts_at.unwrap().0.to_rfc3339();
    assert_eq!(starts(Disambiguation::Earlier), "2022-10-30T00:00:00+00:00");
    assert_eq!(starts(Disambiguation::Later), "2022-10-30T01:00:00+00:00");
    let mut second_pass = twice.clone();
    second_pass[1] = at(2, None, "2022-10-30T02:10", "2022-10-30T02:20", paris());
    let fields = &mut second_pass[1].fields;
    fields.starts_at = Some(crate::db::types::At("2022-10-30T01:10:00Z".parse().unwrap()));
    fields.ends_at = Some(crate::db::types::At("2022-10-30T01:20:00Z".parse().unwrap()));
    let a_bit = times("2022-10-30T00:00", "2022-10-30T01:10");
    let moved = shift_following(&second_pass, id(1), &a_bit, Some(paris()), None).unwrap();
    assert_eq!(
        moved[0].1.starts_at.unwrap().0.to_rfc3339(),
        "2022-10-30T01:20:00+00:00",
        "it stays in the second pass"
    );
}

#[test]
fn times_out_of_range_are_refused() {
    let rows = [
        at(1, None, "2022-02-23T10:00", "2022-02-23T11:00", paris()),
        at(2, None, "2022-02-23T11:00", "2022-02-23T12:00", paris()),
    ];
    let mut far = times("2022-02-23T10:00", "2022-02-23T11:00");
    for local in [&mut far.local_start, &mut far.local_end] {
        *local = local.map(|local| local + chrono::TimeDelta::days(3_000_000));
    }
    let errors = shift_following(&rows, id(1), &far, Some(paris()), None).unwrap_err();
    assert_eq!((errors[0].pointer.as_str(), errors[0].code), ("/local_start", "when_out_of_range"));
}
