//! Agendas: what they hold, how they move, and what a check finds in them.

mod agendas;
mod checking;
mod large;
mod moving;
mod proposing;
mod rooms;
mod shifting;

use serde_json::{Value, json};

use super::events::make_event;
use crate::support::{Answer, Client};

/// Makes an event of this time in Paris and returns its path.
async fn make_day(owner: &Client, start: &str, end: &str) -> String {
    let when = json!({ "local_start": start, "local_end": end, "timezone": "Europe/Paris" });
    let join = json!({ "platform": "Zoom", "join_url": "https://meet.example.org/j/123456789" });
    let body = json!({ "kind": "conference", "title": "Day", "when": when, "virtual_location": join });
    format!("/api/v1/events/{}", make_event(owner, body).await.id())
}

/// A talk from one local time to another.
fn talk(title: &str, start: &str, end: &str) -> Value {
    json!({ "kind": "talk", "title": title, "local_start": start, "local_end": end })
}

/// A session that contains others.
fn round(title: &str, sessions: Vec<Value>) -> Value {
    let mut round = json!({ "kind": "round", "title": title });
    round["sessions"] = Value::Array(sessions);
    round
}

/// Writes a whole agenda.
async fn write_agenda(owner: &Client, event: &str, sessions: &[Value]) -> Answer {
    owner.if_match("*").put(&format!("{event}/agenda"), json!({ "sessions": sessions })).await.expect(200)
}

/// Makes a speaker and returns their id.
async fn make_speaker(owner: &Client, name: &str) -> String {
    owner.post("/api/v1/speakers", json!({ "name": name })).await.expect(201).id()
}

/// Makes a room and returns its id.
async fn make_room(owner: &Client, event: &str, details: Value) -> String {
    owner.post(&format!("{event}/rooms"), details).await.expect(201).id()
}

/// What a check found: code and pointer.
#[track_caller]
fn findings(check: &Answer) -> Vec<(String, String)> {
    let all = check.clone().expect(200).at("/findings");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    all.as_array().unwrap().iter().map(|one| (text(one, "code"), text(one, "pointer"))).collect()
}

/// The same, as a test writes it.
fn found(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(code, pointer)| ((*code).to_owned(), (*pointer).to_owned())).collect()
}

/// Members of each session at the top of an agenda.
#[track_caller]
fn rows(agenda: &Answer, members: &[&str]) -> Vec<Vec<Value>> {
    let all = agenda.at("/sessions");
    let of = |session: &Value| members.iter().map(|name| session[*name].clone()).collect();
    all.as_array().unwrap().iter().map(of).collect()
}
