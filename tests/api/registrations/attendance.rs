use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{ids, paths, plain, register, told};
use crate::support::{TestApp, person};

both!(
    a_check_in_is_noted_and_taken_back,
    an_event_is_closed_when_it_is_over,
    checking_in_needs_a_seat,
    nobody_has_missed_what_is_still_to_come,
    only_some_of_the_staff_check_in,
    who_is_checked_in_is_told_what_is_to_come,
    who_wants_the_recording_is_not_checked_in,
);

async fn a_check_in_is_noted_and_taken_back(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let path = paths(&event).await.pop().unwrap();
    app.clock().set("2022-03-17T15:05:00Z".parse().unwrap());
    let assistant = app.staff(Role::Assistant).await;
    let me = assistant.get("/api/v1/me").await.expect(200);
    let done = assistant.post(&format!("{path}/check-in"), Value::Null).await.expect(200);
    assert_eq!((done.at("/state"), done.at("/checked_in_at")), (json!("attended"), json!("2022-03-17T15:05:00Z")));
    let by = done.string("/checked_in_by");
    assert!(by.starts_with("token:") && by.len() == "token:".len() + 36, "{by} for {me}");
    assert_eq!(done.etag(), event.owner.get(&path).await.expect(200).etag());
    // A second scan is harmless, and keeps the time of the first.
    app.pass(chrono::TimeDelta::minutes(1));
    let twice = event.owner.post(&format!("{path}/check-in"), Value::Null).await.expect(200);
    assert_eq!(twice.json(), done.json());
    for _ in 0..2 {
        let undone = event.owner.post(&format!("{path}/undo-check-in"), Value::Null).await.expect(200);
        let is =
            (undone.at("/state"), undone.at("/checked_in_at"), undone.at("/checked_in_by"), undone.at("/revision"));
        assert_eq!(is, (json!("confirmed"), Value::Null, Value::Null, json!(3)));
    }
    let all = [plain("registered"), plain("confirmed"), plain("checked_in"), plain("check_in_undone")];
    assert_eq!(told(&event, &path).await, all);
    let timeline = event.owner.get(&format!("{path}/timeline")).await.expect(200);
    let items = timeline.at("/items");
    let entry = items.as_array().unwrap().iter().find(|entry| entry["what"] == "checked_in").unwrap();
    assert_eq!(entry["actor"], json!(by));
    assert_eq!(app.deliver().await, []);
}

async fn checking_in_needs_a_seat(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    app.deliver().await;
    let both = paths(&event).await;
    let any = event.owner.if_match("*");
    let waiting = any.post(&format!("{}/check-in", both[1]), Value::Null).await;
    assert_eq!(waiting.problem(409, "not_possible_now")["state"], "waitlisted");
    any.post(&format!("{}/undo-check-in", both[1]), Value::Null).await.problem(409, "not_possible_now");
    any.post(&format!("{}/cancel", both[1]), Value::Null).await.expect(200);
    let gone = any.post(&format!("{}/check-in", both[1]), Value::Null).await;
    assert_eq!(gone.problem(409, "not_possible_now")["state"], "cancelled");
    // Whoever is there keeps their seat: it is not cancelled any more.
    any.post(&format!("{}/check-in", both[0]), Value::Null).await.expect(200);
    any.post(&format!("{}/cancel", both[0]), Value::Null).await.problem(409, "not_possible_now");
    any.post(&format!("{}/undo-check-in", both[0]), Value::Null).await.expect(200);
    any.post(&format!("/api/v1/events/{}/cancel", event.id), json!({ "notify": false })).await.expect(200);
    any.post(&format!("{}/check-in", both[0]), Value::Null).await.problem(409, "not_possible_now");
    app.deliver().await;
    assert_eq!(event.states().await[0].1, "confirmed");
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn an_event_is_closed_when_it_is_over(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 3 })).await;
    register(&app, &event, &["Ada", "Bo", "Cy", "Di"]).await;
    app.deliver().await;
    let all = paths(&event).await;
    let close = format!("{}/close", event.registrations);
    event.owner.post(&format!("{}/check-in", all[0]), Value::Null).await.expect(200);
    app.clock().set("2022-03-17T16:29:59Z".parse().unwrap());
    event.owner.post(&close, Value::Null).await.problem(409, "not_possible_now");
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    for count in [2, 0] {
        let closed = event.owner.post(&close, Value::Null).await.expect(200);
        assert_eq!(closed.json(), json!({ "event_id": event.id, "attended": 0, "no_show": count }));
    }
    let states = |states: Vec<(String, String)>| states.into_iter().map(|(_, state)| state).collect::<Vec<_>>();
    assert_eq!(states(event.states().await), ["attended", "no_show", "no_show", "waitlisted"]);
    assert_eq!(told(&event, &all[1]).await, [plain("registered"), plain("confirmed"), plain("no_show")]);
    assert_eq!(told(&event, &all[0]).await, [plain("registered"), plain("confirmed"), plain("checked_in")]);
    let history = event.owner.get(&format!("/api/v1/events/{}/history", event.id)).await.expect(200);
    assert_eq!(history.at("/items/0/action"), json!("registrations_closed"));
    // Somebody was overlooked.
    let late = event.owner.post(&format!("{}/check-in", all[1]), Value::Null).await.expect(200);
    assert_eq!(late.at("/state"), json!("attended"));
    // Or was there without being seen.
    for _ in 0..2 {
        let undone = event.owner.post(&format!("{}/undo-check-in", all[2]), Value::Null).await.expect(200);
        assert_eq!(undone.at("/state"), json!("confirmed"));
    }
    assert_eq!(told(&event, &all[2]).await, [plain("registered"), plain("confirmed"), plain("no_show_undone")]);
    let other = app.other_workspace("second").await;
    app.staff_of(&other, Role::Owner).await.post(&close, Value::Null).await.problem(404, "not_found");
    assert_eq!(app.deliver().await, []);
}

async fn only_some_of_the_staff_check_in(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let path = paths(&event).await.pop().unwrap();
    let other = app.other_workspace("second").await;
    let theirs = app.staff_of(&other, Role::Owner).await;
    for action in ["check-in", "undo-check-in", "resend", "rotate-links"] {
        let path = format!("{path}/{action}");
        app.staff(Role::Viewer).await.post(&path, Value::Null).await.problem(403, "forbidden");
        app.staff(Role::Editor).await.post(&path, Value::Null).await.problem(403, "forbidden");
        app.post(&path, Value::Null).await.problem(401, "unauthenticated");
        theirs.post(&path, Value::Null).await.problem(404, "not_found");
    }
    assert_eq!(event.states().await[0].1, "confirmed");
    assert_eq!(told(&event, &path).await, [plain("registered"), plain("confirmed")]);
}

async fn who_is_checked_in_is_told_what_is_to_come(app: TestApp) {
    let when =
        json!({ "local_start": "2022-03-17T09:00", "local_end": "2022-03-18T17:00", "timezone": "Europe/Berlin" });
    let event = app.open_event(json!({ "when": when })).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    app.deliver().await;
    let path = paths(&event).await.swap_remove(0);
    app.clock().set("2022-03-17T10:00:00Z".parse().unwrap());
    event.owner.post(&format!("{path}/check-in"), Value::Null).await.expect(200);
    let change = async |url: &str| {
        let place = json!({ "virtual_location": { "join_url": url } });
        let any = event.owner.if_match("*");
        any.patch(&format!("/api/v1/events/{}?notify=true", event.id), place).await.expect(200);
        app.deliver().await
    };
    // The second day is still to come.
    let mails = change("https://meet.example.org/j/2").await;
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ada@example.org", "bo@example.org"]);
    for mail in &mails {
        assert!(mail.text.contains("/join/") && mail.text.contains("Your seat is kept"), "{}", mail.text);
        assert_eq!(mail.calendar.as_ref().map(|(method, _)| method.as_str()), Some("REQUEST"));
    }
    let event_path = format!("/api/v1/events/{}", event.id);
    app.clock().set("2022-03-18T17:00:00Z".parse().unwrap());
    let off = json!({ "notify": true, "reason": "For the record" });
    event.owner.if_match("*").post(&format!("{event_path}/cancel"), off).await.expect(200);
    let to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["bo@example.org"], "who was there knows");
}

async fn nobody_has_missed_what_is_still_to_come(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 2 })).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    let first = app.deliver().await;
    let all = paths(&event).await;
    event.owner.post(&format!("{}/check-in", all[1]), Value::Null).await.expect(200);
    app.clock().set("2022-03-18T09:00:00Z".parse().unwrap());
    event.owner.post(&format!("{}/close", event.registrations), Value::Null).await.expect(200);
    let states = async || event.states().await.into_iter().map(|(_, state)| state).collect::<Vec<_>>();
    assert_eq!(states().await, ["no_show", "attended"]);
    // It did not take place then; it will.
    let any = event.owner.if_match("*");
    let april = json!({ "local_start": "2022-04-07T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let path = format!("/api/v1/events/{}", event.id);
    any.patch(&path, json!({ "reminders": [{ "anchor": "start", "offset": "-P1D", "audience": "confirmed" }] }))
        .await
        .expect(200);
    any.post(&format!("{path}/reschedule"), json!({ "when": april, "notify": true })).await.expect(200);
    let mails = app.deliver().await;
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ada@example.org", "bo@example.org"]);
    assert_eq!(states().await, ["confirmed", "attended"]);
    let history = event.owner.get(&format!("{path}/history")).await.expect(200);
    let reopened = (history.at("/items/0/action"), history.at("/items/0/after"));
    assert_eq!(reopened, (json!("registrations_reopened"), json!({ "confirmed": 1 })));
    app.clock().set("2022-04-06T14:00:00Z".parse().unwrap());
    let reminded: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(reminded, ["ada@example.org"]);
    app.post(&format!("{}/cancel", first[0].link("/manage/")), Value::Null).await.expect(200);
    assert_eq!(states().await, ["cancelled", "attended"]);
    let stats = event.owner.get(&format!("{path}/registration-stats")).await.expect(200);
    assert_eq!(stats.at("/seats_taken"), json!(1));
    assert_eq!(app.deliver().await.len(), 1);
}

async fn who_wants_the_recording_is_not_checked_in(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "recording": true } })).await;
    register(&app, &event, &["Ada"]).await;
    let mut bo = person("Bo", "bo@example.org");
    bo["attendance"] = json!("recording");
    app.post(&event.registrations, bo).await.expect(201);
    app.deliver().await;
    let (all, known) = (paths(&event).await, ids(&event).await);
    app.clock().set("2022-03-17T15:05:00Z".parse().unwrap());
    let refused = event.owner.post(&format!("{}/check-in", all[1]), Value::Null).await;
    let why = "They registered for the recording alone.";
    assert_eq!(refused.problem(409, "not_possible_now")["detail"], why);
    let many = json!({ "action": "check_in", "ids": known });
    let answer = event.owner.post(&format!("{}/actions", event.registrations), many).await.expect(200);
    let expected = json!({ "items": [
        { "id": known[0], "result": "done", "state": "attended", "code": null },
        { "id": known[1], "result": "refused", "state": null, "code": "not_possible_now" },
    ] });
    assert_eq!(answer.json(), expected);
    assert_eq!(event.states().await[1].1, "confirmed");
    assert_eq!(told(&event, &all[1]).await, [plain("registered"), plain("confirmed")]);
}
