//! Sending a person who has lost it the link to their registration.

use super::error::RegistrationError;
use super::model::RegistrationState;
use super::verify::{renew_verification, time_to_verify};
use super::{messages, rules, store};
use crate::db::Conn;
use crate::events::store as events;
use crate::events::{EventId, Visibility};
use crate::mail::EmailAddress;
use crate::time::Context;

/// Promises an address what it has at an event, as when somebody registers with it again, whether or not registration is open. It is
/// told once a day at most; where the address has nothing, or it is only pretended, nothing happens. Whoever asks learns nothing of
/// either.
///
/// # Errors
/// There is no such event in public.
pub fn send_link(
    conn: &mut Conn,
    context: &Context,
    id: EventId,
    email: &EmailAddress,
    is_pretended: bool,
) -> Result<(), RegistrationError> {
    let event = events::find_event(conn, id)?.filter(|event| event.visibility != Visibility::Draft);
    let event = event.ok_or(RegistrationError::NotFound)?;
    match store::find_active(conn, event.id, &email.key())?.filter(|_| !is_pretended) {
        None => Ok(()),
        Some(known) if known.state == RegistrationState::PendingVerification => {
            if !rules::may_yet_take_place(event.status, event.phase(context.now)?) {
                return Ok(());
            }
            let locked = store::lock(conn, known.id)?.filter(|one| one.state == RegistrationState::PendingVerification);
            let Some(locked) = locked else { return Ok(()) };
            if messages::promise_verify_link(conn, context, &locked)? {
                renew_verification(conn, context, &locked, time_to_verify(&event, context.now)?)?;
            }
            Ok(())
        }
        Some(known) => Ok(messages::promise_repeat(conn, context, &known)?),
    }
}
