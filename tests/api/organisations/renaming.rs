//! A new name is news to every event that shows it.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::super::events::{make_event, make_organisation, publish_event};
use super::ORGANISATIONS;
use crate::support::TestApp;

both!(
    a_calendar_says_the_new_name_with_a_new_sequence,
    only_events_that_show_it_change,
    what_no_calendar_shows_changes_no_event,
);

/// An event of each sort: those that show the organisation come first.
async fn make_events(app: &TestApp, city: &str) -> (Vec<String>, Vec<String>) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let other = make_organisation(&owner, "Other").await;
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let part = |id: &str, role: &str| json!([{ "organisation_id": id, "role": role }]);
    owner.put(&format!("/api/v1/series/{series}/organisations"), part(city, "organiser")).await.expect(200);
    let make = async |series: Option<&str>| {
        let body = json!({ "kind": "webinar", "title": "A", "series_id": series });
        format!("/api/v1/events/{}", make_event(&owner, body).await.id())
    };
    let (own, inheriting, appearing) = (make(None).await, make(Some(&series)).await, make(None).await);
    let (covering, declined, apart) = (make(Some(&series)).await, make(None).await, make(None).await);
    owner.put(&format!("{own}/organisations"), part(city, "featured")).await.expect(200);
    for event in [&covering, &apart] {
        owner.put(&format!("{event}/organisations"), part(&other, "organiser")).await.expect(200);
    }
    for (event, status) in [(&appearing, "tbc"), (&declined, "declined")] {
        let appearance = json!({ "organisation_id": city, "role": "speaker", "status": status });
        owner.post(&format!("{event}/appearances"), appearance).await.expect(201);
    }
    (vec![own, inheriting, appearing], vec![covering, declined, apart])
}

async fn only_events_that_show_it_change(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Abo").await;
    let (showing, not) = make_events(&app, &city).await;
    let state = async |path: &str| {
        let event = owner.get(path).await.expect(200);
        ["/sequence", "/revision", "/updated_at"].map(|member| event.at(member))
    };
    for edit in [json!({ "name": "Åbo" }), json!({ "acronym": "ÅBO" }), json!({ "acronym": null })] {
        let mut before = Vec::new();
        for path in showing.iter().chain(&not) {
            before.push(state(path).await);
        }
        app.pass(chrono::TimeDelta::minutes(1));
        let changed = owner.patch(&format!("{ORGANISATIONS}/{city}"), edit.clone()).await.expect(200);
        let number = |value: &Value| value.as_i64().unwrap();
        for (index, (path, before)) in showing.iter().chain(&not).zip(before).enumerate() {
            let [sequence, revision, updated_at] = state(path).await;
            if index < showing.len() {
                let raised = (number(&sequence), number(&revision));
                assert_eq!(raised, (number(&before[0]) + 1, number(&before[1]) + 1), "{edit} {index}");
                assert_eq!(updated_at, changed.at("/updated_at"));
            } else {
                assert_eq!([sequence, revision, updated_at], before, "{edit} {index}");
            }
        }
    }
}

async fn what_no_calendar_shows_changes_no_event(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Åbo").await;
    let (showing, _) = make_events(&app, &city).await;
    let before = owner.get(&showing[0]).await.json();
    let edit = json!({ "name": "Åbo", "aliases": ["Turku"], "description": "A city", "parent_id": null });
    let path = format!("{ORGANISATIONS}/{city}");
    assert_eq!(owner.patch(&path, edit).await.expect(200).at("/revision"), 2);
    assert_eq!(owner.get(&showing[0]).await.json(), before);
    owner.patch(&path, json!({ "name": " " })).await.faults(&[("/name", "text_invalid")]);
    owner.patch(&path, json!({ "name": "B", "parent_id": city })).await.faults(&[("/parent_id", "reference_cycle")]);
    assert_eq!(owner.get(&showing[0]).await.json(), before, "a refused name changes nothing");
}

async fn a_calendar_says_the_new_name_with_a_new_sequence(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Kristiania").await;
    let when = json!({ "local_start": "2022-03-17T16:00", "timezone": "Europe/Oslo", "duration": "PT1H" });
    let event = make_event(&owner, json!({ "kind": "webinar", "title": "A", "when": when })).await.id();
    publish_event(&owner, &event, &city).await;
    let feed = format!("/calendars/events/{event}.ics");
    let line = |text: &str, name: &str| text.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    let before = app.get(&feed).await.expect(200);
    assert!(before.text().contains("Organised by: Kristiania"), "{before}");
    let sequence: i32 = line(before.text(), "SEQUENCE:")["SEQUENCE:".len()..].parse().unwrap();
    owner.patch(&format!("{ORGANISATIONS}/{city}"), json!({ "name": "Oslo" })).await.expect(200);
    let after = app.get(&feed).await.expect(200);
    assert!(after.text().contains("Organised by: Oslo"), "{after}");
    assert_eq!(line(after.text(), "SEQUENCE:"), format!("SEQUENCE:{}", sequence + 1));
    assert_eq!(line(after.text(), "UID:"), line(before.text(), "UID:"));
}
