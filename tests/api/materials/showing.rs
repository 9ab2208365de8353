//! Who sees materials, from when on, and what is told of them.

use chrono::TimeDelta;
use plenary::accounts::Role;
use plenary::db::{Conn, DbResult};
use plenary::events::EventId;
use plenary::events::store::get_event;
use plenary::materials::{self, MaterialResponse};
use serde_json::{Value, json};

use super::super::events::column;
use super::{counters, merged, path_of, published, slides, slides_with};
use crate::support::TestApp;

both!(
    a_report_is_no_announcement,
    a_series_has_materials_of_its_own,
    each_audience_sees_its_own,
    materials_of_another_workspace_do_not_exist,
    the_history_tells_of_each_change_and_no_private_address,
    who_a_material_is_by_is_shown_with_it,
    the_time_of_a_material_raises_the_sequence_once,
);

async fn a_report_is_no_announcement(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let path = format!("/api/v1/events/{event}");
    let texts = ["abstract", "report", "outcomes"];
    let shown = async || {
        let event = app.get(&path).await.expect(200).json();
        texts.map(|name| event[name].clone())
    };
    assert_eq!(shown().await, [Value::Null, Value::Null, Value::Null]);
    let any = owner.if_match("*");
    any.patch(&path, json!({ "abstract": "We will ask why." })).await.expect(200);
    any.patch(&path, json!({ "report": "We asked why.", "outcomes": "A list." })).await.expect(200);
    owner.post(&list, slides_with(json!({ "kind": "report", "description": "As a document." }))).await.expect(201);
    assert_eq!(shown().await, [json!("We will ask why."), json!("We asked why."), json!("A list.")]);
    any.patch(&path, json!({ "abstract": null })).await.expect(200);
    assert_eq!(shown().await, [Value::Null, json!("We asked why."), json!("A list.")]);
    any.patch(&path, json!({ "abstract": "Once more.", "report": null })).await.expect(200);
    assert_eq!(shown().await, [json!("Once more."), Value::Null, json!("A list.")]);
}

async fn a_series_has_materials_of_its_own(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = owner.post("/api/v1/series", json!({ "slug": "rights", "title": "Rights" })).await.expect(201);
    let (of_series, list) =
        (format!("/api/v1/series/{}", series.id()), format!("/api/v1/series/{}/materials", series.id()));
    let made = owner.post(&list, slides_with(json!({ "kind": "concept_note" }))).await.expect(201);
    let owners = ["series_id", "event_id", "session_id"].map(|name| made.json()[name].clone());
    assert_eq!(owners, [json!(series.id()), Value::Null, Value::Null]);
    assert_eq!((made.at("/kind"), made.at("/is_new")), (json!("concept_note"), json!(false)));
    assert_eq!(owner.get(&of_series).await.at("/revision"), json!(2));
    app.get(&list).await.problem(404, "not_found");
    app.get(&path_of(&made)).await.problem(404, "not_found");
    owner.if_match("*").post(&format!("{of_series}/publish"), json!({})).await.expect(200);
    assert_eq!(app.get(&path_of(&made)).await.expect(200).at("/is_new"), json!(true));
    assert_eq!(column(&app.get(&list).await, "id"), [made.id()]);
    // Nothing is promised for it: no calendar shows it.
    let later = slides_with(json!({ "available_from": "2022-02-02T09:00:00Z" }));
    owner.post(&list, later).await.expect(201);
    app.expect_outbox(0);
    let before = app.get(&list).await.expect(200);
    assert_eq!(column(&before, "id"), [made.id()]);
    app.pass(TimeDelta::days(1));
    let after = app.get(&list).await.expect(200);
    assert_eq!(after.at("/items").as_array().unwrap().len(), 2);
    assert_ne!(after.etag(), before.etag());
    owner.if_match("*").patch(&path_of(&made), json!({ "title": "Note" })).await.expect(200);
    owner.if_match("*").delete(&path_of(&made)).await.expect(204);
    assert_eq!(owner.get(&of_series).await.at("/revision"), json!(6), "publishing, and three changes");
}

async fn each_audience_sees_its_own(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let session = json!({ "kind": "talk", "title": "Talk" });
    let session = owner.if_match("*").post(&format!("/api/v1/events/{event}/sessions"), session).await.expect(201).id();
    let of_session = format!("/api/v1/sessions/{session}/materials");
    let mut paths = Vec::new();
    for list in [&list, &of_session] {
        for visibility in ["public", "registrants", "staff"] {
            for (time, from) in [("now", Value::Null), ("later", json!("2022-02-03T09:00:00Z"))] {
                let name = format!("{}-{visibility}-{time}", if list == &of_session { "talk" } else { "event" });
                let body = slides_with(json!({
                    "title": name, "url": format!("https://example.org/{name}"), "visibility": visibility,
                    "kind": "recording",
                }));
                let body = if from.is_null() { body } else { merged(body, json!({ "available_from": from })) };
                paths.push((name, path_of(&owner.post(list, body).await.expect(201))));
            }
        }
    }
    let all: Vec<&str> = paths.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(column(&owner.get(&format!("{list}?sessions=true")).await, "title"), all);
    let viewer = app.staff(Role::Viewer).await;
    assert_eq!(column(&viewer.get(&format!("{list}?sessions=true")).await, "title"), all);

    let calendar = format!("/calendars/events/{event}.ics");
    let registrants = async || {
        let (id, workspace, now) = (EventId(event.parse().unwrap()), app.workspace().id, app.clock().now());
        let read = move |conn: &mut Conn| -> DbResult<_> {
            Ok((get_event(conn, workspace, id)?, materials::materials_for_registrants(conn, id, now)?))
        };
        let (event, rows) = app.app().db().read(read).await.unwrap();
        let count = rows.len();
        let shown = rows.into_iter().filter_map(|with| MaterialResponse::for_registrant(with, &event, now));
        let titles: Vec<String> = shown.map(|material| material.title).collect();
        assert_eq!(titles.len(), count);
        titles
    };
    let check = async |public: &[&str], of_registrants: &[&str]| {
        let shown = app.get(&format!("{list}?sessions=true")).await.expect(200);
        assert_eq!(column(&shown, "title"), public);
        let own: Vec<&str> = public.iter().copied().filter(|name| name.starts_with("event")).collect();
        assert_eq!(column(&app.get(&list).await, "title"), own);
        let of_talk: Vec<&str> = public.iter().copied().filter(|name| name.starts_with("talk")).collect();
        assert_eq!(column(&app.get(&of_session).await, "title"), of_talk);
        for (name, path) in &paths {
            let answer = app.get(path).await;
            if public.contains(&name.as_str()) {
                assert_eq!(answer.expect(200).string("/title"), *name);
            } else {
                answer.problem(404, "not_found");
                assert!(!shown.text().contains(&format!("example.org/{name}\"")), "{name} is in {shown}");
            }
        }
        let entry = app.get(&calendar).await.expect(200).text().replace("\r\n ", "");
        let named: Vec<&str> = all.iter().copied().filter(|name| entry.contains(&format!("{name}\\n"))).collect();
        assert_eq!(named, own, "{entry}");
        assert_eq!(registrants().await, of_registrants);
    };
    let of_registrants = ["event-public-now", "event-registrants-now", "talk-public-now", "talk-registrants-now"];
    check(&["event-public-now", "talk-public-now"], &of_registrants).await;
    app.pass(TimeDelta::days(2));
    app.deliver().await;
    let public = ["event-public-now", "event-public-later", "talk-public-now", "talk-public-later"];
    let of_registrants: Vec<&str> = all.iter().copied().filter(|name| !name.contains("staff")).collect();
    check(&public, &of_registrants).await;

    // What was published is a draft again: nothing of it is left.
    owner.if_match("*").post(&format!("/api/v1/events/{event}/unpublish"), json!({})).await.expect(200);
    for path in paths.iter().map(|(_, path)| path).chain([&list, &of_session]) {
        app.get(path).await.problem(404, "not_found");
        owner.get(path).await.expect(200);
    }
    assert_eq!(app.deliver().await, []);
}

async fn materials_of_another_workspace_do_not_exist(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let session = json!({ "kind": "talk", "title": "Talk" });
    let session = owner.if_match("*").post(&format!("/api/v1/events/{event}/sessions"), session).await.expect(201).id();
    let lists = [list, format!("/api/v1/series/{series}/materials"), format!("/api/v1/sessions/{session}/materials")];
    let mut made = Vec::new();
    for list in &lists {
        made.push(owner.post(list, slides_with(json!({ "visibility": "staff" }))).await.expect(201));
    }
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    for (list, made) in lists.iter().zip(&made) {
        let path = path_of(made);
        stranger.get(&path).await.problem(404, "not_found");
        stranger.patch(&path, json!({ "title": "Mine" })).await.problem(404, "not_found");
        stranger.delete(&path).await.problem(404, "not_found");
        stranger.post(list, slides()).await.problem(404, "not_found");
        viewer.get(&path).await.expect(200);
        viewer.patch(&path, json!({ "title": "Mine" })).await.problem(403, "forbidden");
        viewer.delete(&path).await.problem(403, "forbidden");
        viewer.post(list, slides()).await.problem(403, "forbidden");
        app.post(list, slides()).await.problem(401, "unauthenticated");
        assert_eq!(owner.get(&path).await.json(), made.json());
        assert_eq!(column(&owner.get(list).await, "id"), [made.id()]);
    }
    // The list of what is published they may read as the public does.
    assert_eq!(stranger.get(&lists[0]).await.expect(200).at("/items"), json!([]));
    stranger.get(&lists[1]).await.problem(404, "not_found");
    owner.get("/api/v1/materials/no-id").await.problem(404, "not_found");
}

async fn the_history_tells_of_each_change_and_no_private_address(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let url = "https://example.org/for-registrants-only";
    let private = json!({ "url": url, "visibility": "registrants" });
    let made = owner.post(&list, slides_with(private)).await.expect(201);
    let owner = owner.if_match("*");
    owner.patch(&path_of(&made), json!({ "url": "https://example.org/all", "visibility": "public" })).await.expect(200);
    owner.delete(&path_of(&made)).await.expect(204);
    let history = owner.get(&format!("/api/v1/events/{event}/history?limit=3")).await.expect(200);
    assert_eq!(column(&history, "action"), ["material_removed", "material_changed", "material_added"]);
    let public = slides_with(json!({ "url": "https://example.org/all", "visibility": "public", "position": 1 }));
    let mut hidden = slides_with(json!({ "visibility": "registrants", "position": 1 }));
    hidden.as_object_mut().unwrap().remove("url");
    let entry = |material: &Value| json!({ "material_id": made.id(), "session_id": null, "material": material });
    let told = ["/items/0/before", "/items/0/after", "/items/1/before", "/items/1/after", "/items/2/after"];
    let expected = [entry(&public), Value::Null, entry(&hidden), entry(&public), entry(&hidden)];
    assert_eq!(told.map(|pointer| history.at(pointer)), expected);
    assert!(!history.text().contains(url), "{history}");
}

async fn the_time_of_a_material_raises_the_sequence_once(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (event, list) = published(&app, &owner).await;
    let from = |text: &str| json!({ "kind": "recording", "available_from": text });
    let made = owner.post(&list, slides_with(from("2022-02-01T10:00:00Z"))).await.expect(201);
    let path = path_of(&made);
    let patch = async |edit: Value| owner.if_match("*").patch(&path, edit).await.expect(200);
    let promised = |kind: &str| -> Vec<String> {
        let all = app.outbox().into_iter().filter(|(promised, _)| promised == kind);
        all.map(|(_, due_at)| due_at.to_rfc3339()).collect()
    };
    for kind in ["materials.available", "materials.recording_available"] {
        assert_eq!(promised(kind), ["2022-02-01T10:00:00+00:00"], "{kind}");
    }
    // Moved, and back: one promise for each time.
    patch(from("2022-02-01T12:00:00Z")).await;
    patch(from("2022-02-01T10:00:00Z")).await;
    patch(json!({ "visibility": "staff" })).await;
    patch(json!({ "visibility": "public", "available_from": "2022-02-01T11:00:00Z" })).await;
    assert_eq!(
        promised("materials.available"),
        ["10", "11", "12"].map(|hour| format!("2022-02-01T{hour}:00:00+00:00"))
    );

    let before = counters(&owner, &event).await;
    app.pass(TimeDelta::hours(1));
    assert!(app.deliver().await.is_empty());
    assert_eq!(counters(&owner, &event).await, before, "the first promise is stale");
    app.get(&path).await.problem(404, "not_found");
    app.pass(TimeDelta::hours(1));
    assert!(app.deliver().await.is_empty(), "nobody is mailed");
    let opened = (before.0 + 1, before.1 + 1);
    assert_eq!(counters(&owner, &event).await, opened);
    assert_eq!(app.get(&path).await.expect(200).at("/is_new"), json!(true));
    let read = owner.get(&format!("/api/v1/events/{event}")).await;
    assert_eq!(read.string("/updated_at"), "2022-02-01T11:00:00Z");
    app.pass(TimeDelta::hours(1));
    app.deliver().await;
    assert_eq!(counters(&owner, &event).await, opened, "the last promise is stale too");
    let states = owner.get("/api/v1/outbox").await.expect(200);
    let states = column(&states, "kind").into_iter().zip(column(&states, "state"));
    let mut states: Vec<_> = states.filter(|(kind, _)| kind == "materials.available").map(|(_, state)| state).collect();
    states.sort_unstable();
    assert_eq!(states, ["sent", "skipped", "skipped"]);

    // A material that is gone by then, and one that was opened by hand before.
    let gone = owner.post(&list, slides_with(from("2022-02-01T13:00:00Z"))).await.expect(201);
    owner.if_match("*").delete(&path_of(&gone)).await.expect(204);
    let opened_early = owner.post(&list, slides_with(from("2022-02-01T13:00:00Z"))).await.expect(201);
    owner.if_match("*").patch(&path_of(&opened_early), json!({ "available_from": null })).await.expect(200);
    let before = counters(&owner, &event).await;
    app.pass(TimeDelta::hours(1));
    app.deliver().await;
    assert_eq!(counters(&owner, &event).await, before);
}

/// Whom only a material names can be read about once everybody sees it, and where it names the person, so can their place.
async fn who_a_material_is_by_is_shown_with_it(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let (_, of_event) = published(&app, &owner).await;
    let series = owner.post("/api/v1/series", json!({ "slug": "rights", "title": "Rights" })).await.expect(201).id();
    let series = format!("/api/v1/series/{series}");
    for (list, is_published) in [(of_event, true), (format!("{series}/materials"), false)] {
        let employer = super::make_organisation(&owner, "Employer").await;
        let person = json!({ "name": "Author", "affiliations": [{ "organisation_id": employer }] });
        let person = owner.post("/api/v1/speakers", person).await.expect(201).id();
        let office = super::make_organisation(&owner, "Office").await;
        let pages = [
            format!("/api/v1/speakers/{person}"),
            format!("/api/v1/organisations/{office}"),
            format!("/api/v1/organisations/{employer}"),
            format!("/calendars/speakers/{person}.ics"),
            format!("/calendars/organisations/{office}.ics"),
        ];
        let check = async |status: u16| {
            for page in &pages {
                app.get(page).await.expect(status);
            }
        };
        let body = slides_with(json!({ "speaker_id": person, "organisation_id": office, "visibility": "registrants" }));
        let path = path_of(&owner.post(&list, body).await.expect(201));
        if !is_published {
            owner.patch(&path, json!({ "visibility": "public" })).await.expect(200);
            check(404).await;
            owner.patch(&path, json!({ "visibility": "registrants" })).await.expect(200);
            owner.post(&format!("{series}/publish"), json!({})).await.expect(200);
        }
        check(404).await;
        let from = app.clock().now() + TimeDelta::hours(1);
        owner.patch(&path, json!({ "visibility": "public", "available_from": from })).await.expect(200);
        check(404).await;
        app.pass(TimeDelta::hours(1));
        check(200).await;
        app.deliver().await;
        owner.patch(&path, json!({ "visibility": "staff" })).await.expect(200);
        check(404).await;
    }
}
