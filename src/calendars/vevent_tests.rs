//! The lines of one VEVENT.

use super::*;
use crate::calendars::ical::tests::{calendar, day, entry, full_entry, instant, timed, zone};
use crate::calendars::ical::{Conference, render};

/// The unfolded lines of the one VEVENT of a calendar.
fn event_lines(method: Option<Method>, entry: Entry) -> Vec<String> {
    let text = render(&calendar(method, vec![entry])).replace("\r\n ", "");
    let (_, event) = text.split_once("BEGIN:VEVENT\r\n").unwrap();
    let (event, _) = event.split_once("END:VEVENT\r\n").unwrap();
    event.split_terminator("\r\n").map(str::to_owned).collect()
}

/// The lines of the VEVENT that belong to the property.
fn property_lines(method: Option<Method>, entry: Entry, key: &str) -> Vec<String> {
    let is_of_key = |line: &String| line.strip_prefix(key).is_some_and(|rest| rest.starts_with([':', ';']));
    event_lines(method, entry).into_iter().filter(is_of_key).collect()
}

fn times(time: EntryTime) -> Vec<String> {
    let lines = event_lines(None, Entry { time, ..entry() });
    lines.into_iter().filter(|line| line.starts_with("DTSTART") || line.starts_with("DTEND")).collect()
}

#[test]
fn a_request_names_its_one_attendee() {
    let text = render(&calendar(Some(Method::Request), vec![full_entry()]));
    assert!(text.contains("CALSCALE:GREGORIAN\r\nMETHOD:REQUEST\r\nNAME:"), "{text}");
    let lines = event_lines(Some(Method::Request), full_entry());
    let attendees: Vec<&String> = lines.iter().filter(|line| line.contains("ase+1@example.org")).collect();
    assert_eq!(
        attendees,
        ["ATTENDEE;CN=\"Åse O'Neil\";CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:\
          mailto:ase+1@example.org"]
    );
    assert!(lines.contains(&"DTSTAMP:20260505T050505Z".to_owned()));
    assert!(lines.contains(&"LAST-MODIFIED:20260203T040506Z".to_owned()));
}

#[test]
fn an_answer_is_asked_for_only_where_it_is_open() {
    let line = |participation| {
        let attendee = Attendee { name: String::new(), email: "a@example.org".to_owned(), participation };
        property_lines(Some(Method::Request), Entry { attendee: Some(attendee), ..entry() }, "ATTENDEE")
    };
    let expected = |part_stat: &str, rsvp: &str| {
        vec![format!(
            "ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={part_stat};ROLE=REQ-PARTICIPANT;RSVP={rsvp}:mailto:a@example.org"
        )]
    };
    assert_eq!(line(Participation::NeedsAction), expected("NEEDS-ACTION", "TRUE"));
    assert_eq!(line(Participation::Tentative), expected("TENTATIVE", "FALSE"));
    assert_eq!(line(Participation::Declined), expected("DECLINED", "FALSE"));
}

#[test]
fn no_feed_or_published_object_names_an_attendee() {
    for method in [None, Some(Method::Publish)] {
        assert_eq!(property_lines(method, full_entry(), "ATTENDEE"), [""; 0]);
    }
}

#[test]
fn what_is_cancelled_by_mail_is_cancelled() {
    assert_eq!(property_lines(Some(Method::Cancel), full_entry(), "STATUS"), ["STATUS:CANCELLED"]);
    assert_eq!(property_lines(Some(Method::Cancel), full_entry(), "ATTENDEE").len(), 1);
    let cancelled = Entry { status: Status::Cancelled, ..entry() };
    assert_eq!(property_lines(None, cancelled, "STATUS"), ["STATUS:CANCELLED"]);
}

#[test]
fn the_stamp_is_the_last_change_unless_the_object_is_sent() {
    let stamps = |method, stamped_at| property_lines(method, Entry { stamped_at, ..entry() }, "DTSTAMP");
    let later = Some(instant("2026-05-05T05:05:05Z"));
    assert_eq!(stamps(None, later), ["DTSTAMP:20260203T040506Z"]);
    assert_eq!(stamps(Some(Method::Publish), None), ["DTSTAMP:20260203T040506Z"]);
    assert_eq!(stamps(Some(Method::Publish), later), ["DTSTAMP:20260505T050505Z"]);
}

#[test]
fn a_day_ends_with_the_next() {
    let all_day = |first, last| times(EntryTime::AllDay { first: day(first), last: day(last) });
    assert_eq!(all_day("2026-12-31", "2026-12-31"), ["DTEND;VALUE=DATE:20270101", "DTSTART;VALUE=DATE:20261231"]);
    assert_eq!(all_day("2026-03-27", "2026-03-29"), ["DTEND;VALUE=DATE:20260330", "DTSTART;VALUE=DATE:20260327"]);
    assert_eq!(all_day("2026-03-27", "2026-03-20"), ["DTEND;VALUE=DATE:20260328", "DTSTART;VALUE=DATE:20260327"]);
}

#[test]
fn an_end_that_is_unknown_or_not_after_the_start_is_left_out() {
    let starts_at = instant("2026-06-01T10:00:00Z");
    for ends_at in
        [None, Some(starts_at), Some(instant("2026-06-01T10:00:00.9Z")), Some(instant("2026-06-01T09:00:00Z"))]
    {
        let time = EntryTime::Timed { starts_at, ends_at, zone: zone("Asia/Kolkata") };
        assert_eq!(times(time), ["DTSTART;TZID=Asia/Kolkata:20260601T153000"]);
    }
}

#[test]
fn a_time_that_happens_twice_goes_out_in_utc_with_the_other_of_its_pair() {
    let oslo = |starts_at, ends_at| times(timed(starts_at, ends_at, "Europe/Oslo"));
    let both = |end: &str, start: &str| vec![format!("DTEND:{end}"), format!("DTSTART:{start}")];
    assert_eq!(oslo("2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z"), both("20261025T030000Z", "20261025T003000Z"));
    assert_eq!(oslo("2026-10-25T01:30:00Z", "2026-10-25T03:00:00Z"), both("20261025T030000Z", "20261025T013000Z"));
    assert_eq!(oslo("2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z"), both("20261025T003000Z", "20261024T220000Z"));
    assert_eq!(
        oslo("2026-10-24T22:00:00Z", "2026-10-25T02:00:00Z"),
        ["DTEND;TZID=Europe/Oslo:20261025T030000", "DTSTART;TZID=Europe/Oslo:20261025T000000"]
    );
    let text = render(&calendar(
        None,
        vec![Entry { time: timed("2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z", "Europe/Oslo"), ..entry() }],
    ));
    assert_eq!(text.matches("VTIMEZONE").count(), 0);
}

#[test]
fn utc_has_no_timezone() {
    for name in ["UTC", "Etc/UTC"] {
        let expected = ["DTEND:20260601T113000Z", "DTSTART:20260601T100000Z"];
        assert_eq!(times(timed("2026-06-01T10:00:00Z", "2026-06-01T11:30:00Z", name)), expected);
    }
}

#[test]
fn a_telephone_conference_says_so_and_an_unknown_one_is_left_out() {
    let lines = |uri: &str| {
        let conference = Some(Conference { uri: uri.to_owned(), label: None });
        property_lines(None, Entry { conference, ..entry() }, "CONFERENCE")
    };
    assert_eq!(lines("tel:+4722000000,,1#"), ["CONFERENCE;FEATURE=PHONE;VALUE=URI:tel:+4722000000,,1#"]);
    assert_eq!(lines("Tel:+47"), ["CONFERENCE;FEATURE=PHONE;VALUE=URI:Tel:+47"]);
    assert_eq!(lines("HttpS://x.org"), ["CONFERENCE;FEATURE=VIDEO;VALUE=URI:HttpS://x.org"]);
    assert_eq!(lines("javascript:alert(1)"), [""; 0]);
}

#[test]
fn impossible_numbers_are_clamped() {
    let odd =
        Entry { sequence: -1, created_at: DateTime::<Utc>::MIN_UTC, updated_at: DateTime::<Utc>::MAX_UTC, ..entry() };
    assert_eq!(property_lines(None, odd.clone(), "SEQUENCE"), ["SEQUENCE:0"]);
    assert_eq!(property_lines(None, odd.clone(), "CREATED"), ["CREATED:00010101T000000Z"]);
    assert_eq!(property_lines(None, odd, "DTSTAMP"), ["DTSTAMP:99981231T235959Z"]);
}
