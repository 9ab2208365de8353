//! T7: the law of a place changes, and a process that runs learns of it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Calendar, Staff, feed_of};
use crate::support::parsers::newest_zoneinfo;
use crate::support::{Client, TestApp};

both!(t7_a_process_that_runs_learns_of_a_new_law);

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
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(env!("CARGO_BIN_EXE_plenary"))
            .arg("serve")
            .env("TZDIR", zoneinfo)
            .env("PLENARY_BIND", format!("127.0.0.1:{port}"))
            .env("PLENARY_DATABASE_URL", app.database().url())
            .env("PLENARY_MAIL_URL", "memory:")
            .env("PLENARY_MAIL_FROM", "plenary@events.example.org")
            .env("PLENARY_SECRET_KEY", "0123456789abcdef0123456789abcdef")
            .env("PLENARY_RATE_LIMIT", "off")
            .env("PLENARY_WORKER", "off")
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
