//! The demo as a whole: it is loaded once, a newcomer can register, and nothing private of it is public.

use std::collections::BTreeSet;

use diesel::{QueryDsl as _, RunQueryDsl as _};
use futures_util::future::join;
use plenary::db::schema::{
    appearances, event_changes, event_organisations, events, materials, membership_holders, memberships, organisations,
    outbox_messages, series, series_organisations, sessions, speakers, tokens, workspaces,
};
use serde_json::json;

use super::{COLOGNE, Demo, OPENING, TRY, WORKING_SESSION, column, load, start};
use crate::support::{Answer, TestApp, TestAppBuilder};

both!(
    loading_twice_changes_nothing,
    nothing_private_is_public,
    the_demo_has_an_event_to_register_for,
    two_processes_load_it_once
);

async fn the_demo_has_an_event_to_register_for(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    let path = demo.event(TRY).await;
    let event = demo.app.get(&path).await.expect(200);
    // Thirty days on, by the calendar: the clocks are put back in between.
    assert_eq!(event.string("/when/local_start"), "2022-11-14T16:00:00");
    assert_eq!(event.string("/when/starts_at"), "2022-11-14T15:00:00Z");
    assert_eq!(event.string("/when/timezone"), "Europe/Berlin");
    assert_eq!((event.at("/capacity"), event.string("/phase")), (json!(3), "upcoming".to_owned()));
    let register = async |name: &str| {
        let person = json!({ "name": name, "email": format!("{name}@example.org"), "consent": true });
        let url = format!("{path}/registrations");
        demo.app.post(&url, person).await.expect(201).string("/state")
    };
    for name in ["ada", "ben", "cem"] {
        assert_eq!(register(name).await, "confirmed");
    }
    assert_eq!(register("dia").await, "waitlisted");
    demo.app.leave_outbox("the mails are tested elsewhere");
}

/// Rows of every table that the demo writes to, or that a second loading might.
fn count_rows(app: &TestApp) -> Vec<i64> {
    let mut conn = app.database().connect();
    macro_rules! count {
        ($($table:ident),+ $(,)?) => { vec![$($table::table.count().get_result(&mut conn).unwrap()),+] };
    }
    count![
        appearances,
        event_changes,
        event_organisations,
        events,
        materials,
        membership_holders,
        memberships,
        organisations,
        outbox_messages,
        series,
        series_organisations,
        sessions,
        speakers,
        tokens,
        workspaces,
    ]
}

async fn loading_twice_changes_nothing(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    demo.add_room().await;
    let (rows, public) = (count_rows(&demo.app), public_bodies(&demo).await);
    demo.app.pass(chrono::TimeDelta::hours(1));
    let again = load(demo.app.app()).await;
    assert_eq!(again.token(), None);
    assert_eq!(again.series_events_url(), Some(format!("/api/v1/series/{}/events", demo.series(COLOGNE).await)));
    assert_eq!(again.agenda_url(), Some(format!("{}/agenda", demo.event(WORKING_SESSION).await)));
    assert_eq!(again.registration_url(), Some(format!("{}/registrations", demo.event(TRY).await)));
    let command = "plenary create-token --workspace demo --role owner --name me";
    assert_eq!(again.to_string().lines().last().map(str::trim), Some(command));
    assert_eq!(count_rows(&demo.app), rows);
    let later = public_bodies(&demo).await;
    assert_eq!(public.len(), later.len());
    for (before, after) in public.iter().zip(later) {
        assert_eq!(before.text(), after.text(), "{}", before.request);
    }
    // The event to try is over, and no address is given where nobody can register any more.
    demo.app.pass(chrono::TimeDelta::days(31));
    assert_eq!(load(demo.app.app()).await.registration_url(), None);
}

async fn two_processes_load_it_once(builder: TestAppBuilder) {
    let app = start(builder).await;
    let replica = app.replica();
    let (one, other) = join(load(app.app()), load(replica.app())).await;
    assert_eq!([one.token(), other.token()].iter().flatten().count(), 1);
    assert_eq!(one.registration_url(), other.registration_url());
    assert_eq!(column(&app.get("/api/v1/series?workspace=demo").await, "/slug"), ["the-way-forward", COLOGNE]);
    assert_eq!(app.deliver().await, []);
}

/// A path with each of the ids that fit its names.
fn addresses(path: &str, ids: &[(&str, String)]) -> Vec<String> {
    let name = path.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name);
    let Some(name) = name else { return vec![path.to_owned()] };
    let own = ids.iter().filter(|(parameter, _)| *parameter == name);
    own.flat_map(|(_, id)| addresses(&path.replace(&format!("{{{name}}}"), id), ids)).collect()
}

/// Every answer that somebody without a token gets about the demo: each documented read, with each id there is.
pub(super) async fn public_bodies(demo: &Demo) -> Vec<Answer> {
    let mut ids: Vec<(&str, String)> = [("workspace", "demo"), ("slug", "demo"), ("state", "confirmed")]
        .map(|(name, id)| (name, id.to_owned()))
        .to_vec();
    for (parameter, list) in [
        ("event_id", "events"),
        ("series_id", "series"),
        ("organisation_id", "organisations"),
        ("speaker_id", "speakers"),
    ] {
        let all = demo.owner.get(&format!("/api/v1/{list}?limit=100")).await.expect(200);
        ids.extend(column(&all, "/id").iter().map(|id| (parameter, id.as_str().unwrap().to_owned())));
    }
    for organisation in ids.clone().iter().filter(|(parameter, _)| *parameter == "organisation_id") {
        let all = demo.owner.get(&format!("/api/v1/organisations/{}/memberships", organisation.1)).await.expect(200);
        ids.extend(column(&all, "/id").iter().map(|id| ("membership_id", id.as_str().unwrap().to_owned())));
    }
    let agenda = demo.owner.get(&format!("{}/agenda", demo.event(WORKING_SESSION).await)).await.expect(200);
    ids.push(("session_id", agenda.string("/sessions/0/id")));
    let rooms = demo.owner.get(&format!("{}/rooms", demo.event(WORKING_SESSION).await)).await.expect(200);
    ids.push(("room_id", rooms.string("/items/0/id")));
    ids.push(("appearance_id", agenda.string("/sessions/0/appearances/0/id")));

    let materials = demo.owner.get(&format!("{}/materials", demo.event(OPENING).await)).await.expect(200);
    ids.extend(column(&materials, "/id").iter().map(|id| ("material_id", id.as_str().unwrap().to_owned())));

    let document = demo.app.get("/openapi.json").await.expect(200).json();
    let mut bodies = Vec::new();
    let mut silent = BTreeSet::new();
    for (path, _) in document["paths"].as_object().unwrap().iter().filter(|(_, item)| item.get("get").is_some()) {
        // What a secret link opens is its holder's. The other two count this very request and tell its time.
        if path.contains("{token}") || ["/metrics", "/api/v1/timezones"].contains(&path.as_str()) {
            continue;
        }
        let is_public = |answer: &Answer| answer.status == 200;
        let before = bodies.len();
        for path in addresses(path, &ids) {
            bodies.extend(Some(demo.app.get(&path).await).filter(is_public));
        }
        let needs_token = document["paths"][path]["get"]["security"]
            .as_array()
            .is_some_and(|all| !all.is_empty() && all.iter().all(|one| one.get("bearer").is_some()));
        if bodies.len() == before && !needs_token {
            silent.insert(path.clone());
        }
    }
    assert_eq!(silent, BTreeSet::new(), "these are public, and nothing was read: find ids for them");
    bodies
}

async fn nothing_private_is_public(builder: TestAppBuilder) {
    let demo = Demo::load(builder).await;
    demo.add_room().await;
    let owner = demo.owner.if_match("*");
    let speakers = demo.owner.get("/api/v1/speakers?limit=100").await.expect(200);
    for id in column(&speakers, "/id") {
        let private = json!({ "email": "speaker@private.example", "timezone": "Pacific/Chatham" });
        owner.patch(&format!("/api/v1/speakers/{}", id.as_str().unwrap()), private).await.expect(200);
    }
    owner.patch("/api/v1/workspaces/demo", json!({ "reply_to": "reply@private.example" })).await.expect(200);
    let member = json!({ "email": "member@private.example", "role": "organiser", "name": "Private Member" });
    demo.owner.post("/api/v1/members", member).await.expect(201);
    let path = demo.event(TRY).await;
    let guest = json!({ "name": "Private Guest", "email": "guest@private.example", "consent": true });
    demo.app.post(&format!("{path}/registrations"), guest).await.expect(201);
    demo.app.leave_outbox("the mails are tested elsewhere");

    let secrets = [
        "@",
        "private.example",
        "Private Guest",
        "Private Member",
        "Pacific/Chatham",
        "https://join.example/demo",
        "472913",
    ];
    // Staff see them, so that they would be found.
    let as_staff = demo.owner.get(&path).await.expect(200);
    assert_eq!(as_staff.string("/virtual_location/join_url"), secrets[5]);
    assert_eq!(as_staff.string("/virtual_location/passcode"), secrets[6]);
    assert_eq!(column(&demo.owner.get("/api/v1/speakers").await, "/email")[0], "speaker@private.example");

    let bodies = public_bodies(&demo).await;
    assert!(bodies.len() > 100, "{} answers", bodies.len());
    for body in &bodies {
        // Words of style sheets and of JSON-LD, which are no addresses.
        // And every zone that there is, from which people choose.
        let ours = ["@media", "@page", "\"@context\"", "\"@type\"", "\"@id\"", "<option value=\"Pacific/Chatham\">"];
        let text = ours.iter().fold(body.text().to_owned(), |text, word| text.replace(word, ""));
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} is in {body}");
        }
    }
    // What is said to be public is there.
    let march = "Tracking & reporting progress: Monitoring of cities’ human rights engagement";
    let link = demo.app.get(&demo.event(march).await).await.expect(200).string("/virtual_location/join_url");
    assert_eq!(link, "https://join.example/cologne-human-rights-city/3");
}
