//! Who can see an event or a series: publishing, unpublishing, archiving.

use serde_json::json;

use super::command::{check, promise_change};
use super::error::EventError;
use super::model::{Event, EventId, Series, SeriesId, Visibility};
use super::remind::promise_reminders;
use super::rules::{self, Command};
use super::store::{self, Change, Organiser};
use crate::db::types::At;
use crate::db::{Conn, DbError};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Shows an event to everybody. Seats that are free then are passed on to whoever waits.
///
/// # Errors
/// It is published already or cancelled, or nobody organises it.
pub fn publish_event(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    actor: &str,
    id: EventId,
    reason: Option<&str>,
) -> Result<Event, EventError> {
    let mut event = lock(conn, workspace, id)?;
    check(Command::Publish, &event)?;
    let roles = |all: Vec<Organiser>| all.into_iter().map(|one| one.role).collect::<Vec<_>>();
    let own = roles(store::event_organisers(conn, id)?);
    let of_series = match event.series_id {
        Some(series) => roles(store::series_organisers(conn, series)?),
        None => Vec::new(),
    };
    let missing = rules::missing_for_publishing(&own, &of_series);
    if !missing.is_empty() {
        return Err(EventError::Incomplete(missing));
    }
    event.published_at = event.published_at.or(Some(At(context.now)));
    show(conn, context, actor, event, Visibility::Published, ("published", reason))
}

/// Hides an event from everybody but its staff. Offers of seats are withdrawn: nobody can accept what they cannot see.
///
/// # Errors
/// It is a draft.
pub fn unpublish_event(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    actor: &str,
    id: EventId,
    reason: Option<&str>,
) -> Result<Event, EventError> {
    let event = lock(conn, workspace, id)?;
    check(Command::Unpublish, &event)?;
    show(conn, context, actor, event, Visibility::Draft, ("unpublished", reason))
}

/// Takes a published event out of every list. Whoever has its address still reads it, and its feed stays; nobody registers any
/// more. Publishing it again brings it back.
///
/// # Errors
/// It is not published.
pub fn archive_event(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    actor: &str,
    id: EventId,
    reason: Option<&str>,
) -> Result<Event, EventError> {
    let event = lock(conn, workspace, id)?;
    check(Command::Archive, &event)?;
    show(conn, context, actor, event, Visibility::Archived, ("archived", reason))
}

fn lock(conn: &mut Conn, workspace: WorkspaceId, id: EventId) -> Result<Event, EventError> {
    store::lock_event(conn, workspace, id).map_err(|error| match error {
        DbError::NotFound => EventError::NotFound,
        other => other.into(),
    })
}

fn show(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    mut event: Event,
    visibility: Visibility,
    (action, reason): (&'static str, Option<&str>),
) -> Result<Event, EventError> {
    // As for every change that opens or closes an event: whoever ended a registration before has freed their seat by now,
    // and whoever does later sees the event as it is then.
    store::lock_seats(conn, event.id)?;
    let before = Some(json!({ "visibility": event.visibility }));
    event.visibility = visibility;
    let event = store::update_event(conn, &event, context.now)?;
    let change = Change { actor, action, reason, before, after: Some(json!({ "visibility": visibility })) };
    let change = store::record_notice(conn, context, event.id, &change, None)?;
    let seats = store::find_seats(conn, event.id)?;
    // Who registered for the recording alone, or has yet to be let in, when it was published before, holds no seat.
    let was_shown = event.published_at.is_some_and(|at| at.0 < context.now);
    if seats.taken > 0 || seats.waiting > 0 || was_shown {
        promise_change(conn, context, &event, change)?;
    }
    promise_reminders(conn, context, &event)?;
    Ok(event)
}

/// Shows a series to everybody. Its events are published one by one. Publishing twice is harmless.
///
/// # Errors
/// There is no such series.
pub fn publish_series(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    id: SeriesId,
) -> Result<Series, EventError> {
    let mut series = store::get_series(conn, workspace, id)?;
    if series.visibility == Visibility::Published {
        return Ok(series);
    }
    series.published_at = series.published_at.or(Some(At(context.now)));
    series.visibility = Visibility::Published;
    let series = store::update_series(conn, &series, context.now)?;
    // Calendars name the series of an event, unless it is a draft.
    store::touch_events_of(conn, id, false, context.now)?;
    Ok(series)
}

/// Hides a series from everybody but its staff.
///
/// # Errors
/// There is no such series.
pub fn unpublish_series(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    id: SeriesId,
) -> Result<Series, EventError> {
    let mut series = store::get_series(conn, workspace, id)?;
    let was_named = series.visibility != Visibility::Draft;
    series.visibility = Visibility::Draft;
    let series = store::update_series(conn, &series, context.now)?;
    if was_named {
        store::touch_events_of(conn, id, false, context.now)?;
    }
    Ok(series)
}
