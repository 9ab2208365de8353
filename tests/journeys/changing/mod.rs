//! What people are told when their event moves, stops, or comes back.

mod crowds;
mod fixing;
mod hiding;
mod knowing;

use chrono::TimeDelta;
use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
use plenary::accounts::CalendarMethod;
use plenary::db::schema::outbox_messages;
use serde_json::{Value, json};

use crate::support::parsers::read_calendar;
use crate::support::{Mail, OpenEvent, TestApp, TestAppBuilder, person};

both!(
    a_cancelled_event_is_taken_back_from_every_calendar,
    a_cancelled_event_sends_nothing_that_was_promised,
    a_later_notice_stands_for_an_earlier_one,
    a_moved_event_is_told_once,
    a_moved_place_is_told_to_those_who_have_a_seat,
    a_postponed_event_takes_nobodys_time,
    an_event_without_its_day_leaves_calendars,
    nobody_is_told_who_is_not_to_be,
    published_entries_say_it_themselves,
);

const OLD: &str = "Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)";
const OLD_NEW_YORK: &str = "Thursday 17 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)";
const NEW: &str = "Thursday 24 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)";
const NEW_NEW_YORK: &str = "Thursday 24 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)";

fn next_week() -> Value {
    json!({ "local_start": "2022-03-24T16:00", "duration": "PT1H30M", "timezone": "Europe/Berlin" })
}

/// The one entry of a mail, with its method.
#[track_caller]
fn entry(mail: &Mail) -> (String, Value) {
    let (method, ics) = mail.calendar.clone().unwrap_or_else(|| panic!("{} has no entry", mail.subject));
    let calendar = read_calendar(&ics);
    assert_eq!(calendar["method"], json!(method));
    let events = calendar["events"].as_array().unwrap();
    assert_eq!(events.len(), 1, "{calendar}");
    (method, events[0].clone())
}

/// Whether a fact stands in a mail under this name.
#[track_caller]
fn assert_says(mail: &Mail, name: &str, fact: &str) {
    let text = mail.text.replace("\r\n", "\n");
    assert!(text.contains(&format!("\n{name}:\n  {fact}\n")), "{text}");
}

fn path(event: &OpenEvent) -> String {
    format!("/api/v1/events/{}", event.id)
}

async fn command(event: &OpenEvent, command: &str, body: Value) -> Value {
    event.owner.if_match("*").post(&format!("{}/{command}", path(event)), body).await.expect(200).json()
}

async fn feed(app: &TestApp, event: &OpenEvent) -> Value {
    let feed = app.get(&format!("/calendars/events/{}.ics", event.id)).await.expect(200);
    read_calendar(feed.text())["events"].clone()
}

/// Registers these people, and returns the mails that they get.
async fn register_all(app: &TestApp, event: &OpenEvent, names: &[&str]) -> Vec<Mail> {
    for name in names {
        let body = json!({
            "name": name, "email": format!("{name}@example.org"), "timezone": "America/New_York", "consent": true,
        });
        app.post(&event.registrations, body).await.expect(201);
    }
    app.deliver().await
}

fn recipients(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.to.trim_end_matches("@example.org")).collect()
}

/// Pretends that a worker died before it could say that it was done.
fn deliver_again(app: &TestApp, kind: &str) {
    let done = outbox_messages::table.filter(outbox_messages::kind.eq(kind));
    let queued = diesel::update(done).set(outbox_messages::state.eq("queued"));
    assert_ne!(queued.execute(&mut app.database().connect()).unwrap(), 0);
}

async fn a_moved_event_is_told_once(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 2 })).await;
    let confirmations = register_all(&app, &event, &["ada", "bo", "cy", "di"]).await;
    app.post(&format!("{}/cancel", confirmations[3].link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    let before = app.get(&path(&event)).await.json();
    app.pass(TimeDelta::hours(1));
    command(&event, "reschedule", json!({ "when": next_week(), "reason": "The hall is <not> free" })).await;

    let mails = app.deliver().await;
    assert_eq!(recipients(&mails), ["ada", "bo", "cy"], "not who left");
    for (mail, confirmation) in mails.iter().zip(&confirmations).take(2) {
        assert_eq!(mail.subject, "New time: Local complaint mechanisms: “what works” & why");
        for text in [&mail.text, &mail.html] {
            let places = [NEW, NEW_NEW_YORK, OLD, OLD_NEW_YORK].map(|time| text.find(time).expect(time));
            assert!(places.is_sorted(), "{text}");
        }
        assert!(mail.text.contains("The hall is <not> free") && mail.html.contains("The hall is &lt;not&gt; free"));
        assert_eq!(mail.link("/join/"), confirmation.link("/join/"));
        assert!(!mail.text.contains("meet.example.org"), "{}", mail.text);
        let (method, moved) = entry(mail);
        let (_, first) = entry(confirmation);
        assert_eq!((method.as_str(), &moved["status"]), ("REQUEST", &json!("CONFIRMED")));
        assert_eq!((&moved["uid"], &moved["organizer"]), (&first["uid"], &first["organizer"]));
        assert_eq!(moved["sequence"].as_i64(), first["sequence"].as_i64().map(|sequence| sequence + 1));
        assert_eq!(moved["start"], "2022-03-24T15:00:00Z");
        assert_eq!(moved["attendees"][0]["address"], format!("mailto:{}", mail.to));
        assert_eq!(moved["attendees"].as_array().map(Vec::len), Some(1));
        // One thread, and each mail has an id of its own.
        let (id, first_id) = (mail.header("message-id").unwrap(), confirmation.header("message-id").unwrap());
        assert_eq!((mail.header("in-reply-to"), mail.header("references")), (Some(first_id), Some(first_id)));
        assert_ne!(id, first_id);
    }
    // Who waits is told, without an entry and without the way in.
    let waiting = &mails[2];
    assert!(waiting.text.contains(NEW) && waiting.text.contains("You keep your place on the waiting list."));
    assert!(waiting.calendar.is_none() && !waiting.text.contains("/join/"), "{}", waiting.text);

    let after = app.get(&path(&event)).await.json();
    assert_eq!(after["previous_whens"], json!([before["when"]]));
    let shown = &feed(&app, &event).await[0];
    let (_, moved) = entry(&mails[0]);
    for name in ["uid", "sequence", "summary", "start", "end", "status"] {
        assert_eq!(moved[name], shown[name], "{name}");
    }
    // Whatever a worker does twice, people are told once.
    assert_eq!(app.deliver().await, []);
    deliver_again(&app, "events.changed");
    assert_eq!(app.deliver().await, []);
    // Who registers now gets the new time, and no news of an old one.
    app.pass(TimeDelta::minutes(2));
    deliver_again(&app, "events.changed");
    let late = register_all(&app, &event, &["ed"]).await;
    assert_eq!(recipients(&late), ["ed"]);
    assert!(late[0].text.contains(NEW) && !late[0].text.contains(OLD));
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_cancelled_event_is_taken_back_from_every_calendar(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 2 })).await;
    let confirmations = register_all(&app, &event, &["ada", "bo", "cy"]).await;
    let before = app.get(&path(&event)).await.json();
    app.pass(TimeDelta::hours(1));
    command(&event, "cancel", json!({ "reason": "The speaker is ill" })).await;
    app.post(&event.registrations, person("Ed", "ed@example.org")).await.problem(409, "registration_closed");

    let mails = app.deliver().await;
    assert_eq!(recipients(&mails), ["ada", "bo", "cy"]);
    for (mail, confirmation) in mails.iter().zip(&confirmations).take(2) {
        assert_eq!(mail.subject, "Cancelled: Local complaint mechanisms: “what works” & why");
        assert!(
            mail.text.contains("The speaker is ill") && mail.text.contains(OLD) && mail.text.contains(OLD_NEW_YORK)
        );
        let ((method, gone), (_, first)) = (entry(mail), entry(confirmation));
        assert_eq!((method.as_str(), &gone["status"]), ("CANCEL", &json!("CANCELLED")));
        assert_eq!((&gone["uid"], &gone["start"]), (&first["uid"], &first["start"]));
        assert_eq!(gone["sequence"].as_i64(), first["sequence"].as_i64().map(|sequence| sequence + 1));
        assert_eq!(gone["attendees"][0]["address"], format!("mailto:{}", mail.to));
        for text in [&mail.text, &mail.html, &mail.calendar.as_ref().unwrap().1] {
            assert!(!text.contains("/join/") && !text.contains("meet.example.org"), "{text}");
            assert!(!text.contains("294857"), "{text}");
        }
    }
    assert!(mails[2].calendar.is_none());
    assert_eq!(app.deliver().await, []);
    // Registrations stay as they were.
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["confirmed", "confirmed", "waitlisted"]);

    let shown = feed(&app, &event).await;
    assert_eq!((&shown[0]["status"], &shown[0]["uid"]), (&json!("CANCELLED"), &before["uid"]));
    assert_eq!(shown[0]["summary"], "Cancelled: Local complaint mechanisms: “what works” & why");
    app.clock().set("2022-04-16T16:29:59Z".parse().unwrap());
    assert_eq!(feed(&app, &event).await.as_array().map(Vec::len), Some(1));
    app.clock().set("2022-04-16T16:30:00Z".parse().unwrap());
    assert_eq!(feed(&app, &event).await, json!([]));
    assert_eq!(app.deliver().await, []);
}

async fn a_cancelled_event_sends_nothing_that_was_promised(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    for name in ["ada", "bo"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    app.post(&event.registrations, person("ada", "ada@example.org")).await.expect(201);
    command(&event, "cancel", json!({})).await;
    let mails = app.deliver().await;
    // No confirmation, no place in a queue, no reminder of what one has: only that it is off.
    assert_eq!(recipients(&mails), ["ada", "bo"]);
    assert!(mails.iter().all(|mail| mail.subject.starts_with("Cancelled: ")), "{mails:?}");
    assert_eq!(mails[0].header("in-reply-to"), None);
    // It comes back with everybody who was in.
    app.pass(TimeDelta::hours(1));
    command(&event, "reinstate", json!({ "reason": "All is well" })).await;
    let back = app.deliver().await;
    assert_eq!(recipients(&back), ["ada", "bo"]);
    assert_eq!(back[0].subject, "Takes place after all: Local complaint mechanisms: “what works” & why");
    assert!(back[0].text.contains(OLD) && back[0].text.contains("/join/"));
    let ((method, seat), (_, gone)) = (entry(&back[0]), entry(&mails[0]));
    assert_eq!((method.as_str(), &seat["status"], &seat["uid"]), ("REQUEST", &json!("CONFIRMED"), &gone["uid"]));
    assert!(seat["sequence"].as_i64() > gone["sequence"].as_i64());
    assert_eq!(back[0].header("in-reply-to"), mails[0].header("message-id"));
    // A person's own cancellation is answered whatever became of the event.
    app.pass(TimeDelta::hours(1));
    command(&event, "cancel", json!({ "notify": false })).await;
    app.post(&format!("{}/cancel", back[0].link("/manage/")), Value::Null).await.expect(200);
    let answer = app.deliver().await;
    assert_eq!(recipients(&answer), ["ada"]);
    assert!(answer[0].subject.starts_with("Registration cancelled"), "{}", answer[0].subject);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_postponed_event_takes_nobodys_time(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let confirmations = register_all(&app, &event, &["ada"]).await;
    app.pass(TimeDelta::hours(1));
    command(&event, "postpone", json!({ "reason": "A strike" })).await;
    app.post(&event.registrations, person("Ed", "ed@example.org")).await.problem(409, "registration_closed");
    let mails = app.deliver().await;
    assert_eq!(recipients(&mails), ["ada"]);
    assert_says(&mails[0], "It was planned for", OLD);
    assert_eq!(mails[0].text.matches(OLD).count(), 1, "it stands nowhere as the time to come");
    assert!(!mails[0].text.contains("meet.example.org") && !mails[0].text.contains("/join/"));
    let ((method, later), (_, first)) = (entry(&mails[0]), entry(&confirmations[0]));
    assert_eq!((method.as_str(), &later["status"], &later["uid"]), ("REQUEST", &json!("TENTATIVE"), &first["uid"]));
    assert_eq!(later["summary"], "Postponed: Local complaint mechanisms: “what works” & why");
    let ics = &mails[0].calendar.as_ref().unwrap().1.replace("\r\n ", "");
    assert!(ics.contains("TRANSP:TRANSPARENT") && !ics.contains("/join/"), "{ics}");
    let shown = &feed(&app, &event).await[0];
    assert_eq!((&shown["status"], &shown["sequence"]), (&later["status"], &later["sequence"]));

    // The same entry moves when the new time is known.
    app.pass(TimeDelta::days(30));
    command(
        &event,
        "reschedule",
        json!({ "when": { "local_start": "2022-05-19T16:00", "timezone": "Europe/Berlin" } }),
    )
    .await;
    let mails = app.deliver().await;
    let (method, moved) = entry(&mails[0]);
    assert_eq!((method.as_str(), &moved["status"], &moved["uid"]), ("REQUEST", &json!("CONFIRMED"), &first["uid"]));
    assert_eq!(
        (&moved["start"], &moved["sequence"]),
        (&json!("2022-05-19T14:00:00Z"), &json!(later["sequence"].as_i64().unwrap() + 1))
    );
    assert_says(&mails[0], "Old time", OLD);
}

async fn an_event_without_its_day_leaves_calendars(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let confirmations = register_all(&app, &event, &["ada"]).await;
    let (_, first) = entry(&confirmations[0]);
    for (name, when, said) in [
        ("postpone", json!({ "edtf": "2022-05" }), ("It is now planned for", "May 2022")),
        ("reschedule", json!({ "edtf": "2022-06" }), ("New time", "June 2022")),
    ] {
        app.pass(TimeDelta::hours(1));
        command(&event, name, json!({ "when": when })).await;
        let mails = app.deliver().await;
        assert_says(&mails[0], said.0, said.1);
        // What stands in calendars is taken back at its old time; the feed has dropped it.
        let (method, gone) = entry(&mails[0]);
        assert_eq!((method.as_str(), &gone["uid"], &gone["start"]), ("CANCEL", &first["uid"], &first["start"]));
        assert!(gone["sequence"].as_i64() > first["sequence"].as_i64());
        assert_eq!(feed(&app, &event).await, json!([]));
    }
}

async fn a_moved_place_is_told_to_those_who_have_a_seat(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let confirmations = register_all(&app, &event, &["ada", "bo"]).await;
    let promised = app.outbox();
    let any = event.owner.if_match("*");
    let link = |url: &str| json!({ "virtual_location": { "join_url": url } });
    any.patch(&path(&event), link("https://meet.example.org/j/222")).await.expect(200);
    any.patch(&format!("{}?notify=true", path(&event)), json!({ "title": "Another title" })).await.expect(200);
    assert_eq!(app.outbox(), promised);
    app.pass(TimeDelta::hours(1));
    let patched =
        any.patch(&format!("{}?notify=true", path(&event)), link("https://meet.example.org/j/333")).await.expect(200);
    let history = any.get(&format!("{}/history", path(&event))).await;
    assert_eq!((history.at("/items/0/notice"), history.at("/items/1/notice")), (json!("place_changed"), Value::Null));
    assert!(!history.text().contains("meet.example.org"), "{history}");
    let mails = app.deliver().await;
    assert_eq!(recipients(&mails), ["ada"], "who waits has no use for it");
    assert_eq!(mails[0].subject, "New place: Another title");
    assert_eq!(mails[0].link("/join/"), confirmations[0].link("/join/"));
    assert!(!mails[0].text.contains("meet.example.org") && !mails[0].text.contains("Old time"));
    let ((method, now), (_, first)) = (entry(&mails[0]), entry(&confirmations[0]));
    assert_eq!((method.as_str(), &now["uid"], &now["sequence"]), ("REQUEST", &first["uid"], &patched.at("/sequence")));
    any.patch(&format!("{}?notify=maybe", path(&event)), json!({})).await.problem(400, "malformed_query");
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_later_notice_stands_for_an_earlier_one(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register_all(&app, &event, &["ada"]).await;
    app.pass(TimeDelta::hours(1));
    // Three changes before anything is sent: one mail, and it tells the truth.
    command(&event, "reschedule", json!({ "when": { "edtf": "2022-03-20" } })).await;
    command(&event, "postpone", json!({ "reason": "A strike" })).await;
    command(&event, "reschedule", json!({ "when": next_week(), "reason": "The strike is over" })).await;
    let mails = app.deliver().await;
    assert_eq!(recipients(&mails), ["ada"]);
    assert!(mails[0].text.contains(NEW) && mails[0].text.contains("The strike is over"), "{}", mails[0].text);
    assert!(!mails[0].text.contains("A strike"));
    // The old time is the one that she knows, not one of those in between.
    assert_says(&mails[0], "New time", NEW);
    assert_says(&mails[0], "Old time", OLD);
    // Between the promise and the mail, too.
    command(&event, "reschedule", json!({ "when": { "edtf": "2022-04-20" } })).await;
    app.pass(TimeDelta::hours(1));
    command(&event, "cancel", json!({})).await;
    let mails = app.deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.subject.split(':').next().unwrap()).collect::<Vec<_>>(), ["Cancelled"]);
    // What was called off quietly meanwhile is not announced as moved.
    command(&event, "reinstate", json!({ "when": next_week() })).await;
    command(&event, "cancel", json!({ "notify": false })).await;
    assert_eq!(app.deliver().await, []);
}

async fn nobody_is_told_who_is_not_to_be(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    register_all(&app, &event, &["ada", "bo"]).await;
    for (name, body) in [
        ("reschedule", json!({ "when": next_week(), "notify": false })),
        ("postpone", json!({ "notify": false })),
        ("cancel", json!({ "notify": false })),
        ("reinstate", json!({ "notify": false })),
        ("archive", json!({ "notify": true })),
        // Nobody sees it in a list any more, so nobody is told unless somebody says so.
        ("cancel", json!({})),
    ] {
        app.pass(TimeDelta::hours(1));
        command(&event, name, body).await;
        assert_eq!(app.deliver().await, [], "{name}");
    }
    app.pass(TimeDelta::hours(1));
    command(&event, "reinstate", json!({ "notify": true })).await;
    assert_eq!(recipients(&app.deliver().await), ["ada", "bo"]);
    // What is over is called off for the record.
    app.clock().set("2022-03-25T09:00:00Z".parse().unwrap());
    command(&event, "publish", json!({})).await;
    command(&event, "cancel", json!({})).await;
    assert_eq!(app.deliver().await, []);
    app.leave_scheduled("the look at who waits, a day after it was shown again");
}

async fn published_entries_say_it_themselves(app: TestAppBuilder) {
    let app = app.calendar_method(CalendarMethod::Publish).start().await;
    let event = app.open_event(json!({})).await;
    register_all(&app, &event, &["ada"]).await;
    for (name, body, status) in
        [("reschedule", json!({ "when": next_week() }), "CONFIRMED"), ("cancel", json!({}), "CANCELLED")]
    {
        app.pass(TimeDelta::hours(1));
        command(&event, name, body).await;
        let (method, entry) = entry(&app.deliver().await[0]);
        assert_eq!((method.as_str(), &entry["status"], &entry["attendees"]), ("PUBLISH", &json!(status), &json!([])));
    }
    // Of a day that is not known any more no entry tells: the one that is there is taken back.
    let vague = app.open_event(json!({})).await;
    register_all(&app, &vague, &["bo"]).await;
    app.pass(TimeDelta::hours(1));
    command(&vague, "reschedule", json!({ "when": next_week() })).await;
    let moved = entry(&app.deliver().await[0]).1;
    app.pass(TimeDelta::hours(1));
    command(&vague, "reschedule", json!({ "when": { "edtf": "2022-05" } })).await;
    let mail = &app.deliver().await[0];
    let (method, gone) = entry(mail);
    assert_eq!((method.as_str(), &gone["status"], &gone["attendees"]), ("PUBLISH", &json!("CANCELLED"), &json!([])));
    assert!(!mail.text.contains("attached"), "there is none to add: {}", mail.text);
    for name in ["uid", "start", "end"] {
        assert_eq!(gone[name], moved[name], "{name}");
    }
    assert!(gone["sequence"].as_i64() > moved["sequence"].as_i64(), "{gone}");
    let title = moved["summary"].as_str().unwrap();
    assert_eq!(gone["summary"], format!("Cancelled: {title}"));
}
