//! What was promised and found nothing to tell: it is told when there is something, and once.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
use plenary::db::schema::outbox_messages;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{all, command, day_before, deliver_at, instant, mail_is_away, register_all, rule, told};
use crate::support::{OpenEvent, TestApp, person};

both!(
    a_recording_is_told_of_to_who_registered_while_that_was_possible,
    a_recording_is_told_of_when_its_event_is_shown_again,
    a_recording_that_is_there_again_is_told_of_once,
    an_event_that_comes_back_to_its_day_reminds,
    reminders_that_nobody_promised_are_made_up_for,
);

/// An event with somebody who waits for its recording, two days after it.
async fn recorded_event(app: &TestApp) -> OpenEvent {
    let event = app.open_event(json!({ "registration": { "enabled": true, "recording": true } })).await;
    let mut bo = person("bo", "bo@example.org");
    bo["attendance"] = json!("recording");
    app.post(&event.registrations, bo).await.expect(201);
    app.deliver().await;
    app.clock().set(instant("2022-03-19T09:00:00Z"));
    event
}

/// Adds a recording for registrants, and returns where it is.
async fn add_recording(event: &OpenEvent, title: &str) -> String {
    let recording = json!({
        "kind": "recording", "title": title, "url": format!("https://video.example.org/{title}"),
        "visibility": "registrants",
    });
    let path = format!("/api/v1/events/{}/materials", event.id);
    format!("/api/v1/materials/{}", event.owner.if_match("*").post(&path, recording).await.expect(201).id())
}

async fn a_recording_that_is_there_again_is_told_of_once(app: TestApp) {
    let event = recorded_event(&app).await;
    // It is taken back while its mail is on the way.
    mail_is_away(&app, true);
    let cut = add_recording(&event, "uncut").await;
    assert_eq!(app.deliver().await, []);
    event.owner.if_match("*").delete(&cut).await.expect(204);
    mail_is_away(&app, false);
    app.pass(TimeDelta::hours(1));
    assert_eq!(app.deliver().await, []);

    add_recording(&event, "cut").await;
    let mails = app.deliver().await;
    assert_eq!(told(&mails), all(&["bo"], "Recording"));
    assert_eq!(mails[0].link("video.example.org"), "https://video.example.org/cut");
    add_recording(&event, "second").await;
    assert_eq!(app.deliver().await, []);
}

async fn a_recording_is_told_of_when_its_event_is_shown_again(app: TestApp) {
    let event = recorded_event(&app).await;
    command(&event, "unpublish", json!({})).await;
    add_recording(&event, "hidden").await;
    assert_eq!(app.deliver().await, []);
    command(&event, "publish", json!({})).await;
    assert_eq!(told(&app.deliver().await), all(&["bo"], "Recording"));
    command(&event, "unpublish", json!({})).await;
    command(&event, "publish", json!({})).await;
    assert_eq!(app.deliver().await, []);
}

async fn a_recording_is_told_of_to_who_registered_while_that_was_possible(app: TestApp) {
    let event = recorded_event(&app).await;
    let closed = json!({ "registration": { "recording": false } });
    event.owner.if_match("*").patch(&format!("/api/v1/events/{}", event.id), closed).await.expect(200);
    add_recording(&event, "late").await;
    assert_eq!(told(&app.deliver().await), all(&["bo"], "Recording"));
}

fn at(local: &str) -> Value {
    json!({ "when": { "local_start": local, "duration": "PT1H30M", "timezone": "Europe/Berlin" }, "notify": false })
}

async fn an_event_that_comes_back_to_its_day_reminds(app: TestApp) {
    let event = app.open_event(day_before()).await;
    register_all(&app, &event, &["ada", "bo"]).await;
    mail_is_away(&app, true);
    assert_eq!(deliver_at(&app, "2022-03-16T15:00:00Z").await, []);
    command(&event, "reschedule", at("2022-03-24T16:00")).await;
    mail_is_away(&app, false);
    assert_eq!(deliver_at(&app, "2022-03-16T15:30:00Z").await, []);
    // On the day of before again, and later than before: its time is still to come.
    command(&event, "reschedule", at("2022-03-17T18:00")).await;
    assert_eq!(deliver_at(&app, "2022-03-16T16:59:59Z").await, []);
    let mails = deliver_at(&app, "2022-03-16T17:00:00Z").await;
    assert_eq!(told(&mails), all(&["ada", "bo"], "Reminder"));
    assert!(mails.iter().all(|mail| mail.text.contains("Thursday 17 March 2022, 18:00–19:30")), "{mails:?}");
    // Back and forth within the day, while nothing can be sent: each is reminded once, of what holds.
    for (away, back, due, new) in [
        ("2022-04-14T12:00", "2022-04-14T20:00", "2022-04-13T10:00:00Z", "2022-04-13T18:00:00Z"),
        ("2022-05-12T12:00", "2022-05-12T14:00", "2022-05-11T10:00:00Z", "2022-05-11T12:00:00Z"),
    ] {
        command(&event, "reschedule", at(away)).await;
        mail_is_away(&app, true);
        assert_eq!(deliver_at(&app, due).await, []);
        command(&event, "reschedule", at(back)).await;
        mail_is_away(&app, false);
        app.pass(TimeDelta::hours(1));
        assert_eq!(app.deliver().await, []);
        let mails = deliver_at(&app, new).await;
        assert_eq!(told(&mails), all(&["ada", "bo"], "Reminder"));
        let time = back.split('T').nth(1).unwrap();
        assert!(mails.iter().all(|mail| mail.text.contains(&format!(", {time}–"))), "{mails:?}");
    }
    app.pass(TimeDelta::days(3));
    assert_eq!(app.deliver().await, []);
}

/// Lets a worker start, and stops it when this many messages wait.
async fn start_until(app: &TestApp, waiting: usize) {
    let stop = CancellationToken::new();
    let working = tokio::spawn({
        let (worker, stop) = (app.app().worker(), stop.clone());
        async move { worker.run(stop).await }
    });
    let give_up = Instant::now() + Duration::from_secs(30);
    while app.outbox().len() != waiting {
        assert!(Instant::now() < give_up, "{:?}", app.outbox());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    working.await.unwrap();
}

async fn reminders_that_nobody_promised_are_made_up_for(app: TestApp) {
    let rules = json!({ "reminders": [
        rule("start", "-P1D", "confirmed"), rule("start", "-P60D", "confirmed"), rule("end", "PT1H", "confirmed"),
    ] });
    let event = app.open_event(rules).await;
    let day = json!({ "when": { "edtf": "2022-03-20" }, "reminders": [rule("start", "-P1D", "confirmed")] });
    app.open_event(day).await;
    let called_off = app.open_event(day_before()).await;
    command(&called_off, "cancel", json!({})).await;
    register_all(&app, &event, &["ada"]).await;
    let promised = app.outbox();
    assert_eq!(promised.len(), 4, "one of them for what was called off: {promised:?}");
    // As if all of them had been published by a version that knew no reminders.
    let all_of_them = outbox_messages::table.filter(outbox_messages::kind.eq("events.reminder_due"));
    assert_eq!(diesel::delete(all_of_them).execute(&mut app.database().connect()).unwrap(), 4);
    start_until(&app, 3).await;
    let mut made_up_for = app.outbox();
    let due = |text: &str| ("events.reminder_due".to_owned(), instant(text));
    let expected = [due("2022-03-16T15:00:00Z"), due("2022-03-17T17:30:00Z"), due("2022-03-19T00:00:00Z")];
    assert_eq!(made_up_for, expected);
    // Whoever starts next, or at once, finds nothing to do.
    let replica = app.replica();
    let stop = CancellationToken::new();
    let (one, two) = (app.app().worker(), replica.app().worker());
    let soon = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        stop.cancel();
    };
    futures_util::future::join3(one.run(stop.clone()), two.run(stop.clone()), soon).await;
    made_up_for.clone_from(&app.outbox());
    assert_eq!(made_up_for, expected);
    assert_eq!(told(&deliver_at(&app, "2022-03-16T15:00:00Z").await), all(&["ada"], "Reminder"));
    app.leave_scheduled("the reminders after the event, and of the other one");
}
