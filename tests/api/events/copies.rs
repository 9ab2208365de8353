//! Events made after other ones, and agendas taken over.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, column, make_event, make_organisation, publish_event, webinar, webinar_when};
use crate::support::{Answer, Client, TestApp, person};

both!(
    a_clone_is_made_once_for_one_key,
    a_clone_is_of_its_own_workspace,
    a_clone_takes_over_what_is_wanted,
    a_clone_without_a_time_keeps_lengths,
    a_copied_agenda_comes_to_an_event_without_one,
    a_time_that_does_not_exist_is_refused,
    an_agenda_is_copied_by_those_who_may,
    an_event_is_cloned_with_everything,
);

/// A published event of a series with rooms, sessions, people and registrations, and what staff see of it.
struct Source {
    owner: Client,
    series: String,
    path: String,
    id: String,
}

impl Source {
    async fn make(app: &TestApp) -> Self {
        let owner = app.staff(Role::Owner).await.if_match("*");
        let city = make_organisation(&owner, "City of Utrecht").await;
        let series = json!({ "slug": "autumn", "title": "Autumn", "languages": ["nl"] });
        let series = owner.post("/api/v1/series", series).await.expect(201).id();
        let id = make_event(&owner, details(&series)).await.id();
        let path = format!("{EVENTS}/{id}");
        publish_event(&owner, &id, &city).await;
        let hall =
            owner.post(&format!("{path}/rooms"), json!({ "name": "Hall", "capacity": 9 })).await.expect(201).id();
        let mut people = Vec::new();
        for name in ["Hans Sakkers", "Elsa Touré", "Ulrika Dagård"] {
            people.push(owner.post("/api/v1/speakers", json!({ "name": name })).await.expect(201).id());
        }
        let agenda = json!({ "sessions": [
            { "kind": "round", "title": "Round", "label": "First", "guiding_questions": ["Why?"], "sessions": [
                {
                    "kind": "talk", "title": "Talk", "room_id": hall, "language": "en", "track": "A",
                    "local_start": "2022-03-01T10:00", "local_end": "2022-03-01T10:20",
                    "appearances": [
                        { "speaker_id": people[0], "role": "speaker", "job_title": "Adviser", "recording_consent": true },
                        { "speaker_id": people[1], "role": "speaker", "status": "declined" },
                        { "label": "Representatives", "organisation_id": city, "role": "panelist", "note": "two" },
                    ],
                },
                { "kind": "talk", "title": "Talk", "local_start": "2022-03-01T10:20", "duration": "PT10M" },
            ] },
            { "kind": "break", "title": "Break", "duration": "PT5M" },
            { "kind": "other", "title": "Open end", "local_start": "2022-03-01T10:35" },
        ] });
        owner.put(&format!("{path}/agenda"), agenda).await.expect(200);
        for (person, status) in [(2, "confirmed"), (1, "withdrawn")] {
            let body = json!({ "speaker_id": people[person], "role": "moderator", "status": status });
            owner.post(&format!("{path}/appearances"), body).await.expect(201);
        }
        app.post(&format!("{path}/registrations"), person("Ada", "ada@example.org")).await.expect(201);
        app.deliver().await;
        app.leave_scheduled("the reminder of the source");
        Self { owner, series, path, id }
    }

    async fn clone(&self, body: Value) -> Answer {
        self.owner.post(&format!("{}/clone", self.path), body).await
    }

    async fn agenda(&self, event: &str) -> Value {
        self.owner.get(&format!("{EVENTS}/{event}/agenda")).await.expect(200).json()
    }
}

fn details(series: &str) -> Value {
    json!({
        "kind": "webinar", "series_id": series, "series_position": 2, "title": "Monitoring", "subtitle": "Second line",
        "abstract": "*What* was learned", "objectives": ["Learn"], "report": "It took place.", "outcomes": "Much.",
        "when": { "local_start": "2022-03-01T10:00", "duration": "PT1H", "timezone": "Europe/Berlin" },
        "virtual_location": { "platform": "Zoom", "join_url": "https://meet.example.org/j/1", "passcode": "294857" },
        "keywords": ["rights"], "capacity": 9,
        "registration": { "closes_at": "2022-03-01T08:00:00Z", "offer_hours": 5 },
        "reminders": [{ "anchor": "start", "offset": "-P1D", "audience": "confirmed" }],
    })
}

/// What a client sees of the sessions that a client may say: kind, title, times, room, people with role and status.
fn outline(sessions: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for one in sessions.as_array().unwrap() {
        let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
        let people: Vec<String> = one["appearances"].as_array().unwrap().iter().map(part).collect();
        let (start, end) = (text("local_start"), text("local_end"));
        let room = one["room"]["name"].as_str().unwrap_or("-");
        lines.push(format!("{} {start} {end} {} {room} {people:?}", text("title"), text("duration")));
        lines.extend(outline(&one["sessions"]).into_iter().map(|line| format!("> {line}")));
    }
    lines
}

fn part(appearance: &Value) -> String {
    ["name", "role", "status"].map(|name| appearance[name].as_str().unwrap()).join(", ")
}

async fn an_event_is_cloned_with_everything(app: TestApp) {
    let source = Source::make(&app).await;
    let (before, agenda) = (source.owner.get(&source.path).await.json(), source.agenda(&source.id).await);
    app.pass(chrono::TimeDelta::minutes(1));
    let when = json!({ "local_start": "2022-04-05T14:30", "duration": "PT90M", "timezone": "America/New_York" });
    let made = source.clone(json!({ "title": "Next", "when": when, "series_position": 3 })).await.expect(201);
    assert_eq!(made.header("location"), Some(format!("{EVENTS}/{}", made.id()).as_str()));
    let mut expected = before.clone();
    for (member, value) in [
        ("id", json!(made.id())),
        ("uid", json!(made.id())),
        ("title", json!("Next")),
        ("series_position", json!(3)),
        ("report", Value::Null),
        ("outcomes", Value::Null),
        ("when", made.at("/when")),
        ("visibility", json!("draft")),
        ("published_at", Value::Null),
        ("links", made.at("/links")),
        ("calendar_links", made.at("/calendar_links")),
        ("sequence", json!(0)),
        ("revision", json!(1)),
        ("created_at", json!("2022-02-01T09:01:00Z")),
        ("updated_at", json!("2022-02-01T09:01:00Z")),
    ] {
        expected[member] = value;
    }
    // An hour before it begins, as before.
    expected["registration"]["closes_at"] = json!("2022-04-05T17:30:00Z");
    assert_eq!(made.json(), expected);
    assert_eq!(made.at("/when/display"), "Tuesday 5 April 2022, 14:30–16:00 (America/New_York, UTC-04:00)");
    assert_eq!(made.at("/inherited"), json!(["languages"]));
    assert_eq!(source.owner.get(&format!("{EVENTS}/{}", made.id())).await.etag(), made.etag());

    let copied = source.agenda(&made.id()).await;
    assert_eq!(
        copied["appearances"].as_array().unwrap().iter().map(part).collect::<Vec<_>>(),
        ["Ulrika Dagård, moderator, tbc"]
    );
    assert_eq!(
        outline(&copied["sessions"]),
        [
            "Round 2022-04-05T14:30:00 2022-04-05T15:00:00 PT30M - []",
            "> Talk 2022-04-05T14:30:00 2022-04-05T14:50:00 PT20M Hall [\"Hans Sakkers, speaker, tbc\", \
             \"Representatives, panelist, tbc\"]",
            "> Talk 2022-04-05T14:50:00 2022-04-05T15:00:00 PT10M - []",
            "Break - - PT5M - []",
            "Open end 2022-04-05T15:05:00 - - - []",
        ]
    );
    let talk = |agenda: &Value| agenda["sessions"][0]["sessions"][0].clone();
    let (old, new) = (talk(&agenda), talk(&copied));
    for name in ["kind", "language", "track"] {
        assert_eq!(new[name], old[name]);
    }
    assert_eq!(copied["sessions"][0]["guiding_questions"], json!(["Why?"]));
    assert_ne!((&new["id"], &new["room"]["id"]), (&old["id"], &old["room"]["id"]));
    let speaks = &new["appearances"][0];
    assert_eq!((&speaks["job_title"], &speaks["recording_consent"]), (&json!("Adviser"), &Value::Null));
    let rooms = source.owner.get(&format!("{EVENTS}/{}/rooms", made.id())).await;
    assert_eq!((column(&rooms, "name"), rooms.at("/items/0/capacity")), (vec!["Hall".to_owned()], json!(9)));

    let registrations = source.owner.get(&format!("{EVENTS}/{}/registrations", made.id())).await;
    assert_eq!(registrations.at("/items"), json!([]));
    let history = source.owner.get(&format!("{EVENTS}/{}/history", made.id())).await;
    assert_eq!(column(&history, "action"), ["cloned"]);
    assert_eq!(history.at("/items/0/after/source_id"), json!(source.id));
    // The source is as it was.
    assert_eq!(source.owner.get(&source.path).await.json(), before);
    assert_eq!(source.agenda(&source.id).await, agenda);
}

async fn a_clone_takes_over_what_is_wanted(app: TestApp) {
    let source = Source::make(&app).await;
    let shape = |event: &Answer, agenda: &Value| {
        let count = |list: &Value| list.as_array().unwrap().len();
        let people = agenda["sessions"].pointer("/0/sessions/0/appearances").map_or(0, count);
        let organisations = count(&event.at("/organisations"));
        [organisations, count(&agenda["sessions"]), people, count(&agenda["appearances"])]
    };
    for (include, expected) in [
        (Value::Null, [1, 3, 2, 1]),
        (json!(["agenda", "appearances", "organisations"]), [1, 3, 2, 1]),
        (json!([]), [0, 0, 0, 0]),
        (json!(["organisations"]), [1, 0, 0, 0]),
        (json!(["agenda"]), [0, 3, 0, 0]),
        (json!(["appearances"]), [0, 0, 0, 1]),
        (json!(["agenda", "appearances", "agenda"]), [0, 3, 2, 1]),
    ] {
        let made = source.clone(json!({ "include": include })).await.expect(201);
        assert_eq!(shape(&made, &source.agenda(&made.id()).await), expected, "{include}");
        // Without another time it is at the time of the source.
        assert_eq!(made.at("/when/starts_at"), "2022-03-01T09:00:00Z");
        assert_eq!(made.at("/registration/closes_at"), "2022-03-01T08:00:00Z");
        assert_eq!((made.at("/series/id"), made.at("/series_position")), (json!(source.series), Value::Null));
    }
    let other = json!({ "slug": "other", "title": "Other", "timezone": "Asia/Tokyo", "languages": ["fr"] });
    let other = source.owner.post("/api/v1/series", other).await.expect(201).id();
    let when = json!({ "local_start": "2022-03-03T10:00" });
    let made = source.clone(json!({ "series_id": other, "when": when })).await.expect(201);
    assert_eq!((made.at("/series/id"), made.at("/languages")), (json!(other), json!(["fr"])));
    assert_eq!(made.at("/when/starts_at"), "2022-03-03T01:00:00Z");
}

async fn a_clone_without_a_time_keeps_lengths(app: TestApp) {
    let source = Source::make(&app).await;
    let lengths = [
        "Round - - PT30M - []",
        "> Talk - - PT20M Hall []",
        "> Talk - - PT10M - []",
        "Break - - PT5M - []",
        "Open end - - - - []",
    ];
    for when in [json!({}), json!({ "edtf": "2022-05" }), json!({ "edtf": "2022-05-06" })] {
        let made = source.clone(json!({ "when": when, "include": ["agenda"] })).await.expect(201);
        assert_eq!(outline(&source.agenda(&made.id()).await["sessions"]), lengths, "{when}");
        let policy = made.at("/registration");
        assert_eq!((&policy["wait_list"], &policy["offer_hours"]), (&json!(true), &json!(5)));
        let settled = json!({ "local_start": "2022-05-06T10:00", "timezone": "Europe/Berlin" });
        let again = json!({ "when": settled, "include": ["agenda"] });
        let again = source.owner.post(&format!("{EVENTS}/{}/clone", made.id()), again).await.expect(201);
        assert_eq!(outline(&source.agenda(&again.id()).await["sessions"]), lengths, "{when}");
    }
}

async fn a_time_that_does_not_exist_is_refused(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let at = |local: &str| json!({ "local_start": local, "timezone": "Europe/Berlin" });
    let id = make_event(&owner, webinar_when("Night", at("2022-03-20T01:00"))).await.id();
    let path = format!("{EVENTS}/{id}");
    let talk = json!({ "sessions": [
        { "kind": "talk", "title": "Talk", "local_start": "2022-03-20T02:10", "local_end": "2022-03-20T02:50" },
    ] });
    owner.put(&format!("{path}/agenda"), talk).await.expect(200);
    let clone = format!("{path}/clone");
    for (day, code) in [("2022-03-27", "local_time_nonexistent"), ("2022-10-30", "local_time_ambiguous")] {
        let refused = owner.post(&clone, json!({ "when": at(&format!("{day}T01:00")) })).await;
        refused.faults(&[("/when", code)]);
        let mut when = at(&format!("{day}T01:00"));
        when["disambiguation"] = json!("later");
        let made = owner.post(&clone, json!({ "when": when })).await.expect(201);
        let agenda = owner.get(&format!("{EVENTS}/{}/agenda", made.id())).await;
        let start = if day == "2022-03-27" { "2022-03-27T01:10:00Z" } else { "2022-10-30T01:10:00Z" };
        assert_eq!(agenda.at("/sessions/0/starts_at"), start);
    }
    let target = make_event(&owner, webinar_when("Other", at("2022-03-27T01:00"))).await.id();
    let copied = owner.post(&format!("{EVENTS}/{target}/agenda/copy-from"), json!({ "event_id": id })).await;
    copied.faults(&[("/event_id", "local_time_nonexistent")]);
    assert_eq!(owner.get(&format!("{EVENTS}/{target}")).await.at("/revision"), 1);
    // What was refused left nothing behind.
    assert_eq!(column(&owner.get(EVENTS).await, "title"), ["Night", "Night", "Other", "Night"]);
}

async fn a_clone_is_made_once_for_one_key(app: TestApp) {
    let source = Source::make(&app).await;
    let keyed = source.owner.keyed("one");
    let clone = format!("{}/clone", source.path);
    let first = keyed.post(&clone, json!({ "title": "Next" })).await.expect(201);
    let again = keyed.post(&clone, json!({ "title": "Next" })).await.expect(201);
    assert_eq!(again.json(), first.json());
    keyed.post(&clone, json!({})).await.problem(422, "idempotency_key_reused");
    assert_eq!(column(&source.owner.get(EVENTS).await, "title"), ["Monitoring", "Next"]);
    for (body, pointer, code) in [
        (json!({ "title": "" }), "/title", "text_invalid"),
        (json!({ "series_position": 0 }), "/series_position", "number_invalid"),
        (json!({ "when": { "edtf": "soon" } }), "/when/edtf", "edtf_invalid"),
        (json!({ "when": { "local_start": "2022-03-01T10:00" } }), "/when/timezone", "timezone_required"),
        (json!({ "include": ["registrations"] }), "/include/0", "field_type"),
        (json!({ "uid": "x" }), "/uid", "field_unknown"),
        (json!({ "series_id": source.id }), "/series_id", "reference_unknown"),
    ] {
        source.clone(body).await.faults(&[(pointer, code)]);
    }
    assert_eq!(source.owner.get(EVENTS).await.at("/items").as_array().unwrap().len(), 2);
}

async fn a_clone_is_of_its_own_workspace(app: TestApp) {
    let source = Source::make(&app).await;
    let clone = format!("{}/clone", source.path);
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    // Everybody may read it; only its staff may clone it.
    stranger.get(&source.path).await.expect(200);
    stranger.post(&clone, json!({})).await.problem(404, "not_found");
    app.staff(Role::Viewer).await.post(&clone, json!({})).await.problem(403, "forbidden");
    app.post(&clone, json!({})).await.problem(401, "unauthenticated");
    let theirs = stranger.post("/api/v1/series", json!({ "slug": "s", "title": "S" })).await.expect(201).id();
    source.clone(json!({ "series_id": theirs })).await.faults(&[("/series_id", "reference_unknown")]);
    assert_eq!(stranger.get(EVENTS).await.at("/items"), json!([]));
}

async fn a_copied_agenda_comes_to_an_event_without_one(app: TestApp) {
    let source = Source::make(&app).await;
    let owner = &source.owner;
    let when = json!({ "local_start": "2022-03-08T09:00", "timezone": "Europe/Berlin" });
    let target = make_event(owner, webinar_when("Target", when)).await.id();
    let path = format!("{EVENTS}/{target}");
    let hall = owner.post(&format!("{path}/rooms"), json!({ "name": "Hall" })).await.expect(201).id();
    let copy = format!("{path}/agenda/copy-from");
    let etag = owner.get(&path).await.etag();
    let asked = owner.if_match(&etag).keyed("one");
    let copied = asked.post(&copy, json!({ "event_id": source.id })).await.expect(200);
    assert_eq!(
        outline(&copied.at("/sessions")),
        [
            "Round 2022-03-08T09:00:00 2022-03-08T09:30:00 PT30M - []",
            "> Talk 2022-03-08T09:00:00 2022-03-08T09:20:00 PT20M Hall [\"Hans Sakkers, speaker, tbc\", \
             \"Representatives, panelist, tbc\"]",
            "> Talk 2022-03-08T09:20:00 2022-03-08T09:30:00 PT10M - []",
            "Break - - PT5M - []",
            "Open end 2022-03-08T09:35:00 - - - []",
        ]
    );
    // Rooms of one name are one room; nobody comes to the event as a whole.
    assert_eq!(copied.at("/sessions/0/sessions/0/room/id"), json!(hall));
    assert_eq!(copied.at("/appearances"), json!([]));
    assert_eq!(asked.post(&copy, json!({ "event_id": source.id })).await.expect(200).json(), copied.json());
    let shown = owner.get(&path).await;
    assert_eq!((shown.at("/revision"), shown.at("/sequence")), (json!(3), json!(1)));
    let history = owner.get(&format!("{path}/history")).await;
    assert_eq!(
        (history.at("/items/0/action"), history.at("/items/0/after")),
        (json!("agenda_copied"), json!({ "sessions": 5, "source_id": source.id }))
    );

    let refused = owner.post(&copy, json!({ "event_id": source.id })).await;
    refused.problem(409, "not_possible_now");
    owner
        .if_match(&etag)
        .post(&copy, json!({ "event_id": source.id, "replace": true }))
        .await
        .problem(412, "precondition_failed");
    let again = json!({ "event_id": source.id, "replace": true, "appearances": false });
    let again = owner.post(&copy, again).await.expect(200);
    assert_eq!(again.at("/sessions").as_array().unwrap().len(), 3);
    assert_eq!(again.at("/sessions/0/sessions/0/appearances"), json!([]));
    assert_eq!(owner.get(&format!("{path}/agenda")).await.json(), again.json());
    assert_eq!(column(&owner.get(&format!("{path}/rooms")).await, "name"), ["Hall"]);
}

async fn an_agenda_is_copied_by_those_who_may(app: TestApp) {
    let source = Source::make(&app).await;
    let owner = &source.owner;
    let target = make_event(owner, webinar("Target")).await.id();
    let copy = format!("{EVENTS}/{target}/agenda/copy-from");
    let body = json!({ "event_id": source.id });
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    let theirs = make_event(&stranger, webinar("Theirs")).await.id();
    stranger.post(&copy, body.clone()).await.problem(404, "not_found");
    let into_theirs = format!("{EVENTS}/{theirs}/agenda/copy-from");
    stranger.post(&into_theirs, body.clone()).await.faults(&[("/event_id", "reference_unknown")]);
    app.staff(Role::Viewer).await.if_match("*").post(&copy, body.clone()).await.problem(403, "forbidden");
    app.staff(Role::Owner).await.post(&copy, body).await.problem(428, "precondition_required");
    for (body, pointer, code) in [
        (json!({}), "/event_id", "field_required"),
        (json!({ "event_id": target }), "/event_id", "invalid"),
        (json!({ "event_id": source.series }), "/event_id", "reference_unknown"),
        (json!({ "event_id": source.id, "append": true }), "/append", "field_unknown"),
    ] {
        owner.post(&copy, body).await.faults(&[(pointer, code)]);
    }
    assert_eq!(owner.get(&format!("{EVENTS}/{target}")).await.at("/revision"), 1);
}
