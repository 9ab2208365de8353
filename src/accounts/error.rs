//! What can go wrong with accounts.

use chrono::{DateTime, Utc};

use crate::db::{DbError, TransactionError};
use crate::http::{Code, Problem};

/// What can go wrong with accounts.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The slug is taken.
    #[error("a workspace with this slug exists already")]
    SlugTaken,
    /// The address is taken in this workspace.
    #[error("a member with this e-mail address exists already")]
    MemberExists,
    /// The password is too short or too long.
    #[error("a password has 12 to 200 characters")]
    PasswordInvalid,
    /// No member with this address and password.
    #[error("the e-mail address or the password is wrong")]
    SignInFailed,
    /// Too many failures; the next try is taken at this time.
    #[error("too many failed sign-ins")]
    SignInBlocked(DateTime<Utc>, DateTime<Utc>),
    /// The address is staff of several workspaces.
    #[error("this address is staff of several workspaces; name one")]
    WorkspaceNeeded,
    /// A token may not carry more than its maker's.
    #[error("a token cannot carry scopes that its maker lacks")]
    ScopesTooWide,
    /// Nobody makes somebody more than they are.
    #[error("this role has scopes that the token lacks")]
    RoleTooHigh,
    /// The last owner cannot go.
    #[error("a workspace needs an owner")]
    LastOwner,
    /// No workspace has this slug.
    #[error("there is no workspace with this slug")]
    UnknownWorkspace,
    /// No such row in this workspace.
    #[error("not found")]
    NotFound,
    /// Storage or hashing failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Hashing failed.
    #[error("hashing a password failed: {0}")]
    Hashing(String),
}

impl TransactionError for AccountError {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Db(error) => Some(error),
            _ => None,
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        let detail = error.to_string();
        match error {
            AccountError::SlugTaken => Self::new(Code::SlugTaken),
            AccountError::MemberExists | AccountError::LastOwner => Self::new(Code::NotPossibleNow).with_detail(detail),
            AccountError::PasswordInvalid => Self::field("/password", Code::TextInvalid, detail),
            AccountError::SignInFailed => Self::new(Code::SignInFailed),
            AccountError::SignInBlocked(until, now) => {
                let wait = (until - now).num_seconds().max(0) + 1;
                Self::new(Code::SignInBlocked).with_header("retry-after", wait.to_string())
            }
            AccountError::WorkspaceNeeded => Self::field("/workspace", Code::FieldRequired, detail),
            AccountError::ScopesTooWide | AccountError::RoleTooHigh => Self::new(Code::Forbidden).with_detail(detail),
            AccountError::NotFound | AccountError::UnknownWorkspace => Self::not_found(),
            AccountError::Db(error) => error.into(),
            AccountError::Hashing(cause) => Self::internal(cause),
        }
    }
}
