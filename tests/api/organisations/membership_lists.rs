//! The memberships of an organisation: which, in which order, and how many.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::super::events::{column, make_organisation};
use super::{ORGANISATIONS, join};
use crate::support::{Answer, Client, TestApp};

both!(
    a_day_is_in_the_time_of_a_membership_or_not,
    a_list_is_of_one_side,
    a_query_has_to_be_readable,
    counts_are_about_all_pages,
    pages_stay_whole_while_memberships_come_in,
);

/// Makes organisations of these names.
async fn make_all<const N: usize>(staff: &Client, names: [&str; N]) -> [String; N] {
    let mut ids = Vec::new();
    for name in names {
        ids.push(make_organisation(staff, name).await);
    }
    ids.try_into().unwrap()
}

/// Category and names of the holders of each membership of a page.
fn shown(page: &Answer) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let items = page.clone().expect(200).at("/items");
    let row = |item: &Value| {
        let holders = item["holders"].as_array().unwrap().iter().map(|one| text(&one["name"]));
        format!("{}: {}", text(&item["category"]), holders.collect::<Vec<_>>().join(" + "))
    };
    items.as_array().unwrap().iter().map(row).collect()
}

fn count(category: &str, memberships: u32, organisations: u32) -> Value {
    json!({ "category": category, "memberships": memberships, "organisations": organisations })
}

async fn counts_are_about_all_pages(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let [network, abo, graz, zurich, other] = make_all(&owner, ["Network", "Åbo", "Graz", "Zürich", "Other"]).await;
    join(&owner, &network, "guest", &[&zurich]).await;
    join(&owner, &network, "guest", &[&graz, &abo]).await;
    join(&owner, &network, "associated", &[&zurich, &graz]).await;
    join(&owner, &network, "associated", &[&graz]).await;
    join(&owner, &network, "Board", &[&abo]).await;
    join(&owner, &other, "guest", &[&graz]).await;
    let all = format!("{ORGANISATIONS}/{network}/memberships");
    let page = owner.get(&all).await;
    let rows = ["Board: Åbo", "associated: Graz", "associated: Zürich + Graz", "guest: Graz + Åbo", "guest: Zürich"];
    assert_eq!(shown(&page), rows);
    let counts = json!([count("Board", 1, 1), count("associated", 2, 2), count("guest", 2, 3)]);
    assert_eq!((page.at("/counts"), page.at("/next_cursor")), (counts.clone(), Value::Null));
    assert_eq!(owner.get(&format!("{all}?limit=1")).await.at("/counts"), counts);
    let guests = owner.get(&format!("{all}?category=guest")).await;
    assert_eq!(shown(&guests), rows[3..]);
    assert_eq!(guests.at("/counts"), json!([count("guest", 2, 3)]));
    for nothing in ["category=Guest", "category=", "category=%00", "category=%25"] {
        let page = owner.get(&format!("{all}?{nothing}")).await;
        assert_eq!((page.at("/items"), page.at("/counts")), (json!([]), json!([])), "{nothing}");
    }
}

async fn a_list_is_of_one_side(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let [network, city, forum] = make_all(&owner, ["Network", "City", "Forum"]).await;
    let inside = join(&owner, &network, "guest", &[&city]).await;
    let above = join(&owner, &forum, "member", &[&city, &network]).await;
    let list = async |id: &str, query: &str| owner.get(&format!("{ORGANISATIONS}/{id}/memberships?{query}")).await;
    for (id, query, items) in [
        (&network, "", json!([inside.json()])),
        (&network, "side=members", json!([inside.json()])),
        (&network, "side=held", json!([above.json()])),
        (&forum, "", json!([above.json()])),
        (&forum, "side=held", json!([])),
        (&city, "", json!([])),
        (&city, "side=held", json!([inside.json(), above.json()])),
        (&city, "side=held&category=member", json!([above.json()])),
    ] {
        assert_eq!(list(id, query).await.expect(200).at("/items"), items, "{query}");
    }
    // Whoever holds them together counts, not only whose list it is.
    let counts = json!([count("guest", 1, 1), count("member", 1, 2)]);
    assert_eq!(list(&city, "side=held").await.at("/counts"), counts);
}

async fn a_day_is_in_the_time_of_a_membership_or_not(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let [network, always, since, until, between] =
        make_all(&owner, ["Network", "Always", "Since", "Until", "Between"]).await;
    let all = format!("{ORGANISATIONS}/{network}/memberships");
    for (holder, from, until) in [
        (&always, Value::Null, Value::Null),
        (&since, json!("2020"), Value::Null),
        (&until, Value::Null, json!("2020-07")),
        (&between, json!("2020-06-15"), json!("2021-01-01")),
    ] {
        let mut body = json!({ "category": "guest", "holders": [holder] });
        (body["from"], body["until"]) = (from, until);
        owner.post(&all, body).await.expect(201);
    }
    for (at, names) in [
        ("2019-12-31", vec!["Always", "Until"]),
        ("2020", vec!["Always", "Since", "Until"]),
        ("2020-06-14", vec!["Always", "Since", "Until"]),
        ("2020-06-15", vec!["Always", "Between", "Since", "Until"]),
        ("2020-06-30", vec!["Always", "Between", "Since", "Until"]),
        ("2020-07", vec!["Always", "Between", "Since"]),
        ("2020-12-31", vec!["Always", "Between", "Since"]),
        ("2021-01-01", vec!["Always", "Since"]),
        ("2200-12-31", vec!["Always", "Since"]),
    ] {
        let page = owner.get(&format!("{all}?at={at}")).await;
        assert_eq!(shown(&page), names.iter().map(|name| format!("guest: {name}")).collect::<Vec<_>>(), "{at}");
        assert_eq!(page.at("/counts/0/memberships"), names.len(), "{at}");
    }
    assert_eq!(owner.get(&all).await.at("/counts/0/memberships"), 4);
}

async fn a_query_has_to_be_readable(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let [network] = make_all(&owner, ["Network"]).await;
    let all = format!("{ORGANISATIONS}/{network}/memberships");
    for query in
        ["at=yesterday", "at=2021-21", "at=2021/2022", "at=", "at=%00", "at=1800", "side=both", "limit=0", "colour=red"]
    {
        owner.get(&format!("{all}?{query}")).await.problem(400, "malformed_query");
    }
    owner.get(&format!("{all}?cursor=nonsense")).await.problem(400, "cursor_invalid");
    app.get(&all).await.problem(404, "not_found");
}

async fn pages_stay_whole_while_memberships_come_in(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let [network, first] = make_all(&owner, ["Network", "Aachen"]).await;
    let names = ["Bergen", "Graz", "Graz", "Lund", "Utrecht", "Wien", "Åbo", "Østfold"];
    for (index, name) in names.iter().enumerate() {
        let holder = make_organisation(&owner, name).await;
        join(&owner, &network, if index % 3 == 0 { "guest" } else { "associated" }, &[&holder]).await;
    }
    let whole = owner.get(&format!("{ORGANISATIONS}/{network}/memberships")).await;
    let whole = column(&whole, "id");
    assert_eq!(whole.len(), names.len());
    for limit in 1..=3 {
        let (mut ids, mut path) = (Vec::new(), format!("{ORGANISATIONS}/{network}/memberships?limit={limit}"));
        loop {
            let page = owner.get(&path).await;
            ids.extend(column(&page, "id"));
            let Value::String(cursor) = page.at("/next_cursor") else { break };
            path = format!("{ORGANISATIONS}/{network}/memberships?limit={limit}&cursor={cursor}");
            // It stands before every page that is still to come.
            if limit == 3 {
                join(&owner, &network, "a", &[&first]).await;
            }
        }
        assert_eq!(ids, whole, "{limit}");
    }
}
