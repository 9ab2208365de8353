//! Adding, changing and removing one appearance. The event is locked by the caller; each change stands in its history and
//! raises its sequence and revision.

use serde_json::{Value, json};

use super::details::AppearanceInput;
use super::error::SpeakerError;
use super::model::{Appearance, AppearanceId};
use super::references::References;
use super::rules;
use super::store::{self, AppearanceWith, Place};
use crate::db::Conn;
use crate::events::store::Change;
use crate::events::{self, Event, EventId, SessionId};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Adds an appearance among those of `session`, or of the event as a whole: where it says, or behind the others.
///
/// # Errors
/// A field does not fit, or names what the workspace lacks.
pub fn add_appearance(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    session: Option<SessionId>,
    input: &AppearanceInput,
) -> Result<AppearanceWith, SpeakerError> {
    check(conn, event.workspace_id, None, input)?;
    let position = match input.position {
        Some(wanted) => make_room(conn, context, &Beside { event: event.id, session, own: None }, wanted)?.0,
        None => store::next_position(conn, event.id, session)?,
    };
    let id = store::insert_appearance(conn, context, event, Place { session, position }, input)?;
    let added = store::get_appearance(conn, event.workspace_id, id)?;
    record(conn, context, actor, event.id, ("appearance_added", None, Some(summary(&added))))?;
    Ok(added)
}

/// Gives an appearance this content and this place. What changes nothing leaves it, and its event, as they are. Nobody is
/// mailed. An invitation is of one person: where another takes the part, its link is worth nothing any more.
///
/// # Errors
/// A field does not fit, names what the workspace lacks, or is a status that the present one cannot become.
pub fn change_appearance(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    current: AppearanceWith,
    input: &AppearanceInput,
) -> Result<AppearanceWith, SpeakerError> {
    let Appearance { id, workspace_id, event_id, session_id, speaker_id, .. } = current.appearance;
    check(conn, workspace_id, Some(id), input)?;
    let is_same_person = input.speaker_id == speaker_id;
    if let Some(fault) = rules::check_status("", &current.appearance, input.status, is_same_person) {
        return Err(SpeakerError::Invalid(vec![fault]));
    }
    let mut input = AppearanceInput { id: Some(id), ..input.clone() };
    let mut position = current.appearance.position;
    let mut others_moved = false;
    if input.position != Some(position) {
        let beside = Beside { event: event_id, session: session_id, own: Some(id) };
        (position, others_moved) = make_room(conn, context, &beside, input.position.unwrap_or(i32::MAX))?;
        input.position = Some(position);
    }
    if input == current.appearance.input() && !others_moved {
        return Ok(current);
    }
    store::update_appearance(conn, id, Place { session: session_id, position }, &input, context.now)?;
    if !is_same_person {
        store::forget_invitation(conn, id)?;
    }
    let changed = store::get_appearance(conn, workspace_id, id)?;
    let (before, after) = (Some(summary(&current)), Some(summary(&changed)));
    record(conn, context, actor, event_id, ("appearance_changed", before, after))?;
    Ok(changed)
}

/// Removes an appearance.
///
/// # Errors
/// The database failed.
pub fn remove_appearance(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    current: &AppearanceWith,
) -> Result<(), SpeakerError> {
    store::delete_appearances(conn, &[current.appearance.id])?;
    let before = Some(summary(current));
    record(conn, context, actor, current.appearance.event_id, ("appearance_removed", before, None))
}

/// The others of a session, or of an event as a whole.
struct Beside {
    event: EventId,
    session: Option<SessionId>,
    own: Option<AppearanceId>,
}

/// Moves the others aside. Returns the place that is free then, and whether any of them moved.
fn make_room(conn: &mut Conn, context: &Context, beside: &Beside, wanted: i32) -> Result<(i32, bool), SpeakerError> {
    let mut others = store::places(conn, beside.event, beside.session)?;
    others.retain(|(id, _)| Some(*id) != beside.own);
    let (place, moved) = rules::make_room(&others, wanted);
    for (id, position) in &moved {
        store::set_position(conn, *id, *position, context.now)?;
    }
    Ok((place, !moved.is_empty()))
}

fn check(
    conn: &mut Conn,
    workspace: WorkspaceId,
    own: Option<AppearanceId>,
    input: &AppearanceInput,
) -> Result<(), SpeakerError> {
    let mut errors = rules::check_id(own, input.id);
    errors.extend(rules::check_appearance("", input));
    errors.extend(References::find(conn, workspace, std::iter::once(input))?.check("", input));
    if errors.is_empty() { Ok(()) } else { Err(SpeakerError::Invalid(errors)) }
}

pub(super) fn record(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: EventId,
    (action, before, after): (&'static str, Option<Value>, Option<Value>),
) -> Result<(), SpeakerError> {
    let change = Change { actor, action, reason: None, before, after };
    events::store::record_change(conn, context, event, &change)?;
    Ok(events::store::touch_event(conn, event, context.now)?)
}

/// An appearance as the history keeps it: with the name, which may be gone when it is read.
pub(super) fn summary(with: &AppearanceWith) -> Value {
    json!({
        "name": with.display_name(),
        "session_id": with.appearance.session_id,
        "appearance": with.appearance.input(),
    })
}
