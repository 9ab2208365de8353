//! Changing what stands in a registration, by the staff.

use super::details::{RegistrationDetails, answer_faults};
use super::error::RegistrationError;
use super::model::Registration;
use super::staff_store::{self, NewDetails};
use super::{form, messages, personal_feed, rules, store};
use crate::accounts;
use crate::db::types::Json;
use crate::db::{Conn, DbError};
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
    personal_feed::store::ensure(conn, context, locked.workspace_id, &email.key())?;
    staff_store::update_details(conn, locked.id, new, &email, link_version, context.now)?;
    if let Some(old) = EmailAddress::parse(&before.email).ok().filter(|_| has_moved) {
        personal_feed::store::forget_unused(conn, locked.workspace_id, &old.key())?;
    }
    staff_store::record(conn, context, locked.id, (actor, "changed"), None, fields)?;
    let changed = store::find(conn, locked.id)?.ok_or(DbError::NotFound)?;
    if let Some(kind) = rules::message_of(changed.state).filter(|_| has_moved) {
        messages::promise(conn, context, kind, &changed)?;
    }
    Ok(changed)
}
