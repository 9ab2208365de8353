//! Making, reading and changing events, and their history.

use chrono::TimeDelta;
use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, make_event, webinar, webinar_when};
use crate::support::TestApp;

both!(
    a_change_needs_what_was_read,
    a_patch_changes_removes_and_keeps,
    a_read_may_be_conditional,
    a_whole_event_is_made_and_read,
    an_event_is_made_once_for_one_key,
    an_event_of_another_workspace_does_not_exist,
    events_are_changed_by_those_who_may,
    faults_are_pointed_at,
    of_changes_at_the_same_moment_one_is_made,
    saving_what_was_read_changes_nothing,
    the_history_tells_who_changed_what,
    the_least_is_a_kind_and_a_title,
);

/// Everything that an event can be described by, but a series.
fn whole() -> Value {
    json!({
        "kind": "working_session",
        "super_title": "Towards the next congress",
        "title": "Tracking & reporting progress: “Monitoring” – Überblick",
        "subtitle": "A second line",
        "short_title": "Monitoring",
        "abstract": "First line\n\n*Second* paragraph <b>kept</b>",
        "objectives": ["Learn", "Compare"],
        "guiding_questions": ["How?", "Why?"],
        "report": "It took place.",
        "outcomes": "Much.",
        "when": {
            "local_start": "2022-02-23T11:30",
            "duration": "PT1H30M",
            "timezone": "Europe/Paris",
            "timezone_label": "CET",
            "weekday": "Wednesday",
        },
        "attendance_mode": "mixed",
        "venue": { "name": "Rathaus", "address": "Rathausplatz 2, 50667 Köln", "url": "https://example.org/venue" },
        "virtual_location": {
            "platform": "Zoom",
            "join_url": "https://meet.example.org/j/123456789",
            "passcode": "294857",
            "visibility": "registrants",
        },
        "languages": ["en", "pt-BR"],
        "keywords": ["human rights", "monitoring"],
        "image": { "url": "https://example.org/opening.png", "alt": "Delegates" },
        "capacity": 100,
        "registration": {
            "enabled": true,
            "opens_at": "2022-02-02T08:00:00Z",
            "closes_at": "2022-02-23T10:00:00Z",
            "wait_list": false,
            "offer_hours": 12,
            "verification": true,
            "approval": true,
            "recording": true,
        },
        "reminders": [{ "anchor": "end", "offset": "PT2H", "audience": "attended" }],
    })
}

async fn a_whole_event_is_made_and_read(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = make_event(&owner, whole()).await;
    let path = format!("{EVENTS}/{}", made.id());
    assert_eq!(made.header("location"), Some(path.as_str()));
    let mut expected = whole();
    for (member, value) in [
        ("id", json!(made.id())),
        ("workspace_id", json!(app.workspace().id.to_string())),
        ("series", Value::Null),
        ("series_position", Value::Null),
        ("previous_whens", json!([])),
        ("visibility", json!("draft")),
        ("status", json!("scheduled")),
        ("phase", json!("upcoming")),
        ("organisations", json!([])),
        ("inherited", json!([])),
        ("availability", json!("open")),
        ("uid", json!(made.id())),
        ("sequence", json!(0)),
        ("revision", json!(1)),
        ("published_at", Value::Null),
        ("cancelled_at", Value::Null),
        ("created_at", json!("2022-02-01T09:00:00Z")),
        ("updated_at", json!("2022-02-01T09:00:00Z")),
    ] {
        expected[member] = value;
    }
    expected["when"] = json!({
        "precision": "datetime",
        "edtf": null,
        "local_start": "2022-02-23T11:30:00",
        "local_end": "2022-02-23T13:00:00",
        "timezone": "Europe/Paris",
        "timezone_label": "CET",
        "utc_offset": "+01:00",
        "starts_at": "2022-02-23T10:30:00Z",
        "ends_at": "2022-02-23T12:00:00Z",
        "duration": "PT1H30M",
        "weekday": "wednesday",
        "display": "Wednesday 23 February 2022, 11:30–13:00 (CET, Europe/Paris)",
    });
    let mut shown = made.json();
    let links = shown.as_object_mut().unwrap().shift_remove("links").unwrap();
    let add = shown.as_object_mut().unwrap().shift_remove("calendar_links").unwrap();
    assert_eq!(shown, expected);
    let (api, ics) = (links["api"].as_str().unwrap(), links["ics"].as_str().unwrap());
    assert_eq!(owner.get(api).await.expect(200).json(), made.json());
    assert!(ics.starts_with("http://127.0.0.1:") && ics.ends_with(&format!("/calendars/events/{}.ics", made.id())));
    assert_eq!(links["webcal"], ics.replacen("http://", "webcal://", 1));
    assert_eq!((&add["ics"], &add["webcal"]), (&links["ics"], &links["webcal"]));
    let google = add["google"].as_str().unwrap();
    assert!(google.contains("&dates=20220223T103000Z/20220223T120000Z&"), "{google}");
    for name in ["outlook", "office365", "yahoo"] {
        let link = add[name].as_str().unwrap();
        assert!(link.starts_with("https://") && !link.contains(' '), "{link}");
    }

    let read = owner.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (made.json(), made.etag()));
}

async fn the_least_is_a_kind_and_a_title(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = make_event(&owner, webinar("A")).await.json();
    for (pointer, value) in [
        ("/status", json!("tentative")),
        ("/phase", json!("undated")),
        ("/when/precision", json!("none")),
        ("/when/display", json!("Date to be announced")),
        ("/attendance_mode", json!("online")),
        ("/venue", Value::Null),
        ("/virtual_location", Value::Null),
        ("/languages", json!([])),
        ("/capacity", Value::Null),
        (
            "/registration",
            json!({ "enabled": true, "wait_list": true, "offer_hours": 24, "verification": false, "approval": false, "recording": false }),
        ),
    ] {
        assert_eq!(made.pointer(pointer), Some(&value), "{pointer}");
    }
}

async fn an_event_is_made_once_for_one_key(app: TestApp) {
    let owner = app.staff(Role::Owner).await.keyed("one");
    let first = make_event(&owner, webinar("A")).await;
    let again = make_event(&owner, webinar("A")).await;
    assert_eq!(
        (again.body, again.headers.get("idempotency-replayed").unwrap()),
        (first.body, &"true".parse().unwrap())
    );
    owner.post(EVENTS, webinar("B")).await.problem(422, "idempotency_key_reused");
    assert_eq!(owner.get(EVENTS).await.at("/items").as_array().unwrap().len(), 1);
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let with = |member: &str, value: Value| {
        let mut body = webinar("A");
        body[member] = value;
        body
    };
    for (body, pointer, code) in [
        (json!({ "title": "A" }), "/kind", "field_required"),
        (json!({ "kind": "webinar" }), "/title", "field_required"),
        (json!({ "kind": "party", "title": "A" }), "/kind", "field_type"),
        (json!([]), "", "field_type"),
        (with("colour", json!("red")), "/colour", "field_unknown"),
        (with("id", json!("x")), "/id", "field_unknown"),
        (with("title", json!(" ")), "/title", "text_invalid"),
        (with("title", json!("a\u{0}b")), "/title", "text_invalid"),
        (with("title", json!("a".repeat(301))), "/title", "text_invalid"),
        (with("abstract", json!("a\u{7}b")), "/abstract", "text_invalid"),
        (with("objectives", json!(["a", ""])), "/objectives/1", "text_invalid"),
        (with("guiding_questions", json!([7])), "/guiding_questions/0", "field_type"),
        (with("keywords", json!(["a\nb"])), "/keywords/0", "text_invalid"),
        (with("languages", json!(["en", "English"])), "/languages/1", "language_invalid"),
        (with("capacity", json!(-1)), "/capacity", "number_invalid"),
        (with("capacity", json!(1_000_001)), "/capacity", "number_invalid"),
        (with("capacity", json!(1.5)), "/capacity", "field_type"),
        (with("capacity", json!("ten")), "/capacity", "field_type"),
        (with("series_position", json!(0)), "/series_position", "number_invalid"),
        (with("series_id", json!("no-id")), "/series_id", "field_type"),
        (with("attendance_mode", json!("telepathy")), "/attendance_mode", "field_type"),
        (with("venue", json!({})), "/venue/name", "field_required"),
        (with("venue", json!({ "name": "A", "city": "B" })), "/venue/city", "field_unknown"),
        (with("venue", json!({ "name": "A", "url": "javascript:alert(1)" })), "/venue/url", "url_invalid"),
        (with("virtual_location", json!({ "platform": "" })), "/virtual_location/platform", "text_invalid"),
        (
            with("virtual_location", json!({ "platform": "Zoom", "join_url": "zoom" })),
            "/virtual_location/join_url",
            "url_invalid",
        ),
        (with("registration", json!({ "offer_hours": 0 })), "/registration/offer_hours", "number_invalid"),
        (with("registration", json!({ "fee": 1 })), "/registration/fee", "field_unknown"),
        (
            with("registration", json!({ "opens_at": "2022-02-02T08:00:00Z", "closes_at": "2022-02-02T08:00:00Z" })),
            "/registration/closes_at",
            "end_before_start",
        ),
    ] {
        owner.post(EVENTS, body).await.faults(&[(pointer, code)]);
    }
    let mut many = webinar("");
    many["capacity"] = json!(-1);
    many["when"] = json!({ "edtf": "soon" });
    owner.post(EVENTS, many).await.faults(&[
        ("/title", "text_invalid"),
        ("/capacity", "number_invalid"),
        ("/when/edtf", "edtf_invalid"),
    ]);
    assert_eq!(owner.get(EVENTS).await.at("/items"), json!([]));
}

async fn saving_what_was_read_changes_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = make_event(&owner, whole()).await;
    let path = format!("{EVENTS}/{}", made.id());
    app.pass(TimeDelta::minutes(5));
    let read = owner.get(&path).await.expect(200);
    let mut same = serde_json::Map::new();
    for member in whole().as_object().unwrap().keys().filter(|member| *member != "when") {
        same.insert(member.clone(), read.at(&format!("/{member}")));
    }
    let saved = owner.if_match(&read.etag()).patch(&path, Value::Object(same)).await.expect(200);
    assert_eq!((saved.json(), saved.etag()), (read.json(), read.etag()));

    for when in [
        json!({ "local_start": "2022-02-23T11:30:00", "local_end": "2022-02-23T13:00" }),
        json!({ "local_end": null, "duration": "PT90M" }),
        json!({
            "local_start": null, "local_end": null,
            "starts_at": "2022-02-23T05:30:00-05:00", "ends_at": "2022-02-23T12:00:00Z",
        }),
    ] {
        let saved = owner.if_match(&read.etag()).patch(&path, json!({ "when": when })).await.expect(200);
        assert_eq!((saved.json(), saved.etag()), (read.json(), read.etag()), "{when}");
    }
    assert_eq!(owner.get(&format!("{path}/history")).await.at("/items").as_array().unwrap().len(), 1);
}

async fn a_patch_changes_removes_and_keeps(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let path = format!("{EVENTS}/{}", make_event(&owner, whole()).await.id());
    app.pass(TimeDelta::seconds(30));
    let edit = json!({
        "title": "Renamed",
        "subtitle": null,
        "objectives": ["Only this"],
        "guiding_questions": null,
        "venue": { "address": null },
        "virtual_location": { "passcode": "111" },
        "registration": { "closes_at": null },
        "capacity": null,
    });
    let changed = owner.patch(&path, edit).await.expect(200).json();
    for (pointer, value) in [
        ("/title", json!("Renamed")),
        ("/subtitle", Value::Null),
        ("/super_title", json!("Towards the next congress")),
        ("/objectives", json!(["Only this"])),
        ("/guiding_questions", json!([])),
        ("/venue", json!({ "name": "Rathaus", "url": "https://example.org/venue" })),
        ("/virtual_location/passcode", json!("111")),
        ("/virtual_location/join_url", json!("https://meet.example.org/j/123456789")),
        (
            "/registration",
            json!({
                "enabled": true, "opens_at": "2022-02-02T08:00:00Z", "wait_list": false, "offer_hours": 12,
                "verification": true, "approval": true, "recording": true,
            }),
        ),
        ("/capacity", Value::Null),
        ("/when/local_start", json!("2022-02-23T11:30:00")),
        ("/revision", json!(2)),
        ("/sequence", json!(1)),
        ("/created_at", json!("2022-02-01T09:00:00Z")),
        ("/updated_at", json!("2022-02-01T09:00:30Z")),
    ] {
        assert_eq!(changed.pointer(pointer), Some(&value), "{pointer}");
    }
    assert_eq!(owner.get(&path).await.json(), changed);
    for (edit, pointer, code) in [
        (json!({ "title": null }), "/title", "field_required"),
        (json!({ "venue": { "name": null } }), "/venue/name", "field_required"),
        (json!({ "visibility": "published" }), "/visibility", "field_unknown"),
        (json!({ "virtual_location": { "pin": 1 } }), "/virtual_location/pin", "field_unknown"),
        (json!({ "when": { "edtf": "2022-03" } }), "/when/local_start", "when_conflicting_fields"),
    ] {
        owner.patch(&path, edit).await.faults(&[(pointer, code)]);
    }
    assert_eq!(owner.get(&path).await.json(), changed);
}

async fn a_change_needs_what_was_read(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = make_event(&owner, webinar("A")).await;
    let path = format!("{EVENTS}/{}", made.id());
    let (organisations, publish) = (format!("{path}/organisations"), format!("{path}/publish"));
    owner.patch(&path, json!({ "title": "B" })).await.problem(428, "precondition_required");
    owner.put(&organisations, json!([])).await.problem(428, "precondition_required");
    owner.post(&publish, json!({})).await.problem(428, "precondition_required");
    let changed = owner.if_match(&made.etag()).patch(&path, json!({ "title": "B" })).await.expect(200);
    let late = owner.if_match(&made.etag());
    for stale in [
        late.patch(&path, json!({ "title": "C" })).await,
        late.put(&organisations, json!([])).await,
        late.post(&publish, json!({})).await,
    ] {
        assert_eq!(stale.problem(412, "precondition_failed")["revision"], 2);
    }
    assert_eq!(owner.get(&path).await.etag(), changed.etag());
}

async fn of_changes_at_the_same_moment_one_is_made(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = make_event(&owner, webinar("A")).await;
    let path = format!("{EVENTS}/{}", made.id());
    let owner = owner.if_match(&made.etag());
    let changes = (0..6).map(|number| owner.patch(&path, json!({ "title": format!("Title {number}") })));
    let mut statuses: Vec<u16> = join_all(changes).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
    assert_eq!(owner.get(&path).await.at("/revision"), 2);
}

async fn a_read_may_be_conditional(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let when = json!({ "local_start": "2022-02-23T11:30", "timezone": "Europe/Paris" });
    let path = format!("{EVENTS}/{}", make_event(&owner, webinar_when("A", when)).await.id());
    let read = owner.get(&path).await.expect(200);
    let same = owner.with("if-none-match", &read.etag()).get(&path).await.expect(304);
    assert_eq!((same.etag(), same.body.len()), (read.etag(), 0));
    let elsewhere = format!("{path}?tz=America/New_York");
    let seen = owner.with("if-none-match", &read.etag()).get(&elsewhere).await.expect(200);
    assert_ne!(seen.etag(), read.etag());
    owner.with("if-none-match", &seen.etag()).get(&elsewhere).await.expect(304);
    owner.if_match(&seen.etag()).patch(&path, json!({ "title": "B" })).await.expect(200);
    owner.with("if-none-match", &read.etag()).get(&path).await.expect(200);
}

async fn an_event_of_another_workspace_does_not_exist(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let made = make_event(&owner, whole()).await;
    let path = format!("{EVENTS}/{}", made.id());
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    for answer in [
        stranger.get(&path).await,
        stranger.get(&format!("{path}/organisations")).await,
        stranger.get(&format!("{path}/history")).await,
        stranger.patch(&path, json!({ "title": "Mine" })).await,
        stranger.put(&format!("{path}/organisations"), json!([])).await,
        stranger.post(&format!("{path}/publish"), json!({})).await,
        stranger.post(&format!("{path}/unpublish"), json!({})).await,
        app.get(&path).await,
        app.get(&format!("{path}/organisations")).await,
        owner.get(&format!("{EVENTS}/no-id")).await,
        owner.get(&format!("{EVENTS}/{}", app.workspace().id)).await,
    ] {
        answer.problem(404, "not_found");
    }
    let own = stranger.post("/api/v1/series", json!({ "slug": "theirs", "title": "Theirs" })).await.expect(201);
    let mut body = webinar("A");
    body["series_id"] = json!(own.id());
    owner.post(EVENTS, body).await.faults(&[("/series_id", "reference_unknown")]);
    let edit = json!({ "series_id": own.id() });
    owner.if_match("*").patch(&path, edit).await.faults(&[("/series_id", "reference_unknown")]);
    assert_eq!(owner.get(&path).await.json(), made.json());
}

async fn events_are_changed_by_those_who_may(app: TestApp) {
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    let editor = app.staff(Role::Editor).await.if_match("*");
    viewer.post(EVENTS, webinar("A")).await.problem(403, "forbidden");
    app.post(EVENTS, webinar("A")).await.problem(401, "unauthenticated");
    let path = format!("{EVENTS}/{}", make_event(&editor, webinar("A")).await.id());
    viewer.get(&path).await.expect(200);
    viewer.get(&format!("{path}/history")).await.expect(200);
    viewer.patch(&path, json!({ "title": "B" })).await.problem(403, "forbidden");
    viewer.put(&format!("{path}/organisations"), json!([])).await.problem(403, "forbidden");
    editor.post(&format!("{path}/publish"), json!({})).await.problem(403, "forbidden");
    editor.post(&format!("{path}/unpublish"), json!({})).await.problem(403, "forbidden");
    app.get(&format!("{path}/history")).await.problem(401, "unauthenticated");
}

async fn the_history_tells_who_changed_what(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let path = format!("{EVENTS}/{}", make_event(&owner, webinar("A")).await.id());
    app.pass(TimeDelta::minutes(1));
    let secret = json!({ "platform": "Zoom", "join_url": "https://meet.example.org/secret", "passcode": "294857" });
    owner.patch(&path, json!({ "title": "B", "virtual_location": secret })).await.expect(200);
    let history = owner.get(&format!("{path}/history")).await.expect(200);
    let actor = history.string("/items/0/actor");
    assert!(actor.starts_with("token:"), "{actor}");
    assert_eq!(
        history.json(),
        json!({
            "items": [
                {
                    "actor": actor,
                    "action": "changed",
                    "reason": null,
                    "before": { "title": "A" },
                    "after": { "title": "B", "virtual_location": { "platform": "Zoom" } },
                    "notice": null,
                    "at": "2022-02-01T09:01:00Z",
                },
                {
                    "actor": actor,
                    "action": "created",
                    "reason": null,
                    "before": null,
                    "after": { "title": "A", "when": {} },
                    "notice": null,
                    "at": "2022-02-01T09:00:00Z",
                },
            ],
            "next_cursor": null,
        })
    );
    let first = owner.get(&format!("{path}/history?limit=1")).await.expect(200);
    let second = owner.get(&format!("{path}/history?limit=1&cursor={}", first.string("/next_cursor"))).await;
    assert_eq!((first.at("/items/0/action"), second.at("/items/0/action")), (json!("changed"), json!("created")));
    assert_eq!(second.at("/next_cursor"), Value::Null);
}
