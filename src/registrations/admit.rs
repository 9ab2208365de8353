//! The way into an event: what a registration waits for, then a seat or a place in the queue.

use chrono::{DateTime, Utc};

use super::error::RegistrationError;
use super::mailings::remind::tell_of_recording_to;
use super::model::{Attendance, Registration, RegistrationState};
use super::store::Moved;
use super::waiting::promise_end_of_waiting;
use super::{messages, rules, store};
use crate::db::types::At;
use crate::db::{Conn, DbError};
use crate::events::Event;
use crate::events::store as events;
use crate::time::Context;

/// Refuses what nobody can do who cannot be at an event.
pub(super) fn check_attendable(event: &Event, now: DateTime<Utc>) -> Result<(), RegistrationError> {
    match rules::why_not_attendable(event.visibility, event.status, event.phase(now)?) {
        Some(why) => Err(RegistrationError::NotAtThisTime(why)),
        None => Ok(()),
    }
}

/// Where somebody comes in.
pub(super) enum Place {
    /// Has a seat, or needs none.
    Seat,
    /// Waits, at this place.
    Queue(i64),
}

/// A seat, or the end of the queue. Each of the two statements takes effect only if its condition holds at that moment, so
/// a seat that comes free in between is seen at the next turn.
pub(super) fn take_place(conn: &mut Conn, event: &Event, attendance: Attendance) -> Result<Place, RegistrationError> {
    if attendance == Attendance::Recording {
        // The row is locked all the same: whoever calls the event off comes before or after.
        events::lock_seats(conn, event.id)?;
        return Ok(Place::Seat);
    }
    loop {
        if events::take_seat(conn, event.id)? {
            return Ok(Place::Seat);
        }
        if !event.registration().wait_list {
            return Err(RegistrationError::Full);
        }
        if let Some(position) = events::join_queue(conn, event.id)? {
            return Ok(Place::Queue(position));
        }
    }
}

/// Moves a registration, which the caller has locked with its event's seats, to what it waits for next, or else to a seat or the
/// end of the queue, and promises the mails about it.
pub(super) fn admit(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    registration: &Registration,
    is_approved: bool,
) -> Result<Registration, RegistrationError> {
    let registration = move_on(conn, context, event, registration, is_approved)?;
    promise_standing(conn, context, &registration)?;
    Ok(registration)
}

/// The same without a mail.
pub(super) fn move_on(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    registration: &Registration,
    is_approved: bool,
) -> Result<Registration, RegistrationError> {
    let waiting =
        |state| Moved { state, queue_position: None, offer_expires_at: None, confirmed_at: None, ended_at: None };
    let moved = match rules::pending_state(event.registration(), true, is_approved) {
        Some(pending) => waiting(pending),
        None => match take_place(conn, event, registration.attendance)? {
            Place::Seat => Moved { confirmed_at: Some(At(context.now)), ..waiting(RegistrationState::Confirmed) },
            Place::Queue(position) => {
                Moved { queue_position: Some(position), ..waiting(RegistrationState::Waitlisted) }
            }
        },
    };
    store::set_state(conn, registration.id, moved, context.now)?;
    Ok(store::find(conn, registration.id)?.ok_or(DbError::NotFound)?)
}

/// Promises the mails about where a registration has come to stand. The staff do not hear of an address that anybody may have
/// entered.
pub(super) fn promise_standing(
    conn: &mut Conn,
    context: &Context,
    registration: &Registration,
) -> Result<(), RegistrationError> {
    let kind = match registration.state {
        RegistrationState::PendingVerification => messages::VERIFY,
        RegistrationState::PendingApproval => messages::PENDING,
        RegistrationState::Waitlisted => messages::WAITLISTED,
        _ => messages::CONFIRMED,
    };
    messages::promise(conn, context, kind, registration)?;
    promise_besides(conn, context, registration)
}

/// Promises what follows from where a registration has come to stand, besides the mail to its person.
pub(super) fn promise_besides(
    conn: &mut Conn,
    context: &Context,
    registration: &Registration,
) -> Result<(), RegistrationError> {
    if registration.state == RegistrationState::PendingVerification {
        let ends_at = registration.verify_by.map_or(context.now, |at| at.0);
        return Ok(messages::promise_verification_end(conn, context, registration, ends_at)?);
    }
    tell_of_recording_to(conn, context, registration)?;
    if rules::WAITING.contains(&registration.state) {
        let event = events::find_event(conn, registration.event_id)?.ok_or(DbError::NotFound)?;
        promise_end_of_waiting(conn, context, &event)?;
    }
    Ok(messages::promise_notice(conn, context, registration.state.as_str(), registration)?)
}
