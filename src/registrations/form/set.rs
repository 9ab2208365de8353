//! Setting what a form asks, and what people consent to.

use serde_json::{Value, json};

use super::super::error::RegistrationError;
use super::model::{Form, Question};
use super::{rules, store};
use crate::db::{Conn, DbResult};
use crate::events::Event;
use crate::events::store::{self as events, Change};
use crate::http::Checks;
use crate::time::Context;

/// Replaces the questions of an event, which the caller has locked. Setting what is there changes nothing.
///
/// # Errors
/// A question does not fit.
pub fn set_questions(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    questions: Vec<Question>,
) -> Result<Form, RegistrationError> {
    let faults = rules::check_questions(&questions);
    if !faults.is_empty() {
        return Err(RegistrationError::Invalid(faults));
    }
    let mut form = store::get(conn, event.id)?;
    if form.questions.0 == questions {
        return Ok(form);
    }
    let (before, after) = (json!({ "questions": form.questions.0 }), json!({ "questions": questions }));
    form.questions.0 = questions;
    save(conn, context, actor, event, form, (before, after)).map_err(Into::into)
}

/// Sets what people consent to when they register for an event, which the caller has locked. Another text is another
/// version, which everybody consents to who registers from then on.
///
/// # Errors
/// The text does not fit.
pub fn set_consent_text(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    text: Option<String>,
) -> Result<Form, RegistrationError> {
    let mut checks = Checks::new();
    rules::check_consent_text(&mut checks, text.as_deref());
    let faults = checks.into_errors();
    if !faults.is_empty() {
        return Err(RegistrationError::Invalid(faults));
    }
    let mut form = store::get(conn, event.id)?;
    if form.consent_text == text {
        return Ok(form);
    }
    let (before, after) = (json!({ "consent_text": form.consent_text }), json!({ "consent_text": text }));
    (form.consent_text, form.consent_version) = (text, form.consent_version.saturating_add(1));
    save(conn, context, actor, event, form, (before, after)).map_err(Into::into)
}

fn save(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    mut form: Form,
    (before, after): (Value, Value),
) -> DbResult<Form> {
    form.revision = form.revision.saturating_add(1);
    store::save(conn, context, event, &form)?;
    let change = Change { actor, action: "form_changed", reason: None, before: Some(before), after: Some(after) };
    events::record_change(conn, context, event.id, &change)?;
    Ok(form)
}
