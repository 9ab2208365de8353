//! What can go wrong with organisations.

use crate::db::{DbError, TransactionError};
use crate::http::{Code, FieldError, Problem};

/// What can go wrong with organisations.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// Fields do not fit.
    #[error("the request does not fit: {}", .0.iter().map(|fault| fault.pointer.as_str()).collect::<Vec<_>>().join(", "))]
    Invalid(Vec<FieldError>),
    /// The parent is not in this workspace.
    #[error("There is no organisation with this id.")]
    ParentUnknown,
    /// It would lie below itself.
    #[error("The parent is this organisation itself, or lies below it.")]
    ParentCycle,
    /// Something refers to it.
    #[error(
        "An organisation below it, a membership, a series, an event, an appearance, a speaker or a material refers to it."
    )]
    InUse,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl TransactionError for OrganisationError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<OrganisationError> for Problem {
    fn from(error: OrganisationError) -> Self {
        let detail = error.to_string();
        match error {
            OrganisationError::Invalid(errors) => Self::invalid(errors),
            OrganisationError::ParentUnknown => Self::field("/parent_id", Code::ReferenceUnknown, detail),
            OrganisationError::ParentCycle => Self::field("/parent_id", Code::ReferenceCycle, detail),
            OrganisationError::InUse => Self::new(Code::InUse).with_detail(detail),
            OrganisationError::Db(error) => error.into(),
        }
    }
}
