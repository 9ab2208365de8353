//! Checking and applying files.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel::{ExpressionMethods as _, QueryDsl as _, RunQueryDsl as _};
use plenary::accounts::Role;
use plenary::db::schema::imports;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{SCHEDULE, apply, congress, counts, findings, import, outline, send, take};
use crate::support::{Client, TestApp};

both!(
    a_changed_event_is_not_overwritten,
    a_file_is_checked_and_then_applied,
    a_schedule_comes_out_as_it_went_in,
    a_table_is_imported_and_rounds_survive,
    broken_files_are_refused_and_change_nothing,
    files_of_another_workspace_do_not_exist,
    files_that_nobody_applies_are_forgotten,
    old_files_are_forgotten,
    only_what_is_not_named_is_removed,
    rooms_are_found_by_their_id,
    sending_again_has_one_effect,
    the_wrong_body_is_refused,
    what_an_agenda_refuses_is_found_in_the_file,
);

const XML: &str = "application/xml";

async fn a_file_is_checked_and_then_applied(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let before = owner.get(&event).await.expect(200);
    let checked = import(&owner, &event, XML, SCHEDULE).await;
    let path = format!("/api/v1/imports/{}", checked.id());
    assert_eq!(checked.header("location"), Some(path.as_str()));
    let wanted = json!({
        "sessions": counts(4, 0, 0, 0), "rooms": counts(2, 0, 0, 0), "speakers": counts(3, 0, 0, 0),
    });
    let event_id = before.id();
    let expected = json!({
        "id": checked.id(), "event_id": event_id, "format": "frab_xml", "state": "checked", "mode": null, "counts": wanted,
        "findings": checked.at("/findings"), "event_revision": 1, "progress": { "done": 0, "total": 4 }, "result": null,
        "revision": 1, "created_at": "2022-02-01T09:00:00Z", "updated_at": "2022-02-01T09:00:00Z", "finished_at": null,
    });
    assert_eq!(checked.json(), expected);
    let info = |code: &str, line: u32| (code.to_owned(), "info".to_owned(), json!(line));
    assert_eq!(findings(&checked), [info("language_unknown", 44), info("end_unknown", 80)]);
    assert_eq!(owner.get(&path).await.expect(200).json(), expected);
    assert_eq!(owner.get(&event).await.etag(), before.etag(), "a check changes nothing");
    assert_eq!(owner.get(&format!("{event}/rooms")).await.at("/items"), json!([]));

    let applied = apply(&app, &owner, &checked, "merge").await;
    assert_eq!(applied.at("/state"), "applied");
    assert_eq!(applied.at("/mode"), "merge");
    assert_eq!(applied.at("/progress"), json!({ "done": 4, "total": 4 }));
    assert_eq!(applied.at("/counts"), wanted);
    assert_eq!(applied.at("/result/rooms").as_array().unwrap().len(), 2);
    assert_eq!(applied.at("/result/speakers").as_array().unwrap().len(), 3);
    let agenda = owner.get(&format!("{event}/agenda")).await.expect(200).json();
    let ids: Vec<&Value> = agenda["sessions"].as_array().unwrap().iter().map(|session| &session["id"]).collect();
    assert_eq!(applied.at("/result/sessions"), json!(ids));
    let start = |title: &str, at: &str| (title.to_owned(), at.to_owned());
    assert_eq!(
        outline(&agenda),
        [
            start("Opening <b>event</b> “=1+1” 🎉", "2014-12-27T11:00:00"),
            start("Solder", "2014-12-27T11:00:00"),
            start("Past midnight", "2014-12-28T01:15:00"),
            start("Closing", "2014-12-28T18:00:00"),
        ]
    );
    let first = &agenda["sessions"][0];
    assert_eq!(
        (&first["kind"], &first["duration"], &first["track"], &first["room"]["name"], &first["language"]),
        (&json!("talk"), &json!("PT30M"), &json!("Hardware & Making"), &json!("Saal 1"), &json!("de"))
    );
    let people: Vec<_> =
        first["appearances"].as_array().unwrap().iter().map(|one| (&one["name"], &one["status"])).collect();
    assert_eq!(people, [(&json!("Ada Lovelace"), &json!("confirmed")), (&json!("Bahram Ghazi"), &json!("tbc"))]);
    assert_eq!(agenda["sessions"][3]["local_end"], Value::Null);
    let history = owner.get(&format!("{event}/history?limit=100")).await.expect(200).at("/items");
    let imports: Vec<&Value> =
        history.as_array().unwrap().iter().filter(|change| change["action"] == "programme_imported").collect();
    let after = json!({ "import_id": checked.id(), "format": "frab_xml", "mode": "merge", "counts": wanted });
    assert_eq!(imports.iter().map(|change| &change["after"]).collect::<Vec<_>>(), [&after]);
    let listed = owner.get(&format!("{event}/imports")).await.expect(200);
    assert_eq!(listed.at("/items"), json!([owner.get(&path).await.json()]));
}

/// The elements of a conference, one a line, without those that say nothing, in the order of their letters.
fn elements(xml: &str) -> Vec<String> {
    let (_, inside) = xml.split_once("<conference>").unwrap();
    let inside = inside.replace("><", ">\n<").replace("&quot;", "\"");
    let mut lines: Vec<String> = inside.lines().map(|line| line.trim().to_owned()).collect();
    let says_nothing = |line: &str| line.ends_with("/>") && !line.contains('=');
    lines.retain(|line| !line.is_empty() && !says_nothing(line));
    lines.sort_unstable();
    lines
}

async fn a_schedule_comes_out_as_it_went_in(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    take(&app, &owner, &event, XML, SCHEDULE, "merge").await;
    let written = owner.get(&format!("{event}/schedule.xml")).await.expect(200);
    assert_eq!(elements(written.text()), elements(SCHEDULE));
    imported_again_nothing_changes(&app, &owner, &owner, &event).await;
    super::publish(&owner, &event).await;
    imported_again_nothing_changes(&app, &owner, &app, &event).await;
    let written = owner.get(&format!("{event}/schedule.xml")).await.expect(200);
    assert_eq!(elements(written.text()), elements(SCHEDULE));
}

/// Each file as `reader` gets it goes in again.
async fn imported_again_nothing_changes(app: &TestApp, owner: &Client, reader: &Client, event: &str) {
    for (name, media_type) in
        [("schedule.xml", XML), ("schedule.json", "application/json"), ("schedule.csv", "text/csv")]
    {
        let file = reader.get(&format!("{event}/{name}")).await.expect(200);
        let again = import(owner, event, media_type, file.text()).await;
        assert_eq!(again.at("/state"), "checked", "{again}");
        assert_eq!(again.at("/counts/sessions"), counts(0, 0, 4, 0), "{name} {again}");
        assert_eq!(again.at("/counts/rooms"), counts(0, 0, 2, 0), "{name}");
        assert_eq!(again.at("/counts/speakers"), counts(0, 0, 3, 0), "{name}");
        let before = owner.get(&format!("{event}/agenda")).await.expect(200);
        assert_eq!(apply(app, owner, &again, "replace").await.at("/state"), "applied", "{name}");
        let after = owner.get(&format!("{event}/agenda")).await.expect(200);
        assert_eq!((after.json(), after.etag()), (before.json(), before.etag()), "{name} changes nothing");
    }
}

async fn only_what_is_not_named_is_removed(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    take(&app, &owner, &event, XML, SCHEDULE, "merge").await;
    let agenda = format!("{event}/agenda");
    let ids = |agenda: &Value| -> Vec<String> {
        agenda["sessions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let before = ids(&owner.get(&agenda).await.json());
    let (start, end) =
        (SCHEDULE.find("<event guid=\"8c4e").unwrap(), SCHEDULE.find("</room>\n  </day>\n  <day index=\"2\"").unwrap());
    let fewer = format!("{}{}", &SCHEDULE[..start], &SCHEDULE[end..]).replace("Past midnight", "Long past midnight");
    let fewer = fewer.replace("guid=\"closing\" id=\"9\"", "guid=\"end\" id=\"10\"").replace("18:00", "19:30");
    let merged = take(&app, &owner, &event, XML, &fewer, "merge").await;
    assert_eq!(merged.at("/counts/sessions"), counts(1, 1, 1, 2));
    let titles = |agenda: &Value| outline(agenda).into_iter().map(|(title, _)| title).collect::<Vec<_>>();
    let opening = "Opening <b>event</b> “=1+1” 🎉";
    let after = owner.get(&agenda).await.json();
    assert_eq!(titles(&after), [opening, "Solder", "Long past midnight", "Closing", "Closing"]);
    assert_eq!(ids(&after)[..4], before[..]);
    let replaced = take(&app, &owner, &event, XML, &fewer, "replace").await;
    assert_eq!(replaced.at("/counts/sessions"), counts(0, 0, 3, 2));
    let after = owner.get(&agenda).await.json();
    assert_eq!(titles(&after), [opening, "Long past midnight", "Closing"]);
    assert_eq!(ids(&after)[..2], [before[0].clone(), before[2].clone()]);
    assert_eq!(owner.get(&format!("{event}/rooms")).await.at("/items").as_array().unwrap().len(), 2, "rooms stay");
}

async fn broken_files_are_refused_and_change_nothing(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    take(&app, &owner, &event, XML, SCHEDULE, "merge").await;
    let before = owner.get(&event).await.expect(200);
    let bomb = format!("<!DOCTYPE x [<!ENTITY a 'b'>]>{SCHEDULE}");
    for (media_type, file, code, place) in [
        (XML, "<schedule>", "malformed", json!(1)),
        (XML, bomb.as_str(), "doctype_refused", json!(1)),
        (XML, &SCHEDULE.replacen("00:30", "soon", 1), "duration_invalid", json!(19)),
        ("application/json", "{\"schedule\": 1}", "malformed", json!("/schedule/conference")),
        ("text/csv", "a,b\n1,2\n", "malformed", json!(1)),
        ("text/csv", "title\n\"open\n", "malformed", json!(2)),
    ] {
        let refused = import(&owner, &event, media_type, file).await;
        assert_eq!(refused.at("/state"), "refused", "{file}");
        assert_eq!(findings(&refused)[0], (code.to_owned(), "error".to_owned(), place), "{file}");
        let path = format!("/api/v1/imports/{}/apply", refused.id());
        let problem = owner.post(&path, json!({ "mode": "merge" })).await.problem(409, "not_possible_now");
        assert_eq!(problem["state"], "refused");
    }
    assert_eq!(owner.get(&event).await.etag(), before.etag());
    app.expect_outbox(0);
}

async fn what_an_agenda_refuses_is_found_in_the_file(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let long = "x".repeat(301);
    let table =
        format!("title,start,duration,track\n{long},2014-12-27T11:00,00:30,\nB,2014-12-27T11:30,00:30,{long}\n,,,\n");
    let refused = import(&owner, &event, "text/csv", &table).await;
    let error = |line: u32| ("agenda_invalid".to_owned(), "error".to_owned(), json!(line));
    assert_eq!((refused.at("/state"), findings(&refused)), (json!("refused"), vec![error(2), error(3)]));
    let crowded = "title,start,duration,room,persons\nA,2014-12-27T11:00,01:00,R,Ada\nB,2014-12-27T11:30,01:00,R,Ada\n\
        C,2015-01-27T11:30,01:00,R,\n";
    let checked = import(&owner, &event, "text/csv", crowded).await;
    let warning = |code: &str, line: u32| (code.to_owned(), "warning".to_owned(), json!(line));
    assert_eq!(checked.at("/state"), "checked");
    let mut found = findings(&checked);
    found.sort_by_key(|(code, _, line)| (code.clone(), line.as_u64()));
    found.dedup();
    assert_eq!(found, [warning("double_booked", 3), warning("outside_event", 4), warning("overlap", 3)]);
    // An event without a zone takes no times.
    let month = json!({ "kind": "conference", "title": "A congress", "when": { "edtf": "2014-12" } });
    let month = format!("/api/v1/events/{}", super::make_event(&owner, month).await.id());
    let refused = import(&owner, &month, XML, SCHEDULE).await;
    assert_eq!(refused.at("/state"), "refused");
    assert_eq!(findings(&refused)[0].0, "timezone_required");
    let untimed = import(&owner, &month, "text/csv", "title,duration\nA,00:30\n").await;
    assert_eq!((untimed.at("/state"), findings(&untimed)), (json!("checked"), vec![]));
}

async fn a_changed_event_is_not_overwritten(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let event = congress(&owner).await;
    let stale = import(&owner, &event, XML, SCHEDULE).await;
    any.patch(&event, json!({ "subtitle": "Changed" })).await.expect(200);
    let path = format!("/api/v1/imports/{}/apply", stale.id());
    owner.post(&path, json!({ "mode": "merge" })).await.problem(409, "not_possible_now");
    assert_eq!(owner.get(&format!("/api/v1/imports/{}", stale.id())).await.at("/state"), "checked");

    // The same, when it is changed while the import waits for the worker.
    let fresh = import(&owner, &event, XML, SCHEDULE).await;
    let path = format!("/api/v1/imports/{}", fresh.id());
    owner.post(&format!("{path}/apply"), json!({ "mode": "merge" })).await.expect(202);
    any.patch(&event, json!({ "subtitle": "Again" })).await.expect(200);
    app.deliver().await;
    let failed = owner.get(&path).await.expect(200);
    assert_eq!((failed.at("/state"), failed.at("/result")), (json!("failed"), Value::Null));
    assert_eq!(failed.at("/progress"), json!({ "done": 0, "total": 4 }));
    assert_eq!(findings(&failed), [("agenda_changed".to_owned(), "error".to_owned(), Value::Null)]);
    assert_eq!(owner.get(&format!("{event}/agenda")).await.at("/sessions"), json!([]));
    assert_eq!(owner.get(&format!("{event}/rooms")).await.at("/items"), json!([]));
    assert_eq!(owner.get("/api/v1/speakers").await.at("/items"), json!([]));
    owner.post(&format!("{path}/apply"), json!({ "mode": "merge" })).await.problem(409, "not_possible_now");
}

async fn sending_again_has_one_effect(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let keyed = owner.keyed("one");
    let first = import(&keyed, &event, XML, SCHEDULE).await;
    let second = import(&keyed, &event, XML, SCHEDULE).await;
    assert_eq!((second.id(), second.header("idempotency-replayed")), (first.id(), Some("true")));
    let other = format!("{event}/imports");
    send(&keyed, &other, XML, &SCHEDULE.replace("Solder", "Glue")).await.problem(422, "idempotency_key_reused");
    let path = format!("/api/v1/imports/{}/apply", first.id());
    for mode in ["merge", "merge", "replace"] {
        let asked = owner.post(&path, json!({ "mode": mode })).await.expect(202);
        assert_eq!((asked.at("/state"), asked.at("/mode")), (json!("applying"), json!("merge")));
    }
    app.expect_outbox(1);
    app.deliver().await;
    let agenda = owner.get(&format!("{event}/agenda")).await.expect(200);
    let again = owner.post(&path, json!({ "mode": "merge" })).await.expect(202);
    assert_eq!(again.at("/state"), "applied");
    app.expect_outbox(0);
    assert_eq!(owner.get(&format!("{event}/agenda")).await.etag(), agenda.etag());
    assert_eq!(agenda.at("/sessions").as_array().unwrap().len(), 4);
}

async fn files_of_another_workspace_do_not_exist(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let mine = import(&owner, &event, XML, SCHEDULE).await;
    let second = app.other_workspace("second").await;
    let theirs = app.staff_of(&second, Role::Owner).await;
    let path = format!("/api/v1/imports/{}", mine.id());
    theirs.get(&path).await.problem(404, "not_found");
    theirs.post(&format!("{path}/apply"), json!({ "mode": "merge" })).await.problem(404, "not_found");
    theirs.get(&format!("{event}/imports")).await.problem(404, "not_found");
    send(&theirs, &format!("{event}/imports"), XML, SCHEDULE).await.problem(404, "not_found");
    let viewer = app.staff(Role::Viewer).await;
    send(&viewer, &format!("{event}/imports"), XML, SCHEDULE).await.problem(403, "forbidden");
    viewer.get(&path).await.problem(403, "forbidden");
    app.get(&path).await.problem(401, "unauthenticated");
    // Speakers of the other workspace are not theirs to appear here.
    take(&app, &owner, &event, XML, SCHEDULE, "merge").await;
    let other = congress(&theirs).await;
    let taken = take(&app, &theirs, &other, XML, SCHEDULE, "merge").await;
    assert_eq!(taken.at("/counts/speakers"), counts(3, 0, 0, 0));
}

async fn the_wrong_body_is_refused(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let path = format!("{event}/imports");
    send(&owner, &path, "text/html", SCHEDULE).await.problem(415, "unsupported_media_type");
    send(&owner, &format!("{path}?format=docx"), XML, SCHEDULE).await.problem(400, "malformed_query");
    let huge = send(&owner, &path, "text/csv", &"x".repeat((20 << 20) + 1)).await.problem(413, "body_too_large");
    assert_eq!(huge["limit_bytes"], 20 << 20);
    // What is said in the address counts more than the media type.
    let said = send(&owner, &format!("{path}?format=frab_xml"), "application/json", SCHEDULE).await.expect(201);
    assert_eq!((said.at("/state"), said.at("/format")), (json!("checked"), json!("frab_xml")));
    let apply = format!("/api/v1/imports/{}/apply", said.id());
    owner.post(&apply, json!({})).await.faults(&[("/mode", "field_required")]);
    owner.post(&apply, json!({ "mode": "all" })).await.faults(&[("/mode", "field_type")]);
    owner.post(&apply, json!({ "mode": "merge", "force": true })).await.faults(&[("/force", "field_unknown")]);
}

async fn old_files_are_forgotten(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let mut ids = Vec::new();
    for _ in 0..7 {
        ids.push(import(&owner, &event, XML, SCHEDULE).await.id());
    }
    let page = owner.get(&format!("{event}/imports?limit=4")).await.expect(200).json();
    let next = owner.get(&format!("{event}/imports?limit=4&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    let all = page["items"].as_array().unwrap().iter().cloned().chain(next.at("/items").as_array().unwrap().clone());
    let states: Vec<(String, String)> =
        all.map(|one| (one["id"].as_str().unwrap().to_owned(), one["state"].as_str().unwrap().to_owned())).collect();
    let expected: Vec<(String, String)> = ids
        .iter()
        .enumerate()
        .rev()
        .map(|(index, id)| (id.clone(), if index < 2 { "expired" } else { "checked" }.to_owned()))
        .collect();
    assert_eq!(states, expected);
    let path = format!("/api/v1/imports/{}/apply", ids[0]);
    owner.post(&path, json!({ "mode": "merge" })).await.problem(409, "not_possible_now");
}

async fn files_that_nobody_applies_are_forgotten(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let old = import(&owner, &event, XML, SCHEDULE).await.id();
    app.pass(TimeDelta::hours(1));
    let young = import(&owner, &event, XML, SCHEDULE).await.id();
    app.pass(TimeDelta::days(7) - TimeDelta::minutes(30));
    let state = async |id: &str| owner.get(&format!("/api/v1/imports/{id}")).await.expect(200);
    let stop = CancellationToken::new();
    let working = tokio::spawn({
        let (worker, stop) = (app.app().worker(), stop.clone());
        async move { worker.run(stop).await }
    });
    let give_up = Instant::now() + Duration::from_secs(10);
    while state(&old).await.at("/state") != "expired" && Instant::now() < give_up {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    working.await.unwrap();
    let gone = state(&old).await;
    assert_eq!((gone.at("/state"), gone.at("/findings")), (json!("expired"), json!([])));
    owner
        .post(&format!("/api/v1/imports/{old}/apply"), json!({ "mode": "merge" }))
        .await
        .problem(409, "not_possible_now");
    let kept: Vec<bool> = imports::table
        .order(imports::id)
        .select(imports::body.is_not_null())
        .load(&mut app.database().connect())
        .unwrap();
    assert_eq!(kept, [false, true]);
    let young = state(&young).await;
    assert_eq!(young.at("/state"), "checked");
    assert_eq!(apply(&app, &owner, &young, "merge").await.at("/state"), "applied");
}

async fn rooms_are_found_by_their_id(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    take(&app, &owner, &event, XML, SCHEDULE, "merge").await;
    let rooms = owner.get(&format!("{event}/rooms")).await.at("/items");
    let renamed = SCHEDULE.replace("Saal 1", "Hall 1");
    let done = take(&app, &owner, &event, XML, &renamed, "merge").await;
    assert_eq!(done.at("/counts/rooms"), counts(0, 1, 1, 0));
    assert_eq!(done.at("/counts/sessions"), counts(0, 0, 4, 0));
    let after = owner.get(&format!("{event}/rooms")).await.at("/items");
    assert_eq!((&after[0]["id"], &after[0]["name"]), (&rooms[0]["id"], &json!("Hall 1")));
    assert_eq!(after[1], rooms[1]);
}

async fn a_table_is_imported_and_rounds_survive(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let event = congress(&owner).await;
    let speaker = owner.post("/api/v1/speakers", json!({ "name": "Amanda Flety" })).await.expect(201).id();
    let flety = json!({ "speaker_id": speaker, "role": "moderator", "affiliation": "UCLG CISDP" });
    let agenda = json!({ "sessions": [{
        "kind": "round", "label": "First round", "title": "Campaign", "appearances": [flety],
        "guiding_questions": ["Who; joins?", "What\nnext?"],
        "sessions": [
            { "kind": "talk", "title": "Presentation", "local_start": "2014-12-27T11:30", "duration": "PT15M",
              "appearances": [{ "label": "Representatives", "role": "speaker" }] },
            { "kind": "q_and_a", "title": "Open questions", "local_start": "2014-12-27T11:45", "duration": "PT10M" },
        ],
    }, { "kind": "talk", "title": "Untimed", "duration": "PT20M" }]});
    any.put(&format!("{event}/agenda"), agenda).await.expect(200);
    let before = owner.get(&format!("{event}/agenda")).await.expect(200);
    for (name, media_type, mode, count) in [
        ("schedule.csv", "text/csv", "replace", counts(0, 0, 4, 0)),
        ("schedule.csv", "text/csv", "merge", counts(0, 0, 4, 0)),
        // A schedule knows neither rounds nor what has no time.
        ("schedule.xml", XML, "merge", counts(0, 0, 2, 1)),
        ("schedule.json", "application/json", "merge", counts(0, 0, 2, 1)),
    ] {
        let file = owner.get(&format!("{event}/{name}")).await.expect(200);
        let done = take(&app, &owner, &event, media_type, file.text(), mode).await;
        assert_eq!(done.at("/counts/sessions"), count, "{name}");
        let after = owner.get(&format!("{event}/agenda")).await.expect(200);
        assert_eq!(after.at("/sessions"), before.at("/sessions"), "{name}");
    }
    // A row alone adds to the round, between the others by its time.
    let round = before.string("/sessions/0/id");
    let table =
        format!("guid;title;parent;start;end\n{round};Campaign;;;\n;Late;{round};2014-12-27T11:55;2014-12-27T12:05\n");
    let done = take(&app, &owner, &event, "text/csv", &table, "merge").await;
    assert_eq!(done.at("/counts/sessions"), counts(1, 0, 1, 3), "{done}");
    let after = owner.get(&format!("{event}/agenda")).await.expect(200).json();
    let titles: Vec<String> = outline(&after).into_iter().map(|(title, _)| title).collect();
    assert_eq!(titles, ["Campaign", "Presentation", "Open questions", "Late", "Untimed"]);
    assert_eq!(after["sessions"][0]["guiding_questions"], json!(["Who; joins?", "What\nnext?"]));
    assert_eq!(after["sessions"][0]["appearances"], before.at("/sessions/0/appearances"));
}
