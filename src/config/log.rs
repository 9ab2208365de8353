//! What is logged, and how.

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// What is logged, and how.
#[derive(Debug, Clone, clap::Args)]
pub struct LogConfig {
    /// What is logged: a level, or a filter such as `info,plenary::outbox=debug`.
    #[arg(id = "log_filter", long = "log", env = "PLENARY_LOG", default_value = "info")]
    pub filter: String,
    /// The form of a log line.
    #[arg(id = "log_format", long = "log-format", env = "PLENARY_LOG_FORMAT", value_enum, default_value = "json")]
    pub format: LogFormat,
}
