//! Reads when a session is: the instant where the file says it, or else what its clocks show.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::super::columns::Column;
use super::super::finding::{Findings, ImportFindingCode as Found};
use super::raw::RawSlot;
use super::slots::Frame;
use super::times;
use crate::time::Zone;

/// The start, and how long it takes.
pub(super) fn read(raw: &RawSlot, frame: &Frame<'_>, findings: &mut Findings) -> (Option<DateTime<Utc>>, Option<i64>) {
    let starts_at = read_start(raw, frame, findings);
    let seconds = read_length(raw, frame, starts_at, findings);
    let is_stated = raw.text(Column::Duration).is_some_and(|text| times::read_duration(text).is_none());
    if starts_at.is_some() && seconds.is_none() && !is_stated {
        let hint = "Say how long it takes, or when it ends.";
        findings.info(Found::EndUnknown, &raw.place_of(Column::Duration), "No end is known.", hint);
    }
    if let (Some(at), Some(Some(day))) = (starts_at, raw.day.and_then(|index| frame.days.get(index)))
        && !day.holds(at)
    {
        let detail = format!("It does not start on {}, under which it stands.", day.date);
        findings.warn(Found::DayMismatch, &raw.place, detail, "The time counts; see also the bounds of the day.");
    }
    (starts_at, seconds)
}

fn read_start(raw: &RawSlot, frame: &Frame<'_>, findings: &mut Findings) -> Option<DateTime<Utc>> {
    let (date, start) = (raw.text(Column::Date), raw.text(Column::Start));
    let stated = |column: Column| raw.text(column).and_then(times::read_instant);
    if let Some(at) = stated(Column::Date).or_else(|| stated(Column::Start)) {
        check_clock(raw, frame, at, findings);
        return Some(at);
    }
    let local = [date, start].into_iter().flatten().find_map(times::read_local).or_else(|| read_clock(raw, frame));
    if let Some(local) = local {
        return resolve(raw, Column::Start, frame.zone, local, findings);
    }
    if let Some(wrong) = start.or(date) {
        let detail = format!("“{}” is no time.", shortened(wrong));
        let hint = "Write it as 2014-12-27T11:00:00+01:00, or as 11:00 under a day.";
        findings.error(Found::TimeInvalid, &raw.place_of(Column::Start), detail, hint);
    }
    None
}

/// The time of day under a date: the session's own or its day's. What starts before the day changes belongs to the night.
fn read_clock(raw: &RawSlot, frame: &Frame<'_>) -> Option<NaiveDateTime> {
    let clock = times::read_clock(raw.text(Column::Start)?)?;
    if let Some(date) = raw.text(Column::Date).and_then(times::read_date) {
        return Some(date.and_time(clock));
    }
    let day = (*frame.days.get(raw.day?)?)?;
    let begins = frame.zone.map_or(frame.change, |zone| {
        let change = zone.to_local(day.starts_at) - day.date.and_time(chrono::NaiveTime::MIN);
        if change < TimeDelta::zero() || change > TimeDelta::hours(24) { frame.change } else { change }
    });
    let is_night = clock.signed_duration_since(chrono::NaiveTime::MIN) < begins;
    let date = if is_night { day.date.succ_opt()? } else { day.date };
    Some(date.and_time(clock))
}

/// What the clocks show, beside the instant, should be the same.
fn check_clock(raw: &RawSlot, frame: &Frame<'_>, at: DateTime<Utc>, findings: &mut Findings) {
    let (Some(clock), Some(zone)) = (raw.text(Column::Start).and_then(times::read_clock), frame.zone) else { return };
    let shown = zone.to_local(at).time();
    if shown.format("%H:%M").to_string() != clock.format("%H:%M").to_string() {
        let detail = format!(
            "At that instant the clocks of {zone} show {}, not {}.",
            shown.format("%H:%M"),
            clock.format("%H:%M")
        );
        findings.warn(Found::TimeMismatch, &raw.place_of(Column::Start), detail, "The instant in `date` counts.");
    }
}

fn resolve(
    raw: &RawSlot,
    column: Column,
    zone: Option<Zone>,
    local: NaiveDateTime,
    findings: &mut Findings,
) -> Option<DateTime<Utc>> {
    let place = raw.place_of(column);
    let Some(zone) = zone else {
        if findings.is_first(Found::TimezoneRequired, "") {
            let hint = "Give the event a local time and a zone first.";
            findings.error(Found::TimezoneRequired, &place, "A local time has no time zone.", hint);
        }
        return None;
    };
    match times::resolve(zone, local) {
        Some((at, false)) => Some(at),
        Some((at, true)) => {
            let detail = format!("The clocks of {zone} show {local} twice.");
            findings.warn(Found::TimeAmbiguous, &place, detail, "The first is taken; write an offset to say which.");
            Some(at)
        }
        None => {
            let detail = format!("The clocks of {zone} skip {local}.");
            findings.error(Found::TimeInvalid, &place, detail, "Write a time that the clocks show.");
            None
        }
    }
}

fn read_length(
    raw: &RawSlot,
    frame: &Frame<'_>,
    starts_at: Option<DateTime<Utc>>,
    findings: &mut Findings,
) -> Option<i64> {
    if let Some(text) = raw.text(Column::Duration) {
        let read = times::read_duration(text);
        if read.is_none() {
            let detail = format!("“{}” is no duration.", shortened(text));
            let hint = "Write it as 00:30 or PT30M.";
            findings.error(Found::DurationInvalid, &raw.place_of(Column::Duration), detail, hint);
        }
        return read.filter(|seconds| *seconds > 0);
    }
    let text = raw.text(Column::End)?;
    let ends_at = times::read_instant(text)
        .or_else(|| resolve(raw, Column::End, frame.zone, times::read_local(text)?, findings))?;
    let seconds = (ends_at - starts_at?).num_seconds();
    if seconds <= 0 {
        let hint = "The end has to lie after the start.";
        findings.error(Found::TimeInvalid, &raw.place, "It ends before it starts.", hint);
    }
    (seconds > 0).then_some(seconds)
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}
