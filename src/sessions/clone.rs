//! Making an event after another one, with its agenda and whoever appears.

use super::copy_agenda::{Copying, copy_sessions};
use super::details::{CloneInput, ClonedPart};
use super::error::SessionError;
use crate::db::Conn;
use crate::events::{self, Event, EventCopy};
use crate::speakers;
use crate::time::Context;

/// Makes a draft after `source`, an event locked by the caller. Its times move by the difference of the two starts on the
/// clocks; whoever appears is to be confirmed again.
///
/// # Errors
/// What is to be different does not fit, or a time of a session that comes about does not exist.
pub fn clone_event(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    source: &Event,
    input: &CloneInput,
) -> Result<Event, SessionError> {
    let takes = |part: ClonedPart| input.include.as_ref().is_none_or(|parts| parts.contains(&part));
    let copy = EventCopy {
        title: input.title.clone(),
        when: input.when.clone(),
        series_id: input.series_id,
        series_position: input.series_position,
        with_organisations: takes(ClonedPart::Organisations),
    };
    let event = events::copy_event(conn, context, actor, source, copy)?;
    let with_appearances = takes(ClonedPart::Appearances);
    if takes(ClonedPart::Agenda) {
        let disambiguation = input.when.as_ref().and_then(|when| when.disambiguation);
        let copying = Copying { with_appearances, disambiguation };
        copy_sessions(conn, context, source, &event, copying).map_err(|error| error.at("/when"))?;
    }
    if with_appearances {
        speakers::copy_event_appearances(conn, context, source, &event)?;
    }
    Ok(event)
}
