//! `PostgreSQL`: a pool of connections, one transaction a call, run again when it crossed another one.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::{NopErrorHandler, Pool, PooledConnection};

use super::connection::{Access, Manager};
use super::statements::Statements;
use super::{Conn, DbError, DbResult, DbUrl, PoolSize, TransactionError, transaction};

/// How often a transaction is run before its failure is the caller's.
const ATTEMPTS: u32 = 6;

#[derive(Clone)]
pub(super) struct Postgres {
    pool: Pool<Manager>,
    wait: Duration,
}

impl Postgres {
    pub(super) fn open(url: &DbUrl, size: PoolSize, statements: &Statements) -> DbResult<Self> {
        let manager = Manager { url: url.clone(), access: Access::Write, statements: statements.clone() };
        // The pool hides why it cannot connect, so the first connection is made without it.
        drop(manager.open()?);
        let pool = Pool::builder()
            .max_size(size.connections.max(1))
            .min_idle(Some(0))
            .test_on_check_out(false)
            .connection_timeout(size.wait)
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(manager);
        Ok(Self { pool, wait: size.wait })
    }

    fn connection(&self) -> DbResult<PooledConnection<Manager>> {
        self.pool.get_timeout(self.wait).map_err(|error| DbError::Unavailable(error.to_string()))
    }

    pub(super) fn read<T, E: TransactionError>(&self, query: impl FnOnce(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.connection()?;
        transaction(&mut conn, |conn| {
            conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").map_err(DbError::from)?;
            query(conn)
        })
    }

    pub(super) fn write<T, E: TransactionError>(&self, change: &impl Fn(&mut Conn) -> Result<T, E>) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            let mut conn = self.connection()?;
            let result = transaction(&mut conn, change);
            drop(conn);
            match result {
                Err(error) if attempt < ATTEMPTS && error.db_error().is_some_and(DbError::is_retryable) => {
                    // Two transactions that crossed would cross again at once; each attempt waits longer.
                    std::thread::sleep(Duration::from_millis(5) * 2_u32.pow(attempt));
                    attempt += 1;
                }
                other => return other,
            }
        }
    }
}
