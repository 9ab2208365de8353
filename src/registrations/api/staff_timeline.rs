//! All that happened to a registration.

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::join::{self, Visit};
use super::super::model::{Registration, RegistrationId, RegistrationState};
use super::super::staff_store::{self, RegistrationChange};
use super::super::{CLOSED, group_store, store};
use crate::db::types::At;
use crate::db::{Conn, DbResult};
use crate::events::store::{self as events, EventChange};
use crate::http::auth::needs;
use crate::http::{Problem, Reply, Staff, State};
use crate::outbox::api::BounceResponse;
use crate::outbox::{self, MessageState, Promise};

/// Something that happened to a registration.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    /// What: `registered`, `registered_together` (for several events, with one mail about all), `verified`, `confirmed`, `joined`,
    /// `ended`, what was done (`entered`, `imported`, `approved`, `rejected`, `promoted`, `changed`, `checked_in`, `check_in_undone`,
    /// `no_show_undone`, `cancelled`, `links_rotated`, `resent`; at the closing `attended`, `no_show`), `event_over` where somebody
    /// still waited when the event was over, `erased`, or the kind of a message.
    #[schema(example = "registrations.confirmed")]
    what: String,
    /// When.
    at: DateTime<Utc>,
    /// Who did it: `member:` or `token:` and an id, `registrant:` and the id of the registration for its own person; `person` or
    /// `retention` where it was erased by those, `system` where an event was over.
    #[schema(example = "token:0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")]
    actor: Option<String>,
    /// Why, if they said so.
    reason: Option<String>,
    /// The names of the fields that changed.
    #[schema(example = json!(["organisation"]))]
    fields: Vec<String>,
    /// What became of a message.
    message_state: Option<MessageState>,
    /// When a message ended.
    finished_at: Option<DateTime<Utc>>,
    /// What came back for a mail.
    bounce: Option<BounceResponse>,
}

impl TimelineEntry {
    fn new(what: impl Into<String>, at: DateTime<Utc>) -> Self {
        let (actor, reason, fields, message_state, finished_at, bounce) = (None, None, Vec::new(), None, None, None);
        Self { what: what.into(), at, actor, reason, fields, message_state, finished_at, bounce }
    }
}

impl TimelineEntry {
    /// The same without who of the staff did it, and what they wrote about it for themselves.
    #[must_use]
    pub fn for_the_person(self) -> Self {
        Self { actor: None, reason: None, ..self }
    }
}

impl From<RegistrationChange> for TimelineEntry {
    fn from(change: RegistrationChange) -> Self {
        let RegistrationChange { actor, action, reason, fields, created_at } = change;
        Self { actor: Some(actor), reason, fields: fields.0, ..Self::new(action, created_at.0) }
    }
}

impl From<Promise> for TimelineEntry {
    fn from(message: Promise) -> Self {
        Self {
            message_state: Some(message.state),
            finished_at: message.finished_at,
            bounce: message.bounce.map(Into::into),
            ..Self::new(message.kind, message.created_at)
        }
    }
}

/// All that happened to a registration.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineResponse {
    /// In the order of time.
    items: Vec<TimelineEntry>,
    /// For how many days a message stands here once it has ended and the event is over. What was given up stays.
    #[schema(example = 90)]
    messages_kept_days: u16,
}

/// What happened, in the order of time.
fn in_order(
    row: &Registration,
    visit: Option<&Visit>,
    together: &[At],
    changes: Vec<RegistrationChange>,
    closed: Option<EventChange>,
    messages: Vec<Promise>,
) -> Vec<TimelineEntry> {
    let happened = [
        ("registered", Some(row.created_at)),
        ("verified", row.verified_at),
        ("confirmed", row.confirmed_at),
        ("joined", visit.map(|visit| visit.first_joined_at)),
        ("ended", row.ended_at),
    ];
    let happened = happened.into_iter().filter_map(|(what, at)| Some(TimelineEntry::new(what, at?.0)));
    let mut items: Vec<TimelineEntry> = happened.collect();
    items.extend(together.iter().map(|at| TimelineEntry::new("registered_together", at.0)));
    items.extend(changes.into_iter().map(Into::into));
    items.extend(closed.map(|closed| TimelineEntry {
        actor: Some(closed.actor),
        ..TimelineEntry::new(row.state.as_str(), closed.created_at.0)
    }));
    items.extend(messages.into_iter().map(Into::into));
    // What was done stands before the messages that it caused.
    items.sort_by_key(|entry| entry.at);
    items
}

/// All that happened to a registration, in the order of time.
///
/// # Errors
/// The database failed.
pub fn timeline(conn: &mut Conn, row: &Registration) -> DbResult<Vec<TimelineEntry>> {
    let changes = staff_store::changes_of(conn, row.id)?;
    // Whoever was not checked in was marked with all the others of the event.
    let closed = match (row.state, row.checked_in_at) {
        (RegistrationState::NoShow, _) | (RegistrationState::Attended, None) => {
            events::last_change(conn, row.event_id, CLOSED)?
        }
        _ => None,
    };
    let visit = join::store::find(conn, row.id)?;
    let messages = outbox::for_registration(conn, row.id.0)?;
    let together = group_store::groups_of(conn, row.id)?;
    Ok(in_order(row, visit.as_ref(), &together, changes, closed, messages))
}

/// Read a registration's timeline
#[utoipa::path(
    tag = "Registrations",
    description = "What happened to it and who did it, with the messages about it and what became of them. Messages that ended \
                   longer ago than `messages_kept_days`, about an event that was over by then, are left out.",
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
    let items = state
        .read(move |conn| {
            let row = store::get(conn, workspace, id)?;
            Ok(timeline(conn, &row)?)
        })
        .await?;
    Reply::ok(&TimelineResponse { items, messages_kept_days: state.limits.outbox_days })
}
