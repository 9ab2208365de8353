//! Who sees an event, and what of it.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, column, make_event, make_organisation, publish_event, webinar, webinar_when};
use crate::support::TestApp;

both!(
    a_link_that_is_public_is_shown_to_all,
    an_error_in_the_schedule_stops_publishing,
    an_event_is_published_and_withdrawn,
    publishing_needs_an_organiser,
    secrets_are_kept_from_the_public,
    seats_are_open_or_full,
    the_organiser_of_the_series_is_enough,
    the_time_of_a_published_event_is_not_patched,
);

const SECRETS: [&str; 2] = ["https://meet.example.org/j/hidden-room", "pass-294857"];

fn online(visibility: &str) -> Value {
    let mut body = webinar("Hidden room");
    body["virtual_location"] =
        json!({ "platform": "Zoom", "join_url": SECRETS[0], "passcode": SECRETS[1], "visibility": visibility });
    body
}

async fn publishing_needs_an_organiser(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Utrecht").await;
    for (role, is_enough) in [
        ("partner", false),
        ("sponsor", false),
        ("participant", false),
        ("featured", false),
        ("organiser", true),
        ("co_organiser", true),
        ("host", true),
    ] {
        let path = format!("{EVENTS}/{}", make_event(&owner, webinar("A")).await.id());
        let part = json!([{ "organisation_id": city, "role": role }]);
        owner.put(&format!("{path}/organisations"), part).await.expect(200);
        let answer = owner.post(&format!("{path}/publish"), json!({})).await;
        if is_enough {
            assert_eq!(answer.expect(200).at("/visibility"), "published", "{role}");
        } else {
            let problem = answer.problem(422, "publish_incomplete");
            assert_eq!(problem["errors"][0]["pointer"], "/organisations", "{role}");
            assert_eq!(owner.get(&path).await.at("/visibility"), "draft", "{role}");
        }
    }
}

async fn the_organiser_of_the_series_is_enough(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Utrecht").await;
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let mut body = webinar("A");
    body["series_id"] = json!(series);
    let path = format!("{EVENTS}/{}", make_event(&owner, body).await.id());
    owner.post(&format!("{path}/publish"), json!({})).await.problem(422, "publish_incomplete");
    let part = json!([{ "organisation_id": city, "role": "organiser" }]);
    owner.put(&format!("/api/v1/series/{series}/organisations"), part).await.expect(200);
    let published = owner.post(&format!("{path}/publish"), json!({})).await.expect(200);
    assert_eq!(published.at("/organisations/0/organisation/id"), json!(city));
    assert_eq!(published.at("/series/slug"), "one");
    // The series is a draft still, and stays hidden.
    assert_eq!(app.get(&path).await.expect(200).at("/series"), Value::Null);
    owner.post(&format!("/api/v1/series/{series}/publish"), json!({})).await.expect(200);
    assert_eq!(app.get(&path).await.expect(200).at("/series/slug"), "one");
}

async fn an_event_is_published_and_withdrawn(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Utrecht").await;
    let made = make_event(&owner, webinar("A")).await;
    let path = format!("{EVENTS}/{}", made.id());
    let (publish, unpublish) = (format!("{path}/publish"), format!("{path}/unpublish"));
    assert_eq!(owner.post(&unpublish, json!({})).await.expect(409).at("/code"), "not_possible_now");
    app.get(&path).await.problem(404, "not_found");
    assert_eq!(app.get(EVENTS).await.at("/items"), json!([]));

    let part = json!([{ "organisation_id": city, "role": "organiser" }]);
    let with_organiser = owner.put(&format!("{path}/organisations"), part).await.expect(200);
    owner.if_match(&made.etag()).post(&publish, json!({})).await.problem(412, "precondition_failed");
    app.pass(TimeDelta::hours(1));
    let reason = json!({ "reason": "The programme is complete" });
    let published = owner.if_match(&with_organiser.etag()).post(&publish, reason.clone()).await.expect(200);
    assert_eq!(published.at("/published_at"), "2022-02-01T10:00:00Z");
    assert_eq!(published.etag(), owner.get(&path).await.etag());
    assert_eq!(app.get(&path).await.expect(200).json(), published.json());
    assert_eq!(column(&app.get(EVENTS).await, "title"), ["A"]);
    let refused = owner.post(&publish, json!({})).await.expect(409);
    assert_eq!((refused.at("/code"), refused.at("/visibility")), (json!("not_possible_now"), json!("published")));

    app.pass(TimeDelta::hours(1));
    let withdrawn = owner.post(&unpublish, json!({})).await.expect(200);
    assert_eq!(
        (withdrawn.at("/visibility"), withdrawn.at("/published_at")),
        (json!("draft"), published.at("/published_at"))
    );
    app.get(&path).await.problem(404, "not_found");
    assert_eq!(app.get(EVENTS).await.at("/items"), json!([]));
    assert_eq!(column(&owner.get(EVENTS).await, "title"), ["A"]);
    owner.post(&publish, json!({})).await.expect(200);
    assert_eq!(owner.get(&path).await.at("/published_at"), published.at("/published_at"));

    let history = owner.get(&format!("{path}/history")).await;
    let actions = ["published", "unpublished", "published", "organisations_changed", "created"];
    assert_eq!(column(&history, "action"), actions);
    assert_eq!(history.at("/items/2/reason"), reason["reason"]);
    owner.post(&publish, json!({ "reason": "a\nb" })).await.faults(&[("/reason", "text_invalid")]);
    owner.post(&publish, json!({ "tell": true })).await.faults(&[("/tell", "field_unknown")]);
    assert_eq!(app.deliver().await, []);
}

async fn secrets_are_kept_from_the_public(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let city = make_organisation(&owner, "Utrecht").await;
    let event = make_event(&owner, online("registrants")).await.id();
    publish_event(&owner, &event, &city).await;
    let path = format!("{EVENTS}/{event}");
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    let whole = owner.get(&path).await;
    assert_eq!(whole.at("/virtual_location/join_url"), SECRETS[0]);
    assert_eq!(whole.at("/virtual_location/passcode"), SECRETS[1]);
    for visitor in [&**app, &stranger] {
        let shown = visitor.get(&path).await.expect(200);
        assert_eq!(shown.at("/virtual_location"), json!({ "platform": "Zoom", "visibility": "registrants" }));
        assert_ne!(shown.etag(), whole.etag());
        for path in [
            path.clone(),
            format!("{path}/organisations"),
            format!("{EVENTS}?workspace=demo"),
            format!("{EVENTS}?workspace=demo&q=hidden"),
            format!("/calendars/events/{event}.ics"),
        ] {
            let answer = visitor.get(&path).await.expect(200);
            for secret in SECRETS {
                assert!(!answer.text().replace("\r\n ", "").contains(secret), "{answer}");
            }
        }
        for secret in ["hidden-room", "294857"] {
            let found = visitor.get(&format!("{EVENTS}?workspace=demo&q={secret}")).await;
            let expected: &[&str] = if secret == "hidden-room" { &["Hidden room"] } else { &[] };
            assert_eq!(column(&found, "title"), expected, "{secret}");
        }
    }
    let history = owner.get(&format!("{path}/history")).await.expect(200);
    assert!(SECRETS.iter().all(|secret| !history.text().contains(secret)), "{history}");
}

async fn a_link_that_is_public_is_shown_to_all(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let city = make_organisation(&owner, "Utrecht").await;
    let event = make_event(&owner, online("public")).await.id();
    publish_event(&owner, &event, &city).await;
    let path = format!("{EVENTS}/{event}");
    let shown = app.get(&path).await.expect(200);
    assert_eq!(shown.json(), owner.get(&path).await.json());
    assert_eq!(shown.at("/virtual_location/join_url"), SECRETS[0]);
    assert_eq!(shown.at("/virtual_location/passcode"), SECRETS[1]);
    owner.if_match("*").patch(&path, json!({ "virtual_location": { "visibility": "registrants" } })).await.expect(200);
    let hidden = app.get(&path).await.expect(200);
    assert!(SECRETS.iter().all(|secret| !hidden.text().contains(secret)), "{hidden}");
}

async fn the_time_of_a_published_event_is_not_patched(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Utrecht").await;
    let when = json!({ "local_start": "2022-02-23T11:30", "timezone": "Europe/Paris" });
    let event = make_event(&owner, webinar_when("A", when)).await.id();
    let path = format!("{EVENTS}/{event}");
    let published = publish_event(&owner, &event, &city).await;
    for when in [json!({ "local_start": "2022-02-24T11:30" }), json!({ "duration": "PT1H" }), Value::Null] {
        owner.patch(&path, json!({ "when": when, "title": "B" })).await.problem(409, "not_possible_now");
    }
    assert_eq!(owner.get(&path).await.json(), published.json());
    let same = json!({ "when": { "local_start": "2022-02-23T11:30:00" }, "title": "B" });
    assert_eq!(owner.patch(&path, same).await.expect(200).at("/title"), "B");
}

async fn seats_are_open_or_full(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    for (capacity, wait_list, availability) in [
        (Value::Null, true, "open"),
        (json!(1), false, "open"),
        (json!(0), true, "wait_list"),
        (json!(0), false, "full"),
    ] {
        let mut body = webinar("A");
        body["capacity"] = capacity.clone();
        body["registration"] = json!({ "wait_list": wait_list });
        let made = make_event(&owner, body).await;
        assert_eq!((made.at("/capacity"), made.at("/availability")), (capacity, json!(availability)));
    }
    let path = format!("{EVENTS}/{}", make_event(&owner, webinar("A")).await.id());
    let lowered = owner.patch(&path, json!({ "capacity": 0 })).await.expect(200);
    assert_eq!((lowered.at("/capacity"), lowered.at("/availability")), (json!(0), json!("wait_list")));
}

async fn an_error_in_the_schedule_stops_publishing(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Utrecht").await;
    let mut body = webinar("A");
    body["when"] = json!({ "local_start": "2022-03-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let path = format!("{EVENTS}/{}", make_event(&owner, body).await.id());
    let part = json!([{ "organisation_id": city, "role": "organiser" }]);
    owner.put(&format!("{path}/organisations"), part).await.expect(200);
    // Two talks at once, which is to be known, and one after the end, which cannot be.
    let talk =
        |title: &str, start: &str| json!({ "kind": "talk", "title": title, "local_start": start, "duration": "PT30M" });
    let late = talk("Late", "2022-03-17T16:45");
    let both = json!([talk("First", "2022-03-17T16:00"), talk("Second", "2022-03-17T16:15"), late]);
    owner.put(&format!("{path}/agenda"), json!({ "sessions": both })).await.expect(200);
    let check = owner.get(&format!("{path}/schedule-check")).await.expect(200).json();
    let errors = check["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
    let [error] = errors.collect::<Vec<_>>()[..] else { panic!("one error, not {check}") };
    assert!(check["findings"].as_array().unwrap().len() > 1, "{check}");
    let refused = owner.post(&format!("{path}/publish"), json!({})).await.problem(422, "publish_incomplete");
    let fault = json!({ "pointer": error["pointer"], "code": "outside_event", "detail": error["hint"] });
    assert_eq!(refused["errors"], json!([fault]));
    assert_eq!(owner.get(&path).await.at("/visibility"), "draft");
    app.get(&path).await.problem(404, "not_found");

    // Without the error the warnings stay, and it is published.
    let fits = json!([talk("First", "2022-03-17T16:00"), talk("Second", "2022-03-17T16:15")]);
    owner.put(&format!("{path}/agenda"), json!({ "sessions": fits })).await.expect(200);
    let check = owner.get(&format!("{path}/schedule-check")).await.expect(200).json();
    assert!(!check["findings"].as_array().unwrap().is_empty(), "{check}");
    owner.post(&format!("{path}/publish"), json!({})).await.expect(200);
    app.get(&path).await.expect(200);
}
