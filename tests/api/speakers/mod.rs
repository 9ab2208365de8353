//! Speakers: where they belong, where they appear, and how they are invited.

mod affiliations;
mod appearances;
mod hidden;
mod invitation_contents;
mod invitations;
mod statuses;

use serde_json::{Value, json};

use super::events::{column, make_event, make_organisation, publish_event};
use crate::support::{Answer, Client};

const SPEAKERS: &str = "/api/v1/speakers";

/// Makes a speaker and returns their id.
async fn make_speaker(staff: &Client, body: Value) -> String {
    staff.post(SPEAKERS, body).await.expect(201).id()
}

/// Makes a draft of an event and returns its path.
async fn draft(staff: &Client, more: Value) -> String {
    let mut body = json!({
        "kind": "webinar", "title": "Local complaint mechanisms",
        "when": { "local_start": "2022-03-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H30M" },
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("/api/v1/events/{}", make_event(staff, body).await.id())
}

/// Shows an event to everybody.
async fn publish(staff: &Client, event: &str) {
    let organiser = make_organisation(staff, "City of Cologne").await;
    publish_event(staff, event.rsplit('/').next().unwrap(), &organiser).await;
}

/// Adds an appearance to an event or a session, and returns its path.
async fn add(staff: &Client, place: &str, body: Value) -> String {
    let made = staff.post(&format!("{place}/appearances"), body).await.expect(201);
    format!("/api/v1/appearances/{}", made.id())
}

/// Name and place of the appearances of an event as a whole, or of one of its sessions.
async fn places(client: &Client, event: &str, session: Option<&str>) -> Vec<(String, i64)> {
    let all = client.get(&format!("{event}/appearances")).await.expect(200).at("/items");
    let own = all.as_array().unwrap().iter().filter(|one| one["session_id"].as_str() == session);
    own.map(|one| (one["name"].as_str().unwrap().to_owned(), one["position"].as_i64().unwrap())).collect()
}
