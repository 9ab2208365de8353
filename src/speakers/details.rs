//! What speakers and appearances are described by: what clients write and read back.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{AppearanceId, AppearanceRole, AppearanceStatus, SpeakerId};
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
        Self { name: name.into(), bio: None, photo_url: None, links: Vec::new(), email: None, timezone: None }
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
