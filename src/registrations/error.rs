//! What can go wrong with registrations.

use chrono::{DateTime, SecondsFormat, Utc};

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
    /// The event is not where this is possible.
    #[error("the event does not allow it now: {0}")]
    NotAtThisTime(&'static str),
    /// It was sent a moment ago: from when on it can be again, and what time it is.
    #[error("not before {0}")]
    TooSoon(DateTime<Utc>, DateTime<Utc>),
    /// The link was replaced by a newer one.
    #[error("the link was replaced")]
    LinkRevoked,
    /// What was personal in it was erased.
    #[error("what was personal was erased")]
    Erased,
    /// The event was called off.
    #[error("the event was cancelled")]
    EventCancelled,
    /// The registration came to its end.
    #[error("the registration has ended: it is {0}")]
    Ended(RegistrationState),
    /// The address was entered too often today: until when nobody can enter it, and what time it is.
    #[error("entered too often; not before {0}")]
    Overused(DateTime<Utc>, DateTime<Utc>),
    /// Another registration of the event has the address.
    #[error("the address is registered already")]
    AddressTaken,
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
            RegistrationError::NotAtThisTime(why) => Self::new(Code::NotPossibleNow).with_detail(why),
            RegistrationError::TooSoon(from, now) => {
                let at = from.to_rfc3339_opts(SecondsFormat::Secs, true);
                let problem = Self::new(Code::RateLimited).with_detail(format!("Not before {at}."));
                problem.with("not_before", at).with_header("retry-after", seconds_until(from, now))
            }
            RegistrationError::LinkRevoked => Self::new(Code::LinkRevoked),
            RegistrationError::Erased => Self::new(Code::DataErased),
            RegistrationError::EventCancelled => Self::new(Code::EventCancelled),
            RegistrationError::Ended(state) => Self::new(Code::RegistrationEnded)
                .with_detail(format!("The registration is {state}."))
                .with("state", state.as_str()),
            RegistrationError::Overused(until, now) => {
                Self::new(Code::AddressOverused).with_header("retry-after", seconds_until(until, now))
            }
            RegistrationError::AddressTaken => Self::new(Code::AddressTaken),
            RegistrationError::Db(error) => error.into(),
        }
    }
}

/// Whole seconds after which a moment has passed.
fn seconds_until(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    ((at - now).num_seconds().max(0) + 1).to_string()
}
