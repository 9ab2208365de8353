//! Times and durations as files write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::super::programme::Day;
use crate::time::{Disambiguation, IsoDuration, Zone, format_offset};

/// The longest that a session may take, in seconds: a leap year.
const LONGEST: i64 = 366 * 86_400;
/// When a day ends that does not say when: what starts before belongs to the day before.
pub const DAY_CHANGE: TimeDelta = TimeDelta::hours(4);

/// Reads `00:30`, `1:30`, `00:30:00` or `PT30M`. Zero is a duration here.
pub fn read_duration(text: &str) -> Option<i64> {
    let text = text.trim();
    let seconds = if text.starts_with('P') {
        let delta = IsoDuration::parse(text).ok()?.as_delta();
        (delta.subsec_nanos() == 0).then(|| delta.num_seconds())?
    } else {
        let mut parts = text.split(':');
        let (hours, minutes, seconds) = (parts.next()?, parts.next()?, parts.next());
        if parts.next().is_some() {
            return None;
        }
        let whole = |text: &str, most: i64| digits(text).filter(|number| *number <= most);
        whole(hours, 24 * 366)? * 3_600 + whole(minutes, 59)? * 60 + whole(seconds.unwrap_or("0"), 59)?
    };
    (0..=LONGEST).contains(&seconds).then_some(seconds)
}

/// Writes `00:30`, with seconds only where there are some.
pub fn write_duration(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if rest == 0 { format!("{hours:02}:{minutes:02}") } else { format!("{hours:02}:{minutes:02}:{rest:02}") }
}

fn digits(text: &str) -> Option<i64> {
    let is_number = (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Reads an instant: a date and a time with an offset.
pub fn read_instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let read = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%z"));
    let at = read.ok()?.with_timezone(&Utc);
    DateTime::from_timestamp(at.timestamp(), 0)
}

/// Reads what clocks show: a date and a time without an offset.
pub fn read_local(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim();
    ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
}

/// Reads a date, also before a time.
pub fn read_date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    NaiveDate::parse_from_str(text.split_once('T').map_or(text, |(date, _)| date), "%Y-%m-%d").ok()
}

/// Reads `10:00` or `10:00:00`.
pub fn read_clock(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

/// Writes an instant on the clocks of a zone, with the offset.
pub fn write_instant(at: DateTime<Utc>, zone: Zone) -> String {
    let local = zone.to_local(at);
    // Offsets with seconds are older than any schedule, and RFC 3339 cannot say them.
    let minutes = zone.offset_at(at).seconds / 60 * 60;
    format!("{}{}", local.format("%Y-%m-%dT%H:%M:%S"), format_offset(minutes))
}

/// The instant of a civil time, and whether there were two; none where the clocks skip it.
pub fn resolve(zone: Zone, local: NaiveDateTime) -> Option<(DateTime<Utc>, bool)> {
    if let Ok(at) = zone.resolve(local, None) {
        return Some((at, false));
    }
    if !zone.is_ambiguous(local) {
        return None;
    }
    zone.resolve(local, Some(Disambiguation::Earlier)).ok().map(|at| (at, true))
}

/// A day that changes so long after midnight.
pub fn day_of(date: NaiveDate, change: TimeDelta, zone: Zone) -> Day {
    let edge = |date: NaiveDate| {
        let local = date.and_time(NaiveTime::MIN) + change;
        zone.resolve(local, Some(Disambiguation::Later)).unwrap_or(local.and_utc())
    };
    Day { date, starts_at: edge(date), ends_at: edge(date.succ_opt().unwrap_or(date)) }
}

/// The date of the day that an instant belongs to, where days change so long after midnight.
pub fn date_of(at: DateTime<Utc>, change: TimeDelta, zone: Zone) -> NaiveDate {
    (zone.to_local(at) - change).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_come_in_two_notations() {
        for (text, seconds) in [
            ("00:30", 1_800),
            ("1:30", 5_400),
            ("00:05:00", 300),
            ("PT30M", 1_800),
            ("P1DT1H", 90_000),
            ("00:00", 0),
            (" 48:00 ", 172_800),
            ("00:00:01", 1),
        ] {
            assert_eq!(read_duration(text), Some(seconds), "{text}");
            assert_eq!(read_duration(&write_duration(seconds)), Some(seconds), "{text}");
        }
        for wrong in ["", "30", "half an hour", "-1:00", "00:60", "1:2:3:4", "PT0.5S", "99999:00", "P1M", "１:00", "1:"]
        {
            assert_eq!(read_duration(wrong), None, "{wrong}");
        }
        assert_eq!(write_duration(1_800), "00:30");
        assert_eq!(write_duration(361_230), "100:20:30");
    }

    #[test]
    fn instants_carry_an_offset() {
        let expected: DateTime<Utc> = "2014-12-27T10:00:00Z".parse().unwrap();
        for text in
            ["2014-12-27T11:00:00+01:00", "2014-12-27T11:00+01:00", "2014-12-27T11:00:00+0100", "2014-12-27T10:00:00Z"]
        {
            assert_eq!(read_instant(text), Some(expected), "{text}");
        }
        assert_eq!(read_instant("2014-12-27T11:00:00"), None);
        let zone = Zone::parse("Europe/Berlin").unwrap();
        assert_eq!(write_instant(expected, zone), "2014-12-27T11:00:00+01:00");
    }

    #[test]
    fn clocks_skip_and_repeat() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let at = |text| resolve(zone, read_local(text).unwrap());
        assert_eq!(at("2026-03-29T02:30"), None);
        assert_eq!(at("2026-10-25T02:30"), Some(("2026-10-25T00:30:00Z".parse().unwrap(), true)));
        assert_eq!(at("2026-10-25T12:30"), Some(("2026-10-25T11:30:00Z".parse().unwrap(), false)));
    }

    #[test]
    fn the_night_belongs_to_the_day_before() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let date = read_date("2014-12-27").unwrap();
        let day = day_of(date, DAY_CHANGE, zone);
        assert_eq!(day.starts_at, "2014-12-27T03:00:00Z".parse::<DateTime<Utc>>().unwrap());
        assert_eq!(date_of("2014-12-28T02:59:59Z".parse().unwrap(), DAY_CHANGE, zone), date);
        assert_eq!(date_of("2014-12-28T03:00:00Z".parse().unwrap(), DAY_CHANGE, zone), date.succ_opt().unwrap());
    }
}
