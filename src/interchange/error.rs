//! What can go wrong with imports and exports.

use super::finding::ImportFinding;
use super::formats::WriteError;
use super::model::ImportState;
use crate::db::{DbError, TransactionError};
use crate::http::{Code, Problem};
use crate::sessions::SessionError;
use crate::speakers::SpeakerError;

/// What can go wrong with imports and exports.
#[derive(Debug, thiserror::Error)]
pub enum InterchangeError {
    /// The import cannot be applied in its state.
    #[error("The import is {0}")]
    NotNow(ImportState),
    /// The event was changed after the file was checked.
    #[error("The event was changed after the file was checked: import the file again")]
    AgendaChanged,
    /// The file does not fit what is there now.
    #[error("the file does not fit")]
    Refused(Vec<ImportFinding>),
    /// The agenda does not fit.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A speaker does not fit.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A page could not be written.
    #[error("the page could not be written: {0}")]
    Page(#[from] minijinja::Error),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for InterchangeError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            Self::Session(error) => error.db_error(),
            Self::Speaker(error) => error.db_error(),
            Self::NotNow(_) | Self::AgendaChanged | Self::Refused(_) | Self::Write(_) | Self::Page(_) => None,
        }
    }
}

impl From<InterchangeError> for Problem {
    fn from(error: InterchangeError) -> Self {
        let detail = format!("{error}.");
        match error {
            InterchangeError::NotNow(state) => {
                Self::new(Code::NotPossibleNow).with_detail(detail).with("state", state.as_str())
            }
            InterchangeError::AgendaChanged => Self::new(Code::NotPossibleNow).with_detail(detail),
            InterchangeError::Refused(_) | InterchangeError::Write(_) | InterchangeError::Page(_) => {
                Self::internal(detail)
            }
            InterchangeError::Session(error) => error.into(),
            InterchangeError::Speaker(error) => error.into(),
            InterchangeError::Db(error) => error.into(),
        }
    }
}
