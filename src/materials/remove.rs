//! Removing materials.

use super::error::MaterialError;
use super::model::MaterialOwner;
use super::record::record;
use super::store::{self, MaterialWith};
use crate::db::Conn;
use crate::time::Context;

/// Removes a material from its owner, which the caller has locked. What it links to stays where it is.
///
/// # Errors
/// The database failed.
pub fn remove_material(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    owner: &MaterialOwner,
    current: &MaterialWith,
) -> Result<(), MaterialError> {
    store::delete(conn, current.material.id)?;
    Ok(record(conn, context, actor, owner, ("material_removed", Some(current), None))?)
}
