//! Merging two organisations that turn out to be one.

use super::error::OrganisationError;
use super::model::{HeldMembership, Organisation, OrganisationId};
use super::rules::{self, RemovalReason};
use super::store;
use crate::db::Conn;
use crate::time::Context;

/// What came of a merger.
#[derive(Debug, Clone)]
pub struct Merger {
    /// The organisation that stays, as it is now.
    pub organisation: Organisation,
    /// The memberships that went, as they were.
    pub removed: Vec<(HeldMembership, RemovalReason)>,
}

/// Merges `current` into another organisation of its workspace: whatever refers to it refers to that one, which is also
/// found by its names. What remains of it leads there. Events and series that show it have changed by that.
///
/// # Errors
/// The other is not there or is itself, something would lie below itself or belong to itself, or the names are too many.
pub fn merge_organisation(
    conn: &mut Conn,
    context: &Context,
    current: &Organisation,
    into: OrganisationId,
) -> Result<Merger, OrganisationError> {
    let (workspace, now) = (current.workspace_id, context.now);
    store::lock_directory(conn, workspace)?;
    // Events before organisations, in the order that giving an event its organisations locks them.
    let touched = store::touch_events_showing(conn, current.id, &[], now)?;
    let line = store::ancestors(conn, workspace, into)?;
    let is_below = rules::check_merge(current.id, &line)?;
    store::retire(conn, current, into, now)?;
    // Now that both are locked nothing more names the old one; something may have until then.
    store::touch_events_showing(conn, current.id, &touched, now)?;
    let target = store::get(conn, workspace, into)?;
    let organisation = store::update(conn, &target, &rules::absorb(&target, current, is_below)?, now)?;
    let held = store::memberships_of_workspace(conn, workspace)?;
    let plan = rules::plan_memberships(held, current.id, into)?;
    store::move_memberships(conn, &plan, now)?;
    store::move_references(conn, current.id, into, now)?;
    Ok(Merger { organisation, removed: plan.removed })
}
