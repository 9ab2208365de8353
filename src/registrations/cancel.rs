//! Cancelling a registration, by the person or by the staff.

use super::error::RegistrationError;
use super::model::{Registration, RegistrationId, RegistrationState};
use super::offer::{end, lock_with_seats};
use super::{messages, store};
use crate::db::{Conn, DbError};
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
