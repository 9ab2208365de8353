//! Every query on sessions and rooms.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::model::{Room, RoomId, Session, SessionFields};
use super::rules::rederive;
use crate::db::schema::{appearances, events, materials, rooms, sessions};
use crate::db::types::{At, not_before_last};
use crate::db::{Conn, DbResult, search};
use crate::events::{Event, EventId, EventStatus, SessionId};
use crate::http::WorkspaceId;
use crate::speakers::{AppearanceStatus, SpeakerId};
use crate::time::{Context, Zone};

/// A session with the zone of its event.
type Zoned = (Session, Option<String>);

fn in_zone((mut session, zone): Zoned) -> Session {
    rederive(&mut session.fields, zone.as_deref().and_then(|name| Zone::from_str(name).ok()));
    session
}

/// The sessions of an event, by position: siblings stand in their order, wherever the others stand. Their instants follow
/// from the zone that the event has now.
///
/// # Errors
/// The database failed.
pub fn sessions_of_event(conn: &mut Conn, event: EventId) -> DbResult<Vec<Session>> {
    sessions_of_events(conn, &[event])
}

/// The sessions of several events in one query, each event's by position.
///
/// # Errors
/// The database failed.
pub fn sessions_of_events(conn: &mut Conn, all: &[EventId]) -> DbResult<Vec<Session>> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Zoned> = sessions::table
        .inner_join(events::table.on(events::id.eq(sessions::event_id)))
        .filter(sessions::event_id.eq_any(all.to_vec()))
        .order((sessions::event_id, sessions::position, sessions::id))
        .select((Session::as_select(), events::timezone))
        .load(conn)?;
    Ok(rows.into_iter().map(in_zone).collect())
}

/// The sessions of an event as they stand in a zone that need not be the one which it has now.
///
/// # Errors
/// The database failed.
pub(super) fn sessions_in_zone(conn: &mut Conn, event: EventId, zone: Option<Zone>) -> DbResult<Vec<Session>> {
    let rows = sessions::table.filter(sessions::event_id.eq(event)).order((sessions::position, sessions::id));
    let mut rows: Vec<Session> = rows.select(Session::as_select()).load(conn)?;
    for session in &mut rows {
        rederive(&mut session.fields, zone);
    }
    Ok(rows)
}

/// The sessions of several events as they are stored: with the instants that were derived when each was last written.
pub(super) fn stored_sessions(conn: &mut Conn, all: &[EventId]) -> DbResult<Vec<Session>> {
    let rows = sessions::table.filter(sessions::event_id.eq_any(all.to_vec())).order(sessions::id);
    Ok(rows.select(Session::as_select()).load(conn)?)
}

/// A session of any workspace.
///
/// # Errors
/// The database failed.
pub fn find_session(conn: &mut Conn, id: SessionId) -> DbResult<Option<Session>> {
    let row: Option<Zoned> = sessions::table
        .inner_join(events::table.on(events::id.eq(sessions::event_id)))
        .filter(sessions::id.eq(id))
        .select((Session::as_select(), events::timezone))
        .first(conn)
        .optional()?;
    Ok(row.map(in_zone))
}

fn search_text(fields: &SessionFields) -> String {
    search::normalise(&[fields.label.as_deref().unwrap_or_default(), &fields.title].join(" "))
}

pub(super) fn insert_session(
    conn: &mut Conn,
    context: &Context,
    event: EventId,
    (id, parent, position): (SessionId, Option<SessionId>, i32),
    fields: &SessionFields,
) -> DbResult<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::event_id.eq(event),
            sessions::parent_id.eq(parent),
            sessions::position.eq(position),
            sessions::uid.eq(id.to_string()),
            fields.clone(),
            sessions::search_text.eq(search_text(fields)),
            sessions::revision.eq(1_i64),
            sessions::created_at.eq(At(context.now)),
            sessions::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Stores a session as it is now: what it is, and where it stands. Raises its revision.
pub(super) fn update_session(conn: &mut Conn, session: &Session, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(sessions::table.find(session.id))
        .set((
            session.fields.clone(),
            sessions::search_text.eq(search_text(&session.fields)),
            sessions::parent_id.eq(session.parent_id),
            sessions::position.eq(session.position),
            sessions::revision.eq(sessions::revision + 1),
            sessions::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many materials belong to these sessions.
pub(super) fn count_materials(conn: &mut Conn, ids: &[SessionId]) -> DbResult<i64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let ids: Vec<Option<SessionId>> = ids.iter().copied().map(Some).collect();
    Ok(materials::table.filter(materials::session_id.eq_any(ids)).count().get_result(conn)?)
}

/// Removes sessions with what they contain, who appears in them and their materials.
pub(super) fn delete_sessions(conn: &mut Conn, ids: &[SessionId]) -> DbResult<()> {
    if !ids.is_empty() {
        diesel::delete(sessions::table.filter(sessions::id.eq_any(ids.to_vec()))).execute(conn)?;
    }
    Ok(())
}

/// The rooms of an event, in their order.
///
/// # Errors
/// The database failed.
pub fn rooms_of_event(conn: &mut Conn, event: EventId) -> DbResult<Vec<Room>> {
    let rows = rooms::table.filter(rooms::event_id.eq(event)).order((rooms::position, rooms::id));
    Ok(rows.select(Room::as_select()).load(conn)?)
}

/// The rooms of several events in one query, in their order.
///
/// # Errors
/// The database failed.
pub fn rooms_of_events(conn: &mut Conn, all: &[EventId]) -> DbResult<Vec<Room>> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let rows = rooms::table.filter(rooms::event_id.eq_any(all.to_vec())).order((rooms::position, rooms::id));
    Ok(rows.select(Room::as_select()).load(conn)?)
}

/// A room of this event.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_room(conn: &mut Conn, event: EventId, id: RoomId) -> DbResult<Room> {
    Ok(rooms::table.find(id).filter(rooms::event_id.eq(event)).select(Room::as_select()).first(conn)?)
}

pub(super) fn insert_room(conn: &mut Conn, room: &Room) -> DbResult<()> {
    diesel::insert_into(rooms::table)
        .values((
            rooms::id.eq(room.id),
            rooms::event_id.eq(room.event_id),
            rooms::name.eq(&room.name),
            rooms::capacity.eq(room.capacity),
            rooms::position.eq(room.position),
            rooms::revision.eq(room.revision),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn update_room(conn: &mut Conn, room: &Room) -> DbResult<()> {
    diesel::update(rooms::table.find(room.id))
        .set((
            rooms::name.eq(&room.name),
            rooms::capacity.eq(room.capacity),
            rooms::position.eq(room.position),
            rooms::revision.eq(room.revision),
        ))
        .execute(conn)?;
    Ok(())
}

pub(super) fn delete_room(conn: &mut Conn, id: RoomId) -> DbResult<()> {
    diesel::delete(rooms::table.find(id)).execute(conn)?;
    Ok(())
}

/// Whether a session takes place in this room.
pub(super) fn is_room_used(conn: &mut Conn, id: RoomId) -> DbResult<bool> {
    let used = sessions::table.filter(sessions::room_id.eq(Some(id)));
    Ok(diesel::select(diesel::dsl::exists(used)).get_result(conn)?)
}

/// A speaker's appearance on another event.
#[derive(Debug, Clone, Copy, Queryable)]
pub(super) struct OtherAppearance {
    pub speaker: Option<SpeakerId>,
    pub session: Option<SessionId>,
    pub event: EventId,
}

/// Where these speakers appear on other events of the workspace that are to take place between two times; not where they
/// declined or withdrew.
pub(super) fn appearances_elsewhere(
    conn: &mut Conn,
    workspace: WorkspaceId,
    event: EventId,
    speakers: &[SpeakerId],
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> DbResult<Vec<OtherAppearance>> {
    if speakers.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Option<SpeakerId>> = speakers.iter().copied().map(Some).collect();
    let rows = appearances::table
        .inner_join(events::table.on(events::id.eq(appearances::event_id)))
        .filter(appearances::speaker_id.eq_any(ids))
        .filter(appearances::workspace_id.eq(workspace))
        .filter(appearances::event_id.ne(event))
        .filter(appearances::status.ne_all(AppearanceStatus::HIDDEN))
        .filter(events::status.ne_all([EventStatus::Cancelled, EventStatus::Postponed]))
        .filter(events::sorts_at.lt(At(to)))
        .filter(events::until_at.gt(Some(At(from))))
        .order((events::sorts_at, appearances::id))
        .select((appearances::speaker_id, appearances::session_id, appearances::event_id));
    Ok(rows.load(conn)?)
}

/// These events, in no order.
pub(super) fn find_events(conn: &mut Conn, ids: &[EventId]) -> DbResult<Vec<Event>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(events::table.filter(events::id.eq_any(ids.to_vec())).select(Event::as_select()).load(conn)?)
}
