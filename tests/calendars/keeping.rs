//! What a feed costs, how patiently its address is read, and what is none of its readers' business.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Calendar, EVENTS, Staff, feed_of};
use crate::support::{Answer, TestApp, busy_programme};

both!(
    a_crowd_is_served_what_is_written_once,
    an_address_is_read_with_patience,
    drafts_are_nothing_to_readers,
    one_feed_is_kept_once_whatever_leads_to_it,
    sessions_of_many_events_have_a_limit,
    sessions_show_their_own_recordings,
);

const WORKSPACE: &str = "/calendars/workspaces/demo.ics";

fn when(day: u32) -> Value {
    json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H30M" })
}

/// How many statements a request costs, and its answer.
async fn cost(app: &TestApp, path: &str) -> (u64, Answer) {
    let before = app.app().db().statements();
    let answer = app.get(path).await.expect(200);
    (app.app().db().statements() - before, answer)
}

async fn a_crowd_is_served_what_is_written_once(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("busy").await;
    let ids = staff.publish_many(&app, &series, busy_programme(100, 4)).await;
    let path = format!("/calendars/series/{series}.ics");
    let written = cost(&app, &path).await.0;
    let kept = cost(&app, &path).await.0;
    assert!(kept + 5 <= written, "{written} statements, then {kept}");
    let title = json!({ "title": "All come for this" });
    staff.owner.patch(&format!("{EVENTS}/{}", ids[0]), title).await.expect(200);
    let before = app.app().db().statements();
    let answers = join_all((0..30).map(|_| app.get(&path))).await;
    let all = app.app().db().statements() - before;
    // Who has to wait looks twice, and reads nothing else.
    assert!(all <= written + 29 * 2 * kept, "{all} statements, where one costs {written}, and {kept} when it is kept");
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (200, &answers[0].body));
        assert!(answer.text().contains("All come for this"));
    }
}

async fn one_feed_is_kept_once_whatever_leads_to_it(app: TestApp) {
    let staff = Staff::of(&app).await;
    staff.publish(json!({ "when": when(17), "languages": ["en"] })).await;
    let id = app.workspace().id;
    for (first, others) in [
        ("", ["?", "?kind=&language=", "?tentative=no"]),
        ("?language=en", ["?language=EN", "?language=de&language=en", "?utm_source=x&language=en"]),
    ] {
        let (written, answer) = cost(&app, &format!("{WORKSPACE}{first}")).await;
        assert!(answer.text().contains("BEGIN:VEVENT"));
        for other in others
            .iter()
            .flat_map(|query| [format!("{WORKSPACE}{query}"), format!("/calendars/workspaces/{id}.ics{query}")])
        {
            let (kept, same) = cost(&app, &other).await;
            assert!(kept + 5 <= written, "{other}: {written} statements, then {kept}");
            assert_eq!(same.body, answer.body, "{other}");
        }
    }
    // Whatever is made up finds nothing, and nothing is kept of it.
    for made_up in ["?language=tlh", "?language=en-x-1", "?language=en-x-2"] {
        let address = format!("{WORKSPACE}{made_up}");
        let (first, answer) = cost(&app, &address).await;
        assert!(!answer.text().contains("BEGIN:VEVENT"));
        assert_eq!(cost(&app, &address).await.0, first, "{made_up}");
    }
}

async fn an_address_is_read_with_patience(app: TestApp) {
    let staff = Staff::of(&app).await;
    staff.publish(json!({ "title": "Known", "when": when(17), "languages": ["en"] })).await;
    let vague = staff.publish(json!({ "title": "Vague", "when": { "edtf": "2022-05" } })).await;
    let titles = async |path: &str| {
        let answer = app.get(path).await.expect(200);
        let mut all = Calendar::read(answer.text()).events;
        all.sort_by_key(|event| event["summary"].as_str().map(str::to_owned));
        all.into_iter().map(|event| event["summary"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("?tentative=yes", &["Known"][..]),
        ("?tentative=1&tentative=0&sessions=2", &["Known"]),
        ("?tentative=0&tentative=1&sessions", &["Known", "Vague"]),
        ("?tentative=true&%FF=%zz&&", &["Known", "Vague"]),
        ("?tentative=1&kind=party&kind=webinar&language=", &["Known", "Vague"]),
        ("?tentative=1&language=x&language=EN", &["Known"]),
    ] {
        assert_eq!(titles(&format!("{WORKSPACE}{query}")).await, expected, "{query}");
    }
    assert_eq!(titles(&format!("{}?tentative=2&tentative=1", feed_of(&vague))).await, ["Vague"]);
    // What chooses the events has to be right: to take it as it is would empty calendars.
    for wrong in ["kind=party", "language=english", "language=en_GB", "organisation=x", "language=en&language=*"] {
        app.get(&format!("{WORKSPACE}?{wrong}")).await.problem(400, "malformed_query");
    }
    let unknown = "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";
    app.get(&format!("{WORKSPACE}?organisation={unknown}")).await.problem(404, "not_found");
    assert_eq!(titles(&format!("{WORKSPACE}?organisation={}", staff.organisation)).await, ["Known"]);
    let second = app.other_workspace("second").await;
    app.get(&format!("/calendars/workspaces/{}.ics?organisation={}", second.slug, staff.organisation))
        .await
        .problem(404, "not_found");
}

async fn drafts_are_nothing_to_readers(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("shown").await;
    let event = staff.publish(json!({ "when": when(17), "series_id": series })).await;
    let hidden = json!({ "slug": "hidden", "title": "Hidden" });
    let hidden = staff.owner.post("/api/v1/series", hidden).await.expect(201).id();
    let draft = json!({ "kind": "webinar", "title": "Draft", "when": when(18), "series_id": hidden });
    let draft = staff.owner.post(EVENTS, draft).await.expect(201).id();
    let own = json!({ "kind": "webinar", "title": "Draft", "when": when(18), "series_id": series });
    let own = staff.owner.post(EVENTS, own).await.expect(201).id();
    let feeds = ["ics", "atom"].map(|form| format!("/calendars/series/{series}.{form}"));
    let feeds = feeds.into_iter().chain(["ics", "atom"].map(|form| WORKSPACE.replace("ics", form)));
    let feeds: Vec<String> = feeds.chain([feed_of(&event)]).collect();
    app.pass(TimeDelta::minutes(10));
    let read = async || {
        let mut all = Vec::new();
        for (path, accept) in
            feeds.iter().flat_map(|path| [(path, "text/calendar"), (path, "application/jscalendar+json")])
        {
            let answer = app.with("accept", accept).get(path).await.expect(200);
            let modified = answer.header("last-modified").map(str::to_owned);
            assert!(modified.is_some(), "{path}");
            all.push((path.clone(), accept, answer.etag(), modified, answer.text().to_owned()));
        }
        all
    };
    let before = read().await;
    for (target, body) in [
        (format!("{EVENTS}/{draft}"), json!({ "title": "Still a draft" })),
        (format!("{EVENTS}/{own}"), json!({ "title": "Still a draft" })),
        (format!("/api/v1/series/{hidden}"), json!({ "title": "Still hidden" })),
    ] {
        staff.owner.patch(&target, body).await.expect(200);
        app.pass(TimeDelta::minutes(10));
        assert_eq!(read().await, before, "{target}");
    }
    // What is shown, or was, is their business.
    let public = staff.publish(json!({ "title": "Beside it", "when": when(19) })).await;
    app.pass(TimeDelta::minutes(10));
    let added = read().await;
    staff.command(&public, "unpublish", json!({})).await;
    app.pass(TimeDelta::minutes(10));
    let removed = read().await;
    for index in 0..before.len() {
        let (path, ..) = &before[index];
        let is_there = path.contains("workspaces");
        assert_eq!(
            [&added, &removed].map(|all| all[index].3 != before[index].3),
            [!path.contains("events"); 2],
            "{path}"
        );
        assert_eq!(added[index].2 != before[index].2, is_there, "{path}");
        assert_eq!(removed[index].3 != added[index].3, !path.contains("events"), "{path}");
    }
    assert!(app.deliver().await.is_empty(), "nobody registered");
}

async fn sessions_of_many_events_have_a_limit(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("long").await;
    let details = (1..=26).map(|day| json!({ "title": format!("Day {day:02}"), "when": when(day) }));
    let ids = staff.publish_many(&app, &series, details.collect()).await;
    for (id, day) in ids.iter().zip(1..) {
        let minute = |minute: u32| format!("2022-03-{day:02}T16:{minute:02}");
        let sessions = (0..40).map(|at| {
            json!({ "kind": "talk", "title": format!("Talk {at}"), "local_start": minute(at), "local_end": minute(at + 1) })
        });
        let agenda = json!({ "sessions": sessions.collect::<Vec<Value>>() });
        staff.owner.put(&format!("{EVENTS}/{id}/agenda"), agenda).await.expect(200);
    }
    // Of a workspace what is farthest away is left out, of a series what was first, as with too many events.
    for (path, missing) in [(WORKSPACE.to_owned(), "Day 26"), (format!("/calendars/series/{series}.ics"), "Day 01")] {
        let answer = app.get(&format!("{path}?sessions=1")).await.expect(200);
        let text = answer.text().replace("\r\n ", "");
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 1_000, "{path}");
        for day in 1..=26 {
            let title = format!("Day {day:02}");
            let count = text.matches(&format!(" – {title}\r\n")).count();
            assert_eq!(count, if title == missing { 0 } else { 40 }, "{path} {title}");
        }
        assert_eq!(app.get(&path).await.expect(200).text().matches("BEGIN:VEVENT").count(), 26);
    }
}

async fn sessions_show_their_own_recordings(app: TestApp) {
    let staff = Staff::of(&app).await;
    let event = staff.publish(json!({ "when": when(17) })).await;
    let path = format!("{EVENTS}/{}", event.id());
    let mut sessions = Vec::new();
    for (title, start) in [("Opening", "16:00"), ("Closing", "16:30")] {
        let start = format!("2022-03-17T{start}");
        let talk = json!({ "kind": "talk", "title": title, "local_start": start, "duration": "PT15M" });
        sessions.push(staff.owner.post(&format!("{path}/sessions"), talk).await.expect(201).id());
    }
    let material = |kind: &str, name: &str, visibility: &str| json!({ "kind": kind, "title": name, "url": format!("https://media.example/{name}"), "visibility": visibility });
    for (target, body) in [
        (format!("/api/v1/sessions/{}/materials", sessions[1]), material("recording", "closing", "public")),
        (format!("/api/v1/sessions/{}/materials", sessions[0]), material("report", "opening", "public")),
        (format!("/api/v1/sessions/{}/materials", sessions[0]), material("recording", "secret", "registrants")),
        (format!("/api/v1/sessions/{}/materials", sessions[0]), material("slides", "slides", "public")),
        (format!("{path}/materials"), material("recording", "whole", "public")),
    ] {
        staff.owner.post(&target, body).await.expect(201);
    }
    let more = format!("More: http://{}/events/{}", app.address(), event.id());
    let said = async |feed: String| -> Vec<String> {
        let calendar = super::feed(&app, &feed).await;
        let text = |event: &Value| event["description"].as_str().unwrap().to_owned();
        let paragraph = |text: String| text.split("\n\n").filter(|part| part.contains("media.example")).collect();
        assert!(calendar.events.iter().all(|event| text(event).ends_with(&more)));
        calendar.events.iter().map(text).map(paragraph).collect()
    };
    let whole = "Recording: https://media.example/whole\nReport: https://media.example/opening (Opening)\n\
                 Recording: https://media.example/closing (Closing)";
    assert_eq!(said(feed_of(&event)).await, [whole]);
    let (opening, closing) = ("Report: https://media.example/opening", "Recording: https://media.example/closing");
    assert_eq!(said(format!("{}?sessions=1", feed_of(&event))).await, [opening, closing]);
    assert_eq!(said(format!("/calendars/sessions/{}.ics", sessions[1])).await, [closing]);
    // Of many, each says less.
    let brief = whole.rsplit_once('\n').unwrap().0;
    assert_eq!(said(WORKSPACE.to_owned()).await, [brief]);
    assert!(app.deliver().await.is_empty(), "nobody registered");
}
