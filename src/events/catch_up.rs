//! Reminders that nobody promised: those of events that were published before there were any.
//!
//! Every start looks at them once, page by page. What is promised already stays as it is, and whose time is over reminds nobody,
//! as ever, so that any number of processes may look at once, and look again.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

use super::model::EventId;
use super::remind::reminders_to_come;
use super::store;
use crate::db::{Conn, Db, DbResult};
use crate::outbox;
use crate::time::{Clock, Context, Ids};

/// How many events are looked at in one transaction.
const PAGE: usize = 100;

/// How long ago an event may have ended whose reminders can still be to come: as far as a rule reaches, and a day.
const REACH: TimeDelta = TimeDelta::days(367);

/// Promises the reminders that are missing.
pub struct ReminderCatchUp {
    db: Db,
    clock: Clock,
    ids: Ids,
    is_done: AtomicBool,
}

impl ReminderCatchUp {
    /// Uses these.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self { db, clock, ids, is_done: AtomicBool::new(false) }
    }

    /// Goes through the events once for each process. Where that is broken off it is begun again when it is asked for next.
    pub async fn catch_up(&self) {
        if self.is_done.load(Ordering::Relaxed) {
            return;
        }
        let (mut behind, mut promised) = (None, 0);
        loop {
            let context = Context::new(&self.clock, &self.ids);
            match self.db.write(move |conn| promise_page(conn, &context, behind)).await {
                Ok((last, count)) => {
                    promised += count;
                    behind = last;
                }
                Err(error) => {
                    tracing::warn!(%error, "missing reminders are not promised yet");
                    return;
                }
            }
            if behind.is_none() {
                break;
            }
        }
        self.is_done.store(true, Ordering::Relaxed);
        tracing::info!(promised, "missing reminders are promised");
    }
}

/// Promises what is missing of the next events behind one. Returns the last of them, unless it is the last of all, and how many
/// promises were new. An event that cannot be read stops none of the others.
fn promise_page(conn: &mut Conn, context: &Context, behind: Option<EventId>) -> DbResult<(Option<EventId>, usize)> {
    let limit = i64::try_from(PAGE).unwrap_or(i64::MAX);
    let page = store::events_that_may_remind(conn, behind, ended_since(context.now), limit)?;
    let mut missing = Vec::new();
    for event in &page {
        match reminders_to_come(event, context.now) {
            Ok(own) => missing.extend(own),
            Err(error) => tracing::warn!(event.id = %event.id, %error, "its reminders cannot be promised"),
        }
    }
    let count = if missing.is_empty() { 0 } else { outbox::enqueue_all(conn, context, &missing)? };
    Ok((page.last().map(|event| event.id).filter(|_| page.len() == PAGE), count))
}

/// Since when an event has to have ended, at the earliest, so that something can still come after it.
fn ended_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now - REACH
}
