//! Setting up a form.

use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, person};

both!(
    a_form_comes_along_with_a_copy,
    a_form_is_set_and_read,
    a_question_has_to_fit,
    a_text_is_consented_to_in_its_version,
    the_form_of_a_draft_is_for_the_staff,
);

fn questions() -> Value {
    json!([
        { "key": "why", "label": "Why do you come?", "help": "A line\nor two", "type": "long_text", "required": true },
        {
            "key": "meal", "label": "Meal", "type": "choice", "required": false,
            "options": [{ "value": "meat", "label": "Meat" }, { "value": "vegan", "label": "Vegan" }],
        },
        { "key": "badge", "label": "Name on your badge", "type": "text", "required": false, "max_length": 20 },
    ])
}

async fn a_form_is_set_and_read(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "verification": true, "recording": true } })).await;
    let (form, path) =
        (format!("/api/v1/events/{}/registration-form", event.id), format!("/api/v1/events/{}/questions", event.id));
    let empty = app.get(&form).await.expect(200);
    for (member, value) in [
        ("is_open", json!(true)),
        ("verification", json!(true)),
        ("approval", json!(false)),
        ("recording", json!(true)),
        ("required", json!(["name", "email", "consent"])),
        ("questions", json!([])),
        ("consent_text", Value::Null),
        ("consent_version", json!(0)),
        ("revision", json!(0)),
    ] {
        assert_eq!(empty.json()[member], value, "{member}");
    }
    event.owner.put(&path, questions()).await.problem(428, "precondition_required");
    let set = event.owner.if_match(&empty.etag()).put(&path, questions()).await.expect(200);
    assert_eq!((set.at("/questions"), set.at("/revision")), (questions(), json!(1)));
    let read = app.get(&form).await.expect(200);
    assert_eq!((read.json(), read.etag()), (set.json(), set.etag()));
    event.owner.if_match(&empty.etag()).put(&path, json!([])).await.problem(412, "precondition_failed");

    // The order of the list is the order of the form; the same again is no change.
    let Value::Array(mut turned) = questions() else { panic!("a list") };
    turned.reverse();
    let turned = Value::Array(turned);
    for _ in 0..2 {
        let set = event.owner.if_match("*").put(&path, turned.clone()).await.expect(200);
        assert_eq!((set.at("/questions"), set.at("/revision")), (turned.clone(), json!(2)));
    }
    let history = event.owner.get(&format!("/api/v1/events/{}/history", event.id)).await.expect(200);
    assert_eq!(history.at("/items/0/action"), "form_changed");
    assert_eq!(history.at("/items/0/before"), json!({ "questions": questions() }));
    assert_eq!(history.at("/items/0/after"), json!({ "questions": turned }));
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    viewer.put(&path, json!([])).await.problem(403, "forbidden");
}

async fn a_question_has_to_fit(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let (path, any) = (format!("/api/v1/events/{}/questions", event.id), event.owner.if_match("*"));
    let wrong = json!([
        { "key": "Why not", "label": "a\r\nBcc: all@example.org", "type": "text" },
        { "key": "meal", "label": "Meal", "type": "choice" },
        { "key": "meal", "label": "Meal", "type": "boolean", "max_length": 3 },
    ]);
    any.put(&path, wrong).await.faults(&[
        ("/0/key", "slug_invalid"),
        ("/0/label", "text_invalid"),
        ("/1/options", "field_required"),
        ("/2/key", "invalid"),
        ("/2/max_length", "field_unknown"),
    ]);
    let many: Vec<Value> =
        (0..51).map(|index| json!({ "key": format!("q{index}"), "label": "Q", "type": "text" })).collect();
    any.put(&path, Value::Array(many)).await.problem(422, "number_invalid");
    let unknown = json!([{ "key": "a", "label": "A", "type": "text", "color": "red" }]);
    any.put(&path, unknown).await.problem(422, "field_unknown");
    any.put(&path, json!([{ "key": "a", "label": "A", "type": "number" }])).await.problem(422, "field_type");
    let form = app.get(&format!("/api/v1/events/{}/registration-form", event.id)).await;
    assert_eq!((form.at("/questions"), form.at("/revision")), (json!([]), json!(0)));
}

async fn the_form_of_a_draft_is_for_the_staff(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let draft = owner.post("/api/v1/events", json!({ "kind": "webinar", "title": "A draft" })).await.expect(201).id();
    let path = format!("/api/v1/events/{draft}");
    owner.if_match("*").put(&format!("{path}/questions"), questions()).await.expect(200);
    let form = format!("{path}/registration-form");
    assert_eq!(owner.get(&form).await.expect(200).at("/questions"), questions());
    app.get(&form).await.problem(404, "not_found");
    let other = app.other_workspace("second").await;
    let theirs = app.staff_of(&other, Role::Owner).await.if_match("*");
    theirs.get(&form).await.problem(404, "not_found");
    theirs.put(&format!("{path}/questions"), json!([])).await.problem(404, "not_found");
    theirs.put(&format!("{path}/consent-text"), json!({ "text": "x" })).await.problem(404, "not_found");
}

async fn a_text_is_consented_to_in_its_version(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let (path, any) = (format!("/api/v1/events/{}/consent-text", event.id), event.owner.if_match("*"));
    let consent = |email: &str, version: Value| {
        let mut body = person("P", email);
        body["consent_version"] = version;
        body
    };
    app.post(&event.registrations, consent("zero@example.org", json!(0))).await.expect(201);

    let text = "We keep your data *until the end*.\n\n- no longer";
    let first = any.put(&path, json!({ "text": text })).await.expect(200);
    assert_eq!((first.at("/consent_text"), first.at("/consent_version")), (json!(text), json!(1)));
    let same = any.put(&path, json!({ "text": text })).await.expect(200);
    assert_eq!((same.json(), same.etag()), (first.json(), first.etag()));
    for wrong in [" ", "a\u{7}"] {
        any.put(&path, json!({ "text": wrong })).await.faults(&[("/text", "text_invalid")]);
    }
    app.post(&event.registrations, consent("one@example.org", json!(1))).await.expect(201);
    app.post(&event.registrations, consent("silent@example.org", Value::Null)).await.expect(201);

    let second = any.put(&path, json!({ "text": "Another text" })).await.expect(200);
    assert_eq!(second.at("/consent_version"), json!(2));
    for stale in [0, 1, 3] {
        let answer = app.post(&event.registrations, consent("two@example.org", json!(stale))).await;
        let problem = answer.problem(409, "consent_outdated");
        assert_eq!(problem["errors"][0]["pointer"], "/consent_version");
    }
    // A known address is answered as a new one.
    let known = app.post(&event.registrations, consent("one@example.org", json!(1))).await;
    known.problem(409, "consent_outdated");
    app.post(&event.registrations, consent("two@example.org", json!(2))).await.expect(201);
    let gone = any.put(&path, json!({ "text": null })).await.expect(200);
    assert_eq!((gone.at("/consent_text"), gone.at("/consent_version")), (Value::Null, json!(3)));

    let rows = event.owner.get(&event.registrations).await.expect(200).json();
    let versions: Vec<(&str, i64)> = rows["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["email"].as_str().unwrap(), row["consent_version"].as_i64().unwrap()))
        .collect();
    let expected = [("zero@example.org", 0), ("one@example.org", 1), ("silent@example.org", 1), ("two@example.org", 2)];
    assert_eq!(versions, expected);
    app.deliver().await;
}

async fn a_form_comes_along_with_a_copy(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let (path, any) = (format!("/api/v1/events/{}", event.id), event.owner.if_match("*"));
    any.put(&format!("{path}/questions"), questions()).await.expect(200);
    for text in ["The first", "The second"] {
        any.put(&format!("{path}/consent-text"), json!({ "text": text })).await.expect(200);
    }
    let form = |id: &str| format!("/api/v1/events/{id}/registration-form");
    let cloned = async |body: Value| any.post(&format!("{path}/clone"), body).await.expect(201).id();
    for body in [json!({}), json!({ "include": ["form"] })] {
        let copy = any.get(&form(&cloned(body).await)).await.expect(200);
        assert_eq!((copy.at("/questions"), copy.at("/consent_text")), (questions(), json!("The second")));
        // Nobody has consented to a version of it.
        assert_eq!((copy.at("/consent_version"), copy.at("/revision")), (json!(1), json!(1)));
    }
    let copy = any.get(&form(&cloned(json!({ "include": ["organisations"] })).await)).await.expect(200);
    assert_eq!(
        (copy.at("/questions"), copy.at("/consent_text"), copy.at("/revision")),
        (json!([]), Value::Null, json!(0))
    );
    // What becomes of the copy does not touch the source.
    let id = cloned(json!({})).await;
    any.put(&format!("/api/v1/events/{id}/questions"), json!([])).await.expect(200);
    let source = any.get(&form(&event.id)).await.expect(200);
    assert_eq!((source.at("/questions"), source.at("/consent_version")), (questions(), json!(2)));
}
