//! What becomes of those who registered for an event that is hidden, or postponed, for a while.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::{NEW, OLD, assert_says, command, next_week, path, recipients, register_all};
use crate::support::{Mail, OpenEvent, TestApp, person};

both!(
    a_hidden_event_offers_nothing,
    a_seat_freed_out_of_sight_is_passed_on,
    a_seat_that_was_hidden_at_once_is_offered_later,
    an_address_can_be_confirmed_when_the_event_is_back,
    an_address_can_be_confirmed_when_the_event_has_a_day_again,
    the_time_to_confirm_follows_the_event,
    what_is_called_off_waits_for_no_confirmation,
    what_is_hidden_for_ever_is_waited_for_until_its_end,
    who_registered_counts_on_what_is_hidden,
);

async fn states(event: &OpenEvent) -> Vec<String> {
    event.states().await.into_iter().map(|(_, state)| state).collect()
}

async fn a_seat_freed_out_of_sight_is_passed_on(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let confirmations = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    command(&event, "unpublish", json!({})).await;
    app.post(&format!("{}/cancel", confirmations[0].link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    assert_eq!(states(&event).await, ["cancelled", "waitlisted", "waitlisted"]);
    command(&event, "publish", json!({})).await;
    let offers = app.deliver().await;
    assert_eq!(recipients(&offers), ["bo"], "nobody is told of the publishing");
    assert_eq!(states(&event).await, ["cancelled", "offered", "waitlisted"]);
    app.leave_scheduled("the end of an offer");
}

async fn a_hidden_event_offers_nothing(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let confirmations = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    app.post(&format!("{}/cancel", confirmations[0].link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    assert_eq!(states(&event).await, ["cancelled", "offered", "waitlisted"]);
    command(&event, "unpublish", json!({})).await;
    assert_eq!(recipients(&app.deliver().await), [] as [&str; 0]);
    assert_eq!(states(&event).await, ["cancelled", "waitlisted", "waitlisted"]);
    // The seat is the first one's still.
    command(&event, "publish", json!({})).await;
    assert_eq!(recipients(&app.deliver().await), ["bo"]);
    assert_eq!(states(&event).await, ["cancelled", "offered", "waitlisted"]);
    app.leave_scheduled("the ends of offers");
}

async fn a_seat_that_was_hidden_at_once_is_offered_later(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let confirmations = register_all(&app, &event, &["ada", "bo"]).await;
    app.post(&format!("{}/cancel", confirmations[0].link("/manage/")), Value::Null).await.expect(200);
    // Before the mail is on its way.
    command(&event, "unpublish", json!({})).await;
    assert_eq!(recipients(&app.deliver().await), ["ada"], "nobody can accept what they cannot see");
    assert_eq!(states(&event).await, ["cancelled", "waitlisted"]);
    command(&event, "publish", json!({})).await;
    assert_eq!(recipients(&app.deliver().await), ["bo"]);
    assert_eq!(states(&event).await, ["cancelled", "offered"]);
    app.leave_scheduled("the ends of offers");
}

async fn who_registered_counts_on_what_is_hidden(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "closes_at": "2022-03-16T15:00:00Z" } })).await;
    register_all(&app, &event, &["ada"]).await;
    app.pass(TimeDelta::hours(1));
    command(&event, "unpublish", json!({})).await;
    assert_eq!(app.deliver().await, []);
    // Its time is not changed behind their back.
    let any = event.owner.if_match("*");
    let moved = json!({ "when": { "local_start": "2022-03-24T16:00", "local_end": "2022-03-24T17:30" } });
    let refused = any.patch(&path(&event), moved).await;
    let why = "the time of an event that was published is changed by rescheduling it: POST …/reschedule, which keeps the old time \
               and tells people.";
    assert_eq!(refused.problem(409, "not_possible_now")["detail"], why);
    any.patch(&path(&event), json!({ "title": "Another title" })).await.expect(200);
    let moved = command(&event, "reschedule", json!({ "when": next_week() })).await;
    assert_eq!(moved["registration"]["closes_at"], "2022-03-23T15:00:00Z");
    assert_eq!(moved["previous_whens"][0]["local_start"], "2022-03-17T16:00:00");
    let mails = app.deliver().await;
    assert_eq!(recipients(&mails), ["ada"]);
    assert_says(&mails[0], "New time", NEW);
    assert_says(&mails[0], "Old time", OLD);
    // Another way to join is told as well, if somebody says so.
    app.pass(TimeDelta::hours(1));
    let link = json!({ "virtual_location": { "join_url": "https://meet.example.org/j/2" } });
    any.patch(&format!("{}?notify=true", path(&event)), link).await.expect(200);
    let mails = app.deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(), ["New place: Another title"]);
    command(&event, "publish", json!({})).await;
    assert_eq!(app.deliver().await, []);
    app.pass(TimeDelta::hours(1));
    command(&event, "unpublish", json!({})).await;
    command(&event, "cancel", json!({})).await;
    let mails = app.deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(), ["Cancelled: Another title"]);
    assert_eq!(recipients(&mails), ["ada"]);
}

/// Somebody who has yet to confirm their address, and the link to do so.
async fn asked(app: &TestApp, event: &OpenEvent) -> String {
    app.post(&event.registrations, person("ada", "ada@example.org")).await.expect(201);
    app.deliver().await.remove(0).link("/manage/").to_owned()
}

fn verifying() -> Value {
    json!({ "registration": { "verification": true } })
}

async fn verify_by(app: &TestApp, link: &str) -> Value {
    app.get(link).await.expect(200).at("/verify_by")
}

fn subjects(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.subject.split(':').next().unwrap()).collect()
}

async fn an_address_can_be_confirmed_when_the_event_is_back(app: TestApp) {
    let event = app.open_event(verifying()).await;
    let link = asked(&app, &event).await;
    app.pass(TimeDelta::hours(47));
    command(&event, "unpublish", json!({})).await;
    app.deliver().await;
    let hidden = app.post(&format!("{link}/verify"), Value::Null).await;
    assert_eq!(hidden.problem(409, "not_possible_now")["detail"], "The event is not published.");
    // Back before the time was over: there is the whole of it anew, without another mail.
    command(&event, "publish", json!({})).await;
    assert_eq!(app.deliver().await, []);
    assert_eq!(verify_by(&app, &link).await, "2022-02-05T08:00:00Z");
    command(&event, "unpublish", json!({})).await;
    app.deliver().await;
    app.pass(TimeDelta::days(5));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["pending_verification"], "what nobody could do was not left undone");
    // Whose time went by meanwhile is asked again, once.
    command(&event, "publish", json!({})).await;
    let mails = app.deliver().await;
    assert_eq!((subjects(&mails), recipients(&mails)), (vec!["Please confirm your address"], vec!["ada"]));
    assert_eq!(verify_by(&app, &link).await, "2022-02-10T08:00:00Z");
    app.post(&format!("{link}/verify"), Value::Null).await.expect(200);
    assert_eq!(states(&event).await, ["confirmed"]);
    app.deliver().await;
    app.pass(TimeDelta::days(3));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["confirmed"]);
    app.leave_scheduled("the end of the event, for which somebody waited");
}

async fn an_address_can_be_confirmed_when_the_event_has_a_day_again(app: TestApp) {
    let event = app.open_event(verifying()).await;
    let link = asked(&app, &event).await;
    command(&event, "postpone", json!({ "notify": false })).await;
    app.deliver().await;
    // Past the day that it was planned for.
    app.clock().set("2022-04-01T09:00:00Z".parse().unwrap());
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["pending_verification"]);
    let june = json!({ "local_start": "2022-06-02T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    command(&event, "reschedule", json!({ "when": june, "notify": false })).await;
    assert_eq!(subjects(&app.deliver().await), ["Please confirm your address"]);
    assert_eq!(verify_by(&app, &link).await, "2022-04-03T09:00:00Z");
    // It is not done in time then either.
    app.pass(TimeDelta::hours(48));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["expired"]);
    app.leave_scheduled("the end of the event, for which somebody waited");
}

async fn what_is_called_off_waits_for_no_confirmation(app: TestApp) {
    let event = app.open_event(verifying()).await;
    let link = asked(&app, &event).await;
    command(&event, "postpone", json!({ "notify": false })).await;
    app.deliver().await;
    app.pass(TimeDelta::days(3));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["pending_verification"]);
    // Who asks for the link has time to use it.
    let now = app.clock().now();
    app.post(&format!("{}/send-link", event.registrations), json!({ "email": "ada@example.org" })).await.expect(202);
    assert_eq!(subjects(&app.deliver().await), ["Please confirm your address"]);
    assert_eq!(verify_by(&app, &link).await, (now + TimeDelta::hours(48)).to_rfc3339_opts(SecondsFormat::Secs, true));
    // Another place is no reason for more time.
    app.pass(TimeDelta::hours(1));
    let before = verify_by(&app, &link).await;
    let place = json!({ "virtual_location": { "platform": "Zoom", "join_url": "https://meet.example.org/j/2" } });
    event.owner.if_match("*").patch(&format!("{}?notify=true", path(&event)), place).await.expect(200);
    app.deliver().await;
    assert_eq!(verify_by(&app, &link).await, before);
    app.pass(TimeDelta::days(3));
    app.deliver().await;
    assert_eq!(states(&event).await, ["pending_verification"]);
    command(&event, "cancel", json!({})).await;
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["expired"]);
    app.leave_scheduled("the end of the event, for which somebody waited");
}

async fn the_time_to_confirm_follows_the_event(app: TestApp) {
    app.clock().set("2022-03-17T14:00:00Z".parse().unwrap());
    let event = app.open_event(verifying()).await;
    let link = asked(&app, &event).await;
    assert_eq!(verify_by(&app, &link).await, "2022-03-17T16:30:00Z");
    command(&event, "reschedule", json!({ "when": next_week(), "notify": false })).await;
    assert_eq!(app.deliver().await, []);
    assert_eq!(verify_by(&app, &link).await, "2022-03-19T14:00:00Z");
    // And no longer than until the end of what it is moved to.
    let soon = json!({ "local_start": "2022-03-18T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    command(&event, "reschedule", json!({ "when": soon, "notify": false })).await;
    assert_eq!(app.deliver().await, []);
    assert_eq!(verify_by(&app, &link).await, "2022-03-18T16:00:00Z");
    app.clock().set("2022-03-18T15:59:59Z".parse().unwrap());
    assert_eq!(app.deliver().await, []);
    app.post(&format!("{link}/verify"), Value::Null).await.expect(200);
    app.deliver().await;
    app.leave_scheduled("the ends of the event, for which somebody waited");
}

async fn what_is_hidden_for_ever_is_waited_for_until_its_end(app: TestApp) {
    let event = app.open_event(verifying()).await;
    asked(&app, &event).await;
    command(&event, "unpublish", json!({})).await;
    app.deliver().await;
    app.clock().set("2022-03-17T16:29:59Z".parse().unwrap());
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["pending_verification"]);
    app.pass(TimeDelta::seconds(1));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["expired"]);
}
