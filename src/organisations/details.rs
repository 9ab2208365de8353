//! What a membership is described by: what clients write.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::OrganisationId;

/// What a client says about a membership of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipDetails {
    /// In which way they belong to it: a word of the organisation's own.
    #[schema(example = "guest")]
    pub category: String,
    /// Who holds it: one organisation, or several together, in their order.
    #[schema(min_items = 1, max_items = 100)]
    pub holders: Vec<OrganisationId>,
    /// When it began, in EDTF: a year, a month or a day, which it holds from the first moment of. Without it, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2019-06")]
    pub from: Option<String>,
    /// When it ended, in EDTF: a year, a month or a day. The first moment of that is the first at which it no longer holds,
    /// so that one for the year 2021 is from `2021` until `2022`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2022")]
    pub until: Option<String>,
    /// A remark beside it, for everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Since the founding meeting")]
    pub note: Option<String>,
}
