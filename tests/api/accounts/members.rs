//! The members of a workspace's staff.

use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::json;

use super::{PASSWORD, sign_in};
use crate::support::TestApp;

both!(
    a_change_of_role_or_password_ends_sessions,
    a_member_is_added_once_for_one_key,
    a_member_is_added_read_changed_and_removed,
    a_member_takes_their_sessions_with_them,
    addresses_are_unique_in_a_workspace,
    faults_are_pointed_at,
    members_of_another_workspace_do_not_exist,
    nobody_makes_or_changes_somebody_above_themselves,
    one_of_two_owners_who_leave_together_stays,
    the_last_owner_stays,
);

async fn a_member_is_added_read_changed_and_removed(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let new = json!({ "email": "Ada@example.org", "name": "Ada Lovelace", "role": "editor", "password": PASSWORD });
    let added = owner.post("/api/v1/members", new).await.expect(201);
    let path = format!("/api/v1/members/{}", added.id());
    assert_eq!(added.header("location"), Some(path.as_str()));
    assert_eq!(
        added.json(),
        json!({
            "id": added.id(),
            "email": "Ada@example.org",
            "name": "Ada Lovelace",
            "role": "editor",
            "notices": "each",
            "can_sign_in": true,
            "revision": 1,
            "created_at": "2022-02-01T09:00:00Z",
        })
    );
    let read = owner.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (added.json(), added.etag()));
    assert_eq!(owner.with("if-none-match", &read.etag()).get(&path).await.expect(304).body, b"");
    assert_eq!(
        owner.get("/api/v1/members").await.expect(200).json(),
        json!({ "items": [added.json()], "next_cursor": null })
    );

    owner.patch(&path, json!({ "name": "A" })).await.problem(428, "precondition_required");
    let change = json!({ "name": "Countess", "notices": "none" });
    let changed = owner.if_match(&read.etag()).patch(&path, change.clone()).await.expect(200);
    assert_eq!((changed.at("/name"), changed.at("/role")), (json!("Countess"), json!("editor")));
    assert_eq!((changed.at("/notices"), changed.at("/revision")), (json!("none"), json!(2)));
    let stale = owner.if_match(&read.etag()).patch(&path, change).await.problem(412, "precondition_failed");
    assert_eq!(stale["revision"], 2);

    owner.delete(&path).await.problem(428, "precondition_required");
    owner.if_match(&read.etag()).delete(&path).await.problem(412, "precondition_failed");
    owner.if_match(&changed.etag()).delete(&path).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
}

async fn a_member_is_added_once_for_one_key(app: TestApp) {
    let owner = app.staff(Role::Owner).await.keyed("add-ada");
    let new = json!({ "email": "ada@example.org", "role": "editor" });
    let first = owner.post("/api/v1/members", new.clone()).await.expect(201);
    let second = owner.post("/api/v1/members", new.clone()).await.expect(201);
    assert_eq!(second.body, first.body);
    assert_eq!((second.header("location"), second.header("etag")), (first.header("location"), first.header("etag")));
    assert_eq!((first.header("idempotency-replayed"), second.header("idempotency-replayed")), (None, Some("true")));
    assert_eq!(owner.get("/api/v1/members").await.at("/items").as_array().unwrap().len(), 1);

    let other = json!({ "email": "bob@example.org", "role": "editor" });
    owner.post("/api/v1/members", other.clone()).await.problem(422, "idempotency_key_reused");
    owner.keyed("").post("/api/v1/members", other.clone()).await.problem(400, "header_invalid");
    app.staff(Role::Owner).await.keyed("add-ada").post("/api/v1/members", other).await.expect(201);
    owner.keyed("again").post("/api/v1/members", new).await.problem(409, "not_possible_now");
}

async fn addresses_are_unique_in_a_workspace(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let new = |email: &str| json!({ "email": email, "role": "viewer" });
    owner.post("/api/v1/members", new("ada@example.org")).await.expect(201);
    owner.post("/api/v1/members", new("ADA@Example.org")).await.problem(409, "not_possible_now");
    let second = app.other_workspace("second").await;
    app.staff_of(&second, Role::Owner).await.post("/api/v1/members", new("ada@example.org")).await.expect(201);
    let racers = (0..6).map(|_| owner.post("/api/v1/members", new("bob@example.org")));
    let mut statuses: Vec<u16> = join_all(racers).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for (body, faults) in [
        (json!({}), [("/email", "field_required")]),
        (json!({ "email": "a@example.org", "role": "king" }), [("/role", "field_type")]),
        (json!({ "email": "a@example.org", "role": "viewer", "rank": 1 }), [("/rank", "field_unknown")]),
        (json!({ "email": "a@example.org", "role": "viewer", "name": " " }), [("/name", "text_invalid")]),
        (json!({ "email": "a@b@c", "role": "viewer" }), [("/email", "email_invalid")]),
        (json!({ "email": "a@example.org", "role": "viewer", "password": "short" }), [("/password", "text_invalid")]),
    ] {
        owner.post("/api/v1/members", body).await.faults(&faults);
    }
    let id = app.member("ada@example.org", Role::Viewer, None).await;
    let path = format!("/api/v1/members/{id}");
    let anyway = owner.if_match("*");
    anyway.patch(&path, json!({ "email": "b@example.org" })).await.faults(&[("/email", "field_unknown")]);
    anyway.patch(&path, json!({ "role": null })).await.faults(&[("/role", "field_required")]);
    anyway.patch(&path, json!({ "password": "short" })).await.faults(&[("/password", "text_invalid")]);
    anyway.patch(&path, json!([])).await.faults(&[("", "field_type")]);
    assert_eq!(owner.get(&path).await.at("/revision"), 1);
}

async fn members_of_another_workspace_do_not_exist(app: TestApp) {
    let path = format!("/api/v1/members/{}", app.member("ada@example.org", Role::Viewer, None).await);
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    stranger.get(&path).await.problem(404, "not_found");
    stranger.patch(&path, json!({ "name": "Mine" })).await.problem(404, "not_found");
    stranger.delete(&path).await.problem(404, "not_found");
    assert_eq!(stranger.get("/api/v1/members").await.at("/items"), json!([]));
    let owner = app.staff(Role::Owner).await;
    assert_eq!(owner.get(&path).await.expect(200).at("/name"), "ada");
    owner.get("/api/v1/members/not-an-id").await.problem(404, "not_found");
}

async fn the_last_owner_stays(app: TestApp) {
    let ada = app.member("ada@example.org", Role::Owner, None).await;
    let path = format!("/api/v1/members/{ada}");
    let owner = app.staff(Role::Owner).await.if_match("*");
    owner.patch(&path, json!({ "role": "editor" })).await.problem(409, "not_possible_now");
    owner.delete(&path).await.problem(409, "not_possible_now");
    owner.patch(&path, json!({ "name": "Ada", "role": "owner" })).await.expect(200);
    let bob = app.member("bob@example.org", Role::Owner, None).await;
    owner.patch(&path, json!({ "role": "editor" })).await.expect(200);
    owner.delete(&format!("/api/v1/members/{bob}")).await.problem(409, "not_possible_now");
}

async fn one_of_two_owners_who_leave_together_stays(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    for round in 0..3 {
        let one = app.member(&format!("one{round}@example.org"), Role::Owner, None).await;
        let other = app.member(&format!("other{round}@example.org"), Role::Owner, None).await;
        for former in owner.get("/api/v1/members").await.at("/items").as_array().unwrap() {
            let id = former["id"].as_str().unwrap();
            if id != one && id != other {
                owner.delete(&format!("/api/v1/members/{id}")).await.expect(204);
            }
        }
        let leaving = [one, other].map(|id| {
            let owner = owner.clone();
            async move { owner.delete(&format!("/api/v1/members/{id}")).await.status }
        });
        let mut statuses = join_all(leaving).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
    }
}

async fn a_change_of_role_or_password_ends_sessions(app: TestApp) {
    let path = format!("/api/v1/members/{}", app.member("ada@example.org", Role::Editor, Some(PASSWORD)).await);
    let owner = app.staff(Role::Owner).await.if_match("*");
    let session = || async { app.bearing(&sign_in(&app, "ada@example.org", PASSWORD).await.string("/token")) };

    let ada = session().await;
    owner.patch(&path, json!({ "name": "Ada", "role": "editor" })).await.expect(200);
    ada.get("/api/v1/me").await.expect(200);
    owner.patch(&path, json!({ "role": "viewer" })).await.expect(200);
    ada.get("/api/v1/me").await.problem(401, "unauthenticated");

    let ada = session().await;
    owner.patch(&path, json!({ "password": "another good password" })).await.expect(200);
    ada.get("/api/v1/me").await.problem(401, "unauthenticated");
    sign_in(&app, "ada@example.org", PASSWORD).await.problem(401, "sign_in_failed");
    sign_in(&app, "ada@example.org", "another good password").await.expect(200);
}

async fn a_member_takes_their_sessions_with_them(app: TestApp) {
    let path = format!("/api/v1/members/{}", app.member("ada@example.org", Role::Editor, Some(PASSWORD)).await);
    let ada = app.bearing(&sign_in(&app, "ada@example.org", PASSWORD).await.string("/token"));
    app.staff(Role::Owner).await.if_match("*").delete(&path).await.expect(204);
    ada.get("/api/v1/me").await.problem(401, "unauthenticated");
    sign_in(&app, "ada@example.org", PASSWORD).await.problem(401, "sign_in_failed");
}

async fn nobody_makes_or_changes_somebody_above_themselves(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let narrow =
        json!({ "name": "directory of people", "role": "owner", "scopes": ["members:write", "workspace:read"] });
    let token = owner.post("/api/v1/tokens", narrow).await.expect(201).string("/token");
    let narrow = app.bearing(&token);
    let chief = json!({ "email": "chief@example.org", "role": "owner" });
    narrow.post("/api/v1/members", chief.clone()).await.problem(403, "forbidden");
    narrow
        .post("/api/v1/members", json!({ "email": "v@example.org", "role": "viewer" }))
        .await
        .problem(403, "forbidden");
    let path = format!("/api/v1/members/{}", owner.post("/api/v1/members", chief).await.expect(201).id());
    narrow.if_match("*").patch(&path, json!({ "role": "viewer" })).await.problem(403, "forbidden");
    narrow.if_match("*").delete(&path).await.problem(403, "forbidden");
    assert_eq!(owner.get(&path).await.expect(200).at("/role"), json!("owner"));
}
