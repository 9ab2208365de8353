//! Every query on the outbox.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde_json::Value;
use uuid::Uuid;

use super::bounce::{Bounce, BounceColumns};
use super::model::{Claimed, MessageId, MessageState, NewMessage};
use crate::db::schema::outbox_messages as messages;
use crate::db::types::{AnyId, At, Json};
use crate::db::{Conn, DbResult, MultiBackend, dialect};
use crate::http::WorkspaceId;
use crate::time::Context;

/// A message as staff see it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub(super) struct Row {
    pub id: MessageId,
    pub kind: String,
    pub event_id: Option<AnyId>,
    pub registration_id: Option<AnyId>,
    pub dedupe_key: Option<String>,
    pub state: MessageState,
    pub attempts: i32,
    pub due_at: At,
    pub last_error: Option<String>,
    pub created_at: At,
    pub finished_at: Option<At>,
    #[diesel(embed)]
    pub bounce: BounceColumns,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = messages)]
struct ClaimedRow {
    id: MessageId,
    workspace_id: WorkspaceId,
    kind: String,
    payload: Json<Value>,
    attempts: i32,
    created_at: At,
    dated_at: Option<At>,
}

pub(super) fn insert(conn: &mut Conn, context: &Context, message: &NewMessage) -> DbResult<()> {
    diesel::insert_into(messages::table)
        .values((
            messages::id.eq(MessageId(context.uuid())),
            messages::workspace_id.eq(message.workspace),
            messages::kind.eq(message.kind),
            messages::payload.eq(Json(message.payload.clone())),
            messages::dedupe_key.eq(message.dedupe_key.as_deref()),
            messages::event_id.eq(message.event.map(AnyId)),
            messages::registration_id.eq(message.registration.map(AnyId)),
            messages::state.eq(MessageState::Queued),
            messages::attempts.eq(0),
            messages::due_at.eq(At(message.due_at.unwrap_or(context.now))),
            messages::created_at.eq(At(context.now)),
            messages::dated_at.eq(message.due_at.map(At)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Those of these dedupe keys that were used before.
pub(super) fn known_keys(conn: &mut Conn, keys: &[&str]) -> DbResult<Vec<Option<String>>> {
    let known = messages::table.filter(messages::dedupe_key.eq_any(keys.iter().map(|key| Some(*key))));
    Ok(known.select(messages::dedupe_key).load(conn)?)
}

/// Whether anything is due: a cheap look before a claim, which writes.
pub(super) fn is_any_due(conn: &mut Conn, now: DateTime<Utc>) -> DbResult<bool> {
    let due = messages::table
        .filter(messages::state.eq(MessageState::Queued))
        .filter(messages::due_at.le(At(now)))
        .filter(messages::leased_until.is_null().or(messages::leased_until.le(Some(At(now)))))
        .select(messages::id)
        .limit(1);
    Ok(due.first::<MessageId>(conn).optional()?.is_some())
}

/// Claims at most `limit` due messages until `until` under `lease`, and counts the attempt.
pub(super) fn claim(
    conn: &mut Conn,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    lease: Uuid,
    limit: i64,
) -> DbResult<Vec<Claimed>> {
    let ids: Vec<MessageId> = dialect::lock_due_messages(conn, now, limit)?.into_iter().map(MessageId).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // The state stands here again: what another worker took between the two statements is not ours.
    let still_due = messages::table
        .filter(messages::id.eq_any(ids.clone()))
        .filter(messages::state.eq(MessageState::Queued))
        .filter(messages::leased_until.is_null().or(messages::leased_until.le(Some(At(now)))));
    diesel::update(still_due)
        .set((
            messages::lease_id.eq(Some(AnyId(lease))),
            messages::leased_until.eq(Some(At(until))),
            messages::attempts.eq(messages::attempts + 1),
        ))
        .execute(conn)?;
    let rows: Vec<ClaimedRow> = messages::table
        .filter(messages::id.eq_any(ids))
        .filter(messages::lease_id.eq(Some(AnyId(lease))))
        .order((messages::due_at, messages::id))
        .select(ClaimedRow::as_select())
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| Claimed {
            id: row.id,
            workspace: row.workspace_id,
            kind: row.kind,
            payload: row.payload.0,
            attempt: row.attempts,
            created_at: row.created_at.0,
            dated_at: row.dated_at.unwrap_or(row.created_at).0,
        })
        .collect())
}

/// Ends a message that is still ours. Returns whether it was.
pub(super) fn finish(
    conn: &mut Conn,
    id: MessageId,
    lease: Uuid,
    state: MessageState,
    error: Option<&str>,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let ours = messages::table.find(id).filter(messages::lease_id.eq(Some(AnyId(lease))));
    let changed = diesel::update(ours)
        .set((
            messages::state.eq(state),
            messages::lease_id.eq(None::<AnyId>),
            messages::leased_until.eq(None::<At>),
            messages::last_error.eq(error),
            messages::finished_at.eq(Some(At(now))),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Ends a message that is still ours as one that does not apply now: what has its dedupe key can be promised anew. Returns
/// whether it was ours.
pub(super) fn release(conn: &mut Conn, id: MessageId, lease: Uuid, now: DateTime<Utc>) -> DbResult<bool> {
    let ours = messages::table.find(id).filter(messages::lease_id.eq(Some(AnyId(lease))));
    let released = diesel::update(ours).set(messages::dedupe_key.eq(None::<&str>)).execute(conn)? == 1;
    Ok(released && finish(conn, id, lease, MessageState::Skipped, None, now)?)
}

/// Puts a message that is still ours back until its time, which is another by now: as if it had been promised for then. Returns
/// whether it was ours.
pub(super) fn defer(conn: &mut Conn, id: MessageId, lease: Uuid, due_at: DateTime<Utc>) -> DbResult<bool> {
    let ours = messages::table.find(id).filter(messages::lease_id.eq(Some(AnyId(lease))));
    let changed = diesel::update(ours)
        .set((
            messages::lease_id.eq(None::<AnyId>),
            messages::leased_until.eq(None::<At>),
            messages::attempts.eq(0),
            messages::due_at.eq(At(due_at)),
            messages::dated_at.eq(Some(At(due_at))),
            messages::last_error.eq(None::<&str>),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Puts a message that is still ours back for a later attempt. Returns whether it was ours.
pub(super) fn postpone(
    conn: &mut Conn,
    id: MessageId,
    lease: Uuid,
    due_at: DateTime<Utc>,
    error: &str,
) -> DbResult<bool> {
    let ours = messages::table.find(id).filter(messages::lease_id.eq(Some(AnyId(lease))));
    let changed = diesel::update(ours)
        .set((
            messages::lease_id.eq(None::<AnyId>),
            messages::leased_until.eq(None::<At>),
            messages::due_at.eq(At(due_at)),
            messages::last_error.eq(Some(error)),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Queues a failed message again, with a fresh count of attempts. Returns whether there was a failed one.
pub(super) fn requeue(conn: &mut Conn, workspace: WorkspaceId, id: MessageId, now: DateTime<Utc>) -> DbResult<bool> {
    let failed = messages::table
        .find(id)
        .filter(messages::workspace_id.eq(workspace))
        .filter(messages::state.eq(MessageState::Failed));
    let changed = diesel::update(failed)
        .set((
            messages::state.eq(MessageState::Queued),
            messages::attempts.eq(0),
            messages::due_at.eq(At(now)),
            messages::finished_at.eq(None::<At>),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

pub(super) fn find(conn: &mut Conn, workspace: WorkspaceId, id: MessageId) -> DbResult<Option<Row>> {
    let row = messages::table.find(id).filter(messages::workspace_id.eq(workspace));
    Ok(row.select(Row::as_select()).first(conn).optional()?)
}

/// A workspace's messages, newest first, behind `after`.
pub(super) fn list(
    conn: &mut Conn,
    workspace: WorkspaceId,
    state: Option<MessageState>,
    event: Option<Uuid>,
    after: Option<MessageId>,
    limit: i64,
) -> DbResult<Vec<Row>> {
    let mut query = messages::table.filter(messages::workspace_id.eq(workspace)).into_boxed::<MultiBackend>();
    if let Some(state) = state {
        query = query.filter(messages::state.eq(state));
    }
    if let Some(event) = event {
        query = query.filter(messages::event_id.eq(Some(AnyId(event))));
    }
    if let Some(after) = after {
        query = query.filter(messages::id.lt(after));
    }
    Ok(query.order(messages::id.desc()).limit(limit).select(Row::as_select()).load(conn)?)
}

/// A message, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// Its id, which is part of the Message-ID of a mail.
    pub id: MessageId,
    /// What it does.
    pub kind: String,
    /// What it is the only one of.
    pub dedupe_key: Option<String>,
    /// What became of it.
    pub state: MessageState,
    /// When it was promised.
    pub created_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// What came back for it.
    pub bounce: Option<Bounce>,
}

/// What became of the messages about one registration, oldest first.
///
/// # Errors
/// The database failed.
pub fn for_registration(conn: &mut Conn, registration: Uuid) -> DbResult<Vec<Promise>> {
    let rows: Vec<Row> = messages::table
        .filter(messages::registration_id.eq(Some(AnyId(registration))))
        .order(messages::id)
        .select(Row::as_select())
        .load(conn)?;
    let promise = |row: Row| Promise {
        id: row.id,
        kind: row.kind,
        dedupe_key: row.dedupe_key,
        state: row.state,
        created_at: row.created_at.0,
        finished_at: row.finished_at.map(|at| at.0),
        bounce: row.bounce.into_bounce(),
    };
    Ok(rows.into_iter().map(promise).collect())
}

/// Whether a message of this kind about a registration was promised after this one, and is sent or still to be: it says all
/// that this one would.
///
/// # Errors
/// The database failed.
pub fn is_promised_again(conn: &mut Conn, registration: Uuid, kind: &str, id: MessageId) -> DbResult<bool> {
    let later = messages::table
        .filter(messages::registration_id.eq(Some(AnyId(registration))))
        .filter(messages::kind.eq(kind))
        .filter(messages::id.gt(id))
        .filter(messages::state.eq_any([MessageState::Queued, MessageState::Sent]));
    Ok(later.select(messages::id).first::<MessageId>(conn).optional()?.is_some())
}

/// How many messages of this kind about an event stand where, for each group: what follows the kind in the dedupe key, as far
/// as an id is long.
///
/// # Errors
/// The database failed.
pub fn count_by_group(
    conn: &mut Conn,
    workspace: WorkspaceId,
    event: Uuid,
    kind: &'static str,
) -> DbResult<Vec<(String, MessageState, i64)>> {
    let from = kind.len() + 2;
    let group = format!("substr(dedupe_key, {from}, 36)");
    let counts = messages::table
        .filter(messages::workspace_id.eq(workspace))
        .filter(messages::event_id.eq(Some(AnyId(event))))
        .filter(messages::kind.eq(kind))
        .group_by(sql::<Text>(&format!("{group}, state")))
        .select((sql::<Text>(&group), sql::<Text>("state"), sql::<BigInt>("count(*)")));
    Ok(counts.load(conn)?)
}

/// How many messages are queued and due at `now`: how far the worker is behind.
///
/// # Errors
/// The database failed.
pub fn count_queued(conn: &mut Conn, now: DateTime<Utc>) -> DbResult<i64> {
    let due = messages::table.filter(messages::state.eq(MessageState::Queued)).filter(messages::due_at.le(At(now)));
    Ok(due.count().get_result(conn)?)
}
