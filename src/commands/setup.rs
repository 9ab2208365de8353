//! What an operator does by hand: migrate, document, ask for health, print the DKIM record, make workspaces, members and tokens.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use anyhow::{Context as _, bail};
use plenary::accounts::{self, AccountError, NewMember, NewToken, NewWorkspace, Notices, Role};
use plenary::config::{DatabaseConfig, DkimConfig};
use plenary::db::{Conn, Db, PoolSize};
use plenary::http::{Checks, WorkspaceId};
use plenary::mail::{DkimSigner, EmailAddress};
use plenary::routes;
use plenary::time::{Clock, Context, Ids, IsoDuration, Zone};

/// `plenary migrate`
#[derive(clap::Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    database: DatabaseConfig,
}

/// `plenary openapi`
#[derive(clap::Args)]
pub struct OpenapiArgs {
    /// Write nothing; fail if the file is out of date.
    #[arg(long)]
    check: bool,
    /// Where the document is.
    #[arg(long, default_value = "openapi/openapi.json")]
    file: std::path::PathBuf,
}

/// `plenary health`
#[derive(clap::Args)]
pub struct HealthArgs {
    /// What to ask; plain http.
    #[arg(long, default_value = "http://127.0.0.1:8080/health/ready")]
    url: url::Url,
}

/// `plenary dkim-record`
#[derive(clap::Args)]
pub struct DkimRecordArgs {
    #[command(flatten)]
    dkim: DkimConfig,
}

/// `plenary create-workspace`
#[derive(clap::Args)]
pub struct WorkspaceArgs {
    /// Its short name in addresses: lower-case letters, digits and single hyphens.
    slug: String,
    /// Its name, shown to people.
    #[arg(long)]
    name: String,
    /// The IANA zone that its staff think in.
    #[arg(long, default_value = "UTC")]
    timezone: String,
    /// The language of its mails: a BCP 47 tag.
    #[arg(long, default_value = "en")]
    language: String,
    #[command(flatten)]
    database: DatabaseConfig,
}

/// `plenary create-member`
#[derive(clap::Args)]
pub struct MemberArgs {
    /// The slug of the workspace.
    #[arg(long)]
    workspace: String,
    /// Where they get mail, and what they sign in with.
    #[arg(long)]
    email: String,
    /// What they are trusted with: owner, organiser, editor, assistant or viewer.
    #[arg(long)]
    role: Role,
    /// Their name.
    #[arg(long)]
    name: Option<String>,
    /// Read their password from standard input; without it they cannot sign in.
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    database: DatabaseConfig,
}

/// `plenary create-token`
#[derive(clap::Args)]
pub struct TokenArgs {
    /// The slug of the workspace.
    #[arg(long)]
    workspace: String,
    /// The role whose scopes it carries: owner, organiser, editor, assistant or viewer.
    #[arg(long)]
    role: Role,
    /// What it is for.
    #[arg(long)]
    name: String,
    /// When it stops working, as an ISO 8601 duration such as P90D; never if absent.
    #[arg(long)]
    expires_in: Option<String>,
    #[command(flatten)]
    database: DatabaseConfig,
}

/// Migrates the database.
pub fn migrate(args: &MigrateArgs) -> anyhow::Result<()> {
    let url = super::prepare_database(&args.database.url)?;
    super::say(&format!("{} is up to date", url.redacted()));
    Ok(())
}

/// Writes or checks the OpenAPI document.
pub fn openapi(args: &OpenapiArgs) -> anyhow::Result<()> {
    let document = routes::openapi_json().map_err(anyhow::Error::msg)?;
    let file = args.file.display();
    if args.check {
        let stored = std::fs::read_to_string(&args.file).with_context(|| format!("{file} cannot be read"))?;
        if stored != document {
            bail!("{file} is out of date: run `cargo run -- openapi`");
        }
        return Ok(());
    }
    std::fs::write(&args.file, document).with_context(|| format!("{file} cannot be written"))
}

/// Asks a server on plain http whether it answers 200.
pub fn health(args: &HealthArgs) -> anyhow::Result<()> {
    let host = args.url.host_str().context("the URL names no host")?;
    let port = args.url.port_or_known_default().unwrap_or(80);
    let address = (host, port).to_socket_addrs()?.next().context("the host has no address")?;
    let wait = Duration::from_secs(3);
    let mut stream = TcpStream::connect_timeout(&address, wait).context("nothing listens there")?;
    stream.set_read_timeout(Some(wait))?;
    write!(stream, "GET {} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n", args.url.path())?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer).context("no answer in time")?;
    let status = answer.split_whitespace().nth(1).unwrap_or_default();
    if status == "200" { Ok(()) } else { bail!("the answer is {status}") }
}

/// Prints the name and the value of the TXT record for the configured key.
pub fn dkim_record(args: &DkimRecordArgs) -> anyhow::Result<()> {
    let signer = DkimSigner::from_config(&args.dkim)?;
    let signer =
        signer.context("set PLENARY_DKIM_KEY, PLENARY_DKIM_SELECTOR and PLENARY_DKIM_DOMAIN, or give their flags")?;
    super::say(&signer.record_name());
    super::say(&signer.record_value());
    Ok(())
}

/// Makes a workspace.
pub fn create_workspace(args: WorkspaceArgs) -> anyhow::Result<()> {
    let mut checks = Checks::new();
    checks.slug("/slug", &args.slug);
    checks.line("/name", &args.name, plenary::http::LINE);
    checks.language("/language", &args.language);
    if let Some(error) = checks.into_errors().first() {
        bail!("{}: {}", error.pointer.trim_start_matches('/'), error.detail);
    }
    let timezone = Zone::parse(&args.timezone)?;
    let new = NewWorkspace { slug: args.slug, name: args.name, timezone, language: args.language };
    let workspace = change(&args.database, move |conn, context| accounts::create_workspace(conn, context, &new))?;
    super::say(&workspace.id.to_string());
    Ok(())
}

/// Adds a member.
pub fn create_member(args: MemberArgs) -> anyhow::Result<()> {
    let email = EmailAddress::parse(&args.email)?;
    let password = if args.password_stdin {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        Some(text.trim_end_matches(['\r', '\n']).to_owned().into())
    } else {
        None
    };
    let context = Context::new(&Clock::system(), &Ids::random());
    let hash = password.as_ref().map(|password| accounts::hash_password(&context, password)).transpose()?;
    let new = NewMember { email, name: args.name, role: args.role, password, notices: Notices::Each };
    let slug = args.workspace;
    let member = change(&args.database, move |conn, context| {
        let workspace = workspace_named(conn, &slug)?;
        accounts::create_member(conn, context, workspace, &new, hash.as_deref())
    })?;
    super::say(&member.id.to_string());
    Ok(())
}

/// Makes a token and prints it.
pub fn create_token(args: TokenArgs) -> anyhow::Result<()> {
    let duration = args.expires_in.as_deref().map(IsoDuration::parse).transpose()?;
    let slug = args.workspace;
    let (name, role) = (args.name, args.role);
    let token = change(&args.database, move |conn, context| {
        let workspace = workspace_named(conn, &slug)?;
        let expires_at = duration.as_ref().map(|duration| context.now + duration.as_delta());
        let new = NewToken { name: name.clone(), role, scopes: None, expires_at };
        accounts::create_token(conn, context, workspace, None, None, &new)
    })?;
    super::say(&token.0);
    Ok(())
}

fn workspace_named(conn: &mut Conn, slug: &str) -> Result<WorkspaceId, AccountError> {
    let workspace = accounts::store::find_workspace_by_slug(conn, slug)?;
    workspace.map(|workspace| workspace.id).ok_or(AccountError::UnknownWorkspace)
}

/// Runs one change on the migrated database.
fn change<T: Send + 'static>(
    database: &DatabaseConfig,
    change: impl Fn(&mut Conn, &Context) -> Result<T, AccountError> + Send + 'static,
) -> anyhow::Result<T> {
    let url = super::prepare_database(&database.url)?;
    let db = Db::open(&url, PoolSize { connections: 1, ..PoolSize::default() })?;
    let context = Context::new(&Clock::system(), &Ids::random());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(db.write(move |conn| change(conn, &context)))?)
}
