//! What becomes of offers, and of those who wait, when their event moves, stops or is over.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{paths, plain, told};
use crate::support::{Mail, OpenEvent, TestApp, person};

both!(
    a_person_can_do_what_would_not_be_refused,
    an_event_that_moves_takes_its_waiting_along,
    an_offer_ends_with_the_event_that_has_begun,
    an_offer_is_cut_when_the_event_moves_forward,
    nobody_waits_for_what_is_over,
    the_retention_ends_who_still_waits,
    the_recording_can_be_had_when_the_event_is_over,
    what_was_cancelled_keeps_its_queue,
    who_waits_for_what_was_moved_into_the_past_is_ended_a_day_later,
);

/// What a person sees of their registration, and where.
async fn own(app: &TestApp, mail: &Mail) -> (String, Value) {
    let link = mail.link("/registrations/manage/").to_owned();
    let shown = app.get(&link).await.expect(200).json();
    (link, shown)
}

async fn register(app: &TestApp, event: &OpenEvent, names: &[&str]) -> Vec<Mail> {
    for name in names {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    app.deliver().await
}

async fn command(event: &OpenEvent, command: &str, body: Value) {
    let path = format!("/api/v1/events/{}/{command}", event.id);
    event.owner.if_match("*").post(&path, body).await.expect(200);
}

/// At this hour of 17 March.
fn at(start: &str, end: &str) -> Value {
    let day = "2022-03-17T";
    json!({ "local_start": format!("{day}{start}"), "local_end": format!("{day}{end}"), "timezone": "Europe/Berlin" })
}

async fn states(event: &OpenEvent) -> Vec<String> {
    event.states().await.into_iter().map(|(_, state)| state).collect()
}

async fn seats(event: &OpenEvent) -> (Value, Value) {
    let stats = event.owner.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await.expect(200);
    (stats.at("/seats_taken"), stats.at("/waiting"))
}

async fn an_offer_ends_with_the_event_that_has_begun(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let mails = register(&app, &event, &["ada", "bo", "cy"]).await;
    // Twenty minutes before it is over, the seat comes free.
    app.clock().set("2022-03-17T16:10:00Z".parse().unwrap());
    let (ada, _) = own(&app, &mails[0]).await;
    app.post(&format!("{ada}/cancel"), Value::Null).await.expect(200);
    let (bo, shown) = own(&app, &mails[1]).await;
    assert_eq!((&shown["state"], &shown["offer_expires_at"]), (&json!("offered"), &json!("2022-03-17T16:30:00Z")));
    app.deliver().await;
    app.pass(TimeDelta::minutes(20));
    // Before anybody has looked after it.
    let gone = app.post(&format!("{bo}/accept-offer"), Value::Null).await;
    assert_eq!(gone.problem(409, "not_possible_now")["detail"], "The event is over.");
    assert_eq!(own(&app, &mails[1]).await.1["actions"], json!([]));
    assert_eq!(app.deliver().await, [], "nobody is offered a seat at what is over, or told that there was one");
    assert_eq!(states(&event).await, ["cancelled", "expired", "expired"]);
    assert_eq!(seats(&event).await, (json!(0), json!(0)));
}

async fn an_offer_is_cut_when_the_event_moves_forward(app: TestApp) {
    app.clock().set("2022-03-17T08:00:00Z".parse().unwrap());
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let mails = register(&app, &event, &["ada", "bo", "cy"]).await;
    let (ada, _) = own(&app, &mails[0]).await;
    app.post(&format!("{ada}/cancel"), Value::Null).await.expect(200);
    app.deliver().await;
    let (bo, shown) = own(&app, &mails[1]).await;
    assert_eq!(shown["offer_expires_at"], json!("2022-03-17T15:00:00Z"), "the start");
    command(&event, "reschedule", json!({ "when": at("11:00", "12:00") })).await;
    let told: Vec<Mail> = app.deliver().await.into_iter().filter(|mail| mail.to.starts_with("bo")).collect();
    let [moved] = told.as_slice() else { panic!("one mail, not {told:?}") };
    assert!(moved.text.contains("Accept by:"), "{}", moved.text);
    let (_, shown) = own(&app, &mails[1]).await;
    assert_eq!((&shown["state"], &shown["offer_expires_at"]), (&json!("offered"), &json!("2022-03-17T10:00:00Z")));
    // It runs out then, and goes to the next for as long as there is something to see.
    app.clock().set("2022-03-17T10:00:00Z".parse().unwrap());
    let late = app.post(&format!("{bo}/accept-offer"), Value::Null).await;
    assert_eq!(late.problem(409, "not_possible_now")["detail"], "The time to accept the seat is over.");
    assert_eq!(own(&app, &mails[1]).await.1["actions"], json!([]));
    let mut offered: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    offered.sort_unstable();
    assert_eq!(offered, ["bo@example.org", "cy@example.org"]);
    let (cy, shown) = own(&app, &mails[2]).await;
    assert_eq!((&shown["state"], &shown["offer_expires_at"]), (&json!("offered"), &json!("2022-03-17T11:00:00Z")));
    assert_eq!(shown["actions"], json!(["accept-offer", "decline-offer"]));
    app.post(&format!("{cy}/accept-offer"), Value::Null).await.expect(200);
    app.deliver().await;
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["cancelled", "expired", "confirmed"]);
    assert_eq!(seats(&event).await, (json!(1), json!(0)));
}

async fn nobody_waits_for_what_is_over(app: TestApp) {
    let policy = json!({ "verification": true, "approval": true });
    let event = app.open_event(json!({ "registration": policy })).await;
    let full = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &full, &["ada", "bo"]).await;
    let asked = register(&app, &event, &["ada"]).await.remove(0);
    let (link, _) = own(&app, &asked).await;
    app.post(&format!("{link}/verify"), Value::Null).await.expect(200);
    app.deliver().await;
    // Who registers shortly before the end has until then to confirm the address.
    app.clock().set("2022-03-17T16:00:00Z".parse().unwrap());
    let late = register(&app, &event, &["cy"]).await.remove(0);
    assert_eq!(own(&app, &late).await.1["verify_by"], json!("2022-03-17T16:30:00Z"));
    app.pass(TimeDelta::minutes(30) - TimeDelta::microseconds(1));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["pending_approval", "pending_verification"]);
    app.pass(TimeDelta::microseconds(1));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["expired", "expired"]);
    assert_eq!(states(&full).await, ["confirmed", "expired"]);
    assert_eq!(seats(&full).await, (json!(1), json!(0)));
    let waited = paths(&full).await.pop().unwrap();
    assert_eq!(told(&full, &waited).await, [plain("registered"), plain("ended"), plain("event_over")]);
    // Nobody is put into a queue any more.
    let guest = json!({ "name": "Di", "email": "di@example.org", "state": "waitlisted" });
    full.owner.post(&format!("{}/manual", full.registrations), guest).await.problem(409, "not_possible_now");
    app.expect_outbox(0);
}

async fn an_event_that_moves_takes_its_waiting_along(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["ada", "bo"]).await;
    let next_week = json!({ "local_start": "2022-03-24T16:00", "duration": "PT1H", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": next_week, "notify": false })).await;
    app.deliver().await;
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    app.deliver().await;
    assert_eq!(states(&event).await, ["confirmed", "waitlisted"]);
    // What is postponed is not over, whatever time it had.
    command(&event, "postpone", json!({ "notify": false })).await;
    app.clock().set("2022-03-25T16:30:00Z".parse().unwrap());
    app.deliver().await;
    assert_eq!(states(&event).await, ["confirmed", "waitlisted"]);
    let april = json!({ "local_start": "2022-04-07T16:00", "duration": "PT1H", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": april, "notify": false })).await;
    app.deliver().await;
    app.clock().set("2022-04-07T15:00:00Z".parse().unwrap());
    app.deliver().await;
    assert_eq!(states(&event).await, ["confirmed", "expired"]);
    app.expect_outbox(0);
}

async fn what_was_cancelled_keeps_its_queue(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["ada", "bo"]).await;
    command(&event, "cancel", json!({ "notify": false })).await;
    app.clock().set("2022-03-18T09:00:00Z".parse().unwrap());
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["confirmed", "waitlisted"]);
    // It is taken back first, and then given another time.
    command(&event, "reinstate", json!({ "notify": false })).await;
    app.deliver().await;
    let next_week = json!({ "local_start": "2022-03-24T16:00", "duration": "PT1H", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": next_week, "notify": false })).await;
    app.deliver().await;
    app.pass(TimeDelta::days(2));
    app.deliver().await;
    assert_eq!(states(&event).await, ["confirmed", "waitlisted"]);
    app.clock().set("2022-03-24T16:00:00Z".parse().unwrap());
    app.deliver().await;
    assert_eq!(states(&event).await, ["confirmed", "expired"]);
}

async fn the_recording_can_be_had_when_the_event_is_over(app: TestApp) {
    let policy = json!({ "enabled": true, "approval": true, "recording": true });
    let event = app.open_event(json!({ "registration": policy })).await;
    for name in ["ada", "cy", "di"] {
        let mut one = person(name, &format!("{name}@example.org"));
        one["attendance"] = json!("recording");
        app.post(&event.registrations, one).await.expect(201);
    }
    register(&app, &event, &["bo"]).await;
    app.clock().set("2022-03-18T09:00:00Z".parse().unwrap());
    app.deliver().await;
    let waiting = "pending_approval";
    assert_eq!(states(&event).await, [waiting, waiting, waiting, "expired"]);
    let subjects = |mails: Vec<Mail>| -> Vec<(String, String)> {
        let subject = |mail: &Mail| mail.subject.split(':').next().unwrap().to_owned();
        mails.iter().map(|mail| (mail.to.trim_end_matches("@example.org").to_owned(), subject(mail))).collect()
    };
    let told = |all: &[(&str, &str)]| -> Vec<(String, String)> {
        all.iter().map(|(to, subject)| ((*to).to_owned(), (*subject).to_owned())).collect()
    };
    let all = paths(&event).await;
    let any = event.owner.if_match("*");
    any.post(&format!("{}/approve", all[0]), json!({})).await.expect(200);
    any.post(&format!("{}/reject", all[1]), json!({})).await.expect(200);
    let expected = told(&[("ada", "You are registered"), ("cy", "Registration not accepted")]);
    assert_eq!(subjects(app.deliver().await), expected);
    let recording = json!({
        "kind": "recording", "title": "All of it", "url": "https://video.example.org/1", "visibility": "registrants",
    });
    any.post(&format!("/api/v1/events/{}/materials", event.id), recording).await.expect(201);
    assert_eq!(subjects(app.deliver().await), told(&[("ada", "Recording")]));
    // Who is let in afterwards hears of it too.
    any.post(&format!("{}/approve", all[2]), json!({})).await.expect(200);
    let mails = app.deliver().await;
    assert_eq!(mails[1].link("video.example.org"), "https://video.example.org/1");
    assert_eq!(subjects(mails), told(&[("di", "You are registered"), ("di", "Recording")]));
    assert_eq!(states(&event).await, ["confirmed", "rejected", "confirmed", "expired"]);
}

async fn who_waits_for_what_was_moved_into_the_past_is_ended_a_day_later(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let mails = register(&app, &event, &["ada", "bo", "cy"]).await;
    let (ada, _) = own(&app, &mails[0]).await;
    app.post(&format!("{ada}/cancel"), Value::Null).await.expect(200);
    app.deliver().await;
    assert_eq!(states(&event).await, ["cancelled", "offered", "waitlisted"]);
    let last_month = json!({ "local_start": "2022-01-17T16:00", "duration": "PT1H", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": last_month })).await;
    assert_eq!(app.deliver().await, []);
    // It may have been the wrong month.
    app.pass(TimeDelta::days(1) - TimeDelta::microseconds(1));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["cancelled", "waitlisted", "waitlisted"]);
    app.pass(TimeDelta::microseconds(1));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["cancelled", "expired", "expired"]);
    assert_eq!(seats(&event).await, (json!(0), json!(0)));
    app.leave_scheduled("the end of the event before it moved");
}

async fn the_retention_ends_who_still_waits(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["ada", "bo"]).await;
    let owner = app.staff(Role::Owner).await.if_match("*");
    owner.patch("/api/v1/workspaces/demo", json!({ "retention": "P1D" })).await.expect(200);
    // The worker stood still for months; what is due is done in the order in which it was.
    app.clock().set("2022-06-01T09:00:00Z".parse().unwrap());
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["confirmed", "expired"]);
    assert_eq!(seats(&event).await, (json!(1), json!(0)));
    assert!(event.states().await.iter().all(|(email, _)| email.is_empty()));
    app.leave_scheduled("it is looked at again each day");
}

async fn a_person_can_do_what_would_not_be_refused(app: TestApp) {
    let policy = json!({ "recording": true });
    let event = app.open_event(json!({ "capacity": 5, "registration": policy })).await;
    let seat = register(&app, &event, &["ada"]).await.remove(0);
    let mut viewer = person("bo", "bo@example.org");
    viewer["attendance"] = json!("recording");
    app.post(&event.registrations, viewer).await.expect(201);
    let viewer = app.deliver().await.remove(0);
    let ((ada, shown), (bo, _)) = (own(&app, &seat).await, own(&app, &viewer).await);
    assert_eq!(shown["actions"], json!(["cancel"]));
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    let page = |mail: &Mail| mail.link("/registrations/").to_owned();
    assert_eq!(own(&app, &seat).await.1["actions"], json!([]));
    let shown = app.get(&format!("{}?lang=en", page(&seat))).await.expect(200);
    for word in ["Cancel your registration", "Change what you told us"] {
        assert!(!shown.text().contains(word), "{shown}");
    }
    let refused = app.post(&format!("{ada}/cancel"), Value::Null).await;
    assert_eq!(refused.problem(409, "not_possible_now")["detail"], "The event is over.");
    app.if_match("*").patch(&ada, json!({ "name": "Eve" })).await.problem(409, "not_possible_now");
    // Who waits for the recording may still not want it.
    assert_eq!(own(&app, &viewer).await.1["actions"], json!(["cancel"]));
    let shown = app.get(&format!("{}?lang=en", page(&viewer))).await.expect(200);
    assert!(shown.text().contains("Change what you told us"), "{shown}");
    app.if_match("*").patch(&bo, json!({ "name": "Bo B" })).await.expect(200);
    app.post(&format!("{bo}/cancel"), Value::Null).await.expect(200);
    let told = app.deliver().await.remove(0);
    assert!(told.text.contains("There is nothing you need to do.") && !told.text.contains("seat"), "{}", told.text);
    assert_eq!(states(&event).await, ["confirmed", "cancelled"]);
}
