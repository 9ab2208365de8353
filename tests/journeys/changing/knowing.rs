//! What is told to people who missed some of what became of their event: each mail begins at what they know.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{NEW, OLD, assert_says, command, next_week, path, recipients, register_all};
use crate::support::smtp::Action;
use crate::support::{Mail, TestApp};

both!(
    a_cancellation_that_nobody_heard_of_is_not_taken_back,
    a_mail_in_passing_does_not_say_that_the_time_is_another,
    a_quiet_change_is_no_time_that_anybody_knows,
    a_time_that_comes_back_before_anybody_heard_is_no_news,
    who_has_not_confirmed_an_address_gets_no_news,
);

/// What a subject says of the event.
fn said(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.subject.split(':').next().unwrap()).collect()
}

fn to(when: &Value) -> Value {
    json!({ "when": when })
}

fn planned() -> Value {
    json!({ "local_start": "2022-03-17T16:00", "duration": "PT1H30M", "timezone": "Europe/Berlin" })
}

async fn a_time_that_comes_back_before_anybody_heard_is_no_news(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register_all(&app, &event, &["ada"]).await;
    app.pass(TimeDelta::hours(1));
    command(&event, "reschedule", to(&json!({ "edtf": "2022-03-20" }))).await;
    command(&event, "reschedule", to(&planned())).await;
    assert_eq!(app.deliver().await, []);
    // Who was told of the other time is told that it is not.
    command(&event, "reschedule", to(&next_week())).await;
    assert_eq!(said(&app.deliver().await), ["New time"]);
    app.pass(TimeDelta::hours(1));
    command(&event, "reschedule", to(&json!({ "edtf": "2022-03-20" }))).await;
    command(&event, "reschedule", to(&planned())).await;
    let mails = app.deliver().await;
    assert_eq!(said(&mails), ["New time"]);
    assert_says(&mails[0], "New time", OLD);
    assert_says(&mails[0], "Old time", NEW);
    // What it was planned for is what they know, not where it had been moved since.
    app.pass(TimeDelta::hours(1));
    command(&event, "reschedule", to(&json!({ "edtf": "2022-03-20" }))).await;
    command(&event, "cancel", json!({})).await;
    let mails = app.deliver().await;
    assert_eq!(said(&mails), ["Cancelled"]);
    assert_says(&mails[0], "It was planned for", OLD);
}

async fn a_cancellation_that_nobody_heard_of_is_not_taken_back(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register_all(&app, &event, &["ada", "bo"]).await;
    app.pass(TimeDelta::hours(1));
    command(&event, "cancel", json!({})).await;
    command(&event, "reinstate", json!({})).await;
    assert_eq!(app.deliver().await, []);
    // With another time it is that which they are told.
    command(&event, "cancel", json!({})).await;
    command(&event, "reinstate", to(&next_week())).await;
    let mails = app.deliver().await;
    assert_eq!((recipients(&mails), said(&mails)), (vec!["ada", "bo"], vec!["New time"; 2]));
    for mail in &mails {
        assert_says(mail, "New time", NEW);
        assert_says(mail, "Old time", OLD);
    }
    // Who heard of it is told that it takes place, whatever became of its time right after that.
    app.pass(TimeDelta::hours(1));
    command(&event, "cancel", json!({})).await;
    assert_eq!(said(&app.deliver().await), ["Cancelled"; 2]);
    app.pass(TimeDelta::hours(1));
    command(&event, "reinstate", json!({})).await;
    command(&event, "reschedule", to(&planned())).await;
    let mails = app.deliver().await;
    assert_eq!(said(&mails), ["Takes place after all"; 2]);
    assert_says(&mails[0], "New time", OLD);
    assert_says(&mails[0], "Old time", NEW);
    app.leave_scheduled("the ends of the event, for which somebody waits");
}

async fn a_quiet_change_is_no_time_that_anybody_knows(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register_all(&app, &event, &["ada"]).await;
    app.pass(TimeDelta::hours(1));
    let quiet = json!({ "when": { "edtf": "2022-03-20" }, "notify": false });
    command(&event, "reschedule", quiet).await;
    app.pass(TimeDelta::hours(1));
    // Who registers now knows no other.
    register_all(&app, &event, &["bo"]).await;
    app.pass(TimeDelta::hours(1));
    command(&event, "reschedule", to(&next_week())).await;
    let mut mails = app.deliver().await;
    mails.sort_by(|one, other| one.to.cmp(&other.to));
    assert_eq!(recipients(&mails), ["ada", "bo"]);
    assert_says(&mails[0], "Old time", OLD);
    assert_says(&mails[1], "Old time", "20 March 2022");
}

async fn a_mail_in_passing_does_not_say_that_the_time_is_another(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let first = register_all(&app, &event, &["ada"]).await;
    app.pass(TimeDelta::hours(1));
    // The news waits for the mail server, while the confirmation is sent again and says the new time.
    app.smtp().on_rcpt(|_| Some(Action::Reply("451 4.3.0 Not now")));
    command(&event, "reschedule", to(&next_week())).await;
    assert_eq!(app.deliver().await, []);
    app.smtp().on_rcpt(|_| None);
    let id = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
    event.owner.post(&format!("/api/v1/registrations/{id}/resend"), Value::Null).await.expect(200);
    let confirmed = app.deliver().await;
    assert_eq!(said(&confirmed), said(&first));
    assert!(confirmed[0].text.contains(NEW) && !confirmed[0].text.contains(OLD), "{}", confirmed[0].text);
    app.pass(TimeDelta::hours(1));
    let mails = app.deliver().await;
    assert_eq!(said(&mails), ["New time"]);
    assert_says(&mails[0], "Old time", OLD);
    // And who read a time in passing is told that it does not hold.
    app.smtp().on_rcpt(|_| Some(Action::Reply("451 4.3.0 Not now")));
    command(&event, "reschedule", to(&planned())).await;
    assert_eq!(app.deliver().await, []);
    app.smtp().on_rcpt(|_| None);
    event.owner.post(&format!("/api/v1/registrations/{id}/resend"), Value::Null).await.expect(200);
    assert!(app.deliver().await[0].text.contains(OLD));
    let any = event.owner.if_match("*");
    any.post(&format!("{}/reschedule", path(&event)), to(&next_week())).await.expect(200);
    app.pass(TimeDelta::hours(1));
    let mails = app.deliver().await;
    assert_eq!(said(&mails), ["New time"]);
    assert_says(&mails[0], "New time", NEW);
    assert_says(&mails[0], "Old time", OLD);
}

async fn who_has_not_confirmed_an_address_gets_no_news(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "verification": true } })).await;
    let asked = register_all(&app, &event, &["ada", "bo"]).await;
    app.post(&format!("{}/verify", asked[0].link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    app.pass(TimeDelta::hours(1));
    command(&event, "reschedule", to(&next_week())).await;
    assert_eq!(recipients(&app.deliver().await), ["ada"], "anybody may have entered the other address");
    app.post(&format!("{}/verify", asked[1].link("/manage/")), Value::Null).await.expect(200);
    let mails = app.deliver().await;
    assert_eq!((recipients(&mails), said(&mails)), (vec!["bo"], vec!["You are registered"]));
    assert_says(&mails[0], "When", NEW);
    app.pass(TimeDelta::hours(1));
    command(&event, "cancel", json!({})).await;
    assert_eq!(recipients(&app.deliver().await), ["ada", "bo"]);
    app.leave_scheduled("the time to confirm addresses");
}
