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

/// Adds an appearance behind the others of `session`, or of the event as a whole.
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
    let position = store::next_position(conn, event.id, session)?;
    let id = store::insert_appearance(conn, context, event, Place { session, position }, input)?;
    let added = store::get_appearance(conn, event.workspace_id, id)?;
    record(conn, context, actor, event.id, ("appearance_added", None, Some(summary(&added))))?;
    Ok(added)
}

/// Gives an appearance this content; its place stays. What changes nothing leaves it, and its event, as they are.
///
/// # Errors
/// A field does not fit, or names what the workspace lacks.
pub fn change_appearance(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    current: AppearanceWith,
    input: &AppearanceInput,
) -> Result<AppearanceWith, SpeakerError> {
    let Appearance { id, workspace_id, event_id, session_id, position, .. } = current.appearance;
    check(conn, workspace_id, Some(id), input)?;
    let input = AppearanceInput { id: Some(id), ..input.clone() };
    if input == current.appearance.input() {
        return Ok(current);
    }
    store::update_appearance(conn, id, Place { session: session_id, position }, &input, context.now)?;
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

fn record(
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
fn summary(with: &AppearanceWith) -> Value {
    json!({
        "name": with.display_name(),
        "session_id": with.appearance.session_id,
        "appearance": with.appearance.input(),
    })
}
