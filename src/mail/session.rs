//! A session: several mails, one after the other, on one connection.
//!
//! Saving the greeting, the TLS handshake and the login pays when a worker has many mails in hand. A connection is only
//! kept after a mail was accepted on it. After anything else, even a plain refusal, it is dropped: a connection on which
//! an answer may still be outstanding would give the next mail the answer to this one. For the same reason it is taken
//! out of the session while a mail is on its way, so that a send that is cancelled leaves none behind.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt as _;

use super::{
    gate::Refusal,
    message::MailMessage,
    mime,
    smtp::{Connection, Outgoing, Step, Unsent},
    transport::{Mailer, SendError, Transport},
};

/// Sends mails one after the other, on one connection as long as all goes well.
pub struct MailSession {
    mailer: Mailer,
    open: Option<Connection>,
}

impl MailSession {
    pub(super) fn new(mailer: Mailer) -> Self {
        Self { mailer, open: None }
    }

    /// Sends one mail, within the configured limit, unless its recipient is not written to any more.
    ///
    /// # Errors
    /// [`SendError`] says whether to try again. A panic in the MIME or SMTP library becomes [`SendError::Fail`].
    pub async fn send(&mut self, message: &MailMessage) -> Result<(), SendError> {
        self.mailer.gate().admit(message).await?;
        let Err(unsent) = self.hand_over(message).await else { return Ok(()) };
        if let Some(status) = unsent.dead_address {
            let refusal = Refusal { status, reason: unsent.error.reason().to_owned() };
            self.mailer.gate().refused(message, refusal).await;
        }
        Err(unsent.error)
    }

    async fn hand_over(&mut self, message: &MailMessage) -> Result<(), Unsent> {
        let mut step = Step::Write;
        let open = self.open.take();
        let limit = self.mailer.timeout();
        // Boxed: a TLS connection makes the future some 6 KB large, and every caller would carry it.
        match contain(limit, Box::pin(attempt(&self.mailer, open, message, &mut step))).await {
            Ok(Ok(connection)) => {
                self.open = connection;
                Ok(())
            }
            Ok(Err(error)) => Err(error),
            Err(Broken::Panicked) => {
                tracing::error!(message_id = %message.message_id, ?step, "writing or sending a mail panicked");
                Err(SendError::Fail { reason: format!("{step}: an internal fault") }.into())
            }
            Err(Broken::TimedOut) => Err(step.timed_out(limit).into()),
        }
    }

    /// Ends the session politely. Dropping it ends it as well, without a goodbye.
    pub async fn close(mut self) {
        if let Some(connection) = self.open.take() {
            connection.quit().await;
        }
    }
}

/// How a send can end without an outcome.
#[derive(Debug, PartialEq, Eq)]
enum Broken {
    Panicked,
    TimedOut,
}

/// Runs to the end, to a panic or to the limit, whichever comes first.
async fn contain<T>(limit: Duration, attempt: impl Future<Output = T>) -> Result<T, Broken> {
    match tokio::time::timeout(limit, AssertUnwindSafe(attempt).catch_unwind()).await {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(_panic)) => Err(Broken::Panicked),
        Err(_elapsed) => Err(Broken::TimedOut),
    }
}

/// Writes the message, signs it and hands it over; gives back the connection, if there is one that can be used again.
async fn attempt(
    mailer: &Mailer,
    open: Option<Connection>,
    message: &MailMessage,
    step: &mut Step,
) -> Result<Option<Connection>, Unsent> {
    let unwritable = |error: mime::BuildError| SendError::Fail { reason: error.to_string() };
    let mut raw = message.build(mailer.sender()).map_err(unwritable)?.formatted();
    if let Some(signer) = mailer.signer() {
        // It is not the mail's fault.
        raw = signer.sign(&raw, message.date).map_err(|reason| SendError::Retry { reason })?;
    }
    match mailer.transport() {
        Transport::Smtp(smtp) => {
            let outgoing = Outgoing {
                from: mime::to_lettre(&mailer.sender().address).map_err(unwritable)?,
                to: mime::to_lettre(&message.to.address).map_err(unwritable)?,
                recipient: &message.to.address,
                raw: &raw,
            };
            smtp.send(open, &outgoing, step).await.map(Some)
        }
        Transport::File(file) => {
            *step = Step::Store;
            file.store(message, raw).await?;
            Ok(None)
        }
        Transport::Memory(memory) => {
            memory.store(message, raw);
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_send_ends_with_an_outcome_a_panic_or_the_limit() {
        let limit = Duration::from_millis(50);
        assert_eq!(contain(limit, async { 1 }).await, Ok(1));
        let panicking = async {
            tokio::task::yield_now().await;
            panic!("a fault in a library");
        };
        assert_eq!(contain::<u8>(limit, panicking).await, Err(Broken::Panicked));
        assert_eq!(contain::<u8>(limit, std::future::pending()).await, Err(Broken::TimedOut));
    }
}
