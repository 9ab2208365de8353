//! What people get after their event, and the recording that some of them waited for.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{all, deliver_at, instant, register_all, rule, told};
use crate::support::{OpenEvent, TestApp, person};

both!(what_follows_is_for_those_who_were_there_or_not, who_waits_for_the_recording_is_told_once);

/// The registration of this person.
async fn registration(event: &OpenEvent, name: &str) -> String {
    let list = event.owner.get(&event.registrations).await.expect(200).json();
    let row = list["items"].as_array().unwrap().iter().find(|row| row["name"] == name).unwrap();
    format!("/api/v1/registrations/{}", row["id"].as_str().unwrap())
}

async fn what_follows_is_for_those_who_were_there_or_not(app: TestApp) {
    let event = app
        .open_event(json!({ "reminders": [
        rule("end", "PT1H", "attended"), rule("end", "PT1H", "no_show"), rule("end", "P1D", "all"),
        rule("end", "P2D", "confirmed"),
    ] }))
        .await;
    register_all(&app, &event, &["ada", "bo", "cy"]).await;
    app.clock().set(instant("2022-03-17T15:05:00Z"));
    let ada = registration(&event, "ada").await;
    event.owner.if_match("*").post(&format!("{ada}/check-in"), json!({})).await.expect(200);
    let slides = json!({ "kind": "slides", "title": "Slides", "url": "https://files.example.org/slides.pdf" });
    let hidden = json!({
        "kind": "paper", "title": "Draft", "url": "https://files.example.org/draft.pdf", "visibility": "staff",
    });
    for material in [slides, hidden] {
        let path = format!("/api/v1/events/{}/materials", event.id);
        event.owner.if_match("*").post(&path, material).await.expect(201);
    }
    // An hour after the end nobody has noted yet who was not there.
    let mails = deliver_at(&app, "2022-03-17T17:30:00Z").await;
    assert_eq!(told(&mails), all(&["ada"], "Thank you for taking part"));
    assert_eq!(mails[0].link("files.example.org"), "https://files.example.org/slides.pdf");
    assert!(!mails[0].text.contains("meet.example.org"), "{}", mails[0].text);
    app.pass(TimeDelta::hours(1));
    event.owner.post(&format!("{}/close", event.registrations), Value::Null).await.expect(200);
    assert_eq!(told(&app.deliver().await), all(&["bo", "cy"], "We missed you"));
    let mut expected = all(&["bo", "cy"], "We missed you");
    expected.insert(0, all(&["ada"], "Thank you for taking part").remove(0));
    assert_eq!(told(&deliver_at(&app, "2022-03-18T16:30:00Z").await), expected);
    assert_eq!(told(&deliver_at(&app, "2022-03-19T16:30:00Z").await), all(&["ada"], "Thank you for taking part"));
    event.owner.post(&format!("{}/close", event.registrations), Value::Null).await.expect(200);
    assert_eq!(app.deliver().await, []);
}

async fn who_waits_for_the_recording_is_told_once(app: TestApp) {
    let event = app
        .open_event(json!({
            "registration": { "enabled": true, "recording": true }, "reminders": [rule("start", "-P1D", "all")],
        }))
        .await;
    register_all(&app, &event, &["ada"]).await;
    for name in ["bo", "cy"] {
        let mut body = person(name, &format!("{name}@example.org"));
        body["attendance"] = json!("recording");
        app.post(&event.registrations, body).await.expect(201);
    }
    let mails = app.deliver().await;
    // Who does not come is not reminded.
    assert_eq!(told(&deliver_at(&app, "2022-03-16T15:00:00Z").await), all(&["ada"], "Reminder"));
    let cy = mails.iter().find(|mail| mail.to == "cy@example.org").unwrap();
    app.post(&format!("{}/cancel", cy.link("/manage/")), Value::Null).await.expect(200);
    app.clock().set(instant("2022-03-18T09:00:00Z"));
    app.deliver().await;
    let path = format!("/api/v1/events/{}/materials", event.id);
    let anyway = event.owner.if_match("*");
    let recording = |title: &str, visibility: &str, from: Value| {
        json!({
            "kind": "recording", "title": title, "url": format!("https://video.example.org/{title}"),
            "visibility": visibility, "available_from": from,
        })
    };
    anyway.post(&path, recording("raw", "staff", Value::Null)).await.expect(201);
    assert_eq!(app.deliver().await, []);
    anyway.post(&path, recording("one", "registrants", json!("2022-03-20T09:00:00Z"))).await.expect(201);
    assert_eq!(app.deliver().await, []);
    let mails = deliver_at(&app, "2022-03-20T09:00:00Z").await;
    assert_eq!(told(&mails), all(&["bo"], "Recording"));
    assert_eq!(mails[0].link("video.example.org"), "https://video.example.org/one");
    anyway.post(&path, recording("two", "public", Value::Null)).await.expect(201);
    assert_eq!(app.deliver().await, []);
}
