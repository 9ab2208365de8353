//! Events page by page, while others come and go.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, column, make_event, webinar, webinar_when};
use crate::support::{Client, TestApp};

both!(
    a_cursor_of_another_list_is_refused,
    events_of_one_moment_are_all_shown_once,
    pages_stay_whole_while_events_come_in,
    the_last_page_says_so,
);

fn on(day: &str) -> Value {
    webinar_when(day, json!({ "edtf": day }))
}

/// The titles of all pages.
async fn walk(client: &Client, query: &str) -> Vec<String> {
    let mut titles = Vec::new();
    let mut path = format!("{EVENTS}?{query}");
    for _ in 0..50 {
        let page = client.get(&path).await.expect(200);
        titles.extend(column(&page, "title"));
        let Value::String(cursor) = page.at("/next_cursor") else { return titles };
        path = format!("{EVENTS}?{query}&cursor={cursor}");
    }
    panic!("the pages do not end: {titles:?}");
}

async fn pages_stay_whole_while_events_come_in(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for day in ["2022-03-02", "2022-03-04", "2022-03-06", "2022-03-08", "2022-03-10"] {
        make_event(&owner, on(day)).await;
    }
    for (sort, first, second, third) in [
        ("when", ["2022-03-02", "2022-03-04"], ["2022-03-05", "2022-03-06"], ["2022-03-08", "2022-03-10"]),
        ("-when", ["2022-03-10", "2022-03-08"], ["2022-03-06", "2022-03-05"], ["2022-03-04", "2022-03-03"]),
    ] {
        let page = |cursor: Option<String>| {
            let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
            let (owner, path) = (owner.clone(), format!("{EVENTS}?limit=2&sort={sort}{cursor}"));
            async move { owner.get(&path).await.expect(200) }
        };
        let one = page(None).await;
        assert_eq!(column(&one, "title"), first);
        if sort == "when" {
            // One comes before the pages that were read, one between the next.
            make_event(&owner, on("2022-03-03")).await;
            make_event(&owner, on("2022-03-05")).await;
        } else {
            make_event(&owner, on("2022-03-09")).await;
        }
        let two = page(Some(one.string("/next_cursor"))).await;
        assert_eq!(column(&two, "title"), second);
        let three = page(Some(two.string("/next_cursor"))).await;
        assert_eq!(column(&three, "title"), third);
    }
}

async fn events_of_one_moment_are_all_shown_once(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let mut expected: Vec<String> = (1..=5).map(|number| format!("Undated {number}")).collect();
    for title in &expected {
        make_event(&owner, webinar(title)).await;
    }
    assert_eq!(walk(&owner, "limit=2").await, expected);
    assert_eq!(walk(&owner, "limit=1&dated=false").await, expected);
    assert_eq!(walk(&owner, "limit=5").await, expected);
    expected.reverse();
    assert_eq!(walk(&owner, "limit=2&sort=-when").await, expected);
}

async fn the_last_page_says_so(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    assert_eq!(owner.get(EVENTS).await.expect(200).json(), json!({ "items": [], "next_cursor": null }));
    make_event(&owner, webinar("A")).await;
    make_event(&owner, webinar("B")).await;
    assert_eq!(owner.get(&format!("{EVENTS}?limit=2")).await.at("/next_cursor"), Value::Null);
    let cursor = owner.get(&format!("{EVENTS}?limit=1")).await.string("/next_cursor");
    let last = owner.get(&format!("{EVENTS}?limit=1&cursor={cursor}")).await;
    assert_eq!((column(&last, "title"), last.at("/next_cursor")), (vec!["B".to_owned()], Value::Null));
}

async fn a_cursor_of_another_list_is_refused(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for number in 0..2 {
        let slug = format!("series-{number}");
        owner.post("/api/v1/series", json!({ "slug": slug, "title": "S" })).await.expect(201);
        owner.post("/api/v1/organisations", json!({ "name": slug })).await.expect(201);
    }
    let of_series = owner.get("/api/v1/series?limit=1").await.string("/next_cursor");
    let of_organisations = owner.get("/api/v1/organisations?limit=1").await.string("/next_cursor");
    let id = app.workspace().id;
    let written = |key: Value| URL_SAFE_NO_PAD.encode(key.to_string());
    for cursor in [
        of_series,
        of_organisations.clone(),
        written(json!(["\u{0}", id.to_string()])),
        written(json!(["2022-03-01T00:00:00Z", 1, "no-id"])),
        written(json!(["2022-03-01T00:00:00Z", id.to_string()])),
        written(json!(["2022-03-01T00:00:00Z"])),
        "nonsense".to_owned(),
        "%00".to_owned(),
        String::new(),
    ] {
        owner.get(&format!("{EVENTS}?cursor={cursor}")).await.problem(400, "cursor_invalid");
    }
    owner.get(&format!("/api/v1/series?cursor={of_organisations}")).await.problem(400, "cursor_invalid");
    let with_nul = written(json!(["a\u{0}b", id.to_string()]));
    owner.get(&format!("/api/v1/organisations?cursor={with_nul}")).await.problem(400, "cursor_invalid");
    let far = written(json!(["9999-12-31T00:00:00Z", 1, "ffffffff-ffff-7fff-bfff-ffffffffffff"]));
    assert_eq!(owner.get(&format!("{EVENTS}?cursor={far}")).await.expect(200).at("/items"), json!([]));
}
