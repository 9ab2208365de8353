//! Answers to the questions of a form.

use serde_json::{Value, json};

use crate::support::{OpenEvent, TestApp, person};

both!(answers_are_stored_as_sent, every_wrong_answer_is_pointed_at, old_answers_outlive_their_question);

fn questions() -> Value {
    let options = json!([{ "value": "a", "label": "A" }, { "value": "b/c", "label": "B or C" }]);
    json!([
        { "key": "why", "label": "Why?", "type": "long_text", "required": true },
        { "key": "role", "label": "Role", "type": "text", "max_length": 30 },
        { "key": "track", "label": "Track", "type": "choice", "options": options, "required": true },
        { "key": "days", "label": "Days", "type": "multi_choice", "options": options },
        { "key": "member", "label": "Member?", "type": "boolean", "required": true },
        { "key": "second", "label": "Second address", "type": "email" },
        { "key": "phone", "label": "Telephone", "type": "phone" },
        { "key": "country", "label": "Country", "type": "country" },
    ])
}

async fn ask(event: &OpenEvent, questions: Value) {
    let path = format!("/api/v1/events/{}/questions", event.id);
    event.owner.if_match("*").put(&path, questions).await.expect(200);
}

fn answering(email: &str, answers: Value) -> Value {
    let mut body = person("=cmd|'/c calc'!A1", email);
    body["answers"] = answers;
    body
}

async fn answers_are_stored_as_sent(app: TestApp) {
    let event = app.open_event(json!({})).await;
    ask(&event, questions()).await;
    let whole = json!({
        "why": "=HYPERLINK(\"https://evil.example\")\r\n\tبرلين 🎉 ", "role": "<script>alert(1)</script>", "track": "b/c",
        "days": ["b/c", "a"], "member": false, "second": "Second@Example.org", "phone": "+46 (0)46 359-50 00",
        "country": "SE",
    });
    let least =
        json!({ "why": "x", "track": "a", "member": true, "role": "", "days": [], "phone": null, "country": "nl" });
    for (email, answers) in [("whole@example.org", &whole), ("least@example.org", &least)] {
        app.post(&event.registrations, answering(email, answers.clone())).await.expect(201);
    }
    let rows = event.owner.get(&event.registrations).await.expect(200);
    // But for a country, whose code is the same however it is written.
    let mut kept = least;
    kept["country"] = json!("NL");
    assert_eq!((rows.at("/items/0/answers"), rows.at("/items/1/answers")), (whole, kept));
    assert_eq!(rows.at("/items/0/name"), "=cmd|'/c calc'!A1");
    app.deliver().await;
    // Nobody else reads them.
    let public = app.get(&format!("/api/v1/events/{}/registration-form", event.id)).await.expect(200);
    assert!(!public.text().contains("HYPERLINK") && !public.text().to_lowercase().contains("second@example.org"));
}

async fn every_wrong_answer_is_pointed_at(app: TestApp) {
    let event = app.open_event(json!({})).await;
    ask(&event, questions()).await;
    let wrong = json!({
        "shoe/size": 42, "why": " \r\n", "role": "Eve\r\nBcc: all@example.org", "track": "A", "days": ["a", "z", "a"],
        "second": "ada@example.org\r\nBcc: all@example.org", "phone": "javascript:12345", "country": "UK",
    });
    let faults = [
        ("/answers/shoe~1size", "field_unknown"),
        ("/answers/why", "field_required"),
        ("/answers/role", "text_invalid"),
        ("/answers/track", "field_type"),
        ("/answers/days/1", "field_type"),
        ("/answers/days/2", "field_type"),
        ("/answers/member", "field_required"),
        ("/answers/second", "email_invalid"),
        ("/answers/phone", "phone_invalid"),
        ("/answers/country", "field_type"),
    ];
    let answer = app.post(&event.registrations, answering("ada@example.org", wrong.clone())).await;
    answer.faults(&faults);
    let body = answer.json();
    assert_eq!(body["errors"][3]["candidates"], json!(["a", "b/c"]));

    // What is wrong elsewhere is said at once.
    let mut both = answering("ada@example.org", wrong);
    both["name"] = json!(" ");
    let all: Vec<(&str, &str)> = [("/name", "text_invalid")].into_iter().chain(faults).collect();
    app.post(&event.registrations, both).await.faults(&all);
    let types = json!({ "why": 1, "role": ["a"], "track": true, "days": "a", "member": "yes" });
    app.post(&event.registrations, answering("ada@example.org", types)).await.faults(&[
        ("/answers/why", "field_type"),
        ("/answers/role", "field_type"),
        ("/answers/track", "field_type"),
        ("/answers/days", "field_type"),
        ("/answers/member", "field_type"),
    ]);
    let list = json!({ "name": "Ada", "email": "ada@example.org", "consent": true, "answers": ["x"] });
    app.post(&event.registrations, list).await.problem(422, "field_type");
    assert_eq!(event.states().await, []);
}

async fn old_answers_outlive_their_question(app: TestApp) {
    let event = app.open_event(json!({})).await;
    ask(
        &event,
        json!([{ "key": "size", "label": "Size", "type": "text" }, { "key": "why", "label": "Why?", "type": "text" }]),
    )
    .await;
    let old = json!({ "size": "large", "why": "because" });
    app.post(&event.registrations, answering("ada@example.org", old.clone())).await.expect(201);
    // One is of another type now, the other one gone.
    ask(&event, json!([{ "key": "size", "label": "Size?", "type": "boolean", "required": true }])).await;
    let new = json!({ "size": true });
    app.post(&event.registrations, answering("bo@example.org", old.clone()))
        .await
        .faults(&[("/answers/why", "field_unknown"), ("/answers/size", "field_type")]);
    app.post(&event.registrations, answering("bo@example.org", new.clone())).await.expect(201);
    let rows = event.owner.get(&event.registrations).await.expect(200);
    assert_eq!((rows.at("/items/0/answers"), rows.at("/items/1/answers")), (old, new));
    app.deliver().await;
}
