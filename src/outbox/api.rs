//! The outbox as staff see it: what was promised, what became of it, and a second try.

use actix_web::{get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::bounce::{Bounce, BounceKind};
use super::model::{MessageId, MessageState};
use super::store::{self, Row};
use crate::define_page;
use crate::http::auth::needs;
use crate::http::{Code, Page, Problem, Reply, Staff, State};

/// Adds this room's routes.
pub fn routes(config: &mut ServiceConfig) {
    config.service(list_outbox_messages).service(retry_outbox_message);
}

/// What came back for a mail.
#[derive(Debug, Serialize, ToSchema)]
pub struct BounceResponse {
    /// What it was.
    pub kind: BounceKind,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The enhanced status code (RFC 3463).
    #[schema(example = "5.1.1")]
    pub status: Option<String>,
    /// What the server said; holds no address.
    #[schema(example = "RCPT TO: 550 5.1.1 no such user")]
    pub diagnostic: Option<String>,
}

impl From<Bounce> for BounceResponse {
    fn from(bounce: Bounce) -> Self {
        let Bounce { kind, at, status, diagnostic } = bounce;
        Self { kind, at, status, diagnostic }
    }
}

/// A promise and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OutboxMessageResponse {
    /// The message.
    pub id: MessageId,
    /// What it does.
    #[schema(example = "registrations.confirmed")]
    pub kind: String,
    /// The event it is about.
    pub event_id: Option<Uuid>,
    /// The registration it is about.
    pub registration_id: Option<Uuid>,
    /// What became of it.
    pub state: MessageState,
    /// Attempts so far.
    #[schema(example = 1)]
    pub attempts: i32,
    /// When it is due, or its next attempt.
    pub due_at: DateTime<Utc>,
    /// Why the last attempt failed; holds no address.
    #[schema(example = "451 4.7.1 Greylisted, try again later")]
    pub last_error: Option<String>,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// What came back for its mail: a sent mail may be returned later.
    pub bounce: Option<BounceResponse>,
}

impl From<Row> for OutboxMessageResponse {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            event_id: row.event_id.map(|id| id.0),
            registration_id: row.registration_id.map(|id| id.0),
            state: row.state,
            attempts: row.attempts,
            due_at: row.due_at.0,
            last_error: row.last_error,
            created_at: row.created_at.0,
            finished_at: row.finished_at.map(|at| at.0),
            bounce: row.bounce.into_bounce().map(Into::into),
        }
    }
}

define_page! {
    /// A page of the outbox.
    OutboxPage of OutboxMessageResponse
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OutboxQuery {
    /// Only those in this state.
    pub state: Option<MessageState>,
    /// Only those about this event.
    pub event: Option<Uuid>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

/// List the outbox
///
/// Newest first. A message that failed for good stays here until it is sent again by hand.
#[utoipa::path(
    tag = "Outbox",
    security(("bearer" = ["outbox:read"])),
    params(OutboxQuery),
    responses((status = 200, body = OutboxPage, description = "A page of messages"))
)]
#[get("/outbox")]
pub async fn list_outbox_messages(
    state: web::Data<State>,
    staff: Staff<needs::OutboxRead>,
    query: web::Query<OutboxQuery>,
) -> Result<Reply, Problem> {
    let page = Page::<MessageId>::parse(query.cursor.as_deref(), query.limit)?;
    let (workspace, wanted, event) = (staff.workspace, query.state, query.event);
    let (after, fetch) = (page.after, page.fetch());
    let rows = state.read(move |conn| Ok(store::list(conn, workspace, wanted, event, after, fetch)?)).await?;
    let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
    Reply::ok(&OutboxPage { items: rows.into_iter().map(Into::into).collect(), next_cursor })
}

/// Send a failed message again
///
/// Queues it with a fresh count of attempts. It keeps its Message-ID.
#[utoipa::path(
    tag = "Outbox",
    security(("bearer" = ["outbox:write"])),
    responses((status = 200, body = OutboxMessageResponse, description = "The message, queued")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/outbox/{message_id}/retry")]
pub async fn retry_outbox_message(
    state: web::Data<State>,
    staff: Staff<needs::OutboxWrite>,
    path: web::Path<MessageId>,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    let row = state
        .write(move |conn, context| {
            let is_queued = store::requeue(conn, workspace, id, context.now)?;
            let row = store::find(conn, workspace, id)?.ok_or_else(Problem::not_found)?;
            if is_queued { Ok(row) } else { Err(Problem::new(Code::NotPossibleNow).with_detail("It has not failed.")) }
        })
        .await?;
    Reply::ok(&OutboxMessageResponse::from(row))
}
