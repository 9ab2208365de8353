//! Civil times at, before and after the changes of the clocks.

use chrono::NaiveDate;

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

fn reading(local_time: &str, utc_offset: &str, instant: &str) -> Reading {
    Reading { local: local(local_time), utc_offset: utc_offset.to_owned(), instant: at(instant) }
}

#[test]
fn a_skipped_time_has_a_reading_on_either_side() {
    let oslo = zone("Europe/Oslo");
    let skipped = local("2026-03-29T02:30:00");
    let before = reading("2026-03-29T01:30:00", "+01:00", "2026-03-29T00:30:00Z");
    let after = reading("2026-03-29T03:30:00", "+02:00", "2026-03-29T01:30:00Z");
    let error = oslo.resolve(skipped, None).unwrap_err();
    assert_eq!(error, CivilTimeError::Gap { before: before.clone(), after: after.clone() });
    assert_eq!(error.readings(), [&before, &after]);
    assert_eq!(
        error.to_string(),
        "the clocks are put forward over this time; nearest are 2026-03-29T01:30:00+01:00 and 2026-03-29T03:30:00+02:00"
    );
    assert_eq!(oslo.resolve(skipped, Some(Disambiguation::Earlier)), Ok(before.instant));
    assert_eq!(oslo.resolve(skipped, Some(Disambiguation::Later)), Ok(after.instant));
    assert!(!oslo.is_ambiguous(skipped));
}

#[test]
fn a_time_shown_twice_has_two_readings() {
    let oslo = zone("Europe/Oslo");
    let doubled = local("2026-10-25T02:30:00");
    let earlier = reading("2026-10-25T02:30:00", "+02:00", "2026-10-25T00:30:00Z");
    let later = reading("2026-10-25T02:30:00", "+01:00", "2026-10-25T01:30:00Z");
    let error = oslo.resolve(doubled, None).unwrap_err();
    assert_eq!(error, CivilTimeError::Overlap { earlier: earlier.clone(), later: later.clone() });
    assert_eq!(error.readings(), [&earlier, &later]);
    assert_eq!(
        error.to_string(),
        "the clocks are put back and show this time twice, at 2026-10-25T02:30:00+02:00 and at 2026-10-25T02:30:00+01:00"
    );
    assert_eq!(oslo.resolve(doubled, Some(Disambiguation::Earlier)), Ok(earlier.instant));
    assert_eq!(oslo.resolve(doubled, Some(Disambiguation::Later)), Ok(later.instant));
    assert!(oslo.is_ambiguous(doubled));
}

#[test]
fn the_edges_of_such_hours_are_half_open() {
    let oslo = zone("Europe/Oslo");
    for (time, instant) in [
        ("2026-03-29T01:59:59.999999", "2026-03-29T00:59:59.999999Z"),
        ("2026-03-29T03:00:00", "2026-03-29T01:00:00Z"),
        ("2026-10-25T01:59:59.999999", "2026-10-24T23:59:59.999999Z"),
        ("2026-10-25T03:00:00", "2026-10-25T02:00:00Z"),
    ] {
        assert_eq!(oslo.resolve(local(time), None), Ok(at(instant)), "{time}");
    }
    for time in
        ["2026-03-29T02:00:00", "2026-03-29T02:59:59.999999", "2026-10-25T02:00:00", "2026-10-25T02:59:59.999999"]
    {
        assert!(oslo.resolve(local(time), None).is_err(), "{time}");
    }
}

#[test]
fn whole_days_and_half_hours_can_be_skipped_too() {
    // Samoa crossed the date line and had no 30 December 2011.
    let apia = zone("Pacific/Apia");
    let error = apia.resolve(local("2011-12-30T12:00:00"), None).unwrap_err();
    let [before, after] = error.readings();
    assert_eq!(before.to_rfc3339(), "2011-12-29T12:00:00-10:00");
    assert_eq!(after.to_rfc3339(), "2011-12-31T12:00:00+14:00");
    // Lord Howe moves its clocks by half an hour.
    let lord_howe = zone("Australia/Lord_Howe");
    assert!(lord_howe.is_ambiguous(local("2026-04-05T01:45:00")));
    assert!(!lord_howe.is_ambiguous(local("2026-04-05T01:15:00")));
}

#[test]
fn the_choice_matters_only_where_there_is_one() {
    let paris = zone("Europe/Paris");
    for choice in [None, Some(Disambiguation::Earlier), Some(Disambiguation::Later)] {
        assert_eq!(paris.resolve(local("2022-02-23T11:30:00"), choice), Ok(at("2022-02-23T10:30:00Z")));
        assert_eq!(Zone::UTC.resolve(local("2022-02-23T11:30:00"), choice), Ok(at("2022-02-23T11:30:00Z")));
    }
}

#[test]
fn times_at_the_ends_of_the_calendar_resolve() {
    let oslo = zone("Europe/Oslo");
    for extreme in [NaiveDate::MIN.and_hms_opt(0, 0, 0).unwrap(), NaiveDate::MAX.and_hms_opt(23, 59, 59).unwrap()] {
        let instant = oslo.resolve(extreme, None).unwrap();
        assert!((instant.naive_utc() - extreme).num_hours().abs() <= 14);
    }
}

/// Around every change of every zone from 2000 to 2040, a civil time is found to be skipped, shown twice or neither,
/// exactly as counting with the two offsets says, and each reading leads back to it.
#[test]
fn civil_times_around_every_change_resolve_as_counted() {
    let (from, until) = (at("2000-01-01T00:00:00Z"), at("2040-01-01T00:00:00Z"));
    let steps = [-3_600, -1_800, -1, 0, 1, 1_800, 3_600];
    let (mut gaps, mut overlaps, mut plain) = (0, 0, 0);
    let mut seen = std::collections::HashSet::new();
    for zone in Zone::all() {
        let transitions = zone.transitions(from, until);
        // Zones that are links to one another share their changes; one of them is enough.
        if !seen.insert(format!("{transitions:?}")) {
            continue;
        }
        for change in &transitions {
            for edge in [change.offset_before, change.offset_after] {
                for step in steps {
                    let local = change.at.naive_utc() + TimeDelta::seconds(i64::from(edge) + step);
                    let instants: Vec<DateTime<Utc>> = [change.offset_before, change.offset_after]
                        .into_iter()
                        .map(|offset| (local - TimeDelta::seconds(i64::from(offset))).and_utc())
                        .filter(|instant| zone.to_local(*instant) == local)
                        .collect();
                    match (zone.resolve(local, None), instants.as_slice()) {
                        (Ok(instant), [only]) => {
                            assert_eq!(instant, *only, "{zone} {local}");
                            plain += 1;
                        }
                        (Ok(instant), [one, other]) if one == other => {
                            assert_eq!(instant, *one, "{zone} {local}");
                            plain += 1;
                        }
                        (Err(CivilTimeError::Overlap { earlier, later }), [one, other]) => {
                            assert_eq!((earlier.instant, later.instant), (*one, *other), "{zone} {local}");
                            assert_eq!((earlier.local, later.local), (local, local), "{zone}");
                            overlaps += 1;
                        }
                        (Err(CivilTimeError::Gap { before, after }), []) => {
                            assert!(before.instant < change.at && change.at <= after.instant, "{zone} {local}");
                            assert!(before.local < local && local < after.local, "{zone} {local}");
                            assert_eq!(zone.resolve(before.local, None), Ok(before.instant), "{zone} {local}");
                            assert_eq!(zone.resolve(after.local, None), Ok(after.instant), "{zone} {local}");
                            gaps += 1;
                        }
                        (resolved, counted) => panic!("{zone} {local}: {resolved:?}, counted {counted:?}"),
                    }
                }
            }
        }
    }
    assert!(gaps > 5_000 && overlaps > 5_000 && plain > 20_000, "{gaps} gaps, {overlaps} overlaps, {plain} plain");
}
