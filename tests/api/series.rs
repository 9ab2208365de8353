//! Series: what they are, who sees them, and their programme.

use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::events::{column, make_event, make_organisation, publish_event};
use crate::support::TestApp;

both!(
    a_patch_changes_removes_and_keeps,
    a_series_is_made_and_read,
    a_series_is_published_and_withdrawn,
    a_slug_is_unique_in_its_workspace,
    faults_are_pointed_at,
    lists_are_newest_first_and_filtered,
    series_of_another_workspace_do_not_exist,
    the_programme_of_a_series_is_in_order,
    the_public_sees_of_the_programme_what_is_published,
);

const SERIES: &str = "/api/v1/series";

fn whole() -> Value {
    json!({
        "slug": "human-rights-cities-2021",
        "title": "Human Rights Cities – webinar series",
        "subtitle": "Second line",
        "description": "First\n\nSecond paragraph",
        "period": { "edtf": "2021-23/2022-21", "label": "Autumn 2021 – Spring 2022" },
        "languages": ["en", "pt-BR"],
        "planned_count": 5,
        "timezone": "Europe/Berlin",
        "attendance_mode": "mixed",
        "capacity": 30,
        "registration": {
            "enabled": true, "wait_list": false, "offer_hours": 12,
            "verification": false, "approval": false, "recording": false,
        },
        "reminders": [{ "anchor": "start", "offset": "-P1D", "audience": "confirmed" }],
    })
}

async fn a_series_is_made_and_read(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = owner.post(SERIES, whole()).await.expect(201);
    let path = format!("{SERIES}/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));
    let mut expected = whole();
    expected["period"]["display"] = json!("Autumn 2021 – Spring 2022");
    for (member, value) in [
        ("id", json!(made.id())),
        ("workspace_id", json!(app.workspace().id.to_string())),
        ("visibility", json!("draft")),
        ("organisations", json!([])),
        ("event_count", json!(0)),
        ("revision", json!(1)),
        ("published_at", Value::Null),
        ("created_at", json!("2022-02-01T09:00:00Z")),
        ("updated_at", json!("2022-02-01T09:00:00Z")),
    ] {
        expected[member] = value;
    }
    let mut shown = made.json();
    let ics = shown.as_object_mut().unwrap().shift_remove("ics").unwrap();
    assert!(ics.as_str().unwrap().ends_with(&format!("/calendars/series/{}.ics", made.id())), "{ics}");
    let webcal = shown.as_object_mut().unwrap().shift_remove("webcal").unwrap();
    assert_eq!(webcal, ics.as_str().unwrap().replacen("http://", "webcal://", 1));
    let atom = shown.as_object_mut().unwrap().shift_remove("atom").unwrap();
    assert_eq!(atom, ics.as_str().unwrap().replace(".ics", ".atom"));
    assert_eq!(shown, expected);
    let read = owner.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (made.json(), made.etag()));
    owner.with("if-none-match", &read.etag()).get(&path).await.expect(304);
    let saved = owner.if_match(&read.etag()).patch(&path, whole()).await.expect(200);
    assert_eq!((saved.json(), saved.etag()), (read.json(), read.etag()));
    let spoken = json!({ "slug": "spoken", "title": "S", "period": { "edtf": "2021-23/2022-21" } });
    assert_eq!(owner.post(SERIES, spoken).await.at("/period/display"), "Autumn 2021 – Spring 2022");
}

async fn a_patch_changes_removes_and_keeps(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = owner.post(SERIES, whole()).await.expect(201);
    let path = format!("{SERIES}/{}", made.id());
    owner.patch(&path, json!({ "title": "B" })).await.problem(428, "precondition_required");
    let edit = json!({ "title": "B", "subtitle": null, "period": { "label": null }, "languages": ["de"] });
    let changed = owner.if_match(&made.etag()).patch(&path, edit).await.expect(200);
    let mut expected = made.json();
    expected["title"] = json!("B");
    expected["subtitle"] = Value::Null;
    expected["period"]["label"] = Value::Null;
    expected["languages"] = json!(["de"]);
    expected["revision"] = json!(2);
    assert_eq!(changed.json(), expected);
    let stale = owner.if_match(&made.etag()).patch(&path, json!({ "title": "C" })).await;
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 2);
    assert_eq!(owner.get(&path).await.json(), expected);
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let with = |member: &str, value: Value| {
        let mut body = json!({ "slug": "one", "title": "One" });
        body[member] = value;
        body
    };
    for (body, pointer, code) in [
        (json!({ "title": "One" }), "/slug", "field_required"),
        (json!({ "slug": "one" }), "/title", "field_required"),
        (with("colour", json!(1)), "/colour", "field_unknown"),
        (with("slug", json!("No Slug")), "/slug", "slug_invalid"),
        (with("slug", json!("a".repeat(81))), "/slug", "slug_invalid"),
        (with("title", json!("a\nb")), "/title", "text_invalid"),
        (with("period", json!({ "edtf": "soon" })), "/period/edtf", "edtf_invalid"),
        (with("period", json!({ "label": "" })), "/period/label", "text_invalid"),
        (with("period", json!({ "from": "2021" })), "/period/from", "field_unknown"),
        (with("languages", json!(["English"])), "/languages/0", "language_invalid"),
        (with("planned_count", json!(0)), "/planned_count", "number_invalid"),
        (with("timezone", json!("Europe/Atlantis")), "/timezone", "timezone_unknown"),
    ] {
        owner.post(SERIES, body).await.faults(&[(pointer, code)]);
    }
    assert_eq!(owner.get(SERIES).await.at("/items"), json!([]));
}

async fn a_slug_is_unique_in_its_workspace(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let named = |slug: &str| json!({ "slug": slug, "title": "T" });
    let one = owner.post(SERIES, named("one")).await.expect(201);
    let two = owner.post(SERIES, named("two")).await.expect(201);
    owner.post(SERIES, named("one")).await.problem(409, "slug_taken");
    let path = format!("{SERIES}/{}", two.id());
    owner.if_match("*").patch(&path, json!({ "slug": "one" })).await.problem(409, "slug_taken");
    assert_eq!(owner.get(&path).await.etag(), two.etag());
    owner.if_match("*").patch(&format!("{SERIES}/{}", one.id()), json!({ "slug": "first" })).await.expect(200);
    owner.if_match("*").patch(&path, json!({ "slug": "one" })).await.expect(200);
    let second = app.other_workspace("second").await;
    app.staff_of(&second, Role::Owner).await.post(SERIES, named("one")).await.expect(201);
    let mut statuses: Vec<u16> =
        join_all((0..6).map(|_| owner.post(SERIES, named("race")))).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409]);
}

async fn a_series_is_published_and_withdrawn(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let made = owner.post(SERIES, whole()).await.expect(201);
    let path = format!("{SERIES}/{}", made.id());
    let hidden = [path.clone(), format!("{path}/organisations"), format!("{path}/events")];
    for path in &hidden {
        app.get(path).await.problem(404, "not_found");
    }
    assert_eq!(app.get(SERIES).await.at("/items"), json!([]));
    owner.if_match("\"9.x\"").post(&format!("{path}/publish"), json!({})).await.problem(412, "precondition_failed");
    app.staff(Role::Editor)
        .await
        .if_match("*")
        .post(&format!("{path}/publish"), json!({}))
        .await
        .problem(403, "forbidden");
    let published = owner.post(&format!("{path}/publish"), json!({})).await.expect(200);
    assert_eq!(published.at("/published_at"), "2022-02-01T09:00:00Z");
    assert_eq!(app.get(&path).await.expect(200).json(), published.json());
    assert_eq!(column(&app.get(SERIES).await, "id"), [made.id()]);
    let withdrawn = owner.post(&format!("{path}/unpublish"), json!({})).await.expect(200);
    assert_eq!(withdrawn.at("/visibility"), "draft");
    for path in &hidden {
        app.get(path).await.problem(404, "not_found");
    }
}

async fn lists_are_newest_first_and_filtered(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for (slug, title) in [("covid-19", "COVID-19 & cities"), ("dagard", "Dagård and Zürich"), ("third", "Third")] {
        owner.post(SERIES, json!({ "slug": slug, "title": title })).await.expect(201);
        app.pass(chrono::TimeDelta::seconds(1));
    }
    for (query, slugs) in [
        ("", vec!["third", "dagard", "covid-19"]),
        ("slug=dagard", vec!["dagard"]),
        ("slug=DAGARD", vec![]),
        ("q=covid%2019", vec!["covid-19"]),
        ("q=ZURICH%20dagard", vec!["dagard"]),
        ("q=%25", vec![]),
        ("q=%00", vec![]),
        ("workspace=demo", vec!["third", "dagard", "covid-19"]),
    ] {
        assert_eq!(column(&owner.get(&format!("{SERIES}?{query}")).await, "slug"), slugs, "{query}");
    }
    let first = owner.get(&format!("{SERIES}?limit=2")).await;
    owner.post(SERIES, json!({ "slug": "fourth", "title": "Fourth" })).await.expect(201);
    let next = owner.get(&format!("{SERIES}?limit=2&cursor={}", first.string("/next_cursor"))).await;
    assert_eq!((column(&next, "slug"), next.at("/next_cursor")), (vec!["covid-19".to_owned()], Value::Null));
    for query in ["limit=0", "limit=101", "colour=red"] {
        owner.get(&format!("{SERIES}?{query}")).await.problem(400, "malformed_query");
    }
    owner.get(&format!("{SERIES}?cursor=nonsense")).await.problem(400, "cursor_invalid");
    owner.get(&format!("{SERIES}?workspace=third")).await.problem(404, "not_found");
}

async fn series_of_another_workspace_do_not_exist(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = owner.post(SERIES, whole()).await.expect(201);
    let path = format!("{SERIES}/{}", made.id());
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    for answer in [
        stranger.get(&path).await,
        stranger.get(&format!("{path}/events")).await,
        stranger.get(&format!("{path}/organisations")).await,
        stranger.patch(&path, json!({ "title": "Mine" })).await,
        stranger.put(&format!("{path}/organisations"), json!([])).await,
        stranger.post(&format!("{path}/publish"), json!({})).await,
        stranger.post(&format!("{path}/unpublish"), json!({})).await,
        owner.get(&format!("{SERIES}/no-id")).await,
    ] {
        answer.problem(404, "not_found");
    }
    assert_eq!(stranger.get(SERIES).await.at("/items"), json!([]));
    app.staff(Role::Viewer).await.post(SERIES, whole()).await.problem(403, "forbidden");
    app.post(SERIES, whole()).await.problem(401, "unauthenticated");
    let theirs = make_organisation(&stranger, "Theirs").await;
    let part = json!([{ "organisation_id": theirs, "role": "organiser" }]);
    owner
        .if_match("*")
        .put(&format!("{path}/organisations"), part)
        .await
        .faults(&[("/0/organisation_id", "reference_unknown")]);
    assert_eq!(owner.get(&path).await.json(), made.json());
}

async fn the_programme_of_a_series_is_in_order(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = owner.post(SERIES, whole()).await.expect(201).id();
    for (title, when, is_of_series) in [
        ("open", json!({}), true),
        ("March", json!({ "edtf": "2022-03" }), true),
        ("elsewhere", json!({ "edtf": "2022-03" }), false),
        ("day", json!({ "local_start": "2022-03-02T10:00", "timezone": "Europe/Berlin" }), true),
    ] {
        let mut body = json!({ "kind": "webinar", "title": title, "when": when });
        if is_of_series {
            body["series_id"] = json!(series);
        }
        make_event(&owner, body).await;
    }
    let path = format!("{SERIES}/{series}/events");
    assert_eq!(column(&owner.get(&path).await, "title"), ["March", "day", "open"]);
    assert_eq!(column(&owner.get(&format!("{path}?dated=true")).await, "title"), ["day"]);
    assert_eq!(column(&owner.get(&format!("{path}?sort=-when&limit=1")).await, "title"), ["open"]);
    let first = owner.get(&format!("{path}?limit=2")).await;
    let next = owner.get(&format!("{path}?limit=2&cursor={}", first.string("/next_cursor"))).await;
    assert_eq!(column(&next, "title"), ["open"]);
}

async fn the_public_sees_of_the_programme_what_is_published(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let city = make_organisation(&owner, "City").await;
    let series = owner.post(SERIES, whole()).await.expect(201).id();
    let of_series = |title: &str| json!({ "kind": "webinar", "title": title, "series_id": series });
    let shown = make_event(&owner, of_series("shown")).await.id();
    make_event(&owner, of_series("draft")).await;
    publish_event(&owner, &shown, &city).await;
    owner.if_match("*").post(&format!("{SERIES}/{series}/publish"), json!({})).await.expect(200);
    let path = format!("{SERIES}/{series}/events");
    assert_eq!(column(&app.get(&path).await, "title"), ["shown"]);
    assert_eq!(column(&owner.get(&path).await, "title"), ["shown", "draft"]);
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    assert_eq!(column(&stranger.get(&path).await, "title"), ["shown"]);
}
