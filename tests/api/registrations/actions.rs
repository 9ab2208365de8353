use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{paths, plain, register, told};
use crate::support::{Mail, TestApp};

both!(
    a_cancellation_by_the_staff_is_remembered,
    links_are_replaced,
    links_are_replaced_at_every_event_of_the_workspace,
    one_key_sends_once,
    what_a_person_has_is_sent_again,
    what_is_off_is_not_sent_again,
    what_is_over_is_sent_again_to_who_may_look_back,
    what_is_postponed_is_not_over,
    who_is_cancelled_by_the_staff_reads_why,
);

async fn what_a_person_has_is_sent_again(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 2 })).await;
    register(&app, &event, &["Ada", "Bo", "Cy", "Di"]).await;
    let first = app.deliver().await;
    let all = paths(&event).await;
    event.owner.if_match("*").post(&format!("{}/cancel", all[1]), Value::Null).await.expect(200);
    app.deliver().await;
    // A seat, the end of one, an offer, a place in the queue.
    event.owner.post(&format!("{}/resend", all[1]), Value::Null).await.problem(409, "not_possible_now");
    for path in [&all[0], &all[2], &all[3]] {
        let before = event.owner.get(path).await.expect(200);
        let sent = event.owner.post(&format!("{path}/resend"), Value::Null).await.expect(200);
        assert_eq!((sent.json(), sent.etag()), (before.json(), before.etag()));
    }
    let mails = app.deliver().await;
    let to: Vec<(&str, bool)> = mails.iter().map(|mail| (mail.to.as_str(), mail.calendar.is_some())).collect();
    assert_eq!(to, [("ada@example.org", true), ("cy@example.org", false), ("di@example.org", false)]);
    assert_eq!(mails[0].subject, first[0].subject);
    assert_eq!(mails[0].link("/registrations/manage/"), first[0].link("/registrations/manage/"));
    assert_eq!(mails[2].subject, first[3].subject);

    app.pass(TimeDelta::minutes(5) - TimeDelta::microseconds(1));
    let soon = event.owner.post(&format!("{}/resend", all[0]), Value::Null).await;
    assert_eq!(soon.problem(429, "rate_limited")["not_before"], "2022-02-01T09:09:00Z");
    assert_eq!(soon.header("retry-after"), Some("1"));
    app.pass(TimeDelta::microseconds(1));
    event.owner.post(&format!("{}/resend", all[0]), Value::Null).await.expect(200);
    assert_eq!(app.deliver().await.len(), 1);
    let resent = told(&event, &all[0]).await;
    assert_eq!(resent, [plain("registered"), plain("confirmed"), plain("resent"), plain("resent")]);
    app.leave_scheduled("the end of the offer");
}

async fn what_is_off_is_not_sent_again(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    app.deliver().await;
    let all = paths(&event).await;
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    // Before anybody has looked after the queue: who waited has nothing any more.
    event.owner.post(&format!("{}/resend", all[1]), Value::Null).await.problem(409, "not_possible_now");
    assert_eq!(app.deliver().await, []);
    let off = json!({ "notify": false });
    event.owner.if_match("*").post(&format!("/api/v1/events/{}/cancel", event.id), off).await.expect(200);
    event.owner.post(&format!("{}/resend", all[0]), Value::Null).await.problem(409, "not_possible_now");
    assert_eq!(app.deliver().await, []);
    assert_eq!(told(&event, &all[0]).await, [plain("registered"), plain("confirmed")]);
}

/// Whether a mail is one for after the event: the links to what there is to see, and no entry.
#[track_caller]
fn assert_looks_back(mail: &Mail, to: &str) {
    let said = (mail.to.as_str(), mail.subject.split(':').next().unwrap(), mail.calendar.is_none());
    assert_eq!(said, (to, "Your links", true));
    for part in [&mail.text, &mail.html] {
        assert!(
            part.contains("The event is over.") && !part.contains("/calendars/events/") && !part.contains("seat"),
            "{part}"
        );
        assert!(!part.contains("meet.example.org") && !part.contains("294857"), "{part}");
    }
}

async fn what_is_over_is_sent_again_to_who_may_look_back(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    let first = app.deliver().await;
    let all = paths(&event).await;
    event.owner.post(&format!("{}/check-in", all[0]), Value::Null).await.expect(200);
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    event.owner.post(&format!("{}/close", event.registrations), Value::Null).await.expect(200);
    let slides = json!({
        "kind": "slides", "title": "Slides", "url": "https://files.example.org/1.pdf", "visibility": "registrants",
    });
    event.owner.post(&format!("/api/v1/events/{}/materials", event.id), slides).await.expect(201);
    let seen = async |mail: &Mail| app.get(&format!("{}/materials", mail.link("/manage/"))).await;
    for (index, to) in [(0, "ada@example.org"), (1, "bo@example.org")] {
        event.owner.post(&format!("{}/resend", all[index]), Value::Null).await.expect(200);
        let mails = app.deliver().await;
        assert_eq!(mails.len(), 1);
        assert_looks_back(&mails[0], to);
        assert_eq!(mails[0].link("/manage/"), first[index].link("/manage/"));
        // Whose links were replaced has no others than those that are sent now.
        event.owner.post(&format!("{}/rotate-links", all[index]), Value::Null).await.expect(200);
        seen(&first[index]).await.problem(410, "link_revoked");
        let mails = app.deliver().await;
        assert_eq!(mails.len(), 1);
        assert_looks_back(&mails[0], to);
        assert_eq!(seen(&mails[0]).await.expect(200).at("/items/0/title"), "Slides");
    }
    event.owner.if_match("*").patch(&all[0], json!({ "email": "ada@example.net" })).await.expect(200);
    let mails = app.deliver().await;
    assert_eq!(mails.len(), 1);
    assert_looks_back(&mails[0], "ada@example.net");
    seen(&mails[0]).await.expect(200);
}

async fn what_is_postponed_is_not_over(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    let first = app.deliver().await;
    let all = paths(&event).await;
    let quietly = json!({ "notify": false });
    event.owner.if_match("*").post(&format!("/api/v1/events/{}/postpone", event.id), quietly).await.expect(200);
    app.deliver().await;
    app.clock().set("2022-04-01T09:00:00Z".parse().unwrap());
    app.deliver().await;
    for (index, path) in all.iter().enumerate() {
        event.owner.post(&format!("{path}/resend"), Value::Null).await.expect(200);
        let again = app.deliver().await;
        assert_eq!((again.len(), &again[0].to, &again[0].subject), (1, &first[index].to, &first[index].subject));
        event.owner.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
        let rotated = app.deliver().await;
        assert_eq!((rotated.len(), &rotated[0].subject), (1, &first[index].subject));
        app.get(first[index].link("/manage/")).await.problem(410, "link_revoked");
        app.get(rotated[0].link("/manage/")).await.expect(200);
    }
    app.leave_scheduled("the look at who waits, a day later");
}

async fn who_is_cancelled_by_the_staff_reads_why(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada", "Bo", "Cy"]).await;
    let first = app.deliver().await;
    let all = paths(&event).await;
    let any = event.owner.if_match("*");
    let cancel = format!("{}/cancel", all[0]);
    any.post(&cancel, json!({ "reason": "a\nb" })).await.faults(&[("/reason", "text_invalid")]);
    any.post(&cancel, json!({ "why": "x" })).await.faults(&[("/why", "field_unknown")]);
    any.post(&cancel, json!({ "reason": "The room is <too> small" })).await.expect(200);
    let ids: Vec<&str> = all[1].rsplit('/').take(1).collect();
    let many = json!({ "action": "cancel", "ids": ids, "reason": "Double <booking>" });
    event.owner.post(&format!("{}/actions", event.registrations), many).await.expect(200);
    app.post(&format!("{}/cancel", first[2].link("/manage/")), Value::Null).await.expect(200);
    let mails = app.deliver().await;
    let [ada, bo, cy] = mails.as_slice() else { panic!("three mails, not {mails:?}") };
    let said =
        |mail: &Mail, reason: &str| mail.text.replace("\r\n", "\n").contains(&format!("\nReason:\n  {reason}\n"));
    assert!(said(ada, "The room is <too> small") && ada.html.contains("The room is &lt;too&gt; small"), "{}", ada.text);
    assert!(said(bo, "Double <booking>") && bo.html.contains("Double &lt;booking&gt;"), "{}", bo.text);
    assert!(!cy.text.contains("Reason") && !cy.html.contains("Reason"), "{}", cy.text);
    for (path, reason) in [(&all[0], "The room is <too> small"), (&all[1], "Double <booking>")] {
        let timeline = event.owner.get(&format!("{path}/timeline")).await.expect(200).json();
        let entries = timeline["items"].as_array().unwrap().iter().filter(|entry| !entry["reason"].is_null());
        let entries: Vec<(&Value, &Value)> = entries.map(|entry| (&entry["what"], &entry["reason"])).collect();
        assert_eq!(entries, [(&json!("cancelled"), &json!(reason))]);
    }
}

async fn links_are_replaced(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    let old = app.deliver().await.pop().unwrap();
    let path = paths(&event).await.pop().unwrap();
    let rotated = event.owner.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    assert_eq!((rotated.at("/state"), rotated.at("/revision")), (json!("confirmed"), json!(2)));
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_ne!(mail.link("/registrations/manage/"), old.link("/registrations/manage/"));
    app.get(old.link("/registrations/manage/")).await.problem(410, "link_revoked");
    app.get(mail.link("/registrations/manage/")).await.expect(200);
    assert_eq!(told(&event, &path).await, [plain("registered"), plain("confirmed"), plain("links_rotated")]);
    event.owner.if_match("*").post(&format!("{path}/cancel"), Value::Null).await.expect(200);
    app.deliver().await;
    event.owner.post(&format!("{path}/rotate-links"), Value::Null).await.problem(409, "not_possible_now");
    assert_eq!(app.deliver().await, []);
}

async fn one_key_sends_once(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let path = paths(&event).await.pop().unwrap();
    let keyed = event.owner.keyed("once");
    let first = keyed.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    let again = keyed.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    assert_eq!((again.json(), again.header("idempotency-replayed")), (first.json(), Some("true")));
    assert_eq!(app.deliver().await.len(), 1);
    keyed.post(&format!("{path}/resend"), Value::Null).await.problem(422, "idempotency_key_reused");
}

async fn a_cancellation_by_the_staff_is_remembered(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let path = paths(&event).await.pop().unwrap();
    let stale = event.owner.get(&path).await.expect(200).etag();
    event.owner.if_match("*").patch(&path, json!({ "note": "x" })).await.expect(200);
    event.owner.if_match(&stale).post(&format!("{path}/cancel"), Value::Null).await.problem(412, "precondition_failed");
    for _ in 0..2 {
        event.owner.if_match("*").post(&format!("{path}/cancel"), Value::Null).await.expect(200);
    }
    assert_eq!(app.deliver().await.len(), 1);
    let changed = ("changed".to_owned(), json!(["note"]));
    let expected = [plain("registered"), plain("confirmed"), plain("ended"), changed, plain("cancelled")];
    assert_eq!(told(&event, &path).await, expected);
}

async fn links_are_replaced_at_every_event_of_the_workspace(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let second = app.open_event(json!({})).await;
    let left = app.open_event(json!({})).await;
    for open in [&event, &second, &left] {
        register(&app, open, &["Ada", "Bo"]).await;
    }
    let own = |mail: &Mail| mail.link("/registrations/manage/").to_owned();
    let old: Vec<String> = app.deliver().await.iter().filter(|mail| mail.to.starts_with("ada")).map(own).collect();
    let gone = paths(&left).await.remove(0);
    event.owner.if_match("*").post(&format!("{gone}/cancel"), Value::Null).await.expect(200);
    app.deliver().await;
    let path = paths(&event).await.remove(0);
    event.owner.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    // Also that of what has ended, which shows and exports as much; nobody is told of that one.
    for link in &old {
        app.get(link).await.problem(410, "link_revoked");
    }
    let mails = app.deliver().await;
    assert!(mails.iter().all(|mail| mail.to == "ada@example.org" && mail.calendar.is_some()), "{mails:?}");
    let new: Vec<String> = mails.iter().map(own).collect();
    let mut events = Vec::new();
    for link in &new {
        events.push(app.get(link).await.expect(200).string("/event_id"));
    }
    assert_eq!(events, [event.id.clone(), second.id.clone()]);
    for path in [path, paths(&second).await.remove(0), gone] {
        let last = told(&event, &path).await.pop();
        assert_eq!(last, Some(plain("links_rotated")));
    }
    // Another person's stay.
    let other = paths(&second).await.remove(1);
    assert_eq!(told(&event, &other).await, [plain("registered"), plain("confirmed")]);
}
