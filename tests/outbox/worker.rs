//! Leases, second tries, and giving up.

use chrono::TimeDelta;
use futures_util::future::join;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::smtp::{Action, Stage, at};
use crate::support::{Backend, MailWay, TestApp, TestAppBuilder, person};

both!(
    a_greylisted_mail_arrives_later_with_its_id,
    a_mail_that_is_refused_for_good_is_kept_and_sent_by_hand,
    a_worker_that_died_is_replaced,
    registrations_go_on_without_a_mail_server,
    two_workers_send_each_mail_once,
);

async fn outbox(app: &TestApp, query: &str) -> Vec<Value> {
    let owner = app.staff(Role::Owner).await;
    let page = owner.get(&format!("/api/v1/outbox?limit=100{query}")).await.expect(200).json();
    page["items"].as_array().unwrap().clone()
}

async fn a_greylisted_mail_arrives_later_with_its_id(app: TestApp) {
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.smtp().script([at(Stage::Rcpt, Action::Reply("451 4.7.1 Greylisted <ada@example.org>, come back"))]);
    assert_eq!(app.deliver().await, []);
    let waiting = outbox(&app, "&state=queued").await;
    let [waiting] = waiting.as_slice() else { panic!("one message, not {waiting:?}") };
    assert_eq!((&waiting["kind"], &waiting["attempts"]), (&json!("registrations.confirmed"), &json!(1)));
    let reason = waiting["last_error"].as_str().unwrap();
    assert!(reason.contains("451") && !reason.contains("ada@"), "{reason}");

    app.pass(TimeDelta::seconds(5));
    assert_eq!(app.deliver().await, []);
    app.pass(TimeDelta::seconds(10));
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    let id = waiting["id"].as_str().unwrap();
    assert_eq!(mail.header("message-id"), Some(format!("{id}@events.example.org").as_str()));
}

async fn a_mail_that_is_refused_for_good_is_kept_and_sent_by_hand(app: TestApp) {
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.smtp().script([at(Stage::Rcpt, Action::Reply("550 5.7.1 not by our policy"))]);
    assert_eq!(app.deliver().await, []);
    app.pass(TimeDelta::days(10));
    assert_eq!(app.deliver().await, []);
    let failed = outbox(&app, "&state=failed").await;
    let [failed] = failed.as_slice() else { panic!("one message, not {failed:?}") };
    let retry = format!("/api/v1/outbox/{}/retry", failed["id"].as_str().unwrap());
    let owner = app.staff(Role::Owner).await;
    let queued = owner.post(&retry, Value::Null).await.expect(200);
    assert_eq!((queued.at("/state"), queued.at("/attempts")), (json!("queued"), json!(0)));
    owner.post(&retry, Value::Null).await.problem(409, "not_possible_now");
    assert_eq!(app.deliver().await.len(), 1);
    let other = app.other_workspace("other").await;
    app.staff_of(&other, Role::Owner).await.post(&retry, Value::Null).await.problem(404, "not_found");
}

/// A worker claims, and is never heard of again. Its lease runs out, and another sends the mail.
async fn a_worker_that_died_is_replaced(app: TestApp) {
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    app.smtp().script([at(Stage::Banner, Action::Hang)]);
    let dying = tokio::spawn({
        let worker = app.app().worker();
        async move { worker.drain().await }
    });
    while app.smtp().connections() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    dying.abort();
    assert_eq!(app.deliver().await, [], "the lease still holds");
    app.pass(TimeDelta::minutes(15));
    let mails = app.deliver().await;
    assert_eq!(mails.len(), 1);
}

async fn two_workers_send_each_mail_once(backend: Backend) {
    let app = TestApp::start(backend).await;
    let event = app.open_event(json!({})).await;
    for index in 0..40 {
        app.post(&event.registrations, person("P", &format!("p{index}@example.org"))).await.expect(201);
    }
    let replica = app.replica();
    let (one, two) = (app.app().worker(), replica.app().worker());
    let (one, two) = join(one.drain(), two.drain()).await;
    // Forty mails to people, and forty notices that find nobody to tell.
    assert_eq!(one.unwrap() + two.unwrap(), 80);
    let mut to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    to.sort();
    let mut people: Vec<String> = (0..40).map(|index| format!("p{index}@example.org")).collect();
    people.sort();
    assert_eq!(to, people);
}

async fn registrations_go_on_without_a_mail_server(app: TestAppBuilder) {
    // Nothing listens on the discard port of this machine.
    let app = app.mail(MailWay::Url("smtp://127.0.0.1:9".to_owned())).start().await;
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(app.deliver().await, []);
    let waiting = outbox(&app, "&state=queued").await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(event.states().await[0].1, "confirmed");
    app.leave_outbox("the mail waits for a server that does not come");
}
