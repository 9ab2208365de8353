//! Registering for several events of a series at once: each decides as if it were alone, and one mail is about all.

use chrono::TimeDelta;
use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::{Mail, OpenEvent, TestApp, person};

both!(
    a_known_address_gets_the_answer_of_a_newcomer,
    a_program_is_not_registered,
    a_replaced_link_is_taken_out,
    all_open_events_are_one_registration,
    an_address_is_confirmed_once_for_all,
    nobody_is_asked_again_for_what_was_refused,
    answers_go_to_the_forms_that_ask,
    each_event_decides_alone,
    many_register_for_the_same_at_once,
    statistics_add_up_over_a_series,
    what_is_chosen_belongs_to_the_series,
    what_is_known_goes_out_once_a_day,
);

const NOTHING: &str = "017eb483-2280-7000-8000-000000000000";

/// A published series.
async fn open_series(app: &TestApp) -> (String, String) {
    let owner = app.staff(Role::Owner).await;
    let series = json!({ "slug": "autumn", "title": "Autumn “of” <rights>" });
    let id = owner.post("/api/v1/series", series).await.expect(201).id();
    owner.if_match("*").post(&format!("/api/v1/series/{id}/publish"), json!({})).await.expect(200);
    (format!("/api/v1/series/{id}/registrations"), id)
}

/// An event of it on that day of March, with more details.
async fn event_of(app: &TestApp, series: &str, day: u32, more: Value) -> OpenEvent {
    let mut details = json!({
        "series_id": series,
        "title": format!("Day {day}"),
        "when": { "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H" },
    });
    details.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.open_event(details).await
}

#[expect(clippy::needless_pass_by_value, reason = "json! makes values")]
fn with(mut person: Value, more: Value) -> Value {
    person.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    person
}

fn stands(event: &OpenEvent, state: &str) -> Value {
    json!({ "event_id": event.id, "state": state, "code": null, "errors": [] })
}

fn refused(event: &OpenEvent, code: &str) -> Value {
    json!({ "event_id": event.id, "state": null, "code": code, "errors": [] })
}

/// The API behind the page of all that was registered for together.
fn group_of(mail: &Mail) -> String {
    mail.link("/registrations/groups/").replace("/registrations/", "/api/v1/registrations/")
}

/// What a mail says of each event: its title and where one stands.
fn told(mail: &Mail) -> Vec<(String, String)> {
    let text = mail.text.replace("\r\n", "\n");
    let parts = text.split("\n* ").skip(1).map(|part| {
        let title = part.lines().next().unwrap().to_owned();
        let standing = part.split("Where you stand:\n  ").nth(1).unwrap().lines().next().unwrap();
        (title, standing.to_owned())
    });
    parts.collect()
}

fn says(title: &str, standing: &str) -> (String, String) {
    (title.to_owned(), standing.to_owned())
}

async fn states(event: &OpenEvent) -> Vec<String> {
    event.states().await.into_iter().map(|(_, state)| state).collect()
}

async fn all_open_events_are_one_registration(app: TestApp) {
    let (path, id) = open_series(&app).await;
    // Made in another order than they take place.
    let late = event_of(&app, &id, 20, json!({})).await;
    let early = event_of(&app, &id, 10, json!({})).await;
    let closed = event_of(&app, &id, 15, json!({ "registration": { "enabled": false } })).await;
    let elsewhere = app.open_event(json!({})).await;
    let ada = with(person("Ada", "ada@example.org"), json!({ "timezone": "Asia/Tokyo" }));
    let answer = app.post(&path, ada).await.expect(201);
    let expected = json!({ "series_id": id, "items": [stands(&early, "confirmed"), stands(&late, "confirmed")] });
    assert_eq!(answer.json(), expected);
    for (event, count) in [(&late, 1), (&early, 1), (&closed, 0), (&elsewhere, 0)] {
        assert_eq!(event.states().await.len(), count);
    }

    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!((mail.to.as_str(), mail.calendar.as_ref()), ("ada@example.org", None));
    assert_eq!(mail.subject, "Your registrations: Autumn “of” <rights>");
    assert_eq!(told(mail), [says("Day 10", "You are registered."), says("Day 20", "You are registered.")]);
    assert_eq!(mail.links().iter().filter(|link| link.contains("/join/")).count(), 2);
    assert!(mail.text.contains("Friday 11 March 2022, 00:00") && mail.html.contains("&lt;rights&gt;"), "{}", mail.text);

    let row = late.owner.get(&late.registrations).await.expect(200).string("/items/0/id");
    let timeline = late.owner.get(&format!("/api/v1/registrations/{row}/timeline")).await.expect(200).json();
    let what: Vec<&Value> = timeline["items"].as_array().unwrap().iter().map(|entry| &entry["what"]).collect();
    assert_eq!(what, ["registered", "confirmed", "registered_together", "registrations.notice"]);

    // Its link shows all of them and changes nothing; each can be cancelled alone.
    let link = group_of(mail);
    let group = app.get(&link).await.expect(200);
    assert_eq!((group.at("/series_id"), group.at("/actions")), (json!(id), json!([])));
    assert_eq!(group.header("cache-control"), Some("no-store"));
    assert_eq!(group.at("/registrations").as_array().unwrap().len(), 2);
    let (token, title) = (group.string("/registrations/0/token"), group.string("/registrations/0/registration/title"));
    app.post(&format!("/api/v1/registrations/manage/{token}/cancel"), Value::Null).await.expect(200);
    let (gone, kept) = if title == "Day 10" { (&early, &late) } else { (&late, &early) };
    assert_eq!((states(gone).await, states(kept).await), (vec!["cancelled".to_owned()], vec!["confirmed".to_owned()]));
    let cancelled = app.deliver().await;
    assert_eq!(cancelled.len(), 1);
    assert_eq!(cancelled[0].calendar.as_ref().map(|(method, _)| method.as_str()), Some("CANCEL"));
    // Nothing waits for the address.
    app.post(&format!("{link}/verify"), Value::Null).await.expect(200);
    assert_eq!(app.deliver().await, []);
    app.get(&format!("{link}x")).await.problem(404, "not_found");
    app.get(&format!("/api/v1/registrations/manage/{}", link.rsplit('/').next().unwrap()))
        .await
        .problem(404, "not_found");
}

async fn each_event_decides_alone(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let free = event_of(&app, &id, 10, json!({})).await;
    let queued = event_of(&app, &id, 11, json!({ "capacity": 1 })).await;
    let full = event_of(&app, &id, 12, json!({ "capacity": 1, "registration": { "wait_list": false } })).await;
    let asking = event_of(&app, &id, 13, json!({ "registration": { "approval": true } })).await;
    for event in [&queued, &full] {
        app.post(&event.registrations, person("Bo", "bo@example.org")).await.expect(201);
    }
    app.deliver().await;
    let answer = app.post(&path, person("Ada", "ada@example.org")).await.expect(201);
    let expected = json!([
        stands(&free, "confirmed"),
        stands(&queued, "waitlisted"),
        refused(&full, "event_full"),
        stands(&asking, "pending_approval"),
    ]);
    assert_eq!(answer.at("/items"), expected);
    assert_eq!(states(&full).await, ["confirmed"]);
    let mails = app.deliver().await;
    assert_eq!(mails.len(), 1);
    let expected = [
        says("Day 10", "You are registered."),
        says("Day 11", "You are on the waiting list."),
        says("Day 13", "The organisers decide on your registration."),
    ];
    assert_eq!(told(&mails[0]), expected);
    // A refusal of all is an error, and leaves nothing behind.
    let promised = app.outbox();
    assert!(promised.iter().all(|(kind, _)| kind == "registrations.waiting_ends"), "{promised:?}");
    let only = json!({ "event_ids": [full.id] });
    app.post(&path, with(person("Cy", "cy@example.org"), only)).await.problem(409, "event_full");
    assert_eq!(states(&full).await, ["confirmed"]);
    assert_eq!(app.outbox(), promised);
    app.leave_scheduled("the ends of the events, for which Ada waits");
}

async fn an_address_is_confirmed_once_for_all(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let open = event_of(&app, &id, 10, json!({})).await;
    let asks = json!({ "registration": { "verification": true } });
    let first = event_of(&app, &id, 11, with(asks.clone(), json!({ "capacity": 1 }))).await;
    let second = event_of(&app, &id, 12, asks).await;
    let answer = app.post(&path, person("Ada", "ada@example.org")).await.expect(201);
    let waits = |event| stands(event, "pending_verification");
    assert_eq!(answer.at("/items"), json!([stands(&open, "confirmed"), waits(&first), waits(&second)]));
    let asked = app.deliver().await;
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].subject, "Please confirm your address: Autumn “of” <rights>");
    let text = asked[0].text.replace("\r\n", "\n");
    assert!(text.contains("Confirm by:\n  Thursday 3 February 2022, 10:00 (Europe/Berlin"), "{text}");
    // Only where nothing has to be confirmed is there a link to join.
    assert_eq!(asked[0].links().iter().filter(|link| link.contains("/join/")).count(), 1);
    let link = group_of(&asked[0]);
    assert_eq!(app.get(&link).await.expect(200).at("/actions"), json!(["verify"]));
    app.get(&format!("{link}/verify")).await.problem(405, "method_not_allowed");
    assert_eq!(states(&second).await, ["pending_verification"]);

    // Somebody else has the seat by then.
    app.post(&first.registrations, person("Bo", "bo@example.org")).await.expect(201);
    let bo = app.deliver().await;
    app.post(&format!("{}/verify", bo[0].link("/registrations/manage/")), Value::Null).await.expect(200);
    app.deliver().await;
    for _ in 0..2 {
        let shown = app.post(&format!("{link}/verify"), Value::Null).await.expect(200);
        assert_eq!(shown.at("/actions"), json!([]));
    }
    assert_eq!(
        (states(&first).await, states(&second).await),
        (vec!["waitlisted".to_owned(), "confirmed".to_owned()], vec!["confirmed".to_owned()],)
    );
    let mails = app.deliver().await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Your registrations: Autumn “of” <rights>");
    let expected = [
        says("Day 10", "You are registered."),
        says("Day 11", "You are on the waiting list."),
        says("Day 12", "You are registered."),
    ];
    assert_eq!(told(&mails[0]), expected);
    // The end of its time finds nothing to end.
    app.pass(TimeDelta::days(3));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&second).await, ["confirmed"]);

    // Not confirmed in time is not registered.
    app.post(&path, person("Cy", "cy@example.org")).await.expect(201);
    let asked = app.deliver().await;
    app.pass(TimeDelta::hours(48));
    let late = app.post(&format!("{}/verify", group_of(&asked[0])), Value::Null).await;
    late.problem(409, "not_possible_now");
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&second).await, ["confirmed", "expired"]);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

/// The address of the calendar of all that somebody registered for, if a mail has one.
fn calendar_of(mail: &Mail) -> Option<&str> {
    mail.links().into_iter().find(|link| link.contains("/calendars/personal/"))
}

async fn nobody_is_asked_again_for_what_was_refused(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let policy = json!({ "registration": { "verification": true, "wait_list": false }, "capacity": 1 });
    let full = event_of(&app, &id, 11, policy).await;
    let free = event_of(&app, &id, 12, json!({ "registration": { "verification": true } })).await;
    let mut ada = person("Ada", "ada@example.org");
    ada["language"] = json!("de");
    app.post(&path, ada).await.expect(201);
    let asked = app.deliver().await;
    assert_eq!(asked[0].subject, "Bitte bestätigen Sie Ihre Adresse: Autumn “of” <rights>");
    assert_eq!(calendar_of(&asked[0]), None, "the address may be anybody's");
    app.post(&full.registrations, person("Bo", "bo@example.org")).await.expect(201);
    let bo = app.deliver().await;
    app.post(&format!("{}/verify", bo[0].link("/registrations/manage/")), Value::Null).await.expect(200);
    app.deliver().await;

    app.post(&format!("{}/verify", group_of(&asked[0])), Value::Null).await.expect(200);
    assert_eq!(states(&free).await, ["confirmed"]);
    assert_eq!(states(&full).await, ["pending_verification", "confirmed"]);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(mail.subject, "Ihre Anmeldungen: Autumn “of” <rights>");
    let standing = |part: &str| part.split("Stand:\n  ").nth(1).unwrap().lines().next().unwrap().to_owned();
    let text = mail.text.replace("\r\n", "\n");
    let said: Vec<String> = text.split("\n* ").skip(1).map(standing).collect();
    assert_eq!(
        said,
        ["Das Bestätigen ist hier nicht gelungen. Bitte öffnen und neu versuchen.", "Sie sind angemeldet."]
    );
    assert!(!text.contains("Bitte bestätigen Sie") && !mail.html.contains("Bitte bestätigen Sie"), "{text}");
    // What they have now is in a calendar of their own.
    let calendar = app.get(calendar_of(mail).unwrap()).await.expect(200);
    assert!(calendar.text().contains(":Day 12\r\n") && !calendar.text().contains("Day 11"), "{calendar}");
    app.leave_scheduled("the time to confirm an address");
}

async fn answers_go_to_the_forms_that_ask(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let plain = event_of(&app, &id, 10, json!({})).await;
    let meal = event_of(&app, &id, 11, json!({})).await;
    let both = event_of(&app, &id, 12, json!({})).await;
    let question = |key: &str| json!({ "key": key, "label": key, "type": "text", "required": true, "max_length": 5 });
    for (event, keys) in [(&meal, vec!["meal"]), (&both, vec!["meal", "size"])] {
        let questions: Vec<Value> = keys.into_iter().map(question).collect();
        let form = format!("/api/v1/events/{}/questions", event.id);
        event.owner.if_match("*").put(&form, json!(questions)).await.expect(200);
    }
    let ada = |more: Value| with(person("Ada", "ada@example.org"), more);
    let unasked = ada(json!({ "answers": { "meal": "soup", "a/b": "x" } }));
    app.post(&path, unasked).await.faults(&[("/answers/a~1b", "field_unknown")]);
    let elsewhere = ada(json!({ "event_ids": [plain.id], "events": { meal.id.clone(): {} } }));
    app.post(&path, elsewhere).await.faults(&[(&format!("/events/{}", meal.id), "reference_unknown")]);

    // One does not fit; the others are done, and it can be sent again alone.
    let answer = app.post(&path, ada(json!({ "answers": { "meal": "soup" } }))).await.expect(201);
    assert_eq!(answer.at("/items/0"), stands(&plain, "confirmed"));
    assert_eq!(answer.at("/items/1"), stands(&meal, "confirmed"));
    assert_eq!((answer.at("/items/2/state"), answer.at("/items/2/code")), (Value::Null, json!("field_required")));
    let pointer = format!("/events/{}/answers/size", both.id);
    assert_eq!(answer.at("/items/2/errors/0/pointer"), json!(pointer));
    let again = json!({ "event_ids": [both.id], "answers": { "meal": "soup" } });
    app.post(&path, ada(again.clone())).await.faults(&[(&pointer, "field_required")]);
    let own = json!({ "events": { both.id.clone(): { "answers": { "size": "XL", "meal": "pie" } } } });
    app.post(&path, ada(with(again, own))).await.expect(201);
    for (event, answers) in
        [(&plain, json!({})), (&meal, json!({ "meal": "soup" })), (&both, json!({ "meal": "pie", "size": "XL" }))]
    {
        assert_eq!(event.owner.get(&event.registrations).await.expect(200).at("/items/0/answers"), answers);
    }
    assert_eq!(app.deliver().await.len(), 2);
    // A text that has changed since is not consented to, at that event alone.
    let outdated = json!({ "event_ids": [meal.id, plain.id], "events": { meal.id.clone(): { "consent_version": 7, "answers": { "meal": "x" } } } });
    let answer = app.post(&path, with(person("Bo", "bo@example.org"), outdated)).await.expect(201);
    let codes: Vec<Value> = (0..2).map(|place| answer.at(&format!("/items/{place}/code"))).collect();
    assert_eq!(codes, [json!("consent_outdated"), Value::Null]);
    app.deliver().await;
}

async fn what_is_chosen_belongs_to_the_series(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let ada = |more: Value| with(person("Ada", "ada@example.org"), more);
    app.post(&path, ada(json!({}))).await.problem(409, "registration_closed");
    let one = event_of(&app, &id, 10, json!({})).await;
    let other = event_of(&app, &id, 11, json!({})).await;
    let elsewhere = app.open_event(json!({})).await;
    let chosen = json!({ "event_ids": [other.id, elsewhere.id, NOTHING, other.id] });
    let answer = app.post(&path, ada(chosen)).await.expect(201);
    let nothing = json!({ "event_id": NOTHING, "state": null, "code": "not_found", "errors": [] });
    assert_eq!(answer.at("/items"), json!([stands(&other, "confirmed"), refused(&elsewhere, "not_found"), nothing]));
    assert_eq!((one.states().await, elsewhere.states().await), (vec![], vec![]));
    app.post(&path, ada(json!({ "event_ids": [elsewhere.id] }))).await.problem(404, "not_found");
    app.post(&path, ada(json!({ "event_ids": [] }))).await.faults(&[("/event_ids", "field_required")]);
    let many = vec![NOTHING; 101];
    app.post(&path, ada(json!({ "event_ids": many }))).await.faults(&[("/event_ids", "number_invalid")]);
    app.post(&format!("/api/v1/series/{NOTHING}/registrations"), ada(json!({}))).await.problem(404, "not_found");
    let owner = app.staff(Role::Owner).await;
    owner.if_match("*").post(&format!("/api/v1/series/{id}/unpublish"), json!({})).await.expect(200);
    app.post(&path, ada(json!({}))).await.problem(404, "not_found");
    assert_eq!(app.deliver().await.len(), 1);
}

async fn a_known_address_gets_the_answer_of_a_newcomer(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let first = event_of(&app, &id, 10, json!({})).await;
    let asking = event_of(&app, &id, 11, json!({ "registration": { "verification": true } })).await;
    app.post(&first.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.deliver().await;
    let known = app.post(&path, person("Mallory", "ADA@example.org")).await.expect(201);
    let newcomer = app.post(&path, person("Bo", "bo@example.org")).await.expect(201);
    assert_eq!(known.json(), newcomer.json());
    let names = |answer: &crate::support::Answer| -> Vec<String> {
        answer.headers.iter().map(|(name, _)| name.to_string()).collect()
    };
    assert_eq!(names(&known), names(&newcomer));
    // One mail each; what its owner has confirmed stays theirs.
    let mails = app.deliver().await;
    let to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    assert_eq!(to.len(), 2);
    assert!(to.contains(&"bo@example.org") && to.iter().any(|to| to.eq_ignore_ascii_case("ada@example.org")), "{to:?}");
    for mail in &mails {
        assert_eq!(told(mail).len(), 2, "{}", mail.text);
    }
    assert_eq!(first.owner.get(&first.registrations).await.expect(200).at("/items/0/name"), json!("Ada"));
    assert_eq!(asking.states().await.len(), 2);
    app.leave_scheduled("the time to confirm addresses");
}

async fn what_is_known_goes_out_once_a_day(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let event = event_of(&app, &id, 11, json!({ "registration": { "verification": true } })).await;
    let name = async || event.owner.get(&event.registrations).await.expect(200).string("/items/0/name");
    for (entered, mails, stands) in [("Ada", 1, "Ada"), ("Bo", 1, "Bo"), ("Cy", 0, "Bo")] {
        app.post(&path, person(entered, "ada@example.org")).await.expect(201);
        // Whatever replaces what nobody confirmed goes out with a mail.
        assert_eq!((app.deliver().await.len(), name().await), (mails, stands.to_owned()), "{entered}");
    }
    app.pass(TimeDelta::days(1));
    app.post(&path, person("Di", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    assert_eq!((mails.len(), name().await), (1, "Di".to_owned()));
    // The newest mail confirms what stands there, as does the first: it is one registration.
    app.post(&format!("{}/verify", group_of(&mails[0])), Value::Null).await.expect(200);
    assert_eq!(event.states().await, [("ada@example.org".to_owned(), "confirmed".to_owned())]);
    assert_eq!(app.deliver().await.len(), 1);
    app.leave_scheduled("the time to confirm an address");
}

async fn a_replaced_link_is_taken_out(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let one = event_of(&app, &id, 10, json!({})).await;
    let other = event_of(&app, &id, 11, json!({})).await;
    app.post(&path, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let link = &group_of(&mails[0]);
    let row = |event: &OpenEvent| {
        let (owner, path) = (event.owner.if_match("*"), event.registrations.clone());
        async move { format!("/api/v1/registrations/{}", owner.get(&path).await.expect(200).string("/items/0/id")) }
    };
    // What another address has now is taken out.
    let any = one.owner.if_match("*");
    any.patch(&row(&one).await, json!({ "email": "ada@example.net" })).await.expect(200);
    let left = app.get(link).await.expect(200).at("/registrations");
    let events: Vec<&Value> = left.as_array().unwrap().iter().map(|own| &own["registration"]["event_id"]).collect();
    assert_eq!(events, [&json!(other.id)]);
    any.post(&format!("{}/rotate-links", row(&other).await), Value::Null).await.expect(200);
    app.get(link).await.problem(410, "link_revoked");
    app.deliver().await;
}

async fn a_program_is_not_registered(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let event = event_of(&app, &id, 10, json!({ "capacity": 1 })).await;
    let trapped = with(person("Bot", "bot@example.org"), json!({ "website": "x" }));
    let answer = app.post(&path, trapped).await.expect(201);
    assert_eq!(answer.at("/items"), json!([stands(&event, "confirmed")]));
    assert_eq!(event.states().await, []);
    app.expect_outbox(0);
    let ada = app.keyed("once").post(&path, person("Ada", "ada@example.org")).await.expect(201);
    let again = app.keyed("once").post(&path, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!((again.json(), again.header("idempotency-replayed")), (ada.json(), Some("true")));
    assert_eq!(app.deliver().await.len(), 1);
}

async fn many_register_for_the_same_at_once(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let mut events = Vec::new();
    for day in 10..14 {
        events.push(event_of(&app, &id, day, json!({ "capacity": 5 })).await);
    }
    let replica = app.replica();
    let mut ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
    join_all((0..16).map(|number| {
        // Each names them in another order.
        ids.rotate_left(1);
        let body = with(person("P", &format!("p{number}@example.org")), json!({ "event_ids": ids.clone() }));
        let (here, there, path) = (&*app, &*replica, &path);
        async move {
            let client: &crate::support::Client = if number % 2 == 0 { here } else { there };
            loop {
                let answer = client.post(path, body.clone()).await;
                if answer.status != 503 {
                    return answer.expect(201);
                }
            }
        }
    }))
    .await;
    for event in &events {
        let states = states(event).await;
        let count = |state: &str| states.iter().filter(|own| *own == state).count();
        assert_eq!((count("confirmed"), count("waitlisted")), (5, 11));
    }
    assert_eq!(app.deliver().await.len(), 16);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn statistics_add_up_over_a_series(app: TestApp) {
    let (path, id) = open_series(&app).await;
    let first = event_of(&app, &id, 10, json!({ "capacity": 1 })).await;
    let second = event_of(&app, &id, 11, json!({})).await;
    let nobody = event_of(&app, &id, 12, json!({ "registration": { "enabled": false } })).await;
    for name in ["ada", "bo"] {
        app.post(&path, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    app.deliver().await;
    let row = second.owner.get(&second.registrations).await.expect(200).string("/items/0/id");
    second.owner.post(&format!("/api/v1/registrations/{row}/check-in"), Value::Null).await.expect(200);
    let path = format!("/api/v1/series/{id}/registration-stats");
    let stats = app.staff(Role::Viewer).await.get(&path).await.expect(200).json();
    let states = |confirmed: u32, waitlisted: u32, attended: u32| {
        json!({
            "attended": attended, "cancelled": 0, "confirmed": confirmed, "expired": 0, "no_show": 0, "offered": 0,
            "pending_approval": 0, "pending_verification": 0, "rejected": 0, "waitlisted": waitlisted,
        })
    };
    let there = |expected: u32, attended: u32, rate: Value| json!({ "expected": expected, "attended": attended, "no_show": 0, "rate": rate });
    let of = |event: &OpenEvent, title: &str, seats: [Value; 3], total: u32, states: Value, there: Value| {
        let [capacity, taken, waiting] = seats;
        json!({
            "event_id": event.id, "title": title, "capacity": capacity, "seats_taken": taken, "waiting": waiting,
            "total": total, "states": states, "attendance": there,
        })
    };
    let expected = json!({
        "series_id": id,
        "events": [
            of(&first, "Day 10", [json!(1), json!(1), json!(1)], 2, states(1, 1, 0), there(1, 0, Value::Null)),
            of(&second, "Day 11", [Value::Null, json!(2), json!(0)], 2, states(1, 0, 1), there(1, 1, json!(0.5))),
            of(&nobody, "Day 12", [Value::Null, json!(0), json!(0)], 0, states(0, 0, 0), there(0, 0, Value::Null)),
        ],
        "seats_taken": 3, "waiting": 1, "total": 4, "people": 2,
        "states": states(2, 1, 1), "attendance": there(2, 1, json!(0.3333)),
    });
    assert_eq!(stats, expected);
    app.get(&path).await.problem(401, "unauthenticated");
    let other = app.other_workspace("other").await;
    app.staff_of(&other, Role::Owner).await.get(&path).await.problem(404, "not_found");
    app.leave_scheduled("the end of the event, for which somebody waits");
}
