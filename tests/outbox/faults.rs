//! Mail servers that misbehave, seen from the other end: whatever they do, each promise ends as one mail, or buried with its reason.

use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::support::parsers::read_calendar;
use crate::support::smtp::{Action, Stage, Step, at};
use crate::support::{Client, Mail, OpenEvent, TestApp, TestAppBuilder, person};

both!(
    a_reminder_that_waited_for_the_mail_server_says_what_holds,
    an_hour_without_a_mail_server_delays_mails_and_nothing_else,
    every_mail_arrives_once_or_is_buried_with_its_reason
);

/// Every message of the workspace.
async fn all_messages(owner: &Client) -> Vec<Value> {
    let (mut all, mut path) = (Vec::new(), "/api/v1/outbox?limit=100".to_owned());
    loop {
        let page = owner.get(&path).await.expect(200).json();
        all.extend(page["items"].as_array().expect("a list").iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { return all };
        path = format!("/api/v1/outbox?limit=100&cursor={cursor}");
    }
}

/// What a server does to the mails of one person: one after the other, and from then on nothing.
fn faults_of(name: &str) -> Vec<Action> {
    let greylisted = || Action::Reply("451 4.7.1 Greylisted, come back");
    match name {
        "grey" => vec![greylisted(), greylisted(), greylisted()],
        "full" => vec![Action::Reply("452 4.2.2 Mailbox full")],
        "away" => vec![Action::Reply("421 4.3.2 Shutting down")],
        "gone" => vec![Action::Reply("550 5.1.1 No such user")],
        "unwanted" => vec![Action::Reply("554 5.7.1 Not by our policy")],
        "dropped" => vec![Action::Drop, Action::Drop],
        "silent" => vec![Action::Hang],
        "slow" => vec![Action::Slow(Duration::from_secs(1))],
        "mixed" => vec![Action::Drop, greylisted(), Action::Hang, Action::Reply("421 4.3.2 Busy")],
        // For ever.
        "never" => vec![greylisted(); 40],
        _ => Vec::new(),
    }
}

const PEOPLE: [&str; 14] =
    ["a", "grey", "b", "full", "away", "gone", "unwanted", "dropped", "silent", "slow", "mixed", "never", "c", "d"];
/// Those who never get their mail.
const BURIED: [(&str, &str); 3] = [("gone", "550"), ("never", "451"), ("unwanted", "554")];

/// What happens before or after the recipient is named, to whoever is next. Each step happens once.
fn faults_of_the_server() -> [Step; 9] {
    [
        at(Stage::Banner, Action::Hang),
        at(Stage::Banner, Action::Slow(Duration::from_millis(300))),
        at(Stage::Banner, Action::Drop),
        at(Stage::Ehlo, Action::Reply("421 4.3.2 Not now")),
        at(Stage::Data, Action::Hang),
        at(Stage::Message, Action::Hang),
        at(Stage::Message, Action::Drop),
        at(Stage::Message, Action::AcceptThenDrop),
        at(Stage::Message, Action::AcceptThenHang),
    ]
}

async fn every_mail_arrives_once_or_is_buried_with_its_reason(app: TestAppBuilder) {
    let app = app.mail_timeout(1).start().await;
    let event = app.open_event(json!({})).await;
    for name in PEOPLE {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let left: Mutex<HashMap<String, Vec<Action>>> = Mutex::new(HashMap::new());
    app.smtp().on_rcpt(move |address| {
        let mut left = left.lock().unwrap();
        let name = address.split('@').next().unwrap_or_default();
        let faults = left.entry(name.to_owned()).or_insert_with(|| faults_of(name));
        (!faults.is_empty()).then(|| faults.remove(0))
    });
    app.smtp().script(faults_of_the_server());
    let mut mails: Vec<Mail> = Vec::new();
    // Seventeen attempts, the last of them a day apart.
    for _ in 0..40 {
        mails.extend(app.deliver().await);
        if app.outbox().is_empty() {
            break;
        }
        app.pass(TimeDelta::hours(25));
    }
    app.expect_outbox(0);
    assert_eq!(app.smtp().steps_left(), 0, "every fault of the server has happened");

    // Who got a mail, with which Message-IDs; twice only where the server took it and did not say so, and then the same bytes.
    let mut taken: BTreeMap<&str, Vec<&Mail>> = BTreeMap::new();
    for mail in &mails {
        assert_eq!(mail.envelope_to, mail.to);
        taken.entry(mail.to.strip_suffix("@example.org").unwrap()).or_default().push(mail);
    }
    let buried: BTreeMap<&str, &str> = BURIED.into_iter().collect();
    let expected: Vec<&str> = {
        let mut names: Vec<&str> = PEOPLE.into_iter().filter(|name| !buried.contains_key(name)).collect();
        names.sort_unstable();
        names
    };
    assert_eq!(taken.keys().copied().collect::<Vec<_>>(), expected);
    for (name, copies) in &taken {
        assert!(copies.iter().all(|copy| copy.raw == copies[0].raw), "{name} got different mails");
    }
    let copies: usize = taken.values().map(Vec::len).sum();
    assert_eq!(copies - taken.len(), 2, "the two that were taken without a word");

    let messages = all_messages(&event.owner).await;
    let of_kind = messages.iter().filter(|message| message["kind"] == "registrations.confirmed");
    let mut failed = BTreeMap::new();
    let mut sent = Vec::new();
    for message in of_kind {
        let id = message["id"].as_str().unwrap();
        match message["state"].as_str().unwrap() {
            "sent" => sent.push(format!("{id}@events.example.org")),
            "failed" => drop(failed.insert(id, message["last_error"].as_str().unwrap_or_default())),
            other => panic!("{id} is {other}"),
        }
    }
    let mut ids: Vec<String> =
        taken.values().map(|copies| copies[0].header("message-id").unwrap().to_owned()).collect();
    ids.sort();
    sent.sort();
    assert_eq!(ids, sent);
    let mut codes: Vec<&str> = BURIED.iter().map(|(_, code)| *code).collect();
    codes.retain(|code| !failed.values().any(|reason| reason.contains(code) && !reason.contains('@')));
    assert_eq!((failed.len(), codes), (BURIED.len(), Vec::new()), "{failed:?}");
}

/// An event a day before which people are reminded, with some who are registered for it.
async fn reminding_event(app: &TestApp, prefix: &str) -> OpenEvent {
    let event = app
        .open_event(json!({ "reminders": [{ "anchor": "start", "offset": "-P1D", "audience": "confirmed" }] }))
        .await;
    for index in 0..REMINDED {
        app.post(&event.registrations, person("P", &format!("{prefix}{index}@example.org"))).await.expect(201);
    }
    event
}

/// How many are to be reminded of each event.
const REMINDED: usize = 6;

async fn a_reminder_that_waited_for_the_mail_server_says_what_holds(app: TestApp) {
    let moved = reminding_event(&app, "moved").await;
    let far = reminding_event(&app, "far").await;
    let off = reminding_event(&app, "off").await;
    assert_eq!(app.deliver().await.len(), 3 * REMINDED);

    // The reminders fall due while nobody answers, and a worker is at it all the time.
    app.smtp().go_away().await;
    app.clock().set("2022-03-16T15:00:00Z".parse().unwrap());
    let stop = CancellationToken::new();
    let working = tokio::spawn({
        let (worker, stop) = (app.app().worker(), stop.clone());
        async move { worker.run(stop).await }
    });
    let give_up = Instant::now() + Duration::from_mins(1);
    let tried = async || {
        let all = all_messages(&moved.owner).await;
        let is_tried = |one: &&Value| one["kind"] == "registrations.reminder" && one["last_error"].is_string();
        all.iter().filter(is_tried).count()
    };
    while tried().await < 3 * REMINDED {
        assert!(Instant::now() < give_up, "{} were tried", tried().await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Meanwhile one event moves within its day, one to another day, and one is called off.
    let any = moved.owner.if_match("*");
    let to = |local: &str| json!({ "when": { "local_start": local, "timezone": "Europe/Berlin", "duration": "PT1H" } });
    let command = async |event: &OpenEvent, name: &str, body: Value| {
        any.post(&format!("/api/v1/events/{}/{name}", event.id), body).await.expect(200);
    };
    command(&moved, "reschedule", to("2022-03-17T19:00")).await;
    command(&far, "reschedule", to("2022-03-24T16:00")).await;
    command(&off, "cancel", json!({})).await;
    for _ in 0..2 {
        app.pass(TimeDelta::minutes(20));
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    stop.cancel();
    working.await.unwrap();
    assert_eq!(app.smtp().received().len(), 3 * REMINDED);

    app.smtp().come_back().await;
    let mut mails = Vec::new();
    // Until an hour before the event that moved within its day.
    for _ in 0..25 {
        mails.extend(app.deliver().await);
        app.pass(TimeDelta::hours(1));
    }
    let reminded = |mails: &[Mail]| -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for mail in mails.iter().filter(|mail| mail.subject.starts_with("Reminder: ")) {
            *counts.entry(mail.to.clone()).or_default() += 1;
        }
        counts
    };
    let once = |prefix: &str| {
        (0..REMINDED).map(|index| (format!("{prefix}{index}@example.org"), 1)).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(reminded(&mails), once("moved"));
    let new = "Thursday 17 March 2022, 19:00–20:00 (Europe/Berlin, UTC+01:00)";
    let reminders = mails.iter().filter(|mail| mail.subject.starts_with("Reminder: "));
    assert!(reminders.clone().count() > 0 && reminders.clone().all(|mail| mail.text.contains(new)));
    assert!(reminders.clone().all(|mail| !mail.text.contains("16:00")), "the old time");
    // Each is as old as the reminder is, not as its promise.
    let date = |mail: &Mail| mail.header("date").unwrap().to_owned();
    assert!(reminders.clone().all(|mail| date(mail) == "Wed, 16 Mar 2022 18:00:00 +0000"), "{mails:?}");

    // Whoever's event is on another day is reminded of that one, and once as well.
    app.clock().set("2022-03-23T14:59:59Z".parse().unwrap());
    assert_eq!(app.deliver().await, []);
    app.clock().set("2022-03-23T15:00:00Z".parse().unwrap());
    let mails = app.deliver().await;
    assert_eq!(reminded(&mails), once("far"));
    assert!(mails.iter().all(|mail| mail.text.contains("Thursday 24 March 2022, 16:00–17:00")));
    assert!(mails.iter().all(|mail| date(mail) == "Wed, 23 Mar 2022 15:00:00 +0000"), "{mails:?}");
}

/// How many people register while nothing can be sent.
const CROWD: usize = 1_000;
/// How many have registered before.
const EARLY: usize = 100;

/// Registers so many people, a few at a time, and returns how long each took.
async fn register_many(app: &TestApp, event: &OpenEvent, prefix: &str, count: usize) -> Duration {
    let began = Instant::now();
    let registered = stream::iter(0..count).map(|index| {
        let body = person("P", &format!("{prefix}{index}@example.org"));
        async move { app.post(&event.registrations, body).await.expect(201) }
    });
    assert_eq!(registered.buffer_unordered(8).count().await, count);
    began.elapsed() / u32::try_from(count).unwrap()
}

async fn an_hour_without_a_mail_server_delays_mails_and_nothing_else(app: TestApp) {
    let event = app.open_event(json!({})).await;
    // A worker is at it all the time, as in production.
    let stop = CancellationToken::new();
    let working = tokio::spawn({
        let (worker, stop) = (app.app().worker(), stop.clone());
        async move { worker.run(stop).await }
    });
    let usual = register_many(&app, &event, "early", EARLY).await;
    app.smtp().wait_for(EARLY, Duration::from_mins(1)).await;

    app.smtp().go_away().await;
    let during = register_many(&app, &event, "p", CROWD).await;
    // Nothing waits for the mail server: each takes what it took before, give or take a busy machine.
    assert!(during < usual * 3, "{during:?} each without a mail server, {usual:?} with one");
    for _ in 0..2 {
        app.pass(TimeDelta::minutes(30));
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let next_week = json!({ "local_start": "2022-03-24T18:00", "timezone": "Europe/Berlin", "duration": "PT1H30M" });
    let path = format!("/api/v1/events/{}/reschedule", event.id);
    event.owner.if_match("*").post(&path, json!({ "when": next_week })).await.expect(200);
    stop.cancel();
    working.await.unwrap();
    let before = app.smtp().received().len();
    assert_eq!(before, EARLY);

    app.smtp().come_back().await;
    let mut mails = app.deliver().await.split_off(EARLY);
    while app.outbox().iter().any(|(kind, _)| kind != "events.reminder_due") {
        app.pass(TimeDelta::minutes(20));
        mails.extend(app.deliver().await);
    }
    let mut told: BTreeMap<&str, Vec<&Mail>> = BTreeMap::new();
    for mail in &mails {
        told.entry(mail.to.as_str()).or_default().push(mail);
    }
    // Everybody hears that the time is another, for all have registered for the old one; and no confirmation still says that.
    assert_eq!(told.len(), CROWD + EARLY);
    let is_notice = |mail: &Mail| mail.subject.starts_with("New time: ");
    for (to, own) in &told {
        let (notices, others): (Vec<&Mail>, Vec<&Mail>) = own.iter().copied().partition(|mail| is_notice(mail));
        let subjects: Vec<&str> = own.iter().map(|mail| mail.subject.as_str()).collect();
        let is_late = to.starts_with('p');
        assert_eq!((notices.len(), others.len()), (1, usize::from(is_late)), "{to} got {subjects:?}");
        for mail in own {
            assert!(
                mail.text.contains("Thursday 24 March 2022, 18:00–19:30 (Europe/Berlin, UTC+01:00)"),
                "{}",
                mail.text
            );
        }
        assert!(others.iter().all(|mail| mail.subject.starts_with("You are registered: ")), "{to} got {subjects:?}");
        assert!(others.iter().all(|mail| !mail.text.contains("17 March")), "{to}");
    }
    let sequence = event.owner.get(&format!("/api/v1/events/{}", event.id)).await.expect(200).at("/sequence");
    for mail in &told["p0@example.org"] {
        let entry = read_calendar(&mail.calendar.as_ref().expect("an entry").1);
        let entry = &entry["events"][0];
        assert_eq!(
            (&entry["start"], &entry["sequence"]),
            (&json!("2022-03-24T17:00:00Z"), &sequence),
            "{}",
            mail.subject
        );
    }
}
