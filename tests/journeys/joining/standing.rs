//! What a link leads to, by where its registration stands.

use chrono::TimeDelta;
use plenary::http::{Links, Purpose};
use serde_json::{Value, json};

use super::{MEETING, direct_event, leads_there, link_of, page, register_all, seen, set};
use crate::support::{Answer, OpenEvent, TestApp, person};

both!(
    a_cancellation_closes_the_way,
    a_page_speaks_the_readers_language,
    a_replaced_link_is_gone,
    what_is_no_link_leads_nowhere,
    who_comes_for_the_recording_gets_it,
    who_has_no_seat_gets_in_at_no_time,
    who_was_there_finds_the_recording,
);

/// Insists on the page of a problem.
#[track_caller]
fn gone(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{answer}");
    assert!(answer.text().contains(&format!("<code>{code}</code>")), "{answer}");
    for secret in ["meet.example.org", "Local complaint"] {
        assert!(!answer.text().contains(secret), "{answer}");
    }
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

async fn who_has_no_seat_gets_in_at_no_time(app: TestApp) {
    let full = direct_event(&app, json!({ "capacity": 1 })).await;
    register_all(&app, &full, &["ada", "bo", "cy"]).await;
    let approval = direct_event(&app, json!({ "registration": { "approval": true } })).await;
    let verified = direct_event(&app, json!({ "registration": { "verification": true } })).await;
    for event in [&approval, &verified] {
        register_all(&app, event, &["ada"]).await;
    }
    let any = full.owner.if_match("*");
    let ada = seen(&full, 0).await;
    set(&app, "2022-03-17T13:00:00Z");
    any.post(&format!("/api/v1/registrations/{}/cancel", ada["id"].as_str().unwrap()), Value::Null).await.expect(200);
    let cases: [(&OpenEvent, usize, &str, &str); 4] = [
        (&full, 1, "offered", "A seat is held for you."),
        (&full, 2, "waitlisted", "You are on the waiting list."),
        (&approval, 0, "pending_approval", "have not yet decided"),
        (&verified, 0, "pending_verification", "confirm your address"),
    ];
    for time in ["2022-03-17T13:30:00Z", "2022-03-17T14:45:00Z", "2022-03-17T16:45:00Z", "2022-03-18T16:00:00Z"] {
        set(&app, time);
        for (event, index, state, said) in cases {
            let registration = seen(event, index).await;
            assert_eq!(registration["state"], state);
            let text = page(&app.get(&link_of(&registration, 1)).await, 409, "You have no seat yet");
            assert!(text.contains(said) && !text.contains("meet.example.org"), "{text}");
            assert_eq!(seen(event, index).await["joined_count"], 0);
        }
        gone(&app.get(&link_of(&ada, 1)).await, 410, "registration_ended");
    }
    any.post(&format!("/api/v1/registrations/{}/reject", seen(&approval, 0).await["id"].as_str().unwrap()), json!({}))
        .await
        .expect(200);
    gone(&app.get(&link_of(&seen(&approval, 0).await, 1)).await, 410, "registration_ended");
    app.deliver().await;
    for (event, index) in [(&full, 1), (&verified, 0)] {
        let registration = seen(event, index).await;
        assert_eq!(registration["state"], "expired");
        gone(&app.get(&link_of(&registration, 1)).await, 410, "registration_ended");
    }
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_cancellation_closes_the_way(app: TestApp) {
    let event = direct_event(&app, json!({})).await;
    let mails = register_all(&app, &event, &["ada", "bo"]).await;
    let (ada, bo) = (mails[0].link("/join/"), mails[1].link("/join/"));
    set(&app, "2022-03-17T15:00:00Z");
    leads_there(&app.get(ada).await, MEETING);
    app.post(&format!("{}/cancel", mails[0].link("/manage/")), Value::Null).await.expect(200);
    gone(&app.get(ada).await, 410, "registration_ended");
    assert_eq!(app.head(ada).await.status, 410);
    leads_there(&app.get(bo).await, MEETING);
    let any = event.owner.if_match("*");
    let path = format!("/api/v1/events/{}", event.id);
    let quiet = || json!({ "notify": false });
    any.post(&format!("{path}/cancel"), quiet()).await.expect(200);
    for time in ["2022-03-17T15:00:00Z", "2022-03-17T17:30:00Z", "2022-03-17T14:00:00Z"] {
        set(&app, time);
        for link in [ada, bo] {
            gone(&app.get(link).await, 410, "event_cancelled");
        }
    }
    set(&app, "2022-03-17T15:10:00Z");
    any.post(&format!("{path}/reinstate"), quiet()).await.expect(200);
    leads_there(&app.get(bo).await, MEETING);
    any.post(&format!("{path}/postpone"), quiet()).await.expect(200);
    page(&app.get(bo).await, 409, "No time is fixed");
    any.post(&format!("{path}/unpublish"), quiet()).await.expect(200);
    gone(&app.get(bo).await, 409, "not_possible_now");
    assert_eq!(
        (seen(&event, 0).await["joined_count"].clone(), seen(&event, 1).await["joined_count"].clone()),
        (json!(1), json!(2))
    );
    app.deliver().await;
}

async fn a_replaced_link_is_gone(app: TestApp) {
    let event = direct_event(&app, json!({})).await;
    let mails = register_all(&app, &event, &["ada"]).await;
    let path = format!("/api/v1/registrations/{}", seen(&event, 0).await["id"].as_str().unwrap());
    event.owner.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    let second = app.deliver().await;
    let any = event.owner.if_match("*");
    any.patch(&path, json!({ "email": "ada@example.net" })).await.expect(200);
    let third = app.deliver().await;
    assert_eq!((second[0].to.as_str(), third[0].to.as_str()), ("ada@example.org", "ada@example.net"));
    set(&app, "2022-03-17T15:00:00Z");
    for old in [&mails[0], &second[0]] {
        gone(&app.get(old.link("/join/")).await, 410, "link_revoked");
    }
    assert_eq!(seen(&event, 0).await["joined_count"], 0);
    leads_there(&app.get(third[0].link("/join/")).await, MEETING);
}

async fn what_is_no_link_leads_nowhere(app: TestApp) {
    let event = direct_event(&app, json!({})).await;
    let mails = register_all(&app, &event, &["ada"]).await;
    set(&app, "2022-03-17T15:00:00Z");
    let manage = mails[0].link("/manage/").rsplit('/').next().unwrap();
    let id = seen(&event, 0).await["id"].as_str().unwrap().parse().unwrap();
    let stranger = Links::new(vec![7; 32].into(), "").token(Purpose::Join, id, 1);
    let nobody =
        Links::new(b"0123456789abcdef0123456789abcdef".to_vec().into(), "").token(Purpose::Join, uuid_of_nothing(), 1);
    for wrong in [manage, "x", &"A".repeat(64), &stranger, &nobody, &link_of(&seen(&event, 0).await, 2)[6..]] {
        gone(&app.get(&format!("/join/{wrong}")).await, 404, "not_found");
    }
    assert_eq!(seen(&event, 0).await["joined_count"], 0);
}

fn uuid_of_nothing() -> uuid::Uuid {
    "017eb483-2280-7000-8000-000000000000".parse().unwrap()
}

async fn who_comes_for_the_recording_gets_it(app: TestApp) {
    let event = direct_event(&app, json!({ "registration": { "recording": true } })).await;
    let mut ada = person("Ada", "ada@example.org");
    ada["attendance"] = json!("recording");
    app.post(&event.registrations, ada).await.expect(201);
    let mails = app.deliver().await;
    assert!(!mails[0].text.contains("/join/"), "{}", mails[0].text);
    let link = link_of(&seen(&event, 0).await, 1);
    let recording = json!({
        "kind": "recording", "title": "All <of> it", "url": "https://video.example.org/1?a=1&b=2",
        "visibility": "registrants", "available_from": "2022-03-20T00:00:00Z",
    });
    let slides = json!({ "kind": "slides", "title": "Slides", "url": "https://video.example.org/slides" });
    let staff = json!({
        "kind": "recording", "title": "Raw", "url": "https://video.example.org/raw", "visibility": "staff",
    });
    for material in [recording, slides, staff] {
        event.owner.post(&format!("/api/v1/events/{}/materials", event.id), material).await.expect(201);
    }
    for time in ["2022-02-01T09:00:00Z", "2022-03-17T15:00:00Z", "2022-03-19T23:59:59Z"] {
        set(&app, time);
        let text = page(&app.get(&link).await, 409, "The recording");
        assert!(text.contains("as soon as it is available") && !text.contains("video.example.org"), "{text}");
        assert!(!text.contains("meet.example.org"), "{text}");
    }
    set(&app, "2022-03-20T00:00:00Z");
    let text = page(&app.get(&link).await, 200, "The recording");
    let way = "<a href=\"https://video.example.org/1?a=1&amp;b=2\" rel=\"noreferrer\">All &lt;of&gt; it</a>";
    assert!(text.contains(way) && text.matches("video.example.org").count() == 1, "{text}");
    assert_eq!(seen(&event, 0).await["joined_count"], 0);
    app.deliver().await;
}

async fn who_was_there_finds_the_recording(app: TestApp) {
    let event = direct_event(&app, json!({})).await;
    let mails = register_all(&app, &event, &["ada"]).await;
    let recording = json!({
        "kind": "recording", "title": "All of it", "url": "https://video.example.org/1", "visibility": "registrants",
    });
    event.owner.post(&format!("/api/v1/events/{}/materials", event.id), recording).await.expect(201);
    let early = page(&app.get(mails[0].link("/join/")).await, 409, "The event has not begun");
    assert!(!early.contains("video.example.org"), "{early}");
    set(&app, "2022-03-17T17:30:00Z");
    let late = page(&app.get(mails[0].link("/join/")).await, 200, "The event is over");
    assert!(late.contains("href=\"https://video.example.org/1\""), "{late}");
    // So does who did not come.
    event.owner.post(&format!("{}/close", event.registrations), Value::Null).await.expect(200);
    set(&app, "2022-03-17T16:45:00Z");
    let missed = page(&app.get(mails[0].link("/join/")).await, 200, "The event is over");
    assert_eq!((missed, seen(&event, 0).await["state"].clone()), (late, json!("no_show")));
    app.pass(TimeDelta::hours(1));
    app.deliver().await;
}

async fn a_page_speaks_the_readers_language(app: TestApp) {
    let event = direct_event(&app, json!({})).await;
    let mut ada = person("Ada", "ada@example.org");
    ada["language"] = json!("fr");
    app.post(&event.registrations, ada).await.expect(201);
    let mails = app.deliver().await;
    let join = mails[0].link("/join/");
    let french = page(&app.with("accept-language", "de").get(join).await, 409, "L’événement n’a pas commencé");
    assert!(french.contains("Ouverture: jeudi 17 mars 2022"), "{french}");
    for (language, heading) in [
        ("en", "The event has not begun"),
        ("de", "Die Veranstaltung hat noch nicht begonnen"),
        ("nl", "Het evenement is nog niet begonnen"),
    ] {
        page(&app.get(&format!("{join}?lang={language}")).await, 409, heading);
    }
    // Before anybody is known it is the browser's.
    let nowhere = app.with("accept-language", "de").get("/join/x").await;
    assert!(nowhere.text().contains("<html lang=\"de\">"), "{nowhere}");
}
