//! Confirming an address.

use super::admit::{check_attendable, move_on, promise_standing};
use super::error::RegistrationError;
use super::model::{Registration, RegistrationId, RegistrationState};
use super::offer::{end, lock_with_seats};
use super::{rules, store};
use crate::db::{Conn, DbError};
use crate::events::store as events;
use crate::time::Context;

/// Confirms the address of a registration: it goes on to the staff, to a seat or to the end of the queue, as of now. Confirming
/// twice is harmless.
///
/// # Errors
/// There is no such registration, it waits for no confirmation or no longer, its event does not take place, or it is full
/// without a wait list.
pub fn verify_registration(
    conn: &mut Conn,
    context: &Context,
    id: RegistrationId,
) -> Result<Registration, RegistrationError> {
    let (registration, is_new) = confirm_address(conn, context, id)?;
    if is_new {
        promise_standing(conn, context, &registration)?;
    }
    Ok(registration)
}

/// The same without a mail. Says also whether it was not confirmed before.
pub(super) fn confirm_address(
    conn: &mut Conn,
    context: &Context,
    id: RegistrationId,
) -> Result<(Registration, bool), RegistrationError> {
    let registration = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    if registration.verified_at.is_some() {
        return Ok((registration, false));
    }
    let event = events::find_event(conn, registration.event_id)?.ok_or(DbError::NotFound)?;
    if registration.state != RegistrationState::PendingVerification {
        return Err(RegistrationError::NotNow(registration.state));
    }
    check_attendable(&event, context.now)?;
    if !is_verifiable(&registration, context) {
        return Err(RegistrationError::NotAtThisTime("The time to confirm the address is over."));
    }
    store::set_verified(conn, id, context.now)?;
    Ok((move_on(conn, context, &event, &registration, false)?, true))
}

/// Ends a registration whose address was not confirmed in time. Returns whether there was one to end. Nobody is told: whoever
/// has that address may never have heard of it.
///
/// # Errors
/// The database failed.
pub fn expire_verification(conn: &mut Conn, context: &Context, id: RegistrationId) -> Result<bool, RegistrationError> {
    let Some(registration) = lock_with_seats(conn, id)? else { return Ok(false) };
    if registration.state != RegistrationState::PendingVerification || is_verifiable(&registration, context) {
        return Ok(false);
    }
    end(conn, context, &registration, RegistrationState::Expired)?;
    Ok(true)
}

fn is_verifiable(registration: &Registration, context: &Context) -> bool {
    rules::is_verifiable(registration.state, registration.verify_by.map(|at| at.0), context.now)
}
