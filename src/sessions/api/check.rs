//! The schedule check.

use actix_web::{get, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::inspect_schedule;
use super::super::rules::{Finding, Report};
use crate::events::EventId;
use crate::events::store::get_event;
use crate::http::auth::needs;
use crate::http::{Problem, Reply, Staff, State};

/// What a schedule check found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScheduleCheckResponse {
    /// The event.
    event_id: EventId,
    /// What does not fit, in the order of the agenda, then what concerns people, then the event. Empty if all is well.
    findings: Vec<Finding>,
    /// How long the sessions take together, in minutes. Of sessions side by side, the time that any of them is on.
    #[schema(example = 90)]
    total_minutes: i64,
    /// How long the event takes, in minutes, if its end is known.
    #[schema(example = 90)]
    event_minutes: Option<i64>,
    /// The event's revision that was checked.
    #[schema(example = 3)]
    revision: i64,
}

/// Check a schedule
///
/// Looks for sessions outside the event, gaps, overlaps, a total that is not the event's, speakers at two places at once
/// (also across the other events of the workspace), speakers who have not confirmed, a missing join link, and a month that
/// has begun without a day. It changes and refuses nothing.
#[utoipa::path(
    tag = "Agenda",
    security(("bearer" = ["programme:read"])),
    responses((status = 200, body = ScheduleCheckResponse, description = "What was found"))
)]
#[get("/events/{event_id}/schedule-check")]
pub async fn check_schedule(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeRead>,
    path: web::Path<EventId>,
) -> Result<Reply, Problem> {
    let (id, workspace, now) = (path.into_inner(), staff.workspace, state.clock.now());
    let (report, revision) = state
        .read(move |conn| {
            let event = get_event(conn, workspace, id)?;
            Ok((inspect_schedule(conn, &event, now)?, event.revision))
        })
        .await?;
    let Report { findings, total_minutes, event_minutes } = report;
    Reply::ok(&ScheduleCheckResponse { event_id: id, findings, total_minutes, event_minutes, revision })
}
