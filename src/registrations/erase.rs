//! Erasing what is personal in a registration.

use super::error::RegistrationError;
use super::model::{RegistrationId, RegistrationState};
use super::offer::{end, lock_with_seats};
use super::{cancel_registration, personal_feed, rules, staff_store};
use crate::db::{Conn, DbError};
use crate::events::store as events;
use crate::mail::EmailAddress;
use crate::time::Context;

/// Leaves nothing of a registration but what is counted. One for an event that may still take place is cancelled first, so that
/// its seat goes to the next; whoever erases sees to it that no mail about that goes out. One that still waits for what is over
/// is ended. Returns whether it was cancelled; none
/// if it was erased before.
///
/// # Errors
/// There is no such registration, or the database failed.
pub fn erase_registration(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    id: RegistrationId,
) -> Result<Option<bool>, RegistrationError> {
    let locked = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    if locked.is_erased() {
        return Ok(None);
    }
    let event = events::find_event(conn, locked.event_id)?.ok_or(DbError::NotFound)?;
    let was_seen = matches!(locked.state, RegistrationState::Attended | RegistrationState::NoShow);
    let is_live = !locked.state.is_over() && !was_seen;
    let is_cancelled = is_live && rules::may_yet_take_place(event.status, event.phase(context.now)?);
    if is_cancelled {
        cancel_registration(conn, context, id)?;
    } else if rules::WAITING.contains(&locked.state) {
        end(conn, context, &locked, RegistrationState::Expired)?;
    }
    staff_store::erase(conn, id, context.now)?;
    if let Ok(address) = EmailAddress::parse(&locked.email) {
        personal_feed::store::leave(conn, context, locked.workspace_id, &address.key())?;
    }
    staff_store::record(conn, context, id, (actor, "erased"), None, Vec::new())?;
    Ok(Some(is_cancelled))
}
