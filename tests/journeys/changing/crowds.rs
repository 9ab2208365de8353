//! Many people at once, and what becomes of the seats, while an event is called off.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use futures_util::future::join_all;
use plenary::db::Conn;
use plenary::events::EventId;
use plenary::mail::EmailAddress;
use plenary::registrations::{Attendance, NewRegistration, register};
use plenary::time::Zone;
use serde_json::{Value, json};

use super::{command, path, recipients, register_all};
use crate::support::{Mail, TestApp, person};

both!(
    a_large_audience_is_told_page_by_page,
    nobody_gets_in_while_it_is_cancelled_without_being_told,
    offers_wait_while_the_event_is_off,
    who_registers_and_who_cancels_wait_for_each_other,
);

/// More people than are promised their mail in one transaction.
const COUNT: usize = 510;

async fn offers_wait_while_the_event_is_off(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "offer_hours": 2 } })).await;
    let mails = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    let states = async || event.states().await.into_iter().map(|(_, state)| state).collect::<Vec<_>>();
    app.post(&format!("{}/cancel", mails[0].link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    assert_eq!(states().await, ["cancelled", "offered", "waitlisted"]);
    let offer = mails[1].link("/manage/");
    command(&event, "cancel", json!({})).await;
    app.post(&format!("{offer}/accept-offer"), Value::Null).await.problem(409, "not_possible_now");
    let told = app.deliver().await;
    assert_eq!(recipients(&told), ["bo", "cy"]);
    assert!(told.iter().all(|mail| mail.calendar.is_none()));
    assert_eq!(states().await, ["cancelled", "waitlisted", "waitlisted"]);
    // Its time runs out while nobody could accept it: that costs nobody their place.
    app.pass(TimeDelta::hours(3));
    assert_eq!(app.deliver().await, []);
    command(&event, "reinstate", json!({})).await;
    let told = app.deliver().await;
    assert_eq!(states().await, ["cancelled", "offered", "waitlisted"]);
    let subjects: Vec<(&str, &str)> =
        told.iter().map(|mail| (mail.to.as_str(), mail.subject.split(':').next().unwrap())).collect();
    for expected in [
        ("bo@example.org", "A seat for you"),
        ("bo@example.org", "Takes place after all"),
        ("cy@example.org", "Takes place after all"),
    ] {
        assert_eq!(subjects.iter().filter(|one| **one == expected).count(), 1, "{expected:?} in {subjects:?}");
    }
    assert_eq!(subjects.len(), 3);
    app.post(&format!("{offer}/accept-offer"), Value::Null).await.expect(200);
    assert_eq!(states().await, ["cancelled", "confirmed", "waitlisted"]);
    app.deliver().await;
    app.leave_scheduled("the end of the offer that was accepted");
}

/// Holds an event's seats as somebody does who is about to register, until the transaction ends.
fn hold_seats(app: &TestApp) -> Conn {
    let mut conn = app.database().connect();
    conn.batch_execute("BEGIN; UPDATE event_seats SET taken = taken").unwrap();
    conn
}

async fn nobody_gets_in_while_it_is_cancelled_without_being_told(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 40 })).await;
    let replica = app.replica();
    // A worker is at it at once, while others are still about to register.
    let cancel = async {
        command(&event, "cancel", json!({})).await;
        app.deliver().await
    };
    let register = join_all((0..50).map(|index| {
        let (client, path) = (if index % 2 == 0 { &*app } else { &*replica }, &event.registrations);
        async move { client.post(path, person("P", &format!("p{index}@example.org"))).await }
    }));
    let (answers, mut mails) = futures_util::future::join(register, cancel).await;
    for answer in &answers {
        assert!(answer.status == 201 || answer.problem(409, "registration_closed")["status"] == 409, "{answer}");
    }
    mails.extend(app.deliver().await);
    let states = event.states().await;
    assert_eq!(states.len(), answers.iter().filter(|answer| answer.status == 201).count());
    for (email, state) in &states {
        let own: Vec<&Mail> = mails.iter().filter(|mail| mail.to == *email).collect();
        let [mail] = own.as_slice() else { panic!("{email} ({state}) got {own:?}") };
        assert!(mail.subject.starts_with("Cancelled: "), "{}", mail.subject);
        assert_eq!(
            mail.calendar.as_ref().map(|(method, _)| method.as_str()),
            (state == "confirmed").then_some("CANCEL")
        );
    }
    assert_eq!(mails.len(), states.len());
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn who_registers_and_who_cancels_wait_for_each_other(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let blink = std::time::Duration::from_millis(300);
    // Somebody has read that the event takes place, and waits for a seat while it is called off.
    let mut calling_off = hold_seats(&app);
    let (client, registrations) = ((*app).clone(), event.registrations.clone());
    let late = tokio::spawn(async move { client.post(&registrations, person("Ada", "ada@example.org")).await });
    tokio::time::sleep(blink).await;
    assert!(!late.is_finished());
    calling_off.batch_execute("UPDATE events SET status = 'cancelled'; COMMIT").unwrap();
    late.await.unwrap().problem(409, "registration_closed");
    assert_eq!(event.states().await, []);

    // And whoever calls it off waits for those who are about to get in.
    calling_off.batch_execute("UPDATE events SET status = 'scheduled'").unwrap();
    let mut registering = hold_seats(&app);
    let (owner, path) = (event.owner.if_match("*"), format!("{}/cancel", path(&event)));
    let cancelling = tokio::spawn(async move { owner.post(&path, json!({})).await });
    tokio::time::sleep(blink).await;
    assert!(!cancelling.is_finished());
    registering.batch_execute("COMMIT").unwrap();
    cancelling.await.unwrap().expect(200);
    app.deliver().await;
}

async fn a_large_audience_is_told_page_by_page(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let id = EventId(event.id.parse().unwrap());
    app.write(move |conn, context| {
        for index in 0..COUNT {
            let new = NewRegistration {
                name: format!("P {index}"),
                email: EmailAddress::parse(&format!("p{index}@example.org")).unwrap(),
                organisation: None,
                timezone: Some(Zone::UTC),
                language: None,
                answers: serde_json::Map::new(),
                attendance: Attendance::Live,
                consent_version: None,
            };
            register(conn, context, id, &new)?;
        }
        Ok::<_, plenary::registrations::RegistrationError>(())
    })
    .await;
    // Nobody is confirmed before, so that only what is told of the change is sent.
    command(&event, "cancel", json!({})).await;
    let mails = app.deliver().await;
    let mut told: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    told.sort_unstable();
    told.dedup();
    assert_eq!((mails.len(), told.len()), (COUNT, COUNT));
    assert!(mails.iter().all(|mail| mail.subject.starts_with("Cancelled: ")));
}
