//! How long it is known what became of messages, and that what is asked about them is found without reading all of them.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use plenary::accounts::Role;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::smtp::{Action, Stage, at};
use crate::support::{Backend, Database, TestApp, person};

both!(
    nobody_is_told_twice_of_a_recording_for_having_been_forgotten,
    what_is_asked_about_messages_is_found,
    what_was_sent_is_known_until_some_time_after_the_event,
);

/// Kind and state of every message, in their order.
async fn messages(app: &TestApp) -> Vec<(String, String)> {
    let owner = app.staff(Role::Owner).await;
    let page = owner.get("/api/v1/outbox?limit=100").await.expect(200).json();
    let one = |name: &str, row: &Value| row[name].as_str().unwrap().to_owned();
    let mut all: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|row| (one("kind", row), one("state", row))).collect();
    all.sort();
    all
}

/// Lets a worker start, which forgets what has had its time, and stops it when so many messages are left.
async fn forget_until(app: &TestApp, left: usize) {
    let stop = CancellationToken::new();
    let working = tokio::spawn({
        let (worker, stop) = (app.app().worker(), stop.clone());
        async move { worker.run(stop).await }
    });
    let give_up = Instant::now() + Duration::from_secs(10);
    while messages(app).await.len() != left && Instant::now() < give_up {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // What is still to be forgotten has the time for it.
    tokio::time::sleep(Duration::from_millis(200)).await;
    stop.cancel();
    working.await.unwrap();
}

fn of(kind: &str, state: &str) -> (String, String) {
    (kind.to_owned(), state.to_owned())
}

async fn what_was_sent_is_known_until_some_time_after_the_event(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let year = json!({ "when": { "edtf": "2023-01-20" }, "title": "Far" });
    let far = app.open_event(year).await;
    app.smtp().script([at(Stage::Rcpt, Action::Reply("550 5.1.1 no such user"))]);
    for name in ["gone", "ada"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
        app.deliver().await;
    }
    app.post(&far.registrations, person("bo", "bo@example.org")).await.expect(201);
    app.deliver().await;
    // One notice for each of them, which nobody wants.
    let confirmed = || of("registrations.confirmed", "sent");
    let notice = || of("registrations.notice", "skipped");
    let gone = of("registrations.confirmed", "failed");
    let all = [gone.clone(), confirmed(), confirmed(), notice(), notice(), notice()];
    assert_eq!(messages(&app).await, all);

    // The event was on 17 March: 90 days from then it is known, however long ago that was.
    app.clock().set("2022-06-15T16:00:00Z".parse().unwrap());
    forget_until(&app, 6).await;
    assert_eq!(messages(&app).await, all);
    let rows = event.owner.get(&event.registrations).await.expect(200);
    let ada = format!("/api/v1/registrations/{}/timeline", rows.string("/items/1/id"));
    let told = async || {
        let timeline = event.owner.get(&ada).await.expect(200).json();
        assert_eq!(timeline["messages_kept_days"], 90);
        let names = timeline["items"].as_array().unwrap().iter().map(|item| item["what"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let happened = ["registered", "confirmed"];
    let with_messages = [&happened[..], &["registrations.confirmed", "registrations.notice"]].concat();
    assert_eq!(told().await, with_messages);
    app.clock().set("2022-06-15T18:00:00Z".parse().unwrap());
    forget_until(&app, 3).await;
    assert_eq!(messages(&app).await, [gone.clone(), confirmed(), notice()], "what is to come, and what was given up");
    assert_eq!(told().await, happened);

    // What has no end in sight is forgotten all the same, in the end.
    let any = far.owner.if_match("*");
    any.post(&format!("/api/v1/events/{}/postpone", far.id), json!({ "notify": false })).await.expect(200);
    app.deliver().await;
    app.pass(TimeDelta::days(401));
    forget_until(&app, 1).await;
    assert_eq!(messages(&app).await, [gone]);
}

async fn nobody_is_told_twice_of_a_recording_for_having_been_forgotten(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "enabled": true, "recording": true } })).await;
    let mut ada = person("Ada", "ada@example.org");
    ada["attendance"] = json!("recording");
    app.post(&event.registrations, ada).await.expect(201);
    app.clock().set("2022-03-20T09:00:00Z".parse().unwrap());
    app.deliver().await;
    let path = format!("/api/v1/events/{}/materials", event.id);
    let recording = json!({ "kind": "recording", "title": "All", "url": "https://video.example.org/1", "visibility": "registrants" });
    let made = event.owner.if_match("*").post(&path, recording).await.expect(201).id();
    assert_eq!(app.deliver().await.len(), 1);
    app.pass(TimeDelta::days(200));
    forget_until(&app, 1).await;
    assert_eq!(messages(&app).await, [of("registrations.recording", "sent")]);
    let path = format!("/api/v1/materials/{made}");
    event.owner.if_match("*").patch(&path, json!({ "title": "All of it" })).await.expect(200);
    assert_eq!(app.deliver().await, []);
}

#[derive(QueryableByName)]
struct Sqlite {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Postgres {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

/// How a database would look for rows, if it had many.
fn plan(database: &Database, conditions: &str) -> String {
    let query = format!("SELECT id FROM outbox_messages WHERE {conditions}");
    let conn = &mut database.connect();
    let lines: Vec<String> = match database.backend() {
        Backend::Sqlite => {
            let rows: Vec<Sqlite> = sql_query(format!("EXPLAIN QUERY PLAN {query}")).load(conn).unwrap();
            rows.into_iter().map(|row| row.detail).collect()
        }
        Backend::Postgres => {
            sql_query("SET enable_seqscan = off").execute(conn).unwrap();
            let rows: Vec<Postgres> = sql_query(format!("EXPLAIN {query}")).load(conn).unwrap();
            rows.into_iter().map(|row| row.line).collect()
        }
    };
    lines.join("\n")
}

async fn what_is_asked_about_messages_is_found(database: Database) {
    let (id, digest, time) = match database.backend() {
        Backend::Sqlite => ("x'01'", "x'02'", "'2022-01-01T00:00:00Z'"),
        Backend::Postgres => {
            ("'00000000-0000-0000-0000-000000000001'", "'\\x02'", "'2022-01-01T00:00:00Z'::timestamptz")
        }
    };
    for (conditions, index) in [
        (format!("workspace_id = {id} AND recipient_digest = {digest}"), "outbox_messages_by_recipient"),
        (format!("event_id = {id} AND kind = 'registrations.announcement'"), "outbox_messages_by_event"),
        (format!("registration_id = {id}"), "outbox_messages_by_registration"),
        (format!("finished_at < {time}"), "outbox_messages_by_end"),
    ] {
        let plan = plan(&database, &conditions);
        assert!(plan.contains(index), "{conditions}: {plan}");
    }
}
