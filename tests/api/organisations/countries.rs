//! The countries to choose from.

use serde_json::{Value, json};

use super::super::events::column;
use crate::support::{Answer, TestApp, person};

both!(
    caches_keep_each_language_apart,
    countries_are_listed_in_the_language_of_the_reader,
    every_one_of_them_is_an_answer
);

const COUNTRIES: &str = "/api/v1/countries";

fn name_of(answer: &Answer, code: &str) -> Value {
    let items = answer.at("/items");
    items.as_array().unwrap().iter().find(|one| one["code"] == code).unwrap()["name"].clone()
}

async fn countries_are_listed_in_the_language_of_the_reader(app: TestApp) {
    let french = app.with("accept-language", "fr-CH, de;q=0.9");
    for (answer, language, name) in [
        (app.get(COUNTRIES).await, "en", "Austria"),
        (app.get(&format!("{COUNTRIES}?language=de")).await, "de", "Österreich"),
        (app.get(&format!("{COUNTRIES}?language=de-AT")).await, "de", "Österreich"),
        (app.get(&format!("{COUNTRIES}?language=NL")).await, "nl", "Oostenrijk"),
        (french.get(COUNTRIES).await, "fr", "Autriche"),
        (french.get(&format!("{COUNTRIES}?language=nl")).await, "nl", "Oostenrijk"),
        // One that we do not write.
        (french.get(&format!("{COUNTRIES}?language=pt-BR")).await, "fr", "Autriche"),
        (app.get(&format!("{COUNTRIES}?language=pt-BR")).await, "en", "Austria"),
    ] {
        let answer = answer.expect(200);
        assert_eq!(
            (answer.at("/language"), name_of(&answer, "AT")),
            (json!(language), json!(name)),
            "{}",
            answer.request
        );
        assert_eq!(answer.header("content-language"), Some(language));
        assert_eq!(answer.at("/items").as_array().unwrap().len(), 250);
    }
    let german = column(&app.get(&format!("{COUNTRIES}?language=de")).await, "name");
    let place = |name: &str| german.iter().position(|one| one == name).unwrap();
    assert!(place("Nordmazedonien") < place("Österreich") && place("Österreich") < place("Pakistan"), "{german:?}");
    app.get(&format!("{COUNTRIES}?lang=de")).await.problem(400, "malformed_query");
}

async fn caches_keep_each_language_apart(app: TestApp) {
    let german = app.get(&format!("{COUNTRIES}?language=de")).await.expect(200);
    let (tag, cache) = (german.etag(), Some("public, max-age=300"));
    assert_eq!(german.header("cache-control"), cache);
    let vary = german.header("vary").unwrap();
    assert!(vary.starts_with("accept-language, accept-encoding, ") && !vary.contains("authorization"), "{vary}");
    let known = app.with("if-none-match", &tag);
    let same = known.get(&format!("{COUNTRIES}?language=de-CH")).await.expect(304);
    assert_eq!((same.etag(), same.body.len()), (tag, 0));
    assert_eq!((same.header("cache-control"), same.header("vary")), (cache, Some(vary)));
    known.get(COUNTRIES).await.expect(200);
}

/// What is listed is what a question for a country takes, and nothing else is.
async fn every_one_of_them_is_an_answer(app: TestApp) {
    let event = app.open_event(json!({})).await;
    let question = json!([{ "key": "home", "label": "Country", "type": "country" }]);
    let questions = format!("/api/v1/events/{}/questions", event.id);
    event.owner.if_match("*").put(&questions, question).await.expect(200);
    let listed = column(&app.get(COUNTRIES).await, "code");
    let mut taken = Vec::new();
    let none = ["UK".to_owned(), "EU".to_owned()];
    for (number, code) in listed.iter().chain(&none).enumerate().skip(240) {
        let mut entry = person("Ada", &format!("ada{number}@example.org"));
        entry["answers"] = json!({ "home": code });
        let answer = app.post(&event.registrations, entry).await;
        match answer.status {
            201 => taken.push(code.clone()),
            _ => answer.faults(&[("/answers/home", "field_type")]),
        }
    }
    assert_eq!(taken, listed[240..]);
    app.deliver().await;
}
