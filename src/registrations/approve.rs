//! The staff's decision on a registration.

use super::admit::{admit, check_attendable};
use super::error::RegistrationError;
use super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::offer::{end, lock_with_seats};
use super::{messages, staff_store, store};
use crate::db::{Conn, DbError};
use crate::events::store as events;
use crate::time::{Context, Phase};

/// Approves a registration: it gets a seat, or the end of the queue, as of now. Approving twice is harmless.
///
/// # Errors
/// There is no such registration, it does not wait for this, its event does not take place, or it is full without a wait list.
pub fn approve_registration(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    id: RegistrationId,
) -> Result<Registration, RegistrationError> {
    let registration = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    if registration.decided_at.is_some() && !registration.state.is_over() {
        return Ok(registration);
    }
    let event = events::find_event(conn, registration.event_id)?.ok_or(DbError::NotFound)?;
    if registration.state != RegistrationState::PendingApproval {
        return Err(RegistrationError::NotNow(registration.state));
    }
    // The recording is there when the event is over.
    if registration.attendance == Attendance::Live || event.phase(context.now)? != Phase::Past {
        check_attendable(&event, context.now)?;
    }
    store::set_decision(conn, id, actor, None, context.now)?;
    staff_store::record(conn, context, id, (actor, "approved"), None, Vec::new())?;
    admit(conn, context, &event, &registration, true)
}

/// Refuses a registration; its person is told, with the reason if there is one. Refusing twice is harmless.
///
/// # Errors
/// There is no such registration, or it does not wait for this.
pub fn reject_registration(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    id: RegistrationId,
    reason: Option<&str>,
) -> Result<Registration, RegistrationError> {
    let registration = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    match registration.state {
        RegistrationState::Rejected => return Ok(registration),
        RegistrationState::PendingApproval => {}
        state => return Err(RegistrationError::NotNow(state)),
    }
    store::set_decision(conn, id, actor, reason, context.now)?;
    staff_store::record(conn, context, id, (actor, "rejected"), reason, Vec::new())?;
    end(conn, context, &registration, RegistrationState::Rejected)?;
    messages::promise(conn, context, messages::REJECTED, &registration)?;
    Ok(store::find(conn, id)?.ok_or(DbError::NotFound)?)
}
