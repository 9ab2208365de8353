//! What can go wrong between us and the database, sorted by what a caller can do about it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A storage failure.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The server cannot be reached, or every connection is taken: try again later (503).
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A unique index refused the row. Only meaningful inside a savepoint on `PostgreSQL`, see [`super::in_savepoint`].
    #[error("a row with this key exists already")]
    UniqueViolation,
    /// A foreign key refused the row.
    #[error("a row that this one points at does not exist, or is still pointed at")]
    ForeignKeyViolation,
    /// Two transactions crossed; the whole transaction may be run again.
    #[error("the transaction crossed another one")]
    Crossed,
    /// A row that has to be there is not.
    #[error("no such row")]
    NotFound,
    /// The statement failed: a fault of ours.
    #[error("the database refused a statement: {0}")]
    Statement(DieselError),
    /// A stored value does not fit its type: a fault of ours, or a hand in the database.
    #[error("a stored value does not fit: {0}")]
    Corrupt(String),
    /// The closure panicked; its effects were rolled back.
    #[error("the transaction panicked")]
    Panicked,
}

impl DbError {
    /// The error of a row that names others, which were there when they were looked up: the whole transaction has to be run
    /// again, to say that one is gone.
    pub fn gone_meanwhile(error: DieselError) -> Self {
        match Self::from(error) {
            Self::ForeignKeyViolation => Self::Crossed,
            other => other,
        }
    }

    /// Whether running the same transaction once more may end otherwise. What a foreign key refused was there when it was
    /// read and has gone since; run again, the transaction finds that out and says so.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Crossed | Self::ForeignKeyViolation)
    }
}

impl From<DieselError> for DbError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::UniqueViolation,
            DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => Self::ForeignKeyViolation,
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => Self::Crossed,
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().trim().to_owned())
            }
            DieselError::DatabaseError(_, ref info) => {
                let message = info.message();
                if message.contains("deadlock detected") {
                    Self::Crossed
                } else if message.contains("terminating connection")
                    || message.contains("server closed the connection")
                    || message.contains("no connection to the server")
                    || message.contains("database is locked")
                    || message.contains("disk is full")
                    // The time-outs that every connection sets.
                    || message.contains("canceling statement due to")
                {
                    Self::Unavailable(message.lines().next().unwrap_or_default().to_owned())
                } else {
                    Self::Statement(error)
                }
            }
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection broke".to_owned()),
            other => Self::Statement(other),
        }
    }
}

/// The answer of every store function.
pub type DbResult<T> = Result<T, DbError>;

/// An error that a transaction's closure may return: it can be made from a [`DbError`], and tells whether it is one.
pub trait TransactionError: From<DbError> + Send + 'static {
    /// The storage failure behind this error, if it is one.
    fn db_error(&self) -> Option<&DbError>;
}

impl TransactionError for DbError {
    fn db_error(&self) -> Option<&DbError> {
        Some(self)
    }
}
