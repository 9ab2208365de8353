//! Commands: what happens to an event as a whole, in which state, and what remains of it.

use chrono::TimeDelta;
use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{EVENTS, column, make_event, make_organisation, publish_event, webinar_when};
use crate::support::parsers::read_calendar;
use crate::support::{Client, TestApp, person};

both!(
    a_command_is_for_those_who_may_and_once,
    a_command_needs_no_body,
    a_draft_is_rescheduled_quietly,
    a_month_becomes_a_day,
    an_answer_that_is_sent_back_changes_nothing,
    an_archived_event_is_in_no_list,
    each_command_is_kept_with_its_reason,
    faults_of_a_command_are_pointed_at,
    the_agenda_finds_its_way_through_a_postponement,
    the_agenda_moves_along,
    the_same_time_changes_nothing,
    the_state_decides,
);

const COMMANDS: [&str; 7] = ["publish", "unpublish", "archive", "reschedule", "postpone", "cancel", "reinstate"];

fn berlin(start: &str) -> Value {
    json!({ "local_start": start, "duration": "PT1H30M", "timezone": "Europe/Berlin" })
}

/// A published event, its path, and a client that changes any version of it.
async fn published(app: &TestApp, when: Value) -> (Client, String) {
    let owner = app.staff(Role::Owner).await;
    let city = make_organisation(&owner, "Utrecht").await;
    let id = make_event(&owner, webinar_when("A", when)).await.id();
    publish_event(&owner, &id, &city).await;
    (owner.if_match("*"), format!("{EVENTS}/{id}"))
}

/// The least body of a command.
fn least(command: &str) -> Value {
    if command == "reschedule" { json!({ "when": berlin("2022-04-17T16:00") }) } else { json!({}) }
}

/// What a feed shows of the only event in it.
async fn shown(app: &TestApp, path: &str) -> Value {
    let id = path.rsplit('/').next().unwrap();
    let feed = app.get(&format!("/calendars/events/{id}.ics")).await.expect(200);
    read_calendar(feed.text())["events"].clone()
}

async fn the_state_decides(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    // The last state is left by the first command of the next.
    for (through, visibility, status, allowed) in [
        (
            &[] as &[&str],
            "published",
            "scheduled",
            &["unpublish", "archive", "reschedule", "postpone", "cancel"] as &[&str],
        ),
        (&["postpone"], "published", "postponed", &["unpublish", "archive", "reschedule", "cancel", "reinstate"]),
        (&["cancel"], "published", "cancelled", &["unpublish", "archive", "reinstate"]),
        (&["archive"], "archived", "cancelled", &["unpublish", "reinstate"]),
        (&["reinstate"], "archived", "scheduled", &["publish", "unpublish", "reschedule", "postpone", "cancel"]),
        (&["unpublish", "postpone"], "draft", "postponed", &["publish", "reschedule", "cancel", "reinstate"]),
        (&["cancel"], "draft", "cancelled", &["reinstate"]),
    ] {
        for command in through {
            owner.post(&format!("{path}/{command}"), least(command)).await.expect(200);
        }
        let event = owner.get(&path).await;
        assert_eq!((event.at("/visibility"), event.at("/status")), (json!(visibility), json!(status)));
        for command in COMMANDS.iter().filter(|command| !allowed.contains(command)) {
            let refused = owner.post(&format!("{path}/{command}"), least(command)).await;
            let problem = refused.problem(409, "not_possible_now");
            assert_eq!(
                (&problem["visibility"], &problem["event_status"]),
                (&json!(visibility), &json!(status)),
                "{command}"
            );
        }
        assert_eq!(owner.get(&path).await.json(), event.json());
    }
    app.deliver().await;
}

async fn each_command_is_kept_with_its_reason(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    let mut before = owner.get(&path).await;
    let first = before.at("/when");
    for (command, body, status, cancelled) in [
        ("reschedule", json!({ "when": berlin("2022-03-24T16:00"), "reason": "One" }), "scheduled", false),
        ("postpone", json!({ "when": { "edtf": "2022-05" }, "reason": "Two" }), "postponed", false),
        ("cancel", json!({ "reason": "Three" }), "cancelled", true),
        ("reinstate", json!({ "reason": "Four", "when": { "edtf": "2022-06" } }), "tentative", false),
        ("reschedule", json!({ "when": berlin("2022-06-17T16:00"), "notify": false }), "scheduled", false),
    ] {
        app.pass(TimeDelta::hours(1));
        let after = owner.post(&format!("{path}/{command}"), body).await.expect(200);
        assert_eq!(after.at("/status"), json!(status), "{command}");
        let at = if cancelled { app.clock().now().format("%FT%TZ").to_string().into() } else { Value::Null };
        assert_eq!(after.at("/cancelled_at"), at, "{command}");
        for rising in ["/sequence", "/revision"] {
            assert_eq!(after.at(rising).as_i64(), before.at(rising).as_i64().map(|one| one + 1), "{command} {rising}");
        }
        assert_eq!(after.at("/uid"), before.at("/uid"));
        assert_eq!(after.etag(), owner.get(&path).await.etag());
        before = after;
    }
    assert_eq!(before.at("/previous_whens/0"), first);
    let previous = before.at("/previous_whens");
    let previous: Vec<&Value> = previous.as_array().unwrap().iter().map(|when| &when["display"]).collect();
    assert_eq!(
        previous[1..],
        ["Thursday 24 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)", "May 2022", "June 2022"]
    );

    let history = owner.get(&format!("{path}/history")).await;
    let actions = ["rescheduled", "reinstated", "cancelled", "postponed", "rescheduled"];
    assert_eq!(column(&history, "action")[..5], actions);
    let members = |index: usize| {
        let row = history.at(&format!("/items/{index}"));
        ["reason", "notice", "before", "after"].map(|name| row[name].clone())
    };
    assert_eq!(
        members(2),
        [json!("Three"), json!("cancelled"), json!({ "status": "postponed" }), json!({ "status": "cancelled" })]
    );
    assert_eq!(members(0)[..2], [Value::Null, Value::Null]);
    assert_eq!(members(3)[3], json!({ "when": { "edtf": "2022-05" }, "status": "postponed" }));
    assert_eq!(members(4)[2]["when"]["local_start"], "2022-03-17T16:00:00");
    // Nobody had registered.
    assert_eq!(app.deliver().await, []);
}

async fn a_month_becomes_a_day(app: TestApp) {
    let (owner, path) = published(&app, json!({ "edtf": "2022-03" })).await;
    let before = app.get(&path).await.expect(200);
    assert_eq!((before.at("/status"), shown(&app, &path).await), (json!("tentative"), json!([])));
    app.pass(TimeDelta::hours(1));
    let when = json!({ "local_start": "2022-03-17T16:00", "timezone": "Europe/Berlin" });
    owner.post(&format!("{path}/reschedule"), json!({ "when": when })).await.expect(200);

    let after = app.get(&format!("{path}?tz=America/New_York")).await.expect(200);
    assert_eq!((after.at("/status"), after.at("/when/starts_at")), (json!("scheduled"), json!("2022-03-17T15:00:00Z")));
    assert_eq!(after.at("/when/reader/local_start"), "2022-03-17T11:00:00");
    assert_eq!(after.at("/previous_whens/0/edtf"), "2022-03");
    let entry = shown(&app, &path).await;
    let entry = &entry[0];
    assert_eq!((&entry["uid"], &entry["status"]), (&before.at("/uid"), &json!("CONFIRMED")));
    assert_eq!(entry["sequence"].as_i64(), before.at("/sequence").as_i64().map(|sequence| sequence + 1));
    assert_eq!(entry["start"], "2022-03-17T15:00:00Z");
    // And back: what has no day is in no calendar.
    owner.post(&format!("{path}/reschedule"), json!({ "when": { "edtf": "2022-04" } })).await.expect(200);
    assert_eq!((app.get(&path).await.at("/status"), shown(&app, &path).await), (json!("tentative"), json!([])));
    app.deliver().await;
}

async fn the_same_time_changes_nothing(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    let before = owner.get(&path).await;
    let instant =
        json!({ "starts_at": "2022-03-17T15:00:00Z", "ends_at": "2022-03-17T16:30:00Z", "timezone": "Europe/Berlin" });
    for same in [berlin("2022-03-17T16:00:00"), instant, before.at("/when")] {
        let after =
            owner.post(&format!("{path}/reschedule"), json!({ "when": same, "reason": "None" })).await.expect(200);
        assert_eq!((after.json(), after.etag()), (before.json(), before.etag()));
    }
    app.expect_outbox(0);
    // A postponed event takes place at its old time after all.
    owner.post(&format!("{path}/postpone"), json!({})).await.expect(200);
    let entry = &shown(&app, &path).await[0];
    assert_eq!((&entry["status"], &entry["summary"]), (&json!("TENTATIVE"), &json!("Postponed: A")));
    let after = owner.post(&format!("{path}/reschedule"), json!({ "when": before.at("/when") })).await.expect(200);
    assert_eq!((after.at("/status"), after.at("/previous_whens")), (json!("scheduled"), json!([])));
    assert_eq!(shown(&app, &path).await[0]["status"], "CONFIRMED");
    app.deliver().await;
}

async fn an_answer_that_is_sent_back_changes_nothing(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    let whole = owner.get(&format!("{path}?tz=Asia/Tokyo")).await.expect(200);
    assert_eq!(whole.at("/when/reader/timezone"), "Asia/Tokyo");
    let patch = json!({ "when": whole.at("/when"), "title": "B" });
    let after = owner.patch(&path, patch).await.expect(200);
    assert_eq!((after.at("/title"), after.at("/previous_whens")), (json!("B"), json!([])));
    let again = owner.patch(&path, json!({ "when": whole.at("/when") })).await.expect(200);
    assert_eq!(again.etag(), after.etag());
    // What was changed beside the rest is no time, and no silence either.
    let mut other = whole.at("/when");
    other["local_start"] = json!("2022-03-18T16:00:00");
    owner.patch(&path, json!({ "when": other })).await.faults(&[("/when/local_start", "when_conflicting_fields")]);
    let made = json!({ "kind": "webinar", "title": "Copy", "when": whole.at("/when") });
    assert_eq!(make_event(&owner, made).await.at("/when/starts_at"), whole.at("/when/starts_at"));
}

async fn a_draft_is_rescheduled_quietly(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let path = format!("{EVENTS}/{}", make_event(&owner, webinar_when("A", json!({ "edtf": "2022-03" }))).await.id());
    let moved =
        owner.post(&format!("{path}/reschedule"), json!({ "when": berlin("2022-03-17T16:00") })).await.expect(200);
    assert_eq!((moved.at("/visibility"), moved.at("/previous_whens/0/edtf")), (json!("draft"), json!("2022-03")));
    assert_eq!(owner.get(&format!("{path}/history")).await.at("/items/0/notice"), Value::Null);
    assert_eq!(app.deliver().await, []);
}

async fn an_archived_event_is_in_no_list(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    let archived = owner.post(&format!("{path}/archive"), json!({ "reason": "Long ago" })).await.expect(200);
    assert_eq!(archived.at("/visibility"), "archived");
    assert_eq!(app.get(&format!("{EVENTS}?workspace=demo")).await.expect(200).at("/items"), json!([]));
    let calendar = app.get("/calendars/workspaces/demo.ics").await.expect(200);
    assert_eq!(read_calendar(calendar.text())["events"], json!([]));
    // Whoever has the address still finds it.
    assert_eq!(app.get(&path).await.expect(200).at("/title"), "A");
    assert_eq!(shown(&app, &path).await[0]["summary"], "A");
    app.post(&format!("{path}/registrations"), person("Ada", "ada@example.org"))
        .await
        .problem(409, "registration_closed");
    owner.post(&format!("{path}/publish"), json!({})).await.expect(200);
    assert_eq!(column(&app.get(&format!("{EVENTS}?workspace=demo")).await, "title"), ["A"]);
}

async fn a_command_is_for_those_who_may_and_once(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    let tag = owner.get(&path).await.etag();
    for command in ["archive", "reschedule", "postpone", "cancel", "reinstate"] {
        let (command, body) = (format!("{path}/{command}"), least(command));
        app.staff(Role::Owner).await.post(&command, body.clone()).await.problem(428, "precondition_required");
        app.if_match("*").post(&command, body.clone()).await.problem(401, "unauthenticated");
        viewer.post(&command, body.clone()).await.problem(403, "forbidden");
        stranger.post(&command, body.clone()).await.problem(404, "not_found");
        owner.if_match("\"1.000000000000\"").post(&command, body).await.problem(412, "precondition_failed");
    }
    assert_eq!(owner.get(&path).await.etag(), tag);
    // A request that is sent again finds the answer, although its version is an old one by then.
    let keyed = owner.if_match(&tag).keyed("cancel-once");
    let first = keyed.post(&format!("{path}/cancel"), json!({ "reason": "Ill" })).await.expect(200);
    let again = keyed.post(&format!("{path}/cancel"), json!({ "reason": "Ill" })).await.expect(200);
    assert_eq!((again.json(), again.header("idempotency-replayed")), (first.json(), Some("true")));
    assert_eq!(again.etag(), first.etag());
    keyed.post(&format!("{path}/cancel"), json!({})).await.problem(422, "idempotency_key_reused");
    app.expect_outbox(1);
    assert_eq!(column(&owner.get(&format!("{path}/history")).await, "action")[..2], ["cancelled", "published"]);
    app.deliver().await;
}

async fn faults_of_a_command_are_pointed_at(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    let before = owner.get(&path).await;
    let naive = json!({ "local_start": "2022-03-24T16:00" });
    let cet = json!({ "local_start": "2022-03-24T16:00", "timezone": "CET" });
    let skipped = json!({ "local_start": "2022-03-27T02:30", "timezone": "Europe/Berlin" });
    for (command, body, pointer, code) in [
        ("reschedule", json!({}), "/when", "field_required"),
        ("reschedule", json!({ "when": naive }), "/when/timezone", "timezone_required"),
        ("reschedule", json!({ "when": cet }), "/when/timezone", "timezone_abbreviation"),
        ("reschedule", json!({ "when": skipped }), "/when/local_start", "local_time_nonexistent"),
        ("reschedule", json!({ "when": { "edtf": "2022-13" } }), "/when/edtf", "edtf_invalid"),
        ("reschedule", json!({ "when": { "edtf": "2022-04" }, "agenda": "drop" }), "/agenda", "field_type"),
        ("postpone", json!({ "when": { "edtf": "2022-04-17" } }), "/when", "invalid"),
        ("postpone", json!({ "when": berlin("2022-04-17T16:00") }), "/when", "invalid"),
        ("postpone", json!({ "agenda": "keep" }), "/agenda", "field_unknown"),
        ("cancel", json!({ "reason": "Ill\r\nBcc: all@example.org" }), "/reason", "text_invalid"),
        ("cancel", json!({ "reason": "x".repeat(301) }), "/reason", "text_invalid"),
        ("cancel", json!({ "when": null }), "/when", "field_unknown"),
        ("reinstate", json!({ "notify": "yes" }), "/notify", "field_type"),
        ("archive", json!({ "reason": " " }), "/reason", "text_invalid"),
    ] {
        owner.post(&format!("{path}/{command}"), body).await.faults(&[(pointer, code)]);
    }
    assert_eq!(owner.get(&path).await.json(), before.json());
}

/// Gives an event an agenda: a round with a talk in it, a talk without a time, and another with one.
async fn fill(owner: &Client, path: &str) {
    let talk = |start: &str, end: &str| json!({ "kind": "talk", "title": "T", "local_start": format!("2022-03-17T{start}"), "local_end": format!("2022-03-17T{end}") });
    let sessions = json!([
        { "kind": "round", "title": "R", "sessions": [talk("16:00", "16:30")] },
        { "kind": "talk", "title": "U", "duration": "PT10M" },
        talk("16:40", "17:30"),
    ]);
    owner.put(&format!("{path}/agenda"), json!({ "sessions": sessions })).await.expect(200);
}

/// Civil start and instant of the three sessions that have a time.
async fn times(owner: &Client, path: &str) -> Vec<(String, String)> {
    let agenda = owner.get(&format!("{path}/agenda")).await.expect(200);
    let time = |place: &str| {
        let text = |name: &str| agenda.at(&format!("{place}/{name}")).as_str().unwrap_or("-").to_owned();
        (text("local_start"), text("starts_at"))
    };
    assert_eq!(agenda.at("/sessions/1/local_start"), Value::Null);
    ["/sessions/0", "/sessions/0/sessions/0", "/sessions/2"].map(time).into()
}

fn pairs(expected: [(&str, &str); 3]) -> Vec<(String, String)> {
    expected.map(|(local, at)| (local.to_owned(), at.to_owned())).into()
}

async fn the_agenda_moves_along(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    fill(&owner, &path).await;
    let before = owner.get(&path).await;
    // Over the change to summer time, so that the instants move by an hour less.
    let week =
        owner.post(&format!("{path}/reschedule"), json!({ "when": berlin("2022-03-31T16:10") })).await.expect(200);
    assert_eq!(week.at("/sequence").as_i64(), before.at("/sequence").as_i64().map(|one| one + 1));
    assert_eq!(
        times(&owner, &path).await,
        pairs([
            ("2022-03-31T16:10:00", "2022-03-31T14:10:00Z"),
            ("2022-03-31T16:10:00", "2022-03-31T14:10:00Z"),
            ("2022-03-31T16:50:00", "2022-03-31T14:50:00Z"),
        ])
    );
    assert_eq!(owner.get(&format!("{path}/schedule-check")).await.at("/event_minutes"), 90);
    let history = owner.get(&format!("{path}/history")).await;
    assert_eq!(column(&history, "action")[..2], ["agenda_shifted", "rescheduled"]);
    assert_eq!(history.at("/items/0/after"), json!({ "sessions": 2, "start": "2022-03-31T16:10:00" }));

    // Kept, they stay on the clocks, in whatever zone those are.
    let tokyo = json!({ "local_start": "2022-04-01T10:00", "timezone": "Asia/Tokyo" });
    owner.post(&format!("{path}/reschedule"), json!({ "when": tokyo, "agenda": "keep" })).await.expect(200);
    assert_eq!(times(&owner, &path).await[2], ("2022-03-31T16:50:00".to_owned(), "2022-03-31T07:50:00Z".to_owned()));
    // In another zone they keep their distance from the start.
    let york = json!({ "local_start": "2022-04-02T09:00", "timezone": "America/New_York" });
    owner.post(&format!("{path}/reschedule"), json!({ "when": york })).await.expect(200);
    assert_eq!(times(&owner, &path).await[2], ("2022-04-01T15:50:00".to_owned(), "2022-04-01T19:50:00Z".to_owned()));
    app.deliver().await;
}

async fn the_agenda_finds_its_way_through_a_postponement(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    fill(&owner, &path).await;
    owner.post(&format!("{path}/postpone"), json!({ "when": { "edtf": "2022-05" } })).await.expect(200);
    // Without a zone there are no instants, but what was planned is not lost.
    assert_eq!(times(&owner, &path).await[2], ("2022-03-17T16:40:00".to_owned(), "-".to_owned()));
    owner.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    let back = json!({ "when": berlin("2022-05-19T10:00") });
    let back = owner.post(&format!("{path}/reinstate"), back).await.expect(200);
    assert_eq!(back.at("/status"), "scheduled");
    assert_eq!(times(&owner, &path).await[2], ("2022-05-19T10:40:00".to_owned(), "2022-05-19T08:40:00Z".to_owned()));
    app.deliver().await;
}

async fn a_command_needs_no_body(app: TestApp) {
    let (owner, path) = published(&app, berlin("2022-03-17T16:00")).await;
    let bare = async |command: &str| owner.send(Method::POST, &format!("{path}/{command}"), None).await;
    for (command, member, value) in [
        ("postpone", "/status", "postponed"),
        ("reinstate", "/status", "scheduled"),
        ("cancel", "/status", "cancelled"),
        ("reinstate", "/status", "scheduled"),
        ("archive", "/visibility", "archived"),
        ("publish", "/visibility", "published"),
        ("unpublish", "/visibility", "draft"),
    ] {
        assert_eq!(bare(command).await.expect(200).at(member), json!(value), "{command}");
    }
    // One that has something to say still says it, and says what it is.
    bare("reschedule").await.problem(415, "unsupported_media_type");
    for (media_type, status, code) in
        [("application/json", 400, "malformed_json"), ("text/plain", 415, "unsupported_media_type")]
    {
        let empty = Some((media_type, Vec::new()));
        owner.send(Method::POST, &format!("{path}/publish"), empty).await.problem(status, code);
    }
    app.deliver().await;
}
