//! Series: making, reading, changing.

use std::collections::HashMap;

use actix_web::{get, patch, post, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::model::{EventId, Series, SeriesId};
use super::super::store::{self, Organiser, SeriesFilter};
use super::super::{SeriesDetails, change_series, order_series};
use super::series_views::SeriesResponse;
use crate::accounts;
use crate::db::Conn;
use crate::define_page;
use crate::http::auth::{Scope, needs};
use crate::http::{
    IdempotencyKey, IfMatch, Json, Links, MergePatch, Page, Problem, Reply, Staff, State, Visitor, WorkspaceId,
};

define_page! {
    /// A page of series.
    SeriesPage of SeriesResponse
}

/// Which series.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SeriesQuery {
    /// Of this workspace: its slug or id. Staff see their own without it.
    #[param(example = "cologne")]
    pub workspace: Option<String>,
    /// With this slug.
    #[param(example = "human-rights-cities-2021")]
    pub slug: Option<String>,
    /// Words that have to be in it; case, accents and hyphens do not matter.
    #[param(example = "human rights")]
    pub q: Option<String>,
    /// In this language: a BCP 47 tag.
    #[param(example = "en")]
    pub language: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

/// The workspace that a list is of, and whether the visitor sees its drafts.
pub(super) fn list_scope(
    conn: &mut Conn,
    visitor: &Visitor,
    key: Option<&str>,
) -> Result<(Option<WorkspaceId>, bool), Problem> {
    let workspace = match key {
        Some(key) => Some(accounts::store::find_workspace(conn, key)?.ok_or_else(Problem::not_found)?.id),
        None => visitor.0.as_ref().map(|principal| principal.workspace),
    };
    let is_staff = workspace.is_some_and(|workspace| visitor.may(workspace, Scope::ProgrammeRead));
    Ok((workspace, is_staff))
}

/// The series, if the visitor may read it.
///
/// # Errors
/// There is none that they may read, or the database failed.
pub fn visible_series(conn: &mut Conn, visitor: &Visitor, id: SeriesId) -> Result<Series, Problem> {
    let series = store::find_series(conn, id)?.ok_or_else(Problem::not_found)?;
    let is_public = series.visibility != super::super::model::Visibility::Draft;
    if is_public || visitor.may(series.workspace_id, Scope::ProgrammeRead) {
        Ok(series)
    } else {
        Err(Problem::not_found())
    }
}

/// The whole answer for one series, as its staff see it.
pub(super) fn series_reply(conn: &mut Conn, series: Series, links: &Links) -> Result<SeriesResponse, Problem> {
    series_replies(conn, vec![series], true, links)?.pop().ok_or_else(Problem::not_found)
}

/// The answers for several series, in two queries.
fn series_replies(
    conn: &mut Conn,
    rows: Vec<Series>,
    is_staff: bool,
    links: &Links,
) -> Result<Vec<SeriesResponse>, Problem> {
    let ids: Vec<SeriesId> = rows.iter().map(|row| row.id).collect();
    let mut organisers: HashMap<SeriesId, Vec<Organiser>> = HashMap::new();
    for (series, organiser) in store::many_series_organisers(conn, &ids)? {
        organisers.entry(series).or_default().push(organiser);
    }
    let counts: HashMap<Option<SeriesId>, i64> = store::count_of_series(conn, &ids, !is_staff)?.into_iter().collect();
    let replies = rows.into_iter().map(|row| {
        let organisers = organisers.remove(&row.id).unwrap_or_default();
        let count = counts.get(&Some(row.id)).copied().unwrap_or(0);
        SeriesResponse::new(row, organisers, count, links)
    });
    Ok(replies.collect())
}

/// List series
#[utoipa::path(
    tag = "Series",
    description = "Newest first. The public sees what is published; staff see the drafts of their workspace too.",
    params(SeriesQuery),
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = SeriesPage, description = "A page of series")),
    extensions(("x-codes" = json!(["not_found"])))
)]
#[get("/series")]
pub async fn list_series(
    state: web::Data<State>,
    visitor: Visitor,
    query: web::Query<SeriesQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<SeriesId>::parse(query.cursor.as_deref(), query.limit)?;
    // No slug has such a character, and PostgreSQL takes no NUL.
    if query.slug.as_deref().is_some_and(|slug| slug.contains(|c: char| c.is_control())) {
        return Reply::ok(&SeriesPage { items: Vec::new(), next_cursor: None });
    }
    let links = state.links.clone();
    let page = state
        .read(move |conn| {
            let query = query.into_inner();
            let (workspace, is_staff) = list_scope(conn, &visitor, query.workspace.as_deref())?;
            let SeriesQuery { slug, q, language, .. } = query;
            let filter = SeriesFilter { workspace, published_only: !is_staff, slug, q, language };
            let rows = store::list_series(conn, &filter, page.after, page.fetch())?;
            let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
            Ok(SeriesPage { items: series_replies(conn, rows, is_staff, &links)?, next_cursor })
        })
        .await?;
    Reply::ok(&page)
}

/// Make a series
#[utoipa::path(
    tag = "Series",
    description = "Makes a draft.",
    params(IdempotencyKey),
    request_body = SeriesDetails,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = SeriesResponse, description = "The new series")),
    extensions(("x-codes" = json!([
        "slug_taken", "slug_invalid", "edtf_invalid", "timezone_unknown", "timezone_abbreviation", "language_invalid",
        "number_invalid", "duration_invalid", "end_before_start"
    ])))
)]
#[post("/series")]
pub async fn create_series(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    key: IdempotencyKey,
    body: Json<SeriesDetails>,
) -> Result<Reply, Problem> {
    let (workspace, details, links) = (staff.workspace, body.value, state.links.clone());
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let series = super::super::create_series(conn, context, workspace, &details)?;
        let (location, revision) = (format!("/api/v1/series/{}", series.id), series.revision);
        Ok(Reply::created(location, &series_reply(conn, series, &links)?)?.with_revision(revision))
    })
    .await
}

/// Read a series
#[utoipa::path(
    tag = "Series",
    description = "A series with its organisations. Drafts are seen by staff.",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = SeriesResponse, description = "The series"))
)]
#[get("/series/{series_id}")]
pub async fn get_series(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SeriesId>,
) -> Result<Reply, Problem> {
    let (id, links) = (path.into_inner(), state.links.clone());
    let series = state
        .read(move |conn| {
            let series = visible_series(conn, &visitor, id)?;
            let is_staff = visitor.may(series.workspace_id, Scope::ProgrammeRead);
            series_replies(conn, vec![series], is_staff, &links)?.pop().ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(Reply::ok(&series)?.with_revision(series.revision))
}

/// Change a series
#[utoipa::path(
    tag = "Series",
    description = "A merge patch (RFC 7396) of what the series is described by. Its events follow where they inherit.",
    params(IfMatch),
    request_body(content = SeriesDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = SeriesResponse, description = "The series as it is now")),
    extensions(("x-codes" = json!([
        "slug_taken", "slug_invalid", "edtf_invalid", "timezone_unknown", "timezone_abbreviation", "language_invalid",
        "number_invalid", "duration_invalid", "end_before_start"
    ])))
)]
#[patch("/series/{series_id}")]
pub async fn update_series(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<SeriesId>,
    if_match: IfMatch,
    patch: MergePatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, links) = (path.into_inner(), staff.workspace, staff.actor(), state.links.clone());
    let series = state
        .write(move |conn, context| {
            let series = store::lock_series(conn, workspace, id)?;
            if_match.check(series.revision)?;
            let details = patch.apply(&series.details.0)?;
            let series = change_series(conn, context, &actor, series, details)?;
            series_reply(conn, series, &links)
        })
        .await?;
    Ok(Reply::ok(&series)?.with_revision(series.revision))
}

/// Order the events of a series
///
/// Numbers its events from 1, in the order of the list, which names each of them once. The position tells events of one
/// moment apart, such as those without a date; it need not be unique otherwise. `If-Match` takes the series' `ETag`.
#[utoipa::path(
    tag = "Series",
    params(IfMatch),
    request_body = Vec<EventId>,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = SeriesResponse, description = "The series as it is now")),
    extensions(("x-codes" = json!(["reference_unknown", "number_invalid"])))
)]
#[put("/series/{series_id}/order")]
pub async fn order_series_events(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<SeriesId>,
    if_match: IfMatch,
    body: Json<Vec<EventId>>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, links) = (path.into_inner(), staff.workspace, staff.actor(), state.links.clone());
    let series = state
        .write(move |conn, context| {
            let series = store::lock_series(conn, workspace, id)?;
            if_match.check(series.revision)?;
            let series = order_series(conn, context, &actor, series, &body.value)?;
            series_reply(conn, series, &links)
        })
        .await?;
    Ok(Reply::ok(&series)?.with_revision(series.revision))
}

/// Publish a series
#[utoipa::path(
    tag = "Series",
    description = "Shows the series to everybody. Its events are published one by one.",
    params(IfMatch),
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = SeriesResponse, description = "The series as it is now"))
)]
#[post("/series/{series_id}/publish")]
pub async fn publish_series(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<SeriesId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, workspace, links) = (path.into_inner(), staff.workspace, state.links.clone());
    let series = state
        .write(move |conn, context| {
            if_match.check(store::lock_series(conn, workspace, id)?.revision)?;
            let series = super::super::publish_series(conn, context, workspace, id)?;
            series_reply(conn, series, &links)
        })
        .await?;
    Ok(Reply::ok(&series)?.with_revision(series.revision))
}

/// Unpublish a series
#[utoipa::path(
    tag = "Series",
    description = "Makes it a draft again: only staff see it. Its published events stay published.",
    params(IfMatch),
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = SeriesResponse, description = "The series as it is now"))
)]
#[post("/series/{series_id}/unpublish")]
pub async fn unpublish_series(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<SeriesId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, workspace, links) = (path.into_inner(), staff.workspace, state.links.clone());
    let series = state
        .write(move |conn, context| {
            if_match.check(store::lock_series(conn, workspace, id)?.revision)?;
            let series = super::super::unpublish_series(conn, context, workspace, id)?;
            series_reply(conn, series, &links)
        })
        .await?;
    Ok(Reply::ok(&series)?.with_revision(series.revision))
}
