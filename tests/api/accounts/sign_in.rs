//! Signing in and out, and who a token stands for.

use chrono::TimeDelta;
use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::json;

use super::{PASSWORD, credentials, sign_in};
use crate::support::TestApp;

both!(
    a_member_signs_in_and_out,
    a_session_ends_after_twelve_hours,
    a_token_of_an_application_is_nobody,
    failures_at_the_same_moment_all_count,
    failures_slow_down_and_are_forgiven,
    staff_of_two_workspaces_name_one,
    what_is_no_token_is_refused,
    wrong_passwords_and_unknown_addresses_look_alike,
);

async fn a_member_signs_in_and_out(app: TestApp) {
    let id = app.member("Ada@example.org", Role::Editor, Some(PASSWORD)).await;
    let session = sign_in(&app, "ada@EXAMPLE.org", PASSWORD).await.expect(200);
    assert_eq!(session.header("cache-control"), Some("no-store"));
    assert_eq!(session.at("/expires_at"), "2022-02-01T21:00:00Z");
    let ada = app.bearing(&session.string("/token"));
    let me = ada.get("/api/v1/me").await.expect(200);
    assert_eq!(
        me.json(),
        json!({
            "workspace_id": app.workspace().id.to_string(),
            "workspace": "demo",
            "member_id": id,
            "name": "Ada",
            "scopes": [
                "workspace:read", "directory:read", "programme:read", "registrations:read", "outbox:read",
                "directory:write", "programme:write",
            ],
        })
    );

    let other = app.bearing(&sign_in(&app, "ada@example.org", PASSWORD).await.string("/token"));
    ada.post("/api/v1/auth/logout", json!({})).await.expect(204);
    ada.get("/api/v1/me").await.problem(401, "unauthenticated");
    other.get("/api/v1/me").await.expect(200);
}

async fn a_session_ends_after_twelve_hours(app: TestApp) {
    app.member("ada@example.org", Role::Viewer, Some(PASSWORD)).await;
    let ada = app.bearing(&sign_in(&app, "ada@example.org", PASSWORD).await.string("/token"));
    app.pass(TimeDelta::hours(12) - TimeDelta::microseconds(1));
    ada.get("/api/v1/me").await.expect(200);
    app.pass(TimeDelta::microseconds(1));
    ada.get("/api/v1/me").await.problem(401, "unauthenticated");
}

async fn a_token_of_an_application_is_nobody(app: TestApp) {
    let me = app.staff(Role::Owner).await.get("/api/v1/me").await.expect(200).json();
    assert_eq!((&me["member_id"], &me["name"]), (&json!(null), &json!(null)));
    assert_eq!(me["scopes"].as_array().unwrap().len(), 14);
}

async fn what_is_no_token_is_refused(app: TestApp) {
    let refused = app.get("/api/v1/me").await;
    refused.problem(401, "unauthenticated");
    assert_eq!(refused.header("www-authenticate"), Some("Bearer realm=\"plenary\""));
    for header in ["Bearer pl_unknown", "Bearer ", "Basic YTpi", "pl_unknown"] {
        app.with("authorization", header).get("/api/v1/me").await.problem(401, "unauthenticated");
    }
}

async fn wrong_passwords_and_unknown_addresses_look_alike(app: TestApp) {
    app.member("ada@example.org", Role::Owner, Some(PASSWORD)).await;
    app.member("bob@example.org", Role::Owner, None).await;
    let wrong = sign_in(&app, "ada@example.org", "wrong horse battery").await;
    wrong.problem(401, "sign_in_failed");
    for unknown in ["nobody@example.org", "bob@example.org", "no address"] {
        assert_eq!(sign_in(&app, unknown, PASSWORD).await.json(), wrong.json(), "{unknown}");
    }
    let missing = app.post("/api/v1/auth/login", json!({ "email": "ada@example.org" })).await;
    missing.faults(&[("/password", "field_required")]);
}

async fn failures_slow_down_and_are_forgiven(app: TestApp) {
    app.member("ada@example.org", Role::Viewer, Some(PASSWORD)).await;
    for failure in 1..=5 {
        sign_in(&app, "ada@example.org", "wrong").await.problem(401, "sign_in_failed");
        assert!(failure <= 5);
    }
    let blocked = sign_in(&app, "ADA@example.org", PASSWORD).await;
    blocked.problem(429, "sign_in_blocked");
    assert_eq!(blocked.header("retry-after"), Some("2"));
    sign_in(&app, "bob@example.org", PASSWORD).await.problem(401, "sign_in_failed");

    app.pass(TimeDelta::seconds(2));
    sign_in(&app, "ada@example.org", "wrong").await.problem(401, "sign_in_failed");
    app.pass(TimeDelta::seconds(1));
    sign_in(&app, "ada@example.org", PASSWORD).await.problem(429, "sign_in_blocked");
    app.pass(TimeDelta::seconds(1));
    sign_in(&app, "ada@example.org", PASSWORD).await.expect(200);
    for _ in 1..=5 {
        sign_in(&app, "ada@example.org", "wrong").await.problem(401, "sign_in_failed");
    }
    sign_in(&app, "ada@example.org", PASSWORD).await.problem(429, "sign_in_blocked");
}

/// Guesses that are made side by side must not count as one.
async fn failures_at_the_same_moment_all_count(app: TestApp) {
    app.member("ada@example.org", Role::Viewer, Some(PASSWORD)).await;
    let guesses = (0..8).map(|_| sign_in(&app, "ada@example.org", "wrong"));
    let mut statuses: Vec<u16> = join_all(guesses).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert!(statuses.iter().all(|status| matches!(status, 401 | 429)), "{statuses:?}");
    sign_in(&app, "ada@example.org", PASSWORD).await.problem(429, "sign_in_blocked");
}

async fn staff_of_two_workspaces_name_one(app: TestApp) {
    let second = app.other_workspace("second").await;
    app.member("ada@example.org", Role::Owner, Some(PASSWORD)).await;
    let owner = app.staff_of(&second, Role::Owner).await;
    let member = json!({ "email": "ada@example.org", "role": "viewer", "password": PASSWORD });
    owner.post("/api/v1/members", member).await.expect(201);

    sign_in(&app, "ada@example.org", PASSWORD).await.faults(&[("/workspace", "field_required")]);
    let mut named = credentials("ada@example.org", PASSWORD);
    named["workspace"] = json!("second");
    let session = app.post("/api/v1/auth/login", named.clone()).await.expect(200);
    let me = app.bearing(&session.string("/token")).get("/api/v1/me").await;
    assert_eq!(me.at("/workspace"), "second");
    named["workspace"] = json!("third");
    app.post("/api/v1/auth/login", named).await.problem(401, "sign_in_failed");
}
