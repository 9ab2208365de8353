//! Moving a session, and those after it.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{findings, found, make_day, make_room, round, talk, write_agenda};
use crate::support::{Answer, Client, TestApp};

both!(
    a_shift_crosses_midnight_and_spares_the_next_day,
    a_shift_into_a_skipped_hour_is_refused_whole,
    other_rooms_stay_where_they_are,
    the_rest_of_the_day_moves_along,
    without_a_word_nothing_moves_along,
    words_for_a_shift_are_two,
);

/// Title, start and end of what moved.
#[track_caller]
fn moved(answer: &Answer) -> Vec<[String; 3]> {
    let all = answer.clone().expect(200).at("/moved");
    let text = |one: &Value, name: &str| one[name].as_str().unwrap_or("-").to_owned();
    all.as_array()
        .unwrap()
        .iter()
        .map(|one| ["title", "local_start", "local_end"].map(|name| text(one, name)))
        .collect()
}

async fn shift(owner: &Client, agenda: &Answer, place: &str, change: Value) -> Answer {
    let path = format!("/api/v1/sessions/{}?shift=following", agenda.string(&format!("{place}/id")));
    owner.if_match("*").patch(&path, change).await
}

fn working_session() -> Vec<Value> {
    let at = |clock: &str| format!("2022-02-23T{clock}");
    let talk = |title: &str, start: &str, end: &str| talk(title, &at(start), &at(end));
    let mut pause = talk("Coffee", "12:15", "12:20");
    pause["kind"] = json!("break");
    vec![
        round("First round", vec![talk("Campaign", "11:30", "11:45"), talk("Questions", "11:45", "12:15")]),
        pause,
        round("Second round", vec![talk("Process", "12:20", "12:30"), talk("Conclusions", "12:30", "13:00")]),
    ]
}

async fn the_rest_of_the_day_moves_along(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    let before = write_agenda(&owner, &event, &working_session()).await;
    let answer = shift(&owner, &before, "/sessions/0/sessions/0", json!({ "local_end": "2022-02-23T11:55" })).await;
    let row = |title: &str, start: &str, end: &str| {
        [title.to_owned(), format!("2022-02-23T{start}:00"), format!("2022-02-23T{end}:00")]
    };
    let expected = [
        row("Coffee", "12:25", "12:30"),
        row("Questions", "11:55", "12:25"),
        row("Process", "12:30", "12:40"),
        row("Conclusions", "12:40", "13:10"),
    ];
    let mut all = moved(&answer);
    all.sort();
    let mut sorted = expected.to_vec();
    sorted.sort();
    assert_eq!(all, sorted);
    assert_eq!((answer.at("/title"), answer.at("/local_end")), (json!("Campaign"), json!("2022-02-23T11:55:00")));
    let moved_one = answer.at("/moved");
    let questions = moved_one.as_array().unwrap().iter().find(|one| one["title"] == "Questions").unwrap().clone();
    let expected = json!({
        "id": before.at("/sessions/0/sessions/1/id"),
        "title": "Questions",
        "previous_local_start": "2022-02-23T11:45:00",
        "previous_local_end": "2022-02-23T12:15:00",
        "local_start": "2022-02-23T11:55:00",
        "local_end": "2022-02-23T12:25:00",
        "starts_at": "2022-02-23T10:55:00Z",
        "ends_at": "2022-02-23T11:25:00Z",
        "revision": 2,
    });
    assert_eq!(questions, expected);

    let after = owner.get(&format!("{event}/agenda")).await.expect(200);
    assert_eq!(after.at("/revision"), before.at("/revision").as_i64().unwrap() + 1, "one change");
    assert_eq!(after.at("/sessions/2/local_start"), "2022-02-23T12:30:00", "a round follows what is in it");
    assert_eq!(after.at("/sessions/2/revision"), 1);
    assert_eq!(after.at("/sessions/2/sessions/1/revision"), 2);
    let check = owner.get(&format!("{event}/schedule-check")).await;
    let expected = [("outside_event", "/sessions/2/sessions/1/local_end"), ("total_mismatch", "/sessions")];
    assert_eq!(findings(&check), found(&expected), "no gap, no overlap");

    let history = owner.get(&format!("{event}/history")).await.expect(200);
    let newest = history.at("/items/0");
    assert_eq!(newest["action"], "session_changed");
    let count = |side: &str| newest[side]["moved"].as_array().unwrap().len();
    assert_eq!((count("before"), count("after")), (4, 4));
    assert_eq!(history.at("/items/1/action"), "agenda_replaced", "and none beside it");

    let back = shift(&owner, &after, "/sessions/0/sessions/0", json!({ "local_end": "2022-02-23T11:45" })).await;
    assert_eq!(moved(&back).len(), 4);
    let again = owner.get(&format!("{event}/agenda")).await.expect(200);
    assert_eq!(again.at("/sessions/2/sessions/1/local_end"), "2022-02-23T13:00:00");
    assert_eq!(findings(&owner.get(&format!("{event}/schedule-check")).await), found(&[]));
}

async fn without_a_word_nothing_moves_along(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    let before = write_agenda(&owner, &event, &working_session()).await;
    let path = format!("/api/v1/sessions/{}", before.string("/sessions/0/sessions/0/id"));
    let later = json!({ "local_end": "2022-02-23T11:55" });
    let changed = owner.if_match("*").patch(&path, later.clone()).await.expect(200);
    assert_eq!(changed.json().get("moved"), None);
    assert_eq!(owner.get(&path).await.expect(200).etag(), changed.etag(), "the same as reading it");
    let after = owner.get(&format!("{event}/agenda")).await;
    assert_eq!(after.at("/sessions/0/sessions/1"), before.at("/sessions/0/sessions/1"));
    assert_eq!(after.at("/sessions/1"), before.at("/sessions/1"));
    let none =
        owner.if_match("*").patch(&format!("{path}?shift=none"), json!({ "local_end": "2022-02-23T11:45" })).await;
    assert_eq!(moved(&none), Vec::<[String; 3]>::new());
    // A title is no time, and what stays where it is moves nobody.
    for change in [json!({ "title": "Renamed" }), json!({})] {
        let answer = owner.if_match("*").patch(&format!("{path}?shift=following"), change).await;
        assert_eq!(moved(&answer), Vec::<[String; 3]>::new());
    }
    let read = owner.get(&path).await.expect(200);
    let stale = owner.if_match(&changed.etag()).patch(&format!("{path}?shift=following"), later).await;
    assert_eq!(stale.problem(412, "precondition_failed")["revision"], read.at("/revision"));
    assert_eq!(owner.get(&path).await.etag(), read.etag());
}

async fn words_for_a_shift_are_two(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_day(&owner, "2022-02-23T11:30", "2022-02-23T13:00").await;
    let before = write_agenda(&owner, &event, &working_session()).await;
    let path = format!("/api/v1/sessions/{}", before.string("/sessions/0/sessions/0/id"));
    for query in ["shift=all", "shift=", "shift=FOLLOWING", "shift=following&by=PT10M"] {
        let answer = owner.patch(&format!("{path}?{query}"), json!({ "title": "X" })).await;
        answer.problem(400, "malformed_query");
    }
    assert_eq!(owner.get(&format!("{event}/agenda")).await.json(), before.json());
}

async fn other_rooms_stay_where_they_are(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-02-23T11:00", "2022-02-23T13:00").await;
    let (hall, studio) = (
        make_room(&owner, &event, json!({ "name": "Hall" })).await,
        make_room(&owner, &event, json!({ "name": "Studio" })).await,
    );
    let of = |room: &str, title: &str, start: &str, end: &str| {
        let mut one = talk(title, &format!("2022-02-23T{start}"), &format!("2022-02-23T{end}"));
        one["room_id"] = json!(room);
        one
    };
    let agenda = [
        of(&hall, "H1", "11:00", "11:30"),
        of(&studio, "S1", "11:00", "11:30"),
        of(&hall, "H2", "11:30", "12:00"),
        of(&studio, "S2", "11:30", "12:00"),
        talk("Lunch", "2022-02-23T12:00", "2022-02-23T12:30"),
        of(&hall, "H3", "12:30", "13:00"),
    ];
    let before = write_agenda(&owner, &event, &agenda).await;
    let times = json!({ "local_start": "2022-02-23T11:10", "local_end": "2022-02-23T11:40" });
    let answer = shift(&owner, &before, "/sessions/0", times).await;
    let titles: Vec<String> = moved(&answer).into_iter().map(|[title, ..]| title).collect();
    assert_eq!(titles, ["H2", "H3"]);
    let lunch = shift(&owner, &before, "/sessions/4", json!({ "local_end": "2022-02-23T12:35" })).await;
    let row = ["H3", "2022-02-23T12:45:00", "2022-02-23T13:15:00"].map(str::to_owned);
    assert_eq!(moved(&lunch), [row]);
}

async fn a_shift_crosses_midnight_and_spares_the_next_day(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = make_day(&owner, "2022-02-23T22:00", "2022-02-24T12:00").await;
    let agenda = [
        talk("Gala", "2022-02-23T22:00", "2022-02-23T23:00"),
        talk("Band", "2022-02-23T23:00", "2022-02-24T00:30"),
        talk("Last", "2022-02-24T00:30", "2022-02-24T01:00"),
        talk("Morning", "2022-02-24T09:00", "2022-02-24T12:00"),
    ];
    let before = write_agenda(&owner, &event, &agenda).await;
    let answer = shift(&owner, &before, "/sessions/0", json!({ "local_end": "2022-02-24T00:30" })).await;
    let rows = [
        ["Band", "2022-02-24T00:30:00", "2022-02-24T02:00:00"].map(str::to_owned),
        ["Last", "2022-02-24T02:00:00", "2022-02-24T02:30:00"].map(str::to_owned),
    ];
    assert_eq!(moved(&answer), rows);
    let read = owner.get(&format!("{event}/agenda")).await;
    assert_eq!(read.at("/sessions/3"), before.at("/sessions/3"));
}

async fn a_shift_into_a_skipped_hour_is_refused_whole(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    // On 27 March 2022 the clocks went from 2:00 to 3:00.
    let event = make_day(&owner, "2022-03-27T00:00", "2022-03-27T06:00").await;
    let agenda = [
        talk("A", "2022-03-27T00:00", "2022-03-27T00:30"),
        talk("B", "2022-03-27T00:30", "2022-03-27T01:00"),
        talk("C", "2022-03-27T01:15", "2022-03-27T01:45"),
        talk("D", "2022-03-27T03:50", "2022-03-27T04:50"),
    ];
    let before = write_agenda(&owner, &event, &agenda).await;
    let hour_later = || json!({ "local_end": "2022-03-27T01:30" });
    let refused = shift(&owner, &before, "/sessions/0", hour_later()).await;
    refused.faults(&[("/local_start", "local_time_nonexistent")]);
    assert!(refused.string("/errors/0/detail").starts_with("“C”, which would move along: "), "{refused}");
    assert_eq!(owner.get(&format!("{event}/agenda")).await.json(), before.json());
    let mut chosen = hour_later();
    chosen["disambiguation"] = json!("later");
    let answer = shift(&owner, &before, "/sessions/0", chosen).await;
    let rows = [
        ["B", "2022-03-27T01:30:00", "2022-03-27T03:00:00"].map(str::to_owned),
        ["C", "2022-03-27T03:15:00", "2022-03-27T03:45:00"].map(str::to_owned),
        ["D", "2022-03-27T04:50:00", "2022-03-27T05:50:00"].map(str::to_owned),
    ];
    assert_eq!(moved(&answer), rows, "half an hour stays half an hour");
}
