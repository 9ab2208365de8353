//! Queries on the history of events.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::Value;

use super::super::model::{EventId, EventNotice};
use crate::db::schema::event_changes;
use crate::db::types::{AnyId, At, Json};
use crate::db::{Conn, DbResult};
use crate::time::Context;

/// A change to record.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Who did it: `member:…`, `token:…`, `speaker:…`, `system`.
    pub actor: &'a str,
    /// What was done: a verb.
    pub action: &'static str,
    /// Why, if they said so.
    pub reason: Option<&'a str>,
    /// What changed, as it was.
    pub before: Option<Value>,
    /// What changed, as it is.
    pub after: Option<Value>,
}

/// A change that was recorded.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = event_changes)]
pub struct EventChange {
    /// Its id, in the order of time.
    pub id: AnyId,
    /// Who did it.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// Why.
    pub reason: Option<String>,
    /// What changed, as it was.
    pub before: Option<Json<Value>>,
    /// What changed, as it is.
    pub after: Option<Json<Value>>,
    /// When.
    pub created_at: At,
    /// What people who registered are told of it; none if nothing.
    pub notice: Option<EventNotice>,
}

/// Records a change.
///
/// # Errors
/// The database failed.
pub fn record_change(conn: &mut Conn, context: &Context, event: EventId, change: &Change<'_>) -> DbResult<()> {
    record_notice(conn, context, event, change, None).map(drop)
}

/// Records a change of which people who registered are told this. Returns its id.
///
/// # Errors
/// The database failed.
pub fn record_notice(
    conn: &mut Conn,
    context: &Context,
    event: EventId,
    change: &Change<'_>,
    notice: Option<EventNotice>,
) -> DbResult<AnyId> {
    let id = AnyId(context.uuid());
    diesel::insert_into(event_changes::table)
        .values((
            event_changes::id.eq(id),
            event_changes::event_id.eq(event),
            event_changes::actor.eq(change.actor),
            event_changes::action.eq(change.action),
            event_changes::reason.eq(change.reason),
            event_changes::before.eq(change.before.clone().map(Json)),
            event_changes::after.eq(change.after.clone().map(Json)),
            event_changes::created_at.eq(At(context.now)),
            event_changes::notice.eq(notice),
        ))
        .execute(conn)?;
    Ok(id)
}

/// One change of an event.
///
/// # Errors
/// The database failed.
pub fn find_change(conn: &mut Conn, event: EventId, id: AnyId) -> DbResult<Option<EventChange>> {
    let change = event_changes::table.find(id).filter(event_changes::event_id.eq(event));
    Ok(change.select(EventChange::as_select()).first(conn).optional()?)
}

/// The last change of an event of this kind.
///
/// # Errors
/// The database failed.
pub fn last_change(conn: &mut Conn, event: EventId, action: &'static str) -> DbResult<Option<EventChange>> {
    let changes = event_changes::table
        .filter(event_changes::event_id.eq(event))
        .filter(event_changes::action.eq(action))
        .order(event_changes::id.desc());
    Ok(changes.select(EventChange::as_select()).first(conn).optional()?)
}

/// The changes of an event since this moment, oldest first.
///
/// # Errors
/// The database failed.
pub fn changes_since(conn: &mut Conn, event: EventId, since: DateTime<Utc>) -> DbResult<Vec<EventChange>> {
    let changes = event_changes::table
        .filter(event_changes::event_id.eq(event))
        .filter(event_changes::created_at.ge(At(since)))
        .order(event_changes::id);
    Ok(changes.select(EventChange::as_select()).load(conn)?)
}

/// The changes of an event, newest first, behind `after`.
///
/// # Errors
/// The database failed.
pub fn list_changes(conn: &mut Conn, event: EventId, after: Option<AnyId>, limit: i64) -> DbResult<Vec<EventChange>> {
    let mut query =
        event_changes::table.filter(event_changes::event_id.eq(event)).into_boxed::<crate::db::MultiBackend>();
    if let Some(after) = after {
        query = query.filter(event_changes::id.lt(after));
    }
    Ok(query.order(event_changes::id.desc()).limit(limit).select(EventChange::as_select()).load(conn)?)
}
