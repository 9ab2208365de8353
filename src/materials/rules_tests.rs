//! Faults of materials, and who sees them when.

use serde_json::{Value, json};
use uuid::Uuid;

use super::*;
use crate::http::WorkspaceId;
use crate::materials::model::MaterialId;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn details(more: &Value) -> MaterialDetails {
    let mut whole = json!({ "kind": "slides", "title": "Slides", "url": "https://example.org/s.pdf" });
    whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn material(more: &Value, published_at: Option<&str>) -> Material {
    let made_at = At(at("2022-01-01T00:00:00Z"));
    Material {
        id: MaterialId(Uuid::from_u128(1)),
        workspace_id: WorkspaceId(Uuid::from_u128(2)),
        series_id: None,
        event_id: None,
        session_id: None,
        position: 1,
        fields: check_material(&details(more)).unwrap(),
        published_at: published_at.map(|text| At(at(text))),
        revision: 1,
        created_at: made_at,
        updated_at: made_at,
    }
}

#[test]
fn media_types_are_two_names() {
    for fine in ["application/pdf", "video/mp4", "image/svg+xml", "application/vnd.ms-powerpoint", "Text/HTML"] {
        assert!(check_material(&details(&json!({ "media_type": fine }))).is_ok(), "{fine}");
    }
    let long = format!("application/{}", "x".repeat(128));
    for wrong in ["", "pdf", "/", "a/", "/b", "a/b/c", "a/b; q=1", "a /b", "å/b", "a/b\r\nX: 1", "+a/b", &long] {
        let errors = check_material(&details(&json!({ "media_type": wrong }))).unwrap_err();
        let faults: Vec<(&str, &str)> = errors.iter().map(|one| (one.pointer.as_str(), one.code)).collect();
        assert_eq!(faults, [("/media_type", "media_type_invalid")], "{wrong}");
    }
}

#[test]
fn a_duration_is_whole_seconds_and_an_instant_whole_microseconds() {
    let fields = |more: Value| check_material(&details(&more));
    assert_eq!(fields(json!({ "duration": "PT75M" })).unwrap().duration().as_deref(), Some("PT1H15M"));
    for wrong in ["PT0S", "PT1.5S", "P367D", "P1Y", "75"] {
        assert_eq!(fields(json!({ "duration": wrong })).unwrap_err()[0].code, "duration_invalid", "{wrong}");
    }
    let precise = fields(json!({ "available_from": "2022-03-01T10:00:00.123456789Z" })).unwrap().available_from;
    assert_eq!(precise, Some(At(at("2022-03-01T10:00:00.123456Z"))));
    for wrong in ["1899-12-31T23:59:59Z", "2201-01-01T00:00:00Z"] {
        assert_eq!(fields(json!({ "available_from": wrong })).unwrap_err()[0].code, "when_out_of_range", "{wrong}");
    }
}

#[test]
fn each_audience_sees_what_is_theirs_from_its_time_on() {
    use MaterialVisibility::{Public, Registrants, Staff};
    let from = Some(at("2022-03-01T10:00:00Z"));
    let seen = |audience: Audience, from: Option<DateTime<Utc>>, now: &str| {
        [Public, Registrants, Staff].map(|visibility| is_shown_to(audience, visibility, from, at(now)))
    };
    for (now, is_there) in
        [("2022-03-01T09:59:59.999999Z", false), ("2022-03-01T10:00:00Z", true), ("2030-01-01T00:00:00Z", true)]
    {
        assert_eq!(seen(Audience::Public, from, now), [is_there, false, false], "{now}");
        assert_eq!(seen(Audience::Registrants, from, now), [is_there, is_there, false], "{now}");
        assert_eq!(seen(Audience::Staff, from, now), [true, true, true], "{now}");
    }
    assert_eq!(seen(Audience::Public, None, "2022-01-01T00:00:00Z"), [true, false, false]);
}

#[test]
fn what_is_new_is_so_for_fourteen_days_from_the_last_of_three_steps() {
    let published = Some(at("2022-03-01T10:00:00Z"));
    let new_at = |material: &Material, owner: Option<DateTime<Utc>>, now: &str| is_new(material, owner, at(now));
    for (more, made_public, since) in [
        (json!({}), "2022-02-01T00:00:00Z", "2022-03-01T10:00:00Z"),
        (json!({}), "2022-03-05T00:00:00Z", "2022-03-05T00:00:00Z"),
        (json!({ "available_from": "2022-03-09T08:00:00Z" }), "2022-03-05T00:00:00Z", "2022-03-09T08:00:00Z"),
        (json!({ "available_from": "2021-03-09T08:00:00Z" }), "2022-03-05T00:00:00Z", "2022-03-05T00:00:00Z"),
    ] {
        let (material, since) = (material(&more, Some(made_public)), at(since));
        let (second, end) = (TimeDelta::seconds(1), since + TimeDelta::days(14));
        let told = [since - second, since, end - second, end].map(|now| is_new(&material, published, now));
        assert_eq!(told, [false, true, true, false], "{more}");
    }
    let now = "2022-03-02T00:00:00Z";
    let public = Some("2022-03-01T00:00:00Z");
    assert!(!new_at(&material(&json!({}), public), None, now), "its event is a draft");
    assert!(!new_at(&material(&json!({ "visibility": "staff" }), public), published, now), "it was public once");
    assert!(!new_at(&material(&json!({ "visibility": "registrants" }), None), published, now));
}

#[test]
fn a_promise_holds_for_the_time_that_it_was_made_for() {
    let from = "2022-03-01T10:00:00Z";
    let public = material(&json!({ "available_from": from }), Some("2022-02-01T00:00:00Z"));
    let opens = |material: &Material, promised: &str, now: &str| opens_now(material, at(promised), at(now));
    assert!(opens(&public, from, from));
    assert!(opens(&public, from, "2022-03-03T00:00:00Z"), "late is better than never");
    assert!(!opens(&public, from, "2022-03-01T09:59:59Z"), "too early");
    assert!(!opens(&public, "2022-02-20T10:00:00Z", from), "it was moved");
    let hidden = material(&json!({ "available_from": from, "visibility": "staff" }), Some("2022-02-01T00:00:00Z"));
    assert!(!opens(&hidden, from, from));
}
