//! What can go wrong with calendars.

use crate::db::{DbError, TransactionError};
use crate::http::{Code, Problem};

/// What can go wrong with calendars.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// There is nothing that everybody may see.
    #[error("not found")]
    NotFound,
    /// The address of a personal feed was replaced by a newer one.
    #[error("the address was replaced")]
    LinkRevoked,
    /// Storage failed, or holds what cannot be read.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for CalendarError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::NotFound | Self::LinkRevoked => None,
            Self::Db(error) => Some(error),
        }
    }
}

impl From<CalendarError> for Problem {
    /// Programs that subscribe take a 503 for what it is and try again; other faults make some of them give up.
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::NotFound => Self::not_found(),
            CalendarError::LinkRevoked => Self::new(Code::LinkRevoked),
            CalendarError::Db(error @ DbError::Unavailable(_)) => error.into(),
            CalendarError::Db(error) => {
                tracing::error!(%error, "a calendar could not be made");
                Self::new(Code::Unavailable)
            }
        }
    }
}
