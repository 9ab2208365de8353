//! Removing speakers.

use super::error::SpeakerError;
use super::model::Speaker;
use super::store;
use crate::db::{Conn, DbError, in_savepoint};

/// Removes a speaker who appears nowhere, not even as somebody who declined.
///
/// # Errors
/// They appear somewhere.
pub fn delete_speaker(conn: &mut Conn, current: &Speaker) -> Result<(), SpeakerError> {
    in_savepoint(conn, |conn| store::delete_speaker(conn, current)).map_err(|error| match error {
        DbError::ForeignKeyViolation => SpeakerError::InUse,
        other => other.into(),
    })
}
