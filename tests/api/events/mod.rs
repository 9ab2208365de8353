//! Events: what they are, when they are, who sees them, and in which lists they stand.

mod commands;
mod copies;
mod details;
mod inheritance;
mod lists;
mod locking;
mod moving;
mod organisers;
mod paging;
mod publishing;
mod search;
mod whens;

use serde_json::{Value, json};

use crate::support::{Answer, Client};

const EVENTS: &str = "/api/v1/events";

fn webinar(title: &str) -> Value {
    json!({ "kind": "webinar", "title": title })
}

fn webinar_when(title: &str, when: Value) -> Value {
    let mut body = webinar(title);
    body["when"] = when;
    body
}

/// Makes an event.
pub(super) async fn make_event(staff: &Client, body: Value) -> Answer {
    staff.post(EVENTS, body).await.expect(201)
}

/// Makes an organisation and returns its id.
pub(super) async fn make_organisation(staff: &Client, name: &str) -> String {
    staff.post("/api/v1/organisations", json!({ "name": name })).await.expect(201).id()
}

/// Gives an event its organiser, and shows it to everybody.
pub(super) async fn publish_event(staff: &Client, event: &str, organiser: &str) -> Answer {
    let staff = staff.if_match("*");
    let all = json!([{ "organisation_id": organiser, "role": "organiser" }]);
    staff.put(&format!("{EVENTS}/{event}/organisations"), all).await.expect(200);
    staff.post(&format!("{EVENTS}/{event}/publish"), json!({})).await.expect(200)
}

/// One member of each row of a page, in their order.
#[track_caller]
pub(super) fn column(page: &Answer, member: &str) -> Vec<String> {
    let items = page.clone().expect(200).at("/items");
    items.as_array().unwrap().iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
}
