use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{paths, plain, register, told};
use crate::support::TestApp;

both!(
    a_cancellation_by_the_staff_is_remembered,
    links_are_replaced,
    links_are_replaced_at_every_event_of_the_workspace,
    one_key_sends_once,
    what_a_person_has_is_sent_again,
    what_is_over_is_not_sent_again,
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

async fn what_is_over_is_not_sent_again(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let path = paths(&event).await.pop().unwrap();
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    event.owner.post(&format!("{path}/resend"), Value::Null).await.problem(409, "not_possible_now");
    assert_eq!(app.deliver().await, []);
    assert_eq!(told(&event, &path).await, [plain("registered"), plain("confirmed")]);
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
    let own = |mail: &crate::support::Mail| mail.link("/registrations/manage/").to_owned();
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
