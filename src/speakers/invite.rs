//! Inviting a speaker.

use super::appear::{record, summary};
use super::details::InvitationInput;
use super::error::SpeakerError;
use super::messages;
use super::model::AppearanceStatus;
use super::rules::{self, Unanswerable};
use super::store::{self, AppearanceWith};
use crate::db::Conn;
use crate::events::Event;
use crate::time::Context;

/// Invites whoever has this part, by mail, with a link to answer. Inviting again sends a new link, and the one before stops
/// working. The event is locked by the caller.
///
/// # Errors
/// A field does not fit; the part is of no person, or of one without an address; they cannot be invited from the present
/// status; or nobody could answer any more.
pub fn invite_speaker(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    current: &AppearanceWith,
    input: &InvitationInput,
) -> Result<AppearanceWith, SpeakerError> {
    let errors = rules::check_invitation(input, context.now);
    if !errors.is_empty() {
        return Err(SpeakerError::Invalid(errors));
    }
    let not_now = |detail: &str| Err(SpeakerError::NotNow(detail.to_owned()));
    match &current.speaker {
        None => return not_now("Only a person can be invited: put a speaker in this place first."),
        Some(speaker) if speaker.email.is_none() => return not_now("The speaker has no e-mail address."),
        Some(_) => {}
    }
    let status = current.appearance.status;
    if !rules::may_become(status, AppearanceStatus::Invited) {
        return Err(SpeakerError::NotNow(format!("Somebody who is {status} cannot be invited.")));
    }
    match rules::may_answer(event.status, &event.when()?, AppearanceStatus::Invited, input.respond_by, context.now) {
        Ok(()) => {}
        Err(Unanswerable::Cancelled) => return not_now("The event was cancelled."),
        Err(_) => return not_now("The event has begun."),
    }
    let id = current.appearance.id;
    store::set_invited(conn, id, input, context.now)?;
    let invited = store::get_appearance(conn, event.workspace_id, id)?;
    let (before, after) = (Some(summary(current)), Some(summary(&invited)));
    record(conn, context, actor, event.id, ("speaker_invited", before, after))?;
    messages::promise_invitation(conn, context, &invited.appearance)?;
    Ok(invited)
}
