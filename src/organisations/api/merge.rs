//! Merging organisations over HTTP.

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::merge::{self, Merger};
use super::super::model::{HeldMembership, MembershipId, OrganisationId};
use super::super::rules::RemovalReason;
use super::super::store;
use super::answers::OrganisationResponse;
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, IfMatch, Json, Problem, Reply, Staff, State};

/// Which organisation stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    /// The one that stays, of the same workspace.
    into: OrganisationId,
}

/// A membership that went.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedMembership {
    /// Its id.
    id: MembershipId,
    /// The organisation that was joined, as it was.
    body_id: OrganisationId,
    /// Its category.
    #[schema(example = "guest")]
    category: String,
    /// Who held it.
    holders: Vec<OrganisationId>,
    /// Why it went.
    reason: RemovalReason,
}

impl From<(HeldMembership, RemovalReason)> for RemovedMembership {
    fn from((held, reason): (HeldMembership, RemovalReason)) -> Self {
        let HeldMembership { membership, holders, .. } = held;
        Self { id: membership.id, body_id: membership.body_id, category: membership.category, holders, reason }
    }
}

/// What came of a merger.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergeResponse {
    /// The organisation that stays, as it is now.
    organisation: OrganisationResponse,
    /// The memberships that went: those that would have joined it to itself, and those that another one says as well.
    removed_memberships: Vec<RemovedMembership>,
}

/// Merge an organisation into another
///
/// For two entries that are one organisation. Whatever refers to this one then refers to the other: events, series,
/// appearances, memberships, organisations below it, speakers who belong to it, materials by it. What would be there twice is
/// there once. The other one is found by all names of this one, and otherwise stays as it is. This one is in no list any more,
/// and reading it, or asking for its events, leads to the other. The `ETag` of the answer is that of the organisation that
/// stays.
#[utoipa::path(
    tag = "Organisations",
    params(IfMatch, IdempotencyKey),
    request_body = MergeRequest,
    security(("bearer" = ["directory:write"])),
    responses((status = 200, body = MergeResponse, description = "The organisation that stays, and what went")),
    extensions(("x-codes" = json!(["reference_unknown", "reference_cycle", "number_invalid"])))
)]
#[post("/organisations/{organisation_id}/merge")]
pub async fn merge_organisation(
    state: web::Data<State>,
    staff: Staff<needs::DirectoryWrite>,
    path: web::Path<OrganisationId>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Json<MergeRequest>,
) -> Result<Reply, Problem> {
    let (workspace, id, into) = (staff.workspace, path.into_inner(), body.value.into);
    let links = state.links.clone();
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let current = store::get(conn, workspace, id)?;
        if_match.check(current.revision)?;
        let Merger { organisation, removed } = merge::merge_organisation(conn, context, &current, into)?;
        let revision = organisation.revision;
        let removed_memberships = removed.into_iter().map(Into::into).collect();
        let organisation = OrganisationResponse::new(organisation, &links);
        let answer = MergeResponse { organisation, removed_memberships };
        // The tag is of the answer's own body, which a read has not: a change goes by its revision.
        Ok(Reply::ok(&answer)?.with_revision(revision))
    })
    .await
}
