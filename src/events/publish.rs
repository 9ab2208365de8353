//! Publishing and unpublishing.

use serde_json::json;

use super::error::EventError;
use super::model::{Event, EventId, Series, SeriesId, Visibility};
use super::rules;
use super::store::{self, Change, Organiser};
use crate::db::types::At;
use crate::db::{Conn, DbError};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Shows an event to everybody.
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
    if !rules::may_publish(event.visibility, event.status) {
        return Err(EventError::NotNow(event.visibility, event.status));
    }
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

/// Hides an event from everybody but its staff.
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
    if event.visibility == Visibility::Draft {
        return Err(EventError::NotNow(event.visibility, event.status));
    }
    show(conn, context, actor, event, Visibility::Draft, ("unpublished", reason))
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
    let before = Some(json!({ "visibility": event.visibility }));
    event.visibility = visibility;
    let event = store::update_event(conn, &event, context.now)?;
    let change = Change { actor, action, reason, before, after: Some(json!({ "visibility": visibility })) };
    store::record_change(conn, context, event.id, &change)?;
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
    Ok(store::update_series(conn, &series, context.now)?)
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
    series.visibility = Visibility::Draft;
    Ok(store::update_series(conn, &series, context.now)?)
}
