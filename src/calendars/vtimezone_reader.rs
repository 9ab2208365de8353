//! A small reader and evaluator of VTIMEZONE (RFC 5545 3.6.5), for the tests of what is written.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, NaiveDateTime, Weekday};

/// A sub-component as a reader sees it.
pub struct ReadObservance {
    pub is_daylight: bool,
    pub onset: NaiveDateTime,
    pub offset_before: i32,
    pub offset_after: i32,
    /// Month, nth, weekday.
    pub rule: Option<(u32, i32, Weekday)>,
}

impl ReadObservance {
    /// The last onset at or before a local time.
    fn last_onset(&self, local: NaiveDateTime) -> Option<NaiveDateTime> {
        let Some((month, nth, weekday)) = self.rule else {
            return Some(self.onset).filter(|onset| *onset <= local);
        };
        let onset_in = |year: i32| {
            let days = (1..=31).filter_map(|day| NaiveDate::from_ymd_opt(year, month, day));
            let days: Vec<NaiveDate> = days.filter(|date| date.weekday() == weekday).collect();
            let index = if nth < 0 { days.len() - 1 } else { usize::try_from(nth).unwrap() - 1 };
            days[index].and_time(self.onset.time())
        };
        assert_eq!(onset_in(self.onset.year()), self.onset, "DTSTART is the first onset of its rule");
        [local.year(), local.year() - 1].into_iter().map(onset_in).find(|onset| *onset <= local && *onset >= self.onset)
    }
}

/// Reads a VTIMEZONE and refuses whatever is not among the few forms that every calendar understands.
pub fn read(text: &str) -> (String, Vec<ReadObservance>) {
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
    assert_eq!(text.matches('\r').count(), text.matches("\r\n").count());
    let mut lines = text.strip_suffix("\r\n").unwrap().split("\r\n");
    assert_eq!(lines.next(), Some("BEGIN:VTIMEZONE"));
    let name = lines.next().unwrap().strip_prefix("TZID:").unwrap().to_owned();
    let mut observances = Vec::new();
    while let Some(line) = lines.next() {
        if line == "END:VTIMEZONE" {
            break;
        }
        let kind = line.strip_prefix("BEGIN:").unwrap();
        assert!(["STANDARD", "DAYLIGHT"].contains(&kind), "{line}");
        let end = format!("END:{kind}");
        let mut properties = BTreeMap::new();
        for line in lines.by_ref().take_while(|line| *line != end) {
            let (key, value) = line.split_once(':').unwrap();
            assert!(["DTSTART", "RRULE", "TZOFFSETFROM", "TZOFFSETTO", "TZNAME"].contains(&key), "{line}");
            assert_eq!(properties.insert(key, value), None, "{line} twice");
        }
        observances.push(ReadObservance {
            is_daylight: kind == "DAYLIGHT",
            onset: NaiveDateTime::parse_from_str(properties["DTSTART"], "%Y%m%dT%H%M%S").unwrap(),
            offset_before: read_offset(properties["TZOFFSETFROM"]),
            offset_after: read_offset(properties["TZOFFSETTO"]),
            rule: properties.get("RRULE").map(|rule| read_rule(rule)),
        });
        assert!(!properties["TZNAME"].is_empty());
    }
    assert_eq!(lines.next(), None);
    (name, observances)
}

fn read_offset(value: &str) -> i32 {
    let digits = |range: std::ops::Range<usize>| value.get(range).map_or(0, |part| part.parse::<i32>().unwrap());
    let seconds = digits(1..3) * 3600 + digits(3..5) * 60 + digits(5..7);
    if value.starts_with('-') { -seconds } else { seconds }
}

fn read_rule(value: &str) -> (u32, i32, Weekday) {
    let (month, day) = value.strip_prefix("FREQ=YEARLY;BYMONTH=").unwrap().split_once(";BYDAY=").unwrap();
    let (nth, weekday) = day.split_at(day.len() - 2);
    assert!(["1", "2", "3", "4", "-1"].contains(&nth), "{value}");
    let weekday = match weekday {
        "SU" => Weekday::Sun,
        "SA" => Weekday::Sat,
        "FR" => Weekday::Fri,
        "TH" => Weekday::Thu,
        "WE" => Weekday::Wed,
        "TU" => Weekday::Tue,
        "MO" => Weekday::Mon,
        other => panic!("{other}"),
    };
    (month.parse().unwrap(), nth.parse().unwrap(), weekday)
}

pub fn offset_of(observances: &[ReadObservance], local: NaiveDateTime) -> Option<i32> {
    let onsets = observances.iter().filter_map(|each| Some((each.last_onset(local)?, each.offset_after)));
    onsets.max_by_key(|(onset, _)| *onset).map(|(_, offset)| offset)
}
