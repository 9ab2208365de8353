//! What a workspace keeps for a time only.

use chrono::TimeDelta;
use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
use futures_util::future::join;
use plenary::accounts::Role;
use plenary::db::schema::outbox_messages;
use serde_json::{Value, json};

use super::{MARK, them, traces};
use crate::support::{OpenEvent, TestApp, TestAppBuilder};

both!(
    a_retention_has_its_form,
    a_mail_about_several_events_is_forgotten_with_the_last,
    a_slip_of_the_pen_is_taken_back,
    it_is_erased_once_by_two_workers,
    what_is_not_over_is_kept,
    what_is_over_is_erased_when_its_time_has_come,
    who_waits_for_a_recording_is_known_until_it_was_there,
);

const DEMO: &str = "/api/v1/workspaces/demo";

async fn keep(app: &TestApp, retention: Value) {
    let owner = app.staff(Role::Owner).await;
    owner.if_match("*").patch(DEMO, json!({ "retention": retention })).await.expect(200);
}

/// Registers the person, and sees to their mail.
async fn register(app: &TestApp, event: &OpenEvent, more: Value) {
    app.post(&event.registrations, them(more)).await.expect(201);
    app.deliver().await;
}

async fn is_erased(event: &OpenEvent) -> bool {
    event.owner.get(&event.registrations).await.expect(200).at("/items/0/erased") == json!(true)
}

/// Lets days go by, the outbox in each.
async fn pass_until(app: &TestApp, instant: &str) {
    let instant = instant.parse().unwrap();
    while app.clock().now() < instant {
        let left: TimeDelta = instant - app.clock().now();
        app.pass(left.min(TimeDelta::days(1)));
        app.deliver().await;
    }
}

async fn a_retention_has_its_form(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    for wrong in ["P0D", "PT36H", "P1Y", "P3651D", "soon"] {
        let answer = owner.patch(DEMO, json!({ "retention": wrong })).await;
        answer.faults(&[("/retention", "duration_invalid")]);
    }
    assert_eq!(app.outbox(), []);
    let set = owner.patch(DEMO, json!({ "retention": "P4W" })).await.expect(200);
    assert_eq!(set.at("/retention"), json!("P28D"));
    assert_eq!(app.staff(Role::Viewer).await.get(DEMO).await.at("/retention"), json!("P28D"));
    assert_eq!(app.get(DEMO).await.json().get("retention"), None);
    app.staff(Role::Organiser).await.if_match("*").patch(DEMO, json!({ "retention": null })).await.expect(403);
    // Another change of the workspace promises nothing twice.
    owner.patch(DEMO, json!({ "name": "Renamed" })).await.expect(200);
    app.expect_outbox(1);
    let unset = owner.patch(DEMO, json!({ "retention": null })).await.expect(200);
    assert_eq!(unset.json().get("retention"), None);
    app.pass(TimeDelta::days(1));
    app.deliver().await;
    app.expect_outbox(0);
}

async fn what_is_over_is_erased_when_its_time_has_come(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, json!({})).await;
    let list = "/api/v1/mail/suppressions";
    let complaint = json!({ "email": super::ADDRESS, "note": super::marked("complained") });
    event.owner.post(list, complaint).await.expect(201);
    keep(&app, json!("P30D")).await;
    // It was over on 17 March at 16:30 UTC; each day has its turn at 9:00 UTC.
    pass_until(&app, "2022-04-16T09:00:00Z").await;
    assert!(!is_erased(&event).await);
    assert!(!traces(&app, MARK).is_empty());
    pass_until(&app, "2022-04-17T09:00:00Z").await;
    assert!(is_erased(&event).await);
    assert_eq!(traces(&app, MARK), Vec::<String>::new());
    assert_eq!(event.states().await, [(String::new(), "confirmed".to_owned())]);
    let log = event.owner.get("/api/v1/privacy/erasures").await.expect(200).json();
    let [one] = log["items"].as_array().unwrap().as_slice() else { panic!("one, not {log}") };
    assert_eq!(
        (&one["cause"], &one["actor"], &one["address_digest"]),
        (&json!("retention"), &Value::Null, &Value::Null)
    );
    let erased = ["registrations", "suppressions"].map(|name| one["erased"][name].clone());
    assert_eq!((erased, &one["created_at"]), ([json!(1), json!(1)], &json!("2022-04-17T09:00:00Z")));
    // Whoever wanted no mail gets none, by the digest of the address alone.
    let left = event.owner.get(list).await.expect(200);
    let kept = (left.at("/items/0/address"), left.at("/items/0/diagnostic"), left.at("/items/0/reason"));
    assert_eq!(kept, (Value::Null, Value::Null, json!("manual")));
    let again = app.open_event(json!({ "when": { "edtf": "2022-06-01" } })).await;
    app.post(&again.registrations, them(json!({}))).await.expect(201);
    assert_eq!(app.deliver().await, []);
    // It goes on, once a day.
    let next = "2022-04-18T09:00:00Z".parse().unwrap();
    assert_eq!(app.outbox(), [("workspaces.retention".to_owned(), next)]);
    app.leave_scheduled("it is looked at again each day");
}

async fn what_is_not_over_is_kept(app: TestApp) {
    let next_year = json!({ "local_start": "2023-03-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let later = app.open_event(json!({ "when": next_year })).await;
    let undated = app.open_event(json!({ "when": { "precision": "none" } })).await;
    let postponed = app.open_event(json!({})).await;
    let kept_elsewhere = app.open_event(json!({})).await;
    for event in [&later, &undated, &postponed, &kept_elsewhere] {
        register(&app, event, json!({})).await;
    }
    let any = postponed.owner.if_match("*");
    any.post(&format!("/api/v1/events/{}/postpone", postponed.id), json!({ "notify": false })).await.expect(200);
    // The setting of another workspace is theirs alone.
    app.other_workspace("second").await;
    let second = app.other_workspace("third").await;
    let theirs = app.staff_of(&second, Role::Owner).await.if_match("*");
    theirs.patch("/api/v1/workspaces/third", json!({ "retention": "P1D" })).await.expect(200);
    pass_until(&app, "2022-04-17T09:00:00Z").await;
    for event in [&later, &undated, &postponed, &kept_elsewhere] {
        assert!(!is_erased(event).await);
    }
    keep(&app, json!("P1D")).await;
    pass_until(&app, "2022-04-19T09:00:00Z").await;
    for (event, expected) in [(&later, false), (&undated, false), (&postponed, false), (&kept_elsewhere, true)] {
        assert_eq!(is_erased(event).await, expected);
    }
    app.leave_scheduled("it is looked at again each day");
}

async fn who_waits_for_a_recording_is_known_until_it_was_there(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "recording": true } })).await;
    register(&app, &event, json!({ "attendance": "recording" })).await;
    app.clock().set("2022-03-18T09:00:00Z".parse().unwrap());
    let recording = json!({
        "kind": "recording", "title": "Recording", "url": "https://media.example/recording",
        "available_from": "2022-04-01T08:00:00Z",
    });
    event.owner.post(&format!("/api/v1/events/{}/materials", event.id), recording).await.expect(201);
    keep(&app, json!("P10D")).await;
    pass_until(&app, "2022-04-11T07:00:00Z").await;
    assert!(!is_erased(&event).await);
    pass_until(&app, "2022-04-12T09:00:00Z").await;
    assert!(is_erased(&event).await);
    app.leave_scheduled("it is looked at again each day");
}

async fn a_slip_of_the_pen_is_taken_back(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, json!({})).await;
    app.clock().set("2022-06-01T09:00:00Z".parse().unwrap());
    keep(&app, json!("P1D")).await;
    app.pass(TimeDelta::hours(23));
    app.deliver().await;
    keep(&app, json!("P300D")).await;
    app.pass(TimeDelta::hours(2));
    app.deliver().await;
    assert!(!is_erased(&event).await);
    // The promise of the first setting is void; that of the second is the only one.
    app.expect_outbox(1);
    keep(&app, Value::Null).await;
    pass_until(&app, "2023-06-01T09:00:00Z").await;
    assert!(!is_erased(&event).await);
}

async fn it_is_erased_once_by_two_workers(builder: TestAppBuilder) {
    let app = builder.start().await;
    let event = app.open_event(json!({})).await;
    for index in 0..30 {
        let email = format!("{MARK}{index}@example.org");
        app.post(&event.registrations, them(json!({ "email": email }))).await.expect(201);
    }
    app.deliver().await;
    keep(&app, json!("P1D")).await;
    app.clock().set("2022-03-20T09:00:00Z".parse().unwrap());
    let replica = app.replica();
    for _ in 0..2 {
        let (one, other) = join(app.app().worker().drain(), replica.app().worker().drain()).await;
        assert!(one.unwrap() + other.unwrap() <= 2);
    }
    let log = event.owner.get("/api/v1/privacy/erasures").await.expect(200).json();
    let erased: Vec<&Value> =
        log["items"].as_array().unwrap().iter().map(|one| &one["erased"]["registrations"]).collect();
    assert_eq!(erased, [&json!(30)]);
    let next = "2022-03-21T09:00:00Z".parse().unwrap();
    assert_eq!(app.outbox(), [("workspaces.retention".to_owned(), next)]);
    assert_eq!(traces(&app, MARK), Vec::<String>::new());
    app.leave_scheduled("it is looked at again each day");
}

async fn a_mail_about_several_events_is_forgotten_with_the_last(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let april = json!({ "local_start": "2022-04-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let first = app.open_event(json!({ "series_id": series })).await;
    app.open_event(json!({ "series_id": series, "when": april })).await;
    owner.if_match("*").post(&format!("/api/v1/series/{series}/publish"), json!({})).await.expect(200);
    app.post(&format!("/api/v1/series/{series}/registrations"), them(json!({}))).await.expect(201);
    assert_eq!(app.deliver().await.len(), 1);
    let stats = format!("/api/v1/series/{series}/registration-stats");
    assert_eq!(owner.get(&stats).await.expect(200).at("/people"), json!(1));
    keep(&app, json!("P1D")).await;
    let known = || {
        outbox_messages::table
            .filter(outbox_messages::recipient_digest.is_not_null())
            .count()
            .get_result::<i64>(&mut app.database().connect())
            .unwrap()
    };
    pass_until(&app, "2022-03-20T09:00:00Z").await;
    assert!(is_erased(&first).await);
    assert!(known() > 0, "the address is registered for April");
    assert_eq!(owner.get(&stats).await.expect(200).at("/people"), json!(1));
    pass_until(&app, "2022-04-20T09:00:00Z").await;
    assert_eq!(known(), 0);
    assert_eq!(traces(&app, MARK), Vec::<String>::new());
    // Two rows are counted, and nobody knows any more how many people they were.
    let stats = owner.get(&stats).await.expect(200);
    assert_eq!((stats.at("/total"), stats.at("/people")), (json!(2), json!(0)));
    app.leave_scheduled("it is looked at again each day");
}
