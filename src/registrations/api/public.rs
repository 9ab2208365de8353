//! The registration form, and registering.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::model::{NewRegistration, RegistrationState};
use super::super::register;
use crate::events::store as events;
use crate::events::{EventId, rules};
use crate::http::{Checks, Code, IdempotencyKey, Json, LINE, Problem, Reply, State};
use crate::mail::EmailAddress;

/// What a person sends to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRequest {
    /// Their name.
    #[schema(example = "Ulrika Lindqvist")]
    name: String,
    /// Their address; it is never shown in public.
    #[schema(format = Email, example = "ulrika@example.org")]
    email: String,
    /// The organisation they come from.
    #[schema(example = "City of Lund")]
    organisation: Option<String>,
    /// Their IANA zone: mails give times in it too.
    #[schema(example = "Europe/Stockholm")]
    timezone: Option<String>,
    /// The language of their mails: a BCP 47 tag; the workspace's if absent.
    #[schema(example = "en")]
    language: Option<String>,
    /// Their answers, by the key of the question.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    answers: Map<String, Value>,
    /// That they consent to what the form says. Has to be true.
    #[schema(example = true)]
    consent: bool,
}

impl RegistrationRequest {
    fn check(self) -> Result<NewRegistration, Problem> {
        let mut checks = Checks::new();
        checks.line("/name", &self.name, 200);
        checks.optional_line("/organisation", self.organisation.as_deref(), LINE);
        if let Some(language) = &self.language {
            checks.language("/language", language);
        }
        for key in self.answers.keys() {
            let pointer = format!("/answers/{}", key.replace('~', "~0").replace('/', "~1"));
            checks.fault(pointer, Code::FieldUnknown, "The form has no such question.");
        }
        if !self.consent {
            checks.fault("/consent", Code::FieldRequired, "Registering needs this consent.");
        }
        let timezone = checks.optional_zone("/timezone", self.timezone.as_deref());
        let email = EmailAddress::parse(&self.email);
        if let Err(error) = &email {
            checks.fault("/email", Code::EmailInvalid, error.to_string());
        }
        let errors = checks.into_errors();
        match email {
            Ok(email) if errors.is_empty() => Ok(NewRegistration {
                name: self.name,
                email,
                organisation: self.organisation,
                timezone,
                language: self.language,
                answers: self.answers,
            }),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// What the public is told. It is the same whether or not the address was known.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationAccepted {
    /// The event.
    event_id: EventId,
    /// Where the registration stands: `confirmed` or `waitlisted`.
    state: RegistrationState,
}

/// What a registration form needs to know.
#[derive(Debug, Serialize, ToSchema)]
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
    /// The fields that have to be filled in.
    #[schema(example = json!(["name", "email", "consent"]))]
    required: Vec<&'static str>,
}

/// Read the registration form
///
/// What a frontend needs to show the form of a published event.
#[utoipa::path(
    tag = "Registrations",
    responses((status = 200, body = RegistrationForm, description = "The form"))
)]
#[get("/events/{event_id}/registration-form")]
pub async fn get_registration_form(state: web::Data<State>, path: web::Path<EventId>) -> Result<Reply, Problem> {
    let (id, now) = (path.into_inner(), state.clock.now());
    let form = state
        .read(move |conn| {
            let event = events::find_event(conn, id)?.filter(crate::events::Event::is_public);
            let event = event.ok_or_else(Problem::not_found)?;
            let seats = events::find_seats(conn, id)?;
            let is_open = rules::is_registration_open(&event, event.phase(now)?, now);
            let policy = event.registration();
            Ok(RegistrationForm {
                event_id: id,
                title: event.details.0.title.clone(),
                is_open,
                opens_at: policy.opens_at,
                closes_at: policy.closes_at,
                has_room: seats.has_room(),
                wait_list: policy.wait_list,
                required: vec!["name", "email", "consent"],
            })
        })
        .await?;
    Reply::ok(&form)
}

/// Register for an event
///
/// A free seat is confirmed at once; otherwise the person joins the queue. They get a mail with a link to see or cancel
/// their registration. An address that is registered already gets the same answer, and a mail about what it has.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    request_body = RegistrationRequest,
    responses((status = 201, body = RegistrationAccepted, description = "What a newcomer is told")),
    extensions(("x-codes" = json!([
        "registration_closed", "event_full", "email_invalid", "timezone_unknown", "timezone_abbreviation", "language_invalid"
    ])))
)]
#[post("/events/{event_id}/registrations")]
pub async fn create_registration(
    state: web::Data<State>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<RegistrationRequest>,
) -> Result<Reply, Problem> {
    let (event_id, hash) = (path.into_inner(), body.hash);
    let new = body.value.check()?;
    key.run(&state, None, hash, move |conn, context| {
        let outcome = register(conn, context, event_id, &new)?;
        Reply::json(201, &RegistrationAccepted { event_id, state: outcome.state })
    })
    .await
}
