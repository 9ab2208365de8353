//! Moving the times of a session: the one rule for whatever makes it move.
//!
//! Its start moves on the clocks, by the civil difference, so that 9:00 stays 9:00 whatever happens to the clocks in between;
//! and it takes as long as before. Whoever stands on one side of an hour shown twice stays on it in another such hour; apart
//! from that a time which the clocks skip or show twice needs a choice.

use chrono::{Datelike, TimeDelta};

use super::super::model::{Session, SessionFields};
use super::plan::side_of;
use crate::db::types::At;
use crate::events::{SessionId, when_fault};
use crate::http::{Code, FieldError};
use crate::time::{Disambiguation, IsoDuration, When, WhenInput, Zone};

/// How far times move, and from which zone to which.
#[derive(Debug, Clone, Copy)]
pub struct Move {
    /// What the clocks show more afterwards.
    pub by: TimeDelta,
    /// The zone that the times stand in.
    pub from: Zone,
    /// The zone that they come to stand in.
    pub to: Zone,
    /// Which reading is meant of a time that the clocks skip or show twice.
    pub disambiguation: Option<Disambiguation>,
}

impl Move {
    /// What moves with an event: by the difference of its starts on the clocks of each place. None where one of the two is not
    /// known to the minute.
    pub fn between(from: &When, to: &When, disambiguation: Option<Disambiguation>) -> Option<Self> {
        let by = to.local_start()?.signed_duration_since(from.local_start()?);
        Some(Self { by, from: from.zone()?, to: to.zone()?, disambiguation })
    }
}

/// The same session at the time that it moves to. One without a time stays without.
///
/// # Errors
/// It cannot stand there: a fault of its `local_start`.
pub fn move_fields(fields: &SessionFields, shift: &Move) -> Result<SessionFields, FieldError> {
    let Some(local_start) = fields.local_start else { return Ok(fields.clone()) };
    let out_of_range =
        || FieldError::new("/local_start", Code::WhenOutOfRange, "It would lie out of the accepted range.");
    let start = local_start.checked_add_signed(shift.by).filter(|start| (1..=9_999).contains(&start.year()));
    let start = start.ok_or_else(out_of_range)?;
    let lasts = fields.starts_at.zip(fields.ends_at).and_then(|(start, end)| IsoDuration::new(end.0 - start.0));
    let side = side_of(Some(shift.from), Some(local_start), fields.starts_at).filter(|_| shift.to.is_ambiguous(start));
    let input = WhenInput {
        local_start: Some(format!("{start:?}")),
        duration: lasts.map(|lasts| lasts.to_string()),
        timezone: Some(shift.to.name().to_owned()),
        disambiguation: side.or(shift.disambiguation),
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

/// Moves sessions, and returns what becomes of each.
///
/// # Errors
/// Some cannot stand where they would come to: a fault for each, at `pointer`, which made them move.
pub fn move_all<'a>(
    sessions: impl Iterator<Item = &'a Session>,
    shift: &Move,
    pointer: &str,
) -> Result<Vec<(SessionId, SessionFields)>, Vec<FieldError>> {
    let mut moved = Vec::new();
    let mut errors = Vec::new();
    for session in sessions {
        match move_fields(&session.fields, shift) {
            Ok(fields) => moved.push((session.id, fields)),
            Err(error) => errors.push(FieldError {
                pointer: pointer.to_owned(),
                detail: format!("“{}”, which would move along: {}", session.fields.title, error.detail),
                ..error
            }),
        }
    }
    if errors.is_empty() { Ok(moved) } else { Err(errors) }
}

#[cfg(test)]
#[path = "along_tests.rs"]
mod tests;
