//! What is new of a series or a workspace, as feed readers see it (RFC 4287).

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::Staff;
use crate::support::parsers::read_atom;
use crate::support::{Answer, TestApp};

both!(
    a_change_moves_an_event_to_the_top,
    a_fault_is_no_empty_feed_of_news,
    any_text_can_stand_in_the_news,
    news_are_fetched_like_a_calendar,
    news_hold_the_fifty_that_were_changed_last,
    news_say_what_an_event_is_about,
    only_what_is_public_is_news,
);

const WORKSPACE: &str = "/calendars/workspaces/demo.atom";

fn when(day: u32) -> Value {
    json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H30M" })
}

async fn news(app: &TestApp, path: &str) -> Value {
    read_atom(app.get(path).await.expect(200).text())
}

fn titles(feed: &Value) -> Vec<&str> {
    feed["entries"].as_array().unwrap().iter().map(|entry| entry["title"].as_str().unwrap()).collect()
}

/// An event that is published a minute after what was before.
async fn publish_later(app: &TestApp, staff: &Staff, details: Value) -> Answer {
    app.pass(TimeDelta::minutes(1));
    staff.publish(details).await
}

async fn news_say_what_an_event_is_about(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("rights").await;
    let before = app.clock().now();
    let event = publish_later(
        &app,
        &staff,
        json!({ "title": "Opening", "when": when(17), "series_id": series, "languages": ["fr"], "keywords": ["cities", "rights & duties"],
            "abstract": "What cities *measure*.\n\nAnd [more](https://example.org/)." }),
    )
    .await;
    let here = format!("http://{}", app.address());
    let at = |field: &str| event.string(field).parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let written = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    for (path, id, title) in [
        (format!("/calendars/series/{series}"), series.clone(), "The series rights".to_owned()),
        ("/calendars/workspaces/demo".to_owned(), app.workspace().id.to_string(), app.workspace().name.clone()),
    ] {
        let feed = news(&app, &format!("{path}.atom")).await;
        assert_eq!(feed["id"], format!("urn:uuid:{id}"));
        assert_eq!(feed["title"], title);
        assert_eq!(feed["authors"], json!([app.workspace().name]));
        assert_eq!(feed["generator"], "Plenary");
        assert_eq!(feed["language"], "en");
        assert_eq!(feed["updated"], written(at("/updated_at")), "{path}");
        assert_eq!(
            feed["links"],
            json!([
                { "rel": "self", "type": "application/atom+xml", "href": format!("{here}{path}.atom") },
                { "rel": "alternate", "type": "text/calendar", "href": format!("{here}{path}.ics") },
            ])
        );
        app.get(&format!("{here}{path}.ics")).await.expect(200);
        let entry = json!({
            "id": format!("urn:uuid:{}", event.id()),
            "title": "Opening",
            "published": written(before + TimeDelta::minutes(1)),
            "updated": written(at("/updated_at")),
            "summary": "jeudi 17 mars 2022, 16h00–17h30 (Europe/Berlin, UTC+01:00)\n\nWhat cities measure.\n\nAnd more (https://example.org/).",
            "links": [{ "rel": "alternate", "href": format!("{here}/events/{}", event.id()) }],
            "authors": ["City of Cologne"],
            "categories": ["webinar", "cities", "rights & duties"],
            "language": "fr",
        });
        assert_eq!(feed["entries"], json!([entry]), "{path}");
        app.get(&format!("/events/{}", event.id())).await.expect(200);
    }
    // By its id as well: the feed names its address by the slug.
    let by_id = news(&app, &format!("/calendars/workspaces/{}.atom", app.workspace().id)).await;
    assert_eq!(by_id, news(&app, WORKSPACE).await);
}

async fn a_change_moves_an_event_to_the_top(app: TestApp) {
    let staff = Staff::of(&app).await;
    let first = publish_later(&app, &staff, json!({ "title": "First", "when": when(17) })).await;
    let second = publish_later(&app, &staff, json!({ "title": "Second", "when": when(3) })).await;
    // Long over, and news nevertheless once its report is there.
    let old = json!({ "edtf": "2019-05-01" });
    let past = publish_later(&app, &staff, json!({ "title": "Past", "when": old })).await;
    let feed = news(&app, WORKSPACE).await;
    assert_eq!(titles(&feed), ["Past", "Second", "First"]);
    app.pass(TimeDelta::minutes(1));
    staff.change(&first, json!({ "title": "The first" })).await;
    let changed = news(&app, WORKSPACE).await;
    assert_eq!(titles(&changed), ["The first", "Past", "Second"]);
    let (before, after) = (&feed["entries"][2], &changed["entries"][0]);
    assert_eq!((&before["id"], &before["published"]), (&after["id"], &after["published"]));
    assert!(before["updated"].as_str() < after["updated"].as_str());
    assert_eq!(changed["updated"], after["updated"]);
    app.pass(TimeDelta::minutes(1));
    staff.command(&second, "cancel", json!({})).await;
    app.pass(TimeDelta::minutes(1));
    staff.command(&first, "postpone", json!({})).await;
    assert_eq!(titles(&news(&app, WORKSPACE).await), ["Postponed: The first", "Cancelled: Second", "Past"]);
    app.pass(TimeDelta::minutes(1));
    staff.change(&past, json!({ "report": "What was said." })).await;
    assert_eq!(titles(&news(&app, WORKSPACE).await), ["Past", "Postponed: The first", "Cancelled: Second"]);
    app.leave_outbox("nobody registered, so that nobody is told of the changes");
}

async fn news_hold_the_fifty_that_were_changed_last(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("many").await;
    for part in 0..3 {
        app.pass(TimeDelta::minutes(1));
        let details = (0..20).map(|n| json!({ "title": format!("{part}/{n}"), "when": when(17) }));
        staff.publish_many(&app, &series, details.collect()).await;
    }
    for path in [WORKSPACE.to_owned(), format!("/calendars/series/{series}.atom")] {
        let feed = news(&app, &path).await;
        let titles = titles(&feed);
        assert_eq!(titles.len(), 50);
        let of_part = |part: &str| titles.iter().filter(|title| title.starts_with(part)).count();
        assert_eq!([of_part("2/"), of_part("1/"), of_part("0/")], [20, 20, 10], "{titles:?}");
        assert!(titles.is_sorted_by(|one, next| one.split('/').next() >= next.split('/').next()), "{titles:?}");
    }
}

async fn only_what_is_public_is_news(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("open").await;
    let link = "https://meet.example/secret";
    let place = json!({ "platform": "Zoom", "join_url": link, "passcode": "4711", "visibility": "registrants" });
    let shown = json!({ "title": "Shown", "when": when(17), "series_id": series, "virtual_location": place });
    publish_later(&app, &staff, shown).await;
    let hidden = publish_later(&app, &staff, json!({ "title": "Hidden", "when": when(17), "series_id": series })).await;
    staff
        .owner
        .post("/api/v1/events", json!({ "kind": "webinar", "title": "Draft", "series_id": series }))
        .await
        .expect(201);
    let other = json!({ "title": "Elsewhere", "when": when(17) });
    publish_later(&app, &staff, other).await;
    let own = format!("/calendars/series/{series}.atom");
    assert_eq!(titles(&news(&app, &own).await), ["Hidden", "Shown"]);
    assert_eq!(titles(&news(&app, WORKSPACE).await), ["Elsewhere", "Hidden", "Shown"]);
    let before = news(&app, &own).await;
    app.pass(TimeDelta::minutes(1));
    staff.command(&hidden, "unpublish", json!({})).await;
    let after = news(&app, &own).await;
    assert_eq!(titles(&after), ["Shown"]);
    assert!(before["updated"].as_str() < after["updated"].as_str(), "who compares them takes the later one for it");
    assert_eq!(titles(&news(&app, WORKSPACE).await), ["Elsewhere", "Shown"]);
    for path in [own.as_str(), WORKSPACE] {
        // Nor is anything said to staff that others are not told.
        let answer = staff.owner.get(path).await.expect(200);
        assert_eq!(answer.text(), app.get(path).await.expect(200).text());
        assert!(!answer.text().contains(link) && !answer.text().contains("4711"), "{answer}");
    }
    let draft = staff.owner.post("/api/v1/series", json!({ "slug": "draft", "title": "Draft" })).await.expect(201).id();
    for path in
        [format!("series/{draft}"), "series/0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b".into(), "workspaces/none".into()]
    {
        app.get(&format!("/calendars/{path}.atom")).await.problem(404, "not_found");
    }
    app.deliver().await;
}

async fn any_text_can_stand_in_the_news(app: TestApp) {
    let staff = Staff::of(&app).await;
    let title = "</title><id>x</id> & \"quoted\" 'it' ]]> <![CDATA[ &lt; {{ x }} 老\u{ffff}虎";
    let hostile = json!({
        "title": title, "when": when(17), "keywords": ["\"/><x a=\"", "a&b"],
        "abstract": "]]></summary> & &amp; &#0; {% x %}\r\nnext \u{fffe}line",
    });
    let event = publish_later(&app, &staff, hostile).await;
    let name = "A & B \"C\" <author>";
    let organisation = format!("/api/v1/organisations/{}", staff.organisation);
    staff.owner.patch(&organisation, json!({ "name": name })).await.expect(200);
    let feed = news(&app, WORKSPACE).await;
    let [entry] = feed["entries"].as_array().unwrap().as_slice() else { panic!("{feed}") };
    assert_eq!(entry["id"], format!("urn:uuid:{}", event.id()));
    assert_eq!(entry["title"], "</title><id>x</id> & \"quoted\" 'it' ]]> <![CDATA[ &lt; {{ x }} 老虎");
    assert_eq!(entry["authors"], json!([name]));
    assert_eq!(entry["categories"], json!(["webinar", "\"/><x a=\"", "a&b"]));
    let summary = entry["summary"].as_str().unwrap();
    assert!(summary.ends_with("]]> & &amp; &#0; {% x %}\nnext line"), "{summary:?}");
}

async fn news_are_fetched_like_a_calendar(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("kept").await;
    let event = publish_later(&app, &staff, json!({ "title": "Kept", "when": when(17), "series_id": series })).await;
    let cost = async |path: &str| {
        let before = app.app().db().statements();
        let answer = app.get(path).await.expect(200);
        (app.app().db().statements() - before, answer)
    };
    for path in [WORKSPACE.to_owned(), format!("/calendars/series/{series}.atom")] {
        let (read, get) = cost(&path).await;
        app.pass(TimeDelta::seconds(61));
        let (kept, again) = cost(&path).await;
        assert!(kept + 5 <= read, "{read} statements, then {kept}");
        assert_eq!((get.text(), get.etag()), (again.text(), again.etag()));
        assert_eq!(get.header("content-type"), Some("application/atom+xml; charset=utf-8"));
        // There is one form of it, whatever is asked for.
        assert!(get.header("vary").unwrap().starts_with("accept-encoding,"), "{get}");
        assert!(get.header("content-disposition").unwrap().ends_with(".atom\""));
        // Whatever it is asked for as.
        assert_eq!(app.with("accept", "text/calendar").get(&path).await.expect(200).body, get.body);
        let head = app.head(&path).await.expect(200);
        assert_eq!((head.body.len(), head.etag()), (0, get.etag()));
        let modified = again.header("last-modified").unwrap().to_owned();
        app.with("if-none-match", &get.etag()).get(&path).await.expect(304);
        app.with("if-modified-since", &modified).get(&path).await.expect(304);
        app.pass(TimeDelta::minutes(1));
        staff.change(&event, json!({ "title": format!("Changed {}", path.len()) })).await;
        let changed = app.with("if-none-match", &get.etag()).get(&path).await.expect(200);
        assert_ne!(changed.etag(), get.etag());
        app.with("if-modified-since", &modified).get(&path).await.expect(200);
        // The calendar at the same address is another file.
        assert!(app.get(&path.replace(".atom", ".ics")).await.expect(200).text().starts_with("BEGIN:VCALENDAR"));
    }
}

async fn a_fault_is_no_empty_feed_of_news(app: TestApp) {
    let staff = Staff::of(&app).await;
    publish_later(&app, &staff, json!({ "title": "Sound", "when": when(17) })).await;
    let tag = app.get(WORKSPACE).await.expect(200).etag();
    super::serving::run_sql(&app, "UPDATE events SET timezone = 'Nowhere/Else'");
    // What is kept holds as long as nothing says that it changed; another process has nothing.
    let replica = app.replica();
    let answer = replica.get(WORKSPACE).await;
    answer.problem(503, "unavailable");
    assert!(answer.header("retry-after").is_some() && !answer.text().contains("<feed"));
    super::serving::run_sql(&app, "UPDATE events SET timezone = 'Europe/Berlin'");
    assert_eq!(titles(&news(&app, WORKSPACE).await), ["Sound"]);
    replica.get(WORKSPACE).await.expect(200);
    super::serving::run_sql(&app, "ALTER TABLE events RENAME TO lost");
    app.get(WORKSPACE).await.problem(503, "unavailable");
    assert_eq!(app.with("if-none-match", &tag).get(WORKSPACE).await.status, 503);
    super::serving::run_sql(&app, "ALTER TABLE lost RENAME TO events");
    app.get(WORKSPACE).await.expect(200);
}
