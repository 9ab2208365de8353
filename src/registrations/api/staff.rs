//! Registrations as the staff see them.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::super::store;
use crate::define_page;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{IfMatch, Page, Problem, Reply, Staff, State};
use crate::outbox::api::BounceResponse;
use crate::outbox::{self, MessageState};

/// A registration as the staff see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegistrationResponse {
    /// Its id.
    id: RegistrationId,
    /// Its event.
    event_id: EventId,
    /// The person's name.
    #[schema(example = "Ulrika Lindqvist")]
    name: String,
    /// Their address.
    #[schema(example = "ulrika@example.org")]
    email: String,
    /// The organisation they come from.
    organisation: Option<String>,
    /// Their IANA zone.
    timezone: Option<String>,
    /// The language of their mails.
    #[schema(example = "en")]
    language: String,
    /// Their answers, by the key of the question.
    #[schema(value_type = Object)]
    answers: Map<String, Value>,
    /// What it is for.
    attendance: Attendance,
    /// Where it stands.
    state: RegistrationState,
    /// The number of its place in the queue; grows with time and has gaps.
    queue_position: Option<i64>,
    /// Until when an offered seat is held.
    offer_expires_at: Option<DateTime<Utc>>,
    /// When they consented.
    consented_at: DateTime<Utc>,
    /// The version of the form's text that they consented to; 0 where the form had none.
    #[schema(example = 1)]
    consent_version: i32,
    /// Until when the address can be confirmed, where it has to be.
    verify_by: Option<DateTime<Utc>>,
    /// When the address was confirmed.
    verified_at: Option<DateTime<Utc>>,
    /// When the staff decided on it.
    decided_at: Option<DateTime<Utc>>,
    /// Why they decided so.
    #[schema(example = "This round is for members.")]
    decision_reason: Option<String>,
    /// When it was confirmed.
    confirmed_at: Option<DateTime<Utc>>,
    /// When it came to its end.
    ended_at: Option<DateTime<Utc>>,
    /// Rises with each change.
    #[schema(example = 1)]
    revision: i64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl From<Registration> for RegistrationResponse {
    fn from(row: Registration) -> Self {
        Self {
            id: row.id,
            event_id: row.event_id,
            name: row.name,
            email: row.email,
            organisation: row.organisation,
            timezone: row.timezone,
            language: row.language,
            answers: row.answers.0,
            attendance: row.attendance,
            state: row.state,
            queue_position: row.queue_position,
            offer_expires_at: row.offer_expires_at.map(|at| at.0),
            consented_at: row.consented_at.0,
            consent_version: row.consent_version,
            verify_by: row.verify_by.map(|at| at.0),
            verified_at: row.verified_at.map(|at| at.0),
            decided_at: row.decided_at.map(|at| at.0),
            decision_reason: row.decision_reason,
            confirmed_at: row.confirmed_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
            revision: row.revision,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }
}

define_page! {
    /// A page of registrations.
    RegistrationPage of RegistrationResponse
}

/// Which registrations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RegistrationQuery {
    /// Only those that stand here.
    state: Option<RegistrationState>,
    /// Words in the name, the address or the organisation; case and accents do not matter.
    #[param(example = "lund")]
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// List the registrations of an event
#[utoipa::path(
    tag = "Registrations",
    description = "In the order they were made.",
    params(RegistrationQuery),
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = RegistrationPage, description = "A page of registrations"))
)]
#[get("/events/{event_id}/registrations")]
pub async fn list_registrations(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<EventId>,
    query: web::Query<RegistrationQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<RegistrationId>::parse(query.cursor.as_deref(), query.limit)?;
    let (event, workspace) = (path.into_inner(), staff.workspace);
    let (after, fetch) = (page.after, page.fetch());
    let rows = state
        .read(move |conn| {
            events::get_event(conn, workspace, event)?;
            Ok(store::list(conn, event, query.state, query.q.as_deref(), after, fetch)?)
        })
        .await?;
    let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
    Reply::ok(&RegistrationPage { items: rows.into_iter().map(Into::into).collect(), next_cursor })
}

/// Read a registration
#[utoipa::path(
    tag = "Registrations",
    description = "One registration.",
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration"))
)]
#[get("/registrations/{registration_id}")]
pub async fn get_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<RegistrationId>,
) -> Result<Reply, Problem> {
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let row = state.read(move |conn| Ok(store::get(conn, workspace, id)?)).await?;
    let revision = row.revision;
    Ok(Reply::ok(&RegistrationResponse::from(row))?.with_revision(revision))
}

/// Cancel a registration
///
/// The person is told, and the seat goes to the first in the queue.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration, cancelled")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/registrations/{registration_id}/cancel")]
pub async fn cancel_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let row = state
        .write(move |conn, context| {
            // The event's seats come first: whoever ends a registration takes the rows in this order.
            let event = store::get(conn, workspace, id)?.event_id;
            events::lock_seats(conn, event)?;
            if_match.check(store::get(conn, workspace, id)?.revision)?;
            Ok(super::super::cancel_registration(conn, context, id)?)
        })
        .await?;
    let revision = row.revision;
    Ok(Reply::ok(&RegistrationResponse::from(row))?.with_revision(revision))
}

/// Something that happened to a registration.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// What: `registered`, `confirmed`, `ended`, or the kind of a message.
    #[schema(example = "registrations.confirmed")]
    what: String,
    /// When.
    at: DateTime<Utc>,
    /// What became of a message.
    message_state: Option<MessageState>,
    /// When a message ended.
    finished_at: Option<DateTime<Utc>>,
    /// What came back for a mail.
    bounce: Option<BounceResponse>,
}

/// All that happened to a registration.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineResponse {
    /// In the order of time.
    items: Vec<TimelineEntry>,
}

/// Read a registration's timeline
#[utoipa::path(
    tag = "Registrations",
    description = "What happened to it, with the messages about it and what became of them.",
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = TimelineResponse, description = "The timeline"))
)]
#[get("/registrations/{registration_id}/timeline")]
pub async fn get_registration_timeline(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<RegistrationId>,
) -> Result<Reply, Problem> {
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let (row, messages) = state
        .read(move |conn| {
            let row = store::get(conn, workspace, id)?;
            Ok((row, outbox::for_registration(conn, id.0)?))
        })
        .await?;
    let happened = [("registered", Some(row.created_at)), ("confirmed", row.confirmed_at), ("ended", row.ended_at)];
    let mut items: Vec<TimelineEntry> = happened
        .into_iter()
        .filter_map(|(what, at)| Some((what, at?)))
        .map(|(what, at)| TimelineEntry {
            what: what.to_owned(),
            at: at.0,
            message_state: None,
            finished_at: None,
            bounce: None,
        })
        .collect();
    items.extend(messages.into_iter().map(|message| TimelineEntry {
        what: message.kind,
        at: message.created_at,
        message_state: Some(message.state),
        finished_at: message.finished_at,
        bounce: message.bounce.map(Into::into),
    }));
    items.sort_by_key(|entry| entry.at);
    Reply::ok(&TimelineResponse { items })
}
