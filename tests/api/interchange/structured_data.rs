//! Events and series as search engines read them.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{make_event, make_organisation, publish, publish_event};
use crate::support::{Client, TestApp};

both!(a_series_names_its_events, an_event_says_what_it_is, dates_are_as_precise_as_they_are_known);

async fn data(client: &Client, path: &str) -> Value {
    client.get(&format!("{path}/structured-data")).await.expect(200).json()
}

async fn an_event_says_what_it_is(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let any = owner.if_match("*");
    let event = make_event(
        &owner,
        json!({
            "kind": "webinar", "title": "Rights & </script> cities", "abstract": "How *cities* <b>join</b>.", "languages": ["en"],
            "keywords": ["rights"], "attendance_mode": "mixed", "capacity": 100,
            "when": { "local_start": "2022-03-17T16:00", "timezone": "Europe/Berlin", "duration": "PT1H30M" },
            "venue": { "name": "Rathaus", "address": "Rathausplatz 2, Köln" },
            "virtual_location": { "platform": "Zoom", "join_url": "https://meet.example.org/j/1", "passcode": "294857" },
        }),
    );
    let path = format!("/api/v1/events/{}", event.await.id());
    let speaker = owner.post("/api/v1/speakers", json!({ "name": "Hans Sakkers" })).await.expect(201).id();
    let session = json!({
        "kind": "talk", "label": "I", "title": "Opening", "local_start": "2022-03-17T16:00", "duration": "PT30M",
        "language": "de", "appearances": [
            { "speaker_id": speaker, "role": "speaker" }, { "label": "Choir", "role": "speaker", "status": "declined" },
        ],
    });
    any.put(&format!("{path}/agenda"), json!({ "sessions": [session] })).await.expect(200);
    publish(&owner, &path).await;
    let answer = app.get(&format!("{path}/structured-data")).await.expect(200);
    assert!(!answer.text().contains(['<', '>', '&']), "{answer}");
    let id = answer.string("/@id");
    assert!(id.ends_with(&path), "{id}");
    let page = id.replace("/api/v1/events/", "/events/");
    let person = json!([{ "@type": "Person", "name": "Hans Sakkers" }]);
    let expected = json!({
        "@context": "https://schema.org", "@type": "EducationEvent", "@id": id, "url": page,
        "name": "Rights & </script> cities", "startDate": "2022-03-17T16:00:00+01:00", "endDate": "2022-03-17T17:30:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
        "location": [
            { "@type": "Place", "name": "Rathaus", "address": "Rathausplatz 2, Köln" },
            { "@type": "VirtualLocation", "name": "Zoom" },
        ],
        "description": "How cities join.", "inLanguage": ["en"], "keywords": ["rights"],
        "organizer": [{ "@type": "Organization", "name": "Club" }], "performer": person,
        "subEvent": [{
            "@type": "Event", "name": "I: Opening", "startDate": "2022-03-17T16:00:00+01:00",
            "endDate": "2022-03-17T16:30:00+01:00", "duration": "PT30M", "inLanguage": "de", "performer": person,
        }],
    });
    assert_eq!(answer.json(), expected);
    let public = json!({ "virtual_location": { "visibility": "public" }, "attendance_mode": "online" });
    any.patch(&path, public).await.expect(200);
    let place = json!({ "@type": "VirtualLocation", "name": "Zoom", "url": "https://meet.example.org/j/1" });
    assert_eq!(data(&app, &path).await["location"], place);
}

async fn dates_are_as_precise_as_they_are_known(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for (edtf, start, end) in [
        ("2022-03-17", json!("2022-03-17"), Value::Null),
        ("2022-03", json!("2022-03"), Value::Null),
        ("2022", json!("2022"), Value::Null),
        ("2021-23", json!("2021-09"), json!("2021-11")),
        ("2021-23/2022-21", json!("2021-09"), json!("2022-05")),
    ] {
        let event = make_event(&owner, json!({ "kind": "meeting", "title": "A", "when": { "edtf": edtf } })).await.id();
        let data = data(&owner, &format!("/api/v1/events/{event}")).await;
        assert_eq!((&data["startDate"], &data["endDate"]), (&start, &end), "{edtf}");
        assert_eq!(data["@type"], "Event");
    }
    let undated = make_event(&owner, json!({ "kind": "meeting", "title": "A" })).await.id();
    assert_eq!(data(&owner, &format!("/api/v1/events/{undated}")).await.get("startDate"), None);
}

async fn a_series_names_its_events(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let series = json!({
        "slug": "autumn", "title": "Autumn", "description": "Five *webinars*.", "period": { "edtf": "2021-23/2022-21" },
    });
    let series = owner.post("/api/v1/series", series).await.expect(201).id();
    let path = format!("/api/v1/series/{series}");
    let city = make_organisation(&owner, "Utrecht").await;
    for (title, edtf, is_published) in
        [("Second", "2022-03", true), ("First", "2021-11-24", true), ("Draft", "2021-12", false)]
    {
        let body = json!({ "kind": "webinar", "title": title, "series_id": series, "when": { "edtf": edtf } });
        let event = make_event(&owner, body).await.id();
        if is_published {
            publish_event(&owner, &event, &city).await;
        }
    }
    app.get(&format!("{path}/structured-data")).await.problem(404, "not_found");
    owner.if_match("*").post(&format!("{path}/publish"), json!({})).await.expect(200);
    let found = data(&app, &path).await;
    assert_eq!(
        (&found["@type"], &found["name"], &found["description"], &found["startDate"], &found["endDate"]),
        (&json!("EventSeries"), &json!("Autumn"), &json!("Five webinars."), &json!("2021-09"), &json!("2022-05"))
    );
    let events: Vec<(&Value, &Value)> =
        found["subEvent"].as_array().unwrap().iter().map(|event| (&event["name"], &event["startDate"])).collect();
    assert_eq!(events, [(&json!("First"), &json!("2021-11-24")), (&json!("Second"), &json!("2022-03"))]);
    let first = found["subEvent"][0]["@id"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let own = data(&app, &format!("/api/v1/events/{first}")).await;
    assert_eq!(own["superEvent"], json!({ "@type": "EventSeries", "@id": found["@id"], "name": "Autumn" }));
}
