//! The kinds of messages of this room, and promising them.

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::model::{GroupId, Registration};
use crate::db::{Conn, DbResult};
use crate::events::Event;
use crate::http::WorkspaceId;
use crate::outbox::{self, NewMessage, Promise};
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

/// A person is asked to confirm their address.
pub const VERIFY: &str = "registrations.verify";
/// The time to confirm an address is over.
pub const VERIFICATION_ENDS: &str = "registrations.verification_ends";
/// A person waits for the staff's decision.
pub const PENDING: &str = "registrations.pending";
/// An event is over: nobody waits for it any more.
pub const WAITING_ENDS: &str = "registrations.waiting_ends";
/// The staff have refused a registration.
pub const REJECTED: &str = "registrations.rejected";

/// A person is told of all that they registered for together, and asked to confirm their address where that is needed.
pub const SERIES: &str = "registrations.series";

/// Every kind of this room.
pub const ALL: [&str; 16] = [
    CONFIRMED,
    WAITLISTED,
    OFFERED,
    CANCELLED,
    EXPIRED,
    REPEATED,
    NOTICE,
    NOTICE_TO,
    OFFER_ENDS,
    EVENT_CHANGED_FOR,
    VERIFY,
    VERIFICATION_ENDS,
    WAITING_ENDS,
    PENDING,
    REJECTED,
    SERIES,
];

/// The kinds that become a mail to the person who registered.
pub const TO_THE_PERSON: [&str; 10] =
    [CONFIRMED, WAITLISTED, OFFERED, CANCELLED, EXPIRED, REPEATED, EVENT_CHANGED_FOR, VERIFY, PENDING, REJECTED];

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

/// Promises to send a person once more what they have, with the links that they have now.
pub(super) fn promise_again(
    conn: &mut Conn,
    context: &Context,
    kind: &'static str,
    registration: &Registration,
) -> DbResult<()> {
    let payload = json!({ "registration_id": registration.id, "is_again": true });
    outbox::enqueue(conn, context, &message(kind, registration, payload, None)).map(drop)
}

/// Promises that the staff are told, with what happened: `confirmed`, `waitlisted`, `cancelled`,
/// `pending_approval`.
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

/// Promises to look at an address that has to be confirmed when the time for it is over.
pub(super) fn promise_verification_end(
    conn: &mut Conn,
    context: &Context,
    registration: &Registration,
    ends_at: DateTime<Utc>,
) -> DbResult<()> {
    let payload = json!({ "registration_id": registration.id });
    outbox::enqueue(conn, context, &message(VERIFICATION_ENDS, registration, payload, Some(ends_at))).map(drop)
}

/// Promises to look at who waits for an event once it is over, once for each end that it has.
pub(super) fn promise_waiting_end(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    ends_at: DateTime<Utc>,
) -> DbResult<()> {
    let message = NewMessage {
        workspace: event.workspace_id,
        kind: WAITING_ENDS,
        payload: json!({ "event_id": event.id }),
        dedupe_key: Some(format!("{WAITING_ENDS}:{}:{}", event.id, ends_at.to_rfc3339())),
        event: Some(event.id.0),
        registration: None,
        due_at: Some(ends_at),
    };
    outbox::enqueue(conn, context, &message).map(drop)
}

/// Promises to send an address what it has, once a day at most, however often somebody enters it.
pub(super) fn promise_repeat(conn: &mut Conn, context: &Context, registration: &Registration) -> DbResult<()> {
    promise_once_a_day(conn, context, (REPEATED, ""), registration).map(drop)
}

/// Promises to ask for the confirmation of an address again, once a day at most. Returns whether it did.
pub(super) fn promise_verify_again(conn: &mut Conn, context: &Context, registration: &Registration) -> DbResult<bool> {
    promise_once_a_day(conn, context, (VERIFY, ""), registration)
}

/// The same for somebody who has lost the link: whoever corrects what they entered is still asked again.
pub(super) fn promise_verify_link(conn: &mut Conn, context: &Context, registration: &Registration) -> DbResult<bool> {
    promise_once_a_day(conn, context, (VERIFY, ":link"), registration)
}

fn promise_once_a_day(
    conn: &mut Conn,
    context: &Context,
    (kind, why): (&'static str, &str),
    registration: &Registration,
) -> DbResult<bool> {
    let day = context.now.date_naive();
    let payload = json!({ "registration_id": registration.id });
    let once = NewMessage {
        dedupe_key: Some(format!("{kind}{why}:{}:{day}", registration.id)),
        ..message(kind, registration, payload, None)
    };
    outbox::enqueue(conn, context, &once)
}

/// Why the one mail about registrations that were made together is promised.
pub(super) enum GroupMail {
    /// They were made; with a text, once for it.
    Made(Option<String>),
    /// Their address was just confirmed: nobody is asked to do that again.
    Confirmed,
}

/// Promises the one mail about registrations that were made together. Returns whether it did.
pub(super) fn promise_group(
    conn: &mut Conn,
    context: &Context,
    (workspace, group): (WorkspaceId, GroupId),
    why: GroupMail,
) -> DbResult<bool> {
    let (is_confirmed, once) = match why {
        GroupMail::Made(once) => (false, once),
        GroupMail::Confirmed => (true, None),
    };
    let message = NewMessage {
        workspace,
        kind: SERIES,
        payload: json!({ "group_id": group, "is_confirmed": is_confirmed }),
        dedupe_key: once.map(|once| format!("{SERIES}:{once}")),
        event: None,
        registration: None,
        due_at: None,
    };
    outbox::enqueue(conn, context, &message)
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

/// The change that a message which [`promise_change`] promised tells of; none if it is another.
pub(super) fn change_of(promise: &Promise) -> Option<Uuid> {
    let key = promise.dedupe_key.as_deref().filter(|_| promise.kind == EVENT_CHANGED_FOR)?;
    key.strip_prefix(EVENT_CHANGED_FOR)?.strip_prefix(':')?.split(':').next()?.parse().ok()
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
