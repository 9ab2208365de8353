//! Configuration: environment variables, each also a flag; one struct a concern. Nothing here is global: `main.rs` reads
//! it once and hands each part to what needs it.
//!
//! | variable | default | what it sets |
//! |---|---|---|
//! | `PLENARY_BIND` | `127.0.0.1:8080` | where the API listens |
//! | `PLENARY_PUBLIC_URL` | `http://` and `PLENARY_BIND` | the address that links in mails and feeds begin with |
//! | `PLENARY_CORS_ORIGINS` | (none) | origins of frontends, comma-separated, or `*` |
//! | `PLENARY_TRUST_PROXY` | `off` | `on` behind a proxy that sets `X-Forwarded-For` |
//! | `PLENARY_SECRET_KEY` | (file, with `SQLite`) | at least 32 characters; signs the links in mails |
//! | `PLENARY_DATABASE_URL` | `sqlite:data/plenary.db` | `sqlite:PATH` or `postgres://…` |
//! | `PLENARY_DATABASE_CONNECTIONS` | `8` | connections of this process |
//! | `PLENARY_MAIL_URL` | `file:data/mail` | `smtp://`, `smtp+starttls://`, `smtps://` or `file:` |
//! | `PLENARY_MAIL_FROM` | `plenary@localhost.localdomain` | the address that mails are sent from |
//! | `PLENARY_MAIL_TIMEOUT` | `30` | seconds that one mail may take |
//! | `PLENARY_DKIM_KEY` | (none) | a PEM file with the private key that signs mails, RSA or Ed25519 |
//! | `PLENARY_DKIM_SELECTOR` | (none) | the name under which receivers find the public key |
//! | `PLENARY_DKIM_DOMAIN` | (none) | the domain that signs; these three together or none |
//! | `PLENARY_BOUNCE_SECRET` | (none) | at least 32 characters; lets bounces in at `/api/v1/mail/bounces` |
//! | `PLENARY_WORKER` | `on` | `off` if another process runs `plenary worker` |
//! | `PLENARY_WORKER_CONCURRENCY` | `4` | messages sent side by side |
//! | `PLENARY_BODY_LIMIT` | `1048576` | bytes of a request's body |
//! | `PLENARY_RATE_LIMIT` | `60` | public writes a minute and client network; `off` for load tests |
//! | `PLENARY_ADDRESS_LIMIT` | `20` | how often a day one address may be entered to register |
//! | `PLENARY_OUTBOX_DAYS` | `90` | days that it is known what became of a message, once its event is over |
//! | `PLENARY_LOG` | `info` | what is logged, in the syntax of `tracing`'s filters |
//! | `PLENARY_LOG_FORMAT` | `json` | `json` or `text` |

mod database;
mod limits;
mod log;
mod mail;
mod server;
mod worker;

pub use database::DatabaseConfig;
pub use limits::{LimitConfig, RateLimit};
pub use log::{LogConfig, LogFormat};
pub use mail::{DkimConfig, MailConfig};
pub use server::{SecretKey, ServerConfig};
pub use worker::WorkerConfig;

/// A switch as it is written in the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// Yes.
    On,
    /// No.
    Off,
}

impl Switch {
    /// Whether it is on.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}
