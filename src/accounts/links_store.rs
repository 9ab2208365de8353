//! Queries on the addresses that a workspace gives to its people.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::links::LinkTemplates;
use crate::db::schema::{events, workspaces};
use crate::db::types::{Json, not_before_last};
use crate::db::{Conn, DbResult};
use crate::http::WorkspaceId;

/// The templates of several workspaces.
///
/// # Errors
/// The database failed.
pub fn link_templates(conn: &mut Conn, workspaces: &[WorkspaceId]) -> DbResult<HashMap<WorkspaceId, LinkTemplates>> {
    let named = workspaces::table.filter(workspaces::id.eq_any(workspaces.to_vec()));
    let rows: Vec<(WorkspaceId, Json<LinkTemplates>)> = named.select((workspaces::id, workspaces::links)).load(conn)?;
    Ok(rows.into_iter().map(|(id, links)| (id, links.0)).collect())
}

/// Raises sequence and revision of every event of a workspace: each shows where its page is. The table is that of a room that
/// stands behind this one.
pub(super) fn touch_events_of(conn: &mut Conn, workspace: WorkspaceId, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(events::table.filter(events::workspace_id.eq(workspace)))
        .set((
            events::sequence.eq(events::sequence + 1),
            events::revision.eq(events::revision + 1),
            events::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    Ok(())
}
