//! Registering.

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::error::RegistrationError;
use super::super::model::{Attendance, NewRegistration, RegistrationState};
use super::super::names::check_name;
use super::super::{Outcome, count_entry, open_form, pretend_to_register, register};
use crate::db::Conn;
use crate::events::EventId;
use crate::http::{Checks, Code, FieldError, IdempotencyKey, Json, LINE, Links, Problem, Reply, State};
use crate::mail::EmailAddress;
use crate::time::Context;

/// What a person sends to register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistrationRequest {
    /// Their name.
    #[schema(example = "Ulrika Lindqvist")]
    pub(super) name: String,
    /// Their address; it is never shown in public.
    #[schema(format = Email, example = "ulrika@example.org")]
    pub(super) email: String,
    /// The organisation they come from.
    #[schema(example = "City of Lund")]
    pub(super) organisation: Option<String>,
    /// Their IANA zone: mails give times in it too.
    #[schema(example = "Europe/Stockholm")]
    pub(super) timezone: Option<String>,
    /// The language of their mails: a BCP 47 tag; the workspace's if absent.
    #[schema(example = "en")]
    pub(super) language: Option<String>,
    /// Their answers, by the key of the question.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    pub(super) answers: Map<String, Value>,
    /// Whether they come, or only want to see the recording, where the event allows that.
    #[serde(default = "live")]
    pub(super) attendance: Attendance,
    /// That they consent to what the form says. Has to be true.
    #[schema(example = true)]
    pub(super) consent: bool,
    /// The `consent_version` of the form that they were shown. If it is given, and the text has changed since, nobody is
    /// registered.
    #[schema(example = 0)]
    pub(super) consent_version: Option<i32>,
    /// Leave it empty. A frontend may show it to programs alone, hidden from people: whoever fills it in gets the answer of a
    /// newcomer and is not registered.
    #[schema(example = "")]
    pub(super) website: Option<String>,
}

pub(super) fn live() -> Attendance {
    Attendance::Live
}

impl RegistrationRequest {
    /// Checks everything but what the form asks.
    pub(super) fn check(&self) -> Result<NewRegistration, Vec<FieldError>> {
        let mut checks = Checks::new();
        check_name(&mut checks, "/name", &self.name);
        checks.optional_line("/organisation", self.organisation.as_deref(), LINE);
        if let Some(language) = &self.language {
            checks.language("/language", language);
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
                name: self.name.clone(),
                email,
                organisation: self.organisation.clone(),
                timezone,
                language: self.language.clone(),
                answers: self.answers.clone(),
                attendance: self.attendance,
                consent_version: self.consent_version,
            }),
            _ => Err(errors),
        }
    }

    /// Whether only a program can have sent it.
    pub(super) fn is_trapped(&self) -> bool {
        self.website.as_ref().is_some_and(|text| !text.is_empty())
    }

    /// Registers, or says all at once what does not fit: the person's own fields and the answers to the form.
    pub(super) fn register(
        &self,
        conn: &mut Conn,
        context: &Context,
        guard: &EntryGuard,
        event: EventId,
    ) -> Result<Outcome, RegistrationError> {
        match self.check() {
            Ok(new) => {
                guard.count(conn, context, &new.email)?;
                let register = if self.is_trapped() { pretend_to_register } else { register };
                register(conn, context, event, &new)
            }
            Err(mut errors) => {
                let form = open_form(conn, context, event)?;
                errors.extend(form.faults(&self.answers, self.attendance, self.consent_version));
                Err(RegistrationError::Invalid(errors))
            }
        }
    }
}

/// Counts how often an address is entered.
pub(super) struct EntryGuard {
    links: Links,
    most: i32,
}

impl EntryGuard {
    pub(super) fn of(state: &State) -> Self {
        Self { links: state.links.clone(), most: state.limits.address_entries }
    }

    pub(super) fn count(
        &self,
        conn: &mut Conn,
        context: &Context,
        email: &EmailAddress,
    ) -> Result<(), RegistrationError> {
        count_entry(conn, context, &self.links, self.most, email)
    }
}

/// What the public is told. It is the same whether or not the address was known.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationAccepted {
    /// The event.
    event_id: EventId,
    /// Where the registration stands: `confirmed` or `waitlisted`, or first `pending_verification` or `pending_approval`.
    state: RegistrationState,
}

/// Register for an event
///
/// A free seat is confirmed at once; otherwise the person joins the queue. Where the event asks for it, they first confirm their
/// address, and the staff decide. They get a mail with a link to see or cancel their registration. An address that is registered
/// already gets the same answer, and a mail about what it has. How often a day one address may be entered is limited, over all
/// events and whether or not it is registered.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    request_body = RegistrationRequest,
    responses((status = 201, body = RegistrationAccepted, description = "What a newcomer is told")),
    extensions(("x-codes" = json!([
        "registration_closed", "event_full", "email_invalid", "phone_invalid", "timezone_unknown", "timezone_abbreviation",
        "language_invalid", "consent_outdated", "address_overused"
    ])))
)]
#[post("/events/{event_id}/registrations")]
pub async fn create_registration(
    state: web::Data<State>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<RegistrationRequest>,
) -> Result<Reply, Problem> {
    let (event_id, hash, request) = (path.into_inner(), body.hash, body.value);
    let guard = EntryGuard::of(&state);
    key.run(&state, None, hash, move |conn, context| {
        let outcome = request.register(conn, context, &guard, event_id)?;
        Reply::json(201, &RegistrationAccepted { event_id, state: outcome.state })
    })
    .await
}
