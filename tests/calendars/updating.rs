//! T7: the law of a place changes, and a process that runs learns of it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use plenary::db::schema::{events, timezone_data};
use plenary::db::types::At;
use plenary::events::EventId;
use serde_json::{Value, json};

use super::{Calendar, EVENTS, Staff, feed_of};
use crate::support::parsers::newest_zoneinfo;
use crate::support::{Answer, Client, TestApp};

both!(t7_a_process_that_runs_learns_of_a_new_law, t7_what_was_planned_follows_a_new_law);

/// The real program on the database of an application, with time zone data of its own. It reads the real clock.
pub struct Process {
    child: Child,
    base: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Process {
    /// Starts it on a free port, and waits until it answers.
    pub async fn start(app: &TestApp, zoneinfo: &Path) -> Self {
        Self::launch(app, zoneinfo, "off").await
    }

    /// The same with a worker in it.
    async fn working(app: &TestApp, zoneinfo: &Path) -> Self {
        Self::launch(app, zoneinfo, "on").await
    }

    async fn launch(app: &TestApp, zoneinfo: &Path, worker: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(env!("CARGO_BIN_EXE_plenary"))
            .arg("serve")
            .env("TZDIR", zoneinfo)
            .env("PLENARY_BIND", format!("127.0.0.1:{port}"))
            .env("PLENARY_PUBLIC_URL", "https://plenary.example")
            .env("PLENARY_DATABASE_URL", app.database().url())
            .env("PLENARY_MAIL_URL", "memory:")
            .env("PLENARY_MAIL_FROM", "plenary@events.example.org")
            .env("PLENARY_SECRET_KEY", "0123456789abcdef0123456789abcdef")
            .env("PLENARY_RATE_LIMIT", "off")
            .env("PLENARY_WORKER", worker)
            .env("PLENARY_LOG", "error")
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let process = Self { child, base: format!("http://127.0.0.1:{port}") };
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let give_up = Instant::now() + Duration::from_mins(1);
        while client.get(format!("{}/health/ready", process.base)).send().await.is_err() {
            assert!(Instant::now() < give_up, "the server does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        process
    }

    /// The same client, speaking to this process.
    pub fn client(&self, client: &Client) -> Client {
        client.at(&self.base)
    }

    /// The release of its time zone data.
    pub async fn tzdata(&self) -> String {
        Client::new(&self.base).get("/api/v1/timezones?q=oslo").await.expect(200).string("/tzdata")
    }
}

/// Copies a folder of zoneinfo.
fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").args(["--recursive", "--dereference"]).arg(from).arg(to).status();
    assert!(copied.expect("cp").success());
}

async fn t7_a_process_that_runs_learns_of_a_new_law(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("zoneinfo");
    copy(&newest_zoneinfo(), &zones);
    let process = Process::start(&app, &zones).await;
    let staff = Staff::of(&app).await;
    let staff = Staff { owner: process.client(&staff.owner), ..staff };
    let noon = json!({ "local_start": "2095-07-15T12:00", "timezone": "Europe/Oslo", "duration": "PT1H" });
    let before = staff.publish(json!({ "title": "Before", "when": noon })).await;
    assert_eq!(before.string("/when/starts_at"), "2095-07-15T10:00:00Z");
    let first = staff.owner.get(&feed_of(&before)).await.expect(200);
    let observances = |ics: &str| Calendar::read(ics).lines.inner("VTIMEZONE")[0].components.len();
    assert_eq!(observances(first.text()), 2);

    // Norway ends its summer time: its clocks go as those of Lagos.
    std::fs::copy(zones.join("Africa/Lagos"), zones.join("Europe/Oslo.new")).unwrap();
    std::fs::rename(zones.join("Europe/Oslo.new"), zones.join("Europe/Oslo")).unwrap();
    std::fs::write(zones.join("tzdata.zi"), "# version 2099a\n").unwrap();
    assert_eq!(process.tzdata().await, "2099a");
    let after = staff.publish(json!({ "title": "After", "when": noon })).await;
    assert_eq!(after.string("/when/starts_at"), "2095-07-15T11:00:00Z", "without a restart");
    let shown = Calendar::read(staff.owner.get(&feed_of(&after)).await.expect(200).text());
    assert_eq!(shown.event()["start"], "2095-07-15T11:00:00Z");
    assert_eq!(shown.lines.inner("VTIMEZONE")[0].components.len(), 1);
    let second = staff.owner.get(&feed_of(&before)).await.expect(200);
    assert_ne!(second.etag(), first.etag(), "whoever subscribed gets the new law");
    assert_eq!(observances(second.text()), 1);
}

/// Waits until the events follow this release.
async fn wait_for(app: &TestApp, version: &str) {
    let give_up = Instant::now() + Duration::from_mins(1);
    loop {
        let state = timezone_data::table.select((timezone_data::version, timezone_data::done_at));
        let state: (String, Option<At>) = state.first(&mut app.database().connect()).unwrap();
        if state.0 == version && state.1.is_some() {
            return;
        }
        assert!(Instant::now() < give_up, "{state:?} instead of {version}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The stored instants of an event: start and end, and between which lists have it.
fn stored(app: &TestApp, event: &Answer) -> [Option<String>; 4] {
    let id = EventId(event.id().parse().unwrap());
    let columns =
        events::table.find(id).select((events::starts_at, events::ends_at, events::sorts_at, events::until_at));
    let row: (Option<At>, Option<At>, At, Option<At>) = columns.first(&mut app.database().connect()).unwrap();
    [row.0, row.1, Some(row.2), row.3].map(|at| Some(at?.0.format("%Y-%m-%dT%H:%MZ").to_string()))
}

fn instants(texts: [&str; 4]) -> [Option<String>; 4] {
    texts.map(|text| (!text.is_empty()).then(|| text.to_owned()))
}

/// What the history of an event says of the data.
async fn moves(staff: &Staff, event: &Answer) -> Vec<Value> {
    let history = staff.owner.get(&format!("{EVENTS}/{}/history", event.id())).await.expect(200).at("/items");
    let items = history.as_array().unwrap().iter().filter(|one| one["action"] == "timezone_data_changed");
    items.map(|one| json!([one["actor"], one["reason"], one["before"], one["after"]])).collect()
}

/// When promises to look after reminders are due.
fn reminders(app: &TestApp) -> Vec<DateTime<Utc>> {
    app.outbox()
        .into_iter()
        .map(|(kind, at)| (kind == "events.reminder_due").then_some(at).expect("nothing else"))
        .collect()
}

#[expect(clippy::too_many_lines, reason = "one law, and all that follows it")]
async fn t7_what_was_planned_follows_a_new_law(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let zones = folder.path().join("zoneinfo");
    copy(&newest_zoneinfo(), &zones);
    let staff = Staff::of(&app).await;
    let hour = |start: &str, zone: &str| json!({ "local_start": start, "timezone": zone, "duration": "PT1H" });
    let day_before = json!([{ "anchor": "start", "offset": "-P1D", "audience": "confirmed" }]);
    let summer = json!({ "when": hour("2095-07-15T12:00", "Europe/Oslo"), "reminders": day_before });
    let summer = staff.publish(summer).await;
    let winter = staff.publish(json!({ "when": hour("2095-01-15T12:00", "Europe/Oslo") })).await;
    let past = staff.publish(json!({ "when": hour("2022-07-15T12:00", "Europe/Oslo") })).await;
    let skipped = staff.publish(json!({ "when": hour("2095-03-27T02:30", "Africa/Lagos") })).await;
    // It is over before the clocks change, but for its last session.
    let across = staff.publish(json!({ "when": hour("2095-03-26T12:00", "Europe/Oslo") })).await;
    for (event, start, end) in [
        (&summer, "2095-07-15T12:15", "2095-07-15T12:45"),
        (&across, "2095-03-26T12:00", "2095-03-26T13:00"),
        (&across, "2095-03-28T12:00", "2095-03-28T13:00"),
    ] {
        let talk = json!({ "kind": "talk", "title": "Talk", "local_start": start, "local_end": end });
        staff.owner.post(&format!("{EVENTS}/{}/sessions", event.id()), talk).await.expect(201);
    }
    assert_eq!(app.deliver().await.len(), 0);
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert_eq!(reminders(&app), [at("2095-07-14T10:00:00Z")]);

    // What is right already stays as it is.
    let all = [&summer, &winter, &past, &skipped, &across];
    let first = Process::working(&app, &zones).await;
    wait_for(&app, &first.tzdata().await).await;
    let staff = Staff { owner: first.client(&staff.owner), ..staff };
    let mut before = Vec::new();
    for event in all {
        let now = staff.event(&event.id()).await;
        assert_eq!(moves(&staff, event).await, Vec::<Value>::new());
        assert_eq!(stored(&app, event)[0].as_deref(), Some(&*event.string("/when/starts_at").replace(":00Z", "Z")));
        before.push(now);
    }
    let sequence = |ics: &Calendar| ics.lines.inner("VEVENT")[0].one("SEQUENCE").value.parse::<i64>().unwrap();
    let old_feed = Calendar::read(first.client(&staff.owner).get(&feed_of(&summer)).await.expect(200).text());
    drop(first);

    // Norway and Nigeria take over each other's law. Two workers start with it at once.
    for (from, to) in [("Europe/Oslo", "swapped"), ("Africa/Lagos", "Europe/Oslo"), ("swapped", "Africa/Lagos")] {
        std::fs::rename(zones.join(from), zones.join(to)).unwrap();
    }
    std::fs::write(zones.join("tzdata.zi"), "# version 2099a\n").unwrap();
    let (one, other) = tokio::join!(Process::working(&app, &zones), Process::working(&app, &zones));
    wait_for(&app, "2099a").await;
    let staff = Staff { owner: one.client(&staff.owner), ..staff };
    let moved = instants(["2095-07-15T11:00Z", "2095-07-15T12:00Z", "2095-07-15T11:00Z", "2095-07-15T12:00Z"]);
    assert_eq!(stored(&app, &summer), moved);
    let told = staff.event(&summer.id()).await;
    for (pointer, value) in [
        ("/when/local_start", "2095-07-15T12:00:00"),
        ("/when/timezone", "Europe/Oslo"),
        ("/when/starts_at", "2095-07-15T11:00:00Z"),
        ("/when/ends_at", "2095-07-15T12:00:00Z"),
    ] {
        assert_eq!(told.string(pointer), value, "{pointer}");
    }
    assert!(told.string("/updated_at") > before[0].string("/updated_at"));
    let when = |start: &str, end: &str| {
        json!({
            "local_start": "2095-07-15T12:00:00", "local_end": "2095-07-15T13:00:00", "timezone": "Europe/Oslo",
            "starts_at": start, "ends_at": end,
        })
    };
    let mut after = when("2095-07-15T11:00:00Z", "2095-07-15T12:00:00Z");
    (after["tzdata"], after["sessions"]) = (json!("2099a"), json!(1));
    let entry = json!(["system", null, when("2095-07-15T10:00:00Z", "2095-07-15T11:00:00Z"), after]);
    assert_eq!(moves(&staff, &summer).await, [entry], "by one of the two workers");
    assert_eq!(told.at("/previous_whens"), before[0].at("/previous_whens"), "nobody moved it");
    let agenda = staff.owner.get(&format!("{EVENTS}/{}/agenda", summer.id())).await.expect(200);
    assert_eq!(agenda.string("/sessions/0/starts_at"), "2095-07-15T11:15:00Z");
    let feed = Calendar::read(staff.owner.get(&feed_of(&summer)).await.expect(200).text());
    assert_eq!(feed.event()["start"], "2095-07-15T11:00:00Z");
    assert!(sequence(&feed) > sequence(&old_feed));
    assert_eq!(reminders(&app), [at("2095-07-14T10:00:00Z"), at("2095-07-14T11:00:00Z")]);

    // The clocks of Lagos skip that hour now: what was to begin in it begins at the same moment, an hour later on the clocks.
    let told = staff.event(&skipped.id()).await;
    assert_eq!(told.string("/when/local_start"), "2095-03-27T03:30:00");
    assert_eq!(told.string("/when/starts_at"), "2095-03-27T01:30:00Z");
    let [entry] = moves(&staff, &skipped).await.try_into().unwrap();
    assert_eq!(entry[2]["local_start"], "2095-03-27T02:30:00");
    assert_eq!(entry[3]["local_start"], "2095-03-27T03:30:00");
    let [entry] = moves(&staff, &across).await.try_into().unwrap();
    assert_eq!(
        (&entry[2]["starts_at"], &entry[3]["starts_at"]),
        (&entry[3]["starts_at"], &json!("2095-03-26T11:00:00Z"))
    );
    assert_eq!(entry[3]["sessions"], 1, "the other is over before");
    for (index, event) in [(1, &winter), (2, &past)] {
        assert_eq!(moves(&staff, event).await, Vec::<Value>::new());
        assert_eq!(staff.event(&event.id()).await.at("/revision"), before[index].at("/revision"));
    }
    assert_eq!(stored(&app, &past)[0].as_deref(), Some("2022-07-15T10:00Z"), "it was held at that moment");
    drop((one, other));

    // A release that changes nothing of theirs.
    let mut settled = Vec::new();
    for event in all {
        settled.push(stored(&app, event));
    }
    std::fs::write(zones.join("tzdata.zi"), "# version 2099b\n").unwrap();
    let last = Process::working(&app, &zones).await;
    wait_for(&app, "2099b").await;
    let staff = Staff { owner: last.client(&staff.owner), ..staff };
    for ((event, stored_before), expected) in all.into_iter().zip(settled).zip([1, 0, 0, 1, 1]) {
        assert_eq!(stored(&app, event), stored_before);
        assert_eq!(moves(&staff, event).await.len(), expected);
    }
    assert_eq!(reminders(&app).len(), 2);
    drop(last);

    // The old law returns, and a worker dies when it has looked at the first event: the next one goes on behind it.
    for (from, to) in [("Europe/Oslo", "swapped"), ("Africa/Lagos", "Europe/Oslo"), ("swapped", "Africa/Lagos")] {
        std::fs::rename(zones.join(from), zones.join(to)).unwrap();
    }
    std::fs::write(zones.join("tzdata.zi"), "# version 2099c\n").unwrap();
    let behind = EventId(summer.id().parse().unwrap());
    let halfway = (
        timezone_data::version.eq("2099c"),
        timezone_data::behind_id.eq(Some(behind)),
        timezone_data::done_at.eq(None::<At>),
    );
    diesel::update(timezone_data::table).set(halfway).execute(&mut app.database().connect()).unwrap();
    let _last = Process::working(&app, &zones).await;
    wait_for(&app, "2099c").await;
    assert_eq!(stored(&app, &summer), moved, "it was looked at before");
    assert_eq!(stored(&app, &skipped)[0].as_deref(), Some("2095-03-27T02:30Z"), "half past three, without summer time");
    app.leave_scheduled("the reminder of 2095, by the old law and by the new one");
}
