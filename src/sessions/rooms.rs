//! The rooms of an event. Each use case finds the event locked by its caller, so that two rooms never get one name.

use serde_json::json;

use super::details::RoomDetails;
use super::error::SessionError;
use super::model::{Room, RoomId};
use super::store;
use crate::db::{Conn, DbResult};
use crate::events::Event;
use crate::events::store::{Change, record_change, touch_event, touch_unshown};
use crate::http::{Code, FieldError};
use crate::time::Context;

/// How many rooms an event may have.
pub(super) const MOST_ROOMS: usize = 200;

/// Adds a room.
///
/// # Errors
/// The details do not fit, another room of the event has this name, or there are too many.
pub fn add_room(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    details: &RoomDetails,
) -> Result<Room, SessionError> {
    let rooms = store::rooms_of_event(conn, event.id)?;
    if rooms.len() >= MOST_ROOMS {
        return Err(SessionError::field("", Code::NumberInvalid, &format!("An event has at most {MOST_ROOMS} rooms.")));
    }
    check(&rooms, None, details)?;
    let (id, event_id) = (RoomId(context.uuid()), event.id);
    let position = details.position.unwrap_or_else(|| last_position(&rooms, id).saturating_add(1));
    let (name, capacity) = (details.name.clone(), details.capacity);
    let room = Room { id, event_id, name, capacity, position, revision: 1 };
    store::insert_room(conn, &room)?;
    record(conn, context, actor, event, ("room_added", None, Some(&room)))?;
    Ok(room)
}

/// Stores new details of a room, which raises its revision and the event's. Saving what was read changes nothing.
///
/// # Errors
/// The details do not fit, or another room of the event has this name.
pub fn change_room(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    room: &Room,
    details: &RoomDetails,
) -> Result<Room, SessionError> {
    let rooms = store::rooms_of_event(conn, event.id)?;
    check(&rooms, Some(room.id), details)?;
    let position = details.position.unwrap_or_else(|| last_position(&rooms, room.id).saturating_add(1));
    let (name, capacity) = (details.name.clone(), details.capacity);
    let mut changed = Room { name, capacity, position, ..room.clone() };
    if changed != *room {
        changed.revision += 1;
        store::update_room(conn, &changed)?;
        record(conn, context, actor, event, ("room_changed", Some(room), Some(&changed)))?;
    }
    Ok(changed)
}

/// Removes a room in which no session takes place.
///
/// # Errors
/// Sessions take place in it.
pub fn delete_room(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    room: &Room,
) -> Result<(), SessionError> {
    if store::is_room_used(conn, room.id)? {
        return Err(SessionError::RoomInUse);
    }
    store::delete_room(conn, room.id)?;
    Ok(record(conn, context, actor, event, ("room_removed", Some(room), None))?)
}

fn check(rooms: &[Room], own: Option<RoomId>, details: &RoomDetails) -> Result<(), SessionError> {
    details.check().map_err(SessionError::Invalid)?;
    if rooms.iter().any(|room| Some(room.id) != own && room.name == details.name) {
        let detail = "Another room of this event has this name.";
        return Err(SessionError::Invalid(vec![FieldError::new("/name", Code::Invalid, detail)]));
    }
    Ok(())
}

fn last_position(rooms: &[Room], own: RoomId) -> i32 {
    rooms.iter().filter(|room| room.id != own).map(|room| room.position).max().unwrap_or(0)
}

fn record(
    conn: &mut Conn,
    context: &Context,
    actor: &str,
    event: &Event,
    (action, before, after): (&'static str, Option<&Room>, Option<&Room>),
) -> DbResult<()> {
    // Calendars show the name of a room, and no room in which nothing takes place.
    let is_renamed = before.zip(after).is_some_and(|(before, after)| before.name != after.name);
    let describe = |room: &Room| json!({ "room_id": room.id, "room": RoomDetails::from(room) });
    let (before, after) = (before.map(describe), after.map(describe));
    record_change(conn, context, event.id, &Change { actor, action, reason: None, before, after })?;
    if is_renamed { touch_event(conn, event.id, context.now) } else { touch_unshown(conn, &[event.id], context.now) }
}
