//! The directory of organisations over HTTP.

mod answers;
mod countries;
mod memberships;
mod merge;

pub use answers::{MembershipResponse, OrganisationResponse, OrganisationSummary};

use actix_web::{delete, get, patch, post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::model::{Organisation, OrganisationDetails, OrganisationId, OrganisationKind};
use super::store::{self, OrganisationFilter};
use crate::db::Conn;
use crate::define_page;
use crate::http::auth::{Scope, needs};
use crate::http::{IdempotencyKey, IfMatch, Json, MergePatch, Page, Problem, Reply, Staff, State, Visitor};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config
        .service(countries::list_countries)
        .service(list_organisations)
        .service(create_organisation)
        .service(get_organisation)
        .service(update_organisation)
        .service(delete_organisation)
        .service(merge::merge_organisation)
        .service(memberships::list_memberships)
        .service(memberships::create_membership)
        .service(memberships::get_membership)
        .service(memberships::update_membership)
        .service(memberships::delete_membership);
}

/// The organisation, if the visitor may read it at `now`: whoever may do `scope` in its workspace, and everybody where something
/// published names it. Where it was merged into another, it is that one, which has another id: see [`moved`].
///
/// # Errors
/// There is none that they may read, or the database failed.
pub fn visible_organisation(
    conn: &mut Conn,
    visitor: &Visitor,
    scope: Scope,
    id: OrganisationId,
    now: DateTime<Utc>,
) -> Result<Organisation, Problem> {
    let organisation = store::find_anywhere(conn, id)?.ok_or_else(Problem::not_found)?;
    let is_staff = visitor.may(organisation.workspace_id, scope);
    let is_shown = is_staff || store::is_public(conn, organisation.id, now)?;
    if is_shown { Ok(organisation) } else { Err(Problem::not_found()) }
}

/// The answer where an organisation was merged: the same, with the same query, is under the id of the one that stays.
/// `below` is what follows the id in the path.
pub fn moved(into: OrganisationId, below: &str, query: &str) -> Reply {
    // What cannot stand in a header was no filter of ours either.
    let is_plain = !query.is_empty() && query.chars().all(|c| c.is_ascii_graphic());
    let (mark, query) = if is_plain { ("?", query) } else { ("", "") };
    Reply::moved(format!("/api/v1/organisations/{into}{below}{mark}{query}"))
}

define_page! {
    /// A page of organisations.
    OrganisationPage of OrganisationResponse
}

/// Which organisations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OrganisationQuery {
    /// Only those with each of these words in their names, acronym or aliases. Case, accents and punctuation do not matter.
    #[param(example = "utrecht")]
    pub q: Option<String>,
    /// Only those of this sort.
    pub kind: Option<OrganisationKind>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

/// List organisations
#[utoipa::path(
    tag = "Organisations",
    description = "The organisations of the workspace, by name.",
    params(OrganisationQuery),
    security(("bearer" = ["directory:read"])),
    responses((status = 200, body = OrganisationPage, description = "A page of organisations"))
)]
#[get("/organisations")]
pub async fn list_organisations(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryRead>,
    query: web::Query<OrganisationQuery>,
) -> Result<Reply, Problem> {
    let OrganisationQuery { q, kind, cursor, limit } = query.into_inner();
    let page = Page::<(String, OrganisationId)>::parse(cursor.as_deref(), limit)?;
    let (workspace, filter) = (staff.workspace, OrganisationFilter { q, kind });
    let (after, fetch) = (page.after.clone(), page.fetch());
    let rows = state.read(move |conn| Ok(store::list(conn, workspace, &filter, after, fetch)?)).await?;
    let (rows, next_cursor) = page.finish(rows, |row| (row.sort_key.clone(), row.id))?;
    let items = rows.into_iter().map(|row| OrganisationResponse::new(row, &state.links)).collect();
    Reply::ok(&OrganisationPage { items, next_cursor })
}

/// Add an organisation
#[utoipa::path(
    tag = "Organisations",
    description = "Adds an organisation to the workspace. Names need not be unique.",
    params(IdempotencyKey),
    request_body = OrganisationDetails,
    security(("bearer" = ["directory:write"])),
    responses((status = 201, body = OrganisationResponse, description = "The new organisation")),
    extensions(("x-codes" = json!(["url_invalid", "language_invalid", "number_invalid", "reference_unknown"])))
)]
#[post("/organisations")]
pub async fn create_organisation(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    key: IdempotencyKey,
    body: Json<OrganisationDetails>,
) -> Result<Reply, Problem> {
    let (workspace, details, links) = (staff.workspace, body.value, state.links.clone());
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let organisation = super::create_organisation(conn, context, workspace, &details)?;
        let location = format!("/api/v1/organisations/{}", organisation.id);
        let revision = organisation.revision;
        Ok(Reply::created(location, &OrganisationResponse::new(organisation, &links))?.with_revision(revision))
    })
    .await
}

/// Read an organisation
///
/// Staff read every organisation of their workspace. The public read those that a published event or series names, that appear
/// at a published event, that a material is by which everybody sees, or that somebody belongs to who appears there or whom
/// such a material is by; others do not exist for them. One that was merged into another leads to that one.
#[utoipa::path(
    tag = "Organisations",
    security((), ("bearer" = ["directory:read"])),
    responses(
        (status = 200, body = OrganisationResponse, description = "The organisation"),
        (status = 308, description = "It was merged into the organisation at `Location`")
    )
)]
#[get("/organisations/{organisation_id}")]
pub async fn get_organisation(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<OrganisationId>,
) -> Result<Reply, Problem> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let read = move |conn: &mut Conn| visible_organisation(conn, &visitor, Scope::DirectoryRead, id, now);
    let organisation = state.read(read).await?;
    if organisation.id == id { answer(organisation, &state) } else { Ok(moved(organisation.id, "", "")) }
}

/// Change an organisation
#[utoipa::path(
    tag = "Organisations",
    description = "A merge patch (RFC 7396). The parent has to be of the same workspace, and cannot lie below it. A new name \
        or acronym changes every event that shows it.",
    params(IfMatch),
    request_body(content = OrganisationDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["directory:write"])),
    responses((status = 200, body = OrganisationResponse, description = "The organisation as it is now")),
    extensions((
        "x-codes" = json!(["url_invalid", "language_invalid", "number_invalid", "reference_unknown", "reference_cycle"])
    ))
)]
#[patch("/organisations/{organisation_id}")]
pub async fn update_organisation(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    path: web::Path<OrganisationId>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    let organisation = state
        .write(move |conn, context| {
            let current = store::get(conn, workspace, id)?;
            if_match.check(current.revision)?;
            let details = changes.apply(&current.details())?;
            Ok(super::change_organisation(conn, context, &current, &details)?)
        })
        .await?;
    answer(organisation, &state)
}

/// Delete an organisation
#[utoipa::path(
    tag = "Organisations",
    description = "Only one that nothing refers to: no organisation below it, no membership in it or held by it, no series, no \
        event, no appearance, no speaker who belongs to it, no material by it.",
    params(IfMatch),
    security(("bearer" = ["directory:write"])),
    responses((status = 204, description = "The organisation is gone")),
    extensions(("x-codes" = json!(["in_use"])))
)]
#[delete("/organisations/{organisation_id}")]
pub async fn delete_organisation(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    path: web::Path<OrganisationId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    state
        .write(move |conn, _context| {
            let current = store::get(conn, workspace, id)?;
            if_match.check(current.revision)?;
            Ok(super::delete_organisation(conn, &current)?)
        })
        .await?;
    Ok(Reply::no_content())
}

fn answer(organisation: Organisation, state: &State) -> Result<Reply, Problem> {
    let revision = organisation.revision;
    Ok(Reply::ok(&OrganisationResponse::new(organisation, &state.links))?.with_revision(revision))
}
