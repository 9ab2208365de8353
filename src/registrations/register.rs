//! Registering for an event.

use super::error::RegistrationError;
use super::messages;
use super::model::{NewRegistration, RegistrationState};
use super::{rules, store};
use crate::accounts;
use crate::db::{Conn, DbError};
use crate::events::store as events;
use crate::events::{Event, EventId, Visibility, rules as event_rules};
use crate::time::Context;

/// What the public is told: nothing that depends on whether the address was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Where the registration stands.
    pub state: RegistrationState,
}

/// Registers a person: a free seat is theirs at once, otherwise they join the queue. An address that is registered already
/// changes nothing; its owner is sent what they have, and the answer is the one a newcomer would get.
///
/// # Errors
/// There is no such event in public, registration is closed, or the event is full without a wait list.
pub fn register(
    conn: &mut Conn,
    context: &Context,
    id: EventId,
    new: &NewRegistration,
) -> Result<Outcome, RegistrationError> {
    let event = open_event(conn, context, id)?;
    let policy = event.registration();
    if let Some(known) = store::find_active(conn, id, &new.email.key())? {
        let seats = events::find_seats(conn, id)?;
        let state = rules::newcomer_state(seats, policy).ok_or(RegistrationError::Full)?;
        messages::promise_repeat(conn, context, &known)?;
        return Ok(Outcome { state });
    }
    let language = match &new.language {
        Some(language) => language.clone(),
        None => accounts::store::get_workspace(conn, event.workspace_id)?.language,
    };
    let registration = store::insert(conn, context, &event, new, &language)?;
    // The seat comes late: its row is locked from here to the end of the transaction, and everybody else waits for it.
    let place = take_place(conn, &event)?;
    // Whoever calls an event off holds that row too. If they were first, nobody gets in behind them without being told.
    if events::state_of(conn, id)? != (event.visibility, event.status) {
        return Err(DbError::Crossed.into());
    }
    let (state, kind) = match place {
        Place::Seat => (RegistrationState::Confirmed, messages::CONFIRMED),
        Place::Queue(position) => {
            store::set_waitlisted(conn, registration, position)?;
            (RegistrationState::Waitlisted, messages::WAITLISTED)
        }
    };
    let registration = store::find(conn, registration)?.ok_or(DbError::NotFound)?;
    messages::promise(conn, context, kind, &registration)?;
    messages::promise_notice(conn, context, state.as_str(), &registration)?;
    Ok(Outcome { state })
}

fn open_event(conn: &mut Conn, context: &Context, id: EventId) -> Result<Event, RegistrationError> {
    let event = events::find_event(conn, id)?
        .filter(|event| event.visibility != Visibility::Draft)
        .ok_or(RegistrationError::NotFound)?;
    let phase = event.phase(context.now)?;
    if event_rules::is_registration_open(&event, phase, context.now) {
        Ok(event)
    } else {
        Err(RegistrationError::Closed)
    }
}

enum Place {
    Seat,
    Queue(i64),
}

/// A seat, or the end of the queue. Each of the two statements takes effect only if its condition holds at that moment, so
/// a seat that comes free in between is seen at the next turn.
fn take_place(conn: &mut Conn, event: &Event) -> Result<Place, RegistrationError> {
    let has_queue = event.registration().wait_list;
    loop {
        if events::take_seat(conn, event.id)? {
            return Ok(Place::Seat);
        }
        if !has_queue {
            return Err(RegistrationError::Full);
        }
        if let Some(position) = events::join_queue(conn, event.id)? {
            return Ok(Place::Queue(position));
        }
    }
}
