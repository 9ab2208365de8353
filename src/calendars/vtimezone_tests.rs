//! The VTIMEZONE of every zone, read by a small evaluator of RFC 5545 3.6.5, gives the zone's own offsets.

use chrono::TimeDelta;

use super::*;

#[path = "vtimezone_reader.rs"]
mod reader;

use reader::{offset_of, read};

fn year(year: i32) -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap().and_time(NaiveTime::MIN).and_utc()
}

fn text_of(zone: &str) -> String {
    vtimezone(Zone::parse(zone).unwrap(), year(2026), year(2028))
}

/// The instants where a fault would show: around each change, and every 20 days.
fn list_samples(zone: Zone, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let mut samples: Vec<DateTime<Utc>> = Vec::new();
    let mut instant = from;
    while instant <= until {
        samples.push(instant);
        instant += TimeDelta::days(20);
    }
    for transition in zone.transitions(from, until) {
        for seconds in [0, 1, 1800, 3600, 7200, 86_400] {
            samples.extend([-seconds, seconds].map(|seconds| transition.at + TimeDelta::seconds(seconds)));
        }
    }
    samples.retain(|sample| (from..=until).contains(sample));
    samples
}

#[test]
fn every_zone_is_right_throughout_the_span() {
    let mut zones = 0;
    for (first, last) in [(2019, 2025), (2025, 2032)] {
        for zone in Zone::all() {
            let (name, observances) = read(&vtimezone(zone, year(first), year(last)));
            assert_eq!(name, zone.name());
            assert!(observances.iter().any(|each| !each.is_daylight), "{name} has no STANDARD");
            for each in &observances {
                let saved = each.offset_after - each.offset_before;
                assert_eq!(each.is_daylight, saved > 0 && saved <= 3 * 3600, "{name} {}", each.onset);
            }
            for sample in list_samples(zone, year(first), year(last)) {
                let local = zone.to_local(sample);
                if !zone.is_ambiguous(local) {
                    assert_eq!(offset_of(&observances, local), Some(zone.offset_at(sample).seconds), "{name} {local}");
                }
            }
            zones += 1;
        }
    }
    assert!(zones > 1000, "{zones}");
}

#[test]
fn a_zone_with_a_yearly_rule_stays_right_after_the_span() {
    for name in ["Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Auckland"] {
        let zone = Zone::parse(name).unwrap();
        let (_, observances) = read(&vtimezone(zone, year(2026), year(2026)));
        assert_eq!(observances.len(), 2, "{name}");
        for sample in list_samples(zone, year(2026), year(2080)) {
            let local = zone.to_local(sample);
            if !zone.is_ambiguous(local) {
                assert_eq!(offset_of(&observances, local), Some(zone.offset_at(sample).seconds), "{name} {local}");
            }
        }
    }
}

#[test]
fn a_plain_rule_is_written_as_two_rules() {
    assert_eq!(
        text_of("Europe/Oslo"),
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Oslo\r\n\
         BEGIN:STANDARD\r\nDTSTART:20251026T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
         TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\nEND:STANDARD\r\n\
         BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n\
         TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n\
         END:VTIMEZONE\r\n"
    );
}

#[test]
fn the_kind_follows_the_direction_of_the_change() {
    assert_eq!(
        text_of("Europe/Dublin"),
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Dublin\r\n\
         BEGIN:STANDARD\r\nDTSTART:20251026T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
         TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0000\r\nTZNAME:GMT\r\nEND:STANDARD\r\n\
         BEGIN:DAYLIGHT\r\nDTSTART:20260329T010000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n\
         TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:IST\r\nEND:DAYLIGHT\r\n\
         END:VTIMEZONE\r\n"
    );
}

#[test]
fn to_cross_the_date_line_saves_no_daylight() {
    for (zone, first, last, before, after) in [
        ("Pacific/Apia", 2011, 2012, "-1000", "+1400"),
        ("Pacific/Fakaofo", 2011, 2012, "-1100", "+1300"),
        ("Pacific/Kwajalein", 1993, 1994, "-1200", "+1200"),
    ] {
        let text = vtimezone(Zone::parse(zone).unwrap(), year(first), year(last));
        let of = |kind: &str, from: &str, to: &str| {
            let (begin, change) = (format!("BEGIN:{kind}\r\n"), format!("FROM:{from}\r\nTZOFFSETTO:{to}\r\n"));
            let own = text.split(&begin).skip(1).filter_map(|part| part.split("END:").next());
            own.filter(|part| part.contains(&change)).count()
        };
        assert_eq!((of("STANDARD", before, after), of("DAYLIGHT", before, after)), (1, 0), "{text}");
    }
    let apia = vtimezone(Zone::parse("Pacific/Apia").unwrap(), year(2011), year(2012));
    assert!(apia.contains("BEGIN:DAYLIGHT\r\nDTSTART:20110924T030000\r\nTZOFFSETFROM:-1100\r\nTZOFFSETTO:-1000\r\n"));
}

#[test]
fn half_an_hour_of_summer_time_keeps_its_offsets() {
    let text = text_of("Australia/Lord_Howe");
    let lines: Vec<&str> = text.split("\r\n").filter(|line| line.starts_with("TZOFFSET")).collect();
    assert_eq!(lines, ["TZOFFSETFROM:+1030", "TZOFFSETTO:+1100", "TZOFFSETFROM:+1100", "TZOFFSETTO:+1030"]);
}

#[test]
fn a_zone_without_changes_is_one_standard() {
    assert_eq!(
        text_of("Asia/Kolkata"),
        "BEGIN:VTIMEZONE\r\nTZID:Asia/Kolkata\r\n\
         BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
         TZOFFSETFROM:+0530\r\nTZOFFSETTO:+0530\r\nTZNAME:IST\r\nEND:STANDARD\r\n\
         END:VTIMEZONE\r\n"
    );
}

#[test]
fn a_rule_that_is_no_nth_weekday_is_written_change_by_change() {
    // The evening before the last Sunday of March: in some years the last Saturday, in others the last but one.
    let (_, observances) = read(&text_of("America/Nuuk"));
    let onsets: Vec<String> = observances.iter().map(|each| each.onset.to_string()).collect();
    assert_eq!(
        onsets,
        [
            "2025-10-26 00:00:00",
            "2026-03-28 23:00:00",
            "2026-10-25 00:00:00",
            "2027-03-27 23:00:00",
            "2027-10-31 00:00:00"
        ]
    );
    assert!(observances.iter().all(|each| each.rule.is_none()));
}

#[test]
fn an_odd_span_is_covered_from_its_start() {
    let zone = Zone::parse("Europe/Oslo").unwrap();
    let summer = NaiveDate::from_ymd_opt(2026, 7, 1).unwrap().and_time(NaiveTime::MIN).and_utc();
    for until in [summer, year(2020), year(2030)] {
        let (_, observances) = read(&vtimezone(zone, summer, until));
        assert_eq!(offset_of(&observances, zone.to_local(summer)), Some(7200));
    }
}

/// Changes of a made-up zone: summer time on the last Sundays of March and October, in the given years.
fn yearly_changes(years: std::ops::Range<i32>) -> Vec<Transition> {
    let change = |year, month, offset_before, offset_after| {
        let mut last_days = (25..=31).filter_map(|day| NaiveDate::from_ymd_opt(year, month, day));
        let date = last_days.find(|date| date.weekday() == Weekday::Sun).unwrap();
        let abbreviation_after = if offset_after == 0 { "WET" } else { "WEST" }.to_owned();
        Transition { at: date.and_hms_opt(1, 0, 0).unwrap().and_utc(), offset_before, offset_after, abbreviation_after }
    };
    years.flat_map(|year| [change(year, 3, 0, 3600), change(year, 10, 3600, 0)]).collect()
}

#[test]
fn the_tail_goes_back_as_far_as_the_changes_alternate() {
    let changes = yearly_changes(2020..2060);
    assert_eq!(find_tail(&changes).map(|tail| tail.index), Some(0));

    let mut skipped = yearly_changes(2020..2060);
    skipped.drain(13..15);
    let tail = find_tail(&skipped).unwrap();
    assert_eq!((tail.index, skipped[tail.index].at.year(), skipped[tail.index].at.month()), (13, 2027, 10));
    assert_eq!(
        tail.rules.map(|rule| (rule.month, rule.nth, rule.weekday)),
        [(10, -1, Weekday::Sun), (3, -1, Weekday::Sun)]
    );

    let mut renamed = yearly_changes(2020..2060);
    renamed[4].abbreviation_after = "XST".to_owned();
    assert_eq!(find_tail(&renamed).map(|tail| tail.index), Some(5));
}

#[test]
fn there_is_no_tail_where_the_last_years_follow_no_rule() {
    let mut changes = yearly_changes(2020..2060);
    changes[70].at += TimeDelta::days(1);
    assert!(find_tail(&changes).is_none());
    assert!(find_tail(&yearly_changes(2020..2030)).is_none());
    assert!(find_tail(&[]).is_none());
}

#[test]
fn offsets_have_seconds_only_when_needed() {
    assert_eq!([0, 3600, -12_600, 20_700, -2670].map(format_offset), ["+0000", "+0100", "-0330", "+0545", "-004430"]);
}
