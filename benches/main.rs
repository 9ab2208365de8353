//! Throughput and latency of the server, each as a ratio to a limit that is measured in the same run on the same machine:
//! reads against the rate at which the same server says that it is alive, registrations against the rate at which the same
//! database takes one bare row a transaction.
//!
//! `cargo bench` runs it on both databases and prints a table; it fails where a ratio is below its floor. The floors are far
//! below what a quiet machine gives: they find what became ten times slower, not what became ten per cent slower.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement that cannot go on ends, and what it finds is printed"
)]

mod load;
#[path = "../tests/support/mod.rs"]
#[expect(dead_code, unused_imports, reason = "the tests use the rest")]
mod support;

use std::time::Duration;

use diesel::{ExpressionMethods as _, RunQueryDsl as _};
use load::{Load, Request, measure, measure_calls};
use plenary::accounts::Role;
use plenary::calendars::{FeedOptions, Which, read_feed};
use plenary::db::DbError;
use plenary::db::schema::sign_in_failures;
use plenary::db::types::At;
use plenary::events::SeriesId;
use serde_json::json;
use support::{Backend, OpenEvent, TestApp, busy_programme, publish_series};

/// How long each measurement takes.
const TIME: Duration = Duration::from_secs(4);
/// Connections of the load.
const CLIENTS: usize = 16;

/// One line of the table.
struct Line {
    name: &'static str,
    found: Load,
    limit: f64,
    floor: f64,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut is_slow = false;
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let lines = runtime.block_on(run(backend));
        println!("\n{backend:?}");
        println!("{:<44} {:>9} {:>9} {:>9} {:>7} {:>6}", "", "1/s", "p50 ms", "p99 ms", "ratio", "floor");
        for line in lines {
            let ratio = line.found.rate / line.limit;
            let (p50, p99) = (line.found.percentile(50), line.found.percentile(99));
            println!(
                "{:<44} {:>9.0} {p50:>9.2} {p99:>9.2} {ratio:>7.3} {:>6.3}",
                line.name, line.found.rate, line.floor
            );
            is_slow |= ratio < line.floor;
        }
    }
    assert!(!is_slow, "a ratio is below its floor");
}

async fn run(backend: Backend) -> Vec<Line> {
    let app = TestApp::on(backend).durable().start().await;
    let programme = make_programme(&app).await;
    let address = app.address();
    let get = |path: &str| Request::get(address, path);
    let alive = measure(&get("/health/live"), CLIENTS, TIME);
    let limit = alive.rate;
    let mut lines = vec![Line { name: "GET /health/live (the limit of reads)", found: alive, limit, floor: 1.0 }];
    let (event, series) = (&programme.open.id, &programme.series);
    let reads = [
        ("GET an event", format!("/api/v1/events/{event}"), 0.02),
        ("GET an agenda of 100 sessions", format!("/api/v1/events/{event}/agenda"), 0.005),
        ("GET 50 events of 200", "/api/v1/events?limit=50".to_owned(), 0.004),
        ("GET a series' events", format!("/api/v1/series/{series}/events?limit=50"), 0.004),
        ("GET the calendar of an event", format!("/calendars/events/{event}.ics"), 0.005),
        ("GET the calendar of 200 events", format!("/calendars/series/{series}.ics"), 0.0002),
    ];
    for (name, path, floor) in reads {
        lines.push(Line { name, found: measure(&get(&path), CLIENTS, TIME), limit, floor });
    }
    lines.extend(read_large_feed(&app, &programme, limit).await);
    let bare = bare_writes(&app).await;
    let limit = bare.rate;
    lines.push(Line { name: "one bare row a transaction (the limit of writes)", found: bare, limit, floor: 1.0 });
    let person =
        |n: u64| json!({ "name": "Ada", "email": format!("ada-{n}@example.org"), "consent": true }).to_string();
    let register = Request::post(address, &format!("/api/v1/events/{event}/registrations"), person);
    lines.push(Line { name: "POST a registration", found: measure(&register, CLIENTS, TIME), limit, floor: 0.02 });
    app.leave_outbox("what was registered is not mailed here");
    lines
}

/// A calendar of 1,000 events with agendas: written from its rows, answered from what was written, and not sent to who has it.
async fn read_large_feed(app: &TestApp, programme: &Programme, limit: f64) -> Vec<Line> {
    let series = publish_series(&programme.open.owner, &programme.open.organisation, "busy").await;
    app.publish_many(&series, busy_programme(1_000, 8)).await;
    let (which, now) = (Which::Series(SeriesId(series.parse().unwrap())), app.clock().now());
    let mut conn = app.database().connect();
    let mut read = || read_feed(&mut conn, now, &which, FeedOptions::default()).unwrap();
    let feed = read();
    let found = measure_calls(TIME, || drop(read()));
    let written = measure_calls(TIME, || {
        assert!(feed.render("https://plenary.example", now).unwrap().body.len() < 1_500_000);
    });
    let path = format!("/calendars/series/{series}.ics");
    let tag = app.get(&path).await.expect(200).etag();
    let kept = measure(&Request::get(app.address(), &path), CLIENTS, TIME);
    let known = measure(&Request::get_again(app.address(), &path, &tag), CLIENTS, TIME);
    let line = |name, found, floor| Line { name, found, limit, floor };
    vec![
        line("read what the calendar of 1,000 events holds", found, 0.000_03),
        line("write the calendar of 1,000 events", written, 0.000_06),
        line("GET the calendar of 1,000 events, kept", kept, 0.002),
        line("GET the calendar of 1,000 events, 304", known, 0.005),
    ]
}

struct Programme {
    open: OpenEvent,
    series: String,
}

/// A series of 200 published events, one of them with an agenda of 100 sessions.
async fn make_programme(app: &TestApp) -> Programme {
    let open = app.open_event(json!({})).await;
    let owner = open.owner.if_match("*");
    let series = publish_series(&open.owner, &open.organisation, "all").await;
    for day in 0..199 {
        let date = chrono::NaiveDate::from_ymd_opt(2022, 3, 1).unwrap() + chrono::TimeDelta::days(day);
        let event = json!({
            "kind": "webinar", "title": format!("Meeting of day {day}"), "series_id": series,
            "abstract": "What cities *measure*, and what they promise. ".repeat(20),
            "when": { "local_start": format!("{date}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H30M" },
        });
        let id = owner.post("/api/v1/events", event).await.expect(201).id();
        owner.post(&format!("/api/v1/events/{id}/publish"), json!({})).await.expect(200);
    }
    let sessions: Vec<_> =
        (0..100).map(|n| json!({ "kind": "talk", "title": format!("Talk {n}"), "duration": "PT10M" })).collect();
    owner.put(&format!("/api/v1/events/{}/agenda", open.id), json!({ "sessions": sessions })).await.expect(200);
    owner.patch(&format!("/api/v1/events/{}", open.id), json!({ "series_id": series })).await.expect(200);
    drop(app.staff(Role::Viewer).await);
    Programme { open, series }
}

/// One row in one transaction, as fast as the database takes them from as many callers.
async fn bare_writes(app: &TestApp) -> Load {
    let ends = std::time::Instant::now() + TIME;
    let callers = (0..CLIENTS).map(|caller| {
        let (db, now) = (app.app().db().clone(), app.clock().now());
        tokio::spawn(async move {
            let mut latencies = Vec::new();
            for n in 0.. {
                let begun = std::time::Instant::now();
                if begun > ends {
                    break;
                }
                let key = format!("bench {caller} {n}");
                let row = move |conn: &mut plenary::db::Conn| {
                    let row = (
                        sign_in_failures::key.eq(&key),
                        sign_in_failures::failures.eq(1),
                        sign_in_failures::last_failed_at.eq(At(now)),
                    );
                    diesel::insert_into(sign_in_failures::table).values(row).execute(conn).map_err(DbError::from)
                };
                db.write(row).await.unwrap();
                latencies.push(begun.elapsed());
            }
            latencies
        })
    });
    let latencies = futures_util::future::join_all(callers).await.into_iter().flat_map(Result::unwrap).collect();
    Load::new(latencies, TIME)
}
