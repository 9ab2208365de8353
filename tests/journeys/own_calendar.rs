//! The calendar of all that a person has registered for.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::RunQueryDsl as _;
use diesel::connection::SimpleConnection as _;
use plenary::accounts::Role;
use plenary::db::Conn;
use serde_json::{Value, json};

use crate::support::parsers::read_calendar;
use crate::support::{Answer, Backend, Client, Mail, OpenEvent, TestApp, on, person};

both!(
    a_fault_is_no_empty_calendar,
    a_new_address_has_a_calendar_of_its_own,
    an_address_can_be_replaced,
    everything_of_a_person_is_in_one_calendar,
    it_follows_what_happens,
    it_is_kept_up_to_date_cheaply,
    no_token_is_counted,
    the_same_person_has_one_in_each_workspace,
    two_at_once_make_one,
);

async fn confirmation(app: &TestApp, event: &OpenEvent, who: Value) -> Mail {
    app.post(&event.registrations, who).await.expect(201);
    let mut mails = app.deliver().await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.remove(0)
}

fn ada() -> Value {
    person("Ada", "ada@example.org")
}

/// The address of the feed that stands in a mail.
fn feed_of(mail: &Mail) -> &str {
    mail.link("/calendars/personal/")
}

/// What two parsers read from a feed: its entries by summary.
async fn read(app: &TestApp, feed: &str) -> BTreeMap<String, Value> {
    let answer = app.get(feed).await.expect(200);
    let calendar = read_calendar(answer.text());
    let entries = calendar["events"].as_array().unwrap().iter();
    entries.map(|entry| (entry["summary"].as_str().unwrap().to_owned(), entry.clone())).collect()
}

/// The entry of an event in its public feed.
async fn public(app: &TestApp, event: &OpenEvent) -> Value {
    let answer = app.get(&format!("/calendars/events/{}.ics", event.id)).await.expect(200);
    read_calendar(answer.text())["events"][0].clone()
}

/// Insists that an entry is that of everybody, but that its own changes count besides.
#[track_caller]
fn same(own: &Value, public: &Value, changes: i64) {
    for name in ["uid", "start", "end", "all_day", "location", "url"] {
        assert_eq!(own[name], public[name], "{name}");
    }
    assert_eq!(own["sequence"].as_i64(), public["sequence"].as_i64().map(|sequence| sequence + changes));
}

fn statuses(entries: &BTreeMap<String, Value>) -> Vec<(&str, &str)> {
    entries.iter().map(|(summary, entry)| (summary.as_str(), entry["status"].as_str().unwrap())).collect()
}

/// Insists on an answer that such programs take for an address that is gone, or never was.
#[track_caller]
fn no_calendar(answer: &Answer, status: u16, code: &str) -> usize {
    answer.problem(status, code);
    assert_eq!(answer.header("set-cookie"), None);
    answer.body.len()
}

async fn everything_of_a_person_is_in_one_calendar(app: TestApp) {
    let named = |title: &str, more: Value| {
        let mut details = json!({ "title": title });
        details.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        details
    };
    let seat = app.open_event(named("Seat", json!({}))).await;
    let queue = app.open_event(named("Queue", json!({ "capacity": 0 }))).await;
    let offer = app.open_event(named("Offer", json!({ "capacity": 1 }))).await;
    let approval = app.open_event(named("Approval", json!({ "registration": { "approval": true } }))).await;
    let proof = app.open_event(named("Proof", json!({ "registration": { "verification": true } }))).await;
    let film = app.open_event(named("Film", json!({ "registration": { "recording": true } }))).await;
    let month = app.open_event(named("Month", json!({ "when": { "edtf": "2022-05" } }))).await;
    let other = app.open_event(named("Not hers", json!({}))).await;
    app.post(&offer.registrations, person("Zed", "zed@example.org")).await.expect(201);
    app.post(&other.registrations, person("Zed", "zed@example.org")).await.expect(201);
    let zeds = app.deliver().await;
    let first = confirmation(&app, &seat, ada()).await;
    for event in [&queue, &offer, &approval, &proof, &month] {
        // Case does not make another person.
        app.post(&event.registrations, person("Ada", "ADA@example.org")).await.expect(201);
    }
    let mut watching = ada();
    watching["attendance"] = json!("recording");
    app.post(&film.registrations, watching).await.expect(201);
    let mails = app.deliver().await;
    app.post(&format!("{}/cancel", zeds[0].link("/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    app.leave_scheduled("an offer and a confirmation run out later");

    let entries = read(&app, feed_of(&first)).await;
    assert_eq!(
        statuses(&entries),
        [
            ("Not approved yet: Approval", "TENTATIVE"),
            ("Seat", "CONFIRMED"),
            ("Seat offered: Offer", "TENTATIVE"),
            ("Waiting list: Queue", "TENTATIVE"),
        ]
    );
    for (summary, event, changes) in [
        ("Seat", &seat, 0),
        ("Seat offered: Offer", &offer, 1),
        ("Waiting list: Queue", &queue, 0),
        ("Not approved yet: Approval", &approval, 0),
    ] {
        same(&entries[summary], &public(&app, event).await, changes);
    }
    let describes = |summary: &str, part: &str| entries[summary]["description"].as_str().unwrap().contains(part);
    assert!(describes("Seat", &format!("Join: {}", first.link("/join/"))));
    assert!(describes("Waiting list: Queue", "You are on the waiting list.\n\n"));
    let ics = app.get(feed_of(&first)).await.expect(200).text().replace("\r\n ", "");
    assert_eq!(ics.matches("/join/").count(), 2, "the one seat alone has a way in: {ics}");
    assert_eq!(ics.matches("TRANSP:OPAQUE").count(), 4, "{ics}");
    for secret in ["meet.example.org", "294857", "mailto:", "ATTENDEE", "METHOD", "Zed", "ada@"] {
        assert!(!ics.to_lowercase().contains(&secret.to_lowercase()), "{secret}: {ics}");
    }
    assert!(ics.contains("X-WR-CALNAME:My events: demo programme"), "{ics}");
    let spans = read(&app, &format!("{}?tentative=1", feed_of(&first))).await;
    assert_eq!(spans["Month"]["start"], "2022-05-01");
    // Once the address is confirmed it is hers.
    let verify = mails.iter().find(|mail| mail.subject.ends_with("Proof")).unwrap();
    app.post(&format!("{}/verify", verify.link("/manage/")), Value::Null).await.expect(200);
    assert_eq!(read(&app, feed_of(&first)).await["Proof"]["status"], "CONFIRMED");
    // Every mail names the same one; that of the other person is another.
    for mail in mails.iter().chain([&first]) {
        let managed = app.get(mail.link("/manage/")).await.expect(200);
        assert_eq!(managed.string("/links/feed"), feed_of(&first));
        let webcal = feed_of(&first).replacen("http://", "webcal://", 1);
        assert_eq!(managed.string("/links/webcal"), webcal);
    }
    let theirs = read(&app, feed_of(&zeds[1])).await;
    assert_eq!(statuses(&theirs), [("Cancelled: Offer", "CANCELLED"), ("Not hers", "CONFIRMED")]);
    app.deliver().await;
}

async fn it_is_kept_up_to_date_cheaply(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let mail = confirmation(&app, &event, ada()).await;
    let feed = feed_of(&mail).to_owned();
    assert!(feed.len() <= 200 && feed.rsplit('.').next() == Some("ics"), "{feed}");
    app.pass(TimeDelta::minutes(5));
    let first = app.get(&feed).await.expect(200);
    for (name, value) in [
        ("content-type", "text/calendar; charset=utf-8"),
        ("cache-control", "private, no-cache"),
        ("last-modified", "Tue, 01 Feb 2022 09:01:01 GMT"),
        ("content-disposition", "inline; filename=\"events.ics\""),
        ("referrer-policy", "no-referrer"),
    ] {
        assert_eq!(first.header(name), Some(value), "{name}");
    }
    assert_eq!((first.header("set-cookie"), first.header("location")), (None, None));
    let tag = first.etag();
    for program in [
        app.with("if-none-match", &tag),
        app.with("if-none-match", "*"),
        app.with("if-modified-since", "Tue, 01 Feb 2022 09:01:01 GMT"),
    ] {
        let same = program.get(&feed).await.expect(304);
        assert_eq!((same.body.len(), same.etag()), (0, tag.clone()));
    }
    let head = app.head(&feed).await.expect(200);
    assert_eq!(
        (head.body.len(), head.etag(), head.header("content-type")),
        (0, tag.clone(), first.header("content-type"))
    );
    let zipped = app.with("accept-encoding", "gzip").get(&feed).await.expect(200);
    assert_eq!((zipped.header("content-encoding"), zipped.etag()), (Some("gzip"), tag.clone()));
    assert!(zipped.body.starts_with(&[0x1f, 0x8b]));
    assert_eq!(app.get(&feed).await.expect(200).body, first.body, "two reads are equal in every byte");
    // A change that is the person's alone is a change of the feed.
    app.pass(TimeDelta::minutes(5));
    app.post(&format!("{}/cancel", mail.link("/manage/")), Value::Null).await.expect(200);
    app.pass(TimeDelta::seconds(61));
    let changed = app.with("if-modified-since", "Tue, 01 Feb 2022 09:10:00 GMT").get(&feed).await.expect(200);
    assert_eq!(changed.header("last-modified"), Some("Tue, 01 Feb 2022 09:11:01 GMT"));
    assert_ne!(changed.etag(), tag);
    assert!(changed.text().contains("DTSTAMP:20220201T091000Z"), "{changed}");
    app.deliver().await;
}

async fn it_follows_what_happens(app: TestApp) {
    let event = app.open_event(json!({ "title": "A" })).await;
    let mail = confirmation(&app, &event, ada()).await;
    let feed = feed_of(&mail).to_owned();
    let first = read(&app, &feed).await["A"].clone();
    let (any, path) = (event.owner.if_match("*"), format!("/api/v1/events/{}", event.id));
    app.pass(TimeDelta::minutes(1));
    let later =
        json!({ "when": { "local_start": "2022-03-24T10:00", "timezone": "Europe/Berlin", "duration": "PT1H" } });
    any.post(&format!("{path}/reschedule"), later).await.expect(200);
    let moved = read(&app, &feed).await["A"].clone();
    assert_eq!((&moved["uid"], &moved["start"]), (&first["uid"], &json!("2022-03-24T09:00:00Z")));
    assert_eq!(moved["sequence"].as_i64(), first["sequence"].as_i64().map(|sequence| sequence + 1));
    same(&moved, &public(&app, &event).await, 0);

    // A registration that was cancelled stays for thirty days, and the event as it was for all others.
    app.post(&format!("{}/cancel", mail.link("/manage/")), Value::Null).await.expect(200);
    let gone = read(&app, &feed).await;
    assert_eq!(statuses(&gone), [("Cancelled: A", "CANCELLED")]);
    same(&gone["Cancelled: A"], &public(&app, &event).await, 1);
    let ics = app.get(&feed).await.text().replace("\r\n ", "");
    assert!(ics.contains("TRANSP:TRANSPARENT") && !ics.contains("/join/"), "{ics}");
    app.pass(TimeDelta::days(30) - TimeDelta::seconds(1));
    assert_eq!(read(&app, &feed).await.len(), 1);
    app.pass(TimeDelta::seconds(1));
    assert_eq!(read(&app, &feed).await.len(), 0);
    app.deliver().await;

    // Whoever comes back has the entry once.
    let again = confirmation(&app, &event, ada()).await;
    assert_eq!(feed_of(&again), feed);
    assert_eq!(statuses(&read(&app, &feed).await), [("A", "CONFIRMED")]);
    any.post(&format!("{path}/postpone"), json!({})).await.expect(200);
    assert_eq!(statuses(&read(&app, &feed).await), [("Postponed: A", "TENTATIVE")]);
    any.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    let off = read(&app, &feed).await;
    assert_eq!(statuses(&off), [("Cancelled: A", "CANCELLED")]);
    same(&off["Cancelled: A"], &public(&app, &event).await, 2);
    app.deliver().await;
    // Thirty days after its end it is gone.
    app.clock().set("2022-04-23T09:59:59Z".parse().unwrap());
    assert_eq!(read(&app, &feed).await.len(), 1);
    app.clock().set("2022-04-23T10:00:00Z".parse().unwrap());
    assert_eq!(read(&app, &feed).await.len(), 0);
    any.post(&format!("{path}/reinstate"), json!({ "notify": false })).await.expect(200);
    assert_eq!(read(&app, &feed).await.len(), 1);
    let tag = app.get(&feed).await.etag();
    any.post(&format!("{path}/unpublish"), json!({ "notify": false })).await.expect(200);
    assert_eq!(read(&app, &feed).await.len(), 0);
    assert_ne!(app.get(&feed).await.etag(), tag);
    app.deliver().await;
}

async fn an_address_can_be_replaced(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let mail = confirmation(&app, &event, ada()).await;
    let first = feed_of(&mail).to_owned();
    let manage = mail.link("/manage/");
    let rotate = format!("{manage}/rotate-feed");
    app.get(&rotate).await.problem(405, "method_not_allowed");
    app.get(&first).await.expect(200);
    let second = app.post(&rotate, Value::Null).await.expect(200).string("/links/feed");
    assert_ne!(second, first);
    let gone = no_calendar(&app.get(&first).await, 410, "link_revoked");
    assert_eq!(app.head(&first).await.status, 410);
    assert_eq!(app.get(&second).await.expect(200).text().matches("BEGIN:VEVENT").count(), 1);
    assert_eq!(app.get(manage).await.string("/links/feed"), second, "the link of the registration stays");
    // What is none of ours looks the same from outside, but says that it never was.
    let token = |url: &str| url.rsplit('/').next().unwrap().trim_end_matches(".ics").to_owned();
    let (start, good) = (second.split("/personal/").next().unwrap(), token(&second));
    let forged = format!("{}{}", &good[..good.len() - 4], "AAAA");
    let never = format!("{}{}", "A".repeat(22), &good[22..]);
    for wrong in [forged, never, token(mail.link("/join/")), token(manage), "x".to_owned()] {
        let length = no_calendar(&app.get(&format!("{start}/personal/{wrong}.ics")).await, 404, "not_found");
        assert!(length.abs_diff(gone) < 40, "{length} and {gone}");
    }
    // The staff replace it with all links.
    let id = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
    event.owner.post(&format!("/api/v1/registrations/{id}/rotate-links"), Value::Null).await.expect(200);
    let mails = app.deliver().await;
    let third = feed_of(&mails[0]);
    for old in [&first, &second] {
        no_calendar(&app.get(old).await, 410, "link_revoked");
    }
    app.get(third).await.expect(200);
    app.post(&rotate, Value::Null).await.problem(410, "link_revoked");
    app.get(third).await.expect(200);
    app.post("/api/v1/registrations/manage/x/rotate-feed", Value::Null).await.problem(404, "not_found");
}

async fn a_new_address_has_a_calendar_of_its_own(app: TestApp) {
    let (one, two) = (app.open_event(json!({ "title": "One" })).await, app.open_event(json!({ "title": "Two" })).await);
    let mail = confirmation(&app, &one, ada()).await;
    confirmation(&app, &two, ada()).await;
    let id = one.owner.get(&one.registrations).await.expect(200).string("/items/0/id");
    let corrected = json!({ "email": "lovelace@example.org" });
    one.owner.if_match("*").patch(&format!("/api/v1/registrations/{id}"), corrected).await.expect(200);
    let told = app.deliver().await;
    assert_eq!(told[0].to, "lovelace@example.org");
    assert_eq!(statuses(&read(&app, feed_of(&told[0])).await), [("One", "CONFIRMED")]);
    assert_eq!(statuses(&read(&app, feed_of(&mail)).await), [("Two", "CONFIRMED")]);
    // Whom the staff enter has one too.
    let bo = json!({ "name": "Bo", "email": "bo@example.org" });
    one.owner.post(&format!("{}/manual", one.registrations), bo).await.expect(201);
    let told = app.deliver().await;
    assert_eq!(statuses(&read(&app, feed_of(&told[0])).await), [("One", "CONFIRMED")]);
}

async fn the_same_person_has_one_in_each_workspace(app: TestApp) {
    let ours = app.open_event(json!({ "title": "Ours" })).await;
    let mail = confirmation(&app, &ours, ada()).await;
    let second = app.other_workspace("second").await;
    let theirs = app.staff_of(&second, Role::Owner).await.if_match("*");
    let host = theirs.post("/api/v1/organisations", json!({ "name": "Host" })).await.expect(201).id();
    let event = json!({ "title": "Theirs", "kind": "webinar", "when": { "edtf": "2022-05-01" } });
    let event = format!("/api/v1/events/{}", theirs.post("/api/v1/events", event).await.expect(201).id());
    let part = json!([{ "organisation_id": host, "role": "organiser" }]);
    theirs.put(&format!("{event}/organisations"), part).await.expect(200);
    theirs.post(&format!("{event}/publish"), json!({})).await.expect(200);
    app.post(&format!("{event}/registrations"), ada()).await.expect(201);
    let other = app.deliver().await.remove(0);
    assert_ne!(feed_of(&other), feed_of(&mail));
    assert_eq!(statuses(&read(&app, feed_of(&mail)).await), [("Ours", "CONFIRMED")]);
    assert_eq!(statuses(&read(&app, feed_of(&other)).await), [("Theirs", "CONFIRMED")]);
}

async fn a_fault_is_no_empty_calendar(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let mail = confirmation(&app, &event, ada()).await;
    let break_it = "UPDATE events SET precision = 'fortnight'";
    diesel::sql_query(break_it).execute(&mut app.database().connect()).expect("a hand in the database");
    let broken = app.get(feed_of(&mail)).await;
    broken.problem(503, "unavailable");
    assert!(broken.header("retry-after").is_some(), "{broken}");
}

async fn two_at_once_make_one(backend: Backend) {
    let app = TestApp::start(backend).await;
    let mut events = Vec::new();
    for number in 0..6 {
        events.push(app.open_event(json!({ "title": format!("E{number}") })).await);
    }
    let replica = app.replica();
    futures_util::future::join_all(events.iter().enumerate().map(|(index, event)| {
        let client = if index % 2 == 0 { &*app } else { &*replica };
        async move { client.post(&event.registrations, ada()).await.expect(201) }
    }))
    .await;
    let mails = app.deliver().await;
    assert_eq!(mails.len(), 6);
    assert!(mails.iter().all(|mail| feed_of(mail) == feed_of(&mails[0])));
    assert_eq!(read(&app, feed_of(&mails[0])).await.len(), 6);
}

/// Waits until so many statements wait for a lock.
async fn until_waiting(app: &TestApp, count: i64) {
    for _ in 0..200 {
        let waiting = diesel::sql_query(
            "SELECT count(*) AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        let Conn::Postgres(conn) = &mut app.database().connect() else { panic!("PostgreSQL") };
        if waiting.get_result::<Count>(conn).unwrap().count >= count {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("nobody waits for a lock");
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// On SQLite one transaction follows the other.
#[tokio::test]
async fn who_registers_while_they_are_erased_has_a_calendar() {
    on(Backend::Postgres, |app: TestApp| async move {
        let (first, second) = (app.open_event(json!({})).await, app.open_event(json!({})).await);
        let old = confirmation(&app, &first, ada()).await;
        let mut holder = app.database().connect();
        let hold = format!("BEGIN; SELECT 1 FROM event_seats WHERE event_id = '{}' FOR UPDATE", second.id);
        holder.batch_execute(&hold).unwrap();
        let (client, path) = (Client::clone(&app), second.registrations.clone());
        let registering = tokio::spawn(async move { client.post(&path, ada()).await });
        until_waiting(&app, 1).await;
        let owner = first.owner.clone();
        let erasing = tokio::spawn(async move {
            let erase = json!({ "email": "ada@example.org", "confirm": true });
            owner.post("/api/v1/privacy/erasure", erase).await
        });
        until_waiting(&app, 2).await;
        holder.batch_execute("COMMIT").unwrap();
        registering.await.unwrap().expect(201);
        assert_eq!(erasing.await.unwrap().expect(200).at("/erased/registrations"), json!(1));
        let mails = app.deliver().await;
        let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
        assert_eq!(feed_of(mail), feed_of(&old));
        assert_eq!(read(&app, feed_of(mail)).await.len(), 1);
    })
    .await;
}

async fn no_token_is_counted(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let mail = confirmation(&app, &event, ada()).await;
    app.get(feed_of(&mail)).await.expect(200);
    app.get(mail.link("/join/")).await.expect(409);
    let metrics = app.get("/metrics").await.expect(200);
    for route in ["/calendars/personal/{token}.ics", "/join/{token}"] {
        assert!(metrics.text().contains(&format!("route=\"{route}\"")), "{route}: {metrics}");
    }
    for url in [feed_of(&mail), mail.link("/join/"), mail.link("/manage/")] {
        let token = url.rsplit('/').next().unwrap().trim_end_matches(".ics");
        assert!(token.len() == 64 && !metrics.text().contains(token), "{metrics}");
    }
}
