//! What is accepted and refused, with which code and which pointer.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::*;
use crate::time::Phase;

fn parse(json: &str) -> Result<When, WhenError> {
    serde_json::from_str::<WhenInput>(json).unwrap().parse()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// Asserts the code and the field of a refusal.
fn assert_refused(json: &str, code: &str, pointer: &str) {
    let error = parse(json).unwrap_err();
    assert_eq!((error.code(), error.pointer()), (code, pointer), "{json}: {error}");
}

#[test]
fn a_civil_time_with_an_end() {
    let when = parse(
        r#"{"local_start": "2022-02-23T11:30", "local_end": "2022-02-23T13:00:00", "timezone": "Europe/Paris",
            "timezone_label": " CET ", "weekday": "Wednesday"}"#,
    )
    .unwrap();
    assert_eq!(when.starts_at(), Some(at("2022-02-23T10:30:00Z")));
    assert_eq!(when.ends_at(), Some(at("2022-02-23T12:00:00Z")));
    assert_eq!(when.local_start(), Some(local("2022-02-23T11:30:00")));
    assert_eq!(when.duration().unwrap().to_string(), "PT1H30M");
    assert_eq!(when.timezone_label(), Some("CET"));
    assert_eq!(when.precision(), Precision::Datetime);
}

#[test]
fn a_civil_time_with_a_duration_or_without_an_end() {
    let when =
        parse(r#"{"local_start": "2020-12-10T09:00", "duration": "PT1H15M", "timezone": "Europe/Oslo"}"#).unwrap();
    assert_eq!(when.starts_at(), Some(at("2020-12-10T08:00:00Z")));
    assert_eq!(when.ends_at(), Some(at("2020-12-10T09:15:00Z")));
    assert_eq!(when.local_end(), Some(local("2020-12-10T10:15:00")));
    let open = WhenInput::local("2020-12-10T09:00:00", "Europe/Oslo").parse().unwrap();
    assert_eq!((open.ends_at(), open.local_end(), open.duration()), (None, None, None));
}

#[test]
fn a_duration_is_elapsed_time_across_a_change_of_the_clocks() {
    let when = parse(r#"{"local_start": "2026-03-28T12:00", "duration": "P1D", "timezone": "Europe/Oslo"}"#).unwrap();
    assert_eq!(when.local_end(), Some(local("2026-03-29T13:00:00")));
    assert_eq!(when.duration().unwrap().to_string(), "P1D");
}

#[test]
fn an_instant_gives_the_same_as_its_civil_time() {
    let civil = WhenInput::local_until("2020-12-10T09:00", "2020-12-10T10:15", "Europe/Oslo").parse().unwrap();
    for json in [
        r#"{"starts_at": "2020-12-10T08:00:00Z", "ends_at": "2020-12-10T09:15:00Z", "timezone": "Europe/Oslo"}"#,
        r#"{"starts_at": "2020-12-10T03:00:00-05:00", "duration": "PT75M", "timezone": "Europe/Oslo"}"#,
    ] {
        assert_eq!(parse(json).unwrap(), civil);
    }
    let fine = parse(r#"{"starts_at": "2020-12-10T08:00:00.1234567Z", "timezone": "Europe/Oslo"}"#).unwrap();
    assert_eq!(fine.starts_at(), Some(at("2020-12-10T08:00:00.123456Z")));
    assert_eq!(fine.local_start(), Some(local("2020-12-10T09:00:00.123456")));
    assert_eq!(fine.input().parse(), Ok(fine));
}

#[test]
fn a_date_of_any_precision_and_no_date() {
    for (edtf, precision) in [("2022-03", Precision::Month), ("2021-23/2022-21", Precision::Interval)] {
        let when = WhenInput::edtf(edtf).parse().unwrap();
        assert_eq!((when.precision(), when.edtf()), (precision, Some(Edtf::parse(edtf).unwrap())));
    }
    assert_eq!(parse("{}"), Ok(When::none()));
    assert_eq!(parse(r#"{"edtf": null, "local_start": null, "disambiguation": null}"#), Ok(When::none()));
    assert_eq!(When::none().phase(at("2022-01-01T00:00:00Z")), Phase::Undated);
}

#[test]
fn unknown_fields_are_refused() {
    let error = serde_json::from_str::<WhenInput>(r#"{"start": "2022-02-23T11:30"}"#).unwrap_err().to_string();
    assert_eq!(error.split(',').next(), Some("unknown field `start`"));
}

#[test]
fn a_time_needs_a_zone_and_no_default_is_taken() {
    assert_refused(
        r#"{"local_start": "2020-12-10T09:00", "local_end": "2020-12-10T10:15"}"#,
        "timezone_required",
        "/timezone",
    );
    assert_refused(r#"{"starts_at": "2020-12-10T08:00:00Z"}"#, "timezone_required", "/timezone");
}

#[test]
fn a_wrong_zone_is_refused_with_candidates() {
    let cet = WhenInput::local("2022-02-23T11:30", "CET").parse().unwrap_err();
    assert_eq!((cet.code(), cet.pointer()), ("timezone_abbreviation", "/timezone"));
    assert_eq!(cet.candidates().first().map(String::as_str), Some("Europe/Paris"));
    assert_eq!(
        cet.detail(),
        "`CET` is an abbreviation or a fixed offset; name a place, for example `Europe/Paris`, and keep it as \
         `timezone_label` to show it"
    );
    let oslo = WhenInput::local("2022-02-23T11:30", "oslo").parse().unwrap_err();
    assert_eq!((oslo.code(), oslo.candidates()), ("timezone_unknown", vec!["Europe/Oslo".to_owned()]));
    assert_refused(r#"{"local_start": "2022-02-23T11:30", "timezone": ""}"#, "timezone_unknown", "/timezone");
}

#[test]
fn a_skipped_or_doubled_time_is_refused_with_both_readings() {
    let gap = WhenInput::local("2026-03-29T02:30", "Europe/Oslo");
    let error = gap.parse().unwrap_err();
    assert_eq!((error.code(), error.pointer()), ("local_time_nonexistent", "/local_start"));
    assert_eq!(error.candidates(), ["2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"]);
    let overlap = WhenInput::local_until("2026-10-25T01:00", "2026-10-25T02:30", "Europe/Oslo");
    let error = overlap.parse().unwrap_err();
    assert_eq!((error.code(), error.pointer()), ("local_time_ambiguous", "/local_end"));
    assert_eq!(error.candidates(), ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]);
    let with = |input: &WhenInput, disambiguation| WhenInput { disambiguation: Some(disambiguation), ..input.clone() };
    let moved = with(&gap, Disambiguation::Later).parse().unwrap();
    assert_eq!(moved.local_start(), Some(local("2026-03-29T03:30:00")), "what the clocks really show");
    assert_eq!(with(&gap, Disambiguation::Earlier).parse().unwrap().local_start(), Some(local("2026-03-29T01:30:00")));
    let ends = [Disambiguation::Earlier, Disambiguation::Later].map(|d| with(&overlap, d).parse().unwrap().ends_at());
    assert_eq!(ends, [Some(at("2026-10-25T00:30:00Z")), Some(at("2026-10-25T01:30:00Z"))]);
}

#[test]
fn an_end_lies_after_its_start() {
    for end in ["11:30", "11:29:59.999999", "00:00"] {
        let json = format!(
            r#"{{"local_start": "2022-02-23T11:30", "local_end": "2022-02-23T{end}", "timezone": "Europe/Paris"}}"#
        );
        assert_refused(&json, "end_before_start", "/local_end");
    }
    let json = r#"{"starts_at": "2022-02-23T11:30:00Z", "ends_at": "2022-02-23T12:29:00+01:00", "timezone": "UTC"}"#;
    assert_refused(json, "end_before_start", "/ends_at");
    assert_refused(r#"{"edtf": "2022-03/2022-02"}"#, "end_before_start", "/edtf");
    // The second 02:15 lies after the first 02:45, which one choice for both cannot say.
    let json = r#"{"local_start": "2026-10-25T02:45", "local_end": "2026-10-25T02:15", "timezone": "Europe/Oslo",
        "disambiguation": "later"}"#;
    assert_refused(json, "end_before_start", "/local_end");
}

#[test]
fn a_weekday_is_compared_with_the_start() {
    let json = |weekday: &str| {
        format!(r#"{{"local_start": "2022-02-23T23:30", "timezone": "America/New_York", "weekday": "{weekday}"}}"#)
    };
    assert!(parse(&json("WEDNESDAY")).is_ok(), "the civil day counts, not that of UTC");
    let error = parse(&json("thursday")).unwrap_err();
    assert_eq!((error.code(), error.pointer()), ("weekday_mismatch", "/weekday"));
    assert_eq!(error.detail(), "2022-02-23 is a Wednesday, not a Thursday");
    assert_refused(&json("mittwoch"), "weekday_mismatch", "/weekday");
    assert!(parse(r#"{"edtf": "2021-11-24", "weekday": "wednesday"}"#).is_ok());
    assert_refused(r#"{"edtf": "2021-11-24", "weekday": "friday"}"#, "weekday_mismatch", "/weekday");
    assert_refused(r#"{"edtf": "2021-11", "weekday": "friday"}"#, "when_conflicting_fields", "/weekday");
}

#[test]
fn the_three_shapes_exclude_each_other() {
    let all = r#""local_start": "2022-02-23T11:30", "timezone": "Europe/Paris""#;
    let instant = r#""starts_at": "2022-02-23T11:30:00Z", "timezone": "Europe/Paris""#;
    for (json, pointer) in [
        (format!(r#"{{{all}, "starts_at": "2022-02-23T11:30:00Z"}}"#), "/starts_at"),
        (format!(r#"{{{all}, "ends_at": "2022-02-23T11:30:00Z"}}"#), "/ends_at"),
        (format!(r#"{{{all}, "local_end": "2022-02-23T12:30", "duration": "PT1H"}}"#), "/duration"),
        (format!(r#"{{{all}, "edtf": "2022-02-23"}}"#), "/local_start"),
        (format!(r#"{{{instant}, "edtf": "2022-02-23"}}"#), "/starts_at"),
        (format!(r#"{{{instant}, "local_end": "2022-02-23T12:30"}}"#), "/local_end"),
        (format!(r#"{{{instant}, "disambiguation": "later"}}"#), "/disambiguation"),
        (format!(r#"{{{instant}, "ends_at": "2022-02-23T12:30:00Z", "duration": "PT1H"}}"#), "/duration"),
        (r#"{"edtf": "2022", "local_end": "2022-02-23T11:30"}"#.to_owned(), "/local_end"),
        (r#"{"edtf": "2022", "ends_at": "2022-02-23T11:30:00Z"}"#.to_owned(), "/ends_at"),
        (r#"{"edtf": "2022", "duration": "PT1H"}"#.to_owned(), "/duration"),
        (r#"{"edtf": "2022", "timezone": "Europe/Paris"}"#.to_owned(), "/timezone"),
        (r#"{"edtf": "2022", "timezone_label": "CET"}"#.to_owned(), "/timezone_label"),
        (r#"{"edtf": "2022", "disambiguation": "later"}"#.to_owned(), "/disambiguation"),
    ] {
        assert_refused(&json, "when_conflicting_fields", pointer);
    }
    let error = parse(r#"{"edtf": "2022", "duration": "PT1H"}"#).unwrap_err();
    assert_eq!(error.detail(), "`duration` cannot stand beside `edtf`");
}

#[test]
fn a_start_is_needed_for_everything_else() {
    for (json, pointer) in [
        (r#"{"timezone": "Europe/Paris"}"#, "/local_start"),
        (r#"{"local_end": "2022-02-23T11:30"}"#, "/local_start"),
        (r#"{"ends_at": "2022-02-23T11:30:00Z", "timezone": "Europe/Paris"}"#, "/starts_at"),
        (r#"{"duration": "PT1H"}"#, "/local_start"),
        (r#"{"timezone_label": "CET"}"#, "/local_start"),
        (r#"{"weekday": "monday"}"#, "/local_start"),
        (r#"{"disambiguation": "later"}"#, "/local_start"),
    ] {
        assert_refused(json, "when_incomplete", pointer);
    }
}

#[test]
fn texts_that_cannot_be_read_are_refused() {
    for text in [
        "",
        "2022-02-23",
        "2022-02-23 11:30",
        "2022-02-23T11:30Z",
        "2022-02-23T11:30+01:00",
        "2022-2-23T11:30",
        "2022-02-23T1:30",
        "2022-02-23T24:00",
        "2022-02-23T23:59:60",
        "2022-02-30T11:30",
        "2022-02-23T11:30:00.1234567",
        "2022-02-23T11:30.5",
        "2022-02-23T11:30:00.",
        "2022-02-23t11:30",
        "12022-02-23T11:30",
        "2022-02-23T11:30 ",
        "２022-02-23T11:30",
    ] {
        let error = WhenInput::local(text, "Europe/Paris").parse().unwrap_err();
        assert_eq!(error, WhenError::LocalTimeInvalid { pointer: "/local_start", given: text.to_owned() });
    }
    assert_refused(
        r#"{"local_start": "2022-02-23T11:30", "local_end": "12:00", "timezone": "Europe/Paris"}"#,
        "local_time_invalid",
        "/local_end",
    );
    for text in [
        "",
        "2022-02-23",
        "2022-02-23T11:30",
        "2022-02-23T11:30:00",
        "2022-02-23T11:30Z",
        "2022-02-23T23:59:60Z",
        "now",
    ] {
        let json = format!(r#"{{"starts_at": "{text}", "timezone": "Europe/Paris"}}"#);
        assert_refused(&json, "instant_invalid", "/starts_at");
    }
    assert_refused(
        r#"{"starts_at": "2022-02-23T11:30:00Z", "ends_at": "x", "timezone": "UTC"}"#,
        "instant_invalid",
        "/ends_at",
    );
    for duration in ["1h", "P1M", "PT0S", "-PT1H", "P999999D"] {
        let json =
            format!(r#"{{"local_start": "2022-02-23T11:30", "timezone": "Europe/Paris", "duration": "{duration}"}}"#);
        assert_refused(&json, "duration_invalid", "/duration");
    }
    for edtf in ["", "2022-13", "2022-03/..", "2022?"] {
        let error = WhenInput::edtf(edtf).parse().unwrap_err();
        assert_eq!((error.code(), error.pointer()), ("edtf_invalid", "/edtf"), "{edtf}");
    }
    for label in ["", "  ", "C\\u0000ET", "C\\nET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        let json = format!(
            r#"{{"local_start": "2022-02-23T11:30", "timezone": "Europe/Paris", "timezone_label": "{label}"}}"#
        );
        assert_refused(&json, "timezone_label_invalid", "/timezone_label");
    }
}

#[test]
fn years_are_limited() {
    for (json, pointer) in [
        (r#"{"local_start": "1899-12-31T23:59", "timezone": "UTC"}"#, "/local_start"),
        (r#"{"local_start": "2200-12-31T23:59", "local_end": "2201-01-01T00:00", "timezone": "UTC"}"#, "/local_end"),
        (r#"{"local_start": "2200-12-31T23:59", "duration": "PT1M", "timezone": "UTC"}"#, "/duration"),
        (r#"{"starts_at": "0001-01-01T00:00:00Z", "timezone": "Europe/Oslo"}"#, "/starts_at"),
        (r#"{"edtf": "2201"}"#, "/edtf"),
    ] {
        assert_refused(json, "when_out_of_range", pointer);
    }
    for start in ["1900-01-01T00:00", "2200-12-31T23:59:59"] {
        assert!(WhenInput::local(start, "Europe/Oslo").parse().is_ok(), "{start}");
    }
}

#[test]
fn every_code_is_listed() {
    let codes: std::collections::BTreeSet<&str> = [
        WhenError::TimezoneRequired,
        WhenError::TimezoneNotApplicable,
        WhenError::TimezoneLabelInvalid,
        WhenError::DurationZero,
        WhenError::EndBeforeStart { pointer: "" },
        WhenError::OutOfRange { pointer: "" },
        WhenError::Incomplete { pointer: "" },
        WhenError::ConflictingFields { pointer: "", with: "" },
        WhenError::WeekdayUnknown { given: String::new() },
        WhenError::InstantInvalid { pointer: "", given: String::new() },
        WhenError::LocalTimeInvalid { pointer: "", given: String::new() },
        WhenInput::edtf("x").parse().unwrap_err(),
        WhenInput::local("2022-02-23T11:30", "CET").parse().unwrap_err(),
        WhenInput::local("2022-02-23T11:30", "x").parse().unwrap_err(),
        WhenInput::local("2026-03-29T02:30", "Europe/Oslo").parse().unwrap_err(),
        WhenInput::local("2026-10-25T02:30", "Europe/Oslo").parse().unwrap_err(),
    ]
    .iter()
    .map(WhenError::code)
    .collect();
    assert_eq!(codes, std::collections::BTreeSet::from(WhenError::CODES));
}
