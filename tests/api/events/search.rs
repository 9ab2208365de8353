//! What a search finds, and what it keeps from the public.

use plenary::accounts::Role;
use serde_json::json;

use super::{EVENTS, column, make_event, make_organisation, publish_event, webinar};
use crate::support::{Client, TestApp};

both!(an_event_is_found_by_what_it_is_shown_with, every_list_finds_alike, the_public_finds_what_it_sees,);

async fn found(client: &Client, list: &str, q: &str, member: &str) -> Vec<String> {
    let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
    column(&client.get(&format!("/api/v1/{list}?q={q}")).await, member)
}

async fn an_event_is_found_by_what_it_is_shown_with(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let series = json!({ "slug": "s", "title": "Kölner Reihe", "description": "Grundrechte" });
    let series = owner.post("/api/v1/series", series).await.expect(201).id();
    let uclg = json!({ "name": "United Cities", "acronym": "UCLG", "aliases": ["CGLU"] });
    let uclg = owner.post("/api/v1/organisations", uclg).await.expect(201).id();
    let lund = make_organisation(&owner, "Lunds kommun").await;
    let graz = make_organisation(&owner, "Stadt Graz").await;
    let part = |id: &str| json!([{ "organisation_id": id, "role": "organiser" }]);
    owner.put(&format!("/api/v1/series/{series}/organisations"), part(&uclg)).await.expect(200);
    let mut body = webinar("Erste");
    body["series_id"] = json!(series);
    let first = format!("{EVENTS}/{}", make_event(&owner, body.clone()).await.id());
    body["title"] = json!("Zweite");
    let second = format!("{EVENTS}/{}", make_event(&owner, body).await.id());
    make_event(&owner, webinar("Dritte")).await;
    owner.put(&format!("{second}/organisations"), part(&lund)).await.expect(200);
    let mut people = Vec::new();
    for name in ["Ulrika Dagård", "Elsa Touré", "Hans Sakkers"] {
        people.push(owner.post("/api/v1/speakers", json!({ "name": name })).await.expect(201).id());
    }
    let appearances = format!("{first}/appearances");
    for body in [
        json!({ "speaker_id": people[0], "role": "speaker", "status": "tbc" }),
        json!({ "speaker_id": people[1], "role": "speaker", "status": "declined" }),
        json!({ "organisation_id": graz, "role": "host" }),
    ] {
        owner.post(&appearances, body).await.expect(201);
    }
    let round = json!({ "kind": "round", "title": "Überblick: Maß & Zahl", "label": "Runde I", "sessions": [
        { "kind": "talk", "title": "Straßenlärm", "appearances": [{ "speaker_id": people[2], "role": "speaker" }] },
    ] });
    let round = owner.post(&format!("{second}/sessions"), round).await.expect(201);
    for (q, titles) in [
        ("kolner", vec!["Erste", "Zweite"]),
        ("grundrechte", vec!["Erste", "Zweite"]),
        // Of the series, where the event has none of its own.
        ("uclg", vec!["Erste"]),
        ("cglu united", vec!["Erste"]),
        ("lunds", vec!["Zweite"]),
        ("graz", vec!["Erste"]),
        ("DAGARD", vec!["Erste"]),
        ("touré", vec![]),
        ("sakkers", vec!["Zweite"]),
        ("strassenlarm", vec!["Zweite"]),
        ("runde uberblick zahl", vec!["Zweite"]),
        // Each word somewhere.
        ("erste dagard uclg reihe", vec!["Erste"]),
        ("erste sakkers", vec![]),
        ("dritte", vec!["Dritte"]),
        ("dritte kolner", vec![]),
    ] {
        assert_eq!(found(&owner, "events", q, "title").await, titles, "{q}");
    }
    owner.patch(&format!("/api/v1/sessions/{}", round.id()), json!({ "title": "Neu" })).await.expect(200);
    assert_eq!(found(&owner, "events", "zahl", "title").await, Vec::<String>::new());
    assert_eq!(found(&owner, "events", "runde neu", "title").await, ["Zweite"]);
    let within = owner.get(&format!("/api/v1/series/{series}/events?q=sakkers")).await;
    assert_eq!(column(&within, "title"), ["Zweite"]);
}

async fn the_public_finds_what_it_sees(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "City").await;
    let series = owner.post("/api/v1/series", json!({ "slug": "s", "title": "Secret plan" })).await.expect(201).id();
    let mut body = webinar("Shown");
    body["series_id"] = json!(series);
    let id = make_event(&owner, body).await.id();
    publish_event(&owner, &id, &city).await;
    let speaker = owner.post("/api/v1/speakers", json!({ "name": "Ada Nope", "email": "ada@example.org" })).await;
    let declined = json!({ "speaker_id": speaker.expect(201).id(), "role": "speaker", "status": "withdrawn" });
    owner.post(&format!("{EVENTS}/{id}/appearances"), declined).await.expect(201);
    let nothing = Vec::<String>::new();
    for q in ["nope", "example"] {
        assert_eq!(found(&app, "events", q, "title").await, nothing, "{q}");
        assert_eq!(found(&owner, "events", q, "title").await, nothing, "{q}");
    }
    assert_eq!(found(&owner, "events", "secret", "title").await, ["Shown"]);
    assert_eq!(found(&app, "events", "secret", "title").await, nothing);
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    assert_eq!(column(&stranger.get(&format!("{EVENTS}?workspace=demo&q=secret")).await, "title"), nothing);
    owner.post(&format!("/api/v1/series/{series}/publish"), json!({})).await.expect(200);
    assert_eq!(found(&app, "events", "secret", "title").await, ["Shown"]);
    assert_eq!(found(&app, "events", "city", "title").await, ["Shown"]);
}

/// One name in every list; what finds it there finds it everywhere.
async fn every_list_finds_alike(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let names = [
        "COVID-19 & the city",
        "Dagård, Østfold – Straße",
        "100% “quoted” _name_ 🎉",
        "مرحبا بالعالم",
        "Toure\u{301} o’Neill",
    ];
    for (number, name) in names.iter().enumerate() {
        make_event(&owner, webinar(name)).await;
        let slug = format!("series-{number}");
        owner.post("/api/v1/series", json!({ "slug": slug, "title": name })).await.expect(201);
        owner.post("/api/v1/organisations", json!({ "name": name })).await.expect(201);
        owner.post("/api/v1/speakers", json!({ "name": name })).await.expect(201);
    }
    let many_words = "city ".repeat(2_000);
    let no_word = "x".repeat(3_000);
    let cases: [(&str, &[usize]); 24] = [
        ("covid 19", &[0]),
        ("COVID-19", &[0]),
        ("covid19", &[]),
        ("19 covid", &[0]),
        ("dagard", &[1]),
        ("DAGÅRD ostfold", &[1]),
        ("strasse", &[1]),
        ("STRAẞE", &[1]),
        ("100%", &[2]),
        ("%", &[]),
        ("_", &[]),
        ("_name_", &[2]),
        ("\"quoted\"", &[2]),
        ("'", &[]),
        ("\\", &[]),
        ("🎉", &[]),
        ("quoted 🎉", &[2]),
        ("مرحبا", &[3]),
        ("\u{202E}مرحبا", &[3]),
        ("touré", &[4]),
        ("oneill", &[]),
        ("o'neill", &[4]),
        (&many_words, &[0]),
        (&no_word, &[]),
    ];
    for (q, numbers) in cases {
        let mut expected: Vec<String> = numbers.iter().map(|number| names[*number].to_owned()).collect();
        expected.sort_unstable();
        for (list, member) in
            [("events", "title"), ("series", "title"), ("organisations", "name"), ("speakers", "name")]
        {
            let mut shown = found(&owner, list, q, member).await;
            shown.sort_unstable();
            let q: String = q.chars().take(30).collect();
            assert_eq!(shown, expected, "{list}: {q}");
        }
    }
}
