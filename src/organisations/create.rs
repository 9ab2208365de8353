//! Adding organisations.

use super::error::OrganisationError;
use super::model::{Organisation, OrganisationDetails};
use super::{rules, store};
use crate::db::Conn;
use crate::http::WorkspaceId;
use crate::time::Context;

/// Adds an organisation to a workspace.
///
/// # Errors
/// A field does not fit, or the parent is not in this workspace.
pub fn create_organisation(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    details: &OrganisationDetails,
) -> Result<Organisation, OrganisationError> {
    rules::check(details)?;
    if let Some(parent) = details.parent_id
        && !store::lock(conn, workspace, parent)?
    {
        return Err(OrganisationError::ParentUnknown);
    }
    Ok(store::insert(conn, context, workspace, details)?)
}
