//! Organisations in lists: by name, found by every name they have, page by page.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::super::events::{column, make_organisation};
use super::ORGANISATIONS;
use crate::support::TestApp;

both!(lists_are_by_name_and_searched, pages_stay_whole_while_names_come_in);

const NAMES: [&str; 10] = [
    "Åbo",
    "Committee on Social Inclusion",
    "COVID-19 task force",
    "Dagård & søn",
    "Østfold",
    "United Cities",
    "Utrecht",
    "Utrecht",
    "Utrecht University",
    "Zürich",
];

async fn lists_are_by_name_and_searched(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for name in NAMES.iter().rev() {
        let kind = if name.contains("University") { "university" } else { "city" };
        let mut body = json!({ "name": name, "kind": kind });
        if *name == "United Cities" {
            (body["acronym"], body["aliases"]) = (json!("UCLG"), json!(["CGLU"]));
        }
        owner.post(ORGANISATIONS, body).await.expect(201);
    }
    for (query, names) in [
        ("", &NAMES[..]),
        ("q=%20", &NAMES[..]),
        ("q=covid%2019", &["COVID-19 task force"]),
        ("q=dagard", &["Dagård & søn"]),
        ("q=SON%20Dag%C3%A5rd", &["Dagård & søn"]),
        ("q=utrecht", &["Utrecht", "Utrecht", "Utrecht University"]),
        ("q=university%20utrecht", &["Utrecht University"]),
        ("q=cglu%20cities", &["United Cities"]),
        ("q=uclg", &["United Cities"]),
        ("q=covid-19", &["COVID-19 task force"]),
        ("q=COVID19", &[]),
        ("q=Dag%C3%A5rd", &["Dagård & søn"]),
        ("q=DAGA%CC%8ARD", &["Dagård & søn"]),
        ("q=zurich", &["Zürich"]),
        ("q=ostfold", &["Østfold"]),
        ("q=utrecht%20graz", &[]),
        ("q=%25", &[]),
        ("q=_", &[]),
        ("q=%00", &[]),
        ("kind=university", &["Utrecht University"]),
        ("kind=city&q=university", &[]),
    ] {
        assert_eq!(column(&owner.get(&format!("{ORGANISATIONS}?{query}")).await, "name"), names, "{query}");
    }
    for query in ["kind=club", "limit=0", "limit=101", "colour=red"] {
        owner.get(&format!("{ORGANISATIONS}?{query}")).await.problem(400, "malformed_query");
    }
}

async fn pages_stay_whole_while_names_come_in(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for name in NAMES {
        make_organisation(&owner, name).await;
    }
    let (mut names, mut path) = (Vec::new(), format!("{ORGANISATIONS}?limit=3"));
    loop {
        let page = owner.get(&path).await;
        names.extend(column(&page, "name"));
        let Value::String(cursor) = page.at("/next_cursor") else { break };
        path = format!("{ORGANISATIONS}?limit=3&cursor={cursor}");
        // It stands before every page that is still to come.
        make_organisation(&owner, "Aachen").await;
    }
    assert_eq!(names, NAMES);
    owner.get(&format!("{ORGANISATIONS}?cursor=nonsense")).await.problem(400, "cursor_invalid");
}
