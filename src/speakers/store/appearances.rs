//! Queries on appearances: reading them with whom they name, and writing them.

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use super::super::details::AppearanceInput;
use super::super::model::{Appearance, AppearanceId, AppearanceRole, AppearanceStatus, Speaker, SpeakerId};
use crate::db::schema::{appearances, organisations, speakers};
use crate::db::types::At;
use crate::db::{Conn, DbError, DbResult, MultiBackend};
use crate::events::{Event, EventId, SessionId};
use crate::http::WorkspaceId;
use crate::organisations::{Organisation, OrganisationId};
use crate::time::Context;

/// An appearance with the speaker or the organisation that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppearanceWith {
    /// The appearance.
    pub appearance: Appearance,
    /// Who appears.
    pub speaker: Option<Speaker>,
    /// Which organisation appears.
    pub organisation: Option<Organisation>,
}

impl AppearanceWith {
    /// The name that is shown: the speaker's, else the label, else the organisation's.
    pub fn display_name(&self) -> &str {
        let speaker = self.speaker.as_ref().map(|speaker| speaker.name.as_str());
        let organisation = self.organisation.as_ref().map(|organisation| organisation.name.as_str());
        speaker.or(self.appearance.label.as_deref()).or(organisation).unwrap_or_default()
    }
}

impl From<(Appearance, Option<Speaker>, Option<Organisation>)> for AppearanceWith {
    fn from((appearance, speaker, organisation): (Appearance, Option<Speaker>, Option<Organisation>)) -> Self {
        Self { appearance, speaker, organisation }
    }
}

/// Where an appearance stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The session; none for the event as a whole.
    pub session: Option<SessionId>,
    /// Its place among the others there, from 1.
    pub position: i32,
}

impl Place {
    /// Where `appearance` stands.
    pub fn of(appearance: &Appearance) -> Self {
        Self { session: appearance.session_id, position: appearance.position }
    }
}

/// The columns that follow from what is sent and where it stands.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = appearances)]
#[diesel(treat_none_as_null = true)]
struct Described {
    session_id: Option<SessionId>,
    position: i32,
    speaker_id: Option<SpeakerId>,
    organisation_id: Option<OrganisationId>,
    label: Option<String>,
    role: AppearanceRole,
    affiliation: Option<String>,
    job_title: Option<String>,
    status: AppearanceStatus,
    note: Option<String>,
    recording_consent: Option<i32>,
}

fn described(place: Place, input: &AppearanceInput) -> Described {
    Described {
        session_id: place.session,
        position: place.position,
        speaker_id: input.speaker_id,
        organisation_id: input.organisation_id,
        label: input.label.clone(),
        role: input.role,
        affiliation: input.affiliation.clone(),
        job_title: input.job_title.clone(),
        status: input.status,
        note: input.note.clone(),
        recording_consent: input.recording_consent.map(i32::from),
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn joined() -> _ {
    appearances::table.left_join(speakers::table).left_join(organisations::table)
}

/// All appearances of an event and of its sessions, in their order.
///
/// # Errors
/// The database failed.
pub fn appearances_of_event(conn: &mut Conn, event: EventId) -> DbResult<Vec<AppearanceWith>> {
    appearances_of_events(conn, &[event])
}

/// All appearances of several events and of their sessions, by position, in one query.
///
/// # Errors
/// The database failed.
pub fn appearances_of_events(conn: &mut Conn, events: &[EventId]) -> DbResult<Vec<AppearanceWith>> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Appearance, Option<Speaker>, Option<Organisation>)> = joined()
        .filter(appearances::event_id.eq_any(events.to_vec()))
        .order((appearances::position, appearances::id))
        .select((Appearance::as_select(), Option::<Speaker>::as_select(), Option::<Organisation>::as_select()))
        .load(conn)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// An appearance of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_appearance(conn: &mut Conn, workspace: WorkspaceId, id: AppearanceId) -> DbResult<AppearanceWith> {
    let found = find_appearance(conn, id)?.filter(|with| with.appearance.workspace_id == workspace);
    found.ok_or(DbError::NotFound)
}

/// An appearance of any workspace: who may see it is for the caller to decide.
///
/// # Errors
/// The database failed.
pub fn find_appearance(conn: &mut Conn, id: AppearanceId) -> DbResult<Option<AppearanceWith>> {
    let row: Option<(Appearance, Option<Speaker>, Option<Organisation>)> = joined()
        .filter(appearances::id.eq(id))
        .select((Appearance::as_select(), Option::<Speaker>::as_select(), Option::<Organisation>::as_select()))
        .first(conn)
        .optional()?;
    Ok(row.map(Into::into))
}

/// The bare appearances of an event and of its sessions.
pub(in super::super) fn rows_of_event(conn: &mut Conn, event: EventId) -> DbResult<Vec<Appearance>> {
    Ok(appearances::table.filter(appearances::event_id.eq(event)).select(Appearance::as_select()).load(conn)?)
}

/// The appearances of a session, or of the event as a whole, in their order, with their places.
pub(in super::super) fn places(
    conn: &mut Conn,
    event: EventId,
    session: Option<SessionId>,
) -> DbResult<Vec<(AppearanceId, i32)>> {
    let rows = beside(event, session).order((appearances::position, appearances::id));
    Ok(rows.select((appearances::id, appearances::position)).load(conn)?)
}

fn beside(event: EventId, session: Option<SessionId>) -> appearances::BoxedQuery<'static, MultiBackend> {
    let rows = appearances::table.filter(appearances::event_id.eq(event)).into_boxed::<MultiBackend>();
    match session {
        Some(session) => rows.filter(appearances::session_id.eq(Some(session))),
        None => rows.filter(appearances::session_id.is_null()),
    }
}

/// The place behind the last appearance of `session`, or of the event as a whole.
pub(in super::super) fn next_position(conn: &mut Conn, event: EventId, session: Option<SessionId>) -> DbResult<i32> {
    let last: Option<i32> = beside(event, session).select(max(appearances::position)).first(conn)?;
    Ok(last.unwrap_or(0).saturating_add(1))
}

pub(in super::super) fn insert_appearance(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    place: Place,
    input: &AppearanceInput,
) -> DbResult<AppearanceId> {
    let id = AppearanceId(context.uuid());
    diesel::insert_into(appearances::table)
        .values((
            appearances::id.eq(id),
            appearances::workspace_id.eq(event.workspace_id),
            appearances::event_id.eq(event.id),
            described(place, input),
            appearances::revision.eq(1_i64),
            appearances::created_at.eq(At(context.now)),
            appearances::updated_at.eq(At(context.now)),
        ))
        .execute(conn)
        .map_err(DbError::gone_meanwhile)?;
    Ok(id)
}

pub(in super::super) fn update_appearance(
    conn: &mut Conn,
    id: AppearanceId,
    place: Place,
    input: &AppearanceInput,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(appearances::table.find(id))
        .set((
            described(place, input),
            appearances::revision.eq(appearances::revision + 1),
            appearances::updated_at.eq(At(now)),
        ))
        .execute(conn)
        .map_err(DbError::gone_meanwhile)?;
    Ok(())
}

/// Moves an appearance aside.
pub(in super::super) fn set_position(
    conn: &mut Conn,
    id: AppearanceId,
    position: i32,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::update(appearances::table.find(id))
        .set((
            appearances::position.eq(position),
            appearances::revision.eq(appearances::revision + 1),
            appearances::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in super::super) fn delete_appearances(conn: &mut Conn, ids: &[AppearanceId]) -> DbResult<()> {
    if !ids.is_empty() {
        diesel::delete(appearances::table.filter(appearances::id.eq_any(ids.to_vec()))).execute(conn)?;
    }
    Ok(())
}
