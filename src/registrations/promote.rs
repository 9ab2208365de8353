//! Giving somebody who waits a seat out of turn, by the staff.

use super::admit::{check_attendable, promise_standing};
use super::enter::add_seat;
use super::error::RegistrationError;
use super::model::{Registration, RegistrationId, RegistrationState};
use super::offer::lock_with_seats;
use super::store::Moved;
use super::{staff_store, store};
use crate::db::types::At;
use crate::db::{Conn, DbError};
use crate::events::Event;
use crate::events::store as events;
use crate::time::Context;

/// Gives somebody who waits, or is offered a seat, a seat of the event, which the caller has locked. Whoever waits before them is passed
/// over, on purpose. If no seat is free the event is given one more with `override_capacity`, so that no more are held than there are.
/// Doing it twice is harmless.
///
/// # Errors
/// There is no such registration, it does not wait for a seat, the event does not take place, or no seat is free.
pub fn promote_registration(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    id: RegistrationId,
    override_capacity: bool,
) -> Result<Registration, RegistrationError> {
    let registration = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    match registration.state {
        RegistrationState::Confirmed | RegistrationState::Attended => return Ok(registration),
        RegistrationState::Waitlisted | RegistrationState::Offered => check_attendable(event, context.now)?,
        state => return Err(RegistrationError::NotNow(state)),
    }
    // An offer holds its seat already.
    if registration.state == RegistrationState::Waitlisted && !events::leave_queue(conn, event.id, true)? {
        if !override_capacity {
            return Err(RegistrationError::Full);
        }
        add_seat(conn, context, actor, event)?;
        events::leave_queue(conn, event.id, false)?;
    }
    let moved = Moved {
        state: RegistrationState::Confirmed,
        queue_position: None,
        offer_expires_at: None,
        confirmed_at: Some(At(context.now)),
        ended_at: None,
    };
    store::set_state(conn, id, moved, context.now)?;
    staff_store::record(conn, context, id, (actor, "promoted"), None, Vec::new())?;
    let promoted = store::find(conn, id)?.ok_or(DbError::NotFound)?;
    promise_standing(conn, context, &promoted)?;
    Ok(promoted)
}
