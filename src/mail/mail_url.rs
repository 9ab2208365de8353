//! The mail URL: where mail goes.
//!
//! | URL | meaning |
//! |---|---|
//! | `smtp://host[:25]` | unencrypted SMTP, for a relay on the same machine or in the same private network |
//! | `smtp+starttls://[user:password@]host[:587]` | SMTP that must switch to TLS before anything is said |
//! | `smtps://[user:password@]host[:465]` | SMTP inside TLS from the first byte |
//! | `file:path` | each mail becomes an `.eml` file in that folder |
//! | `memory:` | mails are kept in the process, for tests |
//!
//! The server's certificate is always checked, and there is no way to fall back to clear text. User name and password
//! are percent-decoded. They are refused with `smtp://`, where anybody on the way could read them, unless the server is
//! on the loopback interface.

use std::{fmt, net::IpAddr, path::PathBuf, str::FromStr};

use secrecy::SecretString;
use url::{Host, Url};

/// Why a mail URL cannot be used; each sentence says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailUrlError {
    /// The text has no scheme that is known here.
    #[error(
        "the mail URL must begin with smtp://, smtp+starttls://, smtps://, file: or memory:, for example \
         smtp://localhost:25 or file:./data/mailbox"
    )]
    Scheme,
    /// `file:` without a path.
    #[error("the mail URL file: needs a folder, for example file:./data/mailbox")]
    NoFolder,
    /// `memory:` with something after it.
    #[error("the mail URL memory: takes nothing after the colon")]
    MemoryWithMore,
    /// The part after the scheme is not `[user:password@]host[:port]`.
    #[error("the mail URL must read {0}://[user:password@]host[:port], with special characters percent-encoded")]
    Shape(&'static str),
    /// A path, a query or a fragment after the host.
    #[error("the mail URL ends after the host and port; write smtp+starttls:// or smtps:// to ask for TLS")]
    Trailing,
    /// A user name without a password, or the reverse.
    #[error("the mail URL needs both a user name and a password, or neither: {0}://user:password@host")]
    HalfCredentials(&'static str),
    /// The user name or password is not UTF-8 once decoded.
    #[error("the user name and password in the mail URL must be UTF-8 once percent-decoded")]
    Encoding,
    /// Credentials over a connection that anybody can read.
    #[error("smtp:// would send the password unencrypted; write smtps:// or smtp+starttls:// in the mail URL")]
    ClearTextPassword,
    /// The machine's certificates could not be loaded, or the host cannot be verified by them.
    #[error("TLS cannot be set up for the mail server, check the system's CA certificates: {0}")]
    Tls(String),
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// Not at all.
    Plain,
    /// By STARTTLS, which must succeed (RFC 3207).
    StartTls,
    /// By TLS from the first byte (RFC 8314 section 3.3).
    Implicit,
}

impl Security {
    fn scheme(self) -> &'static str {
        match self {
            Self::Plain => "smtp",
            Self::StartTls => "smtp+starttls",
            Self::Implicit => "smtps",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Plain => 25,
            Self::StartTls => 587,
            Self::Implicit => 465,
        }
    }
}

/// A user name and a password; neither is ever printed.
#[derive(Clone)]
pub(super) struct Login {
    pub user: SecretString,
    pub password: SecretString,
}

/// An SMTP server and how to talk to it.
#[derive(Clone)]
pub(super) struct SmtpServer {
    pub security: Security,
    /// A host name or an IP address without brackets.
    pub host: String,
    pub port: u16,
    pub login: Option<Login>,
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.login.is_some() { "***@" } else { "" };
        write!(f, "{}://{login}{}:{}", self.security.scheme(), self.host, self.port)
    }
}

/// A mail URL that was understood.
#[derive(Debug, Clone)]
pub(super) enum MailUrl {
    Smtp(SmtpServer),
    File(PathBuf),
    Memory,
}

impl FromStr for MailUrl {
    type Err = MailUrlError;

    fn from_str(text: &str) -> Result<Self, MailUrlError> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("file:") {
            // file:///abs and file:/abs are both absolute; file:rel and file://rel are relative.
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() { Err(MailUrlError::NoFolder) } else { Ok(Self::File(PathBuf::from(path))) };
        }
        if let Some(rest) = text.strip_prefix("memory:") {
            return if rest.is_empty() { Ok(Self::Memory) } else { Err(MailUrlError::MemoryWithMore) };
        }
        let security = [Security::Plain, Security::StartTls, Security::Implicit]
            .into_iter()
            .find(|security| text.strip_prefix(security.scheme()).is_some_and(|rest| rest.starts_with("://")))
            .ok_or(MailUrlError::Scheme)?;
        parse_server(text, security).map(Self::Smtp)
    }
}

fn parse_server(text: &str, security: Security) -> Result<SmtpServer, MailUrlError> {
    let shape = MailUrlError::Shape(security.scheme());
    let url = Url::parse(text).map_err(|_error| shape.clone())?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(MailUrlError::Trailing);
    }
    let host = match url.host().ok_or_else(|| shape.clone())? {
        Host::Domain("") => return Err(shape),
        Host::Domain(name) => idna::domain_to_ascii(&decode(name)?).map_err(|_error| shape)?,
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    };
    let login = match (url.username(), url.password()) {
        ("", None) => None,
        ("", Some(_)) | (_, None | Some("")) => return Err(MailUrlError::HalfCredentials(security.scheme())),
        (user, Some(password)) => Some(Login { user: decode(user)?.into(), password: decode(password)?.into() }),
    };
    if login.is_some() && security == Security::Plain && !is_loopback(&host) {
        return Err(MailUrlError::ClearTextPassword);
    }
    Ok(SmtpServer { security, host, port: url.port().unwrap_or_else(|| security.default_port()), login })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Percent-decoding, as UTF-8.
fn decode(text: &str) -> Result<String, MailUrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        if let Some((high, low)) = escaped {
            bytes.push(high * 16 + low);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).map_err(|_error| MailUrlError::Encoding)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
#[path = "mail_url_tests.rs"]
mod tests;
