//! Moving the agenda along with its event.

use std::collections::HashMap;

use serde_json::json;

use super::error::SessionError;
use super::model::Session;
use super::replace::save;
use super::rules::{self, Move};
use super::store;
use crate::db::Conn;
use crate::events::store::{Change, record_change};
use crate::events::{Event, last_datetime};
use crate::time::{Context, Disambiguation, When};

/// Moves the sessions of an event, which is locked by the caller, as far as its start has moved from `before` to `after` on the
/// clocks of the place; their instants follow from the zone that it has now. An event that had no time to the minute for a while
/// moves its sessions from the last one that it had. Without a start to the minute they stay. Returns how many have moved.
///
/// # Errors
/// A session would come to a time that the clocks skip or show twice, and `disambiguation` does not choose.
pub fn shift_agenda(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    (before, after): (&Event, &Event),
    disambiguation: Option<Disambiguation>,
) -> Result<usize, SessionError> {
    let to = after.when()?;
    let mut moved = 0;
    for (session, shifted) in moved_agenda(conn, before, &to, disambiguation)? {
        moved += save(conn, context, &session, &shifted)?;
    }
    if moved > 0 {
        let start = |when: Option<&When>| Some(json!({ "sessions": moved, "start": when?.local_start() }));
        let (before, after_it) = (start(last_datetime(before)?.as_ref()), start(Some(&to)));
        let change = Change { actor, action: "agenda_shifted", reason: None, before, after: after_it };
        record_change(conn, context, after.id, &change)?;
    }
    Ok(moved)
}

/// The sessions of an event as they are, and as they would be if it moved `to` another time. None if they stay.
///
/// # Errors
/// As for [`shift_agenda`].
pub(super) fn moved_agenda(
    conn: &mut Conn,
    event: &Event,
    to: &When,
    disambiguation: Option<Disambiguation>,
) -> Result<Vec<(Session, Session)>, SessionError> {
    let Some(from) = last_datetime(event)?.filter(|from| from != to) else { return Ok(Vec::new()) };
    let Some(shift) = Move::between(&from, to, disambiguation) else { return Ok(Vec::new()) };
    // Their sides of an hour shown twice, and how long they take, are those of the zone that the event had.
    let sessions = store::sessions_in_zone(conn, event.id, from.zone())?;
    let moved = rules::move_all(sessions.iter(), &shift, "/when").map_err(SessionError::Invalid)?;
    let mut moved: HashMap<_, _> = moved.into_iter().collect();
    let pairs = sessions.into_iter().filter_map(|session| {
        let fields = moved.remove(&session.id)?;
        let shifted = Session { fields, ..session.clone() };
        Some((session, shifted))
    });
    Ok(pairs.collect())
}
