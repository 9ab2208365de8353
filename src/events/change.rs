//! Changing what an event is.

use serde_json::{Map, Value, json};

use super::command::promise_change;
use super::create::status_of;
use super::details::{AttendanceMode, EventDetails, Venue, VirtualLocation};
use super::error::EventError;
use super::inherit::{complete_when, defaults_of};
use super::model::{Event, EventNotice, EventStatus, WhenColumns};
use super::remind::promise_reminders;
use super::rules;
use super::store::{self, Change};
use crate::db::Conn;
use crate::outbox::{self, NewMessage};
use crate::time::{Context, Phase};

/// Stores new details. Saving what was read changes nothing, not even the revision: what repeats an inherited value stays
/// inherited. The time of an event that was ever published is moved by its own command, which keeps the old one and tells people. With
/// `notify`, whoever is confirmed is told of another place or another way to join.
///
/// # Errors
/// The details do not fit, name a series that the workspace lacks, or move an event that was published.
pub fn change_event(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    mut event: Event,
    mut details: EventDetails,
    notify: bool,
) -> Result<Event, EventError> {
    details.when = complete_when(conn, event.workspace_id, details.series_id, details.when)?;
    let when = details.check().map_err(EventError::Invalid)?;
    let details = event.without_repeated(details.normal(&when));
    if details == event.details.0 {
        return Ok(event);
    }
    // Also while it is hidden: who registered before counts on the time that they know.
    if event.published_at.is_some() && when != event.when()? {
        return Err(EventError::Reschedule);
    }
    let (before, after) = difference(&event.details.0, &details);
    let place = place_of(&event);
    let is_shown = when != event.when()? || details.shown() != event.details.0.shown();
    let capacity = event.capacity();
    let reminders = event.reminders().to_vec();
    if details.series_id != event.details.0.series_id {
        event.series_defaults.0 = defaults_of(conn, event.workspace_id, details.series_id)?;
    }
    if when != event.when()? && matches!(event.status, EventStatus::Tentative | EventStatus::Scheduled) {
        event.status = status_of(&when);
    }
    event.when = WhenColumns::from(&when);
    event.details.0 = details;
    if event.capacity() != capacity {
        let seats = store::set_capacity(conn, event.id, event.capacity())?;
        if seats.waiting > 0 {
            outbox::enqueue(conn, context, &seats_changed(&event))?;
        }
    }
    let has_moved = place_of(&event) != place;
    let update = if is_shown { store::update_event } else { store::update_unshown };
    let event = update(conn, &event, context.now)?;
    let notice =
        (notify && has_moved && is_awaited(&event, when.phase(context.now))).then_some(EventNotice::PlaceChanged);
    let change = Change { actor, action: "changed", reason: None, before: Some(before), after: Some(after) };
    let change = store::record_notice(conn, context, event.id, &change, notice)?;
    if notice.is_some() {
        promise_change(conn, context, &event, change)?;
    }
    if event.reminders() != reminders {
        promise_reminders(conn, context, &event)?;
    }
    Ok(event)
}

/// Whether people have to go, or to click, somewhere else.
fn place_of(event: &Event) -> (AttendanceMode, Option<Venue>, Option<VirtualLocation>) {
    let details = &event.details.0;
    (event.attendance_mode(), details.venue.clone(), details.virtual_location.clone())
}

/// Whether people count on an event that is still to come.
fn is_awaited(event: &Event, phase: Phase) -> bool {
    let is_on = rules::is_true(EventNotice::PlaceChanged, event.status);
    rules::is_counted_on(event.visibility, event.published_at.is_some()) && is_on && phase != Phase::Past
}

/// Kind of the message that an event's capacity has changed: whoever keeps its queue passes new seats on.
pub const SEATS_CHANGED: &str = "events.seats_changed";

pub(super) fn seats_changed(event: &Event) -> NewMessage {
    NewMessage {
        workspace: event.workspace_id,
        kind: SEATS_CHANGED,
        payload: json!({ "event_id": event.id }),
        dedupe_key: None,
        event: Some(event.id.0),
        registration: None,
        due_at: None,
    }
}

/// The members that differ, as they were and as they are.
fn difference(before: &EventDetails, after: &EventDetails) -> (Value, Value) {
    let object = |details: &EventDetails| match serde_json::to_value(details) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    let (old, new) = (object(before), object(after));
    let only = |one: &Map<String, Value>, other: &Map<String, Value>| -> Value {
        let members = one.iter().filter(|(name, value)| other.get(*name) != Some(value));
        // A passcode or a private link has no place in a history that outlives it.
        let shown = members.map(|(name, value)| match name.as_str() {
            "virtual_location" => (name.clone(), json!({ "platform": value.get("platform") })),
            _ => (name.clone(), value.clone()),
        });
        Value::Object(shown.collect())
    };
    (only(&old, &new), only(&new, &old))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details(json: Value) -> EventDetails {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_difference_names_what_changed_and_no_secret() {
        let before = details(json!({ "kind": "webinar", "title": "A", "capacity": 5 }));
        let after = details(json!({
            "kind": "webinar", "title": "B", "capacity": 5,
            "virtual_location": { "platform": "Zoom", "passcode": "secret-123", "join_url": "https://x.example/j" },
        }));
        let (old, new) = difference(&before, &after);
        assert_eq!(old, json!({ "title": "A" }));
        assert_eq!(new, json!({ "title": "B", "virtual_location": { "platform": "Zoom" } }));
    }
}
