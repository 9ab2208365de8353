//! The agenda as a whole.

use actix_web::{get, put, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::details::AgendaInput;
use super::super::replace_agenda;
use super::views::{AgendaParts, AgendaResponse};
use crate::events::EventId;
use crate::events::api::{reader_zone, visible_event};
use crate::events::store::lock_event;
use crate::http::auth::needs;
use crate::http::{IfMatch, Json, Problem, Reply, Staff, State, Visitor};

/// In whose zone times are shown beside the event's own.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AgendaQuery {
    /// The reader's IANA zone: adds `reader` to every session with a time, and changes nothing else.
    #[param(example = "America/New_York")]
    pub tz: Option<String>,
}

/// What goes with sessions that are removed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RemovalQuery {
    /// Whether materials of sessions that are removed are removed with them. Without it, a session that has materials stays,
    /// and the request is refused.
    #[serde(default)]
    #[param(default = false, example = true)]
    pub remove_materials: bool,
}

/// Read an agenda
///
/// The sessions as a tree, with who appears in each. The `ETag` is the event's: it changes with the event, its agenda and its
/// speakers.
#[utoipa::path(
    tag = "Agenda",
    params(AgendaQuery),
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = AgendaResponse, description = "The agenda")),
    extensions(("x-codes" = json!(["timezone_unknown"])))
)]
#[get("/events/{event_id}/agenda")]
pub async fn get_agenda(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
    query: web::Query<AgendaQuery>,
) -> Result<Reply, Problem> {
    let reader = reader_zone(query.tz.as_deref())?;
    let id = path.into_inner();
    let parts = state
        .read(move |conn| {
            let (event, is_staff) = visible_event(conn, &visitor, id)?;
            Ok(AgendaParts::read(conn, &event, is_staff, reader)?)
        })
        .await?;
    let agenda = parts.into_agenda();
    Ok(Reply::ok(&agenda)?.with_revision(agenda.revision))
}

/// Write an agenda
///
/// Replaces the whole tree at once. A session whose `id` is given is kept, one without an id is new, and one that is not
/// named is removed; if it has materials, only with `remove_materials=true`. Where `appearances` is absent, who appears stays
/// as it is. `If-Match` takes the `ETag` of the agenda or of the event.
#[utoipa::path(
    tag = "Agenda",
    params(RemovalQuery, IfMatch),
    request_body = AgendaInput,
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = AgendaResponse, description = "The agenda as it is now")),
    extensions(("x-codes" = json!([
        "reference_unknown", "number_invalid", "language_invalid", "timezone_required", "local_time_invalid",
        "local_time_nonexistent", "local_time_ambiguous", "end_before_start", "duration_invalid",
        "when_conflicting_fields", "when_incomplete", "when_out_of_range", "in_use", "not_possible_now"
    ])))
)]
#[put("/events/{event_id}/agenda")]
pub async fn set_agenda(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    query: web::Query<RemovalQuery>,
    if_match: IfMatch,
    body: Json<AgendaInput>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, agenda) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    let remove_materials = query.remove_materials;
    let parts = state
        .write(move |conn, context| {
            let event = lock_event(conn, workspace, id)?;
            if_match.check(event.revision)?;
            let event = replace_agenda(conn, context, &actor, &event, &agenda.sessions, remove_materials)?;
            Ok(AgendaParts::read(conn, &event, true, None)?)
        })
        .await?;
    let agenda = parts.into_agenda();
    Ok(Reply::ok(&agenda)?.with_revision(agenda.revision))
}
