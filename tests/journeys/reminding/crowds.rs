//! Many people, several workers, and one that dies.

use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
use plenary::db::schema::outbox_messages;
use plenary::events::EventId;
use plenary::mail::EmailAddress;
use plenary::registrations::mailings::remind::{Reminded, remind};
use plenary::registrations::{Attendance, NewRegistration, RegistrationError, register};
use serde_json::json;

use super::{all, day_before, instant, register_all, rule, told};
use crate::support::TestApp;

both!(
    a_worker_that_dies_reminds_nobody_twice,
    people_are_promised_their_reminder_in_one_statement_each,
    two_workers_remind_everybody_once,
);

async fn crowd(app: &TestApp, event: &str, count: usize) {
    let id = EventId(event.parse().unwrap());
    app.write(move |conn, context| {
        for index in 0..count {
            let new = NewRegistration {
                name: format!("P {index}"),
                email: EmailAddress::parse(&format!("p{index}@example.org")).unwrap(),
                organisation: None,
                timezone: None,
                language: None,
                answers: serde_json::Map::new(),
                attendance: Attendance::Live,
                consent_version: None,
            };
            register(conn, context, id, &new)?;
        }
        Ok::<_, RegistrationError>(())
    })
    .await;
}

async fn two_workers_remind_everybody_once(app: TestApp) {
    let event = app.open_event(day_before()).await;
    crowd(&app, &event.id, 20).await;
    assert_eq!(app.deliver().await.len(), 20);
    app.clock().set(instant("2022-03-16T15:00:00Z"));
    let replica = app.replica();
    let (one, two) = (app.app().worker(), replica.app().worker());
    let (one, two) = futures_util::future::join(one.drain(), two.drain()).await;
    assert_eq!((one.is_ok(), two.is_ok()), (true, true));
    let mails = app.deliver().await;
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    to.dedup();
    assert_eq!((mails.len(), to.len()), (20, 20));
    assert!(mails.iter().all(|mail| mail.subject.starts_with("Reminder: ")));
}

async fn a_worker_that_dies_reminds_nobody_twice(app: TestApp) {
    let event = app.open_event(day_before()).await;
    register_all(&app, &event, &["ada", "bo"]).await;
    app.clock().set(instant("2022-03-16T15:00:00Z"));
    // It has promised the reminders, some are out, and nobody knows that it is done.
    let reminded = Reminded {
        event_id: EventId(event.id.parse().unwrap()),
        rule: serde_json::from_value(rule("start", "-P1D", "confirmed")).unwrap(),
    };
    app.write(move |conn, context| remind(conn, context, &reminded, None).map(drop)).await;
    assert_eq!(told(&app.deliver().await), all(&["ada", "bo"], "Reminder"));
    let due = outbox_messages::table.filter(outbox_messages::kind.eq("events.reminder_due"));
    let again = diesel::update(due).set(outbox_messages::state.eq("queued"));
    assert_eq!(again.execute(&mut app.database().connect()).unwrap(), 1);
    assert_eq!(app.deliver().await, []);
}

async fn people_are_promised_their_reminder_in_one_statement_each(app: TestApp) {
    let mut costs = Vec::new();
    for count in [3, 30] {
        let event = app.open_event(json!({ "reminders": [rule("start", "-P1D", "all")] })).await;
        crowd(&app, &event.id, count).await;
        let reminded = Reminded {
            event_id: EventId(event.id.parse().unwrap()),
            rule: serde_json::from_value::<plenary::events::ReminderRule>(rule("start", "-P1D", "all")).unwrap(),
        };
        app.clock().set(instant("2022-03-16T15:00:00Z"));
        let before = app.app().db().statements();
        app.write(move |conn, context| remind(conn, context, &reminded, None).map(drop)).await;
        costs.push(app.app().db().statements() - before);
        app.clock().set(instant("2022-02-01T09:00:00Z"));
    }
    assert_eq!(costs[1] - costs[0], 27, "{costs:?}");
    app.leave_outbox("the promises are what is counted");
}
