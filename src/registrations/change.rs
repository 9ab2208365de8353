//! Changing what stands in a registration, by the staff.

use super::details::{RegistrationDetails, answer_faults};
use super::error::RegistrationError;
use super::model::Registration;
use super::resend::send_what_they_have;
use super::staff_store::{self, NewDetails};
use super::{form, own_changes, personal_feed, store};
use crate::accounts;
use crate::db::types::Json;
use crate::db::{Conn, DbError};
use crate::events::store as events;
use crate::mail::EmailAddress;
use crate::time::Context;

/// Gives a registration, which the caller has locked, these details. What changes nothing leaves its revision as it is. With
/// another address the links that were sent to the old one are revoked, and what the person has is sent to the new one.
///
/// # Errors
/// A field does not fit, another registration for the event has the address, or it was erased.
pub fn change_registration(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    locked: &Registration,
    details: RegistrationDetails,
) -> Result<Registration, RegistrationError> {
    if locked.is_erased() {
        return Err(RegistrationError::NotAtThisTime("What was personal in it was erased."));
    }
    let before = RegistrationDetails::of(locked);
    let email = details.check().map_err(RegistrationError::Invalid)?;
    let form = form::store::get(conn, locked.event_id)?;
    let faults = answer_faults(&form.questions.0, &details.answers, &before.answers);
    if !faults.is_empty() {
        return Err(RegistrationError::Invalid(faults));
    }
    let mut details = details.normal();
    // What stays as it was may be an answer to what the question was before.
    let is_changed = |key: &str| details.answers.get(key) != before.answers.get(key);
    let changed: Vec<_> = form.questions.0.iter().filter(|question| is_changed(&question.key)).cloned().collect();
    details.answers = form::normal_answers(&changed, details.answers);
    if details.language.is_none() {
        details.language = Some(accounts::store::get_workspace(conn, locked.workspace_id)?.language);
    }
    let fields = details.differences(&before);
    if fields.is_empty() {
        return Ok(locked.clone());
    }
    let has_moved = details.email != before.email;
    if has_moved && !locked.state.is_over() {
        let known = store::find_active(conn, locked.event_id, &email.key())?;
        if known.is_some_and(|known| known.id != locked.id) {
            return Err(RegistrationError::AddressTaken);
        }
    }
    let new = NewDetails {
        name: details.name,
        organisation: details.organisation,
        timezone: details.timezone,
        language: details.language.unwrap_or_else(|| locked.language.clone()),
        answers: Json(details.answers),
        note: details.note,
    };
    let link_version = locked.link_version + i32::from(has_moved);
    if has_moved {
        own_changes::hand_on(conn, context, locked)?;
    }
    personal_feed::store::ensure(conn, context, locked.workspace_id, &email.key())?;
    staff_store::update_details(conn, locked.id, new, &email, link_version, context.now)?;
    if let Some(old) = EmailAddress::parse(&before.email).ok().filter(|_| has_moved) {
        personal_feed::store::leave(conn, context, locked.workspace_id, &old.key())?;
    }
    staff_store::record(conn, context, locked.id, (actor, "changed"), None, fields)?;
    let changed = store::find(conn, locked.id)?.ok_or(DbError::NotFound)?;
    if !has_moved {
        return Ok(changed);
    }
    let event = events::get_event(conn, changed.workspace_id, changed.event_id)?;
    send_what_they_have(conn, context, &event, &changed)?;
    Ok(store::find(conn, locked.id)?.ok_or(DbError::NotFound)?)
}
