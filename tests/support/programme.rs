//! Making a programme through the API, as a frontend does.

use chrono::{NaiveDate, TimeDelta};
use plenary::accounts::Role;
use plenary::events::{self, EventDetails, EventError};
use plenary::http::Problem;
use plenary::sessions::{SessionInput, replace_agenda};
use serde_json::{Value, json};

use super::{Client, TestApp};

/// An event that people can register for.
pub struct OpenEvent {
    /// Its id.
    pub id: String,
    /// Where its registrations are.
    pub registrations: String,
    /// The organisation that organises it.
    pub organisation: String,
    /// An owner's client.
    pub owner: Client,
}

impl TestApp {
    /// A published event in Berlin in March 2022, with a join link that is not public. `more` changes its details.
    pub async fn open_event(&self, more: Value) -> OpenEvent {
        let owner = self.staff(Role::Owner).await;
        let organiser = owner.post("/api/v1/organisations", json!({ "name": "City of Cologne", "kind": "city" })).await;
        let organiser = organiser.expect(201).id();
        let mut details = json!({
            "kind": "webinar",
            "title": "Local complaint mechanisms: “what works” & why",
            "when": { "local_start": "2022-03-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H30M" },
            "languages": ["en"],
            "virtual_location": {
                "platform": "Zoom", "join_url": "https://meet.example.org/j/123456789", "passcode": "294857-secret",
            },
        });
        let (Value::Object(details), Value::Object(more)) = (&mut details, more) else { panic!("objects") };
        details.extend(more);
        let made = owner.post("/api/v1/events", Value::Object(details.clone())).await.expect(201);
        let id = made.id();
        let path = format!("/api/v1/events/{id}");
        let any = owner.if_match("*");
        let part = json!([{ "organisation_id": organiser, "role": "organiser" }]);
        any.put(&format!("{path}/organisations"), part).await.expect(200);
        any.post(&format!("{path}/publish"), json!({})).await.expect(200);
        OpenEvent { registrations: format!("{path}/registrations"), organisation: organiser, id, owner }
    }
}

/// A published series of an organisation that organises all of it. Returns its id.
pub async fn publish_series(owner: &Client, organisation: &str, slug: &str) -> String {
    let owner = owner.if_match("*");
    let body = json!({ "slug": slug, "title": format!("The series {slug}") });
    let id = owner.post("/api/v1/series", body).await.expect(201).id();
    let part = json!([{ "organisation_id": organisation, "role": "organiser" }]);
    owner.put(&format!("/api/v1/series/{id}/organisations"), part).await.expect(200);
    owner.post(&format!("/api/v1/series/{id}/publish"), json!({})).await.expect(200);
    id
}

impl TestApp {
    /// Published events of a series, made by the use cases in one transaction: with what `details` say, and the sessions of an
    /// `agenda` in them. Returns their ids.
    pub async fn publish_many(&self, series: &str, details: Vec<Value>) -> Vec<String> {
        let made: Vec<(EventDetails, Vec<SessionInput>)> = details
            .into_iter()
            .map(|mut one| {
                let details = one.as_object_mut().expect("an object");
                let sessions = details.remove("agenda").unwrap_or_else(|| json!([]));
                details.insert("series_id".to_owned(), json!(series));
                details.entry("kind").or_insert(json!("webinar"));
                let sessions = serde_json::from_value(sessions).expect("sessions");
                (serde_json::from_value(one).expect("details of an event"), sessions)
            })
            .collect();
        let workspace = self.workspace().id;
        let ids = self.write(move |conn, context| {
            let make = |(details, sessions): &(EventDetails, Vec<SessionInput>)| {
                let made = events::create_event(conn, context, workspace, "test", details.clone())?;
                if !sessions.is_empty() {
                    replace_agenda(conn, context, "test", &made, sessions, false)?;
                }
                let published = events::publish_event(conn, context, workspace, "test", made.id, None);
                published.map(|event| event.id.to_string()).map_err(|error: EventError| Problem::from(error))
            };
            made.iter().map(make).collect::<Result<Vec<String>, Problem>>()
        });
        ids.await
    }
}

/// What so many events of a busy workspace look like: in several zones, with abstracts of about 1,500 characters, and agendas of so
/// many sessions with somebody in each. They are made in no order, and several begin at each moment.
pub fn busy_programme(events: usize, sessions: usize) -> Vec<Value> {
    const ZONES: [&str; 8] = [
        "Europe/Berlin",
        "America/New_York",
        "Asia/Kolkata",
        "Africa/Nairobi",
        "Australia/Sydney",
        "America/Sao_Paulo",
        "Asia/Tokyo",
        "Europe/London",
    ];
    let first = NaiveDate::from_ymd_opt(2022, 3, 1).expect("a day");
    let paragraph = "What cities *measure* when they measure **human rights**, who asks them to, and what becomes of the numbers: \
        a talk about [indicators](https://example.org/indicators?a=1&b=2), complaints; and the people behind both – from Köln to \
        Łódź. ";
    let event = |index: usize| {
        let day = first + TimeDelta::days(i64::try_from(index * 7 % events / 3).expect("few"));
        let talk = |number: usize| {
            let minutes = 16 * 60 + number * 10;
            json!({
                "kind": "talk", "title": format!("Talk {number}: local complaint mechanisms, and what works"),
                "abstract": paragraph.repeat(2), "duration": "PT10M",
                "local_start": format!("{day}T{:02}:{:02}", minutes / 60, minutes % 60),
                "appearances": [{ "label": format!("Ulrika Dagård {number}"), "affiliation": "City of Lund", "role": "speaker" }],
            })
        };
        json!({
            "title": format!("Human rights cities {index}: “rights” & duties"), "super_title": "Towards the congress",
            "subtitle": "How far a city can go, and who goes with it", "abstract": paragraph.repeat(6),
            "guiding_questions": ["Who measures?", "What is it for?", "What does a city do with what it finds?"],
            "keywords": ["human rights", "cities", "indicators"], "languages": ["en"],
            "virtual_location": { "platform": "Zoom", "join_url": "https://meet.example.org/j/123456789" },
            "when": { "local_start": format!("{day}T16:00"), "timezone": ZONES[index % ZONES.len()], "duration": "PT1H30M" },
            "agenda": (0..sessions).map(talk).collect::<Vec<Value>>(),
        })
    };
    (0..events).map(event).collect()
}

impl OpenEvent {
    /// What staff see of its registrations: address and state, in the order they were made.
    pub async fn states(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        let mut path = format!("{}?limit=100", self.registrations);
        loop {
            let page = self.owner.get(&path).await.expect(200).json();
            for row in page["items"].as_array().expect("a list") {
                let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
                all.push((text("email"), text("state")));
            }
            let Some(cursor) = page["next_cursor"].as_str() else { return all };
            path = format!("{}?limit=100&cursor={cursor}", self.registrations);
        }
    }
}

/// What a person sends to register.
pub fn person(name: &str, email: &str) -> Value {
    json!({ "name": name, "email": email, "consent": true })
}
