//! Search engines and other sites find the pages that are for everybody, and what is for one person stays out of their sight.

use serde_json::{Value, json};

use crate::support::browser::Page;
use crate::support::{TestApp, person};

both!(a_page_of_an_event_says_what_it_is, a_reader_sees_times_in_their_own_zone, what_is_for_one_person_is_not_found);

const HOSTILE: &str = "Cities & <b>\"rights\"</b></script><script>alert(1)</script>";

async fn a_page_of_an_event_says_what_it_is(app: TestApp) {
    let event = app
        .open_event(json!({
            "title": HOSTILE, "abstract": "What **cities** do.",
            "image": { "url": "https://files.example/a.png?b=c&d=e", "alt": "A <town> hall" },
        }))
        .await;
    let address = format!("http://{}/events/{}", app.address(), event.id);
    let page = Page::open(&app, &format!("{address}?lang=de")).await;
    let (head, data) = page.for_programs();
    let description = "Donnerstag, 17. März 2022, 16:00–17:30 Uhr (Europe/Berlin, UTC+01:00). What cities do.";
    for (name, value) in [
        ("canonical", address.as_str()),
        ("description", description),
        ("og:description", description),
        ("og:title", HOSTILE),
        ("og:type", "website"),
        ("og:url", &address),
        ("og:site_name", "demo programme"),
        ("og:image", "https://files.example/a.png?b=c&d=e"),
        ("og:image:alt", "A <town> hall"),
    ] {
        assert_eq!(head[name], value, "{name}");
    }
    let alone = app.get(&format!("/api/v1/events/{}/structured-data", event.id)).await.expect(200);
    assert_eq!(*data, serde_json::from_str::<Value>(alone.text()).unwrap());
    assert_eq!(
        (&data["name"], &data["url"], &data["startDate"]),
        (&json!(HOSTILE), &json!(address), &json!("2022-03-17T16:00:00+01:00"))
    );
    assert_eq!(data["image"], "https://files.example/a.png?b=c&d=e");
    // How one joins is not public.
    assert_eq!(data["location"], json!({ "@type": "VirtualLocation", "name": "Zoom" }));
    let source = app.get(&address).await.expect(200);
    assert_eq!(source.text().matches("<script").count(), 1, "{}", source.text());

    // Where the workspace has pages of its own, these are the ones to find.
    let own = json!({ "links": { "event": "https://www.cologne.example/events/{event_id}" } });
    event.owner.if_match("*").patch("/api/v1/workspaces/demo", own).await.expect(200);
    let theirs = format!("https://www.cologne.example/events/{}", event.id);
    let page = Page::open(&app, &address).await;
    let (head, data) = page.for_programs();
    assert_eq!([&head["canonical"], &head["og:url"], &data["url"]], [&json!(theirs); 3]);
}

async fn what_is_for_one_person_is_not_found(app: TestApp) {
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let own = mails[0].link("/registrations/").to_owned();
    let join = mails[0].link("/join/").to_owned();
    let event = format!("http://{}/events/{}", app.address(), event.id);
    // Opening each insists that no search engine is let in, and that no other site is told of it.
    for address in [own.clone(), format!("{own}/edit"), format!("{own}/cancel"), format!("{own}/erase")] {
        Page::open(&app, &address).await;
    }
    Page::of(&join, &app.get(&join).await.expect(409)).expect("The event has not begun");
    for place in ["/register", "/registered/confirmed"] {
        Page::open(&app, &format!("{event}{place}")).await;
    }
    // Neither is what is not there.
    let lost =
        app.get(&format!("http://{}/events/017eb483-2280-7000-8000-000000000000", app.address())).await.expect(404);
    assert_eq!(lost.header("x-robots-tag"), Some("noindex"));
    assert!(lost.text().contains("<meta name=\"robots\" content=\"noindex\">"), "{lost}");
}

async fn a_reader_sees_times_in_their_own_zone(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let path = format!("/api/v1/events/{}", event.id);
    let session = json!({ "title": "Opening", "kind": "talk", "local_start": "2022-03-17T16:00", "duration": "PT15M" });
    event.owner.if_match("*").post(&format!("{path}/sessions"), session).await.expect(201);
    let address = format!("http://{}/events/{}", app.address(), event.id);
    let page = Page::open(&app, &format!("{address}?lang=de")).await;
    assert!(!page.texts().contains(&"In Ihrer Zeitzone"));
    page.expect("16:00–16:15 ·");
    // What the form sends that asks for the zone.
    assert_eq!((&page.field("lang")["value"], &page.field("tz")["value"]), (&json!("de"), &json!("")));
    let tokyo = Page::open(&app, &format!("{address}?lang=de&tz=Asia%2FTokyo")).await;
    tokyo.expect("Freitag, 18. März 2022, 00:00–01:30 Uhr (Asia/Tokyo, UTC+09:00)");
    tokyo.expect("16:00–16:15 (bei Ihnen: Freitag 00:00–00:15) ·");
    assert_eq!(tokyo.field("tz")["value"], "Asia/Tokyo");
    // It stays on the way to other pages, and is offered where people register.
    assert_eq!(tokyo.link("Nederlands"), format!("{address}?lang=nl&tz=Asia%2FTokyo"));
    let form = Page::open(&app, &tokyo.link("Anmelden")).await;
    assert_eq!((form.language(), &form.field("timezone")["value"]), ("de", &json!("Asia/Tokyo")));
    form.expect("Freitag, 18. März 2022, 00:00–01:30 Uhr (Asia/Tokyo, UTC+09:00)");
    for unknown in ["CET", "", "<script>"] {
        let page = Page::open(&app, &format!("{address}?tz={unknown}")).await;
        assert!(!page.texts().contains(&"In your time zone"), "{unknown}");
    }
}
