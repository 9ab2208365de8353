//! Materials: what they are, what they belong to, and who sees them when.

mod details;
mod removing;
mod showing;

use serde_json::{Value, json};

use super::events::{make_event, make_organisation, publish_event};
use crate::support::{Answer, Client, TestApp};

fn slides() -> Value {
    json!({ "kind": "slides", "title": "Slides", "url": "https://example.org/slides.pdf" })
}

fn slides_with(more: Value) -> Value {
    merged(slides(), more)
}

fn merged(mut body: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("an object") };
    body.as_object_mut().unwrap().extend(more);
    body
}

/// An event that everybody sees: its id, and the path of its materials.
async fn published(app: &TestApp, owner: &Client) -> (String, String) {
    let city = make_organisation(owner, "City of Cologne").await;
    let when = json!({ "edtf": "2021-12-03" });
    let event = make_event(owner, json!({ "kind": "webinar", "title": "A", "when": when })).await.id();
    publish_event(owner, &event, &city).await;
    let path = format!("/api/v1/events/{event}/materials");
    assert_eq!(app.get(&path).await.expect(200).json(), json!({ "items": [] }));
    (event, path)
}

fn path_of(material: &Answer) -> String {
    format!("/api/v1/materials/{}", material.id())
}

/// The event's revision and sequence.
async fn counters(owner: &Client, event: &str) -> (i64, i64) {
    let event = owner.get(&format!("/api/v1/events/{event}")).await.expect(200);
    (event.at("/revision").as_i64().unwrap(), event.at("/sequence").as_i64().unwrap())
}
