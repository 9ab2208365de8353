//! Every query on materials.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use super::model::{Material, MaterialFields, MaterialId, MaterialOwner, MaterialVisibility};
use super::rules::DOCUMENTATION;
use crate::db::schema::{materials, speakers};
use crate::db::types::At;
use crate::db::{Conn, DbError, DbResult, MultiBackend};
use crate::events::{EventId, SeriesId, SessionId};
use crate::http::WorkspaceId;
use crate::organisations::{self, Organisation, OrganisationId};
use crate::speakers::SpeakerId;
use crate::time::Context;

/// A material with whom it is by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaterialWith {
    /// The material.
    pub material: Material,
    /// The person it is by, with their name.
    pub speaker: Option<(SpeakerId, String)>,
    /// The organisation it is by.
    pub organisation: Option<Organisation>,
}

/// The materials of an event and of its sessions: those of the whole event first, then those of each session together.
///
/// # Errors
/// The database failed.
pub fn materials_of_event(conn: &mut Conn, event: EventId) -> DbResult<Vec<MaterialWith>> {
    let rows = materials::table.filter(materials::event_id.eq(Some(event)));
    let rows = rows.order((materials::position, materials::id)).select(Material::as_select());
    let mut rows: Vec<Material> = rows.load(conn)?;
    // Here, because the two databases put what is null at different ends. The sort is stable.
    rows.sort_by_key(|row| row.session_id);
    with_authors(conn, rows)
}

/// The materials of a series as a whole, in their order.
///
/// # Errors
/// The database failed.
pub fn materials_of_series(conn: &mut Conn, series: SeriesId) -> DbResult<Vec<MaterialWith>> {
    let rows = materials::table.filter(materials::series_id.eq(Some(series)));
    let rows = rows.order((materials::position, materials::id)).select(Material::as_select()).load(conn)?;
    with_authors(conn, rows)
}

/// The materials of a session, in their order.
///
/// # Errors
/// The database failed.
pub fn materials_of_session(conn: &mut Conn, session: SessionId) -> DbResult<Vec<MaterialWith>> {
    let rows = materials::table.filter(materials::session_id.eq(Some(session)));
    let rows = rows.order((materials::position, materials::id)).select(Material::as_select()).load(conn)?;
    with_authors(conn, rows)
}

/// The public recordings and reports of several events and of their sessions, in their order, in one query; also those that are not
/// available yet.
///
/// # Errors
/// The database failed.
pub fn public_documentation(conn: &mut Conn, events: &[EventId]) -> DbResult<Vec<(EventId, Material)>> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<Option<EventId>> = events.iter().copied().map(Some).collect();
    let rows: Vec<Material> = materials::table
        .filter(materials::event_id.eq_any(wanted))
        .filter(materials::kind.eq_any(DOCUMENTATION))
        .filter(materials::visibility.eq(MaterialVisibility::Public))
        .order((materials::position, materials::id))
        .select(Material::as_select())
        .load(conn)?;
    Ok(rows.into_iter().filter_map(|row| Some((row.event_id?, row))).collect())
}

/// A material of any workspace: who may see it is for the caller to decide.
///
/// # Errors
/// The database failed.
pub fn find_material(conn: &mut Conn, id: MaterialId) -> DbResult<Option<MaterialWith>> {
    let rows = materials::table.find(id).select(Material::as_select()).load(conn)?;
    Ok(with_authors(conn, rows)?.pop())
}

/// A material of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_material(conn: &mut Conn, workspace: WorkspaceId, id: MaterialId) -> DbResult<MaterialWith> {
    let found = find_material(conn, id)?.filter(|with| with.material.workspace_id == workspace);
    found.ok_or(DbError::NotFound)
}

/// Adds whom materials are by, in two queries for any number of them. All are of one workspace.
fn with_authors(conn: &mut Conn, rows: Vec<Material>) -> DbResult<Vec<MaterialWith>> {
    let Some(workspace) = rows.first().map(|row| row.workspace_id) else { return Ok(Vec::new()) };
    let people: Vec<SpeakerId> = rows.iter().filter_map(|row| row.fields.speaker_id).collect();
    let people: Vec<(SpeakerId, String)> = if people.is_empty() {
        Vec::new()
    } else {
        speakers::table.filter(speakers::id.eq_any(people)).select((speakers::id, speakers::name)).load(conn)?
    };
    let people: HashMap<SpeakerId, String> = people.into_iter().collect();
    let named: Vec<OrganisationId> = rows.iter().filter_map(|row| row.fields.organisation_id).collect();
    let named = organisations::store::find_many(conn, workspace, &named)?;
    let named: HashMap<OrganisationId, Organisation> = named.into_iter().map(|one| (one.id, one)).collect();
    let with = rows.into_iter().map(|material| MaterialWith {
        speaker: material.fields.speaker_id.and_then(|id| Some((id, people.get(&id)?.clone()))),
        organisation: material.fields.organisation_id.and_then(|id| named.get(&id)).cloned(),
        material,
    });
    Ok(with.collect())
}

/// How many materials the series has, or the event with its sessions.
pub(super) fn count(conn: &mut Conn, owner: &MaterialOwner) -> DbResult<i64> {
    let rows = materials::table.into_boxed::<MultiBackend>();
    let rows = match owner {
        MaterialOwner::Series(series) => rows.filter(materials::series_id.eq(Some(series.id))),
        MaterialOwner::Event(event, _) => rows.filter(materials::event_id.eq(Some(event.id))),
    };
    Ok(rows.count().get_result(conn)?)
}

/// The place behind the last of the owner's materials, `except` one.
pub(super) fn next_position(conn: &mut Conn, owner: &MaterialOwner, except: Option<MaterialId>) -> DbResult<i32> {
    let rows = materials::table.into_boxed::<MultiBackend>();
    let mut rows = match owner {
        MaterialOwner::Series(series) => rows.filter(materials::series_id.eq(Some(series.id))),
        MaterialOwner::Event(_, Some(session)) => rows.filter(materials::session_id.eq(Some(*session))),
        MaterialOwner::Event(event, None) => {
            rows.filter(materials::event_id.eq(Some(event.id))).filter(materials::session_id.is_null())
        }
    };
    if let Some(id) = except {
        rows = rows.filter(materials::id.ne(id));
    }
    let last: Option<i32> = rows.select(max(materials::position)).first(conn)?;
    Ok(last.unwrap_or(0).saturating_add(1))
}

pub(super) fn insert(
    conn: &mut Conn,
    context: &Context,
    owner: &MaterialOwner,
    position: i32,
    fields: &MaterialFields,
    published_at: Option<DateTime<Utc>>,
) -> DbResult<MaterialId> {
    let id = MaterialId(context.uuid());
    diesel::insert_into(materials::table)
        .values((
            materials::id.eq(id),
            materials::workspace_id.eq(owner.workspace()),
            materials::series_id.eq(owner.series_id()),
            materials::event_id.eq(owner.event_id()),
            materials::session_id.eq(owner.session_id()),
            materials::position.eq(position),
            fields.clone(),
            materials::published_at.eq(published_at.map(At)),
            materials::revision.eq(1_i64),
            materials::created_at.eq(At(context.now)),
            materials::updated_at.eq(At(context.now)),
        ))
        .execute(conn)
        .map_err(DbError::gone_meanwhile)?;
    Ok(id)
}

pub(super) fn update(
    conn: &mut Conn,
    id: MaterialId,
    position: i32,
    fields: &MaterialFields,
    published_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(materials::table.find(id))
        .set((
            materials::position.eq(position),
            fields.clone(),
            materials::published_at.eq(published_at.map(At)),
            materials::revision.eq(materials::revision + 1),
            materials::updated_at.eq(At(now)),
        ))
        .execute(conn)
        .map_err(DbError::gone_meanwhile)?;
    Ok(())
}

pub(super) fn delete(conn: &mut Conn, id: MaterialId) -> DbResult<()> {
    diesel::delete(materials::table.find(id)).execute(conn)?;
    Ok(())
}
