//! Calendars as programs fetch them: sessions as entries, links to add an event, and feeds that are kept.

use serde_json::{Value, json};

use crate::support::{
    Answer, OpenEvent, TestApp,
    parsers::{check_schemas, read_calendar},
};

both!(
    a_feed_is_written_once_for_each_change,
    a_feed_that_is_kept_changes_by_itself,
    a_session_can_be_fetched_alone,
    a_program_can_ask_for_jscalendar,
    a_speaker_is_shown_wherever_they_appear,
    each_session_stands_for_itself,
    links_to_add_an_event_follow_it,
    sessions_follow_their_event,
    the_agenda_stands_in_the_entry,
);

/// A published event in Berlin with a round of two talks, a break behind them and a session that nobody has timed yet; and the
/// ids of these four.
async fn conference(app: &TestApp) -> (OpenEvent, Vec<String>) {
    app.leave_scheduled("what is promised of the event is not looked at here");
    let event = app
        .open_event(json!({ "short_title": "What works", "attendance_mode": "mixed",
        "venue": { "name": "Rathaus", "address": "Köln" } }))
        .await;
    let path = format!("/api/v1/events/{}", event.id);
    let any = event.owner.if_match("*");
    let room = any.post(&format!("{path}/rooms"), json!({ "name": "Main hall; 1" })).await.expect(201).id();
    let speaker = event.owner.post("/api/v1/speakers", json!({ "name": "Hans Sakkers" })).await.expect(201).id();
    let talk = |title: &str, start: &str| json!({ "kind": "talk", "title": title, "local_start": start, "duration": "PT15M", "room_id": room });
    let mut first = talk("Presentation", "2022-03-17T16:00");
    first["abstract"] = json!("What cities *measure*.");
    first["guiding_questions"] = json!(["How?"]);
    first["appearances"] = json!([{ "speaker_id": speaker, "role": "speaker", "status": "tbc" }]);
    let agenda = json!({ "sessions": [
        { "kind": "round", "label": "First round", "title": "Practice",
          "sessions": [first, talk("Open questions", "2022-03-17T16:15")] },
        { "kind": "break", "title": "Break", "local_start": "2022-03-17T16:30", "duration": "PT10M" },
        { "kind": "talk", "title": "Some time" },
    ] });
    let agenda = any.put(&format!("{path}/agenda"), agenda).await.expect(200);
    let ids = ["/sessions/0/sessions/0/id", "/sessions/0/sessions/1/id", "/sessions/1/id", "/sessions/2/id"];
    (event, ids.iter().map(|pointer| agenda.string(pointer)).collect())
}

/// The entries of a feed, as both readers understand them.
fn entries(feed: &Answer) -> Vec<Value> {
    read_calendar(feed.clone().expect(200).text())["events"].as_array().unwrap().clone()
}

fn column(entries: &[Value], name: &str) -> Vec<Value> {
    entries.iter().map(|entry| entry[name].clone()).collect()
}

async fn the_agenda_stands_in_the_entry(app: TestApp) {
    let (event, _) = conference(&app).await;
    let [entry] = entries(&app.get(&format!("/calendars/events/{}.ics", event.id)).await).try_into().unwrap();
    let description = entry["description"].as_str().unwrap();
    let agenda = "Agenda (Europe/Berlin):\n16:00–16:30 First round: Practice\n  16:00–16:15 Presentation (Main hall; 1)\n  \
                  16:15–16:30 Open questions (Main hall; 1)\n16:30–16:40 Break\n- Some time\n\nWith:\n- Hans Sakkers (tbc)\n\n";
    assert!(description.contains(agenda), "{description}");
}

async fn each_session_stands_for_itself(app: TestApp) {
    let (event, ids) = conference(&app).await;
    let feed = app.get(&format!("/calendars/events/{}.ics?sessions=1", event.id)).await.expect(200);
    let shown = entries(&feed);
    assert_eq!(column(&shown, "uid"), ids[..3]);
    assert_eq!(
        column(&shown, "summary"),
        ["Presentation – What works", "Open questions – What works", "Break – What works"]
    );
    assert_eq!(column(&shown, "start"), ["2022-03-17T15:00:00Z", "2022-03-17T15:15:00Z", "2022-03-17T15:30:00Z"]);
    assert_eq!(column(&shown, "end"), ["2022-03-17T15:15:00Z", "2022-03-17T15:30:00Z", "2022-03-17T15:40:00Z"]);
    assert_eq!(
        column(&shown, "location"),
        ["Main hall; 1, Rathaus, Köln", "Main hall; 1, Rathaus, Köln", "Rathaus, Köln"]
    );
    assert_eq!(
        shown[0]["description"],
        format!(
            "First round: Practice\n\nWhat cities measure.\n\nGuiding questions:\n- How?\n\nWith:\n- Hans Sakkers (tbc)\n\n\
             Local complaint mechanisms: “what works” & why\n\nOrganised by: City of Cologne\n\nMore: {}",
            shown[0]["url"].as_str().unwrap()
        )
    );
    let parent = format!("RELATED-TO;RELTYPE=PARENT:{}\r\n", event.id);
    assert_eq!(feed.text().replace("\r\n ", "").matches(&parent).count(), 3);
    assert!(!feed.text().contains("meet.example.org") && !feed.text().contains("294857-secret"));
    let whole = app.get("/calendars/workspaces/demo.ics?sessions=1").await;
    assert_eq!(column(&entries(&whole), "uid"), ids[..3]);
    // An event without a session that has a time stands for itself.
    let plain = app.open_event(json!({ "title": "Plain" })).await;
    let whole = app.get("/calendars/workspaces/demo.ics?sessions=1").await;
    let mut expected = ids[..3].to_vec();
    expected.push(plain.id.clone());
    let mut found: Vec<String> =
        column(&entries(&whole), "uid").iter().map(|uid| uid.as_str().unwrap().to_owned()).collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}

async fn sessions_follow_their_event(app: TestApp) {
    let (event, ids) = conference(&app).await;
    let feed = format!("/calendars/events/{}.ics?sessions=1", event.id);
    let path = format!("/api/v1/events/{}", event.id);
    let any = event.owner.if_match("*");
    let shown = async || {
        let answer = app.get(&feed).await.expect(200);
        let entries = entries(&answer);
        let sequences: Vec<i64> = entries.iter().map(|entry| entry["sequence"].as_i64().unwrap()).collect();
        (entries, sequences, answer.etag())
    };
    let mut before = shown().await;
    for (what, step) in [("a session", 0), ("a room", 1), ("the event", 2), ("a speaker", 3)] {
        match step {
            0 => any.patch(&format!("/api/v1/sessions/{}", ids[0]), json!({ "title": "Presented" })).await.expect(200),
            1 => {
                let room = app.get(&format!("{path}/rooms")).await.string("/items/0/id");
                any.patch(&format!("{path}/rooms/{room}"), json!({ "name": "Small hall" })).await.expect(200)
            }
            2 => any.patch(&path, json!({ "short_title": "It works" })).await.expect(200),
            _ => {
                let speaker = event.owner.get("/api/v1/speakers").await.string("/items/0/id");
                any.patch(&format!("/api/v1/speakers/{speaker}"), json!({ "name": "H. Sakkers" })).await.expect(200)
            }
        };
        let after = shown().await;
        assert_ne!(after.2, before.2, "{what}");
        assert_eq!(column(&after.0, "uid"), column(&before.0, "uid"), "{what}");
        assert!(
            after.1.iter().zip(&before.1).all(|(after, before)| after > before),
            "{what}: {:?} {:?}",
            before.1,
            after.1
        );
        before = after;
    }
    any.post(&format!("{path}/cancel"), json!({ "reason": "No room" })).await.expect(200);
    let (cancelled, sequences, _) = shown().await;
    assert_eq!(column(&cancelled, "status"), ["CANCELLED", "CANCELLED", "CANCELLED"]);
    assert!(sequences.iter().all(|after| *after > before.1[0]));
    assert_eq!(cancelled[2]["summary"], "Cancelled: Break – It works");
    app.deliver().await;
}

async fn a_session_can_be_fetched_alone(app: TestApp) {
    let (event, ids) = conference(&app).await;
    let events = |answer: &Answer| -> Vec<String> {
        let parts = answer.text().split("BEGIN:VEVENT").skip(1);
        parts.map(|part| part.split("END:VEVENT").next().unwrap().to_owned()).collect()
    };
    let all = app.get(&format!("/calendars/events/{}.ics?sessions=1", event.id)).await.expect(200);
    for (index, id) in ids[..3].iter().enumerate() {
        let alone = app.get(&format!("/calendars/sessions/{id}.ics")).await.expect(200);
        assert_eq!(events(&alone), [events(&all)[index].clone()]);
        app.with("if-none-match", &alone.etag()).get(&format!("/calendars/sessions/{id}.ics")).await.expect(304);
    }
    let untimed = app.get(&format!("/calendars/sessions/{}.ics", ids[3])).await;
    assert_eq!(entries(&untimed), [] as [Value; 0]);
    let any = event.owner.if_match("*");
    any.post(&format!("/api/v1/events/{}/unpublish", event.id), json!({})).await.expect(200);
    app.get(&format!("/calendars/sessions/{}.ics", ids[0])).await.problem(404, "not_found");
    any.post(&format!("/api/v1/events/{}/publish", event.id), json!({})).await.expect(200);
    app.get(&format!("/calendars/sessions/{}.ics", ids[0])).await.expect(200);
    any.delete(&format!("/api/v1/sessions/{}", ids[0])).await.expect(204);
    app.get(&format!("/calendars/sessions/{}.ics", ids[0])).await.problem(404, "not_found");
    app.deliver().await;
}

/// A feed that is kept costs fewer statements than one that is read; it is never older than the database, whoever changed it.
async fn a_feed_is_written_once_for_each_change(app: TestApp) {
    let (event, ids) = conference(&app).await;
    let any = event.owner.if_match("*");
    let speaker = event.owner.get("/api/v1/speakers").await.string("/items/0/id");
    let feeds = [
        format!("/calendars/events/{}.ics", event.id),
        format!("/calendars/sessions/{}.ics", ids[0]),
        "/calendars/workspaces/demo.ics?sessions=1".to_owned(),
        "/calendars/workspaces/demo.ics?language=en".to_owned(),
        format!("/calendars/speakers/{speaker}.ics"),
    ];
    let cost = async |feed: &str| {
        let before = app.app().db().statements();
        let answer = app.get(feed).await.expect(200);
        (app.app().db().statements() - before, answer)
    };
    let replica = app.replica();
    for feed in &feeds {
        // The clock stands still: no change may hide behind its time.
        for change in 0..3 {
            let title = json!({ "title": format!("Title {change} of {}", feed.len()) });
            any.patch(&format!("/api/v1/sessions/{}", ids[0]), title.clone()).await.expect(200);
            let (read, first) = cost(feed).await;
            let (kept, again) = cost(feed).await;
            assert!(kept + 5 <= read, "{feed}: {read} statements, then {kept}");
            assert_eq!((first.text(), first.etag()), (again.text(), again.etag()));
            assert!(first.text().replace("\r\n ", "").contains(title["title"].as_str().unwrap()), "{first}");
            let other = replica.get(feed).await.expect(200).text().replace("\r\n ", "");
            assert!(other.contains(title["title"].as_str().unwrap()), "{other}");
            let before = app.app().db().statements();
            app.with("if-none-match", &first.etag()).get(feed).await.expect(304);
            assert_eq!(app.app().db().statements() - before, kept);
        }
    }
    let unknown = cost(&feeds[0]).await.0;
    any.post(&format!("/api/v1/events/{}/unpublish", event.id), json!({})).await.expect(200);
    app.get(&feeds[0]).await.problem(404, "not_found");
    assert_eq!(entries(&app.get(&feeds[2]).await), [] as [Value; 0]);
    assert!(unknown > 0);
    app.deliver().await;
}

async fn a_feed_that_is_kept_changes_by_itself(app: TestApp) {
    let (event, _) = conference(&app).await;
    let feed = "/calendars/workspaces/demo.ics";
    let (path, any) = (format!("/api/v1/events/{}", event.id), event.owner.if_match("*"));
    let url = "https://media.example/recording";
    let recording = json!({ "kind": "recording", "title": "R", "url": url, "available_from": "2022-02-03T09:00:00Z" });
    any.post(&format!("{path}/materials"), recording).await.expect(201);
    let names = async || app.get(feed).await.expect(200).text().replace("\r\n ", "").contains(url);
    assert!(!names().await);
    app.clock().set("2022-02-03T08:59:59Z".parse().unwrap());
    assert!(!names().await);
    // Nobody has kept the promise to tell of it yet: the feed knows by itself.
    app.clock().set("2022-02-03T09:00:00Z".parse().unwrap());
    assert!(names().await);
    app.deliver().await;
    any.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    app.deliver().await;
    let count = async || entries(&app.get(feed).await).len();
    app.clock().set("2022-04-16T16:29:59Z".parse().unwrap());
    assert_eq!(count().await, 1);
    app.clock().set("2022-04-16T16:30:00Z".parse().unwrap());
    assert_eq!(count().await, 0);
    app.deliver().await;
}

/// What RFC 8984 says of a group and of the events that we write, as a JSON schema.
fn jscalendar_schema() -> Value {
    let (text, names) =
        (json!({ "type": "string" }), json!({ "type": "object", "additionalProperties": { "const": true } }));
    let utc = json!({ "type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$" });
    let by_id = |one: Value| json!({ "type": "object", "propertyNames": { "pattern": "^[A-Za-z0-9_-]{1,255}$" }, "additionalProperties": one });
    let object = |kind: &str, required: &[&str], properties: Value| {
        let mut all = properties;
        all["@type"] = json!({ "const": kind });
        let required: Vec<&str> = required.iter().copied().chain(["@type"]).collect();
        json!({ "type": "object", "required": required, "properties": all, "additionalProperties": false })
    };
    let event = object(
        "Event",
        &["uid", "updated", "start"],
        json!({
            "uid": text, "prodId": text, "created": utc, "updated": utc, "sequence": { "type": "integer", "minimum": 0 },
            "title": text, "description": text,
            "start": { "type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$" },
            "timeZone": { "type": ["string", "null"], "pattern": "^[A-Z][A-Za-z_]+(/[A-Za-z_-]+)+$" },
            "duration": { "type": "string", "pattern": r"^P(\d+W)?(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?$", "minLength": 3 },
            "showWithoutTime": { "type": "boolean" }, "status": { "enum": ["confirmed", "cancelled", "tentative"] },
            "freeBusyStatus": { "enum": ["free", "busy"] }, "locale": { "type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$" },
            "keywords": names,
            "locations": by_id(object("Location", &[], json!({ "name": text }))),
            "virtualLocations": by_id(object("VirtualLocation", &["uri"], json!({
                "name": text, "uri": { "type": "string", "format": "uri" },
                "features": { "type": "object", "additionalProperties": { "const": true },
                    "propertyNames": { "enum": ["audio", "chat", "feed", "moderator", "phone", "screen", "video"] } },
            }))),
            "links": by_id(object("Link", &["href"], json!({
                "href": { "type": "string", "format": "uri" }, "rel": text, "contentType": text,
                "display": { "enum": ["badge", "graphic", "fullsize", "thumbnail"] },
            }))),
            "relatedTo": { "type": "object", "additionalProperties": object("Relation", &[], json!({ "relation": names })) },
        }),
    );
    object(
        "Group",
        &["uid", "entries"],
        json!({
            "uid": text, "prodId": text, "updated": utc, "title": text, "entries": { "type": "array", "items": event },
        }),
    )
}

/// The uid of a group is that of no entry in it, and stays.
async fn assert_own_uid(app: &TestApp, feed: &str) {
    let program = app.with("accept", "application/jscalendar+json");
    let group = program.get(feed).await.expect(200);
    let uid = group.string("/uid");
    assert!(uuid::Uuid::parse_str(&uid).is_ok(), "{uid}");
    let uids = column(group.at("/entries").as_array().unwrap(), "uid");
    assert!(uids.len() == 1 && !uids.contains(&json!(uid)), "{uid} among {uids:?}");
    assert_eq!(program.get(&format!("{feed}?tentative=1")).await.expect(200).string("/uid"), uid);
}

async fn a_program_can_ask_for_jscalendar(app: TestApp) {
    let (event, ids) = conference(&app).await;
    let path = format!("/api/v1/events/{}", event.id);
    for feed in [format!("/calendars/events/{}.ics", event.id), format!("/calendars/sessions/{}.ics", ids[0])] {
        assert_own_uid(&app, &feed).await;
    }
    let more = json!({
        "keywords": ["rights, all", "cities"], "image": { "url": "https://example.org/opening.PNG?size=1" },
        "virtual_location": { "platform": "Zoom", "join_url": "https://meet.example.org/a,b;c", "visibility": "public" },
    });
    event.owner.if_match("*").patch(&path, more).await.expect(200);
    app.open_event(json!({ "title": "Whole days", "when": { "edtf": "2022-03-18/2022-03-20" } })).await;
    let twice = json!({ "starts_at": "2022-10-30T01:30:00Z", "timezone": "Europe/Berlin", "duration": "PT45M" });
    app.open_event(json!({ "title": "Twice", "when": twice })).await;
    for query in ["", "?sessions=1"] {
        let feed = format!("/calendars/workspaces/demo.ics{query}");
        let ics = app.get(&feed).await.expect(200);
        let answer = app.with("accept", "application/jscalendar+json;type=group").get(&feed).await.expect(200);
        assert_eq!(answer.header("content-type"), Some("application/jscalendar+json;type=group"));
        assert!(answer.header("vary").unwrap().starts_with("accept, accept-encoding"), "{answer}");
        assert_ne!(answer.etag(), ics.etag());
        let group = answer.json();
        let check = json!({ "what": "the group", "schema": jscalendar_schema(), "instance": group });
        assert_eq!(check_schemas(&json!({}), &[check]), [""; 0], "{answer}");
        // The same entries, in the same order.
        let rows = |all: &Value, names: [&str; 4]| -> Vec<Value> {
            all.as_array().unwrap().iter().map(|one| json!(names.map(|name| one[name].clone()))).collect()
        };
        assert_eq!(
            rows(&group["entries"], ["uid", "sequence", "title", "description"]),
            rows(&json!(entries(&ics)), ["uid", "sequence", "summary", "description"])
        );
        for other in
            ["text/calendar, text/plain;q=0.8, */*;q=0.5", "text/calendar, application/calendar+json", "*/*", "x/y"]
        {
            assert_eq!(app.with("accept", other).get(&feed).await.expect(200).text(), ics.text(), "{other}");
        }
        app.with("accept", "application/jscalendar+json")
            .with("if-none-match", &answer.etag())
            .get(&feed)
            .await
            .expect(304);
        app.with("accept", "application/jscalendar+json")
            .with("if-none-match", &ics.etag())
            .get(&feed)
            .await
            .expect(200);
    }
    let json = async |feed: &str| app.with("accept", "application/jscalendar+json").get(feed).await.expect(200).json();
    let group = json("/calendars/workspaces/demo.ics").await;
    let named = |name: &str| {
        let all = group["entries"].as_array().unwrap();
        all.iter().find(|one| one["title"] == name).unwrap_or_else(|| panic!("{group}")).clone()
    };
    let days = named("Whole days");
    let members = ["start", "timeZone", "duration", "showWithoutTime", "freeBusyStatus"];
    assert_eq!(
        members.map(|name| days[name].clone()),
        [json!("2022-03-18T00:00:00"), Value::Null, json!("P3D"), json!(true), json!("free")]
    );
    let twice = named("Twice");
    assert_eq!(
        ["start", "timeZone", "duration"].map(|name| twice[name].clone()),
        ["2022-10-30T01:30:00", "Etc/UTC", "PT45M"]
    );
    let timed = named("Local complaint mechanisms: “what works” & why");
    assert_eq!(
        ["start", "timeZone", "duration"].map(|name| timed[name].clone()),
        ["2022-03-17T16:00:00", "Europe/Berlin", "PT1H30M"]
    );
    assert_eq!(timed["keywords"], json!({ "rights, all": true, "cities": true }));
    assert_eq!(timed["virtualLocations"]["1"]["uri"], "https://meet.example.org/a,b;c");
    assert_eq!(timed["links"]["2"]["contentType"], "image/png");
    let session = json(&format!("/calendars/sessions/{}.ics", ids[0])).await;
    let parent = json!({ event.id.clone(): { "@type": "Relation", "relation": { "parent": true } } });
    assert_eq!((&session["entries"][0]["uid"], &session["entries"][0]["relatedTo"]), (&json!(ids[0]), &parent));
}

async fn links_to_add_an_event_follow_it(app: TestApp) {
    let event = app.open_event(json!({ "title": "Rights & cities" })).await;
    app.leave_scheduled("what is promised of the event is not looked at here");
    let path = format!("/api/v1/events/{}", event.id);
    let any = event.owner.if_match("*");
    let links = async || app.get(&path).await.expect(200).at("/calendar_links");
    let shown = links().await;
    let google = shown["google"].as_str().unwrap();
    assert!(
        google.contains("&dates=20220317T150000Z/20220317T163000Z&text=Rights%20%26%20cities&location=Zoom&"),
        "{google}"
    );
    assert!(!shown.to_string().contains("meet.example.org") && !shown.to_string().contains("secret"));
    let moved =
        json!({ "when": { "local_start": "2022-03-18T16:00", "timezone": "Europe/Berlin", "duration": "PT1H" } });
    any.post(&format!("{path}/reschedule"), moved).await.expect(200);
    let yahoo = links().await["yahoo"].as_str().unwrap().to_owned();
    assert!(yahoo.contains("&ST=20220318T150000Z&ET=20220318T160000Z&"), "{yahoo}");
    any.post(&format!("{path}/reschedule"), json!({ "when": { "edtf": "2022-04" } })).await.expect(200);
    let vague = links().await;
    for name in ["google", "outlook", "office365", "yahoo"] {
        assert_eq!(vague[name], Value::Null, "{name}");
    }
    assert_eq!((&vague["ics"], &vague["webcal"]), (&shown["ics"], &shown["webcal"]));
    any.post(&format!("{path}/reschedule"), json!({ "when": { "edtf": "2022-04-01/2022-04-02" } })).await.expect(200);
    let outlook = links().await["outlook"].as_str().unwrap().to_owned();
    assert!(outlook.contains("&startdt=2022-04-01&enddt=2022-04-03&allday=true&"), "{outlook}");
    any.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    assert_eq!(links().await["google"], Value::Null);
    app.deliver().await;
}

async fn a_speaker_is_shown_wherever_they_appear(app: TestApp) {
    let (event, ids) = conference(&app).await;
    let path = format!("/api/v1/events/{}", event.id);
    let any = event.owner.if_match("*");
    let speaker = any.get("/api/v1/speakers").await.string("/items/0/id");
    let feed = format!("/calendars/speakers/{speaker}.ics?sessions=1");
    let shown = async || column(&entries(&app.get(&feed).await), "uid");
    let part = json!({ "speaker_id": speaker, "role": "speaker" });
    assert_eq!(shown().await, [json!(ids[0])], "one talk");
    // The round is shown by its talks.
    let round = any.get(&format!("{path}/agenda")).await.string("/sessions/0/id");
    let in_round = any.post(&format!("/api/v1/sessions/{round}/appearances"), part.clone()).await.expect(201).id();
    assert_eq!(shown().await, [json!(ids[0]), json!(ids[1])]);
    any.delete(&format!("/api/v1/appearances/{in_round}")).await.expect(204);
    // A session that nobody has timed, and the event as a whole, have the event's own entry, once.
    let both = [json!(event.id), json!(ids[0])];
    let untimed = any.post(&format!("/api/v1/sessions/{}/appearances", ids[3]), part).await.expect(201).id();
    assert_eq!(shown().await, both);
    let chair = json!({ "speaker_id": speaker, "role": "chair" });
    any.post(&format!("{path}/appearances"), chair).await.expect(201);
    assert_eq!(shown().await, both);
    any.delete(&format!("/api/v1/appearances/{untimed}")).await.expect(204);
    assert_eq!(shown().await, both);
}
