//! The programme of a series: its order, and how many events it has.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::events::{column, make_event, make_organisation, publish_event};
use crate::support::{Client, TestApp};

both!(
    an_order_is_of_its_own_workspace,
    an_order_names_every_event_once,
    events_of_one_moment_stand_by_position,
    pages_stay_whole_while_events_come_in,
    the_count_is_what_the_reader_sees,
);

const SERIES: &str = "/api/v1/series";

async fn make_series(staff: &Client, slug: &str) -> String {
    staff.post(SERIES, json!({ "slug": slug, "title": slug })).await.expect(201).id()
}

fn event(series: &str, title: &str, when: Value, position: Option<i32>) -> Value {
    let mut body = json!({ "kind": "webinar", "title": title, "series_id": series, "series_position": position });
    body["when"] = when;
    body
}

async fn events_of_one_moment_stand_by_position(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = make_series(&owner, "one").await;
    for (title, when, position) in [
        ("open, last", json!({}), None),
        ("open, 9", json!({}), Some(9)),
        ("April", json!({ "edtf": "2022-04" }), Some(1)),
        ("open, 2, older", json!({}), Some(2)),
        ("March, 8", json!({ "edtf": "2022-03" }), Some(8)),
        ("open, 2, newer", json!({}), Some(2)),
        ("March, 7", json!({ "edtf": "2022-03" }), Some(7)),
        ("1 March", json!({ "edtf": "2022-03-01" }), Some(6)),
        ("open, later", json!({}), None),
        ("March, midday", json!({ "local_start": "2022-03-01T12:00", "timezone": "UTC" }), Some(4)),
    ] {
        make_event(&owner, event(&series, title, when, position)).await;
    }
    let mut order = [
        "1 March",
        "March, 7",
        "March, 8",
        "March, midday",
        "April",
        "open, 2, older",
        "open, 2, newer",
        "open, 9",
        "open, last",
        "open, later",
    ];
    let path = format!("{SERIES}/{series}/events");
    assert_eq!(column(&owner.get(&path).await, "title"), order);
    assert_eq!(column(&owner.get(&format!("{path}?dated=true")).await, "title"), ["1 March", "March, midday"]);
    for limit in [1, 3, 4, 9] {
        assert_eq!(walk(&owner, &format!("{path}?limit={limit}")).await, order, "{limit}");
    }
    order.reverse();
    assert_eq!(walk(&owner, &format!("{path}?limit=3&sort=-when")).await, order);
    assert_eq!(walk(&owner, "/api/v1/events?limit=4&sort=-when").await, order);
}

/// The titles of all pages.
async fn walk(client: &Client, path: &str) -> Vec<String> {
    let (mut titles, mut next) = (Vec::new(), path.to_owned());
    for _ in 0..50 {
        let page = client.get(&next).await.expect(200);
        titles.extend(column(&page, "title"));
        let Value::String(cursor) = page.at("/next_cursor") else { return titles };
        next = format!("{path}&cursor={cursor}");
    }
    panic!("the pages do not end: {titles:?}");
}

/// While every page is read, one event comes in before it and one behind it, at the moment where the page ends too.
async fn pages_stay_whole_while_events_come_in(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = make_series(&owner, "one").await;
    let places = [("2022-03-01", 5), ("2022-03-02", 5), ("2022-03-02", 6), ("2022-03-03", 5), ("2022-03-04", 5)];
    for (day, position) in places {
        let title = format!("{day} {position}");
        make_event(&owner, event(&series, &title, json!({ "edtf": day }), Some(position))).await;
    }
    let old: Vec<String> = places.iter().map(|(day, position)| format!("{day} {position}")).collect();
    for sort in ["when", "-when"] {
        let path = format!("{SERIES}/{series}/events?limit=2&sort={sort}");
        let (mut seen, mut next) = (Vec::new(), path.clone());
        for _ in 0..50 {
            let page = owner.get(&next).await.expect(200);
            seen.extend(column(&page, "title"));
            for (day, position) in places {
                for (place, title) in [(position - 1, "before"), (position + 1, "behind")] {
                    let body = event(&series, &format!("new, {title}"), json!({ "edtf": day }), Some(place));
                    if seen.len() < 12 {
                        make_event(&owner, body).await;
                    }
                }
            }
            let Value::String(cursor) = page.at("/next_cursor") else { break };
            next = format!("{path}&cursor={cursor}");
        }
        let mut shown: Vec<String> = seen.into_iter().filter(|title| !title.starts_with("new")).collect();
        if sort == "-when" {
            shown.reverse();
        }
        assert_eq!(shown, old, "{sort}");
    }
}

async fn an_order_names_every_event_once(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = make_series(&owner, "one").await;
    let other = make_series(&owner, "other").await;
    let mut ids = Vec::new();
    for (title, position) in [("a", Some(3)), ("b", None), ("c", Some(3))] {
        ids.push(make_event(&owner, event(&series, title, json!({}), position)).await.id());
    }
    let elsewhere = make_event(&owner, event(&other, "d", json!({}), Some(1))).await.id();
    let (path, order) = (format!("{SERIES}/{series}"), format!("{SERIES}/{series}/order"));
    let read = owner.get(&path).await;
    let [a, b, c] = [0, 1, 2].map(|index| ids[index].as_str());
    owner.put(&order, json!([c, b, a])).await.problem(428, "precondition_required");
    let any = owner.if_match("*");
    for (body, faults) in [
        (json!({}), vec![("", "field_type")]),
        (json!(["no-id", b, a]), vec![("/0", "field_type")]),
        (json!([c, b]), vec![("", "invalid")]),
        (json!([c, b, b]), vec![("/2", "invalid"), ("", "invalid")]),
        (json!([c, b, a, elsewhere]), vec![("/3", "reference_unknown")]),
        (json!([c, b, a, series]), vec![("/3", "reference_unknown")]),
        (json!([]), vec![("", "invalid")]),
    ] {
        any.put(&order, body).await.faults(&faults);
    }
    assert_eq!(owner.get(&path).await.etag(), read.etag());

    app.pass(chrono::TimeDelta::seconds(1));
    let ordered = owner.if_match(&read.etag()).put(&order, json!([c, b, a])).await.expect(200);
    assert_eq!((ordered.at("/revision"), ordered.at("/event_count")), (json!(2), json!(3)));
    assert_eq!(column(&owner.get(&format!("{path}/events")).await, "title"), ["c", "b", "a"]);
    let shown = |id: &str| {
        let (owner, path) = (owner.clone(), format!("/api/v1/events/{id}"));
        async move {
            let event = owner.get(&path).await;
            ["series_position", "revision", "sequence"].map(|name| event.at(&format!("/{name}")).as_i64().unwrap())
        }
    };
    // The one that was at its place already did not change, and no calendar shows a position.
    assert_eq!([shown(c).await, shown(b).await, shown(a).await], [[1, 2, 0], [2, 2, 0], [3, 1, 0]]);
    let history = owner.get(&format!("/api/v1/events/{b}/history")).await;
    assert_eq!(history.at("/items/0/action"), "series_ordered");
    assert_eq!(
        (history.at("/items/0/before"), history.at("/items/0/after")),
        (json!({ "series_position": null }), json!({ "series_position": 2 }))
    );
    owner.if_match(&read.etag()).put(&order, json!([a, b, c])).await.problem(412, "precondition_failed");
    assert_eq!(any.put(&order, json!([c, b, a])).await.expect(200).etag(), ordered.etag());
    any.put(&format!("{SERIES}/{}/order", make_series(&owner, "empty").await), json!([])).await.expect(200);
}

async fn an_order_is_of_its_own_workspace(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = make_series(&owner, "one").await;
    let order = format!("{SERIES}/{series}/order");
    let second = app.other_workspace("second").await;
    app.staff_of(&second, Role::Owner).await.if_match("*").put(&order, json!([])).await.problem(404, "not_found");
    app.staff(Role::Viewer).await.if_match("*").put(&order, json!([])).await.problem(403, "forbidden");
    app.if_match("*").put(&order, json!([])).await.problem(401, "unauthenticated");
}

async fn the_count_is_what_the_reader_sees(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let city = make_organisation(&owner, "City").await;
    let (one, two) = (make_series(&owner, "one").await, make_series(&owner, "two").await);
    make_series(&owner, "none").await;
    for (series, title) in [(&one, "a"), (&one, "b"), (&one, "c"), (&two, "d")] {
        let id = make_event(&owner, event(series, title, json!({}), None)).await.id();
        if ["a", "b"].contains(&title) {
            publish_event(&owner, &id, &city).await;
        }
    }
    for series in [&one, &two] {
        owner.post(&format!("{SERIES}/{series}/publish"), json!({})).await.expect(200);
        let part = json!([{ "organisation_id": city, "role": "organiser" }]);
        owner.put(&format!("{SERIES}/{series}/organisations"), part).await.expect(200);
    }
    let counts = |client: &Client| {
        let client = client.clone();
        async move {
            let page = client.get(SERIES).await;
            let all = page.at("/items");
            let of_one = |one: &Value| {
                let organisations = one["organisations"].as_array().unwrap().len();
                (one["slug"].as_str().unwrap().to_owned(), one["event_count"].as_i64().unwrap(), organisations)
            };
            all.as_array().unwrap().iter().map(of_one).collect::<Vec<_>>()
        }
    };
    let row = |slug: &str, count: i64, organisations: usize| (slug.to_owned(), count, organisations);
    assert_eq!(counts(&owner).await, [row("none", 0, 0), row("two", 1, 1), row("one", 3, 1)]);
    let public = [row("two", 0, 1), row("one", 2, 1)];
    assert_eq!(counts(&app).await, public);
    let path = format!("{SERIES}/{one}");
    assert_eq!(
        (owner.get(&path).await.at("/event_count"), app.get(&path).await.at("/event_count")),
        (json!(3), json!(2))
    );
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    assert_eq!(stranger.get(&path).await.at("/event_count"), json!(2));
    owner.patch(&path, json!({ "planned_count": 5, "languages": ["pt-BR"] })).await.expect(200);
    assert_eq!(app.get(&path).await.at("/planned_count"), json!(5));
    for (query, slugs) in [("PT-br", vec!["one"]), ("pt", vec![]), ("%25", vec![]), ("%00", vec![])] {
        assert_eq!(column(&owner.get(&format!("{SERIES}?language={query}")).await, "slug"), slugs, "{query}");
    }
}
