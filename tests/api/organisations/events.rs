//! The events of an organisation.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::super::events::{column, make_event, make_organisation, publish_event};
use super::ORGANISATIONS;
use crate::support::TestApp;

both!(a_query_of_events_is_understood, drafts_are_for_staff, events_are_those_with_a_part);

async fn events_are_those_with_a_part(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let (city, other) = (make_organisation(&owner, "City").await, make_organisation(&owner, "Other").await);
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let part = |id: &str| json!([{ "organisation_id": id, "role": "featured" }]);
    owner.put(&format!("/api/v1/series/{series}/organisations"), part(&city)).await.expect(200);
    for (title, edtf, series, own) in [
        ("later", "2022-05", None, Some(&city)),
        ("of the series", "2022-04", Some(&series), None),
        ("first", "2022-03-01", None, Some(&city)),
        ("of others", "2022-03", None, Some(&other)),
        ("of others in the series", "2022-03", Some(&series), Some(&other)),
    ] {
        let body = json!({ "kind": "webinar", "title": title, "when": { "edtf": edtf }, "series_id": series });
        let event = make_event(&owner, body).await.id();
        if let Some(own) = own {
            owner.put(&format!("/api/v1/events/{event}/organisations"), part(own)).await.expect(200);
        }
    }
    let path = format!("{ORGANISATIONS}/{city}/events");
    let all = owner.get(&path).await.expect(200);
    assert_eq!(column(&all, "title"), ["first", "of the series", "later"]);
    assert_eq!(all.json(), owner.get(&format!("/api/v1/events?organisation={city}")).await.json());
    let narrowed = owner.get(&format!("{path}?organisation={other}&dated=false&sort=-when&limit=1")).await;
    assert_eq!(column(&narrowed, "title"), ["later"]);
    let cursor = narrowed.string("/next_cursor");
    let rest = owner.get(&format!("{path}?dated=false&sort=-when&cursor={cursor}")).await;
    assert_eq!((column(&rest, "title"), rest.at("/next_cursor")), (vec!["of the series".to_owned()], Value::Null));
}

async fn drafts_are_for_staff(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let city = make_organisation(&owner, "City").await;
    let path = format!("{ORGANISATIONS}/{city}/events");
    let mut events = Vec::new();
    for title in ["shown", "draft"] {
        events.push(make_event(&owner, json!({ "kind": "webinar", "title": title })).await.id());
    }
    app.get(&path).await.problem(404, "not_found");
    publish_event(&owner, &events[0], &city).await;
    publish_event(&owner, &events[1], &city).await;
    let unpublish = format!("/api/v1/events/{}/unpublish", events[1]);
    owner.if_match("*").post(&unpublish, json!({})).await.expect(200);
    assert_eq!(column(&app.get(&path).await, "title"), ["shown"]);
    let second = app.other_workspace("second").await;
    assert_eq!(column(&app.staff_of(&second, Role::Owner).await.get(&path).await, "title"), ["shown"]);
    assert_eq!(column(&owner.get(&path).await, "title"), ["shown", "draft"]);
}

async fn a_query_of_events_is_understood(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let city = make_organisation(&owner, "City").await;
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    for path in
        [format!("{ORGANISATIONS}/{city}/events"), format!("/api/v1/series/{series}/events"), "/api/v1/events".into()]
    {
        for query in ["from=tomorrow", "colour=red", "limit=0", "dated=perhaps"] {
            owner.get(&format!("{path}?{query}")).await.problem(400, "malformed_query");
        }
        owner.get(&format!("{path}?cursor=nonsense")).await.problem(400, "cursor_invalid");
        owner.get(&format!("{path}?tz=CET")).await.problem(422, "timezone_unknown");
        assert_eq!(owner.get(&format!("{path}?tz=Europe/Oslo")).await.expect(200).at("/items"), json!([]));
    }
    let nothing = app.workspace().id;
    owner.get(&format!("{ORGANISATIONS}/{nothing}/events")).await.problem(404, "not_found");
}
