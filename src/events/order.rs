//! Numbering the events of a series.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use super::error::EventError;
use super::model::{Event, EventId, Series};
use super::store::{self, Change};
use crate::db::Conn;
use crate::http::{Checks, Code};
use crate::time::Context;

/// Gives the events of a series, which is locked by the caller, the positions from 1 in the order of `ids`. What changes
/// nothing leaves every revision as it is.
///
/// # Errors
/// An id is of no event of the series, or stands there twice, or one is missing.
pub fn order_series(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    series: Series,
    ids: &[EventId],
) -> Result<Series, EventError> {
    let mut events: HashMap<EventId, Event> =
        store::lock_events_of_series(conn, series.id)?.into_iter().map(|event| (event.id, event)).collect();
    check(&events, ids)?;
    let mut is_changed = false;
    for (position, id) in (1_i32..).zip(ids) {
        let Some(mut event) = events.remove(id) else { continue };
        let before = event.details.0.series_position.replace(position);
        if before == Some(position) {
            continue;
        }
        is_changed = true;
        store::update_unshown(conn, &event, context.now)?;
        let shown = |position: Option<i32>| Some(json!({ "series_position": position }));
        let (before, after) = (shown(before), shown(Some(position)));
        let change = Change { actor, action: "series_ordered", reason: None, before, after };
        store::record_change(conn, context, event.id, &change)?;
    }
    if is_changed { Ok(store::update_series(conn, &series, context.now)?) } else { Ok(series) }
}

fn check(events: &HashMap<EventId, Event>, ids: &[EventId]) -> Result<(), EventError> {
    let mut checks = Checks::new();
    let mut seen = HashSet::new();
    checks.count("", ids.len(), 10_000);
    for (index, id) in ids.iter().enumerate() {
        if !events.contains_key(id) {
            checks.fault(format!("/{index}"), Code::ReferenceUnknown, "The series has no such event.");
        } else if !seen.insert(id) {
            checks.fault(format!("/{index}"), Code::Invalid, "This event stands in the list already.");
        }
    }
    let missing = events.len().saturating_sub(seen.len());
    if missing > 0 {
        let detail = format!("Name every event of the series, {} in all: {missing} are missing.", events.len());
        checks.fault("", Code::Invalid, detail);
    }
    let errors = checks.into_errors();
    if errors.is_empty() { Ok(()) } else { Err(EventError::Invalid(errors)) }
}
