//! Confirming an address.

use chrono::{DateTime, Utc};

use super::admit::{check_attendable, move_on, promise_standing};
use super::error::RegistrationError;
use super::model::{Registration, RegistrationId, RegistrationState};
use super::offer::{end, lock_with_seats};
use super::waiting::promise_end_of_waiting;
use super::{messages, rules, store};
use crate::db::types::AnyId;
use crate::db::{Conn, DbError, DbResult};
use crate::events::store::{self as events, EventChange};
use crate::events::{Event, EventId, EventStatus};
use crate::time::Context;

/// How many are given more time in one transaction: others who register or leave wait for no more than that.
const PAGE: i64 = 500;

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

/// Until when an address can be confirmed that is asked for now.
pub(super) fn time_to_verify(event: &Event, now: DateTime<Utc>) -> DbResult<DateTime<Utc>> {
    let bounds = if event.status == EventStatus::Postponed { None } else { event.when()?.bounds() };
    Ok(rules::verify_until(now, bounds))
}

/// Gives a person, whose registration the caller has locked, until then to confirm their address, and promises to look then.
pub(super) fn renew_verification(
    conn: &mut Conn,
    context: &Context,
    locked: &Registration,
    verify_by: DateTime<Utc>,
) -> DbResult<()> {
    store::renew_verification(conn, locked.id, verify_by, context.now)?;
    messages::promise_verification_end(conn, context, locked, verify_by)
}

/// An event was moved, or came back. Who has yet to confirm their address for it, a page of them behind `after`, could not while it was
/// hidden or postponed, and had no longer than until its old end: they have the whole time anew, from the change on. Whose time ran
/// out meanwhile is asked once more. If it was called off, whose time ran out is looked at again: nobody waits for it to come back.
/// Returns the last of the page; none when all are through, or it was another change.
///
/// # Errors
/// The database failed.
pub(super) fn follow_event(
    conn: &mut Conn,
    context: &Context,
    id: EventId,
    change: AnyId,
    after: Option<RegistrationId>,
) -> DbResult<Option<RegistrationId>> {
    events::lock_seats(conn, id)?;
    let Some(event) = events::find_event(conn, id)? else { return Ok(None) };
    let change = events::find_change(conn, id, change)?.filter(is_of_plan);
    let Some(change) = change else { return Ok(None) };
    if event.status == EventStatus::Cancelled {
        let page = store::list_in_states(conn, id, &[RegistrationState::PendingVerification], None, after, PAGE)?;
        for one in page.iter().filter(|one| !is_verifiable(one, context)) {
            messages::promise_verification_end(conn, context, one, context.now)?;
        }
        return Ok(page.last().map(|one| one.id));
    }
    if !rules::is_attendable(event.visibility, event.status, event.phase(context.now)?) {
        return Ok(None);
    }
    // Whoever goes through the page again finds nothing to renew.
    let (due, bounds) = (time_to_verify(&event, change.created_at.0)?, event.when()?.bounds());
    let page = store::list_in_states(conn, id, &[RegistrationState::PendingVerification], None, after, PAGE)?;
    for one in &page {
        let Some(verify_by) = one.verify_by else { continue };
        if !rules::is_verification_renewed(verify_by.0, due, bounds) {
            continue;
        }
        renew_verification(conn, context, one, time_to_verify(&event, context.now)?)?;
        if verify_by.0 <= context.now {
            messages::promise_again(conn, context, messages::VERIFY, one)?;
        }
    }
    Ok(page.last().map(|one| one.id))
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
    let event = events::find_event(conn, registration.event_id)?.ok_or(DbError::NotFound)?;
    if rules::is_verification_held(event.visibility, event.status, event.phase(context.now)?) {
        // It is renewed when the event comes back, and ends with it if it does not.
        promise_end_of_waiting(conn, context, &event)?;
        return Ok(false);
    }
    end(conn, context, &registration, RegistrationState::Expired)?;
    Ok(true)
}

/// Whether a change is one of when the event is, or whether it can be attended.
fn is_of_plan(change: &EventChange) -> bool {
    let before = change.before.as_ref().map(|before| &before.0);
    before.is_some_and(|before| ["when", "status", "visibility"].iter().any(|member| before.get(member).is_some()))
}

fn is_verifiable(registration: &Registration, context: &Context) -> bool {
    rules::is_verifiable(registration.state, registration.verify_by.map(|at| at.0), context.now)
}
