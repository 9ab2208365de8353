//! What can go wrong with suppressions and reports.

use super::signature::SignatureError;
use crate::db::{DbError, TransactionError};
use crate::http::{Code, FieldError, Problem};

/// What can go wrong with suppressions and reports.
#[derive(Debug, thiserror::Error)]
pub enum BounceError {
    /// Fields do not fit.
    #[error("the request does not fit: {}", .0.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldError>),
    /// It is not known who sent the report.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for BounceError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<BounceError> for Problem {
    fn from(error: BounceError) -> Self {
        match error {
            BounceError::Invalid(errors) => Self::invalid(errors),
            BounceError::Signature(error) => Self::new(Code::SignatureInvalid).with_detail(error.to_string()),
            BounceError::Db(error) => error.into(),
        }
    }
}
