//! Calling an event off, and taking that back.

use super::command::{Issued, check, conclude, last_datetime, read_when, set_when};
use super::create::status_of;
use super::error::EventError;
use super::model::{Event, EventNotice, EventStatus};
use super::rules::Command;
use crate::db::Conn;
use crate::db::types::At;
use crate::time::{Context, WhenInput};

/// Calls an event off, which is locked by the caller. Registrations stay as they are, so that it can be reinstated with them.
///
/// # Errors
/// It is cancelled already.
pub fn cancel_event(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    issued: &Issued<'_>,
) -> Result<Event, EventError> {
    check(Command::Cancel, event)?;
    let changed = Event { status: EventStatus::Cancelled, cancelled_at: Some(At(context.now)), ..event.clone() };
    conclude(conn, context, event, &changed, EventNotice::Cancelled, issued)
}

/// Takes the cancellation or the postponement of an event back, which is locked by the caller. It takes place at the time that
/// it had, after a postponement the last one to the minute, or at a new one; its status follows from how well that is known.
/// Its sessions stay where they are.
///
/// # Errors
/// It takes place anyway, or the time does not fit.
pub fn reinstate_event(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    when: Option<&WhenInput>,
    issued: &Issued<'_>,
) -> Result<Event, EventError> {
    check(Command::Reinstate, event)?;
    let mut changed = event.clone();
    let when = match when {
        Some(input) => Some(read_when(conn, event, input)?),
        // The postponement may have left a vaguer time.
        None if event.status == EventStatus::Postponed => last_datetime(event)?,
        None => None,
    };
    if let Some(when) = when {
        set_when(&mut changed, &when)?;
    }
    changed.status = status_of(&changed.when()?);
    changed.cancelled_at = None;
    conclude(conn, context, event, &changed, EventNotice::Reinstated, issued)
}
