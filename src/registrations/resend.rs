//! Sending a person again what they have, and giving them new links.

use chrono::Duration;

use super::error::RegistrationError;
use super::model::Registration;
use super::{messages, personal_feed, rules, staff_store, store};
use crate::db::{Conn, DbError};
use crate::events::{Event, EventStatus};
use crate::time::{Context, Phase};

/// How long nobody is sent again what they were sent again.
const PAUSE: Duration = Duration::minutes(5);
const RESENT: &str = "resent";

/// Sends a person again what they have: their confirmation with its calendar entry, their place in the queue, or their offer.
///
/// # Errors
/// They have nothing, the event is over or called off, or it was sent again less than five minutes ago.
pub(super) fn resend(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    locked: &Registration,
) -> Result<(), RegistrationError> {
    let kind = rules::message_of(locked.state).ok_or(RegistrationError::NotNow(locked.state))?;
    if event.status == EventStatus::Cancelled || event.phase(context.now)? == Phase::Past {
        return Err(RegistrationError::NotAtThisTime("The event is over or was cancelled: nothing is sent about it."));
    }
    let again = staff_store::last_done(conn, locked.id, RESENT)?.map(|last| last + PAUSE);
    if let Some(again) = again.filter(|again| context.now < *again) {
        return Err(RegistrationError::TooSoon(again));
    }
    messages::promise(conn, context, kind, locked)?;
    staff_store::record(conn, context, locked.id, (actor, RESENT), None, Vec::new())?;
    Ok(())
}

/// Revokes the links of a person, also that of their calendar, for instance because they were passed on, and sends them what they
/// have with new ones.
///
/// # Errors
/// The registration has come to its end.
pub(super) fn rotate_links(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    locked: &Registration,
) -> Result<Registration, RegistrationError> {
    if locked.state.is_over() {
        return Err(RegistrationError::NotNow(locked.state));
    }
    personal_feed::rotate_feed(conn, context, locked)?;
    staff_store::raise_link_version(conn, locked.id, context.now)?;
    staff_store::record(conn, context, locked.id, (actor, "links_rotated"), None, Vec::new())?;
    let rotated = store::find(conn, locked.id)?.ok_or(DbError::NotFound)?;
    if let Some(kind) = rules::message_of(rotated.state) {
        messages::promise(conn, context, kind, &rotated)?;
    }
    Ok(rotated)
}
