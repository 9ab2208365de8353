//! Sizes and rates.

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

/// Sizes and rates.
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
}
