//! Registering a person by the staff.

use actix_web::{post, web};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::model::{Attendance, NewRegistration, RegistrationState};
use super::super::{Consent, Entry, RegistrationDetails, enter_registration};
use super::staff::RegistrationResponse;
use crate::define_text_enum;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, Json, Problem, Reply, Staff, State};
use crate::time::Zone;

define_text_enum! {
    /// Where a registration by the staff is to stand.
    EnteredState {
        /// With a seat.
        Confirmed => "confirmed",
        /// In the queue.
        Waitlisted => "waitlisted",
    }
}

/// A person whom the staff register.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ManualRequest {
    /// Their name.
    #[schema(example = "Ulrika Lindqvist")]
    name: String,
    /// Their address.
    #[schema(format = Email, example = "ulrika@example.org")]
    email: String,
    /// The organisation they come from.
    #[schema(example = "City of Lund")]
    organisation: Option<String>,
    /// Their IANA zone.
    #[schema(example = "Europe/Stockholm")]
    timezone: Option<String>,
    /// The language of their mails: a BCP 47 tag; the workspace's if absent.
    #[schema(example = "en")]
    language: Option<String>,
    /// Their answers, by the key of the question.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    answers: Map<String, Value>,
    /// Where it is to stand. Absent: with a seat if one is free and nobody waits, otherwise in the queue.
    state: Option<EnteredState>,
    /// The version of the form's text that they consented to, if they did: 0 where the form had none. Absent: nothing is known of it.
    #[schema(example = 1)]
    consent_version: Option<i32>,
    /// When they consented, if that is known.
    consented_at: Option<DateTime<Utc>>,
    /// Whether they are sent what they have; they are if it is absent.
    #[schema(example = true)]
    notify: Option<bool>,
    /// Whether the event is given one seat more if none is free. It is not if it is absent.
    #[schema(example = false)]
    override_capacity: Option<bool>,
}

impl ManualRequest {
    fn check(self) -> Result<(NewRegistration, Entry), Problem> {
        let Self { name, email, organisation, timezone, language, answers, .. } = self;
        let details = RegistrationDetails { name, email, organisation, timezone, language, answers, note: None };
        let email = details.check().map_err(Problem::invalid)?;
        let RegistrationDetails { name, organisation, timezone, language, answers, .. } = details;
        let timezone = timezone.and_then(|name| Zone::parse(&name).ok());
        let state = self.state.map(|state| match state {
            EnteredState::Confirmed => RegistrationState::Confirmed,
            EnteredState::Waitlisted => RegistrationState::Waitlisted,
        });
        let (notify, override_capacity) = (self.notify.unwrap_or(true), self.override_capacity.unwrap_or_default());
        let new = NewRegistration {
            name,
            email,
            organisation,
            timezone,
            language,
            answers,
            attendance: Attendance::Live,
            consent_version: None,
        };
        let consent = Consent { version: self.consent_version, at: self.consented_at };
        Ok((new, Entry { state, notify, override_capacity, consent }))
    }
}

/// Register a person by hand
///
/// Whether or not registration is open. They get a free seat if nobody waits for it, or a place in the queue. With
/// `override_capacity` the event is given one seat more where it needs one, which its history tells.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    request_body = ManualRequest,
    security(("bearer" = ["registrations:write"])),
    responses((status = 201, body = RegistrationResponse, description = "The new registration")),
    extensions(("x-codes" = json!([
        "email_invalid", "phone_invalid", "timezone_unknown", "timezone_abbreviation", "language_invalid", "number_invalid",
        "instant_invalid", "address_taken", "event_full", "not_possible_now"
    ])))
)]
#[post("/events/{event_id}/registrations/manual")]
pub async fn enter_manual_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<ManualRequest>,
) -> Result<Reply, Problem> {
    let (workspace, id, actor) = (staff.workspace, path.into_inner(), staff.actor());
    let (new, entry) = body.value.check()?;
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let event = events::lock_event(conn, workspace, id)?;
        let row = enter_registration(conn, context, &actor, &event, &new, entry)?;
        let (path, revision) = (format!("/api/v1/registrations/{}", row.id), row.revision);
        Ok(Reply::created(path, &RegistrationResponse::read(conn, row)?)?.with_revision(revision))
    })
    .await
}
