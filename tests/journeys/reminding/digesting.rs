//! The daily digest of the staff.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{deliver_at, instant};
use crate::support::{Mail, TestApp, person};

both!(a_day_is_summed_up_once, a_day_may_have_23_hours, nobody_is_told_of_nothing);

async fn add_desk(app: &TestApp, notices: &str) -> String {
    let member = json!({ "email": "desk@example.org", "name": "Desk", "role": "organiser", "notices": notices });
    app.staff(Role::Owner).await.post("/api/v1/members", member).await.expect(201).id()
}

fn to_desk(mails: &[Mail]) -> Vec<&Mail> {
    mails.iter().filter(|mail| mail.to == "desk@example.org").collect()
}

async fn a_day_is_summed_up_once(app: TestApp) {
    add_desk(&app, "daily").await;
    let event = app.open_event(json!({ "title": "First", "capacity": 2 })).await;
    let other = app.open_event(json!({ "title": "Second" })).await;
    let quiet = app.open_event(json!({ "title": "Quiet" })).await;
    app.post(&quiet.registrations, person("early", "early@example.org")).await.expect(201);
    // Seven in the morning in Berlin: another day.
    assert_eq!(to_desk(&deliver_at(&app, "2022-02-02T05:59:59Z").await), Vec::<&Mail>::new());
    app.clock().set(instant("2022-02-02T06:00:00Z"));
    for name in ["ada", "bo", "cy"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let mails = app.deliver().await;
    let bo = mails.iter().find(|mail| mail.to == "bo@example.org").unwrap();
    app.post(&format!("{}/cancel", bo.link("/manage/")), Value::Null).await.expect(200);
    app.post(&other.registrations, person("ada", "ada@example.org")).await.expect(201);
    // The digest of the day before has its own.
    let first = deliver_at(&app, "2022-02-02T06:05:00Z").await;
    let [digest] = to_desk(&first)[..] else { panic!("one digest, not {first:?}") };
    assert!(digest.text.contains("Quiet") && !digest.text.contains("First"), "{}", digest.text);
    assert_eq!(digest.header("list-unsubscribe"), None);

    assert_eq!(to_desk(&deliver_at(&app, "2022-02-03T06:04:59Z").await), Vec::<&Mail>::new());
    app.clock().set(instant("2022-02-03T06:05:00Z"));
    let replica = app.replica();
    let (one, two) = (app.app().worker(), replica.app().worker());
    let (one, two) = futures_util::future::join(one.drain(), two.drain()).await;
    assert_eq!((one.is_ok(), two.is_ok()), (true, true));
    let mails = app.deliver().await;
    let [digest] = to_desk(&mails)[..] else { panic!("one digest, not {mails:?}") };
    assert_eq!(digest.subject, "Registrations of the last day: demo programme");
    let text = digest.text.replace("\r\n", "\n");
    let when = "Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)";
    let expected = format!(
        "\n\nFirst\n{when}\n  New: 3\n  Cancelled: 1\n  Seats taken: 1 of 2\n  On the waiting list: 0\n\nSecond\n{when}\n  \
         New: 1\n  Cancelled: 0\n  Seats taken: 1 (no limit)\n  On the waiting list: 0\n\n-- \n"
    );
    assert!(text.contains(&expected) && !text.contains("Quiet"), "{text}");
    for secret in ["ada@", "meet.example.org", "/manage/"] {
        assert!(!text.contains(secret), "{text}");
    }
    // Nothing happened since.
    assert_eq!(deliver_at(&app, "2022-02-09T06:05:00Z").await, []);
    app.leave_scheduled("the end of the offer");
}

async fn a_day_may_have_23_hours(app: TestApp) {
    add_desk(&app, "daily").await;
    let when = json!({ "local_start": "2022-06-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let event = app.open_event(json!({ "when": when })).await;
    app.clock().set(instant("2022-03-26T06:30:00Z"));
    app.post(&event.registrations, person("ada", "ada@example.org")).await.expect(201);
    app.deliver().await;
    assert_eq!(app.outbox(), [("registrations.digest".to_owned(), instant("2022-03-27T05:05:00Z"))]);
    app.clock().set(instant("2022-03-27T05:00:00Z"));
    app.post(&event.registrations, person("bo", "bo@example.org")).await.expect(201);
    for at in ["2022-03-27T05:05:00Z", "2022-03-28T05:05:00Z"] {
        let mails = deliver_at(&app, at).await;
        let [digest] = to_desk(&mails)[..] else { panic!("one digest at {at}, not {mails:?}") };
        assert!(digest.text.contains("New: 1"), "{}", digest.text);
    }
}

async fn nobody_is_told_of_nothing(app: TestApp) {
    let desk = add_desk(&app, "none").await;
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("ada", "ada@example.org")).await.expect(201);
    app.deliver().await;
    app.expect_outbox(0);
    let owner = app.staff(Role::Owner).await.if_match("*");
    let daily = owner.patch(&format!("/api/v1/members/{desk}"), json!({ "notices": "daily" })).await.expect(200);
    assert_eq!(daily.at("/notices"), json!("daily"));
    app.post(&event.registrations, person("bo", "bo@example.org")).await.expect(201);
    app.deliver().await;
    app.expect_outbox(1);
    // Whoever changes their mind meanwhile gets none.
    owner.patch(&format!("/api/v1/members/{desk}"), json!({ "notices": "none" })).await.expect(200);
    assert_eq!(deliver_at(&app, "2022-02-02T06:05:00Z").await, []);
}
