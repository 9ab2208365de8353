//! What a person changes in their own registration through the API.

use serde_json::{Value, json};

use super::{paths, plain, told};
use crate::support::{OpenEvent, TestApp, person};

both!(
    a_person_changes_what_they_said,
    a_revision_is_made_for_what_was_read,
    every_fault_is_pointed_at,
    it_is_over_with_the_registration,
    old_answers_stay,
);

fn questions() -> Value {
    json!([
        { "key": "why", "label": "Why?", "type": "text", "required": true },
        { "key": "member", "label": "Member?", "type": "boolean" },
    ])
}

async fn ask(event: &OpenEvent, questions: Value) {
    event.owner.if_match("*").put(&format!("/api/v1/events/{}/questions", event.id), questions).await.expect(200);
}

/// An event with questions, and the address of the registration of the one person who answered them.
async fn registered(app: &TestApp) -> (OpenEvent, String) {
    let event = app.open_event(json!({})).await;
    ask(&event, questions()).await;
    let mut ada = person("Ada", "ada@example.org");
    ada["answers"] = json!({ "why": "To learn", "member": false });
    app.post(&event.registrations, ada).await.expect(201);
    let own = app.deliver().await[0].link("/registrations/manage/").to_owned();
    (event, own)
}

async fn a_person_changes_what_they_said(app: TestApp) {
    let (event, own) = registered(&app).await;
    let read = app.get(&own).await.expect(200);
    let token = own.rsplit('/').next().unwrap();
    let base = own.split("/api/").next().unwrap();
    let mut asked = questions();
    asked[1]["required"] = json!(false);
    assert_eq!(read.at("/questions"), asked);
    assert_eq!(read.at("/answers"), json!({ "why": "To learn", "member": false }));
    assert_eq!((read.at("/language"), read.at("/timezone")), (json!("en"), Value::Null));
    assert_eq!(read.string("/links/page"), format!("{base}/registrations/{token}"));
    assert_eq!(read.string("/links/event"), format!("{base}/events/{}", event.id));
    assert_eq!(read.string("/links/calendar"), format!("{base}/calendars/events/{}.ics", event.id));
    let join = read.string("/links/join");
    assert!(join.starts_with(&format!("{base}/join/")) && !join.contains(token), "a token of its own: {join}");
    assert!(!read.text().contains("ada@example.org") && !read.text().contains("meet.example.org"), "{read}");
    app.with("if-none-match", &read.etag()).get(&own).await.expect(304);

    app.pass(chrono::TimeDelta::minutes(1));
    let patch = json!({
        "name": "Ada Lovelace", "organisation": "=City", "timezone": "America/New_York", "language": "de",
        "answers": { "member": true },
    });
    let changed = app.if_match(&read.etag()).patch(&own, patch.clone()).await.expect(200);
    assert_eq!(changed.header("cache-control"), Some("no-store"));
    assert_eq!(
        (changed.string("/name"), changed.string("/organisation")),
        ("Ada Lovelace".to_owned(), "=City".to_owned())
    );
    assert_eq!(changed.at("/answers"), json!({ "why": "To learn", "member": true }));
    assert_eq!(changed.at("/when/reader/local_start"), json!("2022-03-17T11:00:00"));
    let again = app.get(&own).await.expect(200);
    assert_eq!((again.json(), again.etag()), (changed.json(), changed.etag()));
    // Twice is once.
    let twice = app.if_match("*").patch(&own, patch).await.expect(200);
    assert_eq!(twice.etag(), changed.etag());
    let path = paths(&event).await.pop().unwrap();
    let fields = json!(["name", "organisation", "timezone", "language", "answers"]);
    let expected = [plain("registered"), plain("confirmed"), ("changed".to_owned(), fields)];
    assert_eq!(told(&event, &path).await, expected);
    let found = event.owner.get(&format!("{}?q=lovelace+city", event.registrations)).await.expect(200);
    assert_eq!(found.at("/items/0/updated_at"), json!("2022-02-01T09:01:00Z"));
    let nothing = json!({ "organisation": null, "timezone": null, "language": null, "answers": { "member": null } });
    let less = app.if_match("*").patch(&own, nothing).await.expect(200);
    assert_eq!(
        (less.at("/organisation"), less.at("/timezone"), less.at("/language")),
        (Value::Null, Value::Null, json!("en"))
    );
    assert_eq!(less.at("/answers"), json!({ "why": "To learn" }));
    assert_eq!(app.deliver().await, [], "they know what they did");
}

async fn a_revision_is_made_for_what_was_read(app: TestApp) {
    let (event, own) = registered(&app).await;
    let read = app.get(&own).await.expect(200);
    app.patch(&own, json!({ "name": "Eve" })).await.problem(428, "precondition_required");
    let path = paths(&event).await.pop().unwrap();
    event.owner.if_match("*").patch(&path, json!({ "note": "hers" })).await.expect(200);
    app.if_match(&read.etag()).patch(&own, json!({ "name": "Eve" })).await.problem(412, "precondition_failed");
    event.owner.if_match("*").post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    app.if_match("*").patch(&own, json!({ "name": "Eve" })).await.problem(410, "link_revoked");
    let unknown = own.replace(own.rsplit('/').next().unwrap(), &"A".repeat(64));
    app.if_match("*").patch(&unknown, json!({ "name": "Eve" })).await.problem(404, "not_found");
    let row = event.owner.get(&path).await.expect(200);
    assert_eq!((row.at("/name"), row.at("/note")), (json!("Ada"), json!("hers")));
    app.deliver().await;
}

async fn every_fault_is_pointed_at(app: TestApp) {
    let (event, own) = registered(&app).await;
    let any = app.if_match("*");
    let before = event.owner.get(&event.registrations).await.expect(200).json();
    for (patch, faults) in [
        (json!({ "email": "eve@example.org" }), [("/email", "field_unknown")]),
        (json!({ "note": "mine" }), [("/note", "field_unknown")]),
        (json!({ "state": "attended" }), [("/state", "field_unknown")]),
        (json!({ "name": null }), [("/name", "field_required")]),
        (json!({ "answers": { "why": null } }), [("/answers/why", "field_required")]),
        (json!({ "answers": { "why": " " } }), [("/answers/why", "field_required")]),
        (json!({ "answers": null }), [("/answers/why", "field_required")]),
        (json!({ "answers": { "member": "yes" } }), [("/answers/member", "field_type")]),
        (json!({ "answers": { "shoe/size": 42 } }), [("/answers/shoe~1size", "field_unknown")]),
    ] {
        any.patch(&own, patch).await.faults(&faults);
    }
    let all = json!({
        "name": "Eve\r\nBcc: all@example.org", "organisation": " ", "timezone": "CET", "language": "English",
        "answers": { "why": "a\u{7}" },
    });
    any.patch(&own, all).await.faults(&[
        ("/name", "text_invalid"),
        ("/organisation", "text_invalid"),
        ("/language", "language_invalid"),
        ("/timezone", "timezone_abbreviation"),
        ("/answers/why", "text_invalid"),
    ]);
    assert_eq!(event.owner.get(&event.registrations).await.expect(200).json(), before);
}

async fn old_answers_stay(app: TestApp) {
    let (event, own) = registered(&app).await;
    let new = json!([
        { "key": "member", "label": "Member of what?", "type": "text" },
        { "key": "shoe", "label": "Shoe size", "type": "text", "required": true },
    ]);
    ask(&event, new).await;
    let any = app.if_match("*");
    let kept = json!({ "why": "To learn", "member": false });
    // Nobody has to answer what they were not asked, and what they said to something else stays.
    let renamed = any.patch(&own, json!({ "name": "Ada Lovelace" })).await.expect(200);
    assert_eq!(renamed.at("/answers"), kept);
    any.patch(&own, json!({ "answers": { "why": "Other" } })).await.faults(&[("/answers/why", "field_unknown")]);
    any.patch(&own, json!({ "answers": { "member": true } })).await.faults(&[("/answers/member", "field_type")]);
    let answered =
        any.patch(&own, json!({ "answers": { "member": "UCLG", "shoe": "42", "why": null } })).await.expect(200);
    assert_eq!(answered.at("/answers"), json!({ "member": "UCLG", "shoe": "42" }));
    any.patch(&own, json!({ "answers": { "shoe": null } })).await.faults(&[("/answers/shoe", "field_required")]);
}

async fn it_is_over_with_the_registration(app: TestApp) {
    let (event, own) = registered(&app).await;
    app.post(&format!("{own}/cancel"), Value::Null).await.expect(200);
    let refused = app.if_match("*").patch(&own, json!({ "name": "Eve" })).await;
    assert_eq!(refused.problem(409, "not_possible_now")["state"], "cancelled");
    let shown = app.get(&own).await.expect(200);
    assert_eq!((shown.at("/name"), shown.at("/links/join")), (json!("Ada"), Value::Null));
    assert_eq!(event.states().await.len(), 1);
    app.deliver().await;
}
