//! The messages of this room: that a material becomes available.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;

use super::become_available::become_available;
use super::model::{Material, MaterialId, MaterialKind, MaterialOwner, MaterialVisibility};
use crate::db::{Conn, Db, DbResult};
use crate::outbox::{self, Claimed, Done, Failure, NewMessage};
use crate::time::{Clock, Context, Ids};

/// The time of a material of an event comes.
const AVAILABLE: &str = "materials.available";

/// Kind of the message that those who registered may see a recording of an event. Its payload has the event's id.
pub const RECORDING_AVAILABLE: &str = "materials.recording_available";

#[derive(Deserialize)]
struct Payload {
    material_id: MaterialId,
    available_from: DateTime<Utc>,
}

/// Promises to look at a material when it becomes available, if it belongs to an event and is for everybody. Where the time
/// is moved another promise is made, and the old one finds that it no longer applies.
pub(super) fn promise_available(conn: &mut Conn, context: &Context, material: &Material) -> DbResult<()> {
    let (Some(event), Some(at)) = (material.event_id, material.fields.available_from) else { return Ok(()) };
    if at.0 <= context.now || material.fields.visibility != MaterialVisibility::Public {
        return Ok(());
    }
    let message = NewMessage {
        workspace: material.workspace_id,
        kind: AVAILABLE,
        payload: json!({ "material_id": material.id, "available_from": at }),
        dedupe_key: Some(format!("{AVAILABLE}:{}:{}", material.id, at.0.to_rfc3339())),
        event: Some(event.0),
        registration: None,
        due_at: Some(at.0),
    };
    outbox::enqueue(conn, context, &message).map(drop)
}

/// Promises that those who registered are told of a recording of their event when they may see it. Whoever keeps it tells
/// each of them once, so that promising again is harmless. Whether the event takes registrations for its recording now says nothing:
/// it may have taken some before.
pub(super) fn promise_recording(
    conn: &mut Conn,
    context: &Context,
    owner: &MaterialOwner,
    material: &Material,
) -> DbResult<()> {
    let is_recording = material.fields.kind == MaterialKind::Recording;
    let is_for_them = material.fields.visibility != MaterialVisibility::Staff;
    let event = match owner {
        MaterialOwner::Event(event, _) if is_recording && is_for_them => event.id,
        _ => return Ok(()),
    };
    let message = NewMessage {
        workspace: material.workspace_id,
        kind: RECORDING_AVAILABLE,
        payload: json!({ "event_id": event }),
        dedupe_key: None,
        event: Some(event.0),
        registration: None,
        due_at: material.fields.available_from.map(|at| at.0).filter(|at| *at > context.now),
    };
    outbox::enqueue(conn, context, &message).map(drop)
}

/// Keeps the promises of this room.
pub struct MaterialPromises {
    db: Db,
    clock: Clock,
    ids: Ids,
}

impl MaterialPromises {
    /// Uses these.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self { db, clock, ids }
    }

    /// Keeps a promise of this room; none if the kind is another room's.
    pub async fn handle(&self, message: &Claimed) -> Option<Result<Done, Failure>> {
        if message.kind != AVAILABLE {
            return None;
        }
        let Payload { material_id, available_from } = match serde_json::from_value(message.payload.clone()) {
            Ok(payload) => payload,
            Err(error) => return Some(Err(Failure::Fail(format!("the payload cannot be read: {error}")))),
        };
        let context = Context::new(&self.clock, &self.ids);
        let kept = self.db.write(move |conn| become_available(conn, &context, material_id, available_from)).await;
        Some(match kept {
            Ok(true) => Ok(Done::Sent),
            Ok(false) => Ok(Done::Skipped),
            Err(error) => Err(Failure::Retry(error.to_string())),
        })
    }
}
