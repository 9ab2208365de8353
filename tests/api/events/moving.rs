//! What goes along when an event gets another time, and what everybody sees of it.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, make_event, make_organisation, publish_event, webinar_when};
use crate::support::{Client, TestApp};

both!(
    a_series_says_the_zone_of_every_time,
    a_vague_postponement_is_taken_back_to_the_minute,
    an_archived_event_is_moved_by_rescheduling_it,
    dates_that_were_never_announced_are_for_staff,
    registration_opens_and_closes_as_long_before,
);

fn berlin(start: &str) -> Value {
    json!({ "local_start": start, "duration": "PT1H30M", "timezone": "Europe/Berlin" })
}

/// A published event, its path, and a client that changes any version of it.
async fn published(app: &TestApp, body: Value) -> (Client, String) {
    let owner = app.staff(Role::Owner).await;
    let city = make_organisation(&owner, "Utrecht").await;
    let id = make_event(&owner, body).await.id();
    publish_event(&owner, &id, &city).await;
    (owner.if_match("*"), format!("{EVENTS}/{id}"))
}

async fn an_archived_event_is_moved_by_rescheduling_it(app: TestApp) {
    let (owner, path) = published(&app, webinar_when("A", berlin("2022-03-17T16:00"))).await;
    let before = owner.post(&format!("{path}/archive"), json!({})).await.expect(200);
    let patch = json!({ "when": { "local_start": "2022-03-24T16:00", "local_end": "2022-03-24T17:30" } });
    owner.patch(&path, patch).await.problem(409, "not_possible_now");
    assert_eq!(owner.get(&path).await.json(), before.json());
    let moved =
        owner.post(&format!("{path}/reschedule"), json!({ "when": berlin("2022-03-24T16:00") })).await.expect(200);
    assert_eq!(moved.at("/previous_whens"), json!([before.at("/when")]));
    app.deliver().await;
}

async fn dates_that_were_never_announced_are_for_staff(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let city = make_organisation(&owner, "Utrecht").await;
    let id = make_event(&owner, webinar_when("A", berlin("2022-03-17T16:00"))).await.id();
    let (owner, path) = (owner.if_match("*"), format!("{EVENTS}/{id}"));
    let reschedule = format!("{path}/reschedule");
    owner.post(&reschedule, json!({ "when": berlin("2022-03-24T16:00") })).await.expect(200);
    publish_event(&owner, &id, &city).await;
    owner.post(&reschedule, json!({ "when": berlin("2022-03-31T16:00") })).await.expect(200);

    let starts = |answer: crate::support::Answer| {
        let all = answer.expect(200).at("/previous_whens");
        all.as_array().unwrap().iter().map(|when| when["starts_at"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(starts(app.get(&path).await), ["2022-03-24T15:00:00Z"]);
    assert_eq!(starts(owner.get(&path).await), ["2022-03-17T15:00:00Z", "2022-03-24T15:00:00Z"]);
    app.deliver().await;
}

async fn a_series_says_the_zone_of_every_time(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = json!({ "slug": "talks", "title": "Talks", "timezone": "Europe/Berlin" });
    let series = owner.post("/api/v1/series", series).await.expect(201).id();
    let mut body = webinar_when("A", berlin("2022-03-17T16:00"));
    body["series_id"] = json!(series);
    let path = format!("{EVENTS}/{}", make_event(&owner, body).await.id());
    let (owner, naive) = (owner.if_match("*"), json!({ "when": { "local_start": "2022-03-24T16:00" } }));
    let checked = owner.post(&format!("{path}/schedule-check"), naive.clone()).await;
    checked.expect(200);
    owner.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    let back = owner.post(&format!("{path}/reinstate"), naive).await.expect(200);
    let when = ["/when/timezone", "/when/starts_at", "/status"].map(|member| back.at(member));
    assert_eq!(when, [json!("Europe/Berlin"), json!("2022-03-24T15:00:00Z"), json!("scheduled")]);
    app.deliver().await;
}

async fn a_vague_postponement_is_taken_back_to_the_minute(app: TestApp) {
    let (owner, path) = published(&app, webinar_when("A", berlin("2022-03-17T16:00"))).await;
    let talk = json!({ "kind": "talk", "title": "T", "local_start": "2022-03-17T16:40", "duration": "PT20M" });
    owner.put(&format!("{path}/agenda"), json!({ "sessions": [talk] })).await.expect(200);
    let first = owner.get(&path).await;
    let agenda = owner.get(&format!("{path}/agenda")).await.at("/sessions");
    owner.post(&format!("{path}/postpone"), json!({ "when": { "edtf": "2022-05" } })).await.expect(200);
    let back = owner.post(&format!("{path}/reinstate"), json!({})).await.expect(200);
    assert_eq!((back.at("/when"), back.at("/status")), (first.at("/when"), json!("scheduled")));
    assert_eq!(back.at("/previous_whens/1/edtf"), "2022-05");
    assert_eq!(owner.get(&format!("{path}/agenda")).await.at("/sessions"), agenda);
    app.deliver().await;
}

async fn registration_opens_and_closes_as_long_before(app: TestApp) {
    let mut body = webinar_when("A", berlin("2022-03-17T16:00"));
    body["registration"] = json!({ "opens_at": "2022-03-01T00:00:00Z", "closes_at": "2022-03-17T14:00:00Z" });
    let (owner, path) = published(&app, body).await;
    let first = owner.get(&path).await.at("/registration");
    let times = |policy: Value| [policy["opens_at"].clone(), policy["closes_at"].clone()];
    let reschedule = |when: Value| {
        let (owner, path) = (owner.clone(), format!("{path}/reschedule"));
        async move { owner.post(&path, json!({ "when": when })).await.expect(200).at("/registration") }
    };
    // Over the change to summer time: an hour before the start on both sides of it.
    let moved = reschedule(berlin("2022-03-31T16:00")).await;
    assert_eq!(times(moved.clone()), ["2022-03-14T23:00:00Z", "2022-03-31T13:00:00Z"]);
    let change = owner.get(&format!("{path}/history")).await.at("/items/0");
    assert_eq!(times(change["before"]["registration"].clone()), times(first.clone()));
    assert_eq!(times(change["after"]["registration"].clone()), times(moved.clone()));
    // While no time is known there is nothing to follow; the next time is compared with the last that was known.
    assert_eq!(reschedule(json!({ "edtf": "2022-05" })).await, moved);
    assert_eq!(reschedule(berlin("2022-03-17T16:00")).await, first);
    app.deliver().await;
}
