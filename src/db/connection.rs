//! One connection type for both databases, and the pool manager that opens it.
#![expect(missing_docs, reason = "the derive makes public items that it does not describe")]

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::{Connection, PgConnection, SqliteConnection};

use super::statements::Statements;
use super::{DbError, DbUrl};

/// A connection to either database. Queries are written once against it; what differs stands in [`super::dialect`].
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// `PostgreSQL`.
    Postgres(PgConnection),
    /// `SQLite`.
    Sqlite(SqliteConnection),
}

/// How a `SQLite` connection will be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// May only read; a write is an error of the database.
    Read,
    /// The one writer.
    Write,
}

/// Opens connections for a pool, by the URL's scheme.
#[derive(Debug, Clone)]
pub(crate) struct Manager {
    pub(crate) url: DbUrl,
    pub(crate) access: Access,
    pub(crate) statements: Statements,
}

impl Manager {
    /// Opens one connection and sets what every connection needs. From then on its statements are counted.
    pub(crate) fn open(&self) -> Result<Conn, DbError> {
        let mut conn = self.establish()?;
        conn.set_instrumentation(self.statements.counting());
        Ok(conn)
    }

    fn establish(&self) -> Result<Conn, DbError> {
        match &self.url {
            DbUrl::Postgres(url) => {
                let mut conn = PgConnection::establish(&with_connect_timeout(url))
                    .map_err(|error| unreachable_database(&self.url, &error))?;
                // Times are stored and compared in UTC whatever the server's setting is. Whoever waits for a lock, and whoever
                // holds one without working, gives up before the clients do. Messages in English are read by `DbError`.
                conn.batch_execute(
                    "SET TIME ZONE 'UTC'; SET client_min_messages TO warning; SET statement_timeout = '60s'; \
                     SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'",
                )?;
                Ok(Conn::Postgres(conn))
            }
            DbUrl::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy())
                    .map_err(|error| unreachable_database(&self.url, &error))?;
                // The time-out comes first: switching to WAL needs a lock that another process may hold.
                conn.batch_execute(
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY",
                )?;
                // What is erased is overwritten, and not only marked as free. The write-ahead log goes with its next checkpoint.
                if self.access == Access::Write {
                    conn.batch_execute("PRAGMA secure_delete = ON")?;
                }
                if self.access == Access::Read {
                    conn.batch_execute("PRAGMA query_only = ON")?;
                }
                Ok(Conn::Sqlite(conn))
            }
        }
    }
}

/// The address with a limit for connecting, unless it has one: libpq waits for ever by default.
fn with_connect_timeout(url: &str) -> String {
    if url.contains("connect_timeout=") {
        return url.to_owned();
    }
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}connect_timeout=5")
}

fn unreachable_database(url: &DbUrl, error: &diesel::ConnectionError) -> DbError {
    let reason = error.to_string();
    let reason = reason.lines().next().unwrap_or("no reason given").trim();
    DbError::Unavailable(format!("{}: {reason}", url.redacted()))
}

impl diesel::r2d2::ManageConnection for Manager {
    type Connection = Conn;
    type Error = DbError;

    fn connect(&self) -> Result<Conn, DbError> {
        self.open()
    }

    fn is_valid(&self, conn: &mut Conn) -> Result<(), DbError> {
        conn.batch_execute("SELECT 1").map_err(DbError::from)
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || R2D2Connection::is_broken(conn)
    }
}
