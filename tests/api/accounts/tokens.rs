//! API tokens for applications.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::json;

use crate::support::TestApp;

both!(
    a_token_is_shown_once_and_works_until_revoked,
    a_token_stops_when_it_expires,
    nobody_gives_what_they_lack,
    tokens_are_listed_page_by_page,
    tokens_of_another_workspace_do_not_exist,
);

async fn a_token_is_shown_once_and_works_until_revoked(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let new = json!({ "name": "Website", "role": "editor", "scopes": ["programme:read", "workspace:read"] });
    let made = owner.post("/api/v1/tokens", new).await.expect(201);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let path = format!("/api/v1/tokens/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));
    let mut row = made.json();
    let token = row.as_object_mut().unwrap().shift_remove("token").unwrap();
    assert_eq!(
        row,
        json!({
            "id": made.id(),
            "name": "Website",
            "role": "editor",
            "scopes": ["programme:read", "workspace:read"],
            "member_id": null,
            "expires_at": null,
            "created_at": "2022-02-01T09:00:00Z",
        })
    );
    let listed = owner.get("/api/v1/tokens?limit=1").await.expect(200);
    assert_eq!(listed.at("/items/0"), row, "the newest comes first, without the token itself");

    let website = app.bearing(token.as_str().unwrap());
    assert_eq!(website.get("/api/v1/me").await.at("/scopes"), row["scopes"]);
    website.get("/api/v1/outbox").await.problem(403, "forbidden");
    owner.delete(&path).await.expect(204);
    website.get("/api/v1/me").await.problem(401, "unauthenticated");
    owner.delete(&path).await.problem(404, "not_found");
}

async fn a_token_stops_when_it_expires(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let new = |at: &str| json!({ "name": "Kiosk", "role": "assistant", "expires_at": at });
    let past = owner.post("/api/v1/tokens", new("2022-02-01T09:00:00Z")).await;
    past.faults(&[("/expires_at", "number_invalid")]);
    let made = owner.post("/api/v1/tokens", new("2022-02-02T09:00:00+01:00")).await.expect(201);
    assert_eq!(made.at("/expires_at"), "2022-02-02T08:00:00Z");
    let kiosk = app.bearing(&made.string("/token"));
    app.pass(TimeDelta::hours(23) - TimeDelta::seconds(1));
    kiosk.get("/api/v1/me").await.expect(200);
    app.pass(TimeDelta::seconds(1));
    kiosk.get("/api/v1/me").await.problem(401, "unauthenticated");
}

async fn nobody_gives_what_they_lack(app: TestApp) {
    let organiser = app.staff(Role::Organiser).await;
    let new = |role: &str| json!({ "name": "Application", "role": role });
    organiser.post("/api/v1/tokens", new("owner")).await.problem(403, "forbidden");
    let made = organiser.post("/api/v1/tokens", new("organiser")).await.expect(201);
    let twin = app.bearing(&made.string("/token"));
    twin.get("/api/v1/tokens").await.expect(200);
    twin.get("/api/v1/members").await.problem(403, "forbidden");

    let wide = json!({ "name": "Wide", "role": "viewer", "scopes": ["programme:write"] });
    app.staff(Role::Owner).await.post("/api/v1/tokens", wide).await.problem(403, "forbidden");
    app.staff(Role::Editor).await.post("/api/v1/tokens", new("viewer")).await.problem(403, "forbidden");
}

async fn tokens_are_listed_page_by_page(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for number in 1..=4 {
        let new = json!({ "name": format!("Number {number}"), "role": "viewer" });
        owner.post("/api/v1/tokens", new).await.expect(201);
    }
    let mut names = Vec::new();
    let mut path = "/api/v1/tokens?limit=2".to_owned();
    loop {
        let page = owner.get(&path).await.expect(200).json();
        names.extend(page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/api/v1/tokens?limit=2&cursor={cursor}");
    }
    assert_eq!(names, ["Number 4", "Number 3", "Number 2", "Number 1", "test owner"]);
    owner.get("/api/v1/tokens?cursor=nonsense").await.problem(400, "cursor_invalid");
    owner.get("/api/v1/tokens?limit=101").await.problem(400, "malformed_query");
    owner.get("/api/v1/tokens?limit=two").await.problem(400, "malformed_query");
    owner.get("/api/v1/tokens?page=2").await.problem(400, "malformed_query");
}

async fn tokens_of_another_workspace_do_not_exist(app: TestApp) {
    let made =
        app.staff(Role::Owner).await.post("/api/v1/tokens", json!({ "name": "Website", "role": "viewer" })).await;
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    stranger.delete(&format!("/api/v1/tokens/{}", made.id())).await.problem(404, "not_found");
    assert_eq!(stranger.get("/api/v1/tokens").await.at("/items").as_array().unwrap().len(), 1);
    app.bearing(&made.string("/token")).get("/api/v1/me").await.expect(200);
}
