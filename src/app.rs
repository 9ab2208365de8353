//! The one file that knows everyone: it puts the rooms together. `main.rs` builds one for each process, a test one for
//! itself.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App as ActixApp, HttpRequest, HttpResponse, HttpServer, web};
use secrecy::{ExposeSecret, SecretSlice};
use utoipa_actix_web::AppExt as _;
use utoipa_swagger_ui::SwaggerUi;

use crate::accounts::TokenAuthenticator;
use crate::bounces::Suppressions;
use crate::bounces::api::IntakeKey;
use crate::calendars::FeedCache;
use crate::config::{DatabaseConfig, LimitConfig, MailConfig, ServerConfig, WorkerConfig};
use crate::db::{Db, DbError, DbUrl, DbUrlError, PoolSize};
use crate::http::auth::identify;
use crate::http::docs::{self, PublishedDocument};
use crate::http::page::{PageError, Pages};
use crate::http::routing::{self, KnownPaths};
use crate::http::{InFlight, Links, PublicWrites, State, cors, observe, start_metrics};
use crate::jobs::Jobs;
use crate::mail::{self, DkimSigner, EmailAddress, Mailer};
use crate::outbox::Worker;
use crate::privacy;
use crate::registrations;
use crate::routes;
use crate::speakers;
use crate::time::{Clock, Context, Ids};

/// How long a stop waits for requests and mails in hand.
const STOP_WITHIN: u64 = 30;

/// Everything that an app is built from.
#[derive(Clone)]
pub struct Settings {
    /// Where the API is.
    pub server: ServerConfig,
    /// Where the data is.
    pub database: DatabaseConfig,
    /// How mail leaves.
    pub mail: MailConfig,
    /// Sizes and rates.
    pub limits: LimitConfig,
    /// The worker.
    pub worker: WorkerConfig,
}

/// Why an app could not start: one sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database's address is wrong.
    #[error(transparent)]
    DatabaseUrl(#[from] DbUrlError),
    /// The database does not answer.
    #[error("{0}")]
    Database(#[from] DbError),
    /// Mail is configured wrongly.
    #[error("{0}")]
    Mail(String),
    /// There is no key to sign links with.
    #[error(
        "set PLENARY_SECRET_KEY to at least 32 characters, the same for every replica, for example the output of `openssl rand -hex 32`"
    )]
    SecretKey,
    /// A fault of ours.
    #[error("{0}")]
    Internal(String),
}

/// The app. Cheap to clone.
#[derive(Clone)]
pub struct App {
    state: web::Data<State>,
    feeds: web::Data<FeedCache>,
    mailer: Mailer,
    jobs: Arc<Jobs>,
    document: PublishedDocument,
    settings: Arc<Settings>,
}

impl App {
    /// Builds the app. The database has to be migrated.
    ///
    /// # Errors
    /// One sentence for the operator.
    pub fn new(settings: Settings, clock: Clock, ids: Ids) -> Result<Self, StartError> {
        start_metrics();
        let url = DbUrl::parse(&settings.database.url)?;
        let key = settings.server.secret_key.as_ref().ok_or(StartError::SecretKey)?;
        let size = PoolSize { connections: settings.database.connections, ..PoolSize::default() };
        let db = Db::open(&url, size)?;
        let suppressions = Suppressions::new(db.clone(), clock.clone(), ids.clone());
        let mailer = mailer(&settings.mail)?.guarded_by(Arc::new(suppressions));
        let key: SecretSlice<u8> = key.0.expose_secret().as_bytes().to_vec().into();
        let links = Links::new(key, &settings.server.address());
        let kept = settings.limits.messages_kept();
        let jobs = Jobs::new(db.clone(), clock.clone(), ids.clone(), mailer.clone(), links.clone(), kept)
            .map_err(|error| StartError::Internal(error.to_string()))?;
        let state = State {
            db,
            clock,
            ids,
            authenticator: Arc::new(TokenAuthenticator),
            links,
            pages: Arc::new(pages().map_err(|error| StartError::Internal(error.to_string()))?),
            limits: settings.limits.clone(),
            in_flight: InFlight::default(),
        };
        Ok(Self {
            state: web::Data::new(state),
            feeds: web::Data::new(FeedCache::default()),
            mailer,
            jobs: Arc::new(jobs),
            document: PublishedDocument::new(routes::openapi_json().map_err(StartError::Internal)?),
            settings: Arc::new(settings),
        })
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.state.db
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// The time of this moment, and new ids.
    pub fn context(&self) -> Context {
        self.state.context()
    }

    /// How mail leaves.
    pub fn mailer(&self) -> &Mailer {
        &self.mailer
    }

    /// A worker that keeps the outbox's promises.
    pub fn worker(&self) -> Worker {
        let state = &self.state;
        let concurrency = self.settings.worker.concurrency;
        Worker::new(state.db.clone(), state.clock.clone(), state.ids.clone(), self.jobs.clone(), concurrency)
    }

    /// The API on `listener`. Await it to serve; its handle stops it.
    ///
    /// # Errors
    /// The listener cannot be used.
    pub fn server(&self, listener: TcpListener) -> std::io::Result<Server> {
        let app = self.clone();
        let limits = PublicWrites::new(self.settings.limits.rate_limit, self.settings.server.trust_proxy.is_on());
        let links = self.state.links.clone();
        let limits = limits.except(move |path| registrations::api::is_way_out(&links, path));
        let writer = web::Data::new(self.jobs.mail_writer().clone());
        let intake_key = web::Data::new(IntakeKey(self.settings.mail.bounce_secret.clone()));
        let server = HttpServer::new(move || {
            let (limits, document) = (limits.clone(), app.document.clone());
            let known = KnownPaths::new(routes::document());
            let (service, _document) = ActixApp::new()
                .into_utoipa_app()
                .map(|service| {
                    let service = service.app_data(app.state.clone()).app_data(app.feeds.clone());
                    let service = service.app_data(intake_key.clone()).app_data(writer.clone());
                    service.configure(routing::configure)
                })
                .configure(routes::routes)
                .split_for_parts();
            service
                .route(
                    "/openapi.json",
                    web::get().to(move |request: HttpRequest| answer_document(document.clone(), request)),
                )
                .route("/docs", web::get().to(async || docs::docs_redirect()))
                .route("/docs/", web::get().to(async || docs::docs_page()))
                .route("/docs/index.html", web::get().to(async || docs::docs_page()))
                .service(SwaggerUi::new("/docs/{_:.*}").config(docs::docs_config()))
                .default_service(web::to(move |request: HttpRequest| answer_unknown(known.clone(), request)))
                .wrap(from_fn(move |request, next| limits.clone().guard(request, next)))
                .wrap(from_fn(identify))
                .wrap(Compress::default())
                .wrap(cors::allow_origins(&app.settings.server.cors_origins))
                .wrap(from_fn(cors::explain_refusals))
                .wrap(from_fn(observe))
        })
        .shutdown_timeout(STOP_WITHIN)
        .client_request_timeout(Duration::from_secs(15))
        .disable_signals();
        let server = match self.settings.server.threads {
            Some(threads) => server.workers(threads.max(1)),
            None => server,
        };
        Ok(server.listen(listener)?.run())
    }
}

/// The pages of every room.
fn pages() -> Result<Pages, PageError> {
    let mut pages = Pages::new()?;
    speakers::pages::add_pages(&mut pages)?;
    registrations::pages::add_pages(&mut pages)?;
    registrations::join::pages::add_pages(&mut pages)?;
    registrations::mailings::pages::add_pages(&mut pages)?;
    privacy::pages::add_pages(&mut pages)?;
    Ok(pages)
}

fn mailer(config: &MailConfig) -> Result<Mailer, StartError> {
    let from = EmailAddress::parse(&config.from)
        .map_err(|error| StartError::Mail(format!("PLENARY_MAIL_FROM cannot be used: {error}")))?;
    let wrong = |error: &dyn std::fmt::Display| StartError::Mail(error.to_string());
    let signer = DkimSigner::from_config(&config.dkim).map_err(|error| wrong(&error))?;
    let config = mail::MailConfig {
        url: config.url.clone(),
        from,
        from_name: None,
        timeout: Duration::from_secs(config.timeout_seconds),
    };
    let mailer = Mailer::from_config(&config).map_err(|error| wrong(&error))?;
    match signer {
        Some(signer) => mailer.signed_by(signer).map_err(|error| wrong(&error)),
        None => Ok(mailer),
    }
}

#[expect(clippy::unused_async, reason = "a handler is asynchronous")]
async fn answer_document(document: PublishedDocument, request: HttpRequest) -> HttpResponse {
    document.answer(&request)
}

#[expect(clippy::unused_async, reason = "a handler is asynchronous")]
async fn answer_unknown(known: KnownPaths, request: HttpRequest) -> HttpResponse {
    known.answer(&request)
}
