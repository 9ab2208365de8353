//! Memberships over HTTP.

use std::collections::HashMap;

use actix_web::{HttpRequest, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::details::MembershipDetails;
use super::super::model::{HeldMembership, MembershipId, MembershipSide, OrganisationId};
use super::super::rules::{DAY_FORMS, first_day};
use super::super::store::{self, MembershipCount, MembershipFilter};
use super::super::{add_membership, change_membership, remove_membership};
use super::answers::{MembershipResponse, OrganisationSummary};
use super::{moved, visible_organisation};
use crate::db::Conn;
use crate::http::auth::{Scope, needs};
use crate::http::{
    Code, IdempotencyKey, IfMatch, Json, MergePatch, Page, Problem, Reply, Staff, State, Visitor, WorkspaceId,
};

/// How many memberships of a category there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryCount {
    /// The category.
    #[schema(example = "associated")]
    category: String,
    /// How many memberships.
    #[schema(example = 3)]
    memberships: i64,
    /// How many organisations hold them; one that holds several counts once.
    #[schema(example = 5)]
    organisations: i64,
}

impl From<MembershipCount> for CategoryCount {
    fn from(count: MembershipCount) -> Self {
        let MembershipCount { category, memberships, organisations } = count;
        Self { category, memberships, organisations }
    }
}

/// A page of memberships.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembershipPage {
    /// The rows of this page.
    items: Vec<MembershipResponse>,
    /// What to pass as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
    /// How many there are on all pages, by category.
    counts: Vec<CategoryCount>,
}

/// Which memberships. Every filter that is given has to hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MembershipQuery {
    /// Only those that hold on this day: a year, a month or a day, the first day of which counts.
    #[param(example = "2021-11-24")]
    pub at: Option<String>,
    /// Only those of this category.
    #[param(example = "guest")]
    pub category: Option<String>,
    /// Those in it (`members`, if absent), or those that it holds itself.
    #[param(inline)]
    pub side: Option<MembershipSide>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

impl MembershipQuery {
    fn filter(&self, organisation: OrganisationId) -> Result<MembershipFilter, Problem> {
        let at = self.at.as_deref().map(first_day).transpose();
        let at = at.map_err(|_code| Problem::new(Code::MalformedQuery).with_detail(format!("at: {DAY_FORMS}")))?;
        let side = self.side.unwrap_or(MembershipSide::Members);
        // No category has a control character, and PostgreSQL takes no NUL; none is empty either.
        let is_one = |category: &str| !category.contains(|c: char| c.is_control());
        let category = self.category.clone().map(|one| if is_one(&one) { one } else { String::new() });
        Ok(MembershipFilter { organisation, side, category, at })
    }
}

/// Memberships with the names of all their organisations, in one query.
fn answers(
    conn: &mut Conn,
    workspace: WorkspaceId,
    held: Vec<HeldMembership>,
) -> Result<Vec<MembershipResponse>, Problem> {
    let mut ids: Vec<OrganisationId> =
        held.iter().flat_map(|one| one.holders.iter().copied().chain([one.membership.body_id])).collect();
    ids.sort_unstable();
    ids.dedup();
    let names: HashMap<OrganisationId, OrganisationSummary> =
        store::find_many(conn, workspace, &ids)?.iter().map(|one| (one.id, one.into())).collect();
    held.into_iter().map(|one| MembershipResponse::new(one, &names)).collect()
}

fn answer(conn: &mut Conn, held: HeldMembership) -> Result<MembershipResponse, Problem> {
    let workspace = held.membership.workspace_id;
    answers(conn, workspace, vec![held])?.pop().ok_or_else(Problem::not_found)
}

/// List the memberships of an organisation
///
/// By category, then by the name of the first who holds it: those in it, or with `side=held` those that it holds itself. The
/// public read them where they may read the organisation. `counts` is about all pages.
#[utoipa::path(
    tag = "Memberships",
    params(MembershipQuery),
    security((), ("bearer" = ["directory:read"])),
    responses(
        (status = 200, body = MembershipPage, description = "A page of memberships"),
        (status = 308, description = "The organisation was merged into another: its memberships are at `Location`")
    )
)]
#[get("/organisations/{organisation_id}/memberships")]
pub async fn list_memberships(
    state: web::Data<State>,
    visitor: Visitor,
    request: HttpRequest,
    path: web::Path<OrganisationId>,
    query: web::Query<MembershipQuery>,
) -> Result<Reply, Problem> {
    let (id, asked) = (path.into_inner(), request.query_string().to_owned());
    let page = Page::<(String, String, MembershipId)>::parse(query.cursor.as_deref(), query.limit)?;
    let filter = query.filter(id)?;
    let now = state.clock.now();
    let list = move |conn: &mut Conn| {
        let organisation = visible_organisation(conn, &visitor, Scope::DirectoryRead, id, now)?;
        if organisation.id != id {
            return Ok(moved(organisation.id, "/memberships", &asked));
        }
        let rows = store::list_memberships(conn, &filter, page.after.clone(), page.fetch())?;
        let (rows, next_cursor) = page.finish(rows, |(row, name)| (row.category.clone(), name.clone(), row.id))?;
        let held = store::with_holders(conn, rows.into_iter().map(|(row, _name)| row).collect())?;
        let items = answers(conn, organisation.workspace_id, held)?;
        let counts = store::count_memberships(conn, &filter)?.into_iter().map(Into::into).collect();
        Reply::ok(&MembershipPage { items, next_cursor, counts })
    };
    state.read(list).await
}

/// Add a membership
///
/// Says that one organisation, or several together, belong to this one. Nobody may belong to themselves at any time, be it
/// through others.
#[utoipa::path(
    tag = "Memberships",
    params(IdempotencyKey),
    request_body = MembershipDetails,
    security(("bearer" = ["directory:write"])),
    responses((status = 201, body = MembershipResponse, description = "The new membership")),
    extensions(("x-codes" = json!([
        "number_invalid", "reference_unknown", "reference_cycle", "edtf_invalid", "when_out_of_range", "end_before_start"
    ])))
)]
#[post("/organisations/{organisation_id}/memberships")]
pub async fn create_membership(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    path: web::Path<OrganisationId>,
    key: IdempotencyKey,
    body: Json<MembershipDetails>,
) -> Result<Reply, Problem> {
    let (workspace, id, details) = (staff.workspace, path.into_inner(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let held = add_membership(conn, context, workspace, id, &details)?;
        let membership = answer(conn, held)?;
        let location = format!("/api/v1/memberships/{}", membership.id);
        Ok(Reply::created(location, &membership)?.with_revision(membership.revision))
    })
    .await
}

/// Read a membership
///
/// Staff read every membership of their workspace. The public read those whose body, or one of whose holders, they may read.
#[utoipa::path(
    tag = "Memberships",
    security((), ("bearer" = ["directory:read"])),
    responses((status = 200, body = MembershipResponse, description = "The membership"))
)]
#[get("/memberships/{membership_id}")]
pub async fn get_membership(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<MembershipId>,
) -> Result<Reply, Problem> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let membership = state
        .read(move |conn| {
            let held = store::find_membership(conn, id)?.ok_or_else(Problem::not_found)?;
            let is_staff = visitor.may(held.membership.workspace_id, Scope::DirectoryRead);
            if !is_staff && !store::is_membership_public(conn, &held.membership, now)? {
                return Err(Problem::not_found());
            }
            answer(conn, held)
        })
        .await?;
    Ok(Reply::ok(&membership)?.with_revision(membership.revision))
}

/// Change a membership
#[utoipa::path(
    tag = "Memberships",
    description = "A merge patch (RFC 7396). The holders are replaced together; the organisation that was joined stays.",
    params(IfMatch),
    request_body(content = MembershipDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["directory:write"])),
    responses((status = 200, body = MembershipResponse, description = "The membership as it is now")),
    extensions(("x-codes" = json!([
        "number_invalid", "reference_unknown", "reference_cycle", "edtf_invalid", "when_out_of_range", "end_before_start"
    ])))
)]
#[patch("/memberships/{membership_id}")]
pub async fn update_membership(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    path: web::Path<MembershipId>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    let membership = state
        .write(move |conn, context| {
            let current = store::lock_membership(conn, workspace, id)?;
            if_match.check(current.membership.revision)?;
            let details = changes.apply(&current.details())?;
            let changed = change_membership(conn, context, &current, &details)?;
            answer(conn, changed)
        })
        .await?;
    Ok(Reply::ok(&membership)?.with_revision(membership.revision))
}

/// Delete a membership
#[utoipa::path(
    tag = "Memberships",
    description = "One that ended is kept with its `until`; this is for one that never was.",
    params(IfMatch),
    security(("bearer" = ["directory:write"])),
    responses((status = 204, description = "The membership is gone"))
)]
#[delete("/memberships/{membership_id}")]
pub async fn delete_membership(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    path: web::Path<MembershipId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    state
        .write(move |conn, _context| {
            let current = store::lock_membership(conn, workspace, id)?;
            if_match.check(current.membership.revision)?;
            Ok(remove_membership(conn, &current)?)
        })
        .await?;
    Ok(Reply::no_content())
}
