//! What the commands share: the log, the database, and speaking to the operator.

pub mod serve;
pub mod setup;

use std::path::Path;

use anyhow::Context as _;
use plenary::config::{LogConfig, LogFormat, SecretKey};
use plenary::db::{DEFAULT_URL, DbUrl, migrate};
use tracing_subscriber::EnvFilter;

/// Says something to the operator on standard error.
#[expect(clippy::print_stderr, reason = "the command line speaks to its operator")]
pub fn complain(text: &str) {
    eprintln!("{text}");
}

/// Gives the operator what they asked for on standard output.
#[expect(clippy::print_stdout, reason = "the command line speaks to its operator")]
pub fn say(text: &str) {
    println!("{text}");
}

/// Begins to log to standard error.
pub fn start_log(config: &LogConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.filter)
        .with_context(|| format!("PLENARY_LOG cannot be read: {}; write a level such as info", config.filter))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.format {
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).init(),
        LogFormat::Text => log.with_ansi(false).init(),
    }
    Ok(())
}

/// Parses the database's address and migrates it. The default's folder is made; any other has to be there, so that a
/// mistyped path is noticed.
pub fn prepare_database(url: &str) -> anyhow::Result<DbUrl> {
    let parsed = DbUrl::parse(url)?;
    if url == DEFAULT_URL
        && let Some(folder) = parsed.file().and_then(Path::parent)
    {
        std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    let applied = migrate::run(&parsed)?;
    if !applied.is_empty() {
        tracing::info!(migrations = applied.join(", "), "the database was migrated");
    }
    Ok(parsed)
}

/// The key that signs links: as given, or kept in a file beside the embedded database. Replicas on a server have to share
/// theirs, so there it has to be given.
pub fn secret_key(given: Option<SecretKey>, database: &DbUrl) -> anyhow::Result<Option<SecretKey>> {
    let (None, Some(file)) = (&given, database.file()) else { return Ok(given) };
    let path = file.with_extension("key");
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            Ok(Some(text.trim().parse().map_err(|error: String| anyhow::anyhow!("{}: {error}", path.display()))?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let secret = plenary::time::Ids::random().secret();
            let text = secret.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            write_private(&path, &text).with_context(|| format!("{} cannot be written", path.display()))?;
            Ok(Some(text.parse().map_err(|error: String| anyhow::anyhow!(error))?))
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

#[cfg(unix)]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(not(unix))]
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    std::fs::write(path, text)
}
