//! Changing organisations.

use super::error::OrganisationError;
use super::model::{Organisation, OrganisationDetails};
use super::{rules, store};
use crate::db::Conn;
use crate::time::Context;

/// Gives an organisation these details. What changes nothing leaves its revision as it is.
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
    if let Some(parent) = details.parent_id
        && Some(parent) != current.parent_id
    {
        let line = store::ancestors(conn, current.workspace_id, parent)?;
        rules::check_parent(current.id, &line)?;
    }
    Ok(store::update(conn, current, details, context.now)?)
}
