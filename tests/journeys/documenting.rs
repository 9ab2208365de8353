//! An event is over, and its organisers document it.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::parsers::read_calendar;
use crate::support::{TestApp, TestAppBuilder, person};

both!(a_recording_is_hidden_until_its_time_comes);

async fn a_recording_is_hidden_until_its_time_comes(builder: TestAppBuilder) {
    let app: TestApp = builder.clock_at("2022-03-10T09:00:00Z").start().await;
    let event = app.open_event(json!({ "report": "Four cities compared notes." })).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.deliver().await;
    // The day after it took place, the recording is put up for the morning after that.
    app.clock().set("2022-03-18T10:00:00Z".parse().unwrap());
    let path = format!("/api/v1/events/{}", event.id);
    let list = format!("{path}/materials");
    let url = "https://media.example/webinar/recording";
    let recording = json!({
        "kind": "recording", "title": "Recording", "url": url, "duration": "PT1H28M", "language": "en",
        "available_from": "2022-03-19T08:00:00Z",
    });
    let made = event.owner.post(&list, recording).await.expect(201);
    let agenda = json!({ "kind": "agenda", "title": "Agenda", "url": "https://media.example/webinar/agenda.pdf" });
    let agenda = event.owner.post(&list, agenda).await.expect(201);
    let own = format!("/api/v1/materials/{}", made.id());
    let entry = async || {
        let calendar = app.get(&format!("/calendars/events/{}.ics", event.id)).await.expect(200);
        let tag = calendar.etag();
        (read_calendar(calendar.text())["events"][0].clone(), tag)
    };

    app.clock().set("2022-03-19T07:59:59Z".parse().unwrap());
    assert!(app.deliver().await.is_empty());
    let before = app.get(&list).await.expect(200);
    assert_eq!(before.at("/items/0/id"), json!(agenda.id()));
    assert_eq!(before.at("/items").as_array().map(Vec::len), Some(1));
    app.with("if-none-match", &before.etag()).get(&list).await.expect(304);
    app.get(&own).await.problem(404, "not_found");
    let staff = event.owner.get(&own).await.expect(200);
    assert_eq!((staff.string("/url"), staff.at("/is_new")), (url.to_owned(), json!(false)));
    let (shown, tag) = entry().await;
    let description = |entry: &serde_json::Value| entry["description"].as_str().unwrap().to_owned();
    assert!(description(&shown).contains("A report on this event is available.\n\n"), "{shown}");
    assert!(!description(&shown).contains(url), "{shown}");
    let body = app.get(&path).await.expect(200);
    assert!(!body.text().contains(url), "{body}");

    app.pass(TimeDelta::seconds(1));
    // The clock alone changes the list.
    let after = app.with("if-none-match", &before.etag()).get(&list).await.expect(200);
    assert_eq!([after.at("/items/0/id"), after.at("/items/1/id")], [json!(made.id()), json!(agenda.id())]);
    assert_eq!(app.get(&own).await.expect(200).at("/is_new"), json!(true));
    assert!(app.deliver().await.is_empty(), "a recording is no reason for a mail");
    let (later, later_tag) = entry().await;
    assert!(description(&later).contains(&format!("A report on this event is available.\nRecording: {url}\n\n")));
    assert_ne!(later_tag, tag);
    assert_eq!(later["sequence"].as_i64(), shown["sequence"].as_i64().map(|sequence| sequence + 1));
    assert_eq!((&later["uid"], &later["start"], &later["end"]), (&shown["uid"], &shown["start"], &shown["end"]));
    let calendar = app.get(&format!("/calendars/events/{}.ics", event.id)).await.expect(200);
    assert!(calendar.text().contains("\r\nLAST-MODIFIED:20220319T080000Z\r\n"), "{calendar}");
    assert!(calendar.text().contains("\r\nDTSTAMP:20220319T080000Z\r\n"), "{calendar}");
    app.pass(TimeDelta::seconds(61));
    let calendar = app.get(&format!("/calendars/events/{}.ics", event.id)).await.expect(200);
    assert_eq!(calendar.header("last-modified"), Some("Sat, 19 Mar 2022 08:01:01 GMT"));

    // New for fourteen days, to the second.
    app.pass(TimeDelta::days(14) - TimeDelta::seconds(62));
    assert_eq!(app.get(&own).await.expect(200).at("/is_new"), json!(true));
    let new = app.get(&list).await.expect(200).etag();
    app.pass(TimeDelta::seconds(1));
    assert_eq!(app.get(&own).await.expect(200).at("/is_new"), json!(false));
    app.with("if-none-match", &new).get(&list).await.expect(200);
}
