//! Organisations, one by one: made, read, changed, removed, and who may.

use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::super::events::{column, make_event, make_organisation, publish_event};
use super::{ORGANISATIONS, join};
use crate::support::TestApp;

both!(
    a_parent_never_lies_below,
    a_patch_changes_removes_and_keeps,
    an_organisation_is_made_read_and_removed,
    faults_are_pointed_at,
    organisations_of_another_workspace_do_not_exist,
    the_public_sees_those_that_something_public_names,
    what_is_referred_to_stays,
);

fn whole() -> Value {
    json!({
        "name": "United Cities and Local Governments",
        "acronym": "UCLG",
        "aliases": ["CGLU", "CGLU – mundo"],
        "kind": "network",
        "country": "ES",
        "url": "https://uclg.example/",
        "description": "The world organisation.\nOf cities.",
        "legal_form": { "text": "Association", "language": "fr" },
        "logo": { "url": "https://uclg.example/logo.svg", "alt": "UCLG" },
    })
}

async fn an_organisation_is_made_read_and_removed(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = owner.post(ORGANISATIONS, whole()).await.expect(201);
    let path = format!("{ORGANISATIONS}/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));
    let mut expected = whole();
    let ics = format!("http://{}/calendars/organisations/{}.ics", app.address(), made.id());
    for (member, value) in [
        ("id", json!(made.id())),
        ("webcal", json!(ics.replacen("http:", "webcal:", 1))),
        ("ics", json!(ics)),
        ("parent_id", Value::Null),
        ("revision", json!(1)),
        ("created_at", json!("2022-02-01T09:00:00Z")),
        ("updated_at", json!("2022-02-01T09:00:00Z")),
    ] {
        expected[member] = value;
    }
    assert_eq!(made.json(), expected);
    let read = owner.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (made.json(), made.etag()));
    owner.with("if-none-match", &read.etag()).get(&path).await.expect(304);
    let saved = owner.if_match(&read.etag()).patch(&path, whole()).await.expect(200);
    assert_eq!((saved.json(), saved.etag()), (read.json(), read.etag()));
    let least = owner.post(ORGANISATIONS, json!({ "name": "Utrecht" })).await.expect(201);
    assert_eq!((least.at("/kind"), least.at("/aliases"), least.at("/logo")), (json!("other"), json!([]), Value::Null));

    owner.delete(&path).await.problem(428, "precondition_required");
    owner.if_match("\"7.x\"").delete(&path).await.problem(412, "precondition_failed");
    owner.if_match(&read.etag()).delete(&path).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
    owner.if_match("*").delete(&path).await.problem(404, "not_found");
}

async fn a_patch_changes_removes_and_keeps(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = owner.post(ORGANISATIONS, whole()).await.expect(201);
    let path = format!("{ORGANISATIONS}/{}", made.id());
    let edit =
        json!({ "logo": { "alt": "New" }, "legal_form": null, "kind": null, "aliases": ["Nya Åbo"], "url": null });
    owner.patch(&path, edit.clone()).await.problem(428, "precondition_required");
    app.pass(chrono::TimeDelta::seconds(1));
    let changed = owner.if_match(&made.etag()).patch(&path, edit).await.expect(200);
    let mut expected = made.json();
    expected["logo"]["alt"] = json!("New");
    (expected["legal_form"], expected["url"]) = (Value::Null, Value::Null);
    (expected["kind"], expected["aliases"]) = (json!("other"), json!(["Nya Åbo"]));
    (expected["revision"], expected["updated_at"]) = (json!(2), json!("2022-02-01T09:00:01Z"));
    assert_eq!(changed.json(), expected);
    let stale = owner.if_match(&made.etag()).patch(&path, json!({ "name": "B" })).await;
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 2);
    assert_eq!(column(&owner.get(&format!("{ORGANISATIONS}?q=nya%20abo")).await, "id"), [made.id()]);
    assert_eq!(owner.get(&format!("{ORGANISATIONS}?q=cglu")).await.at("/items"), json!([]));
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let with = |member: &str, value: Value| {
        let mut body = json!({ "name": "A" });
        body[member] = value;
        body
    };
    let unknown = app.workspace().id.to_string();
    for (body, pointer, code) in [
        (json!({}), "/name", "field_required"),
        (json!({ "name": "" }), "/name", "text_invalid"),
        (with("email", json!("a@example.org")), "/email", "field_unknown"),
        (with("kind", json!("club")), "/kind", "field_type"),
        (with("acronym", json!("a".repeat(51))), "/acronym", "text_invalid"),
        (with("aliases", json!(["a", " "])), "/aliases/1", "text_invalid"),
        (with("country", json!("UK")), "/country", "field_type"),
        (with("country", json!("es")), "/country", "field_type"),
        (with("url", json!("uclg.example")), "/url", "url_invalid"),
        (with("description", json!("a\u{7}")), "/description", "text_invalid"),
        (with("legal_form", json!({ "text": "A", "language": "French" })), "/legal_form/language", "language_invalid"),
        (with("logo", json!({ "url": "https://a.example/l.svg" })), "/logo/alt", "field_required"),
        (with("logo", json!({ "url": "l.svg", "alt": "A" })), "/logo/url", "url_invalid"),
        (with("parent_id", json!("no-id")), "/parent_id", "field_type"),
        (with("parent_id", json!(unknown)), "/parent_id", "reference_unknown"),
    ] {
        owner.post(ORGANISATIONS, body).await.faults(&[(pointer, code)]);
    }
    assert_eq!(owner.get(ORGANISATIONS).await.at("/items"), json!([]));
}

async fn a_parent_never_lies_below(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let mut line = vec![make_organisation(&owner, "Top").await];
    for name in ["Middle", "Bottom"] {
        let body = json!({ "name": name, "parent_id": line.last() });
        line.push(owner.post(ORGANISATIONS, body).await.expect(201).id());
    }
    let top = format!("{ORGANISATIONS}/{}", line[0]);
    for parent in &line {
        owner.patch(&top, json!({ "parent_id": parent })).await.faults(&[("/parent_id", "reference_cycle")]);
    }
    assert_eq!(owner.get(&top).await.at("/revision"), 1);
    let bottom = format!("{ORGANISATIONS}/{}", line[2]);
    assert_eq!(
        owner.patch(&bottom, json!({ "parent_id": line[0] })).await.expect(200).at("/parent_id"),
        json!(line[0])
    );
    assert_eq!(owner.patch(&bottom, json!({ "parent_id": null })).await.expect(200).at("/parent_id"), Value::Null);

    for round in 0..4 {
        let (one, other) = (make_organisation(&owner, "One").await, make_organisation(&owner, "Other").await);
        let under = |own: &str, parent: &str| {
            let (owner, path) = (owner.clone(), format!("{ORGANISATIONS}/{own}"));
            let edit = json!({ "parent_id": parent });
            async move { owner.patch(&path, edit).await.status }
        };
        let mut statuses = join_all([under(&one, &other), under(&other, &one)]).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422], "round {round}");
    }
}

async fn what_is_referred_to_stays(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let parent = make_organisation(&owner, "Parent").await;
    let child = owner.post(ORGANISATIONS, json!({ "name": "Child", "parent_id": parent })).await.expect(201).id();
    let of_event = make_organisation(&owner, "Of an event").await;
    let of_series = make_organisation(&owner, "Of a series").await;
    let event = make_event(&owner, json!({ "kind": "webinar", "title": "A" })).await.id();
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let part = |id: &str| json!([{ "organisation_id": id, "role": "featured" }]);
    let parts = [format!("/api/v1/events/{event}/organisations"), format!("/api/v1/series/{series}/organisations")];
    owner.put(&parts[0], part(&of_event)).await.expect(200);
    owner.put(&parts[1], part(&of_series)).await.expect(200);
    let (body, holder) = (make_organisation(&owner, "Body").await, make_organisation(&owner, "Holder").await);
    let membership = join(&owner, &body, "guest", &[&holder]).await.id();
    for id in [&parent, &of_event, &of_series, &body, &holder] {
        let path = format!("{ORGANISATIONS}/{id}");
        owner.delete(&path).await.problem(409, "in_use");
        owner.get(&path).await.expect(200);
    }
    owner.delete(&format!("{ORGANISATIONS}/{child}")).await.expect(204);
    owner.put(&parts[0], json!([])).await.expect(200);
    owner.put(&parts[1], json!([])).await.expect(200);
    owner.delete(&format!("/api/v1/memberships/{membership}")).await.expect(204);
    for id in [parent, of_event, of_series, body, holder] {
        owner.delete(&format!("{ORGANISATIONS}/{id}")).await.expect(204);
    }
}

async fn organisations_of_another_workspace_do_not_exist(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = owner.post(ORGANISATIONS, whole()).await.expect(201);
    let path = format!("{ORGANISATIONS}/{}", made.id());
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    stranger.get(&path).await.problem(404, "not_found");
    stranger.patch(&path, json!({ "name": "Mine" })).await.problem(404, "not_found");
    stranger.delete(&path).await.problem(404, "not_found");
    let child = json!({ "name": "Child", "parent_id": made.id() });
    stranger.post(ORGANISATIONS, child).await.faults(&[("/parent_id", "reference_unknown")]);
    assert_eq!(stranger.get(ORGANISATIONS).await.at("/items"), json!([]));
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    viewer.post(ORGANISATIONS, whole()).await.problem(403, "forbidden");
    viewer.patch(&path, json!({ "name": "B" })).await.problem(403, "forbidden");
    viewer.delete(&path).await.problem(403, "forbidden");
    app.get(ORGANISATIONS).await.problem(401, "unauthenticated");
    owner.get(&format!("{ORGANISATIONS}/no-id")).await.problem(404, "not_found");
    assert_eq!(owner.get(&path).await.json(), made.json());
}

async fn the_public_sees_those_that_something_public_names(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "City").await;
    let path = format!("{ORGANISATIONS}/{city}");
    app.get(&path).await.problem(404, "not_found");
    let event = make_event(&owner, json!({ "kind": "webinar", "title": "A" })).await.id();
    let part = json!([{ "organisation_id": city, "role": "organiser" }]);
    owner.put(&format!("/api/v1/events/{event}/organisations"), part.clone()).await.expect(200);
    app.get(&path).await.problem(404, "not_found");
    publish_event(&owner, &event, &city).await;
    assert_eq!(app.get(&path).await.expect(200).json(), owner.get(&path).await.json());
    owner.post(&format!("/api/v1/events/{event}/unpublish"), json!({})).await.expect(200);
    app.get(&path).await.problem(404, "not_found");

    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    owner.put(&format!("/api/v1/series/{series}/organisations"), part).await.expect(200);
    app.get(&path).await.problem(404, "not_found");
    owner.post(&format!("/api/v1/series/{series}/publish"), json!({})).await.expect(200);
    app.get(&path).await.expect(200);
    owner.post(&format!("/api/v1/series/{series}/unpublish"), json!({})).await.expect(200);
    app.get(&path).await.problem(404, "not_found");
}
