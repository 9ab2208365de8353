//! What the entry of an event says, state by state and precision by precision.

use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::ical::{Calendar, render};
use super::*;
use crate::db::types::{At, Json};
use crate::events::{EventDetails, EventId, OrganisationRole, SeriesDefaults, SeriesDetails, SeriesId, Visibility};
use crate::http::WorkspaceId;
use crate::materials::MaterialId;
use crate::materials::rules::check_material;
use crate::organisations::{Organisation, OrganisationId, OrganisationKind};

const URL: &str = "https://plenary.example";
const ID: &str = "00000000-0000-0000-0000-000000000001";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A published event, scheduled at 11:30–13:00 in Paris unless `details` say otherwise.
#[expect(clippy::needless_pass_by_value, reason = "so that a test can write it in place")]
pub fn parts(status: EventStatus, details: Value) -> EntryParts {
    let mut whole = json!({
        "kind": "webinar", "title": "Opening",
        "when": { "local_start": "2022-02-23T11:30:00", "local_end": "2022-02-23T13:00:00", "timezone": "Europe/Paris" },
    });
    whole.as_object_mut().unwrap().extend(details.as_object().unwrap().clone());
    let details: EventDetails = serde_json::from_value(whole).unwrap();
    let when = details.check().unwrap();
    let event = Event {
        id: EventId(Uuid::from_u128(1)),
        workspace_id: WorkspaceId(Uuid::from_u128(2)),
        series_id: None,
        uid: ID.to_owned(),
        details: Json(details),
        series_defaults: Json(SeriesDefaults::default()),
        when: (&when).into(),
        previous_whens: Json(Vec::new()),
        visibility: Visibility::Published,
        status,
        sequence: 3,
        revision: 4,
        published_at: None,
        cancelled_at: None,
        created_at: At(at("2022-01-01T00:00:00Z")),
        updated_at: At(at("2022-01-02T00:00:00Z")),
    };
    EntryParts {
        event,
        series: None,
        organisers: Vec::new(),
        appearances: Vec::new(),
        agenda: Vec::new(),
        rooms: Vec::new(),
        materials: Vec::new(),
        links: LinkTemplates::default(),
    }
}

fn entry_with(parts: &EntryParts, options: &EntryOptions) -> Option<Entry> {
    event_entry(parts, options, URL, at("2022-01-15T00:00:00Z")).unwrap()
}

fn entry(status: EventStatus, details: Value) -> Option<Entry> {
    entry_with(&parts(status, details), &EntryOptions::default())
}

fn scheduled(details: Value) -> Entry {
    entry(EventStatus::Scheduled, details).unwrap()
}

fn days(first: &str, last: &str) -> EntryTime {
    EntryTime::AllDay { first: day(first), last: day(last) }
}

#[test]
fn an_event_at_a_time_is_a_timed_entry_with_the_values_of_its_row() {
    let entry = scheduled(json!({ "languages": ["en"], "keywords": ["rights", "cities"] }));
    let EntryTime::Timed { starts_at, ends_at, zone } = entry.time else { panic!("{:?}", entry.time) };
    assert_eq!((starts_at, ends_at), (at("2022-02-23T10:30:00Z"), Some(at("2022-02-23T12:00:00Z"))));
    assert_eq!(zone.name(), "Europe/Paris");
    assert_eq!((entry.uid.as_str(), entry.sequence), (ID, 3));
    assert_eq!(entry.created_at, at("2022-01-01T00:00:00Z"));
    assert_eq!((entry.updated_at, entry.stamped_at), (at("2022-01-02T00:00:00Z"), None));
    assert_eq!((entry.status, entry.is_opaque), (Status::Confirmed, true));
    assert_eq!((entry.summary.as_str(), entry.location.as_deref()), ("Opening", Some("Online")));
    assert_eq!(entry.url, Some(format!("{URL}/events/{ID}")));
    assert_eq!(entry.categories, ["rights", "cities"]);
    assert_eq!(entry.language.as_deref(), Some("en"));
    assert_eq!((entry.organizer, entry.attendee, entry.conference), (None, None, None));
}

#[test]
fn each_status_is_said_in_words_too_where_the_event_does_not_take_place() {
    for (status, expected, summary, is_opaque) in [
        (EventStatus::Tentative, Status::Tentative, "Opening", true),
        (EventStatus::Scheduled, Status::Confirmed, "Opening", true),
        (EventStatus::Postponed, Status::Tentative, "Postponed: Opening", false),
        (EventStatus::Cancelled, Status::Cancelled, "Cancelled: Opening", false),
    ] {
        let entry = entry(status, json!({})).unwrap();
        assert_eq!((entry.status, entry.summary.as_str(), entry.is_opaque), (expected, summary, is_opaque));
    }
    let cancelled = parts(EventStatus::Cancelled, json!({}));
    let summaries = Language::ALL
        .map(|language| entry_with(&cancelled, &EntryOptions { language, ..EntryOptions::default() }).unwrap().summary);
    assert_eq!(summaries, ["Cancelled: Opening", "Abgesagt: Opening", "Annulé : Opening", "Geannuleerd: Opening"]);
}

#[test]
fn a_programme_takes_no_time() {
    let options = EntryOptions { is_programme: true, ..EntryOptions::default() };
    assert!(!entry_with(&parts(EventStatus::Scheduled, json!({})), &options).unwrap().is_opaque);
}

#[test]
fn what_is_known_to_the_day_is_shown_as_days() {
    for (edtf, first, last) in
        [("2021-11-24", "2021-11-24", "2021-11-24"), ("2024-02-28/2024-03-01", "2024-02-28", "2024-03-01")]
    {
        let entry = scheduled(json!({ "when": { "edtf": edtf } }));
        assert_eq!(
            (entry.time, entry.status, entry.is_opaque),
            (days(first, last), Status::Confirmed, false),
            "{edtf}"
        );
    }
}

#[test]
fn what_is_vaguer_than_a_day_is_shown_to_those_who_ask() {
    let options = EntryOptions { shows_tentative: true, ..EntryOptions::default() };
    for (edtf, first, last, words) in [
        ("2022-03", "2022-03-01", "2022-03-31", "Planned for: March 2022"),
        ("2021-24", "2021-12-01", "2022-02-28", "Planned for: Winter 2021/22"),
        ("2022", "2022-01-01", "2022-12-31", "Planned for: 2022"),
        ("2022-09/2022-10", "2022-09-01", "2022-10-31", "Planned for: September 2022 – October 2022"),
        ("2022-03-15/2022-03", "2022-03-15", "2022-03-31", "Planned for: 15 March 2022 – March 2022"),
    ] {
        let parts = parts(EventStatus::Scheduled, json!({ "when": { "edtf": edtf } }));
        assert_eq!(entry_with(&parts, &EntryOptions::default()), None, "{edtf}");
        let entry = entry_with(&parts, &options).unwrap();
        assert_eq!(
            (entry.time, entry.status, entry.is_opaque),
            (days(first, last), Status::Tentative, false),
            "{edtf}"
        );
        let description = entry.description.unwrap();
        assert_eq!(description, format!("{words}\n\nMore: {URL}/events/{ID}"), "{edtf}");
    }
    let undated = parts(EventStatus::Tentative, json!({ "when": {} }));
    assert_eq!(entry_with(&undated, &options), None);
}

#[test]
fn the_same_entry_moves_when_its_date_is_fixed() {
    let options = EntryOptions { shows_tentative: true, ..EntryOptions::default() };
    let vague = entry_with(&parts(EventStatus::Tentative, json!({ "when": { "edtf": "2022-02" } })), &options).unwrap();
    let fixed = entry_with(&parts(EventStatus::Scheduled, json!({})), &options).unwrap();
    assert_eq!(vague.uid, fixed.uid);
    assert_ne!(vague.time, fixed.time);
}

#[test]
fn a_cancelled_event_stays_for_thirty_days_after_its_end() {
    let shown_at =
        |parts: &EntryParts, now: &str| event_entry(parts, &EntryOptions::default(), URL, at(now)).unwrap().is_some();
    let cancelled = parts(EventStatus::Cancelled, json!({}));
    assert!(shown_at(&cancelled, "2022-03-25T11:59:59Z"));
    assert!(!shown_at(&cancelled, "2022-03-25T12:00:00Z"));
    assert!(shown_at(&parts(EventStatus::Scheduled, json!({})), "2030-01-01T00:00:00Z"));
    // A day is over everywhere on earth at noon UTC of the next.
    let whole_day = parts(EventStatus::Cancelled, json!({ "when": { "edtf": "2022-02-23" } }));
    assert!(shown_at(&whole_day, "2022-03-26T11:59:59Z"));
    assert!(!shown_at(&whole_day, "2022-03-26T12:00:00Z"));
}

#[test]
fn the_place_is_the_venue_or_else_the_platform() {
    let venue = json!({ "name": "Rathaus", "address": "Rathausplatz 2, Köln" });
    let zoom = json!({ "platform": "Zoom" });
    for (details, location) in [
        (json!({ "attendance_mode": "in_person", "venue": venue }), Some("Rathaus, Rathausplatz 2, Köln")),
        (
            json!({ "attendance_mode": "mixed", "venue": { "name": "Rathaus" }, "virtual_location": zoom }),
            Some("Rathaus"),
        ),
        (json!({ "attendance_mode": "mixed", "virtual_location": zoom }), Some("Zoom")),
        (json!({ "attendance_mode": "online", "venue": venue, "virtual_location": zoom }), Some("Zoom")),
        (json!({ "attendance_mode": "in_person" }), None),
    ] {
        assert_eq!(scheduled(details.clone()).location.as_deref(), location, "{details}");
    }
}

#[test]
fn the_join_link_is_for_those_who_may_have_it() {
    let place = |visibility: &str| {
        json!({ "virtual_location": {
            "platform": "Zoom", "join_url": "https://zoom.example/j/1", "passcode": "294857", "visibility": visibility,
        } })
    };
    let shown = |status: EventStatus, visibility: &str, join_link: JoinLink| {
        let options = EntryOptions { join_link, ..EntryOptions::default() };
        let entry = entry_with(&parts(status, place(visibility)), &options).unwrap();
        let says = |secret: &str| entry.description.as_deref().is_some_and(|text| text.contains(secret));
        (entry.conference.as_ref().map(|one| one.uri.clone()), says("zoom.example"), says("294857"))
    };
    let stored = Some("https://zoom.example/j/1".to_owned());
    let personal = "https://plenary.example/join/x".to_owned();
    let on = EventStatus::Scheduled;
    assert_eq!(shown(on, "registrants", JoinLink::IfPublic), (None, false, false));
    assert_eq!(shown(on, "public", JoinLink::IfPublic), (stored, true, true));
    assert_eq!(shown(on, "registrants", JoinLink::Personal(personal.clone())), (Some(personal.clone()), false, false));
    for (status, link) in
        [(EventStatus::Cancelled, JoinLink::Personal(personal)), (EventStatus::Postponed, JoinLink::IfPublic)]
    {
        assert_eq!(shown(status, "public", link), (None, false, false), "{status:?}");
    }
    let mut on_site = place("public");
    on_site["attendance_mode"] = json!("in_person");
    let entry = scheduled(on_site);
    assert!(entry.conference.is_none() && !entry.description.unwrap().contains("zoom.example"));
}

fn organiser(role: OrganisationRole, name: &str) -> Organiser {
    let now = At(at("2022-01-01T00:00:00Z"));
    let organisation = Organisation {
        id: OrganisationId(Uuid::from_u128(9)),
        workspace_id: WorkspaceId(Uuid::from_u128(2)),
        name: name.to_owned(),
        acronym: None,
        aliases: Json(Vec::new()),
        kind: OrganisationKind::Network,
        country: None,
        url: None,
        description: None,
        legal_form: None,
        logo_url: None,
        logo_alt: None,
        parent_id: None,
        sort_key: String::new(),
        search_text: String::new(),
        revision: 1,
        created_at: now,
        updated_at: now,
    };
    (role, 1, organisation).into()
}

#[test]
fn the_description_has_every_part_in_its_order() {
    let mut parts = parts(
        EventStatus::Scheduled,
        json!({
            "super_title": "Towards the congress", "subtitle": "A working session", "report": "It was good.",
            "abstract": "# About\n\n**Cities** and [rights](https://x.org/a_b).",
            "guiding_questions": ["How?", "*Why*?"], "languages": ["de"],
        }),
    );
    parts.organisers = vec![
        organiser(OrganisationRole::Organiser, "UCLG"),
        organiser(OrganisationRole::CoOrganiser, "Committee"),
        organiser(OrganisationRole::Featured, "Utrecht"),
    ];
    let now = At(at("2022-01-01T00:00:00Z"));
    let details: SeriesDetails = serde_json::from_value(json!({ "slug": "s", "title": "The way forward" })).unwrap();
    parts.series = Some(Series {
        id: SeriesId(Uuid::from_u128(5)),
        workspace_id: WorkspaceId(Uuid::from_u128(2)),
        slug: "s".to_owned(),
        details: Json(details),
        visibility: Visibility::Published,
        revision: 1,
        published_at: None,
        created_at: now,
        updated_at: now,
    });
    let language = language_of(&parts.event, Language::Fr);
    assert_eq!(language, Language::De);
    let entry = entry_with(&parts, &EntryOptions { language, ..EntryOptions::default() }).unwrap();
    let expected = format!(
        "Towards the congress\nA working session\n\nAbout\n\nCities and rights (https://x.org/a_b).\n\n\
         Leitfragen:\n- How?\n- Why?\n\nVeranstaltet von: UCLG, Committee\nReihe: The way forward\n\n\
         Zu dieser Veranstaltung gibt es einen Bericht.\n\nMehr: {URL}/events/{ID}"
    );
    assert_eq!(entry.description, Some(expected));
}

fn material(kind: &str, more: &Value) -> Material {
    let mut whole = json!({ "kind": kind, "title": "A title", "url": format!("https://example.org/{kind}") });
    whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let now = At(at("2022-01-01T00:00:00Z"));
    Material {
        id: MaterialId(Uuid::from_u128(7)),
        workspace_id: WorkspaceId(Uuid::from_u128(2)),
        series_id: None,
        event_id: Some(EventId(Uuid::from_u128(1))),
        session_id: None,
        position: 1,
        fields: check_material(&serde_json::from_value(whole).unwrap()).unwrap(),
        published_at: Some(now),
        revision: 1,
        created_at: now,
        updated_at: now,
    }
}

#[test]
fn reports_and_recordings_are_named_from_their_time_on() {
    let mut parts = parts(EventStatus::Scheduled, json!({ "outcomes": "A plan." }));
    parts.materials = vec![
        material("recording", &json!({ "available_from": "2022-02-24T09:00:00Z" })),
        material("report", &json!({})),
        material("slides", &json!({})),
        material("recording", &json!({ "visibility": "registrants", "url": "https://example.org/private" })),
    ];
    let description = |language: Language, now: &str| {
        let options = EntryOptions { language, ..EntryOptions::default() };
        let entry = event_entry(&parts, &options, URL, at(now)).unwrap().unwrap();
        entry.description.unwrap().replace(&format!("{URL}/events/{ID}"), "-")
    };
    let (before, after) = ("2022-02-24T08:59:59Z", "2022-02-24T09:00:00Z");
    assert_eq!(
        description(Language::En, before),
        "A report on this event is available.\nReport: https://example.org/report\n\nMore: -"
    );
    assert_eq!(
        description(Language::De, after),
        "Zu dieser Veranstaltung gibt es einen Bericht.\nAufzeichnung: https://example.org/recording\n\
         Bericht: https://example.org/report\n\nMehr: -"
    );
}

#[test]
fn a_language_that_we_do_not_write_leaves_the_choice_to_the_workspace() {
    let event = |languages: Value| parts(EventStatus::Scheduled, json!({ "languages": languages })).event;
    assert_eq!(language_of(&event(json!(["es"])), Language::Nl), Language::Nl);
    assert_eq!(language_of(&event(json!(["es", "fr-CH"])), Language::Nl), Language::Fr);
    assert_eq!(language_of(&event(json!([])), Language::De), Language::De);
}

#[test]
fn a_hostile_title_is_one_value() {
    let mut parts = parts(EventStatus::Scheduled, json!({}));
    let title = "A, b; c\\d \"e\"\r\nATTENDEE:mailto:x@evil.example\nEND:VEVENT\u{2028}Dagård 老虎";
    title.clone_into(&mut parts.event.details.0.title);
    parts.event.details.0.keywords = vec!["k\r\nX-EVIL:1".to_owned()];
    let entry = entry_with(&parts, &EntryOptions::default()).unwrap();
    let calendar = Calendar {
        name: title.to_owned(),
        is_collection: true,
        description: None,
        url: None,
        timezone: None,
        refresh: None,
        method: None,
        entries: vec![entry],
    };
    let text = render(&calendar);
    let unfolded = text.replace("\r\n ", "");
    let names: Vec<&str> = unfolded
        .split("\r\n")
        .filter_map(|line| line.split([':', ';']).next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(names.iter().filter(|name| ["ATTENDEE", "X-EVIL"].contains(name)).count(), 0);
    assert_eq!(names.iter().filter(|name| **name == "SUMMARY").count(), 1);
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let summary = "SUMMARY:A\\, b\\; c\\\\d \"e\" ATTENDEE:mailto:x@evil.example END:VEVENT Dagård 老虎";
    assert!(unfolded.split("\r\n").any(|line| line == summary), "{unfolded}");
}
