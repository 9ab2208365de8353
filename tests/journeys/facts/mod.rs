//! Five programmes that took place, loaded as the demo and read back over the API: what they say has to come out again.

mod demo;
mod documentation;
mod entered;
mod network;
mod programmes;
mod taking_part;

use diesel::{ExpressionMethods as _, RunQueryDsl as _};
use plenary::app::App;
use plenary::db::schema::workspaces;
use plenary::demo::{Loaded, load_demo};
use serde_json::{Value, json};

use crate::support::parsers::read_calendar;
use crate::support::{Answer, Client, TestApp, TestAppBuilder};

const COLOGNE: &str = "cologne-human-rights-city-webinars";
const OPENING: &str = "A Global Perspective on Local Human Rights Responsibility";
const BERGEN: &str = "Human Rights Cities explained – why do we need them?";
const WORKING_SESSION: &str = "Advancing the global movement of Human rights cities and territories";
/// When all of them are over that have a day.
const AFTERWARDS: &str = "2022-10-15T09:00:00Z";
const TRY: &str = "Demo: try the registration";

/// The application with the demo in it.
struct Demo {
    app: TestApp,
    owner: Client,
}

impl Demo {
    async fn load(builder: TestAppBuilder) -> Self {
        Self::load_at(builder, AFTERWARDS).await
    }

    /// The same at another time.
    async fn load_at(builder: TestAppBuilder, now: &str) -> Self {
        let app = start_at(builder, now).await;
        let loaded = load(app.app()).await;
        assert_eq!(app.deliver().await, [], "nobody waits for the recordings");
        let owner = app.bearing(loaded.token().expect("a token"));
        Self { app, owner }
    }

    /// The path of the only event with this title.
    async fn event(&self, title: &str) -> String {
        let all = self.owner.get("/api/v1/events?limit=100").await.expect(200).at("/items");
        let all = all.as_array().unwrap().iter().filter(|event| event["title"] == title).collect::<Vec<_>>();
        let [event] = all.as_slice() else { panic!("one event {title}, not {}", all.len()) };
        format!("/api/v1/events/{}", event["id"].as_str().unwrap())
    }

    /// Gives the working session a room: no programme names one.
    async fn add_room(&self) {
        let path = format!("{}/rooms", self.event(WORKING_SESSION).await);
        self.owner.post(&path, json!({ "name": "Plenary hall" })).await.expect(201);
    }

    async fn series(&self, slug: &str) -> String {
        self.owner.get(&format!("/api/v1/series?slug={slug}")).await.expect(200).string("/items/0/id")
    }

    /// What the check of a schedule finds: code, pointer and severity.
    async fn findings(&self, event: &str) -> Vec<[String; 3]> {
        let check = self.owner.get(&format!("{event}/schedule-check")).await.expect(200);
        let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
        let all = check.at("/findings");
        let all = all.as_array().unwrap().iter();
        all.map(|finding| ["code", "pointer", "severity"].map(|name| text(finding, name))).collect()
    }

    /// Moves a session of an agenda, which `place` is a pointer to.
    async fn move_session(&self, event: &str, place: &str, start: &str, end: &str) -> Answer {
        let agenda = self.owner.get(&format!("{event}/agenda")).await.expect(200);
        let path = format!("/api/v1/sessions/{}", agenda.string(&format!("{place}/id")));
        let times = json!({ "local_start": start, "local_end": end });
        self.owner.if_match("*").patch(&path, times).await.expect(200)
    }
}

/// The application without the demo, at a time when the programmes with a day are over.
async fn start(builder: TestAppBuilder) -> TestApp {
    start_at(builder, AFTERWARDS).await
}

async fn start_at(builder: TestAppBuilder, now: &str) -> TestApp {
    let app = builder.clock_at(now).start().await;
    // The harness has a workspace of the same name, which steps aside.
    let renamed = diesel::update(workspaces::table).set(workspaces::slug.eq("harness"));
    assert_eq!(renamed.execute(&mut app.database().connect()).unwrap(), 1);
    app
}

async fn load(app: &App) -> Loaded {
    load_demo(app.db(), app.context(), "").await.expect("the demo fits the rooms")
}

/// One member of each item of a page.
fn column(page: &Answer, pointer: &str) -> Vec<Value> {
    let items = page.at("/items");
    items.as_array().unwrap().iter().map(|item| item.pointer(pointer).cloned().unwrap_or(Value::Null)).collect()
}

/// The entries of a calendar that everybody can read, as others understand it.
async fn entries(client: &Client, path: &str) -> Vec<Value> {
    let calendar = client.get(path).await.expect(200);
    read_calendar(calendar.text())["events"].as_array().unwrap().clone()
}
