use plenary::accounts::Role;
use serde_json::{Value, json};

use super::paths;
use crate::support::{Answer, Mail, OpenEvent, TestApp, person};

both!(materials_are_for_those_who_have_a_seat, materials_have_their_time, what_is_hidden_stays_hidden);

/// Materials of an event for everybody, for registrants and for the staff, and one of a session.
async fn add_materials(event: &OpenEvent) {
    let path = format!("/api/v1/events/{}", event.id);
    let any = event.owner.if_match("*");
    let talk = json!({ "kind": "talk", "title": "A talk" });
    let session = any.post(&format!("{path}/sessions"), talk).await.expect(201).id();
    for (owner, title, visibility, from) in [
        (format!("/api/v1/sessions/{session}"), "Talk", "registrants", Value::Null),
        (path.clone(), "Open", "public", Value::Null),
        (path.clone(), "Closed", "registrants", Value::Null),
        (path.clone(), "Hidden", "staff", Value::Null),
        (path.clone(), "Late", "registrants", json!("2022-03-20T00:00:00Z")),
    ] {
        let material = json!({
            "kind": "slides", "title": title, "url": format!("https://example.org/{title}"), "visibility": visibility,
            "available_from": from,
        });
        any.post(&format!("{owner}/materials"), material).await.expect(201);
    }
}

/// The titles of what is seen behind a person's link.
#[track_caller]
fn titles(answer: &Answer) -> Vec<String> {
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{answer}");
    let items = answer.at("/items");
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

fn materials(mail: &Mail) -> String {
    format!("{}/materials", mail.link("/manage/"))
}

async fn materials_are_for_those_who_have_a_seat(app: TestApp) {
    let policy = json!({ "capacity": 1, "registration": { "recording": true } });
    let event = app.open_event(policy).await;
    add_materials(&event).await;
    for (name, attendance) in [("ada", "live"), ("bo", "live"), ("cy", "recording")] {
        let mut who = person(name, &format!("{name}@example.org"));
        who["attendance"] = json!(attendance);
        app.post(&event.registrations, who).await.expect(201);
    }
    let mails = app.deliver().await;
    assert_eq!(titles(&app.get(&materials(&mails[0])).await), ["Open", "Closed", "Talk"]);
    assert_eq!(titles(&app.get(&materials(&mails[2])).await), ["Open", "Closed", "Talk"]);
    let waiting = app.get(&materials(&mails[1])).await;
    assert_eq!(waiting.problem(409, "not_possible_now")["state"], "waitlisted");
    // The same as the staff see of it.
    let path = format!("/api/v1/events/{}/materials", event.id);
    let staff = event.owner.get(&path).await.expect(200);
    let own = app.get(&materials(&mails[0])).await;
    assert_eq!((own.at("/items/0"), own.at("/items/1")), (staff.at("/items/0"), staff.at("/items/1")));
    assert_eq!(titles_in_public(&app, &path).await, ["Open"]);

    app.post(&format!("{}/cancel", mails[0].link("/manage/")), Value::Null).await.expect(200);
    let left = app.get(&materials(&mails[0])).await;
    assert_eq!(left.problem(409, "not_possible_now")["state"], "cancelled");
    let offered = app.get(&materials(&mails[1])).await;
    assert_eq!(offered.problem(409, "not_possible_now")["state"], "offered");
    app.post(&format!("{}/accept-offer", mails[1].link("/manage/")), Value::Null).await.expect(200);
    assert_eq!(titles(&app.get(&materials(&mails[1])).await), ["Open", "Closed", "Talk"]);
    let all = paths(&event).await;
    event.owner.post(&format!("{}/rotate-links", all[2]), Value::Null).await.expect(200);
    app.get(&materials(&mails[2])).await.problem(410, "link_revoked");
    app.get("/api/v1/registrations/manage/x/materials").await.problem(404, "not_found");
    app.get(&materials(&mails[0]).replace("/manage/", "/manage/A")).await.problem(404, "not_found");
    app.deliver().await;
    app.leave_scheduled("the end of the offer");
}

async fn titles_in_public(app: &TestApp, path: &str) -> Vec<String> {
    let items = app.get(path).await.expect(200).at("/items");
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

async fn materials_have_their_time(app: TestApp) {
    let event = app.open_event(json!({})).await;
    add_materials(&event).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    event.owner.post(&format!("{}/close", event.registrations), Value::Null).await.expect(200);
    app.clock().set("2022-03-19T23:59:59Z".parse().unwrap());
    assert_eq!(titles(&app.get(&materials(&mails[0])).await), ["Open", "Closed", "Talk"]);
    app.clock().set("2022-03-20T00:00:00Z".parse().unwrap());
    // Who had a seat and did not come sees them all the same.
    assert_eq!(event.states().await[0].1, "no_show");
    assert_eq!(titles(&app.get(&materials(&mails[0])).await), ["Open", "Closed", "Late", "Talk"]);
    app.deliver().await;
}

async fn what_is_hidden_stays_hidden(app: TestApp) {
    let event = app.open_event(json!({})).await;
    add_materials(&event).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let any = app.staff(Role::Owner).await.if_match("*");
    any.post(&format!("/api/v1/events/{}/unpublish", event.id), json!({ "notify": false })).await.expect(200);
    app.get(&materials(&mails[0])).await.problem(404, "not_found");
    any.post(&format!("/api/v1/events/{}/publish", event.id), json!({})).await.expect(200);
    assert_eq!(titles(&app.get(&materials(&mails[0])).await).len(), 3);
    app.deliver().await;
}
