//! How long it is known what became of messages: the setting `PLENARY_OUTBOX_DAYS`, once they have ended and what they are about
//! is over.

use chrono::{DateTime, TimeDelta, Utc};

use super::store;
use crate::db::{Conn, DbResult};

/// How long it is known at the longest what was sent about something that has no date.
const LONGEST: TimeDelta = TimeDelta::days(400);

/// How many are forgotten in one transaction: others who write wait for no more than that.
const PAGE: i64 = 5_000;

/// Forgets messages that ended `kept` ago or earlier, the oldest first, and returns how many. As long as an event is still to come
/// it is known what people were sent about it. What was given up is known until what it is about is erased, or gone.
///
/// # Errors
/// The database failed.
pub fn forget_messages(conn: &mut Conn, now: DateTime<Utc>, kept: TimeDelta) -> DbResult<usize> {
    store::forget_messages(conn, now - kept, now - kept.max(LONGEST), PAGE)
}
