//! What the staff ask of people who register, and what people answer; and registrations as the staff work with them: lists
//! and tables, corrections, check-in, many at once, statistics.

mod abuse;
mod actions;
mod answers;
mod attendance;
mod corrections;
mod counting;
mod documents;
mod ending;
mod entering;
mod forms;
mod imports;
mod lists;
mod many;
mod own_details;
mod promoting;
mod series;
mod tables;

use serde_json::{Value, json};

use crate::support::{OpenEvent, TestApp, person};

/// Registers these people, each a minute after the one before.
async fn register(app: &TestApp, event: &OpenEvent, names: &[&str]) {
    for name in names {
        let local: String = name.to_lowercase().chars().filter(char::is_ascii).collect();
        let one = person(name, &format!("{local}@example.org"));
        app.post(&event.registrations, one).await.expect(201);
        app.pass(chrono::TimeDelta::minutes(1));
    }
}

/// The paths of an event's registrations, in the order they were made.
async fn paths(event: &OpenEvent) -> Vec<String> {
    ids(event).await.iter().map(|id| format!("/api/v1/registrations/{id}")).collect()
}

/// The ids of an event's registrations, in the order they were made.
async fn ids(event: &OpenEvent) -> Vec<String> {
    let page = event.owner.get(&event.registrations).await.expect(200).json();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// What a timeline tells beside messages: what, and which fields changed.
async fn told(event: &OpenEvent, path: &str) -> Vec<(String, Value)> {
    let timeline = event.owner.get(&format!("{path}/timeline")).await.expect(200).json();
    let items = timeline["items"].as_array().unwrap().iter();
    let own = items.filter(|entry| entry["message_state"].is_null());
    own.map(|entry| (entry["what"].as_str().unwrap().to_owned(), entry["fields"].clone())).collect()
}

/// An entry of a timeline without fields.
fn plain(what: &str) -> (String, Value) {
    (what.to_owned(), json!([]))
}
