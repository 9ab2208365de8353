//! A conference of four days: 560 sessions in ten rooms, side by side and past midnight.

use std::time::{Duration, Instant};

use chrono::{NaiveDate, TimeDelta};
use plenary::accounts::Role;
use serde_json::{Map, Value, json};

use super::{apply, counts, import, make_event};
use crate::support::TestApp;

both!(a_large_conference_comes_out_as_it_went_in);

const ROOMS: usize = 10;
const SLOTS: usize = 14;

/// Four days from 10:00 to 02:10, each room with a session every 70 minutes, and 300 people who appear up to four times.
fn conference() -> Value {
    let first = NaiveDate::from_ymd_opt(2026, 10, 23).unwrap();
    // The clocks are put back in the second night.
    let offset = |day: usize| if day >= 2 { "+01:00" } else { "+02:00" };
    let mut days = Vec::new();
    for day in 0..4_usize {
        let date = first + TimeDelta::days(i64::try_from(day).unwrap());
        let mut rooms = Map::new();
        for room in 0..ROOMS {
            let name = format!("Room {room} – Zażółć");
            let mut events = Vec::new();
            for slot in 0..SLOTS {
                let number = day * ROOMS * SLOTS + room * SLOTS + slot;
                let minutes = i64::try_from(slot * 70).unwrap();
                let start = date.and_hms_opt(10, 0, 0).unwrap() + TimeDelta::minutes(minutes);
                let persons: Vec<Value> = (0..number % 3)
                    .map(|which| {
                        let person = (number * 2 + which) % 300;
                        json!({ "id": person + 1, "name": format!("Person {person}"), "public_name": format!("Person {person}") })
                    })
                    .collect();
                events.push(json!({
                    "guid": uuid::Uuid::from_u128(u128::try_from(number).unwrap() + 1).to_string(), "id": number + 1000,
                    "date": format!("{}{}", start.format("%Y-%m-%dT%H:%M:%S"), offset(day)),
                    "start": start.format("%H:%M").to_string(), "duration": "01:00", "room": name,
                    "slug": format!("conf-{number}"), "url": format!("https://conf.example/talk/{number}"),
                    "title": format!("Session {number}: “rights” & 🎉"), "subtitle": "", "track": format!("Track {}", number % 7),
                    "type": "Talk", "language": "en", "abstract": "About it.\n\n".repeat(20), "description": "At *length*.",
                    "recording_license": "CC BY 4.0", "do_not_record": number.is_multiple_of(5), "persons": persons,
                    "links": [{ "url": format!("https://conf.example/{number}"), "title": "More" }], "attachments": [],
                }));
            }
            rooms.insert(name, json!(events));
        }
        let end = date + TimeDelta::days(1);
        let (starts, ends) = (offset(day), offset(day + 1));
        days.push(json!({
            "index": day + 1, "date": date.to_string(), "day_start": format!("{date}T06:00:00{starts}"),
            "day_end": format!("{end}T06:00:00{ends}"), "rooms": rooms,
        }));
    }
    let rooms: Vec<Value> = (0..ROOMS).map(|room| json!({
        "name": format!("Room {room} – Zażółć"), "guid": uuid::Uuid::from_u128(u128::try_from(room).unwrap() + 5000).to_string(),
        "description": "Large", "capacity": 100 + room,
    })).collect();
    let tracks: Vec<Value> =
        (0..7).map(|track| json!({ "name": format!("Track {track}"), "color": "#112233" })).collect();
    json!({ "schedule": { "version": "1", "base_url": "https://conf.example/", "conference": {
        "acronym": "conf2026", "title": "Conference", "start": "2026-10-23", "end": "2026-10-26", "daysCount": 4,
        "timeslot_duration": "00:10", "time_zone_name": "Europe/Berlin", "url": "https://conf.example/2026",
        "tracks": tracks, "rooms": rooms, "days": days,
    }}})
}

async fn a_large_conference_comes_out_as_it_went_in(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let body = json!({
        "kind": "conference", "title": "Conference",
        "when": { "local_start": "2026-10-23T10:00", "local_end": "2026-10-27T03:00", "timezone": "Europe/Berlin" },
    });
    let event = format!("/api/v1/events/{}", make_event(&owner, body).await.id());
    let file = conference();
    let mut watch = Instant::now();
    let checked = import(&owner, &event, "application/json", &file.to_string()).await;
    let checked_in = watch.elapsed();
    watch = Instant::now();
    assert_eq!(checked.at("/counts/sessions"), counts(560, 0, 0, 0), "{checked}");
    let applied = apply(&app, &owner, &checked, "replace").await;
    let applied_in = watch.elapsed();
    assert_eq!(applied.at("/progress"), json!({ "done": 560, "total": 560 }), "{applied}");
    watch = Instant::now();
    let written = owner.get(&format!("{event}/schedule.json")).await.expect(200).json();
    // Each takes less than a second here; a quadratic one would take minutes.
    for (what, took) in [("checked", checked_in), ("applied", applied_in), ("written", watch.elapsed())] {
        assert!(took < Duration::from_secs(30), "{what} in {took:?}");
    }
    assert_eq!(written["schedule"]["conference"], file["schedule"]["conference"]);
    assert_eq!(written["schedule"]["base_url"], file["schedule"]["base_url"]);

    for (name, media_type) in [("schedule.xml", "application/xml"), ("schedule.csv", "text/csv")] {
        let again = owner.get(&format!("{event}/{name}")).await.expect(200);
        let checked = import(&owner, &event, media_type, again.text()).await;
        assert_eq!(checked.at("/counts/sessions"), counts(0, 0, 560, 0), "{name} {checked}");
        assert_eq!(checked.at("/counts/rooms"), counts(0, 0, 10, 0), "{name}");
    }
    // Into another event, by way of XML.
    let body = json!({
        "kind": "conference", "title": "Conference",
        "when": { "local_start": "2026-10-23T10:00", "local_end": "2026-10-27T03:00", "timezone": "Europe/Berlin" },
    });
    let other = format!("/api/v1/events/{}", make_event(&owner, body).await.id());
    let xml = owner.get(&format!("{event}/schedule.xml")).await.expect(200);
    let checked = import(&owner, &other, "application/xml", xml.text()).await;
    assert_eq!(apply(&app, &owner, &checked, "merge").await.at("/state"), "applied");
    let again = owner.get(&format!("{other}/schedule.xml")).await.expect(200);
    let body = |xml: &str| xml.split_once("<conference>").unwrap().1.to_owned();
    assert_eq!(body(again.text()), body(xml.text()));
}
