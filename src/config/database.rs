//! Where the data is.

/// Where the data is.
#[derive(Clone, clap::Args)]
pub struct DatabaseConfig {
    /// The database: `sqlite:PATH` or `postgres://user:password@host:5432/database`.
    #[arg(
        id = "database_url",
        long = "database-url",
        env = "PLENARY_DATABASE_URL",
        default_value = "sqlite:data/plenary.db",
        hide_env_values = true
    )]
    pub url: String,
    /// Connections of this process.
    #[arg(
        id = "database_connections", long = "database-connections",
        env = "PLENARY_DATABASE_CONNECTIONS",
        default_value_t = 8,
        value_parser = clap::value_parser!(u32).range(1..=500)
    )]
    pub connections: u32,
}
