//! Giving an event another time, and taking its time back.

use super::command::{Issued, check, conclude, read_when, set_when};
use super::create::status_of;
use super::error::EventError;
use super::model::{Event, EventNotice, EventStatus};
use super::rules::Command;
use crate::db::Conn;
use crate::http::{Code, FieldError};
use crate::time::{Context, WhenInput};

/// Gives an event, which is locked by the caller, another time, known as well as it may be. Its status follows from that; the
/// old time is kept. The time that it has already changes nothing, unless the event was postponed: then it takes place at
/// that time after all. Its own times of registration move along; its sessions stay where they are.
///
/// # Errors
/// The event is cancelled, or the time does not fit.
pub fn reschedule_event(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    when: &WhenInput,
    issued: &Issued<'_>,
) -> Result<Event, EventError> {
    check(Command::Reschedule, event)?;
    let when = read_when(conn, event, when)?;
    let mut changed = event.clone();
    set_when(&mut changed, &when)?;
    changed.status = status_of(&when);
    if changed.when == event.when && changed.status == event.status {
        return Ok(changed);
    }
    conclude(conn, context, event, &changed, EventNotice::Rescheduled, issued)
}

/// Says that an event, which is locked by the caller, takes place at another time that is not known yet. It keeps the time that
/// it had, as the one it was planned for, unless a vaguer one is given.
///
/// # Errors
/// It is postponed or cancelled already, or the time does not fit or is known to the day: then it is rescheduled.
pub fn postpone_event(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    when: Option<&WhenInput>,
    issued: &Issued<'_>,
) -> Result<Event, EventError> {
    check(Command::Postpone, event)?;
    let mut changed = event.clone();
    if let Some(input) = when {
        let when = read_when(conn, event, input)?;
        if status_of(&when) == EventStatus::Scheduled {
            let detail = "A postponed event has no day yet. Reschedule it to give it one.";
            return Err(EventError::Invalid(vec![FieldError::new("/when", Code::Invalid, detail)]));
        }
        set_when(&mut changed, &when)?;
    }
    changed.status = EventStatus::Postponed;
    conclude(conn, context, event, &changed, EventNotice::Postponed, issued)
}
