//! People whom the staff register from a table.

use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{ids, plain, told};
use crate::support::{Answer, OpenEvent, TestApp, person};

both!(
    a_dry_run_changes_nothing,
    a_full_event_is_given_seats_if_asked,
    a_table_of_registrations_comes_back,
    an_import_is_for_the_staff_of_the_event,
    many_are_registered_at_once,
    people_are_told_if_asked,
    what_is_wrong_registers_nobody,
);

async fn import(event: &OpenEvent, query: &str, table: &str) -> Answer {
    let path = format!("{}/import{query}", event.registrations);
    event.owner.send(Method::POST, &path, Some(("text/csv", table.as_bytes().to_vec()))).await
}

fn counts(answer: &Answer) -> [Value; 6] {
    ["applied", "rows", "confirmed", "waitlisted", "known", "added_seats"].map(|name| answer.at(&format!("/{name}")))
}

fn found(answer: &Answer) -> Vec<(String, Value, Value)> {
    let list = answer.at("/findings");
    let list = list.as_array().unwrap().iter();
    list.map(|one| (one["code"].as_str().unwrap().to_owned(), one["line"].clone(), one["column"].clone())).collect()
}

fn one(code: &str, line: u64, column: &str) -> (String, Value, Value) {
    (code.to_owned(), json!(line), json!(column))
}

async fn a_dry_run_changes_nothing(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 2 })).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.deliver().await;
    let table = "Name;E-Mail;email\r\nEve;x;ADA@example.org\r\nBo;x;bo@example.org\r\nCy;;cy@example.org\r\nBo;;BO@example.org\r\n";
    for _ in 0..2 {
        let answer = import(&event, "?notify=true", table).await.expect(200);
        assert_eq!(answer.at("/event_id"), json!(event.id));
        let expected = [json!(false), json!(4), json!(1), json!(1), json!(1), json!(0)];
        assert_eq!(counts(&answer), expected);
        let expected =
            [one("column_unknown", 1, "E-Mail"), one("address_repeated", 5, "email"), one("address_known", 2, "email")];
        assert_eq!(found(&answer), expected);
        assert_eq!(event.states().await.len(), 1);
        let stats = event.owner.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await.expect(200);
        assert_eq!((stats.at("/seats_taken"), stats.at("/waiting")), (json!(1), json!(0)));
        app.expect_outbox(0);
    }
    let answer = import(&event, "?apply=true", table).await.expect(200);
    assert_eq!(counts(&answer), [json!(true), json!(4), json!(1), json!(1), json!(1), json!(0)]);
    let expected =
        [("ada@example.org", "confirmed"), ("bo@example.org", "confirmed"), ("cy@example.org", "waitlisted")];
    assert_eq!(event.states().await, expected.map(|(email, state)| (email.to_owned(), state.to_owned())));
    assert_eq!(event.owner.get(&event.registrations).await.expect(200).at("/items/0/name"), json!("Ada"));
    let bo = format!("/api/v1/registrations/{}", ids(&event).await[1]);
    assert!(told(&event, &bo).await.contains(&plain("imported")));
    let end = "2022-03-17T16:30:00Z".parse().unwrap();
    assert_eq!(app.outbox(), [("registrations.waiting_ends".to_owned(), end)]);
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn what_is_wrong_registers_nobody(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "wait_list": false } })).await;
    let questions = json!([{ "key": "meal", "label": "Meal", "type": "text", "required": true, "max_length": 4 }]);
    event.owner.if_match("*").put(&format!("/api/v1/events/{}/questions", event.id), questions).await.expect(200);
    let apply = async |table: &str| import(&event, "?apply=true", table).await.expect(200);
    let wrong = apply("name,email,meal\nAda,ada@example.org,soup\n\"Bo\nB\",bo@example.org,\nCy,cy,noodles\n").await;
    let expected =
        [one("text_invalid", 3, "name"), one("text_invalid", 5, "answers.meal"), one("email_invalid", 5, "email")];
    assert_eq!((wrong.at("/applied"), found(&wrong)), (json!(false), expected.to_vec()));
    // Both would fit alone, but there is one seat.
    let full = apply("name,email\nAda,ada@example.org\nBo,bo@example.org\n").await;
    assert_eq!(found(&full), [("event_full".to_owned(), json!(3), Value::Null)]);
    assert_eq!(counts(&full)[..3], [json!(false), json!(2), json!(1)]);
    for (table, code) in [
        ("name\nAda\n", "field_required"),
        ("name,email\nAda,\"ada@example.org\n", "malformed"),
        ("name,email\nAda,ada@example.org,x\n", "malformed"),
        ("", "field_required"),
    ] {
        let answer = apply(table).await;
        assert_eq!((answer.at("/applied"), found(&answer)[0].0.as_str()), (json!(false), code), "{answer}");
    }
    let path = format!("{}/import?apply=true", event.registrations);
    let latin = b"name,email\nZo\xEB,zoe@example.org\n".to_vec();
    let answer = event.owner.send(Method::POST, &path, Some(("text/csv", latin))).await.expect(200);
    assert_eq!(found(&answer), [("encoding_invalid".to_owned(), json!(2), Value::Null)]);
    let large = Some(("text/csv", vec![b'a'; (4 << 20) + 1]));
    event.owner.send(Method::POST, &path, large).await.problem(413, "body_too_large");
    let json = Some(("application/json", b"{}".to_vec()));
    event.owner.send(Method::POST, &path, json).await.problem(415, "unsupported_media_type");
    import(&event, "?force=true", "name,email\n").await.problem(400, "malformed_query");
    event.owner.if_match("*").post(&format!("/api/v1/events/{}/cancel", event.id), json!({})).await.expect(200);
    import(&event, "", "name,email\nAda,ada@example.org\n").await.problem(409, "not_possible_now");
    assert_eq!(event.states().await, []);
    app.deliver().await;
}

async fn a_full_event_is_given_seats_if_asked(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let table = "name,email,state,attendance\nAda,ada@example.org,,\nBo,bo@example.org,confirmed,\n\
                 Cy,cy@example.org,waitlisted,\nDi,di@example.org,,recording\n";
    let full = import(&event, "?apply=true", table).await.expect(200);
    assert_eq!(found(&full), [("event_full".to_owned(), json!(3), Value::Null)]);
    let answer = import(&event, "?apply=true&override_capacity=true", table).await.expect(200);
    assert_eq!(counts(&answer), [json!(true), json!(4), json!(4), json!(0), json!(0), json!(2)]);
    let stats = event.owner.get(&format!("/api/v1/events/{}/registration-stats", event.id)).await.expect(200);
    assert_eq!((stats.at("/capacity"), stats.at("/seats_taken")), (json!(3), json!(3)));
    let shown = event.owner.get(&format!("/api/v1/events/{}", event.id)).await.expect(200);
    assert_eq!(shown.at("/capacity"), json!(3));
    let history = event.owner.get(&format!("/api/v1/events/{}/history", event.id)).await.expect(200);
    assert_eq!((history.at("/items/0/action"), history.at("/items/0/after/capacity")), (json!("changed"), json!(3)));
    app.expect_outbox(0);
}

async fn people_are_told_if_asked(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let table =
        "name\temail\tlanguage\ttimezone\tnote\nAda\tada@example.org\tde\tAsia/Tokyo\t'=1\nBo\tbo@example.org\t\t\t\n";
    let key = event.owner.keyed("once");
    let path = format!("{}/import?apply=true&notify=true", event.registrations);
    for _ in 0..2 {
        let body = Some(("text/csv", table.as_bytes().to_vec()));
        let answer = key.send(Method::POST, &path, body).await.expect(200);
        assert_eq!(counts(&answer), [json!(true), json!(2), json!(1), json!(1), json!(0), json!(0)]);
    }
    let mails = app.deliver().await;
    let mut subjects: Vec<(&str, &str)> =
        mails.iter().map(|mail| (mail.to.as_str(), mail.subject.split(':').next().unwrap())).collect();
    subjects.sort_unstable();
    let expected = [("ada@example.org", "Sie sind angemeldet"), ("bo@example.org", "On the waiting list")];
    assert_eq!(subjects, expected);
    let row = event.owner.get(&format!("/api/v1/registrations/{}", ids(&event).await[0])).await.expect(200);
    assert_eq!((row.at("/note"), row.at("/timezone")), (json!("=1"), json!("Asia/Tokyo")));
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_table_of_registrations_comes_back(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1 })).await;
    let copy = app.open_event(json!({ "capacity": 1 })).await;
    let options = json!([{ "value": "a", "label": "A" }, { "value": "b", "label": "B" }]);
    let questions = json!([
        { "key": "note", "label": "Note", "type": "long_text" },
        { "key": "days", "label": "Days", "type": "multi_choice", "options": options },
        { "key": "photo", "label": "Photo", "type": "boolean" },
    ]);
    for one in [&event, &copy] {
        let path = format!("/api/v1/events/{}/questions", one.id);
        one.owner.if_match("*").put(&path, questions.clone()).await.expect(200);
        let text = json!({ "text": "We keep your name." });
        one.owner.if_match("*").put(&format!("/api/v1/events/{}/consent-text", one.id), text).await.expect(200);
    }
    // Not on a whole second.
    app.pass(chrono::TimeDelta::milliseconds(250));
    for one in [&event, &copy] {
        let policy = json!({ "registration": { "recording": true } });
        one.owner.if_match("*").patch(&format!("/api/v1/events/{}", one.id), policy).await.expect(200);
    }
    let answers = [
        json!({ "note": "=1+1;\r\n\"two\"", "days": ["b", "a"], "photo": false }),
        json!({ "days": ["a"] }),
        json!({}),
        json!({}),
    ];
    let names = ["Åda, \"A\"", "'=Bo; B", "'t Cy", "Di"];
    let attendances = ["live", "recording", "live", "live"];
    for (number, (name, answers)) in names.iter().zip(answers).enumerate() {
        let email = format!("p{number}@example.org");
        let body = json!({
            "name": name, "email": email, "consent": true, "answers": answers, "organisation": "+46 City",
            "language": "nl", "timezone": "Europe/Oslo", "attendance": attendances[number],
        });
        app.post(&event.registrations, body).await.expect(201);
    }
    let all = ids(&event).await;
    event.owner.post(&format!("/api/v1/registrations/{}/check-in", all[0]), Value::Null).await.expect(200);
    let di = format!("/api/v1/registrations/{}/cancel", all[3]);
    event.owner.if_match("*").post(&di, Value::Null).await.expect(200);
    app.deliver().await;
    let table = event.owner.with("accept", "text/csv").get(&format!("{}?bom=true", event.registrations)).await;
    let answer = import(&copy, "?apply=true", table.expect(200).text()).await.expect(200);
    assert_eq!(counts(&answer), [json!(true), json!(3), json!(2), json!(1), json!(0), json!(0)]);
    assert_eq!(found(&answer), [one("state_left_out", 6, "state")]);
    let said = async |event: &OpenEvent| -> Vec<Value> {
        let page = event.owner.get(&event.registrations).await.expect(200).json();
        let names = [
            "name",
            "email",
            "organisation",
            "language",
            "timezone",
            "attendance",
            "answers",
            "consented_at",
            "consent_version",
        ];
        let rows = page["items"].as_array().unwrap().iter().take(3);
        rows.map(|row| names.iter().map(|name| row[*name].clone()).collect()).collect()
    };
    assert_eq!(said(&copy).await, said(&event).await);
    let states: Vec<String> = copy.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["confirmed", "confirmed", "waitlisted"]);
    // Once more, and everybody is known.
    let table = event.owner.with("accept", "text/csv").get(&event.registrations).await.expect(200);
    let again = import(&copy, "?apply=true", table.text()).await.expect(200);
    assert_eq!(counts(&again), [json!(true), json!(3), json!(0), json!(0), json!(3), json!(0)]);
    let consents = said(&copy).await.into_iter().map(|one| (one[7].clone(), one[8].clone()));
    let consents: Vec<(Value, Value)> = consents.collect();
    assert_eq!(consents[0], (json!("2022-02-01T09:00:00.250Z"), json!(1)));
    app.deliver().await;
    app.leave_scheduled("the ends of the events, for which people wait");
}

async fn many_are_registered_at_once(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1990 })).await;
    let table = |count: usize| {
        let rows = (0..count).map(|number| format!("Person {number},p{number}@example.org\n"));
        format!("name,email\n{}", rows.collect::<String>())
    };
    let answer = import(&event, "?apply=true", &table(2000)).await.expect(200);
    assert_eq!(counts(&answer), [json!(true), json!(2000), json!(1990), json!(10), json!(0), json!(0)]);
    assert_eq!(event.states().await.len(), 2000);
    let answer = import(&event, "?apply=true", &table(5001)).await.expect(200);
    assert_eq!(found(&answer), [("too_large".to_owned(), Value::Null, Value::Null)]);
    app.leave_scheduled("the end of the event, for which ten people wait");
}

async fn an_import_is_for_the_staff_of_the_event(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let path = format!("{}/import?apply=true", event.registrations);
    let body = || Some(("text/csv", b"name,email\nAda,ada@example.org\n".to_vec()));
    app.send(Method::POST, &path, body()).await.problem(401, "unauthenticated");
    app.staff(Role::Viewer).await.send(Method::POST, &path, body()).await.problem(403, "forbidden");
    let other = app.other_workspace("other").await;
    app.staff_of(&other, Role::Owner).await.send(Method::POST, &path, body()).await.problem(404, "not_found");
    assert_eq!(event.states().await, []);
    app.staff(Role::Assistant).await.send(Method::POST, &path, body()).await.expect(200);
    assert_eq!(event.states().await.len(), 1);
}
