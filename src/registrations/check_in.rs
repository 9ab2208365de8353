//! Who was there: checking in, taking that back, and closing an event.

use serde_json::json;

use super::error::RegistrationError;
use super::join::{self, window_of};
use super::model::{Attendance, Registration, RegistrationState};
use super::{rules, staff_store, store};
use crate::db::{Conn, DbError, DbResult};
use crate::events::store::{self as events, Change};
use crate::events::{Event, EventId, EventStatus, Visibility, promise_follow_ups};
use crate::time::{Context, Phase};

/// What the history of an event calls its closing.
pub const CLOSED: &str = "registrations_closed";

/// Notes that a person who has a seat is there. Whoever was marked as not seen may still turn up. Doing it twice is harmless.
///
/// # Errors
/// They have no seat, as who registered for the recording alone, or the event does not take place.
pub(super) fn check_in(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    locked: &Registration,
) -> Result<Registration, RegistrationError> {
    if locked.state == RegistrationState::Attended {
        return Ok(locked.clone());
    }
    if !rules::may_check_in(locked.state, locked.attendance) {
        return Err(match locked.attendance {
            Attendance::Live => RegistrationError::NotNow(locked.state),
            Attendance::Recording => RegistrationError::NotAtThisTime("They registered for the recording alone."),
        });
    }
    let is_on = matches!(event.status, EventStatus::Scheduled | EventStatus::Tentative);
    if !is_on || event.visibility == Visibility::Draft {
        return Err(RegistrationError::NotAtThisTime("The event does not take place."));
    }
    let by = Some((context.now, actor));
    staff_store::set_checked_in(conn, locked.id, RegistrationState::Attended, by, context.now)?;
    staff_store::record(conn, context, locked.id, (actor, "checked_in"), None, Vec::new())?;
    Ok(store::find(conn, locked.id)?.ok_or(DbError::NotFound)?)
}

/// Takes back that a person was there, or that they were not: they have their seat as before. Doing it twice is harmless.
///
/// # Errors
/// Neither was noted of them.
pub(super) fn undo_check_in(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    locked: &Registration,
) -> Result<Registration, RegistrationError> {
    let done = match locked.state {
        RegistrationState::Confirmed => return Ok(locked.clone()),
        RegistrationState::Attended => "check_in_undone",
        RegistrationState::NoShow => "no_show_undone",
        state => return Err(RegistrationError::NotNow(state)),
    };
    staff_store::set_checked_in(conn, locked.id, RegistrationState::Confirmed, None, context.now)?;
    staff_store::record(conn, context, locked.id, (actor, done), None, Vec::new())?;
    Ok(store::find(conn, locked.id)?.ok_or(DbError::NotFound)?)
}

/// How many an event's closing has marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed {
    /// As there: they followed their link into the meeting.
    pub attended: usize,
    /// As not there.
    pub no_show: usize,
}

/// Marks everybody who had a seat at an event that is over, and was not checked in: as there, if they followed their link into the
/// meeting in its time, else as not there. It does not happen by itself: where nobody was checked in, nobody knows who was
/// there. Doing it again marks those who were missed.
///
/// # Errors
/// The event is not over, or it was called off.
pub fn close_registrations(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
) -> Result<Closed, RegistrationError> {
    if event.phase(context.now)? != Phase::Past {
        return Err(RegistrationError::NotAtThisTime("The event is not over."));
    }
    if matches!(event.status, EventStatus::Cancelled | EventStatus::Postponed) {
        return Err(RegistrationError::NotAtThisTime("The event did not take place."));
    }
    events::lock_seats(conn, event.id)?;
    let attended = match window_of(event)? {
        Some(window) => join::store::mark_attended(conn, event.id, window, context.now)?,
        None => 0,
    };
    let no_show = staff_store::mark_no_shows(conn, event.id, context.now)?;
    if attended + no_show > 0 {
        let after = Some(json!({ "attended": attended, "no_show": no_show }));
        let change = Change { actor, action: CLOSED, reason: None, before: None, after };
        events::record_change(conn, context, event.id, &change)?;
    }
    promise_follow_ups(conn, context, event)?;
    Ok(Closed { attended, no_show })
}

/// What the history of an event calls it when who was marked as not there has their seat again.
const REOPENED: &str = "registrations_reopened";

/// An event that was closed has changed. If it is still to come after all, nobody has missed it: whoever was marked as not there has
/// their seat as before, so that they are told, reminded and let in, and may cancel.
///
/// # Errors
/// The database failed.
pub(super) fn follow_event(conn: &mut Conn, context: &Context, id: EventId) -> DbResult<()> {
    events::lock_seats(conn, id)?;
    let Some(event) = events::find_event(conn, id)? else { return Ok(()) };
    let is_to_come = rules::may_yet_take_place(event.status, event.phase(context.now)?);
    if event.status == EventStatus::Cancelled || !is_to_come {
        return Ok(());
    }
    let confirmed = staff_store::unmark_no_shows(conn, id, context.now)?;
    if confirmed == 0 {
        return Ok(());
    }
    let after = Some(json!({ "confirmed": confirmed }));
    let change = Change { actor: "system", action: REOPENED, reason: None, before: None, after };
    events::record_change(conn, context, id, &change)
}
