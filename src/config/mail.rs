//! How mail leaves.

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
}
