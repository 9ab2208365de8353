//! Every query on suppressions.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{NewSuppression, Suppression, SuppressionId, SuppressionReason};
use crate::db::schema::suppressions;
use crate::db::types::At;
use crate::db::{Conn, DbError, DbResult, MultiBackend, in_savepoint, search};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Which suppressions of a workspace.
#[derive(Debug, Clone, Default)]
pub(super) struct SuppressionFilter {
    /// Words that each stand in the address.
    pub q: Option<String>,
    /// Why it is suppressed.
    pub reason: Option<SuppressionReason>,
}

fn search_text(address: Option<&str>) -> String {
    search::normalise(address.unwrap_or_default())
}

/// Suppresses an address that was not. Another transaction that does the same has this one run again.
pub(super) fn insert(conn: &mut Conn, context: &Context, new: &NewSuppression) -> DbResult<SuppressionId> {
    let id = SuppressionId(context.uuid());
    let row = (
        suppressions::id.eq(id),
        suppressions::workspace_id.eq(new.workspace),
        suppressions::address_digest.eq(new.digest.clone()),
        suppressions::address.eq(new.address.as_deref()),
        suppressions::reason.eq(new.reason),
        suppressions::status.eq(new.status.as_deref()),
        suppressions::diagnostic.eq(new.diagnostic.as_deref()),
        suppressions::message_id.eq(new.message),
        suppressions::count.eq(1),
        suppressions::first_seen_at.eq(At(context.now)),
        suppressions::last_seen_at.eq(At(context.now)),
        suppressions::search_text.eq(search_text(new.address.as_deref())),
    );
    let inserted = in_savepoint(conn, |conn| -> DbResult<()> {
        diesel::insert_into(suppressions::table).values(row).execute(conn)?;
        Ok(())
    });
    match inserted {
        Ok(()) => Ok(id),
        Err(DbError::UniqueViolation) => Err(DbError::Crossed),
        Err(error) => Err(error),
    }
}

/// Counts that it was said again, with what was said now. The message is the one that it came from last.
pub(super) fn repeat(
    conn: &mut Conn,
    current: &Suppression,
    reason: SuppressionReason,
    new: &NewSuppression,
    now: DateTime<Utc>,
) -> DbResult<()> {
    let message = new.message.or(current.message_id);
    diesel::update(suppressions::table.find(current.id))
        .set((
            suppressions::reason.eq(reason),
            suppressions::status.eq(new.status.as_deref()),
            suppressions::diagnostic.eq(new.diagnostic.as_deref()),
            suppressions::message_id.eq(message),
            suppressions::count.eq(suppressions::count + 1),
            suppressions::last_seen_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Adds the address to a suppression that knew only its digest.
pub(super) fn name_address(conn: &mut Conn, id: SuppressionId, address: &str) -> DbResult<()> {
    diesel::update(suppressions::table.find(id))
        .set((suppressions::address.eq(Some(address)), suppressions::search_text.eq(search_text(Some(address)))))
        .execute(conn)?;
    Ok(())
}

/// Leaves nothing of an address but its digest, and why it is not written to.
pub(super) fn forget_name(conn: &mut Conn, workspace: WorkspaceId, digest: &[u8]) -> DbResult<usize> {
    let named = suppressions::table
        .filter(suppressions::workspace_id.eq(workspace))
        .filter(suppressions::address_digest.eq(digest.to_vec()));
    let forgotten = diesel::update(named).set((
        suppressions::address.eq(None::<String>),
        suppressions::diagnostic.eq(None::<String>),
        suppressions::search_text.eq(""),
    ));
    Ok(forgotten.execute(conn)?)
}

/// The suppression of an address in a workspace.
pub(super) fn find_by_digest(conn: &mut Conn, workspace: WorkspaceId, digest: &[u8]) -> DbResult<Option<Suppression>> {
    let row = suppressions::table
        .filter(suppressions::workspace_id.eq(workspace))
        .filter(suppressions::address_digest.eq(digest.to_vec()));
    Ok(row.select(Suppression::as_select()).first(conn).optional()?)
}

/// Those of these digests that are suppressed in a workspace.
pub(super) fn suppressed_among(conn: &mut Conn, workspace: WorkspaceId, digests: &[Vec<u8>]) -> DbResult<Vec<Vec<u8>>> {
    if digests.is_empty() {
        return Ok(Vec::new());
    }
    let rows = suppressions::table
        .filter(suppressions::workspace_id.eq(workspace))
        .filter(suppressions::address_digest.eq_any(digests.to_vec()));
    Ok(rows.select(suppressions::address_digest).load(conn)?)
}

/// A suppression of this workspace.
pub(super) fn get(conn: &mut Conn, workspace: WorkspaceId, id: SuppressionId) -> DbResult<Suppression> {
    let row = suppressions::table.find(id).filter(suppressions::workspace_id.eq(workspace));
    row.select(Suppression::as_select()).first(conn).optional()?.ok_or(DbError::NotFound)
}

/// A workspace's suppressions, newest first, behind `after`.
pub(super) fn list(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &SuppressionFilter,
    after: Option<SuppressionId>,
    limit: i64,
) -> DbResult<Vec<Suppression>> {
    let mut rows = suppressions::table.filter(suppressions::workspace_id.eq(workspace)).into_boxed::<MultiBackend>();
    for pattern in search::patterns(filter.q.as_deref().unwrap_or_default()) {
        rows = rows.filter(suppressions::search_text.like(pattern));
    }
    if let Some(reason) = filter.reason {
        rows = rows.filter(suppressions::reason.eq(reason));
    }
    if let Some(after) = after {
        rows = rows.filter(suppressions::id.lt(after));
    }
    Ok(rows.order(suppressions::id.desc()).limit(limit).select(Suppression::as_select()).load(conn)?)
}

/// Lets an address be written to again. Returns whether there was such a suppression.
pub(super) fn delete(conn: &mut Conn, workspace: WorkspaceId, id: SuppressionId) -> DbResult<bool> {
    let row = suppressions::table.find(id).filter(suppressions::workspace_id.eq(workspace));
    Ok(diesel::delete(row).execute(conn)? == 1)
}
