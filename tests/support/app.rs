//! The application under test.

use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
use plenary::accounts::{self, CalendarMethod, NewMember, NewToken, NewWorkspace, Notices, Role, Workspace};
use plenary::app::{App, Settings};
use plenary::config::{
    DatabaseConfig, DkimConfig, LimitConfig, MailConfig, RateLimit, SecretKey, ServerConfig, Switch, WorkerConfig,
};
use plenary::db::schema::outbox_messages;
use plenary::db::types::At;
use plenary::db::{Conn, TransactionError};
use plenary::mail::EmailAddress;
use plenary::time::{Clock, Context, Ids, Zone};
use serde_json::json;

use super::server::RunningServer;
use super::smtp::SmtpServer;
use super::{Backend, Client, Database, Mail};

/// The moment at which a test begins unless it says otherwise.
const BEGINNING: &str = "2022-02-01T09:00:00Z";
/// What mails are sent from.
pub const SENDER: &str = "plenary@events.example.org";

/// Where the mails of a test go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailWay {
    /// To the scripted server beside the application.
    Smtp,
    /// Anywhere else: `file:…`, `memory:`, a server that is not there.
    Url(String),
}

/// What may be chosen before the application starts.
#[derive(Debug, Clone)]
pub struct TestAppBuilder {
    backend: Backend,
    begins_at: DateTime<Utc>,
    rate_limit: RateLimit,
    address_entries: i32,
    trust_proxy: Switch,
    body_bytes: usize,
    calendar_method: CalendarMethod,
    mail: MailWay,
    mail_timeout: u64,
    is_durable: bool,
    dkim: DkimConfig,
    bounce_secret: Option<&'static str>,
}

impl TestAppBuilder {
    /// The moment at which the clock stands.
    #[must_use]
    pub fn clock_at(mut self, instant: &str) -> Self {
        self.begins_at = instant.parse().expect("an RFC 3339 instant");
        self
    }

    /// So many public writes a minute; otherwise there is no limit.
    #[must_use]
    pub fn rate_limit(mut self, per_minute: u32) -> Self {
        self.rate_limit = RateLimit::PerMinute(NonZeroU32::new(per_minute).expect("at least one"));
        self
    }

    /// Behind a proxy that says where a request comes from.
    #[must_use]
    pub fn behind_a_proxy(mut self) -> Self {
        self.trust_proxy = Switch::On;
        self
    }

    /// So many entries of one address a day; otherwise as many as by default.
    #[must_use]
    pub fn address_limit(mut self, entries: i32) -> Self {
        self.address_entries = entries;
        self
    }

    /// So many bytes of a body; otherwise as many as by default.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_bytes = bytes;
        self
    }

    /// How confirmations carry their calendar entry.
    #[must_use]
    pub fn calendar_method(mut self, method: CalendarMethod) -> Self {
        self.calendar_method = method;
        self
    }

    /// As in production: a commit waits for the disk, and there is a thread for each core.
    #[must_use]
    pub fn durable(mut self) -> Self {
        self.is_durable = true;
        self
    }

    /// Where mails go.
    #[must_use]
    pub fn mail(mut self, way: MailWay) -> Self {
        self.mail = way;
        self
    }

    /// How many seconds sending one mail may take; otherwise five.
    #[must_use]
    pub fn mail_timeout(mut self, seconds: u64) -> Self {
        self.mail_timeout = seconds;
        self
    }

    /// How mails are signed; otherwise they are not.
    #[must_use]
    pub fn dkim(mut self, config: DkimConfig) -> Self {
        self.dkim = config;
        self
    }

    /// The secret of those who report bounces; otherwise nobody may.
    #[must_use]
    pub fn bounce_secret(mut self, secret: &'static str) -> Self {
        self.bounce_secret = Some(secret);
        self
    }

    /// Starts it.
    pub async fn start(self) -> TestApp {
        let database = Database::migrated(self.backend);
        let smtp = SmtpServer::start().await;
        let clock = Clock::fixed(self.begins_at);
        let seeds = AtomicU64::new(1);
        let running = Running::start(&self, &database, &smtp, &clock, &seeds);
        let new = workspace_named("demo");
        let workspace = running.write(move |conn, context| accounts::create_workspace(conn, context, &new)).await;
        let app = TestApp {
            running,
            workspace,
            clock,
            smtp,
            taken: AtomicUsize::new(0),
            left: Mutex::new(Left::Nothing),
            seeds,
            options: self,
            database,
        };
        if app.options.calendar_method == CalendarMethod::Publish {
            let owner = app.staff(Role::Owner).await.if_match("*");
            owner.patch("/api/v1/workspaces/demo", json!({ "calendar_method": "publish" })).await.expect(200);
        }
        app
    }
}

fn workspace_named(slug: &str) -> NewWorkspace {
    NewWorkspace {
        slug: slug.to_owned(),
        name: format!("{slug} programme"),
        timezone: Zone::parse("Europe/Berlin").unwrap(),
        language: "en".to_owned(),
    }
}

/// One process of the application: its server, and a client without a token. It derefs to that client.
pub struct Running {
    client: Client,
    address: SocketAddr,
    _server: RunningServer,
    app: App,
}

impl Running {
    fn start(
        options: &TestAppBuilder,
        database: &Database,
        smtp: &SmtpServer,
        clock: &Clock,
        seeds: &AtomicU64,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let bind = listener.local_addr().unwrap();
        let base = format!("http://{bind}");
        let url = database.url();
        // What the tests add to the address is that a commit does not wait.
        let url = if options.is_durable { url.split('?').next().unwrap_or(url) } else { url }.to_owned();
        let mail_url = match &options.mail {
            MailWay::Smtp => smtp.url(),
            MailWay::Url(url) => url.clone(),
        };
        let settings = Settings {
            server: ServerConfig {
                bind,
                public_url: Some(base.clone()),
                cors_origins: Vec::new(),
                trust_proxy: options.trust_proxy,
                secret_key: Some("0123456789abcdef0123456789abcdef".parse::<SecretKey>().unwrap()),
                threads: (!options.is_durable).then_some(1),
            },
            database: DatabaseConfig { url, connections: if options.is_durable { 8 } else { 4 } },
            mail: MailConfig {
                url: mail_url,
                from: SENDER.to_owned(),
                timeout_seconds: options.mail_timeout,
                dkim: options.dkim.clone(),
                bounce_secret: options.bounce_secret.map(|secret| secret.parse::<SecretKey>().unwrap()),
            },
            limits: LimitConfig {
                body_bytes: options.body_bytes,
                rate_limit: options.rate_limit,
                address_entries: options.address_entries,
                outbox_days: 90,
            },
            worker: WorkerConfig { in_server: Switch::Off, concurrency: 4 },
        };
        let ids = Ids::seeded(seeds.fetch_add(1, Ordering::Relaxed));
        let app = App::new(settings, clock.clone(), ids).expect("the application starts");
        let server = RunningServer::start(app.clone(), listener);
        Self { client: Client::new(&base), address: bind, _server: server, app }
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The application behind the server.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Runs a use case as a command of the command line would: in one transaction, beside the server.
    pub async fn write<T, E>(&self, change: impl Fn(&mut Conn, &Context) -> Result<T, E> + Send + 'static) -> T
    where
        T: Send + 'static,
        E: TransactionError + std::fmt::Debug,
    {
        let context = self.app.context();
        self.app.db().write(move |conn| change(conn, &context)).await.expect("the use case succeeds")
    }
}

impl Deref for Running {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

enum Left {
    Nothing,
    Scheduled,
    Anything,
}

/// The application, with the workspace `demo` in it. It derefs to a client without a token. When it is dropped, its outbox
/// has to be empty: what a test did not look at is what it missed.
pub struct TestApp {
    running: Running,
    workspace: Workspace,
    clock: Clock,
    smtp: SmtpServer,
    taken: AtomicUsize,
    left: Mutex<Left>,
    seeds: AtomicU64,
    options: TestAppBuilder,
    database: Database,
}

impl Deref for TestApp {
    type Target = Running;

    fn deref(&self) -> &Running {
        &self.running
    }
}

impl TestApp {
    /// With its options still open.
    pub fn on(backend: Backend) -> TestAppBuilder {
        TestAppBuilder {
            backend,
            begins_at: BEGINNING.parse().unwrap(),
            rate_limit: RateLimit::Off,
            address_entries: 20,
            trust_proxy: Switch::Off,
            body_bytes: 1 << 20,
            calendar_method: CalendarMethod::Request,
            mail: MailWay::Smtp,
            mail_timeout: 5,
            is_durable: false,
            dkim: DkimConfig::default(),
            bounce_secret: None,
        }
    }

    /// As most tests want it.
    pub async fn start(backend: Backend) -> Self {
        Self::on(backend).start().await
    }

    /// Another process on the same database, with the same clock.
    pub fn replica(&self) -> Running {
        self.replica_by(&self.clock)
    }

    /// Another process on the same database, with a clock of its own.
    pub fn replica_by(&self, clock: &Clock) -> Running {
        Running::start(&self.options, &self.database, &self.smtp, clock, &self.seeds)
    }

    /// The clock of everything.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        self.clock.advance(time);
    }

    /// The mail server.
    pub fn smtp(&self) -> &SmtpServer {
        &self.smtp
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The workspace `demo`, in Berlin's zone.
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Another workspace, whose rows those of `demo` must not see.
    pub async fn other_workspace(&self, slug: &str) -> Workspace {
        let new = workspace_named(slug);
        self.write(move |conn, context| accounts::create_workspace(conn, context, &new)).await
    }

    /// A client with a token of this role in `demo`.
    pub async fn staff(&self, role: Role) -> Client {
        self.staff_of(&self.workspace, role).await
    }

    /// A client with a token of this role in that workspace.
    pub async fn staff_of(&self, workspace: &Workspace, role: Role) -> Client {
        let id = workspace.id;
        let new = NewToken { name: format!("test {role}"), role, scopes: None, expires_at: None };
        let (token, _row) =
            self.write(move |conn, context| accounts::create_token(conn, context, id, None, None, &new)).await;
        self.bearing(&token)
    }

    /// Adds a member to `demo`, with a password if they are to sign in. They get no notices. Returns their id.
    pub async fn member(&self, email: &str, role: Role, password: Option<&str>) -> String {
        let password = password.map(secrecy::SecretString::from);
        let context = self.app().context();
        let hash = password.as_ref().map(|password| accounts::hash_password(&context, password).unwrap());
        let email = EmailAddress::parse(email).unwrap();
        let new = NewMember { email, name: None, role, password, notices: Notices::None };
        let id = self.workspace.id;
        let member =
            self.write(move |conn, context| accounts::create_member(conn, context, id, &new, hash.as_deref())).await;
        member.id.to_string()
    }

    /// Keeps every promise that is due, and returns the mails that arrived since the last call, in their order.
    pub async fn deliver(&self) -> Vec<Mail> {
        self.app().worker().drain().await.expect("the outbox can be worked off");
        let received = self.smtp.received();
        let before = self.taken.swap(received.len(), Ordering::SeqCst);
        received[before..].iter().map(Mail::parse).collect()
    }

    /// Every mail that has arrived so far, in their order, whoever sent it.
    pub fn arrived(&self) -> Vec<Mail> {
        self.smtp.received().iter().map(Mail::parse).collect()
    }

    /// What is queued, due or not: kind and due time, in the order in which it is due.
    pub fn outbox(&self) -> Vec<(String, DateTime<Utc>)> {
        let queued = outbox_messages::table
            .filter(outbox_messages::state.eq("queued"))
            .order((outbox_messages::due_at, outbox_messages::id))
            .select((outbox_messages::kind, outbox_messages::due_at));
        let rows: Vec<(String, At)> = queued.load(&mut self.database.connect()).expect("the outbox can be read");
        rows.into_iter().map(|(kind, due_at)| (kind, due_at.0)).collect()
    }

    /// Insists on so many queued messages, due or not.
    #[track_caller]
    pub fn expect_outbox(&self, count: usize) {
        let queued = self.outbox();
        assert_eq!(queued.len(), count, "queued: {queued:?}");
    }

    /// Lets the test end with messages in the outbox. `why` is for the reader.
    pub fn leave_outbox(&self, why: &str) {
        assert!(!why.is_empty(), "say why");
        *self.left.lock().unwrap() = Left::Anything;
    }

    /// Lets the test end with messages that are due later. `why` is for the reader.
    pub fn leave_scheduled(&self, why: &str) {
        assert!(!why.is_empty(), "say why");
        *self.left.lock().unwrap() = Left::Scheduled;
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let now = self.clock.now();
        let queued = match *self.left.lock().unwrap() {
            Left::Nothing => self.outbox(),
            Left::Scheduled => self.outbox().into_iter().filter(|(_kind, due_at)| *due_at <= now).collect(),
            Left::Anything => Vec::new(),
        };
        assert!(queued.is_empty(), "the test ends with messages in the outbox; deliver or explain them: {queued:?}");
    }
}
