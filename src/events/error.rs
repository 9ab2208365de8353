//! What can go wrong with series and events.

use super::model::{EventStatus, Visibility};
use crate::db::{DbError, TransactionError};
use crate::http::{Code, FieldError, Problem};

/// What can go wrong with series and events.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    /// Something in the request does not fit.
    #[error("the request does not fit")]
    Invalid(Vec<FieldError>),
    /// Another series of the workspace has this slug.
    #[error("another series has this slug")]
    SlugTaken,
    /// Publishing needs what is named, or stops at it.
    #[error("publishing needs more")]
    Incomplete(Vec<FieldError>),
    /// The present state does not allow it.
    #[error("it is {0} and {1}")]
    NotNow(Visibility, EventStatus),
    /// The time of an event that was ever published is changed by a command, so that people can be told.
    #[error("the time of an event that was published is changed by rescheduling it")]
    Reschedule,
    /// No such row in this workspace.
    #[error("not found")]
    NotFound,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for EventError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<EventError> for Problem {
    fn from(error: EventError) -> Self {
        let detail = error.to_string();
        match error {
            EventError::Invalid(errors) => Self::invalid(errors),
            EventError::SlugTaken => Self::new(Code::SlugTaken).with_detail(detail),
            EventError::Incomplete(errors) => Self::new(Code::PublishIncomplete).with_errors(errors),
            EventError::NotNow(visibility, status) => Self::new(Code::NotPossibleNow)
                .with_detail(format!("The event is {visibility} and {status}."))
                .with("visibility", visibility.as_str())
                .with("event_status", status.as_str()),
            EventError::Reschedule => Self::new(Code::NotPossibleNow)
                .with_detail(format!("{detail}: POST …/reschedule, which keeps the old time and tells people.")),
            EventError::NotFound => Self::not_found(),
            EventError::Db(error) => error.into(),
        }
    }
}
