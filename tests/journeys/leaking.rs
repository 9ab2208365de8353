//! What is personal or secret stays where it belongs, whatever happens: not in the log, not in the metrics, and in no answer that
//! somebody without a token gets.

use std::collections::BTreeSet;
use std::fs::File;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::smtp::Action;
use crate::support::{Answer, Backend, Client, Mail, OpenEvent, TestApp};

both!(nothing_personal_leaks);

/// Stands in every field that says who somebody is.
const MARK: &str = "quokkazebra";
const BOUNCES: &str = "the secret of those who report bounces";
/// Where `OpenEvent` takes place, which is not public.
const HIDDEN: [&str; 2] = ["meet.example.org", "294857-secret"];

/// The real binary, with its log in a file.
struct Server {
    child: Child,
    log: tempfile::NamedTempFile,
    base: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Server {
    async fn start(app: &TestApp) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let log = tempfile::NamedTempFile::new().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_plenary"))
            .arg("serve")
            .env("PLENARY_BIND", format!("127.0.0.1:{port}"))
            .env("PLENARY_DATABASE_URL", app.database().url())
            .env("PLENARY_MAIL_URL", app.smtp().url())
            .env("PLENARY_MAIL_FROM", "plenary@events.example.org")
            .env("PLENARY_SECRET_KEY", "0123456789abcdef0123456789abcdef")
            .env("PLENARY_BOUNCE_SECRET", BOUNCES)
            .env("PLENARY_RATE_LIMIT", "off")
            .env("PLENARY_LOG", "info,plenary=trace")
            .stdout(Stdio::null())
            .stderr(File::options().append(true).open(log.path()).unwrap())
            .spawn()
            .expect("the server starts");
        let server = Self { child, log, base: format!("http://127.0.0.1:{port}") };
        let http = reqwest::Client::new();
        let give_up = Instant::now() + Duration::from_mins(1);
        while http.get(format!("{}/health/ready", server.base)).send().await.is_err() {
            assert!(Instant::now() < give_up, "the server does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        server
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }
}

/// A workspace in which people do what people do, at a server of its own.
struct Journey<'a> {
    app: &'a TestApp,
    server: Server,
    public: Client,
    owner: Client,
    event: OpenEvent,
    /// The links of mails, and what else opens something.
    secrets: BTreeSet<String>,
}

fn body(number: usize) -> Value {
    json!({
        "name": format!("{MARK} {number}"), "email": format!("{MARK}{number}@example.org"), "consent": true,
        "organisation": format!("{MARK} organisation"), "answers": { "why": format!("{MARK} answer") },
    })
}

impl<'a> Journey<'a> {
    async fn begin(app: &'a TestApp) -> Self {
        let token = owner_token(app).await;
        let when = json!({ "local_start": "2095-03-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
        let policy = json!({ "verification": true });
        let event = app.open_event(json!({ "when": when, "capacity": 2, "registration": policy })).await;
        let question = json!([{ "key": "why", "label": "Why?", "type": "text", "required": false }]);
        event.owner.if_match("*").put(&format!("/api/v1/events/{}/questions", event.id), question).await.expect(200);
        let server = Server::start(app).await;
        let public = Client::new(&server.base);
        let owner = public.bearing(&token);
        Self { app, server, public, owner, event, secrets: BTreeSet::from([token]) }
    }

    /// Waits until so many mails have come, and keeps what their links open.
    async fn mails(&mut self, count: usize) -> Vec<Mail> {
        let give_up = Instant::now() + Duration::from_mins(1);
        while self.app.smtp().received().len() < count {
            let came = self.app.smtp().received().len();
            assert!(Instant::now() < give_up, "{came} mails, not {count}; {}", self.server.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let mails = self.app.arrived();
        for mail in &mails {
            for link in mail.links() {
                let ways = ["/registrations/", "/invitations/", "/join/", "/personal/", "/unsubscribe/"];
                for (_, token) in ways.iter().filter_map(|way| link.split_once(way)) {
                    self.secrets.insert(token.split(['/', '?', '.']).next().unwrap().to_owned());
                }
            }
        }
        mails
    }

    fn link(mails: &[Mail], number: usize) -> String {
        let to = format!("{MARK}{number}@example.org");
        let mail = mails.iter().rev().find(|mail| mail.to == to).expect("a mail to them");
        let link = mail.link("/registrations/manage/");
        link[link.find("/api/").unwrap()..].to_owned()
    }

    /// Three people come, and one goes: the third is offered the seat.
    async fn people_come_and_go(&mut self) {
        for number in 1..=3 {
            self.public.post(&self.event.registrations, body(number)).await.expect(201);
        }
        let asked = self.mails(3).await;
        for number in 1..=3 {
            let link = Self::link(&asked, number);
            self.public.post(&format!("{link}/verify"), Value::Null).await.expect(200);
        }
        let told = self.mails(6).await;
        let first = Self::link(&told, 1);
        self.public.get(&format!("{first}/export")).await.expect(200);
        self.public.post(&format!("{first}/cancel"), Value::Null).await.expect(200);
        let offered = self.mails(8).await;
        self.public.post(&format!("{}/accept-offer", Self::link(&offered, 3)), Value::Null).await.expect(200);
        self.mails(9).await;
    }

    /// Servers repeat the address that they refuse, for a while or for good, and send mails back.
    async fn mail_comes_back(&mut self) {
        let before = self.mails(9).await;
        self.app.smtp().on_rcpt(|recipient| {
            let busy = recipient.starts_with(&format!("{MARK}4"));
            let gone = recipient.starts_with(&format!("{MARK}5"));
            busy.then_some(Action::Reply("451 4.3.0 <quokkazebra4@example.org> is busy"))
                .or(gone.then_some(Action::Reply("550 5.1.1 <quokkazebra5@example.org> quokkazebra5: no such user")))
        });
        for number in 4..=5 {
            self.public.post(&self.event.registrations, body(number)).await.expect(201);
        }
        let give_up = Instant::now() + Duration::from_mins(1);
        while !self.server.log().contains("given up") || !self.server.log().contains("will try again") {
            assert!(Instant::now() < give_up, "{}", self.server.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let report = json!({
            "message_id": before[0].header("message-id"), "kind": "hard", "recipient": before[0].to, "status": "5.1.1",
            "diagnostic": format!("550 <{}>: {MARK}1 is unknown", before[0].to),
        });
        self.report(report.to_string()).await.expect(204);
        self.report(format!("{{\"message_id\": \"{MARK}@example.org\", ")).await.expect(400);
    }

    async fn report(&self, body: String) -> Answer {
        // The server that is spawned reads the real clock.
        let seconds = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let mac = Hmac::<Sha256>::new_from_slice(BOUNCES.as_bytes()).unwrap();
        let digest = mac.chain_update(format!("{seconds}.")).chain_update(&body).finalize().into_bytes();
        let hex = digest.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
        let client = self.public.with("plenary-signature", &format!("t={seconds},v1={hex}"));
        client.send(Method::POST, "/api/v1/mail/bounces", Some(("application/json", body.into_bytes()))).await
    }

    async fn staff_work(&mut self) {
        let rows = self.owner.get(&format!("{}?q={MARK}", self.event.registrations)).await.expect(200);
        let path = format!("/api/v1/registrations/{}", rows.string("/items/1/id"));
        let any = self.owner.if_match("*");
        any.patch(&path, json!({ "note": format!("{MARK} note") })).await.expect(200);
        let act = json!({ "action": "resend", "ids": [rows.at("/items/1/id")], "reason": format!("{MARK} reason") });
        self.owner.post(&format!("{}/actions", self.event.registrations), act).await.expect(200);
        let manual = json!({ "name": format!("{MARK} guest"), "email": format!("{MARK}6@example.org") });
        self.owner.post(&format!("{}/manual", self.event.registrations), manual).await.expect(201);
        let speaker =
            json!({ "name": "Ula Lind", "email": format!("{MARK}7@example.org"), "timezone": "Pacific/Chatham" });
        let speaker = self.owner.post("/api/v1/speakers", speaker).await.expect(201).id();
        let part = json!({ "speaker_id": speaker, "role": "panelist", "status": "tbc" });
        let part =
            self.owner.post(&format!("/api/v1/events/{}/appearances", self.event.id), part).await.expect(201).id();
        let message = json!({ "message": format!("{MARK} invitation") });
        any.post(&format!("/api/v1/appearances/{part}/invite"), message).await.expect(200);
        let member =
            json!({ "email": format!("{MARK}8@example.org"), "name": format!("{MARK} member"), "role": "viewer" });
        self.owner.post("/api/v1/members", member).await.expect(201);
        any.patch("/api/v1/workspaces/demo", json!({ "reply_to": format!("{MARK}9@example.org") })).await.expect(200);
        let table = format!("title,language\n\"{MARK}\",nonsense-{MARK}\n");
        let path = format!("/api/v1/events/{}/imports", self.event.id);
        self.owner.send(Method::POST, &path, Some(("text/csv", table.into_bytes()))).await;
        let suppress = json!({ "email": format!("{MARK}6@example.org"), "note": format!("{MARK} asked") });
        self.owner.post("/api/v1/mail/suppressions", suppress).await.expect(201);
        self.owner.post("/api/v1/privacy/export", json!({ "email": format!("{MARK}2@example.org") })).await.expect(200);
        let erase = json!({ "email": format!("{MARK}3@example.org"), "confirm": true });
        self.owner.post("/api/v1/privacy/erasure", erase).await.expect(200);
    }

    /// Whatever is wrong with a request, what stands in it does not get into the log.
    async fn requests_go_wrong(&self) {
        let path = &self.event.registrations;
        for (body, status) in [
            (format!("{{\"email\": \"{MARK}@example.org\""), 400),
            (json!({ "name": MARK, "email": format!("{MARK}@"), "consent": true }).to_string(), 422),
            (
                json!({ "name": MARK, MARK: MARK, "email": format!("{MARK}@example.org"), "consent": true })
                    .to_string(),
                422,
            ),
        ] {
            let sent = Some(("application/json", body.into_bytes()));
            self.public.send(Method::POST, path, sent).await.expect(status);
        }
        self.public.get(&format!("/api/v1/{MARK}@example.org")).await.expect(404);
        self.public.get(&format!("/api/v1/events?q={MARK}@example.org")).await.expect(200);
        self.public.get(&format!("/api/v1/events?email={MARK}@example.org")).await.expect(400);
        self.public.get(&format!("/api/v1/registrations/manage/{MARK}")).await.expect(404);
        self.public.bearing(&format!("pl_{MARK}")).get("/api/v1/me").await.expect(401);
        let sign_in = json!({ "workspace": "demo", "email": format!("{MARK}8@example.org"), "password": MARK });
        self.public.post("/api/v1/auth/login", sign_in).await.expect(401);
        // The database fails in the middle of it.
        let rename = |from: &str, to: &str| {
            let conn = &mut self.app.database().connect();
            conn.batch_execute(&format!("ALTER TABLE {from} RENAME TO {to}")).unwrap();
        };
        rename("registration_forms", "hidden_forms");
        let failed = self.public.post(path, body(99)).await;
        rename("hidden_forms", "registration_forms");
        failed.problem(500, "internal");
    }

    /// Every documented read that needs no token, with the ids that there are.
    async fn public_answers(&self) -> Vec<Answer> {
        let speakers = self.owner.get("/api/v1/speakers").await.expect(200);
        let ids = [
            ("workspace", "demo".to_owned()),
            ("event_id", self.event.id.clone()),
            ("speaker_id", speakers.string("/items/0/id")),
            ("organisation_id", self.event.organisation.clone()),
        ];
        let document = self.public.get("/openapi.json").await.expect(200).json();
        let mut answers = vec![self.public.get("/metrics").await.expect(200)];
        for (path, item) in document["paths"].as_object().unwrap() {
            if item.get("get").is_none() {
                continue;
            }
            let path = ids.iter().fold(path.clone(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
            if !path.contains('{') {
                answers.push(self.public.get(&path).await);
            }
        }
        answers
    }
}

/// An owner's token as text.
async fn owner_token(app: &TestApp) -> String {
    let made = app.staff(Role::Owner).await.post("/api/v1/tokens", json!({ "name": "Journey", "role": "owner" })).await;
    made.expect(201).string("/token")
}

#[track_caller]
fn assert_without(text: &str, secrets: &BTreeSet<String>, place: &str) {
    let text = text.to_lowercase();
    for secret in secrets {
        if let Some(at) = text.find(&secret.to_lowercase()) {
            let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
            panic!("{secret} is in {place}: {}", text[line..].lines().next().unwrap_or_default());
        }
    }
}

async fn nothing_personal_leaks(backend: Backend) {
    // The binary reads the real clock, so the event lies in a future that the test's clock knows nothing of.
    let app = TestApp::on(backend).clock_at("2026-01-01T00:00:00Z").start().await;
    app.leave_outbox("the server is stopped while a mail waits for its next attempt");
    let mut journey = Journey::begin(&app).await;
    journey.people_come_and_go().await;
    journey.mail_comes_back().await;
    journey.staff_work().await;
    journey.requests_go_wrong().await;
    let answers = journey.public_answers().await;
    let read = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(read > 15, "{read} answers");

    let mut secrets = journey.secrets.clone();
    assert!(secrets.len() > 3, "{secrets:?}");
    secrets.insert(MARK.to_owned());
    secrets.extend(HIDDEN.iter().map(ToString::to_string));
    for answer in &answers {
        assert_without(&String::from_utf8_lossy(&answer.body), &secrets, &answer.request);
    }
    let log = journey.server.log();
    // All of it was logged: requests, promises kept and broken, the failure.
    for event in ["\"request\"", "promise kept", "will try again", "given up", "a request failed"] {
        assert!(log.contains(event), "{event} is not in\n{log}");
    }
    assert_without(&log, &secrets, "the log");
}
