//! What can go wrong with materials.

use crate::db::{DbError, TransactionError};
use crate::http::{FieldError, Problem};

/// What can go wrong with materials.
#[derive(Debug, thiserror::Error)]
pub enum MaterialError {
    /// Fields do not fit.
    #[error("the material does not fit: {}", .0.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldError>),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for MaterialError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            Self::Invalid(_) => None,
        }
    }
}

impl From<MaterialError> for Problem {
    fn from(error: MaterialError) -> Self {
        match error {
            MaterialError::Invalid(errors) => Self::invalid(errors),
            MaterialError::Db(error) => error.into(),
        }
    }
}
