//! What materials are, by whom, and in which order.

use chrono::TimeDelta;
use plenary::accounts::Role;
use plenary::db::Conn;
use plenary::events::EventId;
use plenary::events::store::lock_event;
use plenary::materials::{self, MaterialDetails, MaterialError, MaterialOwner};
use serde_json::{Value, json};

use super::super::events::{column, make_organisation};
use super::{counters, path_of, published, slides, slides_with};
use crate::support::TestApp;

both!(
    a_material_is_made_read_changed_and_removed,
    a_repeated_post_adds_one,
    faults_are_pointed_at,
    its_place_can_be_chosen,
    sessions_have_materials_and_take_them_along,
    so_many_and_no_more,
    who_it_is_by_is_named_and_stays,
);

async fn a_material_is_made_read_changed_and_removed(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let (revision, sequence) = counters(&owner, &event).await;
    let whole = json!({
        "position": 3,
        "kind": "recording",
        "title": "تسجيل الندوة: \u{200f}“حقوق الإنسان” & المدن",
        "url": "https://example.org/video?id=1&t=2,3;4#t",
        "media_type": "video/mp4",
        "language": "ar",
        "size_bytes": 9_007_199_254_740_991_i64,
        "duration": "PT75M",
        "visibility": "public",
        "available_from": "2022-01-31T10:00:00+01:00",
        "license": "CC BY 4.0",
        "description": "Of the *whole* webinar.\nWith subtitles.",
    });
    let made = owner.post(&list, whole.clone()).await.expect(201);
    assert_eq!(app.deliver().await, [], "nobody waits for it");
    let path = path_of(&made);
    assert_eq!(made.header("location"), Some(path.as_str()));
    let mut expected = whole.clone();
    for (member, value) in [
        ("id", json!(made.id())),
        ("series_id", Value::Null),
        ("event_id", json!(event)),
        ("session_id", Value::Null),
        ("duration", json!("PT1H15M")),
        ("available_from", json!("2022-01-31T09:00:00Z")),
        ("speaker", Value::Null),
        ("organisation", Value::Null),
        ("is_new", json!(true)),
        ("revision", json!(1)),
        ("created_at", json!("2022-02-01T09:00:00Z")),
        ("updated_at", json!("2022-02-01T09:00:00Z")),
    ] {
        expected[member] = value;
    }
    assert_eq!(made.json(), expected);
    let read = owner.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (made.json(), made.etag()));
    assert_eq!(app.get(&path).await.expect(200).json(), expected);
    app.with("if-none-match", &read.etag()).get(&path).await.expect(304);
    assert_eq!(app.get(&list).await.expect(200).json(), json!({ "items": [expected] }));
    assert_eq!(counters(&owner, &event).await, (revision + 1, sequence + 1));

    let saved = owner.if_match(&read.etag()).patch(&path, whole).await.expect(200);
    assert_eq!((saved.json(), saved.etag()), (read.json(), read.etag()));
    assert_eq!(counters(&owner, &event).await, (revision + 1, sequence + 1), "nothing was changed");

    let edit = json!({ "kind": "transcript", "duration": null, "license": null, "size_bytes": 0 });
    owner.patch(&path, edit.clone()).await.problem(428, "precondition_required");
    app.pass(TimeDelta::seconds(1));
    let changed = owner.if_match(&read.etag()).patch(&path, edit).await.expect(200);
    (expected["kind"], expected["size_bytes"]) = (json!("transcript"), json!(0));
    (expected["duration"], expected["license"]) = (Value::Null, Value::Null);
    (expected["revision"], expected["updated_at"]) = (json!(2), json!("2022-02-01T09:00:01Z"));
    assert_eq!(changed.json(), expected);
    let stale = owner.if_match(&read.etag()).patch(&path, json!({ "title": "B" })).await;
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 2);
    owner.if_match(&read.etag()).delete(&path).await.problem(412, "precondition_failed");
    owner.delete(&path).await.problem(428, "precondition_required");
    owner.if_match(&changed.etag()).delete(&path).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
    owner.if_match("*").delete(&path).await.problem(404, "not_found");
    assert_eq!(owner.get(&list).await.at("/items"), json!([]));
    assert_eq!(counters(&owner, &event).await, (revision + 3, sequence + 2), "calendars name no transcript");
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let before = counters(&owner, &event).await;
    let with = |member: &str, value: Value| slides_with(json!({ member: value }));
    let unknown = app.workspace().id.to_string();
    for (body, pointer, code) in [
        (json!({ "title": "A", "url": "https://example.org/" }), "/kind", "field_required"),
        (json!({ "kind": "slides", "title": "A" }), "/url", "field_required"),
        (with("kind", json!("virus")), "/kind", "field_type"),
        (with("title", json!(" ")), "/title", "text_invalid"),
        (with("title", json!("a\r\nb")), "/title", "text_invalid"),
        (with("url", json!("javascript:alert(1)")), "/url", "url_invalid"),
        (with("url", json!("JavaScript://example.org/%0aalert(1)")), "/url", "url_invalid"),
        (with("url", json!("data:text/html,x")), "/url", "url_invalid"),
        (with("url", json!("file:///etc/passwd")), "/url", "url_invalid"),
        (with("url", json!("//example.org/a")), "/url", "url_invalid"),
        (with("url", json!("https://example.org/\r\nATTENDEE:mailto:x")), "/url", "url_invalid"),
        (with("media_type", json!("pdf")), "/media_type", "media_type_invalid"),
        (with("language", json!("English")), "/language", "language_invalid"),
        (with("size_bytes", json!(-1)), "/size_bytes", "number_invalid"),
        (with("size_bytes", json!(9_007_199_254_740_992_i64)), "/size_bytes", "number_invalid"),
        (with("size_bytes", json!(1.5)), "/size_bytes", "field_type"),
        (with("position", json!(0)), "/position", "number_invalid"),
        (with("duration", json!("75 minutes")), "/duration", "duration_invalid"),
        (with("visibility", json!("secret")), "/visibility", "field_type"),
        (with("available_from", json!("tomorrow")), "/available_from", "field_type"),
        (with("available_from", json!("9999-01-01T00:00:00Z")), "/available_from", "when_out_of_range"),
        (with("license", json!("a\u{0}b")), "/license", "text_invalid"),
        (with("description", json!("a\u{7}")), "/description", "text_invalid"),
        (with("speaker_id", json!(unknown)), "/speaker_id", "reference_unknown"),
        (with("organisation_id", json!(unknown)), "/organisation_id", "reference_unknown"),
        (with("event_id", json!(event)), "/event_id", "field_unknown"),
        (with("is_new", json!(true)), "/is_new", "field_unknown"),
    ] {
        owner.post(&list, body).await.faults(&[(pointer, code)]);
    }
    let several = slides_with(json!({ "url": "x", "duration": "x", "speaker_id": unknown }));
    let faults = [("/url", "url_invalid"), ("/duration", "duration_invalid"), ("/speaker_id", "reference_unknown")];
    owner.post(&list, several).await.faults(&faults);
    assert_eq!(owner.get(&list).await.at("/items"), json!([]));
    assert_eq!(counters(&owner, &event).await, before);

    let made = owner.post(&list, slides()).await.expect(201);
    let patch = async |edit: Value| owner.if_match("*").patch(&path_of(&made), edit).await;
    patch(json!({ "url": "javascript:alert(1)" })).await.faults(&[("/url", "url_invalid")]);
    patch(json!({ "title": null })).await.faults(&[("/title", "field_required")]);
    patch(json!({ "event_id": null, "session_id": event })).await.faults(&[("/session_id", "field_unknown")]);
    assert_eq!(owner.get(&path_of(&made)).await.json(), made.json());
    owner.get(&format!("{list}?sessions=maybe")).await.problem(400, "malformed_query");
    owner.get(&format!("{list}?colour=red")).await.problem(400, "malformed_query");
}

async fn its_place_can_be_chosen(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (_, list) = published(&app, &owner).await;
    let mut paths = Vec::new();
    for title in ["One", "Two", "Three"] {
        paths.push(path_of(&owner.post(&list, slides_with(json!({ "title": title }))).await.expect(201)));
    }
    assert_eq!(column(&app.get(&list).await, "title"), ["One", "Two", "Three"]);
    let owner = owner.if_match("*");
    assert_eq!(owner.patch(&paths[0], json!({ "position": null })).await.expect(200).at("/position"), json!(4));
    assert_eq!(owner.patch(&paths[2], json!({ "position": 1 })).await.expect(200).at("/position"), json!(1));
    assert_eq!(column(&app.get(&list).await, "title"), ["Three", "Two", "One"]);
    let last = owner.post(&list, slides_with(json!({ "title": "Four" }))).await.expect(201);
    assert_eq!(last.at("/position"), json!(5));
}

async fn a_repeated_post_adds_one(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let before = counters(&owner, &event).await;
    let keyed = owner.keyed("slides-of-the-opening");
    let first = keyed.post(&list, slides()).await.expect(201);
    let again = keyed.post(&list, slides()).await.expect(201);
    assert_eq!((again.json(), again.header("idempotency-replayed")), (first.json(), Some("true")));
    keyed.post(&list, slides_with(json!({ "title": "B" }))).await.problem(422, "idempotency_key_reused");
    assert_eq!(column(&app.get(&list).await, "id"), [first.id()]);
    assert_eq!(counters(&owner, &event).await, (before.0 + 1, before.1));
}

async fn so_many_and_no_more(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let session = json!({ "kind": "talk", "title": "Talk" });
    let session = owner.if_match("*").post(&format!("/api/v1/events/{event}/sessions"), session).await.expect(201).id();
    let of_session = format!("/api/v1/sessions/{session}/materials");
    let (id, workspace, context) = (EventId(event.parse().unwrap()), app.workspace().id, app.app().context());
    let fill = move |conn: &mut Conn| -> Result<(), MaterialError> {
        let details: MaterialDetails = serde_json::from_value(slides()).unwrap();
        let owner = MaterialOwner::Event(Box::new(lock_event(conn, workspace, id)?), None);
        for _ in 0..499 {
            materials::add_material(conn, &context, "test", &owner, &details)?;
        }
        Ok(())
    };
    app.app().db().write(fill).await.unwrap();
    let last = owner.post(&of_session, slides()).await.expect(201);
    for list in [&list, &of_session] {
        owner.post(list, slides()).await.faults(&[("", "number_invalid")]);
    }
    let all = app.get(&format!("{list}?sessions=true")).await.expect(200).at("/items");
    assert_eq!(all.as_array().unwrap().len(), 500);
    owner.if_match("*").delete(&path_of(&last)).await.expect(204);
    owner.post(&list, slides()).await.expect(201);
}

async fn sessions_have_materials_and_take_them_along(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let agenda = format!("/api/v1/events/{event}/sessions");
    let mut sessions = Vec::new();
    for title in ["First", "Second"] {
        let session = json!({ "kind": "talk", "title": title });
        sessions.push(owner.if_match("*").post(&agenda, session).await.expect(201).id());
    }
    let of_session = |index: usize| format!("/api/v1/sessions/{}/materials", sessions[index]);
    let before = counters(&owner, &event).await;
    let mut made = Vec::new();
    for (path, title) in [(of_session(1), "D"), (of_session(0), "B"), (list.clone(), "A"), (of_session(0), "C")] {
        made.push(owner.post(&path, slides_with(json!({ "title": title }))).await.expect(201));
    }
    let owners = ["event_id", "session_id"].map(|name| made[0].json()[name].clone());
    assert_eq!(owners, [json!(event), json!(sessions[1])]);
    assert_eq!([0, 1, 2, 3].map(|index| made[index].at("/position")), [1, 1, 1, 2].map(Value::from));
    assert_eq!(counters(&owner, &event).await, (before.0 + 4, before.1));
    assert_eq!(column(&app.get(&list).await, "title"), ["A"]);
    assert_eq!(column(&app.get(&format!("{list}?sessions=false")).await, "title"), ["A"]);
    assert_eq!(column(&app.get(&format!("{list}?sessions=true")).await, "title"), ["A", "B", "C", "D"]);
    assert_eq!(column(&app.get(&of_session(0)).await, "title"), ["B", "C"]);

    let session = format!("/api/v1/sessions/{}", sessions[0]);
    owner.if_match("*").delete(&format!("{session}?remove_materials=true")).await.expect(204);
    for gone in [path_of(&made[1]), of_session(0)] {
        owner.get(&gone).await.problem(404, "not_found");
    }
    owner.post(&of_session(0), slides()).await.problem(404, "not_found");
    assert_eq!(column(&app.get(&format!("{list}?sessions=true")).await, "title"), ["A", "D"]);
}

async fn who_it_is_by_is_named_and_stays(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (_, list) = published(&app, &owner).await;
    let person = json!({ "name": "Bahram Ghazi", "email": "private@example.org", "bio": "Not for everybody." });
    let speaker = owner.post("/api/v1/speakers", person).await.expect(201).id();
    let office = json!({ "name": "Office of the High Commissioner", "acronym": "OHCHR", "kind": "un_body" });
    let office = owner.post("/api/v1/organisations", office).await.expect(201).id();
    let by = |speaker: &str, office: &str| json!({ "speaker_id": speaker, "organisation_id": office });
    let made = owner.post(&list, slides_with(by(&speaker, &office))).await.expect(201);
    let shown = app.get(&path_of(&made)).await.expect(200);
    assert_eq!(shown.at("/speaker"), json!({ "id": speaker, "name": "Bahram Ghazi" }));
    assert_eq!(shown.string("/organisation/acronym"), "OHCHR");
    assert_eq!(app.get(&list).await.at("/items/0"), shown.json());
    assert!(!shown.text().contains("private@example.org") && !shown.text().contains("Not for everybody"), "{shown}");
    let alone = owner.post(&list, slides_with(json!({ "organisation_id": office }))).await.expect(201);
    assert_eq!((alone.at("/speaker"), alone.string("/organisation/id")), (Value::Null, office.clone()));

    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    let theirs = stranger.post("/api/v1/speakers", json!({ "name": "Stranger" })).await.expect(201).id();
    let their_city = make_organisation(&stranger, "Elsewhere").await;
    let faults = [("/speaker_id", "reference_unknown"), ("/organisation_id", "reference_unknown")];
    owner.post(&list, slides_with(by(&theirs, &their_city))).await.faults(&faults);
    owner.if_match("*").patch(&path_of(&made), by(&theirs, &their_city)).await.faults(&faults);

    let owner = owner.if_match("*");
    let paths = [format!("/api/v1/speakers/{speaker}"), format!("/api/v1/organisations/{office}")];
    for path in &paths {
        owner.delete(path).await.problem(409, "in_use");
        owner.get(path).await.expect(200);
    }
    owner.patch(&path_of(&made), json!({ "speaker_id": null })).await.expect(200);
    owner.delete(&paths[0]).await.expect(204);
    for material in [&made, &alone] {
        owner.delete(&paths[1]).await.problem(409, "in_use");
        owner.delete(&path_of(material)).await.expect(204);
    }
    owner.delete(&paths[1]).await.expect(204);
}
