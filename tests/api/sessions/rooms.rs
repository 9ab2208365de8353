//! The rooms of an event.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{make_day, make_room, talk, write_agenda};
use crate::support::TestApp;

both!(a_room_has_a_version_of_its_own, a_room_in_use_stays, names_are_unique_in_an_event, rooms_belong_to_one_event,);

async fn a_room_has_a_version_of_its_own(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let hall = owner.keyed("hall-1").post(&format!("{event}/rooms"), json!({ "name": "Hall", "capacity": 80 })).await;
    let hall = hall.expect(201);
    let expected = json!({ "id": hall.id(), "name": "Hall", "capacity": 80, "position": 1, "revision": 1 });
    assert_eq!(hall.json(), expected);
    let again = owner.keyed("hall-1").post(&format!("{event}/rooms"), json!({ "name": "Hall", "capacity": 80 })).await;
    assert_eq!(again.expect(201).json(), expected, "the same request has one effect");
    let path = format!("{event}/rooms/{}", hall.id());
    assert_eq!(hall.header("location"), Some(path.as_str()));
    let read = owner.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (expected.clone(), hall.etag()));
    owner.with("if-none-match", &read.etag()).get(&path).await.expect(304);

    // Another room and the event itself may change meanwhile.
    let studio = make_room(&owner, &event, json!({ "name": "Studio" })).await;
    let before = owner.get(&event).await.expect(200);
    let changed = owner.if_match(&read.etag()).patch(&path, json!({ "capacity": 90, "position": 3 })).await.expect(200);
    let expected = json!({ "id": hall.id(), "name": "Hall", "capacity": 90, "position": 3, "revision": 2 });
    assert_eq!(changed.json(), expected);
    let after = owner.get(&event).await.expect(200);
    assert_eq!(after.at("/revision"), before.at("/revision").as_i64().unwrap() + 1, "the agenda shows it");
    let same = owner.if_match(&changed.etag()).patch(&path, json!({ "capacity": 90 })).await.expect(200);
    assert_eq!((same.json(), same.etag()), (changed.json(), changed.etag()));
    assert_eq!(owner.get(&event).await.etag(), after.etag());

    let stale = owner.if_match(&read.etag()).patch(&path, json!({ "capacity": 1 })).await;
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], 2);
    owner.if_match(&read.etag()).delete(&path).await.problem(412, "precondition_failed");
    owner.patch(&path, json!({ "capacity": 1 })).await.problem(428, "precondition_required");
    let list = owner.get(&format!("{event}/rooms")).await.expect(200);
    let rows: Vec<Value> = list.at("/items").as_array().unwrap().iter().map(|room| room["id"].clone()).collect();
    assert_eq!(rows, [json!(studio), json!(hall.id())], "by position");
    assert_eq!(list.at("/items/1"), expected);
    owner.if_match(&changed.etag()).delete(&path).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
}

async fn names_are_unique_in_an_event(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let other = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    make_room(&owner, &event, json!({ "name": "Hall" })).await;
    make_room(&owner, &other, json!({ "name": "Hall" })).await;
    let studio = make_room(&owner, &event, json!({ "name": "Studio" })).await;
    let rooms = format!("{event}/rooms");
    owner.post(&rooms, json!({ "name": "Hall" })).await.faults(&[("/name", "invalid")]);
    let rename = owner.if_match("*").patch(&format!("{rooms}/{studio}"), json!({ "name": "Hall" })).await;
    rename.faults(&[("/name", "invalid")]);
    for (body, pointer, code) in [
        (json!({ "name": "" }), "/name", "text_invalid"),
        (json!({ "name": "A\u{0}B" }), "/name", "text_invalid"),
        (json!({ "name": "A", "capacity": 0 }), "/capacity", "number_invalid"),
        (json!({ "name": "A", "capacity": 1.5 }), "/capacity", "field_type"),
        (json!({ "name": "A", "revision": 7 }), "/revision", "field_unknown"),
    ] {
        owner.post(&rooms, body).await.faults(&[(pointer, code)]);
    }
    assert_eq!(owner.get(&rooms).await.at("/items").as_array().unwrap().len(), 2);
}

async fn a_room_in_use_stays(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let hall = make_room(&owner, &event, json!({ "name": "Hall" })).await;
    let mut session = talk("A", "2022-03-04T09:00", "2022-03-04T10:00");
    session["room_id"] = json!(hall);
    let written = write_agenda(&owner, &event, &[session]).await;
    assert_eq!(written.at("/sessions/0/room"), json!({ "id": hall, "name": "Hall" }));
    let path = format!("{event}/rooms/{hall}");
    owner.delete(&path).await.problem(409, "in_use");
    owner.patch(&path, json!({ "name": "Great hall" })).await.expect(200);
    assert_eq!(owner.get(&format!("{event}/agenda")).await.at("/sessions/0/room/name"), "Great hall");
    write_agenda(&owner, &event, &[]).await;
    owner.delete(&path).await.expect(204);
}

async fn rooms_belong_to_one_event(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let other = make_day(&owner, "2022-03-04T09:00", "2022-03-04T12:00").await;
    let hall = make_room(&owner, &event, json!({ "name": "Hall" })).await;
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await.if_match("*");
    let (right, wrong) = (format!("{event}/rooms/{hall}"), format!("{other}/rooms/{hall}"));
    for answer in [
        owner.get(&wrong).await,
        owner.patch(&wrong, json!({ "name": "X" })).await,
        owner.delete(&wrong).await,
        stranger.get(&right).await,
        stranger.patch(&right, json!({ "name": "X" })).await,
        stranger.delete(&right).await,
        app.get(&right).await,
    ] {
        answer.problem(404, "not_found");
    }
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    viewer.patch(&right, json!({ "name": "X" })).await.problem(403, "forbidden");
    assert_eq!(viewer.get(&right).await.expect(200).at("/name"), "Hall");
}
