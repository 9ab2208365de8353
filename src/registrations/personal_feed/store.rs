//! Every query on personal feeds.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::super::model::{Registration, RegistrationId};
use super::super::store::Changed;
use crate::db::schema::{events, personal_feeds, registrations};
use crate::db::types::{AnyId, At};
use crate::db::{Conn, DbError, DbResult};
use crate::events::{Event, EventId};
use crate::http::WorkspaceId;
use crate::time::Context;

/// What the link of a feed is made of.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = personal_feeds)]
pub struct FeedLink {
    /// The feed.
    pub id: AnyId,
    /// Which version of its link is valid.
    pub version: i32,
}

/// A feed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = personal_feeds)]
pub(super) struct FeedRow {
    pub workspace_id: WorkspaceId,
    pub email_key: String,
    #[diesel(embed)]
    pub link: FeedLink,
    pub updated_at: At,
}

/// Locks the feed of an address in a workspace until the transaction ends. Returns whether there is one. Whoever registers and
/// whoever erases does this first, so that what they then see of registrations still holds when they are done.
fn lock(conn: &mut Conn, workspace: WorkspaceId, email_key: &str) -> DbResult<bool> {
    let theirs = personal_feeds::table
        .filter(personal_feeds::workspace_id.eq(workspace))
        .filter(personal_feeds::email_key.eq(email_key));
    Ok(diesel::update(theirs).set(personal_feeds::version.eq(personal_feeds::version)).execute(conn)? == 1)
}

/// A registration of an address has another one now, or was erased: forgets the feed if no other registration of the workspace has
/// the address, and else notes that something has left it.
///
/// # Errors
/// The database failed.
pub fn leave(conn: &mut Conn, context: &Context, workspace: WorkspaceId, email_key: &str) -> DbResult<()> {
    if !lock(conn, workspace, email_key)? {
        return Ok(());
    }
    let used = registrations::table
        .filter(registrations::workspace_id.eq(workspace))
        .filter(registrations::email_key.eq(email_key))
        .select(registrations::id);
    let used: Option<AnyId> = used.first(conn).optional()?;
    let theirs = personal_feeds::table
        .filter(personal_feeds::workspace_id.eq(workspace))
        .filter(personal_feeds::email_key.eq(email_key));
    match used {
        None => diesel::delete(theirs).execute(conn)?,
        Some(_) => diesel::update(theirs).set(personal_feeds::updated_at.eq(At(context.now))).execute(conn)?,
    };
    Ok(())
}

/// Sees to it that an address has a feed in a workspace, and keeps it for what was just registered. Two registrations at once make
/// one: the later transaction runs again, and finds it.
pub(in super::super) fn ensure(
    conn: &mut Conn,
    context: &Context,
    workspace: WorkspaceId,
    email_key: &str,
) -> DbResult<()> {
    if lock(conn, workspace, email_key)? {
        return Ok(());
    }
    let inserted = diesel::insert_into(personal_feeds::table)
        .values((
            personal_feeds::id.eq(AnyId(context.uuid())),
            personal_feeds::workspace_id.eq(workspace),
            personal_feeds::email_key.eq(email_key),
            personal_feeds::version.eq(1),
            personal_feeds::created_at.eq(At(context.now)),
            personal_feeds::updated_at.eq(At(context.now)),
        ))
        .execute(conn);
    match inserted.map_err(DbError::from) {
        Ok(_) => Ok(()),
        Err(DbError::UniqueViolation) => Err(DbError::Crossed),
        Err(error) => Err(error),
    }
}

/// The feed that a registration stands in: that of its address.
///
/// # Errors
/// The database failed.
pub fn find_of(conn: &mut Conn, registration: RegistrationId) -> DbResult<Option<FeedLink>> {
    let same_person = registrations::workspace_id
        .eq(personal_feeds::workspace_id)
        .and(registrations::email_key.eq(personal_feeds::email_key));
    let feed = personal_feeds::table
        .inner_join(registrations::table.on(same_person))
        .filter(registrations::id.eq(registration));
    Ok(feed.select(FeedLink::as_select()).first(conn).optional()?)
}

/// A feed by its id.
pub(super) fn find(conn: &mut Conn, id: Uuid) -> DbResult<Option<FeedRow>> {
    Ok(personal_feeds::table.find(AnyId(id)).select(FeedRow::as_select()).first(conn).optional()?)
}

/// Revokes the link of a feed: those made from now on are others.
pub(super) fn raise_version(conn: &mut Conn, id: AnyId, now: DateTime<Utc>) -> DbResult<()> {
    diesel::update(personal_feeds::table.find(id))
        .set((personal_feeds::version.eq(personal_feeds::version + 1), personal_feeds::updated_at.eq(At(now))))
        .execute(conn)?;
    Ok(())
}

/// The registrations of an address in a workspace, the latest first.
pub(super) fn registrations_of(conn: &mut Conn, feed: &FeedRow, limit: i64) -> DbResult<Vec<Registration>> {
    let all = registrations::table
        .filter(registrations::workspace_id.eq(feed.workspace_id))
        .filter(registrations::email_key.eq(&feed.email_key))
        .order(registrations::id.desc())
        .limit(limit);
    Ok(all.select(Registration::as_select()).load(conn)?)
}

/// The changes of each registration of an address in a workspace.
pub(super) fn changes_of(conn: &mut Conn, feed: &FeedRow) -> DbResult<Vec<Changed>> {
    let all = registrations::table
        .filter(registrations::workspace_id.eq(feed.workspace_id))
        .filter(registrations::email_key.eq(&feed.email_key));
    Ok(all.select(Changed::as_select()).load(conn)?)
}

/// These events, those that everybody sees or not.
pub(super) fn events_of(conn: &mut Conn, ids: &[EventId]) -> DbResult<Vec<Event>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let named = events::table.filter(events::id.eq_any(ids.to_vec())).order(events::id);
    Ok(named.select(Event::as_select()).load(conn)?)
}
