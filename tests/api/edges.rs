//! Edges of what can be asked: far times, odd characters, changes that change nothing.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::events::{column, make_event};
use crate::support::TestApp;

both!(
    a_cursor_far_away_is_no_fault_of_ours,
    a_history_refuses_unknown_parameters,
    a_language_is_a_tag,
    a_refusal_keeps_its_own_status,
    a_season_is_no_day,
    a_slug_with_a_nul_finds_nothing,
    a_workspace_with_a_nul_finds_nothing,
    days_of_an_interval_are_dated,
    far_times_are_no_fault_of_ours,
    setting_the_same_organisations_changes_nothing,
);

const EVENTS: &str = "/api/v1/events";

#[expect(clippy::needless_pass_by_value, reason = "so that a test can write it in place")]
fn webinar(when: Value) -> Value {
    json!({ "kind": "webinar", "title": "A", "languages": ["en"], "when": when })
}

async fn a_workspace_with_a_nul_finds_nothing(app: TestApp) {
    for path in ["/api/v1/workspaces/%00", "/api/v1/events?workspace=%00", "/api/v1/series?workspace=%00"] {
        app.get(path).await.problem(404, "not_found");
    }
}

async fn a_slug_with_a_nul_finds_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    assert_eq!(owner.get("/api/v1/series?slug=%00").await.expect(200).at("/items"), json!([]));
}

async fn a_refusal_keeps_its_own_status(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_event(&owner, webinar(json!({}))).await.id();
    let refused = owner.post(&format!("{EVENTS}/{event}/unpublish"), json!({})).await;
    refused.problem(409, "not_possible_now");
}

async fn far_times_are_no_fault_of_ours(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for query in ["from=-9999-01-01", "to=-262143-01-01", "from=%2B262142-12-31", "updated_since=-9999-01-01T00:00:00Z"]
    {
        let answer = owner.get(&format!("{EVENTS}?{query}")).await;
        assert!(matches!(answer.status, 200 | 400), "{answer}");
    }
}

async fn a_cursor_far_away_is_no_fault_of_ours(app: TestApp) {
    use base64::Engine as _;
    let owner = app.staff(Role::Owner).await;
    for at in ["-9999-01-01T00:00:00Z", "+262142-12-31T00:00:00Z"] {
        let key = json!([at, app.workspace().id.to_string()]).to_string();
        let cursor = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(key);
        let answer = owner.get(&format!("{EVENTS}?cursor={cursor}")).await;
        assert!(matches!(answer.status, 200 | 400), "{answer}");
    }
}

async fn a_history_refuses_unknown_parameters(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_event(&owner, webinar(json!({}))).await.id();
    owner.get(&format!("{EVENTS}/{event}/history?page=2")).await.problem(400, "malformed_query");
}

async fn a_language_is_a_tag(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    make_event(&owner, webinar(json!({}))).await;
    for language in ["e_n", "%25en", "e%20n"] {
        let found = owner.get(&format!("{EVENTS}?language={language}")).await;
        assert_eq!(column(&found, "title"), Vec::<String>::new(), "{language}");
    }
}

async fn a_season_is_no_day(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = make_event(&owner, webinar(json!({ "edtf": "2022-23/2023-21" }))).await;
    assert_eq!(made.at("/status"), "tentative");
}

async fn days_of_an_interval_are_dated(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    make_event(&owner, webinar(json!({ "edtf": "2022-03-01/2022-03-03" }))).await;
    assert_eq!(column(&owner.get(&format!("{EVENTS}?dated=true")).await, "title"), ["A"]);
}

async fn setting_the_same_organisations_changes_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let path = format!("{EVENTS}/{}/organisations", make_event(&owner, webinar(json!({}))).await.id());
    let first = owner.put(&path, json!([])).await.expect(200);
    assert_eq!(owner.put(&path, json!([])).await.expect(200).etag(), first.etag());
}
