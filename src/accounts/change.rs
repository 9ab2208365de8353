//! Changing a workspace's settings.

use super::model::Workspace;
use super::{links_store, promise_retention, store};
use crate::db::{Conn, DbResult};
use crate::time::Context;

/// Gives a workspace, which the caller has locked, the settings of `new`. Another address for its events' pages, or another language for
/// our words in what has none of ours, changes every event: calendars show it. Another retention is promised.
///
/// # Errors
/// The database failed.
pub fn change_workspace(
    conn: &mut Conn,
    context: &Context,
    before: &Workspace,
    new: &Workspace,
) -> DbResult<Workspace> {
    if before.links.0.event != new.links.0.event || before.language != new.language {
        links_store::touch_events_of(conn, before.id, context.now)?;
    }
    let workspace = store::update_workspace(conn, new, context.now)?;
    promise_retention(conn, context, &workspace)?;
    Ok(workspace)
}
