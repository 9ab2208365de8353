//! The rooms of an event.

use actix_web::{delete, get, patch, post, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::details::RoomDetails;
use super::super::model::{Room, RoomId};
use super::super::{add_room, change_room, store};
use crate::events::EventId;
use crate::events::api::visible_event;
use crate::events::store::lock_event;
use crate::http::auth::needs;
use crate::http::{IdempotencyKey, IfMatch, Json, MergePatch, Problem, Reply, Staff, State, Visitor};

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomResponse {
    /// Its id.
    id: RoomId,
    /// Its name.
    #[schema(example = "Main hall")]
    name: String,
    /// How many people it takes.
    #[schema(example = 120)]
    capacity: Option<i32>,
    /// Its place in lists.
    #[schema(example = 1)]
    position: i32,
    /// Rises with each change of the room.
    #[schema(example = 1)]
    revision: i64,
}

impl From<Room> for RoomResponse {
    fn from(room: Room) -> Self {
        let Room { id, name, capacity, position, revision, .. } = room;
        Self { id, name, capacity, position, revision }
    }
}

impl RoomResponse {
    /// The answer for one room, with its own `ETag`.
    fn reply(self) -> Result<Reply, Problem> {
        Ok(Reply::ok(&self)?.with_revision(self.revision))
    }
}

/// The rooms of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomsResponse {
    /// In their order.
    items: Vec<RoomResponse>,
}

/// List the rooms of an event
#[utoipa::path(
    tag = "Agenda",
    description = "In their order; the `ETag` is the event's.",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = RoomsResponse, description = "The rooms"))
)]
#[get("/events/{event_id}/rooms")]
pub async fn list_rooms(state: web::Data<State>, visitor: Visitor, path: web::Path<EventId>) -> Result<Reply, Problem> {
    let id = path.into_inner();
    let (rooms, revision) = state
        .read(move |conn| {
            let (event, _) = visible_event(conn, &visitor, id)?;
            Ok((store::rooms_of_event(conn, id)?, event.revision))
        })
        .await?;
    Ok(Reply::ok(&RoomsResponse { items: rooms.into_iter().map(Into::into).collect() })?.with_revision(revision))
}

/// Add a room to an event
#[utoipa::path(
    tag = "Agenda",
    description = "Its name is unique in the event.",
    params(IdempotencyKey),
    request_body = RoomDetails,
    security(("bearer" = ["programme:write"])),
    responses((status = 201, body = RoomResponse, description = "The new room")),
    extensions(("x-codes" = json!(["number_invalid"])))
)]
#[post("/events/{event_id}/rooms")]
pub async fn create_room(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<EventId>,
    key: IdempotencyKey,
    body: Json<RoomDetails>,
) -> Result<Reply, Problem> {
    let (id, workspace, actor, details) = (path.into_inner(), staff.workspace, staff.actor(), body.value);
    key.run(&state, Some(&staff), body.hash, move |conn, context| {
        let event = lock_event(conn, workspace, id)?;
        let room = add_room(conn, context, &actor, &event, &details)?;
        let (location, revision) = (format!("/api/v1/events/{id}/rooms/{}", room.id), room.revision);
        Ok(Reply::created(location, &RoomResponse::from(room))?.with_revision(revision))
    })
    .await
}

/// Read a room
#[utoipa::path(
    tag = "Agenda",
    description = "The public reads it where it may read the event.",
    security((), ("bearer" = ["programme:read"])),
    responses((status = 200, body = RoomResponse, description = "The room"))
)]
#[get("/events/{event_id}/rooms/{room_id}")]
pub async fn get_room(
    state: web::Data<State>,
    visitor: Visitor,
    path: web::Path<(EventId, RoomId)>,
) -> Result<Reply, Problem> {
    let (id, room) = path.into_inner();
    let room = state
        .read(move |conn| {
            visible_event(conn, &visitor, id)?;
            Ok(store::get_room(conn, id, room)?)
        })
        .await?;
    RoomResponse::from(room).reply()
}

/// Change a room
#[utoipa::path(
    tag = "Agenda",
    description = "A merge patch (RFC 7396). `If-Match` takes the room's own `ETag`.",
    params(IfMatch),
    request_body(content = RoomDetails, content_type = "application/merge-patch+json"),
    security(("bearer" = ["programme:write"])),
    responses((status = 200, body = RoomResponse, description = "The room as it is now")),
    extensions(("x-codes" = json!(["number_invalid"])))
)]
#[patch("/events/{event_id}/rooms/{room_id}")]
pub async fn update_room(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<(EventId, RoomId)>,
    if_match: IfMatch,
    changes: MergePatch,
) -> Result<Reply, Problem> {
    let ((id, room), workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    let room = state
        .write(move |conn, context| {
            let event = lock_event(conn, workspace, id)?;
            let room = store::get_room(conn, id, room)?;
            if_match.check(room.revision)?;
            let details = changes.apply(&RoomDetails::from(&room))?;
            Ok(change_room(conn, context, &actor, &event, &room, &details)?)
        })
        .await?;
    RoomResponse::from(room).reply()
}

/// Delete a room
#[utoipa::path(
    tag = "Agenda",
    description = "Only one in which no session takes place. `If-Match` takes the room's own `ETag`.",
    params(IfMatch),
    security(("bearer" = ["programme:write"])),
    responses((status = 204, description = "The room is gone")),
    extensions(("x-codes" = json!(["in_use"])))
)]
#[delete("/events/{event_id}/rooms/{room_id}")]
pub async fn delete_room(
    state: web::Data<State>,
    staff: Staff<needs::ProgrammeWrite>,
    path: web::Path<(EventId, RoomId)>,
    if_match: IfMatch,
) -> Result<Reply, Problem> {
    let ((id, room), workspace, actor) = (path.into_inner(), staff.workspace, staff.actor());
    state
        .write(move |conn, context| {
            let event = lock_event(conn, workspace, id)?;
            let room = store::get_room(conn, id, room)?;
            if_match.check(room.revision)?;
            Ok(super::super::delete_room(conn, context, &actor, &event, &room)?)
        })
        .await?;
    Ok(Reply::no_content())
}
