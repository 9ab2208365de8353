//! The kinds of messages of this room, and promising them.

use serde_json::json;

use super::details::InvitationAnswer;
use super::model::Appearance;
use crate::db::{Conn, DbResult};
use crate::outbox::{self, NewMessage};
use crate::time::Context;

/// A speaker is invited.
pub const INVITATION: &str = "speakers.invitation";
/// The staff are told of an answer: one message for each of them follows.
pub const ANSWERED: &str = "speakers.answered";
/// One member of the staff is told of an answer.
pub const ANSWERED_TO: &str = "speakers.answered_to";

/// Every kind of this room.
pub const ALL: [&str; 3] = [INVITATION, ANSWERED, ANSWERED_TO];

/// Promises the mail of an invitation. It is of this version: a later one has a mail of its own.
pub(super) fn promise_invitation(conn: &mut Conn, context: &Context, appearance: &Appearance) -> DbResult<()> {
    let payload = json!({ "appearance_id": appearance.id, "version": appearance.invitation_version });
    outbox::enqueue(conn, context, &message(INVITATION, appearance, payload)).map(drop)
}

/// Promises that the staff are told what a speaker answered.
pub(super) fn promise_notice(
    conn: &mut Conn,
    context: &Context,
    appearance: &Appearance,
    answer: InvitationAnswer,
) -> DbResult<()> {
    let payload = json!({
        "appearance_id": appearance.id, "version": appearance.invitation_version, "answer": answer,
    });
    outbox::enqueue(conn, context, &message(ANSWERED, appearance, payload)).map(drop)
}

pub(super) fn message(kind: &'static str, appearance: &Appearance, payload: serde_json::Value) -> NewMessage {
    NewMessage {
        workspace: appearance.workspace_id,
        kind,
        payload,
        dedupe_key: None,
        event: Some(appearance.event_id.0),
        registration: None,
        due_at: None,
    }
}
