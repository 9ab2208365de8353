//! What the staff do with one registration.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::model::{Registration, RegistrationId};
use super::super::{StaffAction, StaffRequest, act};
use super::staff::RegistrationResponse;
use crate::events::api::check_reason;
use crate::http::auth::{Principal, needs};
use crate::http::{IdempotencyKey, IfMatch, Json, Problem, Reply, Staff, State};

/// Why a registration is cancelled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// Why. It is kept in the history, and the person is told.
    #[schema(example = "The room is too small")]
    reason: Option<String>,
}

/// Cancel a registration
///
/// The person is told, with the reason if there is one, and the seat goes to the first in the queue. Nothing has to be sent.
#[utoipa::path(
    tag = "Registrations",
    params(IfMatch),
    request_body = CancelRequest,
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration, cancelled")),
    extensions(("x-codes" = json!(["not_possible_now", "text_invalid"])))
)]
#[post("/registrations/{registration_id}/cancel")]
pub async fn cancel_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    if_match: IfMatch,
    body: Json<Option<CancelRequest>>,
) -> Result<Reply, Problem> {
    let (target, reason) = ((staff.workspace, path.into_inner()), body.value.and_then(|said| said.reason));
    check_reason(reason.as_deref())?;
    let request = StaffRequest { action: StaffAction::Cancel, actor: staff.actor(), reason };
    state
        .write(move |conn, context| {
            let check = |locked: &Registration| if_match.check(locked.revision);
            act::<Problem>(conn, context, target, &request, check)?.reply(conn)
        })
        .await
}

/// Check a person in
///
/// They have a seat, and they are there: it is noted when, and by whom. Who registered for the recording alone is not checked in.
/// Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration, attended")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/registrations/{registration_id}/check-in")]
pub async fn check_in_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    key: IdempotencyKey,
) -> Result<Reply, Problem> {
    run(&state, &staff, path.into_inner(), key, StaffAction::CheckIn).await
}

/// Take a check-in back
///
/// The person has their seat as before. So has who was marked as not there when the event was closed. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration, confirmed")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/registrations/{registration_id}/undo-check-in")]
pub async fn undo_registration_check_in(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    key: IdempotencyKey,
) -> Result<Reply, Problem> {
    run(&state, &staff, path.into_inner(), key, StaffAction::UndoCheckIn).await
}

/// Send a person again what they have
///
/// Their confirmation with its calendar entry, their place in the queue, their offer, that the staff have yet to decide, or the
/// question to confirm their address, for which they then have two days anew; every five minutes at most. Once the event is over it
/// is their links to what there is to see of it, for whoever may see that.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration")),
    extensions(("x-codes" = json!(["not_possible_now", "rate_limited"])))
)]
#[post("/registrations/{registration_id}/resend")]
pub async fn resend_registration(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    key: IdempotencyKey,
) -> Result<Reply, Problem> {
    run(&state, &staff, path.into_inner(), key, StaffAction::Resend).await
}

/// Replace a person's links
///
/// Those that were sent to them open nothing any more: those of every registration that their address has in the workspace, and that
/// of their calendar, since each leads to the others. They are sent what they have at each event, with the new ones.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = RegistrationResponse, description = "The registration")),
    extensions(("x-codes" = json!(["not_possible_now", "data_erased"])))
)]
#[post("/registrations/{registration_id}/rotate-links")]
pub async fn rotate_registration_links(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<RegistrationId>,
    key: IdempotencyKey,
) -> Result<Reply, Problem> {
    run(&state, &staff, path.into_inner(), key, StaffAction::RotateLinks).await
}

/// Does something with a registration, once for its key. No body is read, so none stands behind the key.
async fn run(
    state: &State,
    staff: &Principal,
    id: RegistrationId,
    key: IdempotencyKey,
    action: StaffAction,
) -> Result<Reply, Problem> {
    let target = (staff.workspace, id);
    let request = StaffRequest { action, actor: staff.actor(), reason: None };
    key.run(state, Some(staff), [0; 32], move |conn, context| {
        act::<Problem>(conn, context, target, &request, |_locked| Ok(()))?.reply(conn)
    })
    .await
}
