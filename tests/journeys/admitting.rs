//! The way into an event that does not let everybody in at once: confirming the address, the staff's decision, the recording.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::{Mail, OpenEvent, TestApp, person};

both!(
    a_decision_falls_once,
    a_recording_takes_no_seat,
    a_trap_catches_programs,
    an_address_is_confirmed_first,
    an_address_that_is_not_confirmed_goes,
    both_come_one_after_the_other,
    nothing_is_confirmed_at_what_is_off,
    the_newest_entry_counts_until_it_is_confirmed,
    the_staff_decide,
    who_waits_holds_no_seat,
);

const TITLE: &str = "Local complaint mechanisms: “what works” & why";

fn manage(mail: &Mail) -> String {
    mail.link("/registrations/manage/").to_owned()
}

/// Address, subject and method of the calendar entry of each mail.
fn seen(mails: &[Mail]) -> Vec<(&str, String, Option<&str>)> {
    let subject = |mail: &Mail| mail.subject.strip_suffix(&format!(": {TITLE}")).unwrap_or(&mail.subject).to_owned();
    mails
        .iter()
        .map(|mail| (mail.to.as_str(), subject(mail), mail.calendar.as_ref().map(|(method, _)| method.as_str())))
        .collect()
}

fn one<'a>(to: &'a str, subject: &str, calendar: Option<&'a str>) -> (&'a str, String, Option<&'a str>) {
    (to, subject.to_owned(), calendar)
}

async fn states(event: &OpenEvent) -> Vec<String> {
    event.states().await.into_iter().map(|(_, state)| state).collect()
}

/// Where a registration is, in the order in which they were made.
async fn place(event: &OpenEvent, index: usize) -> String {
    let rows = event.owner.get(&event.registrations).await.expect(200);
    format!("/api/v1/registrations/{}", rows.string(&format!("/items/{index}/id")))
}

async fn add_desk(app: &TestApp) {
    let desk = json!({ "email": "desk@example.org", "role": "assistant", "notices": "each" });
    app.staff(Role::Owner).await.post("/api/v1/members", desk).await.expect(201);
}

async fn an_address_is_confirmed_first(app: TestApp) {
    add_desk(&app).await;
    let event = app.open_event(json!({ "capacity": 1, "registration": { "verification": true } })).await;
    let first = app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(first.json(), json!({ "event_id": event.id, "state": "pending_verification" }));
    // Nobody else hears of an address that anybody may have entered, and the mail opens nothing but itself.
    let asked = app.deliver().await;
    assert_eq!(seen(&asked), [one("ada@example.org", "Please confirm your address", None)]);
    for part in [&asked[0].text, &asked[0].html] {
        assert!(!part.contains("meet.example.org") && !part.contains("294857"), "{part}");
        assert!(!part.contains("/join/"), "{part}");
    }
    let text = asked[0].text.replace("\r\n", "\n");
    assert!(text.contains("Confirm by:\n  Thursday 3 February 2022, 10:00 (Europe/Berlin"), "{text}");
    let link = manage(&asked[0]);
    let shown = app.get(&link).await.expect(200);
    assert_eq!(
        (shown.at("/state"), shown.at("/actions")),
        (json!("pending_verification"), json!(["verify", "cancel"]))
    );
    assert_eq!(shown.at("/verify_by"), "2022-02-03T09:00:00Z");
    app.get(&format!("{link}/verify")).await.problem(405, "method_not_allowed");
    app.post(&format!("{link}/accept-offer"), Value::Null).await.problem(409, "not_possible_now");
    assert_eq!(states(&event).await, ["pending_verification"]);

    app.pass(TimeDelta::hours(1));
    for _ in 0..2 {
        let verified = app.post(&format!("{link}/verify"), Value::Null).await.expect(200);
        assert_eq!((verified.at("/state"), verified.at("/actions")), (json!("confirmed"), json!(["cancel"])));
    }
    let told = app.deliver().await;
    let expected = [
        one("ada@example.org", "You are registered", Some("REQUEST")),
        one("desk@example.org", "New registration", None),
    ];
    assert_eq!(seen(&told), expected);
    let row = event.owner.get(&place(&event, 0).await).await.expect(200);
    assert_eq!(
        (row.at("/verified_at"), row.at("/confirmed_at")),
        (json!("2022-02-01T10:00:00Z"), row.at("/verified_at"))
    );
    // The end of its time is still scheduled, and finds nothing to end.
    app.pass(TimeDelta::days(3));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["confirmed"]);
    // Whoever has cancelled does not come back by confirming once more.
    app.post(&format!("{link}/cancel"), Value::Null).await.expect(200);
    let again = app.post(&format!("{link}/verify"), Value::Null).await.expect(200);
    assert_eq!(again.at("/state"), "cancelled");
    app.deliver().await;
}

async fn an_address_that_is_not_confirmed_goes(app: TestApp) {
    add_desk(&app).await;
    let event = app.open_event(json!({ "registration": { "verification": true } })).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.post(&event.registrations, person("Bo", "bo@example.org")).await.expect(201);
    let asked = app.deliver().await;
    // Whom the staff have not heard of, they do not hear of either when it is cancelled.
    app.post(&format!("{}/cancel", manage(&asked[1])), Value::Null).await.expect(200);
    assert_eq!(seen(&app.deliver().await), [one("bo@example.org", "Registration cancelled", None)]);

    app.pass(TimeDelta::hours(48));
    let late = app.post(&format!("{}/verify", manage(&asked[0])), Value::Null).await;
    assert_eq!(late.problem(409, "not_possible_now")["detail"], "The time to confirm the address is over.");
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["expired", "cancelled"]);
    for (mail, state) in [(&asked[0], "expired"), (&asked[1], "cancelled")] {
        let over = app.post(&format!("{}/verify", manage(mail)), Value::Null).await;
        assert_eq!(over.problem(409, "not_possible_now")["state"], state);
    }
    let again = app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(again.at("/state"), "pending_verification");
    let asked = app.deliver().await;
    assert_eq!(seen(&asked), [one("ada@example.org", "Please confirm your address", None)]);
    app.post(&format!("{}/verify", manage(&asked[0])), Value::Null).await.expect(200);
    assert_eq!(states(&event).await, ["expired", "cancelled", "confirmed"]);
    app.deliver().await;
    app.leave_scheduled("the time to confirm an address ends later");
}

async fn the_newest_entry_counts_until_it_is_confirmed(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "verification": true } })).await;
    let enter = async |name: &str| {
        let answer = app.post(&event.registrations, person(name, "ADA@example.org")).await.expect(201);
        assert_eq!(answer.at("/state"), "pending_verification");
        let row = event.owner.get(&place(&event, 0).await).await.expect(200);
        (row.string("/name"), row.at("/verify_by"))
    };
    let by = |name: &str, at: &str| (name.to_owned(), json!(at));
    assert_eq!(enter("Mallory").await, by("Mallory", "2022-02-03T09:00:00Z"));
    let first = app.deliver().await;
    app.pass(TimeDelta::hours(6));
    assert_eq!(enter("Ada").await, by("Ada", "2022-02-03T15:00:00Z"));
    let second = app.deliver().await;
    assert_eq!(seen(&second), [one("ADA@example.org", "Please confirm your address", None)]);
    assert!(second[0].text.contains("Hello Ada,") && manage(&second[0]) == manage(&first[0]), "{}", second[0].text);
    // Without a mail that says so, nothing changes any more that day.
    assert_eq!(enter("Mallory").await, by("Ada", "2022-02-03T15:00:00Z"));
    assert_eq!(app.deliver().await, []);

    // The first time is over, the second is not.
    app.clock().set("2022-02-03T14:59:59Z".parse().unwrap());
    assert_eq!(app.deliver().await, []);
    app.post(&format!("{}/verify", manage(&first[0])), Value::Null).await.expect(200);
    assert_eq!(event.states().await, [("ADA@example.org".to_owned(), "confirmed".to_owned())]);
    app.deliver().await;
    // What is confirmed nobody replaces.
    let known = app.post(&event.registrations, person("Mallory", "ada@example.org")).await.expect(201);
    assert_eq!(known.at("/state"), "pending_verification");
    assert_eq!(seen(&app.deliver().await), [one("ADA@example.org", "You have already registered", None)]);
    assert_eq!(event.owner.get(&place(&event, 0).await).await.string("/name"), "Ada");
    app.pass(TimeDelta::days(1));
    app.deliver().await;
}

async fn the_staff_decide(app: TestApp) {
    add_desk(&app).await;
    let event = app.open_event(json!({ "capacity": 1, "registration": { "approval": true } })).await;
    for name in ["ada", "bo", "cy"] {
        let answer = app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
        assert_eq!(answer.at("/state"), "pending_approval");
    }
    let told = app.deliver().await;
    let to_each: Vec<_> = seen(&told).into_iter().filter(|(to, ..)| *to != "desk@example.org").collect();
    let waits = "Waiting for a decision";
    let expected = ["ada@example.org", "bo@example.org", "cy@example.org"].map(|to| one(to, waits, None));
    assert_eq!(to_each, expected);
    let notices = told.iter().filter(|mail| mail.subject == format!("Waiting for your decision: {TITLE}")).count();
    assert_eq!((notices, told.len()), (3, 6));

    let [ada, bo, cy] = [place(&event, 0).await, place(&event, 1).await, place(&event, 2).await];
    let desk = app.staff(Role::Assistant).await;
    let etag = desk.get(&bo).await.expect(200).etag();
    desk.post(&format!("{bo}/approve"), json!({})).await.problem(428, "precondition_required");
    let approved = desk.if_match(&etag).post(&format!("{bo}/approve"), Value::Null).await.expect(200);
    assert_eq!(
        (approved.at("/state"), approved.at("/decided_at")),
        (json!("confirmed"), json!("2022-02-01T09:00:00Z"))
    );
    desk.if_match(&etag).post(&format!("{bo}/approve"), Value::Null).await.problem(412, "precondition_failed");
    // The seat is taken now.
    let any = desk.if_match("*");
    let second = any.post(&format!("{ada}/approve"), Value::Null).await.expect(200);
    assert_eq!((second.at("/state"), second.at("/queue_position")), (json!("waitlisted"), json!(1)));
    let long = json!({ "reason": "a\r\nBcc: all@example.org" });
    any.post(&format!("{cy}/reject"), long).await.problem(422, "text_invalid");
    let reason = json!({ "reason": "This round is for <members>." });
    let refused = any.post(&format!("{cy}/reject"), reason).await.expect(200);
    assert_eq!(refused.at("/state"), "rejected");
    assert_eq!(refused.at("/decision_reason"), "This round is for <members>.");

    let told = app.deliver().await;
    let expected = [
        one("bo@example.org", "You are registered", Some("REQUEST")),
        one("desk@example.org", "New registration", None),
        one("ada@example.org", "On the waiting list", None),
        one("desk@example.org", "New on the waiting list", None),
        one("cy@example.org", "Registration not accepted", None),
    ];
    let mut found = seen(&told);
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected);
    let refusal = told.iter().find(|mail| mail.to == "cy@example.org").unwrap();
    let text = refusal.text.replace("\r\n", "\n");
    assert!(text.contains("Reason:\n  This round is for <members>.\n"), "{text}");
    assert!(refusal.html.contains("This round is for &lt;members&gt;."), "{}", refusal.html);
    // Whoever was refused may ask again.
    app.post(&event.registrations, person("cy", "cy@example.org")).await.expect(201);
    assert_eq!(states(&event).await, ["waitlisted", "confirmed", "rejected", "pending_approval"]);
    app.deliver().await;
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_decision_falls_once(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "approval": true } })).await;
    for name in ["ada", "bo", "cy"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let mails = app.deliver().await;
    let [ada, bo, cy] = [place(&event, 0).await, place(&event, 1).await, place(&event, 2).await];
    let any = event.owner.if_match("*");
    app.post(&format!("{}/cancel", manage(&mails[2])), Value::Null).await.expect(200);
    for _ in 0..2 {
        any.post(&format!("{ada}/approve"), Value::Null).await.expect(200);
        any.post(&format!("{bo}/reject"), json!({})).await.expect(200);
    }
    for (path, body, state) in [
        (format!("{ada}/reject"), json!({}), "confirmed"),
        (format!("{bo}/approve"), Value::Null, "rejected"),
        (format!("{cy}/approve"), Value::Null, "cancelled"),
        (format!("{cy}/reject"), json!({}), "cancelled"),
    ] {
        assert_eq!(any.post(&path, body).await.problem(409, "not_possible_now")["state"], state, "{path}");
    }
    let told = app.deliver().await;
    let expected = [
        one("cy@example.org", "Registration cancelled", None),
        one("ada@example.org", "You are registered", Some("REQUEST")),
        one("bo@example.org", "Registration not accepted", None),
    ];
    assert_eq!(seen(&told), expected);
    // The person themselves cannot.
    let link = manage(&mails[0]);
    app.post(&format!("{link}/approve"), Value::Null).await.problem(404, "not_found");
    let viewer = app.staff(Role::Viewer).await.if_match("*");
    viewer.post(&format!("{ada}/approve"), Value::Null).await.problem(403, "forbidden");
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn both_come_one_after_the_other(app: TestApp) {
    let policy = json!({ "verification": true, "approval": true });
    let event = app.open_event(json!({ "capacity": 1, "registration": policy })).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let asked = app.deliver().await;
    let ada = place(&event, 0).await;
    let any = event.owner.if_match("*");
    let early = any.post(&format!("{ada}/approve"), Value::Null).await;
    assert_eq!(early.problem(409, "not_possible_now")["state"], "pending_verification");
    let verified = app.post(&format!("{}/verify", manage(&asked[0])), Value::Null).await.expect(200);
    assert_eq!(verified.at("/state"), "pending_approval");
    any.post(&format!("{ada}/approve"), Value::Null).await.expect(200);
    let told = app.deliver().await;
    // What was promised of a state that has passed is not sent any more.
    assert_eq!(seen(&told), [one("ada@example.org", "You are registered", Some("REQUEST"))]);
    assert_eq!(states(&event).await, ["confirmed"]);
    app.pass(TimeDelta::days(3));
    assert_eq!(app.deliver().await, []);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn who_waits_holds_no_seat(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "verification": true } })).await;
    for name in ["ada", "bo", "cy"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let asked = app.deliver().await;
    let form = format!("/api/v1/events/{}/registration-form", event.id);
    assert_eq!(app.get(&form).await.at("/has_room"), true);
    // Who confirms first comes in first.
    let verify = async |mail: &Mail| app.post(&format!("{}/verify", manage(mail)), Value::Null).await;
    assert_eq!(verify(&asked[1]).await.expect(200).at("/state"), "confirmed");
    let second = verify(&asked[0]).await.expect(200);
    assert_eq!((second.at("/state"), second.at("/ahead_in_queue")), (json!("waitlisted"), json!(0)));
    assert_eq!(states(&event).await, ["waitlisted", "confirmed", "pending_verification"]);

    // Without a queue, the full event refuses, and what was asked stays open.
    let any = event.owner.if_match("*");
    let path = format!("/api/v1/events/{}", event.id);
    any.patch(&path, json!({ "registration": { "wait_list": false } })).await.expect(200);
    verify(&asked[2]).await.problem(409, "event_full");
    app.post(&event.registrations, person("di", "di@example.org")).await.problem(409, "event_full");
    // A known address is answered as a new one.
    app.post(&event.registrations, person("bo", "bo@example.org")).await.problem(409, "event_full");
    assert_eq!(states(&event).await, ["waitlisted", "confirmed", "pending_verification"]);
    any.patch(&path, json!({ "capacity": 3 })).await.expect(200);
    app.deliver().await;
    assert_eq!(verify(&asked[2]).await.expect(200).at("/state"), "confirmed");
    assert_eq!(states(&event).await, ["offered", "confirmed", "confirmed"]);
    app.deliver().await;
    app.leave_scheduled("an offer and the time to confirm addresses end later");
}

async fn nothing_is_confirmed_at_what_is_off(app: TestApp) {
    let policy = json!({ "verification": true, "approval": true });
    let event = app.open_event(json!({ "registration": policy })).await;
    for name in ["ada", "bo"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let asked = app.deliver().await;
    app.post(&format!("{}/verify", manage(&asked[1])), Value::Null).await.expect(200);
    app.deliver().await;
    let any = event.owner.if_match("*");
    any.post(&format!("/api/v1/events/{}/cancel", event.id), json!({})).await.expect(200);
    let bo = place(&event, 1).await;
    app.post(&format!("{}/verify", manage(&asked[0])), Value::Null).await.problem(409, "not_possible_now");
    any.post(&format!("{bo}/approve"), Value::Null).await.problem(409, "not_possible_now");
    // Who waits for the staff is told; the other address may be anybody's.
    let told = app.deliver().await;
    assert_eq!(told.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["bo@example.org"]);
    assert!(told.iter().all(|mail| mail.subject.starts_with("Cancelled: ") && mail.calendar.is_none()), "{told:?}");
    app.pass(TimeDelta::days(3));
    assert_eq!(app.deliver().await, []);
    assert_eq!(states(&event).await, ["expired", "pending_approval"]);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_recording_takes_no_seat(app: TestApp) {
    let recorded = json!({ "recording": true, "wait_list": true });
    let event = app.open_event(json!({ "capacity": 1, "registration": recorded })).await;
    let watching = |name: &str| {
        let mut body = person(name, &format!("{name}@example.org"));
        body["attendance"] = json!("recording");
        body
    };
    for name in ["ada", "bo"] {
        let answer = app.post(&event.registrations, watching(name)).await.expect(201);
        assert_eq!(answer.at("/state"), "confirmed");
    }
    for (name, state) in [("cy", "confirmed"), ("di", "waitlisted")] {
        let live = app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
        assert_eq!(live.at("/state"), state);
    }
    let mails = app.deliver().await;
    let expected = [
        one("ada@example.org", "You are registered", None),
        one("bo@example.org", "You are registered", None),
        one("cy@example.org", "You are registered", Some("REQUEST")),
        one("di@example.org", "On the waiting list", None),
    ];
    assert_eq!(seen(&mails), expected);
    for part in [&mails[0].text, &mails[0].html] {
        assert!(part.contains("You are registered for the recording.") && !part.contains(".ics"), "{part}");
        assert!(!part.contains("meet.example.org") && !part.contains("294857"), "{part}");
        assert!(!part.contains("/join/"), "{part}");
    }
    assert_eq!(app.get(&manage(&mails[0])).await.at("/attendance"), "recording");

    // No seat comes free, and no calendar entry is taken back.
    app.post(&format!("{}/cancel", manage(&mails[0])), Value::Null).await.expect(200);
    assert_eq!(seen(&app.deliver().await), [one("ada@example.org", "Registration cancelled", None)]);
    assert_eq!(states(&event).await, ["cancelled", "confirmed", "confirmed", "waitlisted"]);
    // Another way to join is for those who join; another time is for all, and no promise of a seat.
    let path = format!("/api/v1/events/{}", event.id);
    let any = event.owner.if_match("*");
    let elsewhere =
        json!({ "virtual_location": { "platform": "Jitsi", "join_url": "https://meet.example.org/other" } });
    any.patch(&format!("{path}?notify=true"), elsewhere).await.expect(200);
    let to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["cy@example.org"]);
    let later =
        json!({ "when": { "local_start": "2022-03-18T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" } });
    any.post(&format!("{path}/reschedule"), later).await.expect(200);
    let told = app.deliver().await;
    let bo = told.iter().find(|mail| mail.to == "bo@example.org").expect("a mail");
    assert_eq!((told.len(), bo.calendar.is_none()), (3, true));
    for part in [&bo.text, &bo.html] {
        assert!(part.contains("Your registration stays as it is.") && !part.contains("/join/"), "{part}");
    }

    // Where the event has none, nobody registers for it.
    any.patch(&path, json!({ "registration": { "recording": false } })).await.expect(200);
    app.post(&event.registrations, watching("ed")).await.faults(&[("/attendance", "field_type")]);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_trap_catches_programs(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let caught = |email: &str, text: &str| {
        let mut body = person("Bot", email);
        body["website"] = json!(text);
        body
    };
    let answer = app.post(&event.registrations, caught("bot@example.org", "https://spam.example")).await.expect(201);
    assert_eq!(answer.json(), json!({ "event_id": event.id, "state": "confirmed" }));
    assert_eq!(event.states().await, []);
    app.expect_outbox(0);
    // A person leaves it empty, and it stands for nobody's consent or answers.
    app.post(&event.registrations, caught("ada@example.org", "")).await.expect(201);
    let answer = app.post(&event.registrations, caught("bot@example.org", "x")).await.expect(201);
    assert_eq!(answer.at("/state"), "waitlisted");
    let mut wrong = caught("bot@example.org", "x");
    wrong["answers"] = json!({ "a": 1 });
    app.post(&event.registrations, wrong).await.faults(&[("/answers/a", "field_unknown")]);
    assert_eq!(event.states().await, [("ada@example.org".to_owned(), "confirmed".to_owned())]);
    assert_eq!(app.deliver().await.len(), 1);
}
