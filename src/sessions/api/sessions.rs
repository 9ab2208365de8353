//! Sessions one by one.

use actix_web::{delete, get, patch, post, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::details::{SessionDetails, SessionInput};
use super::super::model::{Session, Shift};
use super::super::{change_session, rules, store};
use super::agenda::{AgendaQuery, RemovalQuery};
use super::views::{AgendaParts, ChangedSessionResponse, OneSessionResponse};
use crate::db::Conn;
use crate::events::api::{reader_zone, visible_event};
use crate::events::store::{get_event, lock_event};
use crate::events::{Event, EventId, SessionId};
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, IfMatch, Json, MergePatch, Problem, Reply, Staff, State, Visitor, WorkspaceId};

/// What else moves with a session.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ShiftQuery {
    /// Which other sessions move when the times change; none if absent.
    #[param(inline)]
    pub shift: Option<Shift>,
}

/// The session as staff see it now.
fn read_session(conn: &mut Conn, event: &Event, id: SessionId) -> Result<OneSessionResponse, Problem> {
    let event = get_event(conn, event.workspace_id, event.id)?;
    AgendaParts::read(conn, &event, true, None)?.into_session(id).ok_or_else(Problem::not_found)
}

/// Locks the event of a session of this workspace, and reads both.
fn lock_session(conn: &mut Conn, workspace: WorkspaceId, id: SessionId) -> Result<(Event, Session), Problem> {
    let found = store::find_session(conn, id)?.ok_or_else(Problem::not_found)?;
    let event = lock_event(conn, workspace, found.event_id)?;
    // It may have been changed or removed before the lock was there.
    let session = store::find_session(conn, id)?.ok_or_else(Problem::not_found)?;
    Ok((event, session))
}

/// Add a session
///
/// Adds it, with what it contains, behind the others of `parent_id`, or at the end of the agenda. `If-Match` takes the
/// `ETag` of the agenda or of the event.
#[utoipa::path(
    tag = "Agenda",
    params(IfMatch, IdempotencyKey),
    request_body = SessionInput,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = OneSessionResponse, description = "The new session")),
    extensions(("x-codes" = json!([
        "reference_unknown", "number_invalid", "language_invalid", "timezone_required", "local_time_invalid",
        "local_time_nonexistent", "local_time_ambiguous", "end_before_start", "duration_invalid",
        "when_conflicting_fields", "when_incomplete", "when_out_of_range"
    ])))
)]
#[post("/events/{event_id}/sessions")]
pub async fn append_session(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    if_match: IfMatch,
    key: IdempotencyKey,
    body: Json<SessionInput>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, input) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let event = lock_event(conn, workspace, id)?;
        if_match.check(event.revision)?;
        let session = super::super::append_session(conn, context, &actor, &event, &input)?;
        let reply = read_session(conn, &event, session)?;
        Ok(Reply::created(format!("/api/v1/sessions/{session}"), &reply)?.with_revision(reply.session.revision))
    })
    .await
}

/// Read a session
#[utoipa::path(
    tag = "Agenda",
    description = "With what it contains. The public reads it where it may read the event.",
    params(AgendaQuery),
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = OneSessionResponse, description = "The session")),
    extensions(("x-codes" = json!(["timezone_unknown"])))
)]
#[get("/sessions/{session_id}")]
pub async fn get_session(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SessionId>,
    query: web::Query<AgendaQuery>,
) -> Result<Reply, Problem> {
    let reader = reader_zone(query.tz.as_deref())?;
    let id = path.into_inner();
    let reply = state
        .read(move |conn| {
            let found = store::find_session(conn, id)?.ok_or_else(Problem::not_found)?;
            let (event, is_staff) = visible_event(conn, &visitor, found.event_id)?;
            AgendaParts::read(conn, &event, is_staff, reader)?.into_session(id).ok_or_else(Problem::not_found)
        })
        .await?;
    Ok(Reply::ok(&reply)?.with_revision(reply.session.revision))
}

/// Change a session
///
/// A merge patch (RFC 7396) of what the session itself is described by, not of what it contains. With `parent_id` or
/// `position` it moves. With `shift=following`, the sessions after it on the same day move by as much as its end does, or
/// its start where an end is not known: those in its room, or on its track; everything later, if it has neither. They are in
/// `moved`. `If-Match` takes the session's own `ETag`.
#[utoipa::path(
    tag = "Agenda",
    params(ShiftQuery, IfMatch),
    request_body(content = SessionDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = ChangedSessionResponse, description = "The session as it is now")),
    extensions(("x-codes" = json!([
        "reference_unknown", "reference_cycle", "number_invalid", "language_invalid", "timezone_required",
        "local_time_invalid", "local_time_nonexistent", "local_time_ambiguous", "end_before_start", "duration_invalid",
        "when_conflicting_fields", "when_incomplete", "when_out_of_range"
    ])))
)]
#[patch("/sessions/{session_id}")]
pub async fn update_session(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<SessionId>,
    query: web::Query<ShiftQuery>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, shift) = (path.into_inner(), staff.workspace, staff.actor(), query.shift);
    let reply = state
        .write(move |conn, context| {
            let (event, session) = lock_session(conn, workspace, id)?;
            if_match.check(session.revision)?;
            let details = changes.apply(&rules::details_of(&session, event.when()?.zone()))?;
            let along = shift.unwrap_or(Shift::None);
            let moved = change_session(conn, context, &actor, &event, &session, &details, along)?;
            let moved = shift.map(|_| moved.into_iter().map(Into::into).collect());
            Ok(ChangedSessionResponse { session: read_session(conn, &event, id)?, moved })
        })
        .await?;
    Ok(Reply::ok(&reply)?.with_revision(reply.session.session.revision))
}

/// Delete a session
#[utoipa::path(
    tag = "Agenda",
    description = "Removes it with everything that it contains and everybody who appears in it; where materials belong to any of \
        it, only with `remove_materials=true`. `If-Match` takes the session's own `ETag`.",
    params(RemovalQuery, IfMatch),
    security(("bearer" = ["programme:write"])),
    responses((status = 204, description = "The session is gone")),
    extensions(("x-codes" = json!(["in_use"])))
)]
#[delete("/sessions/{session_id}")]
pub async fn delete_session(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<SessionId>,
    query: web::Query<RemovalQuery>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let (id, workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    let remove_materials = query.remove_materials;
    state
        .write(move |conn, context| {
            let (event, session) = lock_session(conn, workspace, id)?;
            if_match.check(session.revision)?;
            Ok(super::super::delete_session(conn, context, &actor, &event, &session, remove_materials)?)
        })
        .await?;
    Ok(Reply::no_content())
}
