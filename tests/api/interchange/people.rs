//! Who is who in a file.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{apply, congress, counts, findings, import, take};
use crate::support::{Client, TestApp};

both!(
    a_name_that_two_have_is_not_guessed,
    speakers_are_found_by_their_id_and_by_name,
    what_a_file_says_of_people_is_kept_apart_from_them,
    who_declined_stays_hidden_and_stays,
);

const JSON: &str = "application/json";

/// A file with one session for each list of persons.
fn file(sessions: &[Value]) -> String {
    let events: Vec<Value> = sessions
        .iter()
        .enumerate()
        .map(|(index, persons)| {
            json!({
                "guid": format!("g{index}"), "id": index + 1, "title": format!("Session {index}"), "duration": "00:30",
                "date": format!("2014-12-27T1{index}:00:00+01:00"), "persons": persons,
            })
        })
        .collect();
    let days = json!([{ "date": "2014-12-27", "rooms": { "Saal": events } }]);
    json!({ "schedule": { "conference": { "title": "A congress", "days": days } } }).to_string()
}

async fn add_speaker(owner: &Client, name: &str) -> String {
    owner.post("/api/v1/speakers", json!({ "name": name, "email": "private@example.org" })).await.expect(201).id()
}

/// The names and speaker ids of each session.
async fn people(owner: &Client, event: &str) -> Vec<Vec<(String, String)>> {
    let agenda = owner.get(&format!("{event}/agenda")).await.expect(200).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |session: &Value| {
        let all = session["appearances"].as_array().unwrap().iter();
        all.map(|one| (text(&one["name"]), text(&one["speaker"]["id"]))).collect()
    };
    agenda["sessions"].as_array().unwrap().iter().map(of).collect()
}

async fn speakers_are_found_by_their_id_and_by_name(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let toure = add_speaker(&owner, "Elsa Touré").await;
    let sakkers = add_speaker(&owner, "Hans Sakkers").await;
    let guid = "a0a0fcfe-b7fb-46e3-84b6-97a5406016b4";
    let first = file(&[
        json!([{ "public_name": "elsa toure", "id": 1 }, { "name": "New Person", "guid": guid, "biography": "Writes." }]),
        json!([{ "name": "Hans Sakkers", "guid": sakkers }, { "public_name": "Elsa Touré", "id": 1 }]),
        json!([{ "name": "New Person" }]),
    ]);
    let done = take(&app, &owner, &event, JSON, &first, "merge").await;
    assert_eq!(done.at("/counts/speakers"), counts(1, 0, 2, 0));
    let new = done.string("/result/speakers/0");
    let named = |name: &str, id: &str| (name.to_owned(), id.to_owned());
    assert_eq!(
        people(&owner, &event).await,
        [
            vec![named("Elsa Touré", &toure), named("New Person", &new)],
            vec![named("Hans Sakkers", &sakkers), named("Elsa Touré", &toure)],
            vec![named("New Person", &new)],
        ]
    );
    assert_eq!(owner.get(&format!("/api/v1/speakers/{new}")).await.at("/bio"), "Writes.");
    // Another event of the workspace: the id that is the same everywhere counts, the number of one system does not.
    let other = congress(&owner).await;
    let second =
        file(&[json!([{ "name": "Renamed Person", "guid": guid }, { "public_name": "Somebody Else", "id": 1 }])]);
    let done = take(&app, &owner, &other, JSON, &second, "merge").await;
    assert_eq!(done.at("/counts/speakers"), counts(1, 0, 1, 0));
    let else_ = done.string("/result/speakers/0");
    assert_eq!(people(&owner, &other).await, [vec![named("New Person", &new), named("Somebody Else", &else_)]]);
}

async fn a_name_that_two_have_is_not_guessed(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let known = [add_speaker(&owner, "John Smith").await, add_speaker(&owner, "John Smith").await];
    let bare = file(&[json!([{ "name": "John Smith" }])]);
    let checked = import(&owner, &event, JSON, &bare).await;
    let ambiguous = ("person_ambiguous".to_owned(), "warning".to_owned(), Value::Null);
    assert_eq!(findings(&checked), std::slice::from_ref(&ambiguous));
    let done = apply(&app, &owner, &checked, "merge").await;
    let new = done.string("/result/speakers/0");
    assert!(!known.contains(&new));
    // Now one of three appears on this event, and is meant.
    let again = import(&owner, &event, JSON, &bare).await;
    assert_eq!((findings(&again), again.at("/counts/speakers")), (vec![], counts(0, 0, 1, 0)));
    // Two of one name in one file are two people.
    let two = file(&[json!([{ "name": "Ann Lee", "id": 1 }]), json!([{ "name": "Ann Lee", "id": 2 }])]);
    let other = congress(&owner).await;
    let checked = import(&owner, &other, JSON, &two).await;
    assert_eq!(checked.at("/counts/speakers"), counts(2, 0, 0, 0));
    assert_eq!(findings(&checked), [ambiguous.clone(), ambiguous]);
    apply(&app, &owner, &checked, "merge").await;
    let again = import(&owner, &other, JSON, &two).await;
    assert_eq!((again.at("/counts/speakers"), findings(&again)), (counts(0, 0, 2, 0), vec![]));
    assert_eq!(again.at("/counts/sessions"), counts(0, 0, 2, 0));
}

async fn who_declined_stays_hidden_and_stays(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let event = congress(&owner).await;
    take(&app, &owner, &event, JSON, &file(&[json!([{ "name": "Ada" }, { "name": "Bob (tbc)" }])]), "merge").await;
    let agenda = owner.get(&format!("{event}/agenda")).await.expect(200);
    let session = agenda.string("/sessions/0/id");
    let ada = agenda.string("/sessions/0/appearances/0/id");
    any.patch(&format!("/api/v1/appearances/{ada}"), json!({ "status": "withdrawn", "note": "ill" })).await.expect(200);
    assert_eq!(agenda.at("/sessions/0/appearances/1/status"), "tbc");
    // Another system says nothing of certainty: it confirms nobody, and brings nobody back.
    let again = file(&[json!([{ "name": "Bob" }, { "name": "Cyd" }])]);
    let done = take(&app, &owner, &event, JSON, &again, "replace").await;
    assert_eq!(done.at("/counts/sessions"), counts(0, 1, 0, 0));
    let after = owner.get(&format!("/api/v1/sessions/{session}")).await.expect(200).at("/appearances");
    let all: Vec<(Value, Value)> =
        after.as_array().unwrap().iter().map(|one| (one["name"].clone(), one["status"].clone())).collect();
    assert_eq!(
        all,
        [(json!("Bob"), json!("tbc")), (json!("Cyd"), json!("confirmed")), (json!("Ada"), json!("withdrawn")),]
    );
    let file = owner.get(&format!("{event}/schedule.json")).await.expect(200);
    let names = file.at("/schedule/conference/days/0/rooms/Saal/0/persons");
    let names: Vec<&Value> = names.as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["Bob (tbc)", "Cyd"]);
}

async fn what_a_file_says_of_people_is_kept_apart_from_them(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let person = json!({
        "name": "Ada", "id": 7, "code": "ADA123", "biography": "Old", "avatar": "https://example.org/ada.png",
        "email": "ada@example.org", "answers": [{ "answer": "secret-answer" }],
    });
    let session = json!([person]);
    let done = take(&app, &owner, &event, JSON, &file(std::slice::from_ref(&session)), "merge").await;
    let path = format!("/api/v1/speakers/{}", done.string("/result/speakers/0"));
    let speaker = owner.get(&path).await.expect(200);
    assert_eq!((speaker.at("/bio"), speaker.at("/photo_url")), (json!("Old"), json!("https://example.org/ada.png")));
    assert_eq!(speaker.json().get("email"), None);
    owner.if_match("*").patch(&path, json!({ "bio": "New" })).await.expect(200);
    let done = take(&app, &owner, &event, JSON, &file(&[session]), "merge").await;
    assert_eq!(done.at("/counts/speakers"), counts(0, 0, 1, 0));
    assert_eq!(owner.get(&path).await.at("/bio"), "New", "a file changes no speaker");
    let written = owner.get(&format!("{event}/schedule.json")).await.expect(200);
    let persons = written.at("/schedule/conference/days/0/rooms/Saal/0/persons");
    let expected = json!([{
        "id": 7, "code": "ADA123", "name": "Ada", "public_name": "Ada", "biography": "New",
        "avatar": "https://example.org/ada.png",
    }]);
    assert_eq!(persons, expected);
    assert!(!written.text().contains("secret-answer") && !written.text().contains("ada@example.org"));
}
