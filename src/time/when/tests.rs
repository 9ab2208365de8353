//! Saving what was read, changing a zone, and deriving UTC anew.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn local(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

/// Saving what was read changes nothing, through JSON and through columns.
fn assert_stable(when: &When) {
    let json = serde_json::to_string(&when.input()).unwrap();
    let read: WhenInput = serde_json::from_str(&json).unwrap();
    assert_eq!(read.parse().as_ref(), Ok(when), "{json}");
    assert_eq!(When::from_record(when.record()).as_ref(), Ok(when));
    assert_eq!(&when.rederived(), when, "nothing to derive anew");
}

fn instants(start: DateTime<Utc>, end: Option<DateTime<Utc>>, zone: Zone) -> WhenInput {
    WhenInput {
        starts_at: Some(start.to_rfc3339()),
        ends_at: end.map(|end| end.to_rfc3339()),
        timezone: Some(zone.name().to_owned()),
        ..WhenInput::default()
    }
}

/// Around every change of every zone from 2000 to 2040: an instant keeps its civil time and its side, whether it is the
/// start or the end.
#[test]
fn saving_what_was_read_changes_nothing_around_every_change() {
    let mut seen = HashSet::new();
    let (mut count, mut by_instants) = (0, 0);
    for zone in Zone::all() {
        let transitions = zone.transitions(at("2000-01-01T00:00:00Z"), at("2040-01-01T00:00:00Z"));
        if !seen.insert(format!("{transitions:?}")) {
            continue;
        }
        // An odd step, so that spring and autumn take turns.
        for change in transitions.iter().step_by(3) {
            for step in [-3_600, -1_800, -1, 0, 1, 1_800, 3_600] {
                let start = change.at + TimeDelta::seconds(step);
                for length in [None, Some(900), Some(3_600)] {
                    let end = length.map(|length| start + TimeDelta::seconds(length));
                    let when = instants(start, end, zone).parse().unwrap();
                    assert_eq!((when.starts_at(), when.ends_at()), (Some(start), end));
                    assert_eq!(when.local_start(), Some(zone.to_local(start)));
                    assert_stable(&when);
                    by_instants += usize::from(when.input().starts_at.is_some());
                    count += 1;
                }
            }
        }
    }
    assert!(count > 40_000 && by_instants > 1_000 && by_instants < count / 4, "{count}, {by_instants} by instants");
}

#[test]
fn the_second_pass_of_an_hour_survives() {
    let oslo = zone("Europe/Oslo");
    let when = instants(at("2026-10-25T01:30:00Z"), Some(at("2026-10-25T03:00:00Z")), oslo).parse().unwrap();
    let input = when.input();
    assert_eq!(input.local_start.as_deref(), Some("2026-10-25T02:30:00"));
    assert_eq!(input.disambiguation, Some(Disambiguation::Later));
    assert_stable(&when);
    // From the first 02:45 to the second 02:15: only the instants say it.
    let mixed = instants(at("2026-10-25T00:45:00Z"), Some(at("2026-10-25T01:15:00Z")), oslo).parse().unwrap();
    assert_eq!(
        mixed.input(),
        WhenInput {
            starts_at: Some("2026-10-25T00:45:00Z".to_owned()),
            ends_at: Some("2026-10-25T01:15:00Z".to_owned()),
            timezone: Some("Europe/Oslo".to_owned()),
            ..WhenInput::default()
        }
    );
    assert_stable(&mixed);
}

#[test]
fn an_ordinary_input_comes_back_as_it_was() {
    let mut input = WhenInput::local_until("2022-02-23T11:30:00", "2022-02-23T13:00:00", "Europe/Paris");
    input.timezone_label = Some("CET".to_owned());
    assert_eq!(input.parse().unwrap().input(), input);
    assert_eq!(serde_json::to_value(WhenInput::edtf("2022-03")).unwrap(), serde_json::json!({"edtf": "2022-03"}));
    for edtf in ["2022", "2022-03", "2021-23", "2021-11-24", "2021-23/2022-21"] {
        let input = WhenInput::edtf(edtf);
        let when = input.parse().unwrap();
        assert_eq!(when.input(), input);
        assert_stable(&when);
    }
    assert_eq!(When::none().input(), WhenInput::default());
    assert_stable(&When::none());
}

#[test]
fn a_zone_changes_with_the_civil_time_or_with_the_instant() {
    let when = WhenInput {
        timezone_label: Some("CET".to_owned()),
        ..WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris")
    }
    .parse()
    .unwrap();
    let local_kept = when.moved_zone(zone("America/New_York"), Keep::Local).unwrap();
    assert_eq!(local_kept.local_start(), when.local_start());
    assert_eq!(local_kept.starts_at(), Some(at("2022-02-23T16:30:00Z")));
    assert_eq!(local_kept.timezone_label(), None);
    let instant_kept = when.moved_zone(zone("America/New_York"), Keep::Instant).unwrap();
    assert_eq!((instant_kept.starts_at(), instant_kept.ends_at()), (when.starts_at(), when.ends_at()));
    assert_eq!(instant_kept.local_end(), Some(local("2022-02-23T07:00:00")));
    assert_eq!(instant_kept.zone(), Some(zone("America/New_York")));
    for keep in [Keep::Local, Keep::Instant] {
        assert_eq!(when.moved_zone(zone("Europe/Paris"), keep).as_ref(), Ok(&when), "the same zone changes nothing");
    }
    assert_stable(&local_kept);
    assert_stable(&instant_kept);
}

#[test]
fn a_change_of_zone_can_be_refused() {
    let gap = WhenInput::local("2026-03-29T02:30", "America/New_York").parse().unwrap();
    let error = gap.moved_zone(zone("Europe/Oslo"), Keep::Local).unwrap_err();
    assert_eq!((error.code(), error.pointer()), ("local_time_nonexistent", "/local_start"));
    assert!(gap.moved_zone(zone("Europe/Oslo"), Keep::Instant).is_ok());
    for when in [When::none(), WhenInput::edtf("2022-03").parse().unwrap()] {
        let error = when.moved_zone(zone("Europe/Oslo"), Keep::Local).unwrap_err();
        assert_eq!((error.code(), error.pointer()), ("timezone_not_applicable", "/timezone"));
    }
}

/// A value as it was stored under another law.
fn stored(zone_name: &str, start: (&str, &str), end: Option<(&str, &str)>) -> When {
    let moment = |(civil, instant): (&str, &str)| Moment { local: local(civil), at: at(instant) };
    When(Value::Datetime(Span { zone: zone(zone_name), label: None, start: moment(start), end: end.map(moment) }))
}

#[test]
fn utc_follows_when_the_law_changes() {
    // Stored when Oslo was thought to have given up summer time.
    let old = stored(
        "Europe/Oslo",
        ("2026-07-01T09:00:00", "2026-07-01T08:00:00Z"),
        Some(("2026-07-01T10:15:00", "2026-07-01T09:15:00Z")),
    );
    let new = old.rederived();
    assert_eq!(new, WhenInput::local_until("2026-07-01T09:00", "2026-07-01T10:15", "Europe/Oslo").parse().unwrap());
    assert_eq!(new.starts_at(), Some(at("2026-07-01T07:00:00Z")), "the civil time is what was promised");
    assert_eq!(When::none().rederived(), When::none());
}

#[test]
fn deriving_anew_keeps_the_side_of_a_doubled_hour() {
    for (instant, expected) in [
        ("2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25T01:30:00Z", "2026-10-25T01:30:00Z"),
        ("2026-10-24T22:30:00Z", "2026-10-25T00:30:00Z"),
        ("2026-10-25T02:30:00Z", "2026-10-25T01:30:00Z"),
    ] {
        let when = stored("Europe/Oslo", ("2026-10-25T02:30:00", instant), None).rederived();
        assert_eq!(when.starts_at(), Some(at(expected)), "{instant}");
        assert_eq!(when.local_start(), Some(local("2026-10-25T02:30:00")));
    }
}

#[test]
fn deriving_anew_moves_a_skipped_time_past_the_change_and_keeps_the_end_after_the_start() {
    let skipped = stored("Europe/Oslo", ("2026-03-29T02:30:00", "2026-03-29T01:30:00Z"), None).rederived();
    assert_eq!(skipped.local_start(), Some(local("2026-03-29T03:30:00")));
    // From 02:45 to 03:15: the start moves past the end.
    let crossed = stored(
        "Europe/Oslo",
        ("2026-03-29T02:45:00", "2026-03-29T01:45:00Z"),
        Some(("2026-03-29T03:15:00", "2026-03-29T02:15:00Z")),
    )
    .rederived();
    assert_eq!(crossed.starts_at(), Some(at("2026-03-29T01:45:00Z")));
    assert_eq!(crossed.ends_at(), Some(at("2026-03-29T02:15:00Z")), "half an hour, as before");
    assert_stable(&crossed);
}

#[test]
fn a_day_knows_its_dates_and_weekday() {
    let day = WhenInput::edtf("2021-11-24").parse().unwrap();
    assert_eq!(day.dates(), Some(("2021-11-24".parse().unwrap(), "2021-11-25".parse().unwrap())));
    assert_eq!(day.weekday(), Some(Weekday::Wed));
    let month = WhenInput::edtf("2021-11").parse().unwrap();
    assert_eq!((month.weekday(), month.zone()), (None, None));
    let time = WhenInput::local("2020-12-10T09:00", "Europe/Oslo").parse().unwrap();
    assert_eq!((time.weekday(), time.dates(), time.edtf()), (Some(Weekday::Thu), None, None));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_instants_in_any_zone_survive(
        index in 0_usize..10_000,
        start in -2_208_900_000_000_000_i64..7_289_000_000_000_000,
        length in proptest::option::of(1_i64..90_000_000_000),
    ) {
        let zones: Vec<Zone> = Zone::all().collect();
        let start = DateTime::from_timestamp_micros(start).unwrap();
        let end = length.map(|length| start + TimeDelta::microseconds(length));
        let when = instants(start, end, zones[index % zones.len()]).parse().unwrap();
        assert_stable(&when);
        let duration = when.duration().map(IsoDuration::as_delta);
        prop_assert_eq!(duration, length.map(TimeDelta::microseconds));
        if let Some(text) = when.duration() {
            prop_assert_eq!(text.to_string().parse(), Ok(text));
        }
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in "\\PC{0,24}", date in "[0-9TZ:./?X+-]{0,24}") {
        for text in [text.as_str(), date.as_str()] {
            let zoned = WhenInput::local("2022-02-23T11:30", text);
            for input in [WhenInput::edtf(text), WhenInput::local(text, "Europe/Oslo"), zoned] {
                if let Ok(when) = input.parse() {
                    assert_stable(&when);
                }
            }
            let _ = IsoDuration::parse(text);
        }
    }
}
