//! The entry of an event as one person has it, in their mails and in their calendar: when it is another, and where it leads.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::parsers::read_calendar;
use crate::support::{Mail, OpenEvent, TestApp, person};

both!(
    a_way_in_is_given_everywhere_or_nowhere,
    an_address_that_loses_a_registration_keeps_its_sequence,
    every_change_of_a_persons_own_makes_their_entry_newer,
);

fn ada() -> Value {
    person("Ada", "ada@example.org")
}

/// The one mail to a person that there is.
#[track_caller]
fn mail_to(mails: &[Mail], to: &str) -> Mail {
    let mut theirs = mails.iter().filter(|mail| mail.to == to);
    let (Some(mail), None) = (theirs.next(), theirs.next()) else { panic!("one mail to {to}: {mails:?}") };
    mail.clone()
}

/// What an object says of its one entry, and which version of it that is: its SEQUENCE and its LAST-MODIFIED.
#[track_caller]
fn version(ics: &str) -> (Value, (i64, String)) {
    let read = read_calendar(ics);
    let [entry] = read["events"].as_array().unwrap().as_slice() else { panic!("one entry in:\n{ics}") };
    let modified = ics.lines().find_map(|line| line.strip_prefix("LAST-MODIFIED:")).unwrap().to_owned();
    (entry.clone(), (entry["sequence"].as_i64().unwrap(), modified))
}

async fn feed(app: &TestApp, url: &str) -> (Value, (i64, String)) {
    version(app.get(url).await.expect(200).text())
}

/// The version that a mail carries.
#[track_caller]
fn mailed(mail: &Mail) -> (i64, String) {
    version(&mail.calendar.as_ref().expect("an entry").1).1
}

async fn registration(event: &OpenEvent, index: usize) -> String {
    let row = event.owner.get(&event.registrations).await.expect(200).string(&format!("/items/{index}/id"));
    format!("/api/v1/registrations/{row}")
}

async fn every_change_of_a_persons_own_makes_their_entry_newer(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    app.post(&event.registrations, person("Zed", "zed@example.org")).await.expect(201);
    app.post(&event.registrations, ada()).await.expect(201);
    let mails = app.deliver().await;
    let zed = mail_to(&mails, "zed@example.org");
    let mut manage = mail_to(&mails, "ada@example.org").link("/manage/").to_owned();
    let own = async |manage: &str| app.get(manage).await.expect(200).string("/links/feed");
    let mut seen = vec![feed(&app, &own(&manage).await).await];
    let everybody = app.get(&format!("/calendars/events/{}.ics", event.id)).await.text().to_owned();
    assert_eq!(seen[0].1.0, version(&everybody).1.0, "whoever has just come has that of the event");

    let (staff, path) = (event.owner.if_match("*"), registration(&event, 1).await);
    let steps = ["offer", "accept", "language", "rotate", "cancel", "return"];
    for step in steps {
        app.pass(TimeDelta::minutes(1));
        let done = match step {
            "offer" => app.post(&format!("{}/cancel", zed.link("/manage/")), Value::Null).await,
            "accept" => app.post(&format!("{manage}/accept-offer"), Value::Null).await,
            "language" => app.if_match("*").patch(&manage, json!({ "language": "de" })).await,
            "rotate" => staff.post(&format!("{path}/rotate-links"), Value::Null).await,
            "cancel" => app.post(&format!("{manage}/cancel"), Value::Null).await,
            _ => app.post(&event.registrations, ada()).await,
        };
        assert!([200, 201].contains(&done.status), "{step}: {done}");
        let mails: Vec<Mail> = app.deliver().await.into_iter().filter(|mail| mail.to == "ada@example.org").collect();
        assert_eq!(mails.len(), usize::from(step != "language"), "{step}");
        let leads_on = |mail: &&Mail| mail.links().iter().any(|link| link.contains("/registrations/"));
        manage = mails.first().filter(leads_on).map_or(manage, |mail| mail.link("/manage/").to_owned());
        let now = feed(&app, &own(&manage).await).await;
        if let Some(mail) = mails.first().filter(|_| step != "offer") {
            assert_eq!(mailed(mail), now.1, "{step}: a mail and the calendar agree");
        }
        seen.push(now);
    }
    for (step, pair) in steps.iter().zip(seen.windows(2)) {
        let [(before, old), (after, new)] = pair else { panic!("two") };
        assert_ne!(before, after, "{step} is visible");
        assert!(new.0 > old.0 && new.1 > old.1, "{step}: {new:?} after {old:?}");
        assert_eq!(before["uid"], after["uid"]);
    }
    app.leave_scheduled("the ends of the offer and of the event, for which she waited");
}

async fn an_address_that_loses_a_registration_keeps_its_sequence(app: TestApp) {
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, ada()).await.expect(201);
    let first = app.deliver().await.remove(0);
    let own = first.link("/calendars/personal/");
    app.pass(TimeDelta::minutes(1));
    app.post(&format!("{}/cancel", first.link("/manage/")), Value::Null).await.expect(200);
    app.post(&event.registrations, ada()).await.expect(201);
    app.deliver().await;
    let (back, before) = feed(&app, own).await;
    assert_eq!(back["status"], "CONFIRMED");
    // It was a friend's. What Ada had before is what she has now.
    app.pass(TimeDelta::minutes(1));
    let (staff, path) = (event.owner.if_match("*"), registration(&event, 1).await);
    staff.patch(&path, json!({ "email": "friend@example.org" })).await.expect(200);
    let told = mail_to(&app.deliver().await, "friend@example.org");
    let (gone, after) = feed(&app, own).await;
    assert_eq!(gone["status"], "CANCELLED");
    assert!(after.0 > before.0 && after.1 > before.1, "{after:?} after {before:?}");
    let (theirs, friend) = feed(&app, told.link("/calendars/personal/")).await;
    assert_eq!((theirs["status"].as_str(), mailed(&told)), (Some("CONFIRMED"), friend));
}

async fn a_way_in_is_given_everywhere_or_nowhere(app: TestApp) {
    let hall = json!({ "name": "Rathaus" });
    // What the event becomes, and whether people join it.
    let cases = [
        ("online", json!({ "title": "Online" }), true),
        ("mixed", json!({ "venue": hall, "attendance_mode": "mixed" }), true),
        // The platform of an earlier plan is still there.
        ("on site", json!({ "venue": hall, "attendance_mode": "in_person" }), false),
        ("no platform", json!({ "virtual_location": null }), false),
        ("postponed", Value::Null, false),
        ("cancelled", Value::Null, false),
    ];
    let start = app.clock().now();
    for (name, patch, is_given) in cases {
        app.clock().set(start);
        let event = app.open_event(json!({ "title": name })).await;
        let path = format!("/api/v1/events/{}", event.id);
        let staff = event.owner.if_match("*");
        app.post(&event.registrations, ada()).await.expect(201);
        let link = mail_to(&app.deliver().await, "ada@example.org").link("/join/").to_owned();
        match name {
            "postponed" => staff.post(&format!("{path}/postpone"), json!({})).await.expect(200),
            "cancelled" => staff.post(&format!("{path}/cancel"), json!({})).await.expect(200),
            _ => staff.patch(&path, patch).await.expect(200),
        };
        app.deliver().await;
        // What people have is said again.
        let row = registration(&event, 0).await;
        let resent = event.owner.post(&format!("{row}/resend"), Value::Null).await;
        let mails = app.deliver().await;
        assert_eq!(
            (resent.status, mails.len()),
            if name == "cancelled" { (409, 0) } else { (200, 1) },
            "{name}: {resent}"
        );
        let managed = event.owner.get(&row).await.expect(200);
        let feed = mails.first().map(|mail| mail.link("/calendars/personal/").to_owned());
        let mut texts: Vec<String> = Vec::new();
        for mail in &mails {
            texts.extend([mail.text.clone(), mail.html.clone(), mail.calendar.clone().unwrap_or_default().1]);
            texts.push(app.get(mail.link("/manage/")).await.expect(200).text().to_owned());
        }
        if let Some(feed) = feed {
            let whole = app.get(&feed).await.expect(200).text().replace("\r\n ", "");
            let own = whole.split("BEGIN:VEVENT").find(|entry| entry.contains(&event.id)).expect("its entry");
            texts.push(own.to_owned());
        }
        for text in &texts {
            let text = text.replace("\r\n ", "");
            assert_eq!(text.contains(&link), is_given, "{name}: {managed} {text}");
        }
        app.clock().set("2022-03-17T15:30:00Z".parse().unwrap());
        let page = app.get(&link).await;
        let status = match name {
            _ if is_given => 200,
            "cancelled" => 410,
            _ => 409,
        };
        assert_eq!(page.status, status, "{name}");
        assert_eq!(page.text().contains("https://meet.example.org/j/123456789"), is_given, "{name}");
    }
    app.deliver().await;
}
