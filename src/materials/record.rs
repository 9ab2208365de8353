//! What every change of a material does besides: its owner's revision rises, with its sequence where calendars show it, and an event's
//! history tells of it.

use serde_json::{Value, json};

use super::model::{MaterialOwner, MaterialVisibility};
use super::rules;
use super::store::MaterialWith;
use crate::db::{Conn, DbResult};
use crate::events::store::{Change, record_change, touch_event, touch_unshown, update_series};
use crate::time::Context;

/// Records a change of a material, as it was and as it is.
pub(super) fn record(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    owner: &MaterialOwner,
    (action, before, after): (&'static str, Option<&MaterialWith>, Option<&MaterialWith>),
) -> DbResult<()> {
    let is_shown = [before, after].into_iter().flatten().any(|with| rules::is_documentation(&with.material));
    match owner {
        MaterialOwner::Series(series) => update_series(conn, series, context.now).map(drop),
        MaterialOwner::Event(event, _) => {
            let (before, after) = (before.map(describe), after.map(describe));
            record_change(conn, context, event.id, &Change { actor, action, reason: None, before, after })?;
            if is_shown {
                touch_event(conn, event.id, context.now)
            } else {
                touch_unshown(conn, &[event.id], context.now)
            }
        }
    }
}

/// A material as the history keeps it, which outlives it: an address that is not for everybody has no place there.
fn describe(with: &MaterialWith) -> Value {
    let material = &with.material;
    let mut details = json!(material.details());
    if material.fields.visibility != MaterialVisibility::Public
        && let Some(details) = details.as_object_mut()
    {
        details.shift_remove("url");
    }
    json!({ "material_id": material.id, "session_id": material.session_id, "material": details })
}
