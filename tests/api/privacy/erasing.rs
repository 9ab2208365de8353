//! Erasing one person.

use serde_json::{Value, json};

use super::{ADDRESS, Known, MARK, traces};
use crate::support::{TestApp, person};

both!(
    a_person_is_gone_for_good,
    a_seat_is_passed_on_without_a_word_to_them,
    erasing_has_to_be_meant,
    numbers_stay_right,
    speakers_stay_unless_they_are_included,
    who_was_erased_may_come_again,
);

const ERASURE: &str = "/api/v1/privacy/erasure";

async fn a_person_is_gone_for_good(app: TestApp) {
    let known = Known::make(&app).await;
    assert!(traces(&app, MARK).len() >= 8, "there is something to erase");
    let erased = known.erase(true).await;
    assert_eq!(
        erased["erased"],
        json!({
            "registrations": 2, "cancelled": 1, "messages": 8, "suppressions": 1, "kept_answers": 4, "files": 1,
            "speakers": 1,
        })
    );
    assert_eq!(traces(&app, MARK), Vec::<String>::new());
    let export = known.export().await;
    for list in ["registrations", "speakers", "mails"] {
        assert_eq!(export[list], json!([]), "{list}");
    }
    // That nobody is to write there is still known, by a digest.
    let kept = json!({ "address": null, "diagnostic": null, "reason": "manual" });
    for (member, value) in kept.as_object().unwrap() {
        assert_eq!(export["suppression"][member], *value, "{member}");
    }
    app.deliver().await;
    assert_eq!(traces(&app, MARK), Vec::<String>::new());
    // Twice is harmless, and the record does not say of whom.
    let again = known.erase(true).await;
    assert_eq!((&again["erased"]["registrations"], &again["speakers"]), (&json!(0), &json!([])));
    let log = known.owner.get("/api/v1/privacy/erasures").await.expect(200);
    assert_eq!(log.at("/items/1/id"), erased["id"]);
    assert_eq!((log.at("/items/1/cause"), log.at("/items/1/erased")), (json!("staff"), erased["erased"].clone()));
    assert!(log.string("/items/1/actor").starts_with("token:"));
    assert_eq!(log.at("/items/0/address_digest"), log.at("/items/1/address_digest"));
    assert_eq!(traces(&app, MARK), Vec::<String>::new());
    app.leave_scheduled("Bo's offer ends later");
}

async fn a_seat_is_passed_on_without_a_word_to_them(app: TestApp) {
    let known = Known::make(&app).await;
    app.smtp().on_rcpt(|_| None);
    app.deliver().await;
    let states = async || known.event.states().await.into_iter().map(|(_, state)| state).collect::<Vec<_>>();
    assert_eq!(states().await, ["confirmed", "confirmed", "waitlisted"]);
    known.erase(false).await;
    assert_eq!(states().await, ["cancelled", "confirmed", "offered"]);
    let told: Vec<(String, String)> = app.deliver().await.into_iter().map(|mail| (mail.to, mail.subject)).collect();
    let [(to, subject)] = told.as_slice() else { panic!("one mail, not {told:?}") };
    assert_eq!((to.as_str(), subject.starts_with("A seat for you")), ("bo@example.org", true), "{subject}");
    app.leave_scheduled("the offer ends later");
}

async fn numbers_stay_right(app: TestApp) {
    let known = Known::make(&app).await;
    app.deliver().await;
    app.clock().set("2022-03-18T09:00:00Z".parse().unwrap());
    app.deliver().await;
    let stats = format!("/api/v1/events/{}/registration-stats", known.event.id);
    let before = known.owner.get(&stats).await.expect(200).json();
    known.erase(false).await;
    // It is over: nothing is cancelled, and who took part is counted.
    let after = known.owner.get(&stats).await.expect(200).json();
    for member in ["capacity", "seats_taken", "waiting", "states"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    let rows = known.owner.get(&known.event.registrations).await.expect(200);
    let row = rows.at("/items/0");
    let shown = json!({
        "name": "", "email": "", "organisation": null, "timezone": null, "answers": {}, "note": null, "erased": true,
        "state": "confirmed", "created_at": "2022-02-01T09:00:00Z",
    });
    for (member, value) in shown.as_object().unwrap() {
        assert_eq!(row[member], *value, "{member}");
    }
    // What remains is told nothing and is not written into again.
    let path = format!("/api/v1/registrations/{}", row["id"].as_str().unwrap());
    let any = known.owner.if_match("*");
    any.patch(&path, json!({ "name": "Eve", "email": "eve@example.org" })).await.problem(409, "not_possible_now");
    let timeline = known.owner.get(&format!("{path}/timeline")).await.expect(200).json();
    let last = timeline["items"].as_array().unwrap().iter().find(|entry| entry["what"] == "erased").unwrap();
    assert!(last["actor"].as_str().unwrap().starts_with("token:"));
    app.deliver().await;
}

async fn speakers_stay_unless_they_are_included(app: TestApp) {
    let known = Known::make(&app).await;
    app.deliver().await;
    let path = format!("/api/v1/speakers/{}", known.speaker);
    let before = known.owner.get(&path).await.expect(200).json();
    let erased = known.erase(false).await;
    assert_eq!(erased["speakers"], json!([{ "id": known.speaker, "name": "Ula Lind" }]));
    assert_eq!(erased["erased"]["speakers"], 0);
    assert_eq!(known.owner.get(&path).await.expect(200).json(), before);
    known.erase(true).await;
    let after = known.owner.get(&path).await.expect(200).json();
    assert_eq!((&after["name"], &after["bio"], &after["photo_url"]), (&json!("Ula Lind"), &Value::Null, &Value::Null));
    assert_eq!((&after["links"], after.get("email"), after.get("timezone")), (&json!([]), None, None));
    let appearances = known.owner.get(&format!("{path}/appearances")).await.expect(200);
    assert_eq!(appearances.at("/items").as_array().map(Vec::len), Some(1));
    app.leave_outbox("mails to the speaker were refused for a while");
}

async fn who_was_erased_may_come_again(app: TestApp) {
    let known = Known::make(&app).await;
    known.erase(false).await;
    let event = app.open_event(json!({})).await;
    for open in [&event, &known.refused] {
        app.post(&open.registrations, person("Una", ADDRESS)).await.expect(201);
    }
    let export = known.export().await;
    let names: Vec<&Value> =
        export["registrations"].as_array().unwrap().iter().map(|one| &one["registration"]["name"]).collect();
    assert_eq!(names, ["Una", "Una"]);
    // They asked not to be written to, and that holds.
    app.smtp().on_rcpt(|_| None);
    let to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    assert!(!to.iter().any(|to| to.to_lowercase().contains(MARK)), "{to:?}");
    app.leave_scheduled("an offer ends later");
}

async fn erasing_has_to_be_meant(app: TestApp) {
    let known = Known::make(&app).await;
    app.leave_outbox("nothing was erased");
    known
        .owner
        .post(ERASURE, json!({ "email": ADDRESS, "confirm": false }))
        .await
        .faults(&[("/confirm", "field_required")]);
    known.owner.post(ERASURE, json!({ "email": ADDRESS })).await.faults(&[("/confirm", "field_required")]);
    let assistant = app.staff(plenary::accounts::Role::Assistant).await;
    assistant.post(ERASURE, json!({ "email": ADDRESS, "confirm": true })).await.problem(403, "forbidden");
    let second = app.other_workspace("second").await;
    let theirs = app.staff_of(&second, plenary::accounts::Role::Owner).await;
    let nothing = theirs.post(ERASURE, json!({ "email": ADDRESS, "confirm": true })).await.expect(200);
    assert_eq!(nothing.at("/erased/registrations"), json!(0));
    assert_eq!(nothing.at("/erased/kept_answers"), json!(1), "the public's key that has the address in it");
    let export = known.export().await;
    assert_eq!(export["registrations"].as_array().map(Vec::len), Some(2));
    assert_eq!(known.owner.get("/api/v1/privacy/erasures").await.expect(200).at("/items"), json!([]));
}
