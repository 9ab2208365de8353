//! Queries on speakers.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::super::details::{Affiliation, SpeakerDetails, SpeakerLink};
use super::super::model::{Speaker, SpeakerId};
use crate::db::schema::{speaker_organisations, speakers};
use crate::db::types::{At, Json, not_before_last};
use crate::db::{Conn, DbError, DbResult, MultiBackend, search};
use crate::http::WorkspaceId;
use crate::organisations::OrganisationId;
use crate::time::Context;

/// The columns that follow from the details.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = speakers)]
#[diesel(treat_none_as_null = true)]
struct Described {
    name: String,
    bio: Option<String>,
    photo_url: Option<String>,
    links: Json<Vec<SpeakerLink>>,
    email: Option<String>,
    timezone: Option<String>,
    sort_key: String,
    search_text: String,
    affiliations: Json<Vec<Affiliation>>,
}

fn described(details: &SpeakerDetails) -> Described {
    Described {
        name: details.name.clone(),
        bio: details.bio.clone(),
        photo_url: details.photo_url.clone(),
        links: Json(details.links.clone()),
        email: details.email.clone(),
        timezone: details.timezone.clone(),
        sort_key: search::normalise(&details.name),
        search_text: search::normalise(&details.name),
        affiliations: Json(details.affiliations.clone()),
    }
}

pub(in super::super) fn insert_speaker(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    details: &SpeakerDetails,
) -> DbResult<Speaker> {
    let id = SpeakerId(context.uuid());
    diesel::insert_into(speakers::table)
        .values((
            speakers::id.eq(id),
            speakers::workspace_id.eq(workspace),
            described(details),
            speakers::revision.eq(1_i64),
            speakers::created_at.eq(At(context.now)),
            speakers::updated_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    refer_to_organisations(conn, id, details)?;
    get_speaker(conn, workspace, id)
}

/// Keeps the organisations that the affiliations name from being deleted. One that is gone since it was looked up makes the
/// whole transaction run again, to say so.
fn refer_to_organisations(conn: &mut Conn, speaker: SpeakerId, details: &SpeakerDetails) -> DbResult<()> {
    let own = speaker_organisations::table.filter(speaker_organisations::speaker_id.eq(speaker));
    diesel::delete(own).execute(conn)?;
    let named: BTreeSet<OrganisationId> = details.affiliations.iter().filter_map(|one| one.organisation_id).collect();
    for organisation in named {
        let row =
            (speaker_organisations::speaker_id.eq(speaker), speaker_organisations::organisation_id.eq(organisation));
        let insert = diesel::insert_into(speaker_organisations::table).values(row);
        insert.execute(conn).map_err(DbError::gone_meanwhile)?;
    }
    Ok(())
}

/// A speaker of this workspace.
///
/// # Errors
/// There is none, or the database failed.
pub fn get_speaker(conn: &mut Conn, workspace: WorkspaceId, id: SpeakerId) -> DbResult<Speaker> {
    let row = speakers::table.find(id).filter(speakers::workspace_id.eq(workspace));
    Ok(row.select(Speaker::as_select()).first(conn)?)
}

/// A speaker of any workspace: who may see them is for the caller to decide.
///
/// # Errors
/// The database failed.
pub fn find_speaker(conn: &mut Conn, id: SpeakerId) -> DbResult<Option<Speaker>> {
    Ok(speakers::table.find(id).select(Speaker::as_select()).first(conn).optional()?)
}

/// Those of `ids` that are speakers of this workspace, in no order.
///
/// # Errors
/// The database failed.
pub fn find_speakers(conn: &mut Conn, workspace: WorkspaceId, ids: &[SpeakerId]) -> DbResult<Vec<Speaker>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let named = speakers::table.filter(speakers::workspace_id.eq(workspace)).filter(speakers::id.eq_any(ids.to_vec()));
    Ok(named.select(Speaker::as_select()).load(conn)?)
}

/// How many values stand in one statement.
const CHUNK: usize = 500;

/// The speakers of a workspace that have one of these names, in their normal form, or one of these ids.
///
/// # Errors
/// The database failed.
pub fn find_many_speakers(
    conn: &mut Conn,
    workspace: WorkspaceId,
    names: &[String],
    ids: &[SpeakerId],
) -> DbResult<Vec<Speaker>> {
    let of_workspace = || speakers::table.filter(speakers::workspace_id.eq(workspace));
    let mut found: Vec<Speaker> = Vec::new();
    for chunk in names.chunks(CHUNK) {
        let rows = of_workspace().filter(speakers::sort_key.eq_any(chunk.to_vec()));
        found.extend(rows.select(Speaker::as_select()).load::<Speaker>(conn)?);
    }
    for chunk in ids.chunks(CHUNK) {
        let rows = of_workspace().filter(speakers::id.eq_any(chunk.to_vec()));
        found.extend(rows.select(Speaker::as_select()).load::<Speaker>(conn)?);
    }
    found.sort_by_key(|speaker| speaker.id);
    found.dedup_by_key(|speaker| speaker.id);
    Ok(found)
}

/// At most `limit` speakers of a workspace with each word of `q` in their name, by name, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_speakers(
    conn: &mut Conn,
    workspace: WorkspaceId,
    q: Option<&str>,
    after: Option<(String, SpeakerId)>,
    limit: i64,
) -> DbResult<Vec<Speaker>> {
    let mut rows = speakers::table.filter(speakers::workspace_id.eq(workspace)).into_boxed::<MultiBackend>();
    for pattern in search::patterns(q.unwrap_or_default()) {
        rows = rows.filter(speakers::search_text.like(pattern));
    }
    if let Some((sort_key, id)) = after {
        // A cursor comes from outside: PostgreSQL refuses a NUL in a text, and no normal text has one.
        let sort_key = search::normalise(&sort_key);
        let is_same_name = speakers::sort_key.eq(sort_key.clone());
        rows = rows.filter(speakers::sort_key.gt(sort_key).or(is_same_name.and(speakers::id.gt(id))));
    }
    let page = rows.order((speakers::sort_key, speakers::id)).limit(limit);
    Ok(page.select(Speaker::as_select()).load(conn)?)
}

/// Locks those of `ids` that are speakers of this workspace until the transaction ends, and returns them.
pub(in super::super) fn lock_speakers(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[SpeakerId],
) -> DbResult<Vec<SpeakerId>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let named = speakers::table.filter(speakers::workspace_id.eq(workspace)).filter(speakers::id.eq_any(ids.to_vec()));
    diesel::update(named).set(speakers::revision.eq(speakers::revision)).execute(conn)?;
    let named = speakers::table.filter(speakers::workspace_id.eq(workspace)).filter(speakers::id.eq_any(ids.to_vec()));
    Ok(named.select(speakers::id).load(conn)?)
}

/// Gives `current` these details and the next revision. If they were changed since they were read, the whole transaction
/// has to be run again, and so checks its condition against the new one.
pub(in super::super) fn update_speaker(
    conn: &mut Conn,
    current: &Speaker,
    details: &SpeakerDetails,
    now: DateTime<Utc>,
) -> DbResult<Speaker> {
    let row = speakers::table.find(current.id).filter(speakers::revision.eq(current.revision));
    let changed = diesel::update(row)
        .set((
            described(details),
            speakers::revision.eq(speakers::revision + 1),
            speakers::updated_at.eq(not_before_last(now)),
        ))
        .execute(conn)?;
    if changed != 1 {
        return Err(DbError::Crossed);
    }
    if details.affiliations != current.affiliations.0 {
        refer_to_organisations(conn, current.id, details)?;
    }
    get_speaker(conn, current.workspace_id, current.id)
}

/// Removes `current` as they were read. If they were changed since, the whole transaction has to be run again.
pub(in super::super) fn delete_speaker(conn: &mut Conn, current: &Speaker) -> DbResult<()> {
    let row = speakers::table.find(current.id).filter(speakers::revision.eq(current.revision));
    if diesel::delete(row).execute(conn)? == 1 { Ok(()) } else { Err(DbError::Crossed) }
}
