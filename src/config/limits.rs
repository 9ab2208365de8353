//! Sizes and rates, and how long things are kept.

use chrono::TimeDelta;

/// How many public writes one client network may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// As many as it likes.
    Off,
    /// So many a minute, and at once.
    PerMinute(std::num::NonZeroU32),
}

impl std::str::FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self::Off);
        }
        text.parse().map(Self::PerMinute).map_err(|_error| "write `off`, or how many a minute, as in 60".to_owned())
    }
}

/// Sizes and rates, and how long things are kept.
#[derive(Debug, Clone, clap::Args)]
pub struct LimitConfig {
    /// Bytes of a request's body.
    #[arg(long = "body-limit", env = "PLENARY_BODY_LIMIT", default_value_t = 1 << 20)]
    pub body_bytes: usize,
    /// Public writes a minute and client network (IPv4 address or IPv6 /64), or `off`.
    #[arg(long, env = "PLENARY_RATE_LIMIT", default_value = "60")]
    pub rate_limit: RateLimit,
    /// How often a day strangers may enter one address to register, over all events of the server: each entry may send it
    /// a mail.
    #[arg(long, env = "PLENARY_ADDRESS_LIMIT", default_value_t = 20, value_parser = clap::value_parser!(i32).range(1..))]
    pub address_entries: i32,
    /// How many days it is known what became of a message, once it has ended and what it is about is over. At least four: for so
    /// long a follow-up could be sent again.
    #[arg(long, env = "PLENARY_OUTBOX_DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(4..))]
    pub outbox_days: u16,
}

impl LimitConfig {
    /// How long it is known what became of a message.
    pub fn messages_kept(&self) -> TimeDelta {
        TimeDelta::days(i64::from(self.outbox_days))
    }
}
