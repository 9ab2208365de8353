use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{ids, plain, register, told};
use crate::support::TestApp;

both!(
    a_queue_moves_up_while_many_are_cancelled,
    many_are_checked_in_at_once,
    many_are_decided_on_at_once,
    many_are_the_event_s_own,
    many_have_their_limits,
    one_key_acts_once,
);

const NOTHING: &str = "017eb483-2280-7000-8000-000000000000";

fn done(id: &str, state: &str) -> Value {
    json!({ "id": id, "result": "done", "state": state, "code": null })
}

fn unchanged(id: &str, state: &str) -> Value {
    json!({ "id": id, "result": "unchanged", "state": state, "code": null })
}

fn refused(id: &str, code: &str) -> Value {
    json!({ "id": id, "result": "refused", "state": null, "code": code })
}

async fn many_are_checked_in_at_once(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 3 })).await;
    register(&app, &event, &["Ada", "Bo", "Cy", "Di"]).await;
    app.deliver().await;
    let [ada, bo, cy, di] = <[String; 4]>::try_from(ids(&event).await).unwrap();
    let path = format!("{}/actions", event.registrations);
    let assistant = app.staff(Role::Assistant).await;
    assistant.post(&format!("/api/v1/registrations/{bo}/check-in"), Value::Null).await.expect(200);
    // Named twice is once; the answer keeps the order.
    let request = json!({ "action": "check_in", "ids": [di, cy, NOTHING, bo, ada, cy] });
    let answer = assistant.post(&path, request).await.expect(200);
    let expected = json!({ "items": [
        refused(&di, "not_possible_now"), done(&cy, "attended"), refused(NOTHING, "not_found"),
        unchanged(&bo, "attended"), done(&ada, "attended"),
    ] });
    assert_eq!(answer.json(), expected);
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["attended", "attended", "attended", "waitlisted"]);
    let request = json!({ "action": "undo_check_in", "ids": [ada, cy] });
    let answer = assistant.post(&path, request).await.expect(200);
    assert_eq!(answer.json(), json!({ "items": [done(&ada, "confirmed"), done(&cy, "confirmed")] }));
    let request = json!({ "action": "resend", "ids": [ada, cy, di] });
    assistant.post(&path, request.clone()).await.expect(200);
    let to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["ada@example.org", "cy@example.org", "di@example.org"]);
    let again = assistant.post(&path, request).await.expect(200);
    let expected = [&ada, &cy, &di].map(|id| refused(id, "rate_limited"));
    assert_eq!(again.json(), json!({ "items": expected }));
    let request = json!({ "action": "rotate_links", "ids": [ada] });
    let rotated = assistant.post(&path, request).await.expect(200);
    assert_eq!(rotated.json(), json!({ "items": [done(&ada, "confirmed")] }));
    assert_eq!(app.deliver().await.len(), 1);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn many_are_decided_on_at_once(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "approval": true } })).await;
    register(&app, &event, &["Ada", "Bo", "Cy", "Di"]).await;
    app.deliver().await;
    let [ada, bo, cy, di] = <[String; 4]>::try_from(ids(&event).await).unwrap();
    let path = format!("{}/actions", event.registrations);
    let approve = json!({ "action": "approve", "ids": [bo, ada] });
    for done in [done, unchanged] {
        let answer = event.owner.post(&path, approve.clone()).await.expect(200);
        // In the order in which they are named.
        assert_eq!(answer.json(), json!({ "items": [done(&bo, "confirmed"), done(&ada, "waitlisted")] }));
    }
    let reject = json!({ "action": "reject", "ids": [cy, bo, di], "reason": "This round is for members." });
    let answer = event.owner.post(&path, reject).await.expect(200);
    let expected = [done(&cy, "rejected"), refused(&bo, "not_possible_now"), done(&di, "rejected")];
    assert_eq!(answer.json(), json!({ "items": expected }));
    let mails = app.deliver().await;
    let mut seen: Vec<(&str, &str)> =
        mails.iter().map(|mail| (mail.to.as_str(), mail.subject.split(':').next().unwrap())).collect();
    seen.sort_unstable();
    let expected = [
        ("ada@example.org", "On the waiting list"),
        ("bo@example.org", "You are registered"),
        ("cy@example.org", "Registration not accepted"),
        ("di@example.org", "Registration not accepted"),
    ];
    assert_eq!(seen, expected);
    assert!(mails.iter().filter(|mail| mail.text.contains("This round is for members.")).count() == 2);
    for (id, what, reason) in [(&bo, "approved", Value::Null), (&di, "rejected", json!("This round is for members."))] {
        let timeline = event.owner.get(&format!("/api/v1/registrations/{id}/timeline")).await.expect(200).json();
        let entries = timeline["items"].as_array().unwrap().iter().filter(|entry| entry["what"] == what);
        let entries: Vec<(bool, Value)> =
            entries.map(|entry| (entry["actor"].is_string(), entry["reason"].clone())).collect();
        assert_eq!(entries, [(true, reason)], "{what}");
    }
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_queue_moves_up_while_many_are_cancelled(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["Ada", "Bo", "Cy"]).await;
    app.deliver().await;
    let [ada, bo, cy] = <[String; 3]>::try_from(ids(&event).await).unwrap();
    let path = format!("{}/actions", event.registrations);
    // The seat of Ada is offered to Bo in the same transaction, and then to Cy.
    let request = json!({ "action": "cancel", "ids": [ada, bo], "reason": "Double booking" });
    let answer = event.owner.post(&path, request.clone()).await.expect(200);
    assert_eq!(answer.json(), json!({ "items": [done(&ada, "cancelled"), done(&bo, "cancelled")] }));
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["cancelled", "cancelled", "offered"]);
    let again = event.owner.post(&path, request).await.expect(200);
    assert_eq!(again.json(), json!({ "items": [unchanged(&ada, "cancelled"), unchanged(&bo, "cancelled")] }));
    let stats = event.owner.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await.expect(200);
    assert_eq!((stats.at("/seats_taken"), stats.at("/waiting")), (json!(1), json!(0)));
    let to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["ada@example.org", "bo@example.org", "cy@example.org"]);
    let timeline = event.owner.get(&format!("/api/v1/registrations/{ada}/timeline")).await.expect(200);
    let items = timeline.at("/items");
    let reasons = items.as_array().unwrap().iter().filter(|entry| !entry["reason"].is_null());
    let reasons: Vec<(&Value, &Value)> = reasons.map(|entry| (&entry["what"], &entry["reason"])).collect();
    assert_eq!(reasons, [(&json!("cancelled"), &json!("Double booking"))]);
    let ended = plain("ended");
    assert!(!told(&event, &format!("/api/v1/registrations/{cy}")).await.contains(&ended));
    app.leave_scheduled("the end of the offer");
}

async fn many_are_the_event_s_own(app: TestApp) {
    let (event, second) = (app.open_event(json!({})).await, app.open_event(json!({})).await);
    register(&app, &event, &["Ada"]).await;
    register(&app, &second, &["Bo"]).await;
    app.deliver().await;
    let (ada, bo) = (ids(&event).await.pop().unwrap(), ids(&second).await.pop().unwrap());
    let path = format!("{}/actions", event.registrations);
    let request = json!({ "action": "cancel", "ids": [bo, ada] });
    app.staff(Role::Viewer).await.post(&path, request.clone()).await.problem(403, "forbidden");
    let other = app.other_workspace("second").await;
    app.staff_of(&other, Role::Owner).await.post(&path, request.clone()).await.problem(404, "not_found");
    assert_eq!(event.states().await[0].1, "confirmed");
    let answer = event.owner.post(&path, request).await.expect(200);
    assert_eq!(answer.json(), json!({ "items": [refused(&bo, "not_found"), done(&ada, "cancelled")] }));
    assert_eq!(second.states().await[0].1, "confirmed");
    app.deliver().await;
}

async fn many_have_their_limits(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let path = format!("{}/actions", event.registrations);
    let post = async |body: Value| event.owner.post(&path, body).await;
    post(json!({ "action": "check_in", "ids": [] })).await.faults(&[("/ids", "field_required")]);
    let many = vec![NOTHING; 501];
    post(json!({ "action": "check_in", "ids": many })).await.faults(&[("/ids", "number_invalid")]);
    post(json!({ "action": "delete", "ids": [NOTHING] })).await.faults(&[("/action", "field_type")]);
    post(json!({ "action": "cancel", "ids": ["x"] })).await.faults(&[("/ids/0", "field_type")]);
    let lines = json!({ "action": "cancel", "ids": [NOTHING], "reason": "a\nb" });
    post(lines).await.faults(&[("/reason", "text_invalid")]);
    post(json!({ "action": "cancel" })).await.faults(&[("/ids", "field_required")]);
    post(json!({ "action": "cancel", "ids": [NOTHING], "x": 1 })).await.faults(&[("/x", "field_unknown")]);
}

async fn one_key_acts_once(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    app.deliver().await;
    let path = format!("{}/actions", event.registrations);
    let keyed = event.owner.keyed("check-in-1");
    let request = json!({ "action": "check_in", "ids": ids(&event).await });
    let first = keyed.post(&path, request.clone()).await.expect(200);
    let again = keyed.post(&path, request).await.expect(200);
    assert_eq!(again.json(), first.json());
    assert_eq!(first.at("/items/0/result"), json!("done"));
    let other = json!({ "action": "undo_check_in", "ids": ids(&event).await });
    keyed.post(&path, other).await.problem(422, "idempotency_key_reused");
}
