//! What the commands that change when an event is, or whether it is, have in common.

use serde_json::{Map, Value, json};

use super::details::when_fault;
use super::error::EventError;
use super::inherit::complete_when;
use super::model::{Event, EventNotice, PreviousWhen, WhenColumns};
use super::remind::promise_reminders;
use super::rules::{self, Command};
use super::store::{self, Change};
use crate::db::types::{AnyId, Json};
use crate::db::{Conn, DbResult};
use crate::outbox::{self, NewMessage};
use crate::time::{Context, When, WhenInput};

/// Kind of the message that a change was made which concerns whoever registered. Its payload has the ids of the event and of
/// the change, whose `notice` says what people are told, if anything.
pub const EVENT_CHANGED: &str = "events.changed";

/// Who gives a command, and what they say with it.
#[derive(Debug, Clone, Copy)]
pub struct Issued<'a> {
    /// Who: `member:…`, `token:…`.
    pub actor: &'a str,
    /// Why; people are told.
    pub reason: Option<&'a str>,
    /// Whether people are told. Without it they are if they could count on the event.
    pub notify: Option<bool>,
}

/// Refuses a command that the state of an event does not allow.
pub(super) fn check(command: Command, event: &Event) -> Result<(), EventError> {
    if rules::allows(command, event.visibility, event.status) {
        Ok(())
    } else {
        Err(EventError::NotNow(event.visibility, event.status))
    }
}

/// Reads the `when` that a request gives to an event: a time without a zone has that of the event's series.
///
/// # Errors
/// It does not fit.
pub fn read_when(conn: &mut Conn, event: &Event, input: &WhenInput) -> Result<When, EventError> {
    let input = complete_when(conn, event.workspace_id, event.series_id, input.clone())?;
    input.parse().map_err(|error| EventError::Invalid(vec![when_fault("/when", &error)]))
}

/// Gives an event another time and keeps the old one, with whether anybody but staff may know it. Its own times of registration
/// move as far as the start does from the last one that was known. The same time changes nothing.
pub(super) fn set_when(event: &mut Event, when: &When) -> DbResult<()> {
    let old = event.when()?;
    if *when != old {
        let start = last_datetime(event)?.and_then(|last| last.starts_at());
        if let (Some(old), Some(new)) = (start, when.starts_at()) {
            event.details.0.registration = event.details.0.registration.take().map(|policy| policy.moved(new - old));
        }
        let is_announced = event.published_at.is_some();
        event.previous_whens.0.push(PreviousWhen { when: old.input(), is_announced });
        event.when = WhenColumns::from(when);
        event.details.0.when = when.input();
    }
    Ok(())
}

/// Stores what a command made of an event, records it, and promises what follows from it.
pub(super) fn conclude(
    conn: &mut Conn,
    context: &Context,
    before: &Event,
    after: &Event,
    notice: EventNotice,
    issued: &Issued<'_>,
) -> Result<Event, EventError> {
    // Whoever registers holds the seats until they are done. So everybody who got in before has a row now, and whoever
    // comes later sees the event as it is then.
    store::lock_seats(conn, before.id)?;
    let was_published = before.published_at.is_some();
    let by_itself = rules::tells_by_itself(before.visibility, was_published, before.status, before.phase(context.now)?);
    let told = issued.notify.unwrap_or(by_itself).then_some(notice);
    let event = store::update_event(conn, after, context.now)?;
    let (old, new) = (describe(before, &event), describe(&event, before));
    let change = Change {
        actor: issued.actor,
        action: notice.as_str(),
        reason: issued.reason,
        before: Some(old),
        after: Some(new),
    };
    let change = store::record_notice(conn, context, event.id, &change, told)?;
    promise_change(conn, context, &event, change)?;
    promise_reminders(conn, context, &event)?;
    Ok(event)
}

/// Promises that whoever registered is looked after: told of the change, and their offers withdrawn or renewed.
pub(super) fn promise_change(conn: &mut Conn, context: &Context, event: &Event, change: AnyId) -> DbResult<()> {
    let message = NewMessage {
        workspace: event.workspace_id,
        kind: EVENT_CHANGED,
        payload: json!({ "event_id": event.id, "change_id": change.0 }),
        dedupe_key: Some(format!("{EVENT_CHANGED}:{}", change.0)),
        event: Some(event.id.0),
        registration: None,
        due_at: None,
    };
    outbox::enqueue(conn, context, &message).map(drop)
}

/// What a history says of an event, beside how it differs from `other`.
fn describe(event: &Event, other: &Event) -> Value {
    let mut members = Map::new();
    if event.when != other.when {
        members.insert("when".to_owned(), json!(event.details.0.when));
    }
    if event.details.0.registration != other.details.0.registration {
        members.insert("registration".to_owned(), json!(event.details.0.registration));
    }
    if event.status != other.status {
        members.insert("status".to_owned(), json!(event.status));
    }
    Value::Object(members)
}

/// The time that an event had when it last had one to the minute: its own, or else the newest before it.
///
/// # Errors
/// A `when` cannot be read: a hand in the database.
pub fn last_datetime(event: &Event) -> DbResult<Option<When>> {
    let own = event.when()?;
    if own.local_start().is_some() {
        return Ok(Some(own));
    }
    let Json(previous) = &event.previous_whens;
    let mut newest_first = previous.iter().rev().filter_map(|one| one.when.parse().ok());
    Ok(newest_first.find(|when: &When| when.local_start().is_some()))
}
