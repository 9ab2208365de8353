//! Registering for several events of a series.

use std::collections::BTreeMap;

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::error::RegistrationError;
use super::super::model::{Attendance, RegistrationState};
use super::super::register_for_series::MOST_EVENTS;
use super::super::{EventOutcome, OwnPart, SeriesEntry, register_for_series};
use super::public::{EntryGuard, RegistrationRequest, live};
use crate::db::Conn;
use crate::events::{EventId, SeriesId};
use crate::http::{Checks, Code, FieldError, IdempotencyKey, Json, Problem, Reply, State};
use crate::time::Context;

/// What is different for one of several events.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EventPart {
    /// Answers to its form, beside those for all events.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    answers: Map<String, Value>,
    /// What the person registers for there; as for all events if absent.
    attendance: Option<Attendance>,
    /// The `consent_version` of its form that they were shown.
    #[schema(example = 0)]
    consent_version: Option<i32>,
}

/// What a person sends to register for several events of a series.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesRegistrationRequest {
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
    /// Their answers, by the key of the question. Each event gets those that its form asks for.
    #[serde(default)]
    #[schema(value_type = Object, example = json!({}))]
    answers: Map<String, Value>,
    /// Whether they come, or only want to see the recordings, where an event allows that.
    #[serde(default = "live")]
    attendance: Attendance,
    /// That they consent to what the forms say. Has to be true.
    #[schema(example = true)]
    consent: bool,
    /// For which events, 100 at most; for all that take registrations now if absent.
    #[schema(min_items = 1, max_items = 100)]
    event_ids: Option<Vec<EventId>>,
    /// What is different for one of them, by its id.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, EventPart>, example = json!({}))]
    events: BTreeMap<EventId, EventPart>,
    /// Leave it empty, as when registering for one event.
    #[schema(example = "")]
    website: Option<String>,
}

impl SeriesRegistrationRequest {
    fn check(self) -> Result<SeriesEntry, Vec<FieldError>> {
        let Self { name, email, organisation, timezone, language, answers, attendance, consent, website, .. } = self;
        let consent_version = None;
        let person = RegistrationRequest {
            name,
            email,
            organisation,
            timezone,
            language,
            answers,
            attendance,
            consent,
            consent_version,
            website,
        };
        let is_pretended = person.is_trapped();
        let mut checks = Checks::new();
        let person = person.check().map_err(|faults| checks.add_all("", faults)).ok();
        let mut chosen = self.event_ids;
        if let Some(chosen) = &mut chosen {
            checks.count("/event_ids", chosen.len(), MOST_EVENTS);
            let mut seen = std::collections::HashSet::new();
            chosen.retain(|id| seen.insert(*id));
        }
        if chosen.as_ref().is_some_and(Vec::is_empty) {
            checks.fault("/event_ids", Code::FieldRequired, "Name at least one event.");
        }
        let own = self.events.into_iter().map(|(event, part)| {
            let EventPart { answers, attendance, consent_version } = part;
            (event, OwnPart { answers, attendance, consent_version })
        });
        let own = own.collect();
        let errors = checks.into_errors();
        match person {
            Some(person) if errors.is_empty() => Ok(SeriesEntry { person, chosen, own, is_pretended }),
            _ => Err(errors),
        }
    }
}

/// What became of a registration at one event.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesRegistrationOutcome {
    /// The event.
    event_id: EventId,
    /// Where the registration stands, as for one event; null where it was refused.
    state: Option<RegistrationState>,
    /// Why it was refused: a code of the table at `/api/v1/problems`.
    #[schema(example = "event_full")]
    code: Option<&'static str>,
    /// What does not fit the form of this event.
    errors: Vec<FieldError>,
}

impl From<EventOutcome> for SeriesRegistrationOutcome {
    fn from(outcome: EventOutcome) -> Self {
        let (event_id, state) = (outcome.event, outcome.result.as_ref().ok().copied());
        let problem = outcome.result.err().map(Problem::from);
        let problem = problem.map(|problem| {
            let mut checks = Checks::new();
            checks.add_all(&format!("/events/{event_id}"), problem.body().errors);
            (problem.code().name(), checks.into_errors())
        });
        let (code, errors) = problem.unzip();
        Self { event_id, state, code, errors: errors.unwrap_or_default() }
    }
}

/// What the public is told. It is the same whether or not the address was known.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeriesRegistrationAccepted {
    /// The series.
    series_id: SeriesId,
    /// One entry for each event, in the order in which they were named, or that of time.
    items: Vec<SeriesRegistrationOutcome>,
}

fn accept(
    conn: &mut Conn,
    context: &Context,
    guard: &EntryGuard,
    series_id: SeriesId,
    entry: &SeriesEntry,
) -> Result<SeriesRegistrationAccepted, RegistrationError> {
    guard.count(conn, context, &entry.person.email)?;
    let outcomes = register_for_series(conn, context, series_id, entry)?;
    Ok(SeriesRegistrationAccepted { series_id, items: outcomes.into_iter().map(Into::into).collect() })
}

/// Register for a series
///
/// For all of its events that take registrations now, or for some of them. Each decides as if it were alone: what one refuses is
/// done at the others, and the answer says so for each; it is an error only if none could be done. The person gets one mail about
/// all of them, and confirms their address once where that is asked for. Pointers of what does not fit the form of one event begin
/// with `/events/` and its id.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    request_body = SeriesRegistrationRequest,
    responses((status = 201, body = SeriesRegistrationAccepted, description = "What a newcomer is told, event by event")),
    extensions(("x-codes" = json!([
        "registration_closed", "event_full", "email_invalid", "phone_invalid", "timezone_unknown", "timezone_abbreviation",
        "language_invalid", "consent_outdated", "address_overused", "reference_unknown", "number_invalid"
    ])))
)]
#[post("/series/{series_id}/registrations")]
pub async fn create_series_registration(
    state: web::Data<State>,
    path: web::Path<SeriesId>,
    key: IdempotencyKey,
    body: Json<SeriesRegistrationRequest>,
) -> Result<Reply, Problem> {
    let (series_id, hash, guard) = (path.into_inner(), body.hash, EntryGuard::of(&state));
    let entry = body.value.check().map_err(Problem::invalid)?;
    key.run(&state, None, hash, move |conn, context| {
        Reply::json(201, &accept(conn, context, &guard, series_id, &entry)?)
    })
    .await
}
