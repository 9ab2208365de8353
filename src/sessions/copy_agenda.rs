//! Taking over the agenda of another event.

use std::collections::HashMap;

use serde_json::json;

use super::error::SessionError;
use super::model::{Room, RoomId};
use super::remove::{counts, remove_sessions};
use super::replace::write_appearances;
use super::rooms::MOST_ROOMS;
use super::rules::{self, Move, Surroundings, Transfer};
use super::store;
use crate::db::{Conn, DbError};
use crate::events::store::{Change, get_event, lock_event, record_change, touch_event};
use crate::events::{Event, EventId, SessionId};
use crate::http::Code;
use crate::speakers::AppearanceInput;
use crate::speakers::store::appearances_of_event;
use crate::time::{Context, Disambiguation};

/// What is taken over, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Copying {
    /// Who appears in the sessions, to be confirmed again.
    pub with_appearances: bool,
    /// Which reading of a time is meant that the clocks skip or show twice where it comes to stand.
    pub disambiguation: Option<Disambiguation>,
}

/// What is taken over from where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgendaCopy {
    /// The event whose agenda is taken over.
    pub event_id: EventId,
    /// Whether the present agenda is removed.
    pub replace: bool,
    /// Whether materials of the sessions that are removed go with them.
    pub remove_materials: bool,
    /// Whether those who appear come along.
    pub with_appearances: bool,
}

/// Gives an event, which is locked by the caller, the agenda of another one: rooms of the same name are one room, times move
/// by the difference of the two starts on the clocks.
///
/// # Errors
/// The event has an agenda that is not to be replaced, or materials that are not to be removed; the other one is not there or the same; or a time that comes about
/// does not exist.
pub fn copy_agenda(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    copy: AgendaCopy,
) -> Result<Event, SessionError> {
    let refused = |code, detail| Err(SessionError::field("/event_id", code, detail));
    if copy.event_id == event.id {
        return refused(Code::Invalid, "This is the event itself.");
    }
    let source = match lock_event(conn, event.workspace_id, copy.event_id) {
        Ok(source) => source,
        Err(DbError::NotFound) => return refused(Code::ReferenceUnknown, "There is no such event in this workspace."),
        Err(error) => return Err(error.into()),
    };
    let current: Vec<SessionId> = store::sessions_of_event(conn, event.id)?.iter().map(|one| one.id).collect();
    if !current.is_empty() && !copy.replace {
        return Err(SessionError::NotEmpty);
    }
    let materials = remove_sessions(conn, &current, copy.remove_materials)?;
    let copying = Copying { with_appearances: copy.with_appearances, disambiguation: None };
    let count = copy_sessions(conn, context, &source, event, copying).map_err(|error| error.at("/event_id"))?;
    let before = Some(counts(current.len(), materials));
    let after = Some(json!({ "sessions": count, "source_id": source.id }));
    let change = Change { actor, action: "agenda_copied", reason: None, before, after };
    record_change(conn, context, event.id, &change)?;
    touch_event(conn, event.id, context.now)?;
    Ok(get_event(conn, event.workspace_id, event.id)?)
}

/// Writes the sessions of `source` to `target`, which has none, with the rooms that they need. Returns how many.
pub(super) fn copy_sessions(
    conn: &mut Conn,
    context: &Context,
    source: &Event,
    target: &Event,
    copying: Copying,
) -> Result<usize, SessionError> {
    let (from, to) = (source.when()?, target.when()?);
    let sessions = store::sessions_of_event(conn, source.id)?;
    let rooms = copy_rooms(conn, context, source, target)?;
    let transfer = Transfer {
        shift: Move::between(&from, &to, copying.disambiguation),
        appearances: if copying.with_appearances { appearances(conn, source)? } else { HashMap::new() },
        rooms,
    };
    let sessions = transfer.sessions(sessions).map_err(SessionError::Invalid)?;
    let rooms = transfer.rooms.into_values().collect();
    let around = Surroundings { zone: to.zone(), rooms, ..Surroundings::default() };
    let plan = rules::plan_agenda(&sessions, &around).map_err(SessionError::Invalid)?;
    let ids: Vec<SessionId> = plan.iter().map(|_| SessionId(context.uuid())).collect();
    for (one, id) in plan.iter().zip(&ids) {
        let parent = one.parent.and_then(|parent| ids.get(parent).copied());
        store::insert_session(conn, context, target.id, (*id, parent, one.position), &one.fields)?;
    }
    write_appearances(conn, context, target, &plan, &ids)?;
    Ok(ids.len())
}

/// The rooms of `target` that stand for those of `source`: of the same name, or new.
fn copy_rooms(
    conn: &mut Conn,
    context: &Context,
    source: &Event,
    target: &Event,
) -> Result<HashMap<RoomId, RoomId>, SessionError> {
    let present = store::rooms_of_event(conn, target.id)?;
    let by_name: HashMap<&str, RoomId> = present.iter().map(|room| (room.name.as_str(), room.id)).collect();
    let mut last = present.iter().map(|room| room.position).max().unwrap_or(0);
    let mut count = present.len();
    let mut rooms = HashMap::new();
    for room in store::rooms_of_event(conn, source.id)? {
        if let Some(same) = by_name.get(room.name.as_str()) {
            rooms.insert(room.id, *same);
            continue;
        }
        last = last.saturating_add(1);
        count += 1;
        if count > MOST_ROOMS {
            return Err(SessionError::field(
                "",
                Code::NumberInvalid,
                &format!("An event has at most {MOST_ROOMS} rooms."),
            ));
        }
        let new = Room { id: RoomId(context.uuid()), event_id: target.id, position: last, ..room.clone() };
        store::insert_room(conn, &new)?;
        rooms.insert(room.id, new.id);
    }
    Ok(rooms)
}

/// Who appears in each session, to be confirmed again; not who declined or withdrew.
fn appearances(conn: &mut Conn, source: &Event) -> Result<HashMap<SessionId, Vec<AppearanceInput>>, SessionError> {
    let mut all: HashMap<SessionId, Vec<AppearanceInput>> = HashMap::new();
    for with in appearances_of_event(conn, source.id)? {
        if let Some(session) = with.appearance.session_id
            && let Some(input) = with.appearance.asked_again()
        {
            all.entry(session).or_default().push(input);
        }
    }
    Ok(all)
}
