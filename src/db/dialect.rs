//! The statements that need one form for each database. Nothing outside this file asks which database it talks to.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::schema::outbox_messages;
use super::types::At;
use super::{Conn, DbResult};

/// The ids of at most `limit` queued messages that are due and not leased, oldest first. On `PostgreSQL` they are locked
/// until the transaction ends and rows that another worker is claiming are passed over; `SQLite` has one writer at a time.
///
/// # Errors
/// The database failed.
pub fn lock_due_messages(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> DbResult<Vec<Uuid>> {
    let due = outbox_messages::table
        .filter(outbox_messages::state.eq("queued"))
        .filter(outbox_messages::due_at.le(At(now)))
        .filter(outbox_messages::leased_until.is_null().or(outbox_messages::leased_until.le(Some(At(now)))))
        .order((outbox_messages::due_at, outbox_messages::id))
        .limit(limit)
        .select(outbox_messages::id);
    Ok(match conn {
        Conn::Postgres(conn) => due.for_update().skip_locked().load(conn)?,
        Conn::Sqlite(conn) => due.load(conn)?,
    })
}
