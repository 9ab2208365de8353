//! Whatever an answer says can be said back, and nothing else.

use serde_json::{Value, json};

use super::*;
use crate::time::Disambiguation;

fn every_kind() -> Vec<When> {
    let label = WhenInput { timezone_label: Some("CET".to_owned()), ..paris() };
    let passes = [Disambiguation::Earlier, Disambiguation::Later].map(|side| {
        let input = WhenInput::local_until("2022-10-30T02:15", "2022-10-30T02:45", "Europe/Berlin");
        WhenInput { disambiguation: Some(side), ..input }
    });
    let split = WhenInput {
        starts_at: Some("2022-10-30T00:30:00Z".to_owned()),
        ends_at: Some("2022-10-30T01:45:00Z".to_owned()),
        timezone: Some("Europe/Berlin".to_owned()),
        ..WhenInput::default()
    };
    let dates = ["2022-03-17", "2022-03", "2021-23", "2022", "2021-23/2022-21", "2022-03-01/2022-03-03"];
    let mut all: Vec<WhenInput> = dates.map(WhenInput::edtf).into();
    all.extend([
        paris(),
        label,
        WhenInput::local("2022-02-23T11:30:00.5", "Asia/Kolkata"),
        split,
        WhenInput::default(),
    ]);
    all.extend(passes);
    all.iter().map(|input| input.parse().unwrap()).collect()
}

fn paris() -> WhenInput {
    WhenInput::local_until("2022-02-23T11:30", "2022-02-23T13:00", "Europe/Paris")
}

fn read(answer: &Value) -> Result<When, WhenError> {
    serde_json::from_value::<WhenInput>(answer.clone()).unwrap().parse()
}

#[test]
fn what_was_read_is_what_was_said() {
    for when in every_kind() {
        for reader in [None, Some(Zone::parse("America/New_York").unwrap())] {
            let answer = serde_json::to_value(when.view(reader)).unwrap();
            assert_eq!(read(&answer), Ok(when.clone()), "{answer}");
            // As a merge patch leaves it: beside what was stored, and without the members that are null.
            let Value::Object(mut merged) = serde_json::to_value(when.input()).unwrap() else { panic!("an object") };
            let Value::Object(members) = answer else { panic!("an object") };
            merged.extend(members);
            merged.retain(|_, value| !value.is_null());
            assert_eq!(read(&Value::Object(merged)), Ok(when.clone()));
        }
    }
}

#[test]
fn a_field_that_was_changed_beside_the_rest_is_pointed_at() {
    let when = paris().parse().unwrap();
    let reader = Zone::parse("America/New_York").unwrap();
    let answer = serde_json::to_value(when.view(Some(reader))).unwrap();
    for (member, value) in [
        ("precision", json!("date")),
        ("local_start", json!("2022-02-23T11:45:00")),
        ("local_start", json!("soon")),
        ("local_end", json!("2022-02-23T13:30:00")),
        ("timezone_label", json!("CET")),
        ("utc_offset", json!("+02:00")),
        ("duration", json!("PT2H")),
        ("display", json!("Some day")),
        ("reader", json!({ "timezone": "America/New_York" })),
        ("reader", json!("nobody")),
    ] {
        let mut changed = answer.clone();
        changed[member] = value;
        // A label is no contradiction: it says what the zone is called.
        let pointer = match member {
            "timezone_label" => "/display",
            other => changed.as_object().unwrap().keys().find(|key| *key == other).unwrap(),
        };
        let error = read(&changed).unwrap_err();
        assert_eq!(
            (error.code(), error.pointer().trim_start_matches('/')),
            ("when_conflicting_fields", pointer.trim_start_matches('/'))
        );
    }
    let mut other = answer;
    other["weekday"] = json!("thursday");
    assert_eq!(read(&other).unwrap_err().code(), "weekday_mismatch");
    let month = json!({ "precision": "month", "edtf": "2022-03", "local_start": "2022-03-17T16:00:00" });
    assert_eq!(read(&month).unwrap_err().pointer(), "/local_start");
}

#[test]
fn instants_that_move_take_the_clocks_with_them() {
    let when = paris().parse().unwrap();
    let mut answer = serde_json::to_value(when.view(None)).unwrap();
    for stale in ["local_start", "local_end", "utc_offset", "display", "weekday"] {
        answer[stale] = Value::Null;
    }
    (answer["starts_at"], answer["ends_at"]) = (json!("2022-03-30T09:30:00Z"), json!("2022-03-30T11:00:00Z"));
    let moved = read(&answer).unwrap();
    assert_eq!(moved.local_start(), Some("2022-03-30T11:30:00".parse().unwrap()));
}

#[test]
fn words_of_an_answer_alone_are_not_enough() {
    for part in [json!({ "utc_offset": "+01:00" }), json!({ "edtf": "2022-03", "display": "March 2022" })] {
        assert_eq!(read(&part).unwrap_err().code(), "when_incomplete", "{part}");
    }
    assert_eq!(read(&json!({ "precision": "none" })), Ok(When::none()));
    assert_eq!(read(&json!({ "precision": "month" })).unwrap_err().pointer(), "/precision");
}

#[test]
fn without_its_instants_the_clocks_are_read() {
    let mut answer = serde_json::to_value(paris().parse().unwrap().view(None)).unwrap();
    for member in ["starts_at", "ends_at", "duration", "display", "weekday"] {
        answer[member] = Value::Null;
    }
    answer["local_start"] = json!("2022-02-23T11:45");
    assert_eq!(read(&answer).unwrap().starts_at(), Some("2022-02-23T10:45:00Z".parse().unwrap()));
    answer["duration"] = json!("PT1H30M");
    assert_eq!(read(&answer).unwrap_err().pointer(), "/duration");
}
