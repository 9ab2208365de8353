//! Queries on registration forms.

use std::collections::HashMap;

use diesel::prelude::*;

use super::model::Form;
use crate::db::schema::registration_forms;
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::events::{Event, EventId};
use crate::time::Context;

/// The form of an event; an empty one if nobody has set it.
///
/// # Errors
/// The database failed.
pub fn get(conn: &mut Conn, event: EventId) -> DbResult<Form> {
    let form = registration_forms::table.find(event).select(Form::as_select()).first(conn).optional()?;
    Ok(form.unwrap_or_default())
}

/// The forms of several events, in their order; an empty one where nobody has set it.
///
/// # Errors
/// The database failed.
pub fn get_many(conn: &mut Conn, events: &[EventId]) -> DbResult<Vec<(EventId, Form)>> {
    let rows = registration_forms::table.filter(registration_forms::event_id.eq_any(events.to_vec()));
    let rows = rows.select((registration_forms::event_id, Form::as_select())).load::<(EventId, Form)>(conn)?;
    let mut forms: HashMap<EventId, Form> = rows.into_iter().collect();
    Ok(events.iter().map(|event| (*event, forms.remove(event).unwrap_or_default())).collect())
}

/// Stores the form of an event, which the caller has locked.
pub(super) fn save(conn: &mut Conn, context: &Context, event: &Event, form: &Form) -> DbResult<()> {
    let values = (
        registration_forms::questions.eq(&form.questions),
        registration_forms::consent_text.eq(form.consent_text.as_deref()),
        registration_forms::consent_version.eq(form.consent_version),
        registration_forms::revision.eq(form.revision),
        registration_forms::updated_at.eq(At(context.now)),
    );
    if diesel::update(registration_forms::table.find(event.id)).set(values).execute(conn)? == 1 {
        return Ok(());
    }
    diesel::insert_into(registration_forms::table)
        .values((
            registration_forms::event_id.eq(event.id),
            registration_forms::workspace_id.eq(event.workspace_id),
            values,
        ))
        .execute(conn)?;
    Ok(())
}
