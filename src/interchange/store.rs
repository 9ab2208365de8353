//! Every query on imports and on where things came from.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::finding::ImportFinding;
use super::model::{
    Import, ImportCounts, ImportFormat, ImportId, ImportMode, ImportResult, ImportState, ProgrammeDetails,
    SessionSource,
};
use crate::db::schema::{imports, programme_sources, session_sources, speaker_sources};
use crate::db::types::{At, Json};
use crate::db::{Conn, DbError, DbResult, MultiBackend};
use crate::events::{EventId, SessionId};
use crate::http::WorkspaceId;
use crate::speakers::SpeakerId;
use crate::time::Context;

/// How many keys stand in one statement.
const CHUNK: usize = 500;

/// An import to store.
pub(super) struct NewImport {
    pub workspace: WorkspaceId,
    pub event: EventId,
    pub actor: String,
    pub format: ImportFormat,
    pub state: ImportState,
    pub body: Option<Vec<u8>>,
    pub counts: ImportCounts,
    pub findings: Vec<ImportFinding>,
    pub event_revision: i64,
    pub total: i32,
}

pub(super) fn insert_import(conn: &mut Conn, context: &Context, new: &NewImport) -> DbResult<Import> {
    let id = ImportId(context.uuid());
    diesel::insert_into(imports::table)
        .values((
            imports::id.eq(id),
            imports::workspace_id.eq(new.workspace),
            imports::event_id.eq(new.event),
            imports::actor.eq(&new.actor),
            imports::format.eq(new.format),
            imports::state.eq(new.state),
            imports::body.eq(new.body.as_deref()),
            imports::counts.eq(Json(new.counts)),
            imports::findings.eq(Json(new.findings.clone())),
            imports::event_revision.eq(new.event_revision),
            imports::total.eq(new.total),
            imports::done.eq(0),
            imports::revision.eq(1_i64),
            imports::created_at.eq(At(context.now)),
            imports::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    get_import(conn, new.workspace, id)
}

/// An import of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_import(conn: &mut Conn, workspace: WorkspaceId, id: ImportId) -> DbResult<Import> {
    let row = imports::table.find(id).filter(imports::workspace_id.eq(workspace));
    Ok(row.select(Import::as_select()).first(conn)?)
}

/// The file of an import, while it is kept.
pub(super) fn get_body(conn: &mut Conn, id: ImportId) -> DbResult<Option<Vec<u8>>> {
    let body: Option<Option<Vec<u8>>> = imports::table.find(id).select(imports::body).first(conn).optional()?;
    Ok(body.flatten())
}

/// The imports of an event, newest first, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_imports(conn: &mut Conn, event: EventId, after: Option<ImportId>, limit: i64) -> DbResult<Vec<Import>> {
    let mut rows = imports::table.filter(imports::event_id.eq(event)).into_boxed::<MultiBackend>();
    if let Some(after) = after {
        rows = rows.filter(imports::id.lt(after));
    }
    Ok(rows.order(imports::id.desc()).limit(limit).select(Import::as_select()).load(conn)?)
}

/// Forgets the files of checked imports of an event but the newest ones.
pub(super) fn expire_imports(conn: &mut Conn, event: EventId, kept: i64, now: DateTime<Utc>) -> DbResult<()> {
    let checked = imports::table.filter(imports::event_id.eq(event)).filter(imports::state.eq(ImportState::Checked));
    let old: Vec<ImportId> =
        checked.order(imports::id.desc()).offset(kept).limit(1_000).select(imports::id).load(conn)?;
    expire(conn, old, now).map(drop)
}

/// Forgets at most `limit` files that were checked before `before`, whatever event they are for. Returns how many.
pub(super) fn expire_before(conn: &mut Conn, before: DateTime<Utc>, limit: i64, now: DateTime<Utc>) -> DbResult<usize> {
    let checked = imports::table
        .filter(imports::state.eq(ImportState::Checked))
        .filter(imports::created_at.lt(At(before)))
        .order(imports::id);
    let old: Vec<ImportId> = checked.limit(limit).select(imports::id).load(conn)?;
    expire(conn, old, now)
}

/// Forgets the files of these imports. One that is to be applied since keeps its own.
fn expire(conn: &mut Conn, ids: Vec<ImportId>, now: DateTime<Utc>) -> DbResult<usize> {
    if ids.is_empty() {
        return Ok(0);
    }
    let expired =
        diesel::update(imports::table.filter(imports::id.eq_any(ids)).filter(imports::state.eq(ImportState::Checked)));
    let count = expired
        .set((
            imports::state.eq(ImportState::Expired),
            imports::body.eq(None::<Vec<u8>>),
            imports::findings.eq("[]"),
            imports::revision.eq(imports::revision + 1),
            imports::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(count)
}

/// Says that a checked import is to be applied. Its event is locked.
pub(super) fn start_import(conn: &mut Conn, id: ImportId, mode: ImportMode, now: DateTime<Utc>) -> DbResult<()> {
    let started = diesel::update(imports::table.find(id).filter(imports::state.eq(ImportState::Checked)))
        .set((
            imports::state.eq(ImportState::Applying),
            imports::mode.eq(Some(mode)),
            imports::revision.eq(imports::revision + 1),
            imports::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    // Forgotten at this moment: the transaction is to be run again.
    if started == 1 { Ok(()) } else { Err(DbError::Crossed) }
}

/// What became of an import.
pub(super) struct Outcome {
    pub state: ImportState,
    pub counts: ImportCounts,
    pub findings: Vec<ImportFinding>,
    pub done: i32,
    pub result: Option<ImportResult>,
}

/// Ends an import that was being applied, and forgets its file.
pub(super) fn finish_import(conn: &mut Conn, id: ImportId, outcome: &Outcome, now: DateTime<Utc>) -> DbResult<()> {
    let applying = imports::table.find(id).filter(imports::state.eq(ImportState::Applying));
    diesel::update(applying)
        .set((
            imports::state.eq(outcome.state),
            imports::body.eq(None::<Vec<u8>>),
            imports::counts.eq(Json(outcome.counts)),
            imports::findings.eq(Json(outcome.findings.clone())),
            imports::done.eq(outcome.done),
            imports::result.eq(outcome.result.clone().map(Json)),
            imports::revision.eq(imports::revision + 1),
            imports::updated_at.eq(At(now)),
            imports::finished_at.eq(Some(At(now))),
        ))
        .execute(conn)?;
    Ok(())
}

/// Where the sessions of an event came from.
///
/// # Errors
/// The database failed.
pub fn session_sources(conn: &mut Conn, event: EventId) -> DbResult<HashMap<SessionId, SessionSource>> {
    let rows = session_sources::table.filter(session_sources::event_id.eq(event));
    let rows: Vec<SessionSource> = rows.select(SessionSource::as_select()).load(conn)?;
    Ok(rows.into_iter().map(|row| (row.session_id, row)).collect())
}

/// Replaces what is known of some sessions of an event.
pub(super) fn replace_session_sources(conn: &mut Conn, sources: &[SessionSource], gone: &[SessionId]) -> DbResult<()> {
    let ids: Vec<SessionId> = sources.iter().map(|source| source.session_id).chain(gone.iter().copied()).collect();
    for chunk in ids.chunks(CHUNK) {
        diesel::delete(session_sources::table.filter(session_sources::session_id.eq_any(chunk.to_vec())))
            .execute(conn)?;
    }
    for source in sources {
        diesel::insert_into(session_sources::table).values(source).execute(conn)?;
    }
    Ok(())
}

/// What a source said of an event as a whole.
///
/// # Errors
/// The database failed.
pub fn programme_details(conn: &mut Conn, event: EventId) -> DbResult<ProgrammeDetails> {
    let row = programme_sources::table.find(event).select(programme_sources::details);
    let details: Option<Json<ProgrammeDetails>> = row.first(conn).optional()?;
    Ok(details.map(|json| json.0).unwrap_or_default())
}

/// Replaces what a source said of an event as a whole. The event is locked.
pub(super) fn set_programme_details(
    conn: &mut Conn,
    event: EventId,
    details: &ProgrammeDetails,
    now: DateTime<Utc>,
) -> DbResult<()> {
    diesel::delete(programme_sources::table.find(event)).execute(conn)?;
    diesel::insert_into(programme_sources::table)
        .values((
            programme_sources::event_id.eq(event),
            programme_sources::details.eq(Json(details.clone())),
            programme_sources::updated_at.eq(At(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The speakers of a workspace whom sources know by these keys.
pub(super) fn speakers_by_keys(
    conn: &mut Conn,
    workspace: WorkspaceId,
    keys: &[String],
) -> DbResult<HashMap<String, SpeakerId>> {
    let mut found = HashMap::new();
    for chunk in keys.chunks(CHUNK) {
        let rows: Vec<(String, SpeakerId)> = speaker_sources::table
            .filter(speaker_sources::workspace_id.eq(workspace))
            .filter(speaker_sources::source_key.eq_any(chunk.to_vec()))
            .select((speaker_sources::source_key, speaker_sources::speaker_id))
            .load(conn)?;
        found.extend(rows);
    }
    Ok(found)
}

/// Remembers what sources know speakers by.
pub(super) fn add_speaker_keys(conn: &mut Conn, workspace: WorkspaceId, keys: &[(String, SpeakerId)]) -> DbResult<()> {
    for chunk in keys.chunks(CHUNK) {
        let names: Vec<String> = chunk.iter().map(|(key, _)| key.clone()).collect();
        let known = speaker_sources::table
            .filter(speaker_sources::workspace_id.eq(workspace))
            .filter(speaker_sources::source_key.eq_any(names));
        diesel::delete(known).execute(conn)?;
    }
    for (key, speaker) in keys {
        diesel::insert_into(speaker_sources::table)
            .values((
                speaker_sources::workspace_id.eq(workspace),
                speaker_sources::source_key.eq(key),
                speaker_sources::speaker_id.eq(*speaker),
            ))
            .execute(conn)?;
    }
    Ok(())
}
