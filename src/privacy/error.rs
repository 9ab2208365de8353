//! What can go wrong with erasing.

use crate::db::{DbError, TransactionError};
use crate::http::Problem;
use crate::registrations::RegistrationError;
use crate::speakers::SpeakerError;

/// What can go wrong with erasing. Each is the error of the room whose rows were erased.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// A registration.
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    /// A speaker.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for PrivacyError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Registration(error) => error.db_error(),
            Self::Speaker(error) => error.db_error(),
            Self::Db(error) => Some(error),
        }
    }
}

impl From<PrivacyError> for Problem {
    fn from(error: PrivacyError) -> Self {
        match error {
            PrivacyError::Registration(error) => error.into(),
            PrivacyError::Speaker(error) => error.into(),
            PrivacyError::Db(error) => error.into(),
        }
    }
}
