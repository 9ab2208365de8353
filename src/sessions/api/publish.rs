//! Publishing an event: its agenda has to be one that can be held.

use actix_web::{post, web};

use crate::events::EventId;
use crate::events::api::{Command, CommandRequest, EventResponse, run_command};
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, IfMatch, Problem, Reply, Staff, State};

/// Publish an event
///
/// Shows it to everybody. It needs an organiser, of its own or of its series; its date may be as vague as it is. An archived
/// event comes back into the lists; a cancelled one is reinstated first. An error in its schedule stops it, each with its pointer into
/// the agenda, as the schedule check gives it; warnings do not. Seats that came free meanwhile are offered down the queue.
#[utoipa::path(
    tag = "Events",
    params(IfMatch, IdempotencyKey),
    request_body = CommandRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!(["publish_incomplete", "not_possible_now"])))
)]
#[post("/events/{event_id}/publish")]
pub async fn publish_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    command: Command<CommandRequest>,
) -> Result<Reply, Problem> {
    run_command(&state, &staff, path.into_inner(), command, |conn, context, event, by, _| {
        Ok(super::super::publish_event(conn, context, by.actor, &event, by.reason)?)
    })
    .await
}
