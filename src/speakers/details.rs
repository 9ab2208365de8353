//! What speakers and appearances are described by: what clients write and read back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{AppearanceId, AppearanceRole, AppearanceStatus, SpeakerId};
use crate::define_text_enum;
use crate::organisations::OrganisationId;

/// A page of a speaker's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeakerLink {
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Publications")]
    pub label: Option<String>,
    /// Where it is.
    #[schema(example = "https://example.org/people/sakkers")]
    pub url: String,
}

/// Where a speaker belongs, for a time or for good: an organisation of the directory, or a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Affiliation {
    /// The organisation, where the directory has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_id: Option<OrganisationId>,
    /// What it is called, where the directory does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "City of Utrecht")]
    pub name: Option<String>,
    /// What they are there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Strategist Social Sustainability and Human Rights")]
    pub job_title: Option<String>,
    /// From its first day on: a year, a month or a day (EDTF).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2019-05")]
    pub from: Option<String>,
    /// Up to its first day, which is not a part of it any more: a year, a month or a day (EDTF).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2024")]
    pub until: Option<String>,
}

/// What a client says about a speaker.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpeakerDetails {
    /// Their name, as it is shown. Whether they will come is the status of an appearance and no part of it.
    #[schema(example = "Hans Sakkers")]
    pub name: String,
    /// Who they are: Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Advises the City of Utrecht on human rights.")]
    pub bio: Option<String>,
    /// Where their photograph is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://example.org/people/sakkers.jpg")]
    pub photo_url: Option<String>,
    /// Their pages, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<SpeakerLink>,
    /// Where they get mail. Only staff see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "speaker@example.org", format = Email)]
    pub email: Option<String>,
    /// The IANA zone that they live in, for times in mails to them. Only staff see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Europe/Amsterdam")]
    pub timezone: Option<String>,
    /// Where they belong, and belonged: the most important first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Affiliation>,
}

impl std::fmt::Debug for SpeakerDetails {
    /// Without the private parts: debug output ends in logs.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SpeakerDetails").field("name", &self.name).finish_non_exhaustive()
    }
}

impl SpeakerDetails {
    /// A speaker of whom only the name is known.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            bio: None,
            photo_url: None,
            links: Vec::new(),
            email: None,
            timezone: None,
            affiliations: Vec::new(),
        }
    }
}

/// A part in an event or a session: exactly one of `speaker_id`, `organisation_id` and `label`, save that a label may
/// stand beside an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppearanceInput {
    /// Its id, where a whole agenda is written and this appearance was in it before. A new one has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<AppearanceId>,
    /// Its place among those of the same session, or of the event as a whole, from 1; a number beyond the last puts it last,
    /// and so does none. Where a whole agenda is written, the order of the list says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000, example = 1)]
    pub position: Option<i32>,
    /// Who appears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_id: Option<SpeakerId>,
    /// Which organisation appears.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_id: Option<OrganisationId>,
    /// What is known of whoever appears, where no person is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Representatives")]
    pub label: Option<String>,
    /// Their part.
    pub role: AppearanceRole,
    /// Where they belong, as it is shown at this event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "City of Utrecht")]
    pub affiliation: Option<String>,
    /// What they are there, as it is shown at this event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Strategist Social Sustainability and Human Rights")]
    pub job_title: Option<String>,
    /// Whether they will come.
    #[serde(default = "confirmed")]
    #[schema(default = "confirmed", example = "tbc")]
    pub status: AppearanceStatus,
    /// A remark beside the name, for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "the first European human rights city")]
    pub note: Option<String>,
    /// Whether they agree to be recorded; absent if they were not asked. Only staff see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = true)]
    pub recording_consent: Option<bool>,
}

fn confirmed() -> AppearanceStatus {
    AppearanceStatus::Confirmed
}

impl AppearanceInput {
    /// A confirmed part, of nobody yet.
    pub fn new(role: AppearanceRole) -> Self {
        Self {
            id: None,
            position: None,
            speaker_id: None,
            organisation_id: None,
            label: None,
            role,
            affiliation: None,
            job_title: None,
            status: confirmed(),
            note: None,
            recording_consent: None,
        }
    }

    /// A confirmed part of a speaker.
    pub fn of_speaker(speaker: SpeakerId, role: AppearanceRole) -> Self {
        Self { speaker_id: Some(speaker), ..Self::new(role) }
    }
}

/// What an invitation says beside what is known of the event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvitationInput {
    /// What the organisers write to the speaker: plain text of several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "We would be glad to have you with us for ten minutes.")]
    pub message: Option<String>,
    /// Until when they are asked to answer; until the event begins if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub respond_by: Option<DateTime<Utc>>,
}

define_text_enum! {
    /// What a speaker says to an invitation.
    InvitationAnswer {
        /// They will come.
        Accept => "accept",
        /// They will not.
        Decline => "decline",
    }
}

impl InvitationAnswer {
    /// What becomes of the appearance.
    pub const fn status(self) -> AppearanceStatus {
        match self {
            Self::Accept => AppearanceStatus::Confirmed,
            Self::Decline => AppearanceStatus::Declined,
        }
    }
}

/// A speaker's answer to an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    /// Whether they will come.
    pub answer: InvitationAnswer,
    /// Whether they agree to be recorded; absent: it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = true)]
    pub recording_consent: Option<bool>,
    /// What they write to the organisers, who alone see it: plain text; absent: it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "I can stay until noon.")]
    pub note: Option<String>,
}
