//! Commands that give an event a time, and may move its agenda along.

use actix_web::{post, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::details::AgendaMove;
use super::super::shift_agenda;
use crate::db::Conn;
use crate::events::api::{Command, EventResponse, Said, run_command};
use crate::events::{self, Event, EventId};
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, IfMatch, Problem, Reply, Staff, State};
use crate::time::{Context, WhenInput};

/// What is said with a new time.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RescheduleRequest {
    /// The new time, known as well as it may be.
    when: WhenInput,
    /// What becomes of the agenda.
    #[serde(default)]
    #[schema(example = "shift")]
    agenda: AgendaMove,
    /// Why. It is kept in the history, and those who are told read it.
    #[schema(example = "The speaker is ill")]
    reason: Option<String>,
    /// Whether people who registered get a mail. Without it they do if the event is published, or hidden after it was,
    /// and not over.
    #[schema(example = true)]
    notify: Option<bool>,
}

/// What is said with a reinstatement.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReinstateRequest {
    /// The new time. Without it the event takes place when it was to.
    when: Option<WhenInput>,
    /// What becomes of the agenda with a new time.
    #[serde(default)]
    #[schema(example = "shift")]
    agenda: AgendaMove,
    /// Why. It is kept in the history, and those who are told read it.
    #[schema(example = "The hall can be used after all")]
    reason: Option<String>,
    /// Whether people who registered get a mail. Without it they do if the event is published, or hidden after it was,
    /// and not over.
    #[schema(example = true)]
    notify: Option<bool>,
}

impl Said for RescheduleRequest {
    fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    fn notify(&self) -> Option<bool> {
        self.notify
    }
}

impl Said for ReinstateRequest {
    fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    fn notify(&self) -> Option<bool> {
        self.notify
    }
}

fn follow(
    conn: &mut Conn,
    context: &Context,
    (agenda, when): (AgendaMove, Option<&WhenInput>),
    (before, after): (&Event, Event),
    actor: &str,
) -> Result<Event, Problem> {
    if agenda == AgendaMove::Shift {
        shift_agenda(conn, context, actor, (before, &after), when.and_then(|when| when.disambiguation))?;
    }
    Ok(after)
}

/// Reschedule an event
///
/// Gives it another time, of any precision; its status follows from that. The old time is kept in `previous_whens`. The same time
/// changes nothing, unless the event was postponed: then it takes place after all. With `agenda: shift` the sessions move along
/// as far as the start does, if both starts are known to the minute, and take as long as before; `when.disambiguation` also
/// serves those that come to a time which the clocks skip or show twice. The event's own times of registration move as far too.
/// Whoever registered is told, with the old time and the new one, and calendars move the entry; offers of seats end when the event
/// begins, and with it if it has begun.
#[utoipa::path(
    tag = "Events",
    params(IfMatch, IdempotencyKey),
    request_body = RescheduleRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!([
        "not_possible_now", "timezone_required", "timezone_unknown", "timezone_abbreviation", "timezone_not_applicable",
        "timezone_label_invalid", "local_time_invalid", "instant_invalid", "local_time_nonexistent",
        "local_time_ambiguous", "end_before_start", "weekday_mismatch", "edtf_invalid", "duration_invalid",
        "when_conflicting_fields", "when_incomplete", "when_out_of_range"
    ])))
)]
#[post("/events/{event_id}/reschedule")]
pub async fn reschedule_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    command: Command<RescheduleRequest>,
) -> Result<Reply, Problem> {
    run_command(&state, &staff, path.into_inner(), command, |conn, context, before, by, said| {
        let after = events::reschedule_event(conn, context, &before, &said.when, by)?;
        follow(conn, context, (said.agenda, Some(&said.when)), (&before, after), by.actor)
    })
    .await
}

/// Reinstate an event
///
/// Takes its cancellation or postponement back: it takes place when it was to, or at a new time. One that was postponed to a
/// vaguer time gets the last one back that it had to the minute. Its status follows from how well the time is known, and the
/// agenda follows as it does when the event is rescheduled. Registrations are as they were, and seats that are free are offered down the queue.
#[utoipa::path(
    tag = "Events",
    params(IfMatch, IdempotencyKey),
    request_body = ReinstateRequest,
    security(("bearer" = ["programme:publish"])),
    responses((status = 200, body = EventResponse, description = "The event as it is now")),
    extensions(("x-codes" = json!([
        "not_possible_now", "timezone_required", "timezone_unknown", "timezone_abbreviation", "timezone_not_applicable",
        "timezone_label_invalid", "local_time_invalid", "instant_invalid", "local_time_nonexistent",
        "local_time_ambiguous", "end_before_start", "weekday_mismatch", "edtf_invalid", "duration_invalid",
        "when_conflicting_fields", "when_incomplete", "when_out_of_range"
    ])))
)]
#[post("/events/{event_id}/reinstate")]
pub async fn reinstate_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammePublish>,
    path: web::Path<EventId>,
    command: Command<ReinstateRequest>,
) -> Result<Reply, Problem> {
    run_command(&state, &staff, path.into_inner(), command, |conn, context, before, by, said| {
        let after = events::reinstate_event(conn, context, &before, said.when.as_ref(), by)?;
        follow(conn, context, (said.agenda, said.when.as_ref()), (&before, after), by.actor)
    })
    .await
}
