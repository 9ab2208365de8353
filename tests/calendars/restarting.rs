//! A feed is the same whichever process writes it, and whenever: byte for byte, as long as nothing changes.

use chrono::TimeDelta;
use serde_json::json;

use super::serving::feeds;
use super::updating::Process;
use super::{Staff, feed_of};
use crate::support::parsers::system_zoneinfo;
use crate::support::{Answer, TestApp};

both!(a_feed_is_the_same_after_a_restart);

async fn a_feed_is_the_same_after_a_restart(app: TestApp) {
    let staff = Staff::of(&app).await;
    let series = staff.series("restarted").await;
    let zones = ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC", "Africa/Casablanca"];
    let details = (0..30).map(|index: usize| {
        let when = json!({ "local_start": "2022-03-17T16:00", "timezone": zones[index % 5], "duration": "PT1H" });
        json!({ "title": format!("Event {index}"), "when": when, "keywords": ["a", "b"] })
    });
    let made = staff.publish_many(&app, &series, details.collect()).await;
    let made = staff.events(&made).await;
    let mut paths = feeds(&app, &staff, &made[0]).to_vec();
    paths.push(format!("/calendars/series/{series}.ics?tentative=1"));
    app.pass(TimeDelta::seconds(61));
    let base = |client: &str, text: &str| text.replace(client, "http://here");
    let here = format!("http://{}", app.address());
    for path in paths {
        let first = app.get(&path).await.expect(200);
        app.pass(TimeDelta::minutes(1));
        let second = app.get(&path).await.expect(200);
        assert_eq!((first.etag(), &first.body), (second.etag(), &second.body), "{path}");
        // Another replica on the same database; only the port of its address is another.
        let restarted = app.replica();
        let there = format!("http://{}", restarted.address());
        let third = restarted.get(&path).await.expect(200);
        let unfolded = |answer: &Answer| answer.text().replace("\r\n ", "");
        assert_eq!(base(&there, &unfolded(&third)), base(&here, &unfolded(&first)), "{path}");
        assert_eq!(third.header("last-modified"), first.header("last-modified"));
    }
    // One process, and another when that is gone: by the real clock, so only what has no window has events.
    let mut before: Vec<Answer> = Vec::new();
    for round in 0..2 {
        let process = Process::start(&app, &system_zoneinfo()).await;
        let client = process.client(&app);
        for (index, path) in [feed_of(&made[0]), format!("/calendars/series/{series}.ics")].iter().enumerate() {
            let answer = client.get(path).await.expect(200);
            assert_eq!(answer.text().matches("BEGIN:VEVENT").count(), if index == 0 { 1 } else { 30 });
            if round == 0 {
                before.push(answer);
            } else {
                assert_eq!((&answer.body, answer.etag()), (&before[index].body, before[index].etag()), "{path}");
                assert_eq!(answer.header("last-modified"), before[index].header("last-modified"));
            }
        }
    }
}
