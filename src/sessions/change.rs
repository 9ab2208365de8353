//! Changing one session, or its place, and with its times those of the sessions after it.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::details::SessionDetails;
use super::error::SessionError;
use super::model::{Session, SessionFields, Shift};
use super::replace::{save, surroundings};
use super::{rules, store};
use crate::db::Conn;
use crate::events::store::{Change, record_change, touch_event};
use crate::events::{Event, SessionId};
use crate::time::Context;

/// A session that was moved because another one was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedSession {
    /// As it was.
    pub before: Session,
    /// As it is.
    pub after: Session,
}

/// Stores new details of a session, and moves it if they say so; with `shift`, also those after it. Returns these. The event
/// is locked by the caller. Saving what was read changes nothing.
///
/// # Errors
/// The details do not fit, the session would contain itself, or one that would move along cannot stand where it would be.
pub fn change_session(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    session: &Session,
    details: &SessionDetails,
    shift: Shift,
) -> Result<Vec<MovedSession>, SessionError> {
    let current = store::sessions_of_event(conn, event.id)?;
    let around = surroundings(conn, event, &current)?;
    let fields = rules::check_details(details, &around).map_err(SessionError::Invalid)?;
    let mut new = HashMap::new();
    if shift == Shift::Following {
        let moved = rules::shift_following(&current, session.id, &fields, around.zone, details.disambiguation);
        new.extend(moved.map_err(SessionError::Invalid)?);
    }
    new.insert(session.id, fields);
    let mut changed = save_all(conn, context, &current, arranged(&current, session, details)?, &new)?;
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    changed.retain(|one| one.after.id != session.id && new.contains_key(&one.after.id));
    let before = describe(session.id, &rules::details_of(session, around.zone), changed.iter().map(|one| &one.before));
    let after = describe(session.id, details, changed.iter().map(|one| &one.after));
    let change = Change { actor, action: "session_changed", reason: None, before: Some(before), after: Some(after) };
    record_change(conn, context, event.id, &change)?;
    touch_event(conn, event.id, context.now)?;
    Ok(changed)
}

/// All sessions with the place that `details` give to one of them.
fn arranged(current: &[Session], session: &Session, details: &SessionDetails) -> Result<Vec<Session>, SessionError> {
    let mut all = current.to_vec();
    if details.parent_id != session.parent_id {
        rules::check_parent(current, session.id, details.parent_id)?;
    }
    if (details.parent_id, details.position) != (session.parent_id, Some(session.position)) {
        rules::move_session(&mut all, session.id, details.parent_id, details.position);
    }
    Ok(all)
}

/// Stores what differs, in the order of the agenda as it was.
fn save_all(
    conn: &mut Conn,
    context: &Context,
    current: &[Session],
    arranged: Vec<Session>,
    new: &HashMap<SessionId, SessionFields>,
) -> Result<Vec<MovedSession>, SessionError> {
    let mut arranged: HashMap<SessionId, Session> = arranged.into_iter().map(|one| (one.id, one)).collect();
    let mut changed = Vec::new();
    for before in current {
        let Some(mut after) = arranged.remove(&before.id) else { continue };
        if let Some(fields) = new.get(&after.id) {
            after.fields.clone_from(fields);
        }
        if save(conn, context, before, &after)? == 1 {
            after.revision += 1;
            changed.push(MovedSession { before: before.clone(), after });
        }
    }
    Ok(changed)
}

fn describe<'a>(id: SessionId, details: &SessionDetails, moved: impl Iterator<Item = &'a Session>) -> Value {
    let times = |one: &Session| {
        let (start, end) = (one.fields.local_start, one.fields.local_end);
        json!({ "session_id": one.id, "local_start": start, "local_end": end })
    };
    let moved: Vec<Value> = moved.map(times).collect();
    if moved.is_empty() {
        return json!({ "session_id": id, "session": details });
    }
    json!({ "session_id": id, "session": details, "moved": moved })
}
