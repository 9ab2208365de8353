//! From the mail into the meeting, and who was there.

mod counting;
mod standing;

use plenary::http::{Links, Purpose};
use serde_json::{Value, json};

use crate::support::{Answer, Mail, OpenEvent, TestApp, person};

both!(
    a_link_leads_into_the_meeting_in_its_time,
    a_passcode_is_given_with_the_way_in,
    a_series_says_when_its_events_open,
    a_whole_day_is_open_all_day,
    nobody_looking_is_no_visit,
    the_address_may_follow,
);

const MEETING: &str = "https://meet.example.org/j/123456789?pwd=a&x=%22";

/// An event without a passcode: its links lead straight into the meeting.
async fn direct_event(app: &TestApp, more: Value) -> OpenEvent {
    let mut details = json!({ "virtual_location": { "platform": "Zoom", "join_url": MEETING } });
    details.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.open_event(details).await
}

/// Registers people, and returns their mails in that order.
async fn register_all(app: &TestApp, event: &OpenEvent, names: &[&str]) -> Vec<Mail> {
    for name in names {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    app.deliver().await
}

fn set(app: &TestApp, instant: &str) {
    app.clock().set(instant.parse().unwrap());
}

/// One registration as the staff see it.
async fn seen(event: &OpenEvent, index: usize) -> Value {
    event.owner.get(&event.registrations).await.expect(200).at(&format!("/items/{index}"))
}

/// The link of a registration, whether or not it was sent to anybody.
fn link_of(registration: &Value, version: i32) -> String {
    let links = Links::new(b"0123456789abcdef0123456789abcdef".to_vec().into(), "");
    let id = registration["id"].as_str().unwrap().parse().unwrap();
    format!("/join/{}", links.token(Purpose::Join, id, version))
}

/// Insists on a page of this status whose heading is this, and returns its text.
#[track_caller]
fn page(answer: &Answer, status: u16, heading: &str) -> String {
    assert_eq!(answer.status, status, "{answer}");
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer}");
    let text = answer.text().split("</style>").nth(1).unwrap().to_owned();
    assert!(text.contains(&format!("<h1>{heading}</h1>")), "{text}");
    text
}

#[track_caller]
fn leads_there(answer: &Answer, address: &str) {
    assert_eq!((answer.status, answer.header("location")), (303, Some(address)), "{answer}");
    assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.body, b"");
}

async fn a_link_leads_into_the_meeting_in_its_time(app: TestApp) {
    let event = direct_event(&app, json!({})).await;
    let ada = json!({
        "name": "Ada", "email": "ada@example.org", "timezone": "America/New_York", "language": "en", "consent": true,
    });
    app.post(&event.registrations, ada).await.expect(201);
    let mails = app.deliver().await;
    let join = mails[0].link("/join/").to_owned();
    let before = seen(&event, 0).await;
    assert_eq!(join, format!("http://{}{}", app.address(), link_of(&before, 1)));
    assert_eq!((&before["joined_at"], &before["joined_count"]), (&Value::Null, &json!(0)));
    for time in ["2022-02-01T09:00:00Z", "2022-03-17T14:29:59Z"] {
        set(&app, time);
        let text = page(&app.get(&join).await, 409, "The event has not begun");
        for said in [
            "Thursday 17 March 2022, 15:30 (Europe/Berlin, UTC+01:00)",
            "Thursday 17 March 2022, 10:30 (America/New_York, UTC-04:00)",
            "Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)",
            "Thursday 17 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert!(!text.contains("meet.example.org"), "{text}");
    }
    let path = format!("/api/v1/registrations/{}", before["id"].as_str().unwrap());
    let tag = event.owner.get(&path).await.expect(200).etag();
    assert_eq!(seen(&event, 0).await, before, "nothing came of looking");
    set(&app, "2022-03-17T14:30:00Z");
    leads_there(&app.get(&join).await, MEETING);
    set(&app, "2022-03-17T17:29:59Z");
    leads_there(&app.get(&join).await, MEETING);
    set(&app, "2022-03-17T17:30:00Z");
    let text = page(&app.get(&join).await, 409, "The event is over");
    assert!(!text.contains("meet.example.org"), "{text}");
    // Two visits, which stand beside the registration: it is as it was.
    let after = event.owner.get(&path).await.expect(200);
    let mut expected = before.clone();
    expected["joined_at"] = json!("2022-03-17T14:30:00Z");
    expected["last_joined_at"] = json!("2022-03-17T17:29:59Z");
    expected["joined_count"] = json!(2);
    assert_eq!(after.json(), expected);
    assert_ne!(after.etag(), tag);
    let joined = after.string("/joined_at");
    let timeline = event.owner.get(&format!("{path}/timeline")).await.expect(200);
    let items = timeline.at("/items");
    let entry = items.as_array().unwrap().iter().find(|entry| entry["what"] == "joined").expect("an entry");
    assert_eq!((&entry["at"], &entry["actor"]), (&json!(joined), &Value::Null));
    let table = event.owner.with("accept", "text/csv").get(&event.registrations).await.expect(200);
    assert!(table.text().lines().nth(1).unwrap().contains(&format!(",{joined},")), "{table}");
    let managed = app.get(mails[0].link("/manage/")).await.expect(200);
    assert_eq!(managed.string("/links/join"), join);
}

async fn nobody_looking_is_no_visit(app: TestApp) {
    let event = direct_event(&app, json!({})).await;
    let mails = register_all(&app, &event, &["ada"]).await;
    let join = mails[0].link("/join/");
    for scanner in [&*app, &app.with("accept", "*/*").with("user-agent", "scanner")] {
        assert_eq!(scanner.head(join).await.status, 409);
        assert_eq!(scanner.get(join).await.status, 409);
    }
    set(&app, "2022-03-17T15:00:00Z");
    leads_there(&app.head(join).await, MEETING);
    for name in ["sec-purpose", "purpose", "x-moz"] {
        leads_there(&app.with(name, "prefetch").get(join).await, MEETING);
    }
    app.post(join, json!({})).await.problem(405, "method_not_allowed");
    assert_eq!(seen(&event, 0).await["joined_count"], 0);
    leads_there(&app.get(join).await, MEETING);
    assert_eq!(seen(&event, 0).await["joined_count"], 1);
}

async fn a_passcode_is_given_with_the_way_in(app: TestApp) {
    let passcode = "<b>29&48\"";
    let place = json!({ "platform": "Zoom", "join_url": MEETING, "passcode": passcode });
    let event = app.open_event(json!({ "virtual_location": place })).await;
    let mails = register_all(&app, &event, &["ada"]).await;
    let join = mails[0].link("/join/");
    assert!(mails[0].text.contains(passcode), "{}", mails[0].text);
    let early = page(&app.get(join).await, 409, "The event has not begun");
    assert!(!early.contains("48&quot;") && !early.contains("meet.example.org"), "{early}");
    set(&app, "2022-03-17T15:00:00Z");
    let text = page(&app.get(join).await, 200, "Join the event");
    assert!(text.contains("<dd>&lt;b&gt;29&amp;48&quot;</dd>"), "{text}");
    let way = "<a class=\"button\" href=\"https://meet.example.org/j/123456789?pwd=a&amp;x=%22\" rel=\"noreferrer\">";
    assert!(text.contains(way), "{text}");
    assert_eq!(seen(&event, 0).await["joined_count"], 1);
    let german = page(&app.get(&format!("{join}?lang=de")).await, 200, "Zur Veranstaltung");
    assert!(german.contains("Kenncode"), "{german}");
    assert_eq!(app.head(join).await.expect(200).header("referrer-policy"), Some("no-referrer"));
    assert_eq!(seen(&event, 0).await["joined_count"], 2);
}

async fn a_series_says_when_its_events_open(app: TestApp) {
    let owner = app.staff(plenary::accounts::Role::Owner).await.if_match("*");
    let series = json!({ "slug": "s", "title": "S", "registration": { "join_opens_before": "PT2H" } });
    let series = owner.post("/api/v1/series", series).await.expect(201).id();
    let event = direct_event(&app, json!({ "series_id": series })).await;
    let mails = register_all(&app, &event, &["ada"]).await;
    let join = mails[0].link("/join/");
    let path = format!("/api/v1/events/{}", event.id);
    assert_eq!(app.get(&path).await.at("/registration/join_opens_before"), "PT2H");
    set(&app, "2022-03-17T12:59:59Z");
    page(&app.get(join).await, 409, "The event has not begun");
    set(&app, "2022-03-17T13:00:00Z");
    leads_there(&app.get(join).await, MEETING);
    // The event says something else, and the series takes nothing of that back.
    owner.patch(&path, json!({ "registration": { "join_opens_before": "PT0S" } })).await.expect(200);
    page(&app.get(join).await, 409, "The event has not begun");
    set(&app, "2022-03-17T15:00:00Z");
    leads_there(&app.get(join).await, MEETING);
    for wrong in ["half an hour", "P1M", "P7DT1S", "-PT5M", ""] {
        let policy = json!({ "registration": { "join_opens_before": wrong } });
        let at = "/registration/join_opens_before";
        owner.patch(&path, policy.clone()).await.faults(&[(at, "duration_invalid")]);
        owner.patch(&format!("/api/v1/series/{series}"), policy).await.faults(&[(at, "duration_invalid")]);
    }
    owner.patch(&path, json!({ "registration": { "join_opens_before": "P7D" } })).await.expect(200);
}

async fn a_whole_day_is_open_all_day(app: TestApp) {
    let event = direct_event(&app, json!({ "when": { "edtf": "2022-03-17" } })).await;
    let mails = register_all(&app, &event, &["ada"]).await;
    let join = mails[0].link("/join/");
    set(&app, "2022-03-16T23:29:59Z");
    let text = page(&app.get(join).await, 409, "The event has not begun");
    assert!(text.contains("Thursday 17 March 2022, 00:30 (Europe/Berlin, UTC+01:00)"), "{text}");
    for time in ["2022-03-16T23:30:00Z", "2022-03-18T11:59:59Z"] {
        set(&app, time);
        leads_there(&app.get(join).await, MEETING);
    }
    set(&app, "2022-03-18T12:00:00Z");
    page(&app.get(join).await, 409, "The event is over");
}

async fn the_address_may_follow(app: TestApp) {
    let event = app.open_event(json!({ "virtual_location": { "platform": "Zoom" } })).await;
    let mails = register_all(&app, &event, &["ada"]).await;
    // The link is sent all the same: it will lead there.
    let join = mails[0].link("/join/");
    page(&app.get(join).await, 409, "The event has not begun");
    set(&app, "2022-03-17T15:00:00Z");
    page(&app.get(join).await, 409, "The link follows");
    assert_eq!(seen(&event, 0).await["joined_count"], 0);
    let any = event.owner.if_match("*");
    let place = json!({ "virtual_location": { "join_url": "https://meet.example.org/späť" } });
    any.patch(&format!("/api/v1/events/{}", event.id), place).await.expect(200);
    leads_there(&app.get(join).await, "https://meet.example.org/sp%C3%A4%C5%A5");
    // An event on site only has no way in.
    let hall = json!({ "virtual_location": null, "venue": { "name": "Rathaus" }, "attendance_mode": "in_person" });
    let on_site = app.open_event(hall).await;
    let mails = register_all(&app, &on_site, &["bo"]).await;
    assert!(!mails[0].text.contains("/join/"), "{}", mails[0].text);
    assert_eq!(app.get(mails[0].link("/manage/")).await.at("/links/join"), Value::Null);
}
