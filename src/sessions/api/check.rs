//! The schedule check.

use actix_web::{get, post, web};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::details::ScheduleProposal;
use super::super::rules::{Finding, Report};
use super::super::{CheckOptions, inspect_proposal, inspect_schedule};
use crate::events::EventId;
use crate::events::store::get_event;
use crate::http::auth::needs;
use crate::http::{Code, Json, Problem, Reply, Staff, State};
use crate::time::IsoDuration;

/// The longest `travel_buffer`, in hours.
const MOST_HOURS: i64 = 24;

/// How a schedule is checked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CheckQuery {
    /// How long somebody needs from one venue to another: an ISO 8601 duration up to a day; none if absent. It counts
    /// between events that take place on site, and not at the same venue.
    #[param(example = "PT15M")]
    pub travel_buffer: Option<String>,
}

impl CheckQuery {
    fn travel_buffer(&self) -> Result<TimeDelta, Problem> {
        let Some(text) = self.travel_buffer.as_deref() else { return Ok(TimeDelta::zero()) };
        let buffer = IsoDuration::parse(text).ok().map(IsoDuration::as_delta);
        buffer.filter(|buffer| *buffer <= TimeDelta::hours(MOST_HOURS)).ok_or_else(|| {
            Problem::new(Code::MalformedQuery)
                .with_detail("travel_buffer takes an ISO 8601 duration up to a day, such as PT15M.")
        })
    }
}

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

impl ScheduleCheckResponse {
    fn new(event_id: EventId, report: Report, revision: i64) -> Self {
        let Report { findings, total_minutes, event_minutes } = report;
        Self { event_id, findings, total_minutes, event_minutes, revision }
    }
}

/// Check a schedule
///
/// Looks for sessions outside the event, gaps, overlaps, a total that is not the event's, speakers at two places at once
/// (also across the other events of the workspace), rooms that take fewer people than the event, speakers who have not
/// confirmed, a missing join link, and a month that has begun without a day. It changes and refuses nothing. What each code
/// means stands in the schema `FindingCode`.
#[utoipa::path(
    tag = "Agenda",
    params(CheckQuery),
    security(("bearer" = ["programme:read"])),
    responses((status = 200, body = ScheduleCheckResponse, description = "What was found"))
)]
#[get("/events/{event_id}/schedule-check")]
pub async fn check_schedule(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeRead>,
    path: web::Path<EventId>,
    query: web::Query<CheckQuery>,
) -> Result<Reply, Problem> {
    let options = CheckOptions { now: state.clock.now(), travel_buffer: query.travel_buffer()? };
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let (report, revision) = state
        .read(move |conn| {
            let event = get_event(conn, workspace, id)?;
            Ok((inspect_schedule(conn, &event, options)?, event.revision))
        })
        .await?;
    Reply::ok(&ScheduleCheckResponse::new(id, report, revision))
}

/// Check a proposed schedule
///
/// What the check would find if this agenda were written, or the event were rescheduled to this time: without `sessions` those
/// that it has move along, or stay with `agenda: keep`. It changes nothing and refuses what writing would refuse. Findings about
/// sessions point into the body; sessions that are new have no id in them.
#[utoipa::path(
    tag = "Agenda",
    params(CheckQuery),
    request_body = ScheduleProposal,
    security(("bearer" = ["programme:read"])),
    responses((status = 200, body = ScheduleCheckResponse, description = "What would be found")),
    extensions(("x-codes" = json!([
        "reference_unknown", "number_invalid", "language_invalid", "timezone_required", "timezone_unknown",
        "timezone_abbreviation", "timezone_not_applicable", "timezone_label_invalid", "local_time_invalid",
        "instant_invalid", "local_time_nonexistent", "local_time_ambiguous", "end_before_start", "weekday_mismatch",
        "edtf_invalid", "duration_invalid", "when_conflicting_fields", "when_incomplete", "when_out_of_range"
    ])))
)]
#[post("/events/{event_id}/schedule-check")]
pub async fn check_proposed_schedule(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeRead>,
    path: web::Path<EventId>,
    query: web::Query<CheckQuery>,
    body: Json<ScheduleProposal>,
) -> Result<Reply, Problem> {
    let (context, proposal) = (state.context(), body.value);
    let options = CheckOptions { now: context.now, travel_buffer: query.travel_buffer()? };
    let (id, workspace) = (path.into_inner(), staff.workspace);
    let (report, revision) = state
        .read(move |conn| {
            let event = get_event(conn, workspace, id)?;
            Ok((inspect_proposal(conn, &context, &event, &proposal, options)?, event.revision))
        })
        .await?;
    Reply::ok(&ScheduleCheckResponse::new(id, report, revision))
}
