//! Questions that take more than one table: where a speaker appears, who may see them, which event a session is of.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::super::model::{Appearance, AppearanceId, AppearanceStatus, SpeakerId};
use crate::db::schema::{appearances, events, sessions};
use crate::db::types::{At, Instant, Uid};
use crate::db::{Conn, DbResult, MultiBackend};
use crate::events::{Event, EventId, SessionId, Visibility};
use crate::http::WorkspaceId;
use crate::time::Phase;

/// Which appearances of a speaker, and which page of them.
#[derive(Debug, Clone)]
pub struct SpeakerAppearances {
    /// The speaker.
    pub speaker: SpeakerId,
    /// Only those that stand, on published events.
    pub public_only: bool,
    /// Only those on events in this phase at this time.
    pub phase: Option<(Phase, DateTime<Utc>)>,
    /// Those behind this one: the event's place in time, and the appearance.
    pub after: Option<(DateTime<Utc>, AppearanceId)>,
    /// At most this many.
    pub limit: i64,
}

/// Appearances of one speaker with their events, in the chronological order of those.
///
/// # Errors
/// The database failed.
pub fn appearances_of_speaker(conn: &mut Conn, wanted: &SpeakerAppearances) -> DbResult<Vec<(Appearance, Event)>> {
    let mut rows = appearances::table
        .inner_join(events::table.on(events::id.eq(appearances::event_id)))
        .filter(appearances::speaker_id.eq(Some(wanted.speaker)))
        .into_boxed::<MultiBackend>();
    if wanted.public_only {
        rows = rows
            .filter(appearances::status.ne_all(AppearanceStatus::HIDDEN))
            .filter(events::visibility.eq(Visibility::Published));
    }
    if let Some((phase, now)) = wanted.phase {
        let at = At(now);
        rows = match phase {
            Phase::Undated => rows.filter(events::until_at.is_null()),
            Phase::Upcoming => rows.filter(events::until_at.is_not_null()).filter(events::sorts_at.gt(at)),
            Phase::Live => rows.filter(events::sorts_at.le(at)).filter(events::until_at.gt(Some(at))),
            Phase::Past => rows.filter(events::until_at.le(Some(at))),
        };
    }
    if let Some((at, id)) = wanted.after {
        let is_tied = events::sorts_at.eq(At(at)).and(appearances::id.gt(id));
        rows = rows.filter(events::sorts_at.gt(At(at)).or(is_tied));
    }
    let page = rows.order((events::sorts_at, appearances::id)).limit(wanted.limit);
    Ok(page.select((Appearance::as_select(), Event::as_select())).load(conn)?)
}

/// All appearances of these speakers on events of the workspace, also of those who declined or withdrew.
///
/// # Errors
/// The database failed.
pub fn appearances_of_speakers(
    conn: &mut Conn,
    workspace: WorkspaceId,
    speakers: &[SpeakerId],
) -> DbResult<Vec<Appearance>> {
    if speakers.is_empty() {
        return Ok(Vec::new());
    }
    let named: Vec<Option<SpeakerId>> = speakers.iter().copied().map(Some).collect();
    let rows = appearances::table
        .filter(appearances::workspace_id.eq(workspace))
        .filter(appearances::speaker_id.eq_any(named))
        .order((appearances::event_id, appearances::position, appearances::id));
    Ok(rows.select(Appearance::as_select()).load(conn)?)
}

/// The events where a speaker appears, and did not decline or withdraw, by id.
///
/// # Errors
/// The database failed.
pub fn events_of_speaker(conn: &mut Conn, speaker: SpeakerId) -> DbResult<Vec<EventId>> {
    let standing = appearances::table
        .filter(appearances::speaker_id.eq(Some(speaker)))
        .filter(appearances::status.ne_all(AppearanceStatus::HIDDEN));
    Ok(standing.select(appearances::event_id).distinct().order(appearances::event_id).load(conn)?)
}

/// Somebody appears on an event that everybody may read, and did not decline or withdraw; the speaker follows. Written out,
/// because the same said by the query builder takes the compiler minutes.
const APPEARS: &str = "(EXISTS (SELECT 1 FROM appearances AS part \
    JOIN events ON events.id = part.event_id AND events.visibility <> 'draft' \
    WHERE part.status NOT IN ('declined', 'withdrawn') AND part.speaker_id = ";
/// Or everybody sees a material that is by them, at the time that follows.
const IS_AUTHOR: &str = ") OR EXISTS (SELECT 1 FROM materials AS part \
    LEFT JOIN events ON events.id = part.event_id LEFT JOIN series ON series.id = part.series_id \
    WHERE part.visibility = 'public' AND (events.visibility <> 'draft' OR series.visibility <> 'draft') \
    AND (part.available_from IS NULL OR part.available_from <= ";
const BY_THEM: &str = ") AND part.speaker_id = ";

/// Whether everybody may read about a speaker: they appear on an event that everybody may read, and did not decline or
/// withdraw, or a material is by them that everybody sees at `now`.
///
/// # Errors
/// The database failed.
pub fn is_public(conn: &mut Conn, speaker: SpeakerId, now: DateTime<Utc>) -> DbResult<bool> {
    let named = sql::<Bool>(APPEARS)
        .bind::<Uid, _>(speaker)
        .sql(IS_AUTHOR)
        .bind::<Instant, _>(At(now))
        .sql(BY_THEM)
        .bind::<Uid, _>(speaker)
        .sql("))");
    Ok(diesel::select(named).get_result(conn)?)
}

/// The event that a session of this workspace belongs to.
///
/// # Errors
/// There is no such session, or the database failed.
pub fn event_of_session(conn: &mut Conn, workspace: WorkspaceId, session: SessionId) -> DbResult<EventId> {
    let row = sessions::table
        .inner_join(events::table.on(events::id.eq(sessions::event_id)))
        .filter(sessions::id.eq(session))
        .filter(events::workspace_id.eq(workspace));
    Ok(row.select(sessions::event_id).first(conn)?)
}
