//! `SQLite`: a pool of readers and one writer thread with group commit.
//!
//! The writer takes every change that is waiting, runs each in a savepoint of one `BEGIN IMMEDIATE` transaction, commits
//! once and only then answers each. One `fsync` serves the whole group, and no change ever meets a locked database.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::{NopErrorHandler, Pool};
use tokio::sync::oneshot;

use super::connection::{Access, Manager};
use super::statements::Statements;
use super::{Conn, DbError, DbResult, DbUrl, PoolSize, TransactionError, transaction};

/// How many changes share one commit at most: bounds how long the first of a group waits for the last.
const GROUP: usize = 128;
/// How many changes may wait. More than the writer gets through in a second or two would only be answered too late.
const WAITING: usize = 8192;

pub(super) struct Sqlite {
    readers: Pool<Manager>,
    wait: Duration,
    changes: SyncSender<Box<dyn Change>>,
}

impl Sqlite {
    pub(super) fn open(url: &DbUrl, size: PoolSize, statements: &Statements) -> DbResult<Self> {
        if let Some(folder) = url.file().and_then(|file| file.parent())
            && !folder.as_os_str().is_empty()
            && !folder.is_dir()
        {
            return Err(DbError::Unavailable(format!(
                "{}: the folder does not exist; create it first",
                url.redacted()
            )));
        }
        let manager = Manager { url: url.clone(), access: Access::Write, statements: statements.clone() };
        let reading = Manager { access: Access::Read, ..manager.clone() };
        let writer = manager.open()?;
        let (changes, waiting) = sync_channel(WAITING);
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || write_groups(writer, &manager, &waiting))
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        let readers = Pool::builder()
            .max_size(size.connections.max(1))
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(size.wait)
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(reading);
        Ok(Self { readers, wait: size.wait, changes })
    }

    pub(super) fn read<T, E: TransactionError>(&self, query: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.readers.get_timeout(self.wait).map_err(|error| DbError::Unavailable(error.to_string()))?;
        transaction(&mut conn, query)
    }

    pub(super) async fn write<T, E, F>(&self, change: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: TransactionError,
    {
        let (answer, answered) = oneshot::channel();
        let task = Task { change, result: None, answer: Some(answer) };
        self.changes.try_send(Box::new(task)).map_err(|error| {
            let reason = match error {
                TrySendError::Full(_) => "too many changes are waiting",
                TrySendError::Disconnected(_) => "the writer has stopped",
            };
            E::from(DbError::Unavailable(reason.to_owned()))
        })?;
        answered.await.unwrap_or_else(|_closed| Err(DbError::Unavailable("the writer has stopped".to_owned()).into()))
    }
}

/// One waiting change, its result type hidden.
trait Change: Send {
    /// Runs it in a savepoint and keeps its result.
    fn run(&mut self, conn: &mut Conn);
    /// Hands the result to the caller, or the reason why the group was not committed.
    fn answer(&mut self, group: Result<(), &str>);
}

struct Task<T, E, F> {
    change: F,
    result: Option<Result<T, E>>,
    answer: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, F> Change for Task<T, E, F>
where
    F: Fn(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: TransactionError,
{
    fn run(&mut self, conn: &mut Conn) {
        self.result = Some(transaction(conn, |conn| {
            // A panic in one change must undo that change alone, and leave the writer alive for all others.
            catch_unwind(AssertUnwindSafe(|| (self.change)(conn)))
                .unwrap_or_else(|_panic| Err(DbError::Panicked.into()))
        }));
    }

    fn answer(&mut self, group: Result<(), &str>) {
        let Some(answer) = self.answer.take() else { return };
        let result = match (group, self.result.take()) {
            (Ok(()), Some(result)) | (Err(_), Some(result @ Err(_))) => result,
            (Ok(()), None) => Err(DbError::Unavailable("the change did not run".to_owned()).into()),
            (Err(reason), _) => Err(DbError::Unavailable(reason.to_owned()).into()),
        };
        // A caller that has gone away does not mind: its change is committed all the same.
        drop(answer.send(result));
    }
}

fn write_groups(mut conn: Conn, manager: &Manager, waiting: &Receiver<Box<dyn Change>>) {
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let outcome = commit_group(&mut conn, &mut group);
        if let Err(reason) = &outcome {
            // What is open on this connection ends with it. Without a new one, the next group tries again.
            tracing::error!(reason, "a group of changes was not committed");
            if let Ok(fresh) = manager.open() {
                conn = fresh;
            }
        }
        for change in &mut group {
            change.answer(outcome.as_ref().map_err(String::as_str).copied());
        }
    }
}

fn commit_group(conn: &mut Conn, group: &mut [Box<dyn Change>]) -> Result<(), String> {
    begin_immediate(conn)?;
    for change in group.iter_mut() {
        change.run(conn);
        // A panic inside a savepoint leaves that one open. Nothing after it could be committed, so nothing is.
        if depth(conn) != Some(1) {
            return Err("a change panicked and left its savepoint open".to_owned());
        }
    }
    commit(conn)
}

/// How many transactions and savepoints are open; none if the connection can no longer tell.
fn depth(conn: &mut Conn) -> Option<u32> {
    match conn {
        Conn::Sqlite(inner) => {
            let status = AnsiTransactionManager::transaction_manager_status_mut(inner);
            status.transaction_depth().ok().flatten().map(std::num::NonZeroU32::get)
        }
        Conn::Postgres(_) => None,
    }
}

fn begin_immediate(conn: &mut Conn) -> Result<(), String> {
    match conn {
        Conn::Sqlite(inner) => AnsiTransactionManager::begin_transaction_sql(inner, "BEGIN IMMEDIATE")
            .map_err(|error| format!("the transaction could not begin: {error}")),
        Conn::Postgres(_) => Err("the writer is for SQLite".to_owned()),
    }
}

fn commit(conn: &mut Conn) -> Result<(), String> {
    match conn {
        Conn::Sqlite(inner) => AnsiTransactionManager::commit_transaction(inner)
            .map_err(|error| format!("the transaction could not be committed: {error}")),
        Conn::Postgres(_) => Err("the writer is for SQLite".to_owned()),
    }
}
