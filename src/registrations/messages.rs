//! The kinds of messages of this room, and promising them.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::model::Registration;
use crate::db::{Conn, DbResult};
use crate::outbox::{self, NewMessage};
use crate::time::Context;

/// A person has a seat.
pub const CONFIRMED: &str = "registrations.confirmed";
/// A person waits for a seat.
pub const WAITLISTED: &str = "registrations.waitlisted";
/// A person is offered a seat.
pub const OFFERED: &str = "registrations.offered";
/// A person's registration was cancelled.
pub const CANCELLED: &str = "registrations.cancelled";
/// A person's offer ran out.
pub const EXPIRED: &str = "registrations.expired";
/// Somebody registered with an address that is registered already; its owner is sent what they have.
pub const REPEATED: &str = "registrations.repeated";
/// The staff are told of a registration: one message for each of them follows.
pub const NOTICE: &str = "registrations.notice";
/// One member of the staff is told of a registration.
pub const NOTICE_TO: &str = "registrations.notice_to";
/// The time of an offer.
pub const OFFER_ENDS: &str = "registrations.offer_ends";
/// A person is told what became of the event that they registered for.
pub const EVENT_CHANGED_FOR: &str = "registrations.event_changed";

/// Every kind of this room.
pub const ALL: [&str; 10] =
    [CONFIRMED, WAITLISTED, OFFERED, CANCELLED, EXPIRED, REPEATED, NOTICE, NOTICE_TO, OFFER_ENDS, EVENT_CHANGED_FOR];

/// The kinds that become a mail to the person who registered.
pub const TO_THE_PERSON: [&str; 7] = [CONFIRMED, WAITLISTED, OFFERED, CANCELLED, EXPIRED, REPEATED, EVENT_CHANGED_FOR];

/// Promises a message about a registration at once.
pub(super) fn promise(
    conn: &mut Conn,
    context: &Context,
    kind: &'static str,
    registration: &Registration,
) -> DbResult<()> {
    let payload = json!({ "registration_id": registration.id });
    outbox::enqueue(conn, context, &message(kind, registration, payload, None)).map(drop)
}

/// Promises that the staff are told, with what happened: `confirmed`, `waitlisted`, `cancelled`.
pub(super) fn promise_notice(
    conn: &mut Conn,
    context: &Context,
    what: &str,
    registration: &Registration,
) -> DbResult<()> {
    let payload = json!({ "registration_id": registration.id, "what": what });
    outbox::enqueue(conn, context, &message(NOTICE, registration, payload, None)).map(drop)
}

/// Promises to look at an offer when its time is over.
pub(super) fn promise_end(
    conn: &mut Conn,
    context: &Context,
    registration: &Registration,
    ends_at: DateTime<Utc>,
) -> DbResult<()> {
    let payload = json!({ "registration_id": registration.id });
    outbox::enqueue(conn, context, &message(OFFER_ENDS, registration, payload, Some(ends_at))).map(drop)
}

/// Promises to send an address what it has, once a day at most, however often somebody enters it.
pub(super) fn promise_repeat(conn: &mut Conn, context: &Context, registration: &Registration) -> DbResult<()> {
    let day = context.now.date_naive();
    let payload = json!({ "registration_id": registration.id });
    let once = NewMessage {
        dedupe_key: Some(format!("{REPEATED}:{}:{day}", registration.id)),
        ..message(REPEATED, registration, payload, None)
    };
    outbox::enqueue(conn, context, &once).map(drop)
}

/// Promises to tell a person of a change of their event, once.
pub(super) fn promise_change(
    conn: &mut Conn,
    context: &Context,
    change: Uuid,
    registration: &Registration,
) -> DbResult<()> {
    let payload = json!({ "registration_id": registration.id, "change_id": change });
    let once = NewMessage {
        dedupe_key: Some(format!("{EVENT_CHANGED_FOR}:{change}:{}", registration.id)),
        ..message(EVENT_CHANGED_FOR, registration, payload, None)
    };
    outbox::enqueue(conn, context, &once).map(drop)
}

fn message(
    kind: &'static str,
    registration: &Registration,
    payload: serde_json::Value,
    due_at: Option<DateTime<Utc>>,
) -> NewMessage {
    NewMessage {
        workspace: registration.workspace_id,
        kind,
        payload,
        dedupe_key: None,
        event: Some(registration.event_id.0),
        registration: Some(registration.id.0),
        due_at,
    }
}
