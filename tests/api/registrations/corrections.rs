use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{paths, plain, register, told};
use crate::support::parsers::read_calendar;
use crate::support::smtp::Action;
use crate::support::{OpenEvent, TestApp};

both!(
    a_correction_is_made_and_remembered,
    a_correction_needs_the_scope_and_the_version,
    a_mail_that_waits_is_not_sent_twice,
    a_new_address_gets_new_links,
    an_address_is_registered_once,
    faults_are_pointed_at,
    who_is_not_in_yet_is_told_at_the_new_address,
    what_changes_nothing_is_no_change,
);

async fn one(app: &TestApp) -> (OpenEvent, String) {
    let event = app.open_event(json!({})).await;
    register(app, &event, &["Ada"]).await;
    let path = paths(&event).await.pop().unwrap();
    (event, path)
}

async fn a_correction_is_made_and_remembered(app: TestApp) {
    let (event, path) = one(&app).await;
    app.deliver().await;
    let read = event.owner.get(&path).await.expect(200);
    let patch = json!({
        "name": "Ada Lovelace", "organisation": "=City of Lund", "timezone": "Europe/Stockholm", "language": "de",
        "note": "VIP\nsecond line",
    });
    let assistant = app.staff(Role::Assistant).await;
    let changed = assistant.if_match(&read.etag()).patch(&path, patch.clone()).await.expect(200);
    let mut expected = read.json();
    expected.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
    (expected["revision"], expected["updated_at"]) = (json!(2), json!("2022-02-01T09:01:00Z"));
    assert_eq!(changed.json(), expected);
    let again = event.owner.get(&path).await.expect(200);
    assert_eq!((again.json(), again.etag()), (expected, changed.etag()));
    // Nobody is told, and it is found by its new name.
    assert_eq!(app.deliver().await, []);
    let found = event.owner.get(&format!("{}?q=lovelace+lund", event.registrations)).await.expect(200);
    assert_eq!(found.at("/items/0/name"), json!("Ada Lovelace"));
    let nothing = json!({ "organisation": null, "language": null, "note": null });
    let gone = event.owner.if_match("*").patch(&path, nothing).await.expect(200);
    let left = (gone.at("/organisation"), gone.at("/language"), gone.at("/note"));
    assert_eq!(left, (Value::Null, json!("en"), Value::Null));
    let timeline = told(&event, &path).await;
    let fields = |names: Value| ("changed".to_owned(), names);
    assert_eq!(
        timeline,
        [
            plain("registered"),
            plain("confirmed"),
            fields(json!(["name", "organisation", "timezone", "language", "note"])),
            fields(json!(["organisation", "language", "note"])),
        ]
    );
    let timeline = event.owner.get(&format!("{path}/timeline")).await.expect(200);
    assert!(!timeline.text().contains("VIP") && !timeline.text().contains("Lund"), "{timeline}");
    let actors: Vec<Value> =
        timeline.at("/items").as_array().unwrap().iter().map(|entry| entry["actor"].clone()).collect();
    assert!(actors.iter().filter(|actor| actor.as_str().is_some_and(|who| who.starts_with("token:"))).count() == 2);
    // The person sees nothing of a note.
    let read = event.owner.if_match("*").patch(&path, json!({ "note": "secret-note" })).await.expect(200);
    assert_eq!(read.at("/note"), json!("secret-note"));
    event.owner.post(&format!("{path}/resend"), Value::Null).await.expect(200);
    let mail = app.deliver().await.pop().unwrap();
    let shown = app.get(mail.link("/registrations/manage/")).await.expect(200);
    assert!(!shown.text().contains("secret-note") && !mail.text.contains("secret-note"), "{shown}");
}

async fn what_changes_nothing_is_no_change(app: TestApp) {
    let (event, path) = one(&app).await;
    app.deliver().await;
    let read = event.owner.get(&path).await.expect(200);
    let any = event.owner.if_match("*");
    for patch in [json!({}), json!({ "name": "Ada" }), json!({ "email": "ada@example.org", "note": null })] {
        let same = any.patch(&path, patch).await.expect(200);
        assert_eq!((same.json(), same.etag()), (read.json(), read.etag()));
    }
    assert_eq!(told(&event, &path).await, [plain("registered"), plain("confirmed")]);
    assert_eq!(app.deliver().await, []);
}

async fn a_new_address_gets_new_links(app: TestApp) {
    let (event, path) = one(&app).await;
    let old = app.deliver().await.pop().unwrap();
    let any = event.owner.if_match("*");
    any.patch(&path, json!({ "email": "Ada.Lovelace@example.net" })).await.expect(200);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!((mail.to.as_str(), mail.envelope_to.as_str()), ("Ada.Lovelace@example.net", "Ada.Lovelace@example.net"));
    let (_, ics) = mail.calendar.clone().expect("a calendar entry");
    let attendee = read_calendar(&ics)["events"][0]["attendees"][0]["address"].clone();
    assert_eq!(attendee, json!("mailto:Ada.Lovelace@example.net"));
    app.get(old.link("/registrations/manage/")).await.problem(410, "link_revoked");
    app.post(&format!("{}/cancel", old.link("/registrations/manage/")), Value::Null).await.problem(410, "link_revoked");
    app.get(mail.link("/registrations/manage/")).await.expect(200);
    assert_eq!(event.states().await, [("Ada.Lovelace@example.net".to_owned(), "confirmed".to_owned())]);
    // The old address may register anew.
    app.post(&event.registrations, crate::support::person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(app.deliver().await.len(), 1);
    assert_eq!(event.states().await.len(), 2);
}

async fn a_mail_that_waits_is_not_sent_twice(app: TestApp) {
    let (event, path) = one(&app).await;
    let any = event.owner.if_match("*");
    let is_away = |is_away: bool| app.smtp().on_rcpt(move |_| is_away.then_some(Action::Reply("451 4.3.0 Not now")));
    // The confirmation waits for the mail server when the address is corrected, and that one when the links are replaced.
    is_away(true);
    assert_eq!(app.deliver().await, []);
    any.patch(&path, json!({ "email": "lovelace@example.net" })).await.expect(200);
    assert_eq!(app.deliver().await, []);
    event.owner.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    is_away(false);
    app.pass(TimeDelta::hours(1));
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(mail.to, "lovelace@example.net");
    app.get(mail.link("/registrations/manage/")).await.expect(200);
    app.expect_outbox(0);
    // What was sent is sent again when the staff say so.
    event.owner.post(&format!("{path}/resend"), Value::Null).await.expect(200);
    assert_eq!(app.deliver().await.len(), 1);
}

async fn an_address_is_registered_once(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    app.deliver().await;
    let both = paths(&event).await;
    let any = event.owner.if_match("*");
    any.patch(&both[1], json!({ "email": "ADA@example.org" })).await.problem(409, "address_taken");
    assert_eq!(event.states().await[1].0, "bo@example.org");
    any.post(&format!("{}/cancel", both[0]), Value::Null).await.expect(200);
    any.patch(&both[1], json!({ "email": "ADA@example.org" })).await.expect(200);
    // What has come to its end is corrected without a word to anybody.
    app.deliver().await;
    any.patch(&both[0], json!({ "email": "bo@example.org", "name": "Gone" })).await.expect(200);
    assert_eq!(app.deliver().await, []);
}

async fn faults_are_pointed_at(app: TestApp) {
    let (event, path) = one(&app).await;
    app.deliver().await;
    let any = event.owner.if_match("*");
    let wrong = json!({
        "name": "", "email": "x", "organisation": "a\nb", "timezone": "CET", "language": "English",
        "note": "\u{7}",
    });
    let unasked = json!({ "answers": { "diet": 1 } });
    any.patch(&path, unasked).await.faults(&[("/answers/diet", "field_unknown")]);
    any.patch(&path, wrong).await.faults(&[
        ("/name", "text_invalid"),
        ("/organisation", "text_invalid"),
        ("/note", "text_invalid"),
        ("/language", "language_invalid"),
        ("/timezone", "timezone_abbreviation"),
        ("/email", "email_invalid"),
    ]);
    any.patch(&path, json!({ "state": "attended" })).await.faults(&[("/state", "field_unknown")]);
    any.patch(&path, json!({ "name": null })).await.faults(&[("/name", "field_required")]);
    any.patch(&path, json!({ "email": 1 })).await.faults(&[("/email", "field_type")]);
    assert_eq!(event.owner.get(&path).await.expect(200).at("/revision"), json!(1));
}

async fn a_correction_needs_the_scope_and_the_version(app: TestApp) {
    let (event, path) = one(&app).await;
    app.deliver().await;
    let patch = || json!({ "note": "x" });
    let other = app.other_workspace("second").await;
    let theirs = app.staff_of(&other, Role::Owner).await;
    theirs.if_match("*").patch(&path, patch()).await.problem(404, "not_found");
    for role in [Role::Viewer, Role::Editor] {
        app.staff(role).await.if_match("*").patch(&path, patch()).await.problem(403, "forbidden");
    }
    event.owner.patch(&path, patch()).await.problem(428, "precondition_required");
    let stale = event.owner.get(&path).await.expect(200).etag();
    event.owner.if_match(&stale).patch(&path, patch()).await.expect(200);
    let late = event.owner.if_match(&stale).patch(&path, json!({ "note": "y" })).await;
    assert_eq!(late.problem(412, "precondition_failed")["revision"], 2);
}

async fn who_is_not_in_yet_is_told_at_the_new_address(app: TestApp) {
    let policy = json!({ "verification": true, "approval": true });
    let event = app.open_event(json!({ "registration": policy })).await;
    register(&app, &event, &["Ada"]).await;
    let old = app.deliver().await.pop().unwrap();
    let path = paths(&event).await.pop().unwrap();
    let any = event.owner.if_match("*");
    app.pass(chrono::TimeDelta::hours(40));
    let moved = any.patch(&path, json!({ "email": "ada@example.net" })).await.expect(200);
    // Two days from now, and not from when the other address was entered.
    assert_eq!(
        (moved.at("/state"), moved.at("/verify_by")),
        (json!("pending_verification"), json!("2022-02-05T01:01:00Z"))
    );
    assert_eq!(moved.etag(), event.owner.get(&path).await.expect(200).etag());
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!((mail.to.as_str(), &mail.subject), ("ada@example.net", &old.subject));
    let verify = |mail: &crate::support::Mail| format!("{}/verify", mail.link("/registrations/manage/"));
    app.post(&verify(&old), Value::Null).await.problem(410, "link_revoked");
    // The time of the first address ends nothing, and new links ask anew.
    app.pass(chrono::TimeDelta::hours(20));
    assert_eq!(app.deliver().await, []);
    event.owner.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    let rotated = app.deliver().await.pop().unwrap();
    assert_eq!((rotated.to.as_str(), &rotated.subject), ("ada@example.net", &old.subject));
    app.post(&verify(mail), Value::Null).await.problem(410, "link_revoked");
    event.owner.post(&format!("{path}/resend"), Value::Null).await.expect(200);
    assert_eq!(app.deliver().await.pop().unwrap().subject, old.subject);
    let verified = app.post(&verify(&rotated), Value::Null).await.expect(200);
    assert_eq!(verified.at("/state"), json!("pending_approval"));
    let pending = app.deliver().await.pop().unwrap();

    // The same where the staff have yet to decide.
    any.patch(&path, json!({ "email": "ada@example.com" })).await.expect(200);
    let again = app.deliver().await.pop().unwrap();
    assert_eq!((again.to.as_str(), &again.subject), ("ada@example.com", &pending.subject));
    event.owner.post(&format!("{path}/rotate-links"), Value::Null).await.expect(200);
    assert_eq!(app.deliver().await.pop().unwrap().subject, pending.subject);
    app.leave_scheduled("the ends of the time to confirm, and of the event");
}
