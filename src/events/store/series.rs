//! Queries on series.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::super::model::{Series, SeriesId, Visibility};
use super::super::series_details::SeriesDetails;
use crate::db::schema::series;
use crate::db::types::{At, Json, not_before_last};
use crate::db::{Conn, DbResult, MultiBackend, search};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Which series a list holds.
#[derive(Debug, Clone, Default)]
pub struct SeriesFilter {
    /// Of this workspace.
    pub workspace: Option<WorkspaceId>,
    /// Only what everybody may see in a list.
    pub published_only: bool,
    /// With this slug.
    pub slug: Option<String>,
    /// Whose text has each of these words.
    pub q: Option<String>,
    /// In this language.
    pub language: Option<String>,
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = series)]
struct Projection {
    slug: String,
    title: String,
    details: Json<SeriesDetails>,
    languages: Json<Vec<String>>,
    search_text: String,
}

fn projection(details: &SeriesDetails) -> Projection {
    let texts = [Some(details.title.as_str()), details.subtitle.as_deref(), details.description.as_deref()];
    let words: Vec<&str> = texts.into_iter().flatten().collect();
    Projection {
        slug: details.slug.clone(),
        title: details.title.clone(),
        details: Json(details.clone()),
        // In lower case, as what is looked for: tags differ in case only (RFC 5646 section 2.1.1).
        languages: Json(details.languages.iter().map(|tag| tag.to_ascii_lowercase()).collect()),
        search_text: search::normalise(&words.join(" ")),
    }
}

/// Stores a new draft.
///
/// # Errors
/// The slug is taken (a unique violation), or the database failed.
pub fn insert_series(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    details: &SeriesDetails,
) -> DbResult<Series> {
    let id = SeriesId(context.uuid());
    diesel::insert_into(series::table)
        .values((
            series::id.eq(id),
            series::workspace_id.eq(workspace),
            projection(details),
            series::visibility.eq(Visibility::Draft),
            series::revision.eq(1_i64),
            series::created_at.eq(At(context.now)),
            series::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    get_series(conn, workspace, id)
}

/// A series of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_series(conn: &mut Conn, workspace: WorkspaceId, id: SeriesId) -> DbResult<Series> {
    let row = series::table.find(id).filter(series::workspace_id.eq(workspace));
    Ok(row.select(Series::as_select()).first(conn)?)
}

/// Locks a series of this workspace until the transaction ends, and reads it.
///
/// # Errors
/// There is none, or the database failed.
pub fn lock_series(conn: &mut Conn, workspace: WorkspaceId, id: SeriesId) -> DbResult<Series> {
    let row = series::table.find(id).filter(series::workspace_id.eq(workspace));
    diesel::update(row).set(series::revision.eq(series::revision)).execute(conn)?;
    get_series(conn, workspace, id)
}

/// A series of any workspace.
///
/// # Errors
/// The database failed.
pub fn find_series(conn: &mut Conn, id: SeriesId) -> DbResult<Option<Series>> {
    Ok(series::table.find(id).select(Series::as_select()).first(conn).optional()?)
}

/// Several series.
///
/// # Errors
/// The database failed.
pub fn find_many_series(conn: &mut Conn, ids: &[SeriesId]) -> DbResult<Vec<Series>> {
    let rows = series::table.filter(series::id.eq_any(ids.to_vec()));
    Ok(rows.select(Series::as_select()).load(conn)?)
}

/// Stores a series as it is now and raises its revision.
///
/// # Errors
/// The slug is taken (a unique violation), or the database failed.
pub fn update_series(conn: &mut Conn, row: &Series, now: DateTime<Utc>) -> DbResult<Series> {
    diesel::update(series::table.find(row.id))
        .set((
            projection(&row.details.0),
            series::visibility.eq(row.visibility),
            series::published_at.eq(row.published_at),
            series::revision.eq(series::revision + 1),
            series::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    get_series(conn, row.workspace_id, row.id)
}

/// Series, newest first, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_series(
    conn: &mut Conn,
    filter: &SeriesFilter,
    after: Option<SeriesId>,
    limit: i64,
) -> DbResult<Vec<Series>> {
    let mut query = series::table.into_boxed::<MultiBackend>();
    if let Some(workspace) = filter.workspace {
        query = query.filter(series::workspace_id.eq(workspace));
    }
    if filter.published_only {
        query = query.filter(series::visibility.eq(Visibility::Published));
    }
    if let Some(slug) = &filter.slug {
        query = query.filter(series::slug.eq(slug.clone()));
    }
    if let Some(words) = &filter.q {
        for pattern in search::patterns(words) {
            query = query.filter(series::search_text.like(pattern).escape('\\'));
        }
    }
    if let Some(language) = &filter.language {
        query = query.filter(series::languages.like(search::tag_pattern(language)));
    }
    if let Some(after) = after {
        query = query.filter(series::id.lt(after));
    }
    Ok(query.order(series::id.desc()).limit(limit).select(Series::as_select()).load(conn)?)
}
