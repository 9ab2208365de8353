//! Each operation of the document with each role, without a token, and from another workspace. A route is tested here as
//! soon as it is documented, and it cannot be served without.

use std::collections::BTreeMap;

use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::document::{Operation, operations, published};
use crate::support::{Answer, Client, TestApp};

both!(
    a_role_may_what_its_scopes_say,
    a_token_that_is_none_opens_nothing,
    another_workspace_does_not_exist,
    nobody_gets_in_without_a_token,
);

/// An id that nothing has.
const NOTHING: &str = "017eb483-2280-7000-8000-000000000000";
/// Names in paths that stand for what everybody may know, or for a secret that is itself the permission.
const PUBLIC_NAMES: [&str; 4] = ["workspace", "slug", "token", "language"];

fn secured() -> Vec<Operation> {
    operations(&published()).into_iter().filter(|operation| operation.scopes().is_some()).collect()
}

/// Calls an operation with `ids` in its path and the least of a body.
async fn call(client: &Client, operation: &Operation, ids: &BTreeMap<&str, String>) -> Answer {
    let path = operation.path_parameters().iter().fold(operation.path.clone(), |path, name| {
        path.replace(&format!("{{{name}}}"), ids.get(name).map_or(NOTHING, String::as_str))
    });
    let method: Method = operation.method.parse().unwrap();
    let body = operation.body_type().map(|media_type| (media_type, b"{}".to_vec()));
    client.with("if-match", "*").send(method, &path, body).await
}

async fn a_role_may_what_its_scopes_say(app: TestApp) {
    let nothing = BTreeMap::new();
    let mut wrong = Vec::new();
    for role in Role::ALL {
        let me = app.staff(*role).await.get("/api/v1/me").await.expect(200).json();
        let own: Vec<&str> = me["scopes"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        for operation in secured() {
            // A token of its own for each call: one of them signs out.
            let answer = call(&app.staff(*role).await, &operation, &nothing).await;
            let needed = operation.scopes().unwrap()[0].to_owned();
            let may = operation.is_public() || own.contains(&needed.as_str());
            let is_right = match (may, answer.status) {
                (true, 401 | 403 | 500..) => false,
                (true, _) => true,
                (false, 403) => answer.problem(403, "forbidden")["scope"] == needed,
                (false, _) => false,
            };
            if !is_right {
                let may = if may { "may" } else { "may not" };
                wrong.push(format!("{role} {may} {operation} ({needed}): {} {}", answer.status, answer.text()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn nobody_gets_in_without_a_token(app: TestApp) {
    for operation in secured().iter().filter(|operation| !operation.is_public()) {
        call(&app, operation, &BTreeMap::new()).await.problem(401, "unauthenticated");
    }
}

async fn a_token_that_is_none_opens_nothing(app: TestApp) {
    let revoked = app.staff(Role::Owner).await;
    revoked.post("/api/v1/auth/logout", json!({})).await.expect(204);
    let mut wrong = Vec::new();
    for client in [revoked, app.bearing("pl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] {
        for operation in secured() {
            let answer = call(&client, &operation, &BTreeMap::new()).await;
            if answer.status != 401 {
                wrong.push(answer.to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Makes one of everything in the workspace of `owner`. Only the event that somebody registered for is published; it is
/// none of those that are returned. The ids, by the names they have in paths.
async fn one_of_everything(app: &TestApp, owner: &Client) -> BTreeMap<&'static str, String> {
    let mut ids: BTreeMap<&str, String> = BTreeMap::new();
    ids.insert("state", "confirmed".to_owned());
    for (name, path, body) in [
        ("member_id", "members", json!({ "email": "ada@example.org", "role": "viewer" })),
        ("token_id", "tokens", json!({ "name": "Website", "role": "viewer" })),
        ("organisation_id", "organisations", json!({ "name": "City of Graz", "kind": "city" })),
        ("series_id", "series", json!({ "slug": "autumn", "title": "Autumn" })),
        ("speaker_id", "speakers", json!({ "name": "Hans Sakkers" })),
        ("suppression_id", "mail/suppressions", json!({ "email": "gone@example.org" })),
        ("event_id", "events", json!({ "title": "Opening", "kind": "webinar" })),
    ] {
        ids.insert(name, owner.post(&format!("/api/v1/{path}"), body).await.expect(201).id());
    }
    let network = owner.post("/api/v1/organisations", json!({ "name": "Network" })).await.expect(201).id();
    let membership = json!({ "category": "guest", "holders": [ids["organisation_id"]] });
    let membership = owner.post(&format!("/api/v1/organisations/{network}/memberships"), membership).await.expect(201);
    ids.insert("membership_id", membership.id());
    let event = format!("/api/v1/events/{}", ids["event_id"]);
    for (name, path, body) in [
        ("room_id", "rooms", json!({ "name": "Plenary hall" })),
        ("session_id", "sessions", json!({ "kind": "talk", "title": "Welcome" })),
        ("appearance_id", "appearances", json!({ "speaker_id": ids["speaker_id"], "role": "speaker" })),
        (
            "material_id",
            "materials",
            json!({ "kind": "slides", "title": "Slides", "url": "https://example.org/a.pdf" }),
        ),
        ("announcement_id", "announcements", json!({ "subject": "News", "text": "Bring a pen." })),
    ] {
        let anyway = owner.if_match("*");
        ids.insert(name, anyway.post(&format!("{event}/{path}"), body).await.expect(201).id());
    }
    ids.insert("registration_id", register_for_another(app, owner).await);
    let table = Some(("text/csv", b"title\nWelcome\n".to_vec()));
    let import = owner.send(Method::POST, &format!("{event}/imports"), table).await.expect(201);
    ids.insert("import_id", import.id());
    ids
}

/// Registers somebody for a published event, and returns the registration's id.
async fn register_for_another(app: &TestApp, owner: &Client) -> String {
    let host = json!({ "name": "City of Lund", "kind": "city" });
    let host = owner.post("/api/v1/organisations", host).await.expect(201).id();
    let event = json!({
        "title": "Second",
        "kind": "webinar",
        "when": { "local_start": "2022-02-23T11:30:00", "timezone": "Europe/Paris", "duration": "PT1H" },
        "registration": { "enabled": true },
    });
    let event = format!("/api/v1/events/{}", owner.post("/api/v1/events", event).await.expect(201).id());
    let anyway = owner.if_match("*");
    let organisers = json!([{ "organisation_id": host, "role": "organiser" }]);
    anyway.put(&format!("{event}/organisations"), organisers).await.expect(200);
    anyway.post(&format!("{event}/publish"), json!({})).await.expect(200);
    let person = json!({ "name": "Bob", "email": "bob@example.org", "consent": true });
    app.post(&format!("{event}/registrations"), person).await.expect(201);
    app.deliver().await;
    let registrations = owner.get(&format!("{event}/registrations")).await.expect(200);
    registrations.string("/items/0/id")
}

async fn another_workspace_does_not_exist(app: TestApp) {
    let second = app.other_workspace("second").await;
    let theirs = app.staff_of(&second, Role::Owner).await;
    let ids = one_of_everything(&app, &theirs).await;
    let ours = app.staff(Role::Owner).await;
    let mut wrong = Vec::new();
    let mut reads = Vec::new();
    for operation in operations(&published()) {
        let names = operation.path_parameters();
        if names.is_empty() || names.iter().any(|name| PUBLIC_NAMES.contains(name)) {
            continue;
        }
        if operation.method != "GET" {
            // A body that does not fit may be refused before anything is looked for, but nothing else may be learned.
            let answer = call(&ours, &operation, &ids).await;
            if !matches!(answer.status, 404 | 422) {
                wrong.push(answer.to_string());
            }
            continue;
        }
        if let Some(unknown) = names.iter().find(|name| !ids.contains_key(*name)) {
            wrong.push(format!("{operation}: make something with {{{unknown}}} in `one_of_everything`"));
            continue;
        }
        for client in [&ours, &*app] {
            let answer = call(client, &operation, &ids).await;
            if !matches!((answer.status, operation.is_public()), (404, _) | (401, false)) {
                wrong.push(answer.to_string());
            }
        }
        reads.push(operation);
    }
    for operation in reads.iter().filter(|operation| operation.scopes().is_some()) {
        let own = call(&theirs, operation, &ids).await;
        if own.status != 200 {
            wrong.push(format!("its own staff cannot read it any more: {own}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(reads.len() >= 10, "{reads:?}");
}
