//! How mail leaves, and how what comes back is let in.

use std::path::PathBuf;

use super::SecretKey;

/// How mail leaves. The addresses are parsed by the mail room, which says what to write where one is wrong.
#[derive(Clone, clap::Args)]
pub struct MailConfig {
    /// How mail leaves: `smtp://host:port` (plain, for a relay next door), `smtp+starttls://`, `smtps://user:password@host`
    /// or `file:FOLDER`.
    #[arg(
        id = "mail_url",
        long = "mail-url",
        env = "PLENARY_MAIL_URL",
        default_value = "file:data/mail",
        hide_env_values = true
    )]
    pub url: String,
    /// The address that mails are sent from.
    #[arg(
        id = "mail_from",
        long = "mail-from",
        env = "PLENARY_MAIL_FROM",
        default_value = "plenary@localhost.localdomain"
    )]
    pub from: String,
    /// Seconds that one mail may take.
    #[arg(
        id = "mail_timeout", long = "mail-timeout",
        env = "PLENARY_MAIL_TIMEOUT",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(1..=600)
    )]
    pub timeout_seconds: u64,
    /// How mails are signed.
    #[command(flatten)]
    pub dkim: DkimConfig,
    /// At least 32 characters; signs the reports of bounces that are posted to `/api/v1/mail/bounces`, which does not exist
    /// without it.
    #[arg(long = "bounce-secret", env = "PLENARY_BOUNCE_SECRET", hide_env_values = true)]
    pub bounce_secret: Option<SecretKey>,
}

/// How mails are signed with DKIM: all three or none. The mail room reads the key and says what is wrong with it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DkimConfig {
    /// A PEM file with the private key that mails are signed with (DKIM): RSA, which every receiver knows, or Ed25519.
    #[arg(id = "dkim_key", long = "dkim-key", env = "PLENARY_DKIM_KEY")]
    pub key: Option<PathBuf>,
    /// The name under which receivers find the public key, a DNS label of your choice.
    #[arg(id = "dkim_selector", long = "dkim-selector", env = "PLENARY_DKIM_SELECTOR")]
    pub selector: Option<String>,
    /// The domain that signs: that of the sender's address, or one above it.
    #[arg(id = "dkim_domain", long = "dkim-domain", env = "PLENARY_DKIM_DOMAIN")]
    pub domain: Option<String>,
}
