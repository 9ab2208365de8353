//! Making an event after another one, with its registration form.

use super::form;
use crate::db::Conn;
use crate::events::Event;
use crate::sessions::{self, CloneInput, ClonedPart, SessionError};
use crate::time::Context;

/// Makes a draft after `source`, an event locked by the caller, as the room of the agenda does, and gives it the form.
///
/// # Errors
/// As there.
pub fn clone_event(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    source: &Event,
    input: &CloneInput,
) -> Result<Event, SessionError> {
    let event = sessions::clone_event(conn, context, actor, source, input)?;
    if input.include.as_ref().is_none_or(|parts| parts.contains(&ClonedPart::Form)) {
        form::copy_form(conn, context, source, &event)?;
    }
    Ok(event)
}
