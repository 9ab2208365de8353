//! Removing sessions with what belongs to them.

use serde_json::{Value, json};

use super::error::SessionError;
use super::store;
use crate::db::Conn;
use crate::events::SessionId;

/// Removes sessions with what they contain, who appears in them, and, if `with_materials`, their materials. Returns how many
/// materials went. `ids` are all that go: also what they contain.
///
/// # Errors
/// Materials belong to them, which are not to be removed.
pub(super) fn remove_sessions(conn: &mut Conn, ids: &[SessionId], with_materials: bool) -> Result<i64, SessionError> {
    let materials = store::count_materials(conn, ids)?;
    if materials > 0 && !with_materials {
        return Err(SessionError::HasMaterials);
    }
    store::delete_sessions(conn, ids)?;
    Ok(materials)
}

/// What an agenda was, as the history keeps it: its sessions, and the materials that went.
pub(super) fn counts(sessions: usize, removed_materials: i64) -> Value {
    match removed_materials {
        0 => json!({ "sessions": sessions }),
        removed => json!({ "sessions": sessions, "removed_materials": removed }),
    }
}
