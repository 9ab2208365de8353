//! Compares this room's offsets with the system's zoneinfo, read by a second, independent reader of `TZif` files
//! (RFC 9636): their 64-bit block for the past, the POSIX rule in their footer for the future.

use std::{
    collections::{BTreeMap, HashMap},
    env, fs,
    path::PathBuf,
};

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};

use super::zone::{Transition, Zone};

/// Seconds east of UTC, and the abbreviation.
type Rule = (i32, String);

/// A zone as its `TZif` file describes it.
#[derive(Debug, PartialEq)]
struct TzFile {
    first: Rule,
    /// The instant from which each rule holds, in seconds since 1970, in order.
    changes: Vec<(i64, Rule)>,
}

fn folder() -> PathBuf {
    let folder = env::var_os("TZDIR").map_or_else(|| PathBuf::from("/usr/share/zoneinfo"), PathBuf::from);
    let is_filled = folder.join("Europe/Oslo").is_file();
    assert!(is_filled, "{} holds no zones: install the system's `tzdata` package to run this test", folder.display());
    folder
}

fn be32(bytes: &[u8]) -> i32 {
    i32::from_be_bytes(bytes[..4].try_into().unwrap())
}

/// The length of a data block whose header is at the start of `bytes`, with times of `width` bytes.
fn block_len(bytes: &[u8], width: usize) -> usize {
    let count = |index: usize| usize::try_from(be32(&bytes[20 + 4 * index..])).unwrap();
    let (isut, isstd, leap, time, kind, chars) = (count(0), count(1), count(2), count(3), count(4), count(5));
    44 + time * width + time + kind * 6 + chars + leap * (width + 4) + isstd + isut
}

/// Reads a file, and unrolls its footer until the end of `until_year`.
fn read(bytes: &[u8], until_year: i32) -> TzFile {
    assert_eq!(&bytes[..4], b"TZif");
    assert!(bytes[4] >= b'2', "version 1 has no 64-bit block");
    let second = &bytes[block_len(bytes, 4)..];
    let count = |index: usize| usize::try_from(be32(&second[20 + 4 * index..])).unwrap();
    let (times, kinds, chars) = (count(3), count(4), count(5));
    assert_eq!(count(2), 0, "a file with leap seconds");
    let body = &second[44..];
    let (time_bytes, rest) = body.split_at(times * 8);
    let (index_bytes, rest) = rest.split_at(times);
    let (kind_bytes, rest) = rest.split_at(kinds * 6);
    let names = &rest[..chars];
    let rule = |kind: usize| {
        let entry = &kind_bytes[kind * 6..kind * 6 + 6];
        let name = &names[usize::from(entry[5])..];
        let end = name.iter().position(|byte| *byte == 0).unwrap();
        (be32(entry), String::from_utf8(name[..end].to_vec()).unwrap())
    };
    let mut changes: Vec<(i64, Rule)> = time_bytes
        .chunks(8)
        .zip(index_bytes)
        .map(|(time, kind)| (i64::from_be_bytes(time.try_into().unwrap()), rule(usize::from(*kind))))
        .collect();
    let footer = &second[block_len(second, 8)..];
    let footer = std::str::from_utf8(&footer[1..footer.len() - 1]).unwrap();
    let last = changes.last().map_or(i64::MIN, |(at, _)| *at);
    changes.extend(unroll(footer, 1990, until_year).into_iter().filter(|(at, _)| *at > last));
    TzFile { first: rule(0), changes }
}

/// Takes a name, `CET` or `<+03>`, from the front of a POSIX rule.
fn take_name(text: &str) -> (&str, &str) {
    match text.strip_prefix('<') {
        Some(rest) => rest.split_once('>').unwrap(),
        None => text.split_at(text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len())),
    }
}

/// Reads `[+-]h[:mm[:ss]]` as seconds.
fn read_seconds(text: &str) -> i64 {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.trim_start_matches('+')),
    };
    let parts = digits.split(':').map(|part| part.parse::<i64>().unwrap());
    sign * parts.zip([3_600, 60, 1]).map(|(part, unit)| part * unit).sum::<i64>()
}

/// The civil second, as if it were UTC, at which a rule such as `M3.5.0/2` or `J60` fires in a year.
fn fire(rule: &str, year: i32) -> i64 {
    let (day, time) = rule.split_once('/').unwrap_or((rule, "2"));
    let date = if let Some(day) = day.strip_prefix('M') {
        let fields: Vec<u32> = day.split('.').map(|field| field.parse().unwrap()).collect();
        let first = NaiveDate::from_ymd_opt(year, fields[0], 1).unwrap();
        let ahead = (fields[2] + 7 - first.weekday().num_days_from_sunday()) % 7;
        let mut date = first + Days::new(u64::from(ahead + 7 * (fields[1] - 1)));
        while date.month() != fields[0] {
            date = date - Days::new(7);
        }
        date
    } else {
        let new_year = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let (day, counts_leap_days) = match day.strip_prefix('J') {
            Some(day) => (day.parse::<u64>().unwrap() - 1, false),
            None => (day.parse::<u64>().unwrap(), true),
        };
        let skipped = u64::from(!counts_leap_days && new_year.leap_year() && day >= 59);
        new_year + Days::new(day + skipped)
    };
    date.and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp() + read_seconds(time)
}

/// The changes that a POSIX rule such as `CET-1CEST,M3.5.0,M10.5.0/3` makes.
fn unroll(footer: &str, from_year: i32, until_year: i32) -> Vec<(i64, Rule)> {
    let (standard, rest) = take_name(footer);
    let (offset, rest) = rest.split_at(rest.find(|c: char| c == '<' || c.is_ascii_alphabetic()).unwrap_or(rest.len()));
    if rest.is_empty() {
        return Vec::new();
    }
    let standard_offset = -read_seconds(offset);
    let (summer, rest) = take_name(rest);
    let mut rules = rest.split(',');
    let summer_offset = match rules.next().unwrap() {
        "" => standard_offset + 3_600,
        offset => -read_seconds(offset),
    };
    let (start, end) = (rules.next().unwrap(), rules.next().unwrap());
    let rule = |offset: i64, name: &str| (i32::try_from(offset).unwrap(), name.to_owned());
    let mut changes: Vec<(i64, Rule)> = (from_year..=until_year)
        .flat_map(|year| {
            [
                (fire(start, year) - standard_offset, rule(summer_offset, summer)),
                (fire(end, year) - summer_offset, rule(standard_offset, standard)),
            ]
        })
        .collect();
    changes.sort_unstable();
    changes
}

impl TzFile {
    fn rule_at(&self, at: i64) -> &Rule {
        let index = self.changes.partition_point(|(change, _)| *change <= at);
        index.checked_sub(1).map_or(&self.first, |index| &self.changes[index].1)
    }

    /// The real changes in a half-open range, as [`Zone::transitions`] lists them.
    fn transitions(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Transition> {
        let mut before = self.rule_at(from.timestamp() - 1).clone();
        let mut transitions = Vec::new();
        for (at, after) in &self.changes {
            if (from.timestamp()..until.timestamp()).contains(at) && *after != before {
                transitions.push(Transition {
                    at: DateTime::from_timestamp(*at, 0).unwrap(),
                    offset_before: before.0,
                    offset_after: after.0,
                    abbreviation_after: after.1.clone(),
                });
                before = after.clone();
            }
        }
        transitions
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn every_accepted_zone_equals_the_system_from_2000_to_2040() {
    let folder = folder();
    let (from, until) = (at("2000-01-01T00:00:00Z"), at("2040-01-01T00:00:00Z"));
    let mut missing = 0;
    let (mut zones, mut transitions, mut points) = (0, 0, 0);
    for zone in Zone::all() {
        let Ok(bytes) = fs::read(folder.join(zone.name())) else {
            missing += 1;
            continue;
        };
        let file = read(&bytes, 2041);
        let expected = file.transitions(from, until);
        assert_eq!(zone.transitions(from, until), expected, "{zone}");
        let around = expected.iter().flat_map(|change| [-1, 0, 1].map(|step| change.at.timestamp() + step));
        let monthly = (from.timestamp()..until.timestamp()).step_by(86_400 * 30);
        for second in around.chain(monthly) {
            let offset = zone.offset_at(DateTime::from_timestamp(second, 0).unwrap());
            assert_eq!(&(offset.seconds, offset.abbreviation), file.rule_at(second), "{zone} at {second}");
            points += 1;
        }
        zones += 1;
        transitions += expected.len();
    }
    // Debian moved the old names into a package of their own, `tzdata-legacy`; those are served from the bundle.
    assert!(missing < 200, "{} lacks {missing} zones", folder.display());
    assert!(
        zones > 350 && transitions > 5_000 && points > 200_000,
        "{zones} zones, {transitions} changes, {points} points"
    );
}

#[test]
fn the_second_reader_reads_posix_rules() {
    let unrolled = |footer: &str| -> Vec<(String, i32, String)> {
        let text = |(second, (offset, name)): (i64, Rule)| {
            (DateTime::from_timestamp(second, 0).unwrap().to_rfc3339(), offset, name)
        };
        unroll(footer, 2027, 2027).into_iter().map(text).collect()
    };
    let change = |at: &str, offset: i32, name: &str| (format!("{at}+00:00"), offset, name.to_owned());
    assert_eq!(
        unrolled("CET-1CEST,M3.5.0,M10.5.0/3"),
        [change("2027-03-28T01:00:00", 7_200, "CEST"), change("2027-10-31T01:00:00", 3_600, "CET")]
    );
    assert_eq!(
        unrolled("IST-1GMT0,M10.5.0,M3.5.0/1"),
        [change("2027-03-28T01:00:00", 3_600, "IST"), change("2027-10-31T01:00:00", 0, "GMT")]
    );
    assert_eq!(
        unrolled("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"),
        [change("2027-03-28T01:00:00", -3_600, "-01"), change("2027-10-31T01:00:00", -7_200, "-02")]
    );
    assert_eq!(
        unrolled("<+1030>-10:30<+11>-11,J60/2,300/2"),
        [change("2027-02-28T15:30:00", 39_600, "+11"), change("2027-10-27T15:00:00", 37_800, "+1030")]
    );
    assert_eq!(unrolled("<+0530>-5:30"), []);
}

#[test]
fn known_files_and_this_room_agree_on_known_instants() {
    let folder = folder();
    let expected: BTreeMap<(&str, &str), i32> = BTreeMap::from([
        (("Europe/Oslo", "2020-12-10T08:00:00Z"), 3_600),
        (("Europe/Berlin", "2022-03-17T15:00:00Z"), 3_600),
        (("America/New_York", "2022-03-17T15:00:00Z"), -14_400),
        (("Asia/Kolkata", "2035-06-01T00:00:00Z"), 19_800),
        (("Europe/Dublin", "2039-07-01T00:00:00Z"), 3_600),
        (("Australia/Lord_Howe", "2038-01-01T00:00:00Z"), 39_600),
    ]);
    let files: HashMap<&str, TzFile> =
        expected.keys().map(|(name, _)| (*name, read(&fs::read(folder.join(name)).unwrap(), 2041))).collect();
    for ((name, instant), seconds) in expected {
        assert_eq!(files[name].rule_at(at(instant).timestamp()).0, seconds, "{name} {instant}");
        assert_eq!(Zone::parse(name).unwrap().offset_at(at(instant)).seconds, seconds, "{name} {instant}");
    }
}
