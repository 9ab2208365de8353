//! Who waits for a seat at an event that is hidden for a while.

use serde_json::{Value, json};

use super::{command, recipients, register_all};
use crate::support::{OpenEvent, TestApp};

both!(a_hidden_event_offers_nothing, a_seat_freed_out_of_sight_is_passed_on);

async fn states(event: &OpenEvent) -> Vec<String> {
    event.states().await.into_iter().map(|(_, state)| state).collect()
}

async fn a_seat_freed_out_of_sight_is_passed_on(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let confirmations = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    command(&event, "unpublish", json!({})).await;
    app.post(&format!("{}/cancel", confirmations[0].link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    assert_eq!(states(&event).await, ["cancelled", "waitlisted", "waitlisted"]);
    command(&event, "publish", json!({})).await;
    let offers = app.deliver().await;
    assert_eq!(recipients(&offers), ["bo"], "nobody is told of the publishing");
    assert_eq!(states(&event).await, ["cancelled", "offered", "waitlisted"]);
    app.leave_scheduled("the end of an offer");
}

async fn a_hidden_event_offers_nothing(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let confirmations = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    app.post(&format!("{}/cancel", confirmations[0].link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    assert_eq!(states(&event).await, ["cancelled", "offered", "waitlisted"]);
    command(&event, "unpublish", json!({})).await;
    assert_eq!(recipients(&app.deliver().await), [] as [&str; 0]);
    assert_eq!(states(&event).await, ["cancelled", "waitlisted", "waitlisted"]);
    // The seat is the first one's still.
    command(&event, "publish", json!({})).await;
    assert_eq!(recipients(&app.deliver().await), ["bo"]);
    assert_eq!(states(&event).await, ["cancelled", "offered", "waitlisted"]);
    app.leave_scheduled("the ends of offers");
}
