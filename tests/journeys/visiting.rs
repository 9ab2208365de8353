//! Somebody comes to the page of an event, registers there, and is led on by mail.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::browser::Page;
use crate::support::{Client, OpenEvent, TestApp, TestAppBuilder};

both!(
    a_form_with_faults_is_shown_again,
    a_full_or_closed_event_says_so,
    a_visitor_registers_on_the_page,
    an_address_cannot_be_found_out_on_the_page,
    faults_say_what_is_expected,
    no_draft_has_a_page,
    nobody_is_registered_by_a_program,
    the_page_tells_what_everybody_may_know,
);

fn address(app: &TestApp, event: &OpenEvent, more: &str) -> String {
    format!("http://{}/events/{}{more}", app.address(), event.id)
}

async fn open(app: &TestApp, event: &OpenEvent, more: &str) -> Page {
    Page::open(app, &address(app, event, more)).await
}

async fn ask(event: &OpenEvent, questions: Value, consent: &str) {
    let any = event.owner.if_match("*");
    any.put(&format!("/api/v1/events/{}/questions", event.id), questions).await.expect(200);
    any.put(&format!("/api/v1/events/{}/consent-text", event.id), json!({ "text": consent })).await.expect(200);
}

fn questions() -> Value {
    json!([
        { "key": "why", "label": "Why do you come?", "type": "long_text", "required": true },
        { "key": "days", "label": "Days", "type": "multi_choice", "options": [
            { "value": "1", "label": "First" }, { "value": "2", "label": "Second" },
        ] },
        { "key": "member", "label": "Member?", "type": "boolean", "required": true },
    ])
}

async fn a_visitor_registers_on_the_page(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "recording": true } })).await;
    ask(&event, questions(), "We keep it **until** <b>then</b>.").await;
    let page = open(&app, &event, "?lang=de").await;
    let form = Page::open(&app, &page.link("Anmelden")).await;
    assert_eq!(form.language(), "de");
    form.expect("We keep it").expect("until");
    assert!(form.field("consent")["is_required"] == true && form.field("email")["is_required"] == true);
    let entered: &[(&str, &[&str])] = &[
        ("name", &["Ada <i>Lovelace</i>"]),
        ("email", &["ada@example.org"]),
        ("timezone", &["America/New_York"]),
        ("answers/why", &["To learn\r\nmore"]),
        ("answers/days", &["2"]),
        ("answers/member", &["false"]),
        ("attendance", &["live"]),
        ("consent", &["true"]),
    ];
    let answer = form.press(&app, "Anmelden", entered).await.expect(303);
    let next = form.next(&app, "Anmelden", &answer).await;
    assert_eq!((next.heading(), next.language()), ("Vielen Dank", "de"));
    next.expect("Sie sind angemeldet.");
    let row = event.owner.get(&event.registrations).await.expect(200).at("/items/0");
    let id = row["id"].as_str().unwrap();
    let whole = event.owner.get(&format!("/api/v1/registrations/{id}")).await.expect(200).json();
    let fields = ["name", "email", "timezone", "language", "attendance", "answers", "consent_version"];
    assert_eq!(
        fields.map(|name| whole[name].clone()),
        [
            json!("Ada <i>Lovelace</i>"),
            json!("ada@example.org"),
            json!("America/New_York"),
            json!("de"),
            json!("live"),
            json!({ "why": "To learn\nmore", "days": ["2"], "member": false }),
            json!(1),
        ]
    );
    let mails = app.deliver().await;
    let [mail] = mails.as_slice() else { panic!("one mail, not {mails:?}") };
    let own = Page::open(&app, mail.link("/registrations/")).await;
    assert_eq!(own.language(), "de");
    own.expect("Ada <i>Lovelace</i>").expect("To learn more");
}

async fn a_form_with_faults_is_shown_again(app: TestApp) {
    let event = app.open_event(json!({})).await;
    ask(&event, questions(), "One.").await;
    let form = open(&app, &event, "/register").await;
    // The text changes while somebody fills in the form.
    ask(&event, questions(), "Another.").await;
    let entered: &[(&str, &[&str])] = &[
        ("name", &["Ada"]),
        ("email", &["ada@example"]),
        ("timezone", &["CET"]),
        ("answers/days", &["1", "2"]),
        ("answers/member", &["true"]),
        ("consent", &["true"]),
    ];
    let answer = form.press(&app, "Register", entered).await.expect(422);
    let again = Page::of(&address(&app, &event, "/register"), &answer);
    let is_wrong = |page: &Page, name: &str| page.field(name)["is_invalid"] == true;
    let wrong = ["name", "email", "timezone", "answers/why"].map(|name| is_wrong(&again, name));
    assert_eq!(wrong, [false, true, true, true]);
    again.expect("Another.").expect("The text has changed meanwhile. Please read it again.");
    assert_eq!((&again.field("name")["value"], &again.field("email")["value"]), (&json!("Ada"), &json!("ada@example")));
    // Who consented to the text before is asked again.
    assert_eq!(again.field("consent")["is_checked"], json!(false));
    app.expect_outbox(0);
    let mended: &[(&str, &[&str])] =
        &[("email", &["ada@example.org"]), ("timezone", &[]), ("answers/why", &["So"]), ("consent", &["true"])];
    again.press(&app, "Register", mended).await.expect(303);
    let answers = event.owner.get(&event.registrations).await.expect(200);
    assert_eq!(answers.at("/items/0/email"), json!("ada@example.org"));
    assert_eq!(app.deliver().await.len(), 1);
    // Where nothing else is wrong, it is the form too that shows a text which has changed.
    let late = open(&app, &event, "/register").await;
    ask(&event, questions(), "A third.").await;
    let fits: &[(&str, &[&str])] = &[
        ("name", &["Bo"]),
        ("email", &["bo@example.org"]),
        ("answers/why", &["So"]),
        ("answers/member", &["true"]),
        ("consent", &["true"]),
    ];
    let answer = late.press(&app, "Register", fits).await.expect(422);
    let again = Page::of(&address(&app, &event, "/register"), &answer);
    again.expect("A third.").expect("The text has changed meanwhile. Please read it again.");
    assert_eq!(again.field("consent")["is_checked"], json!(false));
    assert_eq!(event.states().await.len(), 1);
}

async fn an_address_cannot_be_found_out_on_the_page(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let form = open(&app, &event, "/register").await;
    let mut answers = Vec::new();
    for name in ["Ada", "Mallory"] {
        let entered: &[(&str, &[&str])] = &[("name", &[name]), ("email", &["ada@example.org"]), ("consent", &["true"])];
        let answer = form.press(&app, "Register", entered).await.expect(303);
        answers.push((answer.header("location").map(str::to_owned), answer.text().to_owned()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(event.states().await.len(), 1);
    let mails = app.deliver().await;
    assert!(mails.iter().all(|mail| mail.to == "ada@example.org" && !mail.text.contains("Mallory")), "{mails:?}");
}

async fn nobody_is_registered_by_a_program(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let form = open(&app, &event, "/register").await;
    let entered: &[(&str, &[&str])] = &[
        ("name", &["Bot"]),
        ("email", &["bot@example.org"]),
        ("website", &["https://spam.example"]),
        ("consent", &["true"]),
    ];
    let answer = form.press(&app, "Register", entered).await.expect(303);
    assert_eq!(answer.header("location"), Some("registered/confirmed"));
    assert_eq!(event.states().await, []);
    assert_eq!(app.deliver().await, []);
}

async fn a_full_or_closed_event_says_so(app: TestAppBuilder) {
    let app = app.start().await;
    let register = async |event: &OpenEvent, name: &str| {
        let email = format!("{name}@example.org");
        let entered: &[(&str, &[&str])] = &[("name", &[name]), ("email", &[&email]), ("consent", &["true"])];
        open(&app, event, "/register").await.press(&app, "Register", entered).await
    };
    let event = app.open_event(json!({ "capacity": 1, "registration": { "wait_list": true } })).await;
    assert_eq!(register(&event, "ada").await.expect(303).header("location"), Some("registered/confirmed"));
    let page = open(&app, &event, "").await;
    let form = Page::open(&app, &page.link("Join the waiting list")).await;
    form.expect(
        "All seats are taken at the moment. You are put on the waiting list, and offered a seat by e-mail when one is free.",
    );
    assert_eq!(register(&event, "bo").await.expect(303).header("location"), Some("registered/waitlisted"));

    let full = json!({ "registration": { "wait_list": false } });
    event.owner.if_match("*").patch(&format!("/api/v1/events/{}", event.id), full).await.expect(200);
    // Somebody still has the form open.
    let entered: &[(&str, &[&str])] = &[("name", &["Cy"]), ("email", &["cy@example.org"]), ("consent", &["true"])];
    let late = form.press(&app, "Register", entered).await;
    assert_eq!(late.status, 409, "{late}");
    assert!(late.text().contains("All seats are taken"), "{}", late.text());
    open(&app, &event, "").await.expect("All seats are taken.");
    let closed = open(&app, &event, "/register").await;
    assert_eq!(closed.buttons(), Vec::<&str>::new());
    closed.expect("All seats are taken.");

    let opens = json!({ "registration": { "opens_at": "2022-03-01T08:00:00Z" } });
    let later = app.open_event(opens).await;
    open(&app, &later, "").await.expect("Registration opens: Tuesday 1 March 2022, 09:00 (Europe/Berlin, UTC+01:00)");
    app.pass(TimeDelta::days(60));
    let over = open(&app, &later, "/register").await;
    over.expect("Registration is closed.");
    assert_eq!(over.buttons(), Vec::<&str>::new());
    app.deliver().await;
}

async fn the_page_tells_what_everybody_may_know(app: TestApp) {
    let event = app
        .open_event(json!({
            "title": "Städte & <b>Rechte</b>", "super_title": "{{ above }}", "abstract": "Some **bold** <script>alert(1)</script> text",
            "objectives": ["One & two"], "guiding_questions": ["Why <not>?"],
            "venue": { "name": "Rathaus", "address": "Köln" }, "attendance_mode": "mixed",
        }))
        .await;
    let path = format!("/api/v1/events/{}", event.id);
    let session =
        json!({ "title": "Opening <i>", "kind": "talk", "local_start": "2022-03-17T16:00", "duration": "PT15M" });
    event.owner.if_match("*").post(&format!("{path}/sessions"), session).await.expect(201);
    let hidden =
        json!({ "kind": "recording", "title": "Hidden", "url": "https://secret.example/a", "visibility": "staff" });
    event.owner.post(&format!("{path}/materials"), hidden).await.expect(201);
    let shown = json!({ "kind": "slides", "title": "Slides", "url": "https://files.example/a?b=c&d=e", "visibility": "public" });
    event.owner.post(&format!("{path}/materials"), shown).await.expect(201);
    let page = open(&app, &event, "?tz=America/New_York").await;
    assert_eq!(page.heading(), "{{ above }} – Städte & <b>Rechte</b>");
    for text in [
        "Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)",
        "Thursday 17 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)",
        "Rathaus, Köln / Zoom",
        "City of Cologne",
        "bold",
        "One & two",
        "Why <not>?",
        "Opening <i>",
    ] {
        page.expect(text);
    }
    let links = page.links();
    let ics = format!("http://{}/calendars/events/{}.ics", app.address(), event.id);
    for link in ["https://files.example/a?b=c&d=e", ics.as_str()] {
        assert!(links.contains(&link.to_owned()), "{link} is not among {links:?}");
    }
    let source = app.get(&address(&app, &event, "")).await.expect(200);
    for secret in ["meet.example.org", "294857", "secret.example", "<script>", "Hidden"] {
        assert!(!source.text().contains(secret), "{secret} in {}", source.text());
    }
    event.owner.if_match("*").post(&format!("{path}/cancel"), json!({ "reason": "Storm" })).await.expect(200);
    let off = open(&app, &event, "").await;
    off.expect("This event was cancelled.");
    assert!(!off.link_texts().contains(&"Register"));
    app.deliver().await;
}

async fn no_draft_has_a_page(app: TestApp) {
    let event = app.open_event(json!({})).await;
    event.owner.if_match("*").post(&format!("/api/v1/events/{}/unpublish", event.id), json!({})).await.expect(200);
    let stranger: &Client = &app;
    for more in ["", "/register", "/registered/confirmed"] {
        let answer = stranger.get(&address(&app, &event, more)).await.expect(404);
        assert!(answer.text().contains("There is nothing at this address"), "{}", answer.text());
    }
    let form = ("application/x-www-form-urlencoded", b"name=A&email=a%40example.org&consent=true".to_vec());
    stranger.send(reqwest::Method::POST, &address(&app, &event, "/register"), Some(form)).await.expect(404);
    assert_eq!(event.states().await, []);
}

async fn faults_say_what_is_expected(app: TestApp) {
    let event = app.open_event(json!({})).await;
    ask(&event, typed_questions(), "One.").await;
    let form = open(&app, &event, "/register").await;
    let countries = form.field("answers/home")["options"].as_array().unwrap().clone();
    assert_eq!(countries.len(), 1 + 250);
    assert!(
        countries.contains(&json!({ "value": "NL", "text": "Netherlands", "is_selected": false })),
        "{countries:?}"
    );
    ask(&event, typed_questions(), "Another.").await;
    let entered: &[(&str, &[&str])] = &[
        ("email", &["ada@example.org"]),
        ("timezone", &["CET"]),
        ("answers/phone", &["12"]),
        ("answers/role", &["123456"]),
        ("answers/home", &["UK"]),
        ("answers/days", &["1", "9"]),
        ("consent", &["true"]),
    ];
    for (lang, says) in [
        ("", ["Please fill this in.", "Please choose a time zone", "telephone number", "5 characters at most"]),
        (
            "?lang=de",
            ["Bitte machen Sie hier", "Bitte wählen Sie eine Zeitzone", "Telefonnummer", "höchstens 5 Zeichen"],
        ),
        ("?lang=fr", ["Veuillez remplir", "Veuillez choisir un fuseau", "numéro de téléphone", "5 caractères au plus"]),
        ("?lang=nl", ["Vul dit in", "Kies een tijdzone", "telefoonnummer", "hooguit 5 tekens"]),
    ] {
        let url = address(&app, &event, &format!("/register{lang}"));
        let again = Page::open(&app, &url).await;
        let button = again.buttons().last().unwrap().to_string();
        let old = [("consent_version", &["1"][..])];
        let sent: Vec<(&str, &[&str])> = entered.iter().copied().chain(old).collect();
        let answer = again.press(&app, &button, &sent).await.expect(422);
        let again = Page::of(&url, &answer);
        let all = again.texts().join(" | ");
        for words in says {
            assert!(all.matches(words).count() >= 2, "{words} is not in the summary and at the field: {all}");
        }
        let wrong = ["name", "timezone", "answers/phone", "answers/role", "answers/home", "consent"];
        assert_eq!(wrong.map(|name| again.field(name)["is_invalid"] == true), [true; 6], "{}", answer.text());
        // The text that changed is consented to by the box below it, and what stands in a list by the list.
        let links = again.links();
        for place in ["#consent", "#answers/days"] {
            assert!(links.iter().any(|link| link.ends_with(place)), "{place} is not among {links:?}");
        }
    }
    assert_eq!(event.states().await, []);
    app.expect_outbox(0);
}

/// Questions whose answers have a form of their own.
fn typed_questions() -> Value {
    json!([
        { "key": "phone", "label": "Telephone", "type": "phone", "help": "For emergencies." },
        { "key": "role", "label": "Role", "type": "text", "max_length": 5 },
        { "key": "home", "label": "Country", "type": "country", "help": "For our report." },
        { "key": "days", "label": "Days", "type": "multi_choice", "options": [{ "value": "1", "label": "First" }] },
    ])
}
