//! People follow the link in the mail about a series to the page of all that they registered for together.

use chrono::TimeDelta;
use plenary::accounts::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::browser::Page;
use crate::support::{OpenEvent, TestApp, person};

both!(
    a_late_button_says_so,
    a_person_confirms_all_at_once,
    each_event_has_its_own_page,
    what_was_replaced_is_not_shown,
);

const TITLE: &str = "Autumn “of” <rights>";

/// A published series.
async fn open_series(app: &TestApp) -> (String, String) {
    let owner = app.staff(Role::Owner).await;
    let series = json!({ "slug": "autumn", "title": TITLE });
    let id = owner.post("/api/v1/series", series).await.expect(201).id();
    owner.if_match("*").post(&format!("/api/v1/series/{id}/publish"), json!({})).await.expect(200);
    (format!("/api/v1/series/{id}/registrations"), id)
}

/// An event of it on that day of March.
async fn event_of(app: &TestApp, series: &str, day: u32, registration: Value) -> OpenEvent {
    let when =
        json!({ "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H" });
    let title = format!("Day {day} <b>");
    app.open_event(json!({ "series_id": series, "title": title, "when": when, "registration": registration })).await
}

fn ada() -> Value {
    let mut ada = person("Ada", "ada@example.org");
    ada["timezone"] = json!("America/New_York");
    ada
}

/// Registers Ada for all events of the series; returns the address of the page.
async fn register(app: &TestApp, path: &str) -> String {
    app.post(path, ada()).await.expect(201);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    let link = mail.link("/registrations/groups/").to_owned();
    assert!(link.starts_with(&format!("http://{}/registrations/groups/", app.address())), "{link}");
    assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.html);
    link
}

async fn state(event: &OpenEvent) -> String {
    let states = event.states().await;
    let [(_, state)] = states.as_slice() else { panic!("one registration, not {states:?}") };
    state.clone()
}

async fn each_event_has_its_own_page(app: TestApp) {
    let (path, series) = open_series(&app).await;
    let late = event_of(&app, &series, 20, json!({})).await;
    let early = event_of(&app, &series, 10, json!({ "approval": true })).await;
    let url = register(&app, &path).await;
    let page = Page::open(&app, &url).await;
    assert_eq!((page.heading(), page.language(), page.buttons()), ("Your registrations", "en", Vec::<&str>::new()));
    page.expect(TITLE)
        .expect("demo programme")
        .expect("The organisers have not yet decided on your registration.")
        .expect("You are registered.")
        .expect("Thursday 10 March 2022, 16:00–17:00 (Europe/Berlin, UTC+01:00)")
        .expect("Thursday 10 March 2022, 10:00–11:00 (America/New_York, UTC-05:00)")
        .expect("Sunday 20 March 2022, 16:00–17:00 (Europe/Berlin, UTC+01:00)")
        .expect("Sunday 20 March 2022, 11:00–12:00 (America/New_York, UTC-04:00)");
    // In the order of their times, whichever was made first.
    let titles: Vec<&str> = page.link_texts().into_iter().filter(|text| text.starts_with("Day ")).collect();
    assert_eq!(titles, ["Day 10 <b>", "Day 20 <b>"]);
    for lang in ["de", "fr", "nl"] {
        let other = Page::open(&app, &format!("{url}?lang={lang}")).await;
        assert_eq!(other.language(), lang);
        assert_ne!(other.heading(), page.heading());
        other.expect(TITLE).expect("Day 10 <b>");
    }

    // Each title leads to the page of that registration, where it can be cancelled alone.
    let own = Page::open(&app, &page.link("Day 20 <b>")).await;
    own.expect("You are registered.");
    let ask = Page::open(&app, &own.link("Cancel your registration")).await;
    ask.follow(&app, "Yes, cancel my registration", &[]).await;
    assert_eq!((state(&late).await, state(&early).await), ("cancelled".to_owned(), "pending_approval".to_owned()));
    Page::open(&app, &url).await.expect("Your registration is cancelled.");
    assert_eq!(app.deliver().await.len(), 1);
    let cancel = json!({ "reason": "Strike" });
    early.owner.if_match("*").post(&format!("/api/v1/events/{}/cancel", early.id), cancel).await.expect(200);
    Page::open(&app, &url).await.expect("The event was cancelled.");
    app.deliver().await;
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn a_person_confirms_all_at_once(app: TestApp) {
    let (path, series) = open_series(&app).await;
    let asks = json!({ "verification": true });
    let events = [event_of(&app, &series, 10, asks.clone()).await, event_of(&app, &series, 11, asks.clone()).await];
    let url = register(&app, &path).await;
    // Scanners follow links, and change nothing.
    for _ in 0..2 {
        let page = Page::open(&app, &url).await;
        for link in page.links().into_iter().filter(|link| link.contains("/registrations/")) {
            app.get(&link).await.expect(200);
        }
        app.head(&url).await.expect(200);
        app.get(&format!("{url}/verify")).await.problem(405, "method_not_allowed");
    }
    for event in &events {
        assert_eq!(state(event).await, "pending_verification");
    }
    let page = Page::open(&app, &format!("{url}?lang=nl")).await;
    assert_eq!(page.buttons(), ["Mijn adres bevestigen"]);
    assert!(page.texts().iter().any(|text| text.starts_with("Bevestigen tot uiterlijk: ")), "{:?}", page.texts());
    // The button of a page that is open in two windows.
    for _ in 0..2 {
        let next = page.follow(&app, "Mijn adres bevestigen", &[]).await;
        assert_eq!((next.language(), next.buttons()), ("nl", Vec::<&str>::new()));
        next.expect("U bent aangemeld.");
    }
    for event in &events {
        assert_eq!(state(event).await, "confirmed");
    }
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    assert_eq!(mail.link("/registrations/groups/"), url, "the link is the same");
    app.leave_scheduled("the time to confirm addresses");
}

async fn a_late_button_says_so(app: TestApp) {
    let (path, series) = open_series(&app).await;
    let event = event_of(&app, &series, 10, json!({ "verification": true })).await;
    let url = register(&app, &path).await;
    let page = Page::open(&app, &url).await;
    app.pass(TimeDelta::hours(48));
    let late = page.press(&app, "Confirm my address", &[]).await.expect(409);
    assert!(late.text().contains("<code>not_possible_now</code>"), "{late}");
    let shown = Page::open(&app, &url).await;
    assert_eq!(shown.buttons(), Vec::<&str>::new());
    shown.expect("The time to confirm it is over. Please register again.");
    assert_eq!(app.deliver().await, []);
    assert_eq!(state(&event).await, "expired");
    Page::open(&app, &url).await.expect("Your registration has lapsed.");
}

async fn what_was_replaced_is_not_shown(app: TestApp) {
    let (path, series) = open_series(&app).await;
    let events = [event_of(&app, &series, 10, json!({})).await, event_of(&app, &series, 11, json!({})).await];
    let url = register(&app, &path).await;
    // The first turns out to be somebody else's: the link speaks for an address that it has no more.
    let [first, second] = &events;
    let path = async |event: &OpenEvent| {
        let row = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
        format!("/api/v1/registrations/{row}")
    };
    let friend = json!({ "email": "friend@example.org" });
    first.owner.if_match("*").patch(&path(first).await, friend).await.expect(200);
    let page = Page::of(&url, &app.get(&url).await.expect(200));
    assert!(!page.texts().contains(&"Day 10 <b>") && page.texts().contains(&"Day 11 <b>"), "{:?}", page.texts());
    let rotate = format!("{}/rotate-links", path(second).await);
    second.owner.if_match("*").post(&rotate, Value::Null).await.expect(200);
    assert!(app.get(&url).await.expect(410).text().contains("<code>link_revoked</code>"));
    let form = ("application/x-www-form-urlencoded", Vec::new());
    for (address, status, code) in [(url.clone(), 410, "link_revoked"), (format!("{url}x"), 404, "not_found")] {
        let refused = app.send(Method::POST, &format!("{address}/verify"), Some(form.clone())).await.expect(status);
        assert!(refused.text().contains(&format!("<code>{code}</code>")), "{refused}");
    }
    // A link to all is none to one, and the other way round.
    let group = url.rsplit('/').next().unwrap();
    let mails = app.deliver().await;
    let own = mails[0].link("/registrations/").rsplit('/').next().unwrap().to_owned();
    app.get(&format!("/registrations/{group}")).await.expect(404);
    app.get(&format!("/registrations/groups/{own}")).await.expect(404);
}
