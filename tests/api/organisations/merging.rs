//! Two organisations that turn out to be one.

use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
use futures_util::future::{join, join_all};
use plenary::accounts::Role;
use plenary::db::schema::organisations;
use plenary::db::types::AnyId;
use serde_json::{Value, json};

use super::super::events::{column, make_event, make_organisation, publish_event};
use super::{ORGANISATIONS, merge};
use crate::support::{Answer, Client, TestApp};

both!(
    a_merger_is_of_one_workspace_and_one_version,
    a_part_given_meanwhile_is_not_lost,
    what_is_named_while_a_merger_runs_is_not_the_old_one,
    a_repeated_merger_is_one,
    lists_and_feeds_of_the_old_id_are_those_of_the_new,
    the_old_id_leads_to_the_new,
    the_place_below_and_above_moves,
    what_remains_is_named_nowhere,
    whatever_refers_moves,
);

/// The organisations of an event or a series: name and part, in their order.
async fn parts(staff: &Client, of: &str) -> Vec<String> {
    let items = staff.get(&format!("{of}/organisations")).await.expect(200).at("/items");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let part = |one: &Value| format!("{} {}", text(&one["organisation"]["name"]), text(&one["role"]));
    items.as_array().unwrap().iter().map(part).collect()
}

async fn whatever_refers_moves(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let old = json!({ "name": "City of Utrecht", "acronym": "CoU", "aliases": ["Gemeente Utrecht", "UTRECHT"] });
    let old = owner.post(ORGANISATIONS, old).await.expect(201).id();
    let into = json!({ "name": "Utrecht", "kind": "city", "aliases": ["Utrecht (NL)"] });
    let into = owner.post(ORGANISATIONS, into).await.expect(201).id();
    let part = |id: &str, role: &str| json!({ "organisation_id": id, "role": role });
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    let series = format!("/api/v1/series/{series}");
    let of_series = json!([part(&old, "organiser"), part(&into, "organiser"), part(&old, "host")]);
    owner.put(&format!("{series}/organisations"), of_series).await.expect(200);
    let make = async |body: Value| format!("/api/v1/events/{}", make_event(&owner, body).await.id());
    let heir = json!({ "kind": "webinar", "title": "Heir", "series_id": series.rsplit('/').next() });
    let (event, heir) = (make(json!({ "kind": "webinar", "title": "Own" })).await, make(heir).await);
    let (panel, apart) = (
        make(json!({ "kind": "webinar", "title": "Panel" })).await,
        make(json!({ "kind": "webinar", "title": "Apart" })).await,
    );
    let of_event = json!([part(&old, "partner"), part(&old, "organiser"), part(&into, "organiser")]);
    owner.put(&format!("{event}/organisations"), of_event).await.expect(200);
    owner.put(&format!("{apart}/organisations"), json!([part(&into, "organiser")])).await.expect(200);
    let appearance = json!({ "organisation_id": old, "role": "speaker", "label": "representatives" });
    let appearance = owner.post(&format!("{panel}/appearances"), appearance).await.expect(201);
    let child = owner.post(ORGANISATIONS, json!({ "name": "Office", "parent_id": old })).await.expect(201).id();

    let mut before = Vec::new();
    for path in [&event, &heir, &panel, &series, &apart] {
        before.push(owner.get(path).await.expect(200).json());
    }
    app.pass(chrono::TimeDelta::minutes(1));
    let merged = merge(&owner, &old, &into).await.expect(200);
    let stays = owner.get(&format!("{ORGANISATIONS}/{into}")).await.expect(200);
    assert_eq!(merged.json(), json!({ "organisation": stays.json(), "removed_memberships": [] }));
    assert_eq!(stays.at("/aliases"), json!(["Utrecht (NL)", "City of Utrecht", "CoU", "Gemeente Utrecht"]));
    assert_eq!(
        (stays.string("/name"), stays.at("/acronym"), stays.at("/revision")),
        ("Utrecht".into(), Value::Null, json!(2))
    );
    owner.if_match(&merged.etag()).patch(&format!("{ORGANISATIONS}/{into}"), json!({})).await.expect(200);

    assert_eq!(parts(&owner, &event).await, ["Utrecht partner", "Utrecht organiser"]);
    assert_eq!(parts(&owner, &series).await, ["Utrecht organiser", "Utrecht host"]);
    let found = column(&owner.get(&format!("{ORGANISATIONS}?q=city%20of%20utrecht")).await, "id");
    assert_eq!(found, [into.as_str()]);
    let shown = owner.get(&format!("/api/v1/appearances/{}", appearance.id())).await.expect(200);
    assert_eq!((shown.string("/organisation/id"), shown.at("/revision")), (into.clone(), json!(2)));
    let below = owner.get(&format!("{ORGANISATIONS}/{child}")).await.expect(200);
    assert_eq!((below.string("/parent_id"), below.at("/revision")), (into.clone(), json!(2)));

    let number = |value: &Value| value.as_i64();
    for (path, before) in [&event, &heir, &panel, &series].into_iter().zip(&before) {
        let after = owner.get(path).await.json();
        for member in ["sequence", "revision"] {
            assert_eq!(number(&after[member]), number(&before[member]).map(|value| value + 1), "{path} {member}");
        }
        assert_eq!(after["updated_at"], "2022-02-01T09:01:00Z", "{path}");
    }
    assert_eq!(owner.get(&apart).await.json()["revision"], before[4]["revision"], "it never showed the old one");
}

async fn the_old_id_leads_to_the_new(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let mut ids = Vec::new();
    for name in ["First", "Second", "Third"] {
        ids.push(make_organisation(&owner, name).await);
    }
    let [first, second, third] = ids.as_slice() else { panic!("three") };
    merge(&owner, first, second).await.expect(200);
    let location = |answer: Answer| answer.clone().expect(308).header("location").unwrap().to_owned();
    let path = format!("{ORGANISATIONS}/{first}");
    assert_eq!(location(owner.get(&path).await), format!("{ORGANISATIONS}/{second}"));
    // Nothing that is published names it: for others there is neither.
    app.get(&path).await.problem(404, "not_found");
    let other = app.other_workspace("other").await;
    app.staff_of(&other, Role::Owner).await.get(&path).await.problem(404, "not_found");
    // One step leads to the end, however many mergers there were.
    merge(&owner, second, third).await.expect(200);
    assert_eq!(owner.get(&format!("{ORGANISATIONS}/{third}")).await.at("/aliases"), json!(["Second", "First"]));
    for old in [first, second] {
        let path = format!("{ORGANISATIONS}/{old}");
        assert_eq!(location(owner.get(&path).await), format!("{ORGANISATIONS}/{third}"));
        let events = location(owner.get(&format!("{path}/events?q=a%20b&limit=2")).await);
        assert_eq!(events, format!("{ORGANISATIONS}/{third}/events?q=a%20b&limit=2"));
        let memberships = location(owner.get(&format!("{path}/memberships")).await);
        assert_eq!(memberships, format!("{ORGANISATIONS}/{third}/memberships"));
        owner.get(&events).await.expect(200);
    }
    let when = json!({ "local_start": "2022-03-17T16:00", "timezone": "Europe/Oslo", "duration": "PT1H" });
    let event = make_event(&owner, json!({ "kind": "webinar", "title": "Opening", "when": when })).await.id();
    publish_event(&owner, &event, third).await;
    assert_eq!(location(app.get(&path).await), format!("{ORGANISATIONS}/{third}"));
    let feeds = [first, third].map(|id| format!("/calendars/organisations/{id}.ics"));
    let feed = app.get(&feeds[0]).await.expect(200);
    assert!(feed.text().contains("SUMMARY:Opening"), "{feed}");
    assert_eq!(feed.text(), app.get(&feeds[1]).await.text());
    // What is gone takes along what led to it.
    owner.post(&format!("/api/v1/events/{event}/unpublish"), json!({})).await.expect(200);
    owner.put(&format!("/api/v1/events/{event}/organisations"), json!([])).await.expect(200);
    owner.delete(&format!("{ORGANISATIONS}/{third}")).await.expect(204);
    owner.get(&path).await.problem(404, "not_found");
}

async fn what_remains_is_named_nowhere(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let (old, into) = (make_organisation(&owner, "Old").await, make_organisation(&owner, "New").await);
    let above = make_organisation(&owner, "Above").await;
    owner.patch(&format!("{ORGANISATIONS}/{old}"), json!({ "parent_id": above })).await.expect(200);
    merge(&owner, &old, &into).await.expect(200);
    let path = format!("{ORGANISATIONS}/{old}");
    assert_eq!(column(&owner.get(ORGANISATIONS).await, "name"), ["Above", "New"]);
    assert_eq!(column(&owner.get(&format!("{ORGANISATIONS}?q=old")).await, "name"), ["New"]);
    owner.patch(&path, json!({ "name": "B" })).await.problem(404, "not_found");
    owner.delete(&path).await.problem(404, "not_found");
    merge(&owner, &old, &above).await.problem(404, "not_found");
    merge(&owner, &above, &old).await.faults(&[("/into", "reference_unknown")]);
    let joining = json!({ "category": "guest", "holders": [above] });
    owner.post(&format!("{path}/memberships"), joining).await.problem(404, "not_found");
    let joined = json!({ "category": "guest", "holders": [old] });
    let unknown = [("/holders/0", "reference_unknown")];
    owner.post(&format!("{ORGANISATIONS}/{above}/memberships"), joined).await.faults(&unknown);
    let below = json!({ "name": "Below", "parent_id": old });
    owner.post(ORGANISATIONS, below).await.faults(&[("/parent_id", "reference_unknown")]);
    let move_below = json!({ "parent_id": old });
    let unknown = [("/parent_id", "reference_unknown")];
    owner.patch(&format!("{ORGANISATIONS}/{above}"), move_below).await.faults(&unknown);
    let event = format!("/api/v1/events/{}", make_event(&owner, json!({ "kind": "webinar", "title": "A" })).await.id());
    let part = json!([{ "organisation_id": old, "role": "organiser" }]);
    let unknown = [("/0/organisation_id", "reference_unknown")];
    owner.put(&format!("{event}/organisations"), part).await.faults(&unknown);
    let appearance = json!({ "organisation_id": old, "role": "speaker" });
    let unknown = [("/organisation_id", "reference_unknown")];
    owner.post(&format!("{event}/appearances"), appearance).await.faults(&unknown);
    // What it lay below may go.
    owner.delete(&format!("{ORGANISATIONS}/{above}")).await.expect(204);
}

async fn the_place_below_and_above_moves(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let below = async |name: &str, parent: Option<&String>| {
        owner.post(ORGANISATIONS, json!({ "name": name, "parent_id": parent })).await.expect(201).id()
    };
    let parent_of = async |id: &str| owner.get(&format!("{ORGANISATIONS}/{id}")).await.expect(200).at("/parent_id");
    let top = below("Top", None).await;
    let old = below("Old", Some(&top)).await;
    let into = below("Into", Some(&old)).await;
    let sibling = below("Sibling", Some(&old)).await;
    let leaf = below("Leaf", Some(&sibling)).await;
    merge(&owner, &old, &leaf).await.faults(&[("/into", "reference_cycle")]);
    merge(&owner, &old, &old).await.faults(&[("/into", "reference_cycle")]);
    assert_eq!(parent_of(&sibling).await, json!(old), "what is refused changes nothing");
    merge(&owner, &old, &into).await.expect(200);
    assert_eq!((parent_of(&into).await, parent_of(&sibling).await), (json!(top), json!(into)));
    // Upwards it is simple.
    merge(&owner, &sibling, &top).await.expect(200);
    assert_eq!(
        (parent_of(&leaf).await, parent_of(&into).await, parent_of(&top).await),
        (json!(top), json!(top), Value::Null)
    );
}

async fn a_merger_is_of_one_workspace_and_one_version(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (old, into) = (make_organisation(&owner, "Old").await, make_organisation(&owner, "Into").await);
    let second = app.other_workspace("second").await;
    let stranger = app.staff_of(&second, Role::Owner).await;
    let theirs = make_organisation(&stranger, "Theirs").await;
    let path = format!("{ORGANISATIONS}/{old}/merge");
    let request = json!({ "into": into });
    merge(&stranger, &old, &theirs).await.problem(404, "not_found");
    merge(&owner, &old, &theirs).await.faults(&[("/into", "reference_unknown")]);
    merge(&owner, &old, &app.workspace().id.to_string()).await.faults(&[("/into", "reference_unknown")]);
    merge(&app.staff(Role::Viewer).await, &old, &into).await.problem(403, "forbidden");
    owner.post(&path, request.clone()).await.problem(428, "precondition_required");
    owner.if_match("\"7.x\"").post(&path, request.clone()).await.problem(412, "precondition_failed");
    let any = owner.if_match("*");
    any.post(&path, json!({})).await.faults(&[("/into", "field_required")]);
    any.post(&path, json!({ "into": into, "keep": true })).await.faults(&[("/keep", "field_unknown")]);
    let read = owner.get(&format!("{ORGANISATIONS}/{old}")).await.expect(200);
    owner.if_match(&read.etag()).post(&path, request).await.expect(200);
}

async fn a_repeated_merger_is_one(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (old, into) = (make_organisation(&owner, "Old").await, make_organisation(&owner, "Into").await);
    let keyed = owner.keyed("merge-1");
    let first = merge(&keyed, &old, &into).await.expect(200);
    let second = merge(&keyed, &old, &into).await.expect(200);
    assert_eq!((first.json(), first.etag()), (second.json(), second.etag()));
    assert_eq!(second.header("idempotency-replayed"), Some("true"));
    assert_eq!(owner.get(&format!("{ORGANISATIONS}/{into}")).await.at("/revision"), 2);
    merge(&owner, &old, &into).await.problem(404, "not_found");
}

/// Whoever gives an event its organiser while that is merged gives it the one that stays, or hears that it is gone.
async fn a_part_given_meanwhile_is_not_lost(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    for round in 0..6 {
        let (old, into) = (make_organisation(&owner, "Old").await, make_organisation(&owner, "Into").await);
        let event = make_event(&owner, json!({ "kind": "webinar", "title": "A" })).await.id();
        let event = format!("/api/v1/events/{event}");
        let give = async {
            let part = json!([{ "organisation_id": old, "role": "organiser" }]);
            owner.put(&format!("{event}/organisations"), part).await
        };
        let (given, merged) = futures_util::future::join(give, merge(&owner, &old, &into)).await;
        merged.expect(200);
        match given.status {
            200 => assert_eq!(parts(&owner, &event).await, ["Into organiser"], "round {round}"),
            _ => given.faults(&[("/0/organisation_id", "reference_unknown")]),
        }
        assert_eq!(
            owner
                .get(&event)
                .await
                .at("/organisations")
                .as_array()
                .unwrap()
                .iter()
                .filter(|one| one["organisation"]["id"] == json!(old))
                .count(),
            0
        );
        // Two mergers in opposite directions: one organisation is left.
        let (one, other) = (make_organisation(&owner, "One").await, make_organisation(&owner, "Other").await);
        let mut statuses: Vec<u16> = join_all([merge(&owner, &one, &other), merge(&owner, &other, &one)])
            .await
            .into_iter()
            .map(|answer| answer.status)
            .collect();
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "round {round}");
        assert!(matches!(statuses[1], 404 | 422), "round {round}: {statuses:?}");
    }
}

/// What a merger has done before its transaction ends, and the answer to a request that came meanwhile.
async fn meanwhile(app: &TestApp, old: &str, into: &str, request: impl Future<Output = Answer>) -> Answer {
    let mut conn = app.database().connect();
    let id = |text: &str| AnyId(text.parse().unwrap());
    conn.batch_execute("BEGIN").unwrap();
    let retired = diesel::update(organisations::table.find(id(old)));
    retired.set(organisations::merged_into.eq(Some(id(into)))).execute(&mut conn).unwrap();
    let end = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        conn.batch_execute("COMMIT").unwrap();
    };
    join(request, end).await.0
}

async fn what_is_named_while_a_merger_runs_is_not_the_old_one(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let event = make_event(&owner, json!({ "kind": "webinar", "title": "A" })).await.id();
    let materials = format!("/api/v1/events/{event}/materials");
    let slides = json!({ "kind": "slides", "title": "Slides", "url": "https://example.org/slides.pdf" });
    let made = owner.post(&materials, slides.clone()).await.expect(201).id();
    let speaker = owner.post("/api/v1/speakers", json!({ "name": "A" })).await.expect(201).id();
    let into = make_organisation(&owner, "Into").await;

    let belongs = |old: &str| json!({ "name": "A", "affiliations": [{ "organisation_id": old }] });
    let unknown = [("/affiliations/0/organisation_id", "reference_unknown")];
    let old = make_organisation(&owner, "Old").await;
    meanwhile(&app, &old, &into, owner.post("/api/v1/speakers", belongs(&old))).await.faults(&unknown);
    let old = make_organisation(&owner, "Old").await;
    let path = format!("/api/v1/speakers/{speaker}");
    meanwhile(&app, &old, &into, owner.patch(&path, belongs(&old))).await.faults(&unknown);

    let unknown = [("/organisation_id", "reference_unknown")];
    let old = make_organisation(&owner, "Old").await;
    let mut by = slides;
    by["organisation_id"] = json!(old);
    meanwhile(&app, &old, &into, owner.post(&materials, by)).await.faults(&unknown);
    let old = make_organisation(&owner, "Old").await;
    let (path, by) = (format!("/api/v1/materials/{made}"), json!({ "organisation_id": old }));
    meanwhile(&app, &old, &into, owner.patch(&path, by)).await.faults(&unknown);
    assert_eq!(owner.get(&path).await.at("/organisation"), Value::Null);
}

/// Whoever subscribed to the events of an organisation goes on with those of the one that it was merged into.
async fn lists_and_feeds_of_the_old_id_are_those_of_the_new(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let (old, into) = (make_organisation(&owner, "Old").await, make_organisation(&owner, "Into").await);
    let series = owner.post("/api/v1/series", json!({ "slug": "one", "title": "One" })).await.expect(201).id();
    owner.if_match("*").post(&format!("/api/v1/series/{series}/publish"), json!({})).await.expect(200);
    let when = json!({ "local_start": "2022-03-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" });
    for (title, organiser) in [("Of the old", &old), ("Of the other", &into)] {
        let event = json!({ "kind": "webinar", "title": title, "when": when, "series_id": series });
        publish_event(&owner, &make_event(&owner, event).await.id(), organiser).await;
    }
    let feed = |id: &str| format!("/calendars/workspaces/demo.ics?organisation={id}");
    let titles = async |path: String| column(&app.get(&path).await.expect(200), "title");
    assert_eq!(titles(format!("/api/v1/events?workspace=demo&organisation={old}")).await, ["Of the old"]);
    merge(&owner, &old, &into).await.expect(200);
    for path in ["/api/v1/events?workspace=demo&".to_owned(), format!("/api/v1/series/{series}/events?")] {
        assert_eq!(titles(format!("{path}organisation={old}")).await, ["Of the old", "Of the other"], "{path}");
    }
    let read = app.get(&feed(&old)).await.expect(200);
    assert_eq!(read.text().matches("BEGIN:VEVENT").count(), 2, "{read}");
    assert_eq!(read.text(), app.get(&feed(&into)).await.expect(200).text());
    // Nobody is an organisation without events, as before.
    let nobody = "0199a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b";
    assert_eq!(titles(format!("/api/v1/events?workspace=demo&organisation={nobody}")).await, [""; 0]);
}
