//! Moving the agenda along with its event.

use serde_json::json;

use super::error::SessionError;
use super::replace::save;
use super::{rules, store};
use crate::db::Conn;
use crate::events::store::{Change, record_change};
use crate::events::{Event, last_datetime};
use crate::time::{Context, When};

/// Moves the sessions of an event, which is locked by the caller, as far as its start has moved from `before` to `after` on the
/// clocks of the place; their instants follow from the zone that it has now. An event that had no time to the minute for a while
/// moves its sessions from the last one that it had. Without a start to the minute they stay. Returns how many have moved.
///
/// # Errors
/// The database failed.
pub fn shift_agenda(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    before: &Event,
    after: &Event,
) -> Result<usize, SessionError> {
    let (Some(from), to) = (last_datetime(before)?, after.when()?) else { return Ok(0) };
    if to.local_start().is_none() || to == from {
        return Ok(0);
    }
    let mut moved = 0;
    for session in store::sessions_of_event(conn, after.id)? {
        let mut shifted = session.clone();
        rules::shift_along(&mut shifted.fields, &from, &to);
        moved += save(conn, context, &session, &shifted)?;
    }
    if moved > 0 {
        let start = |when: &When| Some(json!({ "sessions": moved, "start": when.local_start() }));
        let (before, to) = (start(&from), start(&to));
        let change = Change { actor, action: "agenda_shifted", reason: None, before, after: to };
        record_change(conn, context, after.id, &change)?;
    }
    Ok(moved)
}
