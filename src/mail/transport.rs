//! The mailer: where a finished message goes, and what became of it.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    address::EmailAddress,
    dkim::{DkimError, DkimSigner},
    file::FileTransport,
    gate::{Gate, OptionalGate},
    mail_url::{MailUrl, MailUrlError},
    memory::MemoryTransport,
    message::MailMessage,
    session::MailSession,
    smtp::SmtpTransport,
};

/// How long one send may take, unless configured otherwise.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

/// How mail is sent.
#[derive(Clone)]
pub struct MailConfig {
    /// Where mail goes: `smtp://host:port`, `smtp+starttls://user:password@host`, `smtps://user:password@host`,
    /// `file:folder` or `memory:`. It may hold a password and is not printed by `Debug`.
    pub url: String,
    /// Our sender address, in the `From` header and in the envelope.
    pub from: EmailAddress,
    /// The name beside it, where a message names none.
    pub from_name: Option<String>,
    /// The limit of one send, from connecting to the server's last answer.
    pub timeout: Duration,
}

impl fmt::Debug for MailConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailConfig")
            .field("url", &self.url.parse::<MailUrl>())
            .field("from", &self.from)
            .field("from_name", &self.from_name)
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// Who our mails come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The address.
    pub address: EmailAddress,
    /// The display name used where a message has none of its own.
    pub name: Option<String>,
}

/// Why a mail was not sent. The reasons hold the server's code and text, and no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// A later attempt may succeed: the server was unreachable, busy or silent, asked for patience, or does not accept
    /// our configuration.
    #[error("to be tried again: {reason}")]
    Retry {
        /// What happened, on one line.
        reason: String,
    },
    /// This mail will never be accepted as it is, or its recipient is not written to any more.
    #[error("failed for good: {reason}")]
    Fail {
        /// What happened, on one line.
        reason: String,
    },
}

impl SendError {
    /// What happened, on one line and without addresses.
    pub fn reason(&self) -> &str {
        match self {
            Self::Retry { reason } | Self::Fail { reason } => reason,
        }
    }

    /// Whether a later attempt may succeed.
    pub fn is_retry(&self) -> bool {
        matches!(self, Self::Retry { .. })
    }
}

/// The ways out of the house.
#[derive(Debug, Clone)]
pub enum Transport {
    /// To an SMTP server.
    Smtp(SmtpTransport),
    /// Into a folder, one file a mail.
    File(FileTransport),
    /// Into the memory of this process.
    Memory(MemoryTransport),
}

/// Sends mails. Clones are cheap and share the transport.
#[derive(Debug, Clone)]
pub struct Mailer {
    sender: Arc<Sender>,
    timeout: Duration,
    transport: Transport,
    signer: Option<DkimSigner>,
    gate: OptionalGate,
}

impl Mailer {
    /// Reads the configuration; nothing is connected yet.
    ///
    /// # Errors
    /// [`MailUrlError`] says what to write instead, or that the system's CA certificates cannot be used.
    pub fn from_config(config: &MailConfig) -> Result<Self, MailUrlError> {
        let transport = match config.url.parse()? {
            MailUrl::Smtp(server) => Transport::Smtp(SmtpTransport::new(server, config.from.domain(), config.timeout)?),
            MailUrl::File(folder) => Transport::File(FileTransport::new(folder)),
            MailUrl::Memory => Transport::Memory(MemoryTransport::default()),
        };
        let sender = Sender { address: config.from.clone(), name: config.from_name.clone() };
        let gate = OptionalGate::default();
        Ok(Self { sender: Arc::new(sender), timeout: config.timeout, transport, signer: None, gate })
    }

    /// Signs what is sent.
    ///
    /// # Errors
    /// The signature would not speak for the sender.
    pub fn signed_by(self, signer: DkimSigner) -> Result<Self, DkimError> {
        signer.check_sender(&self.sender.address)?;
        Ok(Self { signer: Some(signer), ..self })
    }

    /// Asks `gate` before each mail.
    #[must_use]
    pub fn guarded_by(self, gate: Arc<dyn Gate>) -> Self {
        Self { gate: OptionalGate(Some(gate)), ..self }
    }

    /// Sends one mail on a connection of its own.
    ///
    /// # Errors
    /// [`SendError`] says whether to try again. After [`SendError::Retry`] the mail may have arrived all the same (a
    /// server can fall silent after taking it), which is why a Message-ID never changes between attempts.
    pub async fn send(&self, message: &MailMessage) -> Result<(), SendError> {
        let mut session = self.session();
        let outcome = session.send(message).await;
        session.close().await;
        outcome
    }

    /// Starts a session, in which several mails share a connection as long as all goes well.
    pub fn session(&self) -> MailSession {
        MailSession::new(self.clone())
    }

    /// Who the mails come from.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }

    /// The limit of one send.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Where the mails go.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(super) fn signer(&self) -> Option<&DkimSigner> {
        self.signer.as_ref()
    }

    pub(super) fn gate(&self) -> &OptionalGate {
        &self.gate
    }

    /// The mails sent so far, if they are kept in memory (`memory:`).
    pub fn memory(&self) -> Option<&MemoryTransport> {
        match &self.transport {
            Transport::Memory(memory) => Some(memory),
            Transport::Smtp(_) | Transport::File(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_keeps_the_password() {
        let config = MailConfig {
            url: "smtps://ann:hunter2@mail.example.org".to_owned(),
            from: EmailAddress::parse("events@example.org").unwrap(),
            from_name: None,
            timeout: DEFAULT_TIMEOUT,
        };
        assert_eq!(
            format!("{config:?}"),
            "MailConfig { url: Ok(Smtp(smtps://***@mail.example.org:465)), from: EmailAddress(e…@…), \
             from_name: None, timeout: 30s }"
        );
    }
}
