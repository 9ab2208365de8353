//! When an event is: every shape of it, and each way in which one can be wrong.

use plenary::accounts::Role;
use serde_json::{Value, json};

use super::{EVENTS, make_event, webinar_when};
use crate::support::{Answer, TestApp};

both!(
    a_draft_moves_and_its_status_follows,
    a_reader_sees_their_own_clock_besides,
    an_hour_that_is_skipped_or_doubled_is_asked_about,
    every_precision_is_kept_and_shown,
    every_shape_of_a_time_is_read,
    faults_of_a_time_are_pointed_at,
    zones_are_named_and_never_guessed,
);

async fn every_precision_is_kept_and_shown(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for (edtf, precision, status, phase, weekday, display) in [
        ("2021-11-24", "date", "scheduled", "past", json!("wednesday"), "24 November 2021"),
        ("2022-02", "month", "tentative", "live", Value::Null, "February 2022"),
        ("2022-03", "month", "tentative", "upcoming", Value::Null, "March 2022"),
        ("2021-23", "season", "tentative", "past", Value::Null, "Autumn 2021"),
        ("2021-24", "season", "tentative", "live", Value::Null, "Winter 2021/22"),
        ("2022", "year", "tentative", "live", Value::Null, "2022"),
        ("2022-03-01/2022-03-03", "interval", "scheduled", "upcoming", Value::Null, "1 March 2022 – 3 March 2022"),
    ] {
        let made = make_event(&owner, webinar_when("A", json!({ "edtf": edtf }))).await;
        assert_eq!((made.at("/status"), made.at("/phase")), (json!(status), json!(phase)), "{edtf}");
        assert_eq!(
            made.at("/when"),
            json!({
                "precision": precision,
                "edtf": edtf,
                "local_start": null,
                "local_end": null,
                "timezone": null,
                "timezone_label": null,
                "utc_offset": null,
                "starts_at": null,
                "ends_at": null,
                "duration": null,
                "weekday": weekday,
                "display": display,
            })
        );
        let edit = json!({ "when": { "edtf": edtf } });
        let saved = owner.if_match(&made.etag()).patch(&format!("{EVENTS}/{}", made.id()), edit).await.expect(200);
        assert_eq!(saved.etag(), made.etag(), "{edtf}");
    }
}

async fn every_shape_of_a_time_is_read(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let oslo = |members: Value| {
        let mut when = members;
        when["timezone"] = json!("Europe/Oslo");
        when
    };
    for (when, ends_at, duration) in [
        (oslo(json!({ "local_start": "2022-06-10T10:00" })), Value::Null, Value::Null),
        (
            oslo(json!({ "local_start": "2022-06-10T10:00:00", "local_end": "2022-06-10T11:15" })),
            json!("2022-06-10T09:15:00Z"),
            json!("PT1H15M"),
        ),
        (
            oslo(json!({ "local_start": "2022-06-10T10:00", "duration": "PT75M" })),
            json!("2022-06-10T09:15:00Z"),
            json!("PT1H15M"),
        ),
        (oslo(json!({ "starts_at": "2022-06-10T08:00:00Z" })), Value::Null, Value::Null),
        (
            oslo(json!({ "starts_at": "2022-06-10T17:00:00+09:00", "ends_at": "2022-06-10T09:15:00Z" })),
            json!("2022-06-10T09:15:00Z"),
            json!("PT1H15M"),
        ),
        (
            oslo(json!({ "starts_at": "2022-06-10T08:00:00Z", "duration": "PT1H15M", "weekday": "friday" })),
            json!("2022-06-10T09:15:00Z"),
            json!("PT1H15M"),
        ),
    ] {
        let made = make_event(&owner, webinar_when("A", when.clone())).await.at("/when");
        assert_eq!(
            [&made["precision"], &made["local_start"], &made["starts_at"], &made["utc_offset"], &made["weekday"]],
            ["datetime", "2022-06-10T10:00:00", "2022-06-10T08:00:00Z", "+02:00", "friday"],
            "{when}"
        );
        assert_eq!((&made["ends_at"], &made["duration"]), (&ends_at, &duration), "{when}");
    }
    for nothing in [json!({}), json!({ "edtf": null })] {
        assert_eq!(make_event(&owner, webinar_when("A", nothing)).await.at("/when/precision"), "none");
    }
}

/// What is wrong with a `when`.
async fn refuse(app: &TestApp, when: Value) -> Answer {
    let owner = app.staff(Role::Owner).await;
    owner.post(EVENTS, webinar_when("A", when)).await
}

async fn faults_of_a_time_are_pointed_at(app: TestApp) {
    let (start, zone) = ("2022-02-23T11:30", "Europe/Paris");
    for (when, pointer, code) in [
        (json!({ "local_start": start }), "/timezone", "timezone_required"),
        (json!({ "starts_at": "2022-02-23T10:30:00Z" }), "/timezone", "timezone_required"),
        (json!({ "edtf": "2022-03", "timezone": zone }), "/timezone", "when_conflicting_fields"),
        (
            json!({ "local_start": start, "timezone": zone, "timezone_label": "a\nb" }),
            "/timezone_label",
            "timezone_label_invalid",
        ),
        (json!({ "local_start": "23.02.2022 11:30", "timezone": zone }), "/local_start", "local_time_invalid"),
        (json!({ "local_start": "2022-02-23T11:30Z", "timezone": zone }), "/local_start", "local_time_invalid"),
        (json!({ "local_start": "2022-02-30T11:30", "timezone": zone }), "/local_start", "local_time_invalid"),
        (json!({ "local_start": start, "local_end": "noon", "timezone": zone }), "/local_end", "local_time_invalid"),
        (json!({ "starts_at": "2022-02-23T11:30", "timezone": zone }), "/starts_at", "instant_invalid"),
        (json!({ "local_start": start, "local_end": start, "timezone": zone }), "/local_end", "end_before_start"),
        (
            json!({ "starts_at": "2022-02-23T10:30:00Z", "ends_at": "2022-02-23T10:29:00Z", "timezone": zone }),
            "/ends_at",
            "end_before_start",
        ),
        (json!({ "edtf": "2022-05/2022-03" }), "/edtf", "end_before_start"),
        (json!({ "local_start": start, "timezone": zone, "weekday": "monday" }), "/weekday", "weekday_mismatch"),
        (json!({ "local_start": start, "timezone": zone, "weekday": "Mittwoch" }), "/weekday", "weekday_mismatch"),
        (json!({ "edtf": "2022-02-23", "weekday": "thursday" }), "/weekday", "weekday_mismatch"),
        (json!({ "edtf": "2022-02", "weekday": "thursday" }), "/weekday", "when_conflicting_fields"),
        (json!({ "edtf": "March 2022" }), "/edtf", "edtf_invalid"),
        (json!({ "edtf": "2022-02-30" }), "/edtf", "edtf_invalid"),
        (json!({ "edtf": "2022-03?" }), "/edtf", "edtf_invalid"),
        (json!({ "edtf": "2022/.." }), "/edtf", "edtf_invalid"),
        (json!({ "edtf": "" }), "/edtf", "edtf_invalid"),
        (json!({ "local_start": start, "timezone": zone, "duration": "1h" }), "/duration", "duration_invalid"),
        (json!({ "local_start": start, "timezone": zone, "duration": "P1M" }), "/duration", "duration_invalid"),
        (json!({ "local_start": start, "timezone": zone, "duration": "PT0S" }), "/duration", "duration_invalid"),
        (
            json!({ "local_start": start, "local_end": "2022-02-23T12:00", "duration": "PT1H", "timezone": zone }),
            "/duration",
            "when_conflicting_fields",
        ),
        (
            json!({ "local_start": start, "starts_at": "2022-02-23T10:30:00Z", "timezone": zone }),
            "/starts_at",
            "when_conflicting_fields",
        ),
        (json!({ "edtf": "2022-03", "local_start": start }), "/local_start", "when_conflicting_fields"),
        (json!({ "timezone": zone }), "/local_start", "when_incomplete"),
        (json!({ "ends_at": "2022-02-23T10:30:00Z", "timezone": zone }), "/starts_at", "when_incomplete"),
        (json!({ "duration": "PT1H" }), "/local_start", "when_incomplete"),
        (json!({ "local_start": "1899-12-31T23:00", "timezone": zone }), "/local_start", "when_out_of_range"),
        (json!({ "edtf": "2201" }), "/edtf", "when_out_of_range"),
        (
            json!({ "local_start": "2200-12-31T23:00", "timezone": zone, "duration": "P2D" }),
            "/duration",
            "when_out_of_range",
        ),
        (json!({ "date": "2022-02-23" }), "/date", "field_unknown"),
        (json!({ "edtf": 2022 }), "/edtf", "field_type"),
        (json!({ "local_start": start, "timezone": zone, "disambiguation": "both" }), "/disambiguation", "field_type"),
    ] {
        refuse(&app, when).await.faults(&[(&format!("/when{pointer}"), code)]);
    }
    refuse(&app, json!("2022-03")).await.faults(&[("/when", "field_type")]);
}

async fn zones_are_named_and_never_guessed(app: TestApp) {
    let at = |zone: &str| json!({ "local_start": "2022-02-23T11:30", "timezone": zone });
    for (zone, code, first) in [
        ("CET", "timezone_abbreviation", "Europe/Paris"),
        ("cet", "timezone_abbreviation", "Europe/Paris"),
        ("+01:00", "timezone_abbreviation", "Europe/Paris"),
        ("europe/berlin", "timezone_unknown", "Europe/Berlin"),
    ] {
        let refused = refuse(&app, at(zone)).await;
        refused.faults(&[("/when/timezone", code)]);
        assert_eq!(refused.at("/errors/0/candidates/0"), first, "{zone}");
    }
    for zone in ["", "Europe/Atlantis", "Europe/Berlin\0"] {
        refuse(&app, at(zone)).await.faults(&[("/when/timezone", "timezone_unknown")]);
    }
}

async fn an_hour_that_is_skipped_or_doubled_is_asked_about(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    for (night, code, candidates, readings) in [
        (
            "2022-03-27T02:30",
            "local_time_nonexistent",
            ["2022-03-27T01:30:00+01:00", "2022-03-27T03:30:00+02:00"],
            [("2022-03-27T01:30:00", "2022-03-27T00:30:00Z"), ("2022-03-27T03:30:00", "2022-03-27T01:30:00Z")],
        ),
        (
            "2022-10-30T02:30",
            "local_time_ambiguous",
            ["2022-10-30T02:30:00+02:00", "2022-10-30T02:30:00+01:00"],
            [("2022-10-30T02:30:00", "2022-10-30T00:30:00Z"), ("2022-10-30T02:30:00", "2022-10-30T01:30:00Z")],
        ),
    ] {
        let mut when = json!({ "local_start": night, "timezone": "Europe/Berlin" });
        let refused = refuse(&app, when.clone()).await;
        refused.faults(&[("/when/local_start", code)]);
        assert_eq!(refused.at("/errors/0/candidates"), json!(candidates));
        for (side, (local, instant)) in ["earlier", "later"].into_iter().zip(readings) {
            when["disambiguation"] = json!(side);
            let made = make_event(&owner, webinar_when("A", when.clone())).await;
            assert_eq!((made.at("/when/local_start"), made.at("/when/starts_at")), (json!(local), json!(instant)));
            let edit = json!({ "title": "A", "capacity": null });
            let path = format!("{EVENTS}/{}", made.id());
            let saved = owner.if_match(&made.etag()).patch(&path, edit).await.expect(200);
            assert_eq!((saved.etag(), saved.json()), (made.etag(), made.json()));
        }
    }
}

async fn a_reader_sees_their_own_clock_besides(app: TestApp) {
    let owner = app.staff(Role::Owner).await;
    let when =
        json!({ "local_start": "2022-02-23T23:30", "local_end": "2022-02-24T01:00", "timezone": "Europe/Paris" });
    let dated = make_event(&owner, webinar_when("A", when)).await;
    let vague = make_event(&owner, webinar_when("B", json!({ "edtf": "2022-03" }))).await;
    let reader = json!({
        "timezone": "America/New_York",
        "local_start": "2022-02-23T17:30:00",
        "local_end": "2022-02-23T19:00:00",
        "utc_offset": "-05:00",
        "display": "Wednesday 23 February 2022, 17:30–19:00 (America/New_York, UTC-05:00)",
    });
    let mut expected = dated.json();
    expected["when"]["reader"] = reader.clone();
    let seen = owner.get(&format!("{EVENTS}/{}?tz=America/New_York", dated.id())).await.expect(200);
    assert_eq!(seen.json(), expected);
    let seen = owner.get(&format!("{EVENTS}/{}?tz=America/New_York", vague.id())).await.expect(200);
    assert_eq!((seen.json(), seen.etag()), (vague.json(), vague.etag()));

    let mut expected = owner.get(EVENTS).await.json();
    expected["items"][0]["when"]["reader"] = reader;
    assert_eq!(owner.get(&format!("{EVENTS}?tz=America/New_York")).await.expect(200).json(), expected);

    for zone in ["EST5", "Mars/Olympus", ""] {
        owner.get(&format!("{EVENTS}?tz={zone}")).await.problem(422, "timezone_unknown");
        owner.get(&format!("{EVENTS}/{}?tz={zone}", dated.id())).await.problem(422, "timezone_unknown");
    }
    owner.get(&format!("{EVENTS}/{}?zone=UTC", dated.id())).await.problem(400, "malformed_query");
}

async fn a_draft_moves_and_its_status_follows(app: TestApp) {
    let owner = app.staff(Role::Owner).await.if_match("*");
    let path = format!("{EVENTS}/{}", make_event(&owner, webinar_when("A", json!({ "edtf": "2022-03" }))).await.id());
    let at = json!({ "edtf": null, "local_start": "2022-03-23T11:30", "timezone": "Europe/Paris" });
    let dated = owner.patch(&path, json!({ "when": at })).await.expect(200);
    assert_eq!((dated.at("/status"), dated.at("/when/starts_at")), (json!("scheduled"), json!("2022-03-23T10:30:00Z")));
    let zone = json!({ "when": { "timezone": "Asia/Tokyo" } });
    assert_eq!(owner.patch(&path, zone).await.at("/when/starts_at"), "2022-03-23T02:30:00Z");
    let undated = owner.patch(&path, json!({ "when": null })).await.expect(200);
    assert_eq!((undated.at("/status"), undated.at("/when/precision")), (json!("tentative"), json!("none")));
    assert_eq!(undated.at("/previous_whens"), json!([]));
}
