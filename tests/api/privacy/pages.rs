//! What a person does about what is held about them on the page of their registration.

use reqwest::Method;
use serde_json::{Value, json};

use super::{MARK, marked, them, traces};
use crate::support::browser::Page;
use crate::support::{OpenEvent, TestApp, person};

both!(a_person_erases_themselves_on_the_page, a_person_takes_their_data_away, old_links_erase_nothing);

const FORM: &str = "application/x-www-form-urlencoded";

/// Two registrations of the person, and one of Ada; the pages of the first two.
async fn registered(app: &TestApp) -> (OpenEvent, Vec<String>) {
    let event = app.open_event(json!({})).await;
    let other = app.open_event(json!({})).await;
    for open in [&event, &other] {
        app.post(&open.registrations, them(json!({ "language": "de" }))).await.expect(201);
    }
    app.post(&event.registrations, person("Ada", "ada@example.org")).await.expect(201);
    let mails = app.deliver().await;
    let own = mails.iter().filter(|mail| mail.to.eq_ignore_ascii_case(super::ADDRESS));
    let pages: Vec<String> = own.map(|mail| mail.link("/registrations/").to_owned()).collect();
    assert_eq!(pages.len(), 2);
    (event, pages)
}

async fn a_person_takes_their_data_away(app: TestApp) {
    let (_, pages) = registered(&app).await;
    let page = Page::open(&app, &pages[0]).await;
    page.expect("Ihre Daten");
    let export = app.get(&page.link("Alles herunterladen, was über Sie gespeichert ist")).await.expect(200);
    assert_eq!(export.at("/registrations").as_array().unwrap().len(), 2);
    assert_eq!(export.at("/registrations/0/registration/organisation"), json!(marked("organisation")));
    assert!(!export.text().contains("ada@example.org"), "{export}");
    let asked = Page::open(&app, &page.link("Löschen lassen")).await;
    let same = app.get(&asked.link("Vorher alles herunterladen, was über Sie gespeichert ist")).await.expect(200);
    assert_eq!(same.at("/registrations"), export.at("/registrations"));
}

async fn a_person_erases_themselves_on_the_page(app: TestApp) {
    let (event, pages) = registered(&app).await;
    let page = Page::open(&app, &format!("{}?lang=en", pages[0])).await;
    let asked = Page::open(&app, &page.link("Have it erased")).await;
    assert_eq!((asked.heading(), asked.language()), ("Erase your data?", "en"));
    asked.expect("What is erased cannot be brought back.");
    assert!(asked.texts().iter().any(|text| text.eq_ignore_ascii_case(super::ADDRESS)), "{:?}", asked.texts());
    assert_eq!(asked.link("Back to your registration"), format!("{}?lang=en", pages[0]));
    for lang in ["de", "fr", "nl"] {
        let other = Page::open(&app, &format!("{}/erase?lang={lang}", pages[0])).await;
        assert_eq!((other.language(), other.buttons().len()), (lang, 1));
        assert_ne!(other.heading(), asked.heading());
    }
    // Looking erased nothing.
    let all = event.states().await;
    assert!(all.iter().all(|(email, state)| !email.is_empty() && state == "confirmed"), "{all:?}");

    // The button of a page that is open in two windows.
    for _ in 0..2 {
        let done = asked.follow(&app, "Yes, erase my data", &[]).await;
        assert_eq!((done.heading(), done.buttons()), ("Your data is erased", Vec::<&str>::new()));
        assert!(!done.texts().iter().any(|text| text.to_lowercase().contains(MARK)), "{:?}", done.texts());
    }
    for page in &pages {
        for place in ["", "/cancel", "/edit"] {
            let gone = app.get(&format!("{page}{place}")).await.expect(410);
            assert!(gone.text().contains("<code>data_erased</code>"), "{gone}");
        }
        let export = page.replace("/registrations/", "/api/v1/registrations/manage/");
        app.get(&format!("{export}/export")).await.problem(410, "data_erased");
        // Of the other registration of the address it is known as well.
        Page::open(&app, &format!("{page}/erase?lang=en")).await.expect("What was held here about you is erased.");
    }
    assert_eq!(traces(&app, MARK), Vec::<String>::new());
    assert_eq!(app.deliver().await, []);
    let expected = [("", "cancelled"), ("ada@example.org", "confirmed")];
    assert_eq!(event.states().await, expected.map(|(email, state)| (email.to_owned(), state.to_owned())));
    let log = event.owner.get("/api/v1/privacy/erasures").await.expect(200);
    assert_eq!(log.at("/items").as_array().unwrap().len(), 1);
    assert_eq!((log.at("/items/0/cause"), log.at("/items/0/actor")), (json!("person"), Value::Null));
    let counts = ["registrations", "cancelled"].map(|name| log.at(&format!("/items/0/erased/{name}")));
    assert_eq!(counts, [json!(2), json!(2)]);
}

async fn old_links_erase_nothing(app: TestApp) {
    let (event, pages) = registered(&app).await;
    let id = event.owner.get(&event.registrations).await.expect(200).string("/items/0/id");
    event.owner.if_match("*").post(&format!("/api/v1/registrations/{id}/rotate-links"), Value::Null).await.expect(200);
    let new = app.deliver().await;
    let before = event.states().await;
    let (base, _) = pages[0].split_once("/registrations/").unwrap();
    let unknown = format!("{base}/registrations/{}", "A".repeat(64));
    for (page, status, code) in [(&pages[0], 410, "link_revoked"), (&unknown, 404, "not_found")] {
        let url = format!("{page}/erase");
        let asked = app.get(&url).await.expect(status);
        assert!(!asked.text().to_lowercase().contains(MARK), "{asked}");
        let refused = app.send(Method::POST, &url, Some((FORM, Vec::new()))).await.expect(status);
        for answer in [&asked, &refused] {
            assert!(answer.text().contains(&format!("<code>{code}</code>")), "{answer}");
        }
    }
    assert_eq!(event.states().await, before);
    // The link that took its place does.
    let asked = Page::open(&app, &format!("{}/erase?lang=en", new[0].link("/registrations/"))).await;
    asked.follow(&app, "Yes, erase my data", &[]).await.expect("What was held here about you is erased.");
    // And so says the old one now.
    Page::open(&app, &format!("{}/erase?lang=en", pages[0])).await.expect("What was held here about you is erased.");
    assert_eq!(app.deliver().await, []);
}
