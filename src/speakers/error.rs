//! What can go wrong with speakers and appearances.

use crate::db::{DbError, TransactionError};
use crate::http::{Code, FieldError, Problem};

/// What can go wrong with speakers and appearances.
#[derive(Debug, thiserror::Error)]
pub enum SpeakerError {
    /// Fields do not fit.
    #[error("the request does not fit: {}", .0.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldError>),
    /// The speaker appears somewhere, or something is by them.
    #[error("The speaker appears on an event, or a material is by them.")]
    InUse,
    /// There is no such invitation.
    #[error("There is no such invitation.")]
    NoInvitation,
    /// The invitation was sent again, and this is the link of an earlier one.
    #[error("A newer invitation was sent; use the link in it.")]
    LinkRevoked,
    /// The event was cancelled.
    #[error("The event was cancelled.")]
    EventCancelled,
    /// The present state does not allow it.
    #[error("{0}")]
    NotNow(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for SpeakerError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<SpeakerError> for Problem {
    fn from(error: SpeakerError) -> Self {
        let detail = error.to_string();
        match error {
            SpeakerError::Invalid(errors) => Self::invalid(errors),
            SpeakerError::InUse => Self::new(Code::InUse).with_detail(detail),
            SpeakerError::NoInvitation => Self::not_found(),
            SpeakerError::LinkRevoked => Self::new(Code::LinkRevoked).with_detail(detail),
            SpeakerError::EventCancelled => Self::new(Code::EventCancelled),
            SpeakerError::NotNow(_) => Self::new(Code::NotPossibleNow).with_detail(detail),
            SpeakerError::Db(error) => error.into(),
        }
    }
}
