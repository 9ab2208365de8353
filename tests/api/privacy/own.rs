//! What a person does about themselves with the link of their mail.

use serde_json::{Value, json};

use super::{MARK, marked, them, traces};
use crate::support::{OpenEvent, TestApp, person};

both!(a_person_erases_themselves, a_person_sees_what_is_held_about_them);

/// Two registrations of the person, and one of Ada; the links of the first two.
async fn registered(app: &TestApp) -> (OpenEvent, Vec<String>) {
    let event = app.open_event(json!({})).await;
    let other = app.open_event(json!({})).await;
    for open in [&event, &other] {
        app.post(&open.registrations, them(json!({}))).await.expect(201);
    }
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let links = mails.iter().take(2).map(|mail| mail.link("/registrations/manage/").to_owned()).collect();
    (event, links)
}

async fn a_person_sees_what_is_held_about_them(app: TestApp) {
    let (event, links) = registered(&app).await;
    let id = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
    let path = format!("/api/v1/registrations/{id}");
    event.owner.if_match("*").patch(&path, json!({ "note": marked("note") })).await.expect(200);
    let act = json!({ "action": "cancel", "ids": [id], "reason": marked("cancelled") });
    event.owner.post(&format!("{}/actions", event.registrations), act).await.expect(200);
    app.deliver().await;
    let answer = app.get(&format!("{}/export", links[1])).await.expect(200);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let export = answer.json();
    let rows = export["registrations"].as_array().unwrap();
    let states: Vec<&Value> = rows.iter().map(|one| &one["registration"]["state"]).collect();
    assert_eq!(states, ["cancelled", "confirmed"]);
    assert_eq!(rows[0]["registration"]["organisation"], json!(marked("organisation")));
    // What the staff wrote for themselves is in the export that they make.
    let text = export.to_string();
    for part in ["note", "cancelled"] {
        assert!(!text.contains(&marked(part)), "{part}");
    }
    let staff = event.owner.post("/api/v1/privacy/export", json!({ "email": super::ADDRESS })).await.expect(200);
    for part in ["note", "cancelled"] {
        assert!(staff.text().contains(&marked(part)), "{part}");
    }
    assert!(!text.contains("ada@example.org") && !text.contains("token:"), "{text}");
    app.get("/api/v1/registrations/manage/x/export").await.problem(404, "not_found");
}

async fn a_person_erases_themselves(app: TestApp) {
    let (event, links) = registered(&app).await;
    let erase = format!("{}/erase", links[0]);
    app.post(&erase, json!({ "confirm": false })).await.faults(&[("/confirm", "field_required")]);
    app.get(&erase).await.problem(405, "method_not_allowed");
    app.get(&links[0]).await.expect(200);
    let erased = app.post(&erase, json!({ "confirm": true })).await.expect(200);
    assert_eq!((erased.at("/erased/registrations"), erased.at("/erased/cancelled")), (json!(2), json!(2)));
    for link in &links {
        for path in [link.clone(), format!("{link}/export")] {
            app.get(&path).await.problem(410, "data_erased");
        }
        for action in ["cancel", "verify"] {
            app.post(&format!("{link}/{action}"), Value::Null).await.problem(410, "data_erased");
        }
        app.post(&format!("{link}/erase"), json!({ "confirm": true })).await.problem(410, "data_erased");
    }
    assert_eq!(traces(&app, MARK), Vec::<String>::new());
    assert_eq!(app.deliver().await, []);
    let states: Vec<(String, String)> = event.states().await;
    let expected = [("", "cancelled"), ("ada@example.org", "confirmed")];
    assert_eq!(states, expected.map(|(email, state)| (email.to_owned(), state.to_owned())));
    let log = event.owner.get("/api/v1/privacy/erasures").await.expect(200);
    assert_eq!((log.at("/items/0/cause"), log.at("/items/0/actor")), (json!("person"), Value::Null));
}
