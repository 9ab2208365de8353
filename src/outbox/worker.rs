//! The loop that keeps the promises. Any number of them may run, in any number of processes.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;

use chrono::{DateTime, Utc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::model::{Claimed, Done, Failure, Handler, MessageState};
use super::{backoff, store};
use crate::db::{Conn, Db, DbResult};
use crate::time::{Clock, Ids};

/// How long a claimed message stays with its worker; longer than any handler may take.
const LEASE: chrono::Duration = chrono::Duration::minutes(15);
/// How often an idle worker looks.
const IDLE: Duration = Duration::from_millis(500);
/// How often a worker forgets what has had its time, and catches up with what changed outside.
const CLEANING: chrono::Duration = chrono::Duration::hours(1);
/// How long a worker waits when the database does not answer.
const TROUBLE: Duration = Duration::from_secs(5);

/// Keeps the outbox's promises.
#[derive(Clone)]
pub struct Worker {
    db: Db,
    clock: Clock,
    ids: Ids,
    handler: Arc<dyn Handler>,
    concurrency: usize,
}

impl Worker {
    /// A worker that handles at most `concurrency` messages side by side.
    pub fn new(db: Db, clock: Clock, ids: Ids, handler: Arc<dyn Handler>, concurrency: u16) -> Self {
        Self { db, clock, ids, handler, concurrency: usize::from(concurrency.max(1)) }
    }

    /// Works until `stop` is cancelled, then finishes what is in hand.
    pub async fn run(&self, stop: CancellationToken) {
        let mut in_hand = JoinSet::new();
        // Beside what is in hand, so that no mail waits for it.
        let mut catching_up = JoinSet::new();
        let mut cleaned_at = None;
        while !stop.is_cancelled() {
            let now = self.clock.now();
            if cleaned_at.is_none_or(|at| now - at >= CLEANING) {
                cleaned_at = Some(now);
                self.clean(now).await;
                while catching_up.try_join_next().is_some() {}
                if catching_up.is_empty() {
                    let (handler, stop) = (Arc::clone(&self.handler), stop.clone());
                    catching_up.spawn(async move { stop.run_until_cancelled(handler.catch_up()).await });
                }
            }
            while in_hand.try_join_next().is_some() {}
            let free = self.concurrency.saturating_sub(in_hand.len());
            if free == 0 {
                in_hand.join_next().await;
                continue;
            }
            let pause = match self.claim(free).await {
                Ok((_, claimed)) if claimed.is_empty() => IDLE,
                Ok((lease, claimed)) => {
                    for message in claimed {
                        let worker = self.clone();
                        in_hand.spawn(async move { worker.keep(lease, message).await });
                    }
                    continue;
                }
                Err(error) => {
                    tracing::warn!(%error, "the outbox cannot be read");
                    TROUBLE
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        while in_hand.join_next().await.is_some() {}
        while catching_up.join_next().await.is_some() {}
    }

    /// Handles everything that is due now, one after another, and returns how many messages that were. Used by tests and
    /// by commands that must not leave before their mails have.
    ///
    /// # Errors
    /// The database failed.
    pub async fn drain(&self) -> DbResult<usize> {
        let mut count = 0;
        loop {
            let (lease, claimed) = self.claim(self.concurrency).await?;
            if claimed.is_empty() {
                return Ok(count);
            }
            for message in claimed {
                self.keep(lease, message).await;
                count += 1;
            }
        }
    }

    /// Forgets what has had its time.
    async fn clean(&self, now: DateTime<Utc>) {
        let handler = Arc::clone(&self.handler);
        match self.db.write(move |conn| handler.forget(conn, now)).await {
            Ok(count) => tracing::debug!(count, "old rows were forgotten"),
            Err(error) => tracing::warn!(%error, "old rows could not be forgotten"),
        }
    }

    async fn claim(&self, limit: usize) -> DbResult<(Uuid, Vec<Claimed>)> {
        let now = self.clock.now();
        let lease = self.ids.uuid(now);
        if !self.db.read(move |conn| store::is_any_due(conn, now)).await? {
            return Ok((lease, Vec::new()));
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let claimed = self.db.write(move |conn| store::claim(conn, now, now + LEASE, lease, limit)).await?;
        Ok((lease, claimed))
    }

    async fn keep(&self, lease: Uuid, message: Claimed) {
        let (id, kind, attempt) = (message.id, message.kind.clone(), message.attempt);
        let outcome = if attempt > backoff::ATTEMPTS {
            // Its workers died over it, each time before they could say so.
            Err(Failure::Fail("no attempt came to an end".to_owned()))
        } else {
            // A handler that panics has failed like any other: the message is tried again, and in the end given up.
            let outcome = AssertUnwindSafe(self.handler.handle(message)).catch_unwind().await;
            outcome.unwrap_or_else(|_panic| Err(Failure::Retry("the handler panicked".to_owned())))
        };
        let now = self.clock.now();
        let recorded = match outcome {
            Ok(Done::Later(due_at)) => {
                tracing::info!(message.id = %id, message.kind = %kind, attempt, %due_at, "promise kept for later");
                self.db.write(move |conn| store::defer(conn, id, lease, due_at)).await
            }
            Ok(done) => {
                let state = if done == Done::Sent { MessageState::Sent } else { MessageState::Skipped };
                tracing::info!(message.id = %id, message.kind = %kind, message.state = %state, attempt, "promise kept");
                let end = move |conn: &mut Conn| match done {
                    Done::Released => store::release(conn, id, lease, now),
                    _ => store::finish(conn, id, lease, state, None, now),
                };
                self.db.write(end).await
            }
            Err(Failure::Retry(reason)) if attempt < backoff::ATTEMPTS => {
                let due_at = now + backoff::wait(attempt, self.ids.fraction());
                tracing::warn!(message.id = %id, message.kind = %kind, attempt, reason, %due_at, "will try again");
                self.db.write(move |conn| store::postpone(conn, id, lease, due_at, &reason)).await
            }
            Err(Failure::Retry(reason) | Failure::Fail(reason)) => {
                tracing::error!(message.id = %id, message.kind = %kind, attempt, reason, "given up");
                let failed = MessageState::Failed;
                self.db.write(move |conn| store::finish(conn, id, lease, failed, Some(&reason), now)).await
            }
        };
        match recorded {
            Ok(true) => {}
            Ok(false) => tracing::warn!(message.id = %id, "the lease had run out before the message was done"),
            // The lease runs out and the message is handled again, with the same Message-ID.
            Err(error) => tracing::error!(message.id = %id, %error, "the outcome could not be recorded"),
        }
        metrics::counter!("plenary_outbox_attempts_total", "kind" => kind).increment(1);
    }
}
