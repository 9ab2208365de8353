//! Removing one session.

use std::collections::HashMap;

use serde_json::json;

use super::error::SessionError;
use super::model::Session;
use super::replace::save;
use super::{rules, store};
use crate::db::Conn;
use crate::events::store::{Change, record_change, touch_event};
use crate::events::{Event, SessionId};
use crate::time::Context;

/// Removes a session with everything that it contains and everybody who appears in it. The event is locked by the caller.
///
/// # Errors
/// The database failed.
pub fn delete_session(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    session: &Session,
) -> Result<(), SessionError> {
    store::delete_sessions(conn, &[session.id])?;
    let left = store::sessions_of_event(conn, event.id)?;
    let before: HashMap<SessionId, &Session> = left.iter().map(|one| (one.id, one)).collect();
    let mut numbered = left.clone();
    rules::close_gaps(&mut numbered);
    for one in numbered {
        if let Some(before) = before.get(&one.id) {
            save(conn, context, before, &one)?;
        }
    }
    let before = Some(json!({ "session_id": session.id, "title": session.fields.title }));
    let change = Change { actor, action: "session_removed", reason: None, before, after: None };
    record_change(conn, context, event.id, &change)?;
    Ok(touch_event(conn, event.id, context.now)?)
}
