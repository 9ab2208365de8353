//! vdirsyncer subscribes to a feed, and sees what changes. It is the only reader here that remembers what it has read.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Calendar, Staff};
use crate::support::parsers::vdirsyncer_command;
use crate::support::{Answer, TestApp};

both!(a_subscriber_sees_what_changes);

/// What a server answers to a request of three lines, whole.
pub async fn get_without_accept(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers in UTF-8");
    answer
}

/// A folder that follows a feed: a file for each entry.
struct Subscription {
    folder: TempDir,
}

impl Subscription {
    /// Subscribes to the feed at this address.
    async fn new(url: &str) -> Self {
        let subscription = Self { folder: tempfile::tempdir().unwrap() };
        let (own, entries) = (subscription.folder.path(), subscription.entries());
        std::fs::create_dir(&entries).unwrap();
        let config = format!(
            "[general]\nstatus_path = \"{}\"\n\n[pair feed]\na = \"remote\"\nb = \"local\"\ncollections = null\n\n\
             [storage remote]\ntype = \"http\"\nurl = \"{url}\"\n\n\
             [storage local]\ntype = \"filesystem\"\npath = \"{}\"\nfileext = \".ics\"\n",
            own.join("status").display(),
            entries.display(),
        );
        std::fs::write(own.join("config"), config).unwrap();
        subscription.run("discover").await;
        subscription
    }

    fn entries(&self) -> PathBuf {
        self.folder.path().join("entries")
    }

    /// Runs vdirsyncer. The server goes on meanwhile.
    async fn run(&self, what: &'static str) {
        let config = self.folder.path().join("config");
        let run = move || {
            let mut command = vdirsyncer_command();
            command.arg("-c").arg(config).arg(what).env("NO_PROXY", "*");
            command.output().expect("vdirsyncer runs")
        };
        let output = tokio::task::spawn_blocking(run).await.unwrap();
        assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Fetches what is new, and returns what is in each file: its name, and its entry as other readers understand it.
    async fn sync(&self) -> BTreeMap<String, Value> {
        self.run("sync").await;
        let files = std::fs::read_dir(self.entries()).unwrap().map(|file| file.unwrap().path());
        files.map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), read(&file))).collect()
    }
}

/// The one entry of a file. It is kept with the line ends of the system.
#[track_caller]
fn read(file: &Path) -> Value {
    let text = std::fs::read_to_string(file).unwrap();
    let text = format!("{}\r\n", text.trim_end().replace("\r\n", "\n").replace('\n', "\r\n"));
    Calendar::read(&text).event().clone()
}

/// The id of the event of an entry. Of a subscription, vdirsyncer does not keep the UID but names each entry by what it says.
fn id_of(entry: &Value) -> &str {
    entry["url"].as_str().unwrap().rsplit('/').next().unwrap()
}

fn sorted(mut all: Vec<String>) -> Vec<String> {
    all.sort();
    all
}

async fn a_subscriber_sees_what_changes(app: TestApp) {
    let staff = Staff::of(&app).await;
    let when = |day: u32| json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H" });
    let moved = staff.publish(json!({ "title": "Moved: “é”, 老; 🎉", "when": when(17) })).await;
    let off = staff.publish(json!({ "title": "Cancelled later", "when": when(18) })).await;
    let stays = staff.publish(json!({ "title": "Stays", "when": { "edtf": "2022-03-19" } })).await;
    let month = staff.publish(json!({ "title": "Known to the month", "when": { "edtf": "2022-04" } })).await;

    let address = format!("http://{}/calendars/workspaces/demo.ics", app.address());
    let subscription = Subscription::new(&address).await;
    let first = subscription.sync().await;
    let ids = |all: &BTreeMap<String, Value>| sorted(all.values().map(|entry| id_of(entry).to_owned()).collect());
    let of = |events: &[&Answer]| sorted(events.iter().map(|event| event.id()).collect());
    assert_eq!(ids(&first), of(&[&moved, &off, &stays]));
    assert_eq!(subscription.sync().await, first, "nothing changed");

    staff.command(&moved, "reschedule", json!({ "when": when(24) })).await;
    staff.command(&off, "cancel", json!({})).await;
    staff.command(&month, "reschedule", json!({ "when": when(30) })).await;
    app.deliver().await;
    let second = subscription.sync().await;
    assert_eq!(ids(&second), of(&[&moved, &off, &stays, &month]), "each once");
    let file = |event: &Answer, all: &BTreeMap<String, Value>| {
        let found = all.iter().find(|(_, entry)| id_of(entry) == event.id());
        found.map(|(file, entry)| (file.clone(), entry.clone())).unwrap()
    };
    // What changed is in another file, and in that alone.
    for event in [&moved, &off] {
        assert!(!second.contains_key(&file(event, &first).0));
    }
    let (_, entry) = file(&moved, &second);
    assert_eq!((&entry["start"], &entry["status"]), (&json!("2022-03-24T15:00:00Z"), &json!("CONFIRMED")));
    assert_eq!(entry["summary"], "Moved: “é”, 老; 🎉");
    assert_eq!(file(&off, &second).1["status"], "CANCELLED");
    assert_eq!(file(&stays, &second), file(&stays, &first));
    assert_eq!(file(&month, &second).1["start"], "2022-03-30T14:00:00Z");

    // Thirty days after its end, what was cancelled is gone.
    app.clock().set("2022-04-18T00:00:00Z".parse().unwrap());
    let third = subscription.sync().await;
    assert_eq!(ids(&third), of(&[&moved, &stays, &month]));
}
