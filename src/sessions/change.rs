//! Changing one session, or its place.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::details::SessionDetails;
use super::error::SessionError;
use super::model::Session;
use super::replace::{save, surroundings};
use super::{rules, store};
use crate::db::Conn;
use crate::events::store::{Change, record_change, touch_event};
use crate::events::{Event, SessionId};
use crate::time::Context;

/// Stores new details of a session, and moves it if they say so. The event is locked by the caller. Saving what was read
/// changes nothing.
///
/// # Errors
/// The details do not fit, or the session would contain itself.
pub fn change_session(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    session: &Session,
    details: &SessionDetails,
) -> Result<(), SessionError> {
    let current = store::sessions_of_event(conn, event.id)?;
    let around = surroundings(conn, event, &current)?;
    let fields = rules::check_details(details, &around).map_err(SessionError::Invalid)?;
    let mut all = current.clone();
    if details.parent_id != session.parent_id {
        rules::check_parent(&current, session.id, details.parent_id)?;
    }
    if (details.parent_id, details.position) != (session.parent_id, Some(session.position)) {
        rules::move_session(&mut all, session.id, details.parent_id, details.position);
    }
    for one in all.iter_mut().filter(|one| one.id == session.id) {
        one.fields.clone_from(&fields);
    }
    let before: HashMap<SessionId, &Session> = current.iter().map(|one| (one.id, one)).collect();
    let mut changed = 0;
    for one in all {
        if let Some(before) = before.get(&one.id) {
            changed += save(conn, context, before, &one)?;
        }
    }
    if changed == 0 {
        return Ok(());
    }
    let (before, after) = (rules::details_of(session, around.zone), details);
    let (before, after) = (describe(session.id, &before), describe(session.id, after));
    let change = Change { actor, action: "session_changed", reason: None, before: Some(before), after: Some(after) };
    record_change(conn, context, event.id, &change)?;
    Ok(touch_event(conn, event.id, context.now)?)
}

fn describe(id: SessionId, details: &SessionDetails) -> Value {
    json!({ "session_id": id, "session": details })
}
