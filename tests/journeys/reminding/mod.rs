//! What people get of themselves before and after their event, and how they stop it.

mod again;
mod announcing;
mod crowds;
mod digesting;
mod following;
mod unsubscribing;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::smtp::Action;
use crate::support::{Mail, OpenEvent, TestApp, person};

both!(
    a_cancelled_event_reminds_nobody,
    a_moved_event_reminds_of_its_new_time,
    a_reinstated_event_reminds_once,
    a_reminder_comes_at_its_time_and_once,
    a_series_reminds_for_its_events,
    an_event_that_is_dated_later_reminds,
    who_comes_in_late_or_leaves_is_not_reminded,
);

const WHEN: &str = "Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)";
const NEW_WHEN: &str = "Thursday 24 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)";

fn rule(anchor: &str, offset: &str, audience: &str) -> Value {
    json!({ "anchor": anchor, "offset": offset, "audience": audience })
}

fn day_before() -> Value {
    json!({ "reminders": [rule("start", "-P1D", "confirmed")] })
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Makes it this moment, and keeps what is due.
async fn deliver_at(app: &TestApp, at: &str) -> Vec<Mail> {
    app.clock().set(instant(at));
    app.deliver().await
}

/// Registers these people, and lets their confirmations go out.
async fn register_all(app: &TestApp, event: &OpenEvent, names: &[&str]) -> Vec<Mail> {
    for name in names {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    app.deliver().await
}

async fn command(event: &OpenEvent, command: &str, body: Value) {
    event.owner.if_match("*").post(&format!("/api/v1/events/{}/{command}", event.id), body).await.expect(200);
}

/// Who got which mail: the name, and the subject up to its colon; in the order of the names.
fn told(mails: &[Mail]) -> Vec<(String, String)> {
    let one = |mail: &Mail| {
        let subject = mail.subject.split(':').next().unwrap_or_default();
        (mail.to.trim_end_matches("@example.org").to_owned(), subject.to_owned())
    };
    let mut told: Vec<(String, String)> = mails.iter().map(one).collect();
    told.sort_unstable();
    told
}

fn all(names: &[&str], subject: &str) -> Vec<(String, String)> {
    names.iter().map(|name| ((*name).to_owned(), subject.to_owned())).collect()
}

/// The mail server takes nothing for now, or takes everything again.
fn mail_is_away(app: &TestApp, is_away: bool) {
    app.smtp().on_rcpt(move |_| is_away.then_some(Action::Reply("451 4.3.0 Not now")));
}

async fn a_reminder_comes_at_its_time_and_once(app: TestApp) {
    let event = app.open_event(day_before()).await;
    let due = instant("2022-03-16T15:00:00Z");
    assert_eq!(app.outbox(), [("events.reminder_due".to_owned(), due)]);
    let mut ada = person("ada", "ada@example.org");
    ada["timezone"] = json!("America/New_York");
    app.post(&event.registrations, ada).await.expect(201);
    let confirmed = app.deliver().await;
    register_all(&app, &event, &["bo"]).await;
    assert_eq!(deliver_at(&app, "2022-03-16T14:59:59Z").await, []);
    let mails = deliver_at(&app, "2022-03-16T15:00:00Z").await;
    assert_eq!(told(&mails), all(&["ada", "bo"], "Reminder"));
    let mail = mails.iter().find(|mail| mail.to == "ada@example.org").unwrap();
    let text = mail.text.replace("\r\n", "\n");
    let facts = format!(
        "\nWhen:\n  {WHEN}\nIn your time zone:\n  Thursday 17 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)\nWhere:\n"
    );
    assert!(text.contains(&facts), "{text}");
    assert_eq!(mail.link("/manage/"), confirmed[0].link("/manage/"));
    assert_eq!(mail.link("/join/"), confirmed[0].link("/join/"));
    assert_eq!(mail.header("in-reply-to"), confirmed[0].header("message-id"));
    assert_eq!(mail.calendar, None);
    app.pass(TimeDelta::hours(1));
    assert_eq!(app.deliver().await, []);
    // What is set too late for its time reminds nobody.
    event
        .owner
        .if_match("*")
        .patch(
            &format!("/api/v1/events/{}", event.id),
            json!({
                "reminders": [rule("start", "-P1D", "confirmed"), rule("start", "-P2D", "all")],
            }),
        )
        .await
        .expect(200);
    app.pass(TimeDelta::days(2));
    assert_eq!(app.deliver().await, []);
}

async fn who_comes_in_late_or_leaves_is_not_reminded(app: TestApp) {
    let mut more = day_before();
    more["capacity"] = json!(2);
    let event = app.open_event(more).await;
    let mails = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    app.clock().set(instant("2022-03-16T15:00:01Z"));
    let ada = mails.iter().find(|mail| mail.to == "ada@example.org").unwrap();
    app.post(&format!("{}/cancel", ada.link("/manage/")), Value::Null).await.expect(200);
    app.post(&event.registrations, person("dee", "dee@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let reminded: Vec<_> = told(&mails).into_iter().filter(|(_, subject)| subject == "Reminder").collect();
    assert_eq!(reminded, all(&["bo"], "Reminder"));
    // Who was offered a seat and takes it now has a confirmation.
    let offer = mails.iter().find(|mail| mail.subject.starts_with("A seat for you")).unwrap();
    app.post(&format!("{}/accept-offer", offer.link("/manage/")), Value::Null).await.expect(200);
    assert_eq!(told(&app.deliver().await).len(), 1);
    app.leave_scheduled("the end of the offer that was accepted");
}

async fn a_moved_event_reminds_of_its_new_time(app: TestApp) {
    let event = app.open_event(day_before()).await;
    register_all(&app, &event, &["ada", "bo"]).await;
    // The reminders are promised while the mail server is away, and the event moves meanwhile.
    mail_is_away(&app, true);
    assert_eq!(deliver_at(&app, "2022-03-16T15:00:00Z").await, []);
    let when = json!({ "local_start": "2022-03-24T16:00", "duration": "PT1H30M", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": when, "notify": false })).await;
    mail_is_away(&app, false);
    assert_eq!(deliver_at(&app, "2022-03-17T14:00:00Z").await, []);
    assert_eq!(deliver_at(&app, "2022-03-23T14:59:59Z").await, []);
    let mails = deliver_at(&app, "2022-03-23T15:00:00Z").await;
    assert_eq!(told(&mails), all(&["ada", "bo"], "Reminder"));
    assert!(mails.iter().all(|mail| mail.text.contains(NEW_WHEN) && !mail.text.contains(WHEN)));
    // Two hours later the same day: nobody is reminded again. A day later: they are.
    let later = json!({ "local_start": "2022-03-24T18:00", "duration": "PT1H30M", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": later, "notify": false })).await;
    assert_eq!(deliver_at(&app, "2022-03-23T17:00:00Z").await, []);
    let next = json!({ "local_start": "2022-03-25T18:00", "duration": "PT1H30M", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": next, "notify": false })).await;
    assert_eq!(told(&deliver_at(&app, "2022-03-24T17:00:00Z").await), all(&["ada", "bo"], "Reminder"));
    // Earlier on its day, while the mail server is away: what was promised says the new time.
    let far = json!({ "local_start": "2022-04-25T18:00", "duration": "PT1H30M", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": far, "notify": false })).await;
    mail_is_away(&app, true);
    assert_eq!(deliver_at(&app, "2022-04-24T16:00:00Z").await, []);
    let early = json!({ "local_start": "2022-04-25T09:00", "duration": "PT1H30M", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": early, "notify": false })).await;
    mail_is_away(&app, false);
    let mails = deliver_at(&app, "2022-04-25T04:00:00Z").await;
    assert_eq!(told(&mails), all(&["ada", "bo"], "Reminder"));
    assert!(mails.iter().all(|mail| mail.text.contains("Monday 25 April 2022, 09:00–10:30")));
}

async fn a_cancelled_event_reminds_nobody(app: TestApp) {
    let event = app.open_event(day_before()).await;
    register_all(&app, &event, &["ada"]).await;
    mail_is_away(&app, true);
    assert_eq!(deliver_at(&app, "2022-03-16T15:00:00Z").await, []);
    command(&event, "cancel", json!({ "notify": false })).await;
    mail_is_away(&app, false);
    app.pass(TimeDelta::hours(20));
    assert_eq!(app.deliver().await, []);

    let event = app
        .open_event(json!({
            "when": { "local_start": "2022-04-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H30M" },
            "reminders": [rule("start", "-P1D", "confirmed")],
        }))
        .await;
    register_all(&app, &event, &["ada"]).await;
    command(&event, "postpone", json!({ "notify": false })).await;
    assert_eq!(deliver_at(&app, "2022-04-16T14:00:00Z").await, []);
}

async fn a_reinstated_event_reminds_once(app: TestApp) {
    let event = app.open_event(day_before()).await;
    register_all(&app, &event, &["ada"]).await;
    command(&event, "cancel", json!({ "notify": false })).await;
    command(&event, "reinstate", json!({ "notify": false })).await;
    command(&event, "unpublish", json!({})).await;
    command(&event, "publish", json!({})).await;
    assert_eq!(told(&deliver_at(&app, "2022-03-16T15:00:00Z").await), all(&["ada"], "Reminder"));
    app.pass(TimeDelta::days(3));
    assert_eq!(app.deliver().await, []);
}

async fn an_event_that_is_dated_later_reminds(app: TestApp) {
    let mut more = day_before();
    more["when"] = json!({ "edtf": "2022-03" });
    let event = app.open_event(more).await;
    register_all(&app, &event, &["ada"]).await;
    app.expect_outbox(0);
    let when = json!({ "local_start": "2022-03-24T16:00", "duration": "PT1H30M", "timezone": "Europe/Berlin" });
    command(&event, "reschedule", json!({ "when": when, "notify": false })).await;
    assert_eq!(told(&deliver_at(&app, "2022-03-23T15:00:00Z").await), all(&["ada"], "Reminder"));
}

async fn a_series_reminds_for_its_events(app: TestApp) {
    let owner = app.staff(plenary::accounts::Role::Owner).await;
    let series = owner.post("/api/v1/series", json!({ "slug": "autumn", "title": "Autumn" })).await.expect(201).id();
    let of_series = app.open_event(json!({ "series_id": series })).await;
    let own = app.open_event(json!({ "series_id": series, "reminders": [] })).await;
    register_all(&app, &of_series, &["ada"]).await;
    register_all(&app, &own, &["bo"]).await;
    app.expect_outbox(0);
    let series = format!("/api/v1/series/{series}");
    owner.if_match("*").patch(&series, day_before()).await.expect(200);
    assert_eq!(app.deliver().await, []);
    assert_eq!(app.outbox(), [("events.reminder_due".to_owned(), instant("2022-03-16T15:00:00Z"))]);
    // Another rule takes its place: what was promised for the first finds that it is gone.
    let hour = json!({ "reminders": [rule("start", "-PT1H", "confirmed")] });
    owner.if_match("*").patch(&series, hour).await.expect(200);
    assert_eq!(app.deliver().await, []);
    assert_eq!(deliver_at(&app, "2022-03-16T15:00:00Z").await, []);
    assert_eq!(told(&deliver_at(&app, "2022-03-17T14:00:00Z").await), all(&["ada"], "Reminder"));
}
