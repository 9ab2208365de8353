//! Somebody has lost the link to their registration, and finds a way back when they cannot register again.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::browser::Page;
use crate::support::{Answer, Mail, OpenEvent, TestApp, TestAppBuilder, person};

both!(
    a_lost_link_comes_back_on_the_page,
    a_program_is_sent_nothing,
    an_address_is_asked_for_so_often_a_day,
    nobody_learns_who_is_registered,
    the_way_back_is_open_whatever_became_of_the_event,
    who_has_asked_for_the_link_can_still_correct_what_they_entered,
    who_has_yet_to_confirm_is_asked_again,
);

fn send_link(event: &OpenEvent) -> String {
    format!("{}/send-link", event.registrations)
}

async fn register(app: &TestApp, event: &OpenEvent, name: &str) -> Vec<Mail> {
    app.post(&event.registrations, person(name, &format!("{}@example.org", name.to_lowercase()))).await.expect(201);
    app.deliver().await
}

async fn ask(app: &TestApp, event: &OpenEvent, email: &str) -> Answer {
    app.post(&send_link(event), json!({ "email": email })).await
}

/// What an answer says, but for what differs by itself.
fn said(answer: &Answer) -> (u16, Value, Vec<(String, String)>) {
    let own = |name: &str| !["x-request-id", "date"].contains(&name);
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status, answer.json(), headers.filter(|(name, _)| own(name)).collect())
}

async fn nobody_learns_who_is_registered(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, "Ada").await;
    register(&app, &event, "Cy").await;
    let off = json!({ "registration": { "enabled": false } });
    event.owner.if_match("*").patch(&format!("/api/v1/events/{}", event.id), off).await.expect(200);
    app.deliver().await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.problem(409, "registration_closed");

    let known = ask(&app, &event, "ADA@example.org").await.expect(202);
    let unknown = ask(&app, &event, "bo@example.org").await.expect(202);
    assert_eq!(said(&known), said(&unknown));
    assert_eq!(known.json(), json!({ "event_id": event.id }));
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(mail.envelope_to, "ada@example.org");
    assert!(mail.subject.starts_with("You have already registered: "), "{}", mail.subject);
    assert!(mail.text.contains("has entered your address again for this event."), "{}", mail.text);
    // The link opens her registration, which she can cancel.
    let page = Page::open(&app, mail.link("/registrations/")).await;
    page.expect("You are registered.");
    let cancel = Page::open(&app, &page.link("Cancel your registration")).await;
    assert_eq!(cancel.buttons().len(), 1);

    // Once a day: somebody else may be asking.
    ask(&app, &event, "ada@example.org").await.expect(202);
    app.expect_outbox(0);
    app.pass(TimeDelta::days(1));
    ask(&app, &event, "ada@example.org").await.expect(202);
    assert_eq!(app.deliver().await.len(), 1);
    ask(&app, &event, "ada").await.faults(&[("/email", "email_invalid")]);
    app.post(&send_link(&event), json!({ "email": "ada@example.org", "name": "Ada" }))
        .await
        .faults(&[("/name", "field_unknown")]);
}

async fn the_way_back_is_open_whatever_became_of_the_event(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "wait_list": false } })).await;
    register(&app, &event, "Ada").await;
    app.post(&event.registrations, person("Bo", "bo@example.org")).await.problem(409, "event_full");
    let asked = async || {
        ask(&app, &event, "ada@example.org").await.expect(202);
        let mails = app.deliver().await;
        mails.iter().map(|mail| mail.link("/registrations/").to_owned()).collect::<Vec<_>>()
    };
    let full = asked().await;
    let [link] = full.as_slice() else { panic!("one mail, not {full:?}") };
    let any = event.owner.if_match("*");
    let path = format!("/api/v1/events/{}", event.id);
    any.post(&format!("{path}/postpone"), json!({ "notify": false })).await.expect(200);
    app.deliver().await;
    app.pass(TimeDelta::days(1));
    assert_eq!(asked().await, [link.as_str()], "postponed");
    any.post(&format!("{path}/reinstate"), json!({ "notify": false })).await.expect(200);
    app.deliver().await;
    app.pass(TimeDelta::days(60));
    app.deliver().await;
    assert_eq!(asked().await, [link.as_str()], "over");
    // Where it does not take place there is nothing to come back to.
    let other =
        app.open_event(json!({ "when": { "local_start": "2022-06-01T16:00", "timezone": "Europe/Berlin" } })).await;
    register(&app, &other, "Ada").await;
    let cancelled = format!("/api/v1/events/{}/cancel", other.id);
    other.owner.if_match("*").post(&cancelled, json!({ "notify": false })).await.expect(200);
    app.deliver().await;
    ask(&app, &other, "ada@example.org").await.expect(202);
    assert_eq!(app.deliver().await.len(), 0);
    // A draft is not there.
    let draft =
        other.owner.post("/api/v1/events", json!({ "title": "Draft", "kind": "webinar" })).await.expect(201).id();
    let hidden = format!("/api/v1/events/{draft}/registrations/send-link");
    app.post(&hidden, json!({ "email": "ada@example.org" })).await.problem(404, "not_found");
    app.get(&format!("/events/{draft}/send-link")).await.expect(404);
}

async fn who_has_yet_to_confirm_is_asked_again(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "verification": true } })).await;
    let first = register(&app, &event, "Ada").await;
    ask(&app, &event, "ada@example.org").await.expect(202);
    let again = app.deliver().await;
    let subjects = |mails: &[Mail]| mails.iter().map(|mail| mail.subject.clone()).collect::<Vec<_>>();
    assert_eq!(subjects(&again), subjects(&first));
    assert_eq!(again[0].link("/registrations/"), first[0].link("/registrations/"));
    app.leave_scheduled("the time to confirm the address");
}

async fn who_has_asked_for_the_link_can_still_correct_what_they_entered(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "verification": true } })).await;
    register(&app, &event, "Ada").await;
    ask(&app, &event, "ada@example.org").await.expect(202);
    assert_eq!(app.deliver().await.len(), 1);
    app.post(&event.registrations, person("Ada King", "ada@example.org")).await.expect(201);
    assert_eq!(app.deliver().await.len(), 1, "asked once more, for what they entered last");
    let rows = event.owner.get(&event.registrations).await.expect(200);
    assert_eq!(rows.at("/items/0/name"), "Ada King");
    app.leave_scheduled("the ends of the time to confirm");
}

async fn a_program_is_sent_nothing(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, "Ada").await;
    let trapped = json!({ "email": "ada@example.org", "website": "https://spam.example" });
    let answer = app.post(&send_link(&event), trapped).await.expect(202);
    app.expect_outbox(0);
    assert_eq!(said(&answer), said(&ask(&app, &event, "ada@example.org").await));
    assert_eq!(app.deliver().await.len(), 1);
}

async fn an_address_is_asked_for_so_often_a_day(builder: TestAppBuilder) {
    let app = builder.address_limit(2).start().await;
    let event = app.open_event(json!({})).await;
    register(&app, &event, "Ada").await;
    let draft =
        event.owner.post("/api/v1/events", json!({ "title": "Draft", "kind": "webinar" })).await.expect(201).id();
    // What is not there does not count.
    for _ in 0..3 {
        let hidden = format!("/api/v1/events/{draft}/registrations/send-link");
        app.post(&hidden, json!({ "email": "ada@example.org" })).await.problem(404, "not_found");
    }
    // Registering counted as one.
    ask(&app, &event, "ada@example.org").await.expect(202);
    let known = ask(&app, &event, "ada@example.org").await;
    for _ in 0..2 {
        ask(&app, &event, "bo@example.org").await.expect(202);
    }
    let unknown = ask(&app, &event, "bo@example.org").await;
    assert_eq!(known.problem(429, "address_overused"), unknown.problem(429, "address_overused"));
    assert_eq!(app.deliver().await.len(), 1);
}

async fn a_lost_link_comes_back_on_the_page(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, "Ada").await;
    let url = format!("http://{}/events/{}", app.address(), event.id);
    for (lang, button, title, done) in [
        ("en", "Send me my link", "Already registered?", "Look into your mail"),
        ("de", "Link zuschicken", "Schon angemeldet?", "Sehen Sie in Ihre E-Mails"),
        ("fr", "Recevoir mon lien", "Vous avez déjà une inscription\u{a0}?", "Regardez vos e-mails"),
        ("nl", "Stuur mij mijn link", "Al aangemeld?", "Kijk in uw e-mail"),
    ] {
        let page = Page::open(&app, &format!("{url}?lang={lang}")).await;
        page.expect(&title.replace('\u{a0}', " "));
        assert_eq!(page.field("email")["is_required"], true);
        // Whoever comes to register finds the way, too.
        let form = Page::open(&app, &format!("{url}/register?lang={lang}")).await;
        let small = Page::open(&app, &form.link(title)).await;
        assert_eq!((small.heading(), small.language(), small.buttons()), (title, lang, vec![button]));
        for email in ["ada@example.org", "nobody@example.org"] {
            let sent = page.follow(&app, button, &[("email", &[email])]).await;
            assert_eq!((sent.heading(), sent.language()), (done, lang));
        }
        let wrong = page.press(&app, button, &[("email", &["ada"])]).await.expect(422);
        let again = Page::of(&format!("{url}/send-link"), &wrong);
        assert_eq!(again.field("email")["is_invalid"], true, "{}", wrong.text());
        assert_eq!(again.field("email")["value"], "ada");
        let sent = again.follow(&app, button, &[("email", &["nobody@example.org"])]).await;
        assert_eq!(sent.heading(), done);
    }
    let mails = app.deliver().await;
    let to: Vec<&str> = mails.iter().map(|mail| mail.envelope_to.as_str()).collect();
    assert_eq!(to, ["ada@example.org"]);
    // Where nobody can have registered there is nothing to ask for.
    let quiet = app.open_event(json!({ "registration": { "enabled": false } })).await;
    let page = Page::open(&app, &format!("http://{}/events/{}", app.address(), quiet.id)).await;
    assert!(!page.buttons().contains(&"Send me my link"), "{:?}", page.buttons());
}
