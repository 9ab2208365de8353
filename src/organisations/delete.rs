//! Removing organisations.

use super::error::OrganisationError;
use super::model::Organisation;
use super::store;
use crate::db::{Conn, DbError, in_savepoint};

/// Removes an organisation that nothing refers to.
///
/// # Errors
/// Something refers to it.
pub fn delete_organisation(conn: &mut Conn, current: &Organisation) -> Result<(), OrganisationError> {
    // Every reference is a foreign key, in tables that this room need not know.
    in_savepoint(conn, |conn| store::delete(conn, current)).map_err(|error| match error {
        DbError::ForeignKeyViolation => OrganisationError::InUse,
        other => other.into(),
    })
}
