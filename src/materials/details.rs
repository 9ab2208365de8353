//! What materials are described by: what clients write and read back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{MaterialKind, MaterialVisibility};
use crate::organisations::OrganisationId;
use crate::speakers::SpeakerId;

/// What a client says about a material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MaterialDetails {
    /// Its place among those of the same series, event or session. Without it, it comes last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000, example = 1)]
    pub position: Option<i32>,
    /// What it is.
    pub kind: MaterialKind,
    /// Its title.
    #[schema(example = "Human rights cities in the EU")]
    pub title: String,
    /// Where it is: an absolute http or https URL.
    #[schema(example = "https://example.org/2021/slides.pdf")]
    pub url: String,
    /// Its media type, without parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "application/pdf")]
    pub media_type: Option<String>,
    /// The language it is in: a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "en")]
    pub language: Option<String>,
    /// How large it is, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, example = 1_482_311)]
    pub size_bytes: Option<i64>,
    /// How long it runs: an ISO 8601 duration in whole seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "PT1H15M")]
    pub duration: Option<String>,
    /// The person it is by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_id: Option<SpeakerId>,
    /// The organisation it is by, alone or beside a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_id: Option<OrganisationId>,
    /// Who may see it.
    #[serde(default = "everybody")]
    pub visibility: MaterialVisibility,
    /// Nobody but staff sees it before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_from: Option<DateTime<Utc>>,
    /// Under which terms it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "CC BY 4.0")]
    pub license: Option<String>,
    /// What it is about: Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "The framework, and *who* uses it.")]
    pub description: Option<String>,
}

fn everybody() -> MaterialVisibility {
    MaterialVisibility::Public
}
