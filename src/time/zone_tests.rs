//! Which names are accepted, and what offsets they have.

use super::*;
use crate::time::tzdata::{TzdataSource, find_bundled_rules, tzdata};

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn every_name_is_either_accepted_or_refused_as_an_abbreviation() {
    let mut accepted = 0;
    for tz in TZ_VARIANTS {
        match Zone::parse(tz.name()) {
            Ok(zone) => {
                assert_eq!(zone.name(), tz.name());
                accepted += 1;
            }
            Err(ZoneError::Abbreviation { given, .. }) => {
                assert!(!given.contains('/') || given.starts_with("Etc/"), "{given}");
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(Zone::all().count(), accepted);
    assert!(accepted > 500, "{accepted}");
    let names: Vec<&str> = Zone::all().map(Zone::name).collect();
    assert!(names.is_sorted());
    assert!(["UTC", "Etc/UTC", "Europe/Oslo", "US/Pacific", "Cuba"].iter().all(|name| names.contains(name)));
}

#[test]
fn names_are_spelt_exactly() {
    let error = |given: &str| Zone::parse(given).unwrap_err();
    assert_eq!(
        error("europe/oslo"),
        ZoneError::Unknown { given: "europe/oslo".to_owned(), candidates: vec!["Europe/Oslo"] }
    );
    assert_eq!(error(" Europe/Oslo").candidates(), ["Europe/Oslo"]);
    assert_eq!(error("America/New York").candidates(), ["America/New_York"]);
    assert_eq!(error("Mars/Olympus").candidates(), Vec::<&str>::new());
    assert_eq!(error("").to_string(), "`` is no IANA time zone; write one exactly as spelt, for example `Europe/Oslo`");
    assert_eq!(error("../../etc/passwd").candidates(), Vec::<&str>::new());
}

#[test]
fn abbreviations_and_fixed_offsets_are_refused_with_candidates() {
    for (given, expected) in [
        ("CET", "Europe/Paris"),
        ("EST5EDT", "America/New_York"),
        ("GMT", "Europe/London"),
        ("Etc/GMT-5", "Asia/Karachi"),
        ("+01:00", "Europe/Paris"),
        ("BST", "Europe/London"),
    ] {
        match Zone::parse(given) {
            Err(ZoneError::Abbreviation { given: back, candidates }) => {
                assert_eq!((back.as_str(), candidates.first()), (given, Some(&expected)));
            }
            other => panic!("{given}: {other:?}"),
        }
    }
    assert_eq!(
        Zone::parse("CET").unwrap_err().to_string(),
        "`CET` is an abbreviation or a fixed offset, not a time zone; name a place, for example `Europe/Paris`"
    );
}

#[test]
fn json_and_text_hold_the_name() {
    let oslo: Zone = serde_json::from_str("\"Europe/Oslo\"").unwrap();
    assert_eq!(serde_json::to_string(&oslo).unwrap(), "\"Europe/Oslo\"");
    assert_eq!(oslo.to_string().parse(), Ok(oslo));
    let error = serde_json::from_str::<Zone>("\"CET\"").unwrap_err().to_string();
    assert_eq!(error, Zone::parse("CET").unwrap_err().to_string());
}

#[test]
fn offsets_follow_the_year() {
    let oslo = zone("Europe/Oslo");
    assert_eq!(oslo.offset_at(at("2020-12-10T08:00:00Z")), Offset { seconds: 3_600, abbreviation: "CET".to_owned() });
    assert_eq!(oslo.offset_at(at("2021-07-01T00:00:00Z")).to_string(), "+02:00");
    assert_eq!(oslo.to_local(at("2020-12-10T08:00:00Z")).to_string(), "2020-12-10 09:00:00");
    assert_eq!(zone("Asia/Kathmandu").offset_at(at("2021-07-01T00:00:00Z")).to_string(), "+05:45");
    assert_eq!(Zone::UTC.offset_at(at("2021-07-01T00:00:00Z")), Offset { seconds: 0, abbreviation: "UTC".to_owned() });
    assert_eq!(format_offset(-12_600), "-03:30");
    assert_eq!(format_offset(-2_670), "-00:44:30");
    assert_eq!(format_offset(0), "+00:00");
}

#[test]
fn offsets_exist_at_the_ends_of_time() {
    for zone in Zone::all().step_by(20) {
        for instant in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            assert!(zone.offset_at(instant).seconds.abs() < 86_400);
            assert!((zone.to_local(instant) - instant.naive_utc()).num_seconds().abs() < 86_400);
        }
    }
}

#[test]
fn transitions_are_those_of_a_half_open_range() {
    let oslo = zone("Europe/Oslo");
    let spring = Transition {
        at: at("2026-03-29T01:00:00Z"),
        offset_before: 3_600,
        offset_after: 7_200,
        abbreviation_after: "CEST".to_owned(),
    };
    let autumn = Transition {
        at: at("2026-10-25T01:00:00Z"),
        offset_before: 7_200,
        offset_after: 3_600,
        abbreviation_after: "CET".to_owned(),
    };
    let of = |from: &str, until: &str| oslo.transitions(at(from), at(until));
    assert_eq!(of("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), [spring.clone(), autumn.clone()]);
    assert_eq!(of("2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"), [spring]);
    assert_eq!(of("2026-10-25T00:59:59.999999Z", "2026-10-25T01:00:00.000001Z"), [autumn]);
    assert_eq!(of("2026-10-25T01:00:00Z", "2026-10-25T01:00:00Z"), []);
    assert_eq!(of("2027-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), []);
    assert_eq!(Zone::UTC.transitions(at("1900-01-01T00:00:00Z"), at("2200-01-01T00:00:00Z")), []);
    assert_eq!(oslo.transitions(at("2100-01-01T00:00:00Z"), at("2200-01-01T00:00:00Z")).len(), 200);
}

/// What changed in 2026, in the data that is compiled in (2026e) and, if it is as new, in the system's.
#[test]
fn the_laws_of_2026_are_known() {
    let expected = [
        ("America/Vancouver", "2027-01-15T16:00:00Z", -7, "2026e"),
        ("America/Edmonton", "2027-01-15T15:00:00Z", -6, "2026e"),
        ("America/Winnipeg", "2027-01-15T14:00:00Z", -5, "2026e"),
        ("Africa/Casablanca", "2026-12-01T09:00:00Z", 0, "2026e"),
        ("America/Havana", "2026-12-01T13:00:00Z", -4, "2026f"),
    ];
    let system = tzdata();
    for (name, instant, hours, since) in expected {
        if since == "2026e" {
            let offset = find_bundled_rules(name).unwrap().to_offset(to_timestamp(at(instant)));
            assert_eq!(offset.seconds(), hours * 3_600, "bundled {name}");
        }
        if system.source == TzdataSource::System && system.version.as_str() >= since && system.version.starts_with("20")
        {
            assert_eq!(zone(name).offset_at(at(instant)).seconds, hours * 3_600, "{name} in {}", system.version);
            assert_eq!(zone(name).to_local(at(instant)).format("%H:%M").to_string(), "09:00");
        }
    }
}
