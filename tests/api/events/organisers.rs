//! The organisations with a part in an event.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, make_event, make_organisation, webinar};
use crate::support::{Answer, TestApp};

both!(
    faults_are_pointed_at,
    organisations_are_replaced_in_their_order,
    the_order_may_be_given,
    those_of_the_series_stand_in
);

fn parts(answer: &Answer) -> Vec<(String, String, i64)> {
    let items = answer.clone().expect(200).at("/items");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let part =
        |one: &Value| (text(&one["organisation"]["name"]), text(&one["role"]), one["position"].as_i64().unwrap());
    items.as_array().unwrap().iter().map(part).collect()
}

fn part(name: &str, role: &str, position: i64) -> (String, String, i64) {
    (name.to_owned(), role.to_owned(), position)
}

async fn organisations_are_replaced_in_their_order(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (zurich, abo) = (make_organisation(&owner, "Zürich").await, make_organisation(&owner, "Åbo").await);
    let made = make_event(&owner, webinar("A")).await;
    let path = format!("{EVENTS}/{}", made.id());
    let all = format!("{path}/organisations");
    assert_eq!(owner.get(&all).await.expect(200).json(), json!({ "items": [] }));

    let list = json!([
        { "organisation_id": zurich, "role": "organiser" },
        { "organisation_id": abo, "role": "organiser" },
        { "organisation_id": zurich, "role": "host" },
    ]);
    let set = owner.if_match(&made.etag()).put(&all, list).await.expect(200);
    let expected = [part("Zürich", "organiser", 1), part("Åbo", "organiser", 2), part("Zürich", "host", 3)];
    assert_eq!(parts(&set), expected);
    assert_eq!(
        set.at("/items/1"),
        json!({
            "role": "organiser",
            "position": 2,
            "organisation": {
                "id": abo, "name": "Åbo", "acronym": null, "kind": "other", "country": null, "url": null,
            },
        })
    );
    let read = owner.get(&all).await;
    assert_eq!((read.json(), read.etag()), (set.json(), set.etag()));
    let event = owner.get(&path).await;
    assert_eq!((event.at("/organisations"), event.at("/revision")), (set.at("/items"), json!(2)));

    let fewer = json!([{ "organisation_id": abo, "role": "partner" }]);
    let replaced = owner.if_match(&event.etag()).put(&all, fewer).await.expect(200);
    assert_eq!(parts(&replaced), [part("Åbo", "partner", 1)]);
    assert_eq!(owner.if_match("*").put(&all, json!([])).await.expect(200).json(), json!({ "items": [] }));
}

async fn the_order_may_be_given(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let (one, two) = (make_organisation(&owner, "One").await, make_organisation(&owner, "Two").await);
    let all = format!("{EVENTS}/{}/organisations", make_event(&owner, webinar("A")).await.id());
    let list = json!([
        { "organisation_id": one, "role": "organiser", "position": 7 },
        { "organisation_id": two, "role": "organiser", "position": 3 },
    ]);
    let set = owner.put(&all, list).await;
    assert_eq!(parts(&set), [part("Two", "organiser", 3), part("One", "organiser", 7)]);
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let second = app.other_workspace("second").await;
    let theirs = make_organisation(&app.staff_of(&second, Role::Owner).await, "Theirs").await;
    let own = make_organisation(&owner, "Own").await;
    let all = format!("{EVENTS}/{}/organisations", make_event(&owner, webinar("A")).await.id());
    let one = |id: &str, role: &str| json!({ "organisation_id": id, "role": role });
    let kept = owner.put(&all, json!([one(&own, "organiser")])).await.expect(200);

    let unknown = app.workspace().id.to_string();
    owner
        .put(&all, json!([one(&own, "host"), one(&unknown, "organiser"), one(&theirs, "partner")]))
        .await
        .faults(&[("/1/organisation_id", "reference_unknown"), ("/2/organisation_id", "reference_unknown")]);
    let twice = json!([one(&own, "host"), one(&own, "organiser"), one(&own, "host")]);
    owner.put(&all, twice).await.faults(&[("/2/organisation_id", "invalid")]);
    for (body, pointer, code) in [
        (json!([one(&own, "king")]), "/0/role", "field_type"),
        (json!([{ "role": "host" }]), "/0/organisation_id", "field_required"),
        (json!([{ "organisation_id": own, "role": "host", "rank": 1 }]), "/0/rank", "field_unknown"),
        (json!([one("no-id", "host")]), "/0/organisation_id", "field_type"),
        (json!({ "items": [] }), "", "field_type"),
    ] {
        owner.put(&all, body).await.faults(&[(pointer, code)]);
    }
    let read = owner.get(&all).await;
    assert_eq!((read.json(), read.etag()), (kept.json(), kept.etag()));
}

async fn those_of_the_series_stand_in(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let (network, city) = (make_organisation(&owner, "Network").await, make_organisation(&owner, "City").await);
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let of_series = json!([{ "organisation_id": network, "role": "organiser" }]);
    owner.put(&format!("/api/v1/series/{series}/organisations"), of_series).await.expect(200);
    let mut body = webinar("A");
    body["series_id"] = json!(series);
    let path = format!("{EVENTS}/{}", make_event(&owner, body).await.id());
    assert_eq!(owner.get(&path).await.at("/organisations/0/organisation/name"), "Network");
    assert_eq!(owner.get(&format!("{path}/organisations")).await.at("/items"), json!([]));
    let own = json!([{ "organisation_id": city, "role": "featured" }]);
    let set = owner.put(&format!("{path}/organisations"), own).await.expect(200);
    assert_eq!(owner.get(&path).await.at("/organisations"), set.at("/items"));
}
