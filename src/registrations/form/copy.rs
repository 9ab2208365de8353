//! Giving an event the form of another one.

use super::model::Form;
use super::store;
use crate::db::{Conn, DbResult};
use crate::events::Event;
use crate::time::Context;

/// Gives a new event what another one asks, and what people consent to. It is a form of its own: its versions begin anew, so
/// that nobody has consented to any of them.
///
/// # Errors
/// The database failed.
pub fn copy_form(conn: &mut Conn, context: &Context, source: &Event, event: &Event) -> DbResult<()> {
    let Form { questions, consent_text, .. } = store::get(conn, source.id)?;
    if questions.0.is_empty() && consent_text.is_none() {
        return Ok(());
    }
    let consent_version = i32::from(consent_text.is_some());
    store::save(conn, context, event, &Form { questions, consent_text, consent_version, revision: 1 })
}
