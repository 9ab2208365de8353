//! When registrants of an event are reminded.

use actix_web::{get, put, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{Event, EventId};
use super::super::{ReminderRule, set_reminders, store};
use super::events::visible_event;
use crate::http::auth::needs;
use crate::http::{IfMatch, Json, Problem, Reply, Staff, State, Visitor};

/// When registrants are reminded.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemindersResponse {
    /// The rules.
    items: Vec<ReminderRule>,
    /// Whether they come from the series.
    is_inherited: bool,
}

fn reply(event: &Event) -> Result<Reply, Problem> {
    let is_inherited = event.inherited().contains(&"reminders");
    let reminders = RemindersResponse { items: event.reminders().to_vec(), is_inherited };
    Ok(Reply::ok(&reminders)?.with_revision(event.revision))
}

/// List the reminders of an event
#[utoipa::path(
    tag = "Events",
    description = "Its own, or else those of its series; the ETag is the event's.",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = RemindersResponse, description = "The reminders"))
)]
#[get("/events/{event_id}/reminders")]
pub async fn get_event_reminders(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
) -> Result<Reply, Problem> {
    let id = path.into_inner();
    let event = state.read(move |conn| Ok(visible_event(conn, &visitor, id)?.0)).await?;
    reply(&event)
}

/// Set the reminders of an event
///
/// Replaces them all; they are the event's own from then on, even if the series has the same, and an empty list means none.
/// To follow the series again, change the event with `"reminders": null`. Each rule writes once to each person of its audience:
/// a reminder before the event, thanks and what there is to see after it. An event that moves to another day reminds of that day
/// as well; one that is called off, or whose day is not known, reminds nobody, and neither does a rule whose time is over when it
/// is set. Who was there is known where people were checked in and the registrations closed.
#[utoipa::path(
    tag = "Events",
    params(IfMatch),
    request_body = Vec<ReminderRule>,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = RemindersResponse, description = "The reminders as they are now")),
    extensions(("x-codes" = json!(["duration_invalid", "number_invalid"])))
)]
#[put("/events/{event_id}/reminders")]
pub async fn set_event_reminders(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    if_match: IfMatch,
    body: Json<Vec<ReminderRule>>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, rules) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    let event = state
        .write(move |conn, context| {
            let event = store::lock_event(conn, workspace, id)?;
            if_match.check(event.revision)?;
            Ok(set_reminders(conn, context, &actor, event, rules.clone())?)
        })
        .await?;
    reply(&event)
}
