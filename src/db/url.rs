//! The database address: `sqlite:PATH` or `postgres://…`.
//!
//! The backend follows from the scheme and from nothing else. A string without a known scheme is refused here, because
//! an ORM that is left to guess turns a mistyped server address into a new `SQLite` file of that name.

use std::path::{Path, PathBuf};

/// Where the embedded default keeps its data.
pub const DEFAULT_URL: &str = "sqlite:data/plenary.db";

/// A parsed database address.
#[derive(Clone, PartialEq, Eq)]
pub enum DbUrl {
    /// A file of the embedded database.
    Sqlite(PathBuf),
    /// A libpq connection URI.
    Postgres(String),
}

/// Why an address was refused; the text says what to write instead.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DbUrlError {
    /// No scheme that we know.
    #[error(
        "PLENARY_DATABASE_URL has to start with `sqlite:` (a file, as in sqlite:data/plenary.db) or `postgres://` (a server, as in postgres://user@host/plenary)"
    )]
    Scheme,
    /// `sqlite:` with nothing behind it, or a database that lives in memory only.
    #[error("PLENARY_DATABASE_URL names no file: write sqlite:PATH, as in sqlite:data/plenary.db")]
    NoFile,
    /// A server address that is no URI.
    #[error("PLENARY_DATABASE_URL is no server address: write postgres://user:password@host:5432/database")]
    Server,
}

impl DbUrl {
    /// Parses an address.
    ///
    /// # Errors
    /// A scheme other than `sqlite:`, `postgres://` and `postgresql://`, or nothing usable behind it.
    pub fn parse(text: &str) -> Result<Self, DbUrlError> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let path = rest.strip_prefix("//").unwrap_or(rest);
            if path.is_empty() || path.contains(":memory:") || path.contains('?') {
                return Err(DbUrlError::NoFile);
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            let url = url::Url::parse(text).map_err(|_error| DbUrlError::Server)?;
            if url.path().len() < 2 {
                return Err(DbUrlError::Server);
            }
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err(DbUrlError::Scheme)
    }

    /// The address without its password, for logs and messages.
    pub fn redacted(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite:{}", path.display()),
            Self::Postgres(text) => match url::Url::parse(text) {
                Ok(url) => {
                    let host = url.host_str().unwrap_or("localhost");
                    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
                    format!("postgres://{host}{port}{}", url.path())
                }
                Err(_) => "postgres://…".to_owned(),
            },
        }
    }

    /// The file of the embedded database.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl std::fmt::Debug for DbUrl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.redacted())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_alone_decides() {
        assert_eq!(DbUrl::parse("sqlite:data/a.db"), Ok(DbUrl::Sqlite("data/a.db".into())));
        assert_eq!(DbUrl::parse("sqlite:///var/a.db"), Ok(DbUrl::Sqlite("/var/a.db".into())));
        assert!(matches!(DbUrl::parse("postgres://me@db/plenary"), Ok(DbUrl::Postgres(_))));
        assert!(matches!(DbUrl::parse("postgresql:///plenary?host=/run"), Ok(DbUrl::Postgres(_))));
        for wrong in ["host=db dbname=x", "postgres:oops", "data/a.db", "", "mysql://db/x", "Sqlite:x"] {
            assert_eq!(DbUrl::parse(wrong), Err(DbUrlError::Scheme), "{wrong}");
        }
        for wrong in ["sqlite:", "sqlite::memory:", "sqlite://"] {
            assert_eq!(DbUrl::parse(wrong), Err(DbUrlError::NoFile), "{wrong}");
        }
        assert_eq!(DbUrl::parse("postgres://db"), Err(DbUrlError::Server));
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = DbUrl::parse("postgres://me:secret@db:5433/plenary").unwrap();
        assert_eq!(format!("{url:?}"), "postgres://db:5433/plenary");
    }
}
