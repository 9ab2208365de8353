//! What is personal: exported, erased, and kept for a time only.

mod erasing;
mod exporting;
mod own;
mod pages;
mod retention;

use diesel::prelude::*;
use diesel::sql_types::Text;
use plenary::db::Conn;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::smtp::Action;
use crate::support::{Client, OpenEvent, TestApp};

/// Stands in every field that says who somebody is, and nowhere else.
const MARK: &str = "quokkazebra";
/// Their address, as they wrote it.
const ADDRESS: &str = "Quokkazebra@Example.org";

/// A workspace that knows a person by everything that it can know.
struct Known {
    /// To come in March 2022; its two seats are taken, and Bo waits.
    event: OpenEvent,
    /// Where the staff decide; they refused.
    refused: OpenEvent,
    /// The person as a speaker.
    speaker: String,
    owner: Client,
}

fn marked(part: &str) -> String {
    format!("{MARK} {part}")
}

fn them(more: Value) -> Value {
    let mut body = json!({
        "name": marked("name"), "email": ADDRESS, "organisation": marked("organisation"), "timezone": "Pacific/Chatham",
        "consent": true,
    });
    let Value::Object(more) = more else { panic!("an object") };
    body.as_object_mut().unwrap().extend(more);
    body
}

impl Known {
    async fn make(app: &TestApp) -> Self {
        let event = app.open_event(json!({ "capacity": 2 })).await;
        let any = event.owner.if_match("*");
        let question = json!([{ "key": "why", "label": "Why?", "type": "text", "required": false }]);
        any.put(&format!("/api/v1/events/{}/questions", event.id), question).await.expect(200);
        // The server repeats the address where it refuses for a while.
        app.smtp().on_rcpt(|recipient| {
            recipient.contains("Quokka").then_some(Action::Reply("451 4.3.0 <Quokkazebra@example.org> is busy"))
        });
        let body = them(json!({ "answers": { "why": marked("answer") } }));
        app.with("idempotency-key", &format!("register {ADDRESS}")).post(&event.registrations, body).await.expect(201);
        let path = Self::registration(&event).await;
        any.patch(&path, json!({ "note": marked("note") })).await.expect(200);
        event
            .owner
            .with("idempotency-key", "rotate")
            .post(&format!("{path}/rotate-links"), Value::Null)
            .await
            .expect(200);
        app.deliver().await;
        for name in ["Ada", "Bo"] {
            let person = crate::support::person(name, &format!("{}@example.org", name.to_lowercase()));
            app.post(&event.registrations, person).await.expect(201);
        }
        let refused = Self::refuse(app).await;
        let owner = event.owner.clone();
        let speaker = Self::speak(&owner, &event).await;
        let note = json!({ "email": ADDRESS, "note": marked("suppressed") });
        owner.with("idempotency-key", "suppress").post("/api/v1/mail/suppressions", note).await.expect(201);
        let table = format!("title,abstract\nWelcome,\"Ask {ADDRESS}\"\n");
        let path = format!("/api/v1/events/{}/imports", event.id);
        owner.send(Method::POST, &path, Some(("text/csv", table.into_bytes()))).await.expect(201);
        Self { event, refused, speaker, owner }
    }

    /// Where the person's own registration for an event is.
    async fn registration(event: &OpenEvent) -> String {
        format!("/api/v1/registrations/{}", event.owner.get(&event.registrations).await.string("/items/0/id"))
    }

    async fn refuse(app: &TestApp) -> OpenEvent {
        let event = app.open_event(json!({ "registration": { "approval": true } })).await;
        app.post(&event.registrations, them(json!({}))).await.expect(201);
        let path = Self::registration(&event).await;
        let any = event.owner.if_match("*");
        any.post(&format!("{path}/reject"), json!({ "reason": marked("refused") })).await.expect(200);
        event
    }

    async fn speak(owner: &Client, event: &OpenEvent) -> String {
        let speaker = json!({
            "name": "Ula Lind", "email": ADDRESS, "timezone": "Pacific/Chatham", "bio": marked("biography"),
            "photo_url": format!("https://example.org/{MARK}.jpg"),
            "links": [{ "label": marked("page"), "url": format!("https://example.org/{MARK}") }],
        });
        let speaker = owner.with("idempotency-key", "speaker").post("/api/v1/speakers", speaker).await.expect(201).id();
        let part = json!({ "speaker_id": speaker, "role": "panelist", "status": "tbc" });
        let part = owner.post(&format!("/api/v1/events/{}/appearances", event.id), part).await.expect(201).id();
        let message = json!({ "message": marked("invitation") });
        owner.if_match("*").post(&format!("/api/v1/appearances/{part}/invite"), message).await.expect(200);
        speaker
    }

    async fn erase(&self, include_speakers: bool) -> Value {
        let body = json!({ "email": ADDRESS, "confirm": true, "include_speakers": include_speakers });
        self.owner.post("/api/v1/privacy/erasure", body).await.expect(200).json()
    }

    async fn export(&self) -> Value {
        self.owner.post("/api/v1/privacy/export", json!({ "email": ADDRESS })).await.expect(200).json()
    }
}

/// How often `word` stands in the database, whatever the column: each row as text, and on SQLite the very bytes of its files.
fn traces(app: &TestApp, word: &str) -> Vec<String> {
    let conn = &mut app.database().connect();
    match conn {
        Conn::Postgres(conn) => rows_with(conn, word),
        Conn::Sqlite(conn) => {
            diesel::connection::SimpleConnection::batch_execute(conn, "PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
            let file = app.database().url().trim_start_matches("sqlite:").split('?').next().unwrap();
            let files = [file.to_owned(), format!("{file}-wal")];
            files.into_iter().flat_map(|file| bytes_with(&file, word)).collect()
        }
    }
}

fn bytes_with(file: &str, word: &str) -> Vec<String> {
    let bytes = std::fs::read(file).unwrap_or_default().to_ascii_lowercase();
    let found = bytes.windows(word.len()).enumerate().filter(|(_, part)| *part == word.as_bytes());
    found
        .map(|(at, _)| {
            let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
            format!("{file} at {at}: {}", String::from_utf8_lossy(around))
        })
        .collect()
}

fn rows_with(conn: &mut diesel::PgConnection, word: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        text: String,
    }
    let tables: Vec<Found> =
        diesel::sql_query("select tablename::text as text from pg_tables where schemaname = 'public'")
            .load(conn)
            .unwrap();
    assert!(tables.len() > 20);
    let hex = word.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let mut all = Vec::new();
    for table in tables {
        let query =
            format!("select t::text as text from \"{}\" t where t::text ilike $1 or t::text ilike $2", table.text);
        let found: Vec<Found> = diesel::sql_query(query)
            .bind::<Text, _>(format!("%{word}%"))
            .bind::<Text, _>(format!("%{hex}%"))
            .load(conn)
            .unwrap();
        all.extend(found.into_iter().map(|row| format!("{}: {}", table.text, row.text)));
    }
    all
}
