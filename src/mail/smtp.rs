//! SMTP (RFC 5321), one mail and one recipient at a time.
//!
//! The commands are sent one by one here rather than by the library's `send`, which would wait for the goodbye of a
//! server that refused, hide at which step a fault happened, and take any positive reply for an acceptance.
//!
//! What a fault means:
//!
//! | fault | outcome |
//! |---|---|
//! | anything before `MAIL FROM`: unreachable, TLS, greeting, login | `Retry`: it says nothing about this mail |
//! | 4xx, a lost connection, silence, a reply that makes no sense | `Retry` |
//! | 530, 534, 535, 538: the server wants another login or encryption | `Retry`: the configuration is wrong |
//! | any other 5xx, and what the client itself finds unsendable | `Fail` |
//!
//! A 5xx from `RCPT TO` on whose enhanced status says that the address is dead (RFC 3463) is also reported as such.

use std::{fmt, io, sync::Arc, time::Duration};

use lettre::{
    Address,
    transport::smtp::{
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, AsyncTokioStream, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
        response::{Response, Severity},
    },
};
use secrecy::ExposeSecret as _;

use super::{
    address::EmailAddress,
    mail_url::{MailUrlError, Security, SmtpServer},
    reason::scrub,
    status::EnhancedStatus,
    stream::{TlsStream, connect},
    transport::SendError,
};

/// How long the goodbye may take; the mail is already accepted.
const QUIT_LIMIT: Duration = Duration::from_secs(1);

/// Replies by which a server rejects our login or asks for one (RFC 4954 section 6), rather than the mail.
const LOGIN_REPLIES: [u16; 4] = [530, 534, 535, 538];

/// Replies by which a server refuses a mailbox (RFC 5321 section 4.2.3).
const DEAD_REPLIES: [u16; 3] = [550, 551, 553];

/// How far a send has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Write,
    Store,
    Connect,
    Tls,
    Greeting,
    StartTls,
    Login,
    MailFrom,
    RcptTo,
    Data,
    Content,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Write => "writing the mail",
            Self::Store => "storing the mail",
            Self::Connect => "connecting",
            Self::Tls => "the TLS handshake",
            Self::Greeting => "the greeting",
            Self::StartTls => "STARTTLS",
            Self::Login => "the login",
            Self::MailFrom => "MAIL FROM",
            Self::RcptTo => "RCPT TO",
            Self::Data => "DATA",
            Self::Content => "the end of the message",
        })
    }
}

impl Step {
    /// The outcome when the time is up at this step.
    pub(super) fn timed_out(self, limit: Duration) -> SendError {
        let unknown = if self == Self::Content { "; the server may have taken the mail" } else { "" };
        SendError::Retry { reason: format!("{self}: not finished within {limit:?}{unknown}") }
    }
}

/// Why a mail was not sent, and whether the server said that its recipient does not exist.
#[derive(Debug)]
pub(super) struct Unsent {
    pub error: SendError,
    pub dead_address: Option<EnhancedStatus>,
}

impl From<SendError> for Unsent {
    fn from(error: SendError) -> Self {
        Self { error, dead_address: None }
    }
}

/// A mail as SMTP sees it.
pub(super) struct Outgoing<'a> {
    pub from: Address,
    pub to: Address,
    /// The recipient once more, to keep it out of reasons.
    pub recipient: &'a EmailAddress,
    pub raw: &'a [u8],
}

/// What went wrong, before it is known whether that is the mail's fault.
enum Fault {
    Io(io::Error),
    Smtp(lettre::transport::smtp::Error),
    /// A positive reply, but not the one that this step asks for.
    OutOfStep(Response),
    /// The message is not ASCII, which not every server can carry.
    NotAscii,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<lettre::transport::smtp::Error> for Fault {
    fn from(error: lettre::transport::smtp::Error) -> Self {
        Self::Smtp(error)
    }
}

impl Fault {
    /// Decides between trying again and giving up.
    fn judge(&self, step: Step, recipient: &EmailAddress) -> Unsent {
        let (permanent, text) = match self {
            Self::Io(error) => (false, error.to_string()),
            Self::OutOfStep(reply) => (false, format!("unexpected reply {}", reply.code())),
            Self::NotAscii => (true, "the mail holds characters that the server may not carry".to_owned()),
            Self::Smtp(error) => {
                let code = error.status().map(u16::from);
                let about_login = code.is_some_and(|code| LOGIN_REPLIES.contains(&code));
                let permanent = step >= Step::MailFrom && (error.is_permanent() && !about_login || error.is_client());
                let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
                (permanent, code.map_or_else(|| words.clone(), |code| format!("{code} {words}")))
            }
        };
        let reason = format!("{step}: {}", scrub(&text, Some(recipient)));
        let error = if permanent { SendError::Fail { reason } } else { SendError::Retry { reason } };
        Unsent { error, dead_address: self.dead_address(step) }
    }

    /// What the server said, if it said of the recipient's address that it is dead.
    fn dead_address(&self, step: Step) -> Option<EnhancedStatus> {
        let Self::Smtp(error) = self else { return None };
        if step < Step::RcptTo || !error.status().map(u16::from).is_some_and(|code| DEAD_REPLIES.contains(&code)) {
            return None;
        }
        let words = std::error::Error::source(error)?.to_string();
        EnhancedStatus::at_start_of(&words).filter(|status| status.is_dead_address())
    }

    /// Whether a connection that had been idle turned out to be gone, before the server heard anything of this mail.
    fn is_stale(&self, step: Step) -> bool {
        match self {
            Self::Smtp(error) if step == Step::MailFrom => {
                error.status().is_none_or(|code| u16::from(code) == 421) && !error.is_client()
            }
            _ => false,
        }
    }
}

/// An SMTP server, ready to be connected to. Clones share the TLS set-up.
#[derive(Clone)]
pub struct SmtpTransport {
    inner: Arc<Inner>,
}

struct Inner {
    server: SmtpServer,
    tls: Option<TlsParameters>,
    hello: ClientId,
    connect_limit: Duration,
}

impl fmt::Debug for SmtpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpTransport({:?})", self.inner.server)
    }
}

impl SmtpTransport {
    /// `domain` is what we call ourselves in EHLO; `timeout` is the limit of a whole send.
    pub(super) fn new(server: SmtpServer, domain: &str, timeout: Duration) -> Result<Self, MailUrlError> {
        let tls = match server.security {
            Security::Plain => None,
            Security::StartTls | Security::Implicit => {
                let parameters = TlsParameters::new(server.host.clone());
                Some(parameters.map_err(|error| MailUrlError::Tls(error.to_string()))?)
            }
        };
        let hello = ClientId::Domain(domain.to_owned());
        // A host with a dead first address leaves time for the second.
        let connect_limit = timeout / 3;
        Ok(Self { inner: Arc::new(Inner { server, tls, hello, connect_limit }) })
    }

    /// Sends on the open connection, or on a new one if there is none or it has gone stale. Gives the connection back
    /// when the mail was accepted.
    pub(super) async fn send(
        &self,
        open: Option<Connection>,
        mail: &Outgoing<'_>,
        step: &mut Step,
    ) -> Result<Connection, Unsent> {
        if let Some(mut connection) = open {
            match connection.deliver(mail, step).await {
                Ok(()) => return Ok(connection),
                Err(fault) if fault.is_stale(*step) => {}
                Err(fault) => return Err(fault.judge(*step, mail.recipient)),
            }
        }
        let outcome = async {
            let mut connection = self.connect(step).await?;
            connection.deliver(mail, step).await?;
            Ok(connection)
        };
        let outcome: Result<Connection, Fault> = outcome.await;
        outcome.map_err(|fault| fault.judge(*step, mail.recipient))
    }

    async fn connect(&self, step: &mut Step) -> Result<Connection, Fault> {
        let Inner { server, tls, hello, connect_limit } = &*self.inner;
        *step = Step::Connect;
        let tcp = connect(&server.host, server.port, *connect_limit).await?;
        let stream: Box<dyn AsyncTokioStream> = match (server.security, tls) {
            (Security::Implicit, Some(tls)) => {
                *step = Step::Tls;
                Box::new(TlsStream::handshake(tcp, tls.clone()).await?)
            }
            _ => Box::new(tcp),
        };
        *step = Step::Greeting;
        let mut smtp = AsyncSmtpConnection::connect_with_transport(stream, hello).await?;
        if let (Security::StartTls, Some(tls)) = (server.security, tls) {
            *step = Step::StartTls;
            smtp.starttls(tls.clone(), hello).await?;
        }
        if let Some(login) = &server.login {
            *step = Step::Login;
            let user = login.user.expose_secret().to_owned();
            let credentials = Credentials::new(user, login.password.expose_secret().to_owned());
            smtp.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(Connection { smtp })
    }
}

/// A connection that has been greeted, secured and logged in.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
}

impl Connection {
    /// Hands one mail over. After an error the connection must not be used again.
    async fn deliver(&mut self, mail: &Outgoing<'_>, step: &mut Step) -> Result<(), Fault> {
        *step = Step::MailFrom;
        if !mail.raw.is_ascii() {
            return Err(Fault::NotAscii);
        }
        completed(self.smtp.command(Mail::new(Some(mail.from.clone()), Vec::new())).await?)?;
        *step = Step::RcptTo;
        completed(self.smtp.command(Rcpt::new(mail.to.clone(), Vec::new())).await?)?;
        *step = Step::Data;
        let reply = self.smtp.command(Data).await?;
        if !reply.has_code(354) {
            return Err(Fault::OutOfStep(reply));
        }
        *step = Step::Content;
        completed(self.smtp.message(mail.raw).await?)
    }

    /// Says goodbye, for a second at most.
    pub(super) async fn quit(mut self) {
        if tokio::time::timeout(QUIT_LIMIT, self.smtp.quit()).await.is_err() {
            tracing::debug!("the mail server did not answer QUIT");
        }
    }
}

/// Only 2xx completes a command; 354 as an answer to anything but DATA means that replies are out of step.
fn completed(reply: Response) -> Result<(), Fault> {
    if reply.code().severity == Severity::PositiveCompletion { Ok(()) } else { Err(Fault::OutOfStep(reply)) }
}
