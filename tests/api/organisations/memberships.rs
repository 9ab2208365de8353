//! Memberships, one by one.

use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::super::events::{make_event, make_organisation, publish_event};
use super::{MEMBERSHIPS, ORGANISATIONS, join};
use crate::support::{Client, TestApp};

both!(
    a_membership_is_made_read_changed_and_removed,
    a_repeated_request_adds_one,
    a_role_without_the_scope_changes_nothing,
    circles_are_refused_at_the_time_they_would_be,
    faults_are_pointed_at,
    memberships_of_another_workspace_do_not_exist,
    of_two_that_make_a_circle_one_is_refused,
    the_public_reads_what_something_public_has_to_do_with,
);

fn summary(id: &str, name: &str) -> Value {
    json!({ "id": id, "name": name, "acronym": null, "kind": "other", "country": null, "url": null })
}

async fn a_membership_is_made_read_changed_and_removed(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let network = make_organisation(&owner, "Network").await;
    let (zurich, abo) = (make_organisation(&owner, "Zürich").await, make_organisation(&owner, "Åbo").await);
    let whole = json!({
        "category": "guest", "holders": [zurich, abo], "from": "2019-06", "until": "2022", "note": "First\nSecond",
    });
    let made = owner.post(&format!("{ORGANISATIONS}/{network}/memberships"), whole.clone()).await.expect(201);
    let path = format!("{MEMBERSHIPS}/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));
    let expected = json!({
        "id": made.id(),
        "body": summary(&network, "Network"),
        "category": "guest",
        "holders": [summary(&zurich, "Zürich"), summary(&abo, "Åbo")],
        "from": "2019-06",
        "until": "2022",
        "note": "First\nSecond",
        "revision": 1,
        "created_at": "2022-02-01T09:00:00Z",
        "updated_at": "2022-02-01T09:00:00Z",
    });
    assert_eq!(made.json(), expected);
    let read = owner.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (made.json(), made.etag()));
    owner.with("if-none-match", &read.etag()).get(&path).await.expect(304);
    let saved = owner.if_match(&read.etag()).patch(&path, whole).await.expect(200);
    assert_eq!((saved.json(), saved.etag()), (read.json(), read.etag()), "it changes nothing");

    app.pass(chrono::TimeDelta::seconds(1));
    let edit = json!({ "holders": [abo], "from": "2018-12-31", "until": null, "note": null });
    owner.patch(&path, edit.clone()).await.problem(428, "precondition_required");
    let changed = owner.if_match(&read.etag()).patch(&path, edit).await.expect(200);
    let mut expected = expected;
    (expected["holders"], expected["from"]) = (json!([summary(&abo, "Åbo")]), json!("2018-12-31"));
    (expected["until"], expected["note"]) = (Value::Null, Value::Null);
    (expected["revision"], expected["updated_at"]) = (json!(2), json!("2022-02-01T09:00:01Z"));
    assert_eq!(changed.json(), expected);
    let stale = owner.if_match(&made.etag()).patch(&path, json!({ "category": "host" })).await;
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 2);
    assert_eq!(owner.get(&path).await.json(), expected);

    owner.delete(&path).await.problem(428, "precondition_required");
    owner.if_match(&made.etag()).delete(&path).await.problem(412, "precondition_failed");
    owner.if_match(&changed.etag()).delete(&path).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
    owner.if_match("*").patch(&path, json!({})).await.problem(404, "not_found");
    owner.if_match("*").delete(&path).await.problem(404, "not_found");
    let least = join(&owner, &network, "guest", &[&abo]).await;
    assert_eq!((least.at("/from"), least.at("/until"), least.at("/note")), (Value::Null, Value::Null, Value::Null));
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let second = app.other_workspace("second").await;
    let theirs = make_organisation(&app.staff_of(&second, Role::Owner).await, "Theirs").await;
    let (body, city) = (make_organisation(&owner, "Body").await, make_organisation(&owner, "City").await);
    let made = join(&owner, &body, "guest", &[&city]).await;
    let path = format!("{MEMBERSHIPS}/{}", made.id());
    let all = format!("{ORGANISATIONS}/{body}/memberships");
    let unknown = app.workspace().id.to_string();
    for (member, value, pointer, code) in [
        ("category", json!(" "), "/category", "text_invalid"),
        ("category", json!("a\nb"), "/category", "text_invalid"),
        ("holders", json!([]), "/holders", "number_invalid"),
        ("holders", json!(["no-id"]), "/holders/0", "field_type"),
        ("holders", json!([city, unknown]), "/holders/1", "reference_unknown"),
        ("holders", json!([theirs]), "/holders/0", "reference_unknown"),
        ("holders", json!([city, city]), "/holders/1", "invalid"),
        ("holders", json!([city, body]), "/holders/1", "reference_cycle"),
        ("from", json!("2021-21"), "/from", "edtf_invalid"),
        ("from", json!("2021/2022"), "/from", "edtf_invalid"),
        ("from", json!("20XX"), "/from", "edtf_invalid"),
        ("until", json!("1800"), "/until", "when_out_of_range"),
        ("note", json!("a\u{7}"), "/note", "text_invalid"),
        ("body", json!(city), "/body", "field_unknown"),
    ] {
        let mut whole = json!({ "category": "guest", "holders": [city] });
        whole[member] = value.clone();
        owner.post(&all, whole).await.faults(&[(pointer, code)]);
        owner.patch(&path, json!({ member: value })).await.faults(&[(pointer, code)]);
    }
    let never = json!({ "category": "guest", "holders": [city], "from": "2021-03", "until": "2021" });
    owner.post(&all, never).await.faults(&[("/until", "end_before_start")]);
    owner.post(&all, json!({ "holders": [city] })).await.faults(&[("/category", "field_required")]);
    owner.patch(&path, json!({ "holders": null })).await.faults(&[("/holders", "field_required")]);
    assert_eq!(owner.get(&path).await.json(), made.json());
    assert_eq!(owner.get(&all).await.at("/items"), json!([made.json()]));
    let nowhere = format!("{ORGANISATIONS}/{unknown}/memberships");
    owner.post(&nowhere, json!({ "category": "guest", "holders": [city] })).await.problem(404, "not_found");
}

async fn circles_are_refused_at_the_time_they_would_be(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let mut line = Vec::new();
    for name in ["City", "Network", "Forum"] {
        line.push(make_organisation(&owner, name).await);
    }
    let [city, network, forum] = line.as_slice() else { panic!("three") };
    let join = async |body: &str, holder: &str, from: Value, until: Value| {
        let mut membership = json!({ "category": "member", "holders": [holder] });
        (membership["from"], membership["until"]) = (from, until);
        owner.post(&format!("{ORGANISATIONS}/{body}/memberships"), membership).await
    };
    join(network, city, json!("2019"), json!("2022")).await.expect(201);
    let above = join(forum, network, json!("2021"), Value::Null).await.expect(201);
    let refused = [("/holders/0", "reference_cycle")];
    join(city, forum, Value::Null, Value::Null).await.faults(&refused);
    join(city, network, json!("2021-12-31"), Value::Null).await.faults(&refused);
    // By then the first has ended; before, the second had not begun.
    let after = join(city, forum, json!("2022-01-01"), Value::Null).await.expect(201);
    join(city, forum, Value::Null, json!("2021")).await.expect(201);
    let path = format!("{MEMBERSHIPS}/{}", after.id());
    owner.patch(&path, json!({ "from": "2021-12" })).await.faults(&refused);
    owner.patch(&path, json!({ "from": "2021", "until": "2021-02" })).await.faults(&refused);
    assert_eq!(owner.get(&path).await.json(), after.json());
    // A membership is no obstacle to itself.
    let path = format!("{MEMBERSHIPS}/{}", above.id());
    assert_eq!(owner.patch(&path, json!({ "until": "2030" })).await.expect(200).at("/revision"), 2);
    // Nor does anybody lie below themselves by a second way up.
    join(forum, city, json!("2021"), json!("2022")).await.expect(201);
}

/// Each pair of requests is sent at once, to two processes.
async fn of_two_that_make_a_circle_one_is_refused(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let token = owner.post("/api/v1/tokens", json!({ "name": "replica", "role": "owner" })).await.expect(201);
    let replica = app.replica();
    let far = replica.bearing(&token.string("/token"));
    let post = |client: &Client, body: &str, holder: &str| {
        let (client, path) = (client.clone(), format!("{ORGANISATIONS}/{body}/memberships"));
        let membership = json!({ "category": "member", "holders": [holder] });
        async move { client.post(&path, membership).await.status }
    };
    for round in 0..8 {
        let mut ids = Vec::new();
        for name in ["One", "Two", "Three", "Four"] {
            ids.push(make_organisation(&owner, name).await);
        }
        let [one, two, three, four] = ids.as_slice() else { panic!("four") };
        join(&owner, two, "member", &[one]).await;
        join(&owner, four, "member", &[three]).await;
        // No organisation is in both requests, and yet together they would close the circle.
        let mut statuses = join_all([post(&owner, three, two), post(&far, one, four)]).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 422], "round {round}");
    }
}

async fn a_repeated_request_adds_one(app: TestApp) {
    let owner = app.staff(Role::Owner).await.keyed("join-1");
    let plain = app.staff(Role::Owner).await;
    let (body, city) = (make_organisation(&plain, "Body").await, make_organisation(&plain, "City").await);
    let first = join(&owner, &body, "guest", &[&city]).await;
    let second = join(&owner, &body, "guest", &[&city]).await;
    assert_eq!(first.json(), second.json());
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(plain.get(&format!("{ORGANISATIONS}/{body}/memberships")).await.at("/items"), json!([first.json()]));
    let another = json!({ "category": "host", "holders": [city] });
    let reused = owner.post(&format!("{ORGANISATIONS}/{body}/memberships"), another).await;
    reused.problem(422, "idempotency_key_reused");
}

async fn memberships_of_another_workspace_do_not_exist(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (body, city) = (make_organisation(&owner, "Body").await, make_organisation(&owner, "City").await);
    let made = join(&owner, &body, "guest", &[&city]).await;
    let path = format!("{MEMBERSHIPS}/{}", made.id());
    let all = format!("{ORGANISATIONS}/{body}/memberships");
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    let own = make_organisation(&stranger, "Own").await;
    stranger.get(&path).await.problem(404, "not_found");
    stranger.patch(&path, json!({ "category": "mine" })).await.problem(404, "not_found");
    stranger.delete(&path).await.problem(404, "not_found");
    stranger.get(&all).await.problem(404, "not_found");
    stranger.post(&all, json!({ "category": "guest", "holders": [own] })).await.problem(404, "not_found");
    assert_eq!(owner.get(&path).await.json(), made.json());
    assert_eq!(owner.get(&all).await.at("/items"), json!([made.json()]));
}

async fn a_role_without_the_scope_changes_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (body, city) = (make_organisation(&owner, "Body").await, make_organisation(&owner, "City").await);
    let made = join(&owner, &body, "guest", &[&city]).await;
    let path = format!("{MEMBERSHIPS}/{}", made.id());
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    let membership = json!({ "category": "guest", "holders": [city] });
    viewer.post(&format!("{ORGANISATIONS}/{body}/memberships"), membership).await.problem(403, "forbidden");
    viewer.patch(&path, json!({ "category": "host" })).await.problem(403, "forbidden");
    viewer.delete(&path).await.problem(403, "forbidden");
    assert_eq!(viewer.get(&path).await.json(), made.json());
}

async fn the_public_reads_what_something_public_has_to_do_with(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let mut ids = Vec::new();
    for name in ["Network", "City", "University", "Forum", "Hidden"] {
        ids.push(make_organisation(&owner, name).await);
    }
    let [network, city, university, forum, hidden] = ids.as_slice() else { panic!("five") };
    let inside = join(&owner, network, "guest", &[city, university]).await;
    let above = join(&owner, forum, "member", &[network]).await;
    let apart = join(&owner, forum, "member", &[hidden]).await;
    let read = async |answer: &crate::support::Answer| app.get(&format!("{MEMBERSHIPS}/{}", answer.id())).await;
    let list = async |id: &str, side: &str| app.get(&format!("{ORGANISATIONS}/{id}/memberships?side={side}")).await;
    for one in [&inside, &above, &apart] {
        read(one).await.problem(404, "not_found");
    }
    list(network, "members").await.problem(404, "not_found");
    let event = make_event(&owner, json!({ "kind": "webinar", "title": "A" })).await.id();
    publish_event(&owner, &event, network).await;
    // Who belongs to it, and where it belongs, is public with it, by name.
    assert_eq!(read(&inside).await.expect(200).json(), inside.json());
    assert_eq!(read(&above).await.expect(200).json(), above.json());
    assert_eq!(list(network, "members").await.expect(200).at("/items"), json!([inside.json()]));
    assert_eq!(list(network, "held").await.expect(200).at("/items"), json!([above.json()]));
    // The others are not, by that alone.
    read(&apart).await.problem(404, "not_found");
    for id in [city, forum, hidden] {
        list(id, "members").await.problem(404, "not_found");
        app.get(&format!("{ORGANISATIONS}/{id}")).await.problem(404, "not_found");
    }
    owner.if_match("*").post(&format!("/api/v1/events/{event}/unpublish"), json!({})).await.expect(200);
    read(&inside).await.problem(404, "not_found");
}
