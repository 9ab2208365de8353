//! F20 to F28: what stands in a feed, and what never does.

use chrono::{DateTime, TimeDelta, Utc};
use plenary::accounts::CalendarMethod;
use plenary::calendars::{Feed, FeedOptions, Which, read_feed};
use plenary::events::SeriesId;
use serde_json::{Value, json};

use super::{Calendar, EVENTS, Staff, feed, feed_of};
use crate::support::{Answer, TestApp, TestAppBuilder, busy_programme, person};

both!(
    f20_both_hints_say_when_to_come_back,
    f21_the_name_is_escaped_and_makes_no_calendar_of_one_event,
    f22_a_conference_is_an_address,
    f23_nobody_is_named_by_address,
    f24_nothing_repeats,
    f25_rules_are_those_of_zones,
    f26_a_thousand_events_fit_and_keep_their_order,
    f27_there_is_nothing_that_old_programs_choke_on,
    f28_every_object_is_valid,
);

fn when(day: u32) -> Value {
    json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H30M" })
}

/// An event with everything that it can have, in a series, with a speaker. Its feeds.
async fn everything(app: &TestApp, staff: &Staff) -> (Answer, Vec<String>) {
    let series = staff.series("everything").await;
    let event = staff
        .publish(json!({
            "series_id": series, "series_position": 1, "super_title": "Above", "subtitle": "Below", "abstract": "About *it*.",
            "objectives": ["To learn"], "guiding_questions": ["Why?"], "keywords": ["rights", "cities"], "languages": ["en"],
            "attendance_mode": "mixed", "when": when(17), "capacity": 5,
            "venue": { "name": "Rathaus", "address": "Rathausplatz 2, 50667 Köln", "url": "https://example.org/venue" },
            "virtual_location": {
                "platform": "Zoom", "join_url": "https://meet.example.org/j/1,2", "passcode": "294857", "visibility": "public",
            },
        }))
        .await;
    let path = format!("{EVENTS}/{}", event.id());
    let ada = json!({ "name": "Ada Lovelace", "email": "ada.private@example.org", "bio": "A pioneer." });
    let speaker = staff.owner.post("/api/v1/speakers", ada).await.expect(201).id();
    let part = json!({ "speaker_id": speaker, "role": "speaker", "status": "confirmed" });
    staff.owner.post(&format!("{path}/appearances"), part).await.expect(201);
    let recording = json!({ "kind": "recording", "title": "Recording", "url": "https://example.org/r,1;2", "visibility": "public" });
    staff.owner.post(&format!("{path}/materials"), recording).await.expect(201);
    assert_eq!(app.deliver().await, [], "nobody waits for the recording");
    let feeds = [
        format!("events/{}", event.id()),
        format!("series/{series}"),
        format!("organisations/{}", staff.organisation),
        format!("speakers/{speaker}"),
        "workspaces/demo".to_owned(),
    ];
    (staff.event(&event.id()).await, feeds.map(|feed| format!("/calendars/{feed}.ics")).to_vec())
}

async fn f20_both_hints_say_when_to_come_back(app: TestApp) {
    let staff = Staff::of(&app).await;
    for path in everything(&app, &staff).await.1 {
        let calendar = feed(&app, &path).await;
        let hints = ["REFRESH-INTERVAL", "X-PUBLISHED-TTL"].map(|name| calendar.lines.one(name));
        assert_eq!(hints.map(|hint| hint.value.as_str()), ["PT1H"; 2], "an hour is more than 15 minutes");
        assert_eq!(hints[0].parameters, [("VALUE".to_owned(), "DURATION".to_owned())]);
        assert_eq!(hints[1].parameters, []);
    }
}

async fn f21_the_name_is_escaped_and_makes_no_calendar_of_one_event(app: TestApp) {
    let staff = Staff::of(&app).await;
    let name = r#"Köln; Lund, "Graz": \n ^n and 老虎 🎉"#;
    let organisation = format!("/api/v1/organisations/{}", staff.organisation);
    staff.owner.patch(&organisation, json!({ "name": name })).await.expect(200);
    staff.owner.patch("/api/v1/workspaces/demo", json!({ "name": name })).await.expect(200);
    let series = staff.series("named").await;
    staff.owner.patch(&format!("/api/v1/series/{series}"), json!({ "title": name })).await.expect(200);
    let event = staff.publish(json!({ "title": name, "when": when(17), "series_id": series })).await;
    let organisation = format!("/calendars/organisations/{}.ics", staff.organisation);
    for path in [format!("/calendars/series/{series}.ics"), organisation, "/calendars/workspaces/demo.ics".to_owned()] {
        let calendar = feed(&app, &path).await;
        let names = ["NAME", "X-WR-CALNAME"].map(|property| calendar.lines.one(property));
        assert_eq!(names[0].value, r#"Köln\; Lund\, "Graz": \\n ^n and 老虎 🎉"#, "{path}");
        assert_eq!(names[1].value, names[0].value);
        assert_eq!(names.map(|property| property.text()), [name, name]);
    }
    // Outlook makes a new calendar of what has the second. What is one event, or is sent, is put into the one that is there.
    let talk = json!({ "kind": "talk", "title": name, "local_start": "2022-03-17T16:00", "duration": "PT15M" });
    let session = staff.owner.post(&format!("{EVENTS}/{}/sessions", event.id()), talk).await.expect(201).id();
    for path in
        [feed_of(&event), format!("/calendars/sessions/{session}.ics"), format!("{}?sessions=1", feed_of(&event))]
    {
        let calendar = feed(&app, &path).await;
        assert_eq!(calendar.lines.one("NAME").text(), name, "{path}");
        assert_eq!(calendar.lines.all("X-WR-CALNAME").count(), 0, "{path}");
    }
    let registrations = format!("{EVENTS}/{}/registrations", event.id());
    app.post(&registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.post(&registrations, person("Bo", "bo@example.org")).await.expect(201);
    let mut mails = app.deliver().await;
    app.pass(TimeDelta::hours(1));
    app.post(&format!("{}/cancel", mails[0].link("/manage/")), Value::Null).await.expect(200);
    mails.extend(app.deliver().await);
    let sent: Vec<&(String, String)> = mails.iter().filter_map(|mail| mail.calendar.as_ref()).collect();
    assert_eq!(sent.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>(), ["REQUEST", "REQUEST", "CANCEL"]);
    for (_, ics) in sent {
        assert_eq!(Calendar::read(ics).lines.all("X-WR-CALNAME").count(), 0, "{ics}");
    }
}

async fn f22_a_conference_is_an_address(app: TestApp) {
    let staff = Staff::of(&app).await;
    let (event, feeds) = everything(&app, &staff).await;
    for path in feeds {
        let calendar = feed(&app, &path).await;
        let entry = calendar.lines.event(&event.string("/uid"));
        let line = r#"CONFERENCE;FEATURE=VIDEO;LABEL="Zoom";VALUE=URI:https://meet.example.org/j/1,2"#;
        let conference = entry.one("CONFERENCE");
        assert_eq!(conference.value, "https://meet.example.org/j/1,2");
        let mut parameters = conference.parameters.clone();
        parameters.sort();
        let expected = [("FEATURE", "VIDEO"), ("LABEL", "Zoom"), ("VALUE", "URI")];
        assert_eq!(parameters, expected.map(|(name, value)| (name.to_owned(), value.to_owned())), "{line}");
        assert!(conference.line.contains(";FEATURE=VIDEO"), "a list of features is not quoted: {}", conference.line);
        for image in entry.all("IMAGE") {
            assert_eq!(image.parameter("VALUE"), Some("URI"), "{}", image.line);
        }
    }
    // Where the way in is not public there is none.
    let place = json!({ "platform": "Zoom", "join_url": "https://meet.example.org/j/secret", "passcode": "secret" });
    let event = staff.publish(json!({ "when": when(18), "virtual_location": place })).await;
    let calendar = feed(&app, &feed_of(&event)).await;
    assert_eq!(calendar.lines.event(&event.string("/uid")).all("CONFERENCE").count(), 0);
    assert!(!calendar.ics.replace("\r\n ", "").contains("secret"), "{}", calendar.ics);
}

async fn f23_nobody_is_named_by_address(app: TestAppBuilder) {
    let app = app.calendar_method(CalendarMethod::Publish).start().await;
    let staff = Staff::of(&app).await;
    let (event, feeds) = everything(&app, &staff).await;
    let registrations = format!("{EVENTS}/{}/registrations", event.id());
    for name in ["ulrika", "bahram"] {
        app.post(&registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let mails = app.deliver().await;
    assert_eq!(mails.len(), 2);
    let published = mails.iter().map(|mail| {
        let (method, ics) = mail.calendar.clone().expect("an entry");
        assert_eq!(method, "PUBLISH");
        assert_eq!(Calendar::read(&ics).lines.all("X-WR-CALNAME").count(), 0, "{ics}");
        ics
    });
    let mut objects: Vec<String> = published.collect();
    for path in feeds {
        let calendar = app.get(&path).await.expect(200).text().to_owned();
        assert!(!calendar.replace("\r\n ", "").contains("mailto:"), "{path}");
        objects.push(calendar);
    }
    for object in objects {
        let calendar = Calendar::read(&object);
        assert_eq!(calendar.event()["attendees"], json!([]));
        assert!(calendar.lines.walk().iter().all(|component| component.all("ATTENDEE").count() == 0));
        let text = object.replace("\r\n ", "").to_lowercase();
        for secret in ["ulrika", "bahram", "ada.private"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert!(text.contains("ada lovelace"), "who speaks is no secret");
    }
}

/// A feed over years, with zones of every temper.
async fn a_wide_feed(app: &TestApp) -> Calendar {
    let staff = Staff::of(app).await;
    let series = staff.series("wide").await;
    let zones = ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Africa/Casablanca", "Asia/Gaza", "Asia/Kolkata"];
    let details = (0..24).map(|index: usize| {
        let start = format!("{}-03-17T16:00", 2019 + index / 6 * 2);
        json!({ "title": format!("{index}"), "when": { "local_start": start, "timezone": zones[index % 6], "duration": "PT1H" } })
    });
    staff.publish_many(app, &series, details.collect()).await;
    feed(app, &format!("/calendars/series/{series}.ics")).await
}

async fn f24_nothing_repeats(app: TestApp) {
    let calendar = a_wide_feed(&app).await;
    assert_eq!(calendar.events.len(), 24);
    for entry in calendar.lines.inner("VEVENT") {
        for name in ["RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID", "DURATION"] {
            assert_eq!(entry.all(name).count(), 0, "{name}");
        }
    }
}

async fn f25_rules_are_those_of_zones(app: TestApp) {
    let calendar = a_wide_feed(&app).await;
    let mut rules = 0;
    for component in calendar.lines.walk() {
        for rule in component.values("RRULE") {
            assert!(["STANDARD", "DAYLIGHT"].contains(&component.name.as_str()), "{rule}");
            let parts: Vec<(&str, &str)> = rule.split(';').map(|part| part.split_once('=').unwrap()).collect();
            let names: Vec<&str> = parts.iter().map(|(name, _)| *name).collect();
            assert_eq!(names, ["FREQ", "BYMONTH", "BYDAY"], "{rule}");
            assert_eq!(parts[0].1, "YEARLY");
            assert!(!parts[2].1.contains(','), "one weekday: {rule}");
            rules += 1;
        }
    }
    assert!(rules >= 4, "{rules}");
}

/// The time that this thread has had on a processor, in nanoseconds, as Linux counts it.
fn time_of_thread() -> u64 {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    counted.split(' ').next().and_then(|time| time.parse().ok()).expect("a number")
}

/// The least time that it takes to write these events, of some attempts.
fn cost(feed: &Feed, now: DateTime<Utc>) -> u64 {
    let once = || {
        let before = time_of_thread();
        assert!(feed.render("https://plenary.example", now).is_ok());
        time_of_thread() - before
    };
    (0..5).map(|_| once()).min().unwrap()
}

async fn f26_a_thousand_events_fit_and_keep_their_order(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("thousand").await;
    let ids = staff.publish_many(&app, &series, busy_programme(1_000, 4)).await;
    app.pass(TimeDelta::seconds(1));
    let path = format!("/calendars/series/{series}.ics");
    let answer = app.get(&path).await.expect(200);
    assert!(answer.body.len() < 1_500_000, "{} octets", answer.body.len());
    let calendar = Calendar::read(answer.text());
    let order: Vec<(String, String)> = calendar
        .events
        .iter()
        .map(|event| (event["start"].as_str().unwrap().to_owned(), event["uid"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(order.len(), 1_000);
    assert!(order.is_sorted(), "by start, then by UID");
    assert_eq!(app.get(&path).await.expect(200).body, answer.body);
    // Each says what is most important: the agenda, and how the abstract begins. The rest is where it leads.
    let entry = calendar.find(&ids[0]);
    let (brief, alone) =
        (entry["description"].as_str().unwrap(), feed(&app, &format!("/calendars/events/{}.ics", ids[0])).await);
    let whole = alone.event()["description"].as_str().unwrap();
    for said in
        ["Towards the congress\nHow far a city", "\n16:30–16:40 Talk 3: local", "\n\nWhat cities measure when", "…\n"]
    {
        assert!(brief.contains(said), "{said} in {brief}");
    }
    let more = format!("\n\nMore: http://{}/events/{}", app.address(), ids[0]);
    assert!(brief.ends_with(&more) && whole.ends_with(&more), "{brief}");
    assert!(
        whole.len() > 2_000 && whole.contains("\n- Ulrika Dagård 3, City of Lund") && !whole.contains('…'),
        "{whole}"
    );
    // An entry is the same whatever stands beside it.
    let smaller = staff.series("smaller").await;
    let alone = staff.publish_many(&app, &smaller, busy_programme(1_000, 4).split_off(999)).await;
    let (few, many) = (feed(&app, &format!("/calendars/series/{smaller}.ics")).await, calendar.find(&ids[999]));
    let said =
        |entry: &Value, id: &str| entry["description"].as_str().unwrap().replace(id, "").replace("smaller", "thousand");
    assert_eq!(said(few.event(), &alone[0]), said(many, &ids[999]));

    // Ten times as much takes about ten times as long, in this build as in any; a release takes below 100 ms.
    let (which, now) = (Which::Series(SeriesId(series.parse().unwrap())), app.clock().now());
    let all = read_feed(&mut app.database().connect(), now, &which, FeedOptions::default()).expect("a feed");
    let tenth = Feed { events: all.events.iter().take(100).cloned().collect(), ..all.clone() };
    let (of_all, of_tenth) = (cost(&all, now), cost(&tenth, now));
    assert!(of_all < 20 * of_tenth, "{of_all} ns, and {of_tenth} ns for a tenth");
}

async fn f27_there_is_nothing_that_old_programs_choke_on(app: TestApp) {
    let staff = Staff::of(&app).await;
    for path in everything(&app, &staff).await.1 {
        for query in ["", "?profile=extended", "?tentative=1"] {
            let calendar = feed(&app, &format!("{path}{query}")).await;
            let mut kinds: Vec<&str> = calendar.lines.walk().iter().map(|one| one.name.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            assert_eq!(kinds, ["DAYLIGHT", "STANDARD", "VCALENDAR", "VEVENT", "VTIMEZONE"], "{path}{query}");
            let names = calendar.lines.inner("VEVENT")[0].names();
            for name in ["STRUCTURED-DATA", "STYLED-DESCRIPTION", "ATTACH", "X-ALT-DESC"] {
                assert!(!names.contains(&name), "{name} in {path}{query}");
            }
        }
    }
}

async fn f28_every_object_is_valid(app: TestApp) {
    let staff = Staff::of(&app).await;
    let (event, feeds) = everything(&app, &staff).await;
    let month = staff.publish(json!({ "title": "A month", "when": { "edtf": "2022-05" } })).await;
    let day = staff.publish(json!({ "title": "A day", "when": { "edtf": "2022-05-03" } })).await;
    let endless = json!({ "local_start": "2022-05-03T10:00", "timezone": "America/New_York" });
    let endless = staff.publish(json!({ "title": "Without an end", "when": endless })).await;
    let off = staff.publish(json!({ "title": "Off", "when": when(20) })).await;
    staff.command(&off, "cancel", json!({})).await;
    let later = staff.publish(json!({ "title": "Later", "when": when(21) })).await;
    staff.command(&later, "postpone", json!({})).await;
    let own = [&month, &day, &endless, &off, &later].map(feed_of);
    for path in feeds.iter().chain(&own) {
        for query in ["", "?tentative=1"] {
            // Reading insists on no error of any engine.
            let calendar = feed(&app, &format!("{path}{query}")).await;
            let is_empty = *path == own[0] && query.is_empty();
            assert_eq!(calendar.events.is_empty(), is_empty, "{path}{query}");
        }
    }
    // What is sent by mail: an invitation, one that is moved, and both ways of taking it back.
    let registrations = format!("{EVENTS}/{}/registrations", event.id());
    for name in ["ada", "bo"] {
        app.post(&registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let mut mails = app.deliver().await;
    app.pass(TimeDelta::hours(1));
    app.post(&format!("{}/cancel", mails[0].link("/manage/")), Value::Null).await.expect(200);
    mails.extend(app.deliver().await);
    staff.command(&event, "reschedule", json!({ "when": when(24) })).await;
    mails.extend(app.deliver().await);
    app.pass(TimeDelta::hours(1));
    staff.command(&event, "cancel", json!({})).await;
    mails.extend(app.deliver().await);
    let methods: Vec<&str> = mails
        .iter()
        .filter_map(|mail| mail.calendar.as_ref())
        .map(|(method, ics)| {
            let calendar = Calendar::read(ics);
            assert_eq!(calendar.lines.values("METHOD"), [method.as_str()]);
            assert_eq!(calendar.event()["uid"], event.at("/uid"));
            method.as_str()
        })
        .collect();
    assert_eq!(methods, ["REQUEST", "REQUEST", "CANCEL", "REQUEST", "CANCEL"]);
}
