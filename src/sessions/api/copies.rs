//! Making an event after another one, and taking over an agenda.

use actix_web::{post, web};

use super::super::details::{AgendaCopyInput, CloneInput};
use super::super::{AgendaCopy, clone_event as clone, copy_agenda as copy};
use super::agenda::RemovalQuery;
use super::views::{AgendaParts, AgendaResponse};
use crate::events::EventId;
use crate::events::api::{EventResponse, event_reply};
use crate::events::store::{get_event, lock_event, lock_event_after_series, lock_two_events};
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, IfMatch, Json, Problem, Reply, Staff, State};

/// Clone an event
///
/// Makes a draft that is described like this one: with a UID of its own and SEQUENCE 0, without report, outcomes, earlier
/// times and registrations. The agenda moves by the difference of the two starts on the clocks; where one of the two events
/// has no local time, its sessions keep their length alone. Everybody who appears is `tbc` again, and who declined or withdrew
/// stays away. `when.disambiguation` also serves the sessions.
#[utoipa::path(
    tag = "Events",
    params(IdempotencyKey),
    request_body = CloneInput,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = EventResponse, description = "The new event")),
    extensions(("x-codes" = json!([
        "timezone_required", "timezone_unknown", "timezone_abbreviation", "timezone_not_applicable",
        "timezone_label_invalid", "local_time_invalid", "instant_invalid", "local_time_nonexistent",
        "local_time_ambiguous", "end_before_start", "weekday_mismatch", "edtf_invalid", "duration_invalid",
        "when_conflicting_fields", "when_incomplete", "when_out_of_range", "reference_unknown", "number_invalid"
    ])))
)]
#[post("/events/{event_id}/clone")]
pub async fn clone_event(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<CloneInput>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, links) = (path.into_inner(), staff.workspace, staff.actor(), state.links.clone());
    let input = body.value;
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        // The copy joins the series that is asked for, or that of its source.
        let series = input.series_id.or(get_event(conn, workspace, id)?.series_id);
        let source = lock_event_after_series(conn, workspace, id, series.as_slice())?;
        let event = clone(conn, context, &actor, &source, &input)?;
        let (location, revision) = (format!("/api/v1/events/{}", event.id), event.revision);
        let reply = event_reply(conn, event, true, context.now, None, &links)?;
        Ok(Reply::created(location, &reply)?.with_revision(revision))
    })
    .await
}

/// Copy an agenda
///
/// Gives this event the sessions of another one, with the rooms that it lacks; rooms of one name are one room. Times move by
/// the difference of the two starts on the clocks. Where the present agenda is replaced and sessions of it have materials, it
/// is refused without `remove_materials=true`. `If-Match` takes the `ETag` of this event or its agenda.
#[utoipa::path(
    tag = "Agenda",
    params(RemovalQuery, IfMatch, IdempotencyKey),
    request_body = AgendaCopyInput,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = AgendaResponse, description = "The agenda as it is now")),
    extensions(("x-codes" = json!([
        "reference_unknown", "number_invalid", "not_possible_now", "local_time_nonexistent", "local_time_ambiguous",
        "end_before_start", "when_out_of_range", "in_use"
    ])))
)]
#[post("/events/{event_id}/agenda/copy-from")]
pub async fn copy_agenda(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    query: web::Query<RemovalQuery>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Json<AgendaCopyInput>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    let AgendaCopyInput { event_id, replace, appearances } = body.value;
    let remove_materials = query.remove_materials;
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        lock_two_events(conn, workspace, id, event_id)?;
        let event = lock_event(conn, workspace, id)?;
        if_match.check(event.revision)?;
        let wanted = AgendaCopy { event_id, replace, remove_materials, with_appearances: appearances };
        let event = copy(conn, context, &actor, &event, wanted)?;
        let agenda = AgendaParts::read(conn, &event, true, None)?.into_agenda();
        Ok(Reply::ok(&agenda)?.with_revision(agenda.revision))
    })
    .await
}
