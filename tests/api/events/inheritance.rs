//! What events have from their series, and what becomes of them when it changes.

use chrono::TimeDelta;
use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, column, make_event, make_organisation, publish_event, webinar};
use crate::support::{Answer, Client, TestApp, person};

both!(
    a_changed_series_changes_those_that_follow_it,
    a_zone_is_taken_once,
    an_event_may_say_something_else,
    an_event_without_a_series_has_what_it_says,
    events_that_join_meanwhile_are_not_missed,
    faults_are_pointed_at,
    reading_and_saving_makes_nothing_its_own,
    registration_follows_the_series,
    reminders_are_set_as_a_list,
    seats_follow_the_series,
);

const SERIES: &str = "/api/v1/series";
const MEMBERS: [&str; 5] = ["registration", "reminders", "languages", "attendance_mode", "capacity"];

fn policy(enabled: bool, wait_list: bool, offer_hours: i32) -> Value {
    json!({
        "enabled": enabled, "wait_list": wait_list, "offer_hours": offer_hours,
        "verification": false, "approval": false, "recording": false,
    })
}

fn given() -> Value {
    json!({
        "registration": policy(true, false, 12),
        "reminders": [
            { "anchor": "start", "offset": "-P1D", "audience": "confirmed" },
            { "anchor": "end", "offset": "PT2H", "audience": "attended" },
        ],
        "languages": ["de", "pt-BR"],
        "attendance_mode": "mixed",
        "capacity": 30,
    })
}

async fn make_series(owner: &Client, more: Value) -> String {
    let mut body = json!({ "slug": "autumn", "title": "Autumn" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    owner.post(SERIES, body).await.expect(201).id()
}

fn of_series(series: &str, more: Value) -> Value {
    let mut body = webinar("A");
    body["series_id"] = json!(series);
    let (Value::Object(members), Value::Object(more)) = (&mut body, more) else { panic!("objects") };
    members.extend(more);
    body
}

/// The members that may be inherited, as they are shown.
#[track_caller]
fn shown(event: &Answer) -> Value {
    MEMBERS
        .iter()
        .map(|name| ((*name).to_owned(), event.at(&format!("/{name}"))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

async fn an_event_without_a_series_has_what_it_says(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let standard = json!({
        "registration": policy(true, true, 24),
        "reminders": [], "languages": [], "attendance_mode": "online", "capacity": null,
    });
    let least = make_event(&owner, webinar("A")).await;
    assert_eq!((shown(&least), least.at("/inherited")), (standard.clone(), json!([])));
    let path = format!("{EVENTS}/{}", least.id());
    let saved = owner.patch(&path, standard).await.expect(200);
    assert_eq!((saved.json(), saved.etag()), (least.json(), least.etag()));
    let changed = owner.patch(&path, given()).await.expect(200);
    assert_eq!((shown(&changed), changed.at("/inherited")), (given(), json!([])));
}

async fn an_event_may_say_something_else(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let series = make_series(&owner, given()).await;
    let made = make_event(&owner, of_series(&series, json!({}))).await;
    assert_eq!((shown(&made), made.at("/inherited")), (given(), json!(MEMBERS)));
    let path = format!("{EVENTS}/{}", made.id());
    assert_eq!(shown(&owner.get(&path).await), given());

    let own = json!({
        "registration": policy(false, true, 24),
        "reminders": [], "languages": ["fr"], "attendance_mode": "in_person", "capacity": 5,
    });
    let other = make_event(&owner, of_series(&series, own.clone())).await;
    assert_eq!((shown(&other), other.at("/inherited")), (own.clone(), json!([])));
    let changed = owner.patch(&path, own.clone()).await.expect(200);
    assert_eq!((shown(&changed), changed.at("/inherited")), (own, json!([])));
    let none_spoken = owner.patch(&path, json!({ "languages": [] })).await.expect(200);
    assert_eq!((none_spoken.at("/languages"), none_spoken.at("/inherited")), (json!([]), json!([])));

    let back = owner.patch(&path, json!({ "languages": null, "capacity": null })).await.expect(200);
    assert_eq!((back.at("/languages"), back.at("/capacity")), (json!(["de", "pt-BR"]), json!(30)));
    assert_eq!(back.at("/inherited"), json!(["languages", "capacity"]));
    let all = json!({ "registration": null, "reminders": null, "attendance_mode": null });
    let back = owner.patch(&path, all).await.expect(200);
    assert_eq!((shown(&back), back.at("/inherited")), (given(), json!(MEMBERS)));

    let second = make_series(&owner, json!({ "slug": "second", "languages": ["nl"] })).await;
    let moved = owner.patch(&path, json!({ "series_id": second })).await.expect(200);
    assert_eq!((moved.at("/languages"), moved.at("/inherited")), (json!(["nl"]), json!(["languages"])));
    assert_eq!((moved.at("/capacity"), moved.at("/attendance_mode")), (Value::Null, json!("online")));
    let alone = owner.patch(&path, json!({ "series_id": null })).await.expect(200);
    assert_eq!((alone.at("/languages"), alone.at("/inherited")), (json!([]), json!([])));
}

async fn reading_and_saving_makes_nothing_its_own(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let series = make_series(&owner, given()).await;
    let made = make_event(&owner, of_series(&series, json!({}))).await;
    let path = format!("{EVENTS}/{}", made.id());
    let saved = owner.patch(&path, shown(&made)).await.expect(200);
    assert_eq!((saved.json(), saved.etag()), (made.json(), made.etag()));
    let renamed = owner.patch(&path, json!({ "title": "B" })).await.expect(200);
    assert_eq!((shown(&renamed), renamed.at("/inherited")), (given(), json!(MEMBERS)));

    // One field of a policy: the others stay as they are shown.
    let edit = json!({ "registration": { "offer_hours": 48 }, "capacity": 30 });
    let changed = owner.patch(&path, edit).await.expect(200);
    assert_eq!(changed.at("/registration"), policy(true, false, 48));
    assert_eq!(changed.at("/inherited"), json!(["reminders", "languages", "attendance_mode", "capacity"]));
    // What is its own stays its own, even where it comes to be the same.
    let same = owner.patch(&path, json!({ "registration": { "offer_hours": 12 } })).await.expect(200);
    assert_eq!(shown(&same), given());
    assert_eq!(same.at("/inherited"), json!(["reminders", "languages", "attendance_mode", "capacity"]));
}

async fn a_changed_series_changes_those_that_follow_it(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "City").await;
    let series = make_series(&owner, given()).await;
    let day = json!({ "edtf": "2022-03-01" });
    let follows = make_event(&owner, of_series(&series, json!({ "when": day }))).await.id();
    publish_event(&owner, &follows, &city).await;
    let own =
        json!({ "when": { "edtf": "2022-03-02" }, "languages": ["fr"], "capacity": 5, "attendance_mode": "online" });
    let apart = make_event(&owner, of_series(&series, own)).await.id();
    let path = |id: &str| format!("{EVENTS}/{id}");
    let entry = format!("/calendars/events/{follows}.ics");
    assert!(app.get(&entry).await.expect(200).text().contains("SUMMARY;LANGUAGE=de:A"), "the language shows");
    let (before, before_apart) = (owner.get(&path(&follows)).await, owner.get(&path(&apart)).await);
    app.pass(TimeDelta::minutes(1));

    // What calendars show raises the sequence too.
    let series_path = format!("{SERIES}/{series}");
    owner.patch(&series_path, json!({ "languages": ["nl"], "timezone": "Europe/Berlin" })).await.expect(200);
    let after = owner.get(&path(&follows)).await;
    assert_eq!(after.at("/languages"), json!(["nl"]));
    let numbers = |event: &Answer| ["revision", "sequence"].map(|name| event.at(&format!("/{name}")).as_i64().unwrap());
    let [revision, sequence] = numbers(&before);
    assert_eq!(
        (numbers(&after), after.string("/updated_at")),
        ([revision + 1, sequence + 1], "2022-02-01T09:01:00Z".into())
    );
    assert!(app.get(&entry).await.expect(200).text().contains("SUMMARY;LANGUAGE=nl:A"), "the language follows");
    assert_eq!(column(&owner.get(&format!("{EVENTS}?language=nl")).await, "id"), [follows.as_str()]);
    assert_eq!(column(&owner.get(&format!("{EVENTS}?language=de")).await, "id"), Vec::<String>::new());
    let unchanged = owner.get(&path(&apart)).await;
    assert_eq!((unchanged.json(), unchanged.etag()), (before_apart.json(), before_apart.etag()));

    // What they do not show raises the revision alone.
    let edit = json!({ "registration": { "enabled": true, "offer_hours": 6 }, "reminders": null });
    owner.patch(&series_path, edit).await.expect(200);
    let after = owner.get(&path(&follows)).await;
    assert_eq!(numbers(&after), [revision + 2, sequence + 1]);
    assert_eq!((after.at("/registration"), after.at("/reminders")), (policy(true, false, 6), json!([])));
    assert_eq!(after.at("/inherited"), json!(["registration", "languages", "attendance_mode", "capacity"]));
    let history = owner.get(&format!("{}/history", path(&follows))).await;
    assert_eq!(history.at("/items/1/action"), "series_changed");
    assert_eq!(
        (history.at("/items/1/before"), history.at("/items/1/after")),
        (json!({ "languages": ["de", "pt-BR"] }), json!({ "languages": ["nl"] }))
    );

    // A title, or what is the same, reaches nobody.
    owner.patch(&series_path, json!({ "title": "Winter", "languages": ["nl"] })).await.expect(200);
    assert_eq!(numbers(&owner.get(&path(&follows)).await), [revision + 2, sequence + 1]);
    // What an event says itself hides the change, and shows it when the event takes its own back.
    let back = owner.patch(&path(&apart), json!({ "languages": null, "registration": null })).await.expect(200);
    assert_eq!((back.at("/languages"), back.at("/registration/offer_hours")), (json!(["nl"]), json!(6)));
    app.leave_scheduled("reminders whose rules are gone");
}

async fn registration_follows_the_series(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "City").await;
    let series = make_series(&owner, json!({ "registration": { "enabled": false } })).await;
    let when = json!({ "local_start": "2022-03-17T16:00", "timezone": "Europe/Berlin" });
    let event = make_event(&owner, of_series(&series, json!({ "when": when, "capacity": 1 }))).await.id();
    publish_event(&owner, &event, &city).await;
    let (form, registrations) =
        (format!("{EVENTS}/{event}/registration-form"), format!("{EVENTS}/{event}/registrations"));
    assert_eq!(app.get(&form).await.at("/is_open"), false);
    app.post(&registrations, person("Ada", "ada@example.org")).await.problem(409, "registration_closed");

    let series = format!("{SERIES}/{series}");
    owner.patch(&series, json!({ "registration": { "enabled": true, "wait_list": false } })).await.expect(200);
    let open = app.get(&form).await;
    assert_eq!((open.at("/is_open"), open.at("/wait_list")), (json!(true), json!(false)));
    app.post(&registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(app.get(&format!("{EVENTS}/{event}")).await.at("/availability"), "full");
    app.post(&registrations, person("Bob", "bob@example.org")).await.problem(409, "event_full");

    owner.patch(&series, json!({ "registration": { "wait_list": true, "offer_hours": 3 } })).await.expect(200);
    assert_eq!(app.post(&registrations, person("Bob", "bob@example.org")).await.expect(201).at("/state"), "waitlisted");
    let first = owner.get(&registrations).await.string("/items/0/id");
    owner.post(&format!("/api/v1/registrations/{first}/cancel"), json!({})).await.expect(200);
    let second = owner.get(&registrations).await;
    assert_eq!(
        (second.at("/items/1/state"), second.at("/items/1/offer_expires_at")),
        (json!("offered"), json!("2022-02-01T12:00:00Z"))
    );
    app.leave_outbox("the mails about them are tested elsewhere");
}

async fn seats_follow_the_series(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "City").await;
    let series = make_series(&owner, json!({ "capacity": 1 })).await;
    let when = json!({ "local_start": "2022-03-17T16:00", "timezone": "Europe/Berlin" });
    let event = make_event(&owner, of_series(&series, json!({ "when": when }))).await.id();
    publish_event(&owner, &event, &city).await;
    let registrations = format!("{EVENTS}/{event}/registrations");
    let mut states = Vec::new();
    for name in ["ada", "bob", "cleo"] {
        let answer = app.post(&registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
        states.push(answer.string("/state"));
    }
    assert_eq!(states, ["confirmed", "waitlisted", "waitlisted"]);
    owner.patch(&format!("{SERIES}/{series}"), json!({ "capacity": 2 })).await.expect(200);
    app.deliver().await;
    assert_eq!(column(&owner.get(&registrations).await, "state"), ["confirmed", "offered", "waitlisted"]);
    // Without a number there is no limit.
    owner.patch(&format!("{SERIES}/{series}"), json!({ "capacity": null })).await.expect(200);
    app.deliver().await;
    assert_eq!(column(&owner.get(&registrations).await, "state"), ["confirmed", "offered", "offered"]);
    app.leave_scheduled("offers end later");
}

async fn a_zone_is_taken_once(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let zoned = make_series(&owner, json!({ "timezone": "Europe/Berlin" })).await;
    let bare = make_series(&owner, json!({ "slug": "bare" })).await;
    let at = |when: Value| json!({ "when": when });
    let local = json!({ "local_start": "2022-03-17T16:00", "duration": "PT1H" });
    let made = make_event(&owner, of_series(&zoned, at(local.clone()))).await;
    assert_eq!(
        (made.string("/when/timezone"), made.string("/when/starts_at")),
        ("Europe/Berlin".into(), "2022-03-17T15:00:00Z".into())
    );
    let instant = json!({ "starts_at": "2022-03-17T15:00:00Z" });
    let same = make_event(&owner, of_series(&zoned, at(instant))).await;
    assert_eq!(same.string("/when/local_start"), "2022-03-17T16:00:00");
    let mut elsewhere = local.clone();
    elsewhere["timezone"] = json!("America/New_York");
    let elsewhere = make_event(&owner, of_series(&zoned, at(elsewhere))).await;
    assert_eq!(elsewhere.string("/when/starts_at"), "2022-03-17T20:00:00Z");
    let vague = make_event(&owner, of_series(&zoned, at(json!({ "edtf": "2022-03" })))).await;
    assert_eq!(vague.at("/when/timezone"), Value::Null);

    let required = &[("/when/timezone", "timezone_required")];
    owner.post(EVENTS, of_series(&bare, at(local.clone()))).await.faults(required);
    let mut alone = webinar("A");
    alone["when"] = local;
    owner.post(EVENTS, alone).await.faults(required);
    let path = format!("{EVENTS}/{}", vague.id());
    let settled = json!({ "when": { "edtf": null, "local_start": "2022-03-20T10:00" } });
    owner.patch(&path, json!({ "series_id": bare, "when": settled["when"] })).await.faults(required);
    let settled = owner.patch(&path, settled).await.expect(200);
    assert_eq!(settled.string("/when/starts_at"), "2022-03-20T09:00:00Z");

    // The zone was promised: it stays, whatever becomes of the series.
    let path = format!("{EVENTS}/{}", made.id());
    owner.patch(&format!("{SERIES}/{zoned}"), json!({ "timezone": "Asia/Tokyo" })).await.expect(200);
    let read = owner.get(&path).await;
    assert_eq!((read.json(), read.etag()), (made.json(), made.etag()));
    let moved = owner.patch(&path, json!({ "when": { "local_start": "2022-03-18T16:00", "local_end": null } })).await;
    assert_eq!(moved.expect(200).string("/when/starts_at"), "2022-03-18T15:00:00Z");
    let now = owner.patch(&path, json!({ "when": { "timezone": null } })).await.expect(200);
    assert_eq!(now.string("/when/starts_at"), "2022-03-18T07:00:00Z");
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    let theirs = of_series(&zoned, at(json!({ "local_start": "2022-03-17T16:00" })));
    stranger.post(EVENTS, theirs).await.faults(required);
}

async fn faults_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let rule = |offset: &str| json!({ "anchor": "start", "offset": offset, "audience": "confirmed" });
    let many: Vec<Value> = (1..=11).map(|hours| rule(&format!("-PT{hours}H"))).collect();
    for (member, value, pointer, code) in [
        ("reminders", json!({}), "/reminders", "field_type"),
        ("reminders", json!([rule("1D")]), "/reminders/0/offset", "duration_invalid"),
        ("reminders", json!([rule("-P1M")]), "/reminders/0/offset", "duration_invalid"),
        ("reminders", json!([rule("-P367D")]), "/reminders/0/offset", "duration_invalid"),
        ("reminders", json!([rule("-P1D"), rule("-PT24H")]), "/reminders/1", "invalid"),
        ("reminders", json!(many), "/reminders", "number_invalid"),
        ("reminders", json!([{ "anchor": "start", "offset": "-P1D" }]), "/reminders/0/audience", "field_required"),
        (
            "reminders",
            json!([{ "anchor": "noon", "offset": "-P1D", "audience": "all" }]),
            "/reminders/0/anchor",
            "field_type",
        ),
        ("capacity", json!(-1), "/capacity", "number_invalid"),
        ("attendance_mode", json!("telepathy"), "/attendance_mode", "field_type"),
        ("registration", json!({ "offer_hours": 0 }), "/registration/offer_hours", "number_invalid"),
        ("registration", json!({ "fee": 1 }), "/registration/fee", "field_unknown"),
        (
            "registration",
            json!({ "opens_at": "2022-02-02T08:00:00Z", "closes_at": "2022-02-02T08:00:00Z" }),
            "/registration/closes_at",
            "end_before_start",
        ),
    ] {
        let (mut series, mut event) = (json!({ "slug": "one", "title": "One" }), webinar("A"));
        (series[member], event[member]) = (value.clone(), value);
        owner.post(SERIES, series).await.faults(&[(pointer, code)]);
        owner.post(EVENTS, event).await.faults(&[(pointer, code)]);
    }
    assert_eq!(owner.get(SERIES).await.at("/items"), json!([]));
}

async fn reminders_are_set_as_a_list(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = make_series(&owner, given()).await;
    let made = make_event(&owner, of_series(&series, json!({}))).await;
    let path = format!("{EVENTS}/{}", made.id());
    let reminders = format!("{path}/reminders");
    let read = owner.get(&reminders).await.expect(200);
    assert_eq!(read.json(), json!({ "items": given()["reminders"], "is_inherited": true }));
    owner.put(&reminders, json!([])).await.problem(428, "precondition_required");
    app.staff(Role::Viewer).await.if_match("*").put(&reminders, json!([])).await.problem(403, "forbidden");
    app.get(&reminders).await.problem(404, "not_found");

    // The same list, said by the event itself.
    let own = owner.if_match(&read.etag()).put(&reminders, given()["reminders"].clone()).await.expect(200);
    assert_eq!(own.json(), json!({ "items": given()["reminders"], "is_inherited": false }));
    let shown = owner.get(&path).await;
    assert_eq!((shown.at("/revision"), shown.at("/sequence")), (json!(2), json!(0)));
    owner.if_match(&read.etag()).put(&reminders, json!([])).await.problem(412, "precondition_failed");
    let owner = owner.if_match("*");
    let hours = json!([{ "anchor": "start", "offset": "-PT24H", "audience": "all" }]);
    let day = json!([{ "anchor": "start", "offset": "-P1D", "audience": "all" }]);
    let set = owner.put(&reminders, hours).await.expect(200);
    assert_eq!(set.at("/items"), day);
    assert_eq!(owner.put(&reminders, day).await.expect(200).etag(), set.etag());
    assert_eq!(
        owner.put(&reminders, json!([])).await.expect(200).json(),
        json!({ "items": [], "is_inherited": false })
    );
    let wrong = json!([{ "anchor": "start", "offset": "soon", "audience": "all" }]);
    owner.put(&reminders, wrong).await.faults(&[("/0/offset", "duration_invalid")]);
    let history = owner.get(&format!("{path}/history")).await;
    assert_eq!(column(&history, "action"), ["reminders_changed", "reminders_changed", "reminders_changed", "created"]);
    let back = owner.patch(&path, json!({ "reminders": null })).await.expect(200);
    assert_eq!((back.at("/reminders"), back.at("/inherited")), (given()["reminders"].clone(), json!(MEMBERS)));
}

async fn events_that_join_meanwhile_are_not_missed(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let series = make_series(&owner, json!({ "languages": ["de"] })).await;
    let lone = make_event(&owner, webinar("lone")).await.id();
    for round in 0..4 {
        let tag = ["en", "fr", "nl", "de"][round];
        let makes = (0..4).map(|_| {
            let (owner, body) = (owner.clone(), of_series(&series, json!({})));
            async move { owner.post(EVENTS, body).await.status }
        });
        let (series_path, lone_path) = (format!("{SERIES}/{series}"), format!("{EVENTS}/{lone}"));
        let changes = join_all([
            owner.patch(&series_path, json!({ "languages": [tag] })),
            owner.patch(&lone_path, json!({ "series_id": series })),
        ]);
        let (made, changed) = tokio::join!(join_all(makes), changes);
        assert_eq!(made, [201; 4]);
        assert!(changed.iter().all(|answer| answer.status == 200), "{changed:?}");
        let all = owner.get(&format!("{EVENTS}?series={series}&limit=100")).await.at("/items");
        let spoken: Vec<&Value> = all.as_array().unwrap().iter().map(|event| &event["languages"]).collect();
        assert_eq!(spoken, vec![&json!([tag]); (round + 1) * 4 + 1]);
        owner.patch(&lone_path, json!({ "series_id": null })).await.expect(200);
    }
}
