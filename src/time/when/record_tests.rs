//! Columns, bounds, phases and order.

use super::*;
use crate::time::{Phase, WhenInput};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The bounds of what an input gives.
fn bounds(input: &WhenInput) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
    let record = input.parse().unwrap().record();
    (record.sorts_at, record.until_at)
}

#[test]
fn a_datetime_fills_its_columns() {
    let mut input = WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris");
    input.timezone_label = Some("CET".to_owned());
    let when = input.parse().unwrap();
    let record = when.record();
    assert_eq!(
        record,
        WhenRecord {
            precision: Precision::Datetime,
            edtf: None,
            local_start: Some("2022-02-23T11:30:00".parse().unwrap()),
            local_end: Some("2022-02-23T13:00:00".parse().unwrap()),
            timezone: Some("Europe/Paris".to_owned()),
            timezone_label: Some("CET".to_owned()),
            starts_at: Some(at("2022-02-23T10:30:00Z")),
            ends_at: Some(at("2022-02-23T12:00:00Z")),
            sorts_at: at("2022-02-23T10:30:00Z"),
            until_at: Some(at("2022-02-23T12:00:00Z")),
        }
    );
    assert_eq!(When::from_record(record), Ok(when));
}

#[test]
fn a_date_and_nothing_fill_theirs() {
    let month = WhenInput::edtf("2022-03").parse().unwrap();
    let record = month.record();
    assert_eq!(
        record,
        WhenRecord {
            precision: Precision::Month,
            edtf: Some("2022-03".to_owned()),
            sorts_at: at("2022-03-01T00:00:00Z"),
            until_at: Some(at("2022-04-01T12:00:00Z")),
            ..When::none().record()
        }
    );
    assert_eq!(When::from_record(record), Ok(month));
    let none = When::none().record();
    assert_eq!((none.sorts_at, none.until_at), (at("9999-12-31T00:00:00Z"), None));
    assert_eq!(When::from_record(none), Ok(When::none()));
}

#[test]
fn bounds_of_each_precision() {
    for (edtf, sorts_at, until_at) in [
        ("2021-11-24", "2021-11-24T00:00:00Z", "2021-11-25T12:00:00Z"),
        ("2021-24", "2021-12-01T00:00:00Z", "2022-03-01T12:00:00Z"),
        ("2022", "2022-01-01T00:00:00Z", "2023-01-01T12:00:00Z"),
        ("2021-23/2022-21", "2021-09-01T00:00:00Z", "2022-06-01T12:00:00Z"),
    ] {
        assert_eq!(bounds(&WhenInput::edtf(edtf)), (at(sorts_at), Some(at(until_at))), "{edtf}");
    }
}

#[test]
fn an_event_without_an_end_lasts_until_the_end_of_its_civil_day_and_at_least_an_hour() {
    for (start, zone, until_at) in [
        ("2020-12-10T09:00", "Europe/Oslo", "2020-12-10T23:00:00Z"),
        ("2020-12-10T23:30", "Europe/Oslo", "2020-12-10T23:30:00Z"),
        ("2020-12-10T09:00", "Pacific/Kiritimati", "2020-12-10T10:00:00Z"),
        // Beirut skips the hour after midnight: the day ends when the clocks show 01:00.
        ("2026-03-28T20:00", "Asia/Beirut", "2026-03-28T22:00:00Z"),
    ] {
        let (_, until) = bounds(&WhenInput::local(start, zone));
        assert_eq!(until, Some(at(until_at)), "{start} {zone}");
    }
}

#[test]
fn phases_are_half_open_and_follow_the_columns() {
    let event = WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris").parse().unwrap();
    for (now, phase) in [
        ("2022-02-23T10:29:59.999999Z", Phase::Upcoming),
        ("2022-02-23T10:30:00Z", Phase::Live),
        ("2022-02-23T11:59:59.999999Z", Phase::Live),
        ("2022-02-23T12:00:00Z", Phase::Past),
    ] {
        assert_eq!(event.phase(at(now)), phase, "{now}");
    }
    let day = WhenInput::edtf("2021-11-24").parse().unwrap();
    for (now, phase) in [
        ("2021-11-23T23:59:59Z", Phase::Upcoming),
        ("2021-11-24T00:00:00Z", Phase::Live),
        ("2021-11-25T11:59:59Z", Phase::Live),
        ("2021-11-25T12:00:00Z", Phase::Past),
    ] {
        assert_eq!(day.phase(at(now)), phase, "{now}");
    }
    assert_eq!(When::none().phase(at("2021-11-24T00:00:00Z")), Phase::Undated);
}

#[test]
fn chronological_order_puts_a_day_before_its_times_and_what_is_undated_last() {
    let inputs = [
        WhenInput::local("2021-11-23T20:00", "Europe/Berlin"),
        WhenInput::edtf("2021-11-24"),
        WhenInput::local("2021-11-24T09:00", "Europe/Berlin"),
        WhenInput::edtf("2021-12-03"),
        WhenInput::edtf("2022-03"),
        WhenInput::edtf("2022-04"),
        WhenInput::default(),
    ];
    let order: Vec<DateTime<Utc>> = inputs.iter().map(|input| bounds(input).0).collect();
    assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "{order:?}");
}

#[test]
fn columns_that_contradict_each_other_are_refused() {
    let datetime =
        WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris").parse().unwrap().record();
    let month = WhenInput::edtf("2022-03").parse().unwrap().record();
    let missing = |precision, column| Err(RecordError::Missing { precision, column });
    let precision = Precision::Datetime;
    for (record, expected) in [
        (WhenRecord { timezone: None, ..datetime.clone() }, missing(precision, "timezone")),
        (WhenRecord { local_start: None, ..datetime.clone() }, missing(precision, "local_start")),
        (WhenRecord { starts_at: None, ..datetime.clone() }, missing(precision, "starts_at")),
        (WhenRecord { ends_at: None, ..datetime.clone() }, missing(precision, "ends_at")),
        (WhenRecord { local_end: None, ..datetime.clone() }, missing(precision, "local_end")),
        (WhenRecord { ends_at: datetime.starts_at, ..datetime.clone() }, Err(RecordError::EndBeforeStart)),
        (
            WhenRecord { timezone: Some("CET".to_owned()), ..datetime.clone() },
            Err(RecordError::Zone(Zone::parse("CET").unwrap_err())),
        ),
        (WhenRecord { edtf: None, ..month.clone() }, missing(Precision::Month, "edtf")),
        (
            WhenRecord { precision: Precision::Year, ..month.clone() },
            Err(RecordError::Precision { precision: Precision::Year, edtf: Edtf::parse("2022-03").unwrap() }),
        ),
        (
            WhenRecord { edtf: Some("March".to_owned()), ..month },
            Err(RecordError::Edtf(Edtf::parse("March").unwrap_err())),
        ),
    ] {
        assert_eq!(When::from_record(record), expected);
    }
}
