//! A workspace's settings, and with them how any resource is read and changed.

use futures_util::future::join_all;
use plenary::accounts::Role;
use reqwest::Method;
use serde_json::json;

use crate::support::{TestApp, TestAppBuilder};

both!(
    a_body_has_to_be_readable,
    a_change_needs_what_was_read,
    a_patch_changes_removes_and_keeps,
    a_read_may_be_conditional,
    faults_are_pointed_at,
    methods_and_addresses_that_are_not_there,
    of_changes_at_the_same_moment_one_is_made,
    public_writes_are_counted,
    staff_see_more_than_the_public,
    the_workspace_of_somebody_else_is_not_changed,
);

const DEMO: &str = "/api/v1/workspaces/demo";

async fn staff_see_more_than_the_public(app: TestApp) {
    let id = app.workspace().id.to_string();
    let feeds = format!("{}/calendars/workspaces/demo", app.address());
    let public = json!({
        "id": id,
        "ics": format!("http://{feeds}.ics"),
        "webcal": format!("webcal://{feeds}.ics"),
        "atom": format!("http://{feeds}.atom"),
        "slug": "demo",
        "name": "demo programme",
        "timezone": "Europe/Berlin",
        "language": "en",
        "links": {},
        "revision": 1,
        "created_at": "2022-02-01T09:00:00Z",
        "updated_at": "2022-02-01T09:00:00Z",
    });
    let read = app.get(DEMO).await.expect(200);
    assert_eq!(read.json(), public);
    assert_eq!(app.get(&format!("/api/v1/workspaces/{id}")).await.expect(200).json(), public);
    let mut staff = public.clone();
    staff["calendar_method"] = json!("request");
    let viewer = app.staff(Role::Viewer).await;
    let own = viewer.get(DEMO).await.expect(200);
    assert_eq!(own.json(), staff);
    assert_ne!(own.etag(), read.etag());
    assert!(read.header("vary").unwrap().split(", ").any(|name| name == "authorization"));
    let second = app.other_workspace("second").await;
    assert_eq!(app.staff_of(&second, Role::Owner).await.get(DEMO).await.json(), public);
    app.bearing("pl_unknown").get(DEMO).await.problem(401, "unauthenticated");
    app.get("/api/v1/workspaces/third").await.problem(404, "not_found");
}

async fn a_read_may_be_conditional(app: TestApp) {
    let read = app.get(DEMO).await.expect(200);
    let again = app.with("if-none-match", &read.etag()).get(DEMO).await.expect(304);
    assert_eq!((again.etag(), again.body.as_slice()), (read.etag(), b"".as_slice()));
    app.with("if-none-match", &format!("\"x\", W/{}", read.etag())).get(DEMO).await.expect(304);
    let owner = app.staff(Role::Owner).await;
    owner.if_match("*").patch(DEMO, json!({ "name": "Changed" })).await.expect(200);
    let changed = app.with("if-none-match", &read.etag()).get(DEMO).await.expect(200);
    assert_eq!(changed.string("/name"), "Changed");
    let head = app.head(DEMO).await.expect(200);
    assert_eq!((head.etag(), head.body.as_slice()), (changed.etag(), b"".as_slice()));
}

async fn a_change_needs_what_was_read(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let tag = owner.get(DEMO).await.etag();
    owner.patch(DEMO, json!({ "name": "A" })).await.problem(428, "precondition_required");
    owner.if_match("1").patch(DEMO, json!({ "name": "A" })).await.problem(400, "header_invalid");
    app.pass(chrono::TimeDelta::seconds(90));
    let changed = owner.if_match(&tag).patch(DEMO, json!({ "name": "A" })).await.expect(200);
    assert_eq!((changed.at("/revision"), changed.at("/updated_at")), (json!(2), json!("2022-02-01T09:01:30Z")));
    assert_eq!(changed.etag(), owner.get(DEMO).await.etag());
    let stale = owner.if_match(&tag).patch(DEMO, json!({ "name": "B" })).await;
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 2);
    owner.if_match(&format!("{tag}, {}", changed.etag())).patch(DEMO, json!({ "name": "B" })).await.expect(200);
}

async fn of_changes_at_the_same_moment_one_is_made(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for round in 1..=3 {
        let owner = owner.if_match(&owner.get(DEMO).await.etag());
        let changes = (0..8).map(|number| owner.patch(DEMO, json!({ "name": format!("Name {number}") })));
        let mut statuses: Vec<u16> = join_all(changes).await.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
        assert_eq!(owner.get(DEMO).await.at("/revision"), round + 1);
    }
}

async fn a_patch_changes_removes_and_keeps(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let set = json!({ "sender_name": "Webinar team", "reply_to": "team@example.org", "calendar_method": "publish" });
    let whole = owner.patch(DEMO, set).await.expect(200).json();
    assert_eq!((&whole["sender_name"], &whole["reply_to"]), (&json!("Webinar team"), &json!("team@example.org")));
    let removed = owner.patch(DEMO, json!({ "sender_name": null })).await.expect(200).json();
    assert_eq!((removed.get("sender_name"), &removed["reply_to"]), (None, &json!("team@example.org")));
    let body = br#"{ "language": "de", "timezone": "Europe/Oslo" }"#.to_vec();
    let plain = owner.send(Method::PATCH, DEMO, Some(("application/json; charset=utf-8", body))).await.expect(200);
    assert_eq!((plain.at("/language"), plain.at("/timezone")), (json!("de"), json!("Europe/Oslo")));
    let empty = owner.patch(DEMO, json!({})).await.expect(200).json();
    assert_eq!((&empty["name"], &empty["calendar_method"]), (&json!("demo programme"), &json!("publish")));
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    for (patch, faults) in [
        (json!({ "slug": "other" }), [("/slug", "field_unknown")]),
        (json!({ "nonsense": { "a": 1 } }), [("/nonsense", "field_unknown")]),
        (json!({ "name": null }), [("/name", "field_required")]),
        (json!({ "name": 7 }), [("/name", "field_type")]),
        (json!({ "name": "a\nb" }), [("/name", "text_invalid")]),
        (json!({ "name": "a".repeat(301) }), [("/name", "text_invalid")]),
        (json!({ "timezone": "CET" }), [("/timezone", "timezone_abbreviation")]),
        (json!({ "timezone": "Europe/Atlantis" }), [("/timezone", "timezone_unknown")]),
        (json!({ "language": "English" }), [("/language", "language_invalid")]),
        (json!({ "reply_to": "not an address" }), [("/reply_to", "email_invalid")]),
        (json!({ "calendar_method": "pigeon" }), [("/calendar_method", "field_type")]),
    ] {
        owner.patch(DEMO, patch).await.faults(&faults);
    }
    let two = owner.patch(DEMO, json!({ "name": "", "language": "?" })).await;
    two.faults(&[("/name", "text_invalid"), ("/language", "language_invalid")]);
    assert_eq!(owner.get(DEMO).await.at("/revision"), 1);
}

async fn a_body_has_to_be_readable(builder: TestAppBuilder) {
    let app = builder.body_limit(200).start().await;
    let owner = app.staff(Role::Owner).await.if_match("*");
    let send = |media_type: &'static str, body: Vec<u8>| owner.send(Method::PATCH, DEMO, Some((media_type, body)));
    send("application/json", b"{".to_vec()).await.problem(400, "malformed_json");
    send("application/json", b"".to_vec()).await.problem(400, "malformed_json");
    send("application/json", b"{\"name\": \"\xff\"}".to_vec()).await.problem(400, "malformed_json");
    send("text/plain", b"{}".to_vec()).await.problem(415, "unsupported_media_type");
    owner.send(Method::PATCH, DEMO, None).await.problem(415, "unsupported_media_type");
    let long = format!("{{\"name\": \"{}\"}}", "a".repeat(200));
    assert_eq!(send("application/json", long.into_bytes()).await.problem(413, "body_too_large")["limit_bytes"], 200);
    assert_eq!(owner.get(DEMO).await.at("/revision"), 1);
}

async fn the_workspace_of_somebody_else_is_not_changed(app: TestApp) {
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    stranger.patch(DEMO, json!({ "name": "Mine" })).await.problem(404, "not_found");
    app.staff(Role::Organiser).await.if_match("*").patch(DEMO, json!({})).await.problem(403, "forbidden");
    app.if_match("*").patch(DEMO, json!({ "name": "Mine" })).await.problem(401, "unauthenticated");
    assert_eq!(app.get(DEMO).await.string("/name"), "demo programme");
}

async fn methods_and_addresses_that_are_not_there(app: TestApp) {
    let wrong = app.delete(DEMO).await;
    wrong.problem(405, "method_not_allowed");
    assert_eq!(wrong.header("allow"), Some("GET, HEAD, PATCH, OPTIONS"));
    app.put(DEMO, json!({})).await.problem(405, "method_not_allowed");
    let options = app.send(Method::OPTIONS, DEMO, None).await.expect(204);
    assert_eq!(options.header("allow"), Some("GET, HEAD, PATCH, OPTIONS"));
    for path in ["/", "/api", "/api/v1", "/api/v1/", "/api/v2/me", "/api/v1/workspaces/demo/", "/api/v1/%00"] {
        app.get(path).await.problem(404, "not_found");
    }
    let answer = app.with("x-request-id", "my-request-1").get(DEMO).await.expect(200);
    assert_eq!(answer.header("x-request-id"), Some("my-request-1"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(app.get(DEMO).await.header("x-request-id").is_some_and(|id| id.len() == 36));
}

async fn public_writes_are_counted(builder: TestAppBuilder) {
    let app = builder.rate_limit(2).start().await;
    let guess = || app.post("/api/v1/auth/login", json!({ "email": "a@example.org", "password": "wrong" }));
    let first = guess().await;
    first.problem(401, "sign_in_failed");
    assert_eq!(first.header("ratelimit-policy"), Some("\"public-writes\";q=2;w=60"));
    assert_eq!(first.header("ratelimit"), Some("\"public-writes\";r=1"));
    guess().await.problem(401, "sign_in_failed");
    let refused = guess().await;
    refused.problem(429, "rate_limited");
    assert_eq!(refused.header("ratelimit"), Some("\"public-writes\";r=0"));
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    app.get(DEMO).await.expect(200);
    let owner = app.staff(Role::Owner).await.if_match("*");
    assert_eq!(owner.patch(DEMO, json!({})).await.expect(200).header("ratelimit"), None);
}
