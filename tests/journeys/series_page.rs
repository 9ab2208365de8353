//! Somebody comes to the page of a series, sees what is to come and what was, and registers for what they choose.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::browser::Page;
use crate::support::{OpenEvent, TestApp, TestAppBuilder};

both!(
    a_form_with_faults_registers_nobody,
    a_visitor_registers_for_what_they_choose,
    no_draft_has_a_page,
    the_page_tells_what_is_to_come_and_what_was,
    who_stands_differently_is_told_by_mail,
);

/// A published series: its id and the address of its page.
async fn open_series(app: &TestApp) -> (String, String) {
    let owner = app.staff(Role::Owner).await;
    let series = json!({
        "slug": "autumn", "title": "Autumn “of” <rights>", "subtitle": "Two & more", "description": "Five *webinars*.",
        "period": { "edtf": "2021-23/2022-21" },
    });
    let id = owner.post("/api/v1/series", series).await.expect(201).id();
    owner.if_match("*").post(&format!("/api/v1/series/{id}/publish"), json!({})).await.expect(200);
    (format!("http://{}/series/{id}", app.address()), id)
}

/// An event of it on that day of March, with more details.
async fn event_of(app: &TestApp, series: &str, day: u32, more: Value) -> OpenEvent {
    let mut details = json!({
        "series_id": series,
        "title": format!("Day {day}"),
        "when": { "local_start": format!("2022-03-{day:02}T16:00"), "timezone": "Europe/Berlin", "duration": "PT1H" },
    });
    details.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.open_event(details).await
}

async fn ask(event: &OpenEvent, questions: Value, consent: &str) {
    let any = event.owner.if_match("*");
    any.put(&format!("/api/v1/events/{}/questions", event.id), questions).await.expect(200);
    any.put(&format!("/api/v1/events/{}/consent-text", event.id), json!({ "text": consent })).await.expect(200);
}

async fn the_page_tells_what_is_to_come_and_what_was(builder: TestAppBuilder) {
    let app = builder.clock_at("2022-03-10T09:00:00Z").start().await;
    let (address, id) = open_series(&app).await;
    let later = event_of(&app, &id, 20, json!({})).await;
    event_of(&app, &id, 17, json!({ "venue": { "name": "Rathaus" }, "attendance_mode": "in_person" })).await;
    event_of(&app, &id, 3, json!({ "title": "Before" })).await;
    event_of(&app, &id, 1, json!({ "title": "First of all" })).await;
    let draft = json!({ "kind": "webinar", "title": "Secret plan", "series_id": id });
    later.owner.post("/api/v1/events", draft).await.expect(201);
    let cancelled = json!({ "reason": "Storm" });
    let off = event_of(&app, &id, 18, json!({})).await;
    off.owner.if_match("*").post(&format!("/api/v1/events/{}/cancel", off.id), cancelled).await.expect(200);

    let page = Page::open(&app, &format!("{address}?tz=Asia/Tokyo")).await;
    assert_eq!(page.heading(), "Autumn “of” <rights>");
    page.expect("Two & more")
        .expect("webinars")
        .expect("Autumn 2021 – Spring 2022")
        .expect("Cancelled")
        .expect("Rathaus");
    page.expect("Sunday 20 March 2022, 16:00–17:00 (Europe/Berlin, UTC+01:00)");
    page.expect("In your time zone: Monday 21 March 2022, 00:00–01:00 (Asia/Tokyo, UTC+09:00)");
    let titles = ["Day 17", "Day 18", "Day 20", "Before", "First of all"];
    let shown: Vec<&str> = page.link_texts().into_iter().filter(|text| titles.contains(text)).collect();
    assert_eq!(shown, titles, "what is next stands first, and so does what was last");
    let texts = page.texts();
    let place = |text: &str| texts.iter().position(|one| *one == text).unwrap_or_else(|| panic!("{text}: {texts:?}"));
    assert!(place("Events to come") < place("Day 17") && place("Day 20") < place("Past events"));
    assert!(place("Past events") < place("Before"));
    assert!(!texts.concat().contains("Secret plan"));
    assert_eq!(page.link("Day 20"), format!("http://{}/events/{}?tz=Asia%2FTokyo", app.address(), later.id));
    let ics = format!("{}/calendars/series/{id}.ics", app.address());
    assert_eq!(page.link("Subscribe in your calendar program"), format!("webcal://{ics}"));
    assert_eq!(page.link("Calendar file (.ics)"), format!("http://{ics}"));
    assert_eq!(page.link("News of this series (Atom)"), format!("http://{}", ics.replace(".ics", ".atom")));
    let google = url::Url::parse(&page.link("Google Calendar")).unwrap();
    assert_eq!(google.query_pairs().collect::<Vec<_>>(), [("cid".into(), format!("webcal://{ics}").into())]);
    for name in ["Outlook.com", "Microsoft 365"] {
        let link = url::Url::parse(&page.link(name)).unwrap();
        let asked: Vec<_> = link.query_pairs().collect();
        assert_eq!(
            asked,
            [("url".into(), format!("http://{ics}").into()), ("name".into(), "Autumn “of” <rights>".into())]
        );
    }
    // The page of an event leads back here.
    let event = Page::open(&app, &page.link("Day 20")).await;
    assert_eq!(event.link("Autumn “of” <rights>"), format!("{address}?tz=Asia%2FTokyo"));
    let (head, data) = page.for_programs();
    assert_eq!((&head["canonical"], &head["description"]), (&json!(address), &json!("Five webinars.")));
    assert_eq!((&data["@type"], &data["url"]), (&json!("EventSeries"), &json!(address)));
    assert_eq!(data["subEvent"].as_array().unwrap().len(), 5);
    for (language, nothing) in
        [("de", "Kommende Veranstaltungen"), ("fr", "Événements à venir"), ("nl", "Komende evenementen")]
    {
        let page = Page::open(&app, &format!("{address}?lang={language}")).await;
        page.expect(nothing);
        assert_eq!(page.language(), language);
        for place in ["register", "registered/several"] {
            let page = Page::open(&app, &format!("{address}/{place}?lang={language}")).await;
            assert_eq!(page.language(), language);
        }
    }
    app.pass(TimeDelta::days(30));
    let over = Page::open(&app, &address).await;
    over.expect("No event to come is announced yet.");
    assert!(!over.link_texts().contains(&"Register"));
    let closed = Page::open(&app, &format!("{address}/register")).await;
    closed.expect("Registration is closed.");
    assert_eq!(closed.buttons(), Vec::<&str>::new());
    app.leave_outbox("what became of the cancelled event is tested elsewhere");
}

async fn a_visitor_registers_for_what_they_choose(app: TestApp) {
    let (address, id) = open_series(&app).await;
    let (one, two) = (event_of(&app, &id, 17, json!({})).await, event_of(&app, &id, 18, json!({})).await);
    let three = event_of(&app, &id, 19, json!({})).await;
    let why = json!({ "key": "why", "label": "Why?", "type": "text", "required": true });
    let meal = json!({ "key": "meal", "label": "Meal?", "type": "text" });
    let other = json!({ "key": "meal", "label": "Which meal?", "type": "text", "required": true });
    ask(&one, json!([why, meal]), "We keep it **long**.").await;
    ask(&two, json!([why, other]), "We keep it **long**.").await;
    ask(&three, json!([why, other]), "Something else.").await;
    let page = Page::open(&app, &format!("{address}?lang=de&tz=America/New_York")).await;
    let form = Page::open(&app, &page.link("Anmelden")).await;
    form.expect("Day 17")
        .expect("In Ihrer Zeitzone: Donnerstag, 17. März 2022, 11:00–12:00 Uhr (America/New_York, UTC-04:00)");
    assert_eq!(form.texts().iter().filter(|text| **text == "long").count(), 1, "a text that is the same stands once");
    form.expect("Something else.");
    let own = format!("events/{}/answers/meal", two.id);
    assert_eq!(form.field(&own)["label"], "Which meal? (Day 18)");
    assert_eq!(
        (&form.field("answers/why")["is_required"], &form.field(&own)["is_required"]),
        (&json!(true), &json!(false))
    );
    let entered: &[(&str, &[&str])] = &[
        ("event_ids", &[&one.id, &two.id]),
        ("name", &["Ada"]),
        ("email", &["ada@example.org"]),
        ("answers/why", &["To learn"]),
        ("answers/meal", &["Fish"]),
        (&own, &["Soup"]),
        ("consent", &["true"]),
    ];
    let next = form.follow(&app, "Anmelden", entered).await;
    assert_eq!((next.heading(), next.language()), ("Vielen Dank", "de"));
    next.expect("Sie sind angemeldet.").expect("Autumn “of” <rights>");
    for (event, meal) in [(&one, "Fish"), (&two, "Soup")] {
        let row = event.owner.get(&event.registrations).await.expect(200).at("/items/0");
        assert_eq!((&row["email"], &row["state"]), (&json!("ada@example.org"), &json!("confirmed")));
        assert_eq!(
            (&row["answers"], &row["timezone"]),
            (&json!({ "why": "To learn", "meal": meal }), &json!("America/New_York"))
        );
        assert_eq!((&row["language"], &row["consent_version"]), (&json!("de"), &json!(1)));
    }
    assert_eq!(three.states().await, []);
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail about all, not {mails:?}") };
    let group = Page::open(&app, mail.link("/registrations/groups/")).await;
    assert!(group.link_texts().contains(&"Day 17") && group.link_texts().contains(&"Day 18"));
    // Whoever is known is told the same.
    let again = form.press(&app, "Anmelden", entered).await.expect(303);
    assert_eq!(again.header("location"), Some("registered/confirmed?lang=de&tz=America%2FNew_York"));
    assert_eq!(one.states().await.len(), 1);
    app.deliver().await;
}

async fn a_form_with_faults_registers_nobody(app: TestApp) {
    let (address, id) = open_series(&app).await;
    let (one, two) = (event_of(&app, &id, 17, json!({})).await, event_of(&app, &id, 18, json!({})).await);
    let why = json!({ "key": "why", "label": "Why?", "type": "text", "required": true });
    let other = json!({ "key": "why", "label": "Why then?", "type": "text", "required": true });
    ask(&one, json!([why]), "One.").await;
    ask(&two, json!([other]), "One.").await;
    let url = format!("{address}/register");
    let form = Page::open(&app, &url).await;
    let own = format!("events/{}/answers/why", two.id);
    ask(&two, json!([other]), "Another.").await;
    let entered: &[(&str, &[&str])] =
        &[("event_ids", &[]), ("email", &["ada@example"]), ("answers/why", &["So"]), ("consent", &["true"])];
    let again = Page::of(&url, &form.press(&app, "Register", entered).await.expect(422));
    let wrong = |page: &Page, name: &str| page.field(name)["is_invalid"] == true;
    assert_eq!(["name", "email", "answers/why"].map(|name| wrong(&again, name)), [true, true, false]);
    again.expect("Which events do you register for? – Please fill this in.");
    assert_eq!(again.field("answers/why")["value"], "So");
    // The text of one of them has changed, and that is seen when all else fits.
    let mended: &[(&str, &[&str])] = &[
        ("event_ids", &[&one.id, &two.id]),
        ("name", &["Ada"]),
        ("email", &["ada@example.org"]),
        ("consent", &["true"]),
    ];
    let again = Page::of(&url, &form.press(&app, "Register", mended).await.expect(422));
    assert_eq!(["answers/why", own.as_str()].map(|name| wrong(&again, name)), [true, true]);
    let answered: Vec<(&str, &[&str])> =
        mended.iter().copied().chain([("answers/why", &["So"][..]), (own.as_str(), &["Too"][..])]).collect();
    let again = Page::of(&url, &form.press(&app, "Register", &answered).await.expect(422));
    assert!(wrong(&again, "consent") && again.field("consent")["is_checked"] == false, "{:?}", again.texts());
    again.expect("The text has changed meanwhile. Please read it again.").expect("Another.");
    assert_eq!((one.states().await, two.states().await), (Vec::new(), Vec::new()));
    app.expect_outbox(0);
    again.press(&app, "Register", &[("consent", &["true"])]).await.expect(303);
    assert_eq!((one.states().await.len(), two.states().await.len()), (1, 1));
    assert_eq!(app.deliver().await.len(), 1);
}

async fn who_stands_differently_is_told_by_mail(app: TestApp) {
    let (address, id) = open_series(&app).await;
    let full = event_of(&app, &id, 17, json!({ "capacity": 0, "registration": { "wait_list": true } })).await;
    let free = event_of(&app, &id, 18, json!({})).await;
    let shut = event_of(&app, &id, 19, json!({ "capacity": 0, "registration": { "wait_list": false } })).await;
    let form = Page::open(&app, &format!("{address}/register")).await;
    form.expect("All seats are taken: you are put on the waiting list.");
    assert!(!form.texts().contains(&"Day 19"), "nobody can register for it");
    let register = async |name: &str, website: &str, events: &[&str]| {
        let email = format!("{name}@example.org");
        let entered: &[(&str, &[&str])] = &[
            ("event_ids", events),
            ("name", &[name]),
            ("email", &[&email]),
            ("website", &[website]),
            ("consent", &["true"]),
        ];
        form.press(&app, "Register", entered).await.expect(303).header("location").unwrap().to_owned()
    };
    assert_eq!(register("ada", "", &[&full.id, &free.id]).await, "registered/several");
    assert_eq!(register("bo", "", &[&full.id]).await, "registered/waitlisted");
    // Somebody still has an older form open: nothing is done while they can choose again.
    let both = [free.id.as_str(), shut.id.as_str()];
    let late: [(&str, &[&str]); 4] =
        [("event_ids", &both), ("name", &["cy"]), ("email", &["cy@example.org"]), ("consent", &["true"])];
    let again = form.press(&app, "Register", &late).await.expect(422);
    let again = Page::of(&format!("{address}/register"), &again);
    again.expect("Not all of these can be registered for any more. Please choose again.");
    assert_eq!(again.field("name")["value"], "cy");
    assert_eq!(register("bot", "https://spam.example", &[&full.id, &free.id]).await, "registered/several");
    let told = Page::open(&app, &format!("{address}/registered/several")).await;
    told.expect("We have received your registrations. Our e-mail says for each event where you stand.");
    let who = async |event: &OpenEvent| event.states().await.into_iter().map(|(email, _)| email).collect::<Vec<_>>();
    assert_eq!(who(&full).await, ["ada@example.org", "bo@example.org"]);
    assert_eq!(who(&free).await, ["ada@example.org"]);
    assert_eq!(who(&shut).await, Vec::<String>::new());
    assert_eq!(app.deliver().await.len(), 2);
    app.leave_scheduled("the end of the event, for which two people wait");
}

async fn no_draft_has_a_page(app: TestApp) {
    let (address, id) = open_series(&app).await;
    let owner = app.staff(Role::Owner).await;
    for unknown in ["/registered/attended", "/registered/nothing"] {
        app.get(&format!("{address}{unknown}")).await.expect(404);
    }
    owner.if_match("*").post(&format!("/api/v1/series/{id}/unpublish"), json!({})).await.expect(200);
    for place in ["", "/register", "/registered/confirmed"] {
        let answer = app.get(&format!("{address}{place}")).await.expect(404);
        assert!(answer.text().contains("There is nothing at this address"), "{answer}");
    }
    let form = ("application/x-www-form-urlencoded", b"name=A&email=a%40example.org&consent=true".to_vec());
    app.send(reqwest::Method::POST, &format!("{address}/register"), Some(form)).await.expect(404);
    app.expect_outbox(0);
}
