//! Promising reminders, and the news of a recording, to everybody whom they are for.

use serde::Deserialize;

use super::super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::{messages, rules, store};
use crate::db::{Conn, DbResult};
use crate::events::store as events;
use crate::events::{Event, EventId, EventStatus, ReminderRule, SeriesId, Visibility, promise_reminders};
use crate::materials::{MaterialKind, materials_for_registrants};
use crate::outbox;
use crate::time::Context;

/// How many people are promised their mail in one transaction: others who write wait for no more than that.
pub const PAGE: i64 = 500;

/// A rule of an event that has its time.
#[derive(Debug, Clone, Deserialize)]
pub struct Reminded {
    /// The event.
    pub event_id: EventId,
    /// The rule.
    pub rule: ReminderRule,
}

/// Promises a reminder to the next page of people behind `after`. Returns the last of them; none when all are through, or
/// nobody is to be reminded now. Where the event has moved on, its reminders are promised for their new times.
///
/// # Errors
/// The database failed.
pub fn remind(
    conn: &mut Conn,
    context: &Context,
    reminded: &Reminded,
    after: Option<RegistrationId>,
) -> DbResult<Option<RegistrationId>> {
    let Some(event) = events::find_event(conn, reminded.event_id)? else { return Ok(None) };
    let Some(due) = event.due_reminder(&reminded.rule)? else { return Ok(None) };
    if context.now < due.at {
        promise_reminders(conn, context, &event)?;
        return Ok(None);
    }
    if context.now >= due.until {
        return Ok(None);
    }
    let states = rules::states_of(reminded.rule.audience, due.is_follow_up);
    let whom = store::Whom { event: event.id, states, attendance: Some(Attendance::Live), made_until: Some(due.at) };
    let page = store::list_audience(conn, &whom, after, PAGE)?;
    let all: Vec<_> = page.iter().map(|one| messages::reminder(one, &reminded.rule, due.day)).collect();
    outbox::enqueue_all(conn, context, &all)?;
    Ok(page.last().map(|one| one.id))
}

/// Promises the reminders of the events of a series that are still to come.
///
/// # Errors
/// The database failed.
pub fn remind_of_series(conn: &mut Conn, context: &Context, series: SeriesId) -> DbResult<()> {
    for event in events::lock_events_of_series(conn, series)? {
        promise_reminders(conn, context, &event)?;
    }
    Ok(())
}

/// Promises the news of the recording to the next page of those who registered for it alone. Returns the last of them; none
/// when all are through, or there is nothing to see.
///
/// # Errors
/// The database failed.
pub fn tell_of_recording(
    conn: &mut Conn,
    context: &Context,
    event: EventId,
    after: Option<RegistrationId>,
) -> DbResult<Option<RegistrationId>> {
    let Some(event) = events::find_event(conn, event)? else { return Ok(None) };
    if !has_recording(conn, context, &event)? {
        return Ok(None);
    }
    let whom = store::Whom {
        event: event.id,
        states: &[RegistrationState::Confirmed],
        attendance: Some(Attendance::Recording),
        made_until: None,
    };
    let page = store::list_audience(conn, &whom, after, PAGE)?;
    let all: Vec<_> = page.iter().map(messages::recording).collect();
    outbox::enqueue_all(conn, context, &all)?;
    Ok(page.last().map(|one| one.id))
}

/// Promises the news of the recording to a person who is let in for it alone when it is there already.
///
/// # Errors
/// The database failed.
pub fn tell_of_recording_to(conn: &mut Conn, context: &Context, registration: &Registration) -> DbResult<()> {
    if (registration.attendance, registration.state) != (Attendance::Recording, RegistrationState::Confirmed) {
        return Ok(());
    }
    let Some(event) = events::find_event(conn, registration.event_id)? else { return Ok(()) };
    if has_recording(conn, context, &event)? {
        outbox::enqueue(conn, context, &messages::recording(registration))?;
    }
    Ok(())
}

/// Whether those who registered for an event can see a recording of it now.
///
/// # Errors
/// The database failed.
pub fn has_recording(conn: &mut Conn, context: &Context, event: &Event) -> DbResult<bool> {
    if event.visibility == Visibility::Draft || event.status == EventStatus::Cancelled {
        return Ok(false);
    }
    let all = materials_for_registrants(conn, event.id, context.now)?;
    Ok(all.iter().any(|one| one.material.fields.kind == MaterialKind::Recording))
}
