//! `serve` and `worker`: they run until SIGTERM or SIGINT, then finish what is in hand.

use std::net::TcpListener;

use anyhow::Context as _;
use plenary::app::{App, Settings};
use plenary::config::{DatabaseConfig, LimitConfig, LogConfig, MailConfig, ServerConfig, WorkerConfig};
use plenary::time::{Clock, Ids};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// `plenary serve`
#[derive(clap::Args)]
pub struct ServeArgs {
    /// Load the example programmes into an empty database and print where to look.
    #[arg(long)]
    demo: bool,
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

/// `plenary worker`
#[derive(clap::Args)]
pub struct WorkerArgs {
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

/// Serves the API.
pub fn serve(args: ServeArgs) -> anyhow::Result<()> {
    super::start_log(&args.log)?;
    let database = super::prepare_database(&args.database.url)?;
    let mut server = args.server;
    server.secret_key = super::secret_key(server.secret_key, &database)?;
    let settings =
        Settings { server, database: args.database, mail: args.mail, limits: args.limits, worker: args.worker };
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

/// Keeps the outbox's promises.
pub fn work(args: WorkerArgs) -> anyhow::Result<()> {
    super::start_log(&args.log)?;
    let database = super::prepare_database(&args.database.url)?;
    let mut server = args.server;
    server.secret_key = super::secret_key(server.secret_key, &database)?;
    let settings =
        Settings { server, database: args.database, mail: args.mail, limits: args.limits, worker: args.worker };
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
