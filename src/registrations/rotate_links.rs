//! Giving a person new links.

use super::error::RegistrationError;
use super::model::Registration;
use super::resend::send_what_they_have;
use super::{list_store, personal_feed, staff_store, store};
use crate::db::{Conn, DbError, DbResult};
use crate::events::store as events;
use crate::mail::EmailAddress;
use crate::time::Context;

/// How many registrations are looked up at a time.
const PAGE: i64 = 100;

/// Revokes the links of a person, for instance because they were passed on: those of every registration that their address has in
/// the workspace, and that of their calendar. Each link leads to the others, by the calendar, by what was registered for together
/// and by the export of all that is held, so one alone would change nothing. They are sent what they have with new ones.
///
/// # Errors
/// The registration has come to its end, or was erased.
pub(super) fn rotate_links(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    locked: &Registration,
) -> Result<Registration, RegistrationError> {
    if locked.state.is_over() {
        return Err(RegistrationError::NotNow(locked.state));
    }
    let Ok(address) = EmailAddress::parse(&locked.email) else { return Err(RegistrationError::Erased) };
    personal_feed::rotate_feed(conn, context, locked)?;
    for one in all_of(conn, locked, &address)? {
        staff_store::raise_link_version(conn, one.id, context.now)?;
        staff_store::record(conn, context, one.id, (actor, "links_rotated"), None, Vec::new())?;
        // Locked by now: what it has is what it has until the end.
        let rotated = store::find(conn, one.id)?.ok_or(DbError::NotFound)?;
        let event = events::get_event(conn, rotated.workspace_id, rotated.event_id)?;
        send_what_they_have(conn, context, &event, &rotated)?;
    }
    Ok(store::find(conn, locked.id)?.ok_or(DbError::NotFound)?)
}

/// Every registration of an address in the workspace, those that have ended too: their links show as much.
fn all_of(conn: &mut Conn, one: &Registration, address: &EmailAddress) -> DbResult<Vec<Registration>> {
    let mut all: Vec<Registration> = Vec::new();
    loop {
        let after = all.last().map(|last| last.id);
        let page = list_store::list_of_address(conn, one.workspace_id, &address.key(), after, PAGE)?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}
