//! Where the API is, from inside and from outside.

use std::net::SocketAddr;

use secrecy::SecretString;

use super::Switch;

/// A key that signs links, long enough to be one. Never printed.
#[derive(Clone)]
pub struct SecretKey(pub SecretString);

impl std::str::FromStr for SecretKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() < 32 {
            return Err(
                "the key needs at least 32 characters, for example the output of `openssl rand -hex 32`".to_owned()
            );
        }
        Ok(Self(SecretString::from(text)))
    }
}

/// Where the API is, from inside and from outside.
#[derive(Clone, clap::Args)]
pub struct ServerConfig {
    /// Where the API listens.
    #[arg(long, env = "PLENARY_BIND", default_value = "127.0.0.1:8080")]
    pub bind: SocketAddr,
    /// The address that links in mails and feeds begin with, as people reach it from outside; where the
    /// API listens if absent.
    #[arg(long, env = "PLENARY_PUBLIC_URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,
    /// Origins of frontends that may call the API from a browser, comma-separated, or `*`.
    #[arg(long, env = "PLENARY_CORS_ORIGINS", value_delimiter = ',', value_parser = parse_origin)]
    pub cors_origins: Vec<String>,
    /// `on` behind a proxy that sets X-Forwarded-For; its last entry then counts as the client's address.
    #[arg(long, env = "PLENARY_TRUST_PROXY", value_enum, default_value = "off")]
    pub trust_proxy: Switch,
    /// At least 32 characters, the same for every replica; signs the links in mails. With SQLite and without it, a key
    /// is kept in a file beside the database.
    #[arg(long, env = "PLENARY_SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<SecretKey>,
    /// Threads that serve requests; as many as cores if not given.
    #[arg(long, env = "PLENARY_THREADS")]
    pub threads: Option<usize>,
}

impl ServerConfig {
    /// The address that links begin with: as given, or where the API listens.
    pub fn address(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.bind))
    }
}

/// An origin is a scheme and a host, perhaps a port, and no path (RFC 6454 section 6.2). An empty entry is none.
fn parse_origin(text: &str) -> Result<String, String> {
    let text = text.trim().trim_end_matches('/');
    let is_origin =
        |url: &url::Url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text;
    if text.is_empty() || text == "*" || url::Url::parse(text).is_ok_and(|url| is_origin(&url)) {
        return Ok(text.to_owned());
    }
    Err("write origins such as https://www.example.org, comma-separated, or *".to_owned())
}

fn parse_public_url(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text)
        .map_err(|_error| "write an absolute address, as in https://events.example.org".to_owned())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || url.query().is_some() || url.fragment().is_some()
    {
        return Err("write an absolute http or https address, as in https://events.example.org".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}
