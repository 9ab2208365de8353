//! F8 and F10 to F12: an entry stays the same entry while its event changes, and says that it changed.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;
use plenary::time::Clock;
use serde_json::{Value, json};

use super::{Calendar, EVENTS, Staff, feed, feed_of};
use crate::support::{Answer, TestApp, person};

both!(
    f08_a_uid_never_changes,
    f10_the_stamp_is_the_last_change,
    f11_a_late_change_is_no_older,
    f11_every_visible_change_raises_the_sequence,
    f11_two_changes_at_once_both_count,
    f11_what_no_entry_shows_leaves_the_sequence,
    f12_a_cancelled_event_stays_for_thirty_days,
);

fn when(day: u32) -> Value {
    json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H30M" })
}

async fn f08_a_uid_never_changes(app: TestApp) {
    let staff = Staff::of(&app).await;
    let event = staff.publish(json!({ "when": when(17) })).await;
    let uid = event.string("/uid");
    assert!((1..=255).contains(&uid.len()) && uid.is_ascii(), "{uid}");
    let other = staff.owner.post("/api/v1/organisations", json!({ "name": "City of Lund" })).await.expect(201).id();
    let organisers = json!([{ "organisation_id": other, "role": "organiser" }]);
    let steps: [(&str, Value); 11] = [
        ("change", json!({ "title": "Renamed" })),
        ("change", json!({ "subtitle": "And more", "languages": ["de"] })),
        ("organisations", organisers),
        ("reschedule", json!({ "when": when(24) })),
        ("postpone", json!({})),
        ("reschedule", json!({ "when": { "edtf": "2022-03-25" } })),
        ("reschedule", json!({ "when": when(29) })),
        ("cancel", json!({})),
        ("reinstate", json!({})),
        ("unpublish", json!({})),
        ("publish", json!({})),
    ];
    for (step, body) in steps {
        app.pass(TimeDelta::minutes(1));
        let path = format!("{EVENTS}/{}", event.id());
        let answer = match step {
            "change" => staff.owner.patch(&path, body).await,
            "organisations" => staff.owner.put(&format!("{path}/organisations"), body).await,
            command => staff.owner.post(&format!("{path}/{command}"), body).await,
        };
        assert_eq!(answer.status, 200, "{step} {answer}");
        assert_eq!(staff.event(&event.id()).await.string("/uid"), uid, "{step}");
        if step != "unpublish" {
            assert_eq!(feed(&app, &feed_of(&event)).await.event()["uid"], uid, "{step}");
        }
    }
    app.deliver().await;
    // The same in each feed and in the mail; and another in each event, a copy too.
    app.post(&format!("{EVENTS}/{}/registrations", event.id()), person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let mailed = Calendar::read(&mails[0].calendar.as_ref().expect("an entry").1);
    assert_eq!(mailed.event()["uid"], uid);
    let copy =
        staff.owner.post(&format!("{EVENTS}/{}/clone", event.id()), json!({ "when": when(30) })).await.expect(201);
    let mut uids = HashSet::from([uid.clone(), copy.string("/uid")]);
    for day in 1..=5 {
        uids.insert(staff.publish(json!({ "when": when(day) })).await.string("/uid"));
    }
    assert_eq!(uids.len(), 7);
    let all = feed(&app, "/calendars/workspaces/demo.ics").await;
    assert_eq!(all.find(&uid)["summary"], "Renamed");
}

/// `20220201T090000Z` as an instant.
#[track_caller]
fn instant(text: &str) -> DateTime<Utc> {
    let civil = chrono::NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ");
    civil.unwrap_or_else(|error| panic!("{text}: {error}")).and_utc()
}

async fn f10_the_stamp_is_the_last_change(app: TestApp) {
    let staff = Staff::of(&app).await;
    let event = staff.publish(json!({ "when": when(17) })).await;
    app.pass(TimeDelta::minutes(7));
    let event = staff.change(&event, json!({ "title": "Another" })).await;
    let now = app.clock().now();
    app.pass(TimeDelta::minutes(7));
    let first = app.get(&feed_of(&event)).await.expect(200);
    let calendar = Calendar::read(first.text());
    let entry = calendar.lines.event(&event.string("/uid"));
    let stamp = instant(&entry.one("DTSTAMP").value);
    assert_eq!(stamp, instant(&entry.one("LAST-MODIFIED").value));
    assert_eq!((stamp, event.string("/updated_at").parse().ok()), (now, Some(now)));
    assert_eq!(instant(&entry.one("CREATED").value), now - TimeDelta::minutes(7));
    app.pass(TimeDelta::seconds(2));
    let second = app.get(&feed_of(&event)).await.expect(200);
    assert_eq!((first.body, first.headers.get("etag")), (second.body, second.headers.get("etag")));
}

struct Seen {
    sequence: i64,
    modified: DateTime<Utc>,
    bytes: Vec<u8>,
    /// Its lines, but for those that say how new it is.
    shown: Vec<String>,
}

async fn see(app: &TestApp, event: &Answer) -> Seen {
    let answer = app.get(&feed_of(event)).await.expect(200);
    let lines = super::lines::read(answer.text());
    let entry = lines.event(&event.string("/uid"));
    Seen {
        sequence: entry.one("SEQUENCE").value.parse().unwrap(),
        modified: instant(&entry.one("LAST-MODIFIED").value),
        bytes: answer.body.clone(),
        shown: {
            let is_version =
                |line: &&str| ["SEQUENCE:", "LAST-MODIFIED:", "DTSTAMP:"].iter().any(|name| line.starts_with(name));
            let text = answer.text().replace("\r\n ", "");
            text.split("\r\n").filter(|line| !is_version(line)).map(str::to_owned).collect()
        },
    }
}

async fn f11_every_visible_change_raises_the_sequence(app: TestApp) {
    let staff = Staff::of(&app).await;
    let event = staff.publish(json!({ "when": when(17) })).await;
    let path = format!("{EVENTS}/{}", event.id());
    let lund = staff.owner.post("/api/v1/organisations", json!({ "name": "City of Lund" })).await.expect(201).id();
    let ada = staff.owner.post("/api/v1/speakers", json!({ "name": "Ada Lovelace" })).await.expect(201).id();
    let series = staff.series("raised").await;
    let room = staff.owner.post(&format!("{path}/rooms"), json!({ "name": "Hall" })).await.expect(201).id();
    let talk = json!({ "kind": "talk", "title": "Talk", "local_start": "2022-03-17T16:00", "duration": "PT15M", "room_id": room });
    let recording = json!({ "kind": "recording", "title": "R", "url": "https://media.example/r" });
    let bahram = staff.owner.post("/api/v1/speakers", json!({ "name": "Bahram Ghazi" })).await.expect(201).id();
    let open = json!({ "speaker_id": bahram, "role": "speaker", "status": "tbc" });
    let public = json!({ "platform": "Zoom", "join_url": "https://meet.example.org/1", "visibility": "public" });
    // What was made last stands for `{made}`.
    let changes: Vec<(&str, String, Value)> = vec![
        ("PATCH", "/api/v1/workspaces/demo".to_owned(), json!({ "language": "fr" })),
        (
            "PATCH",
            "/api/v1/workspaces/demo".to_owned(),
            json!({ "links": { "event": "https://x.example/{event_id}" } }),
        ),
        ("POST", format!("{path}/sessions"), talk),
        ("PATCH", "/api/v1/sessions/{made}".to_owned(), json!({ "title": "Renamed" })),
        (
            "PATCH",
            "/api/v1/sessions/{made}".to_owned(),
            json!({ "local_start": "2022-03-17T16:30", "local_end": "2022-03-17T16:45" }),
        ),
        ("PATCH", format!("{path}/rooms/{room}"), json!({ "name": "Small hall" })),
        ("POST", "/api/v1/sessions/{made}/materials".to_owned(), recording.clone()),
        ("DELETE", "/api/v1/materials/{made}".to_owned(), Value::Null),
        ("POST", format!("{path}/sessions"), json!({ "kind": "talk", "title": "Another", "duration": "PT5M" })),
        ("DELETE", "/api/v1/sessions/{made}".to_owned(), Value::Null),
        ("POST", format!("{path}/materials"), recording),
        ("PATCH", "/api/v1/materials/{made}".to_owned(), json!({ "url": "https://media.example/better" })),
        ("PATCH", path.clone(), json!({ "image": { "url": "https://x.example/opening.png", "alt": "A hall" } })),
        ("POST", format!("{path}/appearances"), open),
        ("PATCH", "/api/v1/appearances/{made}".to_owned(), json!({ "status": "confirmed" })),
        ("PATCH", path.clone(), json!({ "title": "Another" })),
        ("PATCH", path.clone(), json!({ "super_title": "Above" })),
        ("PATCH", path.clone(), json!({ "subtitle": "Below" })),
        ("PATCH", path.clone(), json!({ "abstract": "About it." })),
        ("PATCH", path.clone(), json!({ "guiding_questions": ["Why?"] })),
        ("PATCH", path.clone(), json!({ "keywords": ["rights"] })),
        ("PATCH", path.clone(), json!({ "languages": ["de"] })),
        ("PATCH", path.clone(), json!({ "venue": { "name": "Rathaus" }, "attendance_mode": "mixed" })),
        ("PATCH", path.clone(), json!({ "virtual_location": public })),
        ("PATCH", path.clone(), json!({ "series_id": series })),
        ("PATCH", format!("/api/v1/series/{series}"), json!({ "title": "The series, renamed" })),
        ("POST", format!("/api/v1/series/{series}/unpublish"), json!({})),
        ("POST", format!("/api/v1/series/{series}/publish"), json!({})),
        ("PUT", format!("{path}/organisations"), json!([])),
        (
            "PUT",
            format!("/api/v1/series/{series}/organisations"),
            json!([{ "organisation_id": lund, "role": "organiser" }]),
        ),
        ("PUT", format!("{path}/organisations"), json!([{ "organisation_id": lund, "role": "organiser" }])),
        ("PATCH", format!("/api/v1/organisations/{lund}"), json!({ "name": "Lund" })),
        ("POST", format!("{path}/appearances"), json!({ "speaker_id": ada, "role": "speaker", "status": "confirmed" })),
        ("PATCH", format!("/api/v1/speakers/{ada}"), json!({ "name": "Ada, Countess of Lovelace" })),
        ("POST", format!("{path}/reschedule"), json!({ "when": when(18) })),
        ("POST", format!("{path}/postpone"), json!({})),
        ("POST", format!("{path}/reschedule"), json!({ "when": when(24) })),
        ("POST", format!("{path}/cancel"), json!({})),
        ("POST", format!("{path}/reinstate"), json!({})),
    ];
    let mut before = see(&app, &event).await;
    let mut made = String::new();
    for (method, target, body) in changes {
        app.pass(TimeDelta::seconds(1));
        let target = target.replace("{made}", &made);
        let what = format!("{method} {target} {body}");
        let answer = match method {
            "DELETE" => staff.owner.delete(&target).await,
            "PATCH" => staff.owner.patch(&target, body).await,
            "PUT" => staff.owner.put(&target, body).await,
            _ => staff.owner.post(&target, body).await,
        };
        assert!([200, 201, 204].contains(&answer.status), "{answer}");
        if answer.status == 201 {
            made = answer.id();
        }
        let after = see(&app, &event).await;
        assert_ne!(after.bytes, before.bytes, "{what}");
        // Organisers of its own may be those that it had from its series.
        assert!(after.shown != before.shown || target.ends_with("/organisations"), "{what} is visible");
        assert!(after.sequence > before.sequence, "{what}: {} after {}", after.sequence, before.sequence);
        assert!(after.modified > before.modified, "{what}");
        before = after;
    }
    // What nobody sees changes no byte.
    app.pass(TimeDelta::seconds(1));
    staff.owner.patch(&path, json!({ "title": "Another" })).await.expect(200);
    assert_eq!(see(&app, &event).await.bytes, before.bytes);
    app.deliver().await;
}

async fn f11_two_changes_at_once_both_count(app: TestApp) {
    let staff = Staff::of(&app).await;
    let event = staff.publish(json!({ "when": when(17) })).await;
    let before = see(&app, &event).await.sequence;
    let (replica, path) = (app.replica(), format!("{EVENTS}/{}", event.id()));
    let there = staff.owner.at(&format!("http://{}", replica.address()));
    for round in 0..5 {
        let one = staff.owner.patch(&path, json!({ "title": format!("Title {round}") }));
        let other = there.patch(&path, json!({ "subtitle": format!("Subtitle {round}") }));
        let (one, other) = join(one, other).await;
        assert_eq!((one.status, other.status), (200, 200), "{one} {other}");
    }
    assert_eq!(see(&app, &event).await.sequence, before + 10);
}

/// The time of a change is that of its request, which may be stored behind a later one, or come from a process whose clock is slow.
async fn f11_a_late_change_is_no_older(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("late").await;
    let event = staff.publish(json!({ "when": when(17), "series_id": series })).await;
    let path = format!("{EVENTS}/{}", event.id());
    let (fast, slow) = (app.clock().now() + TimeDelta::minutes(10), app.clock().now() + TimeDelta::minutes(5));
    app.clock().set(fast);
    staff.owner.patch(&path, json!({ "title": "By a clock that is right" })).await.expect(200);
    staff.owner.patch(&format!("/api/v1/series/{series}"), json!({ "title": "First" })).await.expect(200);
    let organisation = format!("/api/v1/organisations/{}", staff.organisation);
    staff.owner.patch(&organisation, json!({ "name": "First" })).await.expect(200);
    staff.owner.patch("/api/v1/workspaces/demo", json!({ "name": "First" })).await.expect(200);
    let clock = Clock::fixed(slow);
    let replica = app.replica_by(&clock);
    let there = staff.owner.at(&format!("http://{}", replica.address()));
    let mut before = see(&app, &event).await;
    assert_eq!(before.modified, fast);
    for (target, body) in [
        (path.clone(), json!({ "title": "By a clock that is slow" })),
        (path.clone(), json!({ "capacity": 5 })),
        (format!("/api/v1/series/{series}"), json!({ "title": "Second" })),
        (organisation, json!({ "name": "Second" })),
        ("/api/v1/workspaces/demo".to_owned(), json!({ "links": { "event": "https://x.example/{event_id}" } })),
    ] {
        let answer = there.patch(&target, body.clone()).await.expect(200);
        assert_eq!(answer.string("/updated_at").parse(), Ok(fast), "{target} {body}");
        let after = see(&app, &event).await;
        assert_eq!(after.modified, fast, "{target} {body}");
        assert_eq!(after.sequence, before.sequence + i64::from(body != json!({ "capacity": 5 })), "{target} {body}");
        before = after;
    }
    // From its own time on, the slow clock counts as any.
    clock.set(fast + TimeDelta::minutes(1));
    there.patch(&path, json!({ "title": "At last" })).await.expect(200);
    assert_eq!(see(&app, &event).await.modified, fast + TimeDelta::minutes(1));
}

/// What is kept of an event but stands in no entry raises its revision alone.
async fn f11_what_no_entry_shows_leaves_the_sequence(app: TestApp) {
    let staff = Staff::of(&app).await;
    let event = staff.publish(json!({ "when": when(17) })).await;
    let path = format!("{EVENTS}/{}", event.id());
    let ada = staff.owner.post("/api/v1/speakers", json!({ "name": "Ada Lovelace" })).await.expect(201).id();
    let part = json!({ "speaker_id": ada, "role": "speaker", "status": "confirmed" });
    staff.owner.post(&format!("{path}/appearances"), part).await.expect(201);
    let room = staff.owner.post(&format!("{path}/rooms"), json!({ "name": "Hall" })).await.expect(201).id();
    let slides = |visibility: &str, at: &str| json!({ "kind": "slides", "title": "S", "url": "https://x.example/s.pdf", "visibility": visibility, "available_from": at });
    let soon = (app.clock().now() + TimeDelta::minutes(30)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let hidden = json!({ "kind": "recording", "title": "R", "url": "https://x.example/r", "visibility": "staff" });
    let changes: Vec<(&str, String, Value)> = vec![
        ("PATCH", path.clone(), json!({ "capacity": 5 })),
        ("PATCH", path.clone(), json!({ "objectives": ["To learn"] })),
        ("PATCH", path.clone(), json!({ "registration": { "approval": true } })),
        (
            "PATCH",
            path.clone(),
            json!({ "reminders": [{ "anchor": "start", "offset": "-P1D", "audience": "confirmed" }] }),
        ),
        ("PATCH", format!("/api/v1/speakers/{ada}"), json!({ "bio": "A pioneer." })),
        ("PATCH", format!("{path}/rooms/{room}"), json!({ "capacity": 40 })),
        ("PATCH", format!("{path}/rooms/{room}"), json!({ "position": 7 })),
        ("POST", format!("{path}/rooms"), json!({ "name": "Empty" })),
        ("POST", format!("{path}/materials"), slides("public", &soon)),
        ("POST", format!("{path}/materials"), hidden),
    ];
    let revision = async || staff.event(&event.id()).await.at("/revision").as_i64().unwrap();
    let (sequence, mut last) = (see(&app, &event).await.sequence, revision().await);
    for (method, target, body) in changes {
        app.pass(TimeDelta::seconds(1));
        let what = format!("{method} {target} {body}");
        let answer = match method {
            "PATCH" => staff.owner.patch(&target, body).await,
            _ => staff.owner.post(&target, body).await,
        };
        assert!([200, 201].contains(&answer.status), "{answer}");
        let now = revision().await;
        assert_eq!((see(&app, &event).await.sequence, now), (sequence, last + 1), "{what}");
        last = now;
    }
    // Nor does it when the time of the slides has come.
    app.pass(TimeDelta::hours(1));
    app.deliver().await;
    assert_eq!((see(&app, &event).await.sequence, revision().await), (sequence, last + 1));
    app.leave_scheduled("what is promised of the event is not looked at here");
}

async fn f12_a_cancelled_event_stays_for_thirty_days(app: TestApp) {
    let staff = Staff::of(&app).await;
    let event = staff.publish(json!({ "when": when(17) })).await;
    let before = feed(&app, &feed_of(&event)).await.event().clone();
    staff.command(&event, "cancel", json!({ "reason": "The speaker is ill" })).await;
    app.deliver().await;
    let feeds = [feed_of(&event), format!("/calendars/organisations/{}.ics", staff.organisation)];
    for (now, stays) in [
        ("2022-02-02T00:00:00Z", true),
        ("2022-03-17T16:29:59Z", true),
        ("2022-04-16T16:29:59Z", true),
        ("2022-04-16T16:30:00Z", false),
        ("2022-05-01T00:00:00Z", false),
    ] {
        app.clock().set(now.parse().unwrap());
        for path in &feeds {
            let calendar = feed(&app, path).await;
            assert_eq!(calendar.events.len(), usize::from(stays), "{path} at {now}");
            for entry in &calendar.events {
                assert_eq!(entry["status"], "CANCELLED");
                assert_eq!(entry["sequence"].as_i64(), before["sequence"].as_i64().map(|sequence| sequence + 1));
                assert_eq!(entry["summary"], "Cancelled: Local complaint mechanisms");
                assert_eq!((&entry["uid"], &entry["start"]), (&before["uid"], &before["start"]));
                let written = calendar.lines.event(&event.string("/uid"));
                assert_eq!(written.one("TRANSP").value, "TRANSPARENT");
            }
        }
    }
}
