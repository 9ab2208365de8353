//! The files that programmes are written to.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{SCHEDULE, congress, publish, take};
use crate::support::{Client, TestApp};

both!(
    a_draft_is_for_its_staff,
    a_file_is_fetched_again_only_when_it_changed,
    nothing_private_is_written,
    our_own_agenda_makes_a_schedule,
    no_cell_is_a_formula,
);

const FILES: [(&str, &str); 6] = [
    ("schedule.json", "application/json"),
    ("schedule.xml", "application/xml; charset=utf-8"),
    ("schedule.csv", "text/csv; charset=utf-8; header=present"),
    ("schedule.md", "text/markdown; charset=utf-8"),
    ("schedule.html", "text/html; charset=utf-8"),
    ("structured-data", "application/ld+json"),
];

async fn a_draft_is_for_its_staff(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let second = app.other_workspace("second").await;
    let theirs = app.staff_of(&second, Role::Owner).await;
    let event = congress(&owner).await;
    for (name, media_type) in FILES {
        let path = format!("{event}/{name}");
        app.get(&path).await.problem(404, "not_found");
        theirs.get(&path).await.problem(404, "not_found");
        let file = owner.get(&path).await.expect(200);
        assert_eq!(file.header("content-type"), Some(media_type));
        assert_eq!(file.header("cache-control"), Some("private, no-cache"));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    }
    publish(&owner, &event).await;
    for (name, media_type) in FILES {
        let path = format!("{event}/{name}");
        let file = app.get(&path).await.expect(200);
        assert_eq!(file.header("content-type"), Some(media_type));
        assert_eq!(file.header("cache-control"), Some("public, max-age=300"));
        assert!(file.header("vary").is_some_and(|vary| vary.starts_with("authorization, accept-encoding")));
        let head = app.head(&path).await.expect(200);
        assert_eq!((head.body.len(), head.etag()), (0, file.etag()));
        theirs.get(&path).await.expect(200);
    }
    let page = app.get(&format!("{event}/schedule.html")).await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert_eq!(page.header("content-disposition"), Some("inline; filename=\"a-congress.html\""));
}

async fn a_file_is_fetched_again_only_when_it_changed(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    publish(&owner, &event).await;
    take(&app, &owner, &event, "application/xml", SCHEDULE, "merge").await;
    app.pass(chrono::TimeDelta::seconds(61));
    for (name, _) in FILES {
        let path = format!("{event}/{name}");
        let first = app.get(&path).await.expect(200);
        assert_eq!(first.header("last-modified"), Some("Tue, 01 Feb 2022 09:01:01 GMT"));
        assert_eq!(app.get(&path).await.body, first.body, "{name} is stable");
        assert_eq!(app.with("if-none-match", &first.etag()).get(&path).await.expect(304).body.len(), 0);
        app.with("if-modified-since", "Tue, 01 Feb 2022 09:01:01 GMT").get(&path).await.expect(304);
    }
    let mut tags = Vec::new();
    for (name, _) in FILES {
        tags.push(app.get(&format!("{event}/{name}")).await.etag());
    }
    app.pass(chrono::TimeDelta::hours(1));
    let speaker = owner.get("/api/v1/speakers?q=grace").await.string("/items/0/id");
    let renamed = json!({ "name": "Rear Admiral Hopper" });
    owner.if_match("*").patch(&format!("/api/v1/speakers/{speaker}"), renamed).await.expect(200);
    app.pass(chrono::TimeDelta::seconds(61));
    for ((name, _), tag) in FILES.into_iter().zip(tags) {
        let after = app.with("if-none-match", &tag).get(&format!("{event}/{name}")).await.expect(200);
        assert_eq!(after.header("last-modified"), Some("Tue, 01 Feb 2022 10:02:02 GMT"));
        assert!(after.text().contains("Rear Admiral Hopper") && !after.text().contains("Grace Hopper"), "{name}");
    }
}

/// An event with everything that must not be seen.
async fn secretive(owner: &Client) -> String {
    let event = congress(owner).await;
    let place = json!({
        "platform": "Zoom", "join_url": "https://meet.example.org/j/hidden-room", "passcode": "pass-294857",
    });
    let any = owner.if_match("*");
    any.patch(&event, json!({ "virtual_location": place, "attendance_mode": "mixed" })).await.expect(200);
    let mut appearances = Vec::new();
    for (name, status) in
        [("Ada Shown", "confirmed"), ("Bob Maybe", "tbc"), ("Cyd Declined", "declined"), ("Dan Gone", "withdrawn")]
    {
        let details = json!({ "name": name, "email": "private@example.org", "timezone": "Asia/Tokyo" });
        let id = owner.post("/api/v1/speakers", details).await.expect(201).id();
        appearances.push(json!({ "speaker_id": id, "role": "speaker", "status": status, "recording_consent": false }));
    }
    for one in &appearances {
        any.post(&format!("{event}/appearances"), one.clone()).await.expect(201);
    }
    let talk = json!({
        "kind": "talk", "title": "Talk", "local_start": "2014-12-27T11:00", "duration": "PT30M", "appearances": appearances,
    });
    any.put(&format!("{event}/agenda"), json!({ "sessions": [talk] })).await.expect(200);
    event
}

async fn nothing_private_is_written(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = secretive(&owner).await;
    let table = "title,start,duration,E-mail,links\nFrom a table,2014-12-27T12:00,00:30,inner@example.org,mailto:x@example.org\n";
    take(&app, &owner, &event, "text/csv", table, "merge").await;
    publish(&owner, &event).await;
    for (name, _) in FILES {
        for client in [&owner, &*app] {
            let file = client.get(&format!("{event}/{name}")).await.expect(200);
            for secret in [
                "hidden-room",
                "pass-294857",
                "private@example.org",
                "Asia/Tokyo",
                "Declined",
                "Dan Gone",
                "x@example.org",
            ] {
                assert!(!file.text().contains(secret), "{name}: {secret}");
            }
            assert!(file.text().contains("Ada Shown") && file.text().contains("Bob Maybe"), "{name}");
            let is_marked = file.text().contains("Bob Maybe (tbc)");
            assert_eq!(is_marked, name != "structured-data", "{name}");
        }
        // What a column of somebody's table means, nobody but its staff can know.
        let public = app.get(&format!("{event}/{name}")).await;
        assert!(!public.text().contains("inner@example.org"), "{name}");
    }
    assert!(owner.get(&format!("{event}/schedule.csv")).await.text().contains("inner@example.org"));
}

async fn no_cell_is_a_formula(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let event = congress(&owner).await;
    let titles = ["=1+1", "+49 221", "-x", "@SUM(A1)", "'quoted'", "plain; \"with\", signs", "'=x"];
    let sessions: Vec<Value> =
        titles.iter().map(|title| json!({ "kind": "talk", "title": title, "abstract": "\t=x" })).collect();
    let any = owner.if_match("*");
    any.put(&format!("{event}/agenda"), json!({ "sessions": sessions })).await.expect(200);
    let file = owner.get(&format!("{event}/schedule.csv")).await.expect(200);
    let text = file.text().strip_prefix('\u{feff}').expect("a mark for spreadsheets");
    assert!(text.starts_with("guid,id,parent,label,title,subtitle,type,start,duration,"), "{text}");
    for cell in
        ["'=1+1", "'+49 221", "'-x", "'@SUM(A1)", "''quoted'", "\"plain; \"\"with\"\", signs\"", "''=x", "'\t=x"]
    {
        assert!(text.contains(&format!(",{cell},")), "{cell} in {text}");
    }
    let other = congress(&owner).await;
    take(&app, &owner, &other, "text/csv", file.text(), "merge").await;
    let agenda = owner.get(&format!("{other}/agenda")).await.expect(200).at("/sessions");
    let read: Vec<&Value> = agenda.as_array().unwrap().iter().map(|one| &one["title"]).collect();
    assert_eq!(read, titles);
    assert_eq!(agenda[0]["abstract"], "\t=x");
}

async fn our_own_agenda_makes_a_schedule(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let event = congress(&owner).await;
    let room = owner.post(&format!("{event}/rooms"), json!({ "name": "Hall", "capacity": 80 })).await.expect(201).id();
    let agenda = json!({ "sessions": [
        { "kind": "round", "title": "Round", "room_id": room, "sessions": [
            { "kind": "talk", "title": "Inside", "local_start": "2014-12-27T11:00", "duration": "PT30M", "track": "A" },
        ]},
        { "kind": "panel", "title": "Night", "local_start": "2014-12-28T02:00", "local_end": "2014-12-28T03:30" },
        { "kind": "talk", "title": "Untimed" },
    ]});
    let agenda = any.put(&format!("{event}/agenda"), agenda).await.expect(200);
    let file = owner.get(&format!("{event}/schedule.json")).await.expect(200).json();
    let inside = agenda.string("/sessions/0/sessions/0/id");
    let night = agenda.string("/sessions/1/id");
    let conference = &file["schedule"]["conference"];
    let (first, second) =
        (&conference["days"][0]["rooms"]["Hall"][0]["id"], &conference["days"][0]["rooms"][""][0]["id"]);
    assert!(first.as_u64() > Some(0) && second.as_u64() > Some(0) && first != second, "{file}");
    let event_of =
        |id: &Value, guid: &str, title: &str, kind: &str, date: &str, duration: &str, room: &str, track: Value| {
            json!({
                "guid": guid, "id": id, "date": date, "start": &date[11..16], "duration": duration, "room": room,
                "title": title, "subtitle": "", "track": track, "type": kind, "language": "", "abstract": "",
                "description": "", "persons": [], "links": [], "attachments": [],
            })
        };
    let expected = json!({
        "acronym": "a-congress", "title": "A congress", "start": "2014-12-27", "end": "2014-12-29", "daysCount": 1,
        "timeslot_duration": "00:05", "time_zone_name": "Europe/Berlin",
        "tracks": [{ "name": "A" }], "rooms": [{ "name": "Hall", "capacity": 80 }],
        "days": [{
            "index": 1, "date": "2014-12-27", "day_start": "2014-12-27T04:00:00+01:00",
            "day_end": "2014-12-28T04:00:00+01:00",
            "rooms": {
                "Hall": [event_of(first, &inside, "Inside", "talk", "2014-12-27T11:00:00+01:00", "00:30", "Hall", json!("A"))],
                "": [event_of(second, &night, "Night", "panel", "2014-12-28T02:00:00+01:00", "01:30", "", Value::Null)],
            },
        }],
    });
    assert_eq!(*conference, expected);
    assert_eq!(file["generator"]["name"], "Plenary");
    let own = owner.get(&event).await;
    assert_eq!(file["schedule"]["version"], format!("r{}", own.at("/revision")));
    let table = owner.get(&format!("{event}/schedule.csv")).await.expect(200);
    assert_eq!(table.text().lines().count(), 5, "every session: {}", table.text());
}
