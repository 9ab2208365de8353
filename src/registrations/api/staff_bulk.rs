//! What the staff do with many registrations of an event.

use std::collections::HashMap;

use actix_web::{post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::model::{RegistrationId, RegistrationState};
use super::super::{Acted, Closed, StaffAction, StaffRequest, act_on_many, close_registrations};
use crate::define_text_enum;
use crate::events::EventId;
use crate::events::api::check_reason;
use crate::events::store as events;
use crate::http::auth::needs;
use crate::http::{Checks, Code, IdempotencyKey, Json, Problem, Reply, Staff, State};

/// Registrations in one request at most.
const MANY: usize = 500;

/// What to do with which registrations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// What.
    action: StaffAction,
    /// Which, 500 at most.
    #[schema(min_items = 1, max_items = 500)]
    ids: Vec<RegistrationId>,
    /// Why. It is kept in the history; who is refused or cancelled is told.
    #[schema(example = "The room is too small")]
    reason: Option<String>,
}

define_text_enum! {
    /// What became of one of many.
    BulkOutcome {
        /// It was done.
        Done => "done",
        /// It was so before.
        Unchanged => "unchanged",
        /// It is not possible; the code says why.
        Refused => "refused",
    }
}

/// What became of one of many.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResult {
    /// The registration.
    id: RegistrationId,
    /// What became of it.
    result: BulkOutcome,
    /// Where it stands now; null where it was refused.
    state: Option<RegistrationState>,
    /// Why it was refused: a code of the table at `/api/v1/problems`.
    #[schema(example = "not_possible_now")]
    code: Option<&'static str>,
}

/// What became of many.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkResponse {
    /// One entry for each registration, in the order in which they were named first.
    items: Vec<BulkResult>,
}

impl BulkRequest {
    fn check(self, actor: String) -> Result<(StaffRequest, Vec<RegistrationId>), Problem> {
        let mut checks = Checks::new();
        checks.count("/ids", self.ids.len(), MANY);
        if self.ids.is_empty() {
            checks.fault("/ids", Code::FieldRequired, "Name at least one registration.");
        }
        checks.finish()?;
        check_reason(self.reason.as_deref())?;
        let mut ids = Vec::with_capacity(self.ids.len());
        let mut seen = std::collections::HashSet::new();
        ids.extend(self.ids.into_iter().filter(|id| seen.insert(*id)));
        Ok((StaffRequest { action: self.action, actor, reason: self.reason }, ids))
    }
}

impl BulkResponse {
    fn new(ids: &[RegistrationId], mut all: HashMap<RegistrationId, Acted>) -> Self {
        let result = |id: &RegistrationId| {
            let (result, state, code) = match all.remove(id) {
                Some(Acted::Done(row)) => (BulkOutcome::Done, Some(row.state), None),
                Some(Acted::Unchanged(row)) => (BulkOutcome::Unchanged, Some(row.state), None),
                Some(Acted::Refused(error)) => (BulkOutcome::Refused, None, Some(Problem::from(error).code().name())),
                None => (BulkOutcome::Refused, None, Some(Code::NotFound.name())),
            };
            BulkResult { id: *id, result, state, code }
        };
        Self { items: ids.iter().map(result).collect() }
    }
}

/// Do the same with many registrations
///
/// All in one transaction, in the order in which they are named; what is refused for one is done for the others.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    request_body = BulkRequest,
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = BulkResponse, description = "What became of each")),
    extensions(("x-codes" = json!(["number_invalid"])))
)]
#[post("/events/{event_id}/registrations/actions")]
pub async fn act_on_registrations(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<BulkRequest>,
) -> Result<Reply, Problem> {
    let target = (staff.workspace, path.into_inner());
    let (request, ids) = body.value.check(staff.actor())?;
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let all = act_on_many(conn, context, target, &request, &ids)?;
        Reply::ok(&BulkResponse::new(&ids, all))
    })
    .await
}

/// What closing an event has done.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClosedResponse {
    /// The event.
    event_id: EventId,
    /// How many who had a seat, were not checked in and followed their link into the meeting were marked as there.
    #[schema(example = 25)]
    attended: usize,
    /// How many others who had a seat and were not checked in were marked as not there.
    #[schema(example = 5)]
    no_show: usize,
}

/// Close an event's registrations
///
/// Once it is over: whoever had a seat and was not checked in is marked as there if they followed their link into the meeting in
/// its time, and as not there otherwise. It does not happen by itself, since where nobody is checked in nobody knows who was
/// there. Doing it twice is harmless.
#[utoipa::path(
    tag = "Registrations",
    params(IdempotencyKey),
    security(("bearer" = ["registrations:write"])),
    responses((status = 200, body = ClosedResponse, description = "How many were marked")),
    extensions(("x-codes" = json!(["not_possible_now"])))
)]
#[post("/events/{event_id}/registrations/close")]
pub async fn close_event_registrations(
    state: web::Data<State>,
    staff: Staff<needs::RegistrationsWrite>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
) -> Result<Reply, Problem> {
    let (workspace, event_id, actor) = (staff.workspace, path.into_inner(), staff.actor());
    key.run(&state, Some(&staff), [0; 32], move |conn, context| {
        let event = events::lock_event(conn, workspace, event_id)?;
        let Closed { attended, no_show } = close_registrations(conn, context, &actor, &event)?;
        Reply::ok(&ClosedResponse { event_id, attended, no_show })
    })
    .await
}
