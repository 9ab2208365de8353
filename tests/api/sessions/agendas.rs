//! Agendas as they are written and read: over midnight and days, when the clocks change, and without any time.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{findings, found, make_day, round, rows, talk, write_agenda};
use crate::support::TestApp;

both!(
    a_night_with_one_hour_more,
    a_programme_of_three_days,
    faults_are_pointed_at_and_nothing_is_written,
    only_staff_of_the_workspace_write,
    sessions_without_a_time_keep_their_order,
    tracks_are_listed_in_their_order,
    two_sessions_have_one_title,
    what_was_read_is_saved_unchanged,
);

/// The tree as a client would send it again.
fn as_input(sessions: &Value) -> Value {
    let keep = ["id", "kind", "label", "title", "abstract", "guiding_questions", "track", "language"];
    let again = |session: &Value| {
        let mut input = json!({ "sessions": as_input(&session["sessions"]) });
        for name in keep {
            if !session[name].is_null() {
                input[name] = session[name].clone();
            }
        }
        if session["is_derived"] == false {
            for name in ["local_start", "local_end", "duration"] {
                let is_told = name == "duration" && !session["local_end"].is_null();
                if !session[name].is_null() && !is_told {
                    input[name] = session[name].clone();
                }
            }
        }
        input
    };
    sessions.as_array().unwrap().iter().map(again).collect()
}

async fn a_programme_of_three_days(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T18:00", "2022-03-06T12:00").await;
    let agenda = [
        round(
            "Friday",
            vec![
                talk("Gala", "2022-03-04T18:00", "2022-03-04T23:30"),
                talk("Dance", "2022-03-04T23:30", "2022-03-05T01:15"),
            ],
        ),
        round("Saturday", vec![talk("Morning", "2022-03-05T09:00", "2022-03-05T12:00")]),
        round("Sunday", vec![round("Last", vec![talk("End", "2022-03-06T10:00", "2022-03-06T12:00")])]),
    ];
    let written = write_agenda(&owner, &event, &agenda).await;
    let members = ["title", "local_start", "local_end", "starts_at", "ends_at", "duration", "is_derived"];
    let expected = json!([
        [
            "Friday",
            "2022-03-04T18:00:00",
            "2022-03-05T01:15:00",
            "2022-03-04T17:00:00Z",
            "2022-03-05T00:15:00Z",
            "PT7H15M",
            true
        ],
        [
            "Saturday",
            "2022-03-05T09:00:00",
            "2022-03-05T12:00:00",
            "2022-03-05T08:00:00Z",
            "2022-03-05T11:00:00Z",
            "PT3H",
            true
        ],
        [
            "Sunday",
            "2022-03-06T10:00:00",
            "2022-03-06T12:00:00",
            "2022-03-06T09:00:00Z",
            "2022-03-06T11:00:00Z",
            "PT2H",
            true
        ],
    ]);
    assert_eq!(json!(rows(&written, &members)), expected);
    assert_eq!(written.at("/sessions/2/sessions/0/is_derived"), true, "a round in a round");
    let read = owner.get(&format!("{event}/agenda?tz=Asia/Tokyo")).await;
    assert_eq!(read.at("/sessions/0/reader/local_start"), "2022-03-05T02:00:00");
    assert_eq!(read.at("/sessions/0/sessions/1/reader/local_end"), "2022-03-05T09:15:00");
    // Nights are no gaps, and more than a day is not compared with the sum.
    assert_eq!(findings(&owner.get(&format!("{event}/schedule-check")).await), found(&[]));
    // The last dance goes on: past the start of nothing, but behind the end of its event if that ends there.
    let dance = written.string("/sessions/0/sessions/1/id");
    let longer = json!({ "local_end": "2022-03-06T12:30" });
    owner.if_match("*").patch(&format!("/api/v1/sessions/{dance}"), longer).await.expect(200);
    let expected = [
        ("outside_event", "/sessions/0/sessions/1/local_end"),
        ("overlap", "/sessions/1/sessions/0/local_start"),
        ("overlap", "/sessions/2/sessions/0/sessions/0/local_start"),
    ];
    assert_eq!(findings(&owner.get(&format!("{event}/schedule-check")).await), found(&expected));
}

async fn a_night_with_one_hour_more(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    // On 30 October 2022 the clocks went from 3:00 back to 2:00.
    let event = make_day(&owner, "2022-10-30T01:00", "2022-10-30T04:00").await;
    let night = |second: Value| {
        let mut pause =
            json!({ "kind": "break", "title": "Pause", "duration": "PT1H", "local_start": "2022-10-30T02:00" });
        for (name, value) in second.as_object().unwrap() {
            pause[name] = value.clone();
        }
        let first = json!({ "kind": "talk", "title": "Before", "local_start": "2022-10-30T01:00", "duration": "PT1H" });
        vec![round("Night", vec![first, pause, talk("After", "2022-10-30T03:00", "2022-10-30T04:00")])]
    };
    let refused = owner.if_match("*").put(&format!("{event}/agenda"), json!({ "sessions": night(json!({})) })).await;
    refused.faults(&[("/sessions/0/sessions/1/local_start", "local_time_ambiguous")]);
    let shown = |written: &crate::support::Answer| {
        let session = written.at("/sessions/0/sessions/1");
        ["starts_at", "ends_at", "local_start", "local_end"].map(|name| session[name].as_str().unwrap().to_owned())
    };
    let earlier = write_agenda(&owner, &event, &night(json!({ "disambiguation": "earlier" }))).await;
    let first_pass = ["2022-10-30T00:00:00Z", "2022-10-30T01:00:00Z", "2022-10-30T02:00:00", "2022-10-30T02:00:00"];
    assert_eq!(shown(&earlier), first_pass, "an hour later the clocks show the same again");
    let later = write_agenda(&owner, &event, &night(json!({ "disambiguation": "later" }))).await;
    let second_pass = ["2022-10-30T01:00:00Z", "2022-10-30T02:00:00Z", "2022-10-30T02:00:00", "2022-10-30T03:00:00"];
    assert_eq!(shown(&later), second_pass);
    assert_eq!(later.at("/sessions/0/duration"), "PT4H", "three hours on the clock");
    // Until two in the first pass; then an hour in which nothing is on.
    let check = owner.get(&format!("{event}/schedule-check")).await;
    let expected = [("gap", "/sessions/0/sessions/1/local_start"), ("total_mismatch", "/sessions")];
    assert_eq!(findings(&check), found(&expected));
    assert_eq!(check.at("/event_minutes"), 240);
    // The hour that is skipped in March does not exist.
    let spring = make_day(&owner, "2022-03-27T01:00", "2022-03-27T04:00").await;
    let skipped = json!({ "sessions": [talk("Lost", "2022-03-27T02:30", "2022-03-27T03:30")] });
    owner
        .if_match("*")
        .put(&format!("{spring}/agenda"), skipped)
        .await
        .faults(&[("/sessions/0/local_start", "local_time_nonexistent")]);
}

async fn sessions_without_a_time_keep_their_order(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T10:00").await;
    let untimed = |title: &str, minutes: Option<u32>| {
        let mut one = json!({ "kind": "talk", "title": title });
        if let Some(minutes) = minutes {
            one["duration"] = json!(format!("PT{minutes}M"));
        }
        one
    };
    let agenda = [
        round("Short talks", vec![untimed("A", Some(10)), untimed("B", Some(20))]),
        untimed("C", Some(30)),
        untimed("D", None),
    ];
    let written = write_agenda(&owner, &event, &agenda).await;
    let expected =
        json!([["Short talks", 1, null, "PT30M", true], ["C", 2, null, "PT30M", false], ["D", 3, null, null, false]]);
    assert_eq!(json!(rows(&written, &["title", "position", "local_start", "duration", "is_derived"])), expected);
    let last = written.string("/sessions/2/id");
    let moved = owner.patch(&format!("/api/v1/sessions/{last}"), json!({ "position": 1 })).await.expect(200);
    assert_eq!((moved.at("/position"), moved.at("/revision")), (json!(1), json!(2)));
    let read = owner.get(&format!("{event}/agenda")).await;
    assert_eq!(json!(rows(&read, &["title", "position"])), json!([["D", 1], ["Short talks", 2], ["C", 3]]));
    let into = json!({ "parent_id": written.string("/sessions/0/id"), "position": 2 });
    owner.patch(&format!("/api/v1/sessions/{last}"), into).await.expect(200);
    let read = owner.get(&format!("{event}/agenda")).await;
    let inside: Vec<Value> =
        read.at("/sessions/0/sessions").as_array().unwrap().iter().map(|one| one["title"].clone()).collect();
    assert_eq!(inside, ["A", "D", "B"]);
    assert_eq!(read.at("/sessions/0/duration"), Value::Null, "nobody knows how long D takes");
    owner.delete(&format!("/api/v1/sessions/{last}")).await.expect(204);
    assert_eq!(owner.get(&format!("{event}/agenda")).await.at("/sessions/0/duration"), "PT30M");
    assert_eq!(findings(&owner.get(&format!("{event}/schedule-check")).await), found(&[]), "60 minutes in all");
}

async fn two_sessions_have_one_title(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T10:00").await;
    let questions = |start: &str, end: &str| talk("Open questions", start, end);
    let agenda = [questions("2022-03-04T09:00", "2022-03-04T09:30"), questions("2022-03-04T09:30", "2022-03-04T10:00")];
    let written = write_agenda(&owner, &event, &agenda).await;
    let (first, second) = (written.string("/sessions/0/id"), written.string("/sessions/1/id"));
    assert_ne!(first, second);
    // By id, the two change places and nothing else.
    let mut swapped = [agenda[1].clone(), agenda[0].clone()];
    (swapped[0]["id"], swapped[1]["id"]) = (json!(second), json!(first));
    let again = write_agenda(&owner, &event, &swapped).await;
    let expected = json!([[second, 1, "2022-03-04T09:30:00", 2], [first, 2, "2022-03-04T09:00:00", 2]]);
    assert_eq!(json!(rows(&again, &["id", "position", "local_start", "revision"])), expected);
    assert_eq!(findings(&owner.get(&format!("{event}/schedule-check")).await), found(&[]), "it goes by the clock");
}

async fn what_was_read_is_saved_unchanged(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let agenda = [
        round("One", vec![talk("A", "2022-03-04T09:00", "2022-03-04T10:00"), json!({ "kind": "talk", "title": "B" })]),
        json!({ "kind": "panel", "title": "C", "label": "Second", "abstract": "Text", "duration": "PT1H", "track": "X" }),
    ];
    let written = write_agenda(&owner, &event, &agenda).await;
    app.pass(chrono::TimeDelta::hours(1));
    let again = json!({ "sessions": as_input(&written.at("/sessions")) });
    let saved = owner.if_match(&written.etag()).put(&format!("{event}/agenda"), again.clone()).await.expect(200);
    assert_eq!((saved.json(), saved.etag()), (written.json(), written.etag()));
    let history = |answer: crate::support::Answer| answer.at("/items").as_array().unwrap().len();
    assert_eq!(history(owner.get(&format!("{event}/history")).await), 2, "made, and written once");
    let mut changed = again;
    changed["sessions"][0]["sessions"][1]["title"] = json!("B2");
    let path = format!("{event}/agenda");
    let changed = owner.if_match(&written.etag()).put(&path, changed).await.expect(200);
    assert_eq!(changed.at("/revision"), written.at("/revision").as_i64().unwrap() + 1);
    assert_eq!(changed.at("/sessions/0/sessions/1/revision"), 2);
    assert_eq!(changed.at("/sessions/0/sessions/0"), written.at("/sessions/0/sessions/0"));
    let stale = owner.if_match(&written.etag()).put(&path, json!({ "sessions": [] })).await;
    stale.problem(412, "precondition_failed");
    owner.put(&path, json!({ "sessions": [] })).await.problem(428, "precondition_required");
}

async fn tracks_are_listed_in_their_order(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    assert_eq!(owner.get(&format!("{event}/agenda")).await.at("/tracks"), json!([]));
    let of = |track: &str| json!({ "kind": "talk", "title": "T", "track": track });
    let mut first = round("R", vec![of("Zoo"), of("Ärzte")]);
    first["track"] = json!("All");
    let written = write_agenda(&owner, &event, &[first, of("Zoo"), of("Art")]).await;
    assert_eq!(written.at("/tracks"), json!(["All", "Zoo", "Ärzte", "Art"]));
}

async fn faults_are_pointed_at_and_nothing_is_written(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let before = write_agenda(&owner, &event, &[talk("A", "2022-03-04T09:00", "2022-03-04T10:00")]).await;
    let other = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let elsewhere = write_agenda(&owner, &other, &[talk("X", "2022-03-04T09:00", "2022-03-04T10:00")]).await;
    let theirs = elsewhere.string("/sessions/0/id");
    let bad = json!({ "sessions": [
        { "id": theirs, "kind": "talk", "title": "Of another event" },
        { "kind": "talk", "title": "", "local_start": "2022-03-04T10:00", "local_end": "2022-03-04T09:00" },
        { "kind": "talk", "title": "C", "room_id": theirs, "language": "German" },
    ] });
    owner.put(&format!("{event}/agenda"), bad).await.faults(&[
        ("/sessions/0/id", "reference_unknown"),
        ("/sessions/1/title", "text_invalid"),
        ("/sessions/1/local_end", "end_before_start"),
        ("/sessions/2/language", "language_invalid"),
        ("/sessions/2/room_id", "reference_unknown"),
    ]);
    let unknown =
        json!({ "sessions": [{ "kind": "talk", "title": "A", "sessions": [{ "kind": "talk", "titel": "B" }] }] });
    owner.put(&format!("{event}/agenda"), unknown).await.faults(&[("/sessions/0/sessions/0/titel", "field_unknown")]);
    let own = before.string("/sessions/0/id");
    let into = json!({ "parent_id": theirs });
    owner.patch(&format!("/api/v1/sessions/{own}"), into).await.faults(&[("/parent_id", "reference_unknown")]);
    let into = json!({ "parent_id": own });
    owner.patch(&format!("/api/v1/sessions/{own}"), into).await.faults(&[("/parent_id", "reference_cycle")]);
    assert_eq!(owner.get(&format!("{event}/agenda")).await.json(), before.json());
    assert_eq!(owner.get(&format!("{other}/agenda")).await.json(), elsewhere.json());
}

async fn only_staff_of_the_workspace_write(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let before = write_agenda(&owner, &event, &[talk("A", "2022-03-04T09:00", "2022-03-04T10:00")]).await;
    let session = format!("/api/v1/sessions/{}", before.string("/sessions/0/id"));
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    let empty = || json!({ "sessions": [] });
    for answer in [
        stranger.get(&format!("{event}/agenda")).await,
        stranger.put(&format!("{event}/agenda"), empty()).await,
        stranger.post(&format!("{event}/sessions"), json!({ "kind": "talk", "title": "Mine" })).await,
        stranger.get(&session).await,
        stranger.patch(&session, json!({ "title": "Mine" })).await,
        stranger.patch(&format!("{session}?shift=following"), json!({ "title": "Mine" })).await,
        stranger.delete(&session).await,
        app.get(&format!("{event}/agenda")).await,
        app.get(&session).await,
    ] {
        answer.problem(404, "not_found");
    }
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    viewer.put(&format!("{event}/agenda"), empty()).await.problem(403, "forbidden");
    viewer.patch(&session, json!({ "title": "Mine" })).await.problem(403, "forbidden");
    app.if_match("*").put(&format!("{event}/agenda"), empty()).await.problem(401, "unauthenticated");
    assert_eq!(viewer.get(&format!("{event}/agenda")).await.json(), before.json());
}
