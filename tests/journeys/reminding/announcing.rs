//! What the staff write to those who registered.

use chrono::TimeDelta;
use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{all, deliver_at, register_all, told};
use crate::support::{TestApp, person};

both!(
    a_test_goes_to_who_asks_for_it,
    an_announcement_reaches_those_it_is_for,
    an_announcement_says_what_fits_and_not_too_often,
    the_answer_says_how_many_are_reached,
    who_moves_up_meanwhile_was_meant,
);

const TEXT: &str = "We begin <b>early</b>.\r\n\r\n{{ 7 * 7 }} & “more”\nSecond line";

async fn an_announcement_reaches_those_it_is_for(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 2 })).await;
    let mails = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    let path = format!("/api/v1/events/{}/announcements", event.id);
    let made = event.owner.post(&path, json!({ "subject": "News: <i>early</i>", "text": TEXT })).await.expect(201);
    // Who comes in after it was written does not get it; who leaves before it is sent does not either.
    let bo = mails.iter().find(|mail| mail.to == "bo@example.org").unwrap();
    app.pass(TimeDelta::seconds(1));
    app.post(&format!("{}/cancel", bo.link("/manage/")), Value::Null).await.expect(200);
    let sent = app.deliver().await;
    let news: Vec<_> = sent.iter().filter(|mail| mail.subject == "News: <i>early</i>").collect();
    let [mail] = news[..] else { panic!("one mail, not {sent:?}") };
    assert_eq!(mail.to, "ada@example.org");
    let text = mail.text.replace("\r\n", "\n");
    assert!(text.contains("\n\nWe begin <b>early</b>.\n\n{{ 7 * 7 }} & “more”\nSecond line\n\n"), "{text}");
    assert!(
        mail.html.contains("We begin &lt;b&gt;early&lt;/b&gt;.") && !mail.html.contains("<b>early"),
        "{}",
        mail.html
    );
    assert_eq!(mail.header("list-unsubscribe-post"), Some("List-Unsubscribe=One-Click"));
    let read = event.owner.get(&format!("/api/v1/announcements/{}", made.id())).await.expect(200);
    let counts = |value: &Value| ["queued", "sent", "skipped", "failed"].map(|name| value[name].as_i64().unwrap());
    assert_eq!(counts(&read.json()), [0, 1, 1, 0]);

    // Another one, to those who wait and those who are in; one of them wants none.
    let stop = mail.link("/unsubscribe/").to_owned();
    app.send(Method::POST, &stop, None).await.expect(200);
    app.pass(TimeDelta::minutes(5));
    app.post(&event.registrations, person("dee", "dee@example.org")).await.expect(201);
    app.post(&event.registrations, person("eve", "eve@example.org")).await.expect(201);
    app.deliver().await;
    let body =
        json!({ "subject": "Again", "text": "x", "audience": ["waitlisted", "confirmed", "offered", "waitlisted"] });
    let second = event.owner.post(&path, body).await.expect(201);
    assert_eq!(second.at("/audience"), json!(["confirmed", "waitlisted", "offered"]));
    assert_eq!(told(&app.deliver().await), all(&["cy", "dee", "eve"], "Again"));
    let list = event.owner.get(&path).await.expect(200).json();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.iter().map(counts).collect::<Vec<_>>(), [[0, 3, 1, 0], [0, 1, 1, 0]]);
    assert_eq!((&items[0]["subject"], &items[1]["id"]), (&json!("Again"), &json!(made.id())));
    let first = event.owner.get(&format!("{path}?limit=1")).await.expect(200).json();
    let next = event.owner.get(&format!("{path}?limit=1&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!(next.expect(200).at("/items/0/id"), json!(made.id()));
    app.leave_scheduled("the end of the offer");
}

async fn an_announcement_says_what_fits_and_not_too_often(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register_all(&app, &event, &["ada"]).await;
    let path = format!("/api/v1/events/{}/announcements", event.id);
    let post = async |body: Value| event.owner.post(&path, body).await;
    post(json!({ "subject": "a\r\nBcc: x@example.org", "text": "x" })).await.faults(&[("/subject", "text_invalid")]);
    post(json!({ "subject": "a", "text": " \n" })).await.faults(&[("/text", "text_invalid")]);
    post(json!({ "subject": "a", "text": "x".repeat(10_001) })).await.faults(&[("/text", "text_invalid")]);
    post(json!({ "subject": "a", "text": "x", "audience": [] })).await.faults(&[("/audience", "field_required")]);
    for over in ["pending_verification", "cancelled", "rejected", "expired"] {
        let body = json!({ "subject": "a", "text": "x", "audience": ["confirmed", over] });
        post(body).await.faults(&[("/audience/1", "invalid")]);
    }
    let viewer = app.staff(Role::Viewer).await;
    viewer.post(&path, json!({ "subject": "a", "text": "x" })).await.problem(403, "forbidden");
    // The same request again has no second effect.
    let keyed = event.owner.keyed("one");
    let first = keyed.post(&path, json!({ "subject": "a", "text": "x" })).await.expect(201);
    let again = keyed.post(&path, json!({ "subject": "a", "text": "x" })).await.expect(201);
    assert_eq!(first.id(), again.id());
    assert_eq!(told(&app.deliver().await), all(&["ada"], "a"));
    app.pass(TimeDelta::minutes(1));
    let soon = post(json!({ "subject": "b", "text": "x", "audience": ["waitlisted", "attended"] })).await;
    assert_eq!(soon.problem(429, "rate_limited")["not_before"], "2022-02-01T09:05:00Z");
    assert_eq!(soon.header("retry-after"), Some("241"));
    // Who was not written to need not wait.
    post(json!({ "subject": "c", "text": "x", "audience": ["waitlisted", "offered"] })).await.expect(201);
    assert_eq!(app.deliver().await, []);
    app.pass(TimeDelta::minutes(4));
    post(json!({ "subject": "b", "text": "x" })).await.expect(201);
    assert_eq!(told(&deliver_at(&app, "2022-02-01T10:00:00Z").await), all(&["ada"], "b"));
}

const MEMBER: &str = "wessel@example.org";

async fn a_test_goes_to_who_asks_for_it(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register_all(&app, &event, &["ada", "bo"]).await;
    app.member(MEMBER, Role::Organiser, Some("correct horse battery")).await;
    let signed_in = json!({ "email": MEMBER, "password": "correct horse battery" });
    let token = app.post("/api/v1/auth/login", signed_in).await.expect(200).string("/token");
    let member = app.bearing(&token);
    event.owner.if_match("*").patch("/api/v1/workspaces/demo", json!({ "language": "de" })).await.expect(200);

    let path = format!("/api/v1/events/{}/announcements", event.id);
    let body = json!({ "subject": "News: <i>early</i>", "text": TEXT, "test_to_me": true });
    for _ in 0..2 {
        let tried = member.post(&path, body.clone()).await.expect(202);
        assert_eq!(tried.json(), json!({ "recipients": 2, "unsubscribed": 0, "suppressed": 0 }));
        let mails = app.deliver().await;
        let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), (MEMBER, "News: <i>early</i>"));
        let text = mail.text.replace("\r\n", "\n");
        assert!(text.contains("\n\nWe begin <b>early</b>.\n\n{{ 7 * 7 }} & “more”\nSecond line\n\n"), "{text}");
        assert!(text.contains("Guten Tag") && text.contains("17. März 2022, 16:00"), "{text}");
        // A member has no registration to see, and nothing to unsubscribe from.
        assert_eq!((mail.links(), mail.header("list-unsubscribe")), (Vec::<&str>::new(), None));
        assert!(!mail.html.contains("href=") && !mail.html.contains("<b>early"), "{}", mail.html);
    }
    assert_eq!(event.owner.get(&path).await.expect(200).at("/items"), json!([]), "nothing was announced");
    let faulty = json!({ "subject": "a", "text": " ", "test_to_me": true });
    member.post(&path, faulty).await.faults(&[("/text", "text_invalid")]);
    // An application has no address.
    event.owner.post(&path, body).await.faults(&[("/test_to_me", "invalid")]);
    member.post(&path, json!({ "subject": "a", "text": "x" })).await.expect(201);
    assert_eq!(told(&app.deliver().await), all(&["ada", "bo"], "a"));
}

async fn the_answer_says_how_many_are_reached(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 4 })).await;
    let mails = register_all(&app, &event, &["ada", "bo", "cy", "dee", "eve"]).await;
    let of = |name: &str| mails.iter().find(|mail| mail.to == format!("{name}@example.org")).unwrap();
    let path = format!("/api/v1/events/{}/announcements", event.id);
    let counts = |value: &Value| {
        ["recipients", "unsubscribed", "suppressed", "queued", "sent", "skipped", "failed"]
            .map(|name| value[name].as_i64().unwrap())
    };
    let first = event.owner.post(&path, json!({ "subject": "a", "text": "x" })).await.expect(201);
    assert_eq!(counts(&first.json()), [4, 0, 0, 0, 0, 0, 0]);
    let sent = app.deliver().await;
    assert_eq!(told(&sent), all(&["ada", "bo", "cy", "dee"], "a"));
    // One wants none, one cannot be written to, one leaves.
    let stop = sent.iter().find(|mail| mail.to == "bo@example.org").unwrap().link("/unsubscribe/").to_owned();
    app.send(Method::POST, &stop, None).await.expect(200);
    event.owner.post("/api/v1/mail/suppressions", json!({ "email": "Cy@Example.org" })).await.expect(201);
    app.post(&format!("{}/cancel", of("dee").link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    app.pass(TimeDelta::minutes(5));
    let body = json!({ "subject": "b", "text": "x", "audience": ["confirmed", "offered"] });
    let second = event.owner.post(&path, body).await.expect(201);
    assert_eq!(counts(&second.json()), [2, 1, 1, 0, 0, 0, 0]);
    assert_eq!(told(&app.deliver().await), all(&["ada", "eve"], "b"));
    let read = event.owner.get(&format!("/api/v1/announcements/{}", second.id())).await.expect(200);
    assert_eq!(counts(&read.json()), [2, 1, 1, 0, 2, 1, 1]);
    let list = event.owner.get(&path).await.expect(200).json();
    let items: Vec<_> = list["items"].as_array().unwrap().iter().map(counts).collect();
    assert_eq!(items, [[2, 1, 1, 0, 2, 1, 1], [4, 0, 0, 0, 4, 0, 0]]);
    app.leave_scheduled("the end of the offer");
}

async fn who_moves_up_meanwhile_was_meant(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let mails = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    let manage = |name: &str| {
        let own = mails.iter().find(|mail| mail.to == format!("{name}@example.org")).unwrap();
        own.link("/manage/").to_owned()
    };
    let path = format!("/api/v1/events/{}/announcements", event.id);
    let body = json!({ "subject": "a", "text": "x", "audience": ["waitlisted"] });
    let made = event.owner.post(&path, body).await.expect(201);
    assert_eq!(made.at("/recipients"), json!(2));
    // Before any of it is sent, one of them gets a seat.
    app.pass(TimeDelta::seconds(1));
    app.post(&format!("{}/cancel", manage("ada")), Value::Null).await.expect(200);
    app.post(&format!("{}/accept-offer", manage("bo")), Value::Null).await.expect(200);
    let sent = app.deliver().await;
    let news: Vec<_> = told(&sent).into_iter().filter(|(_, subject)| subject == "a").collect();
    assert_eq!(news, all(&["bo", "cy"], "a"));
    let read = event.owner.get(&format!("/api/v1/announcements/{}", made.id())).await.expect(200);
    assert_eq!((read.at("/recipients"), read.at("/sent")), (json!(2), json!(2)));
    app.leave_scheduled("the end of the offer, and of the event for which Cy waits");
}
