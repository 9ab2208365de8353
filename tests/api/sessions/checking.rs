//! What a check finds in an agenda that is stored.

use std::collections::BTreeSet;

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{findings, found, make_day, make_room, make_speaker, round, talk, write_agenda};
use crate::api::events::make_event;
use crate::support::{Client, TestApp};

both!(
    a_month_that_has_begun_wants_a_day,
    a_speaker_is_at_one_place_in_any_role,
    everything_that_can_be_found_is_found,
    rooms_take_everybody_and_one_session,
    somebody_needs_time_from_one_venue_to_another,
    the_check_is_for_staff,
    who_speaks_in_what_has_no_time_is_placed,
);

fn with_people(mut session: Value, people: Value) -> Value {
    session["appearances"] = people;
    session
}

async fn check(owner: &Client, event: &str) -> Vec<(String, String)> {
    findings(&owner.get(&format!("{event}/schedule-check")).await)
}

async fn everything_that_can_be_found_is_found(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let ada = make_speaker(&owner, "Ada").await;
    let body = json!({
        "kind": "conference", "title": "Messy", "capacity": 50, "attendance_mode": "mixed",
        "when": { "local_start": "2022-03-04T09:00", "local_end": "2022-03-04T12:00", "timezone": "Europe/Paris" },
    });
    let event = format!("/api/v1/events/{}", make_event(&owner, body).await.id());
    let room = make_room(&owner, &event, json!({ "name": "Closet", "capacity": 10 })).await;
    let in_room = |mut one: Value| {
        one["room_id"] = json!(room);
        one
    };
    let speaks = |status: &str| json!([{ "speaker_id": ada, "role": "speaker", "status": status }]);
    let agenda = [
        talk("Early", "2022-03-04T08:30", "2022-03-04T09:30"),
        in_room(with_people(talk("One", "2022-03-04T10:00", "2022-03-04T11:00"), speaks("confirmed"))),
        in_room(with_people(talk("Two", "2022-03-04T10:30", "2022-03-04T11:30"), speaks("tbc"))),
    ];
    write_agenda(&owner, &event, &agenda).await;
    let answer = owner.get(&format!("{event}/schedule-check")).await;
    let expected = [
        ("outside_event", "/sessions/0/local_start"),
        ("gap", "/sessions/1/local_start"),
        ("gap", "/sessions/2/local_end"),
        ("overlap", "/sessions/2/local_start"),
        ("room_too_small", "/sessions/1/room_id"),
        ("room_too_small", "/sessions/2/room_id"),
        ("double_booked", "/sessions/2/appearances/0"),
        ("unconfirmed_speaker", "/sessions/2/appearances/0"),
        ("missing_join_link", "/virtual_location/join_url"),
    ];
    assert_eq!(findings(&answer), found(&expected), "180 minutes here and there: no mismatch");
    let severities: Vec<Value> =
        answer.at("/findings").as_array().unwrap().iter().map(|one| one["severity"].clone()).collect();
    let expected =
        ["error", "warning", "info", "warning", "warning", "warning", "warning", "info", "warning"].map(Value::from);
    assert_eq!(severities, expected);
    assert_eq!((answer.at("/total_minutes"), answer.at("/event_minutes")), (json!(180), json!(180)));

    // Each code that the document describes is one that can come out: these, and three that need another event.
    let document = app.get("/openapi.json").await.expect(200);
    let codes = document.at("/components/schemas/FindingCode/enum");
    let told: BTreeSet<&str> = codes.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let answers = findings(&answer);
    let mut seen: BTreeSet<&str> = answers.iter().map(|(code, _)| code.as_str()).collect();
    seen.extend(["timezone_required", "total_mismatch", "month_begun"]);
    assert_eq!(seen, told);
}

async fn a_month_that_has_begun_wants_a_day(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let link = json!({ "platform": "Zoom", "join_url": "https://meet.example.org/j/1" });
    let month =
        |edtf: &str| json!({ "kind": "webinar", "title": edtf, "when": { "edtf": edtf }, "virtual_location": link });
    for (edtf, expected) in [
        ("2022-01", vec![("month_begun", "/when/edtf")]),
        ("2022-02", vec![("month_begun", "/when/edtf")]),
        ("2022-03", vec![]),
    ] {
        let event = format!("/api/v1/events/{}", make_event(&owner, month(edtf)).await.id());
        assert_eq!(check(&owner, &event).await, found(&expected), "{edtf} on 1 February 2022");
    }
    // An agenda keeps its local times when its event loses its zone.
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T10:00").await;
    write_agenda(&owner, &event, &[talk("A", "2022-03-04T09:00", "2022-03-04T09:30")]).await;
    assert_eq!(
        check(&owner, &event).await,
        found(&[("gap", "/sessions/0/local_end"), ("total_mismatch", "/sessions")])
    );
    let vague = json!({ "when": { "edtf": "2022-03", "local_start": null, "local_end": null, "timezone": null } });
    owner.if_match("*").patch(&event, vague).await.expect(200);
    assert_eq!(check(&owner, &event).await, found(&[("timezone_required", "/sessions/0/local_start")]));
}

async fn rooms_take_everybody_and_one_session(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T10:00").await;
    let hall = make_room(&owner, &event, json!({ "name": "Hall", "capacity": 100 })).await;
    let any = make_room(&owner, &event, json!({ "name": "Anywhere" })).await;
    let of = |room: &str, track: Option<&str>| {
        let mut one = talk("T", "2022-03-04T09:00", "2022-03-04T10:00");
        (one["room_id"], one["track"]) = (json!(room), json!(track));
        one
    };
    let mut side = round("Side", vec![talk("Inside", "2022-03-04T09:00", "2022-03-04T10:00")]);
    side["room_id"] = json!(hall);
    let overlap = [("overlap", "/sessions/1/local_start"), ("total_mismatch", "/sessions")];
    let crossed = [("overlap", "/sessions/1/sessions/0/local_start"), ("total_mismatch", "/sessions")];
    for (agenda, expected) in [
        (vec![of(&hall, None), of(&any, None)], vec![]),
        (vec![of(&hall, Some("A")), of(&any, Some("A"))], vec![]),
        (vec![of(&hall, Some("A")), of(&hall, Some("B"))], overlap.to_vec()),
        (vec![of(&hall, Some("A")), of(&hall, Some("A"))], overlap.to_vec()),
        (vec![of(&hall, None), side], crossed.to_vec()),
    ] {
        write_agenda(&owner, &event, &agenda).await;
        assert_eq!(check(&owner, &event).await, found(&expected), "{agenda:?}");
    }
    write_agenda(&owner, &event, &[of(&hall, None), of(&any, None)]).await;
    for (capacity, expected) in
        [(json!(101), vec![("room_too_small", "/sessions/0/room_id")]), (json!(100), vec![]), (Value::Null, vec![])]
    {
        owner.if_match("*").patch(&event, json!({ "capacity": capacity })).await.expect(200);
        assert_eq!(check(&owner, &event).await, found(&expected), "{capacity} seats");
    }
    let series = json!({ "slug": "days", "title": "Days", "capacity": 101 });
    let series = owner.post("/api/v1/series", series).await.expect(201).id();
    owner.if_match("*").patch(&event, json!({ "series_id": series })).await.expect(200);
    let inherited = found(&[("room_too_small", "/sessions/0/room_id")]);
    assert_eq!(check(&owner, &event).await, inherited, "the seats of the series");
}

async fn a_speaker_is_at_one_place_in_any_role(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (ada, bob) = (make_speaker(&owner, "Ada").await, make_speaker(&owner, "Bob").await);
    let here = make_day(&owner, "2022-03-04T09:00", "2022-03-04T10:00").await;
    let there = make_day(&owner, "2022-03-04T09:30", "2022-03-04T11:00").await;
    let whole = json!({ "speaker_id": ada, "role": "interpreter" });
    let appearance = owner.post(&format!("{here}/appearances"), whole).await.expect(201);
    let part = |who: &str, role: &str| json!([{ "speaker_id": who, "role": role }]);
    let sessions = [
        with_people(talk("A", "2022-03-04T09:30", "2022-03-04T10:00"), part(&bob, "speaker")),
        with_people(talk("B", "2022-03-04T10:00", "2022-03-04T11:00"), part(&ada, "chair")),
    ];
    let written = write_agenda(&owner, &there, &sessions).await;
    assert_eq!(check(&owner, &there).await, found(&[]), "she comes when the other is over");
    let path = format!("/api/v1/sessions/{}", written.string("/sessions/1/id"));
    let earlier = json!({ "local_start": "2022-03-04T09:59" });
    owner.if_match("*").patch(&path, earlier).await.expect(200);
    let answer = owner.get(&format!("{there}/schedule-check")).await;
    let booked = ("double_booked", "/sessions/1/appearances/0");
    let expected = [("overlap", "/sessions/1/local_start"), ("total_mismatch", "/sessions"), booked];
    assert_eq!(findings(&answer), found(&expected));
    let finding = answer.at("/findings/2");
    assert_eq!(format!("/api/v1/events/{}", finding["other_event_id"].as_str().unwrap()), here);
    assert_eq!((&finding["speaker_id"], &finding["other_session_id"]), (&json!(ada), &Value::Null));
    assert_eq!(finding["hint"], "Ada is in “Day” at the same time.");
    // Seen from the other event.
    assert_eq!(check(&owner, &here).await, found(&[("double_booked", "/appearances/0")]));
    // Who withdrew is not there.
    let withdrawn = format!("/api/v1/appearances/{}", appearance.id());
    owner.if_match("*").patch(&withdrawn, json!({ "status": "withdrawn" })).await.expect(200);
    assert_eq!(check(&owner, &there).await, found(&expected[..2]));
    assert_eq!(check(&owner, &here).await, found(&[]));
}

async fn somebody_needs_time_from_one_venue_to_another(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let ada = make_speaker(&owner, "Ada").await;
    let at_venue = |mode: &str, venue: Value, start: &str, end: &str| {
        json!({
            "kind": "meeting", "title": "At", "attendance_mode": mode, "venue": venue,
            "virtual_location": { "platform": "Zoom", "join_url": "https://meet.example.org/j/1" },
            "when": { "local_start": start, "local_end": end, "timezone": "Europe/Paris" },
        })
    };
    let rathaus = json!({ "name": "Rathaus", "address": "Rathausplatz 2, 50667 Köln" });
    let make = async |body: Value| {
        let event = format!("/api/v1/events/{}", make_event(&owner, body).await.id());
        let part = json!({ "speaker_id": ada, "role": "speaker" });
        owner.post(&format!("{event}/appearances"), part).await.expect(201);
        event
    };
    let first = make(at_venue("in_person", rathaus, "2022-03-04T09:00", "2022-03-04T10:00")).await;
    let museum = json!({ "name": "Museum" });
    let second = make(at_venue("mixed", museum.clone(), "2022-03-04T10:15", "2022-03-04T11:00")).await;
    let with_buffer = async |event: &str, buffer: &str| {
        findings(&owner.get(&format!("{event}/schedule-check?travel_buffer={buffer}")).await)
    };
    let booked = found(&[("double_booked", "/appearances/0")]);
    for event in [&first, &second] {
        assert_eq!(check(&owner, event).await, found(&[]));
        assert_eq!(with_buffer(event, "PT15M").await, found(&[]), "a quarter of an hour is enough");
        assert_eq!(with_buffer(event, "PT15M1S").await, booked);
        assert_eq!(with_buffer(event, "P1D").await, booked);
        let proposed = owner.post(&format!("{event}/schedule-check?travel_buffer=PT20M"), json!({})).await;
        assert_eq!(findings(&proposed), booked);
        assert_eq!(
            proposed.string("/findings/0/hint"),
            "Ada is in “At” too shortly before or after, and has to travel."
        );
    }
    // The same venue, however it is spelt, or one of the two only online: nobody travels.
    let same = json!({ "venue": { "name": "rathaus", "address": "Rathausplatz 2,  50667 köln" } });
    owner.if_match("*").patch(&second, same).await.expect(200);
    assert_eq!(with_buffer(&first, "PT1H").await, found(&[]));
    let online = json!({ "venue": museum, "attendance_mode": "online" });
    owner.if_match("*").patch(&second, online).await.expect(200);
    assert_eq!(with_buffer(&first, "PT1H").await, found(&[]));
    assert_eq!(with_buffer(&second, "PT1H").await, found(&[]));
    for wrong in ["15", "PT25H", "-PT1H", "P1M", "", "PT1H&travel=x"] {
        let refused = owner.get(&format!("{first}/schedule-check?travel_buffer={wrong}")).await;
        refused.problem(400, "malformed_query");
        let refused = owner.post(&format!("{first}/schedule-check?travel_buffer={wrong}"), json!({})).await;
        refused.problem(400, "malformed_query");
    }
}

async fn who_speaks_in_what_has_no_time_is_placed(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let ada = make_speaker(&owner, "Ada").await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T10:00").await;
    let part = json!([{ "label": "Somebody", "role": "speaker" }, { "speaker_id": ada, "role": "speaker", "status": "invited" }]);
    let mut panel = round("Panel", vec![with_people(json!({ "kind": "talk", "title": "Statement" }), part)]);
    (panel["local_start"], panel["local_end"]) = (json!("2022-03-04T09:00"), json!("2022-03-04T10:00"));
    write_agenda(&owner, &event, &[panel]).await;
    let expected = [("unconfirmed_speaker", "/sessions/0/sessions/0/appearances/1")];
    assert_eq!(check(&owner, &event).await, found(&expected));
}

async fn the_check_is_for_staff(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T10:00").await;
    let path = format!("{event}/schedule-check");
    app.get(&path).await.problem(401, "unauthenticated");
    app.post(&path, json!({})).await.problem(401, "unauthenticated");
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    stranger.get(&path).await.problem(404, "not_found");
    stranger.post(&path, json!({})).await.problem(404, "not_found");
    let viewer = app.staff(Role::Viewer).await;
    assert_eq!(viewer.post(&path, json!({})).await.expect(200).json(), viewer.get(&path).await.expect(200).json());
}
