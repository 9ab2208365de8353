//! Appearances: their order, placeholders, and where somebody appeared.

use plenary::accounts::Role;
use serde_json::json;

use super::{SPEAKERS, add, draft, make_organisation, make_speaker, places, publish};
use crate::support::TestApp;

both!(
    a_person_takes_the_place_of_a_placeholder,
    a_place_may_be_given,
    an_agenda_says_places_by_its_order,
    appearances_of_a_speaker_are_in_the_order_of_time,
);

fn named(names: &[&str]) -> Vec<(String, i64)> {
    names.iter().zip(1..).map(|(name, position)| ((*name).to_owned(), position)).collect()
}

async fn a_place_may_be_given(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let event = draft(&owner, json!({})).await;
    let talk =
        any.post(&format!("{event}/sessions"), json!({ "kind": "talk", "title": "Talk" })).await.expect(201).id();
    let session = format!("/api/v1/sessions/{talk}");
    let label = |name: &str| json!({ "label": name, "role": "speaker" });
    let at = |name: &str, position: i64| json!({ "label": name, "role": "speaker", "position": position });
    for (place, within) in [(&event, None), (&session, Some(talk.as_str()))] {
        let first = add(&owner, place, label("A")).await;
        add(&owner, place, label("B")).await;
        add(&owner, place, at("C", 1)).await;
        let last = add(&owner, place, at("D", 10_000)).await;
        add(&owner, place, at("E", 2)).await;
        assert_eq!(places(&owner, &event, within).await, named(&["C", "E", "A", "B", "D"]));
        // One moves, those between make room, and whoever stays where they were is not changed.
        let moved = any.patch(&last, json!({ "position": 2 })).await.expect(200);
        assert_eq!(moved.at("/position"), json!(2));
        assert_eq!(places(&owner, &event, within).await, named(&["C", "D", "E", "A", "B"]));
        any.patch(&first, json!({ "position": null })).await.expect(200);
        assert_eq!(places(&owner, &event, within).await, named(&["C", "D", "E", "B", "A"]));
        let before = owner.get(&event).await.expect(200);
        let (read, again) = (owner.get(&first).await.expect(200), any.patch(&first, json!({ "position": 99 })).await);
        assert_eq!(again.expect(200).json(), read.json());
        assert_eq!(owner.get(&event).await.expect(200).json(), before.json());
        any.delete(&last).await.expect(204);
        add(&owner, place, at("F", 2)).await;
        assert_eq!(places(&owner, &event, within).await, named(&["C", "F", "E", "B", "A"]));
    }
    for position in [0, -1, 10_001] {
        let wrong = owner.post(&format!("{event}/appearances"), at("X", position)).await;
        wrong.faults(&[("/position", "number_invalid")]);
    }
    let stale = owner.get(&event).await.expect(200).etag();
    let one = add(&owner, &event, label("G")).await;
    owner
        .if_match("\"7.000000000000\"")
        .patch(&one, json!({ "position": 1 }))
        .await
        .problem(412, "precondition_failed");
    assert_ne!(owner.get(&event).await.etag(), stale);
}

async fn an_agenda_says_places_by_its_order(app: TestApp) {
    let any = app.staff(Role::Owner).await.if_match("*");
    let event = draft(&any, json!({})).await;
    let agenda = |more: serde_json::Value| {
        let mut part = json!({ "label": "A", "role": "speaker" });
        part.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "sessions": [{ "kind": "talk", "title": "Talk", "appearances": [{ "label": "B", "role": "chair" }, part] }] })
    };
    let wrong = any.put(&format!("{event}/agenda"), agenda(json!({ "position": 1 }))).await;
    wrong.faults(&[("/sessions/0/appearances/1/position", "field_unknown")]);
    let written = any.put(&format!("{event}/agenda"), agenda(json!({}))).await.expect(200);
    assert_eq!(written.at("/sessions/0/appearances/1/position"), json!(2));
}

async fn a_person_takes_the_place_of_a_placeholder(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let event = draft(&owner, json!({})).await;
    let graz = make_organisation(&owner, "City of Graz").await;
    let placeholder = json!({
        "organisation_id": graz, "label": "Representatives", "role": "panelist", "affiliation": "City of Graz",
        "note": "the first European human rights city",
    });
    add(&owner, &event, json!({ "label": "Before", "role": "speaker" })).await;
    let path = add(&owner, &event, placeholder).await;
    add(&owner, &event, json!({ "label": "After", "role": "speaker" })).await;
    assert_eq!(places(&owner, &event, None).await, named(&["Before", "Representatives", "After"]));
    let person = make_speaker(&owner, json!({ "name": "Mayor of Graz" })).await;
    let change = json!({ "speaker_id": person, "organisation_id": null, "label": null, "status": "declined" });
    // Who was confirmed as a placeholder binds no person.
    let changed = any.patch(&path, change).await.expect(200);
    let shown = json!({
        "id": path.rsplit('/').next().unwrap(), "position": 2, "name": "Mayor of Graz", "label": null, "organisation": null,
        "role": "panelist", "affiliation": "City of Graz", "note": "the first European human rights city",
    });
    for (member, value) in shown.as_object().unwrap() {
        assert_eq!(changed.json()[member], *value, "{member}");
    }
    assert_eq!(places(&owner, &event, None).await, named(&["Before", "Mayor of Graz", "After"]));
}

async fn appearances_of_a_speaker_are_in_the_order_of_time(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let speaker = make_speaker(&owner, json!({ "name": "Hans Sakkers" })).await;
    let path = format!("{SPEAKERS}/{speaker}/appearances");
    for (title, when) in [
        ("Undated", json!({})),
        ("Next", json!({ "edtf": "2022-03" })),
        ("Past", json!({ "edtf": "2021-11-24" })),
        ("Now", json!({ "starts_at": "2022-02-01T08:30:00Z", "timezone": "Europe/Berlin", "duration": "PT1H" })),
        ("Draft", json!({ "edtf": "2022-05" })),
    ] {
        let event = draft(&owner, json!({ "title": title, "when": when })).await;
        add(&owner, &event, json!({ "speaker_id": speaker, "role": "speaker" })).await;
        if title != "Draft" {
            publish(&owner, &event).await;
        }
    }
    let titles = async |client: &crate::support::Client, query: &str| {
        let items = client.get(&format!("{path}{query}")).await.expect(200).at("/items");
        let items = items.as_array().unwrap().clone();
        items.iter().map(|item| item["event"]["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&owner, "").await, ["Past", "Now", "Next", "Draft", "Undated"]);
    assert_eq!(titles(&app, "").await, ["Past", "Now", "Next", "Undated"]);
    for (phase, expected) in [("upcoming", "Next"), ("live", "Now"), ("past", "Past"), ("undated", "Undated")] {
        assert_eq!(titles(&app, &format!("?phase={phase}")).await, [expected]);
    }
    assert_eq!(titles(&owner, "?phase=upcoming").await, ["Next", "Draft"]);
    let first = owner.get(&format!("{path}?phase=upcoming&limit=1")).await.expect(200);
    let cursor = first.string("/next_cursor");
    assert_eq!(titles(&owner, &format!("?phase=upcoming&limit=1&cursor={cursor}")).await, ["Draft"]);
    app.get(&format!("{path}?phase=soon")).await.problem(400, "malformed_query");
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    assert_eq!(titles(&stranger, "").await, ["Past", "Now", "Next", "Undated"]);
}
