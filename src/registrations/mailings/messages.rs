//! The kinds of messages of the mails that people may do without, and promising them.

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::model::Registration;
use crate::events::ReminderRule;
use crate::outbox::NewMessage;

/// A person is reminded of their event, or written to after it.
pub const REMINDER: &str = "registrations.reminder";
/// A person who registered for the recording is told that it is there.
pub const RECORDING: &str = "registrations.recording";
/// A member of the staff is sent what they want to announce, before anybody else is.
pub const ANNOUNCEMENT_TRIED: &str = "registrations.announcement_tried";
/// A person is sent what the staff write.
pub const ANNOUNCEMENT: &str = "registrations.announcement";
/// The day of a workspace is summed up: one message for each member who wants to know follows.
pub const DIGEST: &str = "registrations.digest";
/// A member of the staff is sent the digest of a day.
pub const DIGEST_TO: &str = "registrations.digest_to";

/// The kinds that become a mail to the person who registered.
pub const TO_THE_PERSON: [&str; 3] = [REMINDER, RECORDING, ANNOUNCEMENT];

/// A reminder of a person by a rule, for an event that begins on `day`. Two of them are one.
pub fn reminder(registration: &Registration, rule: &ReminderRule, day: NaiveDate) -> NewMessage {
    let payload = json!({ "registration_id": registration.id, "rule": rule, "day": day });
    to_person(REMINDER, registration, payload, &format!("{}:{day}", rule.key()))
}

/// The news of the recording for a person, once for an event.
pub fn recording(registration: &Registration) -> NewMessage {
    to_person(RECORDING, registration, json!({ "registration_id": registration.id }), "event")
}

/// What the staff write, for a person.
pub fn announcement(registration: &Registration, announcement: Uuid) -> NewMessage {
    let payload = json!({ "registration_id": registration.id, "announcement_id": announcement });
    to_person(ANNOUNCEMENT, registration, payload, &announcement.to_string())
}

fn to_person(kind: &'static str, registration: &Registration, payload: Value, what: &str) -> NewMessage {
    NewMessage {
        workspace: registration.workspace_id,
        kind,
        payload,
        dedupe_key: Some(format!("{kind}:{what}:{}", registration.id)),
        event: Some(registration.event_id.0),
        registration: Some(registration.id.0),
        due_at: None,
    }
}
