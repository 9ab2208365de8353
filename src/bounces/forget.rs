//! What the workspace knows of one address, and forgetting it.

use super::model::Suppression;
use super::{rules, store};
use crate::db::{Conn, DbResult};
use crate::http::WorkspaceId;
use crate::mail::EmailAddress;

/// What stands for an address where the address itself is not kept.
pub fn address_digest(address: &EmailAddress) -> Vec<u8> {
    rules::digest(address)
}

/// The suppression of an address in a workspace, if it is suppressed.
///
/// # Errors
/// The database failed.
pub fn suppression_of(
    conn: &mut Conn,
    workspace: WorkspaceId,
    address: &EmailAddress,
) -> DbResult<Option<Suppression>> {
    store::find_by_digest(conn, workspace, &rules::digest(address))
}

/// Those of these digests whose addresses are suppressed in a workspace.
///
/// # Errors
/// The database failed.
pub fn suppressed_among(conn: &mut Conn, workspace: WorkspaceId, digests: &[Vec<u8>]) -> DbResult<Vec<Vec<u8>>> {
    store::suppressed_among(conn, workspace, digests)
}

/// Forgets an address that is suppressed, and what was said about it. The digest and the reason stay: whoever wants no mail,
/// or whose address is dead, is written to no more for having been forgotten. Returns how many were there.
///
/// # Errors
/// The database failed.
pub fn forget_address(conn: &mut Conn, workspace: WorkspaceId, address: &EmailAddress) -> DbResult<usize> {
    store::forget_name(conn, workspace, &rules::digest(address))
}
