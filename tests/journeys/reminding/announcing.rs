//! What the staff write to those who registered.

use chrono::TimeDelta;
use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{all, deliver_at, register_all, told};
use crate::support::{TestApp, person};

both!(an_announcement_reaches_those_it_is_for, an_announcement_says_what_fits_and_not_too_often);

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
    assert_eq!(counts(&read.json()), [0, 1, 0, 0]);

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
    assert_eq!(items.iter().map(counts).collect::<Vec<_>>(), [[0, 3, 1, 0], [0, 1, 0, 0]]);
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
    post(json!({ "subject": "b", "text": "x" })).await.problem(429, "rate_limited");
    app.pass(TimeDelta::minutes(5));
    post(json!({ "subject": "b", "text": "x" })).await.expect(201);
    assert_eq!(told(&deliver_at(&app, "2022-02-01T10:00:00Z").await), all(&["ada"], "b"));
}
