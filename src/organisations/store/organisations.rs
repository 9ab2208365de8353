//! Queries on organisations themselves.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::super::model::{Organisation, OrganisationDetails, OrganisationId, OrganisationKind};
use crate::db::schema::{organisations, workspaces};
use crate::db::types::{At, Json, not_before_last};
use crate::db::{Conn, DbError, DbResult, search};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Which organisations of a workspace.
#[derive(Debug, Clone, Default)]
pub struct OrganisationFilter {
    /// Words that each stand in one of its names.
    pub q: Option<String>,
    /// The sort of organisation.
    pub kind: Option<OrganisationKind>,
}

pub(in super::super) fn insert(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    details: &OrganisationDetails,
) -> DbResult<Organisation> {
    let id = OrganisationId(context.uuid());
    diesel::insert_into(organisations::table)
        .values((
            organisations::id.eq(id),
            organisations::workspace_id.eq(workspace),
            organisations::name.eq(&details.name),
            organisations::acronym.eq(details.acronym.as_deref()),
            organisations::aliases.eq(Json(details.aliases.clone())),
            organisations::kind.eq(details.kind),
            organisations::country.eq(details.country.as_deref()),
            organisations::url.eq(details.url.as_deref()),
            organisations::description.eq(details.description.as_deref()),
            organisations::legal_form.eq(details.legal_form.clone().map(Json)),
            organisations::logo_url.eq(details.logo.as_ref().map(|logo| &logo.url)),
            organisations::logo_alt.eq(details.logo.as_ref().map(|logo| &logo.alt)),
            organisations::parent_id.eq(details.parent_id),
            organisations::sort_key.eq(search::normalise(&details.name)),
            organisations::search_text.eq(search_text(details)),
            organisations::revision.eq(1_i64),
            organisations::created_at.eq(At(context.now)),
            organisations::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    get(conn, workspace, id)
}

fn search_text(details: &OrganisationDetails) -> String {
    let names = [Some(&details.name), details.acronym.as_ref()].into_iter().flatten().chain(&details.aliases);
    search::normalise(&names.map(String::as_str).collect::<Vec<_>>().join(" "))
}

/// An organisation of this workspace. One that was merged into another is none any more.
///
/// # Errors
/// There is none, or the database failed.
pub fn get(conn: &mut Conn, workspace: WorkspaceId, id: OrganisationId) -> DbResult<Organisation> {
    let row = organisations::table.find(id).filter(organisations::workspace_id.eq(workspace));
    Ok(row.filter(organisations::merged_into.is_null()).select(Organisation::as_select()).first(conn)?)
}

/// An organisation of any workspace: who may see it is for the caller to decide. Where it was merged into another, it is
/// that one, which has another id.
///
/// # Errors
/// The database failed.
pub fn find_anywhere(conn: &mut Conn, id: OrganisationId) -> DbResult<Option<Organisation>> {
    let row = organisations::table.find(id);
    let found: Option<(Organisation, Option<OrganisationId>)> =
        row.select((Organisation::as_select(), organisations::merged_into)).first(conn).optional()?;
    match found {
        Some((_, Some(into))) => {
            Ok(organisations::table.find(into).select(Organisation::as_select()).first(conn).optional()?)
        }
        found => Ok(found.map(|(organisation, _)| organisation)),
    }
}

/// Under which id an organisation is found: that of another one, where it was merged into it.
///
/// # Errors
/// The database failed.
pub fn present_id(conn: &mut Conn, id: OrganisationId) -> DbResult<OrganisationId> {
    let row = organisations::table.find(id).select(organisations::merged_into);
    let found: Option<Option<OrganisationId>> = row.first(conn).optional()?;
    Ok(found.flatten().unwrap_or(id))
}

/// Those of `ids` that are organisations of this workspace, by name.
///
/// # Errors
/// The database failed.
pub fn find_many(conn: &mut Conn, workspace: WorkspaceId, ids: &[OrganisationId]) -> DbResult<Vec<Organisation>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = organisations::table
        .filter(organisations::workspace_id.eq(workspace))
        .filter(organisations::id.eq_any(ids.to_vec()))
        .filter(organisations::merged_into.is_null())
        .order((organisations::sort_key, organisations::id));
    Ok(rows.select(Organisation::as_select()).load(conn)?)
}

/// At most `limit` organisations of a workspace, by name, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &OrganisationFilter,
    after: Option<(String, OrganisationId)>,
    limit: i64,
) -> DbResult<Vec<Organisation>> {
    let mut rows = organisations::table
        .filter(organisations::workspace_id.eq(workspace))
        .filter(organisations::merged_into.is_null())
        .into_boxed::<crate::db::MultiBackend>();
    for pattern in search::patterns(filter.q.as_deref().unwrap_or_default()) {
        rows = rows.filter(organisations::search_text.like(pattern));
    }
    if let Some(kind) = filter.kind {
        rows = rows.filter(organisations::kind.eq(kind));
    }
    if let Some((sort_key, id)) = after {
        // It comes from a cursor, and so from outside: one of ours stays as it is, any other is made fit to be compared.
        let sort_key = search::normalise(&sort_key);
        let is_same_name = organisations::sort_key.eq(sort_key.clone());
        rows = rows.filter(organisations::sort_key.gt(sort_key).or(is_same_name.and(organisations::id.gt(id))));
    }
    let page = rows.order((organisations::sort_key, organisations::id)).limit(limit);
    Ok(page.select(Organisation::as_select()).load(conn)?)
}

/// Locks an organisation's row until the transaction ends, by writing it as it is. Returns whether there is one.
pub(in super::super) fn lock(conn: &mut Conn, workspace: WorkspaceId, id: OrganisationId) -> DbResult<bool> {
    Ok(lock_many(conn, workspace, &[id])?.len() == 1)
}

/// Locks those of `ids` that are organisations of this workspace until the transaction ends, and returns them. Whoever
/// stores a reference to one locks it: a name that is changed meanwhile changes what shows it too, and one that is merged
/// into another is not named any more.
///
/// # Errors
/// The database failed.
pub fn lock_many(conn: &mut Conn, workspace: WorkspaceId, ids: &[OrganisationId]) -> DbResult<Vec<OrganisationId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let named = || {
        organisations::table
            .filter(organisations::workspace_id.eq(workspace))
            .filter(organisations::id.eq_any(ids.to_vec()))
            .filter(organisations::merged_into.is_null())
    };
    diesel::update(named()).set(organisations::revision.eq(organisations::revision)).execute(conn)?;
    Ok(named().select(organisations::id).load(conn)?)
}

/// Locks the directory of a workspace until the transaction ends: what could make somebody lie below themselves, or belong
/// to themselves, comes one after the other. It is the first lock of its transaction.
pub(in super::super) fn lock_directory(conn: &mut Conn, workspace: WorkspaceId) -> DbResult<()> {
    diesel::update(workspaces::table.find(workspace))
        .set(workspaces::revision.eq(workspaces::revision))
        .execute(conn)?;
    Ok(())
}

/// The organisation `id`, its parent, and so on to the top; empty if it is not of this workspace. Each row stays locked
/// until the transaction ends, so that none is deleted.
///
/// # Errors
/// The database failed.
pub(in super::super) fn ancestors(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: OrganisationId,
) -> DbResult<Vec<OrganisationId>> {
    let mut line = Vec::new();
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| !line.contains(id)) {
        if !lock(conn, workspace, id)? {
            break;
        }
        line.push(id);
        next = organisations::table.find(id).select(organisations::parent_id).first(conn)?;
    }
    Ok(line)
}

/// Gives `current` these details and the next revision. If it was changed since it was read, the whole transaction has to
/// be run again, and so checks its condition against the new one.
pub(in super::super) fn update(
    conn: &mut Conn,
    current: &Organisation,
    details: &OrganisationDetails,
    now: DateTime<Utc>,
) -> DbResult<Organisation> {
    let row = organisations::table.find(current.id).filter(organisations::revision.eq(current.revision));
    let changed = diesel::update(row)
        .set((
            organisations::name.eq(&details.name),
            organisations::acronym.eq(details.acronym.as_deref()),
            organisations::aliases.eq(Json(details.aliases.clone())),
            organisations::kind.eq(details.kind),
            organisations::country.eq(details.country.as_deref()),
            organisations::url.eq(details.url.as_deref()),
            organisations::description.eq(details.description.as_deref()),
            organisations::legal_form.eq(details.legal_form.clone().map(Json)),
            organisations::logo_url.eq(details.logo.as_ref().map(|logo| &logo.url)),
            organisations::logo_alt.eq(details.logo.as_ref().map(|logo| &logo.alt)),
            organisations::parent_id.eq(details.parent_id),
            organisations::sort_key.eq(search::normalise(&details.name)),
            organisations::search_text.eq(search_text(details)),
            organisations::revision.eq(organisations::revision + 1),
            organisations::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    if changed == 1 { get(conn, current.workspace_id, current.id) } else { Err(DbError::Crossed) }
}

/// Removes `current` as it was read. If it was changed since, the whole transaction has to be run again.
pub(in super::super) fn delete(conn: &mut Conn, current: &Organisation) -> DbResult<()> {
    let row = organisations::table.find(current.id).filter(organisations::revision.eq(current.revision));
    if diesel::delete(row).execute(conn)? == 1 { Ok(()) } else { Err(DbError::Crossed) }
}
