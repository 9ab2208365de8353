use plenary::accounts::Role;
use plenary::mail::EmailAddress;
use plenary::registrations::{self, NewRegistration};
use serde_json::{Map, Value, json};

use super::register;
use crate::support::{Client, OpenEvent, TestApp, person};

both!(
    a_filter_holds_with_every_other,
    a_person_is_found_by_address,
    an_order_goes_through_the_pages,
    lists_are_for_the_staff_of_the_workspace,
    two_thousand_cost_what_two_cost,
    what_is_no_query_is_refused,
);

async fn names(client: &Client, path: &str) -> Vec<String> {
    let page = client.get(path).await.expect(200);
    assert!(page.header("vary").unwrap().starts_with("accept, authorization, "), "{page}");
    let page = page.json();
    page["items"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

/// The names of every page, two on each.
async fn walk(event: &OpenEvent, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{}?limit=2{query}{cursor}", event.registrations);
        let page = event.owner.get(&path).await.expect(200).json();
        let items = page["items"].as_array().unwrap().iter();
        all.extend(items.map(|row| row["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { return all };
        cursor = format!("&cursor={next}");
    }
}

async fn an_order_goes_through_the_pages(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Zoe", "bo", "Åsa", "Ada", "Cy"]).await;
    app.deliver().await;
    let third = super::paths(&event).await[2].clone();
    app.pass(chrono::TimeDelta::minutes(1));
    event.owner.if_match("*").patch(&third, json!({ "note": "x" })).await.expect(200);
    assert_eq!(walk(&event, "").await, ["Zoe", "bo", "Åsa", "Ada", "Cy"]);
    assert_eq!(walk(&event, "&sort=created_at").await, ["Zoe", "bo", "Åsa", "Ada", "Cy"]);
    assert_eq!(walk(&event, "&sort=-created_at").await, ["Cy", "Ada", "Åsa", "bo", "Zoe"]);
    assert_eq!(walk(&event, "&sort=name").await, ["Ada", "Åsa", "bo", "Cy", "Zoe"]);
    assert_eq!(walk(&event, "&sort=updated_at").await, ["Zoe", "bo", "Ada", "Cy", "Åsa"]);
}

async fn a_filter_holds_with_every_other(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 3, "registration": { "recording": true } })).await;
    register(&app, &event, &["Ada", "Bo", "Cy", "Di"]).await;
    let mut viewer = person("Ed", "ed@elsewhere.org");
    viewer["attendance"] = json!("recording");
    app.post(&event.registrations, viewer).await.expect(201);
    app.deliver().await;
    let all = super::paths(&event).await;
    event.owner.post(&format!("{}/check-in", all[1]), Value::Null).await.expect(200);
    let list = |query: &str| format!("{}?{query}", event.registrations);
    let since = "2022-02-01T09:02:00Z";
    for (query, expected) in [
        ("attendance=expected", &["Ada", "Cy"][..]),
        ("takes_part=live", &["Ada", "Bo", "Cy", "Di"]),
        ("takes_part=recording", &["Ed"]),
        ("takes_part=live&state=confirmed", &["Ada", "Cy"]),
        ("attendance=attended", &["Bo"]),
        ("attendance=no_show", &[]),
        ("state=waitlisted", &["Di"]),
        ("state=waitlisted&attendance=expected", &[]),
        ("q=ada", &["Ada"]),
        ("q=example", &["Ada", "Bo", "Cy", "Di"]),
        ("q=ada+cy", &[]),
        // Bo was checked in since; what was changed at that very time was known.
        (&format!("updated_since={since}"), &["Bo", "Di", "Ed"]),
        (&format!("updated_since={since}&attendance=attended&q=BO&sort=name"), &["Bo"]),
    ] {
        assert_eq!(names(&event.owner, &list(query)).await, expected, "{query}");
    }
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn what_is_no_query_is_refused(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada", "Bo"]).await;
    app.deliver().await;
    for query in [
        "state=gone",
        "attendance=x",
        "takes_part=x",
        "sort=email",
        "updated_since=yesterday",
        "bom=true",
        "limit=101",
        "x=1",
    ] {
        let path = format!("{}?{query}", event.registrations);
        event.owner.get(&path).await.problem(400, "malformed_query");
    }
    // A cursor leads on in the order in which it was made.
    let page = event.owner.get(&format!("{}?limit=1&sort=name", event.registrations)).await.expect(200);
    let cursor = page.string("/next_cursor");
    for other in ["", "&sort=updated_at", "&sort=-created_at"] {
        let path = format!("{}?cursor={cursor}{other}", event.registrations);
        event.owner.get(&path).await.problem(400, "cursor_invalid");
    }
    event.owner.get("/api/v1/registrations").await.problem(400, "malformed_query");
    event.owner.get("/api/v1/registrations?email=ada").await.problem(400, "malformed_query");
}

async fn a_person_is_found_by_address(app: TestApp) {
    let (first, second) = (app.open_event(json!({})).await, app.open_event(json!({})).await);
    for event in [&first, &second] {
        register(&app, event, &["Ada", "Adam"]).await;
    }
    let other = app.other_workspace("second").await;
    app.deliver().await;
    let found = first.owner.get("/api/v1/registrations?email=ADA@example.org").await.expect(200).json();
    let rows = found["items"].as_array().unwrap().iter();
    let rows: Vec<(&Value, &Value)> = rows.map(|row| (&row["email"], &row["event_id"])).collect();
    let address = json!("ada@example.org");
    assert_eq!(rows, [(&address, &json!(first.id)), (&address, &json!(second.id))]);
    let page = first.owner.get("/api/v1/registrations?email=ada@example.org&limit=1").await.expect(200);
    let rest = format!("/api/v1/registrations?email=ada@example.org&cursor={}", page.string("/next_cursor"));
    let rest = first.owner.get(&rest).await.expect(200);
    assert_eq!((rest.at("/items/0/event_id"), rest.at("/next_cursor")), (json!(second.id), Value::Null));
    let theirs = app.staff_of(&other, Role::Owner).await;
    let none = theirs.get("/api/v1/registrations?email=ada@example.org").await.expect(200);
    assert_eq!(none.json(), json!({ "items": [], "next_cursor": null }));
}

async fn lists_are_for_the_staff_of_the_workspace(app: TestApp) {
    let event = app.open_event(json!({})).await;
    register(&app, &event, &["Ada"]).await;
    app.deliver().await;
    let other = app.other_workspace("second").await;
    let theirs = app.staff_of(&other, Role::Owner).await;
    for accept in ["application/json", "text/csv"] {
        theirs.with("accept", accept).get(&event.registrations).await.problem(404, "not_found");
        app.with("accept", accept).get(&event.registrations).await.problem(401, "unauthenticated");
        app.staff(Role::Viewer).await.with("accept", accept).get(&event.registrations).await.expect(200);
    }
}

async fn two_thousand_cost_what_two_cost(app: TestApp) {
    app.leave_outbox("mails are not what is counted here");
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let count = async |path: String| {
        let before = app.app().db().statements();
        event.owner.get(&path).await.expect(200);
        app.app().db().statements() - before
    };
    let list = format!("{}?limit=100&sort=name", event.registrations);
    let stats = format!("/api/v1/events/{}/registration-stats", event.id);
    let few = (count(list.clone()).await, count(stats.clone()).await);
    let id = event.id.parse().map(plenary::events::EventId).unwrap();
    app.write(move |conn, context| {
        for number in 0..2_000 {
            let new = NewRegistration {
                name: format!("Guest {number}"),
                email: EmailAddress::parse(&format!("guest-{number}@example.org")).unwrap(),
                organisation: Some(format!("Organisation {}", number % 40)),
                timezone: None,
                language: None,
                answers: Map::new(),
                attendance: registrations::Attendance::Live,
                consent_version: None,
            };
            registrations::register(conn, context, id, &new)?;
        }
        Ok::<_, registrations::RegistrationError>(())
    })
    .await;
    assert_eq!((count(list).await, count(stats.clone()).await), few);
    assert_eq!(event.owner.get(&stats).await.expect(200).at("/total"), json!(2_001));
    let table = event.owner.with("accept", "text/csv").get(&event.registrations).await.expect(200);
    let rows = crate::support::parsers::read_csv(&table.body);
    assert_eq!(rows.len(), 2_002);
    let mut seen: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 2_001);
}
