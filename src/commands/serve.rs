//! `serve` and `worker`: they run until SIGTERM or SIGINT, then finish what is in hand.

use std::net::TcpListener;

use anyhow::Context as _;
use plenary::app::{App, Settings};
use plenary::config::{DatabaseConfig, LimitConfig, LogConfig, MailConfig, ServerConfig, WorkerConfig};
use plenary::time::{Clock, Ids};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What every process that runs the app reads.
#[derive(clap::Args)]
pub struct AppArgs {
    #[command(flatten)]
    server: ServerConfig,
    #[command(flatten)]
    database: DatabaseConfig,
    #[command(flatten)]
    mail: MailConfig,
    #[command(flatten)]
    worker: WorkerConfig,
    #[command(flatten)]
    limits: LimitConfig,
    #[command(flatten)]
    log: LogConfig,
}

impl AppArgs {
    /// Begins to log, migrates the database, finds the key, and returns what the app is built from.
    fn prepare(mut self) -> anyhow::Result<Settings> {
        super::start_log(&self.log)?;
        let database = super::prepare_database(&self.database.url)?;
        self.server.secret_key = super::secret_key(self.server.secret_key, &database)?;
        let Self { server, database, mail, worker, limits, log: _ } = self;
        Ok(Settings { server, database, mail, limits, worker })
    }
}

/// `plenary serve`
#[derive(clap::Args)]
pub struct ServeArgs {
    /// Load the example programmes into an empty database and print where to look.
    #[arg(long)]
    demo: bool,
    #[command(flatten)]
    app: AppArgs,
}

/// Serves the API.
pub fn serve(args: ServeArgs) -> anyhow::Result<()> {
    let settings = args.app.prepare()?;
    warn_of_defaults(&settings);
    let bind = settings.server.bind;
    let runs_worker = settings.worker.in_server.is_on();
    let public_url = settings.server.address();
    actix_web::rt::System::new().block_on(async move {
        let app = App::new(settings, Clock::system(), Ids::random())?;
        let listener = TcpListener::bind(bind).with_context(|| format!("PLENARY_BIND {bind} cannot be used"))?;
        let server = app.server(listener)?;
        if args.demo {
            let loaded = plenary::demo::load_demo(app.db(), app.context(), &public_url).await?;
            super::say(&loaded.to_string());
        }
        let handle = server.handle();
        let stop = stop_on_signal()?;
        let worker = tokio::spawn({
            let (worker, stop) = (app.worker(), stop.clone());
            async move {
                if runs_worker {
                    worker.run(stop).await;
                }
            }
        });
        tracing::info!(%bind, public_url, "serving");
        tokio::spawn(async move {
            stop.cancelled().await;
            tracing::info!("stopping: no new requests, those in hand are finished");
            handle.stop(true).await;
        });
        server.await?;
        worker.await?;
        tracing::info!("stopped");
        Ok(())
    })
}

/// What is right on one's own machine is seldom meant where the database is a server.
fn warn_of_defaults(settings: &Settings) {
    if !settings.database.url.starts_with("postgres") {
        return;
    }
    if settings.server.public_url.is_none() {
        tracing::warn!("PLENARY_PUBLIC_URL is not set: links in mails and feeds lead to {}", settings.server.address());
    }
    if settings.mail.url.starts_with("file:") {
        tracing::warn!("PLENARY_MAIL_URL is {}: mails are written to files and reach nobody", settings.mail.url);
    }
}

/// Keeps the outbox's promises.
pub fn work(args: AppArgs) -> anyhow::Result<()> {
    let settings = args.prepare()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async move {
        let app = App::new(settings, Clock::system(), Ids::random())?;
        let stop = stop_on_signal()?;
        tracing::info!("working");
        app.worker().run(stop).await;
        tracing::info!("stopped");
        Ok(())
    })
}

/// Cancelled at the first SIGTERM or SIGINT.
fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let token = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        token.cancel();
    });
    Ok(stop)
}
