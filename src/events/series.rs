//! Making and changing series.

use super::details::SeriesDetails;
use super::error::EventError;
use super::model::Series;
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
    in_savepoint(conn, |conn| store::insert_series(conn, context, workspace, details)).map_err(slug_taken)
}

/// Stores new details. Saving what was read changes nothing, not even the revision.
///
/// # Errors
/// The details do not fit, or the slug is taken.
pub fn change_series(
    conn: &mut Conn,
    context: &Context,
    mut series: Series,
    details: SeriesDetails,
) -> Result<Series, EventError> {
    details.check().map_err(EventError::Invalid)?;
    if details == series.details.0 {
        return Ok(series);
    }
    series.details.0 = details;
    in_savepoint(conn, |conn| store::update_series(conn, &series, context.now)).map_err(slug_taken)
}

fn slug_taken(error: DbError) -> EventError {
    match error {
        DbError::UniqueViolation => EventError::SlugTaken,
        other => other.into(),
    }
}
