//! Changing materials.

use super::add::check;
use super::details::MaterialDetails;
use super::error::MaterialError;
use super::model::{MaterialOwner, MaterialVisibility};
use super::record::record;
use super::store::MaterialWith;
use super::{messages, store};
use crate::db::Conn;
use crate::time::Context;

/// Gives a material these details; its owner, which the caller has locked, stays. Saving what was read changes nothing.
///
/// # Errors
/// A field does not fit, or names what the workspace lacks.
pub fn change_material(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    owner: &MaterialOwner,
    current: MaterialWith,
    details: &MaterialDetails,
) -> Result<MaterialWith, MaterialError> {
    let fields = check(conn, owner.workspace(), details, current.material.fields.organisation_id)?;
    let id = current.material.id;
    let position = match details.position {
        Some(position) => position,
        None => store::next_position(conn, owner, Some(id))?,
    };
    if fields == current.material.fields && position == current.material.position {
        return Ok(current);
    }
    let now_public = (fields.visibility == MaterialVisibility::Public).then_some(context.now);
    let published_at = current.material.published_at.map(|at| at.0).or(now_public);
    store::update(conn, id, position, &fields, published_at, context.now)?;
    let changed = store::get_material(conn, owner.workspace(), id)?;
    messages::promise_available(conn, context, &changed.material)?;
    messages::promise_recording(conn, context, owner, &changed.material)?;
    record(conn, context, actor, owner, ("material_changed", Some(&current), Some(&changed)))?;
    Ok(changed)
}
