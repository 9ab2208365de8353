//! The registration form of an event: what a frontend shows, and what the staff ask.

use actix_web::{get, put, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::error::RegistrationError;
use super::super::form::{self, Form, Question};
use crate::db::Conn;
use crate::events::api::visible_event;
use crate::events::store::{self as events, Seats};
use crate::events::{Event, EventId, rules};
use crate::http::auth::needs;
use crate::http::{IfMatch, Json, Problem, Reply, Staff, State, Visitor, WorkspaceId};
use crate::time::Context;

/// What a registration form needs to know.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own, as clients see it")]
pub struct RegistrationForm {
    /// The event.
    event_id: EventId,
    /// Its title.
    #[schema(example = "Local complaint mechanisms")]
    title: String,
    /// Whether registration takes newcomers now.
    is_open: bool,
    /// Not before this time.
    opens_at: Option<DateTime<Utc>>,
    /// Not from this time on.
    closes_at: Option<DateTime<Utc>>,
    /// Whether there is a seat for a newcomer.
    has_room: bool,
    /// Whether a full event keeps a wait list.
    wait_list: bool,
    /// Whether people have to confirm their address before they get a seat.
    verification: bool,
    /// Whether the staff decide on each registration.
    approval: bool,
    /// Whether people may register for the recording alone.
    recording: bool,
    /// The fields that have to be filled in.
    #[schema(example = json!(["name", "email", "consent"]))]
    required: Vec<&'static str>,
    /// What is asked besides, in order. The answers go into `answers`, by the key of the question.
    questions: Vec<Question>,
    /// What people consent to: Markdown.
    #[schema(example = "We keep your data until the event is over.")]
    consent_text: Option<String>,
    /// Which version of that text this is. Sent along, nobody consents to a text that they were not shown.
    #[schema(example = 1)]
    consent_version: i32,
    /// Rises with each change of the questions or the text.
    #[schema(example = 1)]
    revision: i64,
}

impl RegistrationForm {
    fn of(event: &Event, form: Form, seats: Seats, now: DateTime<Utc>) -> Result<Self, Problem> {
        let policy = event.registration();
        Ok(Self {
            event_id: event.id,
            title: event.details.0.title.clone(),
            is_open: rules::is_registration_open(event, event.phase(now)?, now),
            opens_at: policy.opens_at,
            closes_at: policy.closes_at,
            has_room: seats.has_room(),
            wait_list: policy.wait_list,
            verification: policy.verification,
            approval: policy.approval,
            recording: policy.recording,
            required: vec!["name", "email", "consent"],
            questions: form.questions.0,
            consent_text: form.consent_text,
            consent_version: form.consent_version,
            revision: form.revision,
        })
    }

    fn reply(&self) -> Result<Reply, Problem> {
        Ok(Reply::ok(self)?.with_revision(self.revision))
    }
}

/// Read the registration form
///
/// What a frontend needs to show the form of an event. Everybody reads that of a published event; the staff also that of a draft.
/// The ETag is the form's own.
#[utoipa::path(
    tag = "Registrations",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = RegistrationForm, description = "The form"))
)]
#[get("/events/{event_id}/registration-form")]
pub async fn get_registration_form(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<Reply, Problem> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let form = state
        .read(move |conn| {
            let (event, _) = visible_event(conn, &visitor, id)?;
            let (form, seats) = (form::store::get(conn, id)?, events::find_seats(conn, id)?);
            RegistrationForm::of(&event, form, seats, now)
        })
        .await?;
    form.reply()
}

/// Locks the event and sets something of its form.
async fn set(
    state: &State,
    (workspace, id): (WorkspaceId, EventId),
    if_match: IfMatch,
    change: impl Fn(&mut Conn, &Context, &Event) -> Result<Form, RegistrationError> + Send + 'static,
) -> Result<Reply, Problem> {
    let form = state
        .write(move |conn, context| {
            let event = events::lock_event(conn, workspace, id)?;
            if_match.check(form::store::get(conn, id)?.revision)?;
            let (form, seats) = (change(conn, context, &event)?, events::find_seats(conn, id)?);
            RegistrationForm::of(&event, form, seats, context.now)
        })
        .await?;
    form.reply()
}

/// Set the questions of a registration form
///
/// Replaces them all, in this order. A question keeps its answers as long as its key stays. Answers that were given stay as they are,
/// also those to a question that has changed its type or is gone.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    request_body = Vec<Question>,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = RegistrationForm, description = "The form as it is now")),
    extensions(("x-codes" = json!(["slug_invalid", "text_invalid", "number_invalid"])))
)]
#[put("/events/{event_id}/questions")]
pub async fn set_questions(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    if_match: IfMatch,
    body: Json<Vec<Question>>,
) -> Result<Reply, Problem> {
    let (place, actor, questions) = ((staff.workspace, path.into_inner()), staff.actor(), body.value);
    set(&state, place, if_match, move |conn, context, event| {
        form::set_questions(conn, context, &actor, event, questions.clone())
    })
    .await
}

/// What people consent to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentRequest {
    /// The text, in Markdown; null for none.
    #[schema(example = "We keep your data until the event is over.")]
    text: Option<String>,
}

/// Set what people consent to
///
/// A registration keeps the version of the text that it was made with. Another text is another version, for everybody who
/// registers from then on.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    request_body = ConsentRequest,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = RegistrationForm, description = "The form as it is now")),
    extensions(("x-codes" = json!(["text_invalid"])))
)]
#[put("/events/{event_id}/consent-text")]
pub async fn set_consent_text(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    if_match: IfMatch,
    body: Json<ConsentRequest>,
) -> Result<Reply, Problem> {
    let (place, actor, text) = ((staff.workspace, path.into_inner()), staff.actor(), body.value.text);
    set(&state, place, if_match, move |conn, context, event| {
        form::set_consent_text(conn, context, &actor, event, text.clone())
    })
    .await
}
