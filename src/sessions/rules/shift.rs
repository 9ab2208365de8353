//! Moving the sessions that come after one whose times change.
//!
//! Those after it are on its **line**: in its room, or where the rooms do not say it, on its track. What has neither room nor
//! track is for everybody: it moves along unless other lines run beside on that day, and when its own times change,
//! everything after it moves. They are of the same day, which ends at four in the morning or with the first pause after it.
//! Containers need no move: their times follow from what they contain.
//!
//! All starts move by the same civil difference, what the clocks show, so that a move by a day keeps 9:00 at 9:00 whatever
//! happens to the clocks in between. How long a session takes stays as it is.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::super::model::{Session, SessionFields};
use super::placed::{Placed, place_all, programme_day};
use super::plan::side_of;
use super::tree::build_tree;
use crate::db::types::At;
use crate::events::{SessionId, when_fault};
use crate::http::{Code, FieldError};
use crate::time::{Disambiguation, IsoDuration, WhenInput, Zone};

/// What moves when the session `id` of `current` gets the times of `after`: each with its new columns, in the order of time.
/// `disambiguation` is for those that come into an hour which the clocks skip or show twice.
///
/// # Errors
/// One of them cannot stand at its new time: a fault for each, at the field that the client changed.
pub fn shift_following(
    current: &[Session],
    id: SessionId,
    after: &SessionFields,
    zone: Option<Zone>,
    disambiguation: Option<Disambiguation>,
) -> Result<Vec<(SessionId, SessionFields)>, Vec<FieldError>> {
    let agenda = build_tree(current.to_vec());
    let placed = place_all(&agenda);
    let own = placed.iter().find(|one| one.id() == id && one.is_slot);
    let (Some(own), Some(zone)) = (own, zone) else { return Ok(Vec::new()) };
    let by = difference(&own.node.session.fields, after);
    let Some(by) = by.filter(|by| !by.is_zero()) else { return Ok(Vec::new()) };
    let mut moved = Vec::new();
    let mut errors = Vec::new();
    for one in following(own, &placed) {
        match move_by(&one.node.session.fields, by, zone, disambiguation) {
            Ok(fields) => moved.push((one.id(), fields)),
            Err(error) => errors.push(FieldError {
                pointer: "/local_start".to_owned(),
                detail: format!("“{}”, which would move along: {}", one.title(), error.detail),
                ..error
            }),
        }
    }
    if errors.is_empty() { Ok(moved) } else { Err(errors) }
}

/// By how much what follows has to move: as the end does, or the start where an end is not known.
fn difference(before: &SessionFields, after: &SessionFields) -> Option<TimeDelta> {
    let between = |before: Option<NaiveDateTime>, after: Option<NaiveDateTime>| Some(after? - before?);
    between(before.local_end, after.local_end).or_else(|| between(before.local_start, after.local_start))
}

/// The slots that come after `own` on its line, in the order of time.
fn following<'a>(own: &Placed<'_>, placed: &'a [Placed<'a>]) -> Vec<&'a Placed<'a>> {
    let (Some(start), Some(day)) = (own.start(), day_of(own)) else { return Vec::new() };
    let has_lines_beside = placed.iter().any(|one| {
        one.is_slot && !is_for_all(one) && !is_for_all(own) && day_of(one) == Some(day) && own.is_beside(one)
    });
    let is_on_line = |one: &Placed<'_>| match (is_for_all(own), is_for_all(one)) {
        (true, _) => true,
        (false, true) => !has_lines_beside,
        (false, false) => !own.is_beside(one),
    };
    let is_later = |at: DateTime<Utc>| own.end().map_or(at > start, |end| at >= end);
    let mut later: Vec<&Placed<'_>> = placed
        .iter()
        .filter(|one| one.is_slot && one.id() != own.id() && one.start().is_some_and(is_later) && is_on_line(one))
        .collect();
    later.sort_by_key(|one| one.start());
    let mut busy_until = own.end().unwrap_or(start);
    later.retain(|one| {
        let goes_on = one.start().is_some_and(|start| start <= busy_until);
        let is_of_the_day = day_of(one) == Some(day) || goes_on;
        if is_of_the_day {
            busy_until = busy_until.max(one.end().or(one.start()).unwrap_or(busy_until));
        }
        is_of_the_day
    });
    later
}

fn is_for_all(one: &Placed<'_>) -> bool {
    one.room.is_none() && one.track.is_none()
}

fn day_of(one: &Placed<'_>) -> Option<NaiveDate> {
    one.node.times.local_start.map(programme_day)
}

fn move_by(
    fields: &SessionFields,
    by: TimeDelta,
    zone: Zone,
    disambiguation: Option<Disambiguation>,
) -> Result<SessionFields, FieldError> {
    let out_of_range =
        || FieldError::new("/local_start", Code::WhenOutOfRange, "It would lie out of the accepted range.");
    let start = fields.local_start.and_then(|start| start.checked_add_signed(by));
    let start = start.filter(|start| (1..=9_999).contains(&start.year())).ok_or_else(out_of_range)?;
    let lasts = fields.starts_at.zip(fields.ends_at).and_then(|(start, end)| IsoDuration::new(end.0 - start.0));
    let input = WhenInput {
        local_start: Some(format!("{start:?}")),
        duration: lasts.map(|lasts| lasts.to_string()),
        timezone: Some(zone.name().to_owned()),
        // Who stands on one side of an hour shown twice stays there.
        disambiguation: side_of(Some(zone), fields.local_start, fields.starts_at).or(disambiguation),
        ..WhenInput::default()
    };
    let when = input.parse().map_err(|error| when_fault("", &error))?;
    Ok(SessionFields {
        local_start: when.local_start(),
        local_end: when.local_end(),
        starts_at: when.starts_at().map(At),
        ends_at: when.ends_at().map(At),
        ..fields.clone()
    })
}
