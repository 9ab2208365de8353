//! The end of waiting: once an event is over nobody waits for it any more.
//!
//! It is promised for the time at which the event is over, as soon as anybody waits, and again when the event moves; and it is
//! looked at anew when its time has come. Nobody is told: whoever waited has seen the event go by. Their history says it.
//!
//! What was cancelled may be reinstated, and its queue with it. An event that is given a time which is over already may have been
//! given a wrong one: its queue stays for a day.

use chrono::TimeDelta;

use super::error::RegistrationError;
use super::model::RegistrationState;
use super::store::Moved;
use super::{messages, rules, staff_store, store};
use crate::db::{Conn, DbResult};
use crate::events::store as events;
use crate::events::{Event, EventId, EventStatus};
use crate::time::Context;

/// How many are ended in one transaction: others who register or leave wait for no more than that.
const PAGE: i64 = 500;
/// How long staff have to correct a time that is over already.
const CORRECTION: TimeDelta = TimeDelta::days(1);
/// What the history of a registration calls it.
const EVENT_OVER: &str = "event_over";
/// Who does it.
const SYSTEM: &str = "system";

/// Promises to look at who waits for an event once it is over. Promising twice is harmless; an event without a date is not over.
pub(super) fn promise_end_of_waiting(conn: &mut Conn, context: &Context, event: &Event) -> DbResult<()> {
    match event.when()?.bounds() {
        Some((_, end)) if end <= context.now => {
            messages::promise_waiting_end(conn, context, event, context.now + CORRECTION)
        }
        Some((_, end)) => messages::promise_waiting_end(conn, context, event, end),
        None => Ok(()),
    }
}

/// An event has changed: who waits for it does so until the end that it has now.
///
/// # Errors
/// The database failed.
pub(super) fn follow_event(conn: &mut Conn, context: &Context, id: EventId) -> DbResult<()> {
    let Some(event) = events::find_event(conn, id)? else { return Ok(()) };
    if store::list_waiting(conn, id, 1)?.is_empty() {
        return Ok(());
    }
    promise_end_of_waiting(conn, context, &event)
}

/// Ends a page of those who wait for an event that is over. Returns how many. As long as it is not, the promise is made for the
/// end that it has now.
///
/// # Errors
/// The database failed.
pub(super) fn end_waiting(conn: &mut Conn, context: &Context, id: EventId) -> Result<usize, RegistrationError> {
    events::lock_seats(conn, id)?;
    let Some(event) = events::find_event(conn, id)? else { return Ok(0) };
    let page = store::list_waiting(conn, id, PAGE)?;
    if page.is_empty() || event.status == EventStatus::Cancelled {
        return Ok(0);
    }
    if rules::may_yet_take_place(event.status, event.phase(context.now)?) {
        promise_end_of_waiting(conn, context, &event)?;
        return Ok(0);
    }
    let (mut queued, mut offered) = (0, 0);
    for one in &page {
        queued += i32::from(one.state == RegistrationState::Waitlisted);
        offered += i32::from(one.state == RegistrationState::Offered);
        store::set_state(conn, one.id, Moved::to_end(one, RegistrationState::Expired, context.now), context.now)?;
        staff_store::record(conn, context, one.id, (SYSTEM, EVENT_OVER), None, Vec::new())?;
    }
    events::end_waiting(conn, id, queued, offered)?;
    Ok(page.len())
}
