//! Removing one session.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::error::SessionError;
use super::model::Session;
use super::remove::remove_sessions;
use super::replace::save;
use super::rules::Node;
use super::{rules, store};
use crate::db::Conn;
use crate::events::store::{Change, record_change, touch_event};
use crate::events::{Event, SessionId};
use crate::time::Context;

/// Removes a session with everything that it contains, everybody who appears in it and, if `remove_materials`, its materials.
/// The event is locked by the caller.
///
/// # Errors
/// Materials belong to it or to what it contains, which are not to be removed.
pub fn delete_session(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    session: &Session,
    remove_materials: bool,
) -> Result<(), SessionError> {
    let tree = rules::build_tree(store::sessions_of_event(conn, event.id)?);
    let ids = rules::find_node(&tree, session.id).map(within).unwrap_or_default();
    let materials = remove_sessions(conn, &ids, remove_materials)?;
    let left = store::sessions_of_event(conn, event.id)?;
    let before: HashMap<SessionId, &Session> = left.iter().map(|one| (one.id, one)).collect();
    let mut numbered = left.clone();
    rules::close_gaps(&mut numbered);
    for one in numbered {
        if let Some(before) = before.get(&one.id) {
            save(conn, context, before, &one)?;
        }
    }
    let before = Some(summary(session, materials));
    let change = Change { actor, action: "session_removed", reason: None, before, after: None };
    record_change(conn, context, event.id, &change)?;
    Ok(touch_event(conn, event.id, context.now)?)
}

/// A session and everything that it contains.
fn within(node: &Node) -> Vec<SessionId> {
    std::iter::once(node.session.id).chain(node.sessions.iter().flat_map(within)).collect()
}

/// A session as the history keeps it, with how many materials went with it.
fn summary(session: &Session, materials: i64) -> Value {
    let (id, title) = (session.id, &session.fields.title);
    match materials {
        0 => json!({ "session_id": id, "title": title }),
        removed => json!({ "session_id": id, "title": title, "removed_materials": removed }),
    }
}
