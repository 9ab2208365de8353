//! What calendar programs need, one test a line of a checklist: `f` for feeds, `t` for time zones, `m` for mails. Every
//! object that comes out is read by three engines that are not ours, and by a strict reader of lines.
//!
//! | file | what it asks |
//! |---|---|
//! | `format` | lines, texts, names, addresses, and the properties that every object has |
//! | `entries` | that an entry stays the same entry while its event changes |
//! | `serving`, `restarting` | how a feed is fetched again and again, and from another process |
//! | `keeping` | what a feed costs, how its address is read, and what is nothing to its readers |
//! | `contents` | what stands in a feed, and what never does |
//! | `zones`, `updating` | that local times mean the instants that were promised, whatever becomes of the law |
//! | `random`, `programmes` | a thousand events of any kind, five programmes and a conference, read back equal |
//! | `subscribing` | a program that subscribes, and sees what changes |
//! | `mails` | entries that are sent to people |
//! | `news` | what is new, for feed readers |
//!
//! Nothing repeats (no RRULE but in zones), and nobody answers a mail: there are no tests of these.

mod contents;
mod entries;
mod format;
mod keeping;
mod lines;
mod mails;
mod news;
mod programmes;
mod random;
mod restarting;
mod serving;
mod subscribing;
mod updating;
mod zones;

use chrono::DateTime;
use futures_util::stream::{self, StreamExt as _};
use plenary::accounts::Role;
use serde_json::{Value, json};

use self::lines::Component;
use crate::support::parsers::{read_calendar, read_with_libical};
use crate::support::{Answer, Client, TestApp, publish_series};

const EVENTS: &str = "/api/v1/events";

/// An object as everybody reads it.
#[derive(Debug)]
struct Calendar {
    ics: String,
    /// Its lines.
    lines: Component,
    /// What python-icalendar and ical.js understood.
    events: Vec<Value>,
}

impl Calendar {
    /// Reads an object with every reader. They have to find no fault and to agree.
    #[track_caller]
    fn read(ics: &str) -> Self {
        Self::of(ics, &read_calendar(ics))
    }

    /// One that python-icalendar and ical.js have read already, among others.
    #[track_caller]
    fn of(ics: &str, read: &Value) -> Self {
        let lines = lines::read(ics);
        let events = read["events"].as_array().unwrap().clone();
        assert_eq!(
            libical_times(ics),
            events.iter().map(times).collect::<Vec<_>>(),
            "libical reads other times:\n{ics}"
        );
        assert_eq!(lines.name, "VCALENDAR");
        assert_eq!(lines.inner("VEVENT").len(), events.len());
        Self { ics: ics.to_owned(), lines, events }
    }

    /// The only entry.
    #[track_caller]
    fn event(&self) -> &Value {
        let [event] = self.events.as_slice() else { panic!("one entry, not {:?}", self.events) };
        event
    }

    /// The entry with this UID.
    #[track_caller]
    fn find(&self, uid: &str) -> &Value {
        let found = self.events.iter().find(|event| event["uid"] == uid);
        found.unwrap_or_else(|| panic!("no entry {uid} in:\n{}", self.ics))
    }
}

/// UID, start and end, in seconds since 1970.
#[track_caller]
fn times(event: &Value) -> Value {
    let seconds = |name: &str| {
        let text = event[name].as_str()?;
        let text = if text.contains('T') { text.to_owned() } else { format!("{text}T00:00:00Z") };
        Some(DateTime::parse_from_rfc3339(&text).expect("an instant").timestamp())
    };
    json!({ "uid": event["uid"], "start": seconds("start"), "end": seconds("end") })
}

#[track_caller]
fn libical_times(ics: &str) -> Vec<Value> {
    read_with_libical(ics).as_array().unwrap().clone()
}

/// Reads a feed that everybody may fetch.
async fn feed(client: &Client, path: &str) -> Calendar {
    Calendar::read(client.get(path).await.expect(200).text())
}

fn feed_of(event: &Answer) -> String {
    format!("/calendars/events/{}.ics", event.id())
}

/// What calendars show of a text of one line: what would end the line is a blank, and a mark of the byte order nothing.
fn one_line(text: &str) -> String {
    let text = text.replace('\u{feff}', "");
    let parts = text.split(['\n', '\u{2028}', '\u{2029}']).map(str::trim).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" ")
}

/// Who plans: an owner, and an organisation that organises everything.
struct Staff {
    owner: Client,
    organisation: String,
}

impl Staff {
    async fn of(app: &TestApp) -> Self {
        let owner = app.staff(Role::Owner).await.if_match("*");
        let organisation = owner.post("/api/v1/organisations", json!({ "name": "City of Cologne" })).await.expect(201);
        Self { owner, organisation: organisation.id() }
    }

    /// A published event. What `details` leave out is said of it.
    async fn publish(&self, details: Value) -> Answer {
        let mut body = json!({ "kind": "webinar", "title": "Local complaint mechanisms" });
        body.as_object_mut().unwrap().extend(details.as_object().unwrap().clone());
        let made = self.owner.post(EVENTS, body).await.expect(201);
        let path = format!("{EVENTS}/{}", made.id());
        let part = json!([{ "organisation_id": self.organisation, "role": "organiser" }]);
        self.owner.put(&format!("{path}/organisations"), part).await.expect(200);
        self.owner.post(&format!("{path}/publish"), json!({})).await.expect(200);
        self.event(&made.id()).await
    }

    /// An event as it is now.
    async fn event(&self, id: &str) -> Answer {
        self.owner.get(&format!("{EVENTS}/{id}")).await.expect(200)
    }

    async fn change(&self, event: &Answer, details: Value) -> Answer {
        self.owner.patch(&format!("{EVENTS}/{}", event.id()), details).await.expect(200)
    }

    async fn command(&self, event: &Answer, command: &str, body: Value) -> Answer {
        self.owner.post(&format!("{EVENTS}/{}/{command}", event.id()), body).await.expect(200)
    }

    /// A published series of the organisation.
    async fn series(&self, slug: &str) -> String {
        publish_series(&self.owner, &self.organisation, slug).await
    }

    /// Published events of a series, made by the use cases in one transaction. Returns their ids.
    async fn publish_many(&self, app: &TestApp, series: &str, details: Vec<Value>) -> Vec<String> {
        app.publish_many(series, details).await
    }

    /// These events as they are now.
    async fn events(&self, ids: &[String]) -> Vec<Answer> {
        stream::iter(ids).map(|id| self.event(id)).buffered(4).collect().await
    }
}
