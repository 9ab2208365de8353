//! A database per test, copied from one that was migrated once.
//!
//! SQLite: a file in a folder of its own, which disappears with the value. PostgreSQL: a database on the server that
//! [`super::postgres`] finds, emptied before the next test has it; one that was never migrated is made for its test alone.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use diesel::{Connection, PgConnection, SqliteConnection};
use plenary::db::migrate;
use plenary::db::{Conn, DbUrl};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::postgres::{self, Kept, Slot};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// The embedded one.
    Sqlite,
    /// The server.
    Postgres,
}

/// A database that nobody else uses. It is gone when this is dropped.
pub struct Database {
    backend: Backend,
    url: String,
    place: Place,
}

enum Place {
    Folder { _folder: TempDir },
    Kept { database: Option<Kept>, _slot: Slot },
    Server { name: String, _slot: Slot },
}

impl Database {
    /// With all migrations applied.
    pub fn migrated(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => {
                let (database, file) = Self::in_folder();
                std::fs::copy(sqlite_template(), file).expect("the template can be copied");
                database
            }
            Backend::Postgres => {
                let slot = Slot::take();
                let kept = Kept::take(postgres_template());
                Self::on_server(kept.name().to_owned(), |_| Place::Kept { database: Some(kept), _slot: slot })
            }
        }
    }

    /// With nothing in it.
    pub fn empty(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::in_folder().0,
            Backend::Postgres => {
                let slot = Slot::take();
                Self::on_server(postgres::create_database(), |name| Place::Server { name, _slot: slot })
            }
        }
    }

    /// Which one it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Its address, as in `PLENARY_DATABASE_URL`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its address, parsed.
    pub fn db_url(&self) -> DbUrl {
        DbUrl::parse(&self.url).expect("the harness makes valid addresses")
    }

    /// A connection beside the application's, for looking behind its back.
    pub fn connect(&self) -> Conn {
        match self.db_url() {
            DbUrl::Sqlite(path) => Conn::Sqlite(SqliteConnection::establish(&path.to_string_lossy()).unwrap()),
            DbUrl::Postgres(url) => Conn::Postgres(PgConnection::establish(&url).unwrap()),
        }
    }

    /// A folder beside a database that is a file, for what else the application keeps there.
    fn in_folder() -> (Self, PathBuf) {
        let folder = tempfile::Builder::new().prefix("plenary-test-").tempdir().expect("a temporary folder");
        let file = folder.path().join("plenary.db");
        let url = format!("sqlite:{}", file.display());
        (Self { backend: Backend::Sqlite, url, place: Place::Folder { _folder: folder } }, file)
    }

    fn on_server(name: String, place: impl FnOnce(String) -> Place) -> Self {
        let url = postgres::server().url_of(&name);
        Self { backend: Backend::Postgres, url, place: place(name) }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match &mut self.place {
            Place::Folder { .. } => {}
            Place::Kept { database, .. } => {
                if let Some(database) = database.take() {
                    database.rest();
                }
            }
            Place::Server { name, .. } => postgres::drop_database(name),
        }
    }
}

/// The names of the migrations of one side, in order.
pub fn migration_names(backend: Backend) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(migrations_folder(backend))
        .expect("the folder of migrations")
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Where the migrations of one side lie.
pub fn migrations_folder(backend: Backend) -> PathBuf {
    let side = match backend {
        Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
    };
    Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(side)
}

/// Names a set of migrations by what is in it, so that a template is made anew when one of them changes.
fn digest_of_migrations(backend: Backend) -> String {
    let mut digest = Sha256::new();
    for name in migration_names(backend) {
        let up = std::fs::read(migrations_folder(backend).join(&name).join("up.sql")).expect("an up.sql");
        digest.update(name.as_bytes());
        digest.update(up);
    }
    digest.finalize().iter().take(6).fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}

/// Migrates an empty database, and sees to it that the binary embeds the migrations that lie in the folder.
fn migrate_template(backend: Backend, url: &str) {
    let applied = migrate::run(&DbUrl::parse(url).unwrap()).expect("the migrations run");
    let versions: Vec<String> =
        migration_names(backend).iter().map(|name| name.split('_').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(applied, versions, "the binary embeds other migrations than the folder has: touch src/db/migrate.rs");
}

fn sqlite_template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let ready = folder.join(format!("plenary-template-{}.db", digest_of_migrations(Backend::Sqlite)));
        if !ready.exists() {
            // Another process may do the same: each makes its own, and the last rename wins.
            let building = tempfile::Builder::new().prefix("building-").tempdir_in(folder).expect("a folder");
            let file = building.path().join("plenary.db");
            migrate_template(Backend::Sqlite, &format!("sqlite:{}", file.display()));
            std::fs::rename(file, &ready).expect("the template can be put in its place");
        }
        ready
    })
}

fn postgres_template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("plenary_template_{}", digest_of_migrations(Backend::Postgres));
        postgres::make_template(&name, |url| migrate_template(Backend::Postgres, url));
        name
    })
}
