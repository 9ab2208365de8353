//! Durable promises: what must happen later is a row, written in the transaction of what it belongs to.
//!
//! A message is `queued` until a worker has kept the promise (`sent`), found that it does not apply (`skipped`: for good, or
//! until the same is promised again), or gave up (`failed`: kept, visible, sent again by hand). A worker claims a message with a lease; one that dies lets the
//! lease run out and another takes over, so a message may be handled twice but is never lost. Its id is part of the
//! Message-ID, so a mail that goes out twice is recognised as one, and what comes back is known to belong to it.
//!
//! This room knows no message: `jobs.rs` says which room handles which kind.

pub mod api;
mod backoff;
mod bounce;
mod model;
mod store;
mod worker;

pub use bounce::{Addressed, Bounce, BounceKind, find_addressed, record_bounce, remember_recipient, workspace_of};
pub use model::{Claimed, Done, Failure, Handler, MessageId, MessageState, NewMessage};
pub use store::{Promise, count_by_group, count_queued, for_registration, is_promised_again};
pub use worker::Worker;

use std::collections::HashSet;

use crate::db::{Conn, DbError, DbResult, in_savepoint};
use crate::time::Context;

/// Promises `message` in the caller's transaction. Returns whether it is new: a message whose dedupe key was used before
/// is not promised again.
///
/// # Errors
/// The database failed.
pub fn enqueue(conn: &mut Conn, context: &Context, message: &NewMessage) -> DbResult<bool> {
    if message.dedupe_key.is_none() {
        store::insert(conn, context, message)?;
        return Ok(true);
    }
    match in_savepoint(conn, |conn| store::insert(conn, context, message)) {
        Ok(()) => Ok(true),
        Err(DbError::UniqueViolation) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Promises many messages in the caller's transaction, as [`enqueue`] does each, in one statement a message. Returns how many
/// are new.
///
/// # Errors
/// The database failed, or somebody else promised one of them at the same moment: the transaction is to be run again.
pub fn enqueue_all(conn: &mut Conn, context: &Context, messages: &[NewMessage]) -> DbResult<usize> {
    let keys: Vec<&str> = messages.iter().filter_map(|message| message.dedupe_key.as_deref()).collect();
    let mut known: HashSet<String> = store::known_keys(conn, &keys)?.into_iter().flatten().collect();
    let mut count = 0;
    for message in messages {
        let is_new = message.dedupe_key.as_ref().is_none_or(|key| known.insert(key.clone()));
        if is_new {
            store::insert(conn, context, message).map_err(|error| match error {
                DbError::UniqueViolation => DbError::Crossed,
                other => other,
            })?;
            count += 1;
        }
    }
    Ok(count)
}
