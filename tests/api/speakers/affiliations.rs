//! Where speakers belong.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{Answer, SPEAKERS, add, draft, make_organisation, make_speaker, publish};
use crate::support::TestApp;

both!(
    a_speaker_belongs_somewhere_for_a_time,
    an_organisation_that_somebody_belongs_to_stays,
    faults_of_affiliations_are_pointed_at,
    the_public_sees_where_those_belong_who_appear,
);

fn current(speaker: &Answer) -> Value {
    speaker.at("/current_affiliation/name")
}

async fn a_speaker_belongs_somewhere_for_a_time(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let lund = make_organisation(&owner, "City of Lund").await;
    let sent = json!([
        { "name": "University of Lund", "until": "2022-02-02", "job_title": "Student" },
        { "organisation_id": lund, "job_title": "Strategist", "from": "2022-02-02", "until": "2022-04" },
        { "name": "Retired", "from": "2022-04" },
    ]);
    let made = owner.post(SPEAKERS, json!({ "name": "Ulrika Dagård", "affiliations": sent })).await.expect(201);
    let path = format!("{SPEAKERS}/{}", made.id());
    let shown = made.at("/affiliations");
    let expected = json!([
        { "organisation": null, "name": "University of Lund", "job_title": "Student", "from": null, "until": "2022-02-02" },
        {
            "organisation": shown[1]["organisation"], "name": "City of Lund", "job_title": "Strategist",
            "from": "2022-02-02", "until": "2022-04",
        },
        { "organisation": null, "name": "Retired", "job_title": null, "from": "2022-04", "until": null },
    ]);
    assert_eq!(shown, expected);
    assert_eq!(shown[1]["organisation"]["id"], json!(lund));
    assert_eq!(made.at("/current_affiliation"), shown[0]);
    for (now, name) in [
        ("2022-02-01T23:59:59Z", "University of Lund"),
        ("2022-02-02T00:00:00Z", "City of Lund"),
        ("2022-03-31T23:59:59Z", "City of Lund"),
        ("2022-04-01T00:00:00Z", "Retired"),
    ] {
        app.clock().set(now.parse().unwrap());
        assert_eq!(current(&owner.get(&path).await.expect(200)), json!(name), "{now}");
        assert_eq!(owner.get(SPEAKERS).await.at("/items/0/current_affiliation/name"), json!(name), "{now}");
    }
    let read = owner.get(&path).await.expect(200);
    let saved = owner.if_match(&read.etag()).patch(&path, json!({ "affiliations": sent })).await.expect(200);
    assert_eq!((saved.at("/revision"), saved.json()), (json!(1), read.json()));
    let none = owner.if_match("*").patch(&path, json!({ "affiliations": null })).await.expect(200);
    assert_eq!((none.at("/affiliations"), none.at("/current_affiliation")), (json!([]), Value::Null));
}

async fn faults_of_affiliations_are_pointed_at(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let second = app.other_workspace("second").await;
    let theirs = make_organisation(&app.staff_of(&second, Role::Owner).await, "Theirs").await;
    let ours = make_organisation(&owner, "Ours").await;
    let wrong = json!([
        {},
        { "organisation_id": ours, "name": "Both" },
        { "name": "X", "from": "2021-23" },
        { "name": "X", "from": "2022-03", "until": "2022-03-01" },
    ]);
    let faults = [
        ("/affiliations/0/organisation_id", "field_required"),
        ("/affiliations/1/name", "invalid"),
        ("/affiliations/2/from", "edtf_invalid"),
        ("/affiliations/3/until", "end_before_start"),
    ];
    owner.post(SPEAKERS, json!({ "name": "X", "affiliations": wrong })).await.faults(&faults);
    let unknown = json!([{ "name": "Fine" }, { "organisation_id": theirs }, { "organisation_id": ours }]);
    let faults = [("/affiliations/1/organisation_id", "reference_unknown")];
    owner.post(SPEAKERS, json!({ "name": "X", "affiliations": unknown })).await.faults(&faults);
    let id = make_speaker(&owner, json!({ "name": "X" })).await;
    let change = owner.if_match("*").patch(&format!("{SPEAKERS}/{id}"), json!({ "affiliations": unknown })).await;
    change.faults(&faults);
    let extra = json!([{ "name": "X", "since": "2020" }]);
    owner.post(SPEAKERS, json!({ "name": "X", "affiliations": extra })).await.problem(422, "field_unknown");
    assert_eq!(owner.get(SPEAKERS).await.at("/items").as_array().map(Vec::len), Some(1));
}

async fn an_organisation_that_somebody_belongs_to_stays(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let lund = make_organisation(&owner, "City of Lund").await;
    let organisation = format!("/api/v1/organisations/{lund}");
    // Named twice, also for a time that is over.
    let twice = json!([{ "organisation_id": lund, "until": "2010" }, { "organisation_id": lund, "from": "2020" }]);
    let first = make_speaker(&owner, json!({ "name": "A", "affiliations": twice })).await;
    let second = make_speaker(&owner, json!({ "name": "B", "affiliations": twice })).await;
    owner.delete(&organisation).await.problem(409, "in_use");
    let change = json!({ "affiliations": [{ "name": "City of Lund" }] });
    owner.patch(&format!("{SPEAKERS}/{first}"), change).await.expect(200);
    owner.delete(&organisation).await.problem(409, "in_use");
    owner.delete(&format!("{SPEAKERS}/{second}")).await.expect(204);
    owner.delete(&organisation).await.expect(204);
}

async fn the_public_sees_where_those_belong_who_appear(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let lund = make_organisation(&owner, "City of Lund").await;
    let organisation = format!("/api/v1/organisations/{lund}");
    let body = json!({ "name": "A", "email": "a@example.org", "affiliations": [{ "organisation_id": lund }] });
    let speaker = make_speaker(&owner, body).await;
    let event = draft(&owner, json!({})).await;
    let appearance = add(&owner, &event, json!({ "speaker_id": speaker, "role": "speaker" })).await;
    app.get(&organisation).await.problem(404, "not_found");
    publish(&owner, &event).await;
    app.get(&organisation).await.expect(200);
    let shown = app.get(&format!("{SPEAKERS}/{speaker}")).await.expect(200);
    assert_eq!(current(&shown), json!("City of Lund"));
    assert!(!shown.text().contains("example.org"), "{shown}");
    // Nothing of it goes into the appearance by itself.
    let part = app.get(&appearance).await.expect(200);
    assert_eq!((part.at("/affiliation"), part.at("/job_title")), (Value::Null, Value::Null));
    owner.patch(&appearance, json!({ "status": "withdrawn" })).await.expect(200);
    app.get(&organisation).await.problem(404, "not_found");
}
