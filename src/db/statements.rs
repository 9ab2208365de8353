//! How many statements were run: what shows that a request does not ask once for each row.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use diesel::connection::InstrumentationEvent;

/// A count that all connections of one database share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Statements {
    total: Arc<AtomicU64>,
    metric: metrics::Counter,
}

impl Statements {
    /// A count that begins at zero; the metric goes on with that of the process.
    pub(crate) fn new() -> Self {
        Self { total: Arc::default(), metric: metrics::counter!("plenary_db_statements_total") }
    }

    /// What a connection calls with everything that it does.
    pub(crate) fn counting(&self) -> impl FnMut(InstrumentationEvent<'_>) + Send + 'static {
        let counted = self.clone();
        move |event| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                counted.total.fetch_add(1, Ordering::Relaxed);
                counted.metric.increment(1);
            }
        }
    }

    /// How many so far.
    pub(crate) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection as _;

    use super::super::{Db, DbError, DbUrl, PoolSize};

    #[tokio::test]
    async fn every_statement_is_counted_with_those_of_its_transaction() {
        let folder = tempfile::tempdir().unwrap();
        let url = DbUrl::parse(&format!("sqlite:{}", folder.path().join("counted.db").display())).unwrap();
        let db = Db::open(&url, PoolSize::default()).unwrap();
        assert_eq!(db.statements(), 0, "to open it is none");
        let ask = |times: usize| {
            move |conn: &mut super::super::Conn| {
                (0..times).try_for_each(|_| conn.batch_execute("SELECT 1")).map_err(DbError::from)
            }
        };
        db.read(ask(0)).await.unwrap();
        let around = db.statements();
        db.read(ask(3)).await.unwrap();
        assert_eq!(db.statements(), 2 * around + 3);
        db.clone().write(ask(5)).await.unwrap();
        let written = db.statements();
        db.write(ask(6)).await.unwrap();
        assert_eq!(db.statements() - written, written - (2 * around + 3) + 1);
    }
}
