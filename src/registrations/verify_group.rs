//! Confirming an address for all that was registered together.

use super::admit::promise_besides;
use super::error::RegistrationError;
use super::messages::GroupMail;
use super::model::{GroupId, RegistrationState};
use super::verify::confirm_address;
use super::{group_store, messages};
use crate::db::{Conn, in_savepoint};
use crate::time::Context;

/// Confirms the address of every registration of a group that waits for it; what is not possible for one is done for the others.
/// One mail tells where all of them stand. Doing it twice is harmless.
///
/// # Errors
/// There is no such group, or something waits for the address and nothing could be confirmed.
pub fn verify_group(conn: &mut Conn, context: &Context, id: GroupId) -> Result<(), RegistrationError> {
    let mut confirmed = Vec::new();
    let mut refused = None;
    for member in group_store::members_of(conn, id)? {
        if member.state != RegistrationState::PendingVerification {
            continue;
        }
        match in_savepoint(conn, |conn| confirm_address(conn, context, member.id)) {
            Ok((registration, true)) => confirmed.push(registration),
            Ok(_) => {}
            Err(RegistrationError::Db(error)) => return Err(error.into()),
            Err(error) => refused = Some(error),
        }
    }
    let Some(first) = confirmed.first() else { return refused.map_or(Ok(()), Err) };
    messages::promise_group(conn, context, (first.workspace_id, id), GroupMail::Confirmed)?;
    for registration in &confirmed {
        promise_besides(conn, context, registration)?;
    }
    Ok(())
}
