//! Why the demo could not be loaded.

use crate::accounts::AccountError;
use crate::db::{DbError, TransactionError};
use crate::events::EventError;
use crate::materials::MaterialError;
use crate::organisations::OrganisationError;
use crate::sessions::SessionError;
use crate::speakers::SpeakerError;

/// Why the demo could not be loaded. All but a failure of the storage are faults of ours.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The workspace or its token was refused.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// An organisation was refused.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    /// A speaker or an appearance was refused.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
    /// A series or an event was refused.
    #[error(transparent)]
    Event(#[from] EventError),
    /// An agenda was refused.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A material was refused.
    #[error(transparent)]
    Material(#[from] MaterialError),
    /// The data does not have the form of a step.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A step names what no step before it has made.
    #[error("there is no {0}")]
    UnknownReference(String),
    /// Two steps give the same key.
    #[error("there is a {0} already")]
    KeyTaken(String),
    /// A step failed. Its cause is given whole, with the fields that do not fit.
    #[error("the demo's programme {programme}, step {step}: {error} ({error:?})")]
    Step {
        /// The file.
        programme: &'static str,
        /// Which of its steps, from 1.
        step: usize,
        /// What went wrong.
        error: Box<DemoError>,
    },
}

impl TransactionError for DemoError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            Self::Account(error) => error.db_error(),
            Self::Organisation(error) => error.db_error(),
            Self::Speaker(error) => error.db_error(),
            Self::Event(error) => error.db_error(),
            Self::Session(error) => error.db_error(),
            Self::Material(error) => error.db_error(),
            Self::Step { error, .. } => error.db_error(),
            Self::Unreadable(_) | Self::UnknownReference(_) | Self::KeyTaken(_) => None,
        }
    }
}
