//! Queries on who waits for a seat, and who is offered one. The caller holds the event's seats.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{Registration, RegistrationId, RegistrationState};
use crate::db::schema::registrations;
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::events::EventId;

/// The first in the queue of an event. The caller holds the event's seats, so that nobody else takes the same one.
pub(super) fn first_waiting(conn: &mut Conn, event: EventId) -> DbResult<Option<Registration>> {
    let queue = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq(RegistrationState::Waitlisted))
        .order(registrations::queue_position);
    Ok(queue.select(Registration::as_select()).first(conn).optional()?)
}

/// The offers of an event that stand for longer than until then.
pub(super) fn offers_beyond(conn: &mut Conn, event: EventId, until: DateTime<Utc>) -> DbResult<Vec<Registration>> {
    let offered = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq(RegistrationState::Offered))
        .filter(registrations::offer_expires_at.gt(Some(At(until))))
        .order(registrations::id);
    Ok(offered.select(Registration::as_select()).load(conn)?)
}

/// Stores until when an offer stands. The caller holds the event's seats.
pub(super) fn set_offer_end(
    conn: &mut Conn,
    id: RegistrationId,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(registrations::table.find(id))
        .set((
            registrations::offer_expires_at.eq(Some(At(until))),
            registrations::revision.eq(registrations::revision + 1),
            registrations::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes every offer of an event back: its person waits at the place that they had. Returns how many there were. The caller
/// holds the event's seats.
pub(super) fn withdraw_offers(conn: &mut Conn, event: EventId, now: DateTime<Utc>) -> DbResult<usize> {
    let offered = registrations::table
        .filter(registrations::event_id.eq(event))
        .filter(registrations::state.eq(RegistrationState::Offered))
        .filter(registrations::queue_position.is_not_null());
    let withdrawn = diesel::update(offered).set((
        registrations::state.eq(RegistrationState::Waitlisted),
        registrations::offer_expires_at.eq(None::<At>),
        registrations::revision.eq(registrations::revision + 1),
        registrations::updated_at.eq(At(now)),
    ));
    Ok(withdrawn.execute(conn)?)
}
