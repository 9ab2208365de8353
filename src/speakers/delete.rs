//! Removing speakers.

use super::error::SpeakerError;
use super::model::Speaker;
use super::store;
use crate::db::{Conn, DbError, in_savepoint};

/// Removes a speaker who appears nowhere, not even as somebody who declined, and whom no material is by.
///
/// # Errors
/// They appear somewhere, or something is by them.
pub fn delete_speaker(conn: &mut Conn, current: &Speaker) -> Result<(), SpeakerError> {
    in_savepoint(conn, |conn| store::delete_speaker(conn, current)).map_err(|error| match error {
        DbError::ForeignKeyViolation => SpeakerError::InUse,
        other => other.into(),
    })
}
