//! What can go wrong with wordings.

use crate::db::{DbError, TransactionError};
use crate::http::{FieldError, Problem};
use crate::mail::TemplateError;

/// What can go wrong with wordings.
#[derive(Debug, thiserror::Error)]
pub enum WordingError {
    /// It cannot be used.
    #[error("{} faults", .0.len())]
    Invalid(Vec<FieldError>),
    /// A mail of ours cannot be rendered: a fault of ours.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for WordingError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<WordingError> for Problem {
    fn from(error: WordingError) -> Self {
        match error {
            WordingError::Invalid(errors) => Self::invalid(errors),
            WordingError::Template(error) => Self::internal(error.to_string()),
            WordingError::Db(error) => error.into(),
        }
    }
}
