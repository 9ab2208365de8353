//! A workspace's own frontend: mails, calendars and structured data lead to it.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::parsers::read_calendar;
use crate::support::{TestApp, person};

both!(
    a_template_has_to_be_an_address,
    mails_and_calendars_lead_to_the_workspace_s_own_pages,
    only_another_page_of_events_is_news_to_calendars,
    without_templates_the_pages_are_ours,
);

const DEMO: &str = "/api/v1/workspaces/demo";

fn templates() -> Value {
    json!({
        "event": "https://www.cologne.example/events?id={event_id}",
        "registration": "https://www.cologne.example/my#{token}",
        "invitation": "https://www.cologne.example/speak/{token}",
        "unsubscribe": "https://www.cologne.example/stop/{token}",
    })
}

async fn entry(app: &TestApp, id: &str) -> Value {
    let calendar = app.get(&format!("/calendars/events/{id}.ics")).await.expect(200);
    read_calendar(calendar.text())["events"][0].clone()
}

async fn a_template_has_to_be_an_address(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    for (links, faults) in [
        (json!({ "event": "https://x.example/" }), vec![("/links/event", "url_invalid")]),
        (json!({ "event": "http://x.example/{event_id}" }), vec![("/links/event", "url_invalid")]),
        (json!({ "event": "https://{event_id}.example/" }), vec![("/links/event", "url_invalid")]),
        (json!({ "registration": "https://x.example/{event_id}" }), vec![("/links/registration", "url_invalid")]),
        (json!({ "registration": "javascript:{token}" }), vec![("/links/registration", "url_invalid")]),
        (json!({ "unsubscribe": "https://x.example/{token}\r\nX: 1" }), vec![("/links/unsubscribe", "url_invalid")]),
        (json!({ "join": "https://x.example/{token}" }), vec![("/links/join", "field_unknown")]),
        (json!({ "event": 7 }), vec![("/links/event", "field_type")]),
        (
            json!({ "event": "x", "invitation": "https://x.example/{token}", "registration": "y" }),
            vec![("/links/event", "url_invalid"), ("/links/registration", "url_invalid")],
        ),
    ] {
        owner.patch(DEMO, json!({ "links": links })).await.faults(&faults);
    }
    assert_eq!(owner.get(DEMO).await.at("/revision"), 1);
    let set = owner.patch(DEMO, json!({ "links": templates() })).await.expect(200);
    assert_eq!((set.at("/links"), set.at("/revision")), (templates(), json!(2)));
    // A frontend may read where its pages are.
    assert_eq!(app.get(DEMO).await.expect(200).at("/links"), templates());
    let one_less = owner.patch(DEMO, json!({ "links": { "event": null } })).await.expect(200);
    assert_eq!(one_less.at("/links").get("event"), None);
    assert_eq!(one_less.at("/links/registration"), templates()["registration"]);
    let on_this_machine = json!({ "links": { "event": "http://localhost:3000/e/{event_id}/{series_id}" } });
    owner.patch(DEMO, on_this_machine).await.expect(200);
    assert_eq!(owner.patch(DEMO, json!({ "links": null })).await.expect(200).at("/links"), json!({}));
}

async fn mails_and_calendars_lead_to_the_workspace_s_own_pages(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let any = event.owner.if_match("*");
    any.patch(DEMO, json!({ "links": templates() })).await.expect(200);
    let page = format!("https://www.cologne.example/events?id={}", event.id);
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mail = app.deliver().await.pop().unwrap();
    let own = mail.link("https://www.cologne.example/my#").to_owned();
    assert!(!mail.text.contains("/registrations/") && !mail.html.contains("/registrations/"), "{}", mail.text);
    assert!(mail.html.contains(&own), "{}", mail.html);
    // The frontend has the token and speaks to the API, and our own page is still there.
    let token = own.split_once('#').unwrap().1;
    let managed = app.get(&format!("/api/v1/registrations/manage/{token}")).await.expect(200);
    assert_eq!((managed.string("/links/page"), managed.string("/links/event")), (own.clone(), page.clone()));
    let shown = app.get(&format!("/registrations/{token}")).await.expect(200);
    assert!(shown.text().contains(&format!("<a href=\"{page}\">")), "{shown}");
    let (_, ics) = mail.calendar.clone().expect("a calendar entry");
    for entry in [read_calendar(&ics)["events"][0].clone(), entry(&app, &event.id).await] {
        assert_eq!(entry["url"], json!(page), "{entry}");
        assert!(entry["description"].as_str().unwrap().ends_with(&format!("\n\nMore: {page}")), "{entry}");
    }
    let data = app.get(&format!("/api/v1/events/{}/structured-data", event.id)).await.expect(200);
    assert_eq!(data.string("/url"), page);
    assert!(data.string("/@id").ends_with(&format!("/api/v1/events/{}", event.id)), "{data}");

    app.post(&format!("/api/v1/registrations/manage/{token}/cancel"), Value::Null).await.expect(200);
    let gone = app.deliver().await.pop().unwrap();
    assert!(gone.links().contains(&page.as_str()), "{}", gone.text);

    let speaker = json!({ "name": "Hans", "email": "hans@example.org" });
    let speaker = any.post("/api/v1/speakers", speaker).await.expect(201).id();
    let part = json!({ "speaker_id": speaker, "role": "panelist", "status": "tbc" });
    let part = any.post(&format!("/api/v1/events/{}/appearances", event.id), part).await.expect(201).id();
    any.post(&format!("/api/v1/appearances/{part}/invite"), json!({})).await.expect(200);
    let invitation = app.deliver().await.pop().unwrap();
    let token = invitation.link("https://www.cologne.example/speak/").rsplit('/').next().unwrap();
    app.get(&format!("/api/v1/invitations/{token}")).await.expect(200);
}

async fn without_templates_the_pages_are_ours(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let any = event.owner.if_match("*");
    let base = format!("http://{}", app.address());
    let ours = format!("{base}/events/{}", event.id);
    assert_eq!(entry(&app, &event.id).await["url"], json!(ours));
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mail = app.deliver().await.pop().unwrap();
    app.get(mail.link(&format!("{base}/registrations/"))).await.expect(200);
    // An event without a series has no address under one.
    let template = json!({ "links": { "event": "https://x.example/{series_id}/{event_id}" } });
    any.patch(DEMO, template).await.expect(200);
    assert_eq!(entry(&app, &event.id).await["url"], json!(ours));
    let series = any.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    any.patch(&format!("/api/v1/events/{}", event.id), json!({ "series_id": series })).await.expect(200);
    assert_eq!(entry(&app, &event.id).await["url"], json!(format!("https://x.example/{series}/{}", event.id)));
    // Another workspace is not concerned.
    let second = app.other_workspace("second").await;
    assert_eq!(app.staff_of(&second, Role::Owner).await.get("/api/v1/workspaces/second").await.at("/links"), json!({}));
}

async fn only_another_page_of_events_is_news_to_calendars(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let any = event.owner.if_match("*");
    let path = format!("/api/v1/events/{}", event.id);
    let feed = "/calendars/workspaces/demo.ics";
    let mut read = app.get(feed).await.expect(200);
    let state = async || {
        let event = event.owner.get(&path).await.expect(200);
        (event.at("/sequence").as_i64().unwrap(), event.at("/revision").as_i64().unwrap(), event.at("/updated_at"))
    };
    for (patch, is_news) in [
        (json!({ "links": templates() }), true),
        (json!({ "links": templates(), "sender_name": "Team" }), false),
        (json!({ "links": { "registration": null, "unsubscribe": null } }), false),
        (json!({ "links": { "event": "https://x.example/{event_id}" } }), true),
        (json!({ "links": null }), true),
        (json!({ "links": null }), false),
    ] {
        let before = state().await;
        app.pass(TimeDelta::minutes(1));
        let changed = any.patch(DEMO, patch.clone()).await.expect(200);
        let after = state().await;
        let again = app.get(feed).await.expect(200);
        if is_news {
            assert_eq!(after, (before.0 + 1, before.1 + 1, changed.at("/updated_at")), "{patch}");
            assert_ne!((again.etag(), again.header("last-modified")), (read.etag(), read.header("last-modified")));
        } else {
            assert_eq!(after, before, "{patch}");
            assert_eq!(again.etag(), read.etag(), "{patch}");
        }
        read = again;
    }
    // What is refused is no news either.
    let before = state().await;
    any.patch(DEMO, json!({ "links": { "event": "x" } })).await.faults(&[("/links/event", "url_invalid")]);
    assert_eq!(state().await, before);
}
