//! Adding one session.

use serde_json::json;

use super::details::SessionInput;
use super::error::SessionError;
use super::replace::{surroundings, write_appearances};
use super::{rules, store};
use crate::db::Conn;
use crate::events::store::{Change, record_change, touch_event};
use crate::events::{Event, SessionId};
use crate::time::Context;

/// Adds a session, with what it contains, behind the others of its parent or at the end of the agenda. The event is locked
/// by the caller.
///
/// # Errors
/// Something does not fit, or names a session, room, speaker or organisation that is not there.
pub fn append_session(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    input: &SessionInput,
) -> Result<SessionId, SessionError> {
    let current = store::sessions_of_event(conn, event.id)?;
    let around = surroundings(conn, event, &current)?;
    let depth = rules::depth_below(&current, input.parent_id)?;
    let plan = rules::plan_session(input, depth, &around).map_err(SessionError::Invalid)?;
    let ids: Vec<SessionId> = plan.iter().map(|_| SessionId(context.uuid())).collect();
    let siblings = current.iter().filter(|session| session.parent_id == input.parent_id);
    let last = siblings.map(|session| session.position).max().unwrap_or(0);
    for (one, id) in plan.iter().zip(&ids) {
        let (parent, position) = match one.parent {
            None => (input.parent_id, last.saturating_add(1)),
            Some(parent) => (ids.get(parent).copied(), one.position),
        };
        store::insert_session(conn, context, event.id, (*id, parent, position), &one.fields)?;
    }
    write_appearances(conn, context, event, &plan, &ids)?;
    let id = ids.first().copied().ok_or(crate::db::DbError::NotFound)?;
    let after = Some(json!({ "session_id": id, "title": input.title }));
    let change = Change { actor, action: "session_added", reason: None, before: None, after };
    record_change(conn, context, event.id, &change)?;
    touch_event(conn, event.id, context.now)?;
    Ok(id)
}
