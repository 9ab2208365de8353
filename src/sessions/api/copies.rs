//! Taking over an agenda.

use actix_web::{post, web};

use super::super::details::AgendaCopyInput;
use super::super::{AgendaCopy, copy_agenda as copy};
use super::agenda::RemovalQuery;
use super::views::{AgendaParts, AgendaResponse};
use crate::events::EventId;
use crate::events::store::{lock_event, lock_two_events};
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, IfMatch, Json, Problem, Reply, Staff, State};

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
