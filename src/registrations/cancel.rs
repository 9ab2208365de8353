//! Cancelling a registration, by the person or by the staff.

use chrono::{DateTime, Utc};

use super::error::RegistrationError;
use super::model::{Registration, RegistrationId, RegistrationState};
use super::offer::{end, lock_with_seats};
use super::{messages, rules, store};
use crate::db::{Conn, DbError};
use crate::events::store as events;
use crate::time::Context;

/// Cancels a registration; its seat goes to the first in the queue. Cancelling twice is harmless.
///
/// # Errors
/// There is no such registration, or it came to another end.
pub fn cancel_registration(
    conn: &mut Conn,
    context: &Context,
    id: RegistrationId,
) -> Result<Registration, RegistrationError> {
    let registration = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    match registration.state {
        RegistrationState::Cancelled => return Ok(registration),
        state if state.is_over() => return Err(RegistrationError::NotNow(state)),
        state @ (RegistrationState::Attended | RegistrationState::NoShow) => {
            return Err(RegistrationError::NotNow(state));
        }
        _ => {}
    }
    messages::promise(conn, context, messages::CANCELLED, &registration)?;
    // Of somebody whose address is not confirmed the staff have not heard.
    if registration.state != RegistrationState::PendingVerification {
        messages::promise_notice(conn, context, "cancelled", &registration)?;
    }
    end(conn, context, &registration, RegistrationState::Cancelled)?;
    Ok(store::find(conn, id)?.ok_or(DbError::NotFound)?)
}

/// The same by its own person. Once the event is over there is nothing to cancel: who had a seat had it, and nobody waits for one.
/// Who registered for the recording alone may still not want it.
///
/// # Errors
/// As for [`cancel_registration`], and once the event is over.
pub fn cancel_own_registration(
    conn: &mut Conn,
    context: &Context,
    id: RegistrationId,
) -> Result<Registration, RegistrationError> {
    let registration = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    if !registration.state.is_over() {
        check_unsettled(conn, &registration, context.now)?;
    }
    cancel_registration(conn, context, id)
}

/// Refuses what a person cannot do with their registration any more because the event is over.
pub(super) fn check_unsettled(
    conn: &mut Conn,
    registration: &Registration,
    now: DateTime<Utc>,
) -> Result<(), RegistrationError> {
    let event = events::find_event(conn, registration.event_id)?.ok_or(DbError::NotFound)?;
    if rules::is_settled(registration.attendance, event.status, event.phase(now)?) {
        return Err(RegistrationError::NotAtThisTime("The event is over."));
    }
    Ok(())
}
