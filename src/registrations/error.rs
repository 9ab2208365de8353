//! What can go wrong with registrations.

use super::model::RegistrationState;
use crate::db::{DbError, TransactionError};
use crate::http::{Code, FieldError, Problem};

/// What can go wrong with registrations.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// No such event or registration for whoever asks.
    #[error("not found")]
    NotFound,
    /// Registration is not open now.
    #[error("registration for this event is not open")]
    Closed,
    /// No seat is free, and there is no wait list.
    #[error("the event is full and keeps no wait list")]
    Full,
    /// What was sent does not fit the form.
    #[error("{} faults", .0.len())]
    Invalid(Vec<FieldError>),
    /// The present state does not allow it.
    #[error("the registration is {0}")]
    NotNow(RegistrationState),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for RegistrationError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<RegistrationError> for Problem {
    fn from(error: RegistrationError) -> Self {
        match error {
            RegistrationError::NotFound => Self::not_found(),
            RegistrationError::Closed => Self::new(Code::RegistrationClosed),
            RegistrationError::Full => Self::new(Code::EventFull),
            RegistrationError::Invalid(errors) => Self::invalid(errors),
            RegistrationError::NotNow(state) => Self::new(Code::NotPossibleNow)
                .with_detail(format!("The registration is {state}."))
                .with("state", state.as_str()),
            RegistrationError::Db(error) => error.into(),
        }
    }
}
