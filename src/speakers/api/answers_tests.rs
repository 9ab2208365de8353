use chrono::DateTime;
use uuid::Uuid;

use super::super::super::model::Appearance;
use super::*;
use crate::db::types::{At, Json};
use crate::http::WorkspaceId;

const AT: At = At(DateTime::UNIX_EPOCH);

fn speaker() -> Speaker {
    Speaker {
        id: SpeakerId(Uuid::from_u128(1)),
        workspace_id: WorkspaceId(Uuid::from_u128(2)),
        name: "Bahram Ghazi".into(),
        bio: None,
        photo_url: None,
        links: Json(vec![]),
        email: Some("private@example.org".into()),
        timezone: Some("Asia/Tehran".into()),
        sort_key: "bahram ghazi".into(),
        revision: 1,
        created_at: AT,
        updated_at: AT,
        affiliations: Json(vec![]),
    }
}

fn appearance(status: AppearanceStatus, speaker: Option<Speaker>, label: Option<&str>) -> AppearanceWith {
    let appearance = Appearance {
        id: AppearanceId(Uuid::from_u128(3)),
        workspace_id: WorkspaceId(Uuid::from_u128(2)),
        event_id: EventId(Uuid::from_u128(4)),
        session_id: None,
        position: 1,
        speaker_id: speaker.as_ref().map(|speaker| speaker.id),
        organisation_id: None,
        label: label.map(str::to_owned),
        role: AppearanceRole::Speaker,
        affiliation: Some("OHCHR".into()),
        job_title: None,
        status,
        note: None,
        recording_consent: Some(0),
        revision: 1,
        created_at: AT,
        updated_at: AT,
        invitation_version: 2,
        invitation_message: Some("secret".into()),
        invited_at: Some(AT),
        respond_by: Some(AT),
        answered_at: Some(AT),
        answer_note: Some("secret".into()),
    };
    AppearanceWith { appearance, speaker, organisation: None }
}

fn members(answer: &impl Serialize) -> Vec<String> {
    let value = serde_json::to_value(answer).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn what_is_private_is_for_staff() {
    let links = Links::new(vec![1; 32].into(), "https://plenary.example");
    let public = SpeakerResponse::new(speaker(), &[], false, AT.0, &links);
    let shown = [
        "id",
        "name",
        "bio",
        "photo_url",
        "links",
        "affiliations",
        "current_affiliation",
        "ics",
        "webcal",
        "revision",
        "created_at",
        "updated_at",
    ];
    assert_eq!(members(&public), shown);
    let staff = SpeakerResponse::new(speaker(), &[], true, AT.0, &links);
    assert_eq!((staff.email.as_deref(), staff.timezone.as_deref()), (Some("private@example.org"), Some("Asia/Tehran")));
}

#[test]
fn an_appearance_shows_its_status_beside_the_name_and_nothing_private() {
    let with = appearance(AppearanceStatus::Tbc, Some(speaker()), None);
    let public = AppearanceResponse::new(with.clone(), false).unwrap();
    assert_eq!((public.name.as_str(), public.status), ("Bahram Ghazi", AppearanceStatus::Tbc));
    assert_eq!(
        members(&public),
        [
            "id",
            "event_id",
            "session_id",
            "position",
            "name",
            "speaker",
            "organisation",
            "label",
            "role",
            "affiliation",
            "job_title",
            "status",
            "note",
            "revision",
            "created_at",
            "updated_at",
        ]
    );
    assert_eq!(members(&public.speaker.unwrap()), ["id", "name", "bio", "photo_url"]);
    let staff = AppearanceResponse::new(with, true).unwrap();
    assert_eq!((staff.recording_consent, staff.answer_note.as_deref()), (Some(false), Some("secret")));
    assert_eq!((staff.invited_at, staff.answered_at, staff.respond_by), (Some(AT.0), Some(AT.0), Some(AT.0)));
}

#[test]
fn who_declined_or_withdrew_is_for_staff() {
    for status in AppearanceStatus::ALL {
        let with = appearance(*status, None, Some("Representatives"));
        assert_eq!(AppearanceResponse::new(with.clone(), false).is_some(), status.stands(), "{status}");
        assert_eq!(AppearanceResponse::new(with, true).unwrap().name, "Representatives");
    }
}
