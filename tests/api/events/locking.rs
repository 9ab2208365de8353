//! Requests that want the same rows take them in one order: series first, then events by id. So none waits for one that waits
//! for it.

use std::future::Future;
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use plenary::accounts::Role;
use plenary::db::Conn;
use serde_json::json;

use super::{EVENTS, make_event, webinar};
use crate::support::{Answer, TestApp};

both!(
    a_clone_waits_for_its_series_before_it_holds_its_source,
    a_copy_of_an_agenda_takes_the_older_event_first,
    an_event_waits_for_its_series_before_it_holds_itself,
);

/// Begins to hold rows, as another process would, that does not wait for others.
fn hold(app: &TestApp, update: &str) -> Conn {
    let mut conn = app.database().connect();
    let patience = if matches!(conn, Conn::Postgres(_)) { "SET LOCAL lock_timeout = '200ms';" } else { "" };
    conn.batch_execute(&format!("BEGIN; {patience} {update}")).unwrap();
    conn
}

/// Insists that these rows are free while a request waits for those that `held` has; then lets it go on.
async fn let_pass(mut held: Conn, update: &str, request: impl Future<Output = Answer> + Send + 'static) {
    let request = tokio::spawn(request);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!request.is_finished(), "it does not need what is held");
    held.batch_execute(&format!("{update}; COMMIT")).unwrap();
    let answer = request.await.unwrap();
    assert!(matches!(answer.status, 200 | 201), "{answer:?}");
}

async fn an_event_waits_for_its_series_before_it_holds_itself(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let path = format!("{EVENTS}/{}", make_event(&owner, webinar("A")).await.id());
    for body in [json!({ "series_id": series }), json!({ "series_id": null })] {
        let held = hold(&app, "UPDATE series SET revision = revision");
        let (owner, path) = (owner.clone(), path.clone());
        let change = async move { owner.patch(&path, body).await };
        let_pass(held, "UPDATE events SET revision = revision", change).await;
    }
}

async fn a_clone_waits_for_its_series_before_it_holds_its_source(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let mut body = webinar("A");
    body["series_id"] = json!(series);
    let path = format!("{EVENTS}/{}/clone", make_event(&owner, body).await.id());
    let held = hold(&app, "UPDATE series SET revision = revision");
    let clone = async move { owner.post(&path, json!({})).await };
    let_pass(held, "UPDATE events SET revision = revision", clone).await;
}

async fn a_copy_of_an_agenda_takes_the_older_event_first(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let (older, newer) = (make_event(&owner, webinar("A")).await.id(), make_event(&owner, webinar("B")).await.id());
    for (source, target) in [(&older, &newer), (&newer, &older)] {
        let row = |id: &str| format!("UPDATE events SET revision = revision WHERE id = '{id}'");
        let held = hold(&app, &row(&older));
        let (path, body) = (format!("{EVENTS}/{target}/agenda/copy-from"), json!({ "event_id": source }));
        let owner = owner.clone();
        let_pass(held, &row(&newer), async move { owner.post(&path, body).await }).await;
    }
}
