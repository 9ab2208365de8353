//! Checking an agenda before it is written.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{findings, found, make_day, make_room, make_speaker, round, talk, write_agenda};
use crate::support::{Answer, TestApp};

both!(
    a_proposal_changes_nothing,
    a_proposal_is_refused_as_writing_would_be,
    a_proposal_says_what_writing_would_find,
    another_time_of_the_event_is_tried,
    people_are_where_the_proposal_puts_them,
);

/// Findings without the ids, which new sessions get when they are written.
fn without_ids(check: &Answer) -> Vec<Value> {
    let mut all = check.clone().expect(200).at("/findings");
    for finding in all.as_array_mut().unwrap() {
        for name in ["session_id", "other_session_id"] {
            finding.as_object_mut().unwrap().shift_remove(name);
        }
    }
    all.as_array().unwrap().clone()
}

async fn a_proposal_says_what_writing_would_find(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let ada = make_speaker(&owner, "Ada").await;
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    let room = make_room(&owner, &event, json!({ "name": "Hall", "capacity": 20 })).await;
    owner.if_match("*").patch(&event, json!({ "capacity": 30 })).await.expect(200);
    let kept = write_agenda(&owner, &event, &[talk("Kept", "2022-02-23T11:30", "2022-02-23T12:00")]).await;
    let kept = kept.string("/sessions/0/id");
    let speaks = json!([{ "speaker_id": ada, "role": "speaker", "status": "tbc" }]);
    let with = |mut session: Value, more: Value| {
        for (name, value) in more.as_object().unwrap() {
            session[name] = value.clone();
        }
        session
    };
    let sessions = json!([
        round(
            "One",
            vec![
                with(
                    talk("Kept", "2022-02-23T11:30", "2022-02-23T12:15"),
                    json!({ "id": kept, "appearances": speaks })
                ),
                with(talk("New", "2022-02-23T12:20", "2022-02-23T12:30"), json!({ "room_id": room })),
            ]
        ),
        with(talk("Other", "2022-02-23T12:00", "2022-02-23T13:10"), json!({ "appearances": speaks })),
    ]);
    let proposal = json!({ "sessions": sessions });
    let proposed = owner.post(&format!("{event}/schedule-check"), proposal.clone()).await.expect(200);
    let expected = [
        ("outside_event", "/sessions/1/local_end"),
        ("overlap", "/sessions/1/local_start"),
        ("overlap", "/sessions/0/sessions/1/local_start"),
        ("room_too_small", "/sessions/0/sessions/1/room_id"),
        ("total_mismatch", "/sessions"),
        ("double_booked", "/sessions/1/appearances/0"),
        ("unconfirmed_speaker", "/sessions/0/sessions/0/appearances/0"),
        ("unconfirmed_speaker", "/sessions/1/appearances/0"),
    ];
    assert_eq!(findings(&proposed), found(&expected));
    let ids = |index: usize| {
        let finding = proposed.at(&format!("/findings/{index}"));
        (finding["session_id"].clone(), finding["other_session_id"].clone())
    };
    assert_eq!(ids(1), (Value::Null, json!(kept)), "only what is stored has an id");
    assert_eq!(ids(2), (Value::Null, Value::Null));
    owner.if_match("*").put(&format!("{event}/agenda"), proposal).await.expect(200);
    let stored = owner.get(&format!("{event}/schedule-check")).await;
    assert_eq!(without_ids(&proposed), without_ids(&stored));
    for name in ["/total_minutes", "/event_minutes"] {
        assert_eq!(proposed.at(name), stored.at(name));
    }
}

async fn a_proposal_changes_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let ada = make_speaker(&owner, "Ada").await;
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    let mut first = talk("A", "2022-02-23T11:30", "2022-02-23T13:00");
    first["appearances"] = json!([{ "speaker_id": ada, "role": "speaker" }]);
    write_agenda(&owner, &event, &[first]).await;
    let paths =
        [event.clone(), format!("{event}/agenda"), format!("{event}/history"), format!("/api/v1/speakers/{ada}")];
    let mut before = Vec::new();
    for path in &paths {
        before.push(owner.get(path).await.expect(200).json());
    }
    for proposal in [
        json!({ "sessions": [] }),
        json!({ "sessions": [{ "kind": "talk", "title": "B", "appearances": [{ "speaker_id": ada, "role": "chair" }] }] }),
        json!({ "when": { "edtf": "2022-05" } }),
        json!({ "sessions": null, "when": null }),
    ] {
        owner.post(&format!("{event}/schedule-check"), proposal).await.expect(200);
    }
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(owner.get(path).await.json(), before);
    }
}

async fn a_proposal_is_refused_as_writing_would_be(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    let theirs = make_speaker(&stranger, "Theirs").await;
    let of = |more: Value| {
        let mut one = talk("A", "2022-02-23T11:30", "2022-02-23T12:00");
        for (name, value) in more.as_object().unwrap() {
            one[name] = value.clone();
        }
        json!({ "sessions": [round("R", vec![one])] })
    };
    let place = "/sessions/0/sessions/0";
    for (proposal, pointer, code) in [
        (of(json!({ "room_id": theirs })), format!("{place}/room_id"), "reference_unknown"),
        (of(json!({ "id": theirs })), format!("{place}/id"), "reference_unknown"),
        (of(json!({ "local_end": "2022-02-23T11:30" })), format!("{place}/local_end"), "end_before_start"),
        (
            of(
                json!({ "appearances": [{ "role": "speaker", "label": "X" }, { "role": "speaker", "speaker_id": theirs }] }),
            ),
            format!("{place}/appearances/1/speaker_id"),
            "reference_unknown",
        ),
        (
            of(json!({ "appearances": [{ "id": theirs, "role": "speaker", "label": "X" }] })),
            format!("{place}/appearances/0/id"),
            "reference_unknown",
        ),
    ] {
        let refused = owner.post(&format!("{event}/schedule-check"), proposal.clone()).await;
        refused.faults(&[(pointer.as_str(), code)]);
        let written = owner.if_match("*").put(&format!("{event}/agenda"), proposal).await;
        assert_eq!((written.status, written.at("/errors")), (refused.status, refused.at("/errors")));
    }
    for (proposal, pointer, code) in [
        (json!({ "sessions": {} }), "/sessions", "field_type"),
        (json!({ "rooms": [] }), "/rooms", "field_unknown"),
        (json!({ "when": { "local_start": "2022-02-23T11:30" } }), "/when/timezone", "timezone_required"),
        (
            json!({ "when": { "local_start": "2022-02-23T11:30", "timezone": "CET" } }),
            "/when/timezone",
            "timezone_abbreviation",
        ),
        (
            json!({ "when": { "edtf": "2022-03" }, "sessions": [talk("A", "2022-02-23T11:30", "2022-02-23T12:00")] }),
            "/sessions/0/local_start",
            "timezone_required",
        ),
    ] {
        owner.post(&format!("{event}/schedule-check"), proposal).await.faults(&[(pointer, code)]);
    }
}

async fn another_time_of_the_event_is_tried(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    let path = format!("{event}/schedule-check");
    write_agenda(&owner, &event, &[talk("A", "2022-02-23T11:30", "2022-02-23T13:00")]).await;
    let at =
        |start: &str, zone: &str| json!({ "when": { "local_start": start, "timezone": zone, "duration": "PT1H30M" } });
    assert_eq!(findings(&owner.post(&path, at("2022-02-23T11:30", "Europe/Paris")).await), found(&[]));
    assert_eq!(findings(&owner.post(&path, at("2022-02-23T12:00", "Europe/Paris")).await), found(&[]));
    let mut kept = at("2022-02-23T12:00", "Europe/Paris");
    kept["agenda"] = json!("keep");
    let later = owner.post(&path, kept).await;
    assert_eq!(
        findings(&later),
        found(&[("outside_event", "/sessions/0/local_start"), ("gap", "/sessions/0/local_end")])
    );
    // In another zone the sessions keep what the clocks show.
    assert_eq!(findings(&owner.post(&path, at("2022-02-23T11:30", "America/New_York")).await), found(&[]));
    let month = owner.post(&path, json!({ "when": { "edtf": "2022-02" } })).await;
    let expected = [("timezone_required", "/sessions/0/local_start"), ("month_begun", "/when/edtf")];
    assert_eq!(findings(&month), found(&expected));
    let both = json!({
        "when": { "local_start": "2022-03-02T09:00", "timezone": "Europe/Paris", "duration": "PT1H" },
        "sessions": [talk("A", "2022-03-02T09:00", "2022-03-02T10:00")],
    });
    assert_eq!(findings(&owner.post(&path, both).await), found(&[]));
    assert_eq!(findings(&owner.get(&path).await), found(&[]));
}

async fn people_are_where_the_proposal_puts_them(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let ada = make_speaker(&owner, "Ada").await;
    let elsewhere = make_day(&owner, "2022-02-23T12:00", "2022-02-23T12:30").await;
    let part = json!({ "speaker_id": ada, "role": "speaker" });
    owner.post(&format!("{elsewhere}/appearances"), part.clone()).await.expect(201);
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    let path = format!("{event}/schedule-check");
    let mut sessions = vec![
        talk("Early", "2022-02-23T11:30", "2022-02-23T12:00"),
        talk("Late", "2022-02-23T12:00", "2022-02-23T13:00"),
    ];
    sessions[0]["appearances"] = json!([{ "label": "Somebody", "role": "chair" }, part]);
    let written = write_agenda(&owner, &event, &sessions).await;
    assert_eq!(findings(&owner.get(&path).await), found(&[]), "elsewhere from 12:00");
    let id = |pointer: &str| written.string(&format!("{pointer}/id"));
    // As they are, in the other order of sessions.
    let mut swapped = json!([sessions[1].clone(), sessions[0].clone()]);
    for (index, place) in ["/sessions/1", "/sessions/0"].into_iter().enumerate() {
        swapped[index]["id"] = json!(id(place));
        swapped[index].as_object_mut().unwrap().shift_remove("appearances");
    }
    swapped[1]["local_end"] = json!("2022-02-23T12:01");
    let expected = [
        ("overlap", "/sessions/0/local_start"),
        ("total_mismatch", "/sessions"),
        ("double_booked", "/sessions/1/appearances/1"),
    ];
    assert_eq!(findings(&owner.post(&path, json!({ "sessions": swapped })).await), found(&expected));
    // Moved to the other session by the appearance's own id: she is no longer in the first.
    let mut moved = json!([sessions[0].clone(), sessions[1].clone()]);
    for (index, place) in ["/sessions/0", "/sessions/1"].into_iter().enumerate() {
        moved[index]["id"] = json!(id(place));
        moved[index].as_object_mut().unwrap().shift_remove("appearances");
    }
    let appearance = id("/sessions/0/appearances/1");
    moved[1]["appearances"] = json!([{ "id": appearance, "speaker_id": ada, "role": "speaker" }]);
    let answer = owner.post(&path, json!({ "sessions": moved })).await;
    assert_eq!(findings(&answer), found(&[("double_booked", "/sessions/1/appearances/0")]));
    assert_eq!(answer.at("/findings/0/speaker_id"), ada);
    // With its session gone, she is nowhere.
    let alone = json!({ "sessions": [{ "kind": "talk", "title": "Whole", "local_start": "2022-02-23T11:30", "duration": "PT1H30M" }] });
    assert_eq!(findings(&owner.post(&path, alone).await), found(&[]));
}
