//! Suppressing an address.

use super::error::BounceError;
use super::model::{NewSuppression, Suppression, SuppressionReason};
use super::{rules, store};
use crate::db::{Conn, DbResult};
use crate::http::WorkspaceId;
use crate::mail::{EmailAddress, scrub};
use crate::time::Context;

/// Suppresses an address, or counts that it was said again.
pub(super) fn suppress(conn: &mut Conn, context: &Context, new: &NewSuppression) -> DbResult<()> {
    let Some(current) = store::find_by_digest(conn, new.workspace, &new.digest)? else {
        return store::insert(conn, context, new).map(drop);
    };
    let reason = rules::lasting_reason(current.reason, new.reason);
    store::repeat(conn, &current, reason, new, context.now)?;
    match &new.address {
        Some(address) if current.address.is_none() => store::name_address(conn, current.id, address),
        _ => Ok(()),
    }
}

/// Suppresses an address because the staff of a workspace say so. One that is suppressed already stays as it is. Returns
/// whether it is new.
///
/// # Errors
/// The database failed.
pub fn suppress_by_hand(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    address: &EmailAddress,
    note: Option<&str>,
) -> Result<(Suppression, bool), BounceError> {
    let digest = rules::digest(address);
    if let Some(current) = store::find_by_digest(conn, workspace, &digest)? {
        if current.address.is_none() {
            store::name_address(conn, current.id, &address.key())?;
        }
        return Ok((store::get(conn, workspace, current.id)?, false));
    }
    let new = NewSuppression {
        workspace,
        digest,
        address: Some(address.key()),
        reason: SuppressionReason::Manual,
        status: None,
        diagnostic: note.map(|note| scrub(note, Some(address))),
        message: None,
    };
    let id = store::insert(conn, context, &new)?;
    Ok((store::get(conn, workspace, id)?, true))
}
