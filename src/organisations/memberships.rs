//! Adding, changing and removing memberships. Each locks the directory first, so that two that would make a circle
//! together come one after the other.

use std::collections::HashSet;

use super::details::MembershipDetails;
use super::error::OrganisationError;
use super::model::{HeldMembership, MembershipId, OrganisationId};
use super::rules::{self, Span};
use super::store;
use crate::db::{Conn, DbError};
use crate::http::{Code, FieldError, WorkspaceId};
use crate::time::Context;

/// Adds a membership of `body`.
///
/// # Errors
/// There is no such organisation, a field does not fit, or a holder would belong to itself.
pub fn add_membership(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    body: OrganisationId,
    details: &MembershipDetails,
) -> Result<HeldMembership, OrganisationError> {
    store::lock_directory(conn, workspace)?;
    if !store::lock(conn, workspace, body)? {
        return Err(DbError::NotFound.into());
    }
    let span = rules::check_membership(body, details)?;
    check_holders(conn, workspace, (None, body), details, span)?;
    Ok(store::insert_membership(conn, context, workspace, body, details, span)?)
}

/// Gives a membership these details; the organisation that was joined stays. What changes nothing leaves its revision as it
/// is. The caller has locked the directory, and read it since.
///
/// # Errors
/// A field does not fit, or a holder would belong to itself.
pub fn change_membership(
    conn: &mut Conn,
    context: &Context,
    current: &HeldMembership,
    details: &MembershipDetails,
) -> Result<HeldMembership, OrganisationError> {
    let own = &current.membership;
    let span = rules::check_membership(own.body_id, details)?;
    if *details == current.details() {
        return Ok(current.clone());
    }
    if details.holders != current.holders || span != current.span {
        check_holders(conn, own.workspace_id, (Some(own.id), own.body_id), details, span)?;
    }
    Ok(store::update_membership(conn, current, details, span, context.now)?)
}

/// Removes a membership.
///
/// # Errors
/// The database failed.
pub fn remove_membership(conn: &mut Conn, current: &HeldMembership) -> Result<(), OrganisationError> {
    Ok(store::delete_membership(conn, current.membership.id)?)
}

/// Checks that the holders are there, and that none would belong to itself. `own` is the membership itself, once it is
/// there, and its body.
fn check_holders(
    conn: &mut Conn,
    workspace: WorkspaceId,
    (own, body): (Option<MembershipId>, OrganisationId),
    details: &MembershipDetails,
    span: Span,
) -> Result<(), OrganisationError> {
    let known: HashSet<OrganisationId> = store::lock_many(conn, workspace, &details.holders)?.into_iter().collect();
    let fault = |index: usize, code, detail| FieldError::new(format!("/holders/{index}"), code, detail);
    let unknown = details.holders.iter().enumerate().filter(|(_, holder)| !known.contains(holder));
    let detail = "There is no such organisation in this workspace.";
    let mut errors: Vec<FieldError> = unknown.map(|(index, _)| fault(index, Code::ReferenceUnknown, detail)).collect();
    if errors.is_empty() {
        let others = store::memberships_of_workspace(conn, workspace)?;
        let edges = rules::edges_of(others.iter().filter(|other| Some(other.membership.id) != own));
        let cycle = rules::find_cycle(&edges, body, span, &details.holders);
        let detail = "What it joins is a member of it, directly or through others, at the same time.";
        errors.extend(cycle.map(|index| fault(index, Code::ReferenceCycle, detail)));
    }
    if errors.is_empty() { Ok(()) } else { Err(OrganisationError::Invalid(errors)) }
}
