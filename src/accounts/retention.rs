//! The promise to erase what a workspace keeps no longer, made anew each day.
//!
//! This room makes it where the setting is; `privacy`, which knows what is personal, keeps it.

use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::model::Workspace;
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::outbox::{self, NewMessage};
use crate::time::Context;

/// What is personal and older than the workspace keeps it is erased.
pub const RETENTION: &str = "workspaces.retention";

/// How long after the setting, and after each time, it is done. So a slip of the pen can be taken back.
const PAUSE: Duration = Duration::days(1);

/// What the promise says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Retention {
    /// Since when the setting holds: the promise of an earlier one is void.
    pub since: At,
}

/// Promises the next time, a day from now, if the workspace keeps things for a time only. A day has one.
///
/// # Errors
/// The database failed.
pub fn promise_retention(conn: &mut Conn, context: &Context, workspace: &Workspace) -> DbResult<()> {
    let (Some(_days), Some(since)) = (workspace.retention_days, workspace.retention_since) else { return Ok(()) };
    let due_at = context.now + PAUSE;
    let message = NewMessage {
        workspace: workspace.id,
        kind: RETENTION,
        payload: json!(Retention { since }),
        dedupe_key: Some(format!(
            "{RETENTION}:{}:{}:{}",
            workspace.id,
            since.0.timestamp_micros(),
            due_at.date_naive()
        )),
        event: None,
        registration: None,
        due_at: Some(due_at),
    };
    outbox::enqueue(conn, context, &message).map(drop)
}
