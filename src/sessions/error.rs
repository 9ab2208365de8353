//! What can go wrong with an agenda.

use crate::db::{DbError, TransactionError};
use crate::events::EventError;
use crate::http::{Code, FieldError, Problem};
use crate::speakers::SpeakerError;

/// What can go wrong with an agenda.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Something in the request does not fit.
    #[error("the request does not fit")]
    Invalid(Vec<FieldError>),
    /// A session would contain itself.
    #[error("a session cannot be moved into itself or into what it contains")]
    Cycle,
    /// Sessions take place in the room.
    #[error("sessions take place in this room")]
    RoomInUse,
    /// Materials belong to a session that would be removed.
    #[error("materials belong to a session that would be removed; with `remove_materials=true` they are removed too")]
    HasMaterials,
    /// There is an agenda already.
    #[error("the event has an agenda already; with `replace` it is removed")]
    NotEmpty,
    /// The event itself does not fit.
    #[error(transparent)]
    Event(#[from] EventError),
    /// An appearance does not fit.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl SessionError {
    /// One fault in what was sent.
    pub(super) fn field(pointer: &str, code: Code, detail: &str) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, detail)])
    }

    /// The same of a request that does not hold what is at fault: `pointer` brought it about.
    pub(super) fn at(self, pointer: &str) -> Self {
        match self {
            Self::Invalid(errors) => Self::Invalid(
                errors.into_iter().map(|error| FieldError { pointer: pointer.to_owned(), ..error }).collect(),
            ),
            other => other,
        }
    }
}

impl TransactionError for SessionError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            Self::Speaker(error) => error.db_error(),
            Self::Event(error) => error.db_error(),
            _ => None,
        }
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        let detail = format!("{error}.");
        match error {
            SessionError::Invalid(errors) => Self::invalid(errors),
            SessionError::Cycle => Self::field("/parent_id", Code::ReferenceCycle, detail),
            SessionError::RoomInUse | SessionError::HasMaterials => Self::new(Code::InUse).with_detail(detail),
            SessionError::NotEmpty => Self::new(Code::NotPossibleNow).with_detail(detail),
            SessionError::Event(error) => error.into(),
            SessionError::Speaker(error) => error.into(),
            SessionError::Db(error) => error.into(),
        }
    }
}
