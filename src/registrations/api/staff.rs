//! One registration as the staff see it, and what they write into it.

use actix_web::{get, patch, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::super::join::{self, Visit};
use super::super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::super::{RegistrationDetails, change_registration, store};
use crate::db::{Conn, DbResult};
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{IfMatch, MergePatch, Problem, Reply, Staff, State};

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
    /// When they consented; null where nothing is known of it, as of whom the staff have entered.
    consented_at: Option<DateTime<Utc>>,
    /// The version of the form's text that they consented to, if that is known; 0 where the form had none.
    #[schema(example = 1)]
    consent_version: Option<i32>,
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
    /// When they were checked in.
    checked_in_at: Option<DateTime<Utc>>,
    /// Who checked them in: `member:` or `token:` and an id.
    #[schema(example = "token:0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")]
    checked_in_by: Option<String>,
    /// When they first followed their link into the meeting.
    joined_at: Option<DateTime<Utc>>,
    /// When they last did so.
    last_joined_at: Option<DateTime<Utc>>,
    /// How often they did so.
    #[schema(example = 1)]
    joined_count: i32,
    /// What the staff noted; nobody else reads it.
    note: Option<String>,
    /// Whether what is personal was erased. It cannot be changed any more; what remains is counted.
    #[schema(example = false)]
    erased: bool,
    /// Rises with each change.
    #[schema(example = 1)]
    revision: i64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl RegistrationResponse {
    /// A registration, and whether its person joined.
    fn new(row: Registration, visit: Option<&Visit>) -> Self {
        Self {
            joined_at: visit.map(|visit| visit.first_joined_at.0),
            last_joined_at: visit.map(|visit| visit.last_joined_at.0),
            joined_count: visit.map_or(0, |visit| visit.joined_count),
            erased: row.is_erased(),
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
            consented_at: row.consented_at.map(|at| at.0),
            consent_version: row.consent_version,
            verify_by: row.verify_by.map(|at| at.0),
            verified_at: row.verified_at.map(|at| at.0),
            decided_at: row.decided_at.map(|at| at.0),
            decision_reason: row.decision_reason,
            confirmed_at: row.confirmed_at.map(|at| at.0),
            ended_at: row.ended_at.map(|at| at.0),
            checked_in_at: row.checked_in_at.map(|at| at.0),
            checked_in_by: row.checked_in_by,
            note: row.note,
            revision: row.revision,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
        }
    }

    /// A registration as it is shown to the staff.
    ///
    /// # Errors
    /// The database failed.
    pub fn read(conn: &mut Conn, row: Registration) -> DbResult<Self> {
        let visit = join::store::find(conn, row.id)?;
        Ok(Self::new(row, visit.as_ref()))
    }

    /// Registrations as they are shown to the staff.
    pub(super) fn read_all(conn: &mut Conn, rows: Vec<Registration>) -> DbResult<Vec<Self>> {
        let visits = join::store::of_many(conn, &rows)?;
        Ok(rows.into_iter().map(|row| (visits.get(&row.id), row)).map(|(visit, row)| Self::new(row, visit)).collect())
    }
}

impl RegistrationResponse {
    /// The same without what the staff wrote for themselves.
    #[must_use]
    pub fn for_the_person(self) -> Self {
        Self { note: None, checked_in_by: None, ..self }
    }
}

impl Registration {
    /// The answer that shows it to the staff.
    pub(super) fn reply(self, conn: &mut Conn) -> Result<Reply, Problem> {
        let revision = self.revision;
        Ok(Reply::ok(&RegistrationResponse::read(conn, self)?)?.with_revision(revision))
    }
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
    state.read(move |conn| store::get(conn, workspace, id)?.reply(conn)).await
}

/// Change a registration
///
/// A merge patch (RFC 7396). With another address the person's links are replaced, and what they have is sent to it: a
/// confirmation with its calendar entry, their place in the queue, their offer, that the staff have yet to decide, or the question
/// to confirm the address, for which they then have two days anew.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    request_body(content = RegistrationDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration as it is now")),
    extensions(("x-codes" = json!([
        "email_invalid", "phone_invalid", "timezone_unknown", "timezone_abbreviation", "language_invalid", "address_taken",
        "not_possible_now"
    ])))
)]
#[patch("/registrations/{registration_id}")]
pub async fn update_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    state
        .write(move |conn, context| {
            let found = store::get(conn, workspace, id)?;
            // The event's seats come first: whoever ends a registration takes the rows in this order.
            events::lock_seats(conn, found.event_id)?;
            let locked = store::lock(conn, id)?.ok_or_else(Problem::not_found)?;
            if_match.check(locked.revision)?;
            let details = changes.apply(&RegistrationDetails::of(&locked))?;
            change_registration(conn, context, &actor, &locked, details)?.reply(conn)
        })
        .await
}
