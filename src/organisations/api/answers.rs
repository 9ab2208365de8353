//! Organisations and memberships as they are shown.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{
    HeldMembership, LegalForm, Logo, MembershipId, Organisation, OrganisationId, OrganisationKind,
};
use crate::http::{CalendarAddress, Links, Problem};

/// An organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganisationResponse {
    /// Its id.
    pub id: OrganisationId,
    /// Its full name.
    #[schema(example = "United Cities and Local Governments")]
    pub name: String,
    /// Its short name.
    #[schema(example = "UCLG")]
    pub acronym: Option<String>,
    /// Other names by which it is found.
    #[schema(example = json!(["CGLU"]))]
    pub aliases: Vec<String>,
    /// What sort of organisation it is.
    pub kind: OrganisationKind,
    /// The country it is in: ISO 3166-1 alpha-2.
    #[schema(example = "ES")]
    pub country: Option<String>,
    /// Its page on the web.
    #[schema(example = "https://uclg.example/")]
    pub url: Option<String>,
    /// What it is and does.
    #[schema(example = "The world organisation of local and regional governments.")]
    pub description: Option<String>,
    /// The form in which it exists in law.
    pub legal_form: Option<LegalForm>,
    /// A picture that stands for it.
    pub logo: Option<Logo>,
    /// The organisation that it is a part of.
    pub parent_id: Option<OrganisationId>,
    /// The events in which it has a part.
    #[serde(flatten)]
    pub calendar: CalendarAddress,
    /// Rises with each change.
    #[schema(example = 1)]
    pub revision: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl OrganisationResponse {
    /// The organisation as everybody sees it who may.
    pub fn new(organisation: Organisation, links: &Links) -> Self {
        Self {
            calendar: links.calendar("organisations", organisation.id),
            id: organisation.id,
            logo: organisation.logo(),
            name: organisation.name,
            acronym: organisation.acronym,
            aliases: organisation.aliases.0,
            kind: organisation.kind,
            country: organisation.country,
            url: organisation.url,
            description: organisation.description,
            legal_form: organisation.legal_form.map(|form| form.0),
            parent_id: organisation.parent_id,
            revision: organisation.revision,
            created_at: organisation.created_at.0,
            updated_at: organisation.updated_at.0,
        }
    }
}

/// An organisation in short, where something else names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganisationSummary {
    /// Its id.
    pub id: OrganisationId,
    /// Its full name.
    #[schema(example = "United Cities and Local Governments")]
    pub name: String,
    /// Its short name.
    #[schema(example = "UCLG")]
    pub acronym: Option<String>,
    /// What sort of organisation it is.
    pub kind: OrganisationKind,
    /// The country it is in: ISO 3166-1 alpha-2.
    #[schema(example = "ES")]
    pub country: Option<String>,
    /// Its page on the web.
    #[schema(example = "https://uclg.example/")]
    pub url: Option<String>,
}

impl From<&Organisation> for OrganisationSummary {
    fn from(organisation: &Organisation) -> Self {
        Self {
            id: organisation.id,
            name: organisation.name.clone(),
            acronym: organisation.acronym.clone(),
            kind: organisation.kind,
            country: organisation.country.clone(),
            url: organisation.url.clone(),
        }
    }
}

/// A membership of an organisation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MembershipResponse {
    /// Its id.
    pub id: MembershipId,
    /// The organisation that was joined.
    pub body: OrganisationSummary,
    /// In which way they belong to it.
    #[schema(example = "guest")]
    pub category: String,
    /// Who holds it: one organisation, or several together, in their order.
    pub holders: Vec<OrganisationSummary>,
    /// When it began: a year, a month or a day, which it holds from the first moment of. Null for always.
    #[schema(example = "2019-06")]
    pub from: Option<String>,
    /// When it ended: the first moment of this year, month or day is the first at which it no longer holds.
    #[schema(example = "2022")]
    pub until: Option<String>,
    /// A remark beside it.
    #[schema(example = "Since the founding meeting")]
    pub note: Option<String>,
    /// Rises with each change.
    #[schema(example = 1)]
    pub revision: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

impl MembershipResponse {
    /// A membership with the names of its organisations, which are among `names`.
    ///
    /// # Errors
    /// One is not: a fault of ours.
    pub fn new(held: HeldMembership, names: &HashMap<OrganisationId, OrganisationSummary>) -> Result<Self, Problem> {
        let HeldMembership { membership, holders, .. } = held;
        let name = |id: OrganisationId| {
            let found = names.get(&id).cloned();
            found.ok_or_else(|| Problem::internal(format!("membership {} names {id}", membership.id)))
        };
        Ok(Self {
            id: membership.id,
            body: name(membership.body_id)?,
            holders: holders.into_iter().map(name).collect::<Result<_, _>>()?,
            category: membership.category,
            from: membership.holds_from,
            until: membership.holds_until,
            note: membership.note,
            revision: membership.revision,
            created_at: membership.created_at.0,
            updated_at: membership.updated_at.0,
        })
    }
}
