//! Replacing the address of a feed.

use super::super::model::Registration;
use super::store;
use crate::db::{Conn, DbResult};
use crate::time::Context;

/// Revokes the address of the feed that a registration stands in, for instance because it was passed on. From now on it is another.
///
/// # Errors
/// The database failed.
pub fn rotate_feed(conn: &mut Conn, context: &Context, registration: &Registration) -> DbResult<()> {
    match store::find_of(conn, registration.id)? {
        Some(feed) => store::raise_version(conn, feed.id, context.now),
        None => Ok(()),
    }
}
