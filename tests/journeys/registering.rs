//! From the form to the mail, the queue and back.

use chrono::TimeDelta;
use futures_util::future::join_all;
use plenary::accounts::{CalendarMethod, Role};
use serde_json::{Value, json};

use crate::support::parsers::read_calendar;
use crate::support::{Backend, TestApp, TestAppBuilder, person};

both!(
    a_confirmation_agrees_with_the_feed,
    a_freed_seat_goes_down_the_queue,
    a_full_event_without_a_queue_refuses,
    a_published_entry_has_no_attendee,
    an_address_cannot_be_found_out,
    an_offer_that_runs_out_goes_on,
    a_link_shows_and_a_post_acts,
    a_seat_at_what_is_over_is_not_passed_on,
    faults_of_the_form_are_pointed_at,
    more_seats_go_down_the_queue,
    one_key_registers_once,
    registration_has_its_time,
    the_staff_are_told_once_each,
    two_hundred_people_want_fifty_seats,
    two_processes_share_the_seats,
);

fn entry(calendar: &Value) -> &Value {
    let events = calendar["events"].as_array().expect("a list");
    assert_eq!(events.len(), 1, "{calendar}");
    &events[0]
}

async fn a_confirmation_agrees_with_the_feed(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let ulrika = json!({
        "name": "Ulrika Dagård, “Ula”", "email": "Ulrika@example.org", "organisation": "City of Lund",
        "timezone": "America/New_York", "language": "en", "consent": true,
    });
    let answer = app.post(&event.registrations, ulrika).await.expect(201);
    assert_eq!(answer.json(), json!({ "event_id": event.id, "state": "confirmed" }));

    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!((mail.envelope_to.as_str(), mail.to.as_str()), ("Ulrika@example.org", "Ulrika@example.org"));
    assert_eq!((mail.from.as_str(), mail.from_name.as_deref()), ("plenary@events.example.org", Some("demo programme")));
    assert_eq!(mail.subject, "You are registered: Local complaint mechanisms: “what works” & why");
    assert_eq!(mail.header("auto-submitted"), Some("auto-generated"));
    for text in [&mail.text, &mail.html] {
        assert!(text.contains("Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)"), "{text}");
        assert!(text.contains("Thursday 17 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)"), "{text}");
    }

    let (method, ics) = mail.calendar.clone().expect("a calendar entry");
    assert_eq!(method, "REQUEST");
    let (invitation, feed) = (read_calendar(&ics), app.get(&format!("/calendars/events/{}.ics", event.id)).await);
    let feed = read_calendar(feed.expect(200).text());
    assert_eq!((invitation["method"].clone(), feed["method"].clone()), (json!("REQUEST"), Value::Null));
    let (invited, shown) = (entry(&invitation), entry(&feed));
    for name in ["uid", "sequence", "summary", "start", "end", "all_day", "status"] {
        assert_eq!(invited[name], shown[name], "{name}");
    }
    assert_eq!((&invited["start"], &invited["end"]), (&json!("2022-03-17T15:00:00Z"), &json!("2022-03-17T16:30:00Z")));
    assert_eq!(invited["summary"], json!("Local complaint mechanisms: “what works” & why"));
    assert_eq!(invited["attendees"].as_array().map(Vec::len), Some(1));
    assert_eq!(invited["attendees"][0]["address"], json!("mailto:Ulrika@example.org"));
    assert_eq!(shown["attendees"], json!([]));
    let read = app.get(&format!("/api/v1/events/{}", event.id)).await.expect(200);
    assert_eq!((read.at("/uid"), read.at("/sequence")), (invited["uid"].clone(), invited["sequence"].clone()));

    // Who has a seat is told where to go; nobody else is.
    let (join, ics) = (mail.link("/join/"), ics.replace("\r\n ", ""));
    for private in [&mail.text, &mail.html, &ics] {
        assert!(private.contains(join) && !private.contains("meet.example.org"), "{private}");
    }
    assert_eq!(ics.matches(join).count(), 2, "as an address, and for people: {ics}");
    for public in [
        app.get(&format!("/api/v1/events/{}", event.id)).await,
        app.get("/api/v1/events").await,
        app.get(&format!("/calendars/events/{}.ics", event.id)).await,
        app.get("/calendars/workspaces/demo.ics").await,
        app.get(&format!("{}-form", event.registrations.trim_end_matches('s'))).await,
    ] {
        let text = public.expect(200).text().to_lowercase();
        for secret in ["meet.example.org", "/join/", "/personal/", "294857", "ulrika", "dagård"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}

async fn a_published_entry_has_no_attendee(app: TestAppBuilder) {
    let app = app.calendar_method(CalendarMethod::Publish).start().await;
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Bo", "bo@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let (method, ics) = mails[0].calendar.clone().expect("a calendar entry");
    assert_eq!(method, "PUBLISH");
    assert_eq!(entry(&read_calendar(&ics))["attendees"], json!([]));
}

async fn an_address_cannot_be_found_out(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 2 })).await;
    let known = app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let again = app.post(&event.registrations, person("Mallory", "ADA@example.org")).await.expect(201);
    assert_eq!(again.json(), known.json());
    let mails = app.deliver().await;
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().all(|mail| mail.to == "ada@example.org" && !mail.text.contains("Mallory")), "{mails:?}");
    // However often it is entered, its owner hears of it once a day.
    for _ in 0..3 {
        app.post(&event.registrations, person("Mallory", "ada@example.org")).await.expect(201);
    }
    assert_eq!(app.deliver().await, []);
    app.pass(TimeDelta::days(1));
    app.post(&event.registrations, person("Mallory", "ada@example.org")).await.expect(201);
    assert_eq!(app.deliver().await.len(), 1);

    // When the event is full, the known address gets the newcomer's answer, and keeps its seat.
    app.post(&event.registrations, person("Bo", "bo@example.org")).await.expect(201);
    let newcomer = app.post(&event.registrations, person("Cy", "cy@example.org")).await.expect(201);
    let known = app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!((known.json(), known.at("/state")), (newcomer.json(), json!("waitlisted")));
    let states = event.states().await;
    assert_eq!(states[0], ("ada@example.org".to_owned(), "confirmed".to_owned()));
    assert_eq!(states.len(), 3);
    app.deliver().await;
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_freed_seat_goes_down_the_queue(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    for name in ["ada", "bo", "cy", "di"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let mails = app.deliver().await;
    let manage = |to: &str| {
        let mail = mails.iter().find(|mail| mail.to == format!("{to}@example.org")).expect("a mail");
        mail.link("/registrations/manage/").to_owned()
    };
    let ahead = app.get(&manage("di")).await.expect(200);
    assert_eq!((ahead.at("/state"), ahead.at("/ahead_in_queue")), (json!("waitlisted"), json!(2)));

    // Bo leaves the queue, Ada her seat: the seat is Cy's to take, in the transaction that freed it.
    app.post(&format!("{}/cancel", manage("bo")), Value::Null).await.expect(200);
    app.post(&format!("{}/cancel", manage("ada")), Value::Null).await.expect(200);
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["cancelled", "cancelled", "offered", "waitlisted"]);
    // A newcomer does not overtake, and the offered seat is nobody else's.
    let late = app.post(&event.registrations, person("Ed", "ed@example.org")).await.expect(201);
    assert_eq!(late.at("/state"), json!("waitlisted"));

    let told = app.deliver().await;
    let subjects: Vec<(String, Option<String>)> =
        told.iter().map(|mail| (mail.to.clone(), mail.calendar.clone().map(|(method, _)| method))).collect();
    assert_eq!(
        subjects,
        [
            // Who waited had no entry to take back.
            ("bo@example.org".to_owned(), None),
            ("ada@example.org".to_owned(), Some("CANCEL".to_owned())),
            ("cy@example.org".to_owned(), None),
            ("ed@example.org".to_owned(), None),
        ]
    );
    app.post(&format!("{}/accept-offer", manage("cy")), Value::Null).await.expect(200);
    let twice = app.post(&format!("{}/accept-offer", manage("cy")), Value::Null).await.expect(200);
    assert_eq!(twice.at("/state"), json!("confirmed"));
    let confirmed = app.deliver().await;
    let [confirmed] = confirmed.as_slice() else { panic!("one mail, not {confirmed:?}") };
    assert_eq!(confirmed.to, "cy@example.org");
    assert!(confirmed.calendar.is_some());
    // The end of the offer is still scheduled, and finds nothing to end.
    app.pass(TimeDelta::days(2));
    assert_eq!(app.deliver().await, []);
    assert_eq!(event.states().await[2].1, "confirmed");
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn an_offer_that_runs_out_goes_on(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "offer_hours": 2 } })).await;
    for name in ["ada", "bo", "cy"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let mails = app.deliver().await;
    let link = |to: &str| mails.iter().find(|mail| mail.to == to).unwrap().link("/manage/").to_owned();
    app.post(&format!("{}/cancel", link("ada@example.org")), Value::Null).await.expect(200);
    app.deliver().await;
    let kinds: Vec<String> = app.outbox().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["registrations.offer_ends", "registrations.waiting_ends"]);

    app.pass(TimeDelta::hours(2));
    let late = app.post(&format!("{}/accept-offer", link("bo@example.org")), Value::Null).await;
    assert_eq!(late.problem(409, "not_possible_now")["detail"], "The time to accept the seat is over.");
    let told = app.deliver().await;
    let to: Vec<&str> = told.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["bo@example.org", "cy@example.org"]);
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["cancelled", "expired", "offered"]);
    app.post(&format!("{}/decline-offer", link("cy@example.org")), Value::Null).await.expect(200);
    assert_eq!(event.states().await[2].1, "cancelled");
    // The queue is empty now: the next newcomer gets the seat.
    let next = app.post(&event.registrations, person("Ed", "ed@example.org")).await.expect(201);
    assert_eq!(next.at("/state"), json!("confirmed"));
    app.pass(TimeDelta::hours(3));
    app.deliver().await;
    app.leave_scheduled("the end of the event, for which people waited");
}

async fn more_seats_go_down_the_queue(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    for name in ["ada", "bo", "cy", "di"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    app.deliver().await;
    let any = event.owner.if_match("*");
    any.patch(&format!("/api/v1/events/{}", event.id), json!({ "capacity": 3 })).await.expect(200);
    // Who comes between the change and the offers does not overtake.
    let late = app.post(&event.registrations, person("ed", "ed@example.org")).await.expect(201);
    assert_eq!(late.at("/state"), json!("waitlisted"));
    app.deliver().await;
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["confirmed", "offered", "offered", "waitlisted", "waitlisted"]);
    // Fewer seats take nobody's away.
    any.patch(&format!("/api/v1/events/{}", event.id), json!({ "capacity": 1 })).await.expect(200);
    app.deliver().await;
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["confirmed", "offered", "offered", "waitlisted", "waitlisted"]);
    app.leave_outbox("the ends of the offers are scheduled");
}

async fn a_full_event_without_a_queue_refuses(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 0, "registration": { "wait_list": false } })).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.problem(409, "event_full");
    assert_eq!(event.states().await, []);
}

async fn a_seat_at_what_is_over_is_not_passed_on(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    for name in ["ada", "bo"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let mails = app.deliver().await;
    app.clock().set("2022-03-17T16:30:00Z".parse().unwrap());
    let own = format!("{}/cancel", mails[0].link("/manage/"));
    app.post(&own, Value::Null).await.problem(409, "not_possible_now");
    let id = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
    event.owner.if_match("*").post(&format!("/api/v1/registrations/{id}/cancel"), Value::Null).await.expect(200);
    let to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["ada@example.org"]);
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["cancelled", "expired"]);
}

async fn a_link_shows_and_a_post_acts(app: TestApp) {
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let manage = mails[0].link("/registrations/manage/");
    for _ in 0..2 {
        let shown = app.get(manage).await.expect(200);
        assert_eq!((shown.at("/state"), shown.at("/actions")), (json!("confirmed"), json!(["cancel"])));
        assert_eq!(shown.header("cache-control"), Some("no-store"));
    }
    for action in ["cancel", "accept-offer", "decline-offer"] {
        app.get(&format!("{manage}/{action}")).await.problem(405, "method_not_allowed");
    }
    assert_eq!(event.states().await[0].1, "confirmed");
    let (start, token) = manage.rsplit_once('/').unwrap();
    let other = if token.ends_with('A') { "B" } else { "A" };
    let forged = format!("{start}/{}{other}", &token[..token.len() - 1]);
    for wrong in [forged, format!("{start}/{}", &token[1..]), format!("{start}/x")] {
        app.get(&wrong).await.problem(404, "not_found");
        app.post(&format!("{wrong}/cancel"), Value::Null).await.problem(404, "not_found");
    }
    for _ in 0..2 {
        let cancelled = app.post(&format!("{manage}/cancel"), Value::Null).await.expect(200);
        assert_eq!((cancelled.at("/state"), cancelled.at("/actions")), (json!("cancelled"), json!([])));
    }
    let told = app.deliver().await;
    let [told] = told.as_slice() else { panic!("one mail, not {told:?}") };
    let (method, ics) = told.calendar.clone().expect("a calendar entry");
    assert_eq!(method, "CANCEL");
    let (gone, had) = (read_calendar(&ics), read_calendar(&mails[0].calendar.clone().unwrap().1));
    assert_eq!(entry(&gone)["uid"], entry(&had)["uid"]);
    assert_eq!(entry(&gone)["status"], json!("CANCELLED"));
    // One person's cancellation is no new version of the event, but of their entry, as is their coming back.
    let sequence = |read: &Value| entry(read)["sequence"].as_i64().unwrap();
    assert_eq!(sequence(&gone), sequence(&had) + 1);
    // The address is free again.
    app.pass(TimeDelta::minutes(1));
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let back = app.deliver().await.remove(0).calendar.unwrap();
    assert_eq!((back.0.as_str(), sequence(&read_calendar(&back.1))), ("REQUEST", sequence(&gone) + 1));
    assert_eq!(event.states().await.len(), 2);
}

async fn faults_of_the_form_are_pointed_at(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let wrong = json!({
        "name": "Eve\r\nBcc: all@example.org", "email": "not an address", "timezone": "CET", "language": "English",
        "answers": { "shoe/size": 42 }, "consent": false,
    });
    app.post(&event.registrations, wrong).await.faults(&[
        ("/name", "text_invalid"),
        ("/language", "language_invalid"),
        ("/consent", "field_required"),
        ("/timezone", "timezone_abbreviation"),
        ("/email", "email_invalid"),
        ("/answers/shoe~1size", "field_unknown"),
    ]);
    app.post(&event.registrations, json!({ "name": "Ada" })).await.problem(422, "field_required");
    assert_eq!(event.states().await, []);
}

async fn one_key_registers_once(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let keyed = app.keyed("registration-of-ada");
    let first = keyed.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let again = keyed.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!((again.json(), again.header("idempotency-replayed")), (first.json(), Some("true")));
    let other = keyed.post(&event.registrations, person("Bo", "bo@example.org")).await;
    other.problem(422, "idempotency_key_reused");
    assert_eq!(app.deliver().await.len(), 1);
    assert_eq!(event.states().await.len(), 1);
}

async fn registration_has_its_time(app: TestApp) {
    let times = json!({ "opens_at": "2022-02-10T00:00:00Z", "closes_at": "2022-02-20T00:00:00Z" });
    let event = app.open_event(json!({ "registration": times })).await;
    let ada = || person("Ada", "ada@example.org");
    app.post(&event.registrations, ada()).await.problem(409, "registration_closed");
    app.clock().set("2022-02-10T00:00:00Z".parse().unwrap());
    app.post(&event.registrations, ada()).await.expect(201);
    app.clock().set("2022-02-20T00:00:00Z".parse().unwrap());
    app.post(&event.registrations, person("Bo", "bo@example.org")).await.problem(409, "registration_closed");
    let draft = event.owner.post("/api/v1/events", json!({ "kind": "webinar", "title": "A draft" })).await.expect(201);
    app.post(&format!("/api/v1/events/{}/registrations", draft.id()), ada()).await.problem(404, "not_found");
    app.deliver().await;
}

async fn the_staff_are_told_once_each(app: TestApp) {
    for (email, role, notices) in [
        ("owner@example.org", "owner", "each"),
        ("quiet@example.org", "organiser", "none"),
        ("desk@example.org", "assistant", "each"),
        ("viewer@example.org", "viewer", "each"),
    ] {
        let owner = app.staff(Role::Owner).await;
        let member = json!({ "email": email, "role": role, "notices": notices });
        owner.post("/api/v1/members", member).await.expect(201);
    }
    let event = app.open_event(json!({ "capacity": 40 })).await;
    app.post(&event.registrations, person("Ada Lovelace", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to, ["ada@example.org", "owner@example.org", "desk@example.org"]);
    for notice in &mails[1..] {
        assert!(notice.text.contains("Ada Lovelace") && !notice.text.contains("/manage/"), "{}", notice.text);
        assert_eq!(notice.calendar, None);
    }
    let states = event.owner.get("/api/v1/outbox?state=sent").await.expect(200);
    assert_eq!(states.at("/items").as_array().map(Vec::len), Some(4));
}

async fn two_hundred_people_want_fifty_seats(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 50 })).await;
    app.leave_outbox("four hundred mails are not what this test is about");
    let answers =
        join_all(
            (0..200).map(|index| {
                let (app, path) = (&app, &event.registrations);
                async move {
                    app.post(path, person("P", &format!("p{index}@example.org"))).await.expect(201).string("/state")
                }
            }),
        )
        .await;
    let count = |state: &str| answers.iter().filter(|answer| *answer == state).count();
    assert_eq!((count("confirmed"), count("waitlisted")), (50, 150));
    let states = event.states().await;
    let stored = |state: &str| states.iter().filter(|(_, own)| own == state).count();
    assert_eq!((stored("confirmed"), stored("waitlisted"), states.len()), (50, 150, 200));
    // Places in the queue are 1 to 150, each once.
    let mut places = Vec::new();
    let mut path = format!("{}?state=waitlisted&limit=100", event.registrations);
    loop {
        let page = event.owner.get(&path).await.expect(200).json();
        places.extend(page["items"].as_array().unwrap().iter().map(|row| row["queue_position"].as_i64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{}?state=waitlisted&limit=100&cursor={cursor}", event.registrations);
    }
    places.sort_unstable();
    assert_eq!(places, (1..=150).collect::<Vec<i64>>());
    // One message to each person, one for the staff about each, and one for the end of the event for which they wait.
    assert_eq!(app.outbox().len(), 401);
}

async fn two_processes_share_the_seats(backend: Backend) {
    let app = TestApp::start(backend).await;
    let event = app.open_event(json!({ "capacity": 10 })).await;
    app.leave_outbox("what is counted here are seats");
    let replica = app.replica();
    // Each person enters themselves twice, in both processes at once.
    join_all((0..60).map(|index| {
        let (client, path) = (if index % 2 == 0 { &*app } else { &*replica }, &event.registrations);
        async move { client.post(path, person("P", &format!("p{}@example.org", index / 2))).await.expect(201) }
    }))
    .await;
    let states = event.states().await;
    let stored = |state: &str| states.iter().filter(|(_, own)| own == state).count();
    assert_eq!((stored("confirmed"), stored("waitlisted"), states.len()), (10, 20, 30));
}
