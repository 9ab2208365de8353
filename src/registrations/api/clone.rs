//! Making an event after another one, with all that other rooms keep of it.

use actix_web::{post, web};

use super::super::clone_event as clone;
use crate::events::EventId;
use crate::events::api::{EventResponse, event_reply};
use crate::events::store::{get_event, lock_event_after_series};
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, Json, Problem, Reply, Staff, State};
use crate::sessions::CloneInput;

/// Clone an event
///
/// Makes a draft that is described like this one: with a UID of its own and SEQUENCE 0, without report, outcomes, earlier
/// times and registrations. The agenda moves by the difference of the two starts on the clocks; where one of the two events
/// has no local time, its sessions keep their length alone. Everybody who appears is `tbc` again, and who declined or withdrew
/// stays away. `when.disambiguation` also serves the sessions. The registration form comes along, and its versions begin anew.
/// Materials stay with the source: they are of what took place there.
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
