//! What people are told when more becomes known of a time that was announced less exactly.

use serde_json::{Value, json};

use super::{assert_says, command};
use crate::support::{Mail, OpenEvent, TestApp};

both!(a_date_that_becomes_known_is_no_new_time, a_time_that_becomes_known_leaves_the_day);

const TITLE: &str = "Local complaint mechanisms: “what works” & why";

async fn register_in_four_languages(app: &TestApp, event: &OpenEvent) {
    for language in ["en", "de", "fr", "nl"] {
        let body = json!({
            "name": language, "email": format!("{language}@example.org"), "language": language, "consent": true,
        });
        app.post(&event.registrations, body).await.expect(201);
    }
    app.deliver().await;
}

/// The mails, each with the subject that it has without the title, in the order of the languages.
fn by_language(mails: &[Mail]) -> Vec<(&Mail, &str)> {
    let of = |language: &str| {
        let mail = mails.iter().find(|mail| mail.to == format!("{language}@example.org")).unwrap();
        (mail, mail.subject.strip_suffix(TITLE).unwrap())
    };
    ["en", "de", "fr", "nl"].into_iter().map(of).collect()
}

fn subjects(mails: &[Mail]) -> Vec<&str> {
    by_language(mails).into_iter().map(|(_, subject)| subject).collect()
}

fn when(value: &Value) -> Value {
    json!({ "when": value })
}

async fn a_date_that_becomes_known_is_no_new_time(app: TestApp) {
    let event = app.open_event(json!({ "when": { "edtf": "2022" } })).await;
    register_in_four_languages(&app, &event).await;
    command(&event, "reschedule", json!({ "when": { "edtf": "2022-05" }, "notify": true })).await;
    let mails = app.deliver().await;
    let narrower =
        ["More is known of the date: ", "Termin genauer bekannt: ", "Date précisée : ", "Meer bekend over de datum: "];
    assert_eq!(subjects(&mails), narrower);

    let exact = json!({ "local_start": "2022-05-19T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    command(&event, "reschedule", json!({ "when": exact, "notify": true })).await;
    let mails = app.deliver().await;
    assert_eq!(
        subjects(&mails),
        ["The date is fixed: ", "Termin steht fest: ", "Date fixée : ", "De datum staat vast: "]
    );
    let all = by_language(&mails);
    let now = "Thursday 19 May 2022, 16:00–17:00 (Europe/Berlin, UTC+02:00)";
    assert_says(all[0].0, "When", now);
    assert_says(all[0].0, "Announced before", "May 2022");
    assert_says(all[1].0, "Bisher angekündigt", "Mai 2022");
    assert_says(all[2].0, "Annoncé auparavant ", "mai 2022");
    assert_says(all[3].0, "Eerder aangekondigd", "mei 2022");
    assert!(all.iter().all(|(mail, _)| mail.calendar.is_some()), "now there is an entry");

    // Another time after that is a new one.
    let later = json!({ "local_start": "2022-05-20T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    command(&event, "reschedule", when(&later)).await;
    let mails = app.deliver().await;
    assert_eq!(subjects(&mails)[0], "New time: ");
    assert_says(by_language(&mails)[0].0, "Old time", now);
}

async fn a_time_that_becomes_known_leaves_the_day(app: TestApp) {
    let event = app.open_event(json!({ "when": { "edtf": "2022-05-19" } })).await;
    register_in_four_languages(&app, &event).await;
    let exact = json!({ "local_start": "2022-05-19T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    command(&event, "reschedule", when(&exact)).await;
    let mails = app.deliver().await;
    assert_eq!(
        subjects(&mails),
        ["The time is fixed: ", "Uhrzeit steht fest: ", "Horaire fixé : ", "De tijd staat vast: "]
    );
    assert_says(by_language(&mails)[0].0, "Announced before", "19 May 2022");

    // A month that another day lies outside of was another date.
    let other = app.open_event(json!({ "when": { "edtf": "2022-05" } })).await;
    register_in_four_languages(&app, &other).await;
    command(&other, "reschedule", json!({ "when": { "edtf": "2022-06-02" }, "notify": true })).await;
    assert_eq!(subjects(&app.deliver().await)[0], "New time: ");
}
