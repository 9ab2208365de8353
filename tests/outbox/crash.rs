//! The process is killed in the middle of its work: what was answered is there, with its promise.

use std::collections::HashSet;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
use futures_util::stream::{self, StreamExt as _};
use plenary::db::schema::{event_seats, outbox_messages, registrations};
use serde_json::json;

use crate::support::{Backend, Client, TestApp, person};

both!(what_was_answered_survives_a_kill);

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The real binary on the database of `app`.
async fn serve(app: &TestApp, port: u16) -> Server {
    let child = Command::new(env!("CARGO_BIN_EXE_plenary"))
        .arg("serve")
        .env("PLENARY_BIND", format!("127.0.0.1:{port}"))
        .env("PLENARY_DATABASE_URL", app.database().url())
        .env("PLENARY_MAIL_URL", app.smtp().url())
        .env("PLENARY_MAIL_FROM", "plenary@events.example.org")
        .env("PLENARY_SECRET_KEY", "0123456789abcdef0123456789abcdef")
        .env("PLENARY_RATE_LIMIT", "off")
        .env("PLENARY_WORKER", "off")
        .env("PLENARY_LOG", "error")
        .stdout(Stdio::null())
        .spawn()
        .expect("the server starts");
    let server = Server(child);
    let client = reqwest::Client::new();
    let give_up = Instant::now() + Duration::from_mins(1);
    while client.get(format!("http://127.0.0.1:{port}/health/ready")).send().await.is_err() {
        assert!(Instant::now() < give_up, "the server does not answer");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    server
}

async fn what_was_answered_survives_a_kill(backend: Backend) {
    // The binary reads the real clock, so the event lies in a future that the test's clock knows nothing of.
    let app = TestApp::on(backend).clock_at("2026-01-01T00:00:00Z").start().await;
    let when = json!({ "local_start": "2095-03-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let event = app.open_event(json!({ "when": when, "capacity": 120 })).await;
    app.leave_outbox("no worker runs while the server is killed");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = serve(&app, port).await;
    let (http, base) = (reqwest::Client::new(), format!("http://127.0.0.1:{port}"));

    let answered = AtomicUsize::new(0);
    let kill = async {
        while answered.load(Ordering::Relaxed) < 150 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.0.kill().expect("SIGKILL");
    };
    let path = &event.registrations;
    let asking = stream::iter(0..500)
        .map(|index| {
            let (http, base, answered) = (&http, &base, &answered);
            async move {
                let email = format!("p{index}@example.org");
                let sent = http.post(format!("{base}{path}")).json(&person("P", &email)).send().await;
                // What the kill cut off has no answer, and may or may not be there.
                let status = sent.ok()?.status().as_u16();
                answered.fetch_add(1, Ordering::Relaxed);
                (status == 201).then_some(email)
            }
        })
        .buffer_unordered(32)
        .filter_map(async |email| email)
        .collect::<HashSet<String>>();
    let ((), confirmed) = tokio::join!(kill, asking);
    assert!((150..500).contains(&confirmed.len()), "{} of 500 were answered", confirmed.len());

    let mut conn = app.database().connect();
    let rows: Vec<(plenary::registrations::RegistrationId, String, String)> = registrations::table
        .select((registrations::id, registrations::email, registrations::state))
        .load(&mut conn)
        .unwrap();
    let stored: HashSet<String> = rows.iter().map(|(_, email, _)| email.clone()).collect();
    assert_eq!(confirmed.difference(&stored).count(), 0, "answered 201 and lost");
    // Each has its message and its notice, and no message is without its registration. Who waits does so until the event is over.
    let promised: i64 = outbox_messages::table.count().get_result(&mut conn).unwrap();
    let somebody_waits = rows.iter().any(|(_, _, state)| state == "waitlisted");
    assert_eq!(promised, 2 * i64::try_from(rows.len()).unwrap() + i64::from(somebody_waits));
    let kinds = ["registrations.confirmed", "registrations.waitlisted"];
    let mails: i64 =
        outbox_messages::table.filter(outbox_messages::kind.eq_any(kinds)).count().get_result(&mut conn).unwrap();
    assert_eq!(mails, i64::try_from(rows.len()).unwrap());
    // Seats are held by exactly those who are confirmed.
    let (taken, waiting): (i32, i32) =
        event_seats::table.select((event_seats::taken, event_seats::waiting)).first(&mut conn).unwrap();
    let count = |state: &str| rows.iter().filter(|(_, _, own)| own == state).count();
    assert_eq!(
        (usize::try_from(taken).unwrap(), usize::try_from(waiting).unwrap()),
        (count("confirmed"), count("waitlisted"))
    );

    // It starts again on what is left.
    drop(server);
    drop(conn);
    let server = serve(&app, port).await;
    let again = Client::new(&base).post(path, person("Late", "late@example.org")).await.expect(201);
    assert_eq!(again.at("/event_id"), json!(event.id));
    drop(server);
}
