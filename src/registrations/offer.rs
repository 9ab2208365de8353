//! Passing on a freed seat: offers, and what becomes of them.

use chrono::{DateTime, Utc};

use super::admit::check_attendable;
use super::error::RegistrationError;
use super::messages;
use super::model::{Registration, RegistrationId, RegistrationState};
use super::store::Moved;
use super::{queue_store, rules, store};
use crate::db::types::At;
use crate::db::{Conn, DbError};
use crate::events::store as events;
use crate::events::{Event, EventId};
use crate::time::{Context, Phase};

/// Gives back the seat of a registration that has ended, and offers it to the first in the queue, in this transaction.
pub(super) fn pass_on(conn: &mut Conn, context: &Context, event: &Event) -> Result<(), RegistrationError> {
    events::free_seat(conn, event.id)?;
    offer_next(conn, context, event).map(drop)
}

/// Offers every seat that is free down the queue of an event. Returns how many.
pub(super) fn offer_free_seats(conn: &mut Conn, context: &Context, id: EventId) -> Result<usize, RegistrationError> {
    // What the event is once the seats are held: whoever hides it or calls it off holds them too.
    events::lock_seats(conn, id)?;
    let Some(event) = events::find_event(conn, id)? else { return Ok(0) };
    let mut count = 0;
    while offer_next(conn, context, &event)? {
        count += 1;
    }
    Ok(count)
}

/// Brings the offers of an event in line with what became of it. While it is hidden or does not take place nobody can accept a
/// seat, so offers are withdrawn, and their people wait again where they did before. Once it does, offers that would outlive
/// what they are worth are cut, and free seats are offered down the queue.
pub(super) fn settle_offers(conn: &mut Conn, context: &Context, id: EventId) -> Result<(), RegistrationError> {
    events::lock_seats(conn, id)?;
    let Some(event) = events::find_event(conn, id)? else { return Ok(()) };
    if is_worth_offering(&event, event.phase(context.now)?) {
        cut_offers(conn, context, &event)?;
        offer_free_seats(conn, context, id)?;
    } else {
        let count = queue_store::withdraw_offers(conn, id, context.now)?;
        events::return_to_queue(conn, id, i32::try_from(count).unwrap_or(i32::MAX))?;
    }
    Ok(())
}

/// Cuts the offers that reach beyond the last moment at which a seat is worth anything, and promises to look at them then.
fn cut_offers(conn: &mut Conn, context: &Context, event: &Event) -> Result<(), RegistrationError> {
    let Some(limit) = rules::offer_limit(context.now, event.when()?.bounds()) else { return Ok(()) };
    for offered in queue_store::offers_beyond(conn, event.id, limit)? {
        queue_store::set_offer_end(conn, offered.id, limit, context.now)?;
        messages::promise_end(conn, context, &offered, limit)?;
    }
    Ok(())
}

/// Offers a free seat, if there is one, to the first in the queue. Returns whether there was one.
fn offer_next(conn: &mut Conn, context: &Context, event: &Event) -> Result<bool, RegistrationError> {
    // A seat at what is over, cancelled or hidden is worth nothing to anybody.
    if !is_worth_offering(event, event.phase(context.now)?) || !events::leave_queue(conn, event.id, true)? {
        return Ok(false);
    }
    let Some(next) = queue_store::first_waiting(conn, event.id)? else {
        return Err(DbError::Corrupt(format!("the queue of event {} is empty but counted", event.id)).into());
    };
    let policy = event.registration();
    let until = rules::offer_until(context.now, policy, event.when()?.bounds());
    let moved = Moved {
        state: RegistrationState::Offered,
        queue_position: next.queue_position,
        offer_expires_at: Some(At(until)),
        confirmed_at: None,
        ended_at: None,
    };
    store::set_state(conn, next.id, moved, context.now)?;
    messages::promise(conn, context, messages::OFFERED, &next)?;
    messages::promise_end(conn, context, &next, until)?;
    Ok(true)
}

/// Accepts an offer: the seat is theirs. Accepting twice is harmless.
///
/// # Errors
/// There is no such registration, it has no offer or one that has run out, or its event does not take place any more.
pub fn accept_offer(conn: &mut Conn, context: &Context, id: RegistrationId) -> Result<Registration, RegistrationError> {
    let registration = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    if registration.state == RegistrationState::Confirmed {
        return Ok(registration);
    }
    let event = events::find_event(conn, registration.event_id)?.ok_or(DbError::NotFound)?;
    if registration.state != RegistrationState::Offered {
        return Err(RegistrationError::NotNow(registration.state));
    }
    check_attendable(&event, context.now)?;
    if !is_live(&registration, context.now) {
        return Err(RegistrationError::NotAtThisTime("The time to accept the seat is over."));
    }
    let moved = Moved {
        state: RegistrationState::Confirmed,
        queue_position: None,
        offer_expires_at: None,
        confirmed_at: Some(At(context.now)),
        ended_at: None,
    };
    store::set_state(conn, id, moved, context.now)?;
    messages::promise(conn, context, messages::CONFIRMED, &registration)?;
    messages::promise_notice(conn, context, "confirmed", &registration)?;
    Ok(store::find(conn, id)?.ok_or(DbError::NotFound)?)
}

/// Declines an offer: it goes to the next. Declining twice is harmless.
///
/// # Errors
/// There is no such registration, or it has no offer.
pub fn decline_offer(
    conn: &mut Conn,
    context: &Context,
    id: RegistrationId,
) -> Result<Registration, RegistrationError> {
    let registration = lock_with_seats(conn, id)?.ok_or(RegistrationError::NotFound)?;
    if registration.state == RegistrationState::Cancelled {
        return Ok(registration);
    }
    if registration.state != RegistrationState::Offered {
        return Err(RegistrationError::NotNow(registration.state));
    }
    end(conn, context, &registration, RegistrationState::Cancelled)?;
    Ok(store::find(conn, id)?.ok_or(DbError::NotFound)?)
}

/// Ends an offer whose time is over and passes the seat on. Returns whether there was one to end.
///
/// # Errors
/// The database failed.
pub fn expire_offer(conn: &mut Conn, context: &Context, id: RegistrationId) -> Result<bool, RegistrationError> {
    let Some(registration) = lock_with_seats(conn, id)? else { return Ok(false) };
    if registration.state != RegistrationState::Offered || is_live(&registration, context.now) {
        return Ok(false);
    }
    messages::promise(conn, context, messages::EXPIRED, &registration)?;
    end(conn, context, &registration, RegistrationState::Expired)?;
    Ok(true)
}

/// Locks the seats of a registration's event, then the registration, and reads it as it is then.
pub(super) fn lock_with_seats(conn: &mut Conn, id: RegistrationId) -> Result<Option<Registration>, RegistrationError> {
    let Some(registration) = store::find(conn, id)? else { return Ok(None) };
    events::lock_seats(conn, registration.event_id)?;
    Ok(store::lock(conn, id)?)
}

/// Ends a registration, locked with its seats; a seat that it held is passed on.
pub(super) fn end(
    conn: &mut Conn,
    context: &Context,
    registration: &Registration,
    state: RegistrationState,
) -> Result<(), RegistrationError> {
    store::set_state(conn, registration.id, Moved::to_end(registration, state, context.now), context.now)?;
    let event = events::find_event(conn, registration.event_id)?.ok_or(DbError::NotFound)?;
    if registration.holds_seat() {
        return pass_on(conn, context, &event);
    }
    if registration.state == RegistrationState::Waitlisted {
        events::leave_queue(conn, event.id, false)?;
    }
    Ok(())
}

fn is_worth_offering(event: &Event, phase: Phase) -> bool {
    rules::is_attendable(event.visibility, event.status, phase)
}

fn is_live(registration: &Registration, now: DateTime<Utc>) -> bool {
    rules::is_offer_live(registration.state, registration.offer_expires_at.map(|at| at.0), now)
}
