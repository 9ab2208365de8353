//! The materials of a series, an event or a session.

use actix_web::{get, post, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::details::MaterialDetails;
use super::super::model::MaterialOwner;
use super::super::store::{self, MaterialWith};
use super::super::{MaterialError, add_material};
use super::answers::{MaterialResponse, Viewing};
use crate::db::Conn;
use crate::events::api::{visible_event, visible_series};
use crate::events::store::{lock_event, lock_series};
use crate::events::{EventId, SeriesId, SessionId};
use crate::http::auth::{Scope, needs};
use crate::http::{IdempotencyKey, Json, Problem, Reply, Staff, State, Visitor};
use crate::sessions;
use crate::speakers::store::event_of_session;
use crate::time::Context;

/// Materials of one owner.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialsResponse {
    /// In their order.
    pub items: Vec<MaterialResponse>,
}

/// Which materials of an event.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields, default)]
pub struct EventMaterialsQuery {
    /// Whether those of its sessions stand behind its own, each session's together.
    #[param(required = false, example = true)]
    pub sessions: bool,
}

/// The digest of what is seen is part of the tag: it changes when the time of a material comes.
fn listed(rows: Vec<MaterialWith>, viewing: Viewing, revision: i64) -> Result<Reply, Problem> {
    let items = rows.into_iter().filter_map(|with| MaterialResponse::new(with, viewing)).collect();
    Ok(Reply::ok(&MaterialsResponse { items })?.with_revision(revision))
}

/// Adds a material and answers with it.
fn added(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    owner: &MaterialOwner,
    details: &MaterialDetails,
) -> Result<Reply, Problem> {
    let with: Result<MaterialWith, MaterialError> = add_material(conn, context, actor, owner, details);
    let viewing = Viewing::new(owner, true, context.now);
    let material = MaterialResponse::new(with?, viewing).ok_or_else(Problem::not_found)?;
    let location = format!("/api/v1/materials/{}", material.id);
    Ok(Reply::created(location, &material)?.with_revision(material.revision))
}

/// List the materials of a series
///
/// Those of the series as a whole, in their order. The public sees those that are public and available. The `ETag` changes
/// with the series, and when the time of a material comes.
#[utoipa::path(
    tag = "Materials",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = MaterialsResponse, description = "The materials"))
)]
#[get("/series/{series_id}/materials")]
pub async fn list_series_materials(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SeriesId>,
) -> Result<Reply, Problem> {
    let (id, now) = (path.into_inner(), state.clock.now());
    state
        .read(move |conn| {
            let series = visible_series(conn, &visitor, id)?;
            let is_staff = visitor.may(series.workspace_id, Scope::ProgrammeRead);
            let revision = series.revision;
            let viewing = Viewing::new(&MaterialOwner::Series(Box::new(series)), is_staff, now);
            listed(store::materials_of_series(conn, id)?, viewing, revision)
        })
        .await
}

/// Add a material to a series
#[utoipa::path(
    tag = "Materials",
    description = "Something about the series as a whole, behind what is there. The revision of the series rises.",
    params(IdempotencyKey),
    request_body = MaterialDetails,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = MaterialResponse, description = "The new material")),
    extensions(("x-codes" = json!([
        "url_invalid", "media_type_invalid", "language_invalid", "number_invalid", "duration_invalid",
        "when_out_of_range", "reference_unknown"
    ])))
)]
#[post("/series/{series_id}/materials")]
pub async fn create_series_material(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<SeriesId>,
    key: IdempotencyKey,
    body: Json<MaterialDetails>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, details) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let owner = MaterialOwner::Series(Box::new(lock_series(conn, workspace, id)?));
        added(conn, context, &actor, &owner, &details)
    })
    .await
}

/// List the materials of an event
///
/// Those of the event as a whole, in their order, with `sessions=true` also those of its sessions. The public sees those that
/// are public and available. The `ETag` changes with the event, and when the time of a material comes.
#[utoipa::path(
    tag = "Materials",
    params(EventMaterialsQuery),
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = MaterialsResponse, description = "The materials"))
)]
#[get("/events/{event_id}/materials")]
pub async fn list_event_materials(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<EventId>,
    query: web::Query<EventMaterialsQuery>,
) -> Result<Reply, Problem> {
    let (id, now) = (path.into_inner(), state.clock.now());
    state
        .read(move |conn| {
            let (event, is_staff) = visible_event(conn, &visitor, id)?;
            let revision = event.revision;
            let viewing = Viewing::new(&MaterialOwner::Event(Box::new(event), None), is_staff, now);
            let mut rows = store::materials_of_event(conn, id)?;
            rows.retain(|with| query.sessions || with.material.session_id.is_none());
            listed(rows, viewing, revision)
        })
        .await
}

/// Add a material to an event
#[utoipa::path(
    tag = "Materials",
    description = "Something about the event as a whole, behind what is there. Revision and sequence of the event rise.",
    params(IdempotencyKey),
    request_body = MaterialDetails,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = MaterialResponse, description = "The new material")),
    extensions(("x-codes" = json!([
        "url_invalid", "media_type_invalid", "language_invalid", "number_invalid", "duration_invalid",
        "when_out_of_range", "reference_unknown"
    ])))
)]
#[post("/events/{event_id}/materials")]
pub async fn create_event_material(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<MaterialDetails>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, details) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let owner = MaterialOwner::Event(Box::new(lock_event(conn, workspace, id)?), None);
        added(conn, context, &actor, &owner, &details)
    })
    .await
}

/// List the materials of a session
///
/// In their order. The public sees those that are public and available. The `ETag` changes with the session's event, and
/// when the time of a material comes.
#[utoipa::path(
    tag = "Materials",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = MaterialsResponse, description = "The materials"))
)]
#[get("/sessions/{session_id}/materials")]
pub async fn list_session_materials(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<SessionId>,
) -> Result<Reply, Problem> {
    let (id, now) = (path.into_inner(), state.clock.now());
    state
        .read(move |conn| {
            let session = sessions::store::find_session(conn, id)?.ok_or_else(Problem::not_found)?;
            let (event, is_staff) = visible_event(conn, &visitor, session.event_id)?;
            let revision = event.revision;
            let viewing = Viewing::new(&MaterialOwner::Event(Box::new(event), Some(id)), is_staff, now);
            listed(store::materials_of_session(conn, id)?, viewing, revision)
        })
        .await
}

/// Add a material to a session
#[utoipa::path(
    tag = "Materials",
    description = "Behind what is there. Revision and sequence of the event rise.",
    params(IdempotencyKey),
    request_body = MaterialDetails,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = MaterialResponse, description = "The new material")),
    extensions(("x-codes" = json!([
        "url_invalid", "media_type_invalid", "language_invalid", "number_invalid", "duration_invalid",
        "when_out_of_range", "reference_unknown"
    ])))
)]
#[post("/sessions/{session_id}/materials")]
pub async fn create_session_material(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<SessionId>,
    key: IdempotencyKey,
    body: Json<MaterialDetails>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, details) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let event = event_of_session(conn, workspace, id)?;
        let owner = MaterialOwner::Event(Box::new(lock_event(conn, workspace, event)?), Some(id));
        added(conn, context, &actor, &owner, &details)
    })
    .await
}
