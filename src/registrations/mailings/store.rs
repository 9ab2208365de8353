//! Queries of the mails that people may do without: whom they are for, who does not want them, and what was announced.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::super::model::{Attendance, Registration, RegistrationId, RegistrationState};
use super::announcement::NewAnnouncement;
use super::model::{Announcement, AnnouncementId};
use super::reach::Reach;
use crate::db::schema::{announcements, registrations, unsubscriptions};
use crate::db::types::{At, Instant, Json};
use crate::db::{Conn, DbError, DbResult, MultiBackend, in_savepoint};
use crate::events::{Event, EventId};
use crate::http::WorkspaceId;
use crate::time::Context;

/// Whom a mail is for.
#[derive(Debug, Clone)]
pub struct Whom<'a> {
    /// Those who registered for this event.
    pub event: EventId,
    /// Whose registration stands in one of these states.
    pub states: &'a [RegistrationState],
    /// Who registered for this; for anything if none.
    pub attendance: Option<Attendance>,
    /// Who registered until then, included.
    pub made_until: Option<DateTime<Utc>>,
}

/// The next of them in order, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_audience(
    conn: &mut Conn,
    whom: &Whom<'_>,
    after: Option<RegistrationId>,
    limit: i64,
) -> DbResult<Vec<Registration>> {
    let page = audience(whom, after).order(registrations::id).limit(limit);
    Ok(page.select(Registration::as_select()).load(conn)?)
}

/// The addresses of the next of them in order, behind `after`.
pub(super) fn addresses_of(
    conn: &mut Conn,
    whom: &Whom<'_>,
    after: Option<RegistrationId>,
    limit: i64,
) -> DbResult<Vec<(RegistrationId, String)>> {
    let page = audience(whom, after).order(registrations::id).limit(limit);
    Ok(page.select((registrations::id, registrations::email)).load(conn)?)
}

fn audience<'a>(whom: &Whom<'_>, after: Option<RegistrationId>) -> registrations::BoxedQuery<'a, MultiBackend> {
    let mut query = registrations::table.filter(registrations::event_id.eq(whom.event)).into_boxed::<MultiBackend>();
    query = query.filter(registrations::state.eq_any(whom.states.to_vec()));
    if let Some(attendance) = whom.attendance {
        query = query.filter(registrations::attendance.eq(attendance));
    }
    if let Some(until) = whom.made_until {
        query = query.filter(registrations::created_at.le(At(until)));
    }
    if let Some(after) = after {
        query = query.filter(registrations::id.gt(after));
    }
    query
}

/// Stores that an address wants no mails that it may do without. Twice is harmless.
pub(super) fn insert_unsubscription(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    digest: &[u8],
) -> DbResult<()> {
    let inserted = in_savepoint(conn, |conn| {
        diesel::insert_into(unsubscriptions::table)
            .values((
                unsubscriptions::workspace_id.eq(workspace),
                unsubscriptions::address_digest.eq(digest),
                unsubscriptions::created_at.eq(At(context.now)),
            ))
            .execute(conn)?;
        Ok::<_, DbError>(())
    });
    match inserted {
        Ok(()) | Err(DbError::UniqueViolation) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Forgets that an address wants none.
pub(super) fn delete_unsubscription(conn: &mut Conn, workspace: WorkspaceId, digest: &[u8]) -> DbResult<()> {
    let row = unsubscriptions::table
        .filter(unsubscriptions::workspace_id.eq(workspace))
        .filter(unsubscriptions::address_digest.eq(digest));
    diesel::delete(row).execute(conn)?;
    Ok(())
}

/// Since when an address wants none; none if it does.
pub(super) fn find_unsubscription(conn: &mut Conn, workspace: WorkspaceId, digest: &[u8]) -> DbResult<Option<At>> {
    let row = unsubscriptions::table
        .filter(unsubscriptions::workspace_id.eq(workspace))
        .filter(unsubscriptions::address_digest.eq(digest));
    Ok(row.select(unsubscriptions::created_at).first(conn).optional()?)
}

/// Those of these digests whose addresses want none.
pub(super) fn unsubscribed_among(
    conn: &mut Conn,
    workspace: WorkspaceId,
    digests: &[Vec<u8>],
) -> DbResult<Vec<Vec<u8>>> {
    if digests.is_empty() {
        return Ok(Vec::new());
    }
    let rows = unsubscriptions::table
        .filter(unsubscriptions::workspace_id.eq(workspace))
        .filter(unsubscriptions::address_digest.eq_any(digests.to_vec()));
    Ok(rows.select(unsubscriptions::address_digest).load(conn)?)
}

/// How many came in between two moments, for each event: the first included, the second not. Who has to confirm their address
/// comes in when they do.
pub(super) fn registered_between(
    conn: &mut Conn,
    workspace: WorkspaceId,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> DbResult<Vec<(EventId, i64)>> {
    let new = registrations::table
        .filter(registrations::workspace_id.eq(workspace))
        .filter(came_in().ge(At(from)))
        .filter(came_in().lt(At(until)))
        .filter(registrations::verify_by.is_null().or(registrations::verified_at.is_not_null()))
        .group_by(registrations::event_id);
    Ok(new.select((registrations::event_id, count_star())).load(conn)?)
}

fn came_in() -> diesel::expression::SqlLiteral<Instant> {
    diesel::dsl::sql::<Instant>("COALESCE(registrations.verified_at, registrations.created_at)")
}

/// How many cancelled between two moments, for each event: the first included, the second not.
pub(super) fn cancelled_between(
    conn: &mut Conn,
    workspace: WorkspaceId,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> DbResult<Vec<(EventId, i64)>> {
    let gone = registrations::table
        .filter(registrations::workspace_id.eq(workspace))
        .filter(registrations::state.eq(RegistrationState::Cancelled))
        .filter(registrations::verify_by.is_null().or(registrations::verified_at.is_not_null()))
        .filter(registrations::ended_at.ge(Some(At(from))))
        .filter(registrations::ended_at.lt(Some(At(until))))
        .group_by(registrations::event_id);
    Ok(gone.select((registrations::event_id, count_star())).load(conn)?)
}

/// What was announced about an event after a moment: when, and to whom.
pub(super) fn announced_since(
    conn: &mut Conn,
    event: EventId,
    since: DateTime<Utc>,
) -> DbResult<Vec<(DateTime<Utc>, Vec<RegistrationState>)>> {
    let recent = announcements::table
        .filter(announcements::event_id.eq(event))
        .filter(announcements::created_at.gt(At(since)))
        .order(announcements::id);
    let rows: Vec<(At, Json<Vec<RegistrationState>>)> =
        recent.select((announcements::created_at, announcements::audience)).load(conn)?;
    Ok(rows.into_iter().map(|(at, audience)| (at.0, audience.0)).collect())
}

/// Stores an announcement.
pub(super) fn insert_announcement(
    conn: &mut Conn,
    context: &Context,
    event: &Event,
    actor: &str,
    (new, reach): (&NewAnnouncement, Reach),
) -> DbResult<Announcement> {
    let id = AnnouncementId(context.uuid());
    diesel::insert_into(announcements::table)
        .values((
            announcements::id.eq(id),
            announcements::workspace_id.eq(event.workspace_id),
            announcements::event_id.eq(event.id),
            announcements::subject.eq(&new.subject),
            announcements::body.eq(&new.text),
            announcements::audience.eq(Json(new.audience.clone())),
            announcements::actor.eq(actor),
            announcements::created_at.eq(At(context.now)),
            announcements::recipients.eq(Some(reach.recipients)),
            announcements::unsubscribed.eq(Some(reach.unsubscribed)),
            announcements::suppressed.eq(Some(reach.suppressed)),
        ))
        .execute(conn)?;
    find_announcement(conn, id)?.ok_or(DbError::NotFound)
}

/// An announcement of any workspace.
///
/// # Errors
/// The database failed.
pub fn find_announcement(conn: &mut Conn, id: AnnouncementId) -> DbResult<Option<Announcement>> {
    Ok(announcements::table.find(id).select(Announcement::as_select()).first(conn).optional()?)
}

/// The announcements about an event, newest first, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_announcements(
    conn: &mut Conn,
    event: EventId,
    after: Option<AnnouncementId>,
    limit: i64,
) -> DbResult<Vec<Announcement>> {
    let mut query = announcements::table.filter(announcements::event_id.eq(event)).into_boxed::<MultiBackend>();
    if let Some(after) = after {
        query = query.filter(announcements::id.lt(after));
    }
    Ok(query.order(announcements::id.desc()).limit(limit).select(Announcement::as_select()).load(conn)?)
}
