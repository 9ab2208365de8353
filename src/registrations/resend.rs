//! Sending a person again what they have.

use chrono::Duration;

use super::error::RegistrationError;
use super::model::{Registration, RegistrationState};
use super::verify::{renew_verification, time_to_verify};
use super::{messages, rules, staff_store, store};
use crate::db::{Conn, DbError, DbResult};
use crate::events::Event;
use crate::time::Context;

/// How long nobody is sent again what they were sent again.
const PAUSE: Duration = Duration::minutes(5);
const RESENT: &str = "resent";

/// Sends a person again what they have: their confirmation with its calendar entry, their place in the queue, their offer, or what
/// they wait for.
///
/// # Errors
/// They have nothing, the event is called off, or over without anything to see of it, or it was sent again less than five minutes
/// ago.
pub(super) fn resend(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    locked: &Registration,
) -> Result<Registration, RegistrationError> {
    if rules::message_of(locked.state).is_none() {
        return Err(RegistrationError::NotNow(locked.state));
    }
    if !rules::may_send_again((locked.state, locked.attendance), event.status, event.phase(context.now)?) {
        return Err(RegistrationError::NotAtThisTime("The event is over or was cancelled: nothing is sent about it."));
    }
    let again = staff_store::last_done(conn, locked.id, RESENT)?.map(|last| last + PAUSE);
    if let Some(again) = again.filter(|again| context.now < *again) {
        return Err(RegistrationError::TooSoon(again, context.now));
    }
    send_what_they_have(conn, context, event, locked)?;
    staff_store::record(conn, context, locked.id, (actor, RESENT), None, Vec::new())?;
    Ok(store::find(conn, locked.id)?.ok_or(DbError::NotFound)?)
}

/// Promises a person, whose registration the caller has locked, the mail with what they have, if they have anything. Whoever is
/// asked to confirm their address has the whole time for it anew.
pub(super) fn send_what_they_have(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    locked: &Registration,
) -> DbResult<()> {
    let Some(kind) = rules::message_of(locked.state) else { return Ok(()) };
    if locked.state == RegistrationState::PendingVerification {
        renew_verification(conn, context, locked, time_to_verify(event, context.now)?)?;
    }
    messages::promise_again(conn, context, kind, locked)
}
