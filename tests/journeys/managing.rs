//! People follow the link in their mail to the page of their registration, and do there what can be done.

use chrono::TimeDelta;
use plenary::accounts::Role;
use serde_json::{Value, json};

use crate::support::browser::Page;
use crate::support::{Mail, OpenEvent, TestApp, person};

both!(
    a_form_with_faults_is_shown_again,
    a_link_that_is_old_or_none_has_a_page_that_says_so,
    a_person_confirms_changes_and_cancels,
    a_seat_is_offered_on_the_page_in_german,
    looking_changes_nothing,
    pages_say_what_became_of_the_event,
    what_people_wrote_is_text,
);

fn questions() -> Value {
    let options = json!([{ "value": "fish", "label": "Fish" }, { "value": "none", "label": "Nothing" }]);
    json!([
        { "key": "why", "label": "Why do you come?", "type": "long_text", "required": true, "help": "In short." },
        { "key": "meal", "label": "Meal", "type": "choice", "options": options },
        { "key": "days", "label": "Days", "type": "multi_choice", "options": [
            { "value": "1", "label": "First" }, { "value": "2", "label": "Second" },
        ] },
        { "key": "member", "label": "Member?", "type": "boolean", "required": true },
        { "key": "phone", "label": "Telephone", "type": "phone" },
        { "key": "country", "label": "Country", "type": "country" },
    ])
}

async fn ask(event: &OpenEvent, questions: Value) {
    event.owner.if_match("*").put(&format!("/api/v1/events/{}/questions", event.id), questions).await.expect(200);
}

fn ada(answers: Value) -> Value {
    let mut ada = person("Ada Lovelace", "ada@example.org");
    (ada["timezone"], ada["answers"]) = (json!("America/New_York"), answers);
    ada
}

fn page_of(mails: &[Mail], to: &str) -> String {
    let mail = mails.iter().rev().find(|mail| mail.to == to).unwrap_or_else(|| panic!("no mail to {to}"));
    mail.link("/registrations/").to_owned()
}

/// All that looking at something must not change.
async fn standing(app: &TestApp, event: &OpenEvent) -> (Value, Value, Vec<String>) {
    let rows = event.owner.get(&event.registrations).await.expect(200).json();
    let row = event.owner.get(&format!("/api/v1/events/{}", event.id)).await.expect(200).json();
    (rows, row, app.outbox().into_iter().map(|(kind, due_at)| format!("{kind} {due_at}")).collect())
}

/// The timeline says that the person changed these fields, once, and not what of them it was.
async fn expect_own_change(event: &OpenEvent, id: &str, fields: &[&str], secret: &str) {
    let timeline = event.owner.get(&format!("/api/v1/registrations/{id}/timeline")).await.expect(200).json();
    let changes: Vec<&Value> =
        timeline["items"].as_array().unwrap().iter().filter(|one| one["what"] == "changed").collect();
    let [change] = changes.as_slice() else { panic!("one change, not {changes:?}") };
    assert_eq!(change["fields"], json!(fields));
    assert_eq!(change["actor"], json!(format!("registrant:{id}")));
    assert!(!timeline.to_string().contains(secret), "{timeline}");
}

async fn a_person_confirms_changes_and_cancels(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "verification": true }, "capacity": 1 })).await;
    ask(&event, questions()).await;
    let answers = json!({ "why": "To learn\r\nmore", "days": ["2"], "member": false });
    app.post(&event.registrations, ada(answers)).await.expect(201);
    let url = page_of(&app.deliver().await, "ada@example.org");

    let first = Page::open(&app, &url).await;
    assert_eq!((first.heading(), first.language()), ("Your registration", "en"));
    first
        .expect("Your address is not confirmed yet.")
        .expect(
            "Confirm by: Thursday 3 February 2022, 10:00 (Europe/Berlin, UTC+01:00) · In your time zone: \
             Thursday 3 February 2022, 04:00 (America/New_York, UTC-05:00)",
        )
        .expect("Local complaint mechanisms: “what works” & why")
        .expect("Thursday 17 March 2022, 16:00–17:30 (Europe/Berlin, UTC+01:00)")
        .expect("Thursday 17 March 2022, 11:00–12:30 (America/New_York, UTC-04:00)")
        .expect("Zoom")
        .expect("demo programme")
        .expect("Ada Lovelace")
        .expect("To learn more")
        .expect("Second")
        .expect("No");
    assert_eq!(first.buttons(), ["Confirm my address"]);
    assert_eq!(
        first.link("Local complaint mechanisms: “what works” & why"),
        format!("{}/events/{}", base(&url), event.id)
    );
    assert_eq!(first.link("Add it to your calendar"), format!("{}/calendars/events/{}.ics", base(&url), event.id));
    // How one joins is for who has a seat.
    assert!(!first.link_texts().contains(&"Join the event"), "{:?}", first.link_texts());

    // The button of a page that is open in two windows.
    for _ in 0..2 {
        first.follow(&app, "Confirm my address", &[]).await.expect("You are registered.");
    }
    let told = app.deliver().await;
    assert_eq!(told.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), ["ada@example.org"]);
    assert_eq!(page_of(&told, "ada@example.org"), url, "the link is the same");
    let confirmed = Page::open(&app, &url).await;
    assert_eq!(confirmed.buttons(), Vec::<&str>::new());
    assert!(confirmed.link("Join the event").starts_with(&format!("{}/join/", base(&url))));
    assert!(confirmed.link("Subscribe to all that you register for").starts_with("webcal://"));
    assert!(!confirmed.texts().concat().contains("294857"), "the passcode");

    let form = Page::open(&app, &confirmed.link("Change what you told us")).await;
    assert_eq!(form.field("answers/why")["value"], "To learn\r\nmore");
    assert_eq!(
        (&form.field("name")["value"], &form.field("timezone")["value"]),
        (&json!("Ada Lovelace"), &json!("America/New_York"))
    );
    assert_eq!(form.field("answers/why")["is_required"], true);
    assert!(form.field("answers/why")["label"].as_str().unwrap().starts_with("Why do you come?"));
    // Saved as it is shown, nothing changes.
    let before = standing(&app, &event).await;
    form.follow(&app, "Save", &[]).await.expect("You are registered.");
    assert_eq!(standing(&app, &event).await, before);
    let entered: [(&str, &[&str]); 6] = [
        ("name", &["Ada King"]),
        ("timezone", &["Europe/Berlin"]),
        ("answers/meal", &["fish"]),
        ("answers/days", &["1", "2"]),
        ("answers/member", &["true"]),
        ("answers/country", &["gb"]),
    ];
    let changed = form.follow(&app, "Save", &entered).await;
    changed.expect("Ada King").expect("Fish").expect("First, Second").expect("Yes").expect("United Kingdom");
    expect_saved(&app, &url, &changed).await;
    // It is shown in their zone, which is that of the event now.
    assert!(!changed.texts().contains(&"In your time zone"), "{:?}", changed.texts());
    let row = event.owner.get(&event.registrations).await.expect(200).at("/items/0");
    let stored = json!({
        "why": "To learn\r\nmore", "meal": "fish", "days": ["1", "2"], "member": true, "country": "GB",
    });
    assert_eq!((&row["name"], &row["answers"]), (&json!("Ada King"), &stored));
    expect_own_change(&event, row["id"].as_str().unwrap(), &["name", "timezone", "answers"], "King").await;
    assert_eq!(app.deliver().await, []);

    let asked = Page::open(&app, &changed.link("Cancel your registration")).await;
    assert_eq!(asked.heading(), "Cancel your registration?");
    assert_eq!(asked.link("Back to your registration"), url);
    assert_eq!(event.states().await[0].1, "confirmed");
    for _ in 0..2 {
        let gone = asked.follow(&app, "Yes, cancel my registration", &[]).await;
        gone.expect("Your registration is cancelled.");
        assert_eq!(gone.buttons(), Vec::<&str>::new());
        assert!(
            !gone.link_texts().iter().any(|text| text.contains("ancel your registration")),
            "{:?}",
            gone.link_texts()
        );
    }
    let told = app.deliver().await;
    assert_eq!(told.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>().len(), 1, "{told:?}");
    assert_eq!(event.states().await[0].1, "cancelled");
    // What was open in another window does nothing any more.
    let late = form.press(&app, "Save", &[("name", &["Eve"])]).await.expect(409);
    assert!(late.text().contains("<code>not_possible_now</code>"), "{late}");
    let edit = Page::open(&app, &format!("{url}/edit")).await;
    assert_eq!(edit.buttons(), Vec::<&str>::new());
    app.leave_scheduled("the end of the time to confirm");
}

/// The page that a change leads to says that it is saved, once.
async fn expect_saved(app: &TestApp, url: &str, changed: &Page) {
    changed.expect("Your changes are saved.");
    assert!(!Page::open(app, url).await.texts().contains(&"Your changes are saved."), "it is said once");
    let german = Page::open(app, &format!("{url}?lang=de&saved=1")).await;
    german.expect("Ihre Änderungen sind gespeichert.").expect("Vereinigtes Königreich");
}

fn base(url: &str) -> &str {
    url.split("/registrations/").next().unwrap()
}

async fn a_seat_is_offered_on_the_page_in_german(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "offer_hours": 24 } })).await;
    for name in ["ada", "bo", "cy", "di"] {
        let mut one = person(name, &format!("{name}@example.org"));
        (one["language"], one["timezone"]) = (json!("de"), json!("America/New_York"));
        app.post(&event.registrations, one).await.expect(201);
    }
    let mails = app.deliver().await;
    let page = async |name: &str| Page::open(&app, &page_of(&mails, &format!("{name}@example.org"))).await;
    let di = page("di").await;
    assert_eq!((di.heading(), di.language()), ("Ihre Anmeldung", "de"));
    di.expect("Sie stehen auf der Warteliste.").expect("2 Personen stehen noch vor Ihnen.");
    page("cy").await.expect("Eine Person steht noch vor Ihnen.");
    page("bo").await.expect("Sie sind als Nächstes an der Reihe.");
    let ask = Page::open(&app, &page("ada").await.link("Anmeldung stornieren")).await;
    ask.follow(&app, "Ja, Anmeldung stornieren", &[]).await.expect("Ihre Anmeldung ist storniert.");

    let bo = page("bo").await;
    bo.expect("Ein Platz wird für Sie freigehalten.").expect(
        "Annehmen bis: Mittwoch, 2. Februar 2022, 10:00 Uhr (Europe/Berlin, UTC+01:00) · In Ihrer Zeitzone: \
         Mittwoch, 2. Februar 2022, 04:00 Uhr (America/New_York, UTC-05:00)",
    );
    assert_eq!(bo.buttons(), ["Platz annehmen", "Platz ablehnen"]);
    for _ in 0..2 {
        bo.follow(&app, "Platz ablehnen", &[]).await.expect("Ihre Anmeldung ist storniert.");
    }
    let cy = page("cy").await;
    for _ in 0..2 {
        cy.follow(&app, "Platz annehmen", &[]).await.expect("Sie sind angemeldet.");
    }
    let states: Vec<String> = event.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["cancelled", "cancelled", "confirmed", "waitlisted"]);
    // The reader may choose another language, and keeps it from page to page.
    let french = Page::open(&app, &page("cy").await.link("Français")).await;
    let ask = Page::open(&app, &french.link("Annuler votre inscription")).await;
    assert_eq!((ask.heading(), ask.language()), ("Annuler votre inscription ?", "fr"));
    let gone = ask.follow(&app, "Oui, annuler mon inscription", &[]).await;
    assert_eq!(gone.language(), "fr");
    gone.expect("Votre inscription est annulée.");
    // An offer whose time is over, before any worker has looked at it.
    page("di").await.expect("Ein Platz wird für Sie freigehalten.");
    app.pass(TimeDelta::hours(24));
    let late = page("di").await;
    late.expect("Die Zeit, ihn anzunehmen, ist vorbei.");
    assert_eq!(late.buttons(), Vec::<&str>::new());
    app.deliver().await;
    page("di").await.expect("Ihre Anmeldung ist verfallen.");
    app.deliver().await;
    app.leave_scheduled("the end of the event, for which somebody waits");
}

async fn looking_changes_nothing(app: TestApp) {
    let event = app.open_event(json!({ "capacity": 1, "registration": { "verification": true } })).await;
    for name in ["ada", "bo", "cy"] {
        app.post(&event.registrations, person(name, &format!("{name}@example.org"))).await.expect(201);
    }
    let mails = app.deliver().await;
    for name in ["ada", "bo"] {
        let page = Page::open(&app, &page_of(&mails, &format!("{name}@example.org"))).await;
        page.follow(&app, "Confirm my address", &[]).await;
    }
    let mut mails: Vec<Mail> = mails.into_iter().chain(app.deliver().await).collect();
    // One has a seat, one waits and one has not confirmed. A scanner follows every link of every mail and page, twice.
    let mut seen = 0;
    for round in 0..2 {
        let before = standing(&app, &event).await;
        for mail in &mails {
            let url = mail.link("/registrations/");
            let page = Page::open(&app, url).await;
            let (edit, cancel) = (format!("{url}/edit"), format!("{url}/cancel"));
            let links =
                page.links().into_iter().chain(mail.links().into_iter().map(str::to_owned)).chain([edit, cancel]);
            for link in links.filter(|link| !link.contains("/join/")) {
                // What a calendar program opens is asked for in the same way.
                let link = link.replacen("webcal://", "http://", 1);
                let answer = app.get(&link).await;
                assert!(answer.status < 500, "{answer}");
                app.head(&link).await;
                seen += 1;
            }
            for act in ["verify", "accept-offer", "decline-offer"] {
                app.get(&format!("{url}/{act}")).await.problem(405, "method_not_allowed");
            }
        }
        assert_eq!(standing(&app, &event).await, before);
        if round == 0 {
            // And once more when a seat is offered.
            let ask = Page::open(&app, &format!("{}/cancel", page_of(&mails, "ada@example.org"))).await;
            ask.follow(&app, "Yes, cancel my registration", &[]).await;
            mails.extend(app.deliver().await.into_iter().filter(|mail| mail.to == "bo@example.org"));
            assert_eq!(event.states().await[1].1, "offered");
        }
    }
    assert!(seen > 40, "{seen}");
    app.leave_scheduled("the ends of the offer and of the time to confirm");
}

async fn a_link_that_is_old_or_none_has_a_page_that_says_so(app: TestApp) {
    let event = app.open_event(json!({})).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let old = page_of(&app.deliver().await, "ada@example.org");
    let id = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
    event.owner.if_match("*").post(&format!("/api/v1/registrations/{id}/rotate-links"), Value::Null).await.expect(200);
    let new = page_of(&app.deliver().await, "ada@example.org");
    assert_ne!(old, new);
    Page::open(&app, &new).await.expect("You are registered.");
    let unknown = format!("{}/registrations/{}", base(&old), "A".repeat(64));
    let form = Some(("application/x-www-form-urlencoded", b"name=Eve".to_vec()));
    for (url, status, code) in [(&old, 410, "link_revoked"), (&unknown, 404, "not_found")] {
        for place in ["", "/cancel", "/edit"] {
            let shown = app.get(&format!("{url}{place}")).await.expect(status);
            let page = Page::of(url, &shown);
            assert!(page.texts().contains(&code) && !shown.text().contains("Ada"), "{shown}");
        }
        for act in ["cancel", "edit", "verify", "accept-offer", "decline-offer"] {
            let refused = app.send(reqwest::Method::POST, &format!("{url}/{act}"), form.clone()).await.expect(status);
            assert!(refused.text().contains(&format!("<code>{code}</code>")), "{refused}");
        }
    }
    assert_eq!(event.states().await, [("ada@example.org".to_owned(), "confirmed".to_owned())]);
    // What is not possible has a page as well.
    let refused = app.send(reqwest::Method::POST, &format!("{new}/decline-offer"), None).await.expect(409);
    assert!(refused.text().contains("<code>not_possible_now</code>"), "{refused}");
    assert_eq!(app.deliver().await, []);
}

async fn a_form_with_faults_is_shown_again(app: TestApp) {
    let event = app.open_event(json!({})).await;
    ask(&event, questions()).await;
    app.post(&event.registrations, ada(json!({ "why": "x", "member": true }))).await.expect(201);
    let url = page_of(&app.deliver().await, "ada@example.org");
    let form = Page::open(&app, &format!("{url}/edit")).await;
    let before = standing(&app, &event).await;
    let entered: [(&str, &[&str]); 6] = [
        ("name", &["Ada <b>\u{7}"]),
        ("timezone", &["CET"]),
        ("answers/why", &[" "]),
        ("answers/meal", &["meat"]),
        ("answers/phone", &["javascript:alert(1)"]),
        ("answers/days", &["2"]),
    ];
    let refused = form.press(&app, "Save", &entered).await.expect(422);
    let shown = Page::of(&format!("{url}/edit"), &refused);
    for (name, is_invalid) in [
        ("name", true),
        ("timezone", true),
        ("organisation", false),
        ("answers/why", true),
        ("answers/meal", true),
        ("answers/phone", true),
        ("answers/days", false),
        ("answers/member", false),
    ] {
        assert_eq!(shown.field(name)["is_invalid"], is_invalid, "{name}");
    }
    shown.expect("Please check what you entered").expect("Meal – Please choose one of the options.");
    let fragments: Vec<String> =
        shown.links().into_iter().filter_map(|link| link.split_once('#').map(|(_, id)| id.to_owned())).collect();
    assert_eq!(fragments, ["content", "name", "timezone", "answers/why", "answers/meal", "answers/phone"]);
    assert_eq!(shown.field("answers/phone")["value"], "javascript:alert(1)", "what was entered stays");
    assert_eq!(standing(&app, &event).await, before);
    let nameless = form.press(&app, "Save", &[("name", &[])]).await.expect(422);
    assert_eq!(Page::of(&url, &nameless).field("name")["is_invalid"], true);
    for (entered, code) in [
        ("name=Ada&email=eve@example.org", "field_unknown"),
        ("name=Ada&state=attended", "field_unknown"),
        ("name=a&name=b", "field_type"),
    ] {
        let body = Some(("application/x-www-form-urlencoded", entered.as_bytes().to_vec()));
        let refused = app.send(reqwest::Method::POST, &format!("{url}/edit"), body).await.expect(422);
        assert!(refused.text().contains(&format!("<code>{code}</code>")), "{entered}: {refused}");
    }
    assert_eq!(standing(&app, &event).await, before);
}

async fn pages_say_what_became_of_the_event(app: TestApp) {
    let event = app.open_event(json!({ "registration": { "recording": true, "approval": false } })).await;
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mut bo = person("Bo", "bo@example.org");
    bo["attendance"] = json!("recording");
    app.post(&event.registrations, bo).await.expect(201);
    let mails = app.deliver().await;
    let (ada, bo) = (page_of(&mails, "ada@example.org"), page_of(&mails, "bo@example.org"));
    let recording = Page::open(&app, &bo).await;
    recording.expect("You are registered for the recording.");
    assert!(!recording.link_texts().contains(&"Join the event"), "they have no seat");
    let any = event.owner.if_match("*");
    any.post(&format!("/api/v1/events/{}/postpone", event.id), json!({ "reason": "Strike" })).await.expect(200);
    let postponed = Page::open(&app, &ada).await;
    assert!(
        postponed.texts().iter().any(|text| text.starts_with("Postponed: Thursday 17 March")),
        "{:?}",
        postponed.texts()
    );
    assert!(!postponed.link_texts().contains(&"Join the event"));
    any.post(&format!("/api/v1/events/{}/cancel", event.id), json!({ "reason": "Strike" })).await.expect(200);
    let cancelled = Page::open(&app, &ada).await;
    cancelled.expect("The event was cancelled.");
    assert!(!cancelled.link_texts().contains(&"Join the event"));
    assert!(!cancelled.link_texts().contains(&"Add it to your calendar"));
    app.deliver().await;
    app.deliver().await;
}

async fn what_people_wrote_is_text(app: TestApp) {
    let hostile = "<script>alert('x')</script>\"><b>{{ 7 * 7 }}{% raw %}";
    let event = app.open_event(json!({ "registration": { "approval": true } })).await;
    let any = app.staff(Role::Owner).await.if_match("*");
    let details = json!({
        "title": hostile, "super_title": hostile, "venue": { "name": hostile }, "attendance_mode": "mixed", "languages": ["fr"],
    });
    any.patch(&format!("/api/v1/events/{}", event.id), details).await.expect(200);
    any.patch("/api/v1/workspaces/demo", json!({ "name": hostile })).await.expect(200);
    let options = json!([{ "value": hostile, "label": hostile }, { "value": "</select>", "label": "</select>" }]);
    ask(
        &event,
        json!([
            { "key": "text", "label": hostile, "help": hostile, "type": "text" },
            { "key": "long", "label": hostile, "type": "long_text" },
            { "key": "one", "label": hostile, "type": "choice", "options": options, "required": true },
            { "key": "many", "label": hostile, "type": "multi_choice", "options": options },
        ]),
    )
    .await;
    let mut eve = person(hostile, "eve@example.org");
    (eve["organisation"], eve["language"]) = (json!(hostile), json!("nl"));
    let long = format!("\n{hostile}\n</textarea>");
    eve["answers"] = json!({ "text": hostile, "long": long, "one": hostile, "many": [hostile, "</select>"] });
    app.post(&event.registrations, eve.clone()).await.expect(201);
    let id = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
    let url = page_of(&app.deliver().await, "eve@example.org");
    for lang in ["nl", "fr"] {
        let page = Page::open(&app, &format!("{url}?lang={lang}")).await;
        assert_eq!(page.language(), lang);
        // Once each: the title, the place, the workspace twice, the name, the organisation, four labels and two answers.
        assert!(page.texts().iter().filter(|text| **text == hostile).count() >= 10, "{:#?}", page.texts());
        page.expect(&format!("{hostile} – {hostile}")).expect(&format!("{hostile}, </select>"));
        let form = Page::open(&app, &format!("{url}/edit?lang={lang}")).await;
        assert_eq!(
            (&form.field("name")["value"], &form.field("answers/long")["value"]),
            (&json!(hostile), &json!(long))
        );
        let before = standing(&app, &event).await;
        form.follow(&app, if lang == "nl" { "Opslaan" } else { "Enregistrer" }, &[]).await;
        assert_eq!(standing(&app, &event).await, before, "what was hostile came back as it was");
    }
    let reject = json!({ "reason": hostile });
    any.post(&format!("/api/v1/registrations/{id}/reject"), reject).await.expect(200);
    let rejected = Page::open(&app, &url).await;
    rejected.expect("De organisatie kon uw aanmelding niet aannemen.").expect(&format!("Reden: {hostile}"));
    app.deliver().await;
    app.leave_scheduled("the end of the event, for which somebody waits");
}
