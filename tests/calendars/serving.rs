//! F13 to F19: how a feed is fetched, again and again, by programs that are easily confused.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection as _;
use plenary::db::Conn;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{Calendar, Staff, feed_of};
use crate::support::{Answer, TestApp};

both!(
    f13_a_feed_is_a_calendar_and_head_is_get_without_a_body,
    f14_a_change_in_the_same_second_is_seen,
    f14_a_change_that_waited_is_seen,
    f14_who_has_the_feed_is_told_so,
    f15_the_tag_changes_with_the_bytes,
    f16_no_program_has_to_say_what_it_accepts,
    f17_the_address_is_short_and_answers_itself,
    f17_whatever_has_a_calendar_says_where,
    f18_an_unknown_feed_is_not_found,
    f19_a_fault_is_no_empty_calendar,
);

fn when(day: u32) -> Value {
    json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H30M" })
}

async fn published(app: &TestApp) -> (Staff, Answer) {
    let staff = Staff::of(app).await;
    let event = staff.publish(json!({ "when": when(17) })).await;
    // Its time is said when no change of that time can be under way any more.
    app.pass(TimeDelta::seconds(61));
    (staff, event)
}

pub fn feeds(app: &TestApp, staff: &Staff, event: &Answer) -> [String; 3] {
    let organisation = format!("/calendars/organisations/{}.ics", staff.organisation);
    [feed_of(event), organisation, format!("/calendars/workspaces/{}.ics", app.workspace().slug)]
}

/// What a hand in the database does.
pub fn run_sql(app: &TestApp, sql: &str) {
    match &mut app.database().connect() {
        Conn::Sqlite(conn) => conn.batch_execute(sql).unwrap(),
        Conn::Postgres(conn) => conn.batch_execute(sql).unwrap(),
    }
}

/// Headers that say something of the answer, not of this moment.
fn lasting(headers: &HeaderMap) -> Vec<(String, String)> {
    let names = headers.iter().filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()));
    let mut all: Vec<_> = names.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    all.sort();
    all
}

async fn f13_a_feed_is_a_calendar_and_head_is_get_without_a_body(app: TestApp) {
    let (staff, event) = published(&app).await;
    for path in feeds(&app, &staff, &event) {
        let get = app.get(&path).await.expect(200);
        assert_eq!(get.header("content-type"), Some("text/calendar; charset=utf-8"));
        assert!(get.header("content-disposition").unwrap().starts_with("inline; filename=\""), "{path}");
        assert!(get.header("etag").is_some() && get.header("last-modified").is_some());
        let head = app.head(&path).await.expect(200);
        assert_eq!(head.body, b"");
        assert_eq!(lasting(&head.headers), lasting(&get.headers), "{path}");
        let length: usize = get.header("content-length").unwrap().parse().unwrap();
        assert_eq!(length, get.body.len());
    }
}

async fn f14_who_has_the_feed_is_told_so(app: TestApp) {
    let (staff, event) = published(&app).await;
    for path in feeds(&app, &staff, &event) {
        let get = app.get(&path).await.expect(200);
        let (tag, modified) = (get.etag(), get.header("last-modified").unwrap().to_owned());
        let strong = tag.trim_start_matches("W/").to_owned();
        let old = "Mon, 31 Jan 2022 00:00:00 GMT";
        let cases: [(&[(&str, &str)], u16); 10] = [
            (&[("if-none-match", &tag)], 304),
            (&[("if-none-match", &strong)], 304),
            (&[("if-none-match", &format!("\"x\", {tag}, W/\"y\""))], 304),
            (&[("if-none-match", "*")], 304),
            (&[("if-none-match", "\"x\"")], 200),
            (&[("if-modified-since", &modified)], 304),
            (&[("if-modified-since", old)], 200),
            (&[("if-modified-since", "yesterday")], 200),
            // The tag decides where both are there.
            (&[("if-none-match", "\"x\""), ("if-modified-since", &modified)], 200),
            (&[("if-none-match", &tag), ("if-modified-since", old)], 304),
        ];
        for (headers, status) in cases {
            let client = headers.iter().fold((**app).clone(), |client, (name, value)| client.with(name, value));
            let answer = client.get(&path).await.expect(status);
            assert_eq!(answer.etag(), tag, "{headers:?}");
            assert_eq!(answer.header("cache-control"), get.header("cache-control"));
            assert_eq!(answer.header("vary"), get.header("vary"));
            assert_eq!(answer.body.is_empty(), status == 304, "{headers:?}");
            assert_eq!(client.head(&path).await.status, status, "{headers:?}");
        }
    }
}

async fn f14_a_change_in_the_same_second_is_seen(app: TestApp) {
    let staff = Staff::of(&app).await;
    app.clock().set("2022-02-01T09:00:00.2Z".parse().unwrap());
    let event = staff.publish(json!({ "when": when(17) })).await;
    for path in feeds(&app, &staff, &event) {
        app.clock().set("2022-02-01T09:00:00.4Z".parse().unwrap());
        let first = app.get(&path).await.expect(200);
        assert_eq!(first.header("last-modified"), None, "others of its time may come");
        app.clock().set("2022-02-01T09:00:00.8Z".parse().unwrap());
        staff.change(&event, json!({ "title": format!("Changed {path}") })).await;
        // Whichever time the program takes: that of the change, that of its request, or one that is to come.
        for second in ["2022-02-01T09:00:00.9Z", "2022-02-01T09:00:01Z", "2022-02-01T10:00:00Z"] {
            app.clock().set(second.parse().unwrap());
            for since in ["09:00:00", "23:00:00"] {
                let since = format!("Tue, 01 Feb 2022 {since} GMT");
                let changed = app.with("if-modified-since", &since).get(&path).await.expect(200);
                assert!(changed.text().replace("\r\n ", "").contains(&format!("Changed {path}")), "{path} {since}");
                assert_ne!(changed.etag(), first.etag());
            }
        }
        let modified = app.get(&path).await.header("last-modified").map(str::to_owned);
        assert_eq!(modified.as_deref(), Some("Tue, 01 Feb 2022 09:01:01 GMT"), "{path}");
        app.with("if-modified-since", "Tue, 01 Feb 2022 09:01:01 GMT").get(&path).await.expect(304);
    }
}

async fn f14_a_change_that_waited_is_seen(app: TestApp) {
    let (staff, event) = published(&app).await;
    let path = feed_of(&event);
    // Another process has the event: a change, whose time is that of its request, waits for it.
    let mut held = app.database().connect();
    held.batch_execute("BEGIN; UPDATE events SET revision = revision").unwrap();
    let (owner, target) = (staff.owner.clone(), format!("/api/v1/events/{}", event.id()));
    let change = tokio::spawn(async move { owner.patch(&target, json!({ "title": "It took its time" })).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!change.is_finished(), "it needs what is held");
    app.pass(TimeDelta::seconds(30));
    let read = app.get(&path).await.expect(200);
    assert!(!read.text().contains("It took its time"), "{read}");
    let now = app.clock().now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    held.batch_execute("COMMIT").unwrap();
    assert_eq!(change.await.unwrap().status, 200);
    // Whichever time the program takes: that of the last change that it has seen, or that of its request.
    for pass in [0, 29, 120] {
        app.pass(TimeDelta::seconds(pass));
        for since in [read.header("last-modified").unwrap(), &now] {
            let changed = app.with("if-modified-since", since).get(&path).await.expect(200);
            assert!(changed.text().contains("It took its time"), "{since}: {changed}");
        }
    }
    let modified = app.get(&path).await.header("last-modified").unwrap().to_owned();
    app.with("if-modified-since", &modified).get(&path).await.expect(304);
}

/// What `gzip` makes of a body.
fn unzip(body: &[u8]) -> Vec<u8> {
    let mut gzip = Command::new("gzip").arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("gzip");
    gzip.stdin.take().unwrap().write_all(body).unwrap();
    gzip.wait_with_output().unwrap().stdout
}

async fn f15_the_tag_changes_with_the_bytes(app: TestApp) {
    let (staff, event) = published(&app).await;
    let other = staff.publish(json!({ "title": "Another", "when": when(20) })).await;
    let mut seen: Vec<(String, Vec<u8>)> = Vec::new();
    let steps: [(&str, Value); 7] = [
        ("nothing", json!({})),
        ("the same", json!({ "title": event.string("/title") })),
        ("what is not shown", json!({ "capacity": 7 })),
        ("title", json!({ "title": "Renamed" })),
        ("back", json!({ "title": event.string("/title") })),
        ("keyword", json!({ "keywords": ["rights"] })),
        ("nothing", json!({})),
    ];
    for (what, body) in steps {
        app.pass(TimeDelta::seconds(1));
        staff.change(&event, body).await;
        let plain = app.get("/calendars/workspaces/demo.ics").await.expect(200);
        let zipped = app.with("accept-encoding", "gzip").get("/calendars/workspaces/demo.ics").await.expect(200);
        assert_eq!(zipped.header("content-encoding"), Some("gzip"), "{what}");
        assert_eq!(plain.header("content-encoding"), None);
        assert_eq!(unzip(&zipped.body), plain.body, "{what}");
        // One weak tag stands for both, and says that they are the same calendar.
        assert_eq!(zipped.etag(), plain.etag());
        assert!(plain.etag().starts_with("W/\""));
        for answer in [&plain, &zipped] {
            let vary = answer.header("vary").unwrap().to_ascii_lowercase();
            assert!(vary.split(',').any(|name| name.trim() == "accept-encoding"), "{vary}");
        }
        let zipped_again = app.with("accept-encoding", "gzip").with("if-none-match", &plain.etag());
        assert_eq!(zipped_again.get("/calendars/workspaces/demo.ics").await.status, 304);
        seen.push((plain.etag(), plain.body));
    }
    for (tag, body) in &seen {
        for (other_tag, other_body) in &seen {
            assert_eq!(tag == other_tag, body == other_body);
        }
    }
    assert_eq!(seen[0], seen[1], "saving what is there changes nothing");
    assert_ne!(seen[3], seen[0]);
    assert_eq!(seen[6], seen[5]);
    // The calendar of an event says nothing of another.
    let before = app.get(&feed_of(&event)).await.etag();
    staff.change(&other, json!({ "title": "Yet another" })).await;
    assert_eq!(app.get(&feed_of(&event)).await.etag(), before);
}

async fn f16_no_program_has_to_say_what_it_accepts(app: TestApp) {
    let (_, event) = published(&app).await;
    let path = feed_of(&event);
    // The client of the tests sends the second; the first is what a calendar on the web does.
    let silent = super::subscribing::get_without_accept(app.address(), &path).await;
    assert!(silent.starts_with("HTTP/1.1 200 OK\r\n"), "{silent}");
    let body = app.get(&path).await.expect(200).body;
    assert!(silent.as_bytes().ends_with(&body));
    for accept in [
        "*/*",
        "text/calendar,text/plain;q=0.8,*/*;q=0.5",
        "text/calendar, application/calendar+json, application/calendar+xml",
        "text/html",
        "application/json",
    ] {
        let answer = app.with("accept", accept).get(&path).await.expect(200);
        assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"), "{accept}");
        assert_eq!(answer.body, body, "{accept}");
    }
    // Parameters that programs add are no business of ours.
    assert_eq!(app.get(&format!("{path}?nocache=1&utm_source=x")).await.expect(200).body, body);
}

async fn f17_the_address_is_short_and_answers_itself(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("short").await;
    let event = staff.publish(json!({ "when": when(17), "series_id": series })).await;
    let shown =
        event.json().to_string() + &app.get(&format!("/api/v1/series/{series}")).await.expect(200).json().to_string();
    let mut addresses: Vec<&str> =
        shown.split('"').filter(|text| text.starts_with("http://") && text.rsplit('.').next() == Some("ics")).collect();
    addresses.dedup();
    assert_eq!(addresses.len(), 2, "{addresses:?}");
    for address in addresses {
        // Google takes 256 characters; a host may have 253, but ours leave room.
        let (_, path) = address.split_once("/calendars/").unwrap();
        assert!(path.len() <= 60 && address.len() <= 200, "{address}");
        let answer = app.get(address).await.expect(200);
        assert_eq!((answer.header("location"), answer.header("set-cookie")), (None, None));
        assert_eq!(Calendar::read(answer.text()).event()["uid"], event.at("/uid"));
        assert!(shown.contains(&address.replacen("http://", "webcal://", 1)) || path.starts_with("series/"));
    }
    for path in feeds(&app, &staff, &event) {
        let answer = app.get(&path).await.expect(200);
        assert_eq!((answer.header("location"), answer.header("set-cookie")), (None, None));
    }
}

async fn f17_whatever_has_a_calendar_says_where(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("short").await;
    let (alone, event) = (
        staff.publish(json!({ "when": when(16) })).await,
        staff.publish(json!({ "when": when(17), "series_id": series })).await,
    );
    let speaker = staff.owner.post("/api/v1/speakers", json!({ "name": "Ada" })).await.expect(201).id();
    let part = json!({ "speaker_id": speaker, "role": "speaker", "status": "confirmed" });
    staff.owner.post(&format!("/api/v1/events/{}/appearances", event.id()), part).await.expect(201);
    let (of_series, of_workspace) = (format!("series/{series}"), format!("workspaces/{}", app.workspace().slug));
    // Where it is described, where in that its addresses are, what its calendar is of, and what its news are of.
    let cases = [
        (format!("events/{}", event.id()), "/links", format!("events/{}", event.id()), Some(of_series.clone())),
        (format!("events/{}", alone.id()), "/links", format!("events/{}", alone.id()), {
            Some(format!("workspaces/{}", app.workspace().id))
        }),
        (of_series.clone(), "", of_series.clone(), Some(of_series)),
        (of_workspace.clone(), "", of_workspace.clone(), Some(of_workspace)),
        (format!("organisations/{}", staff.organisation), "", format!("organisations/{}", staff.organisation), None),
        (format!("speakers/{speaker}"), "", format!("speakers/{speaker}"), None),
    ];
    let base = format!("http://{}/calendars/", app.address());
    for (what, inside, calendar, news) in cases {
        let shown = app.get(&format!("/api/v1/{what}")).await.expect(200).json();
        let found = |name: &str| shown.pointer(&format!("{inside}/{name}")).cloned().unwrap_or_default();
        assert_eq!(found("ics"), format!("{base}{calendar}.ics"), "{what}");
        assert_eq!(found("webcal"), format!("{}{calendar}.ics", base.replacen("http:", "webcal:", 1)), "{what}");
        assert_eq!(found("atom"), news.map_or(Value::Null, |news| json!(format!("{base}{news}.atom"))), "{what}");
        assert!(app.get(found("ics").as_str().unwrap()).await.expect(200).text().contains("BEGIN:VEVENT"), "{what}");
        if let Some(address) = found("atom").as_str() {
            let answer = app.get(address).await.expect(200);
            assert_eq!(answer.header("content-type"), Some("application/atom+xml; charset=utf-8"), "{what}");
        }
    }
}

async fn f18_an_unknown_feed_is_not_found(app: TestApp) {
    let (staff, event) = published(&app).await;
    let draft = staff.owner.post("/api/v1/events", json!({ "kind": "webinar", "title": "Draft" })).await.expect(201);
    let unknown = "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";
    let gone = staff.publish(json!({ "title": "Gone", "when": when(20) })).await;
    staff.command(&gone, "unpublish", json!({})).await;
    let mut bodies = Vec::new();
    for id in [&draft.id(), &gone.id(), unknown] {
        let answer = app.get(&format!("/calendars/events/{id}.ics")).await;
        answer.problem(404, "not_found");
        // A draft cannot be told from nothing.
        let mut body = answer.json();
        body.as_object_mut().unwrap().remove("request_id");
        bodies.push(body.to_string().replace(id, ""));
        assert_eq!(staff.owner.get(&format!("/calendars/events/{id}.ics")).await.status, 404);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    for kind in ["series", "organisations", "speakers", "workspaces"] {
        app.get(&format!("/calendars/{kind}/{unknown}.ics")).await.problem(404, "not_found");
    }
    app.get(&feed_of(&event)).await.expect(200);
    app.deliver().await;
}

async fn f19_a_fault_is_no_empty_calendar(app: TestApp) {
    let (staff, event) = published(&app).await;
    let healthy = staff.publish(json!({ "title": "Healthy", "when": when(20) })).await;
    let paths = feeds(&app, &staff, &event);
    let tag = app.get(&paths[1]).await.etag();
    let run = |sql: &str| run_sql(&app, sql);
    let expect_fault = async |what: &str| {
        for path in &paths {
            let answer = app.get(path).await;
            // What was written before the fault is still right: it may be served.
            if path == &paths[1] && answer.status == 200 {
                assert_eq!(answer.etag(), tag, "{what}");
                continue;
            }
            answer.problem(503, "unavailable");
            assert!(answer.header("retry-after").is_some(), "{what} {path}");
            assert!(!answer.text().contains("VCALENDAR"), "{what} {path}");
            // Who has the feed is not told that it is still so.
            assert_eq!(app.with("if-none-match", &tag).get(path).await.status, 503, "{what} {path}");
        }
    };
    // One entry that cannot be read: it is not left out, which would take it out of calendars.
    run(&format!(
        "UPDATE events SET timezone = 'Nowhere/Else', revision = revision + 1 WHERE title = '{}'",
        event.string("/title")
    ));
    expect_fault("an entry").await;
    app.get(&feed_of(&healthy)).await.expect(200);
    run("UPDATE events SET timezone = 'Europe/Berlin'");
    assert_eq!(app.get(&paths[1]).await.expect(200).etag(), tag);
    // The database fails.
    run("ALTER TABLE event_organisations RENAME TO lost");
    expect_fault("the database").await;
    run("ALTER TABLE lost RENAME TO event_organisations");
    assert_eq!(app.get(&paths[1]).await.expect(200).etag(), tag);
}
