//! Every query on organisations.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;

use super::model::{Organisation, OrganisationDetails, OrganisationId, OrganisationKind};
use crate::db::schema::{
    appearances, event_organisations, events, organisations, series, series_organisations, speaker_organisations,
};
use crate::db::types::{At, Json};
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

pub(super) fn insert(
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

/// An organisation of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get(conn: &mut Conn, workspace: WorkspaceId, id: OrganisationId) -> DbResult<Organisation> {
    find(conn, workspace, id)?.ok_or(DbError::NotFound)
}

/// An organisation of this workspace, if there is one with this id.
///
/// # Errors
/// The database failed.
pub fn find(conn: &mut Conn, workspace: WorkspaceId, id: OrganisationId) -> DbResult<Option<Organisation>> {
    let row = organisations::table.find(id).filter(organisations::workspace_id.eq(workspace));
    Ok(row.select(Organisation::as_select()).first(conn).optional()?)
}

/// An organisation of any workspace: who may see it is for the caller to decide.
///
/// # Errors
/// The database failed.
pub fn find_anywhere(conn: &mut Conn, id: OrganisationId) -> DbResult<Option<Organisation>> {
    Ok(organisations::table.find(id).select(Organisation::as_select()).first(conn).optional()?)
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
    let mut rows =
        organisations::table.filter(organisations::workspace_id.eq(workspace)).into_boxed::<crate::db::MultiBackend>();
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

/// Whether something that is published names it: an event or a series of which it is an organiser, partner and so on, or
/// an appearance that stands; or that somebody who appears there belongs to it.
///
/// # Errors
/// The database failed.
pub fn is_public(conn: &mut Conn, id: OrganisationId) -> DbResult<bool> {
    let of_event = event_organisations::table
        .inner_join(events::table.on(events::id.eq(event_organisations::event_id)))
        .filter(event_organisations::organisation_id.eq(id))
        .filter(events::visibility.ne("draft"));
    let of_series = series_organisations::table
        .inner_join(series::table.on(series::id.eq(series_organisations::series_id)))
        .filter(series_organisations::organisation_id.eq(id))
        .filter(series::visibility.ne("draft"));
    let appearing = appearances::table
        .inner_join(events::table.on(events::id.eq(appearances::event_id)))
        .filter(appearances::organisation_id.eq(Some(id)))
        .filter(appearances::status.ne_all(["declined", "withdrawn"]))
        .filter(events::visibility.ne("draft"));
    if diesel::select(exists(of_event).or(exists(of_series)).or(exists(appearing))).get_result(conn)? {
        return Ok(true);
    }
    let of_speaker = speaker_organisations::table
        .inner_join(appearances::table.on(appearances::speaker_id.eq(speaker_organisations::speaker_id.nullable())))
        .inner_join(events::table.on(events::id.eq(appearances::event_id)))
        .filter(speaker_organisations::organisation_id.eq(id))
        .filter(appearances::status.ne_all(["declined", "withdrawn"]))
        .filter(events::visibility.ne("draft"));
    Ok(diesel::select(exists(of_speaker)).get_result(conn)?)
}

/// Locks an organisation's row until the transaction ends, by writing it as it is. Returns whether there is one.
pub(super) fn lock(conn: &mut Conn, workspace: WorkspaceId, id: OrganisationId) -> DbResult<bool> {
    let row = organisations::table.find(id).filter(organisations::workspace_id.eq(workspace));
    Ok(diesel::update(row).set(organisations::revision.eq(organisations::revision)).execute(conn)? == 1)
}

/// The organisation `id`, its parent, and so on to the top; empty if it is not of this workspace. Each row stays locked
/// until the transaction ends: two changes that would make a circle together meet at a lock, and the later one sees the
/// other's effect or is run again.
///
/// # Errors
/// The database failed.
pub fn ancestors(conn: &mut Conn, workspace: WorkspaceId, id: OrganisationId) -> DbResult<Vec<OrganisationId>> {
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
pub(super) fn update(
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
            organisations::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    if changed == 1 { get(conn, current.workspace_id, current.id) } else { Err(DbError::Crossed) }
}

/// Removes `current` as it was read. If it was changed since, the whole transaction has to be run again.
pub(super) fn delete(conn: &mut Conn, current: &Organisation) -> DbResult<()> {
    let row = organisations::table.find(current.id).filter(organisations::revision.eq(current.revision));
    if diesel::delete(row).execute(conn)? == 1 { Ok(()) } else { Err(DbError::Crossed) }
}
