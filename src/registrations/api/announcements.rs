//! What the staff write to those who registered for an event.

use std::collections::HashMap;

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::mailings::announcement::{NewAnnouncement, announce, try_announcement};
use super::super::mailings::messages::ANNOUNCEMENT;
use super::super::mailings::model::{Announcement, AnnouncementId, Deliveries};
use super::super::mailings::reach::Reach;
use super::super::mailings::store;
use super::super::model::RegistrationState;
use crate::db::{Conn, DbResult};
use crate::define_page;
use crate::events::EventId;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{Code, IdempotencyKey, Json, Page, PageQuery, Problem, Reply, Staff, State, WorkspaceId};
use crate::outbox::{self, MessageState};

/// What is to be announced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnouncementRequest {
    /// The subject of the mails, at most 150 characters.
    #[schema(example = "Please bring your laptop")]
    subject: String,
    /// What they say: plain text, at most 10 000 characters. An empty line begins a new paragraph.
    #[schema(example = "We will work with your own data.\n\nSee you on Thursday!")]
    text: String,
    /// Whom they are for: those whose registration stands in one of these states. Those who have a seat, there already or not, if absent; not those
    /// who have not confirmed their address, or whose registration is over.
    #[schema(example = json!(["confirmed", "waitlisted"]))]
    audience: Option<Vec<RegistrationState>>,
    /// Whether it is a test: a mail to the member who asks, and to nobody else. Nothing is announced; the text is kept with the message as long as messages are.
    #[serde(default)]
    #[schema(example = false)]
    test_to_me: bool,
}

/// What was announced.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnouncementResponse {
    /// Its id.
    id: AnnouncementId,
    /// The event.
    event_id: EventId,
    /// The subject of the mails.
    #[schema(example = "Please bring your laptop")]
    subject: String,
    /// What they say.
    #[schema(example = "We will work with your own data.")]
    text: String,
    /// Whom they are for.
    audience: Vec<RegistrationState>,
    /// Who wrote it: `member:…` or `token:…`.
    #[schema(example = "member:017eb483-2280-7000-8000-000000000001")]
    actor: String,
    /// When.
    created_at: DateTime<Utc>,
    /// How many it was written to, as was counted then; null if it is older than that is counted, as the next two.
    #[schema(example = 120)]
    recipients: Option<i32>,
    /// How many it was not written to, since they want no such mails.
    #[schema(example = 2)]
    unsubscribed: Option<i32>,
    /// How many it was not written to, since their address is suppressed. Their mails are given up.
    #[schema(example = 1)]
    suppressed: Option<i32>,
    /// How many mails are on their way; none before the first is promised.
    #[schema(example = 3)]
    queued: i64,
    /// How many were sent.
    #[schema(example = 120)]
    sent: i64,
    /// How many were not sent, since their readers want no announcements or left meanwhile.
    #[schema(example = 2)]
    skipped: i64,
    /// How many were given up.
    #[schema(example = 1)]
    failed: i64,
}

impl AnnouncementResponse {
    fn new(row: Announcement, deliveries: Deliveries) -> Self {
        Self {
            id: row.id,
            event_id: row.event_id,
            subject: row.subject,
            text: row.body,
            audience: row.audience.0,
            actor: row.actor,
            created_at: row.created_at.0,
            recipients: row.recipients,
            unsubscribed: row.unsubscribed,
            suppressed: row.suppressed,
            queued: deliveries.queued,
            sent: deliveries.sent,
            skipped: deliveries.skipped,
            failed: deliveries.failed,
        }
    }
}

define_page! {
    /// A page of announcements.
    AnnouncementPage of AnnouncementResponse
}

/// The announcements of an event, with what became of their mails.
fn with_deliveries(
    conn: &mut Conn,
    (workspace, event): (WorkspaceId, EventId),
    rows: Vec<Announcement>,
) -> DbResult<Vec<AnnouncementResponse>> {
    let mut all: HashMap<String, Deliveries> = HashMap::new();
    for (group, state, count) in outbox::count_by_group(conn, workspace, event.0, ANNOUNCEMENT)? {
        let deliveries = all.entry(group).or_default();
        match state {
            MessageState::Queued => deliveries.queued = count,
            MessageState::Sent => deliveries.sent = count,
            MessageState::Skipped => deliveries.skipped = count,
            MessageState::Failed => deliveries.failed = count,
        }
    }
    let deliveries = |row: &Announcement| all.get(&row.id.to_string()).copied().unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| (deliveries(&row), row))
        .map(|(sent, row)| AnnouncementResponse::new(row, sent))
        .collect())
}

/// Write to those who registered
///
/// One mail to each, in the language of their mails but for the text. Those who want no such mails get none. Another one to some of
/// the same people takes five minutes. With `test_to_me`, the member who asks is sent what it would look like, and told how many it
/// would reach; a token that stands for no member has nobody to send that to.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    request_body = AnnouncementRequest,
    security(("bearer" = ["registrations:write"])),
    responses(
        (status = 201, body = AnnouncementResponse, description = "What is announced"),
        (status = 202, body = Reach, description = "A test is on its way; how many the announcement would reach")
    ),
    extensions(("x-codes" = json!(["rate_limited"])))
)]
#[post("/events/{event_id}/announcements")]
pub async fn create_announcement(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<AnnouncementRequest>,
) -> Result<Reply, Problem> {
    let (target, actor) = ((staff.workspace, path.into_inner()), staff.actor());
    let AnnouncementRequest { subject, text, audience, test_to_me } = body.value;
    let audience = audience.unwrap_or_else(|| vec![RegistrationState::Confirmed, RegistrationState::Attended]);
    let new = NewAnnouncement { subject, text, audience }.check()?;
    if test_to_me {
        let nobody = "Only a member can be sent a test; this token stands for none.";
        let member = staff.member.ok_or_else(|| Problem::field("/test_to_me", Code::Invalid, nobody))?;
        return key
            .run(&state, Some(&staff), body.hash, move |conn, context| {
                Reply::json(202, &try_announcement(conn, context, target, member, &new)?)
            })
            .await;
    }
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let row = announce(conn, context, target, &actor, &new)?;
        let path = format!("/api/v1/announcements/{}", row.id);
        Reply::created(path, &AnnouncementResponse::new(row, Deliveries::default()))
    })
    .await
}

/// List what was written to those who registered
///
/// Newest first, with what became of the mails.
#[utoipa::path(
    tag = "Registrations",
    params(PageQuery),
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = AnnouncementPage, description = "A page of announcements"))
)]
#[get("/events/{event_id}/announcements")]
pub async fn list_announcements(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<EventId>,
    query: web::Query<PageQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<AnnouncementId>::parse(query.cursor.as_deref(), query.limit)?;
    let (workspace, id, after, fetch) = (staff.workspace, path.into_inner(), page.after, page.fetch());
    let rows = state
        .read(move |conn| {
            let event = events::get_event(conn, workspace, id)?;
            let rows = store::list_announcements(conn, event.id, after, fetch)?;
            Ok::<_, Problem>(with_deliveries(conn, (workspace, id), rows)?)
        })
        .await?;
    let (items, next_cursor) = page.finish(rows, |row| row.id)?;
    Reply::ok(&AnnouncementPage { items, next_cursor })
}

/// Read what was written to those who registered
#[utoipa::path(
    tag = "Registrations",
    description = "With what became of the mails.",
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = AnnouncementResponse, description = "The announcement"))
)]
#[get("/announcements/{announcement_id}")]
pub async fn get_announcement(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<AnnouncementId>,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    let found = state
        .read(move |conn| {
            let row = store::find_announcement(conn, id)?.filter(|row| row.workspace_id == workspace);
            let row = row.ok_or_else(Problem::not_found)?;
            let event = row.event_id;
            Ok::<_, Problem>(with_deliveries(conn, (workspace, event), vec![row])?)
        })
        .await?;
    let one = found.into_iter().next().ok_or_else(Problem::not_found)?;
    Ok(Reply::ok(&one)?.with_revision(1))
}
