//! Addresses that are not written to any more: how they come on the list, what the list stops, and who sees it.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::smtp::{Action, Stage, at};
use crate::support::{Answer, Backend, Client, TestApp, person};

both!(
    a_dead_address_is_not_written_to_again,
    a_refusal_for_another_reason_suppresses_nobody,
    a_repeated_request_suppresses_once,
    an_address_is_suppressed_by_hand_and_freed,
    another_workspace_writes_to_whom_it_likes,
    addresses_that_do_not_fit_are_refused,
    scopes_decide,
    the_list_is_searched_and_paged,
);

const LIST: &str = "/api/v1/mail/suppressions";

async fn items(client: &Client, query: &str) -> Vec<Value> {
    let page = client.get(&format!("{LIST}{query}")).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

async fn failed(owner: &Client) -> Vec<Value> {
    let page = owner.get("/api/v1/outbox?state=failed").await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

async fn retry(owner: &Client, message: &Value) -> Answer {
    owner.post(&format!("/api/v1/outbox/{}/retry", message["id"].as_str().unwrap()), Value::Null).await
}

async fn a_dead_address_is_not_written_to_again(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let owner = &event.owner;
    app.smtp().script([at(Stage::Rcpt, Action::Reply("550 5.1.1 <ada@example.org>: no such user ada"))]);
    app.post(&event.registrations, person("Ada", "Ada@example.org")).await.expect(201);
    assert_eq!(app.deliver().await, []);
    let refused = failed(owner).await;
    let [refused] = refused.as_slice() else { panic!("one message, not {refused:?}") };
    let list = items(owner, "").await;
    let [suppression] = list.as_slice() else { panic!("one suppression, not {list:?}") };
    let reason = "RCPT TO: 550 5.1.1 <address> no such user <address>";
    assert_eq!(
        *suppression,
        json!({
            "id": suppression["id"], "address": "ada@example.org", "reason": "hard_bounce", "status": "5.1.1",
            "diagnostic": reason, "message_id": refused["id"], "count": 1,
            "first_seen_at": "2022-02-01T09:00:00Z", "last_seen_at": "2022-02-01T09:00:00Z",
        })
    );

    // The server would take it now, but is not asked: neither for this mail nor for one to another event, whatever the
    // spelling.
    app.pass(TimeDelta::days(1));
    retry(owner, refused).await.expect(200);
    let again = app.open_event(json!({})).await;
    app.post(&again.registrations, person("Ada", "ADA@example.org")).await.expect(201);
    app.post(&again.registrations, person("Bob", "bob@example.org")).await.expect(201);
    let before = app.smtp().commands().iter().filter(|line| line.starts_with("RCPT")).count();
    let mails = app.deliver().await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["bob@example.org"]);
    assert_eq!(app.smtp().commands().iter().filter(|line| line.starts_with("RCPT")).count(), before + 1);
    let stopped = failed(owner).await;
    let why = "the address is suppressed since 2022-02-01: a server said that it is dead (5.1.1); remove the suppression \
               to send again";
    assert_eq!(stopped.iter().map(|message| &message["last_error"]).collect::<Vec<_>>(), [why, why]);

    // What the staff free is written to again, and suppressed again if it is still dead.
    let path = format!("{LIST}/{}", suppression["id"].as_str().unwrap());
    owner.delete(&path).await.expect(204);
    owner.delete(&path).await.problem(404, "not_found");
    retry(owner, &stopped[0]).await.expect(200);
    assert_eq!(app.deliver().await.len(), 1);
    app.smtp().script([at(Stage::Message, Action::Reply("553 5.1.3 bad address"))]);
    retry(owner, &stopped[1]).await.expect(200);
    assert_eq!(app.deliver().await, []);
    let list = items(owner, "").await;
    assert_eq!((list.len(), &list[0]["status"], &list[0]["count"]), (1, &json!("5.1.3"), &json!(1)));
}

async fn a_refusal_for_another_reason_suppresses_nobody(app: TestApp) {
    let event = app.open_event(json!({})).await;
    for (index, (stage, reply)) in [
        (Stage::Rcpt, "550 5.7.1 not by our policy"),
        (Stage::Rcpt, "552 5.2.2 mailbox full"),
        (Stage::Rcpt, "550 no such user"),
        (Stage::Rcpt, "550 5.1.8 bad sender"),
        (Stage::Rcpt, "554 5.1.1 odd code"),
        (Stage::Mail, "550 5.1.1 about the sender"),
        (Stage::Message, "554 5.6.0 bad content"),
    ]
    .into_iter()
    .enumerate()
    {
        app.smtp().script([at(stage, Action::Reply(reply))]);
        app.post(&event.registrations, person("P", &format!("p{index}@example.org"))).await.expect(201);
        assert_eq!(app.deliver().await, [], "{reply}");
    }
    assert_eq!(failed(&event.owner).await.len(), 7);
    assert_eq!(items(&event.owner, "").await, Vec::<Value>::new());
}

async fn an_address_is_suppressed_by_hand_and_freed(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let owner = &event.owner;
    let body = json!({ "email": "Ada@Example.org", "note": "told us: not ada@example.org" });
    let made = owner.post(LIST, body.clone()).await.expect(201);
    assert_eq!(made.at("/address"), "ada@example.org");
    assert_eq!((made.at("/reason"), made.at("/diagnostic")), (json!("manual"), json!("told us: not <address>")));
    let path = made.header("location").unwrap().to_owned();
    assert_eq!(owner.get(&path).await.expect(200).json(), made.json());
    // It is there already.
    let same = owner.post(LIST, json!({ "email": "ada@example.org" })).await.expect(200);
    assert_eq!(same.json(), made.json());

    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(app.deliver().await, []);
    let stopped = failed(owner).await;
    let why = "the address is suppressed since 2022-02-01: the staff said so; remove the suppression to send again";
    assert_eq!(stopped[0]["last_error"], why);
    owner.delete(&path).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
    retry(owner, &stopped[0]).await.expect(200);
    assert_eq!(app.deliver().await.len(), 1);
}

async fn a_repeated_request_suppresses_once(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let body = json!({ "email": "ada@example.org" });
    let first = owner.keyed("one").post(LIST, body.clone()).await.expect(201);
    let second = owner.keyed("one").post(LIST, body.clone()).await.expect(201);
    assert_eq!(second.json(), first.json());
    let (one, two) =
        tokio::join!(owner.post(LIST, json!({"email": "b@c.org"})), owner.post(LIST, json!({"email": "b@c.org"})));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
    assert_eq!(items(&owner, "").await.len(), 2);
}

async fn another_workspace_writes_to_whom_it_likes(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let other = app.other_workspace("other").await;
    let theirs = app.staff_of(&other, Role::Owner).await;
    let made = theirs.post(LIST, json!({ "email": "ada@example.org" })).await.expect(201);
    let path = format!("{LIST}/{}", made.id());
    assert_eq!(items(&event.owner, "?q=ada").await, Vec::<Value>::new());
    event.owner.get(&path).await.problem(404, "not_found");
    event.owner.delete(&path).await.problem(404, "not_found");
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(app.deliver().await.len(), 1);
    assert_eq!(items(&theirs, "").await.len(), 1);
}

async fn addresses_that_do_not_fit_are_refused(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for wrong in ["", "ada", "ada@localhost", "ada@example.org\r\nBcc: b@example.org", "a@b@example.org"] {
        owner.post(LIST, json!({ "email": wrong })).await.faults(&[("/email", "email_invalid")]);
    }
    let two = json!({ "email": "x", "note": "a\u{0}b" });
    owner.post(LIST, two).await.faults(&[("/note", "text_invalid"), ("/email", "email_invalid")]);
    owner.post(LIST, json!({ "address": "ada@example.org" })).await.faults(&[("/address", "field_unknown")]);
    owner.get(&format!("{LIST}?reason=else")).await.problem(400, "malformed_query");
    owner.get(&format!("{LIST}?cursor=x")).await.problem(400, "cursor_invalid");
    assert_eq!(items(&owner, "").await, Vec::<Value>::new());
}

async fn scopes_decide(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let path = format!("{LIST}/{}", owner.post(LIST, json!({ "email": "ada@example.org" })).await.expect(201).id());
    for role in [Role::Viewer, Role::Editor] {
        let staff = app.staff(role).await;
        assert_eq!(items(&staff, "").await.len(), 1);
        staff.post(LIST, json!({ "email": "b@example.org" })).await.problem(403, "forbidden");
        staff.delete(&path).await.problem(403, "forbidden");
    }
    app.get(LIST).await.problem(401, "unauthenticated");
    app.staff(Role::Assistant).await.delete(&path).await.expect(204);
}

async fn the_list_is_searched_and_paged(backend: Backend) {
    let app = TestApp::start(backend).await;
    let owner = app.staff(Role::Owner).await;
    for index in 0..5 {
        owner.post(LIST, json!({ "email": format!("person-{index}@example.org") })).await.expect(201);
    }
    owner.post(LIST, json!({ "email": "100_percent@other.example" })).await.expect(201);
    let addresses = |items: Vec<Value>| -> Vec<String> {
        items.iter().map(|item| item["address"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(addresses(items(&owner, "?q=Person-3@Example").await), ["person-3@example.org"]);
    assert_eq!(addresses(items(&owner, "?q=other.example").await), ["100_percent@other.example"]);
    assert_eq!(items(&owner, "?q=%25").await.len(), 0);
    assert_eq!(items(&owner, "?reason=manual").await.len(), 6);
    assert_eq!(items(&owner, "?reason=complaint").await.len(), 0);
    let first = owner.get(&format!("{LIST}?q=person&limit=3")).await.expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = owner.get(&format!("{LIST}?q=person&limit=3&cursor={cursor}")).await.expect(200).json();
    let all = [first["items"].as_array().unwrap().clone(), second["items"].as_array().unwrap().clone()].concat();
    let newest_first: Vec<String> = (0..5).rev().map(|index| format!("person-{index}@example.org")).collect();
    assert_eq!(addresses(all), newest_first);
    assert_eq!(second["next_cursor"], Value::Null);
}
