//! Queries on registration forms.

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
