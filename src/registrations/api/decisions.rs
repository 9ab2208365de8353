//! The staff's decisions on registrations that wait for them.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::error::RegistrationError;
use super::super::model::{Registration, RegistrationId};
use super::super::{self as registrations, store};
use super::staff::RegistrationResponse;
use crate::db::Conn;
use crate::events::api::check_reason;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{IfMatch, Json, Problem, Reply, Staff, State, WorkspaceId};
use crate::time::Context;

/// Why a registration is refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectRequest {
    /// Why; the person is told.
    #[schema(example = "This round is for members.")]
    reason: Option<String>,
}

/// Whether somebody gets a seat in any case.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PromoteRequest {
    /// Whether the event is given one seat more if none is free. It is not if it is absent.
    #[schema(example = false)]
    override_capacity: Option<bool>,
}

/// Locks a registration and decides on it.
async fn decide(
    state: &State,
    (workspace, id): (WorkspaceId, RegistrationId),
    if_match: IfMatch,
    decision: impl Fn(&mut Conn, &Context) -> Result<Registration, RegistrationError> + Send + 'static,
) -> Result<Reply, Problem> {
    state
        .write(move |conn, context| {
            // The event's seats come first: whoever moves a registration takes the rows in this order.
            let event = store::get(conn, workspace, id)?.event_id;
            events::lock_seats(conn, event)?;
            if_match.check(store::get(conn, workspace, id)?.revision)?;
            decision(conn, context)?.reply(conn)
        })
        .await
}

/// Approve a registration
///
/// It gets a free seat or the end of the queue, as of now, and the person is told. Approving twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration, approved")),
    extensions(("x-codes" = json!(["not_possible_now", "event_full"])))
)]
#[post("/registrations/{registration_id}/approve")]
pub async fn approve_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, actor) = (path.into_inner(), staff.actor());
    decide(&state, (staff.workspace, id), if_match, move |conn, context| {
        registrations::approve_registration(conn, context, &actor, id)
    })
    .await
}

/// Refuse a registration
///
/// The person is told, with the reason if there is one. Refusing twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    request_body = RejectRequest,
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration, refused")),
    extensions(("x-codes" = json!(["not_possible_now", "text_invalid"])))
)]
#[post("/registrations/{registration_id}/reject")]
pub async fn reject_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    if_match: IfMatch,
    body: Json<RejectRequest>,
) -> Result<Reply, Problem> {
    let (id, actor, reason) = (path.into_inner(), staff.actor(), body.value.reason);
    check_reason(reason.as_deref())?;
    decide(&state, (staff.workspace, id), if_match, move |conn, context| {
        registrations::reject_registration(conn, context, &actor, id, reason.as_deref())
    })
    .await
}

/// Give somebody who waits a seat
///
/// Out of turn: whoever waits before them is passed over, on purpose. It takes a seat that is free, or the one that they are offered;
/// with `override_capacity` the event is given one seat more where none is free, which its history tells. The person is told that
/// they have a seat. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    request_body = PromoteRequest,
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration, confirmed")),
    extensions(("x-codes" = json!(["not_possible_now", "event_full"])))
)]
#[post("/registrations/{registration_id}/promote")]
pub async fn promote_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    if_match: IfMatch,
    body: Json<PromoteRequest>,
) -> Result<Reply, Problem> {
    let (workspace, id, actor) = (staff.workspace, path.into_inner(), staff.actor());
    let override_capacity = body.value.override_capacity.unwrap_or_default();
    state
        .write(move |conn, context| {
            // The event comes first, then its seats: whoever registers somebody by hand takes the rows in this order.
            let event = store::get(conn, workspace, id)?.event_id;
            let event = events::lock_event(conn, workspace, event)?;
            events::lock_seats(conn, event.id)?;
            if_match.check(store::get(conn, workspace, id)?.revision)?;
            registrations::promote_registration(conn, context, &actor, &event, id, override_capacity)?.reply(conn)
        })
        .await
}
