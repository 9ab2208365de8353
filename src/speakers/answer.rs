//! A speaker's answer to an invitation.

use super::appear::{record, summary};
use super::details::AnswerInput;
use super::error::SpeakerError;
use super::invitation::open_invitation;
use super::messages;
use super::model::Appearance;
use super::rules::{self, Unanswerable};
use super::store::{self, AppearanceWith};
use crate::db::Conn;
use crate::events;
use crate::http::Links;
use crate::time::Context;

/// Answers the invitation that `token` opens. To answer the same twice is harmless; another answer takes the place of the one
/// before. It stands in the event's history, changes the event, and the staff are told.
///
/// # Errors
/// The link opens nothing or was replaced, a field does not fit, the event was cancelled, or it is too late.
pub fn answer_invitation(
    conn: &mut Conn,
    context: &Context,
    links: &Links,
    token: &str,
    input: &AnswerInput,
) -> Result<AppearanceWith, SpeakerError> {
    let Appearance { workspace_id, event_id, .. } = open_invitation(conn, links, token)?.appearance;
    let event = events::store::lock_event(conn, workspace_id, event_id)?;
    // It may have been changed, removed or sent again before the lock was there.
    let current = open_invitation(conn, links, token)?;
    let errors = rules::check_answer(input);
    if !errors.is_empty() {
        return Err(SpeakerError::Invalid(errors));
    }
    let appearance = &current.appearance;
    let respond_by = appearance.respond_by.map(|at| at.0);
    rules::may_answer(event.status, &event.when()?, appearance.status, respond_by, context.now).map_err(refuse)?;
    if is_given(appearance, input) {
        return Ok(current);
    }
    store::set_answered(conn, appearance.id, input, context.now)?;
    let answered = store::get_appearance(conn, workspace_id, appearance.id)?;
    let actor = current.speaker.as_ref().map_or_else(|| "speaker".to_owned(), |one| format!("speaker:{}", one.id));
    let (before, after) = (Some(summary(&current)), Some(summary(&answered)));
    record(conn, context, &actor, event.id, ("invitation_answered", before, after))?;
    messages::promise_notice(conn, context, &answered.appearance, input.answer)?;
    Ok(answered)
}

fn refuse(reason: Unanswerable) -> SpeakerError {
    match reason {
        Unanswerable::Cancelled => SpeakerError::EventCancelled,
        Unanswerable::Late => SpeakerError::NotNow("The time to answer is over.".to_owned()),
        Unanswerable::Withdrawn => SpeakerError::NotNow("This part in the event was taken back.".to_owned()),
    }
}

/// Whether this was answered before.
fn is_given(appearance: &Appearance, input: &AnswerInput) -> bool {
    appearance.answered_at.is_some()
        && appearance.status == input.answer.status()
        && (input.recording_consent.is_none() || input.recording_consent == appearance.consents_to_recording())
        && (input.note.is_none() || input.note == appearance.answer_note)
}
