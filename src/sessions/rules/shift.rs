//! Moving the sessions that come after one whose times change.
//!
//! Those after it are on its **line**: in its room, or where the rooms do not say it, on its track. What has neither room nor
//! track is for everybody: it moves along unless other lines run beside on that day, and when its own times change,
//! everything after it moves. They are of the same day, which ends at four in the morning or with the first pause after it.
//! Containers need no move: their times follow from what they contain.
//!
//! All starts move by the same civil difference, by the rule of `along`.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::super::model::{Session, SessionFields};
use super::along::{Move, move_all};
use super::placed::{Placed, place_all, programme_day};
use super::tree::build_tree;
use crate::events::SessionId;
use crate::http::FieldError;
use crate::time::{Disambiguation, Zone};

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
    let shift = Move { by, from: zone, to: zone, disambiguation };
    move_all(following(own, &placed).into_iter().map(|one| &one.node.session), &shift, "/local_start")
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
