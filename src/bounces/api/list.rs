//! The addresses that a workspace does not write to any more, as its staff see them.

use actix_web::{delete, get, post, web};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::model::{Suppression, SuppressionId, SuppressionReason};
use super::super::store::{self, SuppressionFilter};
use super::super::{BounceError, suppress_by_hand};
use crate::define_page;
use crate::http::auth::needs;
use crate::http::{Checks, Code, IdempotencyKey, Json, LINE, Page, Problem, Reply, Staff, State};
use crate::mail::EmailAddress;
use crate::outbox::MessageId;

/// An address that the workspace does not write to any more.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuppressionResponse {
    /// Its id.
    pub id: SuppressionId,
    /// The address, in lower case; null as long as it is only known which message came back.
    #[schema(example = "name@example.org")]
    pub address: Option<String>,
    /// Why it is not written to.
    pub reason: SuppressionReason,
    /// The enhanced status code (RFC 3463).
    #[schema(example = "5.1.1")]
    pub status: Option<String>,
    /// What a server said, or the note of the staff; holds no address.
    #[schema(example = "RCPT TO: 550 5.1.1 no such user")]
    pub diagnostic: Option<String>,
    /// The message of the outbox that it came from last.
    pub message_id: Option<MessageId>,
    /// How many times it was said.
    #[schema(example = 1)]
    pub count: i32,
    /// The first time.
    pub first_seen_at: DateTime<Utc>,
    /// The last time.
    pub last_seen_at: DateTime<Utc>,
}

impl From<Suppression> for SuppressionResponse {
    fn from(row: Suppression) -> Self {
        Self {
            id: row.id,
            address: row.address,
            reason: row.reason,
            status: row.status,
            diagnostic: row.diagnostic,
            message_id: row.message_id,
            count: row.count,
            first_seen_at: row.first_seen_at.0,
            last_seen_at: row.last_seen_at.0,
        }
    }
}

define_page! {
    /// A page of suppressions.
    SuppressionPage of SuppressionResponse
}

/// Which suppressions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct SuppressionQuery {
    /// Only those with each of these words in their address. Case and punctuation do not matter.
    #[param(example = "name@example.org")]
    pub q: Option<String>,
    /// Only those with this reason.
    pub reason: Option<SuppressionReason>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Rows on a page.
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<u32>,
}

/// An address to suppress.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SuppressionRequest {
    /// The address.
    #[schema(format = "email", example = "name@example.org")]
    pub email: String,
    /// Why, for the staff; what looks like an address is masked.
    #[schema(example = "Asked us by telephone not to write any more.")]
    pub note: Option<String>,
}

impl SuppressionRequest {
    fn check(&self) -> Result<EmailAddress, BounceError> {
        let mut checks = Checks::new();
        checks.optional_line("/note", self.note.as_deref(), LINE);
        let email = EmailAddress::parse(&self.email);
        if let Err(error) = &email {
            checks.fault("/email", Code::EmailInvalid, error.to_string());
        }
        let errors = checks.into_errors();
        email.ok().filter(|_| errors.is_empty()).ok_or(BounceError::Invalid(errors))
    }
}

/// List suppressions
///
/// The addresses that the workspace does not write to any more, newest first. A mail to one of them fails, and the outbox
/// says why.
#[utoipa::path(
    tag = "Mail",
    params(SuppressionQuery),
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = SuppressionPage, description = "A page of suppressions"))
)]
#[get("/mail/suppressions")]
pub async fn list_suppressions(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    query: web::Query<SuppressionQuery>,
) -> Result<Reply, Problem> {
    let SuppressionQuery { q, reason, cursor, limit } = query.into_inner();
    let page = Page::<SuppressionId>::parse(cursor.as_deref(), limit)?;
    let (workspace, filter) = (staff.workspace, SuppressionFilter { q, reason });
    let (after, fetch) = (page.after, page.fetch());
    let rows = state.read(move |conn| Ok(store::list(conn, workspace, &filter, after, fetch)?)).await?;
    let (rows, next_cursor) = page.finish(rows, |row| row.id)?;
    Reply::ok(&SuppressionPage { items: rows.into_iter().map(Into::into).collect(), next_cursor })
}

/// Suppress an address
///
/// No mail of this workspace goes there until the suppression is removed. An address that is suppressed already stays as it
/// is, and is returned.
#[utoipa::path(
    tag = "Mail",
    params(IdempotencyKey),
    request_body = SuppressionRequest,
    security(("bearer" = ["outbox:write"])),
    responses(
        (status = 201, body = SuppressionResponse, description = "The new suppression"),
        (status = 200, body = SuppressionResponse, description = "The suppression that was there")
    ),
    extensions(("x-codes" = json!(["email_invalid"])))
)]
#[post("/mail/suppressions")]
pub async fn create_suppression(
    state: web::Data<State>,
    staff: Staff<needs::OutboxWrite>,
    key: IdempotencyKey,
    body: Json<SuppressionRequest>,
) -> Result<Reply, Problem> {
    let (workspace, address, note) = (staff.workspace, body.value.check()?, body.value.note);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let (row, is_new) = suppress_by_hand(conn, context, workspace, &address, note.as_deref())?;
        let location = format!("/api/v1/mail/suppressions/{}", row.id);
        let answer = SuppressionResponse::from(row);
        if is_new { Reply::created(location, &answer) } else { Reply::ok(&answer) }
    })
    .await
}

/// Read a suppression
#[utoipa::path(
    tag = "Mail",
    description = "Why an address is not written to, and since when.",
    security(("bearer" = ["registrations:read"])),
    responses((status = 200, body = SuppressionResponse, description = "The suppression"))
)]
#[get("/mail/suppressions/{suppression_id}")]
pub async fn get_suppression(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsRead>,
    path: web::Path<SuppressionId>,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    let row = state.read(move |conn| Ok(store::get(conn, workspace, id)?)).await?;
    Reply::ok(&SuppressionResponse::from(row))
}

/// Remove a suppression
///
/// The address is written to again. What failed meanwhile can be sent again from the outbox. A further bounce or complaint
/// suppresses the address anew.
#[utoipa::path(
    tag = "Mail",
    security(("bearer" = ["outbox:write"])),
    responses((status = 204, description = "The suppression is gone"))
)]
#[delete("/mail/suppressions/{suppression_id}")]
pub async fn delete_suppression(
    state: web::Data<State>,
    staff: Staff<needs::OutboxWrite>,
    path: web::Path<SuppressionId>,
) -> Result<Reply, Problem> {
    let (workspace, id) = (staff.workspace, path.into_inner());
    let is_gone = state.write(move |conn, _context| Ok(store::delete(conn, workspace, id)?)).await?;
    if is_gone { Ok(Reply::no_content()) } else { Err(Problem::not_found()) }
}
