//! Making an event.

use serde_json::json;

use super::details::EventDetails;
use super::error::EventError;
use super::inherit::{complete_when, defaults_of};
use super::model::{Event, EventStatus};
use super::store::{self, Change};
use crate::db::Conn;
use crate::http::WorkspaceId;
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
    details.when = complete_when(conn, workspace, details.series_id, details.when)?;
    let when = details.check().map_err(EventError::Invalid)?;
    let details = details.normal(&when);
    let defaults = defaults_of(conn, workspace, details.series_id)?;
    let event = store::insert_event(conn, context, workspace, &details, &defaults, (&when, status_of(&when)))?;
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
