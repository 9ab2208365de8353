//! What a person does with the link to all that they registered for together. A GET shows and changes nothing.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{GROUP_LINK_VERSION, GroupId};
use super::super::possible::OwnAction;
use super::super::{group_store, verify_group};
use super::manage::{ManagedRegistration, managed_all};
use crate::db::{Conn, DbResult};
use crate::events::SeriesId;
use crate::http::{Code, Links, Problem, Purpose, Reply, State, Worth};

/// One of several registrations.
#[derive(Debug, Serialize, ToSchema)]
pub struct GroupEntry {
    /// The token of its own link: what `/registrations/manage/{token}` takes.
    #[schema(example = "AZmhssPUfl-Ka3yNng8aK1fHt2y6oVqkT0cX3r9bSgJ4dWmUeLhPzNyRvKfQxE1A")]
    token: String,
    /// The registration.
    registration: ManagedRegistration,
}

/// Registrations that were made together, as their person sees them.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationGroup {
    /// The series.
    series_id: SeriesId,
    /// In the order of their events' ids. One whose links were replaced is left out.
    registrations: Vec<GroupEntry>,
    /// What they can do now with all at once: `verify`.
    #[schema(example = json!(["verify"]))]
    actions: Vec<&'static str>,
}

/// The group that a token opens, if any of its registrations still does.
pub(super) fn opened(links: &Links, token: &str) -> Result<GroupId, Problem> {
    let claim = Links::parse(token).ok_or_else(Problem::not_found)?;
    match links.check(&claim, Purpose::Group, GROUP_LINK_VERSION) {
        Worth::Valid => Ok(GroupId(claim.subject)),
        Worth::Revoked | Worth::Unknown => Err(Problem::not_found()),
    }
}

/// Why a group whose link is genuine opens nothing any more: its registrations were erased, or have other links.
pub(super) fn gone(conn: &mut Conn, id: GroupId) -> DbResult<Problem> {
    let is_erased = group_store::has_erased(conn, id)?;
    Ok(Problem::new(if is_erased { Code::DataErased } else { Code::LinkRevoked }))
}

fn shown(conn: &mut Conn, links: &Links, id: GroupId, now: DateTime<Utc>) -> Result<RegistrationGroup, Problem> {
    let series_id = group_store::series_of(conn, id)?.ok_or_else(Problem::not_found)?;
    let mut members = group_store::members_of(conn, id)?;
    members.retain(|one| !one.is_erased());
    let tokens: Vec<String> =
        members.iter().map(|one| links.token(Purpose::Manage, one.id.0, one.link_version)).collect();
    let all = managed_all(conn, links, members, now)?;
    let can_verify = all.iter().any(|one| one.can(OwnAction::Verify));
    let actions = can_verify.then(|| OwnAction::Verify.as_str()).into_iter().collect();
    let entries = tokens.into_iter().zip(all).map(|(token, registration)| GroupEntry { token, registration });
    let registrations: Vec<GroupEntry> = entries.collect();
    if registrations.is_empty() {
        return Err(gone(conn, id)?);
    }
    Ok(RegistrationGroup { series_id, registrations, actions })
}

/// See what one registered for together
///
/// Shows what the link in the mail about a series is about. It changes nothing.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = RegistrationGroup, description = "The registrations")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased"])))
)]
#[get("/registrations/groups/{token}")]
pub async fn get_registration_group(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    let (links, now) = (state.links.clone(), state.clock.now());
    let id = opened(&links, &path)?;
    let group = state.read(move |conn| shown(conn, &links, id, now)).await?;
    Ok(Reply::ok(&group)?.with_header("cache-control", "no-store"))
}

/// Confirm one's address for several registrations
///
/// Each goes on to the staff, to a seat or to the end of the queue, as by confirming it alone; one mail tells where all stand.
/// What is not possible for one is done for the others. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = RegistrationGroup, description = "The registrations as they are now")),
    extensions(("x-codes" = json!(["link_revoked", "data_erased", "not_possible_now", "event_full"])))
)]
#[post("/registrations/groups/{token}/verify")]
pub async fn verify_registration_group(state: web::Data<State>, path: web::Path<String>) -> Result<Reply, Problem> {
    let links = state.links.clone();
    let id = opened(&links, &path)?;
    let group = state
        .write(move |conn, context| {
            shown(conn, &links, id, context.now)?;
            verify_group(conn, context, id)?;
            shown(conn, &links, id, context.now)
        })
        .await?;
    Ok(Reply::ok(&group)?.with_header("cache-control", "no-store"))
}
