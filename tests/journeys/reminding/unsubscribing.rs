//! The way out of reminders, by hand and by a mail program.

use plenary::config::DkimConfig;
use plenary::http::{Links, Purpose};
use reqwest::Method;
use serde_json::{Value, json};

use super::{all, command, day_before, deliver_at, register_all, rule, told};
use crate::support::parsers::verify_dkim;
use crate::support::{Mail, TestApp, TestAppBuilder};

both!(
    a_link_opens_its_own_page_alone,
    a_mail_program_unsubscribes_in_one_click,
    mail_programs_of_many_people_are_not_counted,
    the_way_out_is_for_the_address_that_was_written_to,
    the_way_out_outlasts_the_registration,
    the_way_out_is_signed,
    what_concerns_a_registration_is_still_told,
);

/// Where a mail program posts to.
#[track_caller]
fn way_out(mail: &Mail) -> String {
    assert_eq!(mail.header("list-unsubscribe-post"), Some("List-Unsubscribe=One-Click"));
    let header = mail.header("list-unsubscribe").unwrap_or_else(|| panic!("{} has no way out", mail.subject));
    let url = header.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(header);
    assert_eq!(mail.link("/unsubscribe/"), url);
    assert!(mail.html.contains(&format!("href=\"{url}\"")), "{}", mail.html);
    url.to_owned()
}

const FORM: &str = "application/x-www-form-urlencoded";

async fn a_mail_program_unsubscribes_in_one_click(app: TestApp) {
    let event = app
        .open_event(json!({ "reminders": [
        rule("start", "-P3D", "confirmed"), rule("start", "-P2D", "confirmed"), rule("start", "-P1D", "confirmed"),
    ] }))
        .await;
    let confirmations = register_all(&app, &event, &["ada", "bo"]).await;
    assert!(confirmations.iter().all(|mail| mail.header("list-unsubscribe").is_none()));
    let mails = deliver_at(&app, "2022-03-14T15:00:00Z").await;
    assert_eq!(told(&mails), all(&["ada", "bo"], "Reminder"));
    let ada = way_out(mails.iter().find(|mail| mail.to == "ada@example.org").unwrap());
    // Scanners follow links: that changes nothing.
    for _ in 0..2 {
        let page = app.get(&ada).await.expect(200);
        assert!(page.text().contains("value=\"One-Click\""), "{page}");
    }
    app.head(&ada).await.expect(200);
    assert_eq!(told(&deliver_at(&app, "2022-03-15T15:00:00Z").await), all(&["ada", "bo"], "Reminder"));
    // As a mail program posts it, in both ways that it may.
    let parts = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    for (media_type, body) in [(FORM, "List-Unsubscribe=One-Click"), ("multipart/form-data; boundary=x", parts)] {
        let done = app.send(Method::POST, &ada, Some((media_type, body.as_bytes().to_vec()))).await.expect(200);
        assert_eq!((done.header("location"), done.header("set-cookie")), (None, None));
        assert!(done.text().contains("value=\"again\""), "{done}");
    }
    assert_eq!(told(&deliver_at(&app, "2022-03-16T15:00:00Z").await), all(&["bo"], "Reminder"));
    let states = event.states().await;
    assert!(states.iter().all(|(_, state)| state == "confirmed"), "{states:?}");
}

async fn what_concerns_a_registration_is_still_told(app: TestApp) {
    let first = app.open_event(day_before()).await;
    let later = json!({ "local_start": "2022-04-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let second = app.open_event(json!({ "when": later, "reminders": [rule("start", "-P1D", "all")] })).await;
    register_all(&app, &first, &["ada"]).await;
    register_all(&app, &second, &["ada", "bo"]).await;
    let mails = deliver_at(&app, "2022-03-16T15:00:00Z").await;
    let url = way_out(&mails[0]);
    app.send(Method::POST, &url, Some((FORM, b"List-Unsubscribe=One-Click".to_vec()))).await.expect(200);
    command(&first, "cancel", json!({})).await;
    assert_eq!(told(&app.deliver().await), all(&["ada"], "Cancelled"));
    // It holds for the address, whichever event the mail was about, and is taken back in the same way.
    assert_eq!(told(&deliver_at(&app, "2022-04-16T14:00:00Z").await), all(&["bo"], "Reminder"));
    let again = app.send(Method::POST, &format!("{url}?lang=de"), Some((FORM, b"subscribe=again".to_vec()))).await;
    let again = again.expect(200);
    assert!(again.text().contains("value=\"One-Click\"") && again.text().contains("lang=\"de\""), "{again}");
    let last = json!({ "local_start": "2022-05-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let third = app.open_event(json!({ "when": last, "reminders": [rule("start", "-P1D", "all")] })).await;
    register_all(&app, &third, &["ada"]).await;
    assert_eq!(told(&deliver_at(&app, "2022-05-16T14:00:00Z").await), all(&["ada"], "Reminder"));
}

async fn a_link_opens_its_own_page_alone(app: TestApp) {
    let event = app.open_event(day_before()).await;
    let confirmation = register_all(&app, &event, &["ada"]).await.remove(0);
    let mail = deliver_at(&app, "2022-03-16T15:00:00Z").await.remove(0);
    let url = way_out(&mail);
    let own = url.rsplit('/').next().unwrap().to_owned();
    let manage = confirmation.link("/manage/").rsplit('/').next().unwrap().to_owned();
    for token in [manage.as_str(), "x", &"A".repeat(64), &"A".repeat(107)] {
        let path = format!("/unsubscribe/{token}");
        assert_eq!(app.get(&path).await.status, 404);
        assert_eq!(
            app.send(Method::POST, &path, Some((FORM, b"List-Unsubscribe=One-Click".to_vec()))).await.status,
            404
        );
    }
    assert_eq!(app.get(&format!("/api/v1/registrations/manage/{own}")).await.status, 404);
    assert_eq!(app.post(&format!("/api/v1/registrations/manage/{own}/cancel"), Value::Null).await.status, 404);
    for (language, word) in
        [("de", "Anmeldungen"), ("fr", "inscriptions"), ("nl", "aanmeldingen"), ("en", "registrations")]
    {
        let page = app.get(&format!("{url}?lang={language}")).await.expect(200);
        assert!(page.text().contains(word) && !page.text().contains("ada@example.org"), "{page}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
}

async fn the_way_out_outlasts_the_registration(app: TestApp) {
    let first = app.open_event(day_before()).await;
    let later = json!({ "local_start": "2022-06-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    let second = app.open_event(json!({ "when": later, "reminders": [rule("start", "-P1D", "all")] })).await;
    register_all(&app, &first, &["ada", "bo"]).await;
    register_all(&app, &second, &["ada", "bo"]).await;
    let mails = deliver_at(&app, "2022-03-16T15:00:00Z").await;
    let url = way_out(mails.iter().find(|mail| mail.to == "ada@example.org").unwrap());
    // A mail of a time when tokens named no address.
    let rows = first.owner.get(&first.registrations).await.expect(200).json();
    let bo = rows["items"].as_array().unwrap().iter().find(|row| row["email"] == "bo@example.org").unwrap();
    let links = Links::new(b"0123456789abcdef0123456789abcdef".to_vec().into(), "");
    let old = links.token(Purpose::Unsubscribe, bo["id"].as_str().unwrap().parse().unwrap(), 1);
    let one_click = || Some((FORM, b"List-Unsubscribe=One-Click".to_vec()));
    app.send(Method::POST, &format!("/unsubscribe/{old}"), one_click()).await.expect(200);

    // Nothing is kept of the first event, while the second is still to come.
    first.owner.if_match("*").patch("/api/v1/workspaces/demo", json!({ "retention": "P30D" })).await.expect(200);
    deliver_at(&app, "2022-05-17T09:00:00Z").await;
    let rows = first.owner.get(&first.registrations).await.expect(200);
    assert!(!rows.text().contains("@example.org"), "{rows}");
    app.send(Method::POST, &format!("/unsubscribe/{old}"), one_click()).await.expect(410);
    app.send(Method::POST, &url, one_click()).await.expect(200);
    assert_eq!(deliver_at(&app, "2022-06-16T15:00:00Z").await, []);
    app.leave_scheduled("the next look at what is kept for too long");
}

async fn the_way_out_is_signed(builder: TestAppBuilder) {
    let keys = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/keys");
    let config = DkimConfig {
        key: Some(keys.join("dkim_ed25519.pem")),
        selector: Some("events2022".to_owned()),
        domain: Some("example.org".to_owned()),
    };
    let signer = plenary::mail::DkimSigner::from_config(&config).unwrap().unwrap();
    let app = builder.dkim(config).start().await;
    let event = app.open_event(day_before()).await;
    register_all(&app, &event, &["ada"]).await;
    let mail = deliver_at(&app, "2022-03-16T15:00:00Z").await.remove(0);
    let (name, value) = (signer.record_name(), signer.record_value());
    let (is_valid, signed) = verify_dkim(&mail.raw, &name, &value);
    assert!(is_valid);
    for header in ["list-unsubscribe", "list-unsubscribe-post"] {
        assert!(signed.iter().any(|one| one.eq_ignore_ascii_case(header)), "{signed:?}");
    }
}

async fn the_way_out_is_for_the_address_that_was_written_to(app: TestApp) {
    let event = app
        .open_event(json!({ "reminders": [
        rule("start", "-P3D", "confirmed"), rule("start", "-P2D", "confirmed"), rule("start", "-P1D", "confirmed"),
    ] }))
        .await;
    register_all(&app, &event, &["ada"]).await;
    let old = way_out(&deliver_at(&app, "2022-03-14T15:00:00Z").await[0]);
    let id = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
    let path = format!("/api/v1/registrations/{id}");
    event.owner.if_match("*").patch(&path, json!({ "email": "ada@example.net" })).await.expect(200);
    // Somebody else may have the old address by now, and registers with it.
    register_all(&app, &event, &["ada"]).await;
    let stop = |url: String| {
        let app = &app;
        async move { app.send(Method::POST, &url, Some((FORM, b"List-Unsubscribe=One-Click".to_vec()))).await.expect(200) }
    };
    assert!(stop(old).await.text().contains("value=\"again\""));
    let mails = deliver_at(&app, "2022-03-15T15:00:00Z").await;
    let reminded = |mails: &[Mail]| mails.iter().map(|mail| mail.to.clone()).collect::<Vec<_>>();
    let reminders: Vec<Mail> = mails.into_iter().filter(|mail| mail.subject.starts_with("Reminder")).collect();
    assert_eq!(reminded(&reminders), ["ada@example.net"]);
    let new = way_out(&reminders[0]);
    assert!(app.get(&new).await.expect(200).text().contains("value=\"One-Click\""));
    stop(new).await;
    assert_eq!(deliver_at(&app, "2022-03-16T15:00:00Z").await, []);
}

async fn mail_programs_of_many_people_are_not_counted(builder: TestAppBuilder) {
    let app = builder.rate_limit(6).start().await;
    let event = app.open_event(day_before()).await;
    register_all(&app, &event, &["ada", "bo", "cy", "dee"]).await;
    let mails = deliver_at(&app, "2022-03-16T15:00:00Z").await;
    let one_click =
        async |url: &str| app.send(Method::POST, url, Some((FORM, b"List-Unsubscribe=One-Click".to_vec()))).await;
    // All of them read their mail with one provider, which posts twice.
    for mail in mails.iter().chain(&mails) {
        let done = one_click(&way_out(mail)).await.expect(200);
        assert_eq!(done.header("ratelimit"), None);
    }
    // Four have registered. Whoever guesses at links counts like everybody, and has two tries left.
    let guess = format!("/unsubscribe/{}", "A".repeat(107));
    for status in [404, 404, 429] {
        assert_eq!(one_click(&guess).await.status, status);
    }
    assert_eq!(one_click(&way_out(&mails[0])).await.status, 200);
    let news = json!({ "subject": "News", "text": "x" });
    event.owner.post(&format!("/api/v1/events/{}/announcements", event.id), news).await.expect(201);
    assert_eq!(app.deliver().await, []);
}
