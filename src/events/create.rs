//! Making an event.

use serde_json::json;

use super::details::EventDetails;
use super::error::EventError;
use super::model::{Event, EventStatus};
use super::store::{self, Change};
use crate::db::{Conn, DbError};
use crate::http::{Code, FieldError, WorkspaceId};
use crate::time::{Context, Precision, When};

/// Makes a draft. One that is known to the minute or the day is `scheduled`, anything vaguer is `tentative`.
///
/// # Errors
/// The details do not fit, or name a series that the workspace lacks.
pub fn create_event(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    actor: &str,
    mut details: EventDetails,
) -> Result<Event, EventError> {
    let when = details.check().map_err(EventError::Invalid)?;
    // What is stored is what was understood, so that saving what was read changes nothing.
    details.when = when.input();
    check_series(conn, workspace, &details)?;
    let event = store::insert_event(conn, context, workspace, &details, &when, status_of(&when))?;
    let after = Some(json!({ "title": details.title, "when": details.when }));
    let change = Change { actor, action: "created", reason: None, before: None, after };
    store::record_change(conn, context, event.id, &change)?;
    Ok(event)
}

/// The status that follows from how well the time is known.
pub(super) fn status_of(when: &When) -> EventStatus {
    match when.precision() {
        Precision::Datetime | Precision::Date => EventStatus::Scheduled,
        // From one day to another, or between months, seasons or years.
        Precision::Interval if when.record().edtf.is_some_and(|text| text.len() == "2022-03-01/2022-03-03".len()) => {
            EventStatus::Scheduled
        }
        Precision::Interval | Precision::Month | Precision::Season | Precision::Year | Precision::None => {
            EventStatus::Tentative
        }
    }
}

pub(super) fn check_series(conn: &mut Conn, workspace: WorkspaceId, details: &EventDetails) -> Result<(), EventError> {
    let Some(series) = details.series_id else { return Ok(()) };
    match store::get_series(conn, workspace, series) {
        Ok(_) => Ok(()),
        Err(DbError::NotFound) => Err(EventError::Invalid(vec![FieldError::new(
            "/series_id",
            Code::ReferenceUnknown,
            "There is no such series in this workspace.",
        )])),
        Err(error) => Err(error.into()),
    }
}
