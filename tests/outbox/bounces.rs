//! Reports of what came back: who may send them, whom they are believed about, and what follows.

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::support::{Answer, Client, Mail, TestApp, TestAppBuilder, person};

both!(
    a_bounce_is_shown_and_its_recipient_suppressed,
    a_complaint_outweighs_a_bounce,
    a_report_about_somebody_else_suppresses_nobody,
    a_repeated_report_changes_nothing,
    a_soft_bounce_is_shown_and_suppresses_nobody,
    an_unknown_mail_is_no_oracle,
    bodies_that_do_not_fit_are_refused,
    mails_of_servers_are_read,
    nobody_else_may_report,
    without_a_secret_there_is_no_way_in,
);

const INTAKE: &str = "/api/v1/mail/bounces";
const SECRET: &str = "the secret of those who report bounces";
const JSON: &str = "application/json";

/// The application, with a mail that arrived at Ada's.
struct Sent {
    app: TestApp,
    owner: Client,
    mail: Mail,
}

async fn sent(app: TestAppBuilder) -> Sent {
    let app = app.bounce_secret(SECRET).start().await;
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "Ada@example.org")).await.expect(201);
    let mail = app.deliver().await.remove(0);
    Sent { app, owner: event.owner, mail }
}

fn sign(secret: &str, seconds: i64, body: &[u8]) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let digest = mac.chain_update(format!("{seconds}.")).chain_update(body).finalize().into_bytes();
    let hex = digest.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    format!("t={seconds},v1={hex}")
}

/// Posts a body with a signature of now.
async fn report_as(app: &TestApp, media_type: &str, body: &[u8]) -> Answer {
    let signature = sign(SECRET, app.clock().now().timestamp(), body);
    let client = app.with("plenary-signature", &signature);
    client.send(Method::POST, INTAKE, Some((media_type, body.to_vec()))).await
}

async fn report(app: &TestApp, body: &Value) -> Answer {
    report_as(app, JSON, body.to_string().as_bytes()).await
}

impl Sent {
    fn message_id(&self) -> String {
        self.mail.header("message-id").unwrap().to_owned()
    }

    /// A report about the mail, with `more` in it.
    fn about(&self, kind: &str, more: &Value) -> Value {
        let mut body = json!({ "message_id": format!("<{}>", self.message_id()), "kind": kind });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    async fn message(&self) -> Value {
        let page = self.owner.get("/api/v1/outbox?state=sent").await.expect(200).json();
        let id = self.message_id();
        let mut items = page["items"].as_array().unwrap().iter();
        items.find(|item| id.starts_with(item["id"].as_str().unwrap())).expect("the message").clone()
    }

    async fn suppressions(&self) -> Vec<Value> {
        let page = self.owner.get("/api/v1/mail/suppressions").await.expect(200).json();
        page["items"].as_array().unwrap().clone()
    }
}

async fn a_bounce_is_shown_and_its_recipient_suppressed(app: TestAppBuilder) {
    let sent = sent(app).await;
    let more = json!({
        "recipient": "ada@EXAMPLE.org", "status": "5.1.1", "at": "2022-02-01T08:59:00Z",
        "diagnostic": "550 5.1.1 <ada@example.org>:\r\n no such user",
    });
    let answer = report(&sent.app, &sent.about("hard", &more)).await.expect(204);
    assert_eq!(answer.body, b"");
    let message = sent.message().await;
    let diagnostic = "550 5.1.1 <address> no such user";
    let bounce = json!({ "kind": "hard", "at": "2022-02-01T08:59:00Z", "status": "5.1.1", "diagnostic": diagnostic });
    assert_eq!((&message["state"], &message["bounce"]), (&json!("sent"), &bounce));
    let registration = message["registration_id"].as_str().unwrap();
    let timeline = sent.owner.get(&format!("/api/v1/registrations/{registration}/timeline")).await.expect(200).json();
    let entries = timeline["items"].as_array().unwrap().iter();
    let bounces: Vec<(&Value, &Value)> = entries.map(|entry| (&entry["what"], &entry["bounce"])).collect();
    assert!(bounces.contains(&(&json!("registrations.confirmed"), &bounce)), "{bounces:?}");
    assert!(bounces.contains(&(&json!("registered"), &Value::Null)), "{bounces:?}");

    let list = sent.suppressions().await;
    let [suppression] = list.as_slice() else { panic!("one suppression, not {list:?}") };
    assert_eq!(
        *suppression,
        json!({
            "id": suppression["id"], "address": "ada@example.org", "reason": "hard_bounce", "status": "5.1.1",
            "diagnostic": diagnostic, "message_id": message["id"], "count": 1,
            "first_seen_at": "2022-02-01T09:00:00Z", "last_seen_at": "2022-02-01T09:00:00Z",
        })
    );
    let again = sent.app.open_event(json!({})).await;
    sent.app.post(&again.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(sent.app.deliver().await, []);
}

async fn a_soft_bounce_is_shown_and_suppresses_nobody(app: TestAppBuilder) {
    let sent = sent(app).await;
    let full = json!({ "status": "5.2.2", "at": "2099-01-01T00:00:00Z" });
    report(&sent.app, &sent.about("soft", &full)).await.expect(204);
    // Nothing comes back from the future.
    let bounce = json!({ "kind": "soft", "at": "2022-02-01T09:00:00Z", "status": "5.2.2", "diagnostic": null });
    assert_eq!(sent.message().await["bounce"], bounce);
    assert_eq!(sent.suppressions().await, Vec::<Value>::new());
}

/// Without the address in it, a report is about whom the mail went to. The address is learned with the next mail.
async fn a_complaint_outweighs_a_bounce(app: TestAppBuilder) {
    let sent = sent(app).await;
    for kind in ["hard", "soft", "complaint", "hard"] {
        report(&sent.app, &sent.about(kind, &json!({}))).await.expect(204);
    }
    assert_eq!(sent.message().await["bounce"]["kind"], "complaint");
    let list = sent.suppressions().await;
    let told = |item: &Value| (item["address"].clone(), item["reason"].clone(), item["count"].clone());
    assert_eq!(list.iter().map(told).collect::<Vec<_>>(), [(Value::Null, json!("complaint"), json!(2))]);
    let again = sent.app.open_event(json!({})).await;
    sent.app.post(&again.registrations, person("Ada", "ada@example.org")).await.expect(201);
    assert_eq!(sent.app.deliver().await, []);
    let list = sent.suppressions().await;
    assert_eq!(told(&list[0]), (json!("ada@example.org"), json!("complaint"), json!(2)));
    let found = sent.owner.get("/api/v1/mail/suppressions?q=ada").await.expect(200);
    assert_eq!(found.at("/items/0/id"), list[0]["id"]);
}

async fn a_repeated_report_changes_nothing(app: TestAppBuilder) {
    let sent = sent(app).await;
    let body = sent.about("hard", &json!({ "recipient": "ada@example.org", "status": "5.1.1" })).to_string();
    let signature = sign(SECRET, sent.app.clock().now().timestamp(), body.as_bytes());
    let client = sent.app.with("plenary-signature", &signature);
    let post = || client.send(Method::POST, INTAKE, Some((JSON, body.clone().into_bytes())));
    let (one, two) = tokio::join!(post(), post());
    assert_eq!((one.status, two.status), (204, 204));
    let before = (sent.message().await, sent.suppressions().await);
    assert_eq!(before.1[0]["count"], 1);
    sent.app.pass(chrono::TimeDelta::minutes(5));
    post().await.expect(204);
    assert_eq!((sent.message().await, sent.suppressions().await), before);
    // What the staff freed stays free, whoever repeats the old report.
    let path = format!("/api/v1/mail/suppressions/{}", before.1[0]["id"].as_str().unwrap());
    sent.owner.delete(&path).await.expect(204);
    post().await.expect(204);
    assert_eq!(sent.suppressions().await, Vec::<Value>::new());
    sent.app.pass(chrono::TimeDelta::seconds(1));
    post().await.problem(403, "signature_invalid");
}

/// Whoever got a mail knows its Message-ID, and could name the address of somebody whom they wish no mail.
async fn a_report_about_somebody_else_suppresses_nobody(app: TestAppBuilder) {
    let sent = sent(app).await;
    let event = sent.app.open_event(json!({})).await;
    sent.app.post(&event.registrations, person("Bob", "bob@example.org")).await.expect(201);
    assert_eq!(sent.app.deliver().await.len(), 1);
    let bob = json!({ "recipient": "bob@example.org", "status": "5.1.1" });
    report(&sent.app, &sent.about("complaint", &bob)).await.expect(204);
    assert_eq!(sent.message().await["bounce"], Value::Null);
    // It may have been forwarded to him, and so did not arrive.
    report(&sent.app, &sent.about("hard", &bob)).await.expect(204);
    assert_eq!(sent.message().await["bounce"]["kind"], "soft");
    assert_eq!(sent.suppressions().await, Vec::<Value>::new());
}

async fn an_unknown_mail_is_no_oracle(app: TestAppBuilder) {
    let sent = sent(app).await;
    let unknown = "017eb483-2280-7000-8000-000000000000@events.example.org";
    let known = report(&sent.app, &sent.about("soft", &json!({}))).await;
    for message_id in [unknown, "nonsense", "<a@b>", "é\u{202e}@x"] {
        let answer = report(&sent.app, &json!({ "message_id": message_id, "kind": "hard" })).await;
        assert_eq!((answer.status, &answer.body), (known.status, &known.body), "{message_id}");
    }
    // A message that no mail was sent for cannot come back.
    let page = sent.owner.get("/api/v1/outbox?state=skipped").await.expect(200);
    let notice = format!("{}@events.example.org", page.string("/items/0/id"));
    report(&sent.app, &json!({ "message_id": notice, "kind": "hard" })).await.expect(204);
    let page = sent.owner.get("/api/v1/outbox?state=skipped").await.expect(200);
    assert_eq!(page.at("/items/0/bounce"), Value::Null);
    assert_eq!(sent.suppressions().await, Vec::<Value>::new());
}

async fn nobody_else_may_report(app: TestAppBuilder) {
    let sent = sent(app).await;
    let body = sent.about("hard", &json!({})).to_string();
    let now = sent.app.clock().now().timestamp();
    let post = async |header: Option<String>| {
        let client = header.map_or_else(|| (**sent.app).clone(), |header| sent.app.with("plenary-signature", &header));
        client.send(Method::POST, INTAKE, Some((JSON, body.clone().into_bytes()))).await
    };
    for header in [
        None,
        Some(String::new()),
        Some("v1=00".to_owned()),
        Some(sign("another secret that is long enough", now, body.as_bytes())),
        Some(sign(SECRET, now, b"another body")),
        Some(sign(SECRET, now - 301, body.as_bytes())),
        Some(sign(SECRET, now + 301, body.as_bytes())),
    ] {
        let answer = post(header.clone()).await;
        answer.problem(403, "signature_invalid");
        assert_eq!(answer.header("www-authenticate"), None, "{header:?}");
    }
    // Not even an owner's token is a signature.
    sent.owner.post(INTAKE, sent.about("hard", &json!({}))).await.problem(403, "signature_invalid");
    assert_eq!(sent.message().await["bounce"], Value::Null);
    assert_eq!(sent.suppressions().await, Vec::<Value>::new());
    post(Some(sign(SECRET, now - 300, body.as_bytes()))).await.expect(204);
    assert_eq!(sent.suppressions().await.len(), 1);
}

async fn without_a_secret_there_is_no_way_in(app: TestApp) {
    let body = json!({ "message_id": "a@b", "kind": "hard" });
    app.post(INTAKE, body.clone()).await.problem(404, "not_found");
    app.send(Method::POST, INTAKE, Some(("text/plain", b"x".to_vec()))).await.problem(404, "not_found");
    let signed = app.with("plenary-signature", &sign("", app.clock().now().timestamp(), body.to_string().as_bytes()));
    signed.post(INTAKE, body).await.problem(404, "not_found");
}

async fn bodies_that_do_not_fit_are_refused(app: TestAppBuilder) {
    let sent = sent(app.body_limit(200_000)).await;
    let app = &sent.app;
    report_as(app, JSON, b"{").await.problem(400, "malformed_json");
    report_as(app, "text/plain", b"x").await.problem(415, "unsupported_media_type");
    report_as(app, JSON, &vec![b' '; 200_001]).await.problem(413, "body_too_large");
    report(app, &json!("x")).await.problem(422, "field_type");
    report(app, &json!({ "message_id": "a@b" })).await.faults(&[("/kind", "field_required")]);
    let list = json!([{ "message_id": "a@b", "kind": "hard" }, { "message_id": "a@b", "kind": "odd" }]);
    report(app, &list).await.faults(&[("/1/kind", "field_type")]);
    let list = json!([{ "message_id": "a@b", "kind": "hard", "status": "5.1" }, { "message_id": "", "kind": "soft" }]);
    report(app, &list).await.faults(&[("/0/status", "text_invalid"), ("/1/message_id", "text_invalid")]);
    let unknown = json!({ "message_id": "a@b", "kind": "hard", "more": 1 });
    report(app, &unknown).await.faults(&[("/more", "field_unknown")]);
    let many = json!(vec![json!({ "message_id": "a@b", "kind": "hard" }); 501]);
    report(app, &many).await.faults(&[("", "number_invalid")]);
    // One fault, and nothing is taken in.
    let half = json!([sent.about("hard", &json!({})), { "message_id": "a@b", "kind": "hard", "status": "x" }]);
    report(app, &half).await.faults(&[("/1/status", "text_invalid")]);
    assert_eq!(sent.suppressions().await, Vec::<Value>::new());
    report(app, &json!([])).await.expect(204);
    let both = json!([{ "message_id": "a@b", "kind": "hard" }, sent.about("hard", &json!({}))]);
    report(app, &both).await.expect(204);
    assert_eq!(sent.suppressions().await.len(), 1);
}

/// A notification of Postfix about the mail that really went out, and a complaint of a provider.
async fn mails_of_servers_are_read(app: TestAppBuilder) {
    let sent = sent(app).await;
    let returned = String::from_utf8(sent.mail.raw.clone()).unwrap();
    let parts = |kind: &str, fields: &str| {
        let fields = fields.replace('\n', "\r\n");
        format!(
            "--AAA/mx.example.org\r\nContent-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
             This is the mail system.\r\n\r\n--AAA/mx.example.org\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n\r\n\
             --AAA/mx.example.org\r\nContent-Type: message/rfc822\r\n\r\n{returned}\r\n--AAA/mx.example.org--\r\n"
        )
    };
    let fields = |status: &str, action: &str| {
        format!(
            "Reporting-MTA: dns; mx.example.org\nArrival-Date: Tue,  1 Feb 2022 10:00:00 +0100 (CET)\n\n\
             Final-Recipient: rfc822; ada@example.org\nOriginal-Recipient: rfc822;ada@example.org\nAction: {action}\n\
             Status: {status}\nDiagnostic-Code: smtp; 550 {status} <ada@example.org>: no such user"
        )
    };
    let delayed = parts("delivery-status", &fields("4.4.1", "delayed"));
    let kind = "multipart/report; report-type=delivery-status; boundary=\"AAA/mx.example.org\"";
    report_as(&sent.app, kind, delayed.as_bytes()).await.expect(204);
    assert_eq!(sent.message().await["bounce"]["kind"], "soft");
    assert_eq!(sent.suppressions().await, Vec::<Value>::new());

    let failed = parts("delivery-status", &fields("5.1.1", "failed"));
    let mail =
        format!("From: MAILER-DAEMON@mx.example.org\r\nMIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n{failed}");
    report_as(&sent.app, "message/rfc822", mail.as_bytes()).await.expect(204);
    let bounce = &sent.message().await["bounce"];
    let diagnostic = "550 5.1.1 <address> no such user";
    assert_eq!((&bounce["kind"], &bounce["diagnostic"]), (&json!("hard"), &json!(diagnostic)));
    let list = sent.suppressions().await;
    assert_eq!((&list[0]["address"], &list[0]["reason"]), (&json!("ada@example.org"), &json!("hard_bounce")));

    let complaint = parts("feedback-report", "Feedback-Type: abuse\nUser-Agent: Provider/1.0\nVersion: 1");
    report_as(&sent.app, &kind.replace("delivery-status", "feedback-report"), complaint.as_bytes()).await.expect(204);
    let list = sent.suppressions().await;
    assert_eq!((list.len(), &list[0]["reason"], &list[0]["count"]), (1, &json!("complaint"), &json!(2)));

    // What is no report says nothing, and is no fault.
    for mail in ["", "Subject: I am away\r\n\r\nBack on Monday.\r\n", "\0\u{ff}"] {
        report_as(&sent.app, "message/rfc822", mail.as_bytes()).await.expect(204);
    }
}
