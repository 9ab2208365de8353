//! People take part in a programme that took place: the working session, with its agenda, its organisers and its time.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::demo::public_bodies;
use super::{Demo, WORKING_SESSION, entries};
use crate::support::parsers::read_calendar;
use crate::support::{Answer, Client, Mail, TestAppBuilder, person};

both!(
    a_cancelled_session_leaves_every_calendar,
    a_moved_session_is_told_once_and_reminds_anew,
    nobody_reads_in_public_who_takes_part_and_where,
    seats_are_given_to_those_who_come_first,
);

const MEETING: &str = "https://meet.uclg.example/j/23022022";
const PASSCODE: &str = "daejeon-2022";
const OLD: &str = "Wednesday 23 February 2022, 11:30–13:00 (CET, Europe/Paris)";
const NEW: &str = "Wednesday 2 March 2022, 11:30–13:00 (CET, Europe/Paris)";

/// The working session, three weeks before it takes place.
struct WorkingSession {
    demo: Demo,
    /// Its path in the API.
    path: String,
}

impl WorkingSession {
    async fn open(builder: TestAppBuilder, more: Value) -> Self {
        let demo = Demo::load_at(builder, "2022-02-02T09:00:00Z").await;
        let path = demo.event(WORKING_SESSION).await;
        let mut details = json!({
            "virtual_location": { "platform": "Zoom", "join_url": MEETING, "passcode": PASSCODE },
            "reminders": [{ "anchor": "start", "offset": "-P1D", "audience": "confirmed" }],
        });
        details.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        demo.owner.if_match("*").patch(&path, details).await.expect(200);
        Self { demo, path }
    }

    fn id(&self) -> &str {
        self.path.rsplit('/').next().unwrap()
    }

    async fn shown(&self) -> Value {
        self.demo.app.get(&self.path).await.expect(200).json()
    }

    async fn command(&self, command: &str, body: Value) {
        self.demo.owner.if_match("*").post(&format!("{}/{command}", self.path), body).await.expect(200);
    }

    /// Registers these people, and returns the mails that they get.
    async fn register(&self, names: &[&str]) -> Vec<Mail> {
        for name in names {
            let body = person(name, &format!("{name}@private.example"));
            self.demo.app.post(&format!("{}/registrations", self.path), body).await.expect(201);
        }
        self.demo.app.deliver().await
    }

    /// Everybody who registered, in the order in which they did: address, state and place in the queue.
    async fn rows(&self) -> Vec<(String, String, Option<i64>)> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.demo.owner.get(&format!("{}/registrations?limit=100{cursor}", self.path)).await.expect(200);
            let page = page.json();
            for row in page["items"].as_array().unwrap() {
                let text = |name: &str| row[name].as_str().unwrap().to_owned();
                rows.push((text("email"), text("state"), row["queue_position"].as_i64()));
            }
            let Some(next) = page["next_cursor"].as_str() else { return rows };
            cursor = format!("&cursor={next}");
        }
    }

    /// The one entry of the event's calendar.
    async fn feed(&self) -> Value {
        let path = format!("/calendars/events/{}.ics", self.id());
        let [entry] = entries(&self.demo.app, &path).await.try_into().unwrap();
        entry
    }

    async fn deliver_at(&self, instant: &str) -> Vec<Mail> {
        self.demo.app.clock().set(instant.parse().unwrap());
        self.demo.app.deliver().await
    }
}

/// The one entry of a mail, with its method.
#[track_caller]
fn entry(mail: &Mail) -> (String, Value) {
    let (method, ics) = mail.calendar.clone().unwrap_or_else(|| panic!("{} has no entry", mail.subject));
    let [entry] = read_calendar(&ics)["events"].as_array().unwrap().clone().try_into().unwrap();
    (method, entry)
}

fn recipients(mails: &[Mail]) -> Vec<&str> {
    let mut all: Vec<&str> = mails.iter().map(|mail| mail.to.trim_end_matches("@private.example")).collect();
    all.sort_unstable();
    all
}

/// A server with more to do than it has connections says so, and is asked again.
async fn insist(client: &Client, path: &str, body: Value) -> Answer {
    for _ in 0..100 {
        let answer = client.post(path, body.clone()).await;
        if answer.status != 503 {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("{path} stays unavailable")
}

/// F12.
async fn nobody_reads_in_public_who_takes_part_and_where(builder: TestAppBuilder) {
    let session = WorkingSession::open(builder, json!({ "capacity": 1 })).await;
    let mails = session.register(&["ada", "bo"]).await;
    assert_eq!(recipients(&mails), ["ada", "bo"]);
    let demo = &session.demo;
    // Those whom it concerns see it, so that it would be found.
    let staff = demo.owner.get(&session.path).await.expect(200);
    assert_eq!(staff.at("/virtual_location/join_url"), MEETING);
    assert_eq!(staff.at("/virtual_location/passcode"), PASSCODE);
    assert_eq!(
        session.rows().await.iter().map(|row| row.0.as_str()).collect::<Vec<_>>(),
        ["ada@private.example", "bo@private.example"]
    );
    assert!(mails.iter().any(|mail| mail.text.contains("/join/")));
    demo.add_room().await;
    let bodies = public_bodies(demo).await;
    let address = format!("GET /events/{}", session.id());
    assert!(bodies.iter().any(|body| body.request == address), "the page of the event is among them");
    for body in &bodies {
        for secret in ["private.example", MEETING, "meet.uclg.example", PASSCODE, "/join/"] {
            assert!(!body.text().contains(secret), "{secret} is in {body}");
        }
    }
    demo.app.leave_scheduled("the reminder");
}

/// F15.
async fn seats_are_given_to_those_who_come_first(builder: TestAppBuilder) {
    let policy = json!({ "capacity": 100, "registration": { "wait_list": true, "offer_hours": 24 }, "reminders": [] });
    let session = WorkingSession::open(builder, policy).await;
    let (demo, path) = (&session.demo, format!("{}/registrations", session.path));
    let all = (0..150).map(|number| {
        let name = format!("guest{number:03}");
        let body = person(&name, &format!("{name}@private.example"));
        insist(&demo.app, &path, body)
    });
    let answers = join_all(all).await;
    assert!(
        answers.iter().all(|answer| answer.status == 201),
        "{:?}",
        answers.iter().find(|answer| answer.status != 201)
    );
    let told = |state: &str| answers.iter().filter(|answer| answer.string("/state") == state).count();
    assert_eq!((told("confirmed"), told("waitlisted")), (100, 50));
    let rows = session.rows().await;
    let waiting: Vec<_> = rows.iter().filter(|row| row.1 == "waitlisted").collect();
    assert_eq!(rows.iter().filter(|row| row.1 == "confirmed").count(), 100);
    let mut places: Vec<i64> = waiting.iter().filter_map(|row| row.2).collect();
    places.sort_unstable();
    assert_eq!(places, (1..=50).collect::<Vec<i64>>(), "each has a place of their own");
    let in_line = |place: i64| waiting.iter().find(|row| row.2 == Some(place)).unwrap().0.clone();
    let (first, second) = (in_line(1), in_line(2));

    let mails = demo.app.deliver().await;
    assert_eq!(mails.len(), 150);
    let leaving = mails.iter().find(|mail| mail.calendar.is_some()).expect("somebody has a seat");
    demo.app.post(&format!("{}/cancel", leaving.link("/manage/")), Value::Null).await.expect(200);
    let state_of = async |email: &str| session.rows().await.into_iter().find(|row| row.0 == email).unwrap().1;
    let count = async |state: &str| session.rows().await.iter().filter(|row| row.1 == state).count();
    assert_eq!((count("confirmed").await, count("offered").await, count("waitlisted").await), (99, 1, 49));
    assert_eq!(state_of(&first).await, "offered");
    let offers = demo.app.deliver().await;
    let mut to: Vec<&str> = offers.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    let mut expected = [first.as_str(), leaving.to.as_str()];
    expected.sort_unstable();
    assert_eq!(to, expected, "one offer, and one word to who left");

    demo.app.pass(TimeDelta::hours(24) + TimeDelta::seconds(1));
    let moved_on = demo.app.deliver().await;
    assert_eq!((state_of(&first).await, state_of(&second).await), ("expired".to_owned(), "offered".to_owned()));
    assert!(moved_on.iter().any(|mail| mail.to == second), "{moved_on:?}");
    assert_eq!((count("confirmed").await, count("offered").await, count("waitlisted").await), (99, 1, 48));
    demo.app.leave_scheduled("the end of the second offer");
}

/// F16.
async fn a_moved_session_is_told_once_and_reminds_anew(builder: TestAppBuilder) {
    let session = WorkingSession::open(builder, json!({})).await;
    let confirmations = session.register(&["ada", "bo"]).await;
    let (before, agenda) =
        (session.shown().await, session.demo.owner.get(&format!("{}/agenda", session.path)).await.json());
    let findings = session.demo.findings(&session.path).await;
    session.demo.app.pass(TimeDelta::hours(1));
    let when = json!({
        "local_start": "2022-03-02T11:30", "local_end": "2022-03-02T13:00", "timezone": "Europe/Paris", "timezone_label": "CET",
        "weekday": "wednesday",
    });
    session.command("reschedule", json!({ "when": when, "reason": "A week later" })).await;
    let after = session.shown().await;
    assert_eq!(
        (&after["when"]["starts_at"], &after["previous_whens"]),
        (&json!("2022-03-02T10:30:00Z"), &json!([before["when"]]))
    );
    assert_eq!(
        (&after["uid"], after["sequence"].as_i64()),
        (&before["uid"], before["sequence"].as_i64().map(|one| one + 1))
    );
    // The agenda goes along: eight talks in two rounds, still without a gap.
    assert_eq!(session.demo.findings(&session.path).await, findings);
    let moved = session.demo.owner.get(&format!("{}/agenda", session.path)).await.json();
    assert_eq!(agenda["sessions"][0]["sessions"][0]["starts_at"], "2022-02-23T10:30:00Z");
    assert_eq!(moved["sessions"][0]["sessions"][0]["starts_at"], "2022-03-02T10:30:00Z");

    let mails = session.demo.app.deliver().await;
    assert_eq!(recipients(&mails), ["ada", "bo"]);
    for mail in &mails {
        let confirmation = confirmations.iter().find(|one| one.to == mail.to).unwrap();
        let ((_, first), (method, moved)) = (entry(confirmation), entry(mail));
        assert_eq!(
            (method.as_str(), &moved["uid"], &moved["start"]),
            ("REQUEST", &first["uid"], &json!("2022-03-02T10:30:00Z"))
        );
        assert_eq!(moved["sequence"].as_i64(), first["sequence"].as_i64().map(|one| one + 1));
        assert!(mail.text.contains(NEW) && mail.text.contains(OLD), "{}", mail.text);
    }
    assert_eq!(session.demo.app.deliver().await, []);
    // The day before it was to be, nobody is reminded; a week later everybody is, of the new time alone.
    assert_eq!(session.deliver_at("2022-02-22T10:30:01Z").await, []);
    assert_eq!(session.deliver_at("2022-03-01T10:29:59Z").await, []);
    let reminders = session.deliver_at("2022-03-01T10:30:01Z").await;
    assert_eq!(recipients(&reminders), ["ada", "bo"]);
    for mail in &reminders {
        assert!(mail.subject.starts_with("Reminder: "), "{}", mail.subject);
        assert!(mail.text.contains(NEW) && !mail.text.contains(OLD), "{}", mail.text);
    }
    assert_eq!(session.feed().await["start"], "2022-03-02T10:30:00Z");
}

/// F17.
async fn a_cancelled_session_leaves_every_calendar(builder: TestAppBuilder) {
    let session = WorkingSession::open(builder, json!({})).await;
    let confirmations = session.register(&["ada", "bo"]).await;
    let before = session.feed().await;
    let app = &session.demo.app;
    app.clock().set("2022-02-23T10:15:00Z".parse().unwrap());
    app.deliver().await;
    // The way in is open until it is called off.
    assert!(app.get(confirmations[0].link("/join/")).await.expect(200).text().contains(MEETING));
    session.command("cancel", json!({ "reason": "The congress has moved" })).await;
    let mails = app.deliver().await;
    assert_eq!(recipients(&mails), ["ada", "bo"]);
    for mail in &mails {
        let confirmation = confirmations.iter().find(|one| one.to == mail.to).unwrap();
        let ((_, first), (method, gone)) = (entry(confirmation), entry(mail));
        assert_eq!((method.as_str(), &gone["status"], &gone["uid"]), ("CANCEL", &json!("CANCELLED"), &first["uid"]));
        assert_eq!(gone["sequence"].as_i64(), first["sequence"].as_i64().map(|one| one + 1));
        assert!(!mail.text.contains(MEETING) && !mail.text.contains("/join/"), "{}", mail.text);
        assert!(app.get(confirmation.link("/join/")).await.expect(410).text().contains("<code>event_cancelled</code>"));
    }
    let after = session.feed().await;
    assert_eq!((&after["uid"], &after["start"]), (&before["uid"], &before["start"]));
    assert_eq!(
        (&after["status"], &after["summary"]),
        (&json!("CANCELLED"), &json!(format!("Cancelled: {WORKING_SESSION}")))
    );
    assert!(after["sequence"].as_i64() > before["sequence"].as_i64());
    assert_eq!(app.deliver().await, []);
}
