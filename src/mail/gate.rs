//! Who is still written to. The room that keeps the list implements [`Gate`]; this room knows only that there is one.

use std::{fmt, pin::Pin, sync::Arc};

use super::{message::MailMessage, status::EnhancedStatus, transport::SendError};

/// What an asynchronous method of a [`Gate`] returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A server said that the recipient does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What it said, as a code.
    pub status: EnhancedStatus,
    /// What it said, in words, without addresses.
    pub reason: String,
}

/// Asked before each mail, and told when an address turns out to be dead.
pub trait Gate: Send + Sync {
    /// Lets a mail pass, or refuses it: [`SendError::Fail`] for an address that is not written to any more.
    fn admit<'a>(&'a self, message: &'a MailMessage) -> Answer<'a, Result<(), SendError>>;

    /// Takes note that a server refused the recipient for good.
    fn refused<'a>(&'a self, message: &'a MailMessage, refusal: Refusal) -> Answer<'a, ()>;
}

/// The gate of a mailer: none lets every mail pass.
#[derive(Clone, Default)]
pub(super) struct OptionalGate(pub Option<Arc<dyn Gate>>);

impl OptionalGate {
    pub async fn admit(&self, message: &MailMessage) -> Result<(), SendError> {
        match &self.0 {
            Some(gate) => gate.admit(message).await,
            None => Ok(()),
        }
    }

    pub async fn refused(&self, message: &MailMessage, refusal: Refusal) {
        if let Some(gate) = &self.0 {
            gate.refused(message, refusal).await;
        }
    }
}

impl fmt::Debug for OptionalGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "kept" } else { "open" })
    }
}
