//! Embedded migrations, run under a lock so that replicas can start together.

use diesel::RunQueryDsl;
use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::migration::MigrationSource;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::{Access, Manager};
use super::statements::Statements;
use super::{Conn, DbError, DbResult, DbUrl};

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Key of the advisory lock on `PostgreSQL`: the bytes of "plenary!".
const LOCK: i64 = 0x706C_656E_6172_7921;

/// Brings the database's schema up to date and returns the names of the migrations that were applied.
///
/// # Errors
/// The database cannot be reached, or a migration failed; then nothing of that migration remains.
pub fn run(url: &DbUrl) -> DbResult<Vec<String>> {
    match (Manager { url: url.clone(), access: Access::Write, statements: Statements::new() }).open()? {
        Conn::Postgres(mut conn) => {
            // Another replica may be at it for as long as it takes.
            conn.batch_execute("SET statement_timeout = 0; SET lock_timeout = 0")?;
            diesel::sql_query("SELECT pg_advisory_lock($1)")
                .bind::<diesel::sql_types::BigInt, _>(LOCK)
                .execute(&mut conn)?;
            // Ends with the connection, which is dropped here, whatever happens in between.
            applied(conn.run_pending_migrations(POSTGRES))
        }
        Conn::Sqlite(mut conn) => {
            AnsiTransactionManager::begin_transaction_sql(&mut conn, "BEGIN IMMEDIATE")?;
            let names = applied(conn.run_pending_migrations(SQLITE));
            if names.is_ok() {
                AnsiTransactionManager::commit_transaction(&mut conn)?;
            } else {
                AnsiTransactionManager::rollback_transaction(&mut conn)?;
            }
            names
        }
    }
}

/// Reverts every migration, newest first: for the test that proves that `down.sql` undoes `up.sql`.
///
/// # Errors
/// The database cannot be reached, or a migration cannot be reverted.
pub fn revert_all(url: &DbUrl) -> DbResult<Vec<String>> {
    match (Manager { url: url.clone(), access: Access::Write, statements: Statements::new() }).open()? {
        Conn::Postgres(mut conn) => applied(conn.revert_all_migrations(POSTGRES)),
        Conn::Sqlite(mut conn) => applied(conn.revert_all_migrations(SQLITE)),
    }
}

/// The versions of the migrations that the database still lacks. Reads only, unlike the harness, which would first create
/// its own table.
///
/// # Errors
/// The database cannot be reached, or was never migrated.
pub fn pending(conn: &mut Conn) -> DbResult<Vec<String>> {
    #[derive(diesel::QueryableByName)]
    struct Applied {
        #[diesel(sql_type = diesel::sql_types::Text)]
        version: String,
    }
    let applied: Vec<Applied> = diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(conn)?;
    let known = match conn {
        Conn::Postgres(_) => versions::<diesel::pg::Pg>(&POSTGRES),
        Conn::Sqlite(_) => versions::<diesel::sqlite::Sqlite>(&SQLITE),
    }?;
    Ok(known.into_iter().filter(|version| !applied.iter().any(|row| row.version == *version)).collect())
}

fn versions<DB: diesel::backend::Backend>(source: &EmbeddedMigrations) -> DbResult<Vec<String>> {
    let migrations = MigrationSource::<DB>::migrations(source)
        .map_err(|error| DbError::Unavailable(format!("the embedded migrations cannot be read: {error}")))?;
    Ok(migrations.iter().map(|migration| migration.name().version().to_string()).collect())
}

fn applied<V: ToString>(result: Result<Vec<V>, Box<dyn std::error::Error + Send + Sync>>) -> DbResult<Vec<String>> {
    match result {
        Ok(versions) => Ok(versions.iter().map(ToString::to_string).collect()),
        Err(error) => Err(DbError::Unavailable(format!("a migration failed: {error}"))),
    }
}
