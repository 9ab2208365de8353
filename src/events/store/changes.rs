//! Queries on the history of events.

use diesel::prelude::*;
use serde_json::Value;

use super::super::model::EventId;
use crate::db::schema::event_changes;
use crate::db::types::{AnyId, At, Json};
use crate::db::{Conn, DbResult};
use crate::time::Context;

/// A change to record.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Who did it: `member:…`, `token:…`, `speaker:…`.
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
}

/// Records a change.
///
/// # Errors
/// The database failed.
pub fn record_change(conn: &mut Conn, context: &Context, event: EventId, change: &Change<'_>) -> DbResult<()> {
    diesel::insert_into(event_changes::table)
        .values((
            event_changes::id.eq(AnyId(context.uuid())),
            event_changes::event_id.eq(event),
            event_changes::actor.eq(change.actor),
            event_changes::action.eq(change.action),
            event_changes::reason.eq(change.reason),
            event_changes::before.eq(change.before.clone().map(Json)),
            event_changes::after.eq(change.after.clone().map(Json)),
            event_changes::created_at.eq(At(context.now)),
        ))
        .execute(conn)?;
    Ok(())
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
