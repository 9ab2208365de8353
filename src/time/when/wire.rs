//! The texts of civil times, instants and labels as they come in.

use chrono::{DateTime, NaiveDateTime, Timelike, Utc};

use super::{super::clock::truncate_to_micros, WhenError};

/// The longest label of a zone, in characters.
const MAX_LABEL: usize = 40;

/// Reads `2022-02-23T11:30`, `…:00` or `…:00.5`, each field with all its digits. `24:00` and leap seconds are refused.
pub(super) fn parse_local(text: &str) -> Option<NaiveDateTime> {
    let (clock, decimals) = match text.split_once('.') {
        Some((clock, decimals)) => (clock, Some(decimals)),
        None => (text, None),
    };
    let is_shaped = |shape: &str| {
        shape.len() == clock.len()
            && shape.bytes().zip(clock.bytes()).all(|(s, c)| if s == b'0' { c.is_ascii_digit() } else { s == c })
    };
    let local = match decimals {
        None if is_shaped("0000-00-00T00:00") => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M"),
        None if is_shaped("0000-00-00T00:00:00") => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S"),
        Some(decimals)
            if is_shaped("0000-00-00T00:00:00")
                && (1..=6).contains(&decimals.len())
                && decimals.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        }
        _ => return None,
    };
    local.ok().filter(|local| local.nanosecond() < 1_000_000_000)
}

/// Reads an RFC 3339 instant with any offset, and cuts it to microseconds.
pub(super) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
    (at.nanosecond() < 1_000_000_000).then(|| truncate_to_micros(at))
}

pub(super) fn parse_label(label: &str) -> Result<String, WhenError> {
    let label = label.trim();
    let is_fine = (1..=MAX_LABEL).contains(&label.chars().count()) && !label.chars().any(char::is_control);
    if is_fine { Ok(label.to_owned()) } else { Err(WhenError::TimezoneLabelInvalid) }
}
