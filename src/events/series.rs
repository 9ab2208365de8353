//! Making and changing series.

use super::error::EventError;
use super::inherit::pass_on;
use super::model::{Series, Visibility};
use super::series_details::SeriesDetails;
use super::store;
use crate::db::{Conn, DbError, in_savepoint};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Makes a draft.
///
/// # Errors
/// The details do not fit, or the slug is taken.
pub fn create_series(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    details: &SeriesDetails,
) -> Result<Series, EventError> {
    details.check().map_err(EventError::Invalid)?;
    let details = details.clone().normal();
    in_savepoint(conn, |conn| store::insert_series(conn, context, workspace, &details)).map_err(slug_taken)
}

/// Stores new details of a series, which is locked by the caller. Saving what was read changes nothing, not even the
/// revision. Events that inherit what has changed, change too.
///
/// # Errors
/// The details do not fit, or the slug is taken.
pub fn change_series(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    mut series: Series,
    details: SeriesDetails,
) -> Result<Series, EventError> {
    details.check().map_err(EventError::Invalid)?;
    let details = details.normal();
    if details == series.details.0 {
        return Ok(series);
    }
    let is_passed_on = details.defaults() != series.details.0.defaults();
    let is_shown = series.visibility != Visibility::Draft;
    let is_renamed = is_shown && details.title != series.details.0.title;
    series.details.0 = details;
    let series = in_savepoint(conn, |conn| store::update_series(conn, &series, context.now)).map_err(slug_taken)?;
    if is_renamed {
        // Calendars name the series of an event, unless it is a draft.
        store::touch_events_of(conn, series.id, false, context.now)?;
    }
    if is_passed_on {
        pass_on(conn, context, actor, &series)?;
    }
    Ok(series)
}

fn slug_taken(error: DbError) -> EventError {
    match error {
        DbError::UniqueViolation => EventError::SlugTaken,
        other => other.into(),
    }
}
