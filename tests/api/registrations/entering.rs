use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{ids, paths, plain, register, told};
use crate::support::TestApp;

both!(
    a_full_event_is_given_a_seat,
    a_person_is_entered_when_registration_is_closed,
    entering_has_its_rules,
    the_queue_takes_who_is_entered,
    who_is_entered_has_consented_to_nothing_that_is_not_said,
);

fn guest(more: Value) -> Value {
    let mut guest = json!({ "name": "Guest", "email": "guest@example.org" });
    let Value::Object(more) = more else { panic!("an object") };
    guest.as_object_mut().unwrap().extend(more);
    guest
}

async fn a_person_is_entered_when_registration_is_closed(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "enabled": false } })).await;
    let path = format!("{}/manual", event.registrations);
    let more = json!({ "organisation": "City of Lund", "timezone": "Europe/Stockholm", "language": "de" });
    let assistant = app.staff(Role::Assistant).await.keyed("one");
    let made = assistant.post(&path, guest(more.clone())).await.expect(201);
    let again = assistant.post(&path, guest(more)).await.expect(201);
    assert_eq!(again.json(), made.json());
    let row = event.owner.get(made.header("location").unwrap()).await.expect(200);
    assert_eq!((row.json(), row.etag()), (made.json(), made.etag()));
    let fields = [made.at("/state"), made.at("/organisation"), made.at("/timezone"), made.at("/language")];
    assert_eq!(fields, [json!("confirmed"), json!("City of Lund"), json!("Europe/Stockholm"), json!("de")]);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!((mail.to.as_str(), mail.calendar.is_some()), ("guest@example.org", true));
    let entered = [plain("registered"), plain("confirmed"), plain("entered")];
    assert_eq!(told(&event, &paths(&event).await[0]).await, entered);
    let silent = guest(json!({ "email": "silent@example.org", "notify": false }));
    event.owner.post(&path, silent).await.expect(201);
    assert_eq!(app.deliver().await, []);
    assert_eq!(ids(&event).await.len(), 2);
}

async fn a_full_event_is_given_a_seat(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    app.deliver().await;
    let path = format!("{}/manual", event.registrations);
    event.owner.post(&path, guest(json!({ "state": "confirmed" }))).await.problem(409, "event_full");
    let over = guest(json!({ "state": "confirmed", "override_capacity": true }));
    let made = event.owner.post(&path, over).await.expect(201);
    assert_eq!(made.at("/state"), json!("confirmed"));
    let read = event.owner.get(&format!("/api/v1/events/{}", event.id)).await.expect(200);
    assert_eq!(read.at("/capacity"), json!(2));
    let history = event.owner.get(&format!("/api/v1/events/{}/history", event.id)).await.expect(200);
    let last = (history.at("/items/0/before"), history.at("/items/0/after"));
    assert_eq!(last, (json!({ "capacity": 1 }), json!({ "capacity": 2 })));
    // Who waited waits: the seat was for the guest.
    let stats = event.owner.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await.expect(200);
    let seats = (stats.at("/capacity"), stats.at("/seats_taken"), stats.at("/waiting"));
    assert_eq!(seats, (json!(2), json!(2), json!(1)));
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["confirmed", "waitlisted", "confirmed"]);
    assert_eq!(app.deliver().await.len(), 1);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn the_queue_takes_who_is_entered(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "wait_list": false } })).await;
    let path = format!("{}/manual", event.registrations);
    let waiting = || guest(json!({ "email": "queue@example.org", "state": "waitlisted" }));
    event.owner.post(&path, waiting()).await.problem(409, "not_possible_now");
    event.owner.post(&path, guest(json!({}))).await.expect(201);
    // Without a wait list nobody waits by the way; the staff may say so.
    event.owner.post(&path, guest(json!({ "email": "late@example.org" }))).await.problem(409, "event_full");
    let made = event.owner.post(&path, waiting()).await.expect(201);
    assert_eq!((made.at("/state"), made.at("/queue_position")), (json!("waitlisted"), json!(1)));
    let to: Vec<(String, bool)> =
        app.deliver().await.into_iter().map(|mail| (mail.to, mail.calendar.is_some())).collect();
    assert_eq!(to, [("guest@example.org".to_owned(), true), ("queue@example.org".to_owned(), false)]);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn entering_has_its_rules(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Guest"]).await;
    app.deliver().await;
    let path = format!("{}/manual", event.registrations);
    event.owner.post(&path, guest(json!({ "email": "GUEST@example.org" }))).await.problem(409, "address_taken");
    event
        .owner
        .post(&path, guest(json!({ "name": " ", "email": "x" })))
        .await
        .faults(&[("/name", "text_invalid"), ("/email", "email_invalid")]);
    let unasked = guest(json!({ "email": "new@example.org", "answers": { "a": 1 } }));
    event.owner.post(&path, unasked).await.faults(&[("/answers/a", "field_unknown")]);
    event.owner.post(&path, guest(json!({ "state": "attended" }))).await.faults(&[("/state", "field_type")]);
    let fresh = || guest(json!({ "email": "fresh@example.org" }));
    for role in [Role::Viewer, Role::Editor] {
        app.staff(role).await.post(&path, fresh()).await.problem(403, "forbidden");
    }
    let other = app.other_workspace("second").await;
    app.staff_of(&other, Role::Owner).await.post(&path, fresh()).await.problem(404, "not_found");
    let any = event.owner.if_match("*");
    any.post(&format!("/api/v1/events/{}/cancel", event.id), json!({ "notify": false })).await.expect(200);
    event.owner.post(&path, fresh()).await.problem(409, "not_possible_now");
    app.deliver().await;
    assert_eq!(ids(&event).await.len(), 1);
}

async fn who_is_entered_has_consented_to_nothing_that_is_not_said(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let text = json!({ "text": "We keep what you tell us." });
    event.owner.if_match("*").put(&format!("/api/v1/events/{}/consent-text", event.id), text).await.expect(200);
    let path = format!("{}/manual", event.registrations);
    let consents = |row: &crate::support::Answer| (row.at("/consent_version"), row.at("/consented_at"));
    let silent = event.owner.post(&path, guest(json!({ "notify": false }))).await.expect(201);
    assert_eq!(consents(&silent), (Value::Null, Value::Null));
    let said = json!({
        "email": "said@example.org", "notify": false, "consent_version": 1, "consented_at": "2022-01-31T10:00:00+01:00",
    });
    let said = event.owner.post(&path, guest(said)).await.expect(201);
    assert_eq!(consents(&said), (json!(1), json!("2022-01-31T09:00:00Z")));
    let wrong = json!({ "email": "c@example.org", "consent_version": 2, "consented_at": "2022-02-01T09:00:01Z" });
    let faults = [("/consent_version", "number_invalid"), ("/consented_at", "instant_invalid")];
    event.owner.post(&path, guest(wrong)).await.faults(&faults);
    // Who registers themselves has consented to the text as it is, now.
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let own = event.owner.get(&paths(&event).await[2]).await.expect(200);
    assert_eq!(consents(&own), (json!(1), json!("2022-02-01T09:00:00Z")));
    let export = event.owner.post("/api/v1/privacy/export", json!({ "email": "guest@example.org" })).await.expect(200);
    assert_eq!(export.at("/registrations/0/registration/consented_at"), Value::Null);
}
