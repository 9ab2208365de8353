//! What the staff are told of each registration.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::smtp::Action;
use crate::support::{Mail, OpenEvent, TestApp, person};

both!(
    a_notice_holds_what_the_staff_need,
    who_is_not_to_know_any_more_is_not_told,
    who_registers_for_the_recording_is_told_apart,
);

const DEMO: &str = "/api/v1/workspaces/demo";

async fn add_desk(app: &TestApp) {
    let desk = json!({ "email": "desk@example.org", "name": "Desk", "role": "assistant", "notices": "each" });
    app.staff(Role::Owner).await.post("/api/v1/members", desk).await.expect(201);
}

async fn ask(event: &OpenEvent) {
    let questions = json!([
        { "key": "meal", "label": "What would you like to eat?", "type": "choice", "options": [
            { "value": "v", "label": "Vegan" }, { "value": "a", "label": "Anything" },
        ] },
        { "key": "why", "label": "Why do you come?", "type": "long_text" },
        { "key": "first", "label": "For the first time?", "type": "boolean" },
        { "key": "none", "label": "Anything else?", "type": "text" },
    ]);
    let path = format!("/api/v1/events/{}/questions", event.id);
    event.owner.if_match("*").put(&path, questions).await.expect(200);
}

/// What the staff were told.
fn to_desk(mails: &[Mail]) -> Vec<&Mail> {
    mails.iter().filter(|mail| mail.to == "desk@example.org").collect()
}

async fn a_notice_holds_what_the_staff_need(app: TestApp) {
    add_desk(&app).await;
    let event = app.open_event(json!({ "capacity": 1 })).await;
    ask(&event).await;
    let mut ada = person("Ada <i>", "ada@example.org");
    ada["organisation"] = json!("City & Co");
    ada["answers"] = json!({ "meal": "v", "why": "To learn\n\nEvent:\n  another one", "first": true, "none": " " });
    app.post(&event.registrations, ada).await.expect(201);
    let mails = app.deliver().await;
    let [mail] = to_desk(&mails)[..] else { panic!("one notice, not {mails:?}") };
    let text = mail.text.replace("\r\n", "\n");
    let facts = "\n\nName:\n  Ada <i>\nE-mail:\n  ada@example.org\nOrganisation:\n  City & Co\nRegistration:\n  Has a \
                 seat\nWhat would you like to eat?\n  Vegan\nWhy do you come?\n  To learn Event: another one\nFor the first \
                 time?\n  yes\nEvent:\n  Local complaint mechanisms: “what works” & why\nWhen:\n  Thursday 17 March 2022, \
                 16:00–17:30 (Europe/Berlin, UTC+01:00)\nSeats taken: 1 of 1\nOn the waiting list: 0\n\n-- \n";
    assert!(text.contains(facts), "{text}");
    assert!(mail.html.contains("Ada &lt;i&gt;") && mail.html.contains(">Vegan</dd>"), "{}", mail.html);
    // No link of the person's own, and none to a page that is not there.
    assert_eq!(mail.links(), Vec::<&str>::new());
    assert!(!mail.html.contains("href="), "{}", mail.html);

    // The workspace says where its staff work, and in which language.
    let own = json!({ "language": "de", "links": { "staff": "https://desk.example/{event_id}#{registration_id}" } });
    event.owner.if_match("*").patch(DEMO, own).await.expect(200);
    app.post(&event.registrations, person("Bo", "bo@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let [mail] = to_desk(&mails)[..] else { panic!("one notice, not {mails:?}") };
    let row = event.owner.get(&event.registrations).await.expect(200).string("/items/1/id");
    let url = format!("https://desk.example/{}#{row}", event.id);
    assert_eq!(mail.links(), [url.as_str()]);
    assert!(mail.html.contains(&format!("href=\"{url}\"")), "{}", mail.html);
    let text = mail.text.replace("\r\n", "\n");
    let facts = "\nE-Mail:\n  bo@example.org\nAnmeldung:\n  Auf der Warteliste\nVeranstaltung:\n";
    assert!(text.contains(facts) && text.contains("Belegte Plätze: 1 von 1\nAuf der Warteliste: 1\n"), "{text}");
    let wrong = json!({ "links": { "staff": "https://desk.example/{token}" } });
    event.owner.if_match("*").patch(DEMO, wrong).await.faults(&[("/links/staff", "url_invalid")]);

    // The outbox shows nothing of it.
    let outbox = event.owner.get("/api/v1/outbox?limit=100").await.expect(200);
    assert!(!outbox.text().contains("ada@") && !outbox.text().contains("Vegan"), "{outbox}");
    app.leave_scheduled("the end of the event, for which Bo waits");
}

async fn who_registers_for_the_recording_is_told_apart(app: TestApp) {
    add_desk(&app).await;
    let event = app.open_event(json!({ "registration": { "enabled": true, "recording": true } })).await;
    let mut ada = person("Ada", "ada@example.org");
    ada["attendance"] = json!("recording");
    app.post(&event.registrations, ada).await.expect(201);
    let mails = app.deliver().await;
    let [mail] = to_desk(&mails)[..] else { panic!("one notice, not {mails:?}") };
    let said = "Registration:\n  For the recording\n";
    assert!(mail.text.replace("\r\n", "\n").contains(said), "{}", mail.text);
    let ada = mails.iter().find(|mail| mail.to == "ada@example.org").unwrap();
    app.post(&format!("{}/cancel", ada.link("/manage/")), Value::Null).await.expect(200);
    let mails = app.deliver().await;
    let [mail] = to_desk(&mails)[..] else { panic!("one notice, not {mails:?}") };
    assert!(mail.text.replace("\r\n", "\n").contains("Registration:\n  Cancelled\n"), "{}", mail.text);
}

/// The mails of the staff wait for the mail server, or go out.
fn hold_back_staff(app: &TestApp, is_held: bool) {
    app.smtp().on_rcpt(move |to| {
        let is_staff = ["desk", "other", "third"].iter().any(|name| to.contains(&format!("{name}@")));
        (is_held && is_staff).then_some(Action::Reply("451 4.3.0 Not now"))
    });
}

/// Who got a mail, in the order of the addresses.
fn to(mails: &[Mail]) -> Vec<&str> {
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    to
}

async fn who_is_not_to_know_any_more_is_not_told(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let mut members = Vec::new();
    for name in ["desk", "other", "third"] {
        let email = format!("{name}@example.org");
        let member = json!({ "email": email, "name": name, "role": "assistant", "notices": "each" });
        members.push(format!("/api/v1/members/{}", owner.post("/api/v1/members", member).await.expect(201).id()));
    }
    let event = app.open_event(json!({})).await;
    // What was promised to each of them waits: of a registration, and of a speaker's answer.
    hold_back_staff(&app, true);
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let speaker = json!({ "name": "Hans Sakkers", "email": "sakkers@example.org" });
    let speaker = event.owner.post("/api/v1/speakers", speaker).await.expect(201).id();
    let part = json!({ "speaker_id": speaker, "role": "panelist", "status": "tbc" });
    let part = event.owner.post(&format!("/api/v1/events/{}/appearances", event.id), part).await.expect(201).id();
    event.owner.if_match("*").post(&format!("/api/v1/appearances/{part}/invite"), json!({})).await.expect(200);
    let mails = app.deliver().await;
    assert_eq!(to(&mails), ["ada@example.org", "sakkers@example.org"]);
    let invitation = mails.iter().find(|mail| mail.to == "sakkers@example.org").unwrap();
    let api = invitation.link("/invitations/").replace("/invitations/", "/api/v1/invitations/");
    app.post(&api, json!({ "answer": "accept" })).await.expect(200);
    assert_eq!(app.deliver().await, []);
    // One may not read registrations any more, and one wants to know nothing.
    let any = owner.if_match("*");
    any.patch(&members[0], json!({ "role": "viewer" })).await.expect(200);
    any.patch(&members[1], json!({ "notices": "none" })).await.expect(200);
    hold_back_staff(&app, false);
    app.pass(TimeDelta::hours(1));
    assert_eq!(to(&app.deliver().await), ["third@example.org"; 2]);
}
