//! T1 to T6: local times mean the instants that were promised, to whoever reads them.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::Datelike as _;
use plenary::accounts::Role;
use plenary::time::Clock;
use serde_json::{Value, json};

use super::lines::Component;
use super::updating::Process;
use super::{Calendar, EVENTS, Staff, feed, feed_of, lines};
use crate::support::TestApp;
use crate::support::parsers::{compare_zones, newest_zoneinfo, system_zoneinfo};

both!(
    t1_each_zone_that_is_named_is_there_once,
    t2_every_zone_is_right_for_years,
    t3_zones_are_written_as_everybody_reads_them,
    t4_young_laws_are_kept,
    t5_a_time_that_happens_twice_is_said_in_utc,
    t6_zones_of_any_temper_are_right_for_five_years,
);

fn timed(start: &str, zone: &str) -> Value {
    json!({ "title": zone, "when": { "local_start": start, "timezone": zone, "duration": "PT1H30M" } })
}

/// The zones that are named, and those that are there.
fn zones(calendar: &Component) -> (Vec<String>, Vec<String>) {
    let used = calendar.inner("VEVENT").into_iter().flat_map(|event| {
        let times = event.properties.iter().filter_map(|property| property.parameter("TZID"));
        times.map(str::to_owned).collect::<Vec<_>>()
    });
    let mut used: Vec<String> = used.collect();
    used.sort();
    used.dedup();
    let there = calendar.inner("VTIMEZONE").into_iter().map(|zone| zone.one("TZID").value.clone());
    (used, there.collect())
}

async fn t1_each_zone_that_is_named_is_there_once(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("zones").await;
    let names = ["Europe/Oslo", "America/New_York", "Asia/Kolkata", "Africa/Cairo", "Europe/Oslo", "UTC", "Etc/UTC"];
    let mut details: Vec<Value> = names.iter().map(|zone| timed("2022-03-17T16:00", zone)).collect();
    // Said in UTC, or as days: these name no zone.
    let mut twice = timed("2022-10-30T02:30", "Europe/Athens");
    twice["when"]["local_start"] = json!("2022-10-30T03:30");
    twice["when"]["disambiguation"] = json!("later");
    details.extend([twice, json!({ "title": "day", "when": { "edtf": "2022-03-17" } })]);
    staff.publish_many(&app, &series, details).await;
    let calendar = feed(&app, &format!("/calendars/series/{series}.ics")).await;
    assert_eq!(calendar.events.len(), 9);
    let (used, there) = zones(&calendar.lines);
    assert_eq!(there, ["Africa/Cairo", "America/New_York", "Asia/Kolkata", "Europe/Oslo"]);
    assert_eq!(used, there);
    let kinds: Vec<&str> = calendar.lines.components.iter().map(|one| one.name.as_str()).collect();
    assert!(kinds.is_sorted_by_key(|kind| *kind == "VEVENT"), "{kinds:?}");
    // A calendar that needs no zone has none.
    let day = staff.publish(json!({ "when": { "edtf": "2022-03-17" } })).await;
    assert_eq!(zones(&feed(&app, &feed_of(&day)).await.lines), (Vec::new(), Vec::new()));
}

/// A series with an event in each of these zones, which lasts from the first year until the last, so that its zone has to
/// hold for all of them. Returns the series.
async fn one_event_in_each(app: &TestApp, zones: &[&str], years: (i32, i32)) -> String {
    let staff = Staff::of(app).await;
    let series = staff.series("each").await;
    let (first, last) = years;
    let details = zones.iter().map(|zone| {
        let (start, end) = (format!("{first}-01-10T12:00"), format!("{last}-12-20T12:00"));
        json!({ "title": zone, "when": { "local_start": start, "local_end": end, "timezone": zone } })
    });
    staff.publish_many(app, &series, details.collect()).await;
    series
}

#[track_caller]
fn assert_right(ics: &str, zoneinfo: &Path, years: (i32, i32), zones: usize) {
    let compared = compare_zones(ics, zoneinfo, years);
    assert_eq!((&compared["python-icalendar"], &compared["ical.js"]), (&json!([]), &json!([])));
    assert_eq!(compared["zones"], zones);
    let months = usize::try_from(years.1 - years.0).unwrap() * 12;
    assert!(compared["probes"].as_u64().unwrap() >= u64::try_from(zones * months).unwrap(), "{}", compared["probes"]);
}

/// Every zone that the API accepts, but those that are UTC.
async fn accepted(app: &TestApp) -> Vec<String> {
    let all = app.get("/api/v1/timezones").await.expect(200).at("/items");
    let names = all.as_array().unwrap().iter().map(|zone| zone["id"].as_str().unwrap().to_owned());
    names.filter(|name| !["UTC", "Etc/UTC"].contains(&name.as_str())).collect()
}

/// From a year ago until three years from now, by the real clock: the laws of the years to come change most.
fn years() -> (i32, i32) {
    let year = Clock::system().now().year();
    (year - 1, year + 3)
}

async fn t2_every_zone_is_right_for_years(app: TestApp) {
    let names = accepted(&app).await;
    assert!(names.len() > 400, "{}", names.len());
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (first, last) = years();
    let series = one_event_in_each(&app, &names, (first, last)).await;
    let answer = app.get(&format!("/calendars/series/{series}.ics")).await.expect(200);
    let calendar = lines::read(answer.text());
    assert_eq!(zones(&calendar).1.len(), names.len());
    assert!(assert_written(&calendar) > 100);
    assert_right(answer.text(), &system_zoneinfo(), (first, last + 1), names.len());
}

/// Insists on the few forms of a zone that everybody reads, and returns how many rules there are.
#[track_caller]
fn assert_written(calendar: &Component) -> usize {
    let mut rules = 0;
    for zone in calendar.inner("VTIMEZONE") {
        assert_eq!(zone.names(), ["TZID"]);
        assert!(zone.components.iter().any(|one| one.name == "STANDARD"), "{zone:?}");
        let mut onsets: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for one in &zone.components {
            assert!(["STANDARD", "DAYLIGHT"].contains(&one.name.as_str()), "{one:?}");
            let names: Vec<&str> = one.names().into_iter().filter(|name| *name != "RRULE").collect();
            assert_eq!(names, ["DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"]);
            assert_eq!(one.components, []);
            let start = one.one("DTSTART");
            assert!(start.parameters.is_empty() && start.value.len() == "20220327T020000".len(), "{}", start.line);
            for name in ["TZOFFSETFROM", "TZOFFSETTO"] {
                let value = &one.one(name).value;
                assert!(value.starts_with(['+', '-']) && [5, 7].contains(&value.len()) && value != "-0000", "{value}");
            }
            onsets.entry(one.name.as_str()).or_default().push(&start.value);
            for rule in one.values("RRULE") {
                let by_day = rule.strip_prefix("FREQ=YEARLY;BYMONTH=").and_then(|rest| rest.split_once(";BYDAY="));
                let (month, day) = by_day.unwrap_or_else(|| panic!("{rule}"));
                assert!((1..=12).contains(&month.parse::<u32>().unwrap()), "{rule}");
                let (nth, weekday) = day.split_at(day.len() - 2);
                assert!(["1", "2", "3", "4", "-1"].contains(&nth), "{rule}");
                assert!(["MO", "TU", "WE", "TH", "FR", "SA", "SU"].contains(&weekday), "{rule}");
                rules += 1;
            }
        }
        for (kind, mut starts) in onsets {
            let all = starts.len();
            starts.dedup();
            assert!(starts.is_sorted() && starts.len() == all, "{kind} of {}", zone.one("TZID").value);
        }
    }
    rules
}

async fn t3_zones_are_written_as_everybody_reads_them(app: TestApp) {
    // All are in the test above.
    let names = accepted(&app).await;
    let names: Vec<&str> = names.iter().map(String::as_str).step_by(15).collect();
    let series = one_event_in_each(&app, &names, years()).await;
    let calendar = feed(&app, &format!("/calendars/series/{series}.ics")).await;
    assert_eq!(zones(&calendar.lines).1, names);
    assert!(assert_written(&calendar.lines) > 5);
}

/// What was decided in 2026: each is wrong by older data, and the last would be by no data at all.
async fn t4_young_laws_are_kept(app: TestApp) {
    let newest = newest_zoneinfo();
    let process = Process::start(&app, &newest).await;
    assert_eq!(process.tzdata().await, "2026f", "the pinned package");
    let staff = Staff::of(&app).await;
    let owner = process.client(&staff.owner);
    let staff = Staff { owner, ..staff };
    for (zone, start, instant) in [
        ("America/Vancouver", "2027-01-15T09:00", "2027-01-15T16:00:00Z"),
        ("America/Edmonton", "2027-01-15T09:00", "2027-01-15T15:00:00Z"),
        ("America/Winnipeg", "2027-01-15T09:00", "2027-01-15T14:00:00Z"),
        ("America/Havana", "2026-12-01T09:00", "2026-12-01T13:00:00Z"),
        ("Africa/Casablanca", "2026-12-01T09:00", "2026-12-01T09:00:00Z"),
        ("Europe/Oslo", "2027-01-15T09:00", "2027-01-15T08:00:00Z"),
    ] {
        let event = staff.publish(timed(start, zone)).await;
        assert_eq!(event.string("/when/starts_at"), instant, "{zone}");
        let calendar = Calendar::read(staff.owner.get(&feed_of(&event)).await.expect(200).text());
        assert_eq!(calendar.event()["start"], instant, "{zone}");
        let written = calendar.lines.event(&event.string("/uid")).one("DTSTART").line.clone();
        let civil = start.replace(['-', ':'], "");
        assert_eq!(written, format!("DTSTART;TZID={zone}:{civil}00"), "the civil time is what was promised");
        // It holds from the year of the event until the end of the next.
        let year: i32 = start[..4].parse().unwrap();
        assert_right(&calendar.ics, &newest, (year, year + 2), 1);
    }
}

async fn t5_a_time_that_happens_twice_is_said_in_utc(app: TestApp) {
    let staff = Staff::of(&app).await;
    let night = |start: &str, end: &str, side: Option<&str>| {
        let mut when = json!({ "local_start": start, "local_end": end, "timezone": "Europe/Oslo" });
        if let Some(side) = side {
            when["disambiguation"] = json!(side);
        }
        json!({ "kind": "webinar", "title": "Night", "when": when })
    };
    let (before, twice, after) = ("2026-10-25T01:00", "2026-10-25T02:30", "2026-10-25T04:00");
    for (start, end, side, expected) in [
        (twice, after, "earlier", ["20261025T003000Z", "20261025T030000Z"]),
        (twice, after, "later", ["20261025T013000Z", "20261025T030000Z"]),
        (before, twice, "earlier", ["20261024T230000Z", "20261025T003000Z"]),
        (before, twice, "later", ["20261024T230000Z", "20261025T013000Z"]),
    ] {
        let event = staff.publish(night(start, end, Some(side))).await;
        let calendar = feed(&app, &feed_of(&event)).await;
        let entry = calendar.lines.event(&event.string("/uid"));
        let lines = ["DTSTART", "DTEND"].map(|name| entry.one(name).line.clone());
        assert_eq!(lines, [format!("DTSTART:{}", expected[0]), format!("DTEND:{}", expected[1])], "{start} {side}");
        assert_eq!(calendar.event()["start"], event.at("/when/starts_at"));
        assert_eq!(calendar.event()["end"], event.at("/when/ends_at"));
        assert_eq!(zones(&calendar.lines), (Vec::new(), Vec::new()));
    }
    // A night over it names its zone.
    let event = staff.publish(night(before, after, None)).await;
    let calendar = feed(&app, &feed_of(&event)).await;
    assert_eq!(zones(&calendar.lines).0, ["Europe/Oslo"]);
    assert_eq!(
        (&calendar.event()["start"], &calendar.event()["end"]),
        (&event.at("/when/starts_at"), &event.at("/when/ends_at"))
    );
    // What does not happen, or twice, is asked about, with both readings.
    for (start, code, readings) in [
        ("2027-03-28T02:30", "local_time_nonexistent", ["2027-03-28T01:30:00+01:00", "2027-03-28T03:30:00+02:00"]),
        (twice, "local_time_ambiguous", ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]),
    ] {
        let refused = staff.owner.post(EVENTS, night(start, "2027-05-01T00:00", None)).await;
        refused.faults(&[("/when/local_start", code)]);
        assert_eq!(refused.at("/errors/0/candidates"), json!(readings));
    }
}

async fn t6_zones_of_any_temper_are_right_for_five_years(app: TestApp) {
    let newest = newest_zoneinfo();
    let process = Process::start(&app, &newest).await;
    let names = [
        "Africa/Cairo",
        "Africa/Casablanca",
        "Africa/El_Aaiun",
        "America/Havana",
        "America/Nuuk",
        "America/Santiago",
        "America/Vancouver",
        "Asia/Gaza",
        "Asia/Hebron",
        "Asia/Jerusalem",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Europe/Chisinau",
        "Europe/Dublin",
        "Pacific/Chatham",
        "Pacific/Easter",
    ];
    let staff = Staff::of(&app).await;
    let staff = Staff { owner: process.client(&app.staff(Role::Owner).await.if_match("*")), ..staff };
    let series = staff.series("temper").await;
    let year = years().0 + 1;
    for zone in names {
        let (start, end) = (format!("{year}-01-10T12:00"), format!("{}-12-20T12:00", year + 5));
        let when = json!({ "local_start": start, "local_end": end, "timezone": zone });
        staff.publish(json!({ "series_id": series, "title": zone, "when": when })).await;
    }
    let answer = staff.owner.get(&format!("/calendars/series/{series}.ics")).await.expect(200);
    let calendar = Calendar::read(answer.text());
    assert_right(answer.text(), &newest, (year, year + 6), names.len());
    // Dublin's summer is said to be one, although its law calls the winter the exception.
    let zones = calendar.lines.inner("VTIMEZONE");
    let dublin = zones.into_iter().find(|zone| zone.one("TZID").value == "Europe/Dublin").unwrap();
    let shown = |kind: &str| {
        let last = dublin.inner(kind).into_iter().next_back().unwrap_or_else(|| panic!("no {kind}"));
        ["TZNAME", "TZOFFSETTO", "RRULE"].map(|name| last.one(name).value.clone())
    };
    assert_eq!(shown("DAYLIGHT"), ["IST", "+0100", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"]);
    assert_eq!(shown("STANDARD"), ["GMT", "+0000", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"]);
}
