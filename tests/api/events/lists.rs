//! Which events a list holds, and in which order.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, column, make_event, make_organisation, publish_event, webinar, webinar_when};
use crate::support::{Client, TestApp};

both!(
    a_list_is_of_a_workspace,
    a_query_has_to_be_readable,
    each_filter_keeps_what_it_names,
    events_stand_in_the_order_of_time,
    filters_on_time_are_half_open,
    hostile_texts_find_nothing,
    phases_follow_the_clock,
    words_are_found_whatever_their_accents,
);

fn at(local: &str) -> Value {
    json!({ "local_start": local, "duration": "PT1H", "timezone": "Europe/Berlin" })
}

async fn found(client: &Client, query: &str) -> Vec<String> {
    column(&client.get(&format!("{EVENTS}?{query}")).await, "title")
}

async fn events_stand_in_the_order_of_time(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for (title, when) in [
        ("undated", json!({})),
        ("afternoon", at("2022-03-01T15:00")),
        ("April", json!({ "edtf": "2022-04" })),
        ("March", json!({ "edtf": "2022-03" })),
        ("end of March", at("2022-03-31T09:00")),
        ("past", at("2021-06-01T09:00")),
        ("morning", at("2022-03-01T09:00")),
        ("autumn", json!({ "edtf": "2022-23" })),
        ("year", json!({ "edtf": "2022" })),
    ] {
        make_event(&owner, webinar_when(title, when)).await;
    }
    let mut order = ["past", "year", "March", "morning", "afternoon", "end of March", "April", "autumn", "undated"];
    assert_eq!(found(&owner, "").await, order);
    assert_eq!(found(&owner, "sort=when").await, order);
    order.reverse();
    assert_eq!(found(&owner, "sort=-when").await, order);
    let page = owner.get(&format!("{EVENTS}?limit=1")).await;
    let shown = page.at("/items/0");
    assert_eq!(
        (&shown["kind"], &shown["phase"], &shown["has_report"]),
        (&json!("webinar"), &json!("past"), &json!(false))
    );
}

async fn each_filter_keeps_what_it_names(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "Utrecht").await;
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let mut one = webinar_when("one", at("2022-03-01T09:00"));
    (one["series_id"], one["languages"]) = (json!(series), json!(["en", "pt-BR"]));
    let one = make_event(&owner, one).await.id();
    publish_event(&owner, &one, &city).await;
    let mut two = webinar_when("two", json!({ "edtf": "2022-04" }));
    (two["kind"], two["languages"]) = (json!("workshop"), json!(["de"]));
    make_event(&owner, two).await;
    make_event(&owner, webinar_when("three", json!({ "edtf": "2022-05-06" }))).await;
    make_event(&owner, webinar("four")).await;
    let unknown = app.workspace().id;
    for (query, titles) in [
        (format!("series={series}"), vec!["one"]),
        (format!("series={unknown}"), vec![]),
        (format!("organisation={city}"), vec!["one"]),
        (format!("organisation={unknown}"), vec![]),
        (format!("speaker={unknown}"), vec![]),
        ("kind=workshop".to_owned(), vec!["two"]),
        ("kind=training".to_owned(), vec![]),
        ("language=en".to_owned(), vec!["one"]),
        ("language=PT-br".to_owned(), vec!["one"]),
        ("language=pt".to_owned(), vec![]),
        ("language=%25".to_owned(), vec![]),
        ("status=scheduled".to_owned(), vec!["one", "three"]),
        ("status=tentative".to_owned(), vec!["two", "four"]),
        ("status=cancelled".to_owned(), vec![]),
        ("precision=datetime".to_owned(), vec!["one"]),
        ("precision=month".to_owned(), vec!["two"]),
        ("precision=date".to_owned(), vec!["three"]),
        ("precision=none".to_owned(), vec!["four"]),
        ("dated=true".to_owned(), vec!["one", "three"]),
        ("dated=false".to_owned(), vec!["two", "four"]),
        (format!("series={series}&kind=webinar&language=en&status=scheduled&dated=true"), vec!["one"]),
        (format!("series={series}&kind=workshop"), vec![]),
        ("updated_since=2022-02-01T08:59:59Z".to_owned(), vec!["one", "two", "three", "four"]),
        ("updated_since=2022-02-01T09:00:00Z".to_owned(), vec![]),
    ] {
        assert_eq!(found(&owner, &query).await, titles, "{query}");
    }
    let programme = owner.get(&format!("/api/v1/series/{series}/events")).await;
    assert_eq!(column(&programme, "title"), ["one"]);
}

async fn phases_follow_the_clock(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    // The clock stands at 10:00 in Berlin.
    for (title, when) in [
        ("over", at("2022-02-01T09:00")),
        ("begins", at("2022-02-01T10:00")),
        ("runs", at("2022-02-01T09:30")),
        ("comes", at("2022-02-01T10:01")),
        ("today", json!({ "edtf": "2022-02-01" })),
        ("this month", json!({ "edtf": "2022-02" })),
        ("next month", json!({ "edtf": "2022-03" })),
        ("last month", json!({ "edtf": "2022-01" })),
        ("open", json!({})),
    ] {
        make_event(&owner, webinar_when(title, when)).await;
    }
    for (phase, titles) in [
        ("live", vec!["today", "this month", "last month", "runs", "begins"]),
        ("upcoming", vec!["comes", "next month"]),
        ("undated", vec!["open"]),
    ] {
        let page = owner.get(&format!("{EVENTS}?phase={phase}")).await;
        let mut found = column(&page, "title");
        let mut titles = titles;
        assert!(column(&page, "phase").iter().all(|shown| shown == phase), "{page}");
        // The day and the month begin at the same moment.
        found.sort_unstable();
        titles.sort_unstable();
        assert_eq!(found, titles, "{phase}");
    }
    // A month ends when its last day is over everywhere, at noon in UTC.
    assert_eq!(found(&owner, "phase=past").await, ["over"]);
    app.pass(chrono::TimeDelta::hours(3));
    assert_eq!(found(&owner, "phase=past").await, ["last month", "over", "runs", "begins", "comes"]);
}

async fn filters_on_time_are_half_open(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for (title, when) in [
        ("talk", json!({ "starts_at": "2022-03-10T10:00:00Z", "duration": "PT1H", "timezone": "UTC" })),
        ("month", json!({ "edtf": "2022-05" })),
        ("open", json!({})),
    ] {
        make_event(&owner, webinar_when(title, when)).await;
    }
    for (query, titles) in [
        ("from=2022-03-10T10:59:59Z", vec!["talk", "month"]),
        ("from=2022-03-10T11:00:00Z", vec!["month"]),
        ("from=2022-03-10T11:59:59%2B01:00", vec!["talk", "month"]),
        ("to=2022-03-10T10:00:00Z", vec![]),
        ("to=2022-03-10T10:00:01Z", vec!["talk"]),
        ("from=2022-03-10&to=2022-03-11", vec!["talk"]),
        ("from=2022-03-11&to=2022-05-01", vec![]),
        ("from=2022-03-11&to=2022-05-02", vec!["month"]),
        ("from=2022-05-31", vec!["month"]),
        ("from=2022-06-02", vec![]),
        ("to=2100-01-01", vec!["talk", "month"]),
    ] {
        assert_eq!(found(&owner, query).await, titles, "{query}");
    }
}

async fn words_are_found_whatever_their_accents(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let mut covid = webinar("COVID-19 & the city");
    covid["keywords"] = json!(["Straßenraum"]);
    let mut dagard = webinar("Ulrika Dagård: “Menneskerettigheter i Østfold”");
    dagard["abstract"] = json!("Zürich, 100% _quoted_");
    make_event(&owner, covid).await;
    make_event(&owner, dagard).await;
    for (q, covid, dagard) in [
        ("covid%2019", true, false),
        ("CoViD-19", true, false),
        ("city%20covid", true, false),
        ("strassenraum", true, false),
        ("dagard", false, true),
        ("DAG%C3%85RD", false, true),
        ("ostfold%20zurich", false, true),
        ("covid%20zurich", false, false),
        ("", true, true),
        ("%20", true, true),
        ("%25", false, false),
        ("_", false, false),
        ("%5C", false, false),
        ("%27", false, false),
    ] {
        let titles: Vec<String> = found(&owner, &format!("q={q}")).await;
        let has = |word: &str| titles.iter().any(|title| title.contains(word));
        assert_eq!((has("COVID"), has("Dagård")), (covid, dagard), "{q}");
    }
}

async fn hostile_texts_find_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    make_event(&owner, webinar("A")).await;
    for query in ["q=%00", "language=%00", "language=", "language=en%22%2C%22de"] {
        assert_eq!(found(&owner, query).await, Vec::<String>::new(), "{query}");
    }
    owner.get(&format!("{EVENTS}?workspace={}", "a".repeat(5000))).await.problem(404, "not_found");
}

async fn a_query_has_to_be_readable(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for query in [
        "kind=party",
        "status=done",
        "phase=never",
        "precision=week",
        "dated=perhaps",
        "series=one",
        "organisation=1",
        "speaker=ada",
        "from=tomorrow",
        "to=2022-02-30",
        "to=2022-02-23T10:30",
        "updated_since=yesterday",
        "sort=title",
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=ten",
        "page=2",
    ] {
        owner.get(&format!("{EVENTS}?{query}")).await.problem(400, "malformed_query");
    }
    owner.get(&format!("{EVENTS}?limit=100")).await.expect(200);
}

async fn a_list_is_of_a_workspace(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    for (staff, name) in [(&owner, "first"), (&stranger, "second")] {
        let city = make_organisation(staff, "City").await;
        let shown = make_event(staff, webinar(&format!("{name} shown"))).await.id();
        publish_event(staff, &shown, &city).await;
        make_event(staff, webinar(&format!("{name} draft"))).await;
    }
    let id = app.workspace().id;
    for (client, query, titles) in [
        (&**app, String::new(), vec!["first shown", "second shown"]),
        (&**app, "workspace=demo".to_owned(), vec!["first shown"]),
        (&**app, format!("workspace={id}"), vec!["first shown"]),
        (&owner, String::new(), vec!["first shown", "first draft"]),
        (&owner, "workspace=demo".to_owned(), vec!["first shown", "first draft"]),
        (&owner, "workspace=second".to_owned(), vec!["second shown"]),
        (&stranger, format!("workspace={id}"), vec!["first shown"]),
    ] {
        assert_eq!(found(client, &query).await, titles, "{query}");
    }
    app.get(&format!("{EVENTS}?workspace=third")).await.problem(404, "not_found");
    app.bearing("pl_unknown").get(EVENTS).await.problem(401, "unauthenticated");
}
