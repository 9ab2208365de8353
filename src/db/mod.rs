//! Storage: one handle, two databases, one set of queries.
//!
//! [`Db::read`] and [`Db::write`] take an owned closure and run it off the async threads. A closure gets a [`Conn`], which
//! is either database; a store writes its queries once against it. Rules that every store keeps:
//!
//! 1. A shared limit lives in the `WHERE` of an `UPDATE` or in a unique index, never in a count that was read before.
//! 2. A unique violation that is to be handled is caught by [`in_savepoint`]; after it `PostgreSQL` refuses every further
//!    statement of the transaction. `SQLite` names no constraint, so what failed is known from which statement failed.
//! 3. `LIKE`, text order and the precision of times differ: compare a normalised column, let the clock truncate to
//!    microseconds, never write `now()` in SQL.
//! 4. What truly needs two statements stands in [`dialect`] alone.

mod connection;
pub mod dialect;
mod error;
pub mod migrate;
mod postgres;
pub mod schema;
pub mod search;
mod sqlite;
mod statements;
pub mod types;
mod url;

pub use connection::{Conn, MultiBackend};
pub use error::{DbError, DbResult, TransactionError};
pub use url::{DEFAULT_URL, DbUrl, DbUrlError};

use diesel::Connection;
use statements::Statements;
use std::sync::Arc;

/// What the pools may use.
#[derive(Debug, Clone, Copy)]
pub struct PoolSize {
    /// Connections of a `PostgreSQL` pool, or read connections of a `SQLite` one.
    pub connections: u32,
    /// How long a request may wait for one before it is answered 503.
    pub wait: std::time::Duration,
}

impl Default for PoolSize {
    fn default() -> Self {
        Self { connections: 8, wait: std::time::Duration::from_secs(3) }
    }
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    backend: Backend,
    statements: Statements,
}

#[derive(Clone)]
enum Backend {
    Postgres(postgres::Postgres),
    Sqlite(Arc<sqlite::Sqlite>),
}

impl Db {
    /// Opens the database and proves that it answers. Creates a `SQLite` file that is missing, but never its folder.
    ///
    /// # Errors
    /// One sentence for the operator: what could not be reached, and why.
    pub fn open(url: &DbUrl, size: PoolSize) -> DbResult<Self> {
        let statements = Statements::new();
        let backend = match url {
            DbUrl::Postgres(_) => Backend::Postgres(postgres::Postgres::open(url, size, &statements)?),
            DbUrl::Sqlite(_) => Backend::Sqlite(Arc::new(sqlite::Sqlite::open(url, size, &statements)?)),
        };
        Ok(Self { backend, statements })
    }

    /// Which database this is: `postgresql` or `sqlite`.
    pub fn kind(&self) -> &'static str {
        match self.backend {
            Backend::Postgres(_) => "postgresql",
            Backend::Sqlite(_) => "sqlite",
        }
    }

    /// How many statements were run on it since it was opened by this process, with those that begin and end transactions.
    pub fn statements(&self) -> u64 {
        self.statements.total()
    }

    /// Runs `query` on one consistent snapshot of the data. A write in it is refused by the database.
    ///
    /// # Errors
    /// What `query` returns; [`DbError::Unavailable`] when no connection can be had in time.
    pub async fn read<T, E, F>(&self, query: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: TransactionError,
    {
        let backend = self.backend.clone();
        run_blocking(move || match &backend {
            Backend::Postgres(postgres) => postgres.read(query),
            Backend::Sqlite(sqlite) => sqlite.read(query),
        })
        .await
    }

    /// Runs `change` in one transaction, durable when this returns `Ok`. An error rolls everything back. On `PostgreSQL`
    /// it runs again when it crossed another transaction, so it must have no effect but through its connection.
    ///
    /// # Errors
    /// What `change` returns; [`DbError::Unavailable`] when no connection can be had in time.
    pub async fn write<T, E, F>(&self, change: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: TransactionError,
    {
        match &self.backend {
            Backend::Postgres(postgres) => {
                let postgres = postgres.clone();
                run_blocking(move || postgres.write(&change)).await
            }
            Backend::Sqlite(sqlite) => sqlite.write(change).await,
        }
    }
}

/// Runs `step` so that a failure undoes it alone and the transaction around it lives on.
///
/// # Errors
/// What `step` returns.
pub fn in_savepoint<T, E>(conn: &mut Conn, step: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
where
    E: TransactionError,
{
    transaction(conn, step)
}

/// A transaction (or a savepoint inside one) whose error type needs to know nothing of diesel's.
pub(crate) fn transaction<T, E>(conn: &mut Conn, step: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E>
where
    E: TransactionError,
{
    conn.transaction(|conn| step(conn).map_err(Wrapped::Step)).map_err(|wrapped| match wrapped {
        Wrapped::Step(error) => error,
        Wrapped::Around(error) => E::from(DbError::from(error)),
    })
}

enum Wrapped<E> {
    Step(E),
    Around(diesel::result::Error),
}

impl<E> From<diesel::result::Error> for Wrapped<E> {
    fn from(error: diesel::result::Error) -> Self {
        Self::Around(error)
    }
}

async fn run_blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: TransactionError,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => Err(DbError::Panicked.into()),
        Err(_) => Err(DbError::Unavailable("the server is stopping".to_owned()).into()),
    }
}
