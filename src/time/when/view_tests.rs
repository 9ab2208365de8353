//! What an answer says.

use serde_json::json;

use super::*;
use crate::time::WhenInput;

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

#[test]
fn a_datetime_says_everything() {
    let mut input = WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris");
    input.timezone_label = Some("CET".to_owned());
    let view = input.parse().unwrap().view(None);
    assert_eq!(
        serde_json::to_value(&view).unwrap(),
        json!({
            "precision": "datetime",
            "edtf": null,
            "local_start": "2022-02-23T11:30:00",
            "local_end": "2022-02-23T13:00:00",
            "timezone": "Europe/Paris",
            "timezone_label": "CET",
            "utc_offset": "+01:00",
            "starts_at": "2022-02-23T10:30:00Z",
            "ends_at": "2022-02-23T12:00:00Z",
            "duration": "PT1H30M",
            "weekday": "wednesday",
            "display": "Wednesday 23 February 2022, 11:30–13:00 (CET, Europe/Paris)",
        })
    );
}

#[test]
fn a_month_says_what_is_known() {
    let when = WhenInput::edtf("2022-03").parse().unwrap();
    let expected = json!({
        "precision": "month",
        "edtf": "2022-03",
        "local_start": null,
        "local_end": null,
        "timezone": null,
        "timezone_label": null,
        "utc_offset": null,
        "starts_at": null,
        "ends_at": null,
        "duration": null,
        "weekday": null,
        "display": "March 2022",
    });
    assert_eq!(serde_json::to_value(when.view(None)).unwrap(), expected);
    assert_eq!(serde_json::to_value(when.view(Some(Zone::UTC))).unwrap(), expected, "a month has no time to convert");
}

#[test]
fn the_reader_sees_another_clock_and_changes_nothing() {
    let when = WhenInput::local("2022-03-17T16:00", "Europe/Berlin").parse().unwrap();
    let plain = when.view(None);
    let view = when.view(Some(zone("America/New_York")));
    assert_eq!(
        serde_json::to_value(view.reader.as_ref().unwrap()).unwrap(),
        json!({
            "timezone": "America/New_York",
            "local_start": "2022-03-17T11:00:00",
            "local_end": null,
            "utc_offset": "-04:00",
            "display": "Thursday 17 March 2022, 11:00 (America/New_York, UTC-04:00)",
        })
    );
    assert_eq!(WhenView { reader: None, ..view }, plain);
    assert_eq!(plain.utc_offset.as_deref(), Some("+01:00"));
}

#[test]
fn the_readers_day_can_be_another() {
    let when = WhenInput::local_until("2026-06-01T20:00", "2026-06-01T21:30", "America/Los_Angeles").parse().unwrap();
    let reader = when.view(Some(zone("Asia/Tokyo"))).reader.unwrap();
    assert_eq!(reader.display, "Tuesday 2 June 2026, 12:00–13:30 (Asia/Tokyo, UTC+09:00)");
    assert_eq!(reader.local_end, Some("2026-06-02T13:30:00".parse().unwrap()));
    assert_eq!(
        when.display_for(zone("Europe/Vienna"), Language::De).as_deref(),
        Some("Dienstag, 2. Juni 2026, 05:00–06:30 Uhr (Europe/Vienna, UTC+02:00)")
    );
    assert_eq!(When::none().display_for(Zone::UTC, Language::En), None);
}

#[test]
fn offsets_come_from_the_start() {
    let when = WhenInput::local_until("2026-03-28T12:00", "2026-03-29T12:00", "Europe/Oslo").parse().unwrap();
    let view = when.view(None);
    assert_eq!(view.utc_offset.as_deref(), Some("+01:00"));
    assert_eq!(view.duration.map(|duration| duration.to_string()).as_deref(), Some("PT23H"));
    let old = WhenInput::local("1905-01-01T12:00", "Africa/Monrovia").parse().unwrap();
    assert_eq!(old.view(None).utc_offset.as_deref(), Some("-00:43:08"));
}
