//! Registering a person by the staff.

use serde_json::{Map, json};

use super::consent::Consent;
use super::details::answer_faults;
use super::error::RegistrationError;
use super::model::{NewRegistration, Registration, RegistrationState};
use super::waiting::promise_end_of_waiting;
use super::{form, messages, personal_feed, rules, staff_store, store};
use crate::accounts;
use crate::db::{Conn, DbError};
use crate::events::store::{self as events, Change};
use crate::events::{Event, EventStatus, Visibility};
use crate::time::Context;

/// How the staff register a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where the registration is to stand; none means a seat, or else a place in the queue.
    pub state: Option<RegistrationState>,
    /// Whether the person is sent what they have.
    pub notify: bool,
    /// Whether a full event is given one seat more.
    pub override_capacity: bool,
    /// What the person has consented to, as far as the staff say.
    pub consent: Consent,
}

enum Place {
    Seat,
    Queue(i64),
}

/// Registers a person for an event, which the caller has locked, whether or not its registration is open. Like everybody they
/// get a free seat if nobody waits for it; beyond that the event is given one seat more, so that no more are held than there are.
///
/// # Errors
/// The event does not take place, the address is registered already, or there is no such place.
pub fn enter_registration(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    new: &NewRegistration,
    entry: Entry,
) -> Result<Registration, RegistrationError> {
    let is_off = matches!(event.status, EventStatus::Cancelled | EventStatus::Postponed);
    if is_off || event.visibility == Visibility::Draft {
        return Err(RegistrationError::NotAtThisTime("The event does not take place, or is not published."));
    }
    events::lock_seats(conn, event.id)?;
    if store::find_active(conn, event.id, &new.email.key())?.is_some() {
        return Err(RegistrationError::AddressTaken);
    }
    let language = match &new.language {
        Some(language) => language.clone(),
        None => accounts::store::get_workspace(conn, event.workspace_id)?.language,
    };
    let form = form::store::get(conn, event.id)?;
    let mut faults = answer_faults(&form.questions.0, &new.answers, &Map::new());
    faults.extend(entry.consent.faults(form.consent_version, context.now));
    if !faults.is_empty() {
        return Err(RegistrationError::Invalid(faults));
    }
    let answers = form::normal_answers(&form.questions.0, new.answers.clone());
    let new = &NewRegistration { answers, ..new.clone() };
    let id = store::insert(conn, context, event, new, &language, (entry.consent, None))?;
    personal_feed::store::ensure(conn, context, event.workspace_id, &new.email.key())?;
    let kind = match place(conn, context, actor, event, entry)? {
        Place::Seat => messages::CONFIRMED,
        Place::Queue(position) => {
            store::set_waitlisted(conn, id, position)?;
            promise_end_of_waiting(conn, context, event)?;
            messages::WAITLISTED
        }
    };
    staff_store::record(conn, context, id, (actor, "entered"), None, Vec::new())?;
    let registration = store::find(conn, id)?.ok_or(DbError::NotFound)?;
    if entry.notify {
        messages::promise(conn, context, kind, &registration)?;
    }
    Ok(registration)
}

/// The place that is asked for. The seats are locked.
fn place(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    entry: Entry,
) -> Result<Place, RegistrationError> {
    let wants_queue = entry.state == Some(RegistrationState::Waitlisted);
    if !wants_queue {
        if events::take_seat(conn, event.id)? {
            return Ok(Place::Seat);
        }
        if entry.override_capacity {
            add_seat(conn, context, actor, event)?;
            return Ok(Place::Seat);
        }
        if entry.state.is_some() || !event.registration().wait_list {
            return Err(RegistrationError::Full);
        }
    }
    if !rules::may_yet_take_place(event.status, event.phase(context.now)?) {
        return Err(RegistrationError::NotAtThisTime("The event is over: nobody waits for it any more."));
    }
    let position = events::join_queue(conn, event.id)?;
    position.map(Place::Queue).ok_or(RegistrationError::NotAtThisTime("A seat is free, so there is no queue."))
}

/// Gives the event one seat more, which is taken at once, and notes it in its history.
pub(super) fn add_seat(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
) -> Result<(), RegistrationError> {
    let seats = events::add_taken_seat(conn, event.id)?;
    let mut event = event.clone();
    let before = Some(json!({ "capacity": event.capacity() }));
    event.details.0.capacity = seats.capacity;
    events::update_unshown(conn, &event, context.now)?;
    let after = Some(json!({ "capacity": seats.capacity }));
    let change = Change { actor, action: "changed", reason: None, before, after };
    events::record_change(conn, context, event.id, &change)?;
    Ok(())
}
