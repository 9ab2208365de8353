//! That the harness notices what it is there to notice.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, TimeDelta, Utc};
use plenary::accounts::{CalendarMethod, Role};
use plenary::mail::{CalendarMethod as Method, CalendarPart, EmailAddress, MailMessage, Recipient};
use plenary::outbox::{self, NewMessage};
use serde_json::{Value, json};

use super::{MailWay, TestApp, TestAppBuilder};

both!(
    a_durable_application_waits_for_the_disk,
    a_forgotten_message_fails_the_test,
    a_scheduled_message_may_be_left,
    a_mail_is_read_as_it_was_written,
    a_message_may_be_left_for_a_reason,
    options_reach_the_application,
    replicas_share_their_database,
    tests_share_nothing,
);

async fn promise(app: &TestApp, due_at: Option<DateTime<Utc>>) {
    let message = NewMessage {
        workspace: app.workspace().id,
        kind: "harness.example",
        payload: Value::Null,
        dedupe_key: None,
        event: None,
        registration: None,
        due_at,
    };
    assert!(app.write(move |conn, context| outbox::enqueue(conn, context, &message)).await, "it is new");
}

fn drop_of(app: TestApp) -> Result<(), String> {
    let dropped = catch_unwind(AssertUnwindSafe(move || drop(app)));
    dropped.map_err(|panic| panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

async fn a_durable_application_waits_for_the_disk(builder: TestAppBuilder) {
    #[derive(diesel::QueryableByName)]
    struct Setting {
        #[diesel(sql_type = diesel::sql_types::Text)]
        value: String,
    }
    let app = builder.durable().start().await;
    std::net::TcpStream::connect(app.address()).expect("it listens there");
    let wait = app.app().db().write(|conn| {
        let sql = match conn {
            plenary::db::Conn::Postgres(_) => "SELECT current_setting('synchronous_commit') AS value",
            plenary::db::Conn::Sqlite(_) => "SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous",
        };
        diesel::RunQueryDsl::get_result::<Setting>(diesel::sql_query(sql), conn).map_err(plenary::db::DbError::from)
    });
    let value = wait.await.unwrap().value;
    assert!(value == "on" || value == "2", "{value}");
}

async fn a_forgotten_message_fails_the_test(app: TestApp) {
    promise(&app, None).await;
    app.expect_outbox(1);
    let complaint = drop_of(app).unwrap_err();
    assert_eq!(
        complaint,
        "the test ends with messages in the outbox; deliver or explain them: [(\"harness.example\", \
         2022-02-01T09:00:00Z)]"
    );
}

async fn a_scheduled_message_may_be_left(app: TestApp) {
    promise(&app, Some(app.clock().now() + TimeDelta::days(1))).await;
    app.leave_scheduled("this is what is tested");
    app.pass(TimeDelta::hours(24));
    app.expect_outbox(1);
    assert!(drop_of(app).is_err(), "it is due by now");
}

async fn a_message_may_be_left_for_a_reason(app: TestApp) {
    promise(&app, None).await;
    app.leave_outbox("this is what is tested");
    assert_eq!(drop_of(app), Ok(()));
}

async fn a_mail_is_read_as_it_was_written(app: TestApp) {
    let ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Städte\r\nEND:VCALENDAR\r\n";
    let mail = MailMessage {
        message_id: "1@events.example.org".to_owned(),
        to: Recipient {
            name: Some("Zoë Ågren".to_owned()), address: EmailAddress::parse("zoe@example.org").unwrap()
        },
        from_name: Some("Webinar team".to_owned()),
        reply_to: None,
        subject: "Grüße, und mehr".to_owned(),
        text: "See https://a.example/manage/x?y=1 and (https://b.example/join/z).\nBye\n".to_owned(),
        html: "<p>Grüße</p>".to_owned(),
        calendar: Some(CalendarPart { method: Method::Request, ics: ics.to_owned() }),
        in_reply_to: None,
        references: Vec::new(),
        unsubscribe: None,
        date: app.clock().now(),
    };
    app.app().mailer().send(&mail).await.unwrap();
    let [read] = app.deliver().await.try_into().unwrap();
    assert_eq!((read.to.as_str(), read.envelope_to.as_str()), ("zoe@example.org", "zoe@example.org"));
    assert_eq!((read.from.as_str(), read.from_name.as_deref()), ("plenary@events.example.org", Some("Webinar team")));
    assert_eq!(read.subject, mail.subject);
    assert_eq!(read.text.replace("\r\n", "\n"), mail.text);
    assert_eq!(read.html.trim_end(), mail.html);
    assert_eq!(read.calendar, Some(("REQUEST".to_owned(), ics.to_owned())));
    assert_eq!(read.header("auto-submitted"), Some("auto-generated"));
    assert_eq!(read.links(), ["https://a.example/manage/x?y=1", "https://b.example/join/z"]);
    assert_eq!(read.link("/join/"), "https://b.example/join/z");
    assert_eq!(app.smtp().received()[0].data, read.raw);
    assert_eq!(app.deliver().await, [], "a mail is given once");
}

async fn options_reach_the_application(builder: TestAppBuilder) {
    let app = builder
        .clock_at("2030-06-01T12:00:00Z")
        .rate_limit(1)
        .body_limit(100)
        .calendar_method(CalendarMethod::Publish)
        .mail(MailWay::Url("memory:".to_owned()))
        .start()
        .await;
    let owner = app.staff(Role::Owner).await;
    assert_eq!(owner.get("/api/v1/workspaces/demo").await.string("/calendar_method"), "publish");
    assert_eq!(app.workspace().created_at.0.to_rfc3339(), "2030-06-01T12:00:00+00:00");
    assert!(app.app().mailer().memory().is_some(), "mails stay in memory");
    let long = json!({ "email": "a".repeat(100), "password": "x" });
    app.post("/api/v1/auth/login", long.clone()).await.problem(413, "body_too_large");
    app.post("/api/v1/auth/login", long).await.problem(429, "rate_limited");
}

async fn replicas_share_their_database(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let tag = owner.get("/api/v1/workspaces/demo").await.etag();
    let change = json!({ "name": "Changed" });
    owner.if_match(&tag).patch("/api/v1/workspaces/demo", change).await.expect(200);
    let replica = app.replica();
    assert_eq!(replica.get("/api/v1/workspaces/demo").await.string("/name"), "Changed");
}

async fn tests_share_nothing(builder: TestAppBuilder) {
    let (one, other) = (builder.clone().start().await, builder.start().await);
    assert_ne!(one.database().url(), other.database().url());
    one.other_workspace("second").await;
    one.get("/api/v1/workspaces/second").await.expect(200);
    other.get("/api/v1/workspaces/second").await.problem(404, "not_found");
}
