//! Making a programme through the API, as a frontend does.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{Client, TestApp};

/// An event that people can register for.
pub struct OpenEvent {
    /// Its id.
    pub id: String,
    /// Where its registrations are.
    pub registrations: String,
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
        OpenEvent { registrations: format!("{path}/registrations"), id, owner }
    }
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
