//! Changing organisations.

use super::error::OrganisationError;
use super::model::{Organisation, OrganisationDetails};
use super::{rules, store};
use crate::db::Conn;
use crate::time::Context;

/// Gives an organisation these details. What changes nothing leaves its revision as it is; a new name or acronym changes
/// every event that shows it.
///
/// # Errors
/// A field does not fit, the parent is not in its workspace, or it would lie below itself.
pub fn change_organisation(
    conn: &mut Conn,
    context: &Context,
    current: &Organisation,
    details: &OrganisationDetails,
) -> Result<Organisation, OrganisationError> {
    rules::check(details)?;
    if *details == current.details() {
        return Ok(current.clone());
    }
    let moves_to = details.parent_id.filter(|parent| Some(*parent) != current.parent_id);
    if moves_to.is_some() {
        store::lock_directory(conn, current.workspace_id)?;
    }
    let is_renamed = details.name != current.name || details.acronym != current.acronym;
    // Events before organisations, in the order that giving an event its organisations locks them.
    let touched =
        if is_renamed { store::touch_events_showing(conn, current.id, &[], context.now)? } else { Vec::new() };
    if let Some(parent) = moves_to {
        let line = store::ancestors(conn, current.workspace_id, parent)?;
        rules::check_parent(current.id, &line)?;
    }
    let changed = store::update(conn, current, details, context.now)?;
    if is_renamed {
        // Now that it is locked nothing more names it; something may have until then.
        store::touch_events_showing(conn, current.id, &touched, context.now)?;
    }
    Ok(changed)
}
