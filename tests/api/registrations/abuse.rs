//! What strangers cannot do with the form: send mails to others without end, find out who registered, or put words of their
//! own into our mails.

use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use futures_util::future::join_all;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp, TestAppBuilder, person};

both!(
    a_name_reaches_the_mail_as_a_name,
    a_name_that_is_no_name_is_refused,
    a_mailbox_has_one_limit_for_all_its_addresses,
    a_network_registers_so_often_a_minute,
    an_address_is_entered_so_often_a_day,
    many_who_enter_one_address_share_its_limit,
    nobody_finds_out_who_registered,
);

async fn an_address_is_entered_so_often_a_day(builder: TestAppBuilder) {
    let app = builder.address_limit(3).start().await;
    let first = app.open_event(json!({})).await;
    let second = app.open_event(json!({})).await;
    let enter = async |path: &str, email: &str| app.post(path, person("Ada", email)).await;
    // What fails for another reason sends no mail, and does not count.
    for _ in 0..4 {
        let wrong = json!({ "name": "Ada", "email": "ada@example.org", "consent": true, "answers": { "x": 1 } });
        app.post(&first.registrations, wrong).await.faults(&[("/answers/x", "field_unknown")]);
    }
    enter(&first.registrations, "ada@example.org").await.expect(201);
    enter(&second.registrations, "ADA@example.org").await.expect(201);
    // A program that is pretended to counts as anybody.
    let trapped = json!({ "name": "Bot", "email": "ada@example.org", "consent": true, "website": "x" });
    app.post(&second.registrations, trapped).await.expect(201);
    app.pass(TimeDelta::hours(1));
    for path in [&first.registrations, &second.registrations] {
        let refused = enter(path, "Ada@example.org").await;
        refused.problem(429, "address_overused");
        assert_eq!(refused.header("retry-after"), Some("82801"));
        // A repetition of a request that was refused is refused.
        enter(path, "bo@example.org").await.expect(201);
    }
    // Whether the address is registered makes no difference: this one is nowhere.
    for _ in 0..3 {
        let trapped = json!({ "name": "Bot", "email": "nobody@example.org", "consent": true, "website": "x" });
        app.post(&first.registrations, trapped).await.expect(201);
    }
    let unknown = enter(&first.registrations, "nobody@example.org").await;
    let known = enter(&first.registrations, "ada@example.org").await;
    assert_eq!(unknown.problem(429, "address_overused"), known.problem(429, "address_overused"));
    let to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(to.iter().filter(|to| to.eq_ignore_ascii_case("ada@example.org")).count(), 2, "{to:?}");
    // The staff are not strangers.
    let by_hand = json!({ "name": "Nobody", "email": "nobody@example.org", "notify": false });
    first.owner.post(&format!("{}/manual", first.registrations), by_hand).await.expect(201);

    app.pass(TimeDelta::hours(23));
    enter(&second.registrations, "ada@example.org").await.expect(201);
    assert_eq!(app.deliver().await.len(), 1);
}

/// Whoever has a mailbox has as many addresses as they like, and so has who wants to fill it.
async fn a_mailbox_has_one_limit_for_all_its_addresses(builder: TestAppBuilder) {
    let app = builder.address_limit(2).start().await;
    let event = app.open_event(json!({})).await;
    let enter = async |email: &str| app.post(&event.registrations, person("Ada", email)).await;
    enter("ada+one@example.org").await.expect(201);
    enter("Ada+two+three@example.org").await.expect(201);
    for email in ["ada+four@example.org", "ada@example.org", "ADA+@example.org"] {
        enter(email).await.problem(429, "address_overused");
    }
    // They are several people all the same, and so is who only has a similar address.
    enter("adah@example.org").await.expect(201);
    enter("ada+one@example.com").await.expect(201);
    for tag in ["+ada@example.org", "+bo@example.org", "+cy@example.org"] {
        enter(tag).await.expect(201);
    }
    let mut to: Vec<String> = app.deliver().await.into_iter().map(|mail| mail.envelope_to).collect();
    to.sort();
    let expected = [
        "+ada@example.org",
        "+bo@example.org",
        "+cy@example.org",
        "Ada+two+three@example.org",
        "ada+one@example.com",
        "ada+one@example.org",
        "adah@example.org",
    ];
    assert_eq!(to, expected);
}

async fn many_who_enter_one_address_share_its_limit(builder: TestAppBuilder) {
    let app = builder.address_limit(5).start().await;
    let event = app.open_event(json!({})).await;
    let replica = app.replica();
    let (taken, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    join_all((0..24).map(|number| {
        let client: &Client = if number % 2 == 0 { &app } else { &replica };
        let (path, taken, refused) = (&event.registrations, &taken, &refused);
        async move {
            loop {
                let answer = client.post(path, person("Ada", "ada@example.org")).await;
                match answer.status {
                    503 => continue,
                    201 => taken.fetch_add(1, Ordering::SeqCst),
                    _ => {
                        answer.problem(429, "address_overused");
                        refused.fetch_add(1, Ordering::SeqCst)
                    }
                };
                return;
            }
        }
    }))
    .await;
    assert_eq!((taken.into_inner(), refused.into_inner()), (5, 19));
    assert_eq!(event.states().await.len(), 1);
    app.deliver().await;
}

/// What a stranger sees of an answer, but for what differs by itself.
fn seen(answer: &Answer) -> (u16, Value, Vec<(String, String)>) {
    let own = |name: &str| !["x-request-id", "date"].contains(&name);
    let headers = answer.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status, answer.json(), headers.filter(|(name, _)| own(name)).collect())
}

async fn nobody_finds_out_who_registered(app: TestApp) {
    for policy in [json!({}), json!({ "approval": true }), json!({ "verification": true })] {
        let event = app.open_event(json!({ "capacity": 3, "registration": policy })).await;
        let other = app.open_event(json!({ "capacity": 3, "registration": policy })).await;
        // Ada is registered for the one, and nobody for the other.
        app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
        app.deliver().await;
        let known = app.post(&event.registrations, person("Eve", "ada@example.org")).await;
        let told = app.deliver().await;
        let newcomer = app.post(&other.registrations, person("Eve", "ada@example.org")).await;
        let (known, mut expected) = (seen(&known), seen(&newcomer));
        expected.1["event_id"] = json!(event.id);
        assert_eq!(known, expected, "{policy}");
        // Each entry is a mail to the address that was entered, and to nobody else.
        let also = app.deliver().await;
        assert_eq!((told.len(), also.len()), (1, 1), "{policy}");
        assert_eq!(
            (told[0].envelope_to.as_str(), also[0].envelope_to.as_str()),
            ("ada@example.org", "ada@example.org")
        );
        // Nobody but staff reads who is there.
        app.get(&event.registrations).await.problem(401, "unauthenticated");
        let public = app.get(&format!("/api/v1/events/{}", event.id)).await.expect(200);
        assert!(!public.text().contains("ada@example.org") && !public.text().contains("Ada"), "{public}");
    }
    app.leave_scheduled("the time to confirm addresses");
}

async fn a_name_that_is_no_name_is_refused(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let series = app.staff(Role::Owner).await;
    let series = series.post("/api/v1/series", json!({ "slug": "s", "title": "S" })).await.expect(201).id();
    for name in [
        "Win at https://spam.example/now",
        "see WWW.spam.example",
        "spam.example/now",
        "Ada\r\nBcc: victim@example.org",
        "Ada\0",
        "Ada\u{202e}gro.elpmaxe",
        "Ada\u{2028}X",
        &"a".repeat(201),
    ] {
        for path in [&event.registrations, &format!("/api/v1/series/{series}/registrations")] {
            app.post(path, person(name, "ada@example.org")).await.faults(&[("/name", "text_invalid")]);
        }
    }
    assert_eq!(event.states().await, []);
    app.expect_outbox(0);
}

async fn a_name_reaches_the_mail_as_a_name(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let names = [
        "=?utf-8?B?QmNjOiB2aWN0aW1AZXhhbXBsZS5vcmc=?=",
        "Lindqvist, Ulrika (Lund); \"U\" <u@example.com>",
        "<script>alert(1)</script> & Co",
        "{{ workspace.name }} {% raw %}",
        "O'Brien \\\" ,",
        "محمد علي",
    ];
    let mut expected = None;
    for (number, name) in names.iter().enumerate() {
        let address = format!("p{number}@example.org");
        app.post(&event.registrations, person(name, &address)).await.expect(201);
        let mails = app.deliver().await;
        let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
        assert_eq!((mail.envelope_to.as_str(), mail.to.as_str()), (address.as_str(), address.as_str()), "{name}");
        let message = mail_parser::MessageParser::default().parse(&mail.raw).unwrap();
        let to = message.to().unwrap().as_list().unwrap().to_vec();
        assert_eq!(to.len(), 1, "{to:?}");
        assert_eq!(to[0].name(), Some(*name), "{name}");
        // No name makes a header.
        let headers: Vec<String> = mail.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
        assert_eq!(&headers, expected.get_or_insert_with(|| headers.clone()), "{name}");
        assert!(mail.text.contains(&format!("Hello {name},")), "{}", mail.text);
        assert!(!mail.html.contains("<script>") && !mail.html.contains("demo programme} "), "{}", mail.html);
        let (_, entry) = mail.calendar.as_ref().unwrap();
        assert_eq!(entry.matches("ATTENDEE").count(), 1, "{entry}");
    }
}

async fn a_network_registers_so_often_a_minute(builder: TestAppBuilder) {
    let app = builder.rate_limit(2).behind_a_proxy().start().await;
    let event = app.open_event(json!({})).await;
    let enter = async |number: u32, from: &str| {
        let client = app.with("x-forwarded-for", from);
        client.post(&event.registrations, person("P", &format!("p{number}@example.org"))).await
    };
    // One household has a whole /64, and whatever a client says before the proxy's own word counts for nothing.
    enter(1, "2001:db8:1:2::1").await.expect(201);
    enter(2, "192.0.2.7, 2001:db8:1:2:ffff::9").await.expect(201);
    for from in ["2001:db8:1:2::3", "198.51.100.1, 2001:db8:1:2::3"] {
        let refused = enter(3, from).await;
        refused.problem(429, "rate_limited");
        assert!(refused.header("retry-after").is_some());
    }
    enter(3, "2001:db8:1:3::1").await.expect(201);
    for number in 4..6 {
        enter(number, "192.0.2.7").await.expect(201);
    }
    enter(6, "::ffff:192.0.2.7").await.problem(429, "rate_limited");
    assert_eq!(event.states().await.len(), 5);
    assert_eq!(app.deliver().await.len(), 5);
}
