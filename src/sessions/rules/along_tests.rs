//! Moving the times of a session.

use super::super::tree::rederive;
use super::super::tree_tests::session;
use super::*;

fn when(start: &str, zone: &str) -> When {
    WhenInput { disambiguation: Some(Disambiguation::Later), ..WhenInput::local(start, zone) }.parse().unwrap()
}

/// A session at these times of the clocks, or the second of them.
fn at(start: &str, end: &str, zone: Option<Zone>) -> SessionFields {
    let mut fields = session(1, None, 1).fields;
    fields.local_start = Some(start.parse().unwrap());
    fields.local_end = Some(end.parse().unwrap());
    rederive(&mut fields, zone);
    fields
}

/// What becomes of a session: civil start and end, and the instants; or the code of its fault.
fn moved(times: (&str, &str), from: &When, to: &When, choice: Option<Disambiguation>) -> [String; 4] {
    let fields = at(times.0, times.1, from.zone());
    let shift = Move::between(from, to, choice).unwrap();
    match move_fields(&fields, &shift) {
        Ok(fields) => [
            format!("{:?}", fields.local_start.unwrap()),
            format!("{:?}", fields.local_end.unwrap()),
            fields.starts_at.unwrap().0.format("%FT%RZ").to_string(),
            fields.ends_at.unwrap().0.format("%FT%RZ").to_string(),
        ],
        Err(error) => [error.pointer, error.code.to_owned(), String::new(), String::new()],
    }
}

#[test]
fn a_session_keeps_its_distance_on_the_clocks() {
    let from = when("2022-03-23T11:30", "Europe/Paris");
    // Over the change to summer time: the civil times move by a week, the instants by an hour less.
    let to = when("2022-03-30T11:30", "Europe/Paris");
    assert_eq!(
        moved(("2022-03-23T11:45:00", "2022-03-23T11:55:00"), &from, &to, None),
        ["2022-03-30T11:45:00", "2022-03-30T11:55:00", "2022-03-30T09:45Z", "2022-03-30T09:55Z"]
    );
    // To another zone, and back in time.
    let to = when("2022-03-22T09:00", "America/New_York");
    assert_eq!(
        moved(("2022-03-23T11:45:00", "2022-03-23T13:00:00"), &from, &to, None),
        ["2022-03-22T09:15:00", "2022-03-22T10:30:00", "2022-03-22T13:15Z", "2022-03-22T14:30Z"]
    );
}

#[test]
fn a_session_lasts_as_long_as_before() {
    let (from, to) = (when("2022-10-29T01:00", "Europe/Berlin"), when("2022-10-30T01:00", "Europe/Berlin"));
    assert_eq!(
        moved(("2022-10-29T01:30:00", "2022-10-29T03:30:00"), &from, &to, None),
        ["2022-10-30T01:30:00", "2022-10-30T02:30:00", "2022-10-29T23:30Z", "2022-10-30T01:30Z"]
    );
}

#[test]
fn a_time_skipped_or_shown_twice_needs_a_choice() {
    let (from, to) = (when("2022-10-29T01:00", "Europe/Berlin"), when("2022-10-30T01:00", "Europe/Berlin"));
    let talk = ("2022-10-29T02:30:00", "2022-10-29T03:00:00");
    assert_eq!(moved(talk, &from, &to, None)[..2], ["/local_start", "local_time_ambiguous"]);
    assert_eq!(moved(talk, &from, &to, Some(Disambiguation::Later))[2..], ["2022-10-30T01:30Z", "2022-10-30T02:00Z"]);
    let (from, to) = (when("2022-03-26T01:00", "Europe/Berlin"), when("2022-03-27T01:00", "Europe/Berlin"));
    let talk = ("2022-03-26T02:30:00", "2022-03-26T04:00:00");
    assert_eq!(moved(talk, &from, &to, None)[..2], ["/local_start", "local_time_nonexistent"]);
    assert_eq!(
        moved(talk, &from, &to, Some(Disambiguation::Later)),
        ["2022-03-27T03:30:00", "2022-03-27T05:00:00", "2022-03-27T01:30Z", "2022-03-27T03:00Z"]
    );
}

#[test]
fn the_side_of_an_hour_shown_twice_stays_and_serves_no_other_hour() {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let mut later = at("2022-10-30T02:10:00", "2022-10-30T02:20:00", Some(zone));
    later.starts_at = "2022-10-30T01:10:00Z".parse().ok().map(At);
    later.ends_at = "2022-10-30T01:20:00Z".parse().ok().map(At);
    let by = |by: TimeDelta| Move { by, from: zone, to: zone, disambiguation: Some(Disambiguation::Earlier) };
    let start = |shift: &Move| move_fields(&later, shift).unwrap().starts_at.unwrap().0.to_rfc3339();
    assert_eq!(start(&by(TimeDelta::minutes(10))), "2022-10-30T01:20:00+00:00", "not the choice of the client");
    // 27 March 2022: 2:10 is skipped, and it is the client's to say what is meant.
    assert_eq!(start(&by(TimeDelta::days(-217))), "2022-03-27T00:10:00+00:00");
    let silent = Move { disambiguation: None, ..by(TimeDelta::days(-217)) };
    assert_eq!(move_fields(&later, &silent).unwrap_err().code, "local_time_nonexistent");
}

#[test]
fn a_session_without_a_time_has_none_afterwards() {
    let before = session(1, None, 1).fields;
    let (from, to) = (when("2022-03-23T11:30", "Europe/Paris"), when("2022-03-30T11:30", "Europe/Paris"));
    let shift = Move::between(&from, &to, None).unwrap();
    assert_eq!(move_fields(&before, &shift).unwrap(), before);
    let month = WhenInput::edtf("2022-03").parse().unwrap();
    assert!(Move::between(&from, &month, None).is_none() && Move::between(&When::none(), &to, None).is_none());
}
