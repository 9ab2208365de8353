//! What is suggested for a wrong name.

use super::{super::zone::Zone, *};
use chrono::{DateTime, Utc};

#[test]
fn every_candidate_is_an_accepted_zone() {
    let tables = ABBREVIATIONS.iter().map(|(_, zones)| zones).chain(OFFSETS.iter().map(|(_, zones)| zones));
    let mut count = 0;
    for name in tables.flat_map(|zones| zones.iter()) {
        assert_eq!(Zone::parse(name).map(|zone| zone.name().to_owned()), Ok((*name).to_owned()));
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn candidates_for_an_offset_keep_it_outside_summer_time() {
    let instants = ["2025-01-15T12:00:00Z", "2025-07-15T12:00:00Z"].map(|at| at.parse::<DateTime<Utc>>().unwrap());
    for (minutes, zones) in OFFSETS {
        for name in *zones {
            let zone = Zone::parse(name).unwrap();
            let offsets = instants.map(|at| zone.offset_at(at).seconds / 60);
            assert_eq!(*offsets.iter().min().unwrap(), *minutes, "{name}");
        }
    }
}

#[test]
fn abbreviations_are_explained() {
    for (given, first) in [
        ("CET", "Europe/Paris"),
        ("cest", "Europe/Paris"),
        ("EET", "Europe/Helsinki"),
        ("WET", "Europe/Lisbon"),
        ("MET", "Europe/Paris"),
        ("GMT", "Europe/London"),
        ("EST", "America/New_York"),
        ("EST5EDT", "America/New_York"),
        ("MST", "America/Denver"),
        ("HST", "Pacific/Honolulu"),
        ("PST8PDT", "America/Los_Angeles"),
        ("Zulu", "UTC"),
        ("Etc/Greenwich", "Europe/London"),
        ("Etc/UCT", "UTC"),
        ("GMT+1", "Europe/Paris"),
        ("UTC+05:30", "Asia/Kolkata"),
        ("Etc/GMT-5", "Asia/Karachi"),
        ("Etc/GMT+5", "America/New_York"),
        ("+01:00", "Europe/Paris"),
        ("-0300", "America/Sao_Paulo"),
        ("\u{2212}08", "America/Los_Angeles"),
        ("GMT+0", "UTC"),
        ("GMT-0", "UTC"),
    ] {
        let candidates = suggest_for_abbreviation(given).unwrap_or_else(|| panic!("{given} is an abbreviation"));
        assert_eq!(candidates.first(), Some(&first), "{given}");
    }
    assert_eq!(suggest_for_abbreviation("-12:00"), Some(vec![]));
    assert_eq!(suggest_for_abbreviation("+01:23"), Some(vec![]));
    for given in
        ["UTC", "Etc/UTC", "Europe/Oslo", "", "XYZ", "+", "+1:2:3", "+100:00", "America/Port-au-Prince", "GMT+ä"]
    {
        assert_eq!(suggest_for_abbreviation(given), None, "{given}");
    }
}

#[test]
fn every_refused_id_is_explained() {
    let refused: Vec<&str> = TZ_VARIANTS.iter().map(|zone| zone.name()).filter(|name| is_refused_id(name)).collect();
    assert_eq!(refused.len(), REFUSED_IDS.len() + 1 + 34, "{refused:?}");
    for name in refused {
        assert!(suggest_for_abbreviation(name).is_some(), "{name}");
    }
}

#[test]
fn misspellings_are_recognised() {
    for (given, expected) in [
        ("europe/oslo", vec!["Europe/Oslo"]),
        ("oslo", vec!["Europe/Oslo"]),
        ("new york", vec!["America/New_York"]),
        ("America/New York", vec!["America/New_York"]),
        ("Port au Prince", vec!["America/Port-au-Prince"]),
        ("utc", vec!["UTC"]),
        ("Europe/Bonn", vec![]),
        ("Berlim", vec!["Europe/Berlin"]),
        ("Europe/Amsterdm", vec!["Europe/Amsterdam"]),
        ("Buenos", vec!["America/Argentina/Buenos_Aires", "America/Buenos_Aires"]),
        ("qqqqqqqq", vec![]),
        ("", vec![]),
        ("/", vec![]),
    ] {
        assert_eq!(suggest_for_misspelling(given), expected, "{given}");
    }
    assert!(suggest_for_misspelling("America/").len() <= MAX_CANDIDATES);
    assert_eq!(suggest_for_misspelling(&"x".repeat(100_000)), Vec::<&str>::new());
}

#[test]
fn edit_distances() {
    for (left, right, distance) in
        [("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("oslo", "oslo", 0), ("århus", "arhus", 1)]
    {
        assert_eq!(edit_distance(left, right), distance, "{left} {right}");
        assert_eq!(edit_distance(right, left), distance, "{right} {left}");
    }
}
