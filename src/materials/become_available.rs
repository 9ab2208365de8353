//! A material's time has come.

use chrono::{DateTime, Utc};

use super::model::MaterialId;
use super::{rules, store};
use crate::db::{Conn, DbResult};
use crate::events::store::{lock_event, touch_event, touch_unshown};
use crate::time::Context;

/// Raises the revision of the event whose public material is available from `available_from` on, and its sequence where calendars name
/// the material, so that they fetch the entry again. Returns whether it did: not where the material is gone, hidden or moved to another time. What else was
/// changed of the event meanwhile need not have been seen by calendars.
///
/// # Errors
/// The database failed.
pub fn become_available(
    conn: &mut Conn,
    context: &Context,
    id: MaterialId,
    available_from: DateTime<Utc>,
) -> DbResult<bool> {
    let found = store::find_material(conn, id)?.map(|with| with.material);
    let Some((workspace, event)) = found.and_then(|found| Some((found.workspace_id, found.event_id?))) else {
        return Ok(false);
    };
    let event = lock_event(conn, workspace, event)?;
    // It may have been changed or removed before the lock was there.
    let Some(with) = store::find_material(conn, id)? else { return Ok(false) };
    if !rules::opens_now(&with.material, available_from, context.now) {
        return Ok(false);
    }
    if rules::is_documentation(&with.material) {
        touch_event(conn, event.id, context.now)?;
    } else {
        touch_unshown(conn, &[event.id], context.now)?;
    }
    Ok(true)
}
