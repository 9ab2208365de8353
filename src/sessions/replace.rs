//! Writing a whole agenda at once.

use std::collections::{HashMap, HashSet};

use super::details::SessionInput;
use super::error::SessionError;
use super::model::Session;
use super::remove::{counts, remove_sessions};
use super::rules::{self, Planned, Surroundings};
use super::store;
use crate::db::{Conn, DbResult};
use crate::events::store::{Change, get_event, record_change, touch_event};
use crate::events::{Event, SessionId};
use crate::speakers::store::appearances_of_event;
use crate::speakers::{SessionAppearances, replace_agenda_appearances};
use crate::time::Context;

/// Replaces the agenda of an event, which is locked by the caller. Sessions whose id is given are kept, those that are not
/// named are removed, with their materials if `remove_materials`. Saving what was read changes nothing, not even the revision.
///
/// # Errors
/// Something does not fit, or names a session, room, speaker or organisation that is not there; or materials belong to a
/// session that would go.
pub fn replace_agenda(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    sessions: &[SessionInput],
    remove_materials: bool,
) -> Result<Event, SessionError> {
    let current = store::sessions_of_event(conn, event.id)?;
    let around = surroundings(conn, event, &current)?;
    let plan = rules::plan_agenda(sessions, &around).map_err(SessionError::Invalid)?;
    let ids: Vec<SessionId> =
        plan.iter().map(|one| one.input.id.unwrap_or_else(|| SessionId(context.uuid()))).collect();

    let appearances = appearances_of_event(conn, event.id)?;
    let written = write_sessions(conn, context, event, &current, &plan, &ids)?;
    write_appearances(conn, context, event, &plan, &ids)?;
    let kept: HashSet<SessionId> = ids.iter().copied().collect();
    let removed: Vec<SessionId> = current.iter().map(|one| one.id).filter(|id| !kept.contains(id)).collect();
    // Last, when what they contained stands elsewhere and whoever appeared in them has moved.
    let materials = remove_sessions(conn, &removed, remove_materials)?;

    if written == 0 && removed.is_empty() && appearances == appearances_of_event(conn, event.id)? {
        return Ok(get_event(conn, event.workspace_id, event.id)?);
    }
    let (before, after) = (Some(counts(current.len(), materials)), Some(counts(plan.len(), 0)));
    let change = Change { actor, action: "agenda_replaced", reason: None, before, after };
    record_change(conn, context, event.id, &change)?;
    touch_event(conn, event.id, context.now)?;
    Ok(get_event(conn, event.workspace_id, event.id)?)
}

/// What the sessions of a request for this event may refer to.
pub(super) fn surroundings(conn: &mut Conn, event: &Event, current: &[Session]) -> DbResult<Surroundings> {
    Ok(Surroundings {
        zone: event.when()?.zone(),
        sessions: current.iter().map(|session| session.id).collect(),
        rooms: store::rooms_of_event(conn, event.id)?.into_iter().map(|room| room.id).collect(),
    })
}

/// Stores what differs, and says how many did. What contains others comes before them in the plan.
fn write_sessions(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    current: &[Session],
    plan: &[Planned<'_>],
    ids: &[SessionId],
) -> DbResult<usize> {
    let current: HashMap<SessionId, &Session> = current.iter().map(|session| (session.id, session)).collect();
    let mut written = 0;
    for (one, id) in plan.iter().zip(ids) {
        let parent_id = one.parent.and_then(|parent| ids.get(parent).copied());
        match current.get(id) {
            None => {
                store::insert_session(conn, context, event.id, (*id, parent_id, one.position), &one.fields)?;
                written += 1;
            }
            Some(before) => {
                let (position, fields) = (one.position, one.fields.clone());
                let after = Session { parent_id, position, fields, ..(*before).clone() };
                written += save(conn, context, before, &after)?;
            }
        }
    }
    Ok(written)
}

/// Stores a session if it differs from what it was: 1, or 0 if it did not.
pub(super) fn save(conn: &mut Conn, context: &Context, before: &Session, after: &Session) -> DbResult<usize> {
    if before == after {
        return Ok(0);
    }
    store::update_session(conn, after, context.now)?;
    Ok(1)
}

/// Stores who appears, where the request says it.
pub(super) fn write_appearances(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    plan: &[Planned<'_>],
    ids: &[SessionId],
) -> Result<(), SessionError> {
    Ok(replace_agenda_appearances(conn, context, event, &lists_of(plan, ids))?)
}

/// Who appears in each session of which the request says it.
pub(super) fn lists_of<'a>(plan: &[Planned<'a>], ids: &[SessionId]) -> Vec<SessionAppearances<'a>> {
    let lists = plan.iter().zip(ids).filter_map(|(one, session)| {
        let appearances = one.input.appearances.as_deref()?;
        Some(SessionAppearances { session: *session, appearances, pointer: format!("{}/appearances", one.pointer) })
    });
    lists.collect()
}
