//! Five programmes that took place, and a conference of 500 sessions: every feed of theirs is read without a fault, and says
//! what the API says.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods as _, RunQueryDsl as _};
use plenary::db::schema::workspaces;
use plenary::demo::load_demo;
use serde_json::{Value, json};

use super::{EVENTS, Staff, libical_times, lines, times};
use crate::support::parsers::read_calendars;
use crate::support::{Client, TestApp, TestAppBuilder};

both!(a_conference_of_500_sessions_is_read, five_programmes_are_read);

/// What a feed may be asked for.
const QUERIES: [&str; 3] = ["", "?tentative=1", "?sessions=1"];

/// The rows of a list, page by page.
async fn list(client: &Client, path: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = client.get(&format!("{path}?limit=100{cursor}")).await.expect(200);
        all.extend(page.at("/items").as_array().unwrap().clone());
        let Some(next) = page.at("/next_cursor").as_str().map(str::to_owned) else { return all };
        cursor = format!("&cursor={next}");
    }
}

/// The path of every feed of what staff see, in every form.
async fn every_feed(owner: &Client, workspace: &str) -> Vec<String> {
    let mut feeds = vec![format!("/calendars/workspaces/{workspace}.ics")];
    for kind in ["events", "series", "organisations", "speakers"] {
        for row in list(owner, &format!("/api/v1/{kind}")).await {
            feeds.push(format!("/calendars/{kind}/{}.ics", row["id"].as_str().unwrap()));
        }
    }
    feeds.iter().flat_map(|feed| QUERIES.map(|query| format!("{feed}{query}"))).collect()
}

/// The sessions of an agenda with all that they contain, each with its event.
fn list_sessions(sessions: &Value, event: &Value, found: &mut BTreeMap<String, (Value, Value)>) {
    for session in sessions.as_array().unwrap() {
        found.insert(session["id"].as_str().unwrap().to_owned(), (session.clone(), event.clone()));
        list_sessions(&session["sessions"], event, found);
    }
}

/// What stands before the title of an event that does not take place.
fn prefix(event: &Value) -> &'static str {
    match event["status"].as_str().unwrap() {
        "cancelled" => "Cancelled: ",
        "postponed" => "Postponed: ",
        _ => "",
    }
}

#[track_caller]
fn assert_is_session(entry: &Value, (session, event): &(Value, Value)) {
    assert_eq!(entry["sequence"], event["sequence"]);
    assert_eq!((&entry["start"], &entry["end"]), (&session["starts_at"], &session["ends_at"]));
    let text = |one: &Value, name: &str| one[name].as_str().map(str::to_owned);
    let label = text(session, "label").map(|label| format!("{label}: ")).unwrap_or_default();
    let of = text(event, "short_title").or_else(|| text(event, "title")).unwrap();
    let summary = format!("{}{label}{} – {of}", prefix(event), text(session, "title").unwrap());
    assert_eq!(entry["summary"], summary);
}

#[track_caller]
fn assert_is_event(entry: &Value, event: &Value, path: &str) {
    assert_eq!(entry["sequence"], event["sequence"], "{path}");
    assert_eq!(entry["summary"], format!("{}{}", prefix(event), event["title"].as_str().unwrap()));
    if entry["all_day"] == false {
        assert_eq!((&entry["start"], &entry["end"]), (&event["when"]["starts_at"], &event["when"]["ends_at"]));
    } else if event["when"]["precision"] == "date" {
        assert_eq!(entry["start"], event["when"]["edtf"]);
    } else {
        assert!(path.ends_with("?tentative=1") && entry["status"] == "TENTATIVE", "{path} {entry}");
    }
}

/// Reads every feed that everybody may read with every reader, and holds each entry against its event or its session. Returns how
/// many feeds, entries of events and entries of sessions there are.
async fn read_every_feed(client: &Client, owner: &Client, workspace: &str) -> (usize, usize, usize) {
    let (mut feeds, mut bodies) = (Vec::new(), Vec::new());
    for path in every_feed(owner, workspace).await {
        let answer = client.get(&path).await;
        // What nothing published names is not there.
        if answer.status != 404 {
            bodies.push(answer.expect(200).text().to_owned());
            feeds.push(path);
        }
    }
    let mut events: BTreeMap<String, Value> = BTreeMap::new();
    let mut sessions: BTreeMap<String, (Value, Value)> = BTreeMap::new();
    for row in list(client, EVENTS).await {
        let path = format!("{EVENTS}/{}", row["id"].as_str().unwrap());
        let event = client.get(&path).await.expect(200);
        let agenda = client.get(&format!("{path}/agenda")).await.expect(200).at("/sessions");
        list_sessions(&agenda, &event.json(), &mut sessions);
        events.insert(event.string("/uid"), event.json());
    }
    let (mut of_events, mut of_sessions) = (0, 0);
    for ((path, body), read) in feeds.iter().zip(&bodies).zip(read_calendars(&bodies)) {
        let read = read["events"].as_array().unwrap().clone();
        assert_eq!(libical_times(body), read.iter().map(times).collect::<Vec<_>>(), "{path}");
        assert_eq!(lines::read(body).inner("VEVENT").len(), read.len());
        for entry in &read {
            let uid = entry["uid"].as_str().unwrap();
            if let Some(session) = sessions.get(uid) {
                assert!(path.ends_with("?sessions=1"), "{path} {entry}");
                assert_is_session(entry, session);
                of_sessions += 1;
            } else {
                assert_is_event(entry, &events[uid], path);
                of_events += 1;
            }
        }
    }
    (feeds.len(), of_events, of_sessions)
}

async fn five_programmes_are_read(builder: TestAppBuilder) {
    let app = builder.clock_at("2021-11-20T09:00:00Z").start().await;
    // The harness has a workspace of the same name, which steps aside.
    let renamed = diesel::update(workspaces::table).set(workspaces::slug.eq("harness"));
    assert_eq!(renamed.execute(&mut app.database().connect()).unwrap(), 1);
    let loaded = load_demo(app.app().db(), app.app().context(), "").await.expect("the demo fits the rooms");
    let owner = app.bearing(loaded.token().expect("a token"));
    let (feeds, events, sessions) = read_every_feed(&app, &owner, "demo").await;
    assert!(feeds > 90 && events > 60 && sessions > 20, "{feeds} feeds, {events} events, {sessions} sessions");
    app.leave_outbox("the demo promises nothing that calendars show");
}

async fn a_conference_of_500_sessions_is_read(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("conferences").await;
    let when =
        json!({ "local_start": "2022-03-01T09:00", "local_end": "2022-03-10T18:30", "timezone": "Europe/Paris" });
    let event = staff
        .publish(json!({ "kind": "conference", "title": "Conference: “rights”, 老虎; 🎉", "when": when, "series_id": series }))
        .await;
    let mut speakers = Vec::new();
    for number in 0..10 {
        let body = json!({ "name": format!("Dagård, “Person” {number}; 老") });
        speakers.push(staff.owner.post("/api/v1/speakers", body).await.expect(201).id());
    }
    let clock =
        |round: usize, minute: usize| format!("2022-03-{:02}T{:02}:{:02}", round / 3 + 1, 9 + minute / 60, minute % 60);
    let rounds = (0..25).map(|round: usize| {
        let talks: Vec<Value> = (0..19)
            .map(|index| {
                let minute = (round % 3) * 180 + index * 9;
                let speaker = &speakers[(round + index) % speakers.len()];
                json!({
                    "kind": "talk", "title": format!("Talk {round}.{index}: a, b; c \\ “d”"),
                    "local_start": clock(round, minute), "local_end": clock(round, minute + 9),
                    "appearances": [{ "speaker_id": speaker, "role": "speaker" }],
                })
            })
            .collect();
        json!({ "kind": "round", "title": format!("Round {round}"), "sessions": talks })
    });
    let agenda = json!({ "sessions": rounds.collect::<Vec<Value>>() });
    staff.owner.put(&format!("{EVENTS}/{}/agenda", event.id()), agenda).await.expect(200);
    let read = read_every_feed(&app, &staff.owner, "demo").await;
    // The workspace, the event, the series, the organisation and ten speakers, in three ways each. By sessions, the first four have
    // all 475 talks, and each speaker has theirs, of which none is left out.
    assert_eq!(read, (42, 28, 5 * 475));
}
